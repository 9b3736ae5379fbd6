import Diagnostics

/// The encoding that an XML drop says it is in.
enum XMLDeclaration {
    /// The charset to read with, before byte order marks are looked at; those win.
    ///
    /// - Throws: `XML.CHAR.DECODE` for an encoding that is not read here: UTF-7 and EBCDIC would hide
    ///   markup from every look at the bytes.
    /// - Source: XML 1.0 section 4.3.3 and appendix F.
    static func charset(of head: [UInt8], drop: String) throws(Diagnostic) -> TextCharset {
        if DropSniffer.isUTF16(head) { return .utf16 }
        guard let name = encodingName(in: head) else { return .utf8 }
        guard let charset = TextCharset(named: name) else {
            throw Diagnostic(
                "XML.CHAR.DECODE", at: SourceLocation(drop: drop, byteOffset: 0, line: 1, column: 1),
                "encoding '\(Excerpt.of(name.utf8))' is not read here, line 1", found: Excerpt.of(name.utf8),
                expected: "UTF-8, UTF-16, ISO-8859-1, ISO-8859-15 or windows-1252",
                remedy: "ask the partner to write UTF-8")
        }
        // Without the zero bytes of UTF-16 it cannot be that, whatever the declaration says.
        return charset == .utf16 ? .utf8 : charset
    }

    private static func encodingName(in head: [UInt8]) -> String? {
        let text = head.starts(with: [0xEF, 0xBB, 0xBF]) ? head.dropFirst(3) : head[...]
        guard text.starts(with: "<?xml".utf8), let end = text.firstIndex(of: UInt8(ascii: ">")) else {
            return nil
        }
        let declaration = String(decoding: text[..<end], as: UTF8.self)
        guard let range = declaration.firstRange(of: "encoding") else { return nil }
        let value = declaration[range.upperBound...].drop { $0.isWhitespace || $0 == "=" }
        guard let quote = value.first, quote == "\"" || quote == "'" else { return nil }
        return String(value.dropFirst().prefix { $0 != quote })
    }
}
