/// Bounds of XML reading; a drop that passes one is quarantined. Memory stays under 64 MiB at all of them
/// together.
public struct XMLLimits: Sendable, Hashable {
    /// Most bytes of one start tag: 64 KiB. libxml2 compares every attribute of a tag with every other, 14 s
    /// for 100,000 attributes, so tags are measured before it sees them.
    public var startTagByteCountMax = 65_536
    /// Most attributes and namespace declarations of one start tag: 256, at most 32,640 comparisons a tag.
    public var attributeCountMax = 256
    /// Most elements inside each other: 64. UBL's deepest path is 12.
    public var depthMax = 64
    /// Most bytes of one text, comment, CDATA section or processing instruction: 1 MiB.
    public var textByteCountMax = 1_048_576
    /// Most bytes of one document: 16 MiB, about 10,000 order lines in UBL.
    public var documentByteCountMax = 16_777_216
    /// Most elements of one document: 300,000 of 44 bytes each, 13 MB; 30 for each of 10,000 order lines.
    public var elementCountMax = 300_000
    /// Most attributes of one document: 300,000 of 20 bytes each, 6 MB.
    public var documentAttributeCountMax = 300_000
    /// Most lines of one document: 500,000 of 8 bytes each, 4 MB.
    public var documentLineCountMax = 500_000
    /// Most different names in one drop: 4,096. All of UBL 2.1 has about 2,100.
    public var nameCountMax = 4_096
    /// Bytes pushed into libxml2 at a time: 64 KiB, what it is fastest with.
    public var chunkByteCount = 65_536

    /// The bounds above.
    public init() {}
}
