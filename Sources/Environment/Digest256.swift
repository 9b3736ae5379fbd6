/// A SHA-256 or HMAC-SHA-256 value: 32 bytes.
public struct Digest256: Sendable, Hashable, Comparable, CustomStringConvertible {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    /// - Returns: nil unless there are exactly 32 bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        self.init(unchecked: bytes)
    }

    /// - Parameter hex: 64 hexadecimal digits, either case.
    /// - Returns: nil for anything else.
    public init?(hex: String) {
        guard let bytes = bytesOfHex(hex) else { return nil }
        self.init(bytes: bytes)
    }

    init(unchecked bytes: some Collection<UInt8>) {
        var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
        withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
        self.words = (
            UInt64(bigEndian: words.0), UInt64(bigEndian: words.1), UInt64(bigEndian: words.2),
            UInt64(bigEndian: words.3)
        )
    }

    /// The 32 bytes.
    public var bytes: [UInt8] { withBytes { Array($0) } }

    /// Lends the 32 bytes without making an array.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        let words = (words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian)
        return try withUnsafeBytes(of: words, body)
    }

    /// 64 lower-case hexadecimal digits.
    public var hex: String { withBytes { hexText($0) } }
    /// The same as `hex`.
    public var description: String { hex }

    /// Compares all bytes.
    public static func == (left: Digest256, right: Digest256) -> Bool {
        left.words.0 == right.words.0 && left.words.1 == right.words.1
            && left.words.2 == right.words.2 && left.words.3 == right.words.3
    }

    /// Orders as the hexadecimal text does.
    public static func < (left: Digest256, right: Digest256) -> Bool {
        if left.words.0 != right.words.0 { return left.words.0 < right.words.0 }
        if left.words.1 != right.words.1 { return left.words.1 < right.words.1 }
        if left.words.2 != right.words.2 { return left.words.2 < right.words.2 }
        return left.words.3 < right.words.3
    }

    /// Feeds a part of the value, which is as good as all of it.
    public func hash(into hasher: inout Hasher) {
        // The value is uniformly distributed already: one word decides the bucket.
        hasher.combine(words.0)
    }
}

/// Lower-case hexadecimal digits, two a byte.
public func hexText(_ bytes: some Collection<UInt8>) -> String {
    String(unsafeUninitializedCapacity: bytes.count * 2) { text in
        var index = 0
        for byte in bytes {
            text[index] = hexDigit(byte >> 4)
            text[index + 1] = hexDigit(byte & 15)
            index += 2
        }
        return index
    }
}

private func hexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }

/// The bytes of hexadecimal text; nil for an odd number of digits or anything that is not a digit.
public func bytesOfHex(_ text: String) -> [UInt8]? {
    var bytes: [UInt8] = []
    var high: UInt8?
    for unit in text.utf8 {
        let digit: UInt8
        switch unit {
        case 0x30...0x39: digit = unit - 0x30
        case 0x61...0x66: digit = unit - 0x61 + 10
        case 0x41...0x46: digit = unit - 0x41 + 10
        default: return nil
        }
        if let first = high {
            bytes.append(first << 4 | digit)
            high = nil
        } else {
            high = digit
        }
    }
    return high == nil ? bytes : nil
}
