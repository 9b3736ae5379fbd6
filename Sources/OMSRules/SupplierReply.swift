public import Canonical
import Diagnostics

/// Takes over what a supplier answers to our purchase orders (855).
public enum SupplierReply {
    /// Applies order acknowledgments; what a supplier refuses goes back to the back-orders of its order.
    ///
    /// - Parameter items: documents of the kind `orderAcknowledgment` from one supplier, in order.
    /// - Parameter facts: purchase orders by our number (`number` of the document), their orders, and articles.
    /// - Twice: an answer that was applied already changes nothing.
    public static func apply(
        _ items: [IncomingDocument], facts: inout ShipmentFacts, identifiers: IdentifierSequence,
        context: RuleContext
    ) -> RuleOutcome {
        var dock = ShipmentDock(facts: facts, identifiers: identifiers, context: context)
        facts = ShipmentFacts()
        for item in items {
            let isReply = item.document.kind == .orderAcknowledgment
            let result = isReply ? dock.takeReply(item) : .unexpected(item.document)
            dock.outcome.results.append(result)
        }
        dock.outcome.changes.itemsToRelease = Array(Set(dock.outcome.changes.itemsToRelease)).sorted()
        facts = dock.facts
        return dock.outcome
    }

    /// What facts these answers need.
    public static func wanted(by documents: [CanonicalDocument]) -> ShipmentRules.Wanted {
        var wanted = ShipmentRules.Wanted()
        var seen: Set<String> = []
        for document in documents where document.kind == .orderAcknowledgment {
            if let number = document.header.stated(OrderAcknowledgmentField.number),
                seen.insert(number).inserted
            {
                wanted.purchaseOrders.append(number)
            }
            for line in document.header[group: OrderAcknowledgmentGroup.lines] {
                wanted.items.formUnion(NamedItem(reply: line).keys)
            }
        }
        return wanted
    }
}

/// What a supplier says to a quantity.
enum ReplyWord {
    case accepted, changed, waiting, refused

    /// Whether the supplier still means to deliver.
    var isKept: Bool { self != .refused }

    /// Reads our words, and the codes of X12 where a map keeps them.
    ///
    /// - Source: X12 004010 data elements 668 (line item status) and 587 (acknowledgment type).
    init?(_ text: String) {
        switch text {
        case "accepted", "IA", "AT", "AK", "AP": self = .accepted
        case "acceptedWithChanges", "dateChanged", "substituted", "IC", "IQ", "IP", "IS", "DR", "AC", "AD",
            "AE":
            self = .changed
        case "backordered", "onHold", "held", "IB", "IH", "AH", "RO": self = .waiting
        case "rejected", "deleted", "cancelled", "IR", "ID", "R1", "R2", "R3", "R4", "RJ", "RD", "RF":
            self = .refused
        default: return nil
        }
    }
}

extension ShipmentDock {
    /// Takes over one answer.
    mutating func takeReply(_ incoming: IncomingDocument) -> RuleResult {
        let header = incoming.document.header
        let source = header.source(OrderAcknowledgmentField.number)
        let number = header.stated(OrderAcknowledgmentField.number) ?? ""
        guard let purchase = facts.purchaseOrders[number], facts.orders[purchase.row.order] != nil else {
            return unknownPurchase(number, at: source)
        }
        guard purchase.row.supplier == incoming.partner else {
            return foreignPurchase(number, at: source, partner: incoming.partner)
        }
        var refusals: [Int64?] = purchase.lines.map { _ in nil }
        var isChanged = false
        if let refusal = readLines(header, purchase, into: &refusals, &isChanged) { return refusal }
        let lines = header[group: OrderAcknowledgmentGroup.lines]
        if lines.isEmpty {
            let status = header.stated(OrderAcknowledgmentField.status) ?? ""
            guard let word = ReplyWord(status) else {
                return unknownWord(status, at: header.source(OrderAcknowledgmentField.status))
            }
            isChanged = word == .waiting || word == .changed
            for index in refusals.indices {
                refusals[index] = word.isKept ? 0 : purchase.lines[index].row.quantity
            }
        }
        return settle(purchase, refusals, isChanged: isChanged)
    }

    private func unknownWord(_ word: String, at source: SourceRange) -> RuleResult {
        refused(
            "OMS.REPLY.STATUS", at: source, "status '\(word)' of the answer is unknown", found: word,
            expected: "accepted, backordered or rejected (IA, IB, IR)",
            remedy: "add the supplier's word to the codes of its map")
    }

