public import Canonical
import Diagnostics

/// Decides new orders: whether they are repeats, what holds them, and where they ship from.
public enum OrderIntake {
    /// What facts deciding these documents needs: the argument of `LedgerStore.orderFacts`.
    ///
    /// - Returns: the order numbers, in document order without repeats, and every key that a line names.
    public static func wanted(by documents: [CanonicalDocument]) -> (numbers: [String], items: Set<ItemKey>) {
        var numbers: [String] = []
        var seen: Set<String> = []
        var items: Set<ItemKey> = []
        for document in documents {
            if let number = document.header.stated(OrderField.number), seen.insert(number).inserted {
                numbers.append(number)
            }
            for line in document.header[group: OrderGroup.lines] {
                items.formUnion(NamedItem(order: line).keys)
            }
        }
        return (numbers, items)
    }

    /// Decides a batch of orders one after the other, each seeing what those before it took.
    ///
    /// - Parameter items: canonical orders of one partner, in the order in which they arrived.
    /// - Parameter facts: what `wanted(by:)` asked for; stock taken is gone from it afterwards.
    /// - Parameter identifiers: the first free numbers; `changes.identifiers` are those after.
    /// - Twice: with the same arguments it decides the same, to the byte.
    public static func decide(
        _ items: [IncomingDocument], facts: inout OrderFacts, identifiers: IdentifierSequence,
        context: RuleContext
    ) -> RuleOutcome {
        let known = facts
        facts = OrderFacts()
        var booking = Booking(facts: consume known, identifiers: identifiers, context: context)
        for item in items {
            let result = booking.takeIn(item)
            booking.outcome.results.append(result)
        }
        facts = booking.facts
        return booking.outcome
    }
}

extension Booking {
    /// Decides one order.
    mutating func takeIn(_ item: IncomingDocument) -> RuleResult {
        let header = item.document.header
        guard let number = header.stated(OrderField.number) else {
            return refused(
                "OMS.ORDER.NUMBER", at: item.document.span, "order has no number",
                expected: "the partner's order number, like PO-1001",
                remedy: "ask the partner to send the order with its number")
        }
        let digest = context.digest(OrderContent.bytes(of: item.document))
        let known = facts.existing[number]
        if let purpose = header.stated(OrderField.purpose), !Self.isNew(purpose) {
            return revise(item, number: number, purpose: purpose, known: known)
        }
        if let known { return again(item, number: number, known: known, digest: digest) }
        if let (because, source) = OrderCheck.closed(header) {
            return refused(
                "OMS.ORDER.CLOSED", .warning, at: source, "order \(number) has nothing to ship: \(because)",
                found: nil, expected: "an open order",
                remedy: "nothing to do, unless the shop should have shipped it")
        }
        var check = OrderCheck(item.document, channel: item.channel, context: context)
        check.run(facts, checksPayment: true)
        if check.isRefused { return RuleResult(.refused, findings: check.findings) }
        return accept(item, number: number, digest: digest, check)
    }

    private func refused(
        _ code: DiagnosticCode, _ severity: Severity = .error, at source: SourceRange, _ message: String,
        found: String? = nil, expected: String, remedy: String
    ) -> RuleResult {
        let finding = Diagnostic(
            code, severity, at: source.location, message, found: found, expected: expected, remedy: remedy)
        return RuleResult(.refused, findings: [finding])
    }

    // MARK: Known orders

    private static func isNew(_ purpose: String) -> Bool {
        switch purpose {
        case "original", "confirmation", "duplicate", "resubmission", "00", "06", "07", "15", "18": true
        default: false
        }
    }

    private static func isCancellation(_ purpose: String) -> Bool {
        purpose == "cancel" || purpose == "01"
    }

    /// A cancellation, change or replacement.
    private mutating func revise(
        _ item: IncomingDocument, number: String, purpose: String, known: ExistingOrder?
    ) -> RuleResult {
        let source = item.document.header.source(OrderField.purpose)
        guard let known else {
            return refused(
                "OMS.ORDER.UNKNOWN", at: item.document.header.source(OrderField.number),
                "order \(number) is unknown, and the document would \(purpose) it", found: number,
                expected: "the number of an order that we have",
                remedy: "ask the partner for the original order, then replay this drop")
        }
        let result = changed(
            item, number: number, at: source, "order \(number) is to be changed ('\(purpose)')")
        if result.verdict == .documentHeld, Self.isCancellation(purpose) { stop(known, number: number) }
        return result
    }

    /// Nothing more of an order goes out while somebody decides whether it is cancelled.
    private mutating func stop(_ known: ExistingOrder, number: String) {
        let code = OrderCheck.cancellationPending
        guard !known.isOver, !known.openHolds.contains(code) else { return }
        let reason = "the partner asked to cancel it"
        outcome.changes.holds.append(HoldRow(order: known.id, code: code, reason: reason))
        outcome.changes.decisions.append(
            DecisionRow(
                order: known.id, occasion: "cancellation", outcome: "held: \(code)",
                reasons: [Reason(rule: "order.cancel", subject: "order", verdict: .failed, because: reason)]))
        facts.existing[number]?.openHolds.append(code)
    }

