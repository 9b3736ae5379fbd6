import Diagnostics
import FeedProcessor

/// A run for a program: one object a line, each with its `type`; `run.finished` comes last.
struct RunReportJSON {
    private let report: RunReport

    init(_ report: RunReport) { self.report = report }

    func print() {
        var output = Output()
        let run = "\"r-\(report.run)\""
        output.line("{\"type\":\"run.started\",\"run\":\(run),\"at\":\"\(report.startedAt)\"}")
        for pickup in report.pickups {
            let failure = pickup.failure.map { ",\"code\":\(jsonText($0.code.rawValue))" } ?? ""
            output.line(
                "{\"type\":\"pickup.done\",\"run\":\(run),\"channel\":\(jsonText(pickup.channel)),"
                    + "\"staged\":\(pickup.stagedDrops.count),\"duplicates\":\(pickup.duplicateDrops.count)\(failure)}"
            )
        }
        for pickup in report.pickups {
            guard let failure = pickup.failure else { continue }
            let channel = ("channel", jsonText(pickup.channel))
            output.line(DiagnosticRenderer.json(failure, move: nil, extra: [channel, ("run", run)]))
        }
        for drop in report.appliedDrops {
            output.line("{\"type\":\"drop.done\",\"run\":\(run),\"drop\":\"d-\(drop)\"}")
        }
        for finding in report.findings {
            output.line(DiagnosticRenderer.json(finding, move: nil, extra: [("run", run)]))
        }
        for document in report.delivered {
            output.line(
                "{\"type\":\"delivery\",\"run\":\(run),\"document\":\"x-\(document)\",\"state\":\"delivered\"}"
            )
        }
        for waiting in report.waiting {
            output.line(
                "{\"type\":\"delivery\",\"run\":\(run),\"document\":\"x-\(waiting.id)\",\"state\":\"waiting\","
                    + "\"code\":\(jsonText(waiting.finding.code.rawValue))}")
            let document = ("document", "\"x-\(waiting.id)\"")
            output.line(DiagnosticRenderer.json(waiting.finding, move: nil, extra: [document, ("run", run)]))
        }
        let tally = report.tally
        output.line(
            "{\"type\":\"run.finished\",\"run\":\(run),\"outcome\":\"\(report.isPartial ? "partial" : "done")\","
                + "\"ms\":\(report.milliseconds),\"orders\":\(tally.orders),\"ordersOnHold\":\(tally.ordersOnHold),"
                + "\"accepted\":\(tally.accepted),\"refused\":\(tally.refused),\"held\":\(tally.held),"
                + "\"quarantined\":\(tally.quarantined),\"rejectedByPartner\":\(tally.rejectedByPartner),"
                + "\"duplicates\":\(tally.duplicates),"
                + "\"shipments\":\(tally.shipments),\"invoices\":\(tally.invoices),"
                + "\"rendered\":\(report.rendered.count),\"delivered\":\(report.delivered.count)}")
        output.flush()
    }
}
