import Canonical
import Diagnostics

extension Booking {
    /// Who sends a line straight to the customer; nil where we do. An article that can only go so, but does not say
    /// how, holds the order.
    func dropShip(
        _ line: RoutableLine, country: String, policy: ChannelPolicy, _ routed: inout Routed
    ) -> String? {
        let item = line.item
        guard policy.allowsDropShip, let source = directSource(of: item) else { return nil }
        if !source.isAlways,
            router.hasEnough(line.units, of: item.id, country: country, facts: facts)
        {
            return nil
        }
        guard let supplier = source.supplier, item.cost != nil else {
            let lacks = source.supplier == nil ? "supplier" : "cost"
            if source.isAlways {
                holdIncomplete(line, lacks: lacks, &routed)
            } else {
                routed.reasons.append(
                    Reason(
                        rule: "route.drop-ship", subject: item.sku, verdict: .refused,
                        because: "no supplier can be asked: the article has no \(lacks)"))
            }
            return nil
        }
        routed.reasons.append(
            Reason(
                rule: "route.drop-ship", subject: item.sku, verdict: .chosen,
                because: source.isAlways
                    ? "always delivered by \(supplier)"
                    : "no location has \(line.units), \(supplier) delivers"))
        return supplier
    }

    /// Who would send an article, and whether before our own stock; nil for one that only we send.
    private func directSource(of item: KnownItem) -> (supplier: String?, isAlways: Bool)? {
        let policy = context.policy.dropShip
        let named = policy.supplierBySKU.isEmpty ? nil : policy.supplierBySKU[item.sku]
        guard
            item.dropShip != .never || named != nil
                || (item.supplier.map { policy.suppliers.contains($0) } ?? false)
        else { return nil }
        return (named ?? item.supplier, policy.isAlways || item.dropShip == .always)
    }

    private func holdIncomplete(_ line: RoutableLine, lacks: String, _ routed: inout Routed) {
        let sku = line.item.sku
        let message = "drop-ship article '\(sku)' has no \(lacks)"
        routed.holds.append(
            CheckedHold(code: "OMS.DROPSHIP.INCOMPLETE", reason: message, ordinal: line.ordinal))
        routed.findings.append(
            Diagnostic(
                "OMS.DROPSHIP.INCOMPLETE", at: nil, message, found: sku,
                expected: "a supplier and what it charges",
                remedy: "load the article with its \(lacks); the order is then decided by itself"))
    }

    /// Writes one purchase order for each supplier and currency, suppliers in the order of their names.
    mutating func bookPurchases(_ lines: [RoutableLine], _ order: RoutableOrder, _ routed: inout Routed) {
        guard !lines.isEmpty else { return }
        routed.lifecycle = .inProgress
        var groups: [(supplier: String, currency: CurrencyCode, lines: [RoutableLine])] = []
        for line in lines {
            let supplier = line.supplier ?? ""
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
