import Diagnostics

/// The words of what is wrong before libxml2 sees it.
extension XMLReader {
    func finding(for violation: XMLGuard.Violation, at position: Int) -> Diagnostic {
        let location = location(position)
        switch violation {
        case .doctype: return XMLBuilder.forbiddenDoctype(at: location)
        case .startTagBytes:
            return limit(
                "XML.LIMIT.START_TAG", "start tag > \(limits.startTagByteCountMax) bytes", "start tag",
                location)
        case .attributes:
            return limit(
                "XML.LIMIT.START_TAG", "attributes of one start tag > \(limits.attributeCountMax)",
                "start tag", location)
        case .markupBytes:
            return limit(
                "XML.LIMIT.TEXT", "markup > \(limits.textByteCountMax) bytes", "comment or tag", location)
        }
    }

    private func limit(
        _ code: DiagnosticCode, _ bound: String, _ thing: String, _ location: SourceLocation
    ) -> Diagnostic {
        Diagnostic(
            code, at: location, "\(thing) is too long: \(bound)", expected: "at most the bound",
            remedy: "ask the partner whether the drop is what they meant to send")
    }

    func notText(_ position: Int) -> Diagnostic {
        let location = location(position)
        let isUTF8 = buffer.charset == .utf8
        let byte = isUTF8 ? buffer.bytes[position] : 0
        let what = isUTF8 ? "byte \(Excerpt.hex(byte))" : "a byte"
        return Diagnostic(
            "XML.CHAR.DECODE", at: location,
            "\(what) is not valid \(buffer.charset.rawValue), line \(location.line)",
            found: isUTF8 ? Excerpt.hex(byte) : nil, expected: "text in the encoding that the drop declares",
            remedy: "ask the partner to declare the encoding that the drop is written in")
    }

    func zeroByte(_ position: Int) -> Diagnostic {
        let location = location(position)
        return Diagnostic(
            "XML.MALFORMED", at: location, "byte 0x00 is not allowed in XML, line \(location.line)",
            found: "0x00",
            expected: "well-formed XML", remedy: "ask the partner to send the drop again")
    }

    func nulTail() -> Diagnostic {
        let count = buffer.trailingNULCount
        return Diagnostic(
            "FILE.NUL_TAIL",
            at: SourceLocation(drop: drop, byteOffset: buffer.rawByteCount - count, byteCount: count),
            "drop has \(count) NUL bytes at end", expected: "text up to the last byte",
            remedy: "ask the partner to send the drop again: it was cut while it was written")
    }

    func truncated() -> String {
        let place = location(pushedCount)
        return "drop ends inside an element, \(builder.pointee.openElementCount) deep, line \(place.line)"
    }

    /// A location of a position in the text at hand; the lines up to it are known or counted here.
    private func location(_ position: Int) -> SourceLocation {
        builder.pointee.location(forgottenCount + position)
    }
}
