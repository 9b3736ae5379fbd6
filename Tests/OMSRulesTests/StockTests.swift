import Canonical
import Diagnostics
import OMSRules
import Testing

func testReport(
    _ warehouse: String?, _ lines: [(sku: String, onHand: String?)], asOf: String? = "2025-11-21T22:00:00Z",
    _ change: (inout CanonicalDocument) -> Void = { _ in }
) -> CanonicalDocument {
    var document = CanonicalDocument(.stockReport)
    document.header.put(StockReportField.warehouse, warehouse)
    document.header.put(StockReportField.asOf, asOf.flatMap { Instant(rfc3339: $0) })
    let schema = DocumentKind.stockReport.schema.groups[StockReportGroup.lines.rawValue]
    for (sku, onHand) in lines {
        var record = Record(schema)
        record.put(StockLineField.sku, sku)
        record.put(StockLineField.onHand, onHand.map(decimal))
        document.header[group: StockReportGroup.lines].append(record)
    }
    change(&document)
    return document
}

@Suite struct StockTests {
    /// Reno holds `available` and `reserved` of A; `moved` left or came since the count.
    private func facts(available: Int64, reserved: Int64 = 0, moved: Int64 = 0) -> StockFacts {
        var facts = StockFacts()
        facts.locations = [
            testLocation(1, "memphis", postal: "38118"), testLocation(3, "reno", postal: "89506"),
        ]
        facts.items = [.sku("A"): testItem(1, "A"), .sku("B"): testItem(2, "B", pack: 12)]
        facts.positions[ItemID(1)] = [
            StockPosition(location: LocationID(3), available: available, reserved: reserved)
        ]
        facts.movedSince[ItemID(1)] = [LocationID(3): moved]
        return facts
    }

    private func count(
        _ document: CanonicalDocument, _ facts: inout StockFacts, _ context: RuleContext = testContext(),
        by partner: String = "acme3pl"
    ) -> RuleOutcome {
        StockRules.apply(
            [incoming(document, channel: "counts", partner: partner)], facts: &facts,
            identifiers: IdentifierSequence(), context: context)
    }

