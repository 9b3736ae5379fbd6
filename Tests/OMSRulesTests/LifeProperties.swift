import Canonical
import Diagnostics
import OMSRules
import Testing

/// Whole lives of orders, drawn at random from a seed, with the books' invariants looked at after every batch.
@Suite struct LifeProperties {
    private static let codes = ["memphis", "newark", "reno"]

    private func world(_ random: inout Seeded) -> TestBooks {
        var stock: [(item: ItemRow, at: [String: Int64])] = []
        for index in 1...8 {
            let mode: DropShipMode = [.never, .never, .never, .ifNoStock, .always][
                Int.random(in: 0..<5, using: &random)]
            let item = testItem(
                Int64(index), "S\(index)", pack: 6, supplier: mode == .never ? nil : "acme", dropShip: mode)
            var at: [String: Int64] = [:]
            for code in Self.codes where Bool.random(using: &random) {
                at[code] = Int64.random(in: 0...25, using: &random)
            }
            stock.append((item, at))
        }
        let safety = Int64.random(in: 0...3, using: &random)
        return TestBooks(
            testFacts(
                stock,
                locations: [
                    testLocation(1, "memphis", postal: "38118", safety: safety),
                    testLocation(2, "newark", postal: "07114"),
                    testLocation(3, "reno", postal: "89506", safety: safety),
                ]))
    }

    private func context(_ random: inout Seeded) -> RuleContext {
        let lineSplit = Bool.random(using: &random)
        let shipments = Int.random(in: 1...3, using: &random)
        let packs = Bool.random(using: &random)
        return testContext {
            $0.routing.allowsLineSplit = lineSplit
            $0.routing.shipmentsMax = shipments
            $0.locationPartners = [:]
            $0.trustsUnlistedLocations = true
            if packs { $0.packing["reno"] = PackingPolicy(unitsPerCartonMax: 4, companyPrefix: "0614141") }
        }
    }

    private func cents(_ range: ClosedRange<Int64>, _ random: inout Seeded) -> ScaledDecimal {
        ScaledDecimal(units: Int64.random(in: range, using: &random), scale: 2)
    }

    private func order(_ number: Int, _ random: inout Seeded) -> CanonicalDocument {
        var lines: [TestLine] = []
        for _ in 0..<Int.random(in: 1...5, using: &random) {
            let units = Int64.random(in: 1...9, using: &random)
            let price = ScaledDecimal(units: Int64.random(in: 0...99_999, using: &random), scale: 3)
            let discount = Bool.random(using: &random) ? cents(0...99, &random).description : nil
            lines.append(
                TestLine(
                    "S\(Int.random(in: 1...8, using: &random))", "\(units)", price.description,
                    discount: discount))
        }
        let postal = ["78701", "10001", "89501", "07114"][Int.random(in: 0..<4, using: &random)]
        return testOrder("\(number)", lines, postal: postal) {
            $0.header.put(OrderField.totalShipping, cents(0...1999, &random))
            $0.header.put(OrderField.totalTax, cents(0...999, &random))
            $0.header.put(OrderField.totalDiscount, cents(0...500, &random))
        }
    }

    /// The warehouse ships some of what it was told, one fulfilment at a time.
    private func shipSome(
        _ books: inout TestBooks, _ context: RuleContext, _ random: inout Seeded, round: Int
    ) {
        for known in books.fulfilments.values.sorted(by: { $0.row.id < $1.row.id }) {
            guard [.released, .partlyShipped].contains(known.state), Int.random(in: 0..<3, using: &random) > 0
            else { continue }
            var lines: [(sku: String, quantity: String)] = []
            for (row, shipped, short) in known.allocations {
                let open = row.quantity - shipped - short
                let units = Bool.random(using: &random) ? open : Int64.random(in: 0...open, using: &random)
                lines.append((books.items[row.item]?.sku ?? "", "\(units)"))
            }
            let isPartial = Bool.random(using: &random)
            let advice = testAdvice("W\(round)", for: known.row.number, lines) {
                $0.header.put(ShippingAdviceField.purpose, isPartial ? "partial" : "final")
            }
            let outcome = ship(advice, &books, by: "any", context)
            #expect(outcome.results.map(\.verdict) == [.applied])
        }
        for known in books.purchases.values.sorted(by: { $0.row.id < $1.row.id }) {
            let items = known.lines.compactMap { line -> (sku: String, quantity: String)? in
                let open = line.row.quantity - line.shipped - line.refused
                guard open > 0 else { return nil }
                return (
                    books.items[line.row.item]?.sku ?? "", "\(Int64.random(in: 0...open, using: &random))"
                )
            }
            guard !items.isEmpty else { continue }
            let outcome = ship(
                testNotice("N\(round)", [(known.row.number, items)]), &books, by: "acme", context)
            #expect(outcome.results.map(\.verdict) == [.applied])
        }
    }

