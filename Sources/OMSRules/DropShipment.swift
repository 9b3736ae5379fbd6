import Canonical
import Diagnostics

extension Booking {
    /// Whether a line goes straight from its supplier; an article that can only do so but does not say how holds the
    /// order.
    func dropShip(
        _ line: RoutableLine, country: String, policy: ChannelPolicy, _ routed: inout Routed
    ) -> Bool {
        let item = line.item
        guard policy.allowsDropShip, item.dropShip != .never else { return false }
        let lacks = item.supplier == nil ? "supplier" : item.cost == nil ? "cost" : nil
        if item.dropShip == .ifNoStock {
            guard lacks == nil else { return false }
            if router.hasEnough(line.units, of: item.id, country: country, facts: facts) { return false }
            routed.reasons.append(
                Reason(
                    rule: "route.drop-ship", subject: item.sku, verdict: .chosen,
                    because: "no location has \(line.units), \(item.supplier ?? "") delivers"))
            return true
        }
        if let lacks {
            let message = "drop-ship article '\(item.sku)' has no \(lacks)"
            routed.holds.append(
                CheckedHold(code: "OMS.DROPSHIP.INCOMPLETE", reason: message, ordinal: line.ordinal))
            routed.findings.append(
                Diagnostic(
                    "OMS.DROPSHIP.INCOMPLETE", at: nil, message, found: item.sku,
                    expected: "a supplier and what it charges",
                    remedy: "load the article with its \(lacks); the order is then decided by itself"))
            return false
        }
        routed.reasons.append(
            Reason(
                rule: "route.drop-ship", subject: item.sku, verdict: .chosen,
                because: "always delivered by \(item.supplier ?? "")"))
        return true
    }

    /// Writes one purchase order for each supplier and currency, suppliers in the order of their names.
    mutating func bookPurchases(_ lines: [RoutableLine], _ order: RoutableOrder, _ routed: inout Routed) {
        guard !lines.isEmpty else { return }
        routed.lifecycle = .inProgress
        var groups: [(supplier: String, currency: CurrencyCode, lines: [RoutableLine])] = []
        for line in lines {
            let supplier = line.item.supplier ?? ""
            let currency = line.item.currency ?? order.currency
            if let index = groups.firstIndex(where: { $0.supplier == supplier && $0.currency == currency }) {
                groups[index].lines.append(line)
            } else {
                groups.append((supplier, currency, [line]))
            }
        }
        groups.sort { ($0.supplier, $0.currency.description) < ($1.supplier, $1.currency.description) }
        for group in groups {
            let id: PurchaseOrderID = outcome.changes.identifiers.next(\.purchaseOrder)
            outcome.changes.purchaseOrders.append(
                PurchaseOrderRow(
                    id: id, supplier: group.supplier, order: order.id,
                    number: context.policy.numbers.purchaseOrder + id.description, orderedOn: context.today,
                    currency: group.currency))
            for (position, line) in group.lines.enumerated() {
                outcome.changes.purchaseOrderLines.append(
                    PurchaseOrderLineRow(
                        purchaseOrder: id, ordinal: position + 1, line: line.id, item: line.item.id,
                        quantity: line.units, unitCost: line.item.cost ?? .zero))
                outcome.changes.movements.append(
                    Movement(
                        .releaseToSupplier, item: line.item.id, line: line.id, purchaseOrder: id,
                        quantity: line.units, effectiveAt: context.now))
            }
            outcome.changes.events.append(
                event(.purchaseOrderApproved, id.value, order, supplier: group.supplier))
            routed.summary += (routed.summary.isEmpty ? "" : ", ") + "ordered from \(group.supplier)"
        }
    }
}
