import CScan

/// Cuts the bytes of one set into segments and elements, 64 bytes at a time.
struct SetTokenizer {
    private let delimiters: X12Delimiters
    private let separator: UInt8
    private let terminator: UInt8
    private let component: UInt8
    private let repetition: UInt8
    /// Where a set is cut before it is copied into storage of its own; grows to the largest set and stays.
    private var segments = [X12Segment](repeating: .none, count: 512)
    private var elements = [ByteRange](repeating: ByteRange(start: 0, end: 0), count: 4096)

    init(_ delimiters: X12Delimiters) {
        self.delimiters = delimiters
        separator = delimiters.element
        terminator = delimiters.terminator[0]
        component = delimiters.component
        repetition = delimiters.repetition ?? delimiters.component
    }

    /// Where the cut stands: the open segment and the open element.
    private struct State {
        var index = 0
        var segmentCount = 0
        var elementCount = 0
        var segmentStart = 0
        var elementStart = 0
        /// Index of the open segment's tag among the elements.
        var first = 0
        /// An odd byte of the open segment lies in a block before this one.
        var hasOddBefore = false
        /// Separators before this index are content of a binary segment, or lie between segments.
        var resumeAt = 0
        var isFull = false
        /// Elements of the open segment that are too many: counted, not kept.
        var surplusCount = 0
        var faults: [X12SetFault] = []
    }

    /// Fills the segments and elements of a set from its bytes, reusing their storage.
    ///
    /// - Limit: `X12Limits.segmentsPerSetMax` segments and one more; of a segment the tag and one element more than
    ///   `X12Limits.elementsPerSegmentMax`.
    mutating func cut(_ set: inout X12Set) {
        var segments: [X12Segment] = []
        var elements: [ByteRange] = []
        swap(&segments, &self.segments)
        swap(&elements, &self.elements)
        var state = State()
        set.bytes.withUnsafeBufferPointer { bytes in
            state.segmentStart = noise(bytes, from: 0)
            state.elementStart = state.segmentStart
            state.resumeAt = state.segmentStart
            while state.index < bytes.count && !state.isFull {
                Self.grow(&segments, to: state.segmentCount + 65, X12Segment.none)
                Self.grow(&elements, to: state.elementCount + 130, ByteRange(start: 0, end: 0))
                segments.withUnsafeMutableBufferPointer { segments in
                    elements.withUnsafeMutableBufferPointer { elements in
                        run(&state, bytes, segments, elements)
                    }
                }
            }
            if state.segmentStart < bytes.count && !state.isFull {
                Self.grow(&segments, to: state.segmentCount + 1, X12Segment.none)
                Self.grow(&elements, to: state.elementCount + 1, ByteRange(start: 0, end: 0))
                segments.withUnsafeMutableBufferPointer { segments in
                    elements.withUnsafeMutableBufferPointer { elements in
                        close(&state, at: bytes.count, hasOdd: true, bytes, segments, elements)
                    }
                }
            }
        }
        set.segments.removeAll(keepingCapacity: true)
        set.elements.removeAll(keepingCapacity: true)
        set.segments.append(contentsOf: segments[..<state.segmentCount])
        set.elements.append(contentsOf: elements[..<state.elementCount])
        swap(&segments, &self.segments)
        swap(&elements, &self.elements)
        set.faults += state.faults
    }

    private static func grow<Item>(_ items: inout [Item], to count: Int, _ item: Item) {
        guard items.count < count else { return }
        items.append(contentsOf: repeatElement(item, count: max(count - items.count, items.count)))
    }

    /// Cuts block after block while there is room for what a block can hold.
    private func run(
        _ state: inout State, _ bytes: UnsafeBufferPointer<UInt8>,
        _ segments: UnsafeMutableBufferPointer<X12Segment>,
        _ elements: UnsafeMutableBufferPointer<ByteRange>
    ) {
        guard let base = bytes.baseAddress else { return }
        while state.index < bytes.count, !state.isFull, state.segmentCount + 65 <= segments.count,
            state.elementCount + 130 <= elements.count
        {
            let index = state.index
            if index + 64 <= bytes.count {
                block(&state, base + index, bytes, segments, elements)
            } else {
                // The last block is copied to where 64 bytes may be read.
                withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { rest in
                    rest.initialize(repeating: 0x20)
                    for offset in index..<bytes.count { rest[offset - index] = bytes[offset] }
                    if let start = rest.baseAddress {
                        block(&state, UnsafePointer(start), bytes, segments, elements)
                    }
                }
            }
            state.index = index + 64
            let surplus = state.elementCount - state.first - (X12Limits.elementsPerSegmentMax + 1)
            if surplus > 0 {
                state.surplusCount += surplus
                state.elementCount -= surplus
            }
        }
    }

