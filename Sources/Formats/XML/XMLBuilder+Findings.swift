import CLibXML2
import Diagnostics

/// What libxml2 complains of, in our words.
extension XMLBuilder {
    /// A DOCTYPE that reached libxml2: only a tolerated one may. The reader stops the parser on return.
    mutating func doctype() {
        guard !selection.allowsBareDoctype, failure == nil else { return }
        failure = Self.forbiddenDoctype(at: location(position))
    }

    /// A reference to an entity that is nowhere declared. Without this the text would lose it in silence.
    mutating func unresolved(_ name: UnsafePointer<UInt8>) {
        fail(
            "XML.MALFORMED", position, "entity \(String(cString: name)) is not declared, line \(line)",
            expected: "one of the five entities of XML, or a character reference like &#160;")
    }

    mutating func complaint(_ error: xmlError) {
        guard failure == nil, error.level != XML_ERR_WARNING || error.code == Self.undeclaredWarning else {
            return
        }
        if error.code == Int32(XML_ERR_INVALID_ENCODING.rawValue) {
            fail(
                "XML.CHAR.DECODE", position, "a byte is not valid UTF-8, line \(error.line)",
                expected: "text in the declared encoding")
            return
        }
        fail(
            "XML.MALFORMED", position, "\(Self.reason(error)), line \(error.line)",
            found: error.str1.map { Excerpt.of(String(cString: $0).utf8) }, expected: "well-formed XML",
            remedy: "ask the partner to send the drop again, written by an XML library")
    }

    static func forbiddenDoctype(at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "XML.DTD.FORBIDDEN", at: location, "drop has a DOCTYPE, which is not read here",
            expected: "XML without a document type declaration",
            remedy:
                "ask the partner to leave it out, or set `allow_bare_doctype` if it has no internal subset")
    }

    /// The line libxml2 is on.
    private var line: Int { lines.place(of: places.dropOffset(position)).line }

    /// XML_WAR_UNDECLARED_ENTITY
    private static let undeclaredWarning: Int32 = 27

    private static func reason(_ error: xmlError) -> String {
        func word(_ text: UnsafeMutablePointer<CChar>?) -> String { text.map { String(cString: $0) } ?? "?" }
        switch UInt32(bitPattern: error.code) {
        case XML_ERR_DOCUMENT_EMPTY.rawValue: return "drop has no root element where one must begin"
        case XML_ERR_DOCUMENT_END.rawValue: return "drop has extra content behind its root element"
        case XML_ERR_TAG_NAME_MISMATCH.rawValue:
            return "end tag is another than that of element \(word(error.str1))"
        case XML_ERR_ATTRIBUTE_REDEFINED.rawValue:
            return "attribute \(word(error.str1)) redefined in one start tag"
        case XML_ERR_INVALID_CHAR.rawValue:
            return "character is not allowed in XML: invalid xmlChar value \(error.int1)"
        case XML_ERR_UNDECLARED_ENTITY.rawValue, UInt32(bitPattern: undeclaredWarning):
            return "entity \(word(error.str1)) is not declared"
        case XML_NS_ERR_UNDEFINED_NAMESPACE.rawValue: return "prefix \(word(error.str1)) is not declared"
        default: return described(error)
        }
    }

    /// libxml2's own sentence, as one of ours.
    private static func described(_ error: xmlError) -> String {
        let text = error.message.map { String(cString: $0) } ?? "error \(error.code)"
        let sentence = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? text
        return "drop is not well-formed: " + sentence.prefix(120)
    }
}
