import Diagnostics

/// Walks over a drop from envelope segment to envelope segment; what lies inside a set is counted and, when wanted,
/// copied, but not looked into. Both passes of the reader drive it.
struct EnvelopeWalker: ~Copyable {
    enum Control: Sendable { case iea, gs, ge, st, se, isa, ta1, other }

    enum Trouble: Sendable {
        /// The drop ends inside a segment.
        case truncated
        /// No terminator soon after the ISA.
        case unterminated
        case elementTooLong, segmentTooLong
    }

    enum Step {
        /// Bytes outside interchanges.
        case gap(Range<Int>)
        case interchange(HeaderReading)
        /// An envelope segment, or one outside any set: see `field`.
        case control(Control)
        case trouble(Trouble)
        /// The drop ends; inside an interchange its trailer is missing.
        case end
    }

    private enum Outcome { case segment, end, trouble(Trouble) }
    enum State { case outside, inside, lost, ended }

    var window: ByteWindow
    let options: X12ScanOptions
    var state = State.outside
    var delimiters = X12Delimiters()
    var terminatorFirst: UInt8 = 0
    var terminatorCount = 1
    /// Next byte to be read.
    var cursor = 0
    var segmentStart = 0
    var segmentEnd = 0
    var isFirstSegment = false

    /// Inside ST…SE: segments are counted and passed over.
    var isInSet = false
    /// Segments of the set so far, ST included.
    var setSegmentCount = 0
    /// Segments of the interchange so far, ISA included.
    var segmentCount = 0

    // Copying of a set's bytes.
    private(set) var collected: [UInt8] = []
    private var isCollecting = false
    private var collectStart = 0
    private(set) var collectedIsTooLong = false

    // Line counting: everything before `anchor` has been counted.
    private var anchor = 0
    private var anchorLine = 1
    private var anchorLineStart = 0

    /// The first bytes of the last gap that are not blank: what a drop without an ISA is judged by.
    var gapHead: [UInt8] = []
    var startsWithMark = false

    static let windowByteCount = X12Limits.segmentByteCountMax + 2 * X12Limits.chunkByteCount

    init(_ source: any ByteSource, options: X12ScanOptions) {
        window = ByteWindow(source, capacity: Self.windowByteCount)
        self.options = options
    }

    // MARK: the current segment

    /// Where the current segment begins in the drop.
    var segmentOffset: Int { window.origin + segmentStart }
    /// Where reading goes on in the drop: after the terminator of the current segment.
    var offset: Int { window.origin + cursor }

    /// The bytes of element `number` of the current segment; empty where it was not written. Element 0 is the tag.
    func field(_ number: Int) -> [UInt8] {
        var start = segmentStart
        var index = 0
        while start <= segmentEnd {
            var end = start
            while end < segmentEnd && window[end] != delimiters.element { end += 1 }
            if index == number { return window.bytes(start..<end) }
            index += 1
            start = end + 1
        }
        return []
    }

    /// Line and column of the current segment.
    mutating func segmentPlace() -> (line: Int, column: Int) { place(of: segmentStart) }

    /// Where the next segment was expected: what is missing stands here.
    mutating func nextPlace() -> (line: Int, column: Int) { place(of: cursor) }

    private mutating func place(of index: Int) -> (line: Int, column: Int) {
        let target = window.origin + index
        count(upTo: index)
        return (anchorLine, target - anchorLineStart + 1)
    }

    private mutating func count(upTo index: Int) {
        let target = window.origin + index
        guard target > anchor else { return }
        let found = window.newlines(in: anchor - window.origin..<index)
        if found > 0 {
            anchorLine += found
            var last = index - 1
            while window[last] != 0x0A { last -= 1 }
            anchorLineStart = window.origin + last + 1
        }
        anchor = target
    }

    // MARK: collecting

    /// Begins to copy at the current segment.
    mutating func beginCollecting() {
        collected.removeAll(keepingCapacity: true)
        collectedIsTooLong = false
        isCollecting = true
        collectStart = segmentStart
    }

