public import Canonical
import Diagnostics

extension SQLiteLedgerReader {
    /// What failed, newest first; equally old ones in the order drops, spans, orders, documents, deadlines.
    public func failures(_ filter: FailureFilter) throws(LedgerError) -> [FailureRow] {
        try connection.read { books in
            let search = try FailureSearch(books, filter)
            var found = try search.drops() + search.spans() + search.orders()
            found += try search.outbound() + search.expectations() + search.channels()
            found = found.filter(search.isWanted)
            // Newest first; the sort is stable, so what is equally old stays in the order of the books.
            let sorted = found.enumerated().sorted {
                ($1.element.since, $0.offset) < ($0.element.since, $1.offset)
            }
            return sorted.prefix(filter.limit).map(\.element)
        }
    }

    /// Missing codes for which held or refused spans wait, with how many; by partner, table, code.
    public func missingCodes() throws(LedgerError) -> [(code: MissingCode, waiting: Int)] {
        try connection.read { books in
            var found: [(code: MissingCode, waiting: Int)] = []
            try books.each(
                """
                SELECT m.partner, m.code_table, m.code, count(*) FROM missing_code m
                  JOIN missing_wait w ON w.missing = m.id JOIN span s ON s.id = w.span AND s.state IN (2, 1)
                GROUP BY m.id
                """
            ) {
                found.append(
                    (
                        MissingCode(partner: try books.word($0.int(0)), table: $0.text(1), code: $0.text(2)),
                        $0.count(3)
                    ))
            }
            return found.sorted {
                ($0.code.partner, $0.code.table, $0.code.code) < (
                    $1.code.partner, $1.code.table, $1.code.code
                )
            }
        }
    }

    /// What a run did, as the books have it now; everything empty for a run that wrote nothing.
    public func counts(of run: RunID) throws(LedgerError) -> RunCounts {
        try connection.read { books in
            var counts = RunCounts()
            let range = try books.first(
                "SELECT min(id), max(id) FROM txn WHERE run = ?", bind: { $0.bind(run.value) },
                { $0.isNull(0) ? nil : (first: $0.int(0), last: $0.int(1)) })
            guard let range = range ?? nil else { return counts }
            try books.countDrops(&counts, range.first, range.last, run)
            try books.countSpans(&counts, range.first, range.last, run)
            try books.countOrders(&counts, range.first, range.last)
            try books.countPapers(&counts, range.first, range.last)
            return counts
        }
    }
}

/// Looks for what failed; each kind newest first, a few more than asked for.
private struct FailureSearch {
    let books: Books
    let filter: FailureFilter
    /// Transactions of the run; everything without one.
    private let transactions: ClosedRange<Int64>
    private let limit: Int64

    init(_ books: Books, _ filter: FailureFilter) throws {
        self.books = books
        self.filter = filter
        limit = Int64(filter.channel == nil ? filter.limit : 100_000)
        var range: ClosedRange<Int64> = 0...Int64.max
        if let run = filter.run {
            let first = try books.integer("SELECT min(id) FROM txn WHERE run = ?", run.value)
            let last = try books.integer("SELECT max(id) FROM txn WHERE run = ?", run.value)
            range = (first ?? 0)...(last ?? 0)
        }
        transactions = range
    }

    func isWanted(_ row: FailureRow) -> Bool {
        if let channel = filter.channel, row.channel != channel { return false }
        if let since = filter.since, row.since < since { return false }
        return true
    }

    private func moment(_ transaction: Int64) throws -> (at: Instant, run: RunID?) {
        let row = try books.first(
            "SELECT at, run FROM txn WHERE id = ?", bind: { $0.bind(transaction) },
            { ($0.optional(0), $0.optional(1)) })
        return (Instant(milliseconds: row?.0 ?? 0), (row?.1).map { RunID($0) })
    }

    func drops() throws -> [FailureRow] {
        let drops = try books.drops(
            "WHERE state = 'quarantined' AND state IN ('staged', 'applying', 'quarantined') ORDER BY id DESC LIMIT ?",
            limit)
        return try drops.compactMap { drop in
            let last = try books.integer(
                "SELECT max(id) FROM txn WHERE drop_id = ? AND kind = 'apply'", drop.id.value)
            guard transactions.contains(last ?? 0) || filter.run == nil else { return nil }
            let when = try moment(last ?? 0)
            return FailureRow(
                subject: .drop(drop), channel: drop.file.channel,
                since: last == nil ? drop.file.receivedAt : when.at, run: when.run,
                finding: try finding(drop.id, span: nil, code: nil))
        }
    }

