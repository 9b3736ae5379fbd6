import Diagnostics

/// What is said about elements; none of it runs for a clean set.
extension ElementCheck {
    private func rule(_ element: Int, _ component: Int?, _ context: SegmentContext) -> ElementRule? {
        guard let guide, context.rule >= 0 else { return nil }
        let elements = guide.segmentRules[context.rule].elements
        guard element <= elements.count else { return nil }
        let rule = elements[element - 1]
        guard let component else { return rule }
        guard rule.composite >= 0 else { return rule }
        let components = guide.composites[rule.composite].components
        return component <= components.count ? components[component - 1] : nil
    }

    private func place(
        _ element: Int, _ component: Int?, _ context: SegmentContext, _ range: Range<Int>?
    ) -> FindingCollector.Place {
        var place = context.place(element: element, component: component, range: range)
        place.number = rule(element, component, context)?.id
        return place
    }

    private func label(_ rule: ElementRule?) -> String {
        guard let rule, !rule.label.isEmpty else { return "" }
        return " (\(rule.label))"
    }

    func missing(
        _ element: Int, _ context: SegmentContext, ranges: Span<ByteRange>, _ segment: X12Segment,
        _ findings: inout FindingCollector
    ) {
        let range =
            element <= Int(segment.elementCount)
            ? ranges[Int(segment.firstElement) + element - 1].range : Int(segment.end)..<Int(segment.end)
        let rule = rule(element, nil, context)
        findings.add(
            "X12.ELEM.MISSING", at: place(element, nil, context, range),
            "\(context.name(element)) is missing\(label(rule))", expected: expected(rule))
    }

    func forbidden(
        _ element: Int, _ context: SegmentContext, _ range: Range<Int>, _ findings: inout FindingCollector
    ) {
        findings.add(
            "X12.ELEM.FORBIDDEN", at: place(element, nil, context, range),
            "\(context.name(element)) is not used in this guide", found: range, expected: "nothing")
    }

    func surplus(
        _ segment: X12Segment, _ context: SegmentContext, _ countMax: Int, ranges: Span<ByteRange>,
        _ findings: inout FindingCollector
    ) {
        // Trailing separators with nothing between them are a habit and harmless.
        var last = min(Int(segment.elementCount), X12Limits.elementsPerSegmentMax)
        while last > countMax, ranges[Int(segment.firstElement) + last - 1].isEmpty { last -= 1 }
        guard last > countMax else { return }
        let range = ranges[Int(segment.firstElement) + countMax].range
        findings.add(
            "X12.SEG.TOO_MANY_ELEMENTS", at: context.place(element: countMax + 1, range: range),
            "\(context.tag) has \(last) elements, at most \(countMax)", found: range,
            expected: "at most \(countMax) elements")
    }

    func report(
        _ fault: Fault, _ element: Int, _ component: Int?, _ context: SegmentContext, _ range: Range<Int>,
        _ findings: inout FindingCollector
    ) {
        let rule = rule(element, component, context)
        let name = context.name(element, component)
        let value = findings.quoted(range)
        let place = place(element, component, context, range)
        let expected = expected(rule)
        switch fault {
        case .none: break
        case .tooShort:
            let count = length(range, rule, findings)
            findings.add(
                "X12.ELEM.TOO_SHORT", at: place,
                "\(name) \(count) < \(rule?.lengthMin ?? 0) characters\(label(rule))",
                found: range, expected: expected)
        case .tooLong:
            let count = length(range, rule, findings)
            findings.add(
                "X12.ELEM.TOO_LONG", at: place,
                "\(name) \(count) > \(rule?.lengthMax ?? 0) characters\(label(rule))",
                found: range, expected: expected)
        case .notNumber:
            findings.add(
                "X12.ELEM.NUMERIC", at: place, "\(name) '\(value)' is not a number\(label(rule))",
                found: range,
                expected: expected)
        case .notDate:
            findings.add(
                "X12.ELEM.DATE", at: place, "\(name) \(value) is not a date\(label(rule))", found: range,
                expected: expected)
        case .notTime:
            findings.add(
                "X12.ELEM.TIME", at: place, "\(name) \(value) is not a time\(label(rule))", found: range,
                expected: expected)
        case .code, .strictCode:
            findings.add(
                "X12.ELEM.CODE", fault == .code ? .warning : .error, at: place,
                "\(name) \(value) is not in the code list\(label(rule))", found: range, expected: expected,
                remedy:
                    "add the code to the guide where the partner may use it, else ask the partner to correct it"
            )
        }
    }

