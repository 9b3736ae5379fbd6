import Canonical
import Environment
import Ledger
import OMSRules

/// Decisions that no single drop causes: held orders whose reason went away, and back-orders that new stock fills.
///
/// - Twice: what was decided is not in the queues any more; what was not is decided the same again.
struct Releasing {
    let ledger: any LedgerStore
    let clock: any WallClock
    let run: RunID
    let context: RuleContext
    let intents: IntentPlanner

    /// Orders of one transaction.
    private static let ordersMax = 500
    /// Items of one transaction.
    private static let itemsMax = 1_000

    /// Decides queued orders again, then fills back-orders.
    ///
    /// - Returns: orders that went on.
    func releaseAll() throws -> Int {
        var count = 0
        while !Termination.isRequested {
            let orders = try ledger.ordersToRedecide(limit: Self.ordersMax)
            guard !orders.isEmpty else { break }
            count += try redecide(orders, act: nil, by: "rules")
        }
        while !Termination.isRequested {
            let items = try ledger.itemsToRelease(limit: Self.itemsMax)
            guard !items.isEmpty else { break }
            count += try fillBackorders(of: items)
        }
        return count
    }

    /// Decides orders in the books again, in one transaction.
    func redecide(_ orders: [OrderState], act: Int64?, by: String) throws -> Int {
        let documents = Redecision.documents(of: orders)
        let wanted = OrderIntake.wanted(by: documents)
        var facts = try ledger.orderFacts(partner: "", numbers: [], items: wanted.items)
        let outcome = Redecision.decide(
            orders, by: by, facts: &facts, identifiers: try ledger.identifiers(), context: context)
        var batch = batch(outcome)
        batch.act = act
        batch.redecidedOrders = orders.map(\.row.id)
        try commit(batch)
        return outcome.results.count { if case .accepted = $0.verdict { true } else { false } }
    }

    private func fillBackorders(of items: [ItemID]) throws -> Int {
        var count = 0
        var after: OrderID?
        while true {
            let orders = try ledger.backorders(of: items, after: after, limit: Self.ordersMax)
            let isLast = orders.count < Self.ordersMax
            var facts = try ledger.orderFacts(
                partner: "", numbers: [], items: BackorderRelease.wanted(by: orders))
            let outcome = BackorderRelease.decide(
                orders, facts: &facts, identifiers: try ledger.identifiers(), context: context)
            var batch = batch(outcome)
            if isLast { batch.releasedItems = items }
            try commit(batch)
            count += outcome.results.count { $0.verdict == .applied }
            guard !isLast else { return count }
            after = orders.last?.row.id
        }
    }

    private func batch(_ outcome: RuleOutcome) -> ApplyBatch {
        let now = Instant(milliseconds: clock.now())
        var batch = ApplyBatch(drop: nil, at: now, run: run, identifiers: outcome.changes.identifiers)
        batch.changes = outcome.changes
        batch.ordersToRedecide = outcome.ordersToRedecide
        batch.intents = intents.intents(for: outcome.changes.events, at: now)
        return batch
    }

    private func commit(_ batch: ApplyBatch) throws {
        for allocation in batch.changes.allocations { try fault(.allocateLine, allocation.line.description) }
        try fault(.beforeApplyCommit, "release")
        try ledger.commit(batch)
        try fault(.afterApplyCommit, "release")
    }
}
