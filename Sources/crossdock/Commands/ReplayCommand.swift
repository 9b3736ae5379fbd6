public import ArgumentParser
import Canonical
import Diagnostics
import Environment
public import FeedProcessor
import Ledger
import Glibc

/// `crossdock replay`: a drop again, from a chosen stage.
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Runs a drop again from a chosen stage.",
        discussion: """
            crossdock replay d-12 --from map        after a code or a map was added
            crossdock replay d-12 --from decide     decides the drop's held orders again
            crossdock replay x-88                   puts a document that is stuck back in line; the next run sends it

            What was applied stays as it is; nothing is acknowledged or sent a second time.

            EXIT STATUS: 0 done, 3 something is still refused or held, 64 unknown drop, 75 another run is active.
            """)

    @OptionGroup var site: SiteOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "d-<number>, or four or more digits of the drop's SHA-256; x-<number> for a document.")
    var drop: String
    @Option(help: "Where to begin: read, map or decide.") var from: ReplayTarget.Stage = .read
    @Option(help: "Why; it is written down.") var reason = ""
    @Flag(name: [.customLong("yes")], help: "Does not ask.") var isAgreed = false
    @Flag(help: "Never asks; needs --yes.") var noInput = false

    func run() throws {
        Termination.watch()
        let site = try site.open()
        if drop.hasPrefix("x-") { return try sendAgain(site) }
        let row = try site.findDrop(drop)
        let plan = try site.replayPlan(row)
        guard !plan.isEmpty else {
            say(
                "REPLAY.ALREADY_APPLIED: everything of d-\(row.id) \(visibleText(row.file.name)) is applied; nothing to do"
            )
            return
        }
        guard try agree(plan) else { return say("nothing was changed") }
        var request = RunRequest()
        request.replay = ReplayTarget(
            drop: row, stage: from, by: operatorName, why: reason.isEmpty ? "replay" : reason)
        let report = try site.locked(for: "replay d-\(row.id)") { site in
            try Run(site: site, request: request).perform()
        }
        if output.json {
            RunReportJSON(report).print()
        } else {
            RunReportText(report, terminal: Terminal(color: output.color), site: site).print()
        }
        if report.isPartial || report.tally.ordersOnHold > 0 { throw ExitStatus.partial.code }
    }

    private var operatorName: String { readEnvironment("USER") ?? "operator" }

    private func sendAgain(_ site: Site) throws {
        guard let number = Reference.number(drop, prefix: "x-") else { throw Reference.unknown(drop, "x-88") }
        try site.locked(for: "replay \(drop)") { site in
            try site.sendAgain(
                OutboundID(number), by: operatorName, why: reason.isEmpty ? "replay" : reason)
        }
        say("\(drop) is in line again: crossdock run sends it")
    }

    /// Shows what would happen; asks on a terminal.
    private func agree(_ plan: ReplayPlan) throws -> Bool {
        say(
            "d-\(plan.drop.id) \(visibleText(plan.drop.file.name)): takes up \(plan.openStretches) refused, held or quarantined "
                + "stretches and \(plan.heldOrders.count) held orders; the rest stays as it is")
        if isAgreed { return true }
        if noInput { throw ValidationError("--no-input needs --yes") }
        guard isatty(STDIN_FILENO) == 1 else { return true }
        sayRaw("Nothing already delivered is sent again. Continue? [y/N] ")
        return readLine()?.lowercased().hasPrefix("y") ?? false
    }
}

extension ReplayTarget.Stage: ExpressibleByArgument {}
