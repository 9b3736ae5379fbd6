public import Diagnostics

/// A row that was refused: which bytes of the drop, its line end with them, and why.
public struct RefusedRow: Sendable {
    /// Bytes of the drop.
    public var byteRange: Range<Int>
    /// Why.
    public var code: DiagnosticCode
    /// Why, in words; nil where there were more findings than a log keeps.
    public var finding: Diagnostic?
}
