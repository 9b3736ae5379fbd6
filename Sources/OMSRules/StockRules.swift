public import Canonical
import Diagnostics

/// Takes over counts and receipts.
public enum StockRules {
    /// What `LedgerStore.stockFacts` is to be asked for: as-of by location code, and articles.
    ///
    /// - Parameter documents: one of the `batches`; a count that names no as-of is of the context's now.
    /// - Parameter channel: the inbound channel that they came through; its clock is that of times without a zone.
    public static func wanted(
        by documents: [CanonicalDocument], channel: String = "", context: RuleContext
    ) -> (locations: [String: Instant], items: Set<ItemKey>, receipts: Set<String>) {
        var receipts: Set<String> = []
        var locations: [String: Instant] = [:]
        var items: Set<ItemKey> = []
        func ask(_ code: String?, _ asOf: Instant) {
            guard let code else { return }
            locations[code] = min(locations[code] ?? asOf, asOf)
        }
        for document in documents {
            let header = document.header
            if document.kind == .stockReport {
                let asOf = asOf(header, channel, context)
                for line in header[group: StockReportGroup.lines] {
                    ask(
                        line.stated(StockLineField.location) ?? header.stated(StockReportField.warehouse),
                        asOf)
                    items.formUnion(NamedItem(stock: line).keys)
                }
            } else if document.kind == .receipt {
                ask(header.stated(ReceiptField.warehouse), context.now)
                if let number = header.stated(ReceiptField.number) { receipts.insert(number) }
                for line in header[group: ReceiptGroup.lines] {
                    items.formUnion(NamedItem(receipt: line).keys)
                }
            }
        }
        return (locations, items, receipts)
    }

    /// The moment that a count is true for: its own, else the earliest of its lines, else its day and time, else the end of
    /// its day, else now; never later than now. A day of its own takes the time of the report where that is of the same
    /// day.
    static func asOf(_ header: Record, _ channel: String, _ context: RuleContext) -> Instant {
        let now = context.now
        if let given = header.instant(StockReportField.asOf) { return min(given, now) }
        let lines = header[group: StockReportGroup.lines].compactMap { $0.instant(StockLineField.asOf) }
        if let first = lines.min() { return min(first, now) }
        let reported = header.date(StockReportField.reportedOn)
        let own = header.date(StockReportField.asOfOn)
        guard let day = own ?? reported else { return now }
        var time = header.stated(StockReportField.asOfTime).flatMap(secondsOfDay)
        if time == nil, day == reported {
            time = header.stated(StockReportField.reportedTime).flatMap(secondsOfDay)
        }
        let offset = context.policy.channel(channel).zoneOffsetSeconds ?? context.policy.zoneOffsetSeconds
        return min(Instant(date: day, secondsOfDay: time ?? 86_399, offsetSeconds: offset), now)
    }

    /// Reads `HHMM`, `HHMMSS`, `HH:MM` and `HH:MM:SS`.
    private static func secondsOfDay(_ text: String) -> Int? {
        let digits = text.utf8.filter { $0 != 0x3A }
        guard digits.count == 4 || digits.count == 6, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        let numbers = digits.map { Int($0 - 0x30) }
        let (hours, minutes) = (numbers[0] * 10 + numbers[1], numbers[2] * 10 + numbers[3])
        let seconds = numbers.count == 6 ? numbers[4] * 10 + numbers[5] : 0
        guard hours < 24, minutes < 60, seconds < 60 else { return nil }
        return hours * 3600 + minutes * 60 + seconds
    }

    /// Cuts documents into runs that may be applied together: what moved since a count is loaded for one as-of a
    /// location, and receipts change it. Hand `wanted` and `apply` one run at a time.
    public static func batches(
        _ documents: [CanonicalDocument], channel: String = "", context: RuleContext
    ) -> [Range<Int>] {
        var batches: [Range<Int>] = []
        var start = 0
        var known: [String: Instant] = [:]
        for (index, document) in documents.enumerated() {
            let locations = wanted(by: [document], channel: channel, context: context).locations
            let isOther = index > start && documents[index - 1].kind != document.kind
            let hasOther = locations.contains { code, asOf in known[code].map { $0 != asOf } ?? false }
            if isOther || (document.kind == .stockReport && hasOther) {
                batches.append(start..<index)
                start = index
                known = [:]
            }
            known.merge(locations) { $1 }
        }
        if start < documents.count { batches.append(start..<documents.count) }
        return batches
    }

