import Canonical
import Diagnostics
import OMSRules
import Testing

/// Counts that find less than is promised.
@Suite struct DisplacementTests {
    /// Three orders of four at Reno, ordered on the 19th, 20th and 21st.
    private func books(
        _ context: RuleContext = testContext(), cancelAfter: [Int: Int] = [:]
    ) -> TestBooks {
        var facts = testFacts([(testItem(1, "A"), ["reno": 12])])
        var books = TestBooks(facts)
        let orders = (0..<3).map { index in
            testOrder("\(index + 1)", [TestLine("A", "4")]) {
                $0.header.put(
                    OrderField.orderedOn, CalendarDate(year: 2025, month: 11, day: 19 + index))
                $0.header.put(
                    OrderField.cancelAfter,
                    cancelAfter[index + 1].flatMap { CalendarDate(year: 2025, month: 12, day: $0) })
            }
        }
        books.apply(take(orders, &facts, context).changes)
        return books
    }

    /// What the ledger looks up for a count of A at Reno.
    private func facts(_ books: TestBooks) -> StockFacts {
        var facts = StockFacts()
        facts.items = [.sku("A"): testItem(1, "A")]
        facts.locations = books.locations
        facts.positions = books.stock.mapValues { $0.values.sorted { $0.location < $1.location } }
        var planned: [PlannedReservation] = []
        for fulfilment in books.fulfilments.values.sorted(by: { $0.row.id < $1.row.id })
        where fulfilment.state == .planned {
            for (row, shipped, short) in fulfilment.allocations {
                guard let order = books.orders[fulfilment.row.order]?.row else { continue }
                let units = row.quantity - shipped - short
                planned.append(
                    PlannedReservation(
                        order: order.id, channel: order.channel, cancelAfter: order.cancelAfter,
                        orderedOn: order.orderedOn, fulfilment: fulfilment.row.id,
                        location: fulfilment.row.location, line: row.line, units: units,
                        fulfilmentUnits: units))
            }
        }
        facts.planned = [ItemID(1): planned]
        return facts
    }

    private func count(_ units: Int, _ books: TestBooks, _ context: RuleContext = testContext())
        -> RuleOutcome
    {
        var facts = facts(books)
        return StockRules.apply(
            [incoming(testReport("reno", [("A", "\(units)")]), channel: "counts", partner: "acme3pl")],
            facts: &facts, identifiers: books.ids, context: context)
    }

    private func reserved(_ books: TestBooks) -> [Int64] {
        books.orders.values.sorted { $0.row.id < $1.row.id }.map { $0.lines[0][.reserved] }
    }

    struct CountCase: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var counted: Int
        /// A day of December, by order.
        var cancelAfter: [Int: Int] = [:]
        /// Units that stay reserved, by order.
        var reserved: [Int64]
    }

    static let cases = [
        CountCase(testDescription: "the newest gives way", counted: 8, reserved: [4, 4, 0]),
        CountCase(testDescription: "only as much as is missing", counted: 11, reserved: [4, 4, 3]),
        CountCase(testDescription: "then the next", counted: 3, reserved: [3, 0, 0]),
        CountCase(testDescription: "nothing was found", counted: 0, reserved: [0, 0, 0]),
        CountCase(
            testDescription: "who has a last day gives way last", counted: 4,
            cancelAfter: [3: 1], reserved: [0, 0, 4]),
    ]

    @Test(arguments: cases)
    func ordersThatNoWarehouseWasToldOfGiveWay(_ example: CountCase) throws {
        var books = books(cancelAfter: example.cancelAfter)
        let outcome = count(example.counted, books)
        #expect(outcome.results[0].codes == [])
        books.apply(outcome.changes)
        #expect(books.faults == [])
        #expect(reserved(books) == example.reserved)
        for order in books.orders.values {
            #expect(order.lines[0][.reserved] + order.lines[0][.backordered] == 4)
        }
        let position = try #require(books.stock[ItemID(1)]?[LocationID(3)])
        #expect(position.available == 0 && position.onHand == Int64(example.counted))
        // Other locations may have what this one lacks.
        #expect(outcome.changes.itemsToRelease == [ItemID(1)])
        let cancelled = books.fulfilments.values.count { $0.state == .cancelled }
        #expect(cancelled == example.reserved.count { $0 == 0 })
        // The same count again changes nothing.
        #expect(count(example.counted, books).changes.movements.isEmpty)
    }

    @Test func explainSaysWhy() throws {
        let outcome = count(10, books())
        let decision = try #require(outcome.changes.decisions.first)
        #expect(outcome.changes.decisions.count == 1)
        #expect(decision.order == OrderID(3) && decision.occasion == "count")
        #expect(decision.outcome == "2 of A not found at reno, back-ordered")
        #expect(
            decision.reasons.map(\.because) == [
                "count of reno found 10 and 12 were reserved: 2 back-ordered, as orders that want it later give way first"
            ])
    }

    @Test func whatTheWarehouseWasToldToShipStaysAndIsTold() {
        var books = books()
        for id in books.fulfilments.keys { books.fulfilments[id]?.state = .released }
        let outcome = count(10, books)
        #expect(outcome.results[0].codes == ["OMS.INV.SHORT"])
        #expect(outcome.changes.movements.isEmpty)
    }

    @Test func withoutBackOrdersAPersonDecides() {
        let context = testContext { $0.otherChannels.allowsBackorders = false }
        let outcome = count(10, books(context), context)
        #expect(outcome.changes.holds.map(\.code) == ["OMS.STOCK.NONE"])
        #expect(outcome.changes.holds.map(\.order) == [OrderID(3)])
    }

    @Test func reservationsAreAskedForOnlyWhereTheyAreNeeded() {
        let books = books()
        var facts = facts(books)
        facts.planned = nil
        for (units, items) in [(12, Set<ItemID>()), (11, [ItemID(1)])] {
            let outcome = StockRules.apply(
                [incoming(testReport("reno", [("A", "\(units)")]), channel: "counts", partner: "acme3pl")],
                facts: &facts, identifiers: books.ids, context: testContext())
            #expect(outcome.shortItems == items)
        }
    }
}
