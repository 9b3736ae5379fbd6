import Canonical
import Diagnostics
import OMSRules
import Testing

/// Stock, wants, and where an order from Austin (Memphis is nearest, then Reno, then Newark) comes from.
struct RouteCase: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// Units by article and location.
    var stock: [String: [String: Int64]]
    var lines: [(String, Int64)]
    /// `location: article units`, in the order of the movements; `backorder: article units` for the rest.
    var moves: [String]
    var outcome: String
    var change: @Sendable (inout RulesPolicy) -> Void = { _ in }
    var safety: Int64 = 0
}

@Suite struct RoutingTests {
    static let cases: [RouteCase] = [
        RouteCase(
            testDescription: "nearest with everything",
            stock: ["A": ["memphis": 5, "reno": 5, "newark": 5]], lines: [("A", 5)], moves: ["memphis: A 5"],
            outcome: "routed to memphis"),
        RouteCase(
            testDescription: "the nearest lacks one",
            stock: ["A": ["memphis": 4, "reno": 5]], lines: [("A", 5)], moves: ["reno: A 5"],
            outcome: "routed to reno"),
        RouteCase(
            testDescription: "one location beats two nearer ones",
            stock: ["A": ["memphis": 5, "newark": 5], "B": ["reno": 5, "newark": 5]],
            lines: [("A", 5), ("B", 5)],
            moves: ["newark: A 5", "newark: B 5"], outcome: "routed to newark"),
        RouteCase(
            testDescription: "two locations, lines whole",
            stock: ["A": ["memphis": 5, "reno": 2], "B": ["reno": 5, "newark": 4]],
            lines: [("A", 5), ("B", 5)],
            moves: ["memphis: A 5", "reno: B 5"], outcome: "split over memphis and reno"),
        RouteCase(
            testDescription: "two locations, one line split",
            stock: ["A": ["memphis": 3, "reno": 3, "newark": 3]], lines: [("A", 5)],
            moves: ["memphis: A 3", "reno: A 2"], outcome: "split over memphis and reno"),
        RouteCase(
            testDescription: "lines may not be split",
            stock: ["A": ["memphis": 3, "reno": 4]], lines: [("A", 5)],
            moves: ["reno: A 4", "backorder: A 1"],
            outcome: "routed to reno, 1 unit back-ordered", change: { $0.routing.allowsLineSplit = false }),
        RouteCase(
            testDescription: "orders may not be split",
            stock: ["A": ["memphis": 5], "B": ["reno": 3]], lines: [("A", 5), ("B", 3)],
            moves: ["backorder: A 5", "backorder: B 3"], outcome: "8 units back-ordered",
            change: { $0.routing.allowsSplit = false }),
        RouteCase(
            testDescription: "nor may a line, where orders may not",
            stock: ["A": ["memphis": 4, "reno": 3]], lines: [("A", 6)],
            moves: ["backorder: A 6"], outcome: "6 units back-ordered",
            change: { $0.routing.allowsSplit = false }),
        RouteCase(
            testDescription: "one place with everything is no split",
            stock: ["A": ["memphis": 4, "reno": 6]], lines: [("A", 6)],
            moves: ["reno: A 6"], outcome: "routed to reno",
            change: { $0.routing.allowsSplit = false }),
        RouteCase(
            testDescription: "three locations",
            stock: ["A": ["memphis": 1], "B": ["reno": 1], "C": ["newark": 1]],
            lines: [("A", 1), ("B", 1), ("C", 1)],
            moves: ["memphis: A 1", "reno: B 1", "newark: C 1"],
            outcome: "split over memphis and reno and newark"),
        RouteCase(
            testDescription: "at most two locations",
            stock: ["A": ["memphis": 1], "B": ["reno": 1], "C": ["newark": 1]],
            lines: [("A", 1), ("B", 1), ("C", 1)],
            moves: ["memphis: A 1", "reno: B 1", "backorder: C 1"],
            outcome: "split over memphis and reno, 1 unit back-ordered",
            change: { $0.routing.shipmentsMax = 2 }),
        RouteCase(
            testDescription: "nothing anywhere", stock: ["A": [:]], lines: [("A", 2)],
            moves: ["backorder: A 2"],
            outcome: "2 units back-ordered"),
        RouteCase(
            testDescription: "safety stock is left alone", stock: ["A": ["memphis": 12, "reno": 12]],
            lines: [("A", 7)], moves: ["memphis: A 2", "reno: A 2", "backorder: A 3"],
            outcome: "split over memphis and reno, 3 units back-ordered", safety: 10),
        RouteCase(
            testDescription: "excluded", stock: ["A": ["memphis": 5, "reno": 5]], lines: [("A", 5)],
            moves: ["reno: A 5"], outcome: "routed to reno", change: { $0.routing.excluded = ["memphis"] }),
        RouteCase(
            testDescription: "the country's locations only", stock: ["A": ["memphis": 5, "newark": 5]],
            lines: [("A", 5)], moves: ["newark: A 5"], outcome: "routed to newark",
            change: { $0.routing.countries["US"] = CountryRoute(locations: ["reno", "newark"]) }),
        RouteCase(
            testDescription: "the country's rank before distance", stock: ["A": ["memphis": 5, "newark": 5]],
            lines: [("A", 5)], moves: ["newark: A 5"], outcome: "routed to newark",
            change: {
                $0.routing.countries["US"] = CountryRoute(locations: ["newark", "memphis"], sort: .listed)
            }),
        RouteCase(
            testDescription: "a route for every country", stock: ["A": ["memphis": 5, "newark": 5]],
            lines: [("A", 5)], moves: ["newark: A 5"], outcome: "routed to newark",
            change: { $0.routing.elsewhere = CountryRoute(locations: ["newark"]) }),
        RouteCase(
            testDescription: "the country's own route before that for every country",
            stock: ["A": ["memphis": 5, "newark": 5]], lines: [("A", 5)], moves: ["memphis: A 5"],
            outcome: "routed to memphis",
            change: {
                $0.routing.countries["US"] = CountryRoute(locations: ["memphis"])
                $0.routing.elsewhere = CountryRoute(locations: ["newark"])
            }),
        RouteCase(
            testDescription: "the one with most", stock: ["A": ["memphis": 5, "newark": 7, "reno": 6]],
            lines: [("A", 5)], moves: ["newark: A 5"], outcome: "routed to newark",
            change: { $0.routing.sort = .mostStock }),
        RouteCase(
            testDescription: "a route sorts its own way",
            stock: ["A": ["memphis": 5, "newark": 7, "reno": 6]],
            lines: [("A", 5)], moves: ["memphis: A 5"], outcome: "routed to memphis",
            change: {
                $0.routing.sort = .mostStock
                $0.routing.elsewhere = CountryRoute(
                    locations: ["reno", "memphis", "newark"], sort: .nearest)
            }),
        RouteCase(
            testDescription: "the list decides which two share an order",
            stock: ["A": ["memphis": 3, "reno": 3, "newark": 3]], lines: [("A", 5)],
            moves: ["reno: A 3", "newark: A 2"], outcome: "split over reno and newark",
            change: {
                $0.routing.elsewhere = CountryRoute(
                    locations: ["reno", "newark", "memphis"], sort: .listed)
            }),
        RouteCase(
            testDescription: "the site's safety stock where a location has none",
            stock: ["A": ["memphis": 6, "reno": 7]], lines: [("A", 5)], moves: ["reno: A 5"],
            outcome: "routed to reno", change: { $0.routing.safetyStock = 2 }),
        RouteCase(
            testDescription: "a location's safety stock where it is higher",
            stock: ["A": ["memphis": 14, "reno": 15]], lines: [("A", 5)], moves: ["reno: A 5"],
            outcome: "routed to reno", change: { $0.routing.safetyStock = 2 }, safety: 10),
        RouteCase(
            testDescription: "two lines of one article", stock: ["A": ["memphis": 5, "reno": 4]],
            lines: [("A", 4), ("A", 3)], moves: ["memphis: A 4", "memphis: A 1", "reno: A 2"],
            outcome: "split over memphis and reno"),
    ]

