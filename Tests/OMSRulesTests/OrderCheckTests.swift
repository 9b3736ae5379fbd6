import Canonical
import Diagnostics
import OMSRules
import Testing

/// One wrong thing in an order, and what becomes of it.
struct CheckCase: Sendable, CustomTestStringConvertible {
    enum Fate: Sendable { case accepted, held, refused }

    var testDescription: String
    var fate: Fate
    var codes: [String]
    var says: String
    var document: CanonicalDocument

    init(
        _ name: String, _ fate: Fate, _ codes: [String], says: String = "", _ lines: [TestLine],
        postal: String = "78701", _ change: (inout CanonicalDocument) -> Void = { _ in }
    ) {
        testDescription = name
        self.fate = fate
        self.codes = codes
        self.says = says
        document = testOrder("PO-1", lines, postal: postal, change)
    }
}

@Suite struct OrderCheckTests {
    static let one = [TestLine("A", "3", "19.99")]
    static func total(_ text: String) -> (inout CanonicalDocument) -> Void {
        { $0.header.put(OrderField.totalAll, decimal(text)) }
    }

    static let lines: [CheckCase] = [
        CheckCase(
            "quantity below zero", .refused, ["OMS.QTY.NEGATIVE"], says: "line 1 quantity -3",
            [TestLine("A", "-3")]),
        CheckCase("quantity zero alone", .refused, ["OMS.QTY.ZERO"], says: "line 1", [TestLine("A", "0")]),
        CheckCase(
            "quantity zero among others", .accepted, ["OMS.QTY.ZERO"],
            [TestLine("A", "0"), TestLine("A", "1")]),
        CheckCase(
            "half a piece", .refused, ["OMS.QTY.FRACTION"], says: "EA must be whole",
            [TestLine("A", "1.5", unit: "EA")]),
        CheckCase("too many", .refused, ["OMS.QTY.RANGE"], [TestLine("A", "5000000000")]),
        CheckCase(
            "line number twice", .refused, ["OMS.LINE.DUPLICATE"], says: "line 1 twice",
            [TestLine("A", "1", number: "1"), TestLine("A", "1", number: "1")]),
        CheckCase("no lines", .refused, ["OMS.ORDER.EMPTY"], []),
        CheckCase("unknown article", .held, ["OMS.SKU.UNKNOWN"], says: "NO-SUCH", [TestLine("NO-SUCH", "1")]),
        CheckCase("two articles in one line", .held, ["OMS.SKU.AMBIGUOUS"], [TestLine("A", "1")]) {
            $0.header[group: OrderGroup.lines][0].put(OrderLineField.gtin, "00000000000017")
        },
        CheckCase("blocked article", .held, ["OMS.ITEM.BLOCKED"], [TestLine("BLOCKED", "1")]),
        CheckCase(
            "price missing, none listed", .held, ["OMS.PRICE.MISSING"], says: "line 1",
            [TestLine("A", "1", nil)]),
        CheckCase("price missing, listed", .accepted, [], [TestLine("PRICED", "1", nil)]),
        CheckCase("price below zero", .held, ["OMS.PRICE.NEGATIVE"], [TestLine("A", "1", "-1")]),
        CheckCase("a case of twelve", .accepted, [], [TestLine("CASE", "2", unit: "CS")]),
        CheckCase("half a case", .accepted, [], [TestLine("CASE", "0.5", unit: "CS")]),
        CheckCase("two dozen", .accepted, [], [TestLine("A", "2", unit: "DZ")]),
        CheckCase("a case of nothing", .held, ["OMS.UNIT.UNKNOWN"], [TestLine("A", "2", unit: "CS")]),
        CheckCase("vendor part is our SKU", .accepted, [], [TestLine("", "2")]) {
            $0.header[group: OrderGroup.lines][0].put(OrderLineField.vendorPart, "A")
        },
    ]

