import Canonical
import Diagnostics
import OMSRules
import Testing

/// Shipping orders that leave in several parts, cartons with numbers that are taken, and papers that are sent again.
@Suite struct AdviceTests {
    /// Order 1 of 5 A at 10.00 and 3 B at 4.00, reserved in Reno and told to it.
    private func released(
        _ context: RuleContext = testContext(), orders: Int = 1
    ) -> TestBooks {
        var books = TestBooks(
            testFacts([(testItem(1, "A"), ["reno": 90]), (testItem(2, "B"), ["reno": 90])]))
        var facts = books.orderFacts
        let documents = (1...orders).map {
            testOrder("\($0)", [TestLine("A", "5"), TestLine("B", "3", "4.00")])
        }
        books.apply(take(documents, &facts, context).changes)
        books.releaseAll()
        return books
    }

    /// One line of an advice: an article, what left, and what is said about the rest.
    struct Line: Sendable {
        var sku: String
        var units: Int
        var status: String?
        var missing: Int?

        init(_ sku: String, _ units: Int, _ status: String? = nil, missing: Int? = nil) {
            self.sku = sku
            self.units = units
            self.status = status
            self.missing = missing
        }
    }

    private func advice(
        _ number: String?, _ lines: [Line], purpose: String? = nil, for shippingOrder: String = "SO-1",
        sscc: String? = nil
    ) -> CanonicalDocument {
        testAdvice(number, for: shippingOrder, lines.map { ($0.sku, "\($0.units)") }) { document in
            document.header.put(ShippingAdviceField.purpose, purpose)
            for (index, line) in lines.enumerated() {
                document.header[group: ShippingAdviceGroup.lines][index].put(
                    AdviceLineField.status, line.status)
                document.header[group: ShippingAdviceGroup.lines][index].put(
                    AdviceLineField.difference, line.missing.map { decimal("\($0)") })
                document.header[group: ShippingAdviceGroup.lines][index].set(
                    AdviceLineField.sscc.rawValue, sscc.map { .text($0) },
                    from: SourceRange(offset: 40, length: 18))
            }
        }
    }

