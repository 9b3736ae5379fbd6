import Canonical
import Diagnostics
import Environment
import Exchange
import Formats
import Ledger

/// Everything that leaves: renders what is due, sends what is frozen, settles what is in doubt.
struct OutboundSide {
    let site: Site
    let ledger: any LedgerStore
    let run: RunID
    let connections: SiteConnections

    // MARK: Render

    /// Renders the intents that are due, channel by channel in the order of their names, then scheduled feeds. A channel
    /// that cannot be written is a finding; the others go on.
    func render(_ request: RunRequest, _ report: inout RunReport) throws {
        try fault(.beforeOutboxSelect)
        let now = Instant(milliseconds: site.clock.now())
        // Channels that have nothing due, or are not there any more, are in no trouble. A feed is, until its next slot.
        var troubles: [String: Diagnostic?] = [:]
        for row in try ledger.troubles() where site.configuration.inbound(row.channel) == nil {
            if site.configuration.outbound(row.channel)?.channel.trigger.schedule == nil {
                troubles[row.channel] = .some(nil)
            }
        }
        for (name, _) in try ledger.channelsWithIntents(dueBy: now) {
            if Termination.isRequested { return }
            troubles[name] = .some(try isolated(name, &report) { try renderChannel(name) })
        }
        for (partner, channel) in site.scheduledFeeds(request) {
            if Termination.isRequested { return }
            guard let slot = try site.dueSlot(channel, of: partner, ledger) else { continue }
            troubles[channel.id] = .some(
                try isolated(channel.id, &report) { try renderFeed(channel, of: partner, slot) })
        }
        try ledger.mark(troubles: troubles, run: run, at: now)
    }

    /// Renders one channel. What is wrong with it alone stays with it: the others go on.
    ///
    /// - Returns: what kept it from being written wholly.
    /// - Throws: what is wrong with the books or the disk as a whole.
    private func isolated(
        _ channel: String, _ report: inout RunReport, _ work: () throws -> Rendering.Result
    ) throws -> Diagnostic? {
        do {
            let result = try work()
            report.rendered += result.documents
            report.findings += result.findings
            return result.findings.first { $0.severity == .error }
        } catch var finding as Diagnostic {
            report.findings.append(finding)
            finding.severity = .error
            return finding
        } catch let error as LedgerError where error.code == "INTERNAL.INVARIANT" {
            // The transaction was rolled back; what the books refuse of one channel says nothing about the next.
            let finding = Diagnostic(
                error.code, .error, "documents of channel '\(channel)' could not be kept: \(error.message)",
                remedy: error.remedy, move: .ours)
            report.findings.append(finding)
            return finding
        }
    }

    private func renderChannel(_ name: String) throws -> Rendering.Result {
        if let partner = site.configuration.partners.first(where: {
            name == Obligations.functionalChannel($0.id) || name == Obligations.interchangeChannel($0.id)
        }) {
            guard let route = acknowledgmentRoute(name, partner), let envelope = site.envelope(partner) else {
                throw Diagnostic(
                    "CONFIG.REFERENCE", .error, at: partner.place.location,
                    "partner '\(partner.id)' is owed an acknowledgment and has no `acks.send`",
                    found: partner.id,
                    expected: "acks: { send: { functional: \"997\", to: … } }", remedy: "add it", move: .ours)
            }
            return try AcknowledgmentRendering(rendering: rendering(partner), ledger: ledger).render(
                route, envelope: envelope, guide: try site.guide("x12-004010-997"))
        }
        guard let (partner, channel) = site.configuration.outbound(name) else {
            throw Diagnostic(
                "CONFIG.REFERENCE", .error,
                "outbound channel '\(name)' has documents due and is not configured any more",
                found: name, expected: "a channel under `outbound:`",
                remedy: "bring the channel back, or cancel what waits for it", move: .ours)
        }
        return try rendering(partner).render(try route(channel, partner))
    }

