public import Canonical
import Diagnostics
import Environment
public import Ledger

/// A drop to take up again, and why.
public struct ReplayTarget: Sendable {
    /// Where to begin. Bytes are never fetched again; earlier stages include the later ones.
    public enum Stage: String, Sendable, CaseIterable { case read, map, decide }

    /// The drop as the books have it.
    public var drop: DropRow
    /// Where to begin.
    public var stage: Stage
    /// Who asked, and why: written down before anything changes.
    public var by: String
    /// The reason; it is kept with the act.
    public var why: String

    /// Holds what each property says.
    public init(drop: DropRow, stage: Stage, by: String, why: String) {
        self.drop = drop
        self.stage = stage
        self.by = by
        self.why = why
    }
}

/// What a replay would take up.
public struct ReplayPlan: Sendable {
    /// The drop as the books have it.
    public var drop: DropRow
    /// Stretches that were refused, held or quarantined.
    public var openStretches: Int
    /// Orders of the drop that are on hold.
    public var heldOrders: [OrderID]

    /// Whether a replay would change nothing: no open stretch, no held order, and the drop itself not
    /// quarantined.
    public var isEmpty: Bool { openStretches == 0 && heldOrders.isEmpty && drop.state != .quarantined }
}

extension Site {
    /// A drop by `d-1042`, by its number, or by four or more digits of its SHA-256.
    public func findDrop(_ text: String) throws -> DropRow {
        let books = try books()
        let digits = text.hasPrefix("d-") ? String(text.dropFirst(2)) : text
        if let number = Int64(digits), let drop = try books.drop(DropID(number)) { return drop }
        let isPrefix =
            digits.utf8.count >= 4
            && digits.utf8.allSatisfy { bytesOfHex("0" + String(UnicodeScalar($0))) != nil }
        let found = isPrefix ? try books.drops(digestPrefix: digits.lowercased(), limit: 2) : []
        guard let drop = found.first, found.count == 1 else {
            throw Diagnostic(
                "REPLAY.UNKNOWN", .error,
                found.isEmpty
                    ? "drop '\(visibleText(text, characters: 64))' is not in the books"
                    : "'\(visibleText(text, characters: 64))' begins more than one drop",
                found: text, expected: "d-<number>, or four or more digits of its SHA-256",
                remedy: "copy the id from crossdock failures", move: .ours)
        }
        return drop
    }

    /// What a replay of a drop would take up; changes nothing.
    public func replayPlan(_ drop: DropRow) throws -> ReplayPlan {
        let spans = try allSpans(of: drop.id, try books())
        let held = try heldOrders(in: spans)
        return ReplayPlan(
            drop: drop,
            openStretches: spans.filter { [.held, .refused, .quarantined].contains($0.state) }.count,
            heldOrders: held)
    }

    /// Puts a document that waits or is in conflict back in line: the next run sends its frozen bytes.
    ///
    /// - Throws: `REPLAY.UNKNOWN` for a document that is not in the books, or was delivered: nothing is sent twice.
    public func sendAgain(_ id: OutboundID, by: String, why: String) throws {
        let row = try books().outbound(id)
        guard let row, row.document.state != .delivered else {
            throw Diagnostic(
                "REPLAY.UNKNOWN", .error,
                row == nil ? "document x-\(id) is not in the books" : "document x-\(id) was delivered",
                found: row?.document.state.rawValue, expected: "a document that has not arrived",
                remedy: row == nil
                    ? "copy the id from crossdock failures"
                    : "nothing is sent twice; a correction is a document of its own",
                move: .ours)
        }
        let ledger = try openLedger()
        _ = try ledger.recordAct(
            "replay", subject: "outbound \(id)", by: by, why: why, at: Instant(milliseconds: clock.now()))
        try ledger.markUndelivered(id, state: .ready, error: nil, nextAttemptAt: nil)
    }

    private func heldOrders(in spans: [SpanRow]) throws -> [OrderID] {
        let books = try books()
        var held: [OrderID] = []
        for span in spans {
            guard let subject = span.subject, subject.hasPrefix("order "),
                let id = Int64(subject.dropFirst(6)),
                let order = try books.order(OrderID(id)), order.holds.contains(where: \.isOpen)
            else { continue }
            held.append(OrderID(id))
        }
        return held
    }

    func allSpans(of drop: DropID, _ books: any LedgerReader) throws -> [SpanRow] {
        var spans: [SpanRow] = []
        while true {
            let page = try books.spans(of: drop, from: (spans.last?.ordinal ?? -1) + 1, limit: 10_000)
            spans += page
            if page.count < 10_000 { return spans }
        }
    }
}

extension Run {
    /// Takes up a drop again: what was refused, held or quarantined is read, mapped and decided anew; what was applied
    /// stays as it is, and nothing is acknowledged or sent a second time.
    ///
    /// - Returns: orders of the drop that were decided again and are still on hold.
    func replay(
        _ target: ReplayTarget, run: RunID, context: @autoclosure () throws -> Applying, releasing: Releasing
    ) throws -> Int {
        let act = try ledger.recordAct(
            "replay --from \(target.stage.rawValue)", subject: "drop \(target.drop.id)", by: target.by,
            why: target.why,
            at: Instant(milliseconds: site.clock.now()))
        let plan = try site.replayPlan(target.drop)
        if target.stage != .decide {
            let spans = try site.allSpans(of: target.drop.id, try site.books())
            if spans.isEmpty, target.drop.state == .quarantined {
                try reopen(target.drop, act: act, run: run)
                try context().apply(target.drop.id)
            } else {
                let selection = ReplaySelection(
                    spans, findings: try site.books().findings(of: target.drop.id), act: act)
                if !selection.isEmpty {
                    var applying = try context()
                    applying.selection = selection
                    try applying.replay(target.drop)
                }
            }
        }
        guard !plan.heldOrders.isEmpty else { return 0 }
        let released = try releasing.redecide(
            try ledger.orderStates(plan.heldOrders), act: act, by: target.by)
        return plan.heldOrders.count - released
    }

    /// A drop that was quarantined whole is staged again, as if it had just come.
    private func reopen(_ drop: DropRow, act: Int64, run: RunID) throws {
        var batch = ApplyBatch(
            drop: drop.id, at: Instant(milliseconds: site.clock.now()), run: run,
            identifiers: try ledger.identifiers())
        batch.state = .staged
        batch.reached = 0
        batch.act = act
        try ledger.commit(batch)
    }
}
