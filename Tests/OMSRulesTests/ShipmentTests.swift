import Canonical
import Diagnostics
import OMSRules
import Testing

/// A shipping advice of the warehouse for a shipping order of ours.
func testAdvice(
    _ number: String?, for shippingOrder: String, _ lines: [(sku: String, quantity: String)],
    _ change: (inout CanonicalDocument) -> Void = { _ in }
) -> CanonicalDocument {
    var document = CanonicalDocument(.shippingAdvice)
    document.header.put(ShippingAdviceField.number, number)
    document.header.put(ShippingAdviceField.shippingOrderNumber, shippingOrder)
    document.header.put(ShippingAdviceField.shippedAt, testNow.adding(seconds: -3600))
    document.header.put(ShippingAdviceField.carrierScac, "UPSN")
    document.header.put(ShippingAdviceField.tracking, "1Z1")
    let schema = DocumentKind.shippingAdvice.schema.groups[ShippingAdviceGroup.lines.rawValue]
    for line in lines {
        var record = Record(schema)
        record.put(AdviceLineField.sku, line.sku)
        record.put(AdviceLineField.quantity, decimal(line.quantity))
        document.header[group: ShippingAdviceGroup.lines].append(record)
    }
    change(&document)
    return document
}

/// The supplier's notice for purchase orders of ours.
func testNotice(_ number: String, _ orders: [(String, [(sku: String, quantity: String)])])
    -> CanonicalDocument
{
    var document = CanonicalDocument(.shipNotice)
    document.header.put(ShipNoticeField.number, number)
    let orderSchema = DocumentKind.shipNotice.schema.groups[ShipNoticeGroup.orders.rawValue]
    let packageSchema = orderSchema.groups[NoticeOrderGroup.packages.rawValue]
    let itemSchema = packageSchema.groups[NoticePackageGroup.items.rawValue]
    for (purchase, items) in orders {
        var order = Record(orderSchema)
        order.put(NoticeOrderField.number, purchase)
        var package = Record(packageSchema)
        package.put(NoticePackageField.tracking, "TRK-\(purchase)")
        for (sku, quantity) in items {
            var item = Record(itemSchema)
            item.put(NoticeItemField.sku, sku)
            item.put(NoticeItemField.quantity, decimal(quantity))
            package[group: NoticePackageGroup.items].append(item)
        }
        order[group: NoticeOrderGroup.packages] = [package]
        document.header[group: ShipNoticeGroup.orders].append(order)
    }
    return document
}

func ship(
    _ document: CanonicalDocument, _ books: inout TestBooks, by partner: String = "acme3pl",
    _ context: RuleContext = testContext()
) -> RuleOutcome {
    var facts = books.shipmentFacts
    let outcome = ShipmentRules.apply(
        [incoming(document, drop: 50, channel: "advices", partner: partner)], facts: &facts,
        identifiers: books.ids,
        context: context)
    books.apply(outcome.changes)
    #expect(books.faults.isEmpty)
    return outcome
}

/// Makes an advice the warehouse's last word.
func final(_ document: inout CanonicalDocument) { document.header.put(ShippingAdviceField.purpose, "final") }

@Suite struct ShipmentTests {
    @Test(arguments: [
        (Int64(1), 0, "INV-1"), (1, 6, "INV-000001"), (4200, 6, "INV-004200"), (4200, 2, "INV-4200"),
    ])
    func invoicesAreNumberedAsTheSiteWants(_ start: Int64, _ width: Int, _ number: String) {
        let context = testContext {
            $0.numbers.invoiceStart = start
            $0.numbers.invoiceWidth = width
        }
        var books = released(context)
        let outcome = ship(testAdvice("S-1", for: "SO-1", [("A", "5"), ("B", "2")]), &books, context)
        #expect(outcome.changes.invoices.map(\.number) == [number])
    }

    /// Order 1 of 5 A at 10.00 and 2 B at 4.00, reserved in Reno and told to it.
    private func released(
        _ context: RuleContext = testContext(), _ change: (inout CanonicalDocument) -> Void = { _ in }
    ) -> TestBooks {
        var books = TestBooks(testFacts([(testItem(1, "A"), ["reno": 9]), (testItem(2, "B"), ["reno": 9])]))
        var facts = books.orderFacts
        books.apply(
            take([testOrder("1", [TestLine("A", "5"), TestLine("B", "2", "4.00")], change)], &facts, context)
                .changes)
        books.releaseAll()
        return books
    }

