/// A range of bytes inside one owned document, small enough to keep one per element.
public struct ByteRange: Sendable, Hashable {
    /// 0-based offset of the first byte.
    public var start: UInt32
    /// Offset after the last byte.
    public var end: UInt32

    /// Takes both ends.
    public init(start: UInt32, end: UInt32) {
        self.start = start
        self.end = end
    }

    /// How many bytes.
    public var count: Int { Int(end) - Int(start) }
    /// Nothing lies between the ends.
    public var isEmpty: Bool { start == end }
    /// The range as an index range of the document's bytes.
    public var range: Range<Int> { Int(start)..<Int(end) }
}