    static let headers: [CheckCase] = [
        CheckCase("total right", .accepted, [], one, total("59.97")),
        CheckCase("total right with another scale", .accepted, [], one, total("59.970")),
        CheckCase("total wrong", .held, ["OMS.TOTAL.MISMATCH"], says: "59.97", one, total("64.97")),
        CheckCase("total with tax", .accepted, [], one) {
            $0.header.put(OrderField.totalTax, decimal("4.80"))
            $0.header.put(OrderField.totalShipping, decimal("5"))
            $0.header.put(OrderField.totalAll, decimal("69.77"))
        },
        CheckCase("tax in the prices", .accepted, [], one) {
            $0.header.put(OrderField.totalTax, decimal("4.80"))
            $0.header.put(OrderField.totalAll, decimal("59.97"))
        },
        CheckCase("discount", .accepted, [], one) {
            $0.header.put(OrderField.totalDiscount, decimal("9.97"))
            $0.header.put(OrderField.totalGoods, decimal("50.00"))
            $0.header.put(OrderField.totalAll, decimal("50.00"))
        },
        CheckCase("charge and allowance", .accepted, [], one) { document in
            let schema = DocumentKind.order.schema.groups[OrderGroup.adjustments.rawValue]
            for (kind, amount) in [
                ("charge", "10.00"), ("allowance", "-5.00"), ("allowance", "1.00"), ("information", "77.00"),
            ] {
                var record = Record(schema)
                record.put(OrderAdjustmentField.kind, kind)
                record.put(OrderAdjustmentField.amount, decimal(amount))
                document.header[group: OrderGroup.adjustments].append(record)
            }
            document.header.put(OrderField.totalAll, decimal("63.97"))
        },
        CheckCase("too many digits", .held, ["OMS.AMOUNT.PRECISION"], one, total("59.975")),
        CheckCase("line count off", .accepted, ["OMS.COUNT.MISMATCH"], one) {
            $0.header.put(OrderField.totalLineCount, decimal("2"))
        },
        CheckCase("quantity off", .accepted, ["OMS.COUNT.MISMATCH"], one) {
            $0.header.put(OrderField.totalQuantity, decimal("4"))
        },
        CheckCase("currency unknown", .held, ["OMS.CURRENCY.UNKNOWN"], one) {
            $0.header.put(OrderField.currency, "US$")
        },
        CheckCase("two currencies", .held, ["OMS.CURRENCY.MIXED"], one) {
            $0.header[group: OrderGroup.lines][0].put(OrderLineField.currency, "EUR")
        },
        CheckCase("no city", .held, ["OMS.ADDRESS.INCOMPLETE"], says: "a city", one) {
            $0.header.put(OrderField.shipToCity, nil as String?)
        },
        CheckCase("a zero lost", .held, ["OMS.ADDRESS.POSTAL"], one, postal: "7870"),
        CheckCase("too late", .held, ["OMS.ORDER.EXPIRED"], one) {
            $0.header.put(OrderField.cancelAfter, CalendarDate(year: 2025, month: 11, day: 21))
        },
        CheckCase("on the last day", .accepted, [], one) {
            $0.header.put(OrderField.cancelAfter, CalendarDate(year: 2025, month: 11, day: 22))
        },
        CheckCase("not paid", .held, ["OMS.PAYMENT.PENDING"], one) {
            $0.header.put(OrderField.financialStatus, "pending")
        },
        CheckCase(
            "two things wrong", .held, ["OMS.SKU.UNKNOWN", "OMS.ADDRESS.POSTAL"], [TestLine("X", "1")],
            postal: "1"),
    ]

    @Test(arguments: lines + headers)
    func everyOrderGetsItsFate(_ example: CheckCase) {
        var facts = testFacts([
            (testItem(1, "A"), ["reno": 100]), (testItem(2, "OTHER", gtin: "00000000000017"), ["reno": 100]),
            (testItem(3, "BLOCKED", status: .blocked), ["reno": 100]),
            (testItem(4, "PRICED", price: "7.50"), ["reno": 100]),
            (testItem(5, "CASE", pack: 12), ["reno": 100]),
        ])
        let before = facts.positions
        let outcome = take([example.document], &facts)
        let result = outcome.results[0]
        #expect(result.codes == example.codes)
        #expect(example.says.isEmpty || result.findings.contains { $0.message.contains(example.says) })
        switch example.fate {
        case .accepted: #expect(result.isAccepted)
        case .held:
            #expect(result.isHeld)
            #expect(outcome.changes.holds.map(\.code.rawValue) == example.codes)
            #expect(outcome.changes.movements.isEmpty && outcome.changes.events.isEmpty)
            #expect(facts.positions == before)
            #expect(outcome.changes.decisions[0].outcome.hasPrefix("held: "))
        case .refused:
            #expect(result.verdict == .refused)
            #expect(outcome.changes.orders.isEmpty)
        }
    }

