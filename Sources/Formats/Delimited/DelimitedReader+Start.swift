import Diagnostics

/// What stands before the first row.
extension DelimitedReader {
    /// Looks at the head, settles the charset, and skips what is no data: `sep=`, preamble, lines above the
    /// header.
    mutating func start() throws {
        let head = try buffer.peek()
        let isWhole = head.count < DropSniffer.headByteCount
        if let finding = DropSniffer.finding(
            head: head, expected: .delimited, drop: drop, isWholeDrop: isWhole)
        {
            throw finding
        }
        try buffer.start()
        if buffer.charset != .utf16, DropSniffer.isUTF16(head) { throw unexpectedUTF16() }
        try takeSeparatorLine()
        for _ in 0..<dialect.preambleLineCount {
            guard let end = try lineEnd() else { break }
            skip(to: end.next)
        }
        if let name = dialect.headerFirstColumn { try findHeader(DelimitedColumns.normalized(name)) }
    }

    /// `sep=;` on the first line, as Excel writes and believes it.
    private mutating func takeSeparatorLine() throws {
        while buffer.bytes.count < 8, !buffer.isAtEnd { try buffer.fill() }
        var line = buffer.bytes.prefix(8)
        let quote = UInt8(ascii: "\"")
        if line.first == quote { line = line.dropFirst() }
        guard line.count >= 5, String(decoding: line.prefix(4), as: UTF8.self).lowercased() == "sep=" else {
            return
        }
        let separator = line[line.startIndex + 4]
        let behind = line.dropFirst(5).first(where: { $0 != quote }) ?? 0x0A
        guard separator >= 0x09, separator != 0x0A, separator != 0x0D, separator != dialect.quote,
            behind == 0x0A || behind == 0x0D, let end = try lineEnd()
        else { return }
        scanner.delimiter = separator
        skip(to: end.next)
    }

    /// Skips lines until one begins with the header's first column.
    private mutating func findHeader(_ name: String) throws {
        for _ in 0..<limits.headerSearchLineCountMax {
            guard let end = try lineEnd() else { break }
            let line = buffer.bytes[..<end.end]
            let first = line.prefix { $0 != scanner.delimiter }.filter { $0 != dialect.quote }
            if DelimitedColumns.normalized(String(decoding: first, as: UTF8.self)) == name { return }
            skip(to: end.next)
        }
        throw Diagnostic(
            "CSV.HEADER.MISSING", at: place(0, line: lineNumber, lineStart: 0),
            "column \(name) is missing: no header line begins with it",
            expected: "a line that begins with '\(name)' among the first \(limits.headerSearchLineCountMax)",
            remedy: "ask the partner whether the layout changed, or correct the channel's header")
    }

    /// Where the first line at hand ends, and where the next one begins; nil when nothing is left.
    private mutating func lineEnd() throws -> (end: Int, next: Int)? {
        var from = 0
        while true {
            let bytes = buffer.bytes
            if let at = bytes[from...].firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) {
                if bytes[at] == 0x0A { return (at, at + 1) }
                if at + 1 < bytes.count { return (at, bytes[at + 1] == 0x0A ? at + 2 : at + 1) }
                if buffer.isAtEnd { return (at, at + 1) }
                from = at
            } else {
                if bytes.count > limits.rowByteCountMax { throw tooLongRow(at: 0) }
                if buffer.isAtEnd { return bytes.isEmpty ? nil : (bytes.count, bytes.count) }
                from = bytes.count
            }
            try buffer.fill()
        }
    }

    private mutating func skip(to next: Int) {
        buffer.forget(next)
        lineNumber += 1
    }

    /// Takes a row as the header: names, then what is wrong with them.
    /// Returns what quarantines the drop.
    mutating func takeHeader(_ row: DelimitedScanner.Row) -> Diagnostic? {
        let location = place(row.start, line: lineNumber, lineStart: row.start, count: row.end - row.start)
        if row.fieldCount > limits.columnCountMax {
            return tooManyColumns(row.fieldCount, thing: "header", at: location)
        }
        if let at = firstUndecodable(in: row) { return undecodable(at, in: row) }
        if row.trailingAt >= 0 { return trailingText(row) }
        let names = fields(of: row)
        let header = DelimitedHeader(names: names, columns: columns)
        expectedFieldCount = names.count
        if let finding = wrongDelimiter(header, row: row, at: location) { return finding }
        if let finding = duplicate(header, at: location) { return finding }
        var missing = missing(header, at: location)
        if let last = missing.popLast() {
            log.add(contentsOf: missing)
            return last
        }
        self.header = header
        return nil
    }

    /// The fields of a row that is not in a block yet, as text.
    func fields(of row: DelimitedScanner.Row) -> [String] {
        let bytes = Array(buffer.bytes[row.start..<row.end])
        let ends = scanner.ends[row.firstField..<row.firstField + row.fieldCount].map {
            ($0 & ~DelimitedBlock.offsetMask) | UInt32(Int($0 & DelimitedBlock.offsetMask) - row.start)
        }
        let entry = DelimitedBlock.RowEntry(
            start: 0, end: UInt32(bytes.count), firstField: 0, fieldCount: UInt32(row.fieldCount),
            rowNumber: rowNumber, lineNumber: lineNumber, isMultiline: false)
        let block = DelimitedBlock(
            drop: drop, bytes: bytes, fieldEnds: ends, rows: [entry], quote: dialect.quote ?? 0,
            stripsGuards: dialect.stripsSpreadsheetGuards, origin: OffsetOrigin(base: 0, converted: nil))
        let view = DelimitedRow(block: block, index: 0)
        return (0..<row.fieldCount).map { view.text(of: $0) }
    }

    private func duplicate(_ header: DelimitedHeader, at location: SourceLocation) -> Diagnostic? {
        var known: Set<String> = []
        for column in columns.columns {
            for name in [column.name] + column.aliases { known.insert(DelimitedColumns.normalized(name)) }
        }
        var seen: Set<String> = []
        for name in header.names {
            let key = DelimitedColumns.normalized(name)
            if key.isEmpty || seen.insert(key).inserted { continue }
            // Without a map every column may be the one that matters.
            guard columns.columns.isEmpty || known.contains(key) else { continue }
            return Diagnostic(
                "CSV.HEADER.DUPLICATE", at: location, "column \(Excerpt.of(key.utf8)) is in the header twice",
                found: Excerpt.of(name.utf8), expected: "each column once",
                remedy: "ask the partner which of the two columns is meant")
        }
        return nil
    }

    private func missing(_ header: DelimitedHeader, at location: SourceLocation) -> [Diagnostic] {
        var findings: [Diagnostic] = []
        for (index, column) in columns.columns.enumerated()
        where column.isRequired && header.positions[index] == nil {
            findings.append(
                Diagnostic(
                    "CSV.HEADER.MISSING", at: location, "column \(column.name) is missing",
                    found: Excerpt.of(header.names.joined(separator: ",").utf8),
                    expected: "a header with '\(column.name)'"
                        + (column.aliases.isEmpty ? "" : " or '\(column.aliases.joined(separator: "', '"))'"),
                    remedy: "ask the partner whether the layout changed, or add an alias to the map"))
        }
        return findings
    }
}
