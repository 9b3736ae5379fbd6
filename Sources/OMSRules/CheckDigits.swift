/// The check digit of GS1 keys: GTIN, GLN and SSCC alike.
///
/// - Source: GS1 General Specifications, section 7.9.1: weights 3, 1, 3, … from the right of the body, and what is
///   missing to the next ten.
public enum CheckDigit {
    /// The check digit for a body of digits; nil when it holds anything else or nothing.
    public static func of(_ body: some Collection<UInt8>) -> UInt8? {
        var sum = 0
        var count = 0
        var even = 0
        var odd = 0
        for byte in body {
            guard (0x30...0x39).contains(byte) else { return nil }
            if count % 2 == 0 { even += Int(byte - 0x30) } else { odd += Int(byte - 0x30) }
            count += 1
        }
        guard count > 0 else { return nil }
        // The last digit of the body has weight 3, whichever parity it has from the left.
        sum = count % 2 == 1 ? even * 3 + odd : odd * 3 + even
        return UInt8((10 - sum % 10) % 10)
    }

    /// Whether the last digit is the check digit of those before it.
    public static func holds(for digits: String) -> Bool {
        let bytes = Array(digits.utf8)
        guard let last = bytes.last, bytes.count > 1 else { return false }
        return of(bytes.dropLast()).map { $0 + 0x30 == last } ?? false
    }
}

/// Global trade item numbers.
public enum GTIN {
    /// The 14-digit form of a GTIN-8, -12, -13 or -14; nil for anything else. The check digit is not looked at.
    public static func normalised(_ text: String) -> String? {
        let count = text.utf8.count
        guard count == 8 || (12...14).contains(count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return count == 14 ? text : String(repeating: "0", count: 14 - count) + text
    }
}

/// Serial shipping container codes: 18 digits on a carton.
public enum SSCC {
    /// Extension digit, GS1 company prefix, serial number and check digit.
    ///
    /// - Parameter serial: 0 or more; where it needs more digits than the prefix leaves (16 less its length) the
    ///   highest are dropped, as a counter that starts again.
    /// - Returns: nil unless the prefix has 7 to 10 digits and the extension is one.
    /// - Source: GS1 General Specifications, section 2.2.1.
    public static func code(extensionDigit: Int, companyPrefix: String, serial: Int64) -> String? {
        let prefix = Array(companyPrefix.utf8)
        guard (0...9).contains(extensionDigit), (7...10).contains(prefix.count), serial >= 0,
            prefix.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        var digits = [UInt8](repeating: 0x30, count: 18)
        digits[0] += UInt8(extensionDigit)
        for (index, digit) in prefix.enumerated() { digits[1 + index] = digit }
        var rest = serial
        var position = 16
        while position > prefix.count, rest > 0 {
            digits[position] = 0x30 + UInt8(rest % 10)
            rest /= 10
            position -= 1
        }
        guard let check = CheckDigit.of(digits[0..<17]) else { return nil }
        digits[17] = 0x30 + check
        return String(decoding: digits, as: UTF8.self)
    }

    /// Whether it is 18 digits with the right check digit.
    public static func isValid(_ text: String) -> Bool {
        text.utf8.count == 18 && CheckDigit.holds(for: text)
    }
}
