public import Diagnostics

/// Reads delimited text row by row, whatever the size of the drop, in memory bounded by one row and one
/// chunk.
///
/// - Shape: rows in the order of the drop, blank rows left out, refused rows left out and told in `log`.
/// - Throws: what quarantines the whole drop, as a located `Diagnostic` that is also in `log`: `FILE.EMPTY`,
///   `FILE.NOT_EXPECTED_FORMAT`, `FILE.NUL_TAIL`, `CSV.HEADER.MISSING`, `CSV.HEADER.DUPLICATE`,
///   `CSV.DELIM.WRONG`, `CSV.QUOTE.UNCLOSED`, `CSV.LIMIT.ROW`, `CSV.LIMIT.COLUMNS`; and what the source
///   throws.
/// - Limit: `DelimitedLimits`.
/// - Source: RFC 4180, and the habits of `DelimitedDialect`.
public struct DelimitedReader {
    /// What was found so far: rows refused, warnings, and the finding that was thrown.
    public internal(set) var log = DiagnosticLog()
    /// The header, once the first row was asked for; nil while unknown and in a drop without one.
    public internal(set) var header: DelimitedHeader?
    /// Data rows delivered so far.
    public private(set) var rowCount = 0
    /// Data rows refused so far.
    public internal(set) var refusedRowCount = 0
    /// Rows refused since they were last taken, in the order of the drop.
    var refusedRows: [RefusedRow] = []
    /// Rows of the footer, not delivered.
    public internal(set) var footerRowCount = 0
    /// Bytes pulled from the source so far.
    public var byteCount: Int { buffer.rawByteCount }
    /// The delimiter in use: the dialect's, or that of a `sep=` line.
    public var delimiter: UInt8 { scanner.delimiter }

    let drop: String
    let dialect: DelimitedDialect
    let columns: DelimitedColumns
    let limits: DelimitedLimits
    var buffer: TextBuffer
    var scanner: DelimitedScanner
    /// Number of the last row seen; the next one's line.
    var rowNumber = 0
    var lineNumber = 1
    /// Fields that a row must have; nil until the first row in a drop without a header.
    var expectedFieldCount: Int?
    var isInFooter = false
    private var isStarted = false
    private var isEnded = false
    /// What quarantines the drop, thrown once the good rows before it are delivered: how much was at hand
    /// when it was found must not show.
    var failure: Diagnostic?
    private var block: DelimitedBlock?
    private var nextIndex = 0

    /// A reader of one drop. `drop` is the name that locations carry; nothing is opened by it.
    public init(
        drop: String, source: any ByteSource, dialect: DelimitedDialect = .csv,
        columns: DelimitedColumns = .none,
        limits: DelimitedLimits = DelimitedLimits()
    ) {
        self.drop = drop
        self.dialect = dialect
        self.columns = columns
        self.limits = limits
        buffer = TextBuffer(source: source, charset: dialect.charset, chunkByteCount: limits.chunkByteCount)
        scanner = DelimitedScanner(dialect: dialect, limits: limits)
    }

    /// The next row, or nil after the last. After a throw there is nothing more to read.
    public mutating func next() throws -> DelimitedRow? {
        while true {
            if let block, nextIndex < block.rows.count {
                nextIndex += 1
                rowCount += 1
                return DelimitedRow(block: block, index: nextIndex - 1)
            }
            block = nil
            nextIndex = 0
            if let failure {
                self.failure = nil
                log.add(failure)
                throw failure
            }
            guard !isEnded else { return nil }
            try loadOrEnd()
        }
    }

    /// The rows refused since they were last asked for: of those scanned so far, which are up to one chunk more than
    /// those delivered.
    public mutating func takeRefusedRows() -> [RefusedRow] {
        defer { refusedRows.removeAll(keepingCapacity: true) }
        return refusedRows
    }

    /// Reads the header without waiting for the first row. Nil in a drop without one.
    ///
    /// - Throws: as `next()`.
    public mutating func readHeader() throws -> DelimitedHeader? {
        while header == nil, dialect.hasHeader, !isEnded, block == nil { try loadOrEnd() }
        if header == nil, let failure {
            self.failure = nil
            log.add(failure)
            throw failure
        }
        return header
    }

    private mutating func loadOrEnd() throws {
        do {
            try load()
        } catch {
            isEnded = true
            if let finding = error as? Diagnostic { log.add(finding) }
            throw error
        }
    }

    /// Reads one chunk and makes a block of the rows that are complete.
    private mutating func load() throws {
        if !isStarted {
            isStarted = true
            try start()
        } else {
            try buffer.fill()
        }
        if buffer.isAtEnd, buffer.trailingNULCount > 0 { throw nulTail(buffer.trailingNULCount) }
        let isLast = buffer.isAtEnd
        let rest = scanner.scan(buffer.bytes, isLast: isLast)
        let entries = accept(scanner.rows)
        if failure == nil, rest.unclosedAt >= 0 {
            failure = unclosedQuote(at: rest.unclosedAt, rowStart: rest.start)
        } else if failure == nil, rest.isTooLong {
            failure = tooLongRow(at: rest.start)
        }
        if failure != nil {
            isEnded = true
        } else if isLast {
            isEnded = true
            if rowNumber == 0 { throw emptyDrop() }
            if header != nil, rowCount + entries.count + refusedRowCount == 0 { log.add(noRows()) }
        }
        guard rest.start > 0 else { return }
        let handed = buffer.hand(upTo: rest.start)
        guard !entries.isEmpty else { return }
        block = DelimitedBlock(
            drop: drop, bytes: handed.bytes, fieldEnds: Array(scanner.ends[..<scanner.endCount]),
            rows: entries,
            quote: dialect.quote ?? 0, stripsGuards: dialect.stripsSpreadsheetGuards, origin: handed.origin)
    }
}
