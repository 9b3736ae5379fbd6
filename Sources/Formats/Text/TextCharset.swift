/// The encodings that text drops come in. Everything is read as UTF-8 inside; other encodings are converted
/// chunk by chunk, and every location still counts the partner's own bytes.
///
/// - Source: RFC 3629 (UTF-8), RFC 2781 (UTF-16), the WHATWG Encoding Standard's index for windows-1252
///   without its five C1 fallbacks (81, 8D, 8F, 90, 9D are undefined here), ISO/IEC 8859-1 and -15.
public enum TextCharset: String, Sendable, Hashable, CaseIterable {
    /// UTF-8. A UTF-16 byte order mark at the start of the drop wins over it.
    case utf8 = "utf-8"
    /// UTF-16 by its byte order mark; without one, by where the zero bytes stand.
    case utf16 = "utf-16"
    /// Windows code page 1252, what Western spreadsheets write.
    case windows1252 = "windows-1252"
    /// ISO 8859-1: every byte is the code point of its value.
    case latin1 = "iso-8859-1"
    /// ISO 8859-15: Latin-1 with the euro sign and seven more.
    case latin9 = "iso-8859-15"

    /// Finds a charset by a name as partners and XML declarations write it; nil when it is none of ours.
    public init?(named name: String) {
        switch name.lowercased() {
        case "utf-8", "utf8", "us-ascii", "ascii": self = .utf8
        case "utf-16", "utf16", "utf-16le", "utf-16be", "ucs-2": self = .utf16
        case "windows-1252", "cp1252", "win-1252", "ansi": self = .windows1252
        case "iso-8859-1", "iso8859-1", "latin1", "latin-1": self = .latin1
        case "iso-8859-15", "iso8859-15", "latin9", "latin-9": self = .latin9
        default: return nil
        }
    }

    /// The code point of each byte from 0x80 on; 0 where the byte is undefined. Nil for UTF-8 and UTF-16.
    var upperHalf: [UInt16]? {
        switch self {
        case .utf8, .utf16: nil
        case .latin1: Self.latin1Upper
        case .latin9: Self.latin9Upper
        case .windows1252: Self.windows1252Upper
        }
    }

    private static let latin1Upper: [UInt16] = Array(0x80...0xFF)

    private static let latin9Upper: [UInt16] = {
        var table = latin1Upper
        let changed: [(Int, UInt16)] = [
            (0xA4, 0x20AC), (0xA6, 0x0160), (0xA8, 0x0161), (0xB4, 0x017D), (0xB8, 0x017E), (0xBC, 0x0152),
            (0xBD, 0x0153), (0xBE, 0x0178),
        ]
        for (byte, code) in changed { table[byte - 0x80] = code }
        return table
    }()

    private static let windows1252Upper: [UInt16] =
        [
            0x20AC, 0, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152,
            0,
            0x017D, 0, 0, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161,
            0x203A,
            0x0153, 0, 0x017E, 0x0178,
        ] + Array(0xA0...0xFF)
}
