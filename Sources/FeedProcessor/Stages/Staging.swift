import Canonical
import Diagnostics
import Environment
import Exchange
import Ledger

/// What fetching from one pickup came to.
struct StagingResult {
    /// New drops, in order.
    var staged: [DropID] = []
    /// Files whose bytes were known: the drop and the one it repeats.
    var duplicates: [(drop: DropID, of: DropID)] = []
    /// Files that are not ready, and the like.
    var findings: [Diagnostic] = []
    /// Files that stay where they are and will not be taken: unsafe names, no bytes, too many of them.
    var leftFiles: [Diagnostic] = []
    /// Why the pickup could not be served, or not wholly.
    var failure: ExchangeError?
}

/// Fetches the files of one pickup and makes them drops: bytes fsynced under their SHA-256, then the row. The partner's
/// copy is not touched here (`RemoteSide`).
///
/// - Twice: a file fetched again is the same drop while its clean-up is due, else a duplicate without effect.
struct Staging {
    let state: StateFolder
    let ledger: any LedgerStore
    let clock: any WallClock
    let run: RunID
    /// What a plan counts on; other files are left for the next run. Nil for whatever is there.
    let only: Set<PlannedFile>?

    /// One place to fetch from, with whose drops they are.
    struct Pickup {
        var channel: String
        var partner: String
        var connection: String
        var path: String
        var readiness: ReadinessRules
        var conditions: FetchConditions
        var cleanup: Ledger.RemoteCleanup?
        /// Whether the time of the request is what the next cursor is made of; see `PickupCursor`.
        var isAskedByTime = false
    }

    func fetch(_ pickup: Pickup, over endpoint: any Endpoint) throws -> StagingResult {
        var result = StagingResult()
        do {
            var rules = pickup.readiness
            // An answer of a server is whole or an error: there is nobody whose writing could be waited for.
            if endpoint.style == .oneRequest { rules.stableMilliseconds = 0 }
            let request = ListingRequest(
                match: rules.doneFile == nil ? rules.match : nil,
                needsModified: rules.stableMilliseconds > 0)
            let listing = try endpoint.list(pickup.path, request)
            try fault(.afterList, pickup.channel)
            let readiness = Exchange.Readiness(of: listing.files, by: rules, now: clock.now())
            result.findings = readiness.findings
            // A folder or a link among the files is a partner's housekeeping; every other one that is passed over is told.
            let isHousekeeping = { (finding: Diagnostic) in finding.code == "NET.NAME.NOT_REGULAR" }
            result.findings += listing.skipped.filter(isHousekeeping)
            result.leftFiles = listing.skipped.filter { !isHousekeeping($0) }
            result.leftFiles += readiness.waiting.compactMap { emptyFile($0, pickup) }
            for file in readiness.ready {
                if Termination.isRequested { break }
                try fetchOne(file, pickup, over: endpoint, into: &result)
            }
        } catch let error as ExchangeError {
            result.failure = error
        }
        return result
    }

    /// A file without a byte that nobody has touched for the time in which writing would be waited for. It is not staged:
    /// a partner may make the file first and write it later.
    private func emptyFile(_ waiting: Exchange.Readiness.Waiting, _ pickup: Pickup) -> Diagnostic? {
        guard waiting.reason == .tooSmall(byteCount: 0) else { return nil }
        let now = clock.now()
        if let modified = waiting.file.modified, modified <= now,
            modified > now - pickup.readiness.stableMilliseconds
        {
            return nil
        }
        let name = RemoteName.displayed(waiting.file.name)
        return Diagnostic(
            "FILE.EMPTY", .error, "file '\(name)' is empty: 0 bytes; it stays where it is", found: "0 bytes",
            expected: "at least \(pickup.readiness.byteCountMin) bytes",
            remedy: "ask the partner to send the file again", move: .partner)
    }

