public import Canonical
public import Diagnostics
import Environment

extension SQLiteLedger {
    // MARK: What is due

    /// How many intents are due and not yet rendered, by channel, sorted by name.
    public func channelsWithIntents(
        dueBy: Instant
    ) throws(LedgerError) -> [(channel: String, count: Int)] {
        try connection.read { books in
            var channels: [(channel: String, count: Int)] = []
            try books.each(
                "SELECT channel, count(*) FROM intent WHERE outbound IS NULL AND due_at <= ? GROUP BY channel",
                dueBy.milliseconds
            ) { channels.append((try books.word($0.int(0)), $0.count(1))) }
            return channels.sorted { $0.channel < $1.channel }
        }
    }

    /// Due intents of a channel that no document has consumed, in the order in which they were recorded.
    public func intents(
        channel: String, dueBy: Instant, limit: Int
    ) throws(LedgerError) -> [IntentRow] {
        try connection.read { books in
            guard let word = try books.wordID(channel) else { return [] }
            var intents: [IntentRow] = []
            try books.each(
                """
                SELECT id, kind, subject, due_at FROM intent
                WHERE channel = ? AND outbound IS NULL AND due_at <= ? ORDER BY id LIMIT ?
                """, word, dueBy.milliseconds, Int64(limit)
            ) {
                intents.append(
                    IntentRow(
                        id: $0.int(0), channel: channel, kind: try books.word($0.int(1)), subject: $0.int(2),
                        dueAt: Instant(milliseconds: $0.int(3))))
            }
            return intents
        }
    }

    /// The last number drawn in a scope; nil before the first.
    public func controlNumber(_ scope: String) throws(LedgerError) -> Int64? {
        try connection.read { try $0.controlNumber(scope) }
    }

    /// The newest slot of a scheduled document that was served; nil before the first.
    public func servedSlot(channel: String) throws(LedgerError) -> Instant? {
        try connection.read { books in
            guard let word = try books.wordID(channel) else { return nil }
            return Instant(try books.integer("SELECT max(served_at) FROM slot WHERE channel = ?", word))
        }
    }

    // MARK: What documents are made of

    /// Fulfilments with allocations and cartons, in the order of `ids`; unknown ones are left out.
    public func fulfilments(_ ids: [FulfilmentID]) throws(LedgerError) -> [FulfilmentStateFacts] {
        try connection.read { try $0.fulfilments(ids) }
    }

    /// Shipments with lines and cartons, in the order of `ids`; unknown ones are left out.
    public func shipments(_ ids: [ShipmentID]) throws(LedgerError) -> [ShipmentDetail] {
        try connection.read { try $0.shipments(ids) }
    }

    /// Invoices with lines, in the order of `ids`; unknown ones are left out.
    public func invoices(_ ids: [InvoiceID]) throws(LedgerError) -> [InvoiceDetail] {
        try connection.read { try $0.invoices(ids) }
    }

    /// Purchase orders with lines, in the order of `ids`; unknown ones are left out.
    public func purchaseOrders(_ ids: [PurchaseOrderID]) throws(LedgerError) -> [PurchaseOrderFacts] {
        try connection.read { try $0.purchaseOrders(ids) }
    }

    /// Articles by number; unknown ones are missing.
    public func items(_ ids: Set<ItemID>) throws(LedgerError) -> [ItemID: ItemRow] {
        try connection.read { try $0.items(ids) }
    }

    /// Articles after a SKU with their positions, a page at a time; no positions where there never was stock.
    public func stock(
        afterSKU: String?, limit: Int
    ) throws(LedgerError) -> [(item: ItemRow, positions: [StockPosition])] {
        try connection.read { books in
            let page = try books.itemPage(afterSKU: afterSKU, limit: limit)
            let positions = try books.positions(page.map(\.id.value))
            return page.map { ($0, positions[$0.id] ?? []) }
        }
    }

    /// The group whose row has this id, with its drop; nil where there is none.
    public func group(_ subject: Int64) throws(LedgerError) -> (drop: DropID, row: GroupRow)? {
        try connection.read { try $0.groups("WHERE id = ?", subject).first }
    }

    /// The interchange whose row has this id, with its drop; nil where there is none.
    public func interchange(
        _ subject: Int64
    ) throws(LedgerError) -> (drop: DropID, row: InterchangeRow)? {
        try connection.read { try $0.interchanges("WHERE id = ?", subject).first }
    }

