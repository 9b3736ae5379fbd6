import CScan

/// Cuts the bytes of one set into segments and elements, 64 bytes at a time.
struct SetTokenizer {
    private let delimiters: X12Delimiters
    private let separator: UInt8
    private let terminator: UInt8
    private let component: UInt8
    private let repetition: UInt8

    init(_ delimiters: X12Delimiters) {
        self.delimiters = delimiters
        separator = delimiters.element
        terminator = delimiters.terminator[0]
        component = delimiters.component
        repetition = delimiters.repetition ?? delimiters.component
    }

    /// Fills the segments and elements of a set from its bytes.
    ///
    /// - Shape: as many segments as the walker counted, but at most `X12Limits.segmentsPerSetMax`; of a segment at most
    ///   one element more than `X12Limits.elementsPerSegmentMax`, its count as written up to 65,535.
    func cut(_ set: inout X12Set) {
        set.segments.removeAll(keepingCapacity: true)
        set.elements.removeAll(keepingCapacity: true)
        // Storage is taken out and put back, so that there is one owner and nothing is copied.
        var segments: [X12Segment] = []
        var elements: [ByteRange] = []
        swap(&segments, &set.segments)
        swap(&elements, &set.elements)
        let faults = set.bytes.withUnsafeBufferPointer { bytes in
            var cutting = Cutting(bytes: bytes, tokenizer: self, segments: segments, elements: elements)
            segments = []
            elements = []
            cutting.run()
            segments = cutting.segments
            elements = cutting.elements
            return cutting.faults
        }
        swap(&segments, &set.segments)
        swap(&elements, &set.elements)
        set.faults += faults
    }

    /// The state of one cut: where the open segment and the open element began.
    private struct Cutting {
        let bytes: UnsafeBufferPointer<UInt8>
        let tokenizer: SetTokenizer
        var segments: [X12Segment]
        var elements: [ByteRange]
        var faults: [X12SetFault] = []

        private var segmentStart = 0
        private var elementStart = 0
        private var firstElement = 0
        private var tagEnd = -1
        private var elementCount = 0
        /// An odd byte of the open segment lies in a block before this one.
        private var hasOddBefore = false
        /// Everything before this index is content of a binary segment.
        private var resumeAt = 0
        private var isFull = false

        init(
            bytes: UnsafeBufferPointer<UInt8>, tokenizer: SetTokenizer, segments: [X12Segment], elements: [ByteRange]
        ) {
            self.bytes = bytes
            self.tokenizer = tokenizer
            self.segments = segments
            self.elements = elements
        }

        mutating func run() {
            segmentStart = skipNoise(0)
            elementStart = segmentStart
            var index = 0
            guard let base = bytes.baseAddress else { return }
            while index + 64 <= bytes.count && !isFull {
                block(base + index, at: index)
                index += 64
            }
            if index < bytes.count && !isFull {
                // The last block is copied to where 64 bytes may be read.
                withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 64) { rest in
                    rest.initialize(repeating: 0x20)
                    for offset in index..<bytes.count { rest[offset - index] = bytes[offset] }
                    if let start = rest.baseAddress { block(UnsafePointer(start), at: index) }
                }
            }
            if segmentStart < bytes.count && !isFull { close(at: bytes.count, hasOdd: true) }
        }

        @inline(__always)
        private mutating func block(_ start: UnsafePointer<UInt8>, at index: Int) {
            let masks = cscan_segments(
                start, tokenizer.separator, tokenizer.terminator, tokenizer.component, tokenizer.repetition)
            var ends = masks.ends
            while ends != 0 {
                let bit = ends.trailingZeroBitCount
                ends &= ends &- 1
                let position = index + bit
                guard position >= segmentStart, position >= resumeAt, position < bytes.count else { continue }
                if bytes[position] == tokenizer.separator {
                    closeElement(at: position)
                } else if isTerminator(at: position) {
                    let below = masks.odd & ~(UInt64.max << UInt64(bit))
                    let above = segmentStart > index ? below >> UInt64(segmentStart - index) : below
                    close(at: position, hasOdd: above != 0 || (hasOddBefore && segmentStart < index))
                    if isFull { return }
                }
            }
            if segmentStart < index + 64 {
                let odd = segmentStart > index ? masks.odd >> UInt64(segmentStart - index) : masks.odd
                hasOddBefore = odd != 0 || (hasOddBefore && segmentStart < index)
            } else {
                hasOddBefore = false
            }
        }

