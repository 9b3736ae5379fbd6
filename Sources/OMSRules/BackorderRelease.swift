public import Canonical
import Diagnostics

/// Fills back-orders from stock that came in.
public enum BackorderRelease {
    /// The keys of the articles that these orders wait for.
    public static func wanted(by orders: [OrderState]) -> Set<ItemKey> {
        var keys: Set<ItemKey> = []
        for order in orders {
            for line in order.lines where line[.backordered] > 0 { keys.insert(.sku(line.row.sku)) }
        }
        return keys
    }

    /// Fills what can be filled: orders by cancel-after, then ordered-on (unknown last), then number.
    ///
    /// - Parameter orders: orders with back-ordered lines, in any order; those with open holds are left alone. An order
    ///   whose cancel-after day is past is put on hold instead (`OMS.ORDER.EXPIRED`).
    /// - Returns: one result for each order, in the order of deciding: `applied` where units were reserved.
    public static func decide(
        _ orders: [OrderState], facts: inout OrderFacts, identifiers: IdentifierSequence, context: RuleContext
    ) -> RuleOutcome {
        let known = facts
        facts = OrderFacts()
        var booking = Booking(facts: consume known, identifiers: identifiers, context: context)
        let items = booking.itemsByID
        for order in orders.sorted(by: isBefore) {
            let result = booking.fill(order, items: items)
            booking.outcome.results.append(result)
        }
        facts = booking.facts
        return booking.outcome
    }

    static func isBefore(_ left: OrderState, _ right: OrderState) -> Bool {
        let (a, b) = (left.row, right.row)
        let (ends, otherEnds) = (a.cancelAfter?.dayNumber ?? Int32.max, b.cancelAfter?.dayNumber ?? Int32.max)
        if ends != otherEnds { return ends < otherEnds }
        let (day, other) = (a.orderedOn?.dayNumber ?? Int32.max, b.orderedOn?.dayNumber ?? Int32.max)
        return day != other ? day < other : a.id < b.id
    }
}

extension Booking {
    /// The articles of the facts, by their numbers.
    var itemsByID: [ItemID: ItemRow] {
        Dictionary(facts.items.values.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Reserves what there is for the back-ordered lines of one order.
    mutating func fill(
        _ order: OrderState, items: [ItemID: ItemRow], checksExpiry: Bool = true
    ) -> RuleResult {
        guard order.holds.isEmpty else { return RuleResult(.noEffect) }
        let row = order.row
        var lines: [RoutableLine] = []
        for line in order.lines where line[.backordered] > 0 {
            guard let id = line.row.item, let item = items[id] else { continue }
            lines.append(
                RoutableLine(
                    id: line.row.id, ordinal: line.row.ordinal, item: KnownItem(item),
                    units: line[.backordered]))
        }
        guard !lines.isEmpty, let document = CanonicalCodec.decode(row.document) else {
            return RuleResult(.noEffect)
        }
        if checksExpiry, let last = row.cancelAfter, context.policy.channel(row.channel).checksCancelAfter,
            last < context.today
        {
            return expire(order, last)
        }
        let country = OrderCheck.country(of: document.header, policy: context.policy)
        let wants = lines.map { Want(line: $0.id, item: $0.item.id, sku: $0.item.sku, units: $0.units) }
        let plan = router.plan(
            wants, destination: destination(document.header, country), country: country, isBackorder: true,
            facts: facts)
        guard !plan.takes.isEmpty else { return RuleResult(.noEffect) }
        let routable = RoutableOrder(
            id: row.id, partner: row.partner, channel: row.channel, header: document.header, lines: lines,
            currency: row.currency)
        var routed = Routed()
        bookTakes(plan, lines, kind: .fillBackorder, routable, &routed)
        let left = plan.short.reduce(0, +)
        if left > 0 { routed.summary += ", \(left) \(left == 1 ? "unit" : "units") still back-ordered" }
        outcome.changes.decisions.append(
            DecisionRow(
                order: row.id, occasion: "release-backorder", outcome: routed.summary, reasons: plan.reasons))
        if row.lifecycle == .accepted { outcome.changes.lifecycles.append((row.id, .inProgress)) }
        return RuleResult(.applied)
    }

    private mutating func expire(_ order: OrderState, _ last: CalendarDate) -> RuleResult {
        let message = "cancel-after day \(last) is past"
        let code: DiagnosticCode = "OMS.ORDER.EXPIRED"
        outcome.changes.holds.append(HoldRow(order: order.row.id, code: code, reason: message))
        outcome.changes.decisions.append(
            DecisionRow(
                order: order.row.id, occasion: "release-backorder", outcome: "held: \(code)",
                reasons: [
                    Reason(rule: "validate.dates", subject: "order", verdict: .failed, because: message)
                ]))
        let finding = Diagnostic(
            code, at: nil, "order \(order.row.number) \(message)", found: last.description,
            expected: "\(context.today) or later",
            remedy: "ask the partner whether it still wants the goods, then release or cancel the order")
        return RuleResult(.held(order.row.id), findings: [finding])
    }
}