    /// The number of an order that is in the books already.
    private mutating func again(
        _ item: IncomingDocument, number: String, known: ExistingOrder, digest: [UInt8]
    ) -> RuleResult {
        let source = item.document.header.source(OrderField.number)
        if known.contentDigest == digest {
            if OrderCheck.isPaid(item.document.header), known.openHolds.contains(OrderCheck.paymentPending) {
                outcome.changes.holdReleases.append((known.id, OrderCheck.paymentPending, "the shop"))
                outcome.ordersToRedecide.append(known.id)
                facts.existing[number]?.openHolds.removeAll { $0 == OrderCheck.paymentPending }
            }
            let message =
                known.drop == item.drop
                ? "order \(number) twice in file, with the same content"
                : "order \(number) already accepted from drop d-\(known.drop)"
            let finding = Diagnostic(
                "DUP.ORDER", .warning, at: source.location, message, found: number,
                expected: "each order once", remedy: "nothing to do: the repeat has no effect")
            return RuleResult(.duplicate(of: known.id), findings: [finding])
        }
        if known.drop == item.drop {
            return refused(
                "DUP.ORDER", at: source, "order \(number) twice in file, with different content",
                found: number,
                expected: "each order once", remedy: "ask the partner which of the two it means")
        }
        return changed(
            item, number: number, at: source, "order \(number) already accepted, with other content")
    }

    private func changed(
        _ item: IncomingDocument, number: String, at source: SourceRange, _ message: String
    ) -> RuleResult {
        let holds = context.policy.channel(item.channel).contentChange == .hold
        let finding = Diagnostic(
            "OMS.ORDER.CHANGED", at: source.location, message, found: number,
            expected: "the content of the order as it was accepted",
            remedy: "compare the two with `crossdock explain \(number)` and settle it with the partner")
        return RuleResult(holds ? .documentHeld : .refused, findings: [finding])
    }

    // MARK: New orders

    private mutating func accept(
        _ item: IncomingDocument, number: String, digest: [UInt8], _ check: OrderCheck
    ) -> RuleResult {
        let id: OrderID = outcome.changes.identifiers.next(\.order)
        let rows = appendLines(of: id, check)
        var holds = check.holds
        var reasons = check.reasons
        var findings = check.findings
        var lifecycle = OrderLifecycle.accepted
        var summary = ""
        if holds.isEmpty {
            let order = RoutableOrder(
                id: id, partner: item.partner, channel: item.channel, header: check.header,
                lines: routable(check.lines, rows), currency: check.currency)
            let routed = route(order)
            holds = routed.holds
            reasons += routed.reasons
            findings += routed.findings
            lifecycle = routed.lifecycle
            summary = routed.summary
        }
        for hold in holds {
            let line = hold.ordinal.flatMap { ordinal in
                check.lines.firstIndex { $0.ordinal == ordinal }.map { rows[$0] }
            }
            outcome.changes.holds.append(HoldRow(order: id, line: line, code: hold.code, reason: hold.reason))
        }
        if !holds.isEmpty { summary = Self.heldSentence(holds) }
        outcome.changes.decisions.append(
            DecisionRow(order: id, occasion: "intake", outcome: summary, reasons: reasons))
        outcome.changes.orders.append(row(item, id: id, number: number, digest: digest, check, lifecycle))
        facts.existing[number] = ExistingOrder(
            id: id, contentDigest: digest, drop: item.drop, openHolds: holds.map(\.code))
        return RuleResult(holds.isEmpty ? .accepted(id) : .held(id), findings: findings)
    }

    /// `held: OMS.SKU.UNKNOWN, OMS.TOTAL.MISMATCH`, each code once.
    static func heldSentence(_ holds: [CheckedHold]) -> String {
        var codes: [String] = []
        for hold in holds where !codes.contains(hold.code.rawValue) { codes.append(hold.code.rawValue) }
        return "held: " + codes.joined(separator: ", ")
    }

    private mutating func appendLines(of order: OrderID, _ check: OrderCheck) -> [LineID] {
        var rows: [LineID] = []
        rows.reserveCapacity(check.lines.count)
        for line in check.lines {
            let id: LineID = outcome.changes.identifiers.next(\.line)
            rows.append(id)
            outcome.changes.lines.append(
                OrderLineRow(
                    id: id, order: order, ordinal: line.ordinal, lineNumber: line.lineNumber,
                    item: line.item?.id,
                    sku: line.sku, ordered: line.units, unitPrice: line.unitPrice,
                    amountMinor: line.amountMinor))
        }
        return rows
    }

    /// The lines with their articles; all have one, or the order would be on hold.
    func routable(_ lines: [CheckedLine], _ rows: [LineID]) -> [RoutableLine] {
        var routable: [RoutableLine] = []
        routable.reserveCapacity(lines.count)
        for (index, line) in lines.enumerated() {
            guard let item = line.item else { continue }
            routable.append(
                RoutableLine(id: rows[index], ordinal: line.ordinal, item: item, units: line.units))
        }
        return routable
    }

    private func row(
        _ item: IncomingDocument, id: OrderID, number: String, digest: [UInt8], _ check: OrderCheck,
        _ lifecycle: OrderLifecycle
    ) -> OrderRow {
        let header = check.header
        let offset = context.policy.zoneOffsetSeconds
        let day =
            header.date(OrderField.orderedOn)
            ?? header.instant(OrderField.orderedAt)?.local(offsetSeconds: offset).date
        return OrderRow(
            id: id, channel: item.channel, partner: item.partner, number: number, contentDigest: digest,
            currency: check.currency, goodsMinor: check.goodsMinor, totalMinor: check.totalMinor,
            orderedOn: day,
            requestedShipOn: header.date(OrderField.requestedShipOn),
            cancelAfter: header.date(OrderField.cancelAfter),
            lifecycle: lifecycle, drop: item.drop, span: item.document.span,
            document: CanonicalCodec.encode(item.document))
    }
}
