import Ledger

/// Which stretches of a drop a replay takes up again: those that were not applied. Everything else stays as it is.
///
/// - Shape: a stretch keeps its place and its number in the books. An interchange that was quarantined as one stretch
///   and is sound now reads as many stretches; it is taken up when its drop was quarantined whole, else the partner sends
///   it again.
struct ReplaySelection: Sendable {
    /// Numbers of the stretches to take up, by their first byte.
    private let ordinals: [Int64: (ordinal: Int, length: Int64)]
    /// The operator act that caused the replay.
    let act: Int64

    /// - Parameter spans: all spans of the drop.
    init(_ spans: [SpanRow], act: Int64) {
        var ordinals: [Int64: (ordinal: Int, length: Int64)] = [:]
        for span in spans where [.held, .refused, .quarantined].contains(span.state) {
            ordinals[span.offset] = (span.ordinal, span.length)
        }
        self.ordinals = ordinals
        self.act = act
    }

    var isEmpty: Bool { ordinals.isEmpty }

    /// The units of a batch that are to be taken up, under the numbers that the books have for them.
    func select(_ units: [ReadUnit]) -> [ReadUnit] {
        units.compactMap { unit in
            guard let known = ordinals[unit.span.offset], known.length == unit.span.length else { return nil }
            var unit = unit
            unit.span.ordinal = known.ordinal
            return unit
        }
    }
}
