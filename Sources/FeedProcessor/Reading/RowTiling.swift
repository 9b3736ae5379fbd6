import Canonical
import Diagnostics
import Ledger

/// Lays the documents of a drop side by side so that their spans tile it, and cuts out the rows that were refused.
///
/// - Shape: a document's span begins where its first row begins and ends where the next document begins.
struct RowTiling {
    private let document: String
    private let kind: String
    /// Everything before it has its span.
    private(set) var cursor: Int64 = 0
    private var ordinal = 0
    /// Stretches of refused rows in order; those before `nextRefused` are laid down.
    private var refused: [Stretch] = []
    private var nextRefused = 0

    private struct Stretch {
        var range: Range<Int64>
        var code: DiagnosticCode
        var finding: Diagnostic?
    }

    init(document: String, kind: String) {
        self.document = document
        self.kind = kind
    }

    /// Takes rows out. They may come out of order: the reader is ahead of the map, which refuses a row when its document is
    /// complete. Rows without findings of their own that lie side by side are one stretch.
    mutating func refuse(_ range: Range<Int64>, _ code: DiagnosticCode, _ finding: Diagnostic?) {
        guard range.lowerBound >= cursor else { return }
        var index = refused.count
        while index > nextRefused, refused[index - 1].range.lowerBound > range.lowerBound { index -= 1 }
        if index > nextRefused {
            let before = refused[index - 1]
            if before.range.upperBound > range.lowerBound { return }
            if finding == nil, before.finding == nil, before.code == code,
                before.range.upperBound == range.lowerBound
            {
                refused[index - 1].range = before.range.lowerBound..<range.upperBound
                return
            }
        }
        refused.insert(Stretch(range: range, code: code, finding: finding), at: index)
    }

    /// The next stretch that begins before `end`.
    private mutating func takeRefused(before end: Int64) -> Stretch? {
        guard nextRefused < refused.count, refused[nextRefused].range.lowerBound < end else { return nil }
        defer {
            nextRefused += 1
            if nextRefused > 1024, nextRefused * 2 > refused.count {
                refused.removeFirst(nextRefused)
                nextRefused = 0
            }
        }
        return refused[nextRefused]
    }

    /// Units up to `end`: first what lies before the unit, then the unit, cut around refused rows.
    ///
    /// - Parameter start: where the unit's first row begins.
    mutating func lay(_ unit: ReadUnit, from start: Int64, to end: Int64) -> [ReadUnit] {
        var units = cover(to: start, kind: "envelope")
        var unit = unit
        var isFirst = true
        while let stretch = takeRefused(before: end) {
            let from = max(stretch.range.lowerBound, cursor)
            let to = min(max(stretch.range.upperBound, from), end)
            guard to > from else { continue }
            if from > cursor {
                units.append(piece(&unit, to: from, isFirst: &isFirst))
            }
            units.append(refusedRow(to: to, stretch))
        }
        if end > cursor || isFirst { units.append(piece(&unit, to: max(end, cursor), isFirst: &isFirst)) }
        return units
    }

    /// What is left at the end of the drop: refused rows, a footer, blank lines.
    mutating func finish(to end: Int64) -> [ReadUnit] {
        cover(to: end, kind: "envelope")
    }

    private mutating func cover(to end: Int64, kind: String) -> [ReadUnit] {
        guard end > cursor else { return [] }
        var units: [ReadUnit] = []
        while let stretch = takeRefused(before: end) {
            let from = max(stretch.range.lowerBound, cursor)
            let to = min(stretch.range.upperBound, end)
            guard to > from else { continue }
            if from > cursor { units.append(span(to: from, kind: kind, state: .accepted)) }
            units.append(refusedRow(to: to, stretch))
        }
        if end > cursor { units.append(span(to: end, kind: kind, state: .accepted)) }
        return units
    }

    /// The first piece carries the document; the others are only its bytes.
    private mutating func piece(_ unit: inout ReadUnit, to end: Int64, isFirst: inout Bool) -> ReadUnit {
        var piece = unit
        piece.span.ordinal = ordinal
        piece.span.offset = cursor
        piece.span.length = end - cursor
        piece.span.kind = kind
        piece.span.document = isFirst ? document : ""
        if !isFirst {
            piece.documents = []
            piece.findings = []
            piece.missingCodes = []
        }
        isFirst = false
        ordinal += 1
        cursor = end
        return piece
    }

    private mutating func refusedRow(to end: Int64, _ stretch: Stretch) -> ReadUnit {
        var unit = span(to: end, kind: "row", state: .refused)
        unit.span.document = document
        unit.span.code = stretch.code
        unit.findings = stretch.finding.map { [$0] } ?? []
        return unit
    }

    private mutating func span(to end: Int64, kind: String, state: SpanState) -> ReadUnit {
        defer {
            cursor = end
            ordinal += 1
        }
        return ReadUnit(
            span: SpanRow(ordinal: ordinal, offset: cursor, length: end - cursor, kind: kind, state: state))
    }
}
