public import Canonical
public import Diagnostics

/// What keeps a channel from being served, from the first run that met it until one that did not.
public struct TroubleRow: Sendable, Hashable {
    /// The channel, inbound or outbound.
    public var channel: String
    /// When a run met it first.
    public var since: Instant
    /// The run that met it first.
    public var run: RunID
    /// The finding of the newest run that met it.
    public var finding: Diagnostic

    init(channel: String, since: Instant, run: RunID, finding: Diagnostic) {
        self.channel = channel
        self.since = since
        self.run = run
        self.finding = finding
    }
}

extension SQLiteLedger {
    /// Writes down what keeps channels from being served; nil ends a trouble. One that goes on keeps its beginning.
    ///
    /// - Twice: nothing is written where the books say the same.
    public func mark(
        troubles: [String: Diagnostic?], run: RunID, at: Instant
    ) throws(LedgerError) {
        let known = try connection.read { try $0.troubles() }
        let changed = troubles.filter { channel, finding in
            let before = known[channel]?.finding
            // A message may count what waits: as long as the code is the same, so is the trouble.
            return before?.code != finding?.code || before?.severity != finding?.severity
        }
        guard !changed.isEmpty else { return }
        try connection.write("trouble", run: run.value, at: at.milliseconds) { transaction in
            for (channel, finding) in changed.sorted(by: { $0.key < $1.key }) {
                try transaction.mark(channel, finding, run: run, at: at)
            }
        }
    }

    /// The troubles that have not ended, by channel.
    public func troubles() throws(LedgerError) -> [TroubleRow] {
        try connection.read { books in
            try books.troubles().values.sorted { $0.channel < $1.channel }
        }
    }

    /// From now on these documents are sent elsewhere. - Twice: the newest address holds.
    public func readdress(
        _ moves: [(id: OutboundID, connection: String, path: String)]
    ) throws(LedgerError) {
        guard !moves.isEmpty else { return }
        try connection.write("readdress") { transaction in
            var id = try transaction.nextKey("readdress")
            let rows = try transaction.rows(.readdress)
            for move in moves {
                try rows.begin(id)
                rows.put(move.id.value)
                rows.put(move.connection)
                rows.put(move.path)
                try rows.insert()
                id += 1
            }
        }
    }
}

extension BookTransaction {
    fileprivate func mark(_ channel: String, _ finding: Diagnostic?, run: RunID, at: Instant) throws {
        let word = try word(channel)
        let code = try finding.map { try self.word($0.code.rawValue) }
        let known = try books.integer("SELECT id FROM trouble WHERE channel = ?", word)
        let since = finding == nil ? nil : at.milliseconds
        if let known {
            let rows = try updates(.trouble)
            rows.begin(known)
            rows.change(since)
            rows.change(finding == nil ? nil : run.value)
            rows.change(code)
            rows.change(finding?.severity.position ?? 0)
            rows.change(finding.map { encode($0) } ?? [])
            return try rows.update()
        }
        guard let finding else { return }
        let rows = try rows(.trouble)
        try rows.begin(try nextKey("trouble"))
        rows.put(word)
        rows.change(since)
        rows.change(run.value)
        rows.change(code)
        rows.change(finding.severity.position)
        rows.change(encode(finding))
        try rows.insert()
    }
}

extension Books {
    /// The troubles that have not ended, by channel.
    func troubles() throws -> [String: TroubleRow] {
        var found: [String: TroubleRow] = [:]
        try each(
            "SELECT channel, since, run, code, severity, body FROM trouble WHERE code IS NOT NULL ORDER BY id"
        ) {
            let channel = try word($0.int(0))
            found[channel] = TroubleRow(
                channel: channel, since: Instant(milliseconds: $0.int(1)), run: RunID($0.int(2)),
                finding: try finding(code: $0.int(3), severity: $0.int(4), $0.blob(5)))
        }
        return found
    }
}
