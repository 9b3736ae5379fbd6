import Canonical
import Diagnostics
import Testing

import Ledger

struct ShippingTests {
    private let night = BookFixtures.night

    /// One order of two lines reserved and released at one place.
    private func released() throws -> OpenBooks {
        let books = try OpenBooks()
        books.maker.lineCount = 2
        books.maker.quantity = 3
        try books.apply(orders: ["PO-1"])
        var batch = RenderBatch(at: night, run: books.run)
        batch.releasedFulfilments = [FulfilmentID(1)]
        _ = try books.ledger.commit(batch)
        return books
    }

    private func ship(_ books: OpenBooks, first: Int64, second: Int64, short: Int64) throws -> ApplyBatch {
        var batch = try books.batch(try books.stagedDrop(byteCount: 0))
        let lines = try books.ledger.orderStates([OrderID(1)])[0].lines
        let shipment: ShipmentID = batch.changes.identifiers.next(\.shipment)
        let package: PackageID = batch.changes.identifiers.next(\.package)
        batch.changes.shipments = [
            ShipmentRow(
                id: shipment, order: OrderID(1), fulfilment: FulfilmentID(1), purchaseOrder: nil,
                number: "S\(shipment)", shipperNumber: "BOL-\(shipment)", shipper: "meridian",
                shippedAt: night, carrierSCAC: "UPSN", tracking: "1Z", billOfLading: nil,
                drop: batch.drop ?? DropID(0))
        ]
        batch.changes.packages = [
            PackageRow(
                id: package, fulfilment: FulfilmentID(1), shipment: shipment,
                sscc: "00012345678900000\(package)",
                tracking: "1Z", ordinal: 1, count: 1)
        ]
        for (line, units) in zip(lines, [first, second]) where units > 0 {
            batch.changes.shipmentLines.append(
                ShipmentLineRow(shipment: shipment, line: line.row.id, package: package, quantity: units))
            batch.changes.movements.append(movement(.ship, line, units))
        }
        if short > 0 { batch.changes.movements.append(movement(.shortShip, lines[1], short)) }
        batch.state = .applied
        return batch
    }

    private func movement(_ kind: MovementKind, _ line: LineState, _ units: Int64) -> Movement {
        Movement(
            kind, item: line.row.item ?? ItemID(0), location: LocationID(1), line: line.row.id,
            fulfilment: FulfilmentID(1), quantity: units, effectiveAt: night)
    }

    private func invoice(_ batch: inout ApplyBatch, lines: [(LineID, Int64)], shipment: ShipmentID) {
        let invoice: InvoiceID = batch.changes.identifiers.next(\.invoice)
        batch.changes.invoices = [
            InvoiceRow(
                id: invoice, order: OrderID(1), shipment: shipment, number: "I\(invoice)",
                invoicedOn: CalendarDate(dayNumber: 20_400), dueOn: nil, currency: .usd,
                goodsMinor: lines.reduce(0) { $0 + $1.1 * 1000 }, allowancesMinor: 10, chargesMinor: 20,
                taxMinor: 30, totalMinor: lines.reduce(0) { $0 + $1.1 * 1000 } + 40)
        ]
        batch.changes.invoiceLines = lines.map {
            InvoiceLineRow(
                invoice: invoice, line: $0.0, quantity: $0.1, unitPrice: ScaledDecimal(10),
                amountMinor: $0.1 * 1000)
        }
    }