    /// Goods come in until nobody waits, and everything ships.
    private func finish(_ books: inout TestBooks, _ context: RuleContext, _ random: inout Seeded) {
        for round in 100..<200 {
            if books.orders.values.allSatisfy({ $0.row.lifecycle == .complete }) { return }
            for item in books.items.keys {
                books.stock[item, default: [:]][LocationID(3)] = grown(books, item)
            }
            var facts = books.orderFacts
            let release = BackorderRelease.decide(
                books.sortedOrders, facts: &facts, identifiers: books.ids, context: context)
            books.apply(release.changes)
            books.releaseAll()
            shipSome(&books, context, &random, round: round)
        }
    }

    private func grown(_ books: TestBooks, _ item: ItemID) -> StockPosition {
        var position =
            books.stock[item]?[LocationID(3)]
            ?? StockPosition(location: LocationID(3), available: 0, reserved: 0)
        position.available += 20
        return position
    }

    @Test(arguments: 1...24)
    func noUnitAndNoCentIsLost(_ seed: Int) throws {
        var random = Seeded(UInt64(seed))
        var books = world(&random)
        let context = context(&random)
        for batch in 0..<4 {
            let orders = (0..<12).map { order(batch * 12 + $0, &random) }
            var facts = books.orderFacts
            let outcome = take(orders, &facts, context, from: books.ids)
            #expect(outcome.results.allSatisfy { $0.isAccepted })
            checkReasons(outcome)
            books.apply(outcome.changes)
            checkFacts(facts, books)
            books.releaseAll()
            shipSome(&books, context, &random, round: batch)
            #expect(books.faults == [], "seed \(seed)")
        }
        finish(&books, context, &random)
        #expect(books.faults == [], "seed \(seed)")
        for order in books.orders.values {
            #expect(order.row.lifecycle == .complete, "seed \(seed) order \(order.row.number)")
            let invoices = books.invoices.filter { $0.order == order.row.id }
            #expect(invoices.reduce(0) { $0 + $1.totalMinor } == order.row.totalMinor, "seed \(seed)")
            #expect(invoices.reduce(0) { $0 + $1.goodsMinor } == order.row.goodsMinor, "seed \(seed)")
            for invoice in invoices {
                let lines = books.invoiceLines.filter { $0.invoice == invoice.id }
                #expect(lines.reduce(0) { $0 + $1.amountMinor } == invoice.goodsMinor)
                #expect(
                    min(invoice.goodsMinor, invoice.chargesMinor, invoice.taxMinor, invoice.allowancesMinor)
                        >= 0)
            }
        }
        #expect(Set(books.invoices.map(\.shipment)).count == books.invoices.count)
        #expect(
            Set(books.packages.values.compactMap(\.sscc)).count
                == books.packages.values.filter { $0.sscc != nil }.count)
        for shipment in books.shipments {
            let packed = books.shipmentLines.filter { $0.shipment == shipment.id }.reduce(0) {
                $0 + $1.quantity
            }
            let invoiced = books.invoices.filter { $0.shipment == shipment.id }.flatMap { invoice in
                books.invoiceLines.filter { $0.invoice == invoice.id }
            }
            #expect(packed == invoiced.reduce(0) { $0 + $1.quantity })
        }
    }

    /// Each location exactly once in every routing decision.
    private func checkReasons(_ outcome: RuleOutcome) {
        for decision in outcome.changes.decisions {
            let subjects = decision.reasons.filter { $0.rule == "route.nearest-stocked" }.map(\.subject)
            #expect(subjects.isEmpty || subjects.sorted() == Self.codes)
        }
    }

    /// What the batch left of its facts is what the books hold.
    private func checkFacts(_ facts: OrderFacts, _ books: TestBooks) {
        for (item, positions) in facts.positions {
            for position in positions { #expect(books.stock[item]?[position.location] == position) }
        }
    }

    @Test(arguments: 1...10)
    func decisionsDoNotHangOnTheOrderOfTheFacts(_ seed: Int) {
        func run(_ isShuffled: Bool) -> String {
            var random = Seeded(UInt64(seed))
            let books = world(&random)
            let context = context(&random)
            let orders = (0..<30).map { order($0, &random) }
            var facts = books.orderFacts
            if isShuffled {
                var shuffled = OrderFacts()
                shuffled.items.reserveCapacity(1000)
                shuffled.positions.reserveCapacity(1000)
                for (key, item) in facts.items.sorted(by: { $0.value.sku > $1.value.sku }) {
                    shuffled.items[key] = item
                }
                for (key, list) in facts.positions.sorted(by: { $0.key > $1.key }) {
                    shuffled.positions[key] = list
                }
                shuffled.locations = facts.locations.reversed()
                facts = shuffled
            }
            let outcome = take(orders, &facts, context)
            return "\(outcome.changes) \(outcome.results)"
        }
        #expect(run(false) == run(true))
    }
}