    @inline(__always)
    private func block(
        _ state: inout State, _ start: UnsafePointer<UInt8>, _ bytes: UnsafeBufferPointer<UInt8>,
        _ segments: UnsafeMutableBufferPointer<X12Segment>, _ elements: UnsafeMutableBufferPointer<ByteRange>
    ) {
        let index = state.index
        let masks = cscan_segments(start, separator, terminator, component, repetition)
        var ends = masks.ends
        var elementStart = state.elementStart
        var elementCount = state.elementCount
        while ends != 0 {
            let bit = ends.trailingZeroBitCount
            ends &= ends &- 1
            let position = index &+ bit
            if position < state.resumeAt || position >= bytes.count { continue }
            if bytes[position] == separator {
                elements[elementCount] = ByteRange(
                    start: UInt32(truncatingIfNeeded: elementStart), end: UInt32(truncatingIfNeeded: position)
                )
                elementCount &+= 1
                elementStart = position &+ 1
                if elementCount &- state.first == 1, bytes[state.segmentStart] == 0x42 {
                    state.elementStart = elementStart
                    state.elementCount = elementCount
                    passBinary(&state, bytes, elements)
                    elementStart = state.elementStart
                    elementCount = state.elementCount
                }
            } else if isTerminator(bytes, at: position) {
                let below = masks.odd & ~(UInt64.max << UInt64(bit))
                let isHere = state.segmentStart > index
                let own = isHere ? below >> UInt64(state.segmentStart - index) : below
                state.elementStart = elementStart
                state.elementCount = elementCount
                close(
                    &state, at: position, hasOdd: own != 0 || (!isHere && state.hasOddBefore), bytes,
                    segments, elements)
                if state.isFull { return }
                elementStart = state.elementStart
                elementCount = state.elementCount
            }
        }
        state.elementStart = elementStart
        state.elementCount = elementCount
        if state.segmentStart >= index + 64 {
            state.hasOddBefore = false
        } else if state.segmentStart > index {
            state.hasOddBefore = masks.odd >> UInt64(state.segmentStart - index) != 0
        } else {
            state.hasOddBefore = state.hasOddBefore || masks.odd != 0
        }
    }

    @inline(__always)
    private func isTerminator(_ bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> Bool {
        guard delimiters.terminator.count > 1 else { return true }
        guard position + delimiters.terminator.count <= bytes.count else { return false }
        for further in 1..<delimiters.terminator.count
        where bytes[position + further] != delimiters.terminator[further] { return false }
        return true
    }

    @inline(__always)
    private func close(
        _ state: inout State, at position: Int, hasOdd: Bool, _ bytes: UnsafeBufferPointer<UInt8>,
        _ segments: UnsafeMutableBufferPointer<X12Segment>, _ elements: UnsafeMutableBufferPointer<ByteRange>
    ) {
        var end = position
        while end > state.segmentStart, bytes[end - 1] <= 0x20,
            bytes[end - 1] == 0x20 || bytes[end - 1] == 0x0D || bytes[end - 1] == 0x0A
        { end -= 1 }
        if end > state.segmentStart {
            elements[state.elementCount] = ByteRange(
                start: UInt32(truncatingIfNeeded: min(state.elementStart, end)),
                end: UInt32(truncatingIfNeeded: end))
            var count = state.elementCount - state.first + state.surplusCount
            if count > X12Limits.elementsPerSegmentMax {
                if state.faults.count < X12Limits.findingsPerSetMax {
                    state.faults.append(
                        X12SetFault(kind: .tooManyElements(count), segment: state.segmentCount))
                }
                count = X12Limits.elementsPerSegmentMax + 1
            }
            segments[state.segmentCount] = X12Segment(
                tag: tag(bytes, elements[state.first]), start: UInt32(truncatingIfNeeded: state.segmentStart),
                end: UInt32(truncatingIfNeeded: end),
                firstElement: UInt32(truncatingIfNeeded: state.first + 1),
                elementCount: UInt16(truncatingIfNeeded: count), isPlain: !hasOdd)
            state.segmentCount += 1
            state.elementCount = state.first + count + 1
            state.isFull = state.segmentCount > X12Limits.segmentsPerSetMax
        }
        state.first = state.elementCount
        state.surplusCount = 0
        state.segmentStart = noise(bytes, from: position + delimiters.terminator.count)
        state.elementStart = state.segmentStart
        state.resumeAt = state.segmentStart
    }

    /// BIN and BDS: separators inside the declared length are data.
    private func passBinary(
        _ state: inout State, _ bytes: UnsafeBufferPointer<UInt8>,
        _ elements: UnsafeMutableBufferPointer<ByteRange>
    ) {
        let start = state.segmentStart
        let head = Array(bytes[start..<min(start + 40, bytes.count)])
        guard let layout = X12Binary.layout(of: head, delimiters), start + layout.end < bytes.count,
            bytes[start + layout.end] == terminator
        else { return }
        // The elements before the data are few: they fit the room of this block.
        for index in state.elementStart..<start + layout.dataStart where bytes[index] == separator {
            elements[state.elementCount] = ByteRange(
                start: UInt32(truncatingIfNeeded: state.elementStart), end: UInt32(truncatingIfNeeded: index))
            state.elementCount += 1
            state.elementStart = index + 1
        }
        state.resumeAt = start + layout.end
    }

    /// The tag of the open segment, packed.
    @inline(__always)
    private func tag(_ bytes: UnsafeBufferPointer<UInt8>, _ range: ByteRange) -> X12Tag {
        var packed: UInt32 = 0
        var shift: UInt32 = 24
        for index in Int(range.start)..<min(Int(range.end), Int(range.start) + 4) {
            packed |= UInt32(bytes[index]) << shift
            shift &-= 8
        }
        return X12Tag(rawValue: packed)
    }

    /// After blanks and line ends.
    @inline(__always)
    private func noise(_ bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        while index < bytes.count, bytes[index] <= 0x20, EnvelopeWalker.isBlank(bytes[index]),
            bytes[index] != separator
        {
            index += 1
        }
        return min(index, bytes.count)
    }
}

extension X12Segment {
    /// Fills storage that is about to be written.
    fileprivate static let none = X12Segment(
        tag: X12Tag(rawValue: 0), start: 0, end: 0, firstElement: 0, elementCount: 0, isPlain: true)
}
