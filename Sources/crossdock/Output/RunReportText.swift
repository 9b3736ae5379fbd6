import Diagnostics
import FeedProcessor

/// A run for a person: what came, what was decided, what left, and what to look at, last.
struct RunReportText {
    private let report: RunReport
    private let terminal: Terminal
    private let site: Site

    init(_ report: RunReport, terminal: Terminal, site: Site) {
        self.report = report
        self.terminal = terminal
        self.site = site
    }

    func print() {
        var output = Output()
        let troubles = troubles()
        if troubles.isEmpty && !terminal.isOutputTerminal && isUneventful {
            output.line("run r-\(report.run) ok: nothing new, \(seconds)")
            output.flush()
            return
        }
        output.line("run r-\(report.run)  \(report.startedAt)  \(report.pickups.count) channels")
        for pickup in report.pickups
        where !pickup.stagedDrops.isEmpty || !pickup.duplicateDrops.isEmpty || pickup.failure != nil {
            output.line("  \(padded(pickup.channel, 28)) \(describe(pickup))")
        }
        let tally = report.tally
        output.line()
        output.line(
            "decided    \(count(tally.orders, "order"))   \(tally.ordersOnHold) on hold, \(tally.ordersSplit) split, "
                + "\(tally.ordersBackordered) with back-orders; \(count(tally.shipments, "shipment")), "
                + "\(count(tally.invoices, "invoice")), \(report.releasedOrders) released")
        output.line("prepared   \(count(report.rendered.count, "document"))")
        output.line(
            "delivered  \(report.delivered.count)"
                + (report.waiting.isEmpty ? "" : "   \(count(report.waiting.count, "document")) wait"))
        output.line()
        let things = troubles.count { !$0.hasPrefix("  do: ") }
        output.line(
            "done in \(seconds)"
                + (things == 0 ? "" : " with \(count(things, "thing")) to look at"))
        for trouble in troubles { output.line("  " + trouble) }
        if report.isPartial { output.line("see: crossdock failures") }
        output.flush()
    }

    private var isUneventful: Bool {
        report.appliedDrops.isEmpty && report.rendered.isEmpty && report.delivered.isEmpty
            && !report.pickups.contains { !$0.duplicateDrops.isEmpty }
    }

    private var seconds: String { "\(report.milliseconds / 1000).\(report.milliseconds % 1000 / 100)s" }

    private func describe(_ pickup: PickupReport) -> String {
        if let failure = pickup.failure { return "not served: \(visibleText(failure.message))" }
        let known = pickup.duplicateDrops.isEmpty ? "" : ", \(pickup.duplicateDrops.count) known already"
        return count(pickup.stagedDrops.count, "drop") + known
    }

    private func troubles() -> [String] {
        var lines: [String] = []
        let tally = report.tally
        func add(_ number: Int, _ text: String, _ move: String, isError: Bool = true) {
            if number > 0 { lines.append("\(terminal.mark(isError)) \(number) \(text)   \(move)") }
        }
        add(tally.quarantined, "interchanges or drops quarantined", "their move")
        add(tally.refused, "sets or rows refused", "their move")
        add(tally.held, "documents held before they are orders", "our move")
        add(tally.rejectedByPartner, "documents of ours rejected by a partner", "our move")
        add(tally.ordersOnHold, "orders on hold", "our move", isError: false)
        for pickup in report.pickups {
            guard let failure = pickup.failure else { continue }
            lines.append(
                "\(terminal.mark(true)) channel \(pickup.channel) not served   \(failure.code)   \(move(failure))"
            )
            if let remedy = failure.remedy { lines.append("  do: \(visibleText(remedy))") }
        }
        for waiting in report.waiting.prefix(10) {
            lines.append(
                "\(terminal.mark(true)) x-\(waiting.id) not delivered   \(waiting.finding.code)   "
                    + move(waiting.finding))
        }
        for finding in report.findings.lazy.filter({ $0.severity != .note }).prefix(20) {
            lines.append(
                "\(terminal.mark(finding.severity == .error)) \(finding.code) \(visibleText(finding.message))"
            )
        }
        add(report.overdue, "answers or files overdue", "see crossdock status", isError: false)
        return lines
    }

    private func move(_ finding: Diagnostic) -> String {
        switch finding.move ?? site.move(for: finding.code) {
        case .ours: "our move"
        case .partner: "their move"
        case .wait: "wait"
        }
    }

    private func count(_ number: Int, _ noun: String) -> String {
        "\(number) \(noun)\(number == 1 ? "" : "s")"
    }

    private func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
