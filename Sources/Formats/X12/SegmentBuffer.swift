/// Segments without the separators of any interchange: what an acknowledgment or a rendered document says before it is
/// known how it will be delimited. Compact (one byte array) and `Sendable`, so that 100,000 lines of it stay small.
///
/// - Shape: elements separated by US (0x1F), components by GS (0x1D), segments ended by RS (0x1E): control characters
///   that no value may hold; where one does, it becomes a blank.
public struct SegmentBuffer: Sendable, Hashable {
    static let element: UInt8 = 0x1F
    static let component: UInt8 = 0x1D
    static let terminator: UInt8 = 0x1E

    /// The content as it stands; what `init(bytes:)` takes.
    public private(set) var bytes: [UInt8]
    /// Segments in the buffer.
    public private(set) var segmentCount: Int

    /// An empty buffer.
    public init() {
        bytes = []
        segmentCount = 0
    }

    /// Takes what `bytes` gave, from wherever it was kept.
    public init(bytes: [UInt8]) {
        self.bytes = bytes
        segmentCount = bytes.count { $0 == Self.terminator }
    }

    /// Adds a segment. A component separator GS (0x1D) in an element makes it a composite.
    public mutating func append(_ tag: X12Tag, _ elements: [some StringProtocol]) {
        bytes.append(contentsOf: tag.description.utf8)
        for element in elements {
            bytes.append(Self.element)
            for byte in element.utf8 {
                bytes.append(byte == Self.element || byte == Self.terminator ? 0x20 : byte)
            }
        }
        bytes.append(Self.terminator)
        segmentCount += 1
    }

    /// Adds all segments of another buffer.
    public mutating func append(_ other: SegmentBuffer) {
        bytes.append(contentsOf: other.bytes)
        segmentCount += other.segmentCount
    }
}