    /// How many units of each purchase order line are refused; nil where the answer says nothing about it.
    private func readLines(
        _ header: Record, _ purchase: PurchaseOrderFacts, into refusals: inout [Int64?],
        _ isChanged: inout Bool
    ) -> RuleResult? {
        for (position, line) in header[group: OrderAcknowledgmentGroup.lines].enumerated() {
            let name = NamedItem(reply: line)
            let candidates = PurchaseLines.candidates(
                purchase, number: line.stated(OrderAcknowledgmentLineField.lineNumber), name: name,
                items: facts.itemKeys)
            guard let index = candidates.first else {
                return refused(
                    "OMS.SKU.UNKNOWN", at: line.source(OrderAcknowledgmentLineField.lineNumber),
                    "line \(position + 1) article '\(name.shown)' is unknown to the purchase order",
                    found: name.shown, expected: "an article of \(purchase.row.number)",
                    remedy: "ask the supplier which line it means")
            }
            let row = purchase.lines[index].row
            var kept: Int64 = 0
            let responses = line[group: OrderAcknowledgmentLineGroup.responses]
            if responses.isEmpty { continue }
            for response in responses {
                let status = response.stated(LineResponseField.status) ?? ""
                guard let word = ReplyWord(status) else {
                    return unknownWord(status, at: response.source(LineResponseField.status))
                }
                let unit =
                    response.stated(LineResponseField.unit) ?? line.stated(OrderAcknowledgmentLineField.unit)
                let quantity = response.decimal(LineResponseField.quantity) ?? ScaledDecimal(row.quantity)
                let answer = StockUnits.of(
                    quantity, unit: response[LineResponseField.quantity] == nil ? nil : unit,
                    item: facts.items[row.item])
                guard case .units(let units) = answer, units >= 0 else {
                    return refused(
                        "OMS.QTY.FRACTION", at: response.source(LineResponseField.quantity),
                        "line \(position + 1) quantity \(quantity) must be whole units, zero or more",
                        found: quantity.description, expected: "a whole number of stock units, like 3",
                        remedy: "ask the supplier to correct the answer")
                }
                if word == .waiting || word == .changed { isChanged = true }
                if word.isKept { kept = min(row.quantity, kept + units) }
            }
            refusals[index] = (refusals[index] ?? 0) + (row.quantity - kept)
        }
        return nil
    }

    /// Moves what is newly refused back to the back-orders and sets the purchase order's state.
    private mutating func settle(
        _ purchase: PurchaseOrderFacts, _ refusals: [Int64?], isChanged: Bool
    ) -> RuleResult {
        let order = purchase.row.order
        var reasons: [Reason] = []
        var sum: Int64 = 0
        for (index, line) in purchase.lines.enumerated() {
            guard let wanted = refusals[index] else { continue }
            let open = line.row.quantity - line.shipped - line.refused
            let units = min(max(0, wanted - line.refused), max(0, open))
            let sku = sku(line.row.line, of: order)
            guard units > 0 else {
                let kept = line.row.quantity - line.refused
                reasons.append(
                    Reason(
                        rule: "supplier.reply", subject: sku, verdict: kept > 0 ? .passed : .refused,
                        because: "\(kept) of \(line.row.quantity) accepted by \(purchase.row.supplier)"))
                continue
            }
            sum += units
            giveBack(units, line.row, purchase, sku: sku)
            facts.purchaseOrders[purchase.row.number]?.lines[index].refused += units
            reasons.append(
                Reason(
                    rule: "supplier.reply", subject: sku, verdict: .refused,
                    because: "\(units) of \(line.row.quantity) refused by \(purchase.row.supplier)"))
        }
        let state = replyState(purchase.row.number, isChanged: isChanged)
        guard sum > 0 || state != purchase.state else { return RuleResult(.noEffect) }
        if state != purchase.state {
            outcome.changes.purchaseOrderStates.append((purchase.row.id, state))
            facts.purchaseOrders[purchase.row.number]?.state = state
        }
        endOrder(order)
        outcome.changes.decisions.append(
            DecisionRow(
                order: order, occasion: "supplier-reply",
                outcome: "\(purchase.row.number): \(state.rawValue)" + (sum > 0 ? ", \(sum) refused" : ""),
                reasons: reasons))
        return RuleResult(.applied)
    }

    private mutating func giveBack(
        _ units: Int64, _ row: PurchaseOrderLineRow, _ purchase: PurchaseOrderFacts, sku: String
    ) {
        let order = purchase.row.order
        move(
            .supplierRefused, units, item: row.item, line: row.line, order: order,
            purchaseOrder: purchase.row.id,
            at: context.now)
        let policy = context.policy.channel(facts.orders[order]?.row.channel ?? "")
        if policy.allowsBackorders, !policy.unbackorderedSKUs.contains(sku) {
            outcome.changes.itemsToRelease.append(row.item)
        } else {
            move(.cancelBackordered, units, item: row.item, line: row.line, order: order, at: context.now)
        }
    }

    /// Where the purchase order is after the answer; one that has shipped stays there.
    private func replyState(_ number: String, isChanged: Bool) -> PurchaseOrderState {
        guard let known = facts.purchaseOrders[number] else { return .approved }
        if known.lines.contains(where: { $0.shipped > 0 }) || known.state == .closed { return known.state }
        if known.lines.allSatisfy({ $0.refused >= $0.row.quantity }) { return .rejected }
        return isChanged || known.lines.contains { $0.refused > 0 } ? .confirmedWithChanges : .confirmed
    }
}
