/// Text made of partner's bytes for messages.
enum ByteText {
    /// Most characters of a partner's value that a finding quotes.
    static let quotedCountMax = 40

    /// The value as a finding shows it: UTF-8 where it is, control characters escaped, at most 40 characters.
    static func quoted(_ bytes: some Sequence<UInt8>) -> String {
        var text = ""
        var count = 0
        let decoded = String(decoding: Array(bytes.lazy.prefix(quotedCountMax * 4)), as: UTF8.self)
        for scalar in decoded.unicodeScalars {
            guard count < quotedCountMax else { return text + "…" }
            count += 1
            if scalar.value < 0x20 || scalar.value == 0x7F {
                text += "\\x" + hex(UInt8(scalar.value))
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    /// Two upper-case hexadecimal digits.
    static func hex(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.count < 2 ? "0" + digits : digits
    }

    /// A separator as a message names it: itself in quotes where it can be seen, else its number.
    static func name(of byte: UInt8) -> String {
        byte > 0x20 && byte < 0x7F ? "'\(Character(Unicode.Scalar(byte)))'" : "0x\(hex(byte))"
    }

    /// Offset of the first byte that is no part of valid UTF-8; nil when all is well.
    static func firstInvalidUTF8(_ bytes: ArraySlice<UInt8>) -> Int? {
        var index = bytes.startIndex
        while index < bytes.endIndex {
            let lead = bytes[index]
            if lead < 0x80 {
                index += 1
                continue
            }
            let (count, lowest, highest): (Int, UInt8, UInt8)
            switch lead {
            case 0xC2...0xDF: (count, lowest, highest) = (1, 0x80, 0xBF)
            case 0xE0: (count, lowest, highest) = (2, 0xA0, 0xBF)
            case 0xED: (count, lowest, highest) = (2, 0x80, 0x9F)
            case 0xE1...0xEF: (count, lowest, highest) = (2, 0x80, 0xBF)
            case 0xF0: (count, lowest, highest) = (3, 0x90, 0xBF)
            case 0xF1...0xF3: (count, lowest, highest) = (3, 0x80, 0xBF)
            case 0xF4: (count, lowest, highest) = (3, 0x80, 0x8F)
            default: return index
            }
            guard bytes.endIndex - index > count else { return index }
            guard bytes[index + 1] >= lowest, bytes[index + 1] <= highest else { return index }
            for next in bytes[(index + 2)..<(index + 1 + count)] where next & 0xC0 != 0x80 { return index }
            index += 1 + count
        }
        return nil
    }
}

/// Numbers of the envelope, read without trapping on what a partner wrote.
enum X12Number {
    /// Digits only, 1 to 18 of them; nil for anything else. Blanks around are not part of it.
    static func digits(_ bytes: some Collection<UInt8>) -> Int? {
        guard !bytes.isEmpty, bytes.count <= 18 else { return nil }
        var value = 0
        for byte in bytes {
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        return value
    }

    /// A control number of interchange or group, 1…999999999; nil for anything else.
    static func control(_ text: String) -> Int? {
        guard let value = digits(text.utf8), value >= 1, value <= 999_999_999 else { return nil }
        return value
    }
}
