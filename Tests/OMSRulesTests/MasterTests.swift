import Canonical
import Diagnostics
import OMSRules
import Testing

@Suite struct MasterTests {
    private func apply(_ documents: [CanonicalDocument], _ facts: inout MasterFacts) -> RuleOutcome {
        MasterRules.apply(
            documents.map { incoming($0, channel: "master") }, facts: &facts,
            identifiers: IdentifierSequence(startingAt: 7),
            context: testContext())
    }

    private func item(_ sku: String?, _ change: (inout Record) -> Void = { _ in }) -> CanonicalDocument {
        var document = CanonicalDocument(.item)
        document.header.put(ItemField.sku, sku)
        change(&document.header)
        return document
    }

    private func location(_ code: String?, _ change: (inout Record) -> Void = { _ in }) -> CanonicalDocument {
        var document = CanonicalDocument(.location)
        document.header.put(LocationField.code, code)
        change(&document.header)
        return document
    }

    @Test func aNewArticleGetsANumberAndKeepsIt() throws {
        var facts = MasterFacts()
        let new = item("A") {
            $0.put(ItemField.gtin, "012345678905")
            $0.put(ItemField.weight, decimal("1.5"))
            $0.put(ItemField.weightUnit, "LB")
            $0.put(ItemField.packQuantity, decimal("12"))
            $0.put(ItemField.dropShip, "always")
            $0.put(ItemField.supplier, "acme")
        }
        let first = apply([new], &facts)
        let row = try #require(first.changes.items.first)
        #expect(row.id == ItemID(7) && row.gtin == "00012345678905" && row.weightGrams == 680)
        #expect(
            row.packQuantity == 12 && row.dropShip == .always && row.status == .active && row.unit == "EA")
        #expect(first.results.map(\.verdict) == [.applied])
        #expect(apply([new], &facts).results.map(\.verdict) == [.noEffect])
        let changed = apply([item("A") { $0.put(ItemField.description, "better") }], &facts)
        #expect(changed.changes.items.map(\.id) == [ItemID(7)])
        #expect(changed.changes.identifiers.item == 7)
    }

    @Test(
        arguments: [
            (ItemField.gtin, "012345678906", "00012345678906"), (.gtin, "12A", nil),
        ] as [(ItemField, String, String?)])
    func aWrongGTINWarns(_ field: ItemField, _ given: String, _ kept: String?) {
        var facts = MasterFacts()
        let outcome = apply([item("A") { $0.put(field, given) }], &facts)
        #expect(outcome.results[0].codes == ["OMS.GTIN.CHECK"])
        #expect(outcome.results[0].findings[0].severity == .warning)
        #expect(outcome.changes.items.map(\.gtin) == [kept])
    }

    @Test func wrongArticlesAreRefused() {
        var facts = MasterFacts()
        let outcome = apply(
            [
                item(nil), item("A") { $0.put(ItemField.status, "funny") },
                item("A") { $0.put(ItemField.dropShip, "maybe") },
                item("A") { $0.put(ItemField.currency, "US$") },
                item("A") { $0.put(ItemField.packQuantity, decimal("0")) },
            ], &facts)
        #expect(
            outcome.results.map { $0.codes[0] } == [
                "OMS.ITEM.SKU", "OMS.STATUS.UNKNOWN", "OMS.STATUS.UNKNOWN", "OMS.CURRENCY.UNKNOWN",
                "OMS.QTY.RANGE",
            ])
        #expect(outcome.changes.items.isEmpty && facts.items.isEmpty)
    }

    @Test func aLocationKnowsWhereItIs() throws {
        var facts = MasterFacts()
        let outcome = apply(
            [
                location("reno") {
                    $0.put(LocationField.latitude, decimal("39.53"))
                    $0.put(LocationField.longitude, decimal("-119.813800"))
                    $0.put(LocationField.safetyStock, decimal("5"))
                    $0.put(LocationField.status, "inactive")
                    $0.put(LocationField.country, "us")
                },
                location("mars") {
                    $0.put(LocationField.latitude, decimal("139.53"))
                    $0.put(LocationField.longitude, decimal("1"))
                }, location(nil), location("x") { $0.put(LocationField.safetyStock, decimal("-1")) },
            ], &facts)
        let row = try #require(outcome.changes.locations.first)
        #expect(row.latitude == 39_530_000 && row.longitude == -119_813_800)
        #expect(row.safetyStock == 5 && !row.isActive && row.country == "US")
        #expect(outcome.changes.locations[1].latitude == nil && outcome.changes.locations[1].longitude == nil)
        #expect(
            outcome.results.map(\.codes) == [
                [], ["OMS.LOCATION.COORDINATES"], ["OMS.LOCATION.CODE"], ["OMS.QTY.RANGE"],
            ])
    }

    @Test func pricesBelongToKnownArticles() throws {
        var facts = MasterFacts(items: ["A": testItem(1, "A")])
        func price(_ sku: String, _ text: String?, through: Int = 30, currency: String? = "EUR")
            -> CanonicalDocument
        {
            var document = CanonicalDocument(.price)
            document.header.put(PriceField.sku, sku)
            document.header.put(PriceField.unitPrice, text.map(decimal))
            document.header.put(PriceField.currency, currency)
            document.header.put(PriceField.validFrom, CalendarDate(year: 2025, month: 11, day: 10))
            document.header.put(PriceField.validThrough, CalendarDate(year: 2025, month: 11, day: through))
            return document
        }
        let outcome = apply(
            [
                price("A", "9.50"), price("Z", "1"), price("A", "-1"), price("A", nil),
                price("A", "1", through: 9),
                price("A", "1", currency: "EURO"),
            ], &facts)
        #expect(outcome.changes.prices.count == 1)
        #expect(outcome.changes.prices[0].unitPrice == decimal("9.5"))
        #expect(
            outcome.results.dropFirst().map { $0.codes[0] } == [
                "OMS.SKU.UNKNOWN", "OMS.PRICE.NEGATIVE", "OMS.PRICE.NEGATIVE", "OMS.DATE.ORDER",
                "OMS.CURRENCY.UNKNOWN",
            ])
        #expect(MasterRules.wantedSKUs(by: [price("A", "1"), item("B"), location("c")]) == ["A", "B"])
    }
}

