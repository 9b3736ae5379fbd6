import Canonical
import Diagnostics
import Formats

/// Words what was wrong while a set was walked. Not on the main path: a sound set never comes here.
enum X12MappingFindings {
    static func document(
        _ document: CanonicalDocument, _ walk: X12Walk, _ plan: X12InboundPlan, _ set: borrowing X12Set,
        drop: String
    ) -> MappedDocument {
        let words = ValueFinding(refusal: .refuseDocument, zoneName: plan.context.zone?.name)
        var findings: [MappingFinding] = []
        for trouble in walk.troubles {
            let rule = plan.rules[Int(trouble.binding)]
            let location = location(
                of: trouble.range, set, drop: drop, segment: Int(trouble.segment),
                element: Int(trouble.element), plan)
            let tag = set.segments[Int(trouble.segment)].tag
            let number = Int(trouble.element)
            let subject = "\(tag)\(number < 10 ? "0" : "")\(number)"
            let finding = words.finding(
                trouble.problem, rule, subject: subject, bytes: set.bytes.span.extracting(trouble.range),
                at: location, codes: plan.context.codes)
            if let finding { findings.append(finding) }
        }
        for (scope, index, ordinal) in walk.missing {
            findings.append(
                missing(plan.scopes[scope].rules.required[index], scope, ordinal, plan, set, drop: drop))
        }
        if let segment = walk.hierarchyFault {
            let range = Int(set.segments[segment].start)..<Int(set.segments[segment].end)
            findings.append(
                MappingFinding(
                    Diagnostic(
                        .hierarchy,
                        at: location(of: range, set, drop: drop, segment: segment, element: nil, plan),
                        "HL '\(Visible.text(set.text(1, of: segment)))' has a place in the hierarchy that the map does not know",
                        found: Visible.text(set.text(3, of: segment)),
                        expected: "shipment, order, package, item, from the outside in",
                        remedy: "correct the levels in the map, then replay the drop from map"),
                    effect: .holdDocument))
        }
        if let (first, second) = plan.currencies.conflict(in: document.header) {
            findings.append(
                mixed(
                    first, second, document, key: plan.key,
                    at: location(of: 0..<0, set, drop: drop, segment: 0, element: nil, plan)))
        }
        return MappedDocument(document, findings: findings)
    }

    private static func missing(
        _ required: RecordRules.Required, _ scope: Int, _ ordinal: Int, _ plan: X12InboundPlan,
        _ set: borrowing X12Set, drop: String
    ) -> MappingFinding {
        let record =
            plan.scopes[scope].path.isEmpty ? "" : " in record \(ordinal) of \(plan.scopes[scope].path)"
        let last = max(0, set.segments.count - 1)
        return MappingFinding(
            Diagnostic(
                required.rule.kind == .currency ? .moneyCurrency : .fieldMissing,
                at: location(of: 0..<0, set, drop: drop, segment: last, element: nil, plan),
                "\(required.rule.fieldName)\(record) is missing",
                expected: "a value at \(required.rule.placeName)",
                remedy: "ask the partner to send it"), effect: .refuseDocument)
    }

    /// Two currencies in one document.
    static func mixed(
        _ first: String, _ second: String, _ document: CanonicalDocument, key: Int,
        at location: SourceLocation
    ) -> MappingFinding {
        MappingFinding(
            Diagnostic(
                .moneyMixed, at: location,
                "\(name(of: document, key: key)) has amounts in \(first) and \(second)",
                found: "\(first) and \(second)", expected: "one currency",
                remedy: "ask the partner to correct the document"), effect: .refuseDocument)
    }

    /// `order A-1`: what findings call a document.
    static func name(of document: CanonicalDocument, key: Int) -> String {
        guard key >= 0, let value = document.header.values[key] else { return document.kind.rawValue }
        return "\(document.kind.rawValue) \(Visible.text(value.description))"
    }

    /// A place in the drop, in the words of a partner's guide.
    static func location(
        of range: Range<Int>, _ set: borrowing X12Set, drop: String, segment: Int, element: Int?,
        _ plan: X12InboundPlan
    ) -> SourceLocation {
        let start =
            range.isEmpty ? Int(set.segments.isEmpty ? 0 : set.segments[segment].start) : range.lowerBound
        var line = set.line
        var column = set.column + start
        for index in 0..<start where set.bytes[index] == 0x0A {
            line += 1
            column = start - index
        }
        var position: SegmentPosition?
        if !set.segments.isEmpty {
            position = SegmentPosition(
                ordinal: segment + 1, tag: set.segments[segment].tag.description,
                loop: loopName(of: segment, set, plan), element: element, set: set.control)
        }
        return SourceLocation(
            drop: drop, byteOffset: set.byteOffset + start, byteCount: range.count, line: line,
            column: column,
            segment: position)
    }

    private static func loopName(
        of segment: Int, _ set: borrowing X12Set, _ plan: X12InboundPlan
    ) -> String? {
        guard segment < set.instances.count, set.instances[segment] >= 0 else { return nil }
        let instance = set.loops[Int(set.instances[segment])]
        return "\(plan.guide.loops[Int(instance.loop)].id)[\(instance.ordinal)]"
    }
}