    private func renderFeed(
        _ channel: OutboundChannel, of partner: Partner, _ slot: Instant
    ) throws -> Rendering.Result {
        try FeedRendering(rendering: rendering(partner), site: site, ledger: ledger).render(
            channel, of: partner, route: try route(channel, partner), slot: slot)
    }

    private func rendering(_ partner: Partner) -> Rendering {
        let local = site.localNow()
        return Rendering(
            state: site.state, ledger: ledger, clock: site.clock, run: run,
            papers: PaperSource(
                ledger: ledger, us: site.configuration.identity(partner.us) ?? Identity(), today: local.date,
                now: Instant(milliseconds: site.clock.now()), offsetSeconds: local.offsetSeconds,
                warehouseCodes: Dictionary(partner.warehouses.map { ($0.value, $0.name) }) { first, _ in first
                },
                unitsPerCarton: site.configuration.unitsPerCarton))
    }

    private func route(_ channel: OutboundChannel, _ partner: Partner) throws -> OutboundRoute {
        OutboundRoute(
            channel: channel.id, partner: partner.id, document: channel.document.description,
            connection: channel.deliver.connection, path: channel.deliver.path,
            filename: channel.deliver.filename ?? Self.defaultName(channel),
            documentsMax: channel.trigger.batch?.maxDocuments ?? Self.documentsMax,
            state: channel.mode == .active ? .ready : .held,
            expectsAcknowledgment: channel.document.format == .x12
                && partner.acknowledgments.expect.map { $0.functional != .none } ?? false,
            writer: try site.writer(for: channel, of: partner),
            sequence: channel.sequence.map { ($0.name, Int64($0.start), $0.width) })
    }

    /// Papers in a file where the channel says nothing: enough to keep files few, small enough to look at.
    private static let documentsMax = 500

    private static func defaultName(_ channel: OutboundChannel) -> String {
        switch channel.document.format {
        case .x12: "\(channel.document.name)_<isa_control>.edi"
        case .xml: "\(channel.id)-<sha256>.xml"
        case .zpl: "\(channel.id)-<sha256>.zpl"
        case .json: "\(channel.id)-<sha256>.json"
        case .csv, .fixed, .edifact: "\(channel.id)-<sha256>.csv"
        }
    }

    private func acknowledgmentRoute(_ name: String, _ partner: Partner) -> OutboundRoute? {
        guard let sending = partner.acknowledgments.send else { return nil }
        return OutboundRoute(
            channel: name, partner: partner.id, document: "x12/997", connection: sending.to.connection,
            path: sending.to.path, filename: sending.to.filename ?? "997_<isa_control>.edi", documentsMax: 1,
            state: .ready, expectsAcknowledgment: false, writer: NoPaper(), sequence: nil)
    }

    // MARK: Deliver

    /// Brings what a dead run was sending to an end.
    func settle(_ report: inout RunReport) throws {
        try send(try ledger.documentsInDoubt(), &report) { delivering, rows, endpoint in
            try delivering.settle(rows, over: endpoint, target: target)
        }
    }

    /// Sends what is ready, connection by connection; one that cannot be reached does not keep the others.
    func deliver(_ report: inout RunReport) throws {
        let now = Instant(milliseconds: site.clock.now())
        var after: OutboundID?
        while !Termination.isRequested {
            let rows = try ledger.documentsToDeliver(at: now, limit: Self.deliveryPage)
            let fresh = rows.filter { row in after.map { row.id > $0 } ?? true }
            guard let last = fresh.last else { return }
            after = last.id
            try send(try readdressed(fresh), &report) { delivering, rows, endpoint in
                try delivering.deliver(rows, over: endpoint, target: target)
            }
        }
    }

