public import Diagnostics

/// Writes delimited text: RFC 4180 quoting, the declared delimiter, line end and charset, and no value
/// changed, so that reading it back gives the same fields.
///
/// - Shape: rows are appended; `takeBytes()` hands over what was written since the last call. Every row
///   ends in a line end. A row of one empty field is written as `""`, which would otherwise be a blank line.
/// - Source: RFC 4180 section 2, rules 5 to 7.
public struct DelimitedWriter {
    /// How lines end.
    public enum LineEnd: String, Sendable, Hashable, CaseIterable {
        case crlf, lf

        var text: String { self == .crlf ? "\r\n" : "\n" }
    }

    /// What could not be written as given: `CSV.CHAR.ENCODE`.
    public private(set) var log = DiagnosticLog()
    /// Bytes written so far, handed over or not: the offset in the drop of what comes next.
    public private(set) var byteCount = 0

    private let drop: String
    private let dialect: DelimitedDialect
    private let lineEnd: LineEnd
    private var bytes: [UInt8] = []
    private var rowNumber = 0
    /// From code points above ASCII to the bytes of a single-byte charset.
    private let narrow: [UInt16: UInt8]

    /// A writer of one drop; `drop` is the name that findings carry. UTF-16 is written with its byte order
    /// mark, low byte first, as spreadsheets expect.
    public init(drop: String, dialect: DelimitedDialect = .csv, lineEnd: LineEnd = .crlf) {
        self.drop = drop
        self.dialect = dialect
        self.lineEnd = lineEnd
        var narrow: [UInt16: UInt8] = [:]
        for (index, code) in (dialect.charset.upperHalf ?? []).enumerated() where code != 0 {
            narrow[code] = UInt8(truncatingIfNeeded: index + 0x80)
        }
        self.narrow = narrow
        if dialect.charset == .utf16 {
            bytes = [0xFF, 0xFE]
            byteCount = 2
        }
    }

    /// Writes one row of texts, the header being the first. Returns where the content of each field stands in
    /// the drop, quotes not included.
    @discardableResult
    public mutating func write(row fields: [String]) -> [Range<Int>] {
        rowNumber += 1
        var ranges: [Range<Int>] = []
        ranges.reserveCapacity(fields.count)
        for (index, field) in fields.enumerated() {
            if index > 0 { append(UnicodeScalar(dialect.delimiter)) }
            ranges.append(write(field: field, column: index, isAlone: fields.count == 1))
        }
        for scalar in lineEnd.text.unicodeScalars { append(scalar) }
        return ranges
    }

    /// What was written since the last call.
    public mutating func takeBytes() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        return taken
    }

    private mutating func write(field: String, column: Int, isAlone: Bool) -> Range<Int> {
        guard let quote = dialect.quote else { return writeUnquoted(field, column: column) }
        guard needsQuotes(field, quote: quote, isAlone: isAlone) else {
            let start = byteCount
            for scalar in field.unicodeScalars { append(scalar, column: column) }
            return start..<byteCount
        }
        append(UnicodeScalar(quote))
        let start = byteCount
        for scalar in field.unicodeScalars {
            if scalar.value == UInt32(quote) { append(scalar) }
            append(scalar, column: column)
        }
        let end = byteCount
        append(UnicodeScalar(quote))
        return start..<end
    }

    private func needsQuotes(_ field: String, quote: UInt8, isAlone: Bool) -> Bool {
        if field.isEmpty { return isAlone }
        // Blanks at the ends are trimmed by some readers, and `sep=` in the first field is a command to
        // Excel.
        if field.utf8.first == 0x20 || field.utf8.last == 0x20 { return true }
        if field.utf8.first == UInt8(ascii: "\u{1A}") { return true }
        return field.utf8.contains { $0 == dialect.delimiter || $0 == quote || $0 == 0x0A || $0 == 0x0D }
            || rowNumber == 1 && field.lowercased().hasPrefix("sep=")
    }

    /// In a dialect without quotes a delimiter or line end cannot be written: a blank stands for it, with a
    /// finding.
    private mutating func writeUnquoted(_ field: String, column: Int) -> Range<Int> {
        let start = byteCount
        var isChanged = false
        for scalar in field.unicodeScalars {
            let isUnwritable = scalar.value == UInt32(dialect.delimiter) || scalar == "\n" || scalar == "\r"
            isChanged = isChanged || isUnwritable
            append(isUnwritable ? " " : scalar, column: column)
        }
        if isChanged {
            log.add(
                Diagnostic(
                    "CSV.CHAR.ENCODE", .warning, at: location(start, byteCount - start),
                    "row \(rowNumber), column \(column + 1): delimiter or line end is replaced by a blank",
                    found: Excerpt.of(field.utf8),
                    expected: "text without delimiters: this dialect has no quotes",
                    remedy: "agree on quotes with the partner, or change the value"))
        }
        return start..<byteCount
    }

    private mutating func append(_ scalar: UnicodeScalar, column: Int? = nil) {
        let before = bytes.count
        switch dialect.charset {
        case .utf8: bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        case .utf16:
            for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
                bytes.append(UInt8(truncatingIfNeeded: unit))
                bytes.append(UInt8(truncatingIfNeeded: unit >> 8))
            }
        case .windows1252, .latin1, .latin9:
            if scalar.value < 0x80 {
                bytes.append(UInt8(truncatingIfNeeded: scalar.value))
            } else if let code = UInt16(exactly: scalar.value), let byte = narrow[code] {
                bytes.append(byte)
            } else {
                log.add(unencodable(scalar, column: column ?? 0))
                bytes.append(UInt8(ascii: "?"))
            }
        }
        byteCount += bytes.count - before
    }

    private func unencodable(_ scalar: UnicodeScalar, column: Int) -> Diagnostic {
        let code = String(scalar.value, radix: 16, uppercase: true)
        return Diagnostic(
            "CSV.CHAR.ENCODE", .warning, at: location(byteCount, 1),
            "row \(rowNumber), column \(column + 1): U+\(code) is not in \(dialect.charset.rawValue)",
            found: String(Character(scalar)), expected: "characters of \(dialect.charset.rawValue)",
            remedy: "agree on UTF-8 with the partner, and set `charset: utf-8` for the channel")
    }

    private func location(_ offset: Int, _ count: Int) -> SourceLocation {
        SourceLocation(drop: drop, byteOffset: offset, byteCount: count)
    }
}