    func spans() throws -> [FailureRow] {
        let spans = try books.spans(
            """
            WHERE state IN (1, 2, 3) AND max(txn, changed) BETWEEN ? AND ? ORDER BY id DESC LIMIT ?
            """, transactions.lowerBound, transactions.upperBound, limit)
        var drops: [DropID: DropRow] = [:]
        var rows: [FailureRow] = []
        for (id, span, transaction) in spans {
            if drops[id] == nil { drops[id] = try books.drops("WHERE id = ?", id.value).first }
            // What lies in a drop that is quarantined as a whole is told once, with the drop.
            guard let drop = drops[id], drop.state != .quarantined else { continue }
            let when = try moment(transaction)
            rows.append(
                FailureRow(
                    subject: .span(drop, span), channel: drop.file.channel, since: when.at, run: when.run,
                    finding: try finding(id, span: span.ordinal, code: span.code)))
        }
        return rows
    }

    /// The finding that decided about a span, or the first error of a drop. What decided may stand with the drop: the
    /// fault of a group, for each of its sets.
    private func finding(_ drop: DropID, span: Int?, code: DiagnosticCode?) throws -> Diagnostic? {
        let wanted = try code.flatMap { try books.wordID($0.rawValue) }
        if span != nil, let wanted {
            let above = try books.first(
                """
                SELECT code, severity, body FROM finding
                WHERE drop_id = ?1 AND span IS NULL AND code = ?2
                  AND NOT EXISTS (SELECT 1 FROM finding WHERE drop_id = ?1 AND span = ?3 AND code = ?2)
                ORDER BY id LIMIT 1
                """,
                bind: {
                    $0.bind(drop.value)
                    $0.bind(wanted)
                    $0.bind(span.map { Int64($0) })
                }, { try books.finding(code: $0.int(0), severity: $0.int(1), $0.blob(2)) })
            if let above { return above }
        }
        return try books.first(
            """
            SELECT code, severity, body FROM finding WHERE drop_id = ?1 AND (?2 IS NULL OR span = ?2)
            ORDER BY code <> coalesce(?3, -1), severity DESC, id LIMIT 1
            """,
            bind: {
                $0.bind(drop.value)
                $0.bind(span.map { Int64($0) })
                $0.bind(wanted)
            }, { try books.finding(code: $0.int(0), severity: $0.int(1), $0.blob(2)) })
    }

    func orders() throws -> [FailureRow] {
        var ids: [(order: OrderID, transaction: Int64)] = []
        try books.each(
            """
            SELECT order_id, min(txn) FROM hold WHERE released_txn IS NULL AND txn BETWEEN ? AND ?
            GROUP BY order_id ORDER BY order_id DESC LIMIT ?
            """, transactions.lowerBound, transactions.upperBound, limit
        ) { ids.append((OrderID($0.int(0)), $0.int(1))) }
        let states = try books.orderStates(ids.map(\.order))
        return try zip(ids, states).map { held, state in
            let when = try moment(held.transaction)
            return FailureRow(
                subject: .order(state.row, holds: state.holds), channel: state.row.channel, since: when.at,
                run: when.run, finding: nil)
        }
    }

    func outbound() throws -> [FailureRow] {
        let stuck = try books.outbound(
            """
            WHERE state <> 'delivered' AND (state = 'conflict' OR last_error IS NOT NULL)
              AND txn BETWEEN ? AND ? ORDER BY id DESC LIMIT ?
            """, transactions.lowerBound, transactions.upperBound, limit)
        let refused = try books.outbound(
            """
            WHERE acknowledgment IN ('rejected', 'overdue') AND acknowledgment = 'rejected'
              AND txn BETWEEN ? AND ? ORDER BY id DESC LIMIT ?
            """, transactions.lowerBound, transactions.upperBound, limit)
        return try (stuck + refused).map { document in
            let made = try books.integer("SELECT txn FROM outbound WHERE id = ?", document.id.value)
            let when = try moment(made ?? 0)
            return FailureRow(
                subject: .outbound(document), channel: document.document.channel,
                since: document.deliveredAt ?? when.at, run: when.run, finding: nil)
        }
    }

    func channels() throws -> [FailureRow] {
        try books.troubles().values.sorted { $0.channel < $1.channel }.compactMap { row in
            guard filter.run == nil || filter.run == row.run else { return nil }
            return FailureRow(
                subject: .channel, channel: row.channel, since: row.since, run: row.run, finding: row.finding)
        }
    }

    func expectations() throws -> [FailureRow] {
        guard filter.run == nil else { return [] }
        return try books.expectations("WHERE state = 'overdue' ORDER BY id DESC LIMIT ?", limit).map {
            FailureRow(
                subject: .expectation($0.row), channel: $0.row.channel, since: $0.row.dueAt, run: nil,
                finding: nil)
        }
    }
}

