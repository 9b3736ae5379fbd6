/// Collects findings while reading goes on, bounded so that one bad delimiter does not fill a disk.
///
/// - Limit: 200 findings are kept; of the rest only the number per code is counted.
public struct DiagnosticLog: Sendable {
    /// Findings kept per drop: a screenful for a person, and the most an acknowledgment would list.
    public static let keptMax = 200

    /// The findings kept, in the order in which they were found.
    public private(set) var kept: [Diagnostic] = []
    /// How many more there were than were kept, by code.
    public private(set) var dropped: [DiagnosticCode: Int] = [:]
    /// Error findings seen, kept or not.
    public private(set) var errorCount = 0
    /// Warning findings seen, kept or not.
    public private(set) var warningCount = 0

    /// A log without findings.
    public init() {}

    /// Whether an error was seen, kept or not: enough to refuse.
    public var hasErrors: Bool { errorCount > 0 }

    /// Counts a finding, and keeps it while there is room.
    public mutating func add(_ finding: Diagnostic) {
        switch finding.severity {
        case .error: errorCount += 1
        case .warning: warningCount += 1
        case .note: break
        }
        if kept.count < Self.keptMax {
            kept.append(finding)
        } else {
            dropped[finding.code, default: 0] += 1
        }
    }

    /// Adds findings one by one, in their order.
    public mutating func add(contentsOf findings: some Sequence<Diagnostic>) {
        for finding in findings { add(finding) }
    }
}
