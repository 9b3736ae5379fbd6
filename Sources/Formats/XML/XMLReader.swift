public import Diagnostics

/// Which elements of a drop are documents, and what may stand around them.
public struct XMLSelection: Sendable, Hashable {
    /// The elements that are one document each; the outermost match counts, those inside it are its parts.
    public var documents: [XMLName]
    /// The root element expected; nil when any will do.
    public var root: XMLName?
    /// Whether a DOCTYPE without internal subset is tolerated (cXML). It is never fetched.
    public var allowsBareDoctype: Bool

    /// Documents by name, under any root, without DOCTYPE, unless said otherwise.
    public init(documents: [XMLName], root: XMLName? = nil, allowsBareDoctype: Bool = false) {
        self.documents = documents
        self.root = root
        self.allowsBareDoctype = allowsBareDoctype
    }

    /// The whole drop is one document, whatever its root is called.
    public static let wholeDrop = XMLSelection(documents: [])
}

/// Reads XML document by document over libxml2's push parser, in memory bounded by one document. No DTD, no entity of
/// the drop's own, no inclusion; no file and no socket is ever opened.
///
/// - Throws: what quarantines the whole drop, as a located `Diagnostic` that is also in `log`: `XML.MALFORMED`,
///   `XML.DTD.FORBIDDEN`, `XML.CHAR.DECODE`, `XML.NAMESPACE`, `XML.ELEMENT.UNKNOWN`, `XML.LIMIT.*`, `FILE.EMPTY`,
///   `FILE.NOT_EXPECTED_FORMAT`; and what the source throws.
/// - Limit: `XMLLimits`.
/// - Source: XML 1.0 (Fifth Edition), Namespaces in XML 1.0.
public final class XMLReader {
    /// What was found so far.
    public private(set) var log = DiagnosticLog()
    /// Elements seen so far, in and around documents.
    public private(set) var elementCount = 0
    /// Documents delivered so far.
    public private(set) var documentCount = 0
    /// The root element, once it was seen.
    public private(set) var rootName: XMLName?

    /// A reader of one drop. `drop` is the name that locations carry; nothing is opened by it.
    public init(
        drop: String, source: any ByteSource, selection: XMLSelection = .wholeDrop, limits: XMLLimits = XMLLimits()
    ) {
    }

    /// The number of a name in this reader's records, for a plan compiled once: ask before the first `next()`.
    public func intern(_ name: XMLName) -> XMLNameID { XMLNameID(number: 0) }

    /// The next document, or nil after the last. After a throw there is nothing more to read.
    public func next() throws -> XMLRecord? { nil }
}
