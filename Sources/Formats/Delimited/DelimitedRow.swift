public import Diagnostics

/// One row of a delimited drop: fields by position, every field with its place in the drop. A value that may
/// be kept and sent to another thread; it shares the bytes of the block it was read in.
///
/// - Shape: fields are numbered from 0; a field beyond the last is empty.
public struct DelimitedRow: Sendable {
    let block: DelimitedBlock
    let index: Int

    init(block: DelimitedBlock, index: Int) {
        self.block = block
        self.index = index
    }

    private var entry: DelimitedBlock.RowEntry { block.rows[index] }

    /// How many fields the row has. Padded fields do not count.
    public var fieldCount: Int { Int(entry.fieldCount) }
    /// 1-based, the header being row 1 when there is one; blank lines count, preamble lines do not.
    public var rowNumber: Int { entry.rowNumber }
    /// 1-based physical line on which the row begins.
    public var lineNumber: Int { entry.lineNumber }

    /// Where the row stands in the drop, line end not included.
    public var byteRange: Range<Int> {
        block.origin.offset(Int(entry.start))..<block.origin.offset(Int(entry.end))
    }

    /// Calls `body` with the bytes of a field, quotes removed and doubled quotes halved; empty beyond the
    /// last field. The span is valid during the call only.
    ///
    /// - Unit: UTF-8, whatever the drop's charset is.
    public func withBytes<Result>(of field: Int, _ body: (Span<UInt8>) throws -> Result) rethrows -> Result {
        guard let content = block.content(row: index, field: field) else {
            let nothing: [UInt8] = []
            return try body(nothing.span)
        }
        if content.isDoubled {
            let value = Array(bytes(of: field))
            return try body(value.span)
        }
        let bytes = block.bytes
        return try body(bytes.span.extracting(content.range))
    }

    /// Calls `body` with position and bytes of every field, in order: the fastest way to look at all of them.
    /// The span is valid during the call only.
    public func forEachField(_ body: (Int, Span<UInt8>) throws -> Void) rethrows {
        let bytes = block.bytes
        let ends = block.fieldEnds
        let entry = block.rows[index]
        let first = Int(entry.firstField)
        let stripsGuards = block.stripsGuards
        var start = Int(entry.start)
        for field in 0..<Int(entry.fieldCount) {
            let end = ends[first + field]
            let upper = Int(end & DelimitedBlock.offsetMask)
            if end & DelimitedBlock.doubledFlag != 0 {
                let value = Array(self.bytes(of: field))
                try body(field, value.span)
            } else {
                let edge = end & DelimitedBlock.quotedFlag != 0 ? 1 : 0
                let range = start + edge..<upper - edge
                try body(field, bytes.span.extracting(stripsGuards ? block.unguarded(range) : range))
            }
            start = upper + 1
        }
    }

    /// The bytes of a field in UTF-8, quotes removed and doubled quotes halved; empty beyond the last field.
    /// Copies only where quotes are doubled.
    public func bytes(of field: Int) -> ArraySlice<UInt8> {
        guard let content = block.content(row: index, field: field) else { return [] }
        let value = block.bytes[content.range]
        guard content.isDoubled else { return value }
        let halved = Self.halving(value, quote: block.quote)[...]
        return block.stripsGuards ? Self.unguarded(halved) : halved
    }

    /// The text of a field. Rows that are not valid in the drop's charset are refused by the reader, so
    /// nothing is repaired here.
    public func text(of field: Int) -> String { String(decoding: bytes(of: field), as: UTF8.self) }

    /// Whether a field is empty or missing.
    public func isEmpty(_ field: Int) -> Bool {
        guard let content = block.content(row: index, field: field) else { return true }
        return content.range.isEmpty
    }

    /// Whether a field was written in quotes: tells `""` from nothing at all.
    public func isQuoted(_ field: Int) -> Bool { block.content(row: index, field: field)?.isQuoted ?? false }

    /// Where the content of a field stands in the drop, quotes and guards not included: the bytes there are
    /// the value, unless quotes are doubled or the drop was converted. Beyond the last field: the end of the
    /// row.
    public func byteRange(of field: Int) -> Range<Int> {
        guard let content = block.content(row: index, field: field) else {
            let end = block.origin.offset(Int(entry.end))
            return end..<end
        }
        return block.origin.offset(content.range.lowerBound)..<block.origin.offset(content.range.upperBound)
    }

    /// The location of a field, for a finding or for lineage.
    public func location(of field: Int) -> SourceLocation {
        let position = block.content(row: index, field: field)?.range.lowerBound ?? Int(entry.end)
        let range = byteRange(of: field)
        let place = linePlace(of: position)
        return SourceLocation(
            drop: block.drop, byteOffset: range.lowerBound, byteCount: range.count, line: place.line,
            column: place.column)
    }

    /// The location of the whole row.
    public var location: SourceLocation {
        let range = byteRange
        return SourceLocation(
            drop: block.drop, byteOffset: range.lowerBound, byteCount: range.count, line: lineNumber,
            column: 1)
    }

    /// Line and column of a position in the block. Only rows on several lines are searched.
    private func linePlace(of position: Int) -> (line: Int, column: Int) {
        let start = Int(entry.start)
        guard entry.isMultiline else { return (entry.lineNumber, position - start + 1) }
        return LinePlace.of(position, from: start, line: entry.lineNumber, in: block.bytes)
    }

    private static func halving(_ value: ArraySlice<UInt8>, quote: UInt8) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(value.count)
        var skipsNext = false
        for byte in value {
            if byte == quote, skipsNext {
                skipsNext = false
                continue
            }
            skipsNext = byte == quote
            result.append(byte)
        }
        return result
    }

    /// A value whose quotes were doubled, without its guard: `"=""007"""`.
    private static func unguarded(_ value: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        if value.first == UInt8(ascii: "'") { return value.dropFirst() }
        let quote = UInt8(ascii: "\"")
        if value.count >= 3, value.starts(with: [UInt8(ascii: "="), quote]), value.last == quote {
            return value.dropFirst(2).dropLast()
        }
        return value
    }
}
