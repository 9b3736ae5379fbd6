import Canonical
import Diagnostics
import OMSRules
import Testing

func testReply(
    _ purchase: String, status: String? = nil, _ lines: [(sku: String, [(status: String, quantity: String?)])]
) -> CanonicalDocument {
    var document = CanonicalDocument(.orderAcknowledgment)
    document.header.put(OrderAcknowledgmentField.number, purchase)
    document.header.put(OrderAcknowledgmentField.status, status)
    let schema = DocumentKind.orderAcknowledgment.schema.groups[OrderAcknowledgmentGroup.lines.rawValue]
    let responseSchema = schema.groups[OrderAcknowledgmentLineGroup.responses.rawValue]
    for (sku, responses) in lines {
        var line = Record(schema)
        line.put(OrderAcknowledgmentLineField.sku, sku)
        for (status, quantity) in responses {
            var response = Record(responseSchema)
            response.put(LineResponseField.status, status)
            response.put(LineResponseField.quantity, quantity.map(decimal))
            line[group: OrderAcknowledgmentLineGroup.responses].append(response)
        }
        document.header[group: OrderAcknowledgmentGroup.lines].append(line)
    }
    return document
}

/// Two orders for 5 A and 2 B (the first), 1 A (the second), all from acme.
func purchased(_ context: RuleContext = testContext()) -> TestBooks {
    var books = TestBooks(
        testFacts([
            (testItem(1, "A", supplier: "acme", dropShip: .always), [:]),
            (testItem(2, "B", supplier: "acme", dropShip: .always), [:]),
        ]))
    var facts = books.orderFacts
    let orders = [
        testOrder("1", [TestLine("A", "5"), TestLine("B", "2")]), testOrder("2", [TestLine("A", "1")]),
    ]
    books.apply(take(orders, &facts, context).changes)
    return books
}

@Suite struct SupplierReplyTests {
    private func reply(
        _ document: CanonicalDocument, _ books: inout TestBooks, by partner: String = "acme",
        _ context: RuleContext = testContext()
    ) -> RuleOutcome {
        var facts = books.shipmentFacts
        let outcome = SupplierReply.apply(
            [incoming(document, channel: "replies", partner: partner)], facts: &facts, identifiers: books.ids,
            context: context)
        books.apply(outcome.changes)
        #expect(books.faults.isEmpty)
        return outcome
    }

    typealias Lines = [(sku: String, [(status: String, quantity: String?)])]
    static let cases: [(lines: Lines, status: String?, state: PurchaseOrderState, waits: [Int64])] = [
        ([("A", [("accepted", "5")]), ("B", [("IA", "2")])], nil, .confirmed, [0, 0]),
        ([("A", [("accepted", nil)]), ("B", [("accepted", nil)])], nil, .confirmed, [0, 0]),
        (
            [("A", [("accepted", "3"), ("rejected", "2")]), ("B", [("accepted", "2")])], nil,
            .confirmedWithChanges, [2, 0]
        ),
        ([("A", [("rejected", nil)]), ("B", [("IR", nil)])], nil, .rejected, [5, 2]),
        ([("A", [("IB", "5")]), ("B", [("IA", "2")])], nil, .confirmedWithChanges, [0, 0]),
        ([("A", [("IC", "4")])], nil, .confirmedWithChanges, [1, 0]),
        ([("A", [("deleted", "5")])], nil, .confirmedWithChanges, [5, 0]),
        ([], "accepted", .confirmed, [0, 0]),
        ([], "acceptedWithChanges", .confirmedWithChanges, [0, 0]),
        ([], "held", .confirmedWithChanges, [0, 0]),
        ([("A", [("dateChanged", "5")]), ("B", [("accepted", "2")])], nil, .confirmedWithChanges, [0, 0]),
        ([], "rejected", .rejected, [5, 2]),
    ]

    @Test(arguments: cases.indices)
    func theAnswerDecidesWhatWaits(_ index: Int) {
        let (lines, status, state, waits) = Self.cases[index]
        var books = purchased()
        let document = testReply("PO-1", status: status, lines)
        let outcome = reply(document, &books)
        #expect(outcome.results.map(\.verdict) == [.applied])
        #expect(books.purchases[PurchaseOrderID(1)]?.state == state)
        #expect(books.orders[OrderID(1)]?.lines.map { $0[.backordered] } == waits)
        let again = reply(document, &books)
        #expect(again.results.map(\.verdict) == [.noEffect])
        #expect(again.changes.movements.isEmpty)
    }

    @Test func whereNothingWaitsARefusalCancels() {
        let context = testContext { $0.otherChannels.allowsBackorders = false }
        var books = purchased(context)
        let outcome = reply(testReply("PO-1", status: "rejected", []), &books, by: "acme", context)
        #expect(books.orders[OrderID(1)]?.lines.map { $0[.cancelled] } == [5, 2])
        #expect(outcome.changes.lifecycles.map(\.to) == [.cancelled])
    }

