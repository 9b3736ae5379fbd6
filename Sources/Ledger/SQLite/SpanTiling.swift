/// Whether stretches lie side by side from the first byte to the last, and whether those that lie within another one do
/// the same there.
///
/// - Shape: stretches come by their first byte, the longer first.
struct SpanTiling {
    private struct Stretch {
        var bytes: Range<Int64>
        var isApplied: Bool
        /// Everything before it is covered by stretches within this one.
        var reached: Int64

        /// Undivided, divided to its end, or still being divided by a replay that was cut short.
        var isWhole: Bool { reached == bytes.lowerBound || reached == bytes.upperBound || !isApplied }
    }

    private var nest: [Stretch]
    /// The first byte where the stretches do not fit.
    private var gap: Int64?

    init(byteCount: Int64) {
        nest = [Stretch(bytes: 0..<byteCount, isApplied: true, reached: 0)]
    }

    mutating func add(_ bytes: Range<Int64>, isApplied: Bool) {
        close(upTo: bytes.lowerBound)
        let outer = nest.count - 1
        let isRepeated = outer > 0 && !bytes.isEmpty && bytes == nest[outer].bytes
        guard !isRepeated, bytes.lowerBound == nest[outer].reached,
            bytes.upperBound <= nest[outer].bytes.upperBound
        else {
            gap = gap ?? nest[outer].reached
            return
        }
        nest[outer].reached = bytes.upperBound
        nest.append(Stretch(bytes: bytes, isApplied: isApplied, reached: bytes.lowerBound))
    }

    /// - Returns: the first byte where the stretches do not fit; nil where they do.
    mutating func finish() -> Int64? {
        close(upTo: .max)
        return gap ?? (nest[0].reached == nest[0].bytes.upperBound ? nil : nest[0].reached)
    }

    private mutating func close(upTo offset: Int64) {
        while nest.count > 1, let last = nest.last, last.bytes.upperBound <= offset {
            if !last.isWhole { gap = gap ?? last.reached }
            nest.removeLast()
        }
    }
}