    private func facts(_ example: RouteCase) -> OrderFacts {
        let stock = example.stock.sorted { $0.key < $1.key }.enumerated().map { index, entry in
            (item: testItem(Int64(index + 1), entry.key), at: entry.value)
        }
        let locations = [
            testLocation(1, "memphis", postal: "38118", safety: example.safety),
            testLocation(2, "newark", postal: "07114", safety: example.safety),
            testLocation(3, "reno", postal: "89506", safety: example.safety),
        ]
        return testFacts(stock, locations: locations)
    }

    private func moves(_ outcome: RuleOutcome, _ facts: OrderFacts) -> [String] {
        outcome.changes.movements.map { movement in
            let sku = facts.items.values.first { $0.id == movement.item }?.sku ?? ""
            let code = facts.locations.first { $0.id == movement.location }?.code ?? movement.kindWord
            return "\(code): \(sku) \(movement.quantity)"
        }
    }

    @Test(arguments: cases)
    func ordersComeFromTheRightPlace(_ example: RouteCase) throws {
        var facts = facts(example)
        let order = testOrder("1", example.lines.map { TestLine($0.0, String($0.1)) })
        let outcome = take([order], &facts, testContext(example.change))
        #expect(outcome.results[0].isAccepted)
        #expect(moves(outcome, facts) == example.moves)
        let decision = try #require(outcome.changes.decisions.first)
        #expect(decision.outcome == example.outcome)
        let routing = decision.reasons.filter { $0.rule == "route.nearest-stocked" }
        #expect(routing.map(\.subject).sorted() == ["memphis", "newark", "reno"])
        let chosen = Set(
            example.moves.filter { !$0.hasPrefix("backorder") }.map { String($0.prefix { $0 != ":" }) })
        #expect(Set(routing.filter { $0.verdict == .chosen }.map(\.subject)) == chosen)
        #expect(routing.allSatisfy { !$0.because.isEmpty })
    }

