import Canonical
import Diagnostics

extension SourceRange {
    /// Where in the drop, for a finding; the caller knows the drop's name and the segment.
    var location: SourceLocation? {
        isNone ? nil : SourceLocation(drop: "", byteOffset: Int(offset), byteCount: Int(length))
    }
}

extension Record {
    /// The text of a field that says something; nil for an empty one.
    func stated<Key: FieldKey>(_ key: Key) -> String? {
        guard case .text(let text)? = values[key.rawValue], !text.isEmpty else { return nil }
        return text
    }
}

/// Arithmetic on partner numbers: exact, and nil instead of a trap.
enum Exact {
    /// `amount × part / whole`, rounded half away from zero; the whole is above zero.
    static func share(_ amount: Int64, _ part: Int64, of whole: Int64) -> Int64 {
        if part == whole { return amount }
        let product = Int128(amount) * Int128(part)
        let half = Int128(whole / 2)
        let result = (product >= 0 ? product + half : product - half) / Int128(whole)
        return Int64(clamping: result)
    }

    static func sum(_ left: Int64, _ right: Int64) -> Int64? {
        let (value, over) = left.addingReportingOverflow(right)
        return over ? nil : value
    }
}

/// Bounds of what a document may ask for.
enum RuleLimits {
    /// Units of one line: a thousand million, far above any truck, and small enough that 4,000 million such lines add
    /// up in 64 bits.
    static let unitsPerLineMax: Int64 = 1_000_000_000
    /// Minor units of one line: ten million million dollars; 900 such lines still add up in 64 bits, and sums are
    /// checked.
    static let amountMinorMax: Int64 = 1_000_000_000_000_000
    /// Locations that a split is searched among: the nearest. 12 over 3 are 298 sets.
    static let splitCandidatesMax = 12
    /// Locations of one order at the most, whatever the policy says: 12 over 4 are 793 sets.
    static let shipmentsMax = 4
    /// Cartons planned for one fulfilment; beyond it the warehouse numbers them itself.
    static let cartonsMax: Int64 = 10_000
}
