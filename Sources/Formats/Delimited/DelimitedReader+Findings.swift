import Diagnostics

/// The words of what is wrong with delimited text.
extension DelimitedReader {
    /// A location at a position of the text at hand.
    func place(_ position: Int, line: Int, lineStart: Int, count: Int = 0) -> SourceLocation {
        let offset = buffer.offset(position)
        return SourceLocation(
            drop: drop, byteOffset: offset, byteCount: max(0, buffer.offset(position + count) - offset),
            line: line,
            column: position - lineStart + 1)
    }

    /// A location inside the row being looked at, which may stand on several lines.
    private func place(_ position: Int, in row: DelimitedScanner.Row, count: Int = 0) -> SourceLocation {
        let at = LinePlace.of(position, from: row.start, line: lineNumber, in: buffer.bytes)
        var location = place(position, line: at.line, lineStart: row.start, count: count)
        location.column = at.column
        return location
    }

    func emptyDrop() -> Diagnostic {
        Diagnostic(
            "FILE.EMPTY", at: SourceLocation(drop: drop, byteOffset: 0, line: 1, column: 1),
            "drop has no rows, only blanks and line ends", expected: "at least a header",
            remedy: "ask the partner to send the drop again")
    }

    func unexpectedUTF16() -> Diagnostic {
        Diagnostic(
            "FILE.NOT_EXPECTED_FORMAT", at: SourceLocation(drop: drop, byteOffset: 0, line: 1, column: 1),
            "drop looks like UTF-16 without a byte order mark, expected \(buffer.charset.rawValue)",
            expected: buffer.charset.rawValue, remedy: "set `charset: utf-16` for this channel")
    }

    func nulTail(_ count: Int) -> Diagnostic {
        let start = buffer.rawByteCount - count
        return Diagnostic(
            "FILE.NUL_TAIL", at: SourceLocation(drop: drop, byteOffset: start, byteCount: count),
            "drop has \(count) NUL bytes at end", expected: "text up to the last byte",
            remedy: "ask the partner to send the drop again: it was cut while it was written")
    }

    func noRows() -> Diagnostic {
        Diagnostic(
            "CSV.NO_ROWS", .warning,
            at: place(buffer.bytes.count, line: lineNumber, lineStart: buffer.bytes.count),
            "drop has a header and 0 rows", expected: "at least one row below the header",
            remedy: "check that the partner had nothing to send")
    }

    func unterminated(_ row: DelimitedScanner.Row) -> Diagnostic {
        Diagnostic(
            "CSV.EOF.NO_NEWLINE", .warning, at: place(row.end, in: row),
            "last row not terminated: row \(rowNumber) has no line end",
            found: Excerpt.of(buffer.bytes[row.start..<row.end].suffix(Excerpt.characterCountMax)),
            expected: "a line end behind the last row",
            remedy: "compare the number of rows with the partner's: the transfer may have been cut")
    }

    func unclosedQuote(at position: Int, rowStart: Int) -> Diagnostic {
        let number = rowNumber + 1
        let at = LinePlace.of(position, from: rowStart, line: lineNumber, in: buffer.bytes)
        var location = place(position, line: at.line, lineStart: rowStart, count: 1)
        location.column = at.column
        return Diagnostic(
            "CSV.QUOTE.UNCLOSED", at: location,
            "quote opened at row \(number), line \(at.line), is not closed within "
                + "\(limits.quotedByteCountMax) bytes",
            found: Excerpt.of(buffer.bytes[position...].prefix(Excerpt.characterCountMax)),
            expected: "a closing quote, and quotes inside a field doubled",
            remedy: "ask the partner to send the drop with quotes doubled inside fields")
    }

    func tooLongRow(at start: Int) -> Diagnostic {
        Diagnostic(
            "CSV.LIMIT.ROW", at: place(start, line: lineNumber, lineStart: start),
            "row \(rowNumber + 1) has no end: row > \(limits.rowByteCountMax) bytes",
            found: Excerpt.of(buffer.bytes[start...].prefix(Excerpt.characterCountMax)),
            expected: "a line end within \(limits.rowByteCountMax) bytes",
            remedy: "ask the partner whether the drop is text with line ends")
    }

    func tooManyColumns(_ count: Int, thing: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "CSV.LIMIT.COLUMNS", at: location,
            "\(thing) has too many columns: \(count) > \(limits.columnCountMax)",
            found: "\(count)", expected: "at most \(limits.columnCountMax) columns",
            remedy: "ask the partner for a drop with the columns agreed")
    }

    func trailingText(_ row: DelimitedScanner.Row) -> Diagnostic {
        Diagnostic(
            "CSV.QUOTE.TRAILING", at: place(row.trailingAt, in: row),
            "row \(rowNumber): text is behind a closing quote",
            found: Excerpt.of(buffer.bytes[row.trailingAt..<row.end].prefix { $0 != scanner.delimiter }),
            expected: "a delimiter or line end behind a closing quote",
            remedy: "ask the partner to double quotes inside fields")
    }

    func strayQuote(_ row: DelimitedScanner.Row) -> Diagnostic {
        Diagnostic(
            "CSV.QUOTE.STRAY", .warning, at: place(row.strayAt, in: row, count: 1),
            "row \(rowNumber): quote is inside an unquoted field and was kept",
            found: Excerpt.of(buffer.bytes[row.strayAt..<row.end].prefix { $0 != scanner.delimiter }),
            expected: "fields with quotes in quotes, and those inside doubled",
            remedy: "look at the field, and ask the partner to quote it")
    }

    func undecodable(_ position: Int, in row: DelimitedScanner.Row) -> Diagnostic {
        let byte = buffer.bytes[position]
        let what = buffer.charset == .utf8 ? "byte \(Excerpt.hex(byte))" : "a byte"
        return Diagnostic(
            "CSV.CHAR.DECODE", at: place(position, in: row, count: 1),
            "row \(rowNumber): \(what) is not valid \(buffer.charset.rawValue)",
            found: buffer.charset == .utf8 ? Excerpt.hex(byte) : nil,
            expected: "text in \(buffer.charset.rawValue)",
            remedy: "ask the partner which charset the drop is in, and set `charset` for this channel")
    }

    /// One column, and another delimiter in its name.
    func wrongDelimiter(
        _ header: DelimitedHeader, row: DelimitedScanner.Row, at location: SourceLocation
    ) -> Diagnostic? {
        guard header.names.count == 1, !header.positions.contains(where: { $0 != nil }) else { return nil }
        let counts = DelimitedDialect.delimiterCounts(Array(buffer.bytes[row.start..<row.end])).first ?? []
        let likely = counts.indices.filter { DelimitedDialect.candidates[$0] != scanner.delimiter }
            .max { counts[$0] < counts[$1] }
        guard let likely, counts[likely] > 0 else { return nil }
        let name = Self.delimiterName(DelimitedDialect.candidates[likely])
        return Diagnostic(
            "CSV.DELIM.WRONG", at: location, "1 column found; delimiter looks like \(name)",
            found: Excerpt.of(buffer.bytes[row.start..<row.end]),
            expected: "columns delimited by \(Self.delimiterName(scanner.delimiter))",
            remedy: "set the channel's delimiter to \(name), or ask the partner to send the agreed one")
    }

    static func delimiterName(_ byte: UInt8) -> String {
        byte == 0x09 ? "TAB" : String(decoding: [byte], as: UTF8.self)
    }
}
