public import Canonical
public import Diagnostics

/// Decides held orders again, after an item or a price arrived or a person looked at them.
public enum Redecision {
    /// The documents of these orders, for `OrderIntake.wanted(by:)`.
    public static func documents(of orders: [OrderState]) -> [CanonicalDocument] {
        orders.compactMap { CanonicalCodec.decode($0.row.document) }
    }

    /// Looks at every reason to wait again; an order with none left is routed as at intake and acknowledged.
    ///
    /// - Parameter orders: held orders, in the order of their numbers. An order without open holds is routed when
    ///   all its units are still open, and left alone otherwise.
    /// - Parameter waived: holds that a person sets aside, by order.
    /// - Parameter by: who: `rules`, or the operator's name; it stands in the releases.
    /// - Returns: one result an order: `accepted`, `held`, or `noEffect`.
    public static func decide(
        _ orders: [OrderState], waived: [OrderID: Set<DiagnosticCode>] = [:], by: String = "rules",
        facts: inout OrderFacts, identifiers: IdentifierSequence, context: RuleContext
    ) -> RuleOutcome {
        let known = facts
        facts = OrderFacts()
        var booking = Booking(facts: consume known, identifiers: identifiers, context: context)
        for order in orders {
            let result = booking.decideAgain(order, waived: waived[order.row.id] ?? [], by: by)
            booking.outcome.results.append(result)
        }
        facts = booking.facts
        return booking.outcome
    }
}

extension Booking {
    mutating func decideAgain(_ order: OrderState, waived: Set<DiagnosticCode>, by: String) -> RuleResult {
        let isUntouched = order.lines.allSatisfy { $0[.open] == $0.row.ordered }
        guard isUntouched else { return releaseOnly(order, waived: waived, by: by) }
        if order.row.lifecycle == .complete || order.row.lifecycle == .cancelled {
            return RuleResult(.noEffect)
        }
        guard let document = CanonicalCodec.decode(order.row.document) else { return damaged(order) }
        var check = OrderCheck(document, channel: order.row.channel, context: context)
        check.run(facts, checksPayment: false)
        // What was refused at intake stays refused; lines are those that have a row.
        let rows = order.lines.map(\.row.ordinal)
        check.lines.removeAll { !rows.contains($0.ordinal) }
        let open = Set(order.holds.map(\.code))
        var wanted = check.holds.filter { !waived.contains($0.code) }
        // Holds that are not ours to judge (payment, a person's own) stay until somebody ends them.
        wanted += order.holds.filter { !OrderCheck.ownCodes.contains($0.code) && !waived.contains($0.code) }
            .map { CheckedHold(code: $0.code, reason: $0.reason, ordinal: nil) }
        if check.lines.count < order.lines.count || check.lines.contains(where: { $0.item == nil }) {
            // Nothing can be shipped of an article that nobody knows, whoever waives what.
            wanted += check.holds.filter { hold in !wanted.contains { $0.code == hold.code } }
            if wanted.isEmpty { return RuleResult(.held(order.row.id), findings: check.findings) }
        }
        var reasons = check.reasons
        var findings = check.findings
        var routed = Routed()
        takeTerms(order, check)
        if wanted.isEmpty {
            routed = route(
                RoutableOrder(
                    id: order.row.id, partner: order.row.partner, channel: order.row.channel,
                    header: check.header,
                    lines: routable(check.lines, rowIDs(of: check.lines, in: order)), currency: check.currency
                ))
            wanted = routed.holds
            reasons += routed.reasons
            findings += routed.findings
        }
        return settle(order, open: open, wanted: wanted, by: by, reasons, findings, routed)
    }

    private func rowIDs(of lines: [CheckedLine], in order: OrderState) -> [LineID] {
        lines.compactMap { line in order.lines.first { $0.row.ordinal == line.ordinal }?.row.id }
    }

