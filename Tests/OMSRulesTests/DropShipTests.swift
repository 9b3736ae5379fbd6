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

    struct SourceCase: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var item: ItemRow
        var stock: Int64
        /// Who sends it; nil for our warehouse.
        var supplier: String?
        var change: @Sendable (inout DropShipPolicy) -> Void
    }

    static let sources = [
        SourceCase(
            testDescription: "an SKU of a supplier, none in stock", item: testItem(1, "A"), stock: 0,
            supplier: "acme", change: { $0.supplierBySKU = ["A": "acme"] }),
        SourceCase(
            testDescription: "an SKU of a supplier, in stock", item: testItem(1, "A"), stock: 9,
            change: { $0.supplierBySKU = ["A": "acme"] }),
        SourceCase(
            testDescription: "an SKU of a supplier, ours left alone", item: testItem(1, "A"), stock: 9,
            supplier: "acme",
            change: {
                $0.supplierBySKU = ["A": "acme"]
                $0.isAlways = true
            }),
        SourceCase(
            testDescription: "the configuration names another supplier than the article",
            item: testItem(1, "A", supplier: "zeta", dropShip: .always), stock: 9, supplier: "acme",
            change: { $0.supplierBySKU = ["A": "acme"] }),
        SourceCase(
            testDescription: "a supplier of everything that names it",
            item: testItem(1, "A", supplier: "acme"), stock: 0, supplier: "acme",
            change: { $0.suppliers = ["acme"] }),
        SourceCase(
            testDescription: "another supplier's article", item: testItem(1, "A", supplier: "zeta"), stock: 9,
            change: {
                $0.suppliers = ["acme"]
                $0.isAlways = true
            }),
        SourceCase(
            testDescription: "no supplier sends it", item: testItem(1, "A"), stock: 9,
            change: { $0.isAlways = true }),
    ]

    @Test(arguments: sources)
    func theConfigurationSaysWhoSendsWhat(_ example: SourceCase) throws {
        var facts = testFacts([(example.item, ["reno": example.stock])])
        let context = testContext { example.change(&$0.dropShip) }
        let outcome = take([testOrder("1", [TestLine("A", "5")])], &facts, context)
        #expect(outcome.changes.purchaseOrders.map(\.supplier) == (example.supplier.map { [$0] } ?? []))
        #expect(outcome.changes.fulfilments.isEmpty == (example.supplier != nil))
        let reasons = try #require(outcome.changes.decisions.first).reasons
        #expect(
            reasons.contains { $0.rule == "route.drop-ship" && $0.verdict == .chosen }
                == (example.supplier != nil))
    }

    @Test func anArticleWithoutACostSaysWhyNobodyWasAsked() throws {
        var facts = testFacts([(testItem(1, "A", cost: nil, supplier: "acme"), [:])])
        let context = testContext { $0.dropShip.suppliers = ["acme"] }
        let outcome = take([testOrder("1", [TestLine("A", "5")])], &facts, context)
        #expect(outcome.changes.movements.map(\.kind) == [.backorder])
        let reason = try #require(
            outcome.changes.decisions.first?.reasons.first { $0.rule == "route.drop-ship" })
        #expect(reason.because == "no supplier can be asked: the article has no cost")
    }

    @Test func aChannelMayForbidIt() {
        var facts = testFacts([(testItem(1, "A", supplier: "acme", dropShip: .always), ["reno": 9])])
        let outcome = take(
            [testOrder("1", [TestLine("A", "5")])], &facts,
            testContext { $0.otherChannels.allowsDropShip = false })
        #expect(outcome.changes.movements.map(\.kind) == [.reserve])
    }
}
