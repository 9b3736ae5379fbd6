import Canonical
import Diagnostics

/// A line that may leave.
struct RoutableLine {
    var id: LineID
    /// 1-based position in the document.
    var ordinal: Int
    var item: KnownItem
    var units: Int64
    /// Who sends it, where it goes straight from a supplier.
    var supplier: String?
}

/// An order with nothing left to wait for.
struct RoutableOrder {
    var id: OrderID
    var partner: String
    var channel: String
    var header: Record
    var lines: [RoutableLine]
    var currency: CurrencyCode
}

/// What came of routing.
struct Routed {
    /// Why it must wait after all; nothing was taken then.
    var holds: [CheckedHold] = []
    var findings: [Diagnostic] = []
    var reasons: [Reason] = []
    /// `routed to reno, 2 units back-ordered`.
    var summary = ""
    var lifecycle = OrderLifecycle.accepted
}

/// Takes stock for orders and writes down what follows: the state that a batch of decisions shares.
struct Booking {
    let context: RuleContext
    var router: Router
    /// What the batch knows; stock taken is gone from it.
    var facts: OrderFacts
    var outcome: RuleOutcome

    /// - Parameter facts: moved in, so that changing a position copies nothing.
    init(facts: consuming OrderFacts, identifiers: IdentifierSequence, context: RuleContext) {
        self.context = context
        router = Router(facts.locations, context: context)
        self.facts = facts
        outcome = RuleOutcome(identifiers: identifiers)
    }

    /// Routes an order whose units are all open: drop-ship lines to suppliers, the rest to locations, what is short to
    /// the back-orders. Events for the partner are recorded with it.
    mutating func route(_ order: RoutableOrder) -> Routed {
        var routed = Routed()
        let policy = context.policy.channel(order.channel)
        let country = OrderCheck.country(of: order.header, policy: context.policy)
        var direct: [RoutableLine] = []
        var stocked: [RoutableLine] = []
        stocked.reserveCapacity(order.lines.count)
        for line in order.lines {
            if let supplier = dropShip(line, country: country, policy: policy, &routed) {
                var line = line
                line.supplier = supplier
                direct.append(line)
            } else {
                stocked.append(line)
            }
        }
        if !routed.holds.isEmpty { return routed }
        var plan = RoutePlan()
        if !stocked.isEmpty {
            let wants = stocked.map { Want(line: $0.id, item: $0.item.id, sku: $0.item.sku, units: $0.units) }
            plan = router.plan(
                wants, destination: destination(order.header, country), country: country, facts: facts)
            routed.reasons += plan.reasons
            for (index, line) in stocked.enumerated() where plan.short[index] > 0 {
                checkBackorder(line, has: line.units - plan.short[index], policy: policy, &routed)
            }
            if !routed.holds.isEmpty { return routed }
        }
        outcome.changes.events.append(event(.orderAcknowledged, order.id.value, order))
        bookPurchases(direct, order, &routed)
        bookTakes(plan, stocked, kind: .reserve, order, &routed)
        bookBackorders(plan, stocked, &routed)
        return routed
    }

    func destination(_ header: Record, _ country: String) -> GeoPoint? {
        context.centroids.point(
            country: country, postalCode: header.stated(OrderField.shipToPostalCode) ?? "")
    }

    func event(
        _ kind: BusinessEvent.Kind, _ subject: Int64, _ order: RoutableOrder, location: String? = nil,
        supplier: String? = nil
    ) -> BusinessEvent {
        BusinessEvent(
            kind, subject: subject, orderPartner: order.partner, orderChannel: order.channel,
            location: location,
            supplier: supplier)
    }

    // MARK: Back-orders

