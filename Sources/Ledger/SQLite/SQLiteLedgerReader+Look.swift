public import Canonical
import Diagnostics
import Environment

extension SQLiteLedgerReader {
    // MARK: Drops

    /// A drop by its number; nil where there is none.
    public func drop(_ id: DropID) throws(LedgerError) -> DropRow? {
        try connection.read { try $0.drops("WHERE id = ?", id.value).first }
    }

    /// Drops by the beginning of their SHA-256, duplicates left out, by id; none unless it is 4 to 64
    /// hexadecimal digits.
    public func drops(digestPrefix: String, limit: Int) throws(LedgerError) -> [DropRow] {
        let digits = digestPrefix.utf8.count
        guard (4...64).contains(digits),
            let low = bytesOfHex(digestPrefix + String(repeating: "0", count: 64 - digits)),
            let high = bytesOfHex(digestPrefix + String(repeating: "f", count: 64 - digits))
        else { return [] }
        return try connection.read {
            try $0.drops(
                "WHERE digest BETWEEN ? AND ? AND duplicate_of IS NULL ORDER BY id LIMIT ?",
                bind: {
                    $0.bind(low)
                    $0.bind(high)
                    $0.bind(Int64(limit))
                })
        }
    }

    /// Drops in one of these states or with a span in one of those, by id; nil means every channel, of
    /// whatever age.
    public func drops(
        states: Set<DropState>, orWithSpans spanStates: Set<SpanState>, channel: String?, since: Instant?,
        limit: Int
    ) throws(LedgerError) -> [DropRow] {
        try connection.read { books in
            var wordID: Int64?
            if let channel {
                guard let known = try books.wordID(channel) else { return [] }
                wordID = known
            }
            let names = states.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
            let numbers = spanStates.map { String($0.position) }.sorted().joined(separator: ", ")
            let withSpans = """
                EXISTS (SELECT 1 FROM span s WHERE s.state IN (\(numbers))
                  AND s.id BETWEEN drops.id << 32 AND (drops.id << 32) + 4294967295)
                """
            return try books.drops(
                """
                WHERE (state IN (\(names)) OR \(withSpans)) AND (?1 IS NULL OR channel = ?1)
                  AND (?2 IS NULL OR received_at >= ?2) ORDER BY id LIMIT ?3
                """, wordID, since?.milliseconds, Int64(limit))
        }
    }

    /// Its interchanges, in byte order.
    public func interchanges(of drop: DropID) throws(LedgerError) -> [InterchangeRow] {
        try connection.read {
            try $0.interchanges("WHERE drop_id = ? ORDER BY ordinal", drop.value).map(\.row)
        }
    }

    /// Its groups, in byte order.
    public func groups(of drop: DropID) throws(LedgerError) -> [GroupRow] {
        try connection.read { try $0.groups("WHERE drop_id = ? ORDER BY ordinal", drop.value).map(\.row) }
    }

    /// Its spans from an ordinal on, at most `limit`, in byte order.
    public func spans(of drop: DropID, from ordinal: Int, limit: Int) throws(LedgerError) -> [SpanRow] {
        try connection.read { try $0.spans(of: drop, from: ordinal, limit: limit) }
    }

    /// How many of its spans have each fate, sorted; empty for an unknown drop.
    public func spanCounts(of drop: DropID) throws(LedgerError) -> [SpanCount] {
        try connection.read { books in
            guard let row = try books.drops("WHERE id = ?", drop.value).first else { return [] }
            let range = SpanKey.range(of: drop)
            var counts: [SpanCount] = []
            try books.each(
                """
                SELECT document, kind, state, count(*) FROM span WHERE id BETWEEN ? AND ?
                GROUP BY document, kind, state
                """, range.lowerBound, range.upperBound
            ) {
                counts.append(
                    SpanCount(
                        channel: row.file.channel, document: try books.word($0.int(0)),
                        kind: try books.word($0.int(1)), state: try books.enumerated($0.int(2), "span"),
                        count: $0.count(3)))
            }
            return counts.sorted()
        }
    }

    /// Its findings, in the order of writing.
    public func findings(of drop: DropID) throws(LedgerError) -> [FindingRow] {
        try connection.read { books in
            var findings: [FindingRow] = []
            try books.each(
                "SELECT span, code, severity, body FROM finding WHERE drop_id = ? ORDER BY id", drop.value
            ) {
                findings.append(
                    FindingRow(
                        span: $0.optional(0).map { Int($0) },
                        finding: try books.finding(code: $0.int(1), severity: $0.int(2), $0.blob(3))))
            }
            return findings
        }
    }