    /// Ends copying: before the current segment, or after it.
    mutating func endCollecting(includingSegment: Bool) {
        guard isCollecting else { return }
        collect(upTo: includingSegment ? cursor : segmentStart)
        isCollecting = false
    }

    /// Hands the copied bytes over for storage to copy the next ones into.
    mutating func swapCollected(with bytes: inout [UInt8]) { swap(&collected, &bytes) }

    private mutating func collect(upTo index: Int) {
        guard isCollecting, index > collectStart else { return }
        if collected.count + (index - collectStart) > X12Limits.setByteCountMax {
            // Past the bound the beginning is kept, so that the set can still be named and refused.
            collectedIsTooLong = true
        } else if !collectedIsTooLong {
            window.append(collectStart..<index, to: &collected)
        }
        collectStart = index
    }

    // MARK: walking

    mutating func next() throws -> Step {
        switch state {
        case .outside: return try seekHeader()
        case .lost: return try skipLost()
        case .ended: return .end
        case .inside: break
        }
        while true {
            switch try readSegment() {
            case .end:
                state = .ended
                segmentStart = cursor
                segmentEnd = cursor
                return .end
            case .trouble(let trouble):
                switch trouble {
                case .truncated: state = .ended
                case .unterminated: state = .lost
                case .elementTooLong, .segmentTooLong: segmentCount += 1
                }
                return .trouble(trouble)
            case .segment:
                isFirstSegment = false
                segmentCount += 1
                let control = classify()
                if isInSet && (control == .other || control == .ta1) {
                    setSegmentCount += 1
                    if segmentEnd - segmentStart > X12Limits.elementByteCountMax,
                        hasLongElement(segmentStart..<segmentEnd)
                    {
                        return .trouble(.elementTooLong)
                    }
                    continue
                }
                switch control {
                case .st: setSegmentCount = 1
                case .se: setSegmentCount += 1
                case .iea: state = .outside
                case .isa:
                    // The one before has no trailer; this one is read from its beginning.
                    segmentCount -= 1
                    state = .outside
                    cursor = segmentStart
                default: break
                }
                return .control(control)
            }
        }
    }

    @inline(__always)
    private func classify() -> Control {
        let length = segmentEnd - segmentStart
        guard length >= 2 else { return .other }
        let first = window[segmentStart]
        // G, I, S and T begin the envelope; nearly everything else is told apart by its first letter.
        guard first == 0x53 || first == 0x47 || first == 0x49 || first == 0x54 else { return .other }
        let separator = delimiters.element
        let second = window[segmentStart + 1]
        if length == 2 || window[segmentStart + 2] == separator {
            switch (first, second) {
            case (0x53, 0x54): return .st
            case (0x53, 0x45): return .se
            case (0x47, 0x53): return .gs
            case (0x47, 0x45): return .ge
            default: return .other
            }
        }
        guard length == 3 || window[segmentStart + 3] == separator else { return .other }
        switch (first, second, window[segmentStart + 2]) {
        case (0x49, 0x45, 0x41): return .iea
        case (0x49, 0x53, 0x41): return .isa
        case (0x54, 0x41, 0x31): return .ta1
        default: return .other
        }
    }

    private func hasLongElement(_ range: Range<Int>) -> Bool {
        var start = range.lowerBound
        while start < range.upperBound {
            let end = min(window.first(delimiters.element, from: start) ?? range.upperBound, range.upperBound)
            if end - start > X12Limits.elementByteCountMax { return true }
            start = end + 1
        }
        return false
    }

    @inline(__always)
    private mutating func readSegment() throws -> Outcome {
        while true {
            guard try skipNoise() else { return .end }
            var from = cursor
            scan: while true {
                if let found = window.first(terminatorFirst, from: from) {
                    var distance = found - cursor
                    if terminatorCount > 1, try !completes(at: distance) {
                        from = cursor + distance + 1
                        continue
                    }
                    if window[cursor] == 0x42 { distance = try binaryLength(upTo: distance) }
                    let end = cursor + distance
                    segmentStart = cursor
                    segmentEnd = trimmedEnd(end)
                    cursor = end + terminatorCount
                    if segmentEnd > segmentStart { return .segment }
                    break scan
                }
                if isFirstSegment && window.count - cursor > X12Limits.firstSegmentByteCountMax {
                    return .trouble(.unterminated)
                }
                if window.count - cursor > X12Limits.segmentByteCountMax { return try tooLong() }
                from = max(from, window.count)
                guard let moved = try fill(keep: cursor) else { return unfinished() }
                from -= moved
            }
        }
    }

