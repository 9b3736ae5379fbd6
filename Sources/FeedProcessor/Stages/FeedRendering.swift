import Canonical
import Diagnostics
import Environment
import Ledger
import OMSRules

/// Writes scheduled inventory feeds: what a channel may sell of every article, once per slot.
///
/// - Twice: the slot is marked as served in the transaction that freezes the feed.
struct FeedRendering {
    let rendering: Rendering
    let site: Site
    let ledger: any LedgerStore

    /// Articles read at a time.
    private static let page = 2_000

    func render(
        _ channel: OutboundChannel, of partner: Partner, route: OutboundRoute, slot: Instant
    ) throws -> Rendering.Result {
        var batch = RenderBatch(at: Instant(milliseconds: rendering.clock.now()), run: rendering.run)
        batch.servedSlots[channel.id] = slot
        var document = try report(channel, of: partner)
        let lineCount = document.header[group: StockReportGroup.lines].count
        var result = Rendering.Result()
        if let guarded = tooShort(channel, lineCount: lineCount) {
            result.findings.append(guarded)
            if channel.guardLimits?.action != .warn {
                result.documents = try ledger.commit(batch)
                return result
            }
        }
        if lineCount > 0 || channel.trigger.empty == .send {
            var numbers = ControlNumbers(ledger)
            let number = try numbers.next("feed \(channel.id)", start: 1)
            document.header.put(StockReportField.number, String(number))
            try fault(.render, channel.id)
            let drawn = try route.writer.draw(count: 1, &numbers)
            let file = try route.writer.write([document], drawn)
            result.findings += file.findings
            batch.controlNumbers = numbers.drawn
            batch.documents = [
                try rendering.freeze(
                    file, route,
                    items: [
                        OutboundItem(intent: 0, subject: "slot \(slot)", control: file.controls.first ?? "")
                    ])
            ]
        }
        result.documents = try ledger.commit(batch)
        return result
    }

    private func report(_ channel: OutboundChannel, of partner: Partner) throws -> CanonicalDocument {
        let schema = DocumentKind.stockReport.schema.groups[StockReportGroup.lines.rawValue]
        let policy = feedPolicy(channel)
        let locations = try ledger.locations()
        let local = site.localNow()
        let location = channel.options["location"] ?? ""
        var document = CanonicalDocument(.stockReport)
        document.header.put(StockReportField.purpose, "original")
        document.header.put(StockReportField.reportType, "sellerInventory")
        document.header.put(StockReportField.reportedOn, local.date)
        document.header.put(StockReportField.reportedTime, ClockText.hoursMinutes(local.secondsOfDay))
        document.header.put(StockReportField.asOf, Instant(milliseconds: site.clock.now()))
        document.header.put(
            StockReportField.warehouseName,
            site.configuration.identity(partner.us)?.name ?? site.configuration.instance.name)
        if !location.isEmpty { document.header.put(StockReportField.warehouse, location) }
        var lines: [Record] = []
        var after: String?
        while true {
            let stock = try ledger.stock(afterSKU: after, limit: Self.page)
            guard let last = stock.last else { break }
            after = last.item.sku
            let items = Dictionary(stock.map { ($0.item.id, $0.item) }) { first, _ in first }
            for line in AvailabilityFeed.lines(stock, locations: locations, policy: policy) {
                guard let item = items[line.item], item.status != .blocked else { continue }
                var record = Record(schema)
                record.put(StockLineField.sku, item.sku)
                record.put(StockLineField.gtin, item.gtin)
                record.put(StockLineField.vendorPart, item.vendorPart)
                record.put(StockLineField.description, item.description.isEmpty ? nil : item.description)
                record.put(StockLineField.unit, item.unit)
                record.put(StockLineField.available, ScaledDecimal(line.quantity))
                if !location.isEmpty { record.put(StockLineField.location, location) }
                lines.append(record)
            }
        }
        document.header.put(StockReportField.totalLineCount, ScaledDecimal(Int64(lines.count)))
        document.header[group: StockReportGroup.lines] = lines
        return document
    }

    /// `options:` of the channel: `share` in percent, `buffer`, `cap`, `locations` with blanks between.
    private func feedPolicy(_ channel: OutboundChannel) -> FeedPolicy {
        var policy = FeedPolicy()
        policy.safetyStock = Int64(site.configuration.rules.routing.safetyStock)
        if let text = channel.options["locations"] {
            policy.locations = text.split(separator: " ").map(String.init)
        }
        if let share = channel.options["share"].flatMap({ Int64($0) }) {
            policy.shareBasisPoints = share * 100
        }
        if let buffer = channel.options["buffer"].flatMap({ Int64($0) }) { policy.buffer = buffer }
        if let cap = channel.options["cap"].flatMap({ Int64($0) }) { policy.cap = cap }
        return policy
    }

    /// A feed that is far shorter than it should be is not sent unless its guard only warns: it would empty a shop.
    private func tooShort(_ channel: OutboundChannel, lineCount: Int) -> Diagnostic? {
        guard let least = channel.guardLimits?.minRows, lineCount < least else { return nil }
        return Diagnostic(
            "OUT.FEED.GUARD", channel.guardLimits?.action == .warn ? .warning : .error,
            at: channel.place.location,
            "feed \(channel.id) has only \(lineCount) rows", found: String(lineCount),
            expected: "at least \(least)",
            remedy: "load items and stock, or lower `guard.min_rows`; the next slot is tried again",
            move: .ours)
    }
}
