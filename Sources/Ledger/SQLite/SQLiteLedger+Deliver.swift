public import Canonical
import Diagnostics

extension SQLiteLedger {
    // MARK: Deliver and settle

    /// Documents in state ready whose next attempt is due, by id.
    public func documentsToDeliver(at: Instant, limit: Int) throws(LedgerError) -> [OutboundRow] {
        try connection.read {
            try $0.outbound(
                """
                WHERE state <> 'delivered' AND state = 'ready'
                  AND (next_attempt_at IS NULL OR next_attempt_at <= ?) ORDER BY id LIMIT ?
                """, at.milliseconds, Int64(limit))
        }
    }

    /// Documents in state sending, by id: those of a run that died.
    public func documentsInDoubt() throws(LedgerError) -> [OutboundRow] {
        try connection.read {
            try $0.outbound("WHERE state <> 'delivered' AND state = 'sending' ORDER BY id")
        }
    }

    /// Counts an attempt of each before a byte of it is sent. No ids, no transaction.
    public func markSending(_ ids: [OutboundID], run: RunID) throws(LedgerError) {
        guard !ids.isEmpty else { return }
        try connection.write("sending", run: run.value) { transaction in
            for id in ids.sorted() {
                try transaction.changeOutbound(id.value) {
                    $0.state = .sending
                    $0.attempts += 1
                    $0.sendingRun = run.value
                }
            }
        }
    }

    /// Sets documents delivered, and what their partners then owe. - Twice: the first moment stands.
    public func markDelivered(
        _ ids: [OutboundID], at: Instant, expectations: [ExpectationRow]
    ) throws(LedgerError) {
        guard !ids.isEmpty || !expectations.isEmpty else { return }
        try connection.write("delivered", at: at.milliseconds) { transaction in
            for id in ids.sorted() {
                try transaction.changeOutbound(id.value) {
                    $0.state = .delivered
                    $0.deliveredAt = $0.deliveredAt ?? at.milliseconds
                    $0.nextAttemptAt = nil
                    $0.lastError = nil
                    $0.sendingRun = nil
                }
            }
            try transaction.write(expectations)
        }
    }

    /// Puts one document back with the reason; nil for the next attempt means that any run may try it.
    public func markUndelivered(
        _ id: OutboundID, state: DeliveryState, error: String?, nextAttemptAt: Instant?
    ) throws(LedgerError) {
        try connection.write("undelivered") { transaction in
            try transaction.changeOutbound(id.value) {
                $0.state = state
                $0.lastError = error
                $0.nextAttemptAt = nextAttemptAt?.milliseconds
                $0.sendingRun = nil
            }
        }
    }

    /// The document with these GS01 and GS06 that went to the partner; nil where none did.
    public func outbound(
        partner: String, functionalID: String, groupControl: String
    ) throws(LedgerError) -> OutboundRow? {
        try connection.read { books in
            guard let partner = try books.wordID(partner) else { return nil }
            let id = try books.first(
                "SELECT id FROM outbound WHERE group_control = ? AND functional_id = ? AND partner = ?",
                bind: {
                    $0.bind(groupControl)
                    $0.bind(functionalID)
                    $0.bind(partner)
                }, { $0.int(0) })
            return try id.flatMap { try books.outbound("WHERE id = ?", $0).first }
        }
    }

    // MARK: Deadlines

    /// Writes down what is owed. - Twice: the first recording of a key stands.
    public func recordExpectations(_ rows: [ExpectationRow]) throws(LedgerError) {
        guard !rows.isEmpty else { return }
        try connection.write("expect") { try $0.write(rows) }
    }

    /// The documents that told partners of these events, by id; subjects that no document names are left out.
    public func outbounds(
        about subjects: [Int64], event: BusinessEvent.Kind
    ) throws(LedgerError) -> [OutboundID] {
        try connection.read { books in
            guard let kind = try books.wordID(event.rawValue) else { return [] }
            var found: Set<OutboundID> = []
            try books.eachOf(
                subjects.sorted(),
                "SELECT outbound FROM intent WHERE kind = ? AND outbound > 0 AND subject IN (…)",
                before: { $0.bind(kind) }
            ) { found.insert(OutboundID($0.int(0))) }
            return found.sorted()
        }
    }

    /// Ends waiting and overdue expectations: met, or `lateMet` after their time. Unknown keys mean nothing.
    public func markMet(_ keys: [String], at: Instant) throws(LedgerError) {
        guard !keys.isEmpty else { return }
        try connection.write("met", at: at.milliseconds) { try $0.meet(keys, at: at) }
    }

    /// Turns waiting expectations due before `at` into overdue, and with them the acknowledgment of their
    /// document; returns them by the time they were due.
    public func markOverdue(at: Instant) throws(LedgerError) -> [ExpectationRow] {
        let due = try connection.read {
            try $0.expectations("WHERE state = 'waiting' AND due_at < ? ORDER BY due_at, id", at.milliseconds)
        }
        guard !due.isEmpty else { return [] }
        return try connection.write("overdue", at: at.milliseconds) { transaction in
            let rows = try transaction.updates(.expectation)
            for (id, row) in due {
                rows.begin(id)
                rows.change(ExpectationRow.State.overdue.rawValue)
                rows.change(nil as Int64?)
                try rows.update()
                guard let outbound = row.outbound, row.kind == .acknowledgment else { continue }
                try transaction.changeOutbound(outbound.value) {
                    if $0.acknowledgment == .pending { $0.acknowledgment = .overdue }
                }
            }
            return due.map {
                var row = $0.row
                row.state = .overdue
                return row
            }
        }
    }
}

