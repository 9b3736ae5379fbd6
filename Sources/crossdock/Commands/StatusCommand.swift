import ArgumentParser
import Canonical
import Diagnostics
import FeedProcessor
import Ledger

/// `crossdock status`: is the house in order?
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Is the house in order?",
        discussion: "EXIT STATUS: 0; with --idle 3 while there is still something to apply, write or send.")

    @OptionGroup var site: SiteOptions
    @OptionGroup var output: OutputOptions
    @Flag(help: "Says only whether a run would find work in the books, by its exit status.") var idle = false

    func run() throws {
        let site = try site.open()
        let books = try site.books()
        let house = try books.house()
        if idle {
            guard try site.isIdle(books) else { throw ExitStatus.partial.code }
            return
        }
        let channels = try books.channels(dayStart: site.startOfToday)
        var out = Output()
        if output.json {
            out.line(json(house, channels))
        } else {
            text(house, channels, Terminal(color: output.color), &out)
        }
        out.flush()
    }

    private func text(
        _ house: HouseStatus, _ channels: [ChannelStatus], _ terminal: Terminal, _ out: inout Output
    ) {
        out.line(
            "crossdock \(Release.version)   ledger \(house.path)  schema \(house.schemaVersion)  \(house.byteCount / 1024) KiB"
        )
        if let run = house.lastRun {
            out.line("last run  r-\(run.id)  \(run.startedAt)  \(run.outcome ?? "not finished")")
        }
        out.line()
        var table = Table(["CHANNEL", "LAST DROP", "TODAY", "WAITING", "REFUSED", "HELD", "STATE"])
        for row in channels {
            table.add([
                row.channel, row.lastDropAt?.description ?? "–", String(row.dropsToday),
                String(row.waitingDocuments + row.waitingIntents),
                String(row.refusedSpans + row.quarantinedDrops),
                String(row.heldSpans + row.heldOrders),
                Self.state(row) + (row.trouble.map { " since \($0.since): \($0.finding.code)" } ?? ""),
            ])
        }
        for line in table.lines(for: terminal) { out.line(line) }
        out.line()
        out.line("orders  \(house.orderCount)   holds  \(house.openHolds)")
        if !house.unanswered.isEmpty {
            let names = house.unanswered.prefix(8).map { "x-\($0.id) \($0.document.document)" }.joined(
                separator: ", ")
            out.line("not acknowledged in time: \(names)")
        }
    }

    private static func state(_ row: ChannelStatus) -> String {
        if let trouble = row.trouble { return isDown(trouble.finding) ? "down" : "look" }
        if row.conflicts > 0 { return "conflict" }
        if row.overdueExpectations > 0 { return "overdue" }
        let wrong =
            row.quarantinedDrops + row.refusedSpans + row.heldSpans + row.heldOrders + row.rejectedDocuments
        if wrong > 0 { return "look" }
        return row.waitingDocuments > 0 ? "waiting" : "ok"
    }

    /// Whether a trouble keeps the whole channel from being served, and not single files of it.
    private static func isDown(_ finding: Diagnostic) -> Bool {
        let code = finding.code.rawValue
        if code.hasPrefix("NET.NAME.") || code == "NET.LIMIT.BYTES" { return false }
        return code.hasPrefix("NET.") || code.hasPrefix("CONFIG.")
    }

    private func json(_ house: HouseStatus, _ channels: [ChannelStatus]) -> String {
        let rows = channels.map { row in
            JSONLine([
                ("channel", .text(row.channel)), ("partner", .text(row.partner)),
                ("lastDropAt", .optional(row.lastDropAt?.description)),
                ("dropsToday", .number(row.dropsToday)),
                ("ordersToday", .number(row.ordersToday)),
                ("waitingDocuments", .number(row.waitingDocuments)),
                ("waitingIntents", .number(row.waitingIntents)), ("refused", .number(row.refusedSpans)),
                ("held", .number(row.heldSpans)), ("quarantined", .number(row.quarantinedDrops)),
                ("rejected", .number(row.rejectedDocuments)), ("heldOrders", .number(row.heldOrders)),
                ("overdue", .number(row.overdueExpectations)),
                ("state", .text(Self.state(row))),
                ("trouble", .optional(row.trouble?.finding.code.rawValue)),
                ("troubleSince", .optional(row.trouble?.since.description)),
            ]).text
        }
        return JSONLine([
            ("version", .text(Release.version)), ("ledger", .text(house.path)),
            ("schema", .number(house.schemaVersion)),
            ("bytes", .number(Int(house.byteCount))),
            ("lastRun", .optional(house.lastRun.map { "r-\($0.id)" })),
            ("orders", .number(house.orderCount)), ("openHolds", .number(house.openHolds)),
            ("dropsOpen", .number(house.dropsOpen)),
            ("channels", .raw("[" + rows.joined(separator: ",") + "]")),
        ]).text
    }
}