    struct RestCase: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var purpose: String?
        var lines: [Line]
        /// What became of A and B: shipped, still released, back-ordered, cancelled.
        var a: [Int64]
        var b: [Int64]
        var codes: [String] = []
    }

    static let rests = [
        RestCase(
            testDescription: "a partial one leaves the rest open", purpose: "partial", lines: [Line("A", 3)],
            a: [3, 2, 0, 0], b: [0, 3, 0, 0]),
        RestCase(
            testDescription: "so does one that does not say", lines: [Line("A", 3)], a: [3, 2, 0, 0],
            b: [0, 3, 0, 0]),
        RestCase(
            testDescription: "the last word ends everything", purpose: "final", lines: [Line("A", 3)],
            a: [3, 0, 2, 0], b: [0, 0, 3, 0]),
        RestCase(
            testDescription: "a habit of warehouses: complete with a difference, in a partial one",
            purpose: "partial",
            lines: [Line("A", 3, "complete", missing: 2)], a: [3, 2, 0, 0], b: [0, 3, 0, 0],
            codes: ["OMS.SHIP.DIFFERENCE"]),
        RestCase(
            testDescription: "the last word with a difference that it calls complete", purpose: "final",
            lines: [Line("A", 3, "complete", missing: 2), Line("B", 3, "complete", missing: 0)],
            a: [3, 0, 2, 0], b: [3, 0, 0, 0], codes: ["OMS.SHIP.DIFFERENCE"]),
        RestCase(
            testDescription: "a line that is back-ordered ends, the other does not", purpose: "partial",
            lines: [Line("A", 3, "backordered", missing: 2)], a: [3, 0, 2, 0], b: [0, 3, 0, 0]),
        RestCase(
            testDescription: "a line with more to come keeps what is not named open", purpose: "final",
            lines: [Line("A", 3, "partial")], a: [3, 2, 0, 0], b: [0, 3, 0, 0]),
        RestCase(
            testDescription: "out of stock beside more to come", purpose: "final",
            lines: [Line("A", 3, "partial"), Line("B", 0, "short")], a: [3, 2, 0, 0], b: [0, 0, 3, 0]),
        RestCase(
            testDescription: "the warehouse cancels the remainder",
            lines: [Line("A", 3, "remainderCancelled")],
            a: [3, 0, 0, 2], b: [0, 3, 0, 0]),
        RestCase(
            testDescription: "a difference without a status is so many and no more",
            lines: [Line("A", 3, missing: 1)], a: [3, 1, 1, 0], b: [0, 3, 0, 0]),
        RestCase(
            testDescription: "a status that nobody knows is no word", lines: [Line("A", 3, "ZZ", missing: 2)],
            a: [3, 2, 0, 0], b: [0, 3, 0, 0]),
        RestCase(
            testDescription: "one line in two cartons", purpose: "final",
            lines: [Line("A", 3, "complete"), Line("A", 2, "complete"), Line("B", 3, "complete")],
            a: [5, 0, 0, 0], b: [3, 0, 0, 0]),
    ]

    @Test(arguments: rests) func whatAnAdviceSaysOfTheRest(_ example: RestCase) throws {
        var books = released()
        let outcome = ship(advice("W-1", example.lines, purpose: example.purpose), &books)
        #expect(outcome.results.map(\.verdict) == [.applied])
        #expect(outcome.results[0].codes == example.codes)
        let lines = try #require(books.orders[OrderID(1)]?.lines)
        let buckets = lines.map { [$0[.shipped], $0[.released], $0[.backordered], $0[.cancelled]] }
        #expect(buckets == [example.a, example.b])
        let open = example.a[1] + example.b[1]
        #expect(outcome.changes.decisions[0].outcome.contains("still to come") == (open > 0))
        #expect(outcome.changes.itemsToRelease.isEmpty == (example.a[2] + example.b[2] == 0))
    }

    @Test(arguments: [[3, 2], [1, 1, 3], [4, 1]])
    func aShippingOrderMayLeaveInSeveralParts(_ parts: [Int]) {
        var books = released()
        for (index, units) in parts.enumerated() {
            let isLast = index == parts.count - 1
            let outcome = ship(
                advice(
                    "W-\(index)", [Line("A", units)] + (isLast ? [Line("B", 3)] : []),
                    purpose: isLast ? "final" : nil), &books)
            #expect(outcome.results.map(\.verdict) == [.applied])
            #expect(outcome.changes.movements.allSatisfy { $0.kind == .ship })
            #expect(
                outcome.changes.fulfilmentStates.last?.to
                    == (isLast ? .shipped : index == 0 ? .partlyShipped : nil))
        }
        #expect(books.orders[OrderID(1)]?.row.lifecycle == .complete)
        #expect(books.invoices.map(\.totalMinor).reduce(0, +) == 6200)
    }

    @Test(arguments: [(true, RuleResult.Verdict.documentHeld), (false, .refused)])
    func moreThanWasOpenWaitsWhereTheChannelSaysSo(_ holds: Bool, _ verdict: RuleResult.Verdict) {
        let context = testContext { $0.otherChannels.holdsOverShipped = holds }
        var books = released(context)
        let outcome = ship(advice("W-1", [Line("A", 6)]), &books, by: "acme3pl", context)
        #expect(outcome.results.map(\.verdict) == [verdict])
        #expect(outcome.results[0].codes == ["OMS.SHIP.OVER"] && outcome.changes.movements.isEmpty)
    }

    // MARK: The same number again

    struct AgainCase: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var lines = [Line("A", 3)]
        var purpose: String?
        var sscc: String? = "006141410000123452"
        var tracking: String? = "1Z1"
        var change: String?
    }

    static let agains = [
        AgainCase(testDescription: "the same"),
        AgainCase(testDescription: "the same in two lines", lines: [Line("A", 1), Line("A", 2)]),
        AgainCase(testDescription: "less", lines: [Line("A", 2)], change: "3 of 'A' then, 2 now"),
        AgainCase(
            testDescription: "more", lines: [Line("A", 3), Line("B", 1)], change: "0 of 'B' then, 1 now"),
        AgainCase(testDescription: "another carton", sscc: "006141410000123469", change: "cartons"),
        AgainCase(
            testDescription: "another tracking number", tracking: "1Z2", change: "'1Z1' then, '1Z2' now"),
        AgainCase(testDescription: "the last word after all", purpose: "final", change: "will not come"),
    ]

    @Test(arguments: agains) func aShipmentNumberAgain(_ example: AgainCase) throws {
        for channel in [ContentChangePolicy.hold, .refuse] {
            let context = testContext { $0.otherChannels.contentChange = channel }
            var books = released(context)
            _ = ship(
                advice("W-1", [Line("A", 3)], sscc: "006141410000123452"), &books, by: "acme3pl", context)
            var second = advice("W-1", example.lines, purpose: example.purpose, sscc: example.sscc)
            second.header.put(ShippingAdviceField.tracking, example.tracking)
            let again = ship(second, &books, by: "acme3pl", context)
            #expect(again.changes.movements.isEmpty && again.changes.shipments.isEmpty)
            let finding = try #require(again.results[0].findings.first)
            guard let change = example.change else {
                #expect(again.results[0].verdict == .noEffect && finding.code == "DUP.SHIPMENT")
                continue
            }
            #expect(again.results[0].verdict == (channel == .hold ? .documentHeld : .refused))
            #expect(finding.code == "OMS.SHIPMENT.CHANGED")
            #expect(finding.message.contains(change) && finding.message.contains("W-1/SO-1"))
        }
    }

    // MARK: Cartons

    @Test func aCartonNumberThatLeftBeforeStopsOnlyItsPaper() {
        var books = released(orders: 3)
        var facts = books.shipmentFacts
        let documents = [
            advice("W-1", [Line("A", 5)], sscc: "006141410000123452"),
            advice("W-2", [Line("A", 5)], for: "SO-2", sscc: "006141410000123452"),
            advice("W-3", [Line("A", 5)], for: "SO-3", sscc: "006141410000123469"),
        ]
        let outcome = ShipmentRules.apply(
            documents.map { incoming($0, drop: 50, channel: "advices", partner: "acme3pl") }, facts: &facts,
            identifiers: books.ids, context: testContext())
        #expect(outcome.results.map(\.verdict) == [.applied, .documentHeld, .applied])
        #expect(outcome.results[1].codes == ["OMS.CARTON.REUSED"])
        #expect(outcome.results[1].findings[0].message.contains("left with shipment SH-1"))
        #expect(outcome.results[1].findings[0].location?.byteOffset == 40)
        #expect(outcome.changes.packages.compactMap(\.sscc) == ["006141410000123452", "006141410000123469"])
        books.apply(outcome.changes)
        #expect(books.faults.isEmpty)
        // The next batch knows them from the books.
        let later = ship(advice("W-4", [Line("B", 3)], for: "SO-2", sscc: "006141410000123469"), &books)
        #expect(later.results[0].codes == ["OMS.CARTON.REUSED"])
    }

    @Test func aPlannedCartonIsItselfAndNobodyElses() throws {
        let context = testContext {
            $0.packing["reno"] = PackingPolicy(unitsPerCartonMax: 8, companyPrefix: "0614141")
        }
        var books = released(context, orders: 2)
        let mine = try #require(books.packages[PackageID(1)]?.sscc)
        let other = ship(
            advice("W-1", [Line("A", 5)], for: "SO-2", sscc: mine), &books, by: "acme3pl", context)
        #expect(other.results[0].codes == ["OMS.CARTON.REUSED"])
        #expect(other.results[0].findings[0].message.contains("planned for shipping order SO-1"))
        let own = ship(advice("W-1", [Line("A", 5)], sscc: mine), &books, by: "acme3pl", context)
        #expect(own.results.map(\.verdict) == [.applied] && own.results[0].codes.isEmpty)
        #expect(own.changes.packages.isEmpty && own.changes.packedShipments.map(\.package) == [PackageID(1)])
        let twice = ship(advice("W-2", [Line("B", 3)], sscc: mine), &books, by: "acme3pl", context)
        #expect(twice.results[0].codes == ["OMS.CARTON.REUSED"])
    }

    @Test(arguments: [
        ("006141410000123453", ["OMS.CARTON.CHECK"]), ("12", ["OMS.CARTON.CHECK"]),
        ("006141410000123452", []),
    ])
    func aWrongCheckDigitIsTold(_ sscc: String, _ codes: [String]) {
        var books = released()
        let outcome = ship(advice("W-1", [Line("A", 5)], sscc: sscc), &books)
        #expect(outcome.results.map(\.verdict) == [.applied] && outcome.results[0].codes == codes)
        #expect(outcome.results[0].findings.allSatisfy { $0.severity == .warning && $0.location != nil })
    }

    @Test func aNumberOfOurRangeThatWeHaveNotGivenIsNotGivenAgain() throws {
        let policy = PackingPolicy(unitsPerCartonMax: 8, companyPrefix: "0614141")
        let context = testContext { $0.packing["reno"] = policy }
        var books = released(context)
        let soon = try #require(SSCC.code(extensionDigit: 0, companyPrefix: "0614141", serial: 40))
        let taken = ship(advice("W-1", [Line("A", 5)], sscc: soon), &books, by: "acme3pl", context)
        #expect(taken.results.map(\.verdict) == [.applied])
        #expect(taken.changes.identifiers.package == 42)
        let far = try #require(SSCC.code(extensionDigit: 0, companyPrefix: "0614141", serial: 900_000))
        let held = ship(advice("W-2", [Line("B", 3)], sscc: far), &books, by: "acme3pl", context)
        #expect(
            held.results.map(\.verdict) == [.documentHeld] && held.results[0].codes == ["OMS.CARTON.OURS"])
    }

    // MARK: Notices of suppliers

    /// A notice whose cartons have these numbers, order by order.
    private func notice(
        _ number: String, _ orders: [(String, [(sku: String, quantity: String)])], ssccs: [String]
    ) -> CanonicalDocument {
        var document = testNotice(number, orders)
        for (index, sscc) in ssccs.enumerated() {
            document.header[group: ShipNoticeGroup.orders][index][group: NoticeOrderGroup.packages][0].set(
                NoticePackageField.sscc.rawValue, .text(sscc), from: SourceRange(offset: 40, length: 18))
        }
        return document
    }

    @Test func aNoticeWithACartonThatIsTakenWaits() {
        let (one, two) = ("006141410000123452", "006141410000123469")
        var books = purchased()
        let both = notice("N-1", [("PO-1", [("A", "3")]), ("PO-2", [("A", "1")])], ssccs: [one, one])
        let twice = ship(both, &books, by: "acme")
        #expect(twice.results.map(\.verdict) == [.documentHeld])
        #expect(twice.results[0].codes == ["OMS.CARTON.REUSED"] && twice.changes.movements.isEmpty)
        let first = ship(notice("N-2", [("PO-1", [("A", "3")])], ssccs: [one]), &books, by: "acme")
        #expect(first.results.map(\.verdict) == [.applied])
        let again = ship(notice("N-3", [("PO-2", [("A", "1")])], ssccs: [one]), &books, by: "acme")
        #expect(again.results[0].codes == ["OMS.CARTON.REUSED"])
        #expect(again.results[0].findings[0].location?.byteOffset == 40)
        let other = ship(notice("N-4", [("PO-2", [("A", "1")])], ssccs: [two]), &books, by: "acme")
        #expect(other.results.map(\.verdict) == [.applied] && other.results[0].codes.isEmpty)
    }

    @Test func aCartonWithTwoArticlesMayBeNamedTwice() {
        var books = purchased()
        var document = notice("N-1", [("PO-1", [("A", "3")])], ssccs: ["006141410000123452"])
        let package = document.header[group: ShipNoticeGroup.orders][0][group: NoticeOrderGroup.packages][0]
        document.header[group: ShipNoticeGroup.orders][0][group: NoticeOrderGroup.packages].append(package)
        let outcome = ship(document, &books, by: "acme")
        // Three and three are more than five; the carton is not what is wrong.
        #expect(outcome.results[0].codes == ["OMS.SHIP.OVER"])
        document.header[group: ShipNoticeGroup.orders][0][group: NoticeOrderGroup.packages][1][
            group: NoticePackageGroup.items][0].put(NoticeItemField.quantity, decimal("1"))
        let fits = ship(document, &books, by: "acme")
        #expect(fits.results.map(\.verdict) == [.applied] && fits.changes.packages.count == 1)
    }

    @Test func aCorrectedNoticeIsNotSwallowed() {
        var books = purchased()
        _ = ship(testNotice("N-1", [("PO-1", [("A", "3")])]), &books, by: "acme")
        let same = ship(testNotice("N-1", [("PO-1", [("A", "3")])]), &books, by: "acme")
        #expect(same.results[0].codes == ["DUP.SHIPMENT"])
        let corrected = ship(testNotice("N-1", [("PO-1", [("A", "4")])]), &books, by: "acme")
        #expect(corrected.results.map(\.verdict) == [.documentHeld])
        #expect(corrected.results[0].findings[0].message.contains("3 of 'A' then, 4 now"))
    }
}
