import Diagnostics

/// What is let pass today: leniency of a guide and of a channel, asked when there is a finding.
struct LeniencyFilter: Sendable {
    private struct Entry {
        var leniency: GuideLeniency
        var path: GuidePath?
    }

    private let entries: [Entry]

    init(_ lenient: [GuideLeniency], today: Int?) {
        entries = lenient.compactMap { leniency in
            if let today, let until = leniency.until, today > until { return nil }
            if leniency.path.isEmpty { return Entry(leniency: leniency, path: nil) }
            guard let path = GuidePath(leniency.path) else { return nil }
            return Entry(leniency: leniency, path: path)
        }
    }

    /// The leniency that covers a finding at a place; nil for none.
    func entry(
        for code: DiagnosticCode, tag: X12Tag, element: Int?, component: Int?,
        loops: @autoclosure () -> [String],
        isTrigger: Bool = false
    ) -> GuideLeniency? {
        guard !entries.isEmpty else { return nil }
        for entry in entries where Self.covers(entry.leniency.rule, code) {
            guard let path = entry.path else { return entry.leniency }
            guard path.element == nil || path.element == element else { continue }
            guard path.component == nil || path.component == component else { continue }
            if path.matches(tag: tag, in: loops(), isTrigger: isTrigger) { return entry.leniency }
        }
        return nil
    }

    private static func covers(_ rule: String, _ code: DiagnosticCode) -> Bool {
        rule == code.rawValue || classes[rule]?.contains(code) == true
    }

    /// Short names for what goes together.
    private static let classes: [String: Set<DiagnosticCode>] = [
        "length": ["X12.ELEM.TOO_SHORT", "X12.ELEM.TOO_LONG"],
        "code": ["X12.ELEM.CODE"],
        "character": ["X12.CHAR.INVALID", "X12.CHAR.DECODE"],
        "date": ["X12.ELEM.DATE", "X12.ISA.DATE"],
        "time": ["X12.ELEM.TIME", "X12.ISA.TIME"],
        "number": ["X12.ELEM.NUMERIC"],
        "note": ["X12.ELEM.PAIR", "X12.ELEM.CONDITION", "X12.ELEM.ONE_OF", "X12.ELEM.EXCLUSION"],
        "missing": ["X12.ELEM.MISSING", "X12.SEG.MISSING"],
        "order": ["X12.SEG.ORDER", "X12.SEG.UNEXPECTED"],
        "unknown": ["X12.SEG.UNKNOWN", "X12.SEG.NOT_IN_SET", "X12.SEG.TOO_MANY_ELEMENTS"],
        "repetition": ["X12.SEG.MAX_USE", "X12.LOOP.MAX_USE"],
        "count": ["X12.SE.COUNT", "X12.GE.COUNT", "X12.IEA.GROUP_COUNT"],
        "control": ["X12.SE.TSN_MISMATCH", "X12.GE.GCN_MISMATCH", "X12.IEA.ICN_MISMATCH"],
    ]

    /// The finding as the leniency leaves it; nil where it is ignored.
    static func soften(_ finding: Diagnostic, by leniency: GuideLeniency) -> Diagnostic? {
        guard leniency.action == .warn else { return nil }
        var finding = finding
        if finding.severity == .error { finding.severity = .warning }
        finding.remedy = "tolerated: \(leniency.reason)"
        return finding
    }
}
