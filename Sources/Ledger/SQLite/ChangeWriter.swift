import Canonical
import Diagnostics

/// Writes the changes of a batch: first what others point to, then orders, then units, then papers.
struct ChangeWriter {
    let transaction: BookTransaction
    let changes: BookChanges
    var books: Books { transaction.books }

    init(_ transaction: BookTransaction, _ changes: BookChanges) {
        self.transaction = transaction
        self.changes = changes
    }

    func write() throws {
        try MasterWriter(transaction, changes).write()
        let newLines = changes.lines.sorted(ifNeededBy: { $0.id < $1.id })
        let fold = try BucketFold(changes, newLines: newLines)
        try writeOrders(newLines)
        try writeLines(newLines, fold)
        try writeTerms()
        try writeHolds()
        try writeDecisions()
        try writeFulfilments()
        try writeMovements()
        try writePositions(fold)
        try PaperWriter(transaction, changes).write()
        try updateLines(fold)
        try updateShares(fold)
    }

    // MARK: Orders

    private func writeOrders(_ newLines: [OrderLineRow]) throws {
        guard !changes.orders.isEmpty else { return try writeLifecycles() }
        var range: [Int64: (first: Int64, last: Int64)] = [:]
        range.reserveCapacity(changes.orders.count)
        for line in newLines {
            let id = line.id.value
            let known = range[line.order.value] ?? (id, id)
            range[line.order.value] = (min(known.first, id), max(known.last, id))
        }
        let orders = changes.orders.sorted(ifNeededBy: { $0.id < $1.id })
        let rows = try transaction.rows(.orders)
        for order in orders { try write(order, range[order.id.value] ?? (0, -1), rows) }
        let documents = try transaction.rows(.orderDocument)
        for order in orders {
            try documents.begin(order.id.value)
            documents.putPersonal(order.document)
            try documents.insert()
        }
        try writeLifecycles()
    }

    private func write(
        _ order: OrderRow, _ lines: (first: Int64, last: Int64), _ rows: RowInsert
    ) throws {
        let channel = try transaction.word(order.channel)
        let partner = try transaction.word(order.partner)
        let currency = try transaction.word(order.currency.description)
        try rows.begin(order.id.value)
        rows.put(channel)
        rows.put(partner)
        rows.put(order.number)
        rows.put(order.contentDigest)
        rows.put(currency)
        rows.put(order.orderedOn.map { Int64($0.dayNumber) })
        rows.put(order.requestedShipOn.map { Int64($0.dayNumber) })
        rows.put(order.cancelAfter.map { Int64($0.dayNumber) })
        rows.put(order.drop.value)
        rows.put(order.span.offset)
        rows.put(Int64(order.span.length))
        rows.put(lines.first)
        rows.put(lines.last)
        rows.change(order.goodsMinor)
        rows.change(order.totalMinor)
        rows.change(order.lifecycle.position)
        try rows.insert()
    }

    /// What became of orders in the books: their sums, their state.
    private func writeLifecycles() throws {
        guard !changes.lifecycles.isEmpty || !changes.orderTotals.isEmpty else { return }
        let ids = Set(changes.lifecycles.map(\.order.value)).union(changes.orderTotals.map(\.order.value))
        var states: [Int64: (goods: Int64, total: Int64, lifecycle: Int64)] = [:]
        try books.eachOf(Array(ids), "SELECT id, goods, total, lifecycle FROM orders WHERE id IN (…)") {
            states[$0.int(0)] = ($0.int(1), $0.int(2), $0.int(3))
        }
        for (order, goods, total) in changes.orderTotals {
            states[order.value]?.goods = goods
            states[order.value]?.total = total
        }
        for (order, to) in changes.lifecycles { states[order.value]?.lifecycle = to.position }
        let rows = try transaction.updates(.orders)
        for id in ids.sorted() {
            guard let state = states[id] else {
                throw LedgerError.invariant("order \(id) is not in the books")
            }
            rows.begin(id)
            rows.change(state.goods)
            rows.change(state.total)
            rows.change(state.lifecycle)
            try rows.update()
        }
    }

    func mustChange(_ what: @autoclosure () -> String) throws {
        guard books.changedCount == 1 else { throw LedgerError.invariant("\(what()) is not in the books") }
    }

    private func writeLines(_ lines: [OrderLineRow], _ fold: BucketFold) throws {
        guard !lines.isEmpty else { return }
        let rows = try transaction.rows(.line)
        for (index, line) in lines.enumerated() {
            let state = fold.newLines[index]
            try rows.begin(line.id.value)
            rows.put(line.order.value)
            rows.put(line.ordinal)
            rows.put(line.lineNumber)
            rows.put(line.ordered)
            rows.put(line.unitPrice.units)
            rows.put(Int64(line.unitPrice.scale))
            rows.put(line.amountMinor)
            rows.put(line.item?.value)
            rows.put(line.sku)
            rows.change(state.buckets.0)
            rows.change(state.buckets.1)
            rows.change(state.buckets.2)
            rows.change(state.buckets.3)
            rows.change(state.buckets.4)
            rows.change(state.buckets.5)
            rows.change(state.buckets.6)
            rows.change(state.invoiced)
            try rows.insert()
        }
    }

