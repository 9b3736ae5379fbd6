/// Where lines begin, from some line on: enough to place any byte of the open document.
///
/// - Unit: offsets in the drop; lines 1-based, ended by LF.
struct XMLLines {
    /// The first line still known, and where it begins.
    private(set) var first: (line: Int, start: Int) = (1, 0)
    /// Where the lines after `first` begin, ascending.
    private var starts: [Int] = []

    mutating func append(_ start: Int) { starts.append(start) }

    /// How many lines are known.
    var count: Int { starts.count }

    /// Forgets the lines before the one on which `offset` stands.
    mutating func forget(before offset: Int) {
        let count = index(behind: offset)
        guard count > 0 else { return }
        first = (first.line + count, starts[count - 1])
        starts.removeFirst(count)
    }

    /// Line and column of a byte.
    func place(of offset: Int) -> (line: Int, column: Int) {
        let count = index(behind: offset)
        let start = count == 0 ? first.start : starts[count - 1]
        return (first.line + count, offset - start + 1)
    }

    /// The line starts inside a range, relative to it.
    func starts(in range: Range<Int>) -> [UInt32] {
        let lower = index(behind: range.lowerBound)
        let upper = index(behind: range.upperBound)
        return starts[lower..<max(lower, upper)].map { UInt32(clamping: $0 - range.lowerBound) }
    }

    /// How many of `starts` are not behind `offset`.
    private func index(behind offset: Int) -> Int {
        var low = 0
        var high = starts.count
        while low < high {
            let middle = (low + high) / 2
            if starts[middle] <= offset { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
