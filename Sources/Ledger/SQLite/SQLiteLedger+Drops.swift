public import Canonical
import Diagnostics
import Environment

extension SQLiteLedger {
    // MARK: Stage

    /// Writes a staged file down, or finds that it is the same drop again (nothing is written then) or known
    /// bytes of the channel.
    public func stage(_ drop: StagedDrop, run: RunID) throws(LedgerError) -> StageOutcome {
        if let known = try connection.read({ try Self.sameDrop(drop, $0) }) { return .sameDrop(known) }
        return try connection.write("stage", run: run.value, at: drop.receivedAt.milliseconds) {
            transaction in
            let books = transaction.books
            let channel = try transaction.word(drop.channel)
            let original = try books.first(
                "SELECT id FROM drops WHERE digest = ? AND channel = ? AND duplicate_of IS NULL",
                bind: {
                    $0.bind(drop.digest)
                    $0.bind(channel)
                }, { $0.int(0) })
            let id = try transaction.nextKey("drops")
            transaction.drop = id
            try Self.insert(drop, id: id, duplicateOf: original, transaction)
            return original.map { .duplicate(DropID(id), of: DropID($0)) } ?? .staged(DropID(id))
        }
    }

    /// The row of a file seen before in the same place, whose clean-up is due or that is left there on purpose.
    private static func sameDrop(_ drop: StagedDrop, _ books: Books) throws -> DropID? {
        guard let channel = try books.wordID(drop.channel) else { return nil }
        return try books.first(
            """
            SELECT id FROM drops WHERE channel = ?1 AND digest = ?2 AND duplicate_of IS NULL
              AND name = ?3 AND path = ?4 AND connection = ?5 AND (cleanup_due = 1 OR cleanup = 0)
            UNION ALL
            SELECT id FROM drops WHERE duplicate_of IN
                (SELECT id FROM drops WHERE channel = ?1 AND digest = ?2 AND duplicate_of IS NULL)
              AND name = ?3 AND path = ?4 AND connection = ?5 AND (cleanup_due = 1 OR cleanup = 0)
            ORDER BY id LIMIT 1
            """,
            bind: {
                $0.bind(channel)
                $0.bind(drop.digest)
                $0.bind(drop.name)
                $0.bind(drop.path)
                $0.bind(drop.connection)
            }, { DropID($0.int(0)) })
    }

    private static func insert(
        _ drop: StagedDrop, id: Int64, duplicateOf: Int64?, _ transaction: BookTransaction
    ) throws {
        let channel = try transaction.word(drop.channel)
        let partner = try transaction.word(drop.partner)
        let rows = try transaction.rows(.drops)
        try rows.begin(id)
        rows.put(channel)
        rows.put(partner)
        for text in [drop.name, drop.connection, drop.path] { rows.put(text) }
        rows.put(drop.digest)
        rows.put(drop.byteCount)
        rows.put(drop.modifiedAt?.milliseconds)
        rows.put(drop.receivedAt.milliseconds)
        switch drop.cleanup {
        case nil:
            rows.put(0)
            rows.put(nil as String?)
        case .delete:
            rows.put(1)
            rows.put(nil as String?)
        case .move(let folder):
            rows.put(2)
            rows.put(folder)
        }
        rows.put(duplicateOf)
        rows.change((duplicateOf == nil ? DropState.staged : .duplicate).rawValue)
        rows.change(0)
        rows.change(0)
        rows.change(drop.cleanup == nil ? 0 : 1)
        try rows.insert()
    }

    /// Drops whose remote copy is still to be moved or deleted, by id.
    public func cleanupsDue() throws(LedgerError) -> [DropRow] {
        try connection.read { try $0.drops("WHERE cleanup_due = 1 ORDER BY id") }
    }

    /// The remote copies of these are dealt with. - Twice: nothing changes.
    public func markCleanedUp(_ drops: [DropID]) throws(LedgerError) {
        guard !drops.isEmpty else { return }
        try connection.write("cleanup") { transaction in
            for id in drops.sorted() {
                try transaction.changeDrop(id.value) { $0.isCleanupDue = false }
            }
        }
    }

