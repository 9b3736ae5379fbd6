/// The signs by which formats are told apart.
extension DropSniffer {
    /// Formats that begin with a magic number.
    static func binaryFormat(_ bytes: [UInt8]) -> DropFormat? {
        let magics: [(DropFormat, [UInt8])] = [
            (.zip, [0x50, 0x4B, 0x03, 0x04]), (.zip, [0x50, 0x4B, 0x05, 0x06]), (.pdf, Array("%PDF-".utf8)),
            (.png, [0x89, 0x50, 0x4E, 0x47]), (.jpeg, [0xFF, 0xD8, 0xFF]), (.gif, Array("GIF8".utf8)),
            (.gzip, [0x1F, 0x8B]), (.ole, [0xD0, 0xCF, 0x11, 0xE0]),
            // "ISA" in EBCDIC code page 037.
            (.ebcdicX12, [0xC9, 0xE2, 0xC1]),
        ]
        return magics.first { bytes.starts(with: $0.1) }?.0
    }

    /// The bytes with a byte order mark and the zero bytes of UTF-16 removed: enough to recognise words by.
    static func asciiView(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        if isUTF16(bytes) { return bytes.filter { $0 != 0 && $0 != 0xFF && $0 != 0xFE }[...] }
        return bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
    }

    /// One byte in ten is a control character that no text has. Zeros at the end are a cut drop, not a sign.
    static func looksBinary(_ text: ArraySlice<UInt8>) -> Bool {
        guard let last = text.lastIndex(where: { $0 != 0 }) else { return true }
        let body = text[...last]
        let odd = body.filter { $0 < 0x20 && !isBlank($0) && $0 != 0x1B && $0 != 0x1A }.count
        return odd >= 8 && odd * 10 > body.count
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: ","), UInt8(ascii: ";"),
            0x09,
            0x0A, 0x0D, 0x20, UInt8(ascii: "\""):
            true
        default: byte >= 0x80
        }
    }

    /// HTML by its first tags, XML by any other.
    static func markupFormat(_ body: ArraySlice<UInt8>) -> DropFormat? {
        guard body.first == UInt8(ascii: "<") else { return nil }
        let text = String(decoding: body.prefix(1_024), as: UTF8.self).lowercased()
        let pages = ["<!doctype html", "<html", "<head", "<body", "<script"]
        if pages.contains(where: { text.hasPrefix($0) }) { return .html }
        if text.hasPrefix("<?xml") {
            return text.contains("<html") ? .html : .xml
        }
        guard let second = body.dropFirst().first else { return nil }
        let isName = second == UInt8(ascii: "!") || second == UInt8(ascii: "?") || second == UInt8(ascii: "_")
        let isLetter = (0x41...0x5A).contains(second & 0xDF) || second >= 0x80
        return isName || isLetter ? .xml : nil
    }

    /// `UNB` with another element separator than `+` and no UNA: what follows the separator is a syntax
    /// identifier.
    static func looksLikeUNB(_ body: ArraySlice<UInt8>) -> Bool {
        let bytes = Array(body.prefix(7))
        return bytes.count == 7 && bytes.starts(with: "UNB".utf8) && bytes[4...].starts(with: "UNO".utf8)
    }

    /// An object or array that goes on as one: `{"`, `{}`, `[{`, `["`, `[1`, `[]`.
    static func looksLikeJSON(_ body: ArraySlice<UInt8>) -> Bool {
        guard let first = body.first else { return false }
        guard let second = body.dropFirst().first(where: { !isBlank($0) }) else { return false }
        switch first {
        case UInt8(ascii: "{"): return second == UInt8(ascii: "\"") || second == UInt8(ascii: "}")
        case UInt8(ascii: "["):
            return [UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "\"")].contains(
                second)
                || (0x30...0x39).contains(second)
        default: return false
        }
    }
}