    @Test func reasonsGiveTheFigures() throws {
        var facts = testFacts([(testItem(1, "A"), ["memphis": 3, "reno": 5])])
        let outcome = take([testOrder("1", [TestLine("A", "5")])], &facts)
        let reasons = try #require(outcome.changes.decisions.first).reasons.filter {
            $0.rule.hasPrefix("route")
        }
        #expect(
            reasons.map { "\($0.subject) \($0.verdict): \($0.because)" } == [
                "memphis refused: 901 km, only 3 of 5 A available", "reno chosen: 2248 km, in stock",
                "newark refused: 2416 km, no A available",
            ])
    }

    @Test func reasonsNameTheRuleAndWhatIsKeptBack() throws {
        var facts = testFacts([(testItem(1, "A"), ["memphis": 6, "reno": 7])])
        let context = testContext {
            $0.routing.safetyStock = 2
            $0.routing.elsewhere = CountryRoute(locations: ["reno", "memphis"], name: "both")
        }
        let outcome = take([testOrder("1", [TestLine("A", "7")])], &facts, context)
        let reasons = try #require(outcome.changes.decisions.first).reasons.filter {
            $0.rule.hasPrefix("route")
        }
        #expect(
            reasons.map { "\($0.subject) \($0.verdict): \($0.because)" } == [
                "both passed: US is served from reno, memphis",
                "memphis chosen: 901 km, ships 4 units, lines: 1 of 1, safety stock of 2 kept back",
                "reno chosen: 2248 km, ships 3 units, lines: 1 of 1, safety stock of 2 kept back",
                "newark refused: not a location for US",
            ])
        let next = take([testOrder("2", [TestLine("A", "1")])], &facts, context)
        #expect(next.changes.movements.map(\.kind) == [.reserve])
        let last = take([testOrder("3", [TestLine("A", "9")])], &facts, context)
        let because = last.changes.decisions.first?.reasons.first { $0.subject == "memphis" }?.because
        #expect(because == "901 km, no A available above safety stock of 2")
    }

    @Test func withoutAnAddressPriorityDecides() throws {
        var facts = testFacts(
            [(testItem(1, "A"), ["memphis": 5, "reno": 5, "newark": 5])],
            locations: [
                testLocation(1, "memphis", postal: "38118", priority: 2),
                testLocation(2, "newark", postal: "07114", priority: 1),
                testLocation(3, "reno", postal: "89506", priority: 1),
            ])
        let context = testContext { $0.otherChannels.addressCheck = .off }
        let order = testOrder("1", [TestLine("A", "1")]) {
            $0.header.put(OrderField.shipToCountry, "ZZ")
        }
        let outcome = take([order], &facts, context)
        let decision = try #require(outcome.changes.decisions.first)
        #expect(decision.outcome == "routed to newark")
        #expect(
            decision.reasons.filter { $0.rule.hasPrefix("route") }.allSatisfy {
                $0.because.hasPrefix("no coordinates")
            })
    }

    @Test func coordinatesOfALocationWinOverItsPostalCode() {
        var locations = [
            testLocation(1, "memphis", postal: "38118"), testLocation(3, "reno", postal: "89506"),
        ]
        locations[1].latitude = 30_300_000
        locations[1].longitude = -97_700_000
        var facts = testFacts([(testItem(1, "A"), ["memphis": 5, "reno": 5])], locations: locations)
        let outcome = take([testOrder("1", [TestLine("A", "1")])], &facts)
        #expect(outcome.changes.decisions.first?.outcome == "routed to reno")
    }

    @Test func setsOfOneDistanceAreComparedByTheirCodes() {
        let locations = ["d", "c", "b", "a"].enumerated().map {
            testLocation(Int64($0 + 1), $1, postal: "38118")
        }
        let stock: [String: Int64] = ["a": 1, "b": 1, "c": 1, "d": 1]
        var facts = testFacts([(testItem(1, "A"), stock)], locations: locations)
        let outcome = take([testOrder("1", [TestLine("A", "2")])], &facts)
        #expect(outcome.changes.decisions.first?.outcome == "split over a and b")
    }

    @Test func anOrderThatMayNotWaitIsHeldWhole() {
        var facts = testFacts([(testItem(1, "A"), ["reno": 5]), (testItem(2, "B"), ["reno": 1])])
        let context = testContext { $0.otherChannels.allowsBackorders = false }
        let before = facts.positions
        let outcome = take([testOrder("1", [TestLine("A", "5"), TestLine("B", "3")])], &facts, context)
        #expect(outcome.results[0].codes == ["OMS.STOCK.NONE"])
        #expect(outcome.changes.holds.map(\.reason) == ["only 1 of 3 of SKU 'B' are in stock"])
        #expect(outcome.changes.holds.map(\.line) == [LineID(2)])
        #expect(outcome.changes.movements.isEmpty && facts.positions == before)
    }

    @Test func discontinuedArticlesAreSoldDownButNotBackOrdered() {
        let item = testItem(1, "A", status: .discontinued)
        var facts = testFacts([(item, ["reno": 5])])
        #expect(take([testOrder("1", [TestLine("A", "5")])], &facts).results[0].isAccepted)
        let next = take([testOrder("2", [TestLine("A", "1")])], &facts)
        #expect(next.changes.holds.map(\.reason) == ["no warehouse stocks SKU 'A'"])
    }

    @Test func cartonsArePlannedWithTheirNumbers() throws {
        var facts = testFacts([(testItem(1, "A"), ["reno": 50])])
        let context = testContext {
            $0.packing["reno"] = PackingPolicy(
                unitsPerCartonMax: 10, companyPrefix: "0614141", extensionDigit: 0)
        }
        let outcome = take([testOrder("1", [TestLine("A", "25")])], &facts, context)
        #expect(outcome.changes.packages.map(\.ordinal) == [1, 2, 3])
        #expect(outcome.changes.packages.allSatisfy { $0.count == 3 && $0.fulfilment == FulfilmentID(1) })
        #expect(outcome.changes.packages.first?.sscc == "006141410000000012")
        #expect(outcome.changes.packages.allSatisfy { SSCC.isValid($0.sscc ?? "") })
        #expect(outcome.changes.identifiers.package == 4)
    }
}

extension Movement {
    var kindWord: String {
        switch kind {
        case .backorder: "backorder"
        case .releaseToSupplier: "supplier"
        default: "\(kind)"
        }
    }
}
