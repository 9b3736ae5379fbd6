import Canonical
import Diagnostics

/// A value of a document on its way out, and what it was made of.
struct OutboundValue {
    enum Weight: Int, Comparable {
        /// A constant, or a value that the caller knows: no reason to write a segment by itself.
        case constant
        /// Computed, or the value of a field.
        case data

        static func < (left: Weight, right: Weight) -> Bool { left.rawValue < right.rawValue }
    }

    var text: String
    var weight: Weight
    /// Nil where no field said it.
    var origin: (scope: Int, record: Int, field: Int)?
}

/// Findings of rendering.
struct RenderLog {
    private(set) var findings: [MappingFinding] = []
    private var seen: Set<MappingFinding> = []

    mutating func add(_ finding: MappingFinding) {
        guard findings.count < DiagnosticLog.keptMax, seen.insert(finding).inserted else { return }
        findings.append(finding)
    }

    mutating func add(_ diagnostics: [Diagnostic]) {
        for diagnostic in diagnostics {
            add(MappingFinding(diagnostic, effect: diagnostic.severity == .error ? .refuseDocument : .none))
        }
    }

    mutating func missing(_ code: MissingCode, _ rule: ValueRule, map: String) {
        let isUnit = code.table == "units"
        add(
            MappingFinding(
                Diagnostic(
                    isUnit ? .unitUnknown : .codeUnknown, .error,
                    "\(rule.fieldName) has no code for '\(code.code)' in list \(code.list) of table \(code.table)",
                    found: code.code,
                    expected: "a row of table \(code.table) with a code in list \(code.list)",
                    remedy: "add it to config/codes/\(code.table).yaml, then run again"),
                effect: .holdDocument,
                missingCode: code))
    }

    mutating func missingValue(_ rule: ValueRule, _ name: String) {
        add(
            MappingFinding(
                Diagnostic(
                    .outputMissing, .error, "\(rule.fieldName) of \(name) is missing",
                    expected: "a value at \(rule.placeName)",
                    remedy: "add it, or a default to the map"), effect: .refuseDocument))
    }
}

extension BoundBinding {
    /// The value of the binding for the record at hand; nil where there is none.
    func value(_ scope: RenderScope, in index: Int, _ log: inout RenderLog, map: String, key: Int)
        -> OutboundValue?
    {
        guard scope.holds(condition, scope: index) else { return nil }
        if let write {
            guard let value = scope.value(write, scope: index) else { return nil }
            if case .const = write {
                return OutboundValue(text: value.description, weight: .constant)
            }
            return written(
                value, scope, &log, map: map, weight: weight(of: write),
                origin: origin(of: write, scope, index))
        }
        guard field >= 0 else { return nil }
        if let value = scope.records[index].values[field] {
            return written(
                value, scope, &log, map: map, weight: .data, origin: (index, scope.positions[index], field))
        }
        if let fallback, let value = scope.value(fallback, scope: index) {
            var weight = OutboundValue.Weight.data
            if case .const = fallback { weight = .constant }
            return written(
                value, scope, &log, map: map, weight: weight, origin: origin(of: fallback, scope, index))
        }
        if side.usesOrdinal {
            return OutboundValue(text: String(scope.ordinals[index] + 1), weight: .constant)
        }
        if side.isRequired {
            log.missingValue(rule, X12MappingFindings.name(of: scope.document, key: key))
        }
        return nil
    }

    private func weight(of write: BoundValue) -> OutboundValue.Weight {
        if case .context = write { return .constant }
        return .data
    }

    private func origin(
        of value: BoundValue, _ scope: RenderScope, _ index: Int
    ) -> (scope: Int, record: Int, field: Int)? {
        guard case .field(let reference) = value else { return nil }
        return reference.isOfDocument
            ? (0, 0, reference.field) : (index, scope.positions[index], reference.field)
    }

    private func written(
        _ value: FieldValue, _ scope: RenderScope, _ log: inout RenderLog, map: String,
        weight: OutboundValue.Weight, origin: (scope: Int, record: Int, field: Int)?
    ) -> OutboundValue? {
        switch scope.writing.write(value, rule) {
        case .text(let text):
            return text.isEmpty ? nil : OutboundValue(text: text, weight: weight, origin: origin)
        case .missing(let code):
            log.missing(code, rule, map: map)
            return nil
        }
    }
}
