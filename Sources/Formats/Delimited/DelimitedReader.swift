public import Diagnostics

/// Reads delimited text row by row, whatever the size of the drop, in memory bounded by one row and one chunk.
///
/// - Shape: rows in the order of the drop, blank lines left out, refused rows left out and told in `log`.
/// - Throws: what quarantines the whole drop, as a located `Diagnostic` that is also in `log`: `FILE.EMPTY`,
///   `FILE.NOT_EXPECTED_FORMAT`, `FILE.NUL_TAIL`, `CSV.HEADER.MISSING`, `CSV.HEADER.DUPLICATE`, `CSV.DELIM.WRONG`,
///   `CSV.QUOTE.UNCLOSED`, `CSV.LIMIT.ROW`, `CSV.LIMIT.COLUMNS`; and what the source throws.
/// - Limit: `DelimitedLimits`.
public struct DelimitedReader {
    /// What was found so far: rows refused, warnings, and the finding that was thrown.
    public private(set) var log = DiagnosticLog()
    /// The header, once the first row was asked for.
    public private(set) var header: DelimitedHeader?
    /// Data rows delivered so far.
    public private(set) var rowCount = 0
    /// Data rows refused so far.
    public private(set) var refusedRowCount = 0

    /// A reader of one drop. `drop` is the name that locations carry; nothing is opened by it.
    public init(
        drop: String, source: any ByteSource, dialect: DelimitedDialect = .csv, columns: DelimitedColumns = .none,
        limits: DelimitedLimits = DelimitedLimits()
    ) {
    }

    /// The next row, or nil after the last. After a throw there is nothing more to read.
    public mutating func next() throws -> DelimitedRow? { nil }
}
