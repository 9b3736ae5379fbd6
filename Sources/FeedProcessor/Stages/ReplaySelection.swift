import Ledger

/// Which stretches of a drop a replay takes up again: those that were not applied. Everything else stays as it is.
struct ReplaySelection: Sendable {
    /// The bytes to take up, in order, not overlapping.
    private let ranges: [Range<Int64>]
    /// The operator act that caused the replay.
    let act: Int64
    /// The first ordinal free for new spans.
    private let firstOrdinal: Int
    private var taken = 0

    /// - Parameter spans: all spans of the drop.
    init(_ spans: [SpanRow], act: Int64) {
        ranges = spans.filter { [.held, .refused, .quarantined].contains($0.state) }
            .map { $0.offset..<$0.offset + $0.length }.sorted { $0.lowerBound < $1.lowerBound }
        self.act = act
        firstOrdinal = (spans.map(\.ordinal).max() ?? -1) + 1
    }

    var isEmpty: Bool { ranges.isEmpty }
    var count: Int { ranges.count }

    /// The units of a batch that lie in the stretches to take up, numbered anew.
    mutating func select(_ units: [ReadUnit]) -> [ReadUnit] {
        var selected: [ReadUnit] = []
        for var unit in units where contains(unit.span) {
            unit.span.ordinal = firstOrdinal + taken
            taken += 1
            selected.append(unit)
        }
        return selected
    }

    private func contains(_ span: SpanRow) -> Bool {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound <= span.offset { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].lowerBound <= span.offset
            && span.offset + span.length <= ranges[low].upperBound
    }
}
