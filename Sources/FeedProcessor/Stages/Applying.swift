import Canonical
import Diagnostics
import Environment
import Ledger
import OMSRules

/// Reads, decides and commits one staged drop, batch by batch; the next batch is read while one is committed.
///
/// - Twice: goes on at the byte that the last committed batch reached.
struct Applying {
    let state: StateFolder
    let ledger: any LedgerStore
    let clock: any WallClock
    let run: RunID
    let context: RuleContext
    let intents: IntentPlanner
    /// How a drop is read; throws `Quarantine` where it cannot be read at all.
    let reader: (DropRow) throws -> any DropReader
    let obligations: Obligations
    let tally: TallyBox
    /// For a replay: only these stretches, no new attempt, and no acknowledgment a second time.
    var selection: ReplaySelection?

    /// A drop that killed the process twice is not tried a third time.
    static let attemptsMax = 3
    /// Batches between the reading and the deciding thread.
    private static let batchesAhead = 2

    private enum Message: Sendable {
        case batch(ReadBatch)
        case failed(any Error)
    }

    func apply(_ id: DropID) throws {
        let drop = try ledger.claim(id, run: run)
        try fault(.afterClaim, drop.file.name)
        guard drop.attempts < Self.attemptsMax else {
            try quarantine(
                drop,
                [
                    Diagnostic(
                        "UNIT.POISON", .error,
                        at: SourceLocation(drop: drop.file.name, byteOffset: Int(drop.reached)),
                        "drop crashed \(drop.attempts - 1) times while it was applied",
                        expected: "a drop that can be read to its end",
                        remedy: "report it with the file, then: crossdock replay d-\(drop.id)", move: .ours)
                ])
            return
        }
        do {
            try fault(.parseInterchange, drop.file.name)
            try pump(drop, reader: try reader(drop))
        } catch let error as Quarantine {
            try quarantine(drop, error.findings)
        }
    }

    /// Takes up again what was not applied of a drop; the rest stays as it is.
    func replay(_ drop: DropRow) throws {
        do {
            try pump(drop, reader: try reader(drop))
        } catch let error as Quarantine {
            try quarantine(drop, error.findings)
        }
    }

    /// Reads on one thread, decides and commits on this one.
    private func pump(_ drop: DropRow, reader: any DropReader) throws {
        let channel = BoundedChannel<Message>(capacity: Self.batchesAhead)
        let resume = selection == nil ? drop.reached : 0
        var selection = selection
        let thread = try runThread(stackSize: 8 << 20) {
            do {
                try reader.read(from: resume) { channel.send(.batch($0)) }
            } catch {
                channel.send(.failed(error))
            }
            channel.close()
        }
        defer {
            channel.close(discarding: true)
            try? thread.join()
        }
        while let message = channel.receive() {
            switch message {
            case .failed(let error): throw error
            case .batch(let batch):
                try commit(selection?.select(batch) ?? batch, of: drop)
                if Termination.isRequested { return }
            }
        }
    }

    /// Commits a batch in parts of one family each, so that a part sees what the one before it wrote.
    private func commit(_ batch: ReadBatch, of drop: DropRow) throws {
        var rest = batch.units[...]
        var isFirst = true
        repeat {
            let family = rest.lazy.compactMap { $0.documents.first.flatMap { DecisionFamily($0.kind) } }.first
            let end =
                rest.firstIndex { unit in
                    guard let kind = unit.documents.first?.kind else { return false }
                    return DecisionFamily(kind) != family
                } ?? rest.endIndex
            var part = ReadBatch()
            let cut = family == .stock ? stockCut(rest[..<end]) : end
            part.units = Array(rest[..<cut])
            rest = rest[cut...]
            part.isLast = batch.isLast && rest.isEmpty
            part.reached = rest.first.map(\.span.offset) ?? batch.reached
            if isFirst {
                part.interchanges = batch.interchanges
                part.findings = batch.findings
                isFirst = false
            }
            if rest.isEmpty { part.groups = batch.groups }
            try commitPart(part, of: drop, family: family)
        } while !rest.isEmpty
    }

    /// Counts of one location are decided one after the other, each seeing what the one before it wrote.
    private func stockCut(_ units: ArraySlice<ReadUnit>) -> Int {
        let documents = units.flatMap(\.documents)
        let channel = units.first?.channel ?? ""
        guard let first = StockRules.batches(documents, channel: channel, context: context).first,
            first.upperBound < documents.count
        else {
            return units.endIndex
        }
        var left = first.upperBound
        for index in units.indices {
            left -= units[index].documents.count
            if left < 0 { return max(index, units.startIndex + 1) }
        }
        return units.endIndex
    }

    private func commitPart(_ part: ReadBatch, of drop: DropRow, family: DecisionFamily?) throws {
        var part = part
        let now = Instant(milliseconds: clock.now())
        var batch = ApplyBatch(drop: drop.id, at: now, run: run, identifiers: try ledger.identifiers())
        if selection == nil { batch.reached = part.reached }
        batch.act = selection?.act
        if part.isLast { batch.state = .applied }
        if let family {
            let outcome = try Deciding(
                ledger: ledger, context: context, drop: drop,
                locations: obligations.locationCodes(drop.file.partner)
            ).decide(
                &part.units, family: family)
            batch.changes = outcome.changes
            batch.ordersToRedecide = outcome.ordersToRedecide
            batch.intents = intents.intents(for: outcome.changes.events, at: now)
        }
        if family == .shipments || family == .supplierReplies {
            try obligations.settleResponses(in: part.units, batch: &batch)
        }
        try obligations.settleAcknowledgments(in: &part.units, of: drop, batch: &batch)
        obligations.record(part, of: drop, batch: &batch)
        batch.interchanges = part.interchanges
        batch.groups = part.groups
        batch.spans = part.units.map(\.span)
        batch.findings = part.findings.map { FindingRow(span: nil, finding: $0) }
        for unit in part.units {
            batch.findings += unit.findings.map { FindingRow(span: unit.span.ordinal, finding: $0) }
            batch.missingCodes += unit.missingCodes.map { missing in
                var missing = missing
                missing.span = unit.span.ordinal
                return missing
            }
        }
        tally.tally.add(batch)
        if let selection { Self.leaveOutKnown(selection, of: &batch) }
        try fault(.beforeApplyCommit, drop.file.name)
        try ledger.commit(batch)
        if part.units.contains(where: { $0.acknowledgment != nil }) {
            try fault(.acknowledgmentCommitted, drop.file.name)
        }
        try fault(.afterApplyCommit, drop.file.name)
    }

    /// Of what a replay came to, only what the books do not say already is written.
    private static func leaveOutKnown(_ selection: ReplaySelection, of batch: inout ApplyBatch) {
        batch.respans = batch.spans.filter { selection.isKnown($0) && !selection.isUnchanged($0) }
        batch.spans.removeAll { selection.isKnown($0) }
        batch.findings.removeAll { selection.isKnown($0) }
    }

    /// Keeps a drop that cannot be applied, whole, for a person and `replay`.
    private func quarantine(_ drop: DropRow, _ findings: [Diagnostic]) throws {
        var batch = ApplyBatch(
            drop: drop.id, at: Instant(milliseconds: clock.now()), run: run,
            identifiers: try ledger.identifiers())
        batch.state = .quarantined
        batch.findings = findings.map { FindingRow(span: nil, finding: $0) }
        try fault(.beforeApplyCommit, drop.file.name)
        try ledger.commit(batch)
        tally.tally.add(batch)
        try fault(.afterApplyCommit, drop.file.name)
    }
}