    @Test func whatTheWarehouseShipsIsInvoicedAndEndsTheOrder() throws {
        var books = released()
        let outcome = ship(testAdvice("W-7", for: "SO-1", [("A", "5"), ("B", "2")]), &books)
        #expect(outcome.results.map(\.verdict) == [.applied])
        #expect(outcome.changes.movements.map(\.kind) == [.ship, .ship])
        #expect(outcome.changes.movements.allSatisfy { $0.effectiveAt == testNow.adding(seconds: -3600) })
        let shipment = try #require(outcome.changes.shipments.first)
        #expect(
            shipment.number == "SH-1" && shipment.shipperNumber == "W-7/SO-1" && shipment.shipper == "acme3pl"
        )
        #expect(outcome.changes.shipmentLines.map(\.quantity) == [5, 2])
        #expect(outcome.changes.fulfilmentStates.map(\.to) == [.shipped])
        #expect(outcome.changes.lifecycles.map(\.to) == [.complete])
        #expect(outcome.changes.events.map(\.kind) == [.shipmentConfirmed, .invoicePosted])
        let invoice = try #require(outcome.changes.invoices.first)
        #expect(invoice.number == "INV-1" && invoice.goodsMinor == 5800 && invoice.totalMinor == 5800)
        #expect(outcome.changes.invoiceLines.map(\.amountMinor) == [5000, 800])
    }

    @Test func theSameAdviceAgainHasNoEffect() {
        var books = released()
        let advice = testAdvice("W-7", for: "SO-1", [("A", "5"), ("B", "2")])
        _ = ship(advice, &books)
        let again = ship(advice, &books)
        #expect(again.results.map(\.verdict) == [.noEffect])
        #expect(again.results[0].codes == ["DUP.SHIPMENT"])
        #expect(again.changes.movements.isEmpty && again.changes.invoices.isEmpty)
    }

    @Test func moreThanWasOpenIsRefusedWhole() {
        var books = released()
        let stock = books.stock
        let outcome = ship(testAdvice("W-7", for: "SO-1", [("B", "2"), ("A", "10")]), &books)
        #expect(outcome.results.map(\.verdict) == [.refused])
        #expect(outcome.results[0].codes == ["OMS.SHIP.OVER"])
        #expect(outcome.results[0].findings[0].message.contains("shipped 10 > open 5"))
        #expect(outcome.changes.movements.isEmpty && books.stock == stock)
        // The same article in two lines counts together.
        let twice = ship(testAdvice("W-8", for: "SO-1", [("A", "3"), ("A", "3")]), &books)
        #expect(twice.results[0].codes == ["OMS.SHIP.OVER"])
    }

    @Test func anUnknownShippingOrderIsRefused() {
        var books = released()
        let outcome = ship(testAdvice("W-7", for: "SO-99", [("A", "1")]), &books)
        #expect(outcome.results[0].codes == ["OMS.SHIPMENT.UNKNOWN"])
        #expect(outcome.results[0].findings[0].message.contains("W06"))
    }

    @Test func onlyTheWarehouseThatRunsTheLocationMayReport() {
        var books = released()
        for partner in ["other3pl", "shopco", ""] {
            let outcome = ship(testAdvice("W-7", for: "SO-1", [("A", "1")]), &books, by: partner)
            #expect(outcome.results[0].codes == ["OMS.ORDER.NOT_YOURS"], "\(partner)")
        }
        let trusting = testContext {
            $0.locationPartners = [:]
            $0.trustsUnlistedLocations = true
        }
        let advice = testAdvice("W-7", for: "SO-1", [("A", "5"), ("B", "2")])
        #expect(ship(advice, &books, by: "other3pl", trusting).results[0].verdict == .applied)
    }

    @Test func whatIsMissingGoesToTheBackOrders() {
        var books = released()
        let outcome = ship(testAdvice("W-7", for: "SO-1", [("A", "3")], final), &books)
        #expect(outcome.changes.movements.map(\.kind) == [.ship, .shortShip, .shortShip])
        #expect(outcome.changes.fulfilmentStates.map(\.to) == [.short])
        #expect(outcome.changes.lifecycles.isEmpty)
        #expect(outcome.changes.itemsToRelease == [ItemID(1), ItemID(2)])
        #expect(books.orders[OrderID(1)]?.lines.map { $0[.backordered] } == [2, 2])
        #expect(outcome.changes.decisions.map(\.outcome) == ["3 shipped from reno, 4 short"])
    }

    @Test func whereNothingWaitsItIsCancelled() {
        let context = testContext { $0.otherChannels.allowsBackorders = false }
        var books = released(context)
        let advice = testAdvice("W-7", for: "SO-1", [("A", "3")], final)
        let outcome = ship(advice, &books, by: "acme3pl", context)
        #expect(outcome.changes.movements.map(\.kind) == [.ship, .shortCancel, .shortCancel])
        #expect(outcome.changes.lifecycles.map(\.to) == [.complete])
        #expect(outcome.changes.itemsToRelease.isEmpty)
        var nothing = released(context)
        let none = ship(testAdvice("W-7", for: "SO-1", [], final), &nothing, by: "acme3pl", context)
        #expect(none.changes.lifecycles.map(\.to) == [.cancelled])
        #expect(none.changes.shipments.isEmpty && none.changes.invoices.isEmpty)
    }

    @Test func aPartialAdviceLeavesTheRestOpen() {
        var books = released()
        let first = ship(
            testAdvice("W-7", for: "SO-1", [("A", "3")]) {
                $0.header.put(ShippingAdviceField.purpose, "partial")
            }, &books)
        #expect(first.changes.movements.map(\.kind) == [.ship])
        #expect(first.changes.fulfilmentStates.map(\.to) == [.partlyShipped])
        let second = ship(testAdvice("W-8", for: "SO-1", [("A", "2"), ("B", "2")]), &books)
        #expect(second.changes.fulfilmentStates.map(\.to) == [.shipped])
        #expect(second.changes.lifecycles.map(\.to) == [.complete])
        #expect(books.invoices.map(\.totalMinor).reduce(0, +) == 5800)
    }

    @Test func aWarehouseThatIsFasterThanOurPaperIsBelieved() {
        var books = TestBooks(testFacts([(testItem(1, "A"), ["reno": 9])]))
        var facts = books.orderFacts
        books.apply(take([testOrder("1", [TestLine("A", "5")])], &facts).changes)
        let outcome = ship(testAdvice(nil, for: "SO-1", [("A", "5")]), &books)
        #expect(outcome.changes.movements.map(\.kind) == [.release, .ship])
        #expect(outcome.changes.shipments.map(\.shipperNumber) == ["SO-1"])
    }

    @Test func cartonsThatThePaperNamesCarryTheirLines() throws {
        var books = released()
        let outcome = ship(
            testAdvice("W-7", for: "SO-1", [("A", "5"), ("B", "2")]) { document in
                let schema = DocumentKind.shippingAdvice.schema.groups[ShippingAdviceGroup.packages.rawValue]
                for sscc in ["006141410000123452", "006141410000123469"] {
                    var record = Record(schema)
                    record.put(AdvicePackageField.sscc, sscc)
                    document.header[group: ShippingAdviceGroup.packages].append(record)
                }
                document.header[group: ShippingAdviceGroup.lines][1].put(
                    AdviceLineField.sscc, "006141410000123469")
            }, &books)
        #expect(outcome.changes.packages.map(\.ordinal) == [1, 2])
        #expect(outcome.changes.packages.map(\.tracking) == ["1Z1", "1Z1"])
        #expect(outcome.changes.shipmentLines.map(\.package) == [nil, PackageID(2)])
    }

    @Test func cartonsThatWePlannedAreFilledInOrder() {
        let context = testContext {
            $0.packing["reno"] = PackingPolicy(unitsPerCartonMax: 3, companyPrefix: "0614141")
        }
        var books = released(context)
        let outcome = ship(
            testAdvice("W-7", for: "SO-1", [("A", "5"), ("B", "1")]), &books, by: "acme3pl", context)
        #expect(outcome.changes.packages.isEmpty)
        #expect(outcome.changes.packedShipments.map(\.package) == [PackageID(1), PackageID(2)])
        #expect(outcome.changes.packedShipments.map(\.tracking) == ["1Z1", "1Z1"])
        let rows = outcome.changes.shipmentLines.map {
            "\($0.line) \($0.package?.description ?? "-") \($0.quantity)"
        }
        #expect(rows == ["1 1 3", "1 2 2", "2 2 1"])
    }

    @Test func anAdviceThatCannotBeReadIsRefused() {
        var books = released()
        for (line, code) in [
            (("Z", "1"), "OMS.SKU.UNKNOWN"), (("A", "-1"), "OMS.QTY.NEGATIVE"),
            (("A", "1.5"), "OMS.QTY.FRACTION"),
        ] {
            let outcome = ship(testAdvice("W-7", for: "SO-1", [line]), &books)
            #expect(outcome.results[0].codes == [code])
        }
        let wrong = ship(testOrder("1", []), &books)
        #expect(wrong.results[0].codes == ["OMS.DOCUMENT.KIND"])
    }

    @Test func aDayWithoutATimeIsItsNoon() {
        var books = released()
        let outcome = ship(
            testAdvice("W-7", for: "SO-1", [("A", "5"), ("B", "2")]) {
                $0.header.put(ShippingAdviceField.shippedAt, nil as Instant?)
                $0.header.put(ShippingAdviceField.shippedOn, CalendarDate(year: 2025, month: 11, day: 21))
            }, &books)
        #expect(outcome.changes.shipments.map(\.shippedAt) == [Instant(rfc3339: "2025-11-21T12:00:00Z")])
    }

    @Test func ourLabelsOnTheirCartonsStayOurCartons() throws {
        let context = testContext {
            $0.packing["reno"] = PackingPolicy(unitsPerCartonMax: 5, companyPrefix: "0614141")
        }
        var books = released(context)
        let sscc = try #require(books.packages[PackageID(2)]?.sscc)
        let outcome = ship(
            testAdvice("W-7", for: "SO-1", [("A", "5"), ("B", "2")]) {
                for index in 0...1 {
                    $0.header[group: ShippingAdviceGroup.lines][index].put(AdviceLineField.sscc, sscc)
                }
            }, &books, by: "acme3pl", context)
        #expect(outcome.changes.packages.isEmpty)
        #expect(outcome.changes.packedShipments.map(\.package) == [PackageID(2)])
        #expect(outcome.changes.shipmentLines.map(\.package) == [PackageID(2), PackageID(2)])
    }

    @Test func anOrderWhoseDocumentIsGoneIsInvoicedByTheBooks() {
        var books = released { $0.header.put(OrderField.totalShipping, decimal("7.00")) }
        books.orders[OrderID(1)]?.row.document = []
        _ = ship(
            testAdvice("W-7", for: "SO-1", [("A", "3")]) {
                $0.header.put(ShippingAdviceField.purpose, "partial")
            }, &books)
        _ = ship(testAdvice("W-8", for: "SO-1", [("A", "2"), ("B", "2")]), &books)
        #expect(books.invoices.map(\.totalMinor) == [3362, 3138])
        #expect(books.invoices.map(\.chargesMinor) == [362, 338])
    }

    @Test func cartonsAreKnownByTheirTrackingNumbersToo() {
        func tracked(_ document: inout CanonicalDocument) {
            document.header[group: ShippingAdviceGroup.lines][0].put(AdviceLineField.tracking, "1ZA")
            document.header[group: ShippingAdviceGroup.lines][1].put(AdviceLineField.tracking, "1ZB")
        }
        var books = released()
        let advice = testAdvice("W-7", for: "SO-1", [("A", "5"), ("B", "2")], tracked)
        let outcome = ship(advice, &books)
        #expect(outcome.changes.packages.map(\.tracking) == ["1ZA", "1ZB"])
        #expect(outcome.changes.shipmentLines.map(\.package) == [PackageID(1), PackageID(2)])
        // Cartons that we planned keep their numbers and take the tracking numbers in order.
        let context = testContext {
            $0.packing["reno"] = PackingPolicy(unitsPerCartonMax: 4, companyPrefix: "0614141")
        }
        var planned = released(context)
        let packed = ship(advice, &planned, by: "acme3pl", context)
        #expect(packed.changes.packages.isEmpty)
        #expect(packed.changes.packedShipments.map(\.tracking) == ["1ZA", "1ZB"])
    }

    @Test func aChannelMayBeInvoicedElsewhere() {
        let context = testContext { $0.otherChannels.invoicesOnShipment = false }
        var books = released(context)
        let outcome = ship(
            testAdvice("W-7", for: "SO-1", [("A", "5"), ("B", "2")]), &books, by: "acme3pl", context)
        #expect(outcome.changes.invoices.isEmpty)
        #expect(outcome.changes.events.map(\.kind) == [.shipmentConfirmed])
    }

    @Test func termsOfTheOrderSayWhenItIsDue() {
        let context = testContext { $0.otherChannels.termsNetDays = 14 }
        for (days, due) in [("30", 30), (nil, 14)] as [(String?, Int)] {
            var books = released(context) { $0.header.put(OrderField.termsNetDays, days.map(decimal)) }
            let outcome = ship(
                testAdvice("W-7", for: "SO-1", [("A", "5"), ("B", "2")]), &books, by: "acme3pl", context)
            #expect(outcome.changes.invoices.first?.dueOn == context.today.adding(days: due))
        }
    }

    @Test func whatThePapersNameIsAskedFor() {
        let wanted = ShipmentRules.wanted(by: [
            testAdvice("W-7", for: "SO-1", [("A", "5")]),
            testNotice("N-1", [("PO-1", [("B", "1")]), ("PO-2", [])]),
        ])
        #expect(wanted.fulfilments == ["SO-1"] && wanted.purchaseOrders == ["PO-1", "PO-2"])
        #expect(wanted.shipperNumbers == ["W-7/SO-1", "N-1/PO-1", "N-1/PO-2"])
        #expect(wanted.items == [.sku("A"), .sku("B")])
        let carton = testAdvice("W-8", for: "SO-2", [("A", "1"), ("A", "2")]) {
            for index in 0...1 {
                $0.header[group: ShippingAdviceGroup.lines][index].put(
                    AdviceLineField.sscc, "006141410000123452")
            }
        }
        #expect(ShipmentRules.wanted(by: [carton]).cartons == ["006141410000123452"])
    }
}
