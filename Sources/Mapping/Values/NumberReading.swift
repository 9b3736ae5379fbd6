import Canonical

/// Numbers as partners write them, read exactly: an optional minus, digits, one decimal mark. No exponent, no
/// grouping, no plus, and no minus zero.
enum NumberReading {
    /// - Parameters:
    ///   - implied: implied decimals; -1 where the mark is written.
    ///   - mark: the decimal mark.
    /// - Returns: nil for anything else, for more than six digits after the mark that are not zeros, and for what does
    ///   not fit in 64 bits.
    static func decimal(_ bytes: Span<UInt8>, implied: Int, mark: UInt8) -> ScaledDecimal? {
        var at = 0
        var isNegative = false
        if bytes.count > 0, bytes[0] == UInt8(ascii: "-") {
            isNegative = true
            at = 1
        }
        var units: Int64 = 0
        var scale = 0
        var zeros = 0
        var digitCount = 0
        var sawMark = false
        while at < bytes.count {
            let byte = bytes[at]
            at += 1
            if byte >= 0x30, byte <= 0x39 {
                digitCount += 1
                if sawMark, scale == Int(ScaledDecimal.scaleMax) {
                    // Zeros behind the sixth digit say nothing.
                    guard byte == 0x30 else { return nil }
                    zeros += 1
                    continue
                }
                if sawMark { scale += 1 }
                let (times, over) = units.multipliedReportingOverflow(by: 10)
                let (sum, overAgain) = times.addingReportingOverflow(Int64(byte - 0x30))
                guard !over, !overAgain else { return nil }
                units = sum
            } else if byte == mark, !sawMark {
                sawMark = true
            } else {
                return nil
            }
        }
        guard digitCount > 0, !(isNegative && units == 0) else { return nil }
        if isNegative { units = -units }
        // A written point wins over implied decimals: some partners write both (TDS01 with a point).
        if implied > 0, !sawMark { return ScaledDecimal(units: units, scale: UInt8(implied)) }
        return ScaledDecimal(units: units, scale: UInt8(scale))
    }

    /// Whether the text looks like a number that a spreadsheet wrote with an exponent: `1.23E+12`.
    static func isScientific(_ bytes: Span<UInt8>) -> Bool {
        var at = 0
        func digits() -> Int {
            let start = at
            while at < bytes.count, bytes[at] >= 0x30, bytes[at] <= 0x39 { at += 1 }
            return at - start
        }
        guard digits() == 1 else { return false }
        var fraction = 0
        if at < bytes.count, bytes[at] == UInt8(ascii: ".") || bytes[at] == UInt8(ascii: ",") {
            at += 1
            fraction = digits()
            guard fraction > 0 else { return false }
        }
        guard at < bytes.count, bytes[at] == UInt8(ascii: "E") || bytes[at] == UInt8(ascii: "e") else {
            return false
        }
        at += 1
        guard at < bytes.count, bytes[at] == UInt8(ascii: "+") || bytes[at] == UInt8(ascii: "-") else {
            return false
        }
        at += 1
        return digits() >= 2 && at == bytes.count
    }
}