    /// The sets of a group, in order, with the findings of each, a page at a time.
    public func groupResults(
        drop: DropID, group: Int, afterSpan: Int?, limit: Int
    ) throws(LedgerError) -> [(span: SpanRow, findings: [Diagnostic])] {
        try connection.read { books in
            let range = SpanKey.range(of: drop)
            let set = try books.wordID("set")
            let spans = try books.spans(
                "WHERE id BETWEEN ? AND ? AND fgroup = ? AND kind = ? ORDER BY id LIMIT ?",
                afterSpan.map { SpanKey.key(drop, $0 + 1) } ?? range.lowerBound, range.upperBound,
                Int64(group), set ?? 0, Int64(limit)
            ).map(\.span)
            guard let first = spans.first, let last = spans.last else { return [] }
            var findings: [Int: [Diagnostic]] = [:]
            try books.each(
                """
                SELECT span, code, severity, body FROM finding WHERE drop_id = ? AND span BETWEEN ? AND ?
                ORDER BY id
                """, drop.value, Int64(first.ordinal), Int64(last.ordinal)
            ) {
                findings[$0.count(0), default: []].append(
                    try books.finding(code: $0.int(1), severity: $0.int(2), $0.blob(3)))
            }
            return spans.map { ($0, findings[$0.ordinal] ?? []) }
        }
    }

    // MARK: Freeze

    /// Freezes documents with their control numbers, in one transaction. A number that does not grow throws
    /// `INTERNAL.INVARIANT`, and nothing is written. Returns the new ids in the order of `documents`.
    public func commit(_ batch: RenderBatch) throws(LedgerError) -> [OutboundID] {
        try connection.write("render", run: batch.run.value, at: batch.at.milliseconds) { transaction in
            try transaction.draw(batch.controlNumbers)
            let ids = try transaction.freeze(batch.documents)
            for (intent, reason) in batch.waivedIntents {
                try transaction.consume([intent], by: 0, reason: reason)
            }
            try transaction.release(batch.releasedFulfilments, at: batch.at)
            for order in batch.sentPurchaseOrders {
                try transaction.changePurchaseOrder(order.value, to: .sent)
            }
            try transaction.serve(batch.servedSlots)
            try transaction.write(batch.expectations)
            try transaction.meet(batch.metExpectations, at: batch.at)
            return ids
        }
    }
}

extension BookTransaction {
    /// Writes down the last number drawn of every scope. Numbers never come twice.
    fileprivate func draw(_ numbers: [String: Int64]) throws {
        var id = try nextKey("control_draw")
        for (scope, last) in numbers.sorted(by: { $0.key < $1.key }) {
            try fault(.drawControlNumber, scope)
            if let known = try books.controlNumber(scope), last <= known {
                throw LedgerError.invariant(
                    "the control number of '\(scope)' has gone from \(known) to \(last)")
            }
            let rows = try rows(.controlDraw)
            try rows.begin(id)
            rows.put(scope)
            rows.put(last)
            try rows.insert()
            id += 1
        }
    }

    fileprivate func freeze(_ documents: [FrozenDocument]) throws -> [OutboundID] {
        var id = try nextKey("outbound")
        var ids: [OutboundID] = []
        for document in documents {
            try insert(document, id: id)
            try fault(.outboxInserted, document.name)
            ids.append(OutboundID(id))
            id += 1
        }
        return ids
    }

    private func insert(_ document: FrozenDocument, id: Int64) throws {
        let channel = try word(document.channel)
        let partner = try word(document.partner)
        let rows = try rows(.outbound)
        try rows.begin(id)
        rows.put(channel)
        rows.put(partner)
        for text in [document.document, document.connection, document.path, document.name] { rows.put(text) }
        rows.put(document.digest)
        rows.put(document.byteCount)
        rows.put(document.functionalID)
        rows.put(document.groupControl)
        rows.put(document.interchangeControl)
        OutboundProgress(document).write(rows.change, rows.change)
        try rows.insert()
        if !document.lineage.isEmpty {
            let lineage = try self.rows(.outboundLineage)
            try lineage.begin(id)
            lineage.put(document.lineage)
            try lineage.insert()
        }
        let items = try self.rows(.outboundItem)
        for (ordinal, item) in document.items.enumerated() {
            try items.begin(id)
            items.put(ordinal)
            items.put(item.intent)
            items.put(item.subject)
            items.put(item.control)
            try items.insert()
        }
        try consume(Set(document.items.map(\.intent)).sorted(), by: id, reason: nil)
    }

    /// - Parameter outbound: 0 where no document was needed.
    fileprivate func consume(_ intents: [Int64], by outbound: Int64, reason: String?) throws {
        let rows = try updates(.intent)
        for intent in intents where intent != 0 {
            let isOpen = try books.integer("SELECT 1 FROM intent WHERE id = ? AND outbound IS NULL", intent)
            guard isOpen != nil else { throw LedgerError.invariant("intent \(intent) is not open") }
            rows.begin(intent)
            rows.change(outbound)
            rows.change(reason)
            try rows.update()
        }
    }

    fileprivate func serve(_ slots: [String: Instant]) throws {
        var id = try nextKey("slot")
        for (channel, slot) in slots.sorted(by: { $0.key < $1.key }) {
            let channel = try word(channel)
            let rows = try rows(.slot)
            try rows.begin(id)
            rows.put(channel)
            rows.put(slot.milliseconds)
            try rows.insert()
            id += 1
        }
    }

