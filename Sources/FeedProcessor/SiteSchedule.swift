import Canonical
import Diagnostics
import Environment
import Exchange
import Ledger

/// What is due now: pickups, feeds, deadlines.
extension Site {
    /// The inbound channels to fetch for, in the order of the file.
    func pickups(_ request: RunRequest, _ ledger: any LedgerStore) throws -> [(
        partner: Partner, channel: InboundChannel
    )] {
        var list: [(partner: Partner, channel: InboundChannel)] = []
        let now = Instant(milliseconds: clock.now())
        let last = try ledger.lastRunEnded()
        for partner in configuration.partners {
            for channel in partner.inbound where channel.pickup.sharedWith == nil && channel.mode != .paused {
                guard request.channels.isEmpty || request.channels.contains(channel.id) else { continue }
                if request.isDueOnly, let last {
                    guard loaded.slots(of: channel, of: partner)?.latest(after: last, upTo: now) != nil else {
                        continue
                    }
                }
                list.append((partner, channel))
            }
        }
        return list
    }

    /// Outbound channels that write something at set times.
    func scheduledFeeds(_ request: RunRequest) -> [(partner: Partner, channel: OutboundChannel)] {
        configuration.partners.flatMap { partner in
            partner.outbound.filter { channel in
                channel.trigger.schedule != nil && channel.trigger.source == .availableToPromise
                    && channel.mode != .paused
                    && (request.channels.isEmpty || request.channels.contains(channel.id))
            }.map { (partner, $0) }
        }
    }

    /// The newest slot that is due and not served; a slot is served once, however late.
    func dueSlot(_ channel: OutboundChannel, of partner: Partner, _ ledger: any LedgerStore) throws
        -> Instant?
    {
        let now = Instant(milliseconds: clock.now())
        guard let slot = loaded.slots(of: channel, of: partner)?.latest(upTo: now) else { return nil }
        if let served = try ledger.servedSlot(channel: channel.id), served >= slot { return nil }
        return slot
    }

    /// Which outbound channels subscribe to which events.
    func intentPlanner(flushes: Bool) -> IntentPlanner {
        IntentPlanner(
            subscriptions: configuration.partners.flatMap { partner in
                partner.outbound.compactMap { channel in
                    subscription(channel, of: partner, flushes: flushes)
                }
            })
    }

    private func subscription(
        _ channel: OutboundChannel, of partner: Partner, flushes: Bool
    ) -> IntentPlanner.Subscription? {
        guard let event = channel.trigger.event, channel.mode != .paused else { return nil }
        let kinds: Set<Canonical.BusinessEvent.Kind>
        switch event {
        case .orderAcknowledged: kinds = [.orderAcknowledged]
        case .fulfilmentReleased: kinds = [.fulfilmentReleased]
        case .shipmentConfirmed, .shipmentDeparted: kinds = [.shipmentConfirmed]
        case .invoicePosted: kinds = [.invoicePosted]
        case .purchaseOrderApproved: kinds = [.purchaseOrderApproved]
        case .shipmentPacked, .transferShipped: return nil
        }
        let filter = channel.trigger.filter
        let handler = filter.warehouseOf.flatMap { configuration.partner($0) } ?? partner
        let locations = filter.location.isEmpty ? handler.allLocations : filter.location
        let windows = flushes ? nil : loaded.batchSlots(of: channel, of: partner)
        return IntentPlanner.Subscription(
            channel: channel.id, partner: partner.id, events: kinds, locations: Set(locations),
            supplier: filter.supplier,
            isForLocations: filter.warehouseOf != nil || !filter.location.isEmpty,
            dueAt: { windows?.next(after: $0.adding(seconds: -1)) ?? $0 })
    }

    // MARK: Deadlines

    /// What a partner owes us once a document is delivered: an acknowledgment, a business answer.
    func expectations(
        after row: OutboundRow, at now: Instant, partner: Partner?, channel: OutboundChannel?
    ) -> [ExpectationRow] {
        guard let partner else { return [] }
        var rows: [ExpectationRow] = []
        if row.document.acknowledgment == .pending, let expect = partner.acknowledgments.expect {
            let until = due(now, expect.within, partner).adding(seconds: expect.grace?.seconds ?? 0)
            rows.append(
                ExpectationRow(
                    key: Obligations.acknowledgmentKey(row.id), kind: .acknowledgment, partner: partner.id,
                    channel: row.document.channel, what: "997 for \(row.document.document) x-\(row.id)",
                    dueAt: until, severity: "warning", outbound: row.id))
        }
        for response in channel?.responses ?? [] {
            guard let within = response.within else { continue }
            rows.append(
                ExpectationRow(
                    key: Obligations.answerKey(response.document.description, row.id), kind: .response,
                    partner: partner.id,
                    channel: row.document.channel,
                    what: "\(response.document) for \(row.document.document) x-\(row.id)",
                    dueAt: due(now, within, partner), severity: response.severity.rawValue))
        }
        return rows
    }

    /// Writes down which files should have come by now and have not, and turns what is past its time overdue.
    func sweepDeadlines(_ ledger: any LedgerStore, _ report: inout RunReport) throws {
        let now = Instant(milliseconds: clock.now())
        var missing: [ExpectationRow] = []
        var met: [String] = []
        for partner in configuration.partners {
            for channel in partner.inbound {
                guard let expect = channel.expect else { continue }
                let zone = loaded.zone(channel: channel.timezone, of: partner)
                let today = zone.local(now).date
                let until = zone.moment(today, minuteOfDay: expect.by?.minuteOfDay ?? 0)
                guard until <= now,
                    expect.calendar == nil || loaded.calendar(expect.calendar).isBusinessDay(today)
                else { continue }
                let start = zone.moment(today, minuteOfDay: 0)
                let key = "file \(channel.id) \(today)"
                if try ledger.dropCount(channel: channel.id, from: start, to: now.adding(seconds: 1))
                    >= expect.files
                {
                    met.append(key)
                } else {
                    missing.append(
                        ExpectationRow(
                            key: key, kind: .file, partner: partner.id, channel: channel.id,
                            what:
                                "\(expect.files) file(s) for \(channel.id) by \(expect.by?.description ?? "00:00")",
                            dueAt: until, severity: expect.severity.rawValue))
                }
            }
        }
        if !missing.isEmpty { try ledger.recordExpectations(missing) }
        if !met.isEmpty { try ledger.markMet(met, at: now) }
        report.overdue = try ledger.markOverdue(at: now).count
    }
}