    /// How many drops came in `from <= received < to`, duplicates not counted; 0 for an unknown channel.
    public func dropCount(channel: String, from: Instant, to: Instant) throws(LedgerError) -> Int {
        try connection.read { books in
            guard let channel = try books.wordID(channel) else { return 0 }
            return Int(
                try books.integer(
                    """
                    SELECT count(*) FROM drops WHERE channel = ? AND received_at >= ? AND received_at < ?
                      AND duplicate_of IS NULL
                    """, channel, from.milliseconds, to.milliseconds) ?? 0)
        }
    }

    // MARK: Claim

    /// Drops in state staged or applying, by id.
    public func dropsToApply() throws(LedgerError) -> [DropRow] {
        try connection.read {
            try $0.drops("WHERE state IN ('staged', 'applying') ORDER BY id")
        }
    }

    /// Sets a drop applying and counts the attempt, before anything of it is parsed.
    public func claim(_ drop: DropID, run: RunID) throws(LedgerError) -> DropRow {
        try connection.write("claim", run: run.value, drop: drop.value) { transaction in
            try transaction.changeDrop(drop.value) {
                $0.state = .applying
                $0.attempts += 1
            }
            guard let row = try transaction.books.drops("WHERE id = ?", drop.value).first else {
                throw LedgerError.invariant("drop \(drop) is not in the books")
            }
            return row
        }
    }

    /// A drop by its number; nil where there is none.
    public func drop(_ id: DropID) throws(LedgerError) -> DropRow? {
        try connection.read { try $0.drops("WHERE id = ?", id.value).first }
    }

    /// The newest drop of a channel that was applied wholly, of those before `before` where one is named.
    public func lastApplied(channel: String, before: DropID?) throws(LedgerError) -> DropRow? {
        try connection.read { books in
            guard let channel = try books.wordID(channel) else { return nil }
            return try books.drops(
                "WHERE channel = ?1 AND state = 'applied' AND id < ?2 ORDER BY id DESC LIMIT 1", channel,
                before?.value ?? .max
            ).first
        }
    }

    /// The spans of a drop from an ordinal on, at most `limit`, in byte order.
    public func spans(
        of drop: DropID, from ordinal: Int, limit: Int
    ) throws(LedgerError) -> [SpanRow] {
        try connection.read { try $0.spans(of: drop, from: ordinal, limit: limit) }
    }
}

/// What may change about a drop.
struct DropProgress {
    var state: DropState
    var attempts: Int64
    var reached: Int64
    var isCleanupDue: Bool
}

extension BookTransaction {
    func changeDrop(_ id: Int64, _ body: (inout DropProgress) throws -> Void) throws {
        let known = try books.first(
            "SELECT state, attempts, reached, cleanup_due FROM drops WHERE id = ?", bind: { $0.bind(id) },
            { row in
                DropState(rawValue: row.text(0)).map {
                    DropProgress(
                        state: $0, attempts: row.int(1), reached: row.int(2), isCleanupDue: row.flag(3))
                }
            })
        guard var progress = known ?? nil else {
            throw LedgerError.invariant("drop \(id) is not in the books")
        }
        try body(&progress)
        let rows = try updates(.drops)
        rows.begin(id)
        rows.change(progress.state.rawValue)
        rows.change(progress.attempts)
        rows.change(progress.reached)
        rows.change(progress.isCleanupDue ? 1 : 0)
        try rows.update()
    }
}

extension Books {
    /// - Parameter rest: the query after `FROM drops`.
    func drops(_ rest: String, _ values: Int64?...) throws -> [DropRow] {
        try drops(rest) { for value in values { $0.bind(value) } }
    }

