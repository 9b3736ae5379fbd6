import Canonical
import Diagnostics
import Environment
import Exchange
import Ledger

/// Fetches from every pickup that is due, and then moves or deletes the partners' copies.
struct InboundSide {
    let site: Site
    let ledger: any LedgerStore
    let run: RunID
    let connections: SiteConnections

    func fetch(_ request: RunRequest, _ report: inout RunReport) throws {
        for (partner, channel) in try site.pickups(request, ledger) {
            if Termination.isRequested { return }
            try fetch(channel, of: partner, only: request.files, &report)
        }
        if request.isRehearsal { return }
        let due = try ledger.cleanupsDue()
        for connection in Set(due.map(\.file.connection)).sorted()
        where connections.unreachable[connection] == nil {
            do {
                report.findings += try RemoteSide(ledger: ledger).cleanUp(
                    due.filter { $0.file.connection == connection }, over: connections.endpoint(connection))
            } catch let error as ExchangeError {
                report.findings.append(error.diagnostic)
            }
        }
    }

    private func fetch(
        _ channel: InboundChannel, of partner: Partner, only files: Set<PlannedFile>?,
        _ report: inout RunReport
    ) throws {
        guard let connection = channel.pickup.connection else { return }
        var line = PickupReport(channel: channel.id)
        if let known = connections.unreachable[connection] {
            line.failure = known.diagnostic
        } else {
            do {
                let result = try Staging(
                    state: site.state, ledger: ledger, clock: site.clock, run: run, only: files
                ).fetch(pickup(channel, of: partner, connection), over: connections.endpoint(connection))
                line.stagedDrops = result.staged
                line.duplicateDrops = result.duplicates.map(\.drop)
                report.findings += result.duplicates.map { known in
                    Diagnostic(
                        "DUP.FILE", .note, "drop d-\(known.drop) has bytes already received as d-\(known.of)",
                        found: "d-\(known.drop)", remedy: "nothing: it is recorded and changes nothing")
                }
                report.findings += result.findings.filter { $0.severity != .note }
                if let failure = result.failure {
                    connections.markUnreachable(connection, failure)
                    line.failure = failure.diagnostic
                }
            } catch let error as ExchangeError {
                connections.markUnreachable(connection, error)
                line.failure = error.diagnostic
            }
        }
        report.pickups.append(line)
    }

    private func pickup(_ channel: InboundChannel, of partner: Partner, _ connection: String)
        -> Staging.Pickup
    {
        let rules = ReadinessRules(
            match: GlobPattern(channel.pickup.match), ignore: channel.ready.ignore.map { GlobPattern($0) },
            stableMilliseconds: Int64(channel.ready.stableFor.seconds ?? 60) * 1000,
            byteCountMin: channel.ready.minBytes.byteCount, doneFile: channel.pickup.doneFile,
            filesMax: site.configuration.connection(connection)?.limits.maxFiles ?? 10_000)
        let cleanup: Ledger.RemoteCleanup? =
            switch channel.after.action {
            case .keep: nil
            case .delete: .delete
            case .move: .move(to: archive(channel))
            }
        return Staging.Pickup(
            channel: channel.id, partner: partner.id, connection: connection, path: channel.pickup.path ?? "",
            readiness: rules,
            conditions: FetchConditions(
                query: channel.pickup.query.map { QueryItem(name: $0.name, value: $0.value) }),
            cleanup: cleanup)
    }

    private func archive(_ channel: InboundChannel) -> String {
        let today = site.localNow().date
        return FileNaming(values: [("date", today.compact), ("channel", channel.id)])
            .name(channel.after.to ?? "archive/<date>/")
    }
}
