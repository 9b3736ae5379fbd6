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
        try ledger.mark(
            troubles: Dictionary(
                report.pickups.map { ($0.channel, $0.trouble) }, uniquingKeysWith: { $1 }),
            run: run, at: Instant(milliseconds: site.clock.now()))
        let due = try ledger.cleanupsDue()
        for connection in Set(due.map(\.file.connection)).sorted()
        where connections.unreachable[connection] == nil {
            do {
                report.findings += try RemoteSide(ledger: ledger).cleanUp(
                    due.filter { $0.file.connection == connection }, over: connections.endpoint(connection))
            } catch let error as ExchangeError {
                report.findings.append(error.diagnostic)
            } catch let finding as Diagnostic {
                report.findings.append(finding)
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
                ).fetch(
                    try pickup(channel, of: partner, connection, &report),
                    over: connections.endpoint(connection))
                line.stagedDrops = result.staged
                line.duplicateDrops = result.duplicates.map(\.drop)
                report.findings += try result.duplicates.map { known in
                    let first = try ledger.drop(known.of)?.file.name
                    return Diagnostic(
                        "DUP.FILE", .note,
                        "drop d-\(known.drop) has bytes already received as d-\(known.of)"
                            + (first.map { ", first seen as '\(RemoteName.displayed($0))'" } ?? ""),
                        found: "d-\(known.drop)", remedy: "nothing: it is recorded and changes nothing")
                }
                report.findings += result.findings + result.leftFiles
                line.leftFiles = result.leftFiles
                if let failure = result.failure {
                    if !failure.isAboutOnePath { connections.markUnreachable(connection, failure) }
                    line.failure = failure.diagnostic
                }
            } catch let error as ExchangeError {
                connections.markUnreachable(connection, error)
                line.failure = error.diagnostic
            } catch let finding as Diagnostic {
                // The configuration or a secret of this connection: the other partners are served all the same.
                line.failure = finding
            }
        }
        report.pickups.append(line)
    }

    private func pickup(
        _ channel: InboundChannel, of partner: Partner, _ connection: String, _ report: inout RunReport
    ) throws -> Staging.Pickup {
        let declared = site.configuration.connection(connection)
        let rules = ReadinessRules(
            match: GlobPattern(channel.pickup.match), ignore: channel.ready.ignore.map { GlobPattern($0) },
            stableMilliseconds: Int64(channel.ready.stableFor.seconds ?? 60) * 1000,
            byteCountMin: channel.ready.minBytes.byteCount, doneFile: channel.pickup.doneFile,
            filesMax: declared?.limits.maxFiles ?? 10_000)
        let cleanup: Ledger.RemoteCleanup? =
            switch channel.after.action {
            // An export of a server is not ours to move or delete; `after` is usually a default for folders.
            case _ where declared?.type == .http: nil
            case .keep: nil
            case .delete: .delete
            case .move: .move(to: archive(channel))
            }
        var pickup = Staging.Pickup(
            channel: channel.id, partner: partner.id, connection: connection, path: channel.pickup.path ?? "",
            readiness: rules, conditions: FetchConditions(), cleanup: cleanup)
        pickup.isAskedByTime = channel.pickup.cursor?.from == .requestTime
        let (query, findings) = try PickupCursor(site: site, ledger: ledger).query(of: channel, of: partner)
        pickup.conditions.query = query
        report.findings += findings
        return pickup
    }

    private func archive(_ channel: InboundChannel) -> String {
        let today = site.localNow().date
        return FileNaming(values: [("date", today.compact), ("channel", channel.id)])
            .name(channel.after.to ?? "archive/<date>/")
    }
}
