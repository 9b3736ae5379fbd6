import Diagnostics
import Ledger

/// Which stretches of a drop a replay takes up again: those that were not applied. Everything else stays as it is.
///
/// - Shape: a stretch keeps its place and its number in the books. Where a stretch now reads as several (an interchange
///   that was quarantined as one), these are new stretches within it, and it counts as accepted once all of them are in
///   the books.
/// - Twice: a replay that was cut short is asked for again and goes on with what is not in the books yet.
struct ReplaySelection: Sendable {
    /// The operator act that caused the replay.
    let act: Int64
    /// All stretches of the drop, by their bytes.
    private var known: [Range<Int64>: SpanRow] = [:]
    /// Stretches that were not applied, in the order of their bytes; those before `nextOpen` are passed.
    private var open: [SpanRow] = []
    private var nextOpen = 0
    /// Whether stretches were read out of `open[nextOpen]`.
    private var isDivided = false
    /// Bytes of the interchanges that were quarantined and are admitted now, by their number.
    private var admitted: [Int: Range<Int64>] = [:]
    private var nextOrdinal = 0
    private let findings: Set<FindingRow>

    /// - Parameters:
    ///   - spans: all spans of the drop.
    ///   - findings: all findings of the drop; none of them is written again.
    init(_ spans: [SpanRow], findings: [FindingRow], act: Int64) {
        self.act = act
        self.findings = Set(findings)
        for span in spans {
            known[span.bytes] = span
            nextOrdinal = max(nextOrdinal, span.ordinal + 1)
        }
        open = spans.filter { Self.isOpen($0.state) }.sorted { $0.offset < $1.offset }
    }

    /// Whether everything of the drop was applied.
    var isEmpty: Bool { open.isEmpty }

    /// What a batch has for this replay, under the numbers that the books have for it.
    mutating func select(_ batch: ReadBatch) -> ReadBatch {
        var taken = ReadBatch()
        taken.reached = batch.reached
        taken.isLast = batch.isLast
        for row in batch.interchanges where !row.isQuarantined {
            let bytes = row.offset..<row.offset + row.length
            guard let before = known[bytes], before.state == .quarantined else { continue }
            admitted[row.ordinal] = bytes
            taken.interchanges.append(row)
        }
        for unit in batch.units {
            pass(upTo: unit.span.offset, to: &taken.units)
            select(unit, to: &taken.units)
        }
        if batch.isLast { pass(upTo: .max, to: &taken.units) }
        taken.groups = batch.groups.filter { admitted[$0.interchange] != nil }
        taken.findings = batch.findings.filter { finding in
            guard let offset = finding.location?.byteOffset else { return false }
            return admitted.values.contains { $0.contains(Int64(offset)) }
        }
        return taken
    }

    private mutating func select(_ unit: ReadUnit, to units: inout [ReadUnit]) {
        var unit = unit
        if let before = known[unit.span.bytes] {
            guard Self.isOpen(before.state) else { return }
            unit.span.ordinal = before.ordinal
            units.append(unit)
        } else if nextOpen < open.count, open[nextOpen].bytes.contains(unit.span.offset),
            unit.span.bytes.upperBound <= open[nextOpen].bytes.upperBound
        {
            unit.span.ordinal = nextOrdinal
            nextOrdinal += 1
            isDivided = true
            units.append(unit)
        }
    }

    /// Leaves the stretches that end before an offset; one that was divided is accepted, as its parts tell its fate.
    private mutating func pass(upTo offset: Int64, to units: inout [ReadUnit]) {
        while nextOpen < open.count, open[nextOpen].bytes.upperBound <= offset {
            if isDivided {
                var span = open[nextOpen]
                span.state = .accepted
                span.code = nil
                units.append(ReadUnit(span: span))
            }
            isDivided = false
            nextOpen += 1
        }
    }

    /// Whether the books have a stretch with these bytes.
    func isKnown(_ span: SpanRow) -> Bool { known[span.bytes] != nil }

    /// Whether a stretch came out as the books have it.
    func isUnchanged(_ span: SpanRow) -> Bool {
        guard let before = known[span.bytes] else { return false }
        return before.state == span.state && before.code == span.code && before.key == span.key
            && before.subject == span.subject && before.acknowledgment == span.acknowledgment
    }

    /// Whether the books have a finding.
    func isKnown(_ finding: FindingRow) -> Bool { findings.contains(finding) }

    private static func isOpen(_ state: SpanState) -> Bool {
        [.held, .refused, .quarantined].contains(state)
    }
}

extension SpanRow {
    /// Its place in the drop.
    fileprivate var bytes: Range<Int64> { offset..<offset + length }
}
