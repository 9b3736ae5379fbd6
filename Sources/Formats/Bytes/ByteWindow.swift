import CScan

/// A moving window over a drop: what a scanner sees of a file of any size.
///
/// Owns the module's one raw buffer; indexes are checked against `count` by `subscript`, and 64 readable bytes follow the
/// last one so that a mask may be taken anywhere.
struct ByteWindow: ~Copyable {
    private var source: any ByteSource
    private let base: UnsafeMutablePointer<UInt8>
    private let capacity: Int
    /// Bytes in the window.
    private(set) var count = 0
    /// Offset in the drop of byte 0 of the window.
    private(set) var origin = 0
    private(set) var isAtEnd = false

    /// Bytes readable after the last one.
    private static let padding = 64

    init(_ source: any ByteSource, capacity: Int) {
        self.source = source
        self.capacity = capacity
        base = .allocate(capacity: capacity + Self.padding)
        base.initialize(repeating: 0, count: capacity + Self.padding)
    }

    deinit { base.deallocate() }

    subscript(index: Int) -> UInt8 {
        @inline(__always) get {
            precondition(index >= 0 && index < count, "index outside the window")
            return base[index]
        }
    }

    /// Pulls more bytes in, giving up those before `keep`.
    ///
    /// - Shape: by how much all indexes have moved down; nil at the end of the drop, when nothing changed.
    mutating func fill(keep: Int) throws -> Int? {
        guard !isAtEnd, keep <= count else { return nil }
        var moved = 0
        if capacity - count < X12Limits.chunkByteCount && keep > 0 {
            moved = keep
            base.update(from: base + keep, count: count - keep)
            count -= keep
            origin += keep
        }
        let room = UnsafeMutableRawBufferPointer(start: base + count, count: capacity - count)
        guard room.count > 0 else { return nil }
        let read = try source.read(into: room)
        guard read > 0 else {
            isAtEnd = true
            // The indexes may have moved although nothing came.
            return moved > 0 ? moved : nil
        }
        count += min(read, room.count)
        return moved
    }

    /// The first byte equal to `byte` from `start` on; nil where there is none yet.
    @inline(__always)
    func first(_ byte: UInt8, from start: Int) -> Int? {
        var index = start
        while index < count {
            let mask = cscan_equal(base + index, byte)
            if mask != 0 {
                let found = index + mask.trailingZeroBitCount
                return found < count ? found : nil
            }
            index += 64
        }
        return nil
    }

    func newlines(in range: Range<Int>) -> Int {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside the window")
        return Int(cscan_count(base + range.lowerBound, UInt64(range.count), 0x0A))
    }

    /// A copy of some bytes of the window.
    func bytes(_ range: Range<Int>) -> [UInt8] {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside the window")
        return Array(UnsafeBufferPointer(start: base + range.lowerBound, count: range.count))
    }

    func append(_ range: Range<Int>, to bytes: inout [UInt8]) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "range outside the window")
        bytes.append(contentsOf: UnsafeBufferPointer(start: base + range.lowerBound, count: range.count))
    }
}
