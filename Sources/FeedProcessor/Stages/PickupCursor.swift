import Canonical
import Diagnostics
import Environment
import Exchange
import Formats
import Ledger

/// How far a channel has read a server's export: what stands in a query for the value `cursor`.
///
/// Nothing is kept for it. It is read from the newest drop of the channel that is fully applied, so a drop that was
/// quarantined, or that a dead run left half done, is asked for again. A cursor that is too old costs bytes; one that
/// is too new would lose documents, so every doubt makes it older, down to none at all.
struct PickupCursor {
    let site: Site
    let ledger: any LedgerStore

    /// Drops looked at: an answer without rows tells nothing, the one before it may.
    private static let dropCountMax = 100

    /// The query of a channel's pickup with the cursor in its place. Before anything was applied the item is left out:
    /// the server is asked for everything.
    func query(
        of channel: InboundChannel, of partner: Partner
    ) throws -> (items: [QueryItem], findings: [Diagnostic]) {
        let declared = channel.pickup.query
        guard let cursor = channel.pickup.cursor, declared.contains(where: { $0.value == Pickup.cursorMark })
        else { return (declared.map { QueryItem(name: $0.name, value: $0.value) }, []) }
        let (reached, findings) = try reached(cursor, channel, partner)
        let start = reached.map {
            Instant(milliseconds: $0.seconds * 1000).adding(seconds: -(cursor.overlap.seconds ?? 0))
        }
        let items = declared.compactMap { item -> QueryItem? in
            guard item.value == Pickup.cursorMark else {
                return QueryItem(name: item.name, value: item.value)
            }
            return start.map { QueryItem(name: item.name, value: $0.description) }
        }
        return (items, findings)
    }

    private func reached(
        _ cursor: CursorSettings, _ channel: InboundChannel, _ partner: Partner
    ) throws -> (Instant?, [Diagnostic]) {
        var before: DropID?
        for _ in 0..<Self.dropCountMax {
            guard let drop = try ledger.lastApplied(channel: channel.id, before: before) else { break }
            guard cursor.from == .maxField, let field = cursor.field else {
                return (drop.file.receivedAt, [])
            }
            let reading: GreatestTime
            do { reading = try greatest(field, in: drop, channel, partner) } catch {
                return (nil, [unreadable(field, drop, channel, found: "\(error)")])
            }
            switch reading {
            case .time(let time): return (time, [])
            case .noRows: before = drop.id
            case .noColumn(let columns):
                return (nil, [unreadable(field, drop, channel, found: columns.joined(separator: ", "))])
            case .noTime(let text): return (nil, [unreadable(field, drop, channel, found: text)])
            }
        }
        return (nil, [])
    }

    private enum GreatestTime {
        case time(Instant)
        case noRows
        case noColumn([String])
        case noTime(String)
    }

    private func greatest(
        _ field: String, in drop: DropRow, _ channel: InboundChannel, _ partner: Partner
    ) throws -> GreatestTime {
        let form = try site.delimitedReader(drop, channel, partner)
        let zone = site.loaded.zone(channel: channel.timezone, of: partner)
        var reader = DelimitedReader(
            drop: drop.file.name, source: try form.open(), dialect: form.dialect, columns: form.columns)
        var found: Instant?
        while let row = try reader.next() {
            guard let column = reader.header?.position(named: field) else {
                return .noColumn(reader.header?.names ?? [])
            }
            // Of an order on several rows only the first may have it.
            if row.isEmpty(column) { continue }
            let text = row.text(of: column)
            guard let time = PartnerTime.read(text, zone) else { return .noTime(text) }
            found = max(found ?? time, time)
        }
        return found.map { .time($0) } ?? .noRows
    }

    private func unreadable(
        _ field: String, _ drop: DropRow, _ channel: InboundChannel, found: String
    ) -> Diagnostic {
        Diagnostic(
            "PICKUP.CURSOR", .warning,
            "cursor of channel '\(channel.id)' is not to be had from d-\(drop.id): "
                + "no time in field '\(visibleText(field))'; everything is asked for",
            found: visibleText(found, characters: 40),
            expected: "a column with times, like 2025-11-21T10:00:00Z",
            remedy: "correct `pickup.cursor.field` of the channel, or use `from: request_time`", move: .ours)
    }
}

/// A moment as shops write it into their exports.
enum PartnerTime {
    /// Reads `2025-11-21T10:00:00Z`, `2025-11-21 10:00:00 -0500`, `2025-11-21 10:00`, `2025-11-21`.
    ///
    /// - Parameter zone: whose clock a time without an offset is of.
    static func read(_ text: String, _ zone: ZoneRules) -> Instant? {
        var rest = text.drop { $0 == " " }[...]
        while rest.last == " " { rest.removeLast() }
        guard let date = CalendarDate(iso: rest.prefix(10)) else { return nil }
        rest = rest.dropFirst(10)
        guard !rest.isEmpty else { return zone.moment(date, minuteOfDay: 0) }
        guard rest.first == "T" || rest.first == " " else { return nil }
        rest = rest.dropFirst()
        let clock = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ":" || $0 == ".") }
        let time =
            clock.split(separator: ":", omittingEmptySubsequences: false).count == 2 ? clock + ":00" : clock
        var offset = rest.dropFirst(clock.count).drop { $0 == " " }
        if offset.isEmpty {
            guard let utc = Instant(rfc3339: "\(date)T\(time)Z") else { return nil }
            let midnight = Instant(date: date, secondsOfDay: 0)
            let seconds = Int((utc.milliseconds - midnight.milliseconds) / 1000)
            return zone.moment(date, minuteOfDay: seconds / 60).adding(seconds: seconds % 60)
        }
        if offset == "UTC" || offset == "GMT" { offset = "Z" }
        if offset.count == 5, !offset.contains(":") { offset = offset.prefix(3) + ":" + offset.suffix(2) }
        return Instant(rfc3339: "\(date)T\(time)\(offset)")
    }
}
