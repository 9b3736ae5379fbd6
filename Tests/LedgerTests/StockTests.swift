import Canonical
import Diagnostics
import Testing

import Ledger

struct StockTests {
    @Test func overSellingIsRefusedBySQLItself() throws {
        let books = try OpenBooks(unitsEach: 3)
        let before = try books.dump()
        var batch = try books.batch()
        books.maker.itemCount = 1
        books.maker.lineCount = 2
        books.maker.add("PO-1", to: &batch, spanOrdinal: 0, offset: 0)
        batch.spans = []
        let error = #expect(throws: LedgerError.self) { try books.ledger.commit(batch) }
        #expect(error?.code == "INTERNAL.INVARIANT")
        #expect(error?.message.contains("item 1 at location 1") == true)
        #expect(try books.dump() == before)
    }

    @Test(arguments: [MovementKind.ship, .cancelOpen, .fillBackorder])
    func aBucketNeverGoesBelowZero(_ kind: MovementKind) throws {
        let books = try OpenBooks()
        try books.apply(orders: ["PO-1"])
        var batch = try books.batch()
        batch.changes.movements = [
            Movement(
                kind, item: ItemID(5), location: LocationID(1), line: LineID(1),
                fulfilment: FulfilmentID(1), quantity: 1, effectiveAt: BookFixtures.night)
        ]
        let error = #expect(throws: LedgerError.self) { try books.ledger.commit(batch) }
        #expect(error?.code == "INTERNAL.INVARIANT")
        #expect(try books.findings() == [])
    }

    @Test func aMovementMustSayWhatItMoves() throws {
        let books = try OpenBooks()
        try books.apply(orders: ["PO-1"])
        let night = BookFixtures.night
        let incomplete = [
            Movement(
                .reserve, item: ItemID(1), location: LocationID(1), line: LineID(1), quantity: 1,
                effectiveAt: night),
            Movement(.receipt, item: ItemID(1), quantity: 1, effectiveAt: night),
            Movement(.backorder, item: ItemID(1), quantity: 1, effectiveAt: night),
            Movement(.receipt, item: ItemID(1), location: LocationID(1), quantity: 0, effectiveAt: night),
            Movement(.receipt, item: ItemID(1), location: LocationID(1), quantity: -5, effectiveAt: night),
        ]
        for movement in incomplete {
            var batch = try books.batch()
            batch.changes.movements = [movement]
            #expect(throws: LedgerError.self) { try books.ledger.commit(batch) }
        }
    }

    @Test func quantitiesThatDoNotFitAreRefused() throws {
        let books = try OpenBooks()
        var batch = try books.batch()
        for _ in 0..<2 {
            batch.changes.movements.append(
                Movement(
                    .receipt, item: ItemID(1), location: LocationID(1), quantity: Int64.max,
                    effectiveAt: BookFixtures.night))
        }
        let error = #expect(throws: LedgerError.self) { try books.ledger.commit(batch) }
        #expect(error?.code == "INTERNAL.INVARIANT")
    }

    @Test func whatMovedAfterACountIsKnownByItemAndPlace() throws {
        let books = try OpenBooks()
        let count = BookFixtures.night.adding(seconds: 3600)
        var batch = try books.batch()
        for (seconds, units) in [(0, 5), (7200, 7), (7300, 11)] as [(Int, Int64)] {
            batch.changes.movements.append(
                Movement(
                    .receipt, item: ItemID(1), location: LocationID(1), quantity: units,
                    effectiveAt: BookFixtures.night.adding(seconds: seconds)))
        }
        batch.changes.movements.append(
            Movement(
                .adjustDown, item: ItemID(1), location: LocationID(1), quantity: 2,
                effectiveAt: count.adding(seconds: 1)))
        batch.changes.snapshots = [(LocationID(1), BookFixtures.night)]
        try books.ledger.commit(batch)
        let facts = try books.ledger.stockFacts(
            locations: ["columbus": count], items: [.sku("SKU-1"), .sku("SKU-2")], receipts: [])
        #expect(facts.movedSince == [ItemID(1): [LocationID(1): 16]])
        #expect(facts.lastSnapshot == [LocationID(1): BookFixtures.night])
        #expect(facts.positions[ItemID(1)]?.first?.available == 1021)
        #expect(try books.findings() == [])
    }