    /// Documents made from intents of this drop's batches, by id.
    public func outbound(causedBy drop: DropID) throws(LedgerError) -> [OutboundRow] {
        try connection.read { books in
            var ids: Set<Int64> = []
            try books.each(
                """
                SELECT DISTINCT i.outbound FROM txn t JOIN intent i ON i.txn = t.id
                WHERE t.drop_id = ? AND i.outbound > 0
                """, drop.value
            ) { ids.insert($0.int(0)) }
            return try books.outboundRows(ids)
        }
    }

    // MARK: Orders

    /// Orders with this number, without their documents; by partner, then by our number.
    public func orders(number: String) throws(LedgerError) -> [OrderRow] {
        try connection.read { books in
            var found: [OrderRow] = []
            try books.each(
                """
                SELECT \(Books.orderColumns) FROM orders o
                WHERE o.partner IN (SELECT id FROM word) AND o.number = ?
                """, bind: { $0.bind(number) }
            ) { found.append(try books.order($0, document: nil)) }
            return found.sorted { ($0.partner, $0.id) < ($1.partner, $1.id) }
        }
    }

    /// An order with all that belongs to it; nil where there is none.
    public func order(_ id: OrderID) throws(LedgerError) -> OrderDetail? {
        try connection.read { books in
            guard let state = try books.orderStates([id]).first else { return nil }
            var detail = OrderDetail(state: state)
            detail.holds = try books.holdDetails(of: id)
            detail.decisions = try books.decisions(of: id)
            let fulfilments: [FulfilmentID] = try books.ids("fulfilment", of: id)
            let shipments: [ShipmentID] = try books.ids("shipment", of: id)
            let invoices: [InvoiceID] = try books.ids("invoice", of: id)
            let purchases: [PurchaseOrderID] = try books.ids("purchase_order", of: id)
            detail.fulfilments = try books.fulfilments(fulfilments)
            detail.shipments = try books.shipments(shipments)
            detail.invoices = try books.invoices(invoices)
            detail.purchaseOrders = try books.purchaseOrders(purchases)
            let subjects: [BusinessEvent.Kind: [Int64]] = [
                .orderAcknowledged: [id.value], .fulfilmentReleased: fulfilments.map(\.value),
                .shipmentConfirmed: shipments.map(\.value), .invoicePosted: invoices.map(\.value),
                .purchaseOrderApproved: purchases.map(\.value),
            ]
            detail.outbound = try books.outbound(about: subjects)
            detail.drop = try books.drops("WHERE id = ?", state.row.drop.value).first
            detail.span = try books.span(of: state.row.drop, at: state.row.span.offset)
            return detail
        }
    }

    // MARK: Outbound

    /// A document by its number; nil where there is none.
    public func outbound(_ id: OutboundID) throws(LedgerError) -> OutboundRow? {
        try connection.read { try $0.outbound("WHERE id = ?", id.value).first }
    }

    /// Documents that are not delivered, by id; of every channel where nil.
    public func outboundWaiting(channel: String?, limit: Int) throws(LedgerError) -> [OutboundRow] {
        try connection.read { books in
            guard let channel else {
                return try books.outbound("WHERE state <> 'delivered' ORDER BY id LIMIT ?", Int64(limit))
            }
            guard let word = try books.wordID(channel) else { return [] }
            return try books.outbound(
                "WHERE state <> 'delivered' AND channel = ? ORDER BY id LIMIT ?", word, Int64(limit))
        }
    }

    /// Expectations in these states, by the time they are due; of every channel where nil.
    public func expectations(
        states: Set<ExpectationRow.State>, channel: String?, limit: Int
    ) throws(LedgerError) -> [ExpectationRow] {
        try connection.read { books in
            let names = states.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
            var word: Int64?
            if let channel {
                guard let known = try books.wordID(channel) else { return [] }
                word = known
            }
            return try books.expectations(
                "WHERE state IN (\(names)) AND (?1 IS NULL OR channel = ?1) ORDER BY due_at, id LIMIT ?2",
                word,
                Int64(limit)
            ).map(\.row)
        }
    }

    // MARK: Stock

