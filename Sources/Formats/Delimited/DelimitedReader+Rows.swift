import Diagnostics

/// Which of the rows scanned are good.
extension DelimitedReader {
    /// Numbers the rows, takes the header, tells what is wrong, and returns those to deliver.
    /// What quarantines the drop goes to `failure`, and ends the rows.
    mutating func accept(_ rows: [DelimitedScanner.Row]) -> [DelimitedBlock.RowEntry] {
        var entries: [DelimitedBlock.RowEntry] = []
        entries.reserveCapacity(rows.count)
        var nextBad = firstUndecodable(from: 0)
        for row in rows {
            defer { lineNumber += row.innerLineCount + (row.isTerminated ? 1 : 0) }
            rowNumber += 1
            if isBlank(row) { continue }
            if isInFooter || beginsFooter(row) {
                isInFooter = true
                footerRowCount += 1
                continue
            }
            if !row.isTerminated { log.add(unterminated(row)) }
            if dialect.hasHeader, header == nil {
                failure = takeHeader(row)
                if failure != nil { return [] }
                continue
            }
            if let bad = nextBad, bad < row.end {
                if bad >= row.start { refuse(row, undecodable(bad, in: row)) }
                nextBad = firstUndecodable(from: row.end)
                if bad >= row.start { continue }
            }
            if row.trailingAt >= 0 {
                refuse(row, trailingText(row))
                continue
            }
            if let finding = tooManyFields(row) {
                failure = finding
                return entries
            }
            if let finding = wrongFieldCount(row) {
                refuse(row, finding)
                continue
            }
            if row.strayAt >= 0 { log.add(strayQuote(row)) }
            entries.append(entry(row))
        }
        return entries
    }

    private mutating func refuse(_ row: DelimitedScanner.Row, _ finding: Diagnostic) {
        refusedRowCount += 1
        let kept = log.kept.count
        log.add(finding)
        refusedRows.append(
            RefusedRow(
                byteRange: buffer.offset(row.start)..<buffer.offset(row.end + lineEndLength(of: row)),
                code: finding.code, finding: log.kept.count > kept ? finding : nil))
    }

    private func lineEndLength(of row: DelimitedScanner.Row) -> Int {
        guard row.isTerminated, row.end < buffer.bytes.count else { return 0 }
        let isPair =
            buffer.bytes[row.end] == 0x0D && row.end + 1 < buffer.bytes.count
            && buffer.bytes[row.end + 1] == 0x0A
        return isPair ? 2 : 1
    }

    private func entry(_ row: DelimitedScanner.Row) -> DelimitedBlock.RowEntry {
        DelimitedBlock.RowEntry(
            start: UInt32(truncatingIfNeeded: row.start), end: UInt32(truncatingIfNeeded: row.end),
            firstField: UInt32(truncatingIfNeeded: row.firstField),
            fieldCount: UInt32(truncatingIfNeeded: row.fieldCount), rowNumber: rowNumber,
            lineNumber: lineNumber,
            isMultiline: row.innerLineCount > 0)
    }

    /// Nothing on the line, or nothing but delimiters, or (where a row has several fields) nothing but blanks
    /// and the end-of-file mark of DOS.
    private func isBlank(_ row: DelimitedScanner.Row) -> Bool {
        if row.end - row.start == row.fieldCount - 1 { return true }
        guard row.fieldCount == 1, (expectedFieldCount ?? 2) > 1 else { return false }
        return buffer.bytes[row.start..<row.end].allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x1A }
    }

    private func beginsFooter(_ row: DelimitedScanner.Row) -> Bool {
        guard let prefix = dialect.footerPrefix, header != nil || !dialect.hasHeader else { return false }
        let bytes = buffer.bytes[row.start..<row.end]
        return bytes.starts(with: prefix.utf8)
            || bytes.dropFirst().starts(with: prefix.utf8) && bytes.first == dialect.quote
    }

    /// More fields than any table has, where no header says how many there should be.
    private func tooManyFields(_ row: DelimitedScanner.Row) -> Diagnostic? {
        guard row.fieldCount > limits.columnCountMax,
            dialect.shortRows == .ragged || expectedFieldCount == nil
        else { return nil }
        return tooManyColumns(
            row.fieldCount, thing: "row \(rowNumber)",
            at: place(row.start, line: lineNumber, lineStart: row.start))
    }

    /// What is wrong with the number of fields; nil when it will do.
    private mutating func wrongFieldCount(_ row: DelimitedScanner.Row) -> Diagnostic? {
        guard let expected = expectedFieldCount else {
            expectedFieldCount = row.fieldCount
            return nil
        }
        if row.fieldCount == expected || dialect.shortRows == .ragged { return nil }
        if row.fieldCount < expected, dialect.shortRows == .pad { return nil }
        if row.fieldCount > expected {
            let behind = scanner.ends[row.firstField + expected - 1] & DelimitedBlock.offsetMask
            // Delimiters behind the last column hold nothing.
            if row.end - Int(behind) == row.fieldCount - expected { return nil }
        }
        return Diagnostic(
            "CSV.ROW.FIELDS",
            at: place(row.start, line: lineNumber, lineStart: row.start, count: row.end - row.start),
            "row \(rowNumber): \(row.fieldCount) of \(expected) fields",
            found: Excerpt.of(buffer.bytes[row.start..<row.end]),
            expected: "\(expected) fields, as in the header",
            remedy: row.fieldCount < expected
                ? "ask the partner to send the row complete, or set `short_rows: pad` if empty ends are cut"
                : "ask the partner to quote fields that hold the delimiter")
    }

    /// The first position from `start` on that is not text in the drop's charset.
    func firstUndecodable(from start: Int) -> Int? {
        if buffer.charset == .utf8 {
            guard start < buffer.bytes.count else { return nil }
            switch UTF8Check.verdict(buffer.bytes, from: start) {
            case .valid: return nil
            case .invalid(let at), .cut(let at): return at
            }
        }
        return buffer.badPositions.first { $0 >= start }
    }

    /// The first position in a row that is not text in the drop's charset.
    func firstUndecodable(in row: DelimitedScanner.Row) -> Int? {
        guard let at = firstUndecodable(from: row.start), at < row.end else { return nil }
        return at
    }
}
