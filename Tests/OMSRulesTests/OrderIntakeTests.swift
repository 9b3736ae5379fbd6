import Canonical
import Diagnostics
import OMSRules
import Testing

@Suite struct OrderIntakeTests {
    private let facts = testFacts([
        (testItem(1, "A"), ["reno": 10, "newark": 10]), (testItem(2, "B"), ["reno": 10]),
    ])

    @Test func anOrderInStockIsRoutedAndAcknowledged() throws {
        var facts = facts
        let outcome = take([testOrder("PO-1", [TestLine("A", "3"), TestLine("B", "2")])], &facts)
        let changes = outcome.changes
        #expect(outcome.results.map(\.verdict) == [.accepted(OrderID(1))])
        #expect(outcome.results[0].findings.isEmpty)
        let order = try #require(changes.orders.first)
        #expect(order.number == "PO-1" && order.partner == "shopco" && order.lifecycle == .inProgress)
        #expect(order.goodsMinor == 5000 && order.totalMinor == 5000)
        #expect(
            CanonicalCodec.decode(order.document)
                == testOrder("PO-1", [TestLine("A", "3"), TestLine("B", "2")]))
        #expect(changes.lines.map(\.ordered) == [3, 2])
        #expect(changes.movements.map(\.kind) == [.reserve, .reserve])
        #expect(changes.fulfilments.map(\.number) == ["SO-1"])
        #expect(changes.allocations.map(\.quantity) == [3, 2])
        #expect(changes.events.map(\.kind) == [.orderAcknowledged, .fulfilmentReleased])
        #expect(changes.events.last?.location == "reno")
        #expect(changes.decisions.first?.outcome == "routed to reno")
        #expect(
            facts.positions[ItemID(1)]?.last
                == StockPosition(location: LocationID(3), available: 7, reserved: 3))
        #expect(changes.identifiers.order == 2 && changes.identifiers.line == 3)
    }

    @Test func theSameContentAgainHasNoEffect() {
        var facts = facts
        let order = testOrder("PO-1001", [TestLine("A", "1")])
        _ = take([order], &facts)
        let again = take([order], &facts)
        #expect(again.results[0].verdict == .duplicate(of: OrderID(1)))
        #expect(again.results[0].findings[0].code == "DUP.ORDER")
        #expect(again.changes.orders.isEmpty && again.changes.movements.isEmpty)
    }

    @Test func aRepeatInAnotherDropSaysWhatWasAccepted() {
        var facts = facts
        let order = testOrder("PO-1001", [TestLine("A", "1")])
        let outcome = take([order, order], &facts)
        #expect(outcome.results[1].verdict == .duplicate(of: OrderID(1)))
        #expect(outcome.results[1].findings[0].message.contains("PO-1001 already accepted"))
    }

    @Test func lineageAndStatusAreNotContent() {
        var facts = facts
        let order = testOrder("PO-1", [TestLine("A", "1")])
        let other = testOrder("PO-1", [TestLine("A", "1.0")]) {
            $0.span = SourceRange(offset: 9, length: 9)
            $0.header.put(OrderField.fulfilmentStatus, "fulfilled")
            $0.header.put(OrderField.purpose, "duplicate")
        }
        let outcome = take([order, other], &facts)
        #expect(outcome.results[1].verdict == .duplicate(of: OrderID(1)))
    }

    @Test(arguments: [
        (ContentChangePolicy.hold, RuleResult.Verdict.documentHeld), (ContentChangePolicy.refuse, .refused),
    ])
    func otherContentGoesByThePolicy(_ policy: ContentChangePolicy, _ verdict: RuleResult.Verdict) {
        var facts = facts
        let context = testContext { $0.otherChannels.contentChange = policy }
        let outcome = take(
            [testOrder("PO-1", [TestLine("A", "1")]), testOrder("PO-1", [TestLine("A", "2")])], &facts,
            context)
        #expect(outcome.results[1].verdict == verdict)
        #expect(outcome.results[1].codes == ["OMS.ORDER.CHANGED"])
        #expect(outcome.changes.orders.count == 1)
    }

    @Test func twoOrdersWithOneNumberInOneFileAreOne() {
        var facts = facts
        let outcome = OrderIntake.decide(
            [
                incoming(testOrder("A-1", [TestLine("A", "1")])),
                incoming(testOrder("A-1", [TestLine("B", "1")])),
            ], facts: &facts, identifiers: IdentifierSequence(), context: testContext())
        #expect(outcome.results[1].verdict == .refused)
        #expect(outcome.results[1].findings[0].code == "DUP.ORDER")
        #expect(outcome.results[1].findings[0].message.contains("A-1 twice in file"))
    }

    @Test(arguments: ["change", "cancel", "replace"])
    func aChangeOfAnUnknownOrderIsRefused(_ purpose: String) {
        var facts = facts
        let order = testOrder("PO-9", [TestLine("A", "1")]) { $0.header.put(OrderField.purpose, purpose) }
        let outcome = take([order], &facts)
        #expect(outcome.results[0].verdict == .refused)
        #expect(outcome.results[0].codes == ["OMS.ORDER.UNKNOWN"])
        #expect(outcome.results[0].findings[0].message.contains("PO-9"))
    }

    @Test func aCancellationOfAKnownOrderWaitsForAPerson() {
        var facts = facts
        let cancel = testOrder("PO-1", [TestLine("A", "1")]) { $0.header.put(OrderField.purpose, "cancel") }
        let outcome = take([testOrder("PO-1", [TestLine("A", "1")]), cancel], &facts)
        #expect(outcome.results[1].verdict == .documentHeld)
    }

    @Test func anOrderWithoutANumberIsRefused() {
        var facts = facts
        #expect(take([testOrder(nil, [TestLine("A", "1")])], &facts).results[0].codes == ["OMS.ORDER.NUMBER"])
        #expect(take([testOrder("", [TestLine("A", "1")])], &facts).results[0].codes == ["OMS.ORDER.NUMBER"])
    }

    @Test func whatTheBatchNeedsIsAskedFor() {
        let wanted = OrderIntake.wanted(by: [
            testOrder("2", [TestLine("A", "1")]) {
                $0.header[group: OrderGroup.lines][0].put(OrderLineField.gtin, "012345678905")
                $0.header[group: OrderGroup.lines][0].put(OrderLineField.vendorPart, "V")
            }, testOrder("1", [TestLine("A", "1")]), testOrder("2", []),
        ])
        #expect(wanted.numbers == ["2", "1"])
        #expect(wanted.items == [.sku("A"), .gtin("00012345678905"), .vendorPart("V"), .sku("V")])
    }

    @Test func aPaymentThatArrivesEndsItsHold() {
        var facts = facts
        func order(_ status: String) -> CanonicalDocument {
            testOrder("PO-1", [TestLine("A", "1")]) { $0.header.put(OrderField.financialStatus, status) }
        }
        let first = take([order("pending")], &facts)
        #expect(first.results[0].verdict == .held(OrderID(1)))
        #expect(first.changes.holds.map(\.code) == ["OMS.PAYMENT.PENDING"])
        let second = take([order("paid")], &facts)
        #expect(second.results[0].verdict == .duplicate(of: OrderID(1)))
        #expect(second.changes.holdReleases.map(\.code) == ["OMS.PAYMENT.PENDING"])
        #expect(second.ordersToRedecide == [OrderID(1)])
        #expect(take([order("paid")], &facts).changes.holdReleases.isEmpty)
    }

    @Test(arguments: ["refunded", "voided"])
    func aRefundedOrderHasNothingToShip(_ status: String) {
        var facts = facts
        let order = testOrder("PO-1", [TestLine("A", "1")]) {
            $0.header.put(OrderField.financialStatus, status)
        }
        let outcome = take([order], &facts)
        #expect(outcome.results[0].verdict == .refused)
        #expect(outcome.results[0].codes == ["OMS.ORDER.CLOSED"])
        #expect(outcome.changes.orders.isEmpty)
    }
}