@Suite struct AvailabilityFeedTests {
    struct FeedCase: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var quantity: Int64
        var because: String
        var status = ItemStatus.active
        var change: @Sendable (inout FeedPolicy) -> Void
    }

    static let cases = [
        FeedCase(testDescription: "everything above safety stock", quantity: 22, because: "available 22") {
            _ in
        },
        FeedCase(testDescription: "some locations", quantity: 15, because: "available 15") {
            $0.locations = ["reno", "old"]
        },
        FeedCase(
            testDescription: "a share, rounded down, less a buffer", quantity: 4,
            because: "available 22, share 33.3 %, buffer 3"
        ) {
            $0.shareBasisPoints = 3330
            $0.buffer = 3
        },
        FeedCase(
            testDescription: "a buffer above everything", quantity: 0, because: "available 22, buffer 99"
        ) { $0.buffer = 99 },
        FeedCase(testDescription: "a cap", quantity: 10, because: "available 22, cap 10") { $0.cap = 10 },
        FeedCase(testDescription: "too little to tell", quantity: 0, because: "available 22, below 30") {
            $0.publishMin = 30
        },
        FeedCase(testDescription: "blocked", quantity: 0, because: "blocked", status: .blocked) { _ in },
    ]

    @Test(arguments: cases)
    func aChannelIsToldWhatThePolicySays(_ example: FeedCase) {
        var policy = FeedPolicy()
        example.change(&policy)
        // Memphis has 3 of a safety stock of 5, Newark 7, Reno 20 less 5; the old one is closed.
        let locations = [
            testLocation(1, "memphis", postal: "38118", safety: 5),
            testLocation(2, "newark", postal: "07114"),
            testLocation(3, "reno", postal: "89506", safety: 5),
            testLocation(4, "old", postal: "89506", active: false),
        ]
        let positions = [(1, 3), (2, 7), (3, 20), (4, 100)].map {
            StockPosition(location: LocationID($0.0), available: $0.1, reserved: 50)
        }
        let lines = AvailabilityFeed.lines(
            [(testItem(1, "A", status: example.status), positions)], locations: locations, policy: policy)
        #expect(lines == [FeedLine(item: ItemID(1), quantity: example.quantity, because: example.because)])
    }
}