    @Test func aFindingPointsAtItsValue() {
        var facts = testFacts([(testItem(1, "A"), [:])])
        let finding = take([testOrder("1", [TestLine("A", "1"), TestLine("A", "-3")])], &facts).results[0]
            .findings[0]
        #expect(finding.location?.byteOffset == 201)
        #expect(finding.location?.byteCount == 3)
    }

    @Test func aCaseIsCountedInPieces() throws {
        var facts = testFacts([(testItem(1, "CASE", pack: 12), ["reno": 100])])
        let outcome = take([testOrder("1", [TestLine("CASE", "2", "24.00", unit: "CS")])], &facts)
        let line = try #require(outcome.changes.lines.first)
        #expect(line.ordered == 24 && line.amountMinor == 4800)
        #expect(line.unitPrice == decimal("2.00"))
    }

    @Test func aLineWithoutAPriceTakesItFromItsAmountOrTheList() throws {
        var facts = testFacts([
            (testItem(1, "A"), ["reno": 9]), (testItem(2, "B", price: "4.25"), ["reno": 9]),
        ])
        let day = CalendarDate(year: 2025, month: 11, day: 1)
        facts.prices[ItemID(1)] = [
            PriceRow(
                item: ItemID(1), channel: nil, currency: .usd, unitPrice: decimal("9"), validFrom: nil,
                validThrough: nil),
            PriceRow(
                item: ItemID(1), channel: "shop", currency: .usd, unitPrice: decimal("8.5"), validFrom: day,
                validThrough: nil),
            PriceRow(
                item: ItemID(1), channel: "shop", currency: .usd, unitPrice: decimal("1"), validFrom: nil,
                validThrough: day),
        ]
        let order = testOrder(
            "1", [TestLine("A", "2", nil), TestLine("B", "2", nil), TestLine("B", "3", nil)]
        ) {
            $0.header[group: OrderGroup.lines][2].put(OrderLineField.lineAmount, decimal("10.00"))
        }
        let outcome = take([order], &facts)
        #expect(outcome.changes.lines.map(\.amountMinor) == [1700, 850, 1000])
        #expect(outcome.changes.lines[2].unitPrice == decimal("3.333333"))
    }

    @Test func aRefusedLineStillCountsInThePartnersTotal() throws {
        var facts = testFacts([(testItem(1, "A"), ["reno": 9])])
        let order = testOrder("1", [TestLine("A", "2"), TestLine("A", "1.5")]) {
            $0.header.put(OrderField.totalAll, decimal("35.00"))
        }
        let outcome = take([order], &facts)
        #expect(outcome.results[0].isAccepted)
        let row = try #require(outcome.changes.orders.first)
        #expect(row.goodsMinor == 2000 && row.totalMinor == 2000)
        #expect(outcome.changes.lines.map(\.ordinal) == [1])
    }

    @Test func thePriceListIsHeldAgainstThePrice() {
        var facts = testFacts([(testItem(1, "A", price: "10.00"), ["reno": 9])])
        let context = testContext { $0.otherChannels.priceToleranceMillionths = 10_000 }
        let prices = [("10.10", true), ("10.11", false), ("9.90", true), ("9.89", false)]
        for (index, (price, fits)) in prices.enumerated() {
            let outcome = take([testOrder("\(index)", [TestLine("A", "1", price)])], &facts, context)
            #expect(outcome.results[0].codes == (fits ? [] : ["OMS.PRICE.DIFFERS"]), "\(price)")
        }
    }

