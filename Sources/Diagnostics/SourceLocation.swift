/// Where in a drop something stands: enough for a person to look and for a program to seek.
public struct SourceLocation: Sendable, Hashable {
    /// The partner's file name, or the path of a configuration file.
    public var drop: String
    /// 0-based offset of the first byte, an argument to seek.
    public var byteOffset: Int
    /// How many bytes are meant; 0 where something is missing.
    public var byteCount: Int
    /// 1-based; 0 when lines mean nothing in the format.
    public var line: Int
    /// 1-based, counted in bytes; 0 when unknown.
    public var column: Int
    /// The place in EDI terms, where the drop is EDI.
    public var segment: SegmentPosition?

    /// The zeros stand for what is unknown: no length, no line, no column.
    public init(
        drop: String, byteOffset: Int, byteCount: Int = 0, line: Int = 0, column: Int = 0,
        segment: SegmentPosition? = nil
    ) {
        self.drop = drop
        self.byteOffset = byteOffset
        self.byteCount = byteCount
        self.line = line
        self.column = column
        self.segment = segment
    }
}

/// A place inside an interchange, in the words of a partner's guide: `PO1-02 (segment 12, loop PO1[3])`.
public struct SegmentPosition: Sendable, Hashable {
    /// 1-based position in the transaction set, ST being 1 (AK302); in the interchange outside a set.
    public var ordinal: Int
    /// The segment identifier as found.
    public var tag: String
    /// The loop with its repetition, such as `PO1[3]`; nil outside loops.
    public var loop: String?
    /// 1-based element position; nil when the segment as a whole is meant.
    public var element: Int?
    /// 1-based component position in a composite.
    public var component: Int?
    /// The transaction set's control number (ST02), where the place is inside a set.
    public var set: String?

    /// A whole segment outside loops and sets, unless more is said.
    public init(
        ordinal: Int, tag: String, loop: String? = nil, element: Int? = nil, component: Int? = nil,
        set: String? = nil
    ) {
        self.ordinal = ordinal
        self.tag = tag
        self.loop = loop
        self.element = element
        self.component = component
        self.set = set
    }
}