    @Test func anUnknownOrForeignPurchaseOrderIsRefused() {
        var books = purchased()
        let unknown = reply(testReply("PO-9", status: "accepted", []), &books)
        #expect(unknown.results[0].codes == ["OMS.ORDER.UNKNOWN"])
        let foreign = reply(testReply("PO-1", status: "accepted", []), &books, by: "zeta")
        #expect(foreign.results[0].codes == ["OMS.ORDER.NOT_YOURS"])
        #expect(foreign.results[0].findings[0].message.contains("PO not visible to partner"))
        let odd = reply(testReply("PO-1", status: "maybe", []), &books)
        #expect(odd.results[0].codes == ["OMS.REPLY.STATUS"])
        let other = reply(testReply("PO-1", [("Z", [("accepted", nil)])]), &books)
        #expect(other.results[0].codes == ["OMS.SKU.UNKNOWN"])
    }

    @Test func papersThatCannotBeReadAreRefused() {
        var books = purchased()
        let status = reply(testReply("PO-1", [("A", [("perhaps", "5")])]), &books)
        #expect(status.results[0].codes == ["OMS.REPLY.STATUS"])
        let half = reply(testReply("PO-1", [("A", [("accepted", "1.5")])]), &books)
        #expect(half.results[0].codes == ["OMS.QTY.FRACTION"])
        for (items, code) in [([("Z", "1")], "OMS.SKU.UNKNOWN"), ([("A", "-1")], "OMS.QTY.NEGATIVE")] {
            #expect(ship(testNotice("N-1", [("PO-1", items)]), &books, by: "acme").results[0].codes == [code])
        }
        #expect(ship(testNotice("N-1", []), &books, by: "acme").results[0].codes == ["OMS.ORDER.UNKNOWN"])
    }

    @Test func whatAnAnswerNamesIsAskedFor() {
        let wanted = SupplierReply.wanted(by: [
            testReply("PO-1", [("A", [])]), testReply("PO-1", []), testReply("PO-2", []), testOrder("1", []),
        ])
        #expect(wanted.purchaseOrders == ["PO-1", "PO-2"] && wanted.items == [.sku("A")])
    }

    @Test func oneNoticeShipsSeveralOrders() {
        var books = purchased()
        let notice = testNotice("N-1", [("PO-1", [("A", "5"), ("B", "2")]), ("PO-2", [("A", "1")])])
        let outcome = ship(notice, &books, by: "acme")
        #expect(outcome.results.map(\.verdict) == [.applied])
        #expect(outcome.changes.movements.map(\.kind) == [.shipDirect, .shipDirect, .shipDirect])
        #expect(outcome.changes.shipments.map(\.shipperNumber) == ["N-1/PO-1", "N-1/PO-2"])
        #expect(outcome.changes.shipments.map(\.tracking) == ["TRK-PO-1", "TRK-PO-2"])
        #expect(outcome.changes.purchaseOrderStates.map(\.to) == [.shipped, .shipped])
        #expect(outcome.changes.invoices.map(\.totalMinor) == [7000, 1000])
        #expect(outcome.changes.lifecycles.map(\.to) == [.complete, .complete])
        #expect(outcome.changes.events.allSatisfy { $0.supplier == "acme" })
        #expect(books.stock.values.allSatisfy { $0.isEmpty })
        #expect(ship(notice, &books, by: "acme").results.map(\.verdict) == [.noEffect])
    }

    @Test func aNoticeIsTakenWholeOrNotAtAll() {
        var books = purchased()
        let over = ship(
            testNotice("N-1", [("PO-2", [("A", "1")]), ("PO-1", [("A", "10")])]), &books, by: "acme")
        #expect(over.results[0].codes == ["OMS.SHIP.OVER"])
        #expect(over.results[0].findings[0].message.contains("shipped 10 > open 5"))
        #expect(over.changes.movements.isEmpty)
        let foreign = ship(testNotice("N-1", [("PO-1", [("A", "1")])]), &books, by: "zeta")
        #expect(foreign.results[0].codes == ["OMS.ORDER.NOT_YOURS"])
        let unknown = ship(testNotice("N-1", [("PO-8", [("A", "1")])]), &books, by: "acme")
        #expect(unknown.results[0].codes == ["OMS.ORDER.UNKNOWN"])
    }

    @Test func aPartShipsFirstAndTheRestLater() {
        var books = purchased()
        _ = ship(testNotice("N-1", [("PO-1", [("A", "2")])]), &books, by: "acme")
        #expect(books.purchases[PurchaseOrderID(1)]?.state == .partlyShipped)
        _ = ship(testNotice("N-2", [("PO-1", [("A", "3"), ("B", "2")])]), &books, by: "acme")
        #expect(books.purchases[PurchaseOrderID(1)]?.state == .shipped)
        #expect(books.invoices.map(\.totalMinor) == [2000, 5000])
    }
}