    /// Documents where their channels deliver now. One that never arrived follows its channel to another folder or
    /// connection; what a dead run was sending is looked for where it was sent first (`settle`).
    private func readdressed(_ rows: [OutboundRow]) throws -> [OutboundRow] {
        var moves: [(id: OutboundID, connection: String, path: String)] = []
        let now = rows.map { row in
            guard let (connection, path) = address(of: row),
                connection != row.document.connection || path != row.document.path
            else { return row }
            moves.append((row.id, connection, path))
            var row = row
            row.document.connection = connection
            row.document.path = path
            return row
        }
        try ledger.readdress(moves)
        return now
    }

    /// Where the channel of a document delivers now; nil for one that is not configured any more.
    private func address(of row: OutboundRow) -> (connection: String, path: String)? {
        if let channel = site.configuration.outbound(row.document.channel)?.channel {
            return (channel.deliver.connection, channel.deliver.path)
        }
        guard let partner = site.configuration.partner(row.document.partner),
            let sending = partner.acknowledgments.send,
            row.document.channel == Obligations.functionalChannel(partner.id)
                || row.document.channel == Obligations.interchangeChannel(partner.id)
        else { return nil }
        return (sending.to.connection, sending.to.path)
    }

    /// Documents listed at a time.
    private static let deliveryPage = 1_000

    private func send(
        _ rows: [OutboundRow], _ report: inout RunReport,
        _ work: (Delivering, [OutboundRow], any Endpoint) throws -> DeliveryResult
    ) throws {
        let delivering = Delivering(
            state: site.state, ledger: ledger, clock: site.clock, random: site.random, run: run)
        for connection in Set(rows.map(\.document.connection)).sorted() {
            let mine = rows.filter { $0.document.connection == connection }
            do {
                if let known = connections.unreachable[connection] { throw known }
                let result = try work(delivering, mine, try connections.endpoint(connection))
                report.delivered += result.delivered
                report.waiting += result.waiting
            } catch let error as ExchangeError {
                connections.markUnreachable(connection, error)
                report.waiting += mine.map { ($0.id, error.diagnostic) }
            } catch let finding as Diagnostic {
                report.waiting += mine.map { ($0.id, finding) }
            }
        }
    }

    private func target(_ row: OutboundRow) -> DeliveryTarget {
        let partner = site.configuration.partner(row.document.partner)
        let channel = site.configuration.outbound(row.document.channel)?.channel
        let policy = site.configuration.policy(
            channel?.onError ?? site.configuration.defaults.outbound.onError)
        let upload = channel?.upload ?? site.configuration.defaults.outbound.upload
        let retry = policy.transport.retry
        let isRequest = site.configuration.connection(row.document.connection)?.type == .http
        return DeliveryTarget(
            isResource: isRequest && channel.map { $0.deliver.filename == nil } ?? false,
            delivery: Exchange.Delivery(
                partSuffix: upload.tempSuffix, verification: upload.verify == .content ? .digest : .size),
            options: PutOptions(
                method: channel?.deliver.method == .post ? .post : .put,
                idempotencyHeader: channel?.deliver.idempotencyHeader ?? "Idempotency-Key"),
            retry: RetryBudget(
                attempts: retry.attempts, firstMilliseconds: Int64(retry.first.seconds ?? 30) * 1000,
                factor: Int64(retry.factor), maxMilliseconds: Int64(retry.max.seconds ?? 3600) * 1000,
                hasJitter: retry.hasJitter),
            expectations: { row, now in
                site.expectations(after: row, at: now, partner: partner, channel: channel)
            })
    }
}

/// Acknowledgments are written from what was put down when their group was applied, never from canonical documents.
private struct NoPaper: PaperWriting {
    var kind: DocumentKind { .orderAcknowledgment }

    func draw(count: Int, _ numbers: inout ControlNumbers) throws -> PaperNumbers {
        PaperNumbers(controls: [])
    }

    func write(_ documents: [CanonicalDocument], _ numbers: PaperNumbers) throws -> WrittenFile {
        WrittenFile(bytes: [], controls: [])
    }
}