    /// Names the row in a refusal by SQL.
    func refusing(_ what: @autoclosure () -> String, _ body: () throws -> Void) throws {
        do { try body() } catch let failure as SQLiteFailure where failure.code & 0xFF == 19 {
            throw LedgerError.invariant("\(what()): \(failure.message)")
        }
    }

    /// What a line turned out to be: its article, its units, its price. What stood there before is kept, since the
    /// chain holds it.
    private func writeTerms() throws {
        for (line, item, sku) in changes.lineItems {
            try changeTerms(of: line) {
                $0.item = item.value
                $0.sku = sku
            }
        }
        for (line, ordered, unitPrice, amount) in changes.lineTerms {
            try changeTerms(of: line) {
                $0.ordered = ordered
                $0.priceUnits = unitPrice.units
                $0.priceScale = Int64(unitPrice.scale)
                $0.amount = amount
            }
        }
    }

    private struct Terms {
        var ordered: Int64
        var priceUnits: Int64
        var priceScale: Int64
        var amount: Int64
        var item: Int64?
        var sku: String

        func put(_ rows: RowInsert) {
            for number in [ordered, priceUnits, priceScale, amount] { rows.put(number) }
            rows.put(item)
            rows.put(sku)
        }
    }

    private func changeTerms(of line: LineID, _ body: (inout Terms) -> Void) throws {
        let known = try books.first(
            "SELECT ordered, price_units, price_scale, amount, item, sku FROM line WHERE id = ?",
            bind: { $0.bind(line.value) },
            {
                Terms(
                    ordered: $0.int(0), priceUnits: $0.int(1), priceScale: $0.int(2), amount: $0.int(3),
                    item: $0.optional(4), sku: $0.text(5))
            })
        guard let known else { throw LedgerError.invariant("line \(line) is not in the books") }
        var terms = known
        body(&terms)
        let rows = try transaction.rows(.lineTerm)
        try rows.begin(try transaction.nextKey("line_term"))
        rows.put(line.value)
        terms.put(rows)
        known.put(rows)
        try rows.insert()
        // Units are open while they change; CHECK refuses it otherwise.
        var statement = try books.statement(
            """
            UPDATE line SET ordered = ?1, open = open + ?1 - ordered, price_units = ?2, price_scale = ?3,
              amount = ?4, item = ?5, sku = ?6 WHERE id = ?7
            """)
        for number in [terms.ordered, terms.priceUnits, terms.priceScale, terms.amount] {
            statement.bind(number)
        }
        statement.bind(terms.item)
        statement.bind(terms.sku)
        statement.bind(line.value)
        try refusing("line \(line)") { try statement.run() }
    }

    // MARK: Holds and decisions

    private func writeHolds() throws {
        for (order, code, by) in changes.holdReleases { try release(order, code.rawValue, by) }
        guard !changes.holds.isEmpty else { return }
        var id = try transaction.nextKey("hold")
        for hold in changes.holds {
            let code = try transaction.word(hold.code.rawValue)
            let rows = try transaction.rows(.hold)
            try rows.begin(id)
            rows.put(hold.order.value)
            rows.put(hold.line?.value)
            rows.put(code)
            rows.putPersonal(hold.reason)
            rows.change(nil as Int64?)
            rows.change(nil as String?)
            try rows.insert()
            id += 1
        }
    }

    private func release(_ order: OrderID, _ code: String, _ by: String) throws {
        guard let code = try books.wordID(code) else { return }
        var open: [Int64] = []
        try books.each(
            "SELECT id FROM hold WHERE order_id = ? AND code = ? AND released_txn IS NULL ORDER BY id",
            order.value, code
        ) { open.append($0.int(0)) }
        for id in open {
            let rows = try transaction.updates(.hold)
            rows.begin(id)
            rows.change(transaction.id)
            rows.change(by)
            try rows.update()
        }
    }

    private func writeDecisions() throws {
        guard !changes.decisions.isEmpty else { return }
        var next: [Int64: Int64] = [:]
        next.reserveCapacity(changes.decisions.count)
        for order in changes.orders { next[order.id.value] = DecisionKey.first(order.id) }
        var keyed: [(key: Int64, row: DecisionRow)] = []
        keyed.reserveCapacity(changes.decisions.count)
        for row in changes.decisions {
            let key: Int64
            if let known = next[row.order.value] {
                key = known
            } else {
                let last = try books.integer(
                    "SELECT max(id) FROM decision WHERE id BETWEEN ? AND ?", DecisionKey.first(row.order),
                    DecisionKey.last(row.order))
                key = last.map { $0 + 1 } ?? DecisionKey.first(row.order)
            }
            guard key <= DecisionKey.last(row.order) else {
                throw LedgerError.invariant("order \(row.order) has more than 65,536 decisions")
            }
            next[row.order.value] = key + 1
            keyed.append((key, row))
        }
        let rows = try transaction.rows(.decision)
        for (key, row) in keyed.sorted(ifNeededBy: { $0.key < $1.key }) {
            let occasion = try transaction.word(row.occasion)
            let reasons = try transaction.encode(row.reasons)
            try rows.begin(key)
            rows.put(occasion)
            rows.put(row.outcome)
            rows.putPersonal(reasons)
            try rows.insert()
        }
    }
}
