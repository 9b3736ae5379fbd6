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
