import ArgumentParser
import Diagnostics
import FeedProcessor
import Ledger

/// `crossdock plan`: what a run would do.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Says what run would do; changes nothing.",
        discussion: """
            Fetches and decides on a copy of the books; partners' files, the ledger and the outbox stay as they are.
            The plan has a name: crossdock run --plan p-31c8a07e does exactly that, or nothing where it would do
            something else by now.

            EXIT STATUS: 0; with --detailed-exit-code 2 when there is something to do.
            """)

    @OptionGroup var site: SiteOptions
    @OptionGroup var output: OutputOptions
    @Option(help: ArgumentHelp("Only this channel; may be repeated.", valueName: "id")) var channel:
        [String] = []
    @Flag(help: "Closes batches whose time has not come.") var flush = false
    @Flag(help: "Exits with 2 when a run would change something.") var detailedExitCode = false

    func run() throws {
        let site = try site.open()
        try site.checkChannels(channel)
        var request = RunRequest()
        request.channels = channel
        request.flushes = flush
        let rehearsal = try site.rehearse(request)
        let report = rehearsal.report
        let tally = report.tally
        var out = Output()
        if output.json {
            out.line(
                JSONLine([
                    ("type", .text("plan")), ("plan", .text(rehearsal.plan)),
                    ("drops", .number(report.appliedDrops.count)),
                    ("orders", .number(tally.orders)), ("ordersOnHold", .number(tally.ordersOnHold)),
                    ("refused", .number(tally.refused)), ("held", .number(tally.held)),
                    ("quarantined", .number(tally.quarantined)), ("duplicates", .number(tally.duplicates)),
                ]).text)
        } else {
            for pickup in report.pickups where !(pickup.stagedDrops + pickup.duplicateDrops).isEmpty {
                out.line(
                    "Would fetch  \(pickup.channel)  \(pickup.stagedDrops.count) new, \(pickup.duplicateDrops.count) known already"
                )
            }
            out.line(
                "Plan: \(tally.orders) orders to accept, \(tally.ordersOnHold) of them on hold, \(tally.refused) sets or rows to "
                    + "refuse, \(tally.held) documents to hold, \(tally.duplicates) duplicates to skip.")
            out.line(
                "Nothing was changed. To do exactly this: crossdock run --plan \(rehearsal.plan)"
                    + channel.map { " --channel \($0)" }.joined() + (flush ? " --flush" : ""))
        }
        out.flush()
        if detailedExitCode && !report.appliedDrops.isEmpty { throw ExitCode(2) }
    }
}

/// `crossdock doctor`: checks everything this machine needs.
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Checks everything this machine needs.",
        discussion: "EXIT STATUS: 0 all well, 78 something failed.")

    @OptionGroup var site: SiteOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let checks = Doctor.examine(config: site.configPath, state: site.statePath)
        var out = Output()
        for check in checks {
            if output.json {
                out.line(
                    JSONLine([
                        ("state", .text(check.state.rawValue)), ("what", .text(check.what)),
                        ("do", .optional(check.remedy)),
                    ]).text)
            } else {
                out.line(
                    "  \(check.state.rawValue)\(check.state == .ok ? "  " : "")  \(visibleText(check.what))")
                if let remedy = check.remedy { out.line("        do: \(visibleText(remedy))") }
            }
        }
        let failed = checks.count { $0.state == .fail }
        if !output.json { out.line("\(failed) failed, \(checks.count { $0.state == .warn }) warnings") }
        out.flush()
        if failed > 0 { throw ExitStatus.configuration.code }
    }
}