    /// A file that fails alone does not keep its neighbours from being fetched; a dead connection does.
    private func fetchOne(
        _ file: RemoteFile, _ pickup: Pickup, over endpoint: any Endpoint, into result: inout StagingResult
    ) throws {
        do {
            let asked = clock.now()
            guard let fetched = try download(file, pickup, over: endpoint) else { return }
            let planned = PlannedFile(channel: pickup.channel, name: file.name, digest: fetched.digest)
            guard only?.contains(planned) ?? true else { return }
            try fault(.beforeStageCommit, file.name)
            let drop = StagedDrop(
                channel: pickup.channel, partner: pickup.partner, name: file.name,
                connection: pickup.connection,
                path: file.directory, digest: fetched.digest, byteCount: Int64(fetched.byteCount),
                // The transfer tells the time of what was read; the listing may be older, or tell none.
                modifiedAt: (fetched.modified ?? file.modified).map { Instant(milliseconds: $0) },
                receivedAt: Instant(milliseconds: pickup.isAskedByTime ? asked : clock.now()),
                cleanup: pickup.cleanup)
            switch try ledger.stage(drop, run: run) {
            case .staged(let id): result.staged.append(id)
            case .sameDrop: break
            case .duplicate(let id, let original): result.duplicates.append((id, original))
            }
            try fault(.afterStageCommit, file.name)
        } catch let error as ExchangeError {
            switch error.code {
            case "NET.VANISHED", "NET.UNSTABLE":
                // Nothing is wrong: the partner took it back, or is still writing.
                var finding = error.diagnostic
                finding.severity = .warning
                result.findings.append(finding)
            case "NET.LIMIT.BYTES", "NET.NAME.NOT_REGULAR", "NET.PERMISSION":
                result.leftFiles.append(error.diagnostic)
            default: throw error
            }
        }
    }

    /// - Returns: nil where the partner has nothing new to give.
    private func download(
        _ file: RemoteFile, _ pickup: Pickup, over endpoint: any Endpoint
    ) throws -> (digest: [UInt8], byteCount: Int, modified: Int64?)? {
        let temporary = "\(state.incoming)/\(run)-\(pickup.channel).part"
        try state.store.remove(temporary)
        let writer = try state.store.create(temporary)
        var hasher = SHA256Hasher()
        var isFirst = true
        do {
            let report = try endpoint.fetch(file, pickup.conditions) { bytes in
                try writer.write(bytes)
                hasher.update(bytes)
                if isFirst {
                    isFirst = false
                    try fault(.fetchFirstBytes, file.name)
                }
            }
            try fault(.fetchLastByte, file.name)
            guard !report.isNothing else {
                try writer.close()
                try state.store.remove(temporary)
                return nil
            }
            try writer.sync()
            try writer.close()
            let digest = hasher.finish().bytes
            try state.adoptStaged(temporary, digest: digest)
            return (digest, report.byteCount, report.modified)
        } catch {
            try? writer.close()
            _ = try? state.store.remove(temporary)
            throw error
        }
    }
}

/// Moves or deletes partners' copies of drops whose rows stand: a step of its own, tried again by every run.
struct RemoteSide {
    let ledger: any LedgerStore

    /// Works off what is due for one connection.
    ///
    /// - Returns: what went wrong; the clean-up then stays due.
    func cleanUp(_ drops: [DropRow], over endpoint: any Endpoint) throws -> [Diagnostic] {
        var findings: [Diagnostic] = []
        var done: [DropID] = []
        for drop in drops {
            guard let wanted = drop.file.cleanup else { continue }
            let action: Exchange.RemoteCleanup.Action =
                switch wanted {
                case .delete: .delete
                case .move(let folder): .move(toDirectory: folder)
                }
            let file = RemoteFile(
                name: drop.file.name, directory: drop.file.path, byteCount: Int(drop.file.byteCount),
                modified: drop.file.modifiedAt?.milliseconds)
            do {
                _ = try Exchange.RemoteCleanup(action).apply(
                    to: file, tag: String(hexText(drop.file.digest).prefix(8)), over: endpoint)
                done.append(drop.id)
            } catch let error as ExchangeError {
                findings.append(error.diagnostic)
                if error.isTemporary { break }
            }
        }
        if !done.isEmpty { try ledger.markCleanedUp(done) }
        return findings
    }
}