/// What may change about an outbound document.
struct OutboundProgress {
    var acknowledgment: AcknowledgmentState
    var acknowledgmentDetail: String?
    var state: DeliveryState
    var attempts: Int64 = 0
    var nextAttemptAt: Int64?
    var deliveredAt: Int64?
    var lastError: String?
    var sendingRun: Int64?

    init(_ document: FrozenDocument) {
        acknowledgment = document.acknowledgment
        state = document.state
    }

    fileprivate init?(_ row: RowView) {
        guard let acknowledgment = AcknowledgmentState(rawValue: row.text(0)),
            let state = DeliveryState(rawValue: row.text(2))
        else { return nil }
        self.acknowledgment = acknowledgment
        acknowledgmentDetail = row.optionalText(1)
        self.state = state
        attempts = row.int(3)
        nextAttemptAt = row.optional(4)
        deliveredAt = row.optional(5)
        lastError = row.optionalText(6)
        sendingRun = row.optional(7)
    }

    /// In the order of the table's changing columns.
    func write(_ number: (Int64?) -> Void, _ text: (String?) -> Void) {
        text(acknowledgment.rawValue)
        text(acknowledgmentDetail)
        text(state.rawValue)
        number(attempts)
        number(nextAttemptAt)
        number(deliveredAt)
        text(lastError)
        number(sendingRun)
    }
}

extension BookTransaction {
    func changeOutbound(_ id: Int64, _ body: (inout OutboundProgress) -> Void) throws {
        let known = try books.first(
            """
            SELECT acknowledgment, acknowledgment_detail, state, attempts, next_attempt_at, delivered_at,
              last_error, sending_run FROM outbound WHERE id = ?
            """, bind: { $0.bind(id) }, { OutboundProgress($0) })
        guard var progress = known ?? nil else {
            throw LedgerError.invariant("outbound document x-\(id) is not in the books")
        }
        body(&progress)
        let rows = try updates(.outbound)
        rows.begin(id)
        progress.write(rows.change, rows.change)
        try rows.update()
    }
}

extension Books {
    /// - Parameter rest: the query after `FROM outbound`.
    func outbound(_ rest: String, _ values: Int64?...) throws -> [OutboundRow] {
        var found: [OutboundRow] = []
        try each(
            """
            SELECT id, channel, partner, document,
              coalesce((SELECT r.connection FROM readdress r WHERE r.outbound = outbound.id ORDER BY r.id DESC LIMIT 1),
                connection),
              coalesce((SELECT r.path FROM readdress r WHERE r.outbound = outbound.id ORDER BY r.id DESC LIMIT 1),
                path), name, digest, byte_count, functional_id,
              group_control, interchange_control, acknowledgment, state, attempts, next_attempt_at,
              delivered_at, last_error, (SELECT l.lineage FROM outbound_lineage l WHERE l.outbound = outbound.id),
              acknowledgment_detail
            FROM outbound \(rest)
            """, bind: { for value in values { $0.bind(value) } }
        ) { row in
            guard let acknowledgment = AcknowledgmentState(rawValue: row.text(12)),
                let state = DeliveryState(rawValue: row.text(13))
            else { throw LedgerError.corrupt(connection.path, "outbound x-\(row.int(0)) has no state") }
            let document = FrozenDocument(
                channel: try word(row.int(1)), partner: try word(row.int(2)), document: row.text(3),
                connection: row.text(4), path: row.text(5), name: row.text(6), digest: row.blob(7),
                byteCount: row.int(8), functionalID: row.optionalText(9), groupControl: row.optionalText(10),
                interchangeControl: row.optionalText(11), acknowledgment: acknowledgment, state: state,
                items: [], lineage: row.blob(18))
            found.append(
                OutboundRow(
                    id: OutboundID(row.int(0)), document: document, attempts: row.count(14),
                    nextAttemptAt: Instant(row.optional(15)), deliveredAt: Instant(row.optional(16)),
                    lastError: row.optionalText(17),
                    acknowledgmentDetail: row.optionalText(19)))
        }
        return try withItems(found)
    }

    private func withItems(_ documents: [OutboundRow]) throws -> [OutboundRow] {
        var items: [Int64: [OutboundItem]] = [:]
        try eachOf(
            documents.map(\.id.value),
            """
            SELECT outbound, intent, subject, control FROM outbound_item WHERE outbound IN (…)
            ORDER BY outbound, ordinal
            """
        ) {
            items[$0.int(0), default: []].append(
                OutboundItem(intent: $0.int(1), subject: $0.text(2), control: $0.text(3)))
        }
        return documents.map {
            var document = $0
            document.document.items = items[$0.id.value] ?? []
            return document
        }
    }

    /// - Parameter rest: the query after `FROM expectation`.
    func expectations(_ rest: String, _ values: Int64?...) throws -> [(id: Int64, row: ExpectationRow)] {
        var found: [(id: Int64, row: ExpectationRow)] = []
        try each(
            """
            SELECT id, expectation_key, kind, partner, channel, what, due_at, severity, state, outbound
            FROM expectation \(rest)
            """, bind: { for value in values { $0.bind(value) } }
        ) { row in
            guard let kind = ExpectationRow.Kind(rawValue: row.text(2)),
                let state = ExpectationRow.State(rawValue: row.text(8))
            else { throw LedgerError.corrupt(connection.path, "expectation \(row.int(0)) has no state") }
            found.append(
                (
                    row.int(0),
                    ExpectationRow(
                        key: row.text(1), kind: kind, partner: try word(row.int(3)),
                        channel: try word(row.int(4)), what: row.text(5),
                        dueAt: Instant(milliseconds: row.int(6)), severity: row.text(7), state: state,
                        outbound: row.optional(9).map { OutboundID($0) })
                ))
        }
        return found
    }
}
