/// The first pass over a drop: interchanges and groups, their counts and control numbers.
///
/// - Limit: constant memory, whatever the size of the drop; `X12Limits` bounds what is kept.
/// - Source: X12.5 and X12.6 control structures; what breaks an interchange and what only a group: `X12Disposition`.
public enum X12EnvelopeScan {
    /// Scans a whole drop.
    ///
    /// - Throws: what the source throws. What is wrong with the drop is in the result.
    public static func scan(_ source: any ByteSource, options: X12ScanOptions) throws -> X12Scan {
        var scanner = EnvelopeScanner(source, options: options)
        return try scanner.run()
    }
}