    /// The drop ends without a terminator: harmless after IEA, whose numbers are checked anyway.
    private mutating func unfinished() -> Outcome {
        segmentStart = cursor
        segmentEnd = trimmedEnd(window.count)
        cursor = window.count
        if classify() == .iea { return .segment }
        return .trouble(isFirstSegment ? .unterminated : .truncated)
    }

    /// Gives up a segment past the bound and goes on after its terminator.
    private mutating func tooLong() throws -> Outcome {
        let trouble = hasLongElement(cursor..<window.count) ? Trouble.elementTooLong : .segmentTooLong
        while true {
            if let found = window.first(terminatorFirst, from: cursor) {
                cursor = found
                let isWhole = try completes(at: 0)
                cursor += isWhole ? terminatorCount : 1
                segmentStart = cursor
                segmentEnd = cursor
                if isWhole { return .trouble(trouble) }
            } else {
                cursor = window.count
                segmentStart = cursor
                segmentEnd = cursor
                if try fill(keep: cursor) == nil { return .trouble(trouble) }
            }
        }
    }

    /// Whether the whole terminator stands `length` bytes after the cursor. Its further bytes are pulled in where
    /// needed, so that indexes of the window may have moved.
    private mutating func completes(at length: Int) throws -> Bool {
        let terminator = delimiters.terminator
        guard terminator.count > 1 else { return true }
        while cursor + length + terminator.count > window.count {
            guard try fill(keep: cursor) != nil else { return false }
        }
        for further in 1..<terminator.count where window[cursor + length + further] != terminator[further] {
            return false
        }
        return true
    }

    /// How long a segment really is: BIN and BDS hold as many bytes as they say, terminators among them.
    private mutating func binaryLength(upTo length: Int) throws -> Int {
        guard length > 5 else { return length }
        let head = window.bytes(cursor..<min(cursor + 40, window.count))
        guard let declared = X12Binary.layout(of: head, delimiters)?.end, declared > length,
            declared <= X12Limits.segmentByteCountMax
        else { return length }
        while cursor + declared >= window.count {
            guard try fill(keep: cursor) != nil else { return length }
        }
        return window[cursor + declared] == terminatorFirst ? declared : length
    }

    @inline(__always)
    private func trimmedEnd(_ end: Int) -> Int {
        var end = end
        while end > cursor, window[end - 1] <= 0x20,
            window[end - 1] == 0x20 || window[end - 1] == 0x0D || window[end - 1] == 0x0A
        { end -= 1 }
        return end
    }

    /// Passes over blanks and line ends; false at the end of the drop.
    @inline(__always)
    private mutating func skipNoise() throws -> Bool {
        while true {
            while cursor < window.count {
                let byte = window[cursor]
                if byte > 0x20 { return true }
                guard
                    byte == 0x20 || byte == 0x0D || byte == 0x0A || byte == 0x09 || byte == 0x1A || byte == 0,
                    byte != delimiters.element
                else { return true }
                cursor += 1
            }
            if try fill(keep: cursor) == nil { return cursor < window.count }
        }
    }

    /// Pulls more in; indexes of this walker move with the window.
    mutating func fill(keep: Int) throws -> Int? {
        collect(upTo: keep)
        count(upTo: keep)
        let before = window.origin
        let moved = try window.fill(keep: keep)
        let shift = window.origin - before
        cursor -= shift
        segmentStart -= shift
        segmentEnd -= shift
        collectStart -= shift
        // A window may move and still be at the end: the caller goes on at the new place, finds nothing and asks again.
        return moved
    }

    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0D || byte == 0x0A || byte == 0x09 || byte == 0x1A || byte == 0
    }
}
