public import Canonical
public import Diagnostics
import Environment
import Exchange
import Ledger
import OMSRules

/// What a run is asked to do.
public struct RunRequest: Sendable {
    /// Only schedule slots since the last run; otherwise every channel now.
    public var isDueOnly = false
    /// Closes batches whose time has not come.
    public var flushes = false
    /// Only these channels; empty for all.
    public var channels: [String] = []
    /// Fetches and decides, but neither renders nor delivers nor touches a partner: what `plan` does on a copy.
    public var isRehearsal = false
    /// Fetches nothing but these; nil for whatever is there.
    var files: Set<PlannedFile>?
    /// Takes up this drop again instead of fetching.
    public var replay: ReplayTarget?

    /// Every channel now, nothing flushed, nothing replayed.
    public init() {}
}

/// What happened at one pickup, for the run's report.
public struct PickupReport: Sendable {
    /// The inbound channel, by id.
    public var channel: String
    /// New drops, in order.
    public var stagedDrops: [DropID] = []
    /// Drops whose bytes were known already.
    public var duplicateDrops: [DropID] = []
    /// Why it was not served, or not wholly.
    public var failure: Diagnostic?
    /// Files that stay where they are and will not be taken: unsafe names, no bytes, too many of them.
    public var leftFiles: [Diagnostic] = []

    /// What keeps the channel from being served wholly, in one finding; nil where nothing does.
    var trouble: Diagnostic? {
        if let failure { return failure }
        guard var first = leftFiles.first(where: { $0.severity == .error }) ?? leftFiles.first else {
            return nil
        }
        if leftFiles.count > 1 { first.message += " (and \(leftFiles.count - 1) more)" }
        return first
    }
}

/// What a run came to.
public struct RunReport: Sendable {
    /// The run's number, `r-17` on screen.
    public var run: RunID
    /// By the site's clock.
    public var startedAt: Instant
    /// How long it took, on a clock that cannot be set; 0 until it ends.
    public var milliseconds: Int64 = 0
    /// One for each pickup that was due, served or not, in the order of fetching.
    public var pickups: [PickupReport] = []
    /// Drops taken up in this run, in order, whatever came of them.
    public var appliedDrops: [DropID] = []
    /// Warnings and errors that belong to no drop: channels not reached, documents not written.
    public var findings: [Diagnostic] = []
    /// Documents frozen in this run.
    public var rendered: [OutboundID] = []
    /// Documents that arrived in this run, earlier ones too.
    public var delivered: [OutboundID] = []
    /// Documents that wait, with the reason.
    public var waiting: [(id: OutboundID, finding: Diagnostic)] = []
    /// Held orders that went on and orders whose back-orders were filled.
    public var releasedOrders = 0
    /// Answers, files and acknowledgments that became overdue in this run.
    public var overdue = 0
    /// Whether it was asked to stop and did; the next run goes on from there.
    public var wasInterrupted = false
    /// What was decided about the drops.
    public var tally = RunTally()

    init(run: RunID, startedAt: Instant) {
        self.run = run
        self.startedAt = startedAt
    }

    /// Whether something was refused, by us or by a partner, held, not reached or left undelivered in this run.
    public var isPartial: Bool {
        tally.refused > 0 || tally.held > 0 || tally.quarantined > 0 || tally.rejectedByPartner > 0
            || !waiting.isEmpty
            || pickups.contains { $0.failure != nil } || findings.contains { $0.severity == .error }
    }
}

/// Units and orders of a run, counted as they were committed.
public struct RunTally: Sendable, Hashable {
    /// Documents taken in; envelopes and other stretches without a document are not counted.
    public var accepted = 0
    /// Sets, rows and elements that will not be applied.
    public var refused = 0
    /// Documents kept for a person or a missing code.
    public var held = 0
    /// Stretches of quarantined interchanges, and drops quarantined as a whole.
    public var quarantined = 0
    /// Files that repeat a drop, and stretches that repeat what was applied before.
    public var duplicates = 0
    /// Orders that came into the books, held ones too.
    public var orders = 0
    /// Orders on which a hold was set.
    public var ordersOnHold = 0
    /// Orders that two or more sources ship: warehouses or suppliers.
    public var ordersSplit = 0
    /// Orders of which some units wait for stock.
    public var ordersBackordered = 0
    /// Shipments that came into the books.
    public var shipments = 0
    /// Invoices that were issued.
    public var invoices = 0
    /// Documents of ours that a partner's acknowledgment rejected, wholly or in part.
    public var rejectedByPartner = 0

    mutating func add(_ batch: ApplyBatch) {
        for span in batch.spans {
            switch span.state {
            case .accepted: if !span.document.isEmpty { accepted += 1 }
            case .refused: refused += 1
            case .held: held += 1
            case .quarantined: quarantined += 1
            case .duplicate: duplicates += 1
            }
        }
        if batch.state == .quarantined { quarantined += 1 }
        rejectedByPartner += batch.acknowledged.count { $0.state == .rejected }
        orders += batch.changes.orders.count
        ordersOnHold += Set(batch.changes.holds.map(\.order)).count
        shipments += batch.changes.shipments.count
        invoices += batch.changes.invoices.count
        var sources: [OrderID: Int] = [:]
        for fulfilment in batch.changes.fulfilments { sources[fulfilment.order, default: 0] += 1 }
        for purchase in batch.changes.purchaseOrders { sources[purchase.order, default: 0] += 1 }
        ordersSplit += sources.count { $0.value > 1 }
        let lines = Dictionary(batch.changes.lines.map { ($0.id, $0.order) }) { first, _ in first }
        ordersBackordered +=
            Set(
                batch.changes.movements.filter { $0.kind == .backorder }.compactMap {
                    $0.line.flatMap { lines[$0] }
                }
            )
            .count
    }
}

