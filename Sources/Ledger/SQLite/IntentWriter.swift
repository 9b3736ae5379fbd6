import Canonical

/// Writes intents and expectations; what is recorded twice is one.
struct IntentWriter {
    private let transaction: BookTransaction

    init(_ transaction: BookTransaction) { self.transaction = transaction }

    private struct Key: Hashable {
        var subject: Int64
        var kind: Int64
        var channel: Int64
    }

    func write(_ batch: ApplyBatch) throws {
        var intents = batch.intents
        for owed in batch.acknowledgmentIntents {
            guard let subject = try rowID("fgroup", batch.drop, owed.group) else {
                throw LedgerError.invariant("group \(owed.group) of its drop is not in the books")
            }
            intents.append(
                IntentRow(channel: owed.channel, kind: "997", subject: subject, dueAt: owed.dueAt))
        }
        for owed in batch.interchangeIntents {
            guard let subject = try rowID("interchange", batch.drop, owed.interchange) else {
                throw LedgerError.invariant("interchange \(owed.interchange) of its drop is not in the books")
            }
            intents.append(
                IntentRow(channel: owed.channel, kind: "ta1", subject: subject, dueAt: owed.dueAt))
        }
        try write(intents)
    }

    private func rowID(_ table: String, _ drop: DropID?, _ ordinal: Int) throws -> Int64? {
        try transaction.books.integer(
            "SELECT id FROM \(table) WHERE drop_id = ? AND ordinal = ?", drop?.value, Int64(ordinal))
    }

    func write(_ intents: [IntentRow]) throws {
        guard !intents.isEmpty else { return }
        var known: Set<Key> = []
        known.reserveCapacity(intents.count * 2)
        try transaction.books.eachOf(
            intents.map(\.subject), "SELECT subject, kind, channel FROM intent WHERE subject IN (…)"
        ) { known.insert(Key(subject: $0.int(0), kind: $0.int(1), channel: $0.int(2))) }
        var id = try transaction.nextKey("intent")
        let rows = try transaction.rows(.intent)
        for intent in intents {
            let channel = try transaction.word(intent.channel)
            let kind = try transaction.word(intent.kind)
            guard known.insert(Key(subject: intent.subject, kind: kind, channel: channel)).inserted else {
                continue
            }
            try rows.begin(id)
            rows.put(channel)
            rows.put(kind)
            rows.put(intent.subject)
            rows.put(intent.dueAt.milliseconds)
            rows.change(nil as Int64?)
            rows.change(nil as String?)
            try rows.insert()
            id += 1
        }
    }
}

extension BookTransaction {
    /// - Twice: the first recording stands.
    func write(_ expectations: [ExpectationRow]) throws {
        guard !expectations.isEmpty else { return }
        var known: Set<String> = []
        try books.eachOf(
            expectations.map(\.key), "SELECT expectation_key FROM expectation WHERE expectation_key IN (…)",
            bind: { $0.bind($1) }
        ) { known.insert($0.text(0)) }
        var id = try nextKey("expectation")
        for row in expectations where known.insert(row.key).inserted {
            let partner = try word(row.partner)
            let channel = try word(row.channel)
            let rows = try rows(.expectation)
            try rows.begin(id)
            rows.put(row.key)
            rows.put(row.kind.rawValue)
            rows.put(partner)
            rows.put(channel)
            rows.put(row.what)
            rows.put(row.dueAt.milliseconds)
            rows.put(row.severity)
            rows.put(row.outbound?.value)
            rows.change(row.state.rawValue)
            rows.change(nil as Int64?)
            try rows.insert()
            id += 1
        }
    }

    /// Ends expectations: in time, or late. Unknown keys and those that have ended mean nothing.
    func meet(_ keys: [String], at: Instant) throws {
        guard !keys.isEmpty else { return }
        var open: [(id: Int64, isLate: Bool)] = []
        try books.eachOf(
            keys.sorted(),
            """
            SELECT id, state = 'overdue' OR due_at < ? FROM expectation
            WHERE state IN ('waiting', 'overdue') AND expectation_key IN (…)
            """, before: { $0.bind(at.milliseconds) }, bind: { $0.bind($1) }
        ) { open.append(($0.int(0), $0.flag(1))) }
        let rows = try updates(.expectation)
        for (id, isLate) in open {
            rows.begin(id)
            rows.change((isLate ? ExpectationRow.State.lateMet : .met).rawValue)
            rows.change(at.milliseconds)
            try rows.update()
        }
    }
}
