public import Diagnostics

/// What a whole XML drop is like, without keeping any of it: the first of two passes.
public struct XMLCheck: Sendable {
    /// Bytes of the drop that were read.
    public let byteCount: Int
    /// The root element; nil when there was none.
    public let rootName: XMLName?
    /// Elements, in and around documents.
    public let elementCount: Int
    /// Documents of the selection; 1 where the whole drop is one.
    public let documentCount: Int
    /// Whether the drop as a whole is refused. What was counted before does not count then.
    public let isQuarantined: Bool
    /// What was found.
    public let log: DiagnosticLog

    /// Reads a drop to its end: well-formed, within every bound, with the documents asked for.
    ///
    /// - Throws: what the source throws; findings are in `log`.
    /// - Limit: memory of a few chunks, whatever the size of the drop. Without a selection the bounds of a
    ///   document do not apply.
    public init(
        drop: String, source: any ByteSource, selection: XMLSelection = .wholeDrop,
        limits: XMLLimits = XMLLimits()
    ) throws {
        let reader = XMLReader(
            drop: drop, source: source, selection: selection, limits: limits, keepsDocuments: false)
        var isQuarantined = false
        do {
            while try reader.next() != nil {}
        } catch is Diagnostic {
            isQuarantined = true
        }
        byteCount = reader.byteCount
        rootName = reader.rootName
        elementCount = reader.elementCount
        documentCount = reader.documentCount
        self.isQuarantined = isQuarantined
        log = reader.log
    }
}