/// One pass: fetch, apply, release, render, deliver. Everything possible is committed; what is wrong stays where it is
/// and is reported.
///
/// - Twice: a run after a run finds nothing to do; after a crash it goes on where the last commit ended.
public struct Run {
    let site: Site
    let ledger: any LedgerStore
    let request: RunRequest
    /// Told after each step, for progress.
    let progress: (RunReport) -> Void

    /// Opens the ledger, making it where there is none.
    ///
    /// - Parameter progress: told after each step how far the run is.
    /// - Throws: `LedgerError`, `FileError`.
    public init(site: Site, request: RunRequest, progress: @escaping (RunReport) -> Void = { _ in }) throws {
        self.site = site
        self.request = request
        self.progress = progress
        ledger = try site.openLedger()
    }

    /// Does the whole pass and writes its end down.
    ///
    /// - Returns: the report, also where the run was asked to stop.
    /// - Throws: what keeps the run from going on, `LedgerError` above all; it is `failed` in the books then, where they
    ///   can still be written.
    public func perform() throws -> RunReport {
        let started = site.clock.now()
        let monotonic = site.clock.monotonicNanoseconds()
        let lastEnd = try ledger.lastRunEnded()
        let run = try ledger.beginRun(
            command: request.isDueOnly ? "run --due" : "run", configuration: site.configurationDigest,
            at: Instant(milliseconds: started), wasKilled: site.lastEnd == .killed)
        site.lastEnd = .ended
        var report = RunReport(run: run, startedAt: Instant(milliseconds: started))
        if let lastEnd, lastEnd.milliseconds > started {
            report.findings.append(
                Diagnostic(
                    "CLOCK.BACKWARDS", .warning,
                    "clock has gone back: last run ended after now (\(lastEnd))",
                    found: Instant(milliseconds: started).description, expected: "a moment after \(lastEnd)",
                    remedy: "check the clock; order is kept by sequence numbers", move: .ours))
        }
        do {
            try site.state.clearIncoming()
            try steps(run, &report)
        } catch {
            let reason = Site.finding(for: error).map { "\($0.code): \($0.message)" } ?? "\(error)"
            // On a full disk this fails as well; then the lock file tells the next run that nobody was killed.
            try? ledger.finishRun(
                run, outcome: "failed", summary: reason, at: Instant(milliseconds: site.clock.now()))
            throw error
        }
        if Termination.isRequested {
            report.wasInterrupted = true
            report.findings.append(
                Diagnostic(
                    "RUN.INTERRUPTED", .warning,
                    "run was asked to stop (signal \(Termination.signal ?? 0)) and did",
                    expected: "a run to its end", remedy: "run again: it goes on where this one stopped",
                    move: .wait))
        }
        report.milliseconds = Int64((site.clock.monotonicNanoseconds() - monotonic) / 1_000_000)
        try ledger.finishRun(
            run, outcome: report.isPartial ? "partial" : "done",
            summary: "\(report.tally.orders) orders, \(report.delivered.count) documents delivered",
            at: Instant(milliseconds: site.clock.now()))
        return report
    }

    private func steps(_ run: RunID, _ report: inout RunReport) throws {
        let connections = SiteConnections(
            site.configuration, stateRoot: site.state.home, store: site.state.store)
        let delivering = OutboundSide(site: site, ledger: ledger, run: run, connections: connections)
        if !request.isRehearsal { try delivering.settle(&report) }
        if request.replay == nil {
            try InboundSide(site: site, ledger: ledger, run: run, connections: connections).fetch(
                request, &report)
            progress(report)
        }
        let tally = TallyBox()
        tally.tally.duplicates = report.pickups.reduce(0) { $0 + $1.duplicateDrops.count }
        let applying = Applying(
            state: site.state, ledger: ledger, clock: site.clock, run: run, context: try site.rules(),
            intents: site.intentPlanner(flushes: request.flushes),
            reader: { [site, ledger] in try site.reader(for: $0, ledger: ledger) },
            obligations: site.obligations(ledger), tally: tally)
        let releasing = Releasing(
            ledger: ledger, clock: site.clock, run: run, context: applying.context, intents: applying.intents)
        if let target = request.replay {
            tally.tally.ordersOnHold += try replay(
                target, run: run, context: applying, releasing: releasing)
            report.appliedDrops.append(target.drop.id)
        } else {
            for drop in try ledger.dropsToApply() {
                if Termination.isRequested { return }
                try applying.apply(drop.id)
                report.appliedDrops.append(drop.id)
                report.tally = tally.tally
                progress(report)
            }
        }
        report.tally = tally.tally
        report.releasedOrders = try releasing.releaseAll()
        if Termination.isRequested || request.isRehearsal { return }
        try delivering.render(request, &report)
        progress(report)
        if Termination.isRequested { return }
        try delivering.deliver(&report)
        try site.sweepDeadlines(ledger, &report)
    }
}

/// The run's counts, shared by the appliers of its drops.
final class TallyBox {
    var tally = RunTally()
}