extension Books {
    fileprivate func countDrops(
        _ counts: inout RunCounts, _ first: Int64, _ last: Int64, _ run: RunID
    ) throws {
        try each(
            """
            SELECT channel, sum(duplicate_of IS NULL), sum(duplicate_of IS NOT NULL) FROM drops
            WHERE id IN (SELECT drop_id FROM txn WHERE run = ? AND kind = 'stage') GROUP BY channel
            """, run.value
        ) {
            let channel = try word($0.int(0))
            if $0.int(1) > 0 { counts.drops[channel] = $0.count(1) }
            if $0.int(2) > 0 { counts.duplicateDrops[channel] = $0.count(2) }
        }
        try each(
            """
            SELECT channel, count(*) FROM drops WHERE state = 'quarantined'
              AND id IN (SELECT drop_id FROM txn WHERE run = ? AND kind = 'apply') GROUP BY channel
            """, run.value
        ) { counts.quarantinedDrops[try word($0.int(0))] = $0.count(1) }
    }

    fileprivate func countSpans(
        _ counts: inout RunCounts, _ first: Int64, _ last: Int64, _ run: RunID
    ) throws {
        var found: [SpanCount] = []
        try each(
            """
            SELECT d.channel, s.document, s.kind, s.state, count(*)
            FROM (SELECT DISTINCT drop_id FROM txn WHERE run = ?1 AND kind = 'apply') t
              JOIN drops d ON d.id = t.drop_id
              JOIN span s ON s.id BETWEEN d.id << 32 AND (d.id << 32) + 4294967295
            WHERE max(s.txn, s.changed) BETWEEN ?2 AND ?3 GROUP BY 1, 2, 3, 4
            """, run.value, first, last
        ) {
            found.append(
                SpanCount(
                    channel: try word($0.int(0)), document: try word($0.int(1)), kind: try word($0.int(2)),
                    state: try enumerated($0.int(3), "span"), count: $0.count(4)))
        }
        counts.spans = found.sorted()
    }

    fileprivate func countOrders(_ counts: inout RunCounts, _ first: Int64, _ last: Int64) throws {
        let from = try integer("SELECT next_order FROM txn WHERE id < ? ORDER BY id DESC LIMIT 1", first) ?? 1
        let below = try integer("SELECT next_order FROM txn WHERE id = ?", last) ?? from
        try each(
            "SELECT channel, count(*) FROM orders WHERE id >= ? AND id < ? GROUP BY channel", from, below
        ) { counts.orders[try word($0.int(0))] = $0.count(1) }
        try each(
            """
            SELECT sum(parts >= 1), sum(parts >= 2), sum(waits), sum(held) FROM (
              SELECT (SELECT count(*) FROM fulfilment f WHERE f.order_id = o.id)
                  + (SELECT count(*) FROM purchase_order p WHERE p.order_id = o.id) AS parts,
                EXISTS (SELECT 1 FROM line l WHERE l.id BETWEEN o.first_line AND o.last_line
                  AND l.order_id = o.id AND l.backordered > 0) AS waits,
                EXISTS (SELECT 1 FROM hold h WHERE h.order_id = o.id AND h.released_txn IS NULL) AS held
              FROM orders o WHERE o.id >= ? AND o.id < ?)
            """, from, below
        ) {
            counts.routed = $0.count(0)
            counts.split = $0.count(1)
            counts.backordered = $0.count(2)
            counts.held = $0.count(3)
        }
    }

    fileprivate func countPapers(_ counts: inout RunCounts, _ first: Int64, _ last: Int64) throws {
        counts.shipments = try countNew("shipment", first, last)
        counts.invoices = try countNew("invoice", first, last)
        var found: [OutboundCount] = []
        try each(
            """
            SELECT channel, document, state, count(*),
              sum((SELECT count(*) FROM outbound_item i WHERE i.outbound = outbound.id))
            FROM outbound WHERE txn BETWEEN ? AND ? GROUP BY 1, 2, 3
            """, first, last
        ) {
            guard let state = DeliveryState(rawValue: $0.text(2)) else { return }
            found.append(
                OutboundCount(
                    channel: try word($0.int(0)), document: $0.text(1), state: state, count: $0.count(3),
                    itemCount: $0.count(4)))
        }
        counts.documents = found.sorted {
            ($0.channel, $0.document, $0.state.rawValue) < ($1.channel, $1.document, $1.state.rawValue)
        }
    }

    /// Rows whose transaction lies in a range; their ids grow with it, so older ones are not looked at.
    private func countNew(_ table: String, _ first: Int64, _ last: Int64) throws -> Int {
        let before = try integer("SELECT id FROM \(table) WHERE txn < ? ORDER BY id DESC LIMIT 1", first)
        return Int(
            try integer("SELECT count(*) FROM \(table) WHERE id > ? AND txn <= ?", before ?? 0, last) ?? 0)
    }
}