    private func checkBackorder(
        _ line: RoutableLine, has: Int64, policy: ChannelPolicy, _ routed: inout Routed
    ) {
        let sku = line.item.sku
        guard
            !policy.allowsBackorders || policy.unbackorderedSKUs.contains(sku) || line.item.status != .active
        else { return }
        let message =
            has == 0
            ? "no warehouse stocks SKU '\(sku)'" : "only \(has) of \(line.units) of SKU '\(sku)' are in stock"
        routed.holds.append(CheckedHold(code: "OMS.STOCK.NONE", reason: message, ordinal: line.ordinal))
        routed.findings.append(
            Diagnostic(
                "OMS.STOCK.NONE", at: nil, message,
                expected: "\(line.units) units, as it is not back-ordered",
                remedy: "load stock for '\(sku)' and run again, or allow back-orders for the channel"))
    }

    private mutating func bookBackorders(_ plan: RoutePlan, _ lines: [RoutableLine], _ routed: inout Routed) {
        var units: Int64 = 0
        for (index, line) in lines.enumerated() where plan.short[index] > 0 {
            units += plan.short[index]
            outcome.changes.movements.append(
                Movement(
                    .backorder, item: line.item.id, line: line.id, quantity: plan.short[index],
                    effectiveAt: context.now))
            routed.reasons.append(
                Reason(
                    rule: "backorder", subject: line.item.sku, verdict: .kept,
                    because: "\(plan.short[index]) of \(line.units) wait for stock"))
        }
        guard units > 0 else { return }
        routed.summary +=
            (routed.summary.isEmpty ? "" : ", ") + "\(units) \(units == 1 ? "unit" : "units") back-ordered"
    }

    // MARK: Reservations

    /// Takes what the plan says: one fulfilment for each chosen location.
    mutating func bookTakes(
        _ plan: RoutePlan, _ lines: [RoutableLine], kind: MovementKind, _ order: RoutableOrder,
        _ routed: inout Routed
    ) {
        guard !plan.takes.isEmpty else { return }
        routed.lifecycle = .inProgress
        for site in plan.chosen {
            let location = router.sites[site]
            let id: FulfilmentID = outcome.changes.identifiers.next(\.fulfilment)
            outcome.changes.fulfilments.append(
                FulfilmentRow(
                    id: id, order: order.id, location: location.id,
                    number: context.policy.numbers.fulfilment + id.description))
            var units: Int64 = 0
            for take in plan.takes where take.site == site {
                let line = lines[take.want]
                units += take.units
                remove(take.units, of: line.item.id, at: location.id)
                outcome.changes.allocations.append(
                    AllocationRow(fulfilment: id, line: line.id, item: line.item.id, quantity: take.units))
                outcome.changes.movements.append(
                    Movement(
                        kind, item: line.item.id, location: location.id, line: line.id, fulfilment: id,
                        quantity: take.units, effectiveAt: context.now))
            }
            if let policy = context.policy.packing[location.code] {
                let cartons = Packing.cartons(
                    of: id, units: units, policy: policy, first: outcome.changes.identifiers.package)
                outcome.changes.identifiers.package += Int64(cartons.count)
                outcome.changes.packages += cartons
            }
            outcome.changes.events.append(
                event(.fulfilmentReleased, id.value, order, location: location.code))
        }
        let codes = plan.chosen.map { router.sites[$0].code }
        let sentence =
            codes.count == 1 ? "routed to \(codes[0])" : "split over \(codes.joined(separator: " and "))"
        routed.summary += (routed.summary.isEmpty ? "" : ", ") + sentence
    }

    /// Takes units out of what is available. Stock never goes below nothing: a plan that would is a bug, and the
    /// process ends before it is written.
    private mutating func remove(_ units: Int64, of item: ItemID, at location: LocationID) {
        guard let place = facts.positions.index(forKey: item),
            let index = facts.positions.values[place].firstIndex(where: { $0.location == location })
        else { preconditionFailure("a plan takes from a location without a position") }
        facts.positions.values[place][index].available -= units
        facts.positions.values[place][index].reserved += units
        precondition(facts.positions.values[place][index].available >= 0, "a plan takes more than there is")
    }
}