    func drops(_ rest: String, bind: (inout BoundStatement) throws -> Void) throws -> [DropRow] {
        var found: [DropRow] = []
        try each(
            """
            SELECT id, channel, partner, name, connection, path, digest, byte_count, modified_at, received_at,
              cleanup, cleanup_to, state, attempts, reached, duplicate_of FROM drops \(rest)
            """, bind: bind
        ) { row in
            let cleanup: RemoteCleanup? =
                switch row.int(10) {
                case 1: .delete
                case 2: .move(to: row.text(11))
                default: nil
                }
            let file = StagedDrop(
                channel: try word(row.int(1)), partner: try word(row.int(2)), name: row.text(3),
                connection: row.text(4), path: row.text(5), digest: row.blob(6), byteCount: row.int(7),
                modifiedAt: Instant(row.optional(8)), receivedAt: Instant(milliseconds: row.int(9)),
                cleanup: cleanup)
            guard let state = DropState(rawValue: row.text(12)) else {
                throw LedgerError.corrupt(connection.path, "drop \(row.int(0)) has no state")
            }
            found.append(
                DropRow(
                    id: DropID(row.int(0)), file: file, state: state, attempts: row.count(13),
                    reached: row.int(14), duplicateOf: row.optional(15).map { DropID($0) }))
        }
        return found
    }

    func spans(of drop: DropID, from ordinal: Int, limit: Int) throws -> [SpanRow] {
        let range = SpanKey.range(of: drop)
        return try spans(
            "WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?", range.lowerBound + Int64(ordinal),
            range.upperBound, Int64(limit)
        ).map(\.span)
    }

    /// - Parameter rest: the query after `FROM span`.
    func spans(_ rest: String, _ values: Int64?...) throws -> [(drop: DropID, span: SpanRow, txn: Int64)] {
        var found: [(drop: DropID, span: SpanRow, txn: Int64)] = []
        try each(
            """
            SELECT id, byte_offset, byte_count, kind, interchange, fgroup, control, document, state,
              acknowledgment, code, subject, business_key, max(txn, changed) FROM span \(rest)
            """, bind: { for value in values { $0.bind(value) } }
        ) { row in
            let span = SpanRow(
                ordinal: SpanKey.ordinal(row.int(0)), offset: row.int(1), length: row.int(2),
                kind: try word(row.int(3)), interchange: row.count(4), group: row.count(5),
                control: row.text(6), document: try word(row.int(7)),
                state: try enumerated(row.int(8), "span \(row.int(0))"),
                acknowledgment: row.optionalText(9),
                code: try row.optional(10).map { DiagnosticCode(rawValue: try word($0)) },
                subject: row.optionalText(11), key: row.optionalText(12))
            found.append((SpanKey.drop(row.int(0)), span, row.int(13)))
        }
        return found
    }

    /// The case of an enumeration that is stored by its position.
    func enumerated<Value: CaseIterable>(_ position: Int64, _ what: @autoclosure () -> String) throws -> Value
    where Value.AllCases == [Value] {
        let cases = Value.allCases
        guard position >= 0, position < Int64(cases.count) else {
            throw LedgerError.corrupt(connection.path, "\(what()) has no state \(position)")
        }
        return cases[Int(position)]
    }
}

/// The key of a span: its drop and its ordinal in one number, so that the spans of a drop lie together.
enum SpanKey {
    static func key(_ drop: DropID, _ ordinal: Int) -> Int64 { drop.value << 32 | Int64(ordinal) }
    static func drop(_ key: Int64) -> DropID { DropID(key >> 32) }
    static func ordinal(_ key: Int64) -> Int { Int(key & 0xFFFF_FFFF) }
    static func range(of drop: DropID) -> ClosedRange<Int64> {
        (drop.value << 32)...(drop.value << 32 | 0xFFFF_FFFF)
    }
}

/// The key of a decision: its order and its ordinal in one number.
enum DecisionKey {
    static let ordinalMax: Int64 = 0xFFFF
    static func first(_ order: OrderID) -> Int64 { order.value << 16 }
    static func last(_ order: OrderID) -> Int64 { order.value << 16 | ordinalMax }
    static func order(_ key: Int64) -> OrderID { OrderID(key >> 16) }
}

extension CaseIterable where Self: Equatable, AllCases == [Self] {
    /// Where the case stands in its enumeration: how the books store it.
    var position: Int64 { Int64(Self.allCases.firstIndex(of: self) ?? -1) }
}
