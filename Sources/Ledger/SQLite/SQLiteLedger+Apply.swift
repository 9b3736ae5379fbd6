import Canonical
import Diagnostics
import Environment

extension SQLiteLedger {
    /// Writes a batch and all that follows from it in one transaction; a batch that contradicts the books
    /// throws `INTERNAL.INVARIANT`, and nothing of it is written.
    public func commit(_ batch: ApplyBatch) throws(LedgerError) {
        defer {
            if !batch.changes.items.isEmpty || !batch.changes.locations.isEmpty { cache = MasterCache() }
        }
        try connection.write(
            "apply", run: batch.run.value, drop: batch.drop?.value, at: batch.at.milliseconds
        ) { transaction in
            transaction.act = batch.act
            try DropWriter(transaction, batch).write()
            try ChangeWriter(transaction, batch.changes).write()
            try IntentWriter(transaction).write(batch)
            try Self.settle(batch, transaction)
            try Self.writeQueues(batch, transaction)
            try transaction.write(batch.changes.identifiers)
            if let drop = batch.drop {
                try transaction.changeDrop(drop.value) {
                    // A part that committed did not kill anybody: only this attempt counts for the next one. A drop
                    // that a person stages again starts anew.
                    if batch.state == .staged {
                        $0.attempts = 0
                    } else if let reached = batch.reached, reached > $0.reached {
                        $0.attempts = min($0.attempts, 1)
                    }
                    if let state = batch.state { $0.state = state }
                    if let reached = batch.reached { $0.reached = reached }
                }
            }
        }
    }

    /// What partners said, and what is no longer awaited.
    private static func settle(_ batch: ApplyBatch, _ transaction: BookTransaction) throws {
        for (outbound, state, detail) in batch.acknowledged {
            try transaction.changeOutbound(outbound.value) {
                $0.acknowledgment = state
                $0.acknowledgmentDetail = detail
            }
        }
        try transaction.write(batch.expectations)
        try transaction.meet(batch.metExpectations, at: batch.at)
    }

    private static func writeQueues(_ batch: ApplyBatch, _ transaction: BookTransaction) throws {
        for item in batch.releasedItems {
            try transaction.books.run("DELETE FROM release_queue WHERE item = ?", item.value)
        }
        for order in batch.redecidedOrders {
            try transaction.books.run("DELETE FROM redecide_queue WHERE order_id = ?", order.value)
        }
        for item in batch.changes.itemsToRelease {
            try transaction.enqueue("release_queue", "item", item.value)
        }
        for order in batch.ordersToRedecide {
            try transaction.enqueue("redecide_queue", "order_id", order.value)
        }
        for code in batch.redecideHolds {
            guard let code = try transaction.books.wordID(code) else { continue }
            var orders: [Int64] = []
            try transaction.books.each(
                "SELECT DISTINCT order_id FROM hold WHERE code = ? AND released_txn IS NULL ORDER BY order_id",
                code
            ) { orders.append($0.int(0)) }
            for order in orders { try transaction.enqueue("redecide_queue", "order_id", order) }
        }
    }
}

extension BookTransaction {
    /// - Twice: nothing.
    func enqueue(_ table: String, _ column: String, _ value: Int64) throws {
        var seal = books.seal
        seal.add(value)
        try books.run(
            "INSERT OR IGNORE INTO \(table) (\(column), seal) VALUES (?, ?)", value, seal.finish())
    }

    /// Writes the free numbers that have changed. They never go back.
    func write(_ identifiers: IdentifierSequence) throws {
        let known = try books.identifiers()
        for (name, path) in IdentifierSequence.columns {
            let (old, new) = (known[keyPath: path], identifiers[keyPath: path])
            if new == old { continue }
            guard new > old else {
                throw LedgerError.invariant("the next \(name) has gone back from \(old) to \(new)")
            }
            var seal = books.seal
            seal.add(name)
            seal.add(new)
            var statement = try books.statement(
                "INSERT OR REPLACE INTO sequence (entity, next, seal) VALUES (?, ?, ?)")
            statement.bind(name)
            statement.bind(new)
            statement.bind(seal.finish())
            try statement.run()
        }
        nextOrder = identifiers.order
    }
}

extension IdentifierSequence {
    /// The numbers by the names under which the books keep them. A function of nothing: key paths are not Sendable.
    static var columns: [(name: String, path: WritableKeyPath<IdentifierSequence, Int64>)] {
        [
            ("order", \.order), ("line", \.line), ("item", \.item), ("location", \.location),
            ("fulfilment", \.fulfilment), ("package", \.package), ("shipment", \.shipment),
            ("invoice", \.invoice), ("purchaseOrder", \.purchaseOrder),
        ]
    }
}

extension Books {
    func identifiers() throws -> IdentifierSequence {
        var next: [String: Int64] = [:]
        try each("SELECT entity, next FROM sequence") { next[$0.text(0)] = $0.int(1) }
        var identifiers = IdentifierSequence()
        for (name, path) in IdentifierSequence.columns { identifiers[keyPath: path] = next[name] ?? 1 }
        return identifiers
    }
}
