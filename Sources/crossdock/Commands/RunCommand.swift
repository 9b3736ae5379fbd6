import ArgumentParser
import Diagnostics
import Environment
import FeedProcessor

/// `crossdock run`: one pass.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Fetch, decide and deliver once.",
        discussion: """
            crossdock run                 every channel now, batches that are due
            crossdock run --due           only schedule slots since the last run: what cron calls every minute
            crossdock run --flush         closes batches whose time has not come
            crossdock run --plan p-31c8a07e
                                          exactly what crossdock plan said; what came since is left for the next run

            EXIT STATUS: 0 done, 3 partial (see crossdock failures), 75 another run is active or the plan
            is stale, 78 configuration.
            """)

    @OptionGroup var site: SiteOptions
    @OptionGroup var output: OutputOptions

    @Flag(help: "Only schedule slots since the last run.") var due = false
    @Flag(help: "Closes batches whose time has not come.") var flush = false
    @Option(help: ArgumentHelp("Only this channel; may be repeated.", valueName: "id")) var channel:
        [String] = []
    @Option(
        help: ArgumentHelp("Does what this plan said, or nothing if it is stale.", valueName: "p-31c8a07e"))
    var plan: String?
    @Flag(help: "A partial run exits with 0.") var partialOk = false

    func validate() throws {
        if plan != nil && due { throw ValidationError("--plan and --due exclude each other") }
    }

    func run() throws {
        Termination.watch()
        let site = try site.open()
        try site.checkChannels(channel)
        var request = RunRequest()
        request.isDueOnly = due
        request.flushes = flush
        request.channels = channel
        let terminal = Terminal(color: output.color)
        let progress = ProgressLine(terminal, isJSON: output.json)
        let report = try site.locked(for: "run") { site in
            if let plan { request = try site.request(request, following: plan) }
            return try Run(site: site, request: request) { progress.show($0) }.perform()
        }
        progress.clear()
        if output.json {
            RunReportJSON(report).print()
        } else {
            RunReportText(report, terminal: terminal, site: site).print()
        }
        if report.wasInterrupted { throw ExitCode(128 + (Termination.signal ?? 15)) }
        if report.isPartial && !partialOk { throw ExitStatus.partial.code }
    }
}