    /// Turns what these fulfilments still reserve into released units: one INSERT of movements, one UPDATE of lines.
    fileprivate func release(_ fulfilments: [FulfilmentID], at: Instant) throws {
        guard !fulfilments.isEmpty else { return }
        // The list is of our own numbers, so its JSON needs no escapes.
        let list = "[" + fulfilments.map(\.description).joined(separator: ",") + "]"
        let first = try nextKey("movement")
        var insert = try books.statement(
            """
            INSERT INTO movement (txn, kind, item, location, line, fulfilment, quantity, effective_at)
            SELECT ?1, 15, a.item, f.location, a.line, a.fulfilment, a.quantity - a.shipped - a.short, ?2
            FROM (SELECT DISTINCT value FROM json_each(?3)) wanted
              JOIN fulfilment f ON f.id = wanted.value AND f.state = 0
              JOIN allocation a ON a.fulfilment = f.id
            WHERE a.quantity > a.shipped + a.short ORDER BY a.fulfilment, a.line
            """)
        insert.bind(id)
        insert.bind(at.milliseconds)
        insert.bind(list)
        try insert.run()
        try books.run(
            """
            UPDATE line SET reserved = reserved - moved.units, released = released + moved.units
            FROM (SELECT line, sum(quantity) AS units FROM movement WHERE id >= ? GROUP BY line) AS moved
            WHERE line.id = moved.line
            """, first)
        try chainMovements(from: first)
        try markReleased(list)
    }

    /// Takes rows into the chain that SQL has made by itself.
    private func chainMovements(from first: Int64) throws {
        let digest = digest(.movement)
        try books.each(
            """
            SELECT id, kind, item, location, line, fulfilment, purchase_order, quantity, effective_at
            FROM movement WHERE id >= ? ORDER BY id
            """, first
        ) { row in
            _ = digest.beginRow(key: row.int(0))
            for column in 0..<CInt(9) {
                if let value = row.optional(column) {
                    digest.add(value)
                } else {
                    digest.addNull()
                }
            }
        }
    }

    private func markReleased(_ list: String) throws {
        var planned: [Int64] = []
        try books.each(
            """
            SELECT id FROM fulfilment WHERE id IN (SELECT value FROM json_each(?)) AND state = 0 ORDER BY id
            """, bind: { $0.bind(list) }
        ) { planned.append($0.int(0)) }
        let rows = try updates(.fulfilment)
        for id in planned {
            rows.begin(id)
            rows.change(FulfilmentState.released.position)
            try rows.update()
        }
    }
}

extension Books {
    func controlNumber(_ scope: String) throws -> Int64? {
        try first(
            "SELECT max(last) FROM control_draw WHERE scope = ?", bind: { $0.bind(scope) },
            { $0.optional(0) }) ?? nil
    }

    func groups(_ rest: String, _ values: Int64?...) throws -> [(drop: DropID, row: GroupRow)] {
        var found: [(drop: DropID, row: GroupRow)] = []
        try each(
            """
            SELECT drop_id, interchange, ordinal, functional_id, sender, receiver, control, version, declared,
              received, notes, refused, acknowledgment FROM fgroup \(rest)
            """, bind: { for value in values { $0.bind(value) } }
        ) { row in
            found.append(
                (
                    DropID(row.int(0)),
                    GroupRow(
                        interchange: row.count(1), ordinal: row.count(2), functionalID: row.text(3),
                        sender: row.text(4), receiver: row.text(5), control: row.text(6),
                        version: row.text(7), declaredCount: row.count(8), receivedCount: row.count(9),
                        notes: row.text(10).split(separator: " ").map(String.init),
                        isRefused: row.flag(11), acknowledgment: row.blob(12))
                ))
        }
        return found
    }

    func interchanges(
        _ rest: String, _ values: Int64?...
    ) throws -> [(drop: DropID, row: InterchangeRow)] {
        var found: [(drop: DropID, row: InterchangeRow)] = []
        try each(
            """
            SELECT drop_id, ordinal, byte_offset, byte_count, sender_qualifier, sender, receiver_qualifier,
              receiver, control, usage, version, fate = 1, note, digest, acknowledgment
            FROM interchange \(rest)
            """, bind: { for value in values { $0.bind(value) } }
        ) { row in
            found.append(
                (
                    DropID(row.int(0)),
                    InterchangeRow(
                        ordinal: row.count(1), offset: row.int(2), length: row.int(3),
                        senderQualifier: row.text(4), sender: row.text(5), receiverQualifier: row.text(6),
                        receiver: row.text(7), control: row.text(8), usage: row.text(9),
                        version: row.text(10), isQuarantined: row.flag(11), note: row.text(12),
                        digest: row.blob(13), acknowledgment: row.blob(14))
                ))
        }
        return found
    }
}
