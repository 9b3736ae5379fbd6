/// Rows that were read together, with their bytes: the owned form that crosses a stage. Rows are views into
/// it, so a row costs no allocation; a row that is kept keeps its block (about 256 KiB) alive.
final class DelimitedBlock: Sendable {
    /// One row: where it stands in `bytes`, in `fieldEnds` and in the drop.
    struct RowEntry: Sendable {
        var start: UInt32
        var end: UInt32
        var firstField: UInt32
        var fieldCount: UInt32
        var rowNumber: Int
        var lineNumber: Int
        /// Whether the row stands on more than one line.
        var isMultiline: Bool
    }

    /// Set in a field's end when the field is quoted.
    static let quotedFlag: UInt32 = 1 << 31
    /// Set in a field's end when it holds doubled quotes.
    static let doubledFlag: UInt32 = 1 << 30
    /// The part of a field's end that is an offset.
    static let offsetMask: UInt32 = (1 << 30) - 1

    let drop: String
    let bytes: [UInt8]
    /// Offset in `bytes` of each field's end (the delimiter or line end), with the two flags.
    let fieldEnds: [UInt32]
    let rows: [RowEntry]
    let quote: UInt8
    let stripsGuards: Bool
    /// From positions in `bytes` to positions in the drop.
    let origin: OffsetOrigin

    init(
        drop: String, bytes: [UInt8], fieldEnds: [UInt32], rows: [RowEntry], quote: UInt8, stripsGuards: Bool,
        origin: OffsetOrigin
    ) {
        self.drop = drop
        self.bytes = bytes
        self.fieldEnds = fieldEnds
        self.rows = rows
        self.quote = quote
        self.stripsGuards = stripsGuards
        self.origin = origin
    }

    /// Where the content of a field stands in `bytes`, quotes not included, and whether quotes in it are
    /// doubled.
    func content(row: Int, field: Int) -> (range: Range<Int>, isDoubled: Bool, isQuoted: Bool)? {
        let entry = rows[row]
        guard field >= 0, field < Int(entry.fieldCount) else { return nil }
        let index = Int(entry.firstField) + field
        let end = fieldEnds[index]
        var upper = Int(end & Self.offsetMask)
        var lower =
            field == 0 ? Int(entry.start) : Int(fieldEnds[index - 1] & Self.offsetMask) + 1
        let isQuoted = end & Self.quotedFlag != 0
        if isQuoted {
            lower += 1
            upper -= 1
        }
        guard lower <= upper else { return nil }
        let isDoubled = end & Self.doubledFlag != 0
        let range = stripsGuards && !isDoubled ? unguarded(lower..<upper) : lower..<upper
        return (range, isDoubled, isQuoted)
    }

    /// `'007` and `="007"` without their guards.
    func unguarded(_ range: Range<Int>) -> Range<Int> {
        guard let first = range.first else { return range }
        if bytes[first] == UInt8(ascii: "'") { return first + 1..<range.upperBound }
        let quote = UInt8(ascii: "\"")
        guard range.count >= 3, bytes[first] == UInt8(ascii: "="), bytes[first + 1] == quote,
            bytes[range.upperBound - 1] == quote
        else { return range }
        return first + 2..<range.upperBound - 1
    }
}