    /// An article with what is where; nil for an unknown SKU.
    public func stock(sku: String) throws(LedgerError) -> StockDetail? {
        try connection.read { books in
            guard let item = try books.items([.sku(sku)])[.sku(sku)] else { return nil }
            let positions = try books.positions([item.id.value])[item.id] ?? []
            let byLocation = Dictionary(uniqueKeysWithValues: positions.map { ($0.location, $0) })
            let waiting = try books.integer(
                "SELECT sum(backordered) FROM line WHERE item = ? AND backordered > 0", item.id.value)
            return StockDetail(
                item: item,
                positions: try books.locations().compactMap { location in
                    byLocation[location.id].map { (location, $0) }
                }, backordered: waiting ?? 0)
        }
    }
}

extension SpanCount: Comparable {
    /// By channel, document, kind and state.
    public static func < (left: SpanCount, right: SpanCount) -> Bool {
        (left.channel, left.document, left.kind, left.state.rawValue)
            < (right.channel, right.document, right.kind, right.state.rawValue)
    }
}

extension Books {
    func outboundRows(_ ids: Set<Int64>) throws -> [OutboundRow] {
        try ids.sorted().flatMap { try outbound("WHERE id = ?", $0) }
    }

    /// Documents made from intents about these subjects, by id.
    fileprivate func outbound(about subjects: [BusinessEvent.Kind: [Int64]]) throws -> [OutboundRow] {
        var ids: Set<Int64> = []
        for (kind, numbers) in subjects {
            guard let kind = try wordID(kind.rawValue) else { continue }
            try eachOf(
                numbers, "SELECT outbound FROM intent WHERE kind = ? AND outbound > 0 AND subject IN (…)",
                before: { $0.bind(kind) }
            ) { ids.insert($0.int(0)) }
        }
        return try outboundRows(ids)
    }

    fileprivate func ids<Entity>(_ table: String, of order: OrderID) throws -> [Identifier<Entity>] {
        var ids: [Identifier<Entity>] = []
        try each("SELECT id FROM \(table) WHERE order_id = ? ORDER BY id", order.value) {
            ids.append(Identifier($0.int(0)))
        }
        return ids
    }

    fileprivate func holdDetails(of order: OrderID) throws -> [HoldDetail] {
        var holds: [HoldDetail] = []
        try each(
            """
            SELECT h.line, h.code, h.reason, h.released_txn, h.released_by, t.at
            FROM hold h JOIN txn t ON t.id = h.txn WHERE h.order_id = ? ORDER BY h.id
            """, order.value
        ) { row in
            let hold = HoldRow(
                order: order, line: row.optional(0).map { LineID($0) },
                code: DiagnosticCode(rawValue: try word(row.int(1))), reason: row.text(2))
            holds.append(
                HoldDetail(
                    row: hold, since: Instant(row.optional(5)), isOpen: row.isNull(3),
                    releasedBy: row.optionalText(4)))
        }
        return holds
    }

    fileprivate func decisions(of order: OrderID) throws -> [DecisionDetail] {
        var decisions: [DecisionDetail] = []
        try each(
            """
            SELECT d.occasion, d.outcome, d.reasons, t.at, t.run FROM decision d JOIN txn t ON t.id = d.txn
            WHERE d.id BETWEEN ? AND ? ORDER BY d.id
            """, DecisionKey.first(order), DecisionKey.last(order)
        ) { row in
            let decision = DecisionRow(
                order: order, occasion: try word(row.int(0)), outcome: row.text(1),
                reasons: try reasons(row.blob(2)))
            decisions.append(
                DecisionDetail(
                    row: decision, at: Instant(row.optional(3)), run: row.optional(4).map { RunID($0) }))
        }
        return decisions
    }

    /// The span in which a byte of a drop lies. Spans stand in byte order, so their ordinals are searched by halves.
    fileprivate func span(of drop: DropID, at offset: Int64) throws -> SpanRow? {
        let range = SpanKey.range(of: drop)
        guard
            let last = try integer(
                "SELECT max(id) FROM span WHERE id BETWEEN ? AND ?", range.lowerBound, range.upperBound)
        else { return nil }
        var low = range.lowerBound
        var high = last
        while low < high {
            let middle = low + (high - low + 1) / 2
            let start = try integer(
                "SELECT byte_offset FROM span WHERE id BETWEEN ? AND ? ORDER BY id LIMIT 1", middle, last)
            if let start, start <= offset { low = middle } else { high = middle - 1 }
        }
        return try spans("WHERE id = ?", low).first?.span
    }
}
