/// Everything around a set that its group and interchange say once. Shared by all sets of a group.
public final class X12SetEnvelope: Sendable {
    /// The ISA.
    public let interchange: X12InterchangeHeader
    /// The GS.
    public let group: X12GroupHeader
    /// The separators of the interchange.
    public let delimiters: X12Delimiters
    /// 0-based index into `X12Scan.interchanges`.
    public let interchangeIndex: Int
    /// 0-based index into `X12Scan.groups`.
    public let groupIndex: Int
    /// The group's disposition from the first pass: sets of a refused group are handed out to be acknowledged.
    public let groupDisposition: X12Disposition

    /// Takes what ISA, GS and the first pass say.
    public init(
        interchange: X12InterchangeHeader, group: X12GroupHeader, delimiters: X12Delimiters,
        interchangeIndex: Int, groupIndex: Int, groupDisposition: X12Disposition
    ) {
        self.interchange = interchange
        self.group = group
        self.delimiters = delimiters
        self.interchangeIndex = interchangeIndex
        self.groupIndex = groupIndex
        self.groupDisposition = groupDisposition
    }
}

/// One segment of a set: where it stands, and where its elements are listed.
public struct X12Segment: Sendable, Hashable {
    /// Its identifier.
    public var tag: X12Tag
    /// Offsets into `X12Set.bytes`; `end` is after the last byte of data, before the terminator.
    public var start: UInt32
    /// After the last byte of data.
    public var end: UInt32
    /// Index into `X12Set.elements` of element 1.
    public var firstElement: UInt32
    /// How many elements were written, empty ones included; of a segment past the bound those kept.
    public var elementCount: UInt16
    /// Nothing but printable ASCII, and no component or repetition separator.
    public var isPlain: Bool
}

/// One occurrence of a loop in a set.
public struct X12LoopInstance: Sendable, Hashable {
    /// Index into `Guide.loops`.
    public var loop: UInt16
    /// Index into `X12Set.loops` of the occurrence around this one; -1 at the top.
    public var parent: Int32
    /// 1-based among the occurrences of this loop in `parent`.
    public var ordinal: UInt32
    /// Segments from the trigger to the last one of the loop, inner loops included.
    public var firstSegment: UInt32
    /// Index after the last segment.
    public var endSegment: UInt32
}

/// A fault of the set's own envelope, seen by the reader before any guide is asked.
public struct X12SetFault: Sendable, Hashable {
    /// What is wrong, with the words of the file.
    public enum Kind: Sendable, Hashable {
        case trailerMissing(before: String), trailerCount(declared: String, counted: Int), trailerControl(
            String)
        case duplicateControl, controlInvalid, functionalID(expected: String)
        case tooManySegments, tooManyBytes, identifierInvalid, tooManyElements(Int)
    }
    /// What is wrong.
    public var kind: Kind
    /// Index of the segment meant.
    public var segment: Int
}

/// One transaction set, owned: its bytes from ST to SE, its segments and elements as offsets.
///
/// - Shape: segment 0 is ST. Elements are counted from 1, as in the partner's guide; element 0 is the tag.
public struct X12Set: Sendable {
    /// From the S of ST through the terminator of SE, line ends between segments included.
    public internal(set) var bytes: [UInt8] = []
    /// Offset in the drop of `bytes[0]`.
    public internal(set) var byteOffset = 0
    /// 1-based line and column, in bytes, of `bytes[0]`.
    public internal(set) var line = 1
    /// 1-based column, in bytes, of `bytes[0]`.
    public internal(set) var column = 1
    /// ST to SE, in order.
    public internal(set) var segments: [X12Segment] = []
    /// The elements of all segments, each segment's tag before them.
    public internal(set) var elements: [ByteRange] = []
    /// Per segment, the index into `Guide.nodes` it was matched to; -1 where it matched none. Empty until validated.
    public internal(set) var nodes: [Int32] = []
    /// Per segment, the index into `loops` of the innermost occurrence it belongs to; -1 outside loops.
    public internal(set) var instances: [Int32] = []
    /// The occurrences of loops, in the order of their triggers. Empty until validated.
    public internal(set) var loops: [X12LoopInstance] = []
    /// 1-based position in its group.
    public internal(set) var ordinal = 0
    /// What is wrong with ST, SE and the counts.
    public internal(set) var faults: [X12SetFault] = []
    /// What group and interchange say.
    public internal(set) var envelope: X12SetEnvelope

    /// ST01, such as `850`.
    public var id: String { segments.isEmpty ? "" : text(1, of: 0) }
    /// ST02.
    public var control: String { segments.isEmpty ? "" : text(2, of: 0) }
    /// Where the set lies in the drop.
    public var span: Range<Int> { byteOffset..<byteOffset + bytes.count }

    init(envelope: X12SetEnvelope) { self.envelope = envelope }

    /// The bytes of element `number` as a range of `bytes`; empty where it was not written.
    @inlinable public func range(_ number: Int, of segment: Int) -> Range<Int> {
        let found = segments[segment]
        guard number >= 1, number <= Int(found.elementCount) else { return Int(found.end)..<Int(found.end) }
        return elements[Int(found.firstElement) + number - 1].range
    }

    /// The bytes of element `number`; empty where it was not written.
    @inlinable public func element(_ number: Int, of segment: Int) -> ArraySlice<UInt8> {
        bytes[range(number, of: segment)]
    }

    /// Element `number` as text, UTF-8 repaired, trailing blanks kept.
    public func text(_ number: Int, of segment: Int) -> String {
        String(decoding: element(number, of: segment), as: UTF8.self)
    }

    /// Where element `number` stands in the drop: the address of a canonical value.
    public func dropRange(_ number: Int, of segment: Int) -> Range<Int> {
        let inner = range(number, of: segment)
        return byteOffset + inner.lowerBound..<byteOffset + inner.upperBound
    }

    /// The ranges of the components of a composite, in order; one range where there is no separator.
    public func components(_ number: Int, of segment: Int) -> [Range<Int>] {
        split(range(number, of: segment), at: envelope.delimiters.component)
    }

    /// The ranges of the repetitions of an element; one where the interchange has no repetition separator.
    public func repetitions(_ number: Int, of segment: Int) -> [Range<Int>] {
        guard let repetition = envelope.delimiters.repetition else { return [range(number, of: segment)] }
        return split(range(number, of: segment), at: repetition)
    }

    func split(_ range: Range<Int>, at separator: UInt8) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var start = range.lowerBound
        for index in range where bytes[index] == separator {
            parts.append(start..<index)
            start = index + 1
        }
        parts.append(start..<range.upperBound)
        return parts
    }
}