    @Test func explainSaysWhichPricesWereCompared() throws {
        var facts = testFacts([
            (testItem(1, "A", price: "10.00"), ["reno": 9]), (testItem(2, "B"), ["reno": 9]),
        ])
        let context = testContext { $0.otherChannels.priceToleranceMillionths = 25_000 }
        let outcome = take(
            [testOrder("1", [TestLine("A", "1", "10.25"), TestLine("B", "1", "7.00")])], &facts, context)
        let reasons = try #require(outcome.changes.decisions.first).reasons.filter {
            $0.rule == "validate.price"
        }
        #expect(
            reasons.map(\.because) == [
                "our list has no USD price of B to compare with", "1 price within 2.5 % of our list",
            ])
        let held = take([testOrder("2", [TestLine("A", "1", "10.26")])], &facts, context)
        let finding = try #require(held.results[0].findings.first)
        #expect(finding.found == "10.26" && finding.expected == "10.00, give or take 2.5 %")
        #expect(held.changes.movements.isEmpty)
    }

    @Test func aLineAmountIsHeldAgainstTheListToo() {
        var facts = testFacts([(testItem(1, "A", price: "10.00"), ["reno": 9])])
        let context = testContext { $0.otherChannels.priceToleranceMillionths = 0 }
        for (number, amount, codes) in [("1", "20.00", []), ("2", "20.02", ["OMS.PRICE.DIFFERS"])] {
            let order = testOrder(number, [TestLine("A", "2", nil)]) {
                $0.header[group: OrderGroup.lines][0].put(OrderLineField.lineAmount, decimal(amount))
            }
            #expect(take([order], &facts, context).results[0].codes == codes)
        }
    }

    @Test(arguments: [("20.00", [String]()), ("19.99", ["OMS.ORDER.REVIEW"])])
    func ordersAboveTheLimitAreLookedAt(_ limit: String, _ codes: [String]) {
        var facts = testFacts([(testItem(1, "A"), ["reno": 9])])
        let context = testContext { $0.review.above = decimal(limit) }
        let outcome = take([testOrder("1", [TestLine("A", "2")])], &facts, context)
        #expect(outcome.results[0].codes == codes)
        #expect(outcome.changes.holds.map(\.code.rawValue) == codes)
    }

    @Test func ordersToSomeCountriesAreLookedAt() {
        var facts = testFacts([(testItem(1, "A"), ["reno": 9])])
        let context = testContext { $0.review.countries = ["US"] }
        let outcome = take([testOrder("1", [TestLine("A", "2")])], &facts, context)
        #expect(outcome.results[0].codes == ["OMS.ADDRESS.COUNTRY"])
        #expect(outcome.changes.movements.isEmpty)
    }

    @Test func wrongTotalsAreToldWhereTheyDoNotHold() throws {
        var facts = testFacts([(testItem(1, "A"), ["reno": 9])])
        let context = testContext { $0.otherChannels.holdsTotals = false }
        let order = testOrder("1", [TestLine("A", "2")]) {
            $0.header.put(OrderField.totalAll, decimal("21.00"))
        }
        let outcome = take([order], &facts, context)
        #expect(outcome.results[0].isAccepted)
        #expect(outcome.results[0].findings.map(\.severity) == [.warning])
        let reasons = try #require(outcome.changes.decisions.first).reasons
        #expect(reasons.contains { $0.rule == "validate.totals" && $0.verdict == .noted })
    }

    @Test func aPriceForAHundredIsDividedOnce() {
        var facts = testFacts([(testItem(1, "A"), ["reno": 900])])
        let order = testOrder("1", [TestLine("A", "7", "12.345")]) {
            $0.header[group: OrderGroup.lines][0].put(OrderLineField.priceBasis, "perHundred")
        }
        #expect(take([order], &facts).changes.lines[0].amountMinor == 86)
    }

    @Test func theGoodsMayBeTheTotalWhereThePolicySaysSo() {
        var facts = testFacts([(testItem(1, "A"), ["reno": 900])])
        let order = testOrder("1", [TestLine("A", "2")]) {
            $0.header.put(OrderField.totalShipping, decimal("7.00"))
            $0.header.put(OrderField.totalAll, decimal("20.00"))
        }
        #expect(take([order], &facts).results[0].codes == ["OMS.TOTAL.MISMATCH"])
        let context = testContext { $0.otherChannels.totalBases = [.complete, .goods] }
        var again = testFacts([(testItem(1, "A"), ["reno": 900])])
        let outcome = take([order], &again, context)
        #expect(outcome.results[0].isAccepted)
        #expect(outcome.changes.orders[0].totalMinor == 2700)
    }

    @Test func addressesAreLeftAloneWhereThePolicySaysSo() {
        for (check, codes) in [
            (AddressCheck.required, ["OMS.ADDRESS.INCOMPLETE"]), (.ifGiven, []), (.off, []),
        ] {
            var facts = testFacts([(testItem(1, "A"), ["reno": 900])])
            var order = CanonicalDocument(.order)
            order.header.put(OrderField.number, "1")
            order.header[group: OrderGroup.lines] =
                testOrder("1", [TestLine("A", "1")]).header[group: OrderGroup.lines]
            let outcome = take([order], &facts, testContext { $0.otherChannels.addressCheck = check })
            #expect(outcome.results[0].codes == codes)
        }
    }
}
