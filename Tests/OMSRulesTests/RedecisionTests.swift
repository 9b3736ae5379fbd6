import Canonical
import Diagnostics
import OMSRules
import Testing

@Suite struct RedecisionTests {
    private func held(
        _ document: CanonicalDocument, _ facts: OrderFacts, _ context: RuleContext = testContext()
    )
        -> TestBooks
    {
        var books = TestBooks(facts)
        var known = books.orderFacts
        books.apply(take([document], &known, context).changes)
        return books
    }

    private func again(
        _ books: inout TestBooks, waived: [OrderID: Set<DiagnosticCode>] = [:], by: String = "rules",
        _ context: RuleContext = testContext(), facts change: (inout OrderFacts) -> Void = { _ in }
    ) -> RuleOutcome {
        var facts = books.orderFacts
        change(&facts)
        for (item, positions) in facts.positions where books.stock[item] == nil {
            for position in positions { books.stock[item, default: [:]][position.location] = position }
        }
        let outcome = Redecision.decide(
            books.sortedOrders, waived: waived, by: by, facts: &facts, identifiers: books.ids,
            context: context)
        for item in facts.items.values { books.items[item.id] = item }
        books.apply(outcome.changes)
        #expect(books.faults.isEmpty)
        return outcome
    }

    @Test func anArticleThatArrivesReleasesTheOrder() throws {
        var books = held(
            testOrder("1", [TestLine("NEW", "2", unit: "CS"), TestLine("A", "1")]),
            testFacts([
                (testItem(1, "A"), ["reno": 5])
            ]))
        let still = again(&books)
        #expect(still.results.map(\.verdict) == [.held(OrderID(1))])
        #expect(still.changes.decisions.isEmpty && still.changes.holds.isEmpty)
        let outcome = again(&books) { facts in
            facts.items[.sku("NEW")] = testItem(9, "NEW", pack: 6)
            facts.positions[ItemID(9)] = [StockPosition(location: LocationID(3), available: 100, reserved: 0)]
        }
        #expect(outcome.results.map(\.verdict) == [.accepted(OrderID(1))])
        #expect(outcome.changes.holdReleases.map(\.code) == ["OMS.SKU.UNKNOWN"])
        #expect(outcome.changes.lineItems.map(\.item) == [ItemID(9)])
        #expect(outcome.changes.lineTerms.map(\.ordered) == [12])
        #expect(outcome.changes.movements.map(\.quantity) == [12, 1])
        #expect(outcome.changes.events.first?.kind == .orderAcknowledged)
        #expect(outcome.changes.lifecycles.map(\.to) == [.inProgress])
        #expect(outcome.changes.decisions.first?.occasion == "replay")
        let state = try #require(books.orders[OrderID(1)])
        #expect(state.holds.isEmpty && state.lines[0].row.ordered == 12)
        #expect(again(&books).results.map(\.verdict) == [.noEffect])
    }

    @Test func aPriceThatArrivesChangesTheSums() throws {
        var books = held(
            testOrder("1", [TestLine("A", "2", nil)]), testFacts([(testItem(1, "A"), ["reno": 5])]))
        #expect(books.orders[OrderID(1)]?.holds.map(\.code) == ["OMS.PRICE.MISSING"])
        _ = again(&books) { $0.items[.sku("A")] = testItem(1, "A", price: "3.50") }
        let state = try #require(books.orders[OrderID(1)])
        #expect(state.row.goodsMinor == 700 && state.row.totalMinor == 700)
        #expect(state.lines[0].row.unitPrice == decimal("3.50"))
        #expect(state.row.lifecycle == .inProgress)
    }

    @Test func aPersonMayWaiveAHold() {
        let order = testOrder("1", [TestLine("A", "2")]) { $0.header.put(OrderField.totalAll, decimal("21")) }
        var books = held(order, testFacts([(testItem(1, "A"), ["reno": 5])]))
        let outcome = again(&books, waived: [OrderID(1): ["OMS.TOTAL.MISMATCH"]], by: "kim")
        #expect(outcome.results.map(\.verdict) == [.accepted(OrderID(1))])
        #expect(outcome.changes.holdReleases.map(\.by) == ["kim"])
        #expect(books.orders[OrderID(1)]?.row.totalMinor == 2000)
    }

    @Test func nobodyShipsAnArticleThatNobodyKnows() {
        var books = held(testOrder("1", [TestLine("NEW", "2")]), testFacts([(testItem(1, "A"), ["reno": 5])]))
        let outcome = again(&books, waived: [OrderID(1): ["OMS.SKU.UNKNOWN"]], by: "kim")
        #expect(outcome.results.map(\.verdict) == [.held(OrderID(1))])
        #expect(outcome.changes.movements.isEmpty && outcome.changes.holdReleases.isEmpty)
    }

    @Test func paymentIsTheShopsToReport() {
        let order = testOrder("1", [TestLine("A", "2")]) {
            $0.header.put(OrderField.financialStatus, "pending")
        }
        var books = held(order, testFacts([(testItem(1, "A"), ["reno": 5])]))
        #expect(again(&books).results.map(\.verdict) == [.held(OrderID(1))])
        var changes = BookChanges(identifiers: books.ids)
        changes.holdReleases.append((OrderID(1), "OMS.PAYMENT.PENDING", "the shop"))
        books.apply(changes)
        #expect(again(&books).results.map(\.verdict) == [.accepted(OrderID(1))])
    }

    @Test func aDamagedDocumentIsNeverDecidedAnew() {
        var books = held(testOrder("1", [TestLine("NEW", "2")]), testFacts([(testItem(1, "A"), ["reno": 5])]))
        #expect(Redecision.documents(of: books.sortedOrders).count == 1)
        books.orders[OrderID(1)]?.row.document = [0]
        #expect(Redecision.documents(of: books.sortedOrders).isEmpty)
        let outcome = again(&books)
        #expect(outcome.results[0].codes == ["OMS.ORDER.DAMAGED"])
        #expect(outcome.changes.movements.isEmpty)
    }

    @Test func oneReasonGoesAndAnotherComes() {
        var books = held(testOrder("1", [TestLine("NEW", "2")]), testFacts([(testItem(1, "A"), ["reno": 5])]))
        let outcome = again(&books) { $0.items[.sku("NEW")] = testItem(9, "NEW", status: .blocked) }
        #expect(outcome.changes.holdReleases.map(\.code) == ["OMS.SKU.UNKNOWN"])
        #expect(outcome.changes.holds.map(\.code) == ["OMS.ITEM.BLOCKED"])
        #expect(outcome.changes.decisions.map(\.outcome) == ["held: OMS.ITEM.BLOCKED"])
    }

    @Test func stockThatArrivesReleasesAnOrderThatMayNotBeSplit() {
        let context = testContext { $0.otherChannels.allowsBackorders = false }
        var books = held(
            testOrder("1", [TestLine("A", "9")]), testFacts([(testItem(1, "A"), ["reno": 5])]), context)
        #expect(books.orders[OrderID(1)]?.holds.map(\.code) == ["OMS.STOCK.NONE"])
        books.stock[ItemID(1)]?[LocationID(3)]?.available = 9
        #expect(again(&books, context).results.map(\.verdict) == [.accepted(OrderID(1))])
    }
}
