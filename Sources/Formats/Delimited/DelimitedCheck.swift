public import Diagnostics

/// What a whole drop of delimited text is like, without keeping any of it: the first of two passes.
public struct DelimitedCheck: Sendable {
    /// Bytes of the drop that were read.
    public let byteCount: Int
    /// The header's names; empty without a header.
    public let columnNames: [String]
    /// Good data rows.
    public let rowCount: Int
    /// Data rows refused.
    public let refusedRowCount: Int
    /// Whether the drop as a whole is refused. What was counted before does not count then.
    public let isQuarantined: Bool
    /// What was found.
    public let log: DiagnosticLog

    /// Reads a drop to its end.
    ///
    /// - Throws: what the source throws; findings are in `log`.
    /// - Limit: memory as `DelimitedReader`, whatever the size of the drop.
    public init(
        drop: String, source: any ByteSource, dialect: DelimitedDialect = .csv,
        columns: DelimitedColumns = .none,
        limits: DelimitedLimits = DelimitedLimits()
    ) throws {
        var reader = DelimitedReader(
            drop: drop, source: source, dialect: dialect, columns: columns, limits: limits)
        var isQuarantined = false
        do {
            while try reader.next() != nil {}
        } catch is Diagnostic {
            isQuarantined = true
        }
        byteCount = reader.byteCount
        columnNames = reader.header?.names ?? []
        rowCount = reader.rowCount
        refusedRowCount = reader.refusedRowCount
        self.isQuarantined = isQuarantined
        log = reader.log
    }
}
