import Canonical
import Diagnostics

extension StockCount {
    /// One line of a receipt after its article was found.
    private struct Received {
        var item: ItemRow
        var units: Int64
        var source: SourceRange
    }

    /// Takes over one receipt. Each article of a receipt number is received once at a location: a repeat, under
    /// whatever file name, has no effect, and articles that could not be taken the first time are taken then.
    mutating func takeReceipt(_ incoming: IncomingDocument) -> RuleResult {
        let header = incoming.document.header
        let (row, refusal) = location(
            header.stated(ReceiptField.warehouse), partner: incoming.partner,
            at: header.source(ReceiptField.warehouse))
        guard let row else { return RuleResult(.refused, findings: refusal.map { [$0] } ?? []) }
        var findings: [Diagnostic] = []
        var received: [Received] = []
        for (index, line) in header[group: ReceiptGroup.lines].enumerated() {
            if let one = read(line, ordinal: index + 1, &findings) { received.append(one) }
        }
        guard let number = header.stated(ReceiptField.number) else {
            for one in received { take(one, at: row, header) }
            return RuleResult(received.isEmpty ? .refused : .applied, findings: findings)
        }
        var sums: [ItemID: Int64] = [:]
        for one in received { sums[one.item.id, default: 0] += one.units }
        var isRepeat = false
        for one in received {
            let key = ReceiptKey(location: row.id, number: number, item: one.item.id)
            guard let known = facts.receipts[key], let sum = sums[one.item.id] else { continue }
            guard known == sum else {
                return RuleResult(.documentHeld, findings: findings + [changed(one, known, sum, number)])
            }
            isRepeat = true
        }
        if isRepeat { findings.append(repeated(number, at: header)) }
        let fresh = received.filter {
            facts.receipts[ReceiptKey(location: row.id, number: number, item: $0.item.id)] == nil
        }
        for one in fresh { take(one, at: row, header) }
        for (item, units) in sums.sorted(by: { $0.key < $1.key }) {
            let key = ReceiptKey(location: row.id, number: number, item: item)
            guard facts.receipts.updateValue(units, forKey: key) == nil else { continue }
            outcome.changes.receipts.append((key, units))
        }
        if fresh.isEmpty, isRepeat { return RuleResult(.noEffect, findings: findings) }
        return RuleResult(fresh.isEmpty ? .refused : .applied, findings: findings)
    }

    private func repeated(_ number: String, at header: Record) -> Diagnostic {
        Diagnostic(
            "DUP.RECEIPT", .warning, at: header.source(ReceiptField.number).location,
            "receipt \(number) already taken over", found: number, expected: "each receipt once",
            remedy: "nothing to do: what was received then is not received again")
    }

    private func changed(
        _ one: Received, _ known: Int64, _ units: Int64, _ number: String
    ) -> Diagnostic {
        Diagnostic(
            "OMS.RECEIPT.CHANGED", at: one.source.location,
            "receipt \(number) has \(units) of '\(one.item.sku)', and \(known) were taken over before",
            found: String(units), expected: "\(known), or a receipt with a number of its own",
            remedy: "ask the sender which is right; the stock is as it was")
    }

    private func read(
        _ line: Record, ordinal: Int, _ findings: inout [Diagnostic]
    ) -> Received? {
        let name = NamedItem(receipt: line)
        guard case .one(let item) = name.find(in: facts.items) else {
            findings.append(unknownItem(name, at: line.source(ReceiptLineField.sku)))
            return nil
        }
        let source = line.source(ReceiptLineField.quantity)
        let quantity = line.decimal(ReceiptLineField.quantity) ?? .zero
        let answer = StockUnits.of(quantity, unit: line.stated(ReceiptLineField.unit), item: item)
        guard case .units(let units) = answer, units > 0 else {
            let code: DiagnosticCode =
                quantity.isNegative
                ? "OMS.QTY.NEGATIVE" : quantity.isZero ? "OMS.QTY.ZERO" : "OMS.QTY.FRACTION"
            findings.append(
                Diagnostic(
                    code, at: source.location,
                    "line \(ordinal) quantity \(quantity) of '\(item.sku)' must be whole and above zero",
                    found: quantity.description, expected: "a whole number of stock units, like 3",
                    remedy: "ask the warehouse to correct the receipt"))
            return nil
        }
        return Received(item: item, units: units, source: source)
    }

    private mutating func take(_ one: Received, at row: LocationRow, _ header: Record) {
        move(.receipt, one.units, one.item.id, row.id, at: receivedAt(header))
    }

    private func receivedAt(_ header: Record) -> Instant {
        if let at = header.instant(ReceiptField.receivedAt) { return min(at, context.now) }
        guard let day = header.date(ReceiptField.receivedOn) else { return context.now }
        // A day without a time is its noon, as with shipments.
        let noon = Instant(date: day, secondsOfDay: 43_200, offsetSeconds: context.policy.zoneOffsetSeconds)
        return min(noon, context.now)
    }
}
