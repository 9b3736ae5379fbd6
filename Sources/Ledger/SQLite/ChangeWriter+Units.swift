import Canonical

extension ChangeWriter {
    func writeFulfilments() throws {
        if !changes.fulfilments.isEmpty {
            let rows = try transaction.rows(.fulfilment)
            for row in changes.fulfilments.sorted(ifNeededBy: { $0.id < $1.id }) {
                try rows.begin(row.id.value)
                rows.put(row.order.value)
                rows.put(row.location.value)
                rows.put(row.number)
                rows.change(FulfilmentState.planned.position)
                try rows.insert()
            }
        }
        if !changes.fulfilmentStates.isEmpty {
            let rows = try transaction.updates(.fulfilment)
            for (fulfilment, to) in changes.fulfilmentStates {
                rows.begin(fulfilment.value)
                rows.change(to.position)
                try rows.update()
                try mustChange("fulfilment \(fulfilment)")
            }
        }
        guard !changes.allocations.isEmpty else { return }
        let rows = try transaction.rows(.allocation)
        let allocations = changes.allocations.sorted(
            ifNeededBy: { ($0.fulfilment, $0.line) < ($1.fulfilment, $1.line) })
        for row in allocations {
            try rows.begin(row.fulfilment.value)
            rows.put(row.line.value)
            rows.put(row.item.value)
            rows.put(row.quantity)
            rows.change(0)
            rows.change(0)
            try rows.insert()
        }
    }

    func writeMovements() throws {
        guard !changes.movements.isEmpty else { return }
        var id = try transaction.nextKey("movement")
        let rows = try transaction.rows(.movement)
        for movement in changes.movements {
            try rows.begin(id)
            rows.put(movement.kind.rawValue)
            rows.put(movement.item.value)
            rows.put(movement.location?.value)
            rows.put(movement.line?.value)
            rows.put(movement.fulfilment?.value)
            rows.put(movement.purchaseOrder?.value)
            rows.put(movement.quantity)
            rows.put(movement.effectiveAt.milliseconds)
            try rows.insert()
            id += 1
        }
    }

    /// Refused by SQL itself where less is there than is taken.
    func writePositions(_ fold: BucketFold) throws {
        guard !fold.positions.isEmpty else { return }
        var update = try books.statement(
            """
            UPDATE position SET available = available + ?1, reserved = reserved + ?2
            WHERE item = ?3 AND location = ?4 AND available >= -?1 AND reserved >= -?2
            """)
        for (key, delta) in fold.positions.sorted(by: { $0.key < $1.key }) {
            if delta.available == 0, delta.reserved == 0 { continue }
            update.bind(delta.available)
            update.bind(delta.reserved)
            update.bind(key.item)
            update.bind(key.location)
            try update.run()
            if books.changedCount == 0 { try openPosition(key, delta) }
        }
    }

    private func openPosition(
        _ key: BucketFold.PositionKey, _ delta: (available: Int64, reserved: Int64)
    ) throws {
        let isKnown =
            try books.integer(
                "SELECT 1 FROM position WHERE item = ? AND location = ?", key.item, key.location) != nil
        guard !isKnown, delta.available >= 0, delta.reserved >= 0 else {
            throw LedgerError.invariant(
                "item \(key.item) at location \(key.location) has less than what is taken "
                    + "(available \(delta.available), reserved \(delta.reserved))")
        }
        try books.run(
            "INSERT INTO position (item, location, available, reserved) VALUES (?, ?, ?, ?)", key.item,
            key.location, delta.available, delta.reserved)
    }

    func updateShares(_ fold: BucketFold) throws {
        for (key, delta) in fold.allocations.sorted(by: { $0.key < $1.key }) {
            try refusing("fulfilment \(key.owner) line \(key.line)") {
                try books.run(
                    """
                    UPDATE allocation SET shipped = shipped + ?, short = short + ?
                    WHERE fulfilment = ? AND line = ?
                    """, delta.shipped, delta.short, key.owner, key.line)
            }
            try mustChange("allocation of line \(key.line) in fulfilment \(key.owner)")
        }
        for (key, delta) in fold.purchases.sorted(by: { $0.key < $1.key }) {
            try refusing("purchase order \(key.owner) line \(key.line)") {
                try books.run(
                    """
                    UPDATE purchase_order_line SET shipped = shipped + ?, refused = refused + ?
                    WHERE purchase_order = ? AND line = ?
                    """, delta.shipped, delta.refused, key.owner, key.line)
            }
            try mustChange("line \(key.line) of purchase order \(key.owner)")
        }
    }

    func updateLines(_ fold: BucketFold) throws {
        guard !fold.lines.isEmpty else { return }
        var statement = try books.statement(
            """
            UPDATE line SET open = open + ?, backordered = backordered + ?, preordered = preordered + ?,
              reserved = reserved + ?, released = released + ?, shipped = shipped + ?,
              cancelled = cancelled + ?, invoiced = invoiced + ? WHERE id = ?
            """)
        for (id, delta) in fold.lines.sorted(by: { $0.key < $1.key }) {
            let units = delta.buckets
            for value in [units.0, units.1, units.2, units.3, units.4, units.5, units.6] {
                statement.bind(value)
            }
            statement.bind(delta.invoiced)
            statement.bind(id)
            try refusing("line \(id)") { try statement.run() }
            try mustChange("line \(id)")
        }
    }
}
