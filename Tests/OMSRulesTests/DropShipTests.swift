import Canonical
import Diagnostics
import OMSRules
import Testing

@Suite struct DropShipTests {
    @Test func linesOfASupplierBecomeOnePurchaseOrder() throws {
        var facts = testFacts([
            (testItem(1, "A"), ["reno": 5]), (testItem(2, "B", supplier: "zeta", dropShip: .always), [:]),
            (testItem(3, "C", cost: "2.50", supplier: "acme", dropShip: .always), ["reno": 9]),
            (testItem(4, "D", supplier: "zeta", dropShip: .always), [:]),
        ])
        let lines = ["B", "A", "C", "D"].map { TestLine($0, "2") }
        let outcome = take([testOrder("1", lines)], &facts)
        let changes = outcome.changes
        #expect(changes.purchaseOrders.map(\.supplier) == ["acme", "zeta"])
        #expect(changes.purchaseOrders.map(\.number) == ["PO-1", "PO-2"])
        #expect(changes.purchaseOrderLines.map(\.line) == [LineID(3), LineID(1), LineID(4)])
        #expect(changes.purchaseOrderLines.map(\.ordinal) == [1, 1, 2])
        #expect(changes.purchaseOrderLines.first?.unitCost == decimal("2.50"))
        #expect(
            changes.movements.map(\.kind) == [
                .releaseToSupplier, .releaseToSupplier, .releaseToSupplier, .reserve,
            ])
        #expect(
            changes.events.map(\.kind) == [
                .orderAcknowledged, .purchaseOrderApproved, .purchaseOrderApproved, .fulfilmentReleased,
            ])
        #expect(changes.events[1].supplier == "acme")
        #expect(changes.decisions.first?.outcome == "ordered from acme, ordered from zeta, routed to reno")
        #expect(facts.positions[ItemID(3)]?.first?.available == 9)
    }

    @Test(arguments: [(Int64(5), MovementKind.reserve), (4, .releaseToSupplier)])
    func whereNoLocationHasEnoughTheSupplierDelivers(_ stock: Int64, _ kind: MovementKind) {
        let item = testItem(1, "A", supplier: "acme", dropShip: .ifNoStock)
        var facts = testFacts([(item, ["reno": stock, "newark": 4])])
        let outcome = take([testOrder("1", [TestLine("A", "5")])], &facts)
        #expect(outcome.changes.movements.map(\.kind) == [kind])
    }

    @Test func aSupplierThatIsNotNamedHoldsTheOrder() {
        for item in [
            testItem(1, "A", dropShip: .always),
            testItem(1, "A", cost: nil, supplier: "acme", dropShip: .always),
        ] {
            var facts = testFacts([(item, ["reno": 9])])
            let outcome = take([testOrder("1", [TestLine("A", "5")])], &facts)
            #expect(outcome.results[0].codes == ["OMS.DROPSHIP.INCOMPLETE"])
            #expect(outcome.changes.movements.isEmpty)
        }
        var facts = testFacts([(testItem(1, "A", dropShip: .ifNoStock), [:])])
        #expect(
            take([testOrder("1", [TestLine("A", "5")])], &facts).changes.movements.map(\.kind) == [.backorder]
        )
    }

    @Test func aChannelMayForbidIt() {
        var facts = testFacts([(testItem(1, "A", supplier: "acme", dropShip: .always), ["reno": 9])])
        let outcome = take(
            [testOrder("1", [TestLine("A", "5")])], &facts,
            testContext { $0.otherChannels.allowsDropShip = false })
        #expect(outcome.changes.movements.map(\.kind) == [.reserve])
    }
}