    private func damaged(_ order: OrderState) -> RuleResult {
        let finding = Diagnostic(
            "OMS.ORDER.DAMAGED", at: nil,
            "order \(order.row.number) has a stored document that cannot be read",
            expected: "the canonical document as it was stored", remedy: "run `crossdock verify`")
        return RuleResult(.held(order.row.id), findings: [finding])
    }

    /// Writes releases, new holds and the decision; nothing when everything is as it was.
    private mutating func settle(
        _ order: OrderState, open: Set<DiagnosticCode>, wanted: [CheckedHold], by: String,
        _ reasons: [Reason],
        _ findings: [Diagnostic], _ routed: Routed
    ) -> RuleResult {
        let id = order.row.id
        let staying = Set(wanted.map(\.code))
        var ended: [DiagnosticCode] = []
        for hold in order.holds where !staying.contains(hold.code) && !ended.contains(hold.code) {
            ended.append(hold.code)
            outcome.changes.holdReleases.append((id, hold.code, by))
        }
        let added = wanted.filter { !open.contains($0.code) }
        for hold in added {
            let line = order.lines.first { $0.row.ordinal == hold.ordinal }?.row.id
            outcome.changes.holds.append(HoldRow(order: id, line: line, code: hold.code, reason: hold.reason))
        }
        let isHeld = !wanted.isEmpty
        if isHeld, ended.isEmpty, added.isEmpty { return RuleResult(.held(id), findings: findings) }
        outcome.changes.decisions.append(
            DecisionRow(
                order: id, occasion: "replay", outcome: isHeld ? Self.heldSentence(wanted) : routed.summary,
                reasons: reasons))
        if !isHeld, routed.lifecycle != order.row.lifecycle {
            outcome.changes.lifecycles.append((id, routed.lifecycle))
        }
        return RuleResult(isHeld ? .held(id) : .accepted(id), findings: findings)
    }

    /// Writes down items, quantities, prices and sums that are known by now.
    private mutating func takeTerms(_ order: OrderState, _ check: OrderCheck) {
        for line in check.lines {
            guard let row = order.lines.first(where: { $0.row.ordinal == line.ordinal })?.row else {
                continue
            }
            if let item = line.item, row.item != item.id {
                outcome.changes.lineItems.append((row.id, item.id, item.sku))
            }
            if row.ordered != line.units || row.amountMinor != line.amountMinor
                || row.unitPrice != line.unitPrice
            {
                outcome.changes.lineTerms.append((row.id, line.units, line.unitPrice, line.amountMinor))
            }
        }
        guard !check.isRefused,
            order.row.goodsMinor != check.goodsMinor || order.row.totalMinor != check.totalMinor
        else { return }
        outcome.changes.orderTotals.append((order.row.id, check.goodsMinor, check.totalMinor))
    }

    /// Orders that are under way already: waived holds end, and their back-orders are filled from what there is, whatever
    /// their cancel-after day says.
    private mutating func releaseOnly(
        _ order: OrderState, waived: Set<DiagnosticCode>, by: String
    ) -> RuleResult {
        let id = order.row.id
        var ended: [DiagnosticCode] = []
        for hold in order.holds where waived.contains(hold.code) && !ended.contains(hold.code) {
            ended.append(hold.code)
            outcome.changes.holdReleases.append((id, hold.code, by))
        }
        guard !ended.isEmpty else { return RuleResult(order.holds.isEmpty ? .noEffect : .held(id)) }
        let isHeld = order.holds.contains { !ended.contains($0.code) }
        outcome.changes.decisions.append(
            DecisionRow(
                order: id, occasion: "replay",
                outcome: "released: " + ended.map(\.rawValue).joined(separator: ", "),
                reasons: ended.map {
                    Reason(
                        rule: "hold.release", subject: "order", verdict: .passed,
                        because: "\($0) ended by \(by)")
                }))
        if isHeld { return RuleResult(.held(id)) }
        var free = order
        free.holds = []
        _ = fill(free, items: itemsByID, checksExpiry: false)
        return RuleResult(.accepted(id))
    }
}