    func report(
        _ note: SyntaxNote, _ present: UInt64, _ composite: Int?, _ context: SegmentContext,
        _ segment: X12Segment,
        ranges: Span<ByteRange>, _ findings: inout FindingCollector
    ) {
        let names = note.positions.map { position in
            composite.map { context.name($0, Int(position)) } ?? context.name(Int(position))
        }
        let isThere = note.positions.map { present & (1 << UInt64(min($0, 64) - 1)) != 0 }
        // The place is the first that should be there and is not; for E the second that is.
        var culprit = isThere.firstIndex(of: false) ?? 0
        let (code, state): (DiagnosticCode, String)
        switch note.kind {
        case .paired: (code, state) = ("X12.ELEM.PAIR", "go together: \(names[culprit]) is missing")
        case .required: (code, state) = ("X12.ELEM.ONE_OF", "are all missing: one is needed")
        case .exclusive:
            culprit = isThere.indices.filter { isThere[$0] }.dropFirst().first ?? 0
            (code, state) = ("X12.ELEM.EXCLUSION", "exclude each other: \(names[culprit]) is one too many")
        case .conditional:
            (code, state) = ("X12.ELEM.CONDITION", "go together: \(names[culprit]) is missing")
        case .listConditional:
            (code, state) = ("X12.ELEM.CONDITION", "go together: \(names[0]) needs one of the others")
        }
        let element = composite ?? Int(note.positions[culprit])
        let component = composite == nil ? nil : Int(note.positions[culprit])
        let range =
            element <= Int(segment.elementCount)
            ? ranges[Int(segment.firstElement) + element - 1].range : Int(segment.end)..<Int(segment.end)
        findings.add(
            code, at: place(element, component, context, range), "\(names.joined(separator: "/")) \(state)",
            expected: "syntax note \(note.word)")
    }

    /// What belongs there, with a specimen.
    private func expected(_ rule: ElementRule?) -> String {
        guard let rule else { return "what the guide says" }
        let length =
            rule.lengthMin == rule.lengthMax ? "\(rule.lengthMax)" : "\(rule.lengthMin) to \(rule.lengthMax)"
        switch rule.type {
        case .text: return "type AN, \(length) characters"
        case .code:
            guard rule.codeList >= 0, let guide else { return "type ID, \(length) characters" }
            let codes = guide.codeLists[rule.codeList].codes
            let some = codes.prefix(8).joined(separator: ", ")
            return codes.count > 8 ? "one of \(codes.count) codes, like \(some)" : "one of \(some)"
        case .integer(let decimals):
            return decimals == 0
                ? "type N0, like 12"
                : "type N\(decimals): digits with \(decimals) implied decimals, like 1250"
        case .decimal: return "type R, like 12 or 12.5"
        case .date: return rule.lengthMax == 6 ? "type DT, like 261122" : "type DT, like 20261122"
        case .time: return "type TM, like 0230"
        case .binary: return "type B"
        case .composite: return "composite \(rule.id)"
        }
    }

    private func length(_ range: Range<Int>, _ rule: ElementRule?, _ findings: FindingCollector) -> Int {
        switch rule?.type {
        case .integer, .decimal: findings.digitCount(range)
        default: findings.characterCount(range, charset)
        }
    }
}