        @inline(__always)
        private func isTerminator(at position: Int) -> Bool {
            let terminator = tokenizer.delimiters.terminator
            guard terminator.count > 1 else { return true }
            guard position + terminator.count <= bytes.count else { return false }
            for further in 1..<terminator.count where bytes[position + further] != terminator[further] { return false }
            return true
        }

        @inline(__always)
        private mutating func closeElement(at position: Int) {
            if tagEnd < 0 {
                tagEnd = position
                if bytes[segmentStart] == 0x42 { passBinary(separator: position) }
            } else {
                if elementCount <= X12Limits.elementsPerSegmentMax {
                    elements.append(ByteRange(start: UInt32(elementStart), end: UInt32(position)))
                }
                elementCount += 1
            }
            elementStart = position + 1
        }

        /// BIN and BDS: separators inside the declared length are data.
        private mutating func passBinary(separator: Int) {
            guard separator == segmentStart + 3 else { return }
            let head = Array(bytes[segmentStart..<min(segmentStart + 40, bytes.count)])
            guard let length = X12Binary.end(of: head, tokenizer.delimiters), segmentStart + length < bytes.count,
                bytes[segmentStart + length] == tokenizer.terminator
            else { return }
            // The separators before the data still count; the data begins after the last of them.
            let dataStart = segmentStart + length - declaredCount(head)
            resumeAt = dataStart > segmentStart ? segmentStart + length : resumeAt
            var start = separator + 1
            for index in start..<dataStart where bytes[index] == tokenizer.separator {
                elements.append(ByteRange(start: UInt32(start), end: UInt32(index)))
                elementCount += 1
                start = index + 1
            }
            elementStart = start
            binaryStart = start
        }

        private var binaryStart = -1

        private func declaredCount(_ head: [UInt8]) -> Int {
            let fields = head.split(separator: tokenizer.separator, omittingEmptySubsequences: false)
            let index = head[1] == 0x49 ? 1 : 2
            return fields.count > index ? X12Number.digits(fields[index]) ?? 0 : 0
        }

        @inline(__always)
        private mutating func close(at position: Int, hasOdd: Bool) {
            var end = position
            while end > segmentStart, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x0D || bytes[end - 1] == 0x0A { end -= 1 }
            if end > segmentStart {
                if tagEnd < 0 {
                    tagEnd = end
                } else {
                    let start = binaryStart >= 0 ? binaryStart : elementStart
                    if elementCount <= X12Limits.elementsPerSegmentMax {
                        elements.append(ByteRange(start: UInt32(min(start, end)), end: UInt32(end)))
                    }
                    elementCount += 1
                }
                if elementCount > X12Limits.elementsPerSegmentMax && faults.count < X12Limits.findingsPerSetMax {
                    faults.append(X12SetFault(kind: .tooManyElements(elementCount), segment: segments.count))
                }
                segments.append(
                    X12Segment(
                        tag: tag(), start: UInt32(segmentStart), end: UInt32(end), firstElement: UInt32(firstElement),
                        elementCount: UInt16(min(elementCount, X12Limits.elementsPerSegmentMax + 1)), isPlain: !hasOdd))
                isFull = segments.count > X12Limits.segmentsPerSetMax
            }
            segmentStart = skipNoise(position + tokenizer.delimiters.terminator.count)
            elementStart = segmentStart
            firstElement = elements.count
            tagEnd = -1
            elementCount = 0
            binaryStart = -1
        }

        /// The tag of the open segment, packed.
        @inline(__always)
        private func tag() -> X12Tag {
            var packed: UInt32 = 0
            var shift: UInt32 = 24
            for index in segmentStart..<min(tagEnd, segmentStart + 4) {
                packed |= UInt32(bytes[index]) << shift
                shift &-= 8
            }
            return X12Tag(rawValue: packed)
        }

        @inline(__always)
        private func skipNoise(_ start: Int) -> Int {
            var index = start
            while index < bytes.count {
                let byte = bytes[index]
                if byte > 0x20 || byte == tokenizer.separator { break }
                guard byte == 0x20 || byte == 0x0D || byte == 0x0A || byte == 0x09 || byte == 0x1A || byte == 0
                else { break }
                index += 1
            }
            return index
        }
    }
}
