import Canonical
import Ledger
import Testing

@testable import FeedProcessor

/// Which partner is told of what.
@Suite struct IntentPlannerTests {
    private func events(_ kind: Canonical.BusinessEvent.Kind) -> [Canonical.BusinessEvent] {
        let sources: [(location: String?, supplier: String?)] = [
            ("reno", nil), ("columbus", nil), (nil, "acme"),
        ]
        return sources.enumerated().map { index, from in
            Canonical.BusinessEvent(
                kind, subject: Int64(index + 1), orderPartner: "shop", orderChannel: "shop-orders",
                location: from.location, supplier: from.supplier)
        }
    }

    private func told(
        _ kind: Canonical.BusinessEvent.Kind, locations: Set<String> = ["reno"], isForLocations: Bool,
        supplier: String? = nil
    ) -> [Int64] {
        let subscription = IntentPlanner.Subscription(
            channel: "out", partner: "shop", events: [kind], locations: locations, supplier: supplier,
            isForLocations: isForLocations, dueAt: { $0 })
        return IntentPlanner(subscriptions: [subscription])
            .intents(for: events(kind), at: Instant(milliseconds: 0)).map(\.subject)
    }

    @Test(arguments: [Canonical.BusinessEvent.Kind.shipmentConfirmed, .invoicePosted])
    func papersAboutShipmentsAreOfAllPlacesUnlessWhereSaysOtherwise(_ kind: Canonical.BusinessEvent.Kind) {
        #expect(told(kind, isForLocations: false) == [1, 2, 3])
        #expect(told(kind, isForLocations: true) == [1])
        #expect(told(kind, isForLocations: false, supplier: "acme") == [3])
    }

    @Test func shippingOrdersGoToTheirWarehouse() {
        #expect(told(.fulfilmentReleased, isForLocations: false) == [1])
    }
}
