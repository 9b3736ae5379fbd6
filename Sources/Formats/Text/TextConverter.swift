/// Converts a drop's bytes to UTF-8 piece by piece and remembers where every byte came from.
struct TextConverter {
    private enum Form {
        case singleByte([UInt16])
        case utf16(isBigEndian: Bool)
    }

    private let form: Form
    /// Bytes of a unit that the last piece cut: at most 3 (a high surrogate and half of the low one).
    private var pending: [UInt8] = []

    /// Bytes taken and not yet converted.
    var pendingByteCount: Int { pending.count }

    init?(charset: TextCharset, isBigEndian: Bool) {
        if let table = charset.upperHalf {
            form = .singleByte(table)
        } else if charset == .utf16 {
            form = .utf16(isBigEndian: isBigEndian)
        } else {
            return nil
        }
    }

    /// Appends the text of `raw` to `output`.
    ///
    /// - Shape: `origins` gets one entry a byte appended: the offset of its unit, relative to `base`. What
    ///   cannot be decoded becomes U+FFFD, and its position in `output` goes to `bad`.
    mutating func convert(
        _ raw: ArraySlice<UInt8>, rawOffset: Int, base: Int, isLast: Bool, into output: inout [UInt8],
        origins: inout [UInt32], bad: inout [Int]
    ) {
        let bytes = pending + raw
        let first = rawOffset - pending.count - base
        pending = []
        var index = 0
        while index < bytes.count {
            let unit: (code: UInt32?, length: Int)
            switch form {
            case .singleByte(let table): unit = Self.single(bytes[index], table)
            case .utf16(let isBigEndian):
                guard let read = Self.pair(bytes, at: index, isBigEndian, isLast: isLast) else {
                    pending = Array(bytes[index...])
                    return
                }
                unit = read
            }
            if unit.code == nil { bad.append(output.count) }
            let origin = UInt32(clamping: first + index)
            let count = Self.append(unit.code ?? 0xFFFD, to: &output)
            for _ in 0..<count { origins.append(origin) }
            index += unit.length
        }
    }

    private static func single(_ byte: UInt8, _ table: [UInt16]) -> (code: UInt32?, length: Int) {
        if byte < 0x80 { return (UInt32(byte), 1) }
        let code = table[Int(byte) - 0x80]
        return (code == 0 ? nil : UInt32(code), 1)
    }

    /// One character of UTF-16; nil when the end of the piece cuts it and more is to come.
    private static func pair(
        _ bytes: [UInt8], at index: Int, _ isBigEndian: Bool, isLast: Bool
    ) -> (code: UInt32?, length: Int)? {
        func unit(_ at: Int) -> UInt32? {
            guard at + 1 < bytes.count else { return nil }
            let (one, two) = (UInt32(bytes[at]), UInt32(bytes[at + 1]))
            return isBigEndian ? one << 8 | two : two << 8 | one
        }
        guard let high = unit(index) else { return isLast ? (nil, bytes.count - index) : nil }
        if !(0xD800...0xDFFF).contains(high) { return (high, 2) }
        if high >= 0xDC00 { return (nil, 2) }
        guard let low = unit(index + 2) else { return isLast ? (nil, 2) : nil }
        guard (0xDC00...0xDFFF).contains(low) else { return (nil, 2) }
        return (0x10000 + (high - 0xD800) << 10 + (low - 0xDC00), 4)
    }

    /// Appends one code point, which is no surrogate, as UTF-8; returns how many bytes.
    private static func append(_ code: UInt32, to output: inout [UInt8]) -> Int {
        func low(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: code >> shift) & 0x3F | 0x80 }
        switch code {
        case 0..<0x80:
            output.append(UInt8(truncatingIfNeeded: code))
            return 1
        case 0x80..<0x800:
            output.append(UInt8(truncatingIfNeeded: code >> 6) | 0xC0)
            output.append(low(0))
            return 2
        case 0x800..<0x10000:
            output.append(UInt8(truncatingIfNeeded: code >> 12) | 0xE0)
            output.append(low(6))
            output.append(low(0))
            return 3
        default:
            output.append(UInt8(truncatingIfNeeded: code >> 18) | 0xF0)
            output.append(low(12))
            output.append(low(6))
            output.append(low(0))
            return 4
        }
    }
}