    @Test func aShipmentMovesUnitsAndIsInvoiced() throws {
        let books = try released()
        var batch = try ship(books, first: 3, second: 1, short: 2)
        let shipment = batch.changes.shipments[0]
        invoice(
            &batch, lines: batch.changes.shipmentLines.map { ($0.line, $0.quantity) }, shipment: shipment.id)
        batch.changes.fulfilmentStates = [(FulfilmentID(1), .short)]
        try books.ledger.commit(batch)

        let state = try #require(try books.ledger.orderStates([OrderID(1)]).first)
        #expect(state.lines.map { $0[.shipped] } == [3, 1])
        #expect(state.lines.map { $0[.backordered] } == [0, 2])
        #expect(state.lines.map(\.invoiced) == [3, 1])
        #expect(state.invoicedChargesMinor == 20)
        #expect(state.invoicedAllowancesMinor == 10)
        #expect(state.invoicedTaxMinor == 30)
        let fulfilment = try #require(try books.ledger.fulfilments([FulfilmentID(1)]).first)
        #expect(fulfilment.state == .short)
        #expect(fulfilment.allocations.map(\.shipped) == [3, 1])
        #expect(fulfilment.allocations.map(\.short) == [0, 2])
        #expect(fulfilment.packages == batch.changes.packages)
        let detail = try #require(try books.ledger.shipments([shipment.id]).first)
        #expect(detail.row == shipment)
        #expect(detail.lines == batch.changes.shipmentLines)
        #expect(detail.fulfilmentNumber == "F1")
        #expect(detail.location?.code == "columbus")
        #expect(try books.ledger.invoices([InvoiceID(1)]).first?.row == batch.changes.invoices[0])
        #expect(try books.ledger.invoices([InvoiceID(1)]).first?.lines == batch.changes.invoiceLines)
        let facts = try books.ledger.shipmentFacts(
            shipper: "meridian", shipperNumbers: ["BOL-1", "BOL-2"], fulfilments: ["F1", "F9"],
            purchaseOrders: [], cartons: batch.changes.packages.compactMap(\.sscc) + ["nobody's"],
            items: [.sku("SKU-1")])
        #expect(facts.knownShipments.keys.sorted() == ["BOL-1"])
        #expect(facts.knownShipments["BOL-1"]?.drop == shipment.drop)
        #expect(facts.knownShipments["BOL-1"]?.units.values.sorted() == [1, 3])
        #expect(
            facts.knownShipments["BOL-1"]?.cartons
                == Set(batch.changes.packages.filter { $0.shipment == shipment.id }.compactMap(\.sscc)))
        #expect(
            facts.cartons.values.sorted { $0.id < $1.id } == batch.changes.packages.filter { $0.sscc != nil })
        #expect(facts.fulfilments.keys.sorted() == ["F1"])
        #expect(facts.orders[OrderID(1)]?.lines.count == 2)
        #expect(facts.items.count == 2)
        #expect(try books.findings() == [])
    }

    @Test func moreThanWasReleasedCannotBeShippedOrInvoiced() throws {
        let books = try released()
        #expect(throws: LedgerError.self) {
            try books.ledger.commit(ship(books, first: 4, second: 1, short: 0))
        }
        var batch = try ship(books, first: 1, second: 1, short: 0)
        invoice(&batch, lines: [(LineID(1), 2)], shipment: ShipmentID(1))
        #expect(throws: LedgerError.self) { try books.ledger.commit(batch) }
        #expect(try books.findings() == [])
    }

    @Test func theSameShipmentNumberOrCartonTwiceIsRefused() throws {
        let books = try released()
        try books.ledger.commit(ship(books, first: 1, second: 0, short: 0))
        var again = try ship(books, first: 1, second: 0, short: 0)
        again.changes.shipments[0].shipperNumber = "BOL-1"
        #expect(throws: LedgerError.self) { try books.ledger.commit(again) }
        var carton = try ship(books, first: 1, second: 0, short: 0)
        carton.changes.packages[0].sscc = "000123456789000001"
        #expect(throws: LedgerError.self) { try books.ledger.commit(carton) }
    }

    @Test func aPlannedCartonIsToldItsShipment() throws {
        let books = try released()
        var plan = try books.batch()
        let id: PackageID = plan.changes.identifiers.next(\.package)
        var package = PackageRow(
            id: id, fulfilment: FulfilmentID(1), shipment: nil, sscc: "000123456789000099", tracking: nil,
            ordinal: 1, count: 1)
        plan.changes.packages = [package]
        try books.ledger.commit(plan)
        var batch = try ship(books, first: 3, second: 3, short: 0)
        package.shipment = ShipmentID(1)
        package.tracking = "1Z"
        batch.changes.packages = []
        batch.changes.packedShipments = [(id, ShipmentID(1), "1Z")]
        for index in batch.changes.shipmentLines.indices { batch.changes.shipmentLines[index].package = id }
        batch.changes.lifecycles = [(OrderID(1), .complete)]
        try books.ledger.commit(batch)
        #expect(try books.ledger.shipments([ShipmentID(1)]).first?.packages == [package])
        #expect(try books.findings() == [])
    }

    @Test func aSupplierShipsOrRefusesWhatWasAskedOfIt() throws {
        let books = try OpenBooks()
        var batch = try books.batch()
        batch.changes.orders = [
            OrderRow(
                id: OrderID(1), channel: "shop", partner: "shop", number: "A",
                contentDigest: BookFixtures.key,
                currency: .usd, goodsMinor: 0, totalMinor: 0, orderedOn: nil, requestedShipOn: nil,
                cancelAfter: nil, lifecycle: .inProgress, drop: DropID(1), span: .none, document: [])
        ]
        batch.changes.lines = [
            OrderLineRow(
                id: LineID(1), order: OrderID(1), ordinal: 1, lineNumber: "1", item: ItemID(1), sku: "SKU-1",
                ordered: 5, unitPrice: .zero, amountMinor: 0)
        ]
        let order: PurchaseOrderID = batch.changes.identifiers.next(\.purchaseOrder)
        batch.changes.purchaseOrders = [
            PurchaseOrderRow(
                id: order, supplier: "acme", order: OrderID(1), number: "P1",
                orderedOn: CalendarDate(dayNumber: 20_400), currency: .usd)
        ]
        batch.changes.purchaseOrderLines = [
            PurchaseOrderLineRow(
                purchaseOrder: order, ordinal: 1, line: LineID(1), item: ItemID(1), quantity: 5,
                unitCost: ScaledDecimal(units: 4995, scale: 3))
        ]
        func move(_ kind: MovementKind, _ units: Int64) -> Movement {
            Movement(
                kind, item: ItemID(1), line: LineID(1), purchaseOrder: order, quantity: units,
                effectiveAt: night)
        }
        batch.changes.movements = [move(.releaseToSupplier, 5)]
        batch.changes.identifiers.order = 2
        batch.changes.identifiers.line = 2
        try books.ledger.commit(batch)
        var render = RenderBatch(at: night, run: books.run)
        render.sentPurchaseOrders = [order]
        _ = try books.ledger.commit(render)
        #expect(try books.ledger.purchaseOrders([order]).first?.state == .sent)

        var reply = try books.batch()
        reply.changes.shipments = [
            ShipmentRow(
                id: ShipmentID(1), order: OrderID(1), fulfilment: nil, purchaseOrder: order, number: "S1",
                shipperNumber: "ASN-1", shipper: "acme", shippedAt: night, carrierSCAC: nil, tracking: nil,
                billOfLading: nil, drop: DropID(1))
        ]
        reply.changes.shipmentLines = [
            ShipmentLineRow(shipment: ShipmentID(1), line: LineID(1), package: nil, quantity: 3)
        ]
        reply.changes.identifiers.shipment = 2
        reply.changes.movements = [move(.shipDirect, 3), move(.supplierRefused, 2)]
        reply.changes.purchaseOrderStates = [(order, .partlyShipped)]
        try books.ledger.commit(reply)
        let facts = try books.ledger.shipmentFacts(
            shipper: "acme", shipperNumbers: [], fulfilments: [], purchaseOrders: ["P1"], cartons: [],
            items: [])
        #expect(facts.purchaseOrders["P1"]?.lines.map(\.shipped) == [3])
        #expect(facts.purchaseOrders["P1"]?.lines.map(\.refused) == [2])
        #expect(facts.orders[OrderID(1)]?.lines.first?[.backordered] == 2)
        #expect(try books.ledger.shipments([ShipmentID(1)]).first?.fulfilmentNumber == "P1")
        #expect(try books.findings() == [])
        var tooMuch = try books.batch()
        tooMuch.changes.movements = [move(.fillFromSupplier, 2), move(.shipDirect, 2)]
        #expect(throws: LedgerError.self) { try books.ledger.commit(tooMuch) }
    }
}