    @Test func receiptsAreKnownByTheirNumbersAndPlaces() throws {
        let books = try OpenBooks()
        var batch = try books.batch()
        for (number, item, units) in [("R-2", 1, 3), ("R-1", 2, 5), ("R-1", 1, 7)] as [(String, Int64, Int64)]
        {
            batch.changes.receipts.append(
                (ReceiptKey(location: LocationID(1), number: number, item: ItemID(item)), units))
        }
        try books.ledger.commit(batch)
        let facts = try books.ledger.stockFacts(
            locations: ["columbus": BookFixtures.night], items: [.sku("SKU-1")], receipts: ["R-1", "R-3"])
        #expect(
            facts.receipts == [
                ReceiptKey(location: LocationID(1), number: "R-1", item: ItemID(1)): 7,
                ReceiptKey(location: LocationID(1), number: "R-1", item: ItemID(2)): 5,
            ])
        #expect(try books.dump().contains("R-2"))
        #expect(try books.findings() == [])
        var again = try books.batch()
        again.changes.receipts = [
            (ReceiptKey(location: LocationID(1), number: "R-1", item: ItemID(1)), 1)
        ]
        #expect(throws: LedgerError.self) { try books.ledger.commit(again) }
    }

    @Test func whatNoWarehouseWasToldOfCanBeTakenBack() throws {
        let books = try OpenBooks()
        try books.apply(orders: ["PO-1", "PO-2"])
        let planned = try books.ledger.plannedReservations(of: [ItemID(1)])
        let one = try #require(planned[ItemID(1)]?.first)
        #expect(one.channel.isEmpty == false && one.units > 0 && one.fulfilmentUnits >= one.units)
        var batch = try books.batch()
        batch.changes.movements = [
            Movement(
                .displace, item: ItemID(1), location: one.location, line: one.line,
                fulfilment: one.fulfilment, quantity: one.units, effectiveAt: BookFixtures.night)
        ]
        try books.ledger.commit(batch)
        let rest = try books.ledger.plannedReservations(of: [ItemID(1)])[ItemID(1)] ?? []
        #expect(!rest.contains { $0.line == one.line && $0.fulfilment == one.fulfilment })
        #expect(try books.findings() == [])
    }

    @Test func backOrdersQueueByDayThenNumberAndHeldOnesWait() throws {
        let books = try OpenBooks()
        var batch = try books.batch()
        for (number, day) in [("A", 30), ("B", 10), ("C", nil), ("D", 10), ("E", 5)] as [(String, Int32?)] {
            let order: OrderID = batch.changes.identifiers.next(\.order)
            let line: LineID = batch.changes.identifiers.next(\.line)
            batch.changes.orders.append(
                OrderRow(
                    id: order, channel: "shop", partner: "shop", number: number,
                    contentDigest: BookFixtures.key, currency: .usd, goodsMinor: 0, totalMinor: 0,
                    orderedOn: day.map { CalendarDate(dayNumber: $0) }, requestedShipOn: nil,
                    cancelAfter: nil, lifecycle: .accepted, drop: DropID(1), span: .none, document: []))
            batch.changes.lines.append(
                OrderLineRow(
                    id: line, order: order, ordinal: 1, lineNumber: "1", item: ItemID(3), sku: "SKU-3",
                    ordered: 4, unitPrice: .zero, amountMinor: 0))
            batch.changes.movements.append(
                Movement(
                    .backorder, item: ItemID(3), line: line, quantity: 4, effectiveAt: BookFixtures.night))
        }
        batch.changes.holds = [HoldRow(order: OrderID(5), code: "OMS.CREDIT", reason: "limit")]
        batch.changes.itemsToRelease = [ItemID(3)]
        try books.ledger.commit(batch)
        #expect(try books.ledger.itemsToRelease(limit: 10) == [ItemID(3)])
        let first = try books.ledger.backorders(of: [ItemID(3), ItemID(4)], after: nil, limit: 2)
        #expect(first.map(\.row.number) == ["B", "D"])
        let rest = try books.ledger.backorders(of: [ItemID(3)], after: first.last?.row.id, limit: 10)
        #expect(rest.map(\.row.number) == ["A", "C"])
        #expect(rest.first?.lines.first?[.backordered] == 4)

        var held = try books.batch()
        held.redecideHolds = ["OMS.CREDIT", "OMS.NOTHING"]
        held.releasedItems = [ItemID(3)]
        try books.ledger.commit(held)
        #expect(try books.ledger.itemsToRelease(limit: 10).isEmpty)
        #expect(try books.ledger.ordersToRedecide(limit: 10).map(\.row.number) == ["E"])
        var done = try books.batch()
        done.redecidedOrders = [OrderID(5)]
        try books.ledger.commit(done)
        #expect(try books.ledger.ordersToRedecide(limit: 10).isEmpty)
        #expect(try books.reader.stock(sku: "SKU-3")?.backordered == 20)
        #expect(try books.findings() == [])
    }

    @Test func aSecondItemRowReplacesTheFirst() throws {
        let books = try OpenBooks()
        _ = try books.ledger.itemsBySKU(["SKU-1"])
        var batch = try books.batch()
        var item = books.fixtures.item(1)
        item.description = "changed"
        item.gtin = "00012345678905"
        batch.changes.items = [books.fixtures.item(1), item]
        var place = BookFixtures.location(2, "reno")
        place.isActive = false
        batch.changes.locations = [place]
        try books.ledger.commit(batch)
        #expect(try books.ledger.itemsBySKU(["SKU-1"])["SKU-1"] == item)
        let facts = try books.ledger.orderFacts(partner: "x", numbers: [], items: [.gtin("00012345678905")])
        #expect(facts.items[.gtin("00012345678905")] == item)
        #expect(facts.locations.map(\.code) == ["columbus"])
        #expect(try books.ledger.locations().count == 2)
        #expect(try books.findings() == [])
    }

    @Test func anItemFoundLaterStandsInItsLine() throws {
        let books = try OpenBooks()
        var batch = try books.batch()
        batch.changes.orders = [
            OrderRow(
                id: OrderID(1), channel: "shop", partner: "shop", number: "A",
                contentDigest: BookFixtures.key,
                currency: .usd, goodsMinor: 0, totalMinor: 0, orderedOn: nil, requestedShipOn: nil,
                cancelAfter: nil, lifecycle: .accepted, drop: DropID(1), span: .none, document: [])
        ]
        batch.changes.lines = [
            OrderLineRow(
                id: LineID(1), order: OrderID(1), ordinal: 1, lineNumber: "1", item: nil, sku: "their-7",
                ordered: 1, unitPrice: .zero, amountMinor: 0)
        ]
        batch.changes.identifiers.order = 2
        batch.changes.identifiers.line = 2
        try books.ledger.commit(batch)
        var found = try books.batch()
        found.changes.lineItems = [(LineID(1), ItemID(7), "SKU-7")]
        try books.ledger.commit(found)
        let line = try #require(try books.ledger.orderStates([OrderID(1)]).first?.lines.first)
        #expect(line.row.item == ItemID(7))
        #expect(line.row.sku == "SKU-7")
        #expect(try books.findings() == [])

        var terms = try books.batch()
        terms.changes.lineTerms = [(LineID(1), 12, ScaledDecimal(units: 125, scale: 2), 1500)]
        terms.changes.orderTotals = [(OrderID(1), 1500, 1600)]
        try books.ledger.commit(terms)
        let state = try #require(try books.ledger.orderStates([OrderID(1)]).first)
        #expect(state.lines.first?.row.ordered == 12)
        #expect(state.lines.first?[.open] == 12)
        #expect(state.lines.first?.row.unitPrice == ScaledDecimal(units: 125, scale: 2))
        #expect(state.row.goodsMinor == 1500)
        #expect(state.row.totalMinor == 1600)
        #expect(state.row.lifecycle == .accepted)
        #expect(try books.findings() == [])
        var moved = try books.batch()
        moved.changes.movements = [
            Movement(
                .backorder, item: ItemID(7), line: LineID(1), quantity: 12, effectiveAt: BookFixtures.night)
        ]
        try books.ledger.commit(moved)
        terms.changes.lineTerms = [(LineID(1), 1, .zero, 0)]
        terms.changes.identifiers = try books.ledger.identifiers()
        #expect(throws: LedgerError.self) { try books.ledger.commit(terms) }
    }
}