    /// Applies stock reports (846, CSV) and receipts, lines that are wrong left out.
    ///
    /// - Parameter items: documents of the kinds `stockReport` and `receipt`, in order, one of the `batches`.
    /// - Parameter facts: what `wanted(by:context:)` asked for; it follows what is applied.
    /// - Returns: `applied`, `noEffect` (a receipt that was taken over already), `refused` (older than the last count, or
    ///   no line left), or `documentHeld` (too much would fall to zero, or a known receipt says something else).
    public static func apply(
        _ items: [IncomingDocument], facts: inout StockFacts, identifiers: IdentifierSequence,
        context: RuleContext
    ) -> RuleOutcome {
        var count = StockCount(facts: facts, identifiers: identifiers, context: context)
        facts = StockFacts()
        for item in items {
            let result: RuleResult
            switch item.document.kind {
            case .stockReport: result = count.takeReport(item)
            case .receipt: result = count.takeReceipt(item)
            default: result = .unexpected(item.document)
            }
            count.outcome.results.append(result)
        }
        count.outcome.changes.itemsToRelease = count.grown.sorted()
        facts = count.facts
        return count.outcome
    }
}

/// The state that a batch of counts and receipts shares.
struct StockCount {
    let context: RuleContext
    var facts: StockFacts
    var outcome: RuleOutcome
    /// Articles of which there is more than before.
    var grown: Set<ItemID> = []
    /// Units left of fulfilments that counts took from.
    var fulfilmentUnits: [FulfilmentID: Int64] = [:]
    private var locationIndexes: [String: Int] = [:]

    init(facts: StockFacts, identifiers: IdentifierSequence, context: RuleContext) {
        self.context = context
        self.facts = facts
        outcome = RuleOutcome(identifiers: identifiers)
        for (index, row) in facts.locations.enumerated() { locationIndexes[row.code] = index }
    }

    /// The location that a paper names, when its sender may speak for it.
    func location(
        _ code: String?, partner: String, at source: SourceRange
    ) -> (row: LocationRow?, refusal: Diagnostic?) {
        guard let code, let index = locationIndexes[code] else {
            let name = code ?? ""
            return (
                nil,
                Diagnostic(
                    "OMS.LOCATION.UNKNOWN", at: source.location, "location '\(name)' is unknown", found: name,
                    expected: "the code of one of our locations",
                    remedy: "load the location, then replay this drop")
            )
        }
        let row = facts.locations[index]
        if context.policy.runs(partner, location: row.code) { return (row, nil) }
        return (
            nil,
            Diagnostic(
                "OMS.LOCATION.NOT_YOURS", at: source.location,
                "location '\(code)' is not one of partner '\(partner)'",
                found: code, expected: "a location that '\(partner)' runs",
                remedy: "name '\(partner)' for the location, or ask it what it means")
        )
    }

    func unknownItem(_ name: NamedItem, at source: SourceRange) -> Diagnostic {
        Diagnostic(
            "OMS.SKU.UNKNOWN", at: source.location, "article '\(name.shown)' is unknown", found: name.shown,
            expected: "an SKU, GTIN or part number of the catalogue",
            remedy: "load the article, then replay this drop")
    }

    /// The place of an article at a location among its positions, made when there is none.
    mutating func position(_ item: ItemID, _ location: LocationID) -> Int {
        if let index = facts.positions[item]?.firstIndex(where: { $0.location == location }) { return index }
        let row = StockPosition(location: location, available: 0, reserved: 0)
        let index =
            facts.positions[item]?.firstIndex { $0.location > location } ?? facts.positions[item]?.count ?? 0
        facts.positions[item, default: []].insert(row, at: index)
        return index
    }

    mutating func move(
        _ kind: MovementKind, _ units: Int64, _ item: ItemID, _ location: LocationID, at: Instant
    ) {
        outcome.changes.movements.append(
            Movement(kind, item: item, location: location, quantity: units, effectiveAt: at))
        let index = position(item, location)
        facts.positions[item]?[index].available += kind == .adjustDown ? -units : units
        if kind != .adjustDown { grown.insert(item) }
    }
}
