import Canonical
import Diagnostics
import OMSRules
import Testing

@Suite struct BackorderTests {
    private func day(_ number: Int) -> CalendarDate? { CalendarDate(year: 2025, month: 11, day: number) }

    private func waiting(_ count: Int, units: String = "5") -> TestBooks {
        var books = TestBooks(testFacts([(testItem(1, "A"), ["reno": 0, "memphis": 0])]))
        var facts = books.orderFacts
        let orders = (1...count).map { index in
            testOrder("\(index)", [TestLine("A", units)]) {
                $0.header.put(OrderField.orderedOn, day(20 - index))
                $0.header.put(OrderField.cancelAfter, index == 1 ? nil : day(30 - index))
            }
        }
        books.apply(take(orders, &facts).changes)
        return books
    }

    private func release(_ books: inout TestBooks, _ context: RuleContext = testContext()) -> RuleOutcome {
        var facts = books.orderFacts
        // The order in which they are handed in must not matter.
        let outcome = BackorderRelease.decide(
            books.sortedOrders.reversed(), facts: &facts, identifiers: books.ids, context: context)
        books.apply(outcome.changes)
        #expect(books.faults.isEmpty)
        return outcome
    }

    @Test func theMostUrgentComesFirst() {
        var books = waiting(3)
        #expect(books.orders.values.allSatisfy { $0.row.lifecycle == .accepted })
        books.stock[ItemID(1)]?[LocationID(3)]?.available = 7
        let outcome = release(&books)
        #expect(outcome.changes.movements.map(\.kind) == [.fillBackorder, .fillBackorder])
        // Order 3 must be gone by the 27th, order 2 by the 28th; order 1 has no such day.
        #expect(outcome.changes.decisions.map(\.order) == [OrderID(3), OrderID(2)])
        #expect(
            outcome.changes.decisions.map(\.outcome) == [
                "routed to reno", "routed to reno, 3 units still back-ordered",
            ])
        #expect(outcome.changes.lifecycles.map(\.to) == [.inProgress, .inProgress])
        #expect(outcome.changes.events.map(\.kind) == [.fulfilmentReleased, .fulfilmentReleased])
        #expect(outcome.results.map(\.verdict) == [.applied, .applied, .noEffect])
        #expect(release(&books).changes.movements.isEmpty)
    }

    @Test func whatIsFilledPartlyWaitsWholeWhereThePolicySaysSo() {
        var books = waiting(1)
        books.stock[ItemID(1)]?[LocationID(3)]?.available = 3
        books.stock[ItemID(1)]?[LocationID(1)]?.available = 1
        let context = testContext { $0.routing.fillsBackordersPartly = false }
        #expect(release(&books, context).changes.movements.isEmpty)
        books.stock[ItemID(1)]?[LocationID(1)]?.available = 2
        #expect(release(&books, context).changes.movements.map(\.quantity) == [2, 3])
    }

    @Test func whereOrdersMayNotBeSplitAPartFillsNothing() {
        let context = testContext { $0.routing.allowsSplit = false }
        var books = waiting(1)
        books.stock[ItemID(1)]?[LocationID(3)]?.available = 3
        books.stock[ItemID(1)]?[LocationID(1)]?.available = 4
        #expect(release(&books, context).changes.movements.isEmpty)
        books.stock[ItemID(1)]?[LocationID(1)]?.available = 5
        #expect(release(&books, context).changes.movements.map(\.quantity) == [5])
    }

    @Test(arguments: [(ContentChangePolicy.hold, true), (.refuse, false)])
    func anOrderThatIsToBeCancelledDoesNotGoOn(_ change: ContentChangePolicy, _ stops: Bool) {
        let context = testContext { $0.otherChannels.contentChange = change }
        var books = waiting(1)
        for isRepeat in [false, true] {
            var facts = books.orderFacts
            let asked = take(
                [testOrder("1", [TestLine("A", "5")]) { $0.header.put(OrderField.purpose, "cancel") }],
                &facts,
                context, from: books.ids)
            books.apply(asked.changes)
            #expect(asked.results[0].codes == ["OMS.ORDER.CHANGED"])
            #expect(asked.changes.holds.map(\.code) == (stops && !isRepeat ? ["OMS.ORDER.CANCEL_ASKED"] : []))
        }
        books.stock[ItemID(1)]?[LocationID(3)]?.available = 7
        #expect(release(&books, context).changes.movements.isEmpty == stops)
    }

    @Test func heldOrdersAreLeftAlone() {
        var books = waiting(1)
        books.orders[OrderID(1)]?.holds = [HoldRow(order: OrderID(1), code: "OMS.SKU.UNKNOWN", reason: "")]
        books.stock[ItemID(1)]?[LocationID(3)]?.available = 7
        #expect(release(&books).changes.movements.isEmpty)
    }

    @Test func whatNobodyWantsAnyMoreIsHeldUntilAPersonSaysOtherwise() throws {
        var books = waiting(2)
        books.stock[ItemID(1)]?[LocationID(3)]?.available = 5
        let december = RuleContext(
            policy: testContext().policy, centroids: testCentroids(),
            now: Instant(rfc3339: "2025-12-01T00:00:00Z") ?? testNow, digest: testDigest)
        books.orders[OrderID(1)]?.holds = []
        var facts = books.orderFacts
        let late = try #require(books.orders[OrderID(2)])
        let outcome = BackorderRelease.decide(
            [late], facts: &facts, identifiers: books.ids, context: december)
        books.apply(outcome.changes)
        #expect(outcome.changes.holds.map(\.code) == ["OMS.ORDER.EXPIRED"])
        #expect(outcome.results[0].codes == ["OMS.ORDER.EXPIRED"])
        let held = try #require(books.orders[OrderID(2)])
        let waived = Redecision.decide(
            [held], waived: [OrderID(2): ["OMS.ORDER.EXPIRED"]], by: "kim", facts: &facts,
            identifiers: books.ids,
            context: december)
        books.apply(waived.changes)
        #expect(waived.changes.movements.map(\.kind) == [.fillBackorder])
        #expect(books.faults.isEmpty)
    }

    @Test func whatTheOrdersWaitForIsAskedFor() {
        #expect(BackorderRelease.wanted(by: waiting(2).sortedOrders) == [.sku("A")])
    }
}
