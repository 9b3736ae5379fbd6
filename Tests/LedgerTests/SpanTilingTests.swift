import Testing

@testable import Ledger

/// Which sets of spans account for every byte of a drop of 100 bytes, once.
@Suite struct SpanTilingTests {
    struct Row: CustomTestStringConvertible {
        var name: String
        /// First byte, end, and whether the span was applied.
        var spans: [(Int64, Int64, Bool)]
        var gap: Int64?
        var testDescription: String { name }
    }

    static let rows = [
        Row(name: "no span", spans: [], gap: 0),
        Row(name: "side by side", spans: [(0, 40, true), (40, 100, false)], gap: nil),
        Row(name: "a hole", spans: [(0, 40, true), (50, 100, true)], gap: 40),
        Row(name: "an end too early", spans: [(0, 40, true)], gap: 40),
        Row(name: "an end too late", spans: [(0, 120, true)], gap: 0),
        Row(name: "an overlap", spans: [(0, 60, true), (40, 100, true)], gap: 0),
        Row(name: "a span twice", spans: [(0, 100, true), (0, 100, true)], gap: 0),
        Row(
            name: "an interchange that was taken up",
            spans: [(0, 100, true), (0, 20, true), (20, 70, false), (70, 100, true)], gap: nil),
        Row(
            name: "an interchange taken up in part, though it counts as applied",
            spans: [(0, 100, true), (0, 20, true), (20, 70, true)], gap: 70),
        Row(
            name: "an interchange that is still being taken up",
            spans: [(0, 100, false), (0, 20, true), (20, 70, true)], gap: nil),
        Row(name: "a hole within", spans: [(0, 100, true), (0, 20, true), (30, 100, true)], gap: 20),
        Row(
            name: "empty stretches", spans: [(0, 50, true), (0, 0, true), (50, 50, true), (50, 100, true)],
            gap: nil),
    ]

    @Test(arguments: rows)
    func everyByteOnce(_ row: Row) {
        var tiling = SpanTiling(byteCount: 100)
        for (start, end, isApplied) in row.spans { tiling.add(start..<end, isApplied: isApplied) }
        #expect(tiling.finish() == row.gap)
    }
}
