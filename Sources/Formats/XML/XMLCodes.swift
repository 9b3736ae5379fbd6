public import Diagnostics

/// The codes of XML.
public enum XMLCodes {
    /// Every code that reading or writing XML can find.
    public static let all: [CodeEntry] = formCodes + meaningCodes + limitCodes

    private static let formCodes: [CodeEntry] = [
        CodeEntry(
            "XML.MALFORMED", meaning: "The drop is not well-formed XML.",
            cause: "It was put together as text, cut in transfer, or edited by hand.",
            remedy: "Ask the partner to send it again, written by an XML library.", move: .partner),
        CodeEntry(
            "XML.CHAR.DECODE", meaning: "Bytes are not text in the encoding that the drop declares.",
            cause: "The declaration says UTF-8 and the text was written in another encoding.",
            remedy: "Ask the partner to declare the encoding that the drop is written in.", move: .partner),
        CodeEntry(
            "XML.DTD.FORBIDDEN", meaning: "The drop has a document type declaration.",
            cause: "An old cXML sender, or an attempt to have files of this machine read.",
            remedy:
                "Ask the partner to leave it out, or set `allow_bare_doctype` if it has no internal subset.",
            move: .partner),
        CodeEntry(
            "XML.CHAR.ILLEGAL",
            meaning: "A value holds characters that XML cannot carry; they were left out.",
            cause: "Control characters came in with a partner's text.",
            remedy: "Look at the value, and correct it where it came from.", move: .ours),
    ]

    private static let meaningCodes: [CodeEntry] = [
        CodeEntry(
            "XML.NAMESPACE", meaning: "The document's element is in another namespace than the map's.",
            cause: "The partner sends another version of the document.",
            remedy: "Ask the partner which version of the document this is.", move: .partner),
        CodeEntry(
            "XML.ELEMENT.UNKNOWN", meaning: "An element stands where none of its name may.",
            cause: "Another kind of document was sent, or an inclusion, which is never followed.",
            remedy: "Check that the drop belongs to this channel.", move: .partner),
        CodeEntry(
            "XML.NO_DOCUMENTS", meaning: "The drop has no element that is a document.",
            cause: "The partner had nothing to send.", remedy: "Check that the partner had nothing to send.",
            move: .wait),
    ]

    private static let limitCodes: [CodeEntry] = [
        limit(
            "XML.LIMIT.START_TAG", "A start tag has more than 65,536 bytes or 256 attributes."),
        limit("XML.LIMIT.DEPTH", "Elements are nested more than 64 deep."),
        limit("XML.LIMIT.TEXT", "A text, comment or other markup is longer than 1 MiB."),
        limit("XML.LIMIT.NAMES", "The drop has more than 4,096 different names."),
        limit("XML.LIMIT.DOCUMENT", "A document has more than 16 MiB, 300,000 elements or 500,000 lines."),
    ]

    private static func limit(_ code: DiagnosticCode, _ meaning: String) -> CodeEntry {
        CodeEntry(
            code, meaning: meaning, cause: "The drop is not what the partner meant to send, or is an attack.",
            remedy: "Ask the partner what the drop is, and split documents that are honestly larger.",
            move: .partner)
    }
}