    struct CountCase: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var available: Int64
        var reserved: Int64
        var moved: Int64
        var given: String
        /// Change of what is available.
        var change: Int64
        var short = false
    }

    static let cases = [
        CountCase(
            testDescription: "as in the books", available: 5, reserved: 2, moved: 0, given: "7", change: 0),
        CountCase(testDescription: "more", available: 5, reserved: 0, moved: 0, given: "9", change: 4),
        CountCase(testDescription: "less", available: 5, reserved: 2, moved: 0, given: "4", change: -3),
        CountCase(
            testDescription: "shipped since", available: 5, reserved: 0, moved: -3, given: "8", change: 0),
        CountCase(
            testDescription: "received since", available: 5, reserved: 0, moved: 4, given: "3", change: 2),
        CountCase(
            testDescription: "more left than was there", available: 5, reserved: 0, moved: -9, given: "3",
            change: -5),
        CountCase(
            testDescription: "less than is promised", available: 1, reserved: 5, moved: 0, given: "2",
            change: -1,
            short: true),
    ]

    @Test(arguments: cases)
    func aCountCorrectsTheBooks(_ example: CountCase) {
        var facts = facts(available: example.available, reserved: example.reserved, moved: example.moved)
        let outcome = count(testReport("reno", [("A", example.given)]), &facts)
        #expect(outcome.results.map(\.verdict) == [.applied])
        #expect(outcome.results[0].codes == (example.short ? ["OMS.INV.SHORT"] : []))
        let sum = outcome.changes.movements.reduce(Int64(0)) {
            $0 + ($1.kind == .adjustDown ? -$1.quantity : $1.quantity)
        }
        #expect(sum == example.change)
        #expect(facts.positions[ItemID(1)]?.first?.available == example.available + example.change)
        #expect(outcome.changes.itemsToRelease == (example.change > 0 ? [ItemID(1)] : []))
        #expect(outcome.changes.snapshots.map(\.location) == [LocationID(3)])
        #expect(
            outcome.changes.movements.allSatisfy {
                $0.effectiveAt == Instant(rfc3339: "2025-11-21T22:00:00Z")
            })
        // The same count again changes nothing.
        #expect(count(testReport("reno", [("A", example.given)]), &facts).changes.movements.isEmpty)
    }

    @Test func anOlderCountIsRefusedWhole() {
        var facts = facts(available: 5)
        facts.lastSnapshot[LocationID(3)] = Instant(rfc3339: "2025-11-21T22:00:01Z")
        let outcome = count(testReport("reno", [("A", "1")]), &facts)
        #expect(outcome.results.map(\.verdict) == [.refused])
        #expect(outcome.results[0].codes == ["OMS.INV.STALE"])
        #expect(outcome.changes.movements.isEmpty)
    }

    @Test func wrongLinesAreLeftOut() {
        var facts = facts(available: 5)
        let report = testReport(
            "reno", [("A", "-5"), ("B", "3"), ("NEW", "1"), ("B", "4"), ("A", "1.5"), ("A", nil)])
        let outcome = count(report, &facts)
        #expect(
            outcome.results[0].codes == [
                "OMS.INV.NEGATIVE", "OMS.SKU.UNKNOWN", "OMS.LINE.DUPLICATE", "OMS.QTY.FRACTION",
                "OMS.QTY.MISSING",
            ])
        #expect(outcome.results[0].findings[0].message.contains("A -5"))
        #expect(outcome.changes.movements.map(\.quantity) == [3])
        #expect(
            facts.positions[ItemID(2)] == [StockPosition(location: LocationID(3), available: 3, reserved: 0)])
    }

    @Test func aPartnerCountsOnlyItsOwnLocations() {
        var facts = facts(available: 5)
        let foreign = count(testReport("memphis", [("A", "1"), ("B", "1")]), &facts)
        #expect(foreign.results[0].verdict == .refused)
        #expect(foreign.results[0].codes == ["OMS.LOCATION.NOT_YOURS"])
        let unknown = count(testReport("oslo", [("A", "1")]), &facts)
        #expect(unknown.results[0].codes == ["OMS.LOCATION.UNKNOWN"])
    }

    @Test func whatIsNetOfOurOrdersIsCountedWithThem() {
        var facts = facts(available: 5, reserved: 4)
        let context = testContext { $0.otherChannels.stockBasis = .netOfOpenOrders }
        let report = testReport("reno", [("A", nil)]) {
            $0.header[group: StockReportGroup.lines][0].put(StockLineField.available, decimal("6"))
        }
        #expect(count(report, &facts, context).changes.movements.map(\.quantity) == [1])
    }

    @Test func aFileThatEmptiesTheShelvesWaits() {
        var facts = StockFacts()
        facts.locations = [testLocation(3, "reno", postal: "89506")]
        for index in 1...10 {
            facts.items[.sku("S\(index)")] = testItem(Int64(index), "S\(index)")
            facts.positions[ItemID(Int64(index))] = [
                StockPosition(location: LocationID(3), available: 4, reserved: 0)
            ]
        }
        let context = testContext {
            $0.otherChannels.fallToZeroPercentMax = 30
            $0.otherChannels.fallToZeroRowsMin = 10
        }
        func report(zeros: Int) -> CanonicalDocument {
            testReport("reno", (1...10).map { ("S\($0)", $0 <= zeros ? "0" : "4") })
        }
        let held = count(report(zeros: 4), &facts, context)
        #expect(held.results.map(\.verdict) == [.documentHeld])
        #expect(held.results[0].codes == ["OMS.INV.ZEROED"])
        #expect(held.changes.movements.isEmpty && held.changes.snapshots.isEmpty)
        #expect(count(report(zeros: 3), &facts, context).results.map(\.verdict) == [.applied])
    }

    @Test(arguments: [
        (CountGuardAction.hold, RuleResult.Verdict.documentHeld), (.refuse, .refused), (.warn, .applied),
    ])
    func theGuardDoesWhatTheChannelSays(_ action: CountGuardAction, _ verdict: RuleResult.Verdict) {
        var facts = facts(available: 5)
        let context = testContext {
            $0.otherChannels.fallToZeroPercentMax = 30
            $0.otherChannels.fallToZeroRowsMin = 1
            $0.otherChannels.guardAction = action
        }
        let outcome = count(testReport("reno", [("A", "0")]), &facts, context)
        #expect(outcome.results.map(\.verdict) == [verdict])
        #expect(outcome.results[0].codes == ["OMS.INV.ZEROED"])
        #expect(outcome.results[0].findings.map(\.severity) == [action == .warn ? .warning : .error])
        #expect(outcome.changes.movements.isEmpty == (action != .warn))
    }

    @Test func aReceiptAddsToTheStock() {
        var facts = facts(available: 0)
        var receipt = CanonicalDocument(.receipt)
        receipt.header.put(ReceiptField.warehouse, "reno")
        receipt.header.put(ReceiptField.receivedOn, CalendarDate(year: 2025, month: 11, day: 20))
        let schema = DocumentKind.receipt.schema.groups[ReceiptGroup.lines.rawValue]
        for (sku, quantity, unit) in [
            ("A", "5", "EA"), ("B", "2", "CS"), ("A", "0", "EA"), ("NEW", "1", "EA"),
        ] {
            var record = Record(schema)
            record.put(ReceiptLineField.sku, sku)
            record.put(ReceiptLineField.quantity, decimal(quantity))
            record.put(ReceiptLineField.unit, unit)
            receipt.header[group: ReceiptGroup.lines].append(record)
        }
        let outcome = count(receipt, &facts)
        #expect(outcome.changes.movements.map(\.kind) == [.receipt, .receipt])
        #expect(outcome.changes.movements.map(\.quantity) == [5, 24])
        #expect(outcome.changes.movements[0].effectiveAt == Instant(rfc3339: "2025-11-20T12:00:00Z"))
        #expect(outcome.changes.itemsToRelease == [ItemID(1), ItemID(2)])
        #expect(outcome.results[0].codes == ["OMS.QTY.ZERO", "OMS.SKU.UNKNOWN"])
    }

    @Test(arguments: [
        ("20251121", nil, "2025-11-21T23:59:59Z"), ("20251121", "1830", "2025-11-21T18:30:00Z"),
        ("20251121", "18:30:15", "2025-11-21T18:30:15Z"), ("20251121", "2561", "2025-11-21T23:59:59Z"),
        ("20251231", nil, "2025-11-22T02:00:00Z"), (nil, nil, "2025-11-22T02:00:00Z"),
    ])
    func aCountIsOfItsDay(_ day: String?, _ time: String?, _ asOf: String) {
        let report = testReport("reno", [("A", "1")], asOf: nil) {
            $0.header.put(StockReportField.reportedOn, day.flatMap { CalendarDate(compact: $0.utf8) })
            $0.header.put(StockReportField.reportedTime, time)
        }
        let wanted = StockRules.wanted(by: [report], context: testContext())
        #expect(wanted.locations == ["reno": Instant(rfc3339: asOf)])
        #expect(wanted.items == [.sku("A")])
    }

    struct MomentCase: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var asOfOn: String?
        var asOfTime: String?
        var reportedOn: String?
        var reportedTime: String?
        var asOf: String
    }

    static let moments = [
        MomentCase(
            testDescription: "a day, and the report's time of that day", asOfOn: "20251121",
            reportedOn: "20251121", reportedTime: "2000", asOf: "2025-11-22T01:00:00Z"),
        MomentCase(
            testDescription: "a day with its time", asOfOn: "20251121", asOfTime: "0600",
            reportedOn: "20251121",
            reportedTime: "2000", asOf: "2025-11-21T11:00:00Z"),
        MomentCase(
            testDescription: "a day, and a report of another day", asOfOn: "20251120", reportedOn: "20251121",
            reportedTime: "0100", asOf: "2025-11-21T04:59:59Z"),
        MomentCase(
            testDescription: "a day alone", asOfOn: "20251120", asOf: "2025-11-21T04:59:59Z"),
        MomentCase(
            testDescription: "the report alone", reportedOn: "20251121", reportedTime: "2000",
            asOf: "2025-11-22T01:00:00Z"),
        MomentCase(
            testDescription: "never later than now", asOfOn: "20251122", reportedOn: "20251122",
            reportedTime: "0600", asOf: "2025-11-22T02:00:00Z"),
    ]

    @Test(arguments: moments) func aCountIsOfATimeOnThePartnersClock(_ example: MomentCase) {
        let context = testContext {
            $0.channels["east"] = ChannelPolicy()
            $0.channels["east"]?.zoneOffsetSeconds = -5 * 3600
        }
        let report = testReport("reno", [("A", "1")], asOf: nil) {
            $0.header.put(StockReportField.asOfOn, example.asOfOn.flatMap { CalendarDate(compact: $0.utf8) })
            $0.header.put(StockReportField.asOfTime, example.asOfTime)
            $0.header.put(
                StockReportField.reportedOn, example.reportedOn.flatMap { CalendarDate(compact: $0.utf8) })
            $0.header.put(StockReportField.reportedTime, example.reportedTime)
        }
        let wanted = StockRules.wanted(by: [report], channel: "east", context: context)
        #expect(wanted.locations == ["reno": Instant(rfc3339: example.asOf)])
        var facts = facts(available: 5)
        let outcome = StockRules.apply(
            [incoming(report, channel: "east", partner: "acme3pl")], facts: &facts,
            identifiers: IdentifierSequence(), context: context)
        #expect(outcome.changes.snapshots.map(\.asOf) == [Instant(rfc3339: example.asOf)])
    }

    @Test func countsOfOtherTimesAreAppliedApart() {
        let (early, late) = ("2025-11-21T08:00:00Z", "2025-11-21T22:00:00Z")
        let documents = [
            testReport("reno", [("A", "1")], asOf: early), testReport("memphis", [("A", "1")], asOf: late),
            testReport("reno", [("B", "1")], asOf: early), testReport("reno", [("A", "1")], asOf: late),
            CanonicalDocument(.receipt), CanonicalDocument(.receipt),
            testReport("reno", [("A", "1")], asOf: late),
        ]
        #expect(StockRules.batches(documents, context: testContext()) == [0..<3, 3..<4, 4..<6, 6..<7])
    }
}
