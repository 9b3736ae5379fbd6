import Canonical
import Diagnostics
import Environment
import Ledger

/// A run that was played on a copy of the books: what it came to, and the name of exactly that.
public struct Rehearsal: Sendable {
    /// What the run on the copy came to.
    public var report: RunReport
    /// `p-` and eight hexadecimal digits: of the configuration, what was asked for and the books as the run leaves them. Two
    /// rehearsals with one name decide the same, whenever they are played.
    public var plan: String
    /// What it fetched.
    var files: Set<PlannedFile>
}

/// A file that a plan counts on.
struct PlannedFile: Sendable, Hashable {
    var channel: String
    var name: String
    var digest: [UInt8]
}

extension Site {
    /// Runs on a copy of the books and throws the copy away: what `plan` says.
    public func rehearse(_ request: RunRequest) throws -> Rehearsal {
        var request = request
        request.isRehearsal = true
        let scratch = StateFolder(root: state.root + "/plan", store: state.store, stagedBefore: state)
        try scratch.prepare()
        defer { try? scratch.clear() }
        try scratch.clear()
        if try state.store.status(of: state.ledger) != nil {
            try SQLiteLedgerReader(path: state.ledger).copy(to: scratch.ledger)
        }
        let site = Site(loaded, state: scratch, clock: clock, random: random)
        site.lastEnd = lastEnd
        let report = try Run(site: site, request: request).perform()
        let books = try site.books()
        let drops = try report.pickups.flatMap { $0.stagedDrops + $0.duplicateDrops }.compactMap(books.drop)
        return Rehearsal(
            report: report, plan: try planName(request, books),
            files: Set(
                drops.map {
                    PlannedFile(channel: $0.file.channel, name: $0.file.name, digest: $0.file.digest)
                }))
    }

    /// Runs exactly what `plan` said.
    ///
    /// - Returns: the request for the run; files that came since are left for the next one.
    /// - Throws: `PLAN.STALE` where a run would come to something else now.
    public func request(_ request: RunRequest, following plan: String) throws -> RunRequest {
        let rehearsal = try rehearse(request)
        guard rehearsal.plan == plan else {
            throw Diagnostic(
                "PLAN.STALE", .error,
                "plan \(visibleText(plan, characters: 20)) is not what a run would do now",
                found: rehearsal.plan, expected: visibleText(plan, characters: 20),
                remedy: "look at it again: crossdock plan, with the same --channel and --flush", move: .ours)
        }
        var request = request
        request.files = rehearsal.files
        return request
    }

    private func planName(_ request: RunRequest, _ books: any LedgerReader) throws -> String {
        var hasher = SHA256Hasher()
        let asked = request.channels.sorted().joined(separator: " ") + (request.flushes ? " flush" : "")
        hasher.update(configurationDigest + Array("\n\(asked)\n".utf8))
        var rest: [UInt8] = []
        try books.dumpCanonical { bytes in
            rest += bytes
            var lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            rest = lines.popLast().map(Array.init) ?? []
            for line in lines where !Self.timed.contains(where: line.starts(with:)) {
                hasher.update(Array(line))
            }
        }
        return "p-" + hexText(Array(hasher.finish().bytes.prefix(4)))
    }

    /// Rows that say when something is due or was counted: a plan stays good while only the clock goes on.
    private static let timed = ["expectation", "slot", "movement"].map { Array("{\"row\":\"\($0)\"".utf8) }
}

extension StateFolder {
    /// Takes away the ledger and the staged bytes.
    fileprivate func clear() throws(FileError) {
        for suffix in ["", "-wal", "-shm"] { try store.remove(ledger + suffix) }
        try removeStaged()
    }
}
