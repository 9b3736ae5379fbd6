public import Diagnostics

/// Writes delimited text: RFC 4180 quoting, the declared delimiter, line end and charset, no value changed.
///
/// - Shape: rows are appended; `takeBytes()` hands over what was written since the last call.
public struct DelimitedWriter {
    /// How lines end.
    public enum LineEnd: String, Sendable, Hashable {
        case crlf, lf
    }

    /// What could not be written as given.
    public private(set) var log = DiagnosticLog()

    /// A writer of one drop; `drop` is the name that findings carry.
    public init(drop: String, dialect: DelimitedDialect = .csv, lineEnd: LineEnd = .crlf) {}

    /// Writes one row of texts. Returns where the content of each field stands in the drop.
    @discardableResult
    public mutating func write(row fields: [String]) -> [Range<Int>] { [] }

    /// What was written since the last call.
    public mutating func takeBytes() -> [UInt8] { [] }
}
