import Canonical
import Diagnostics

extension OrderCheck {
    /// Looks at every line; a line that is refused leaves no row, and an order without rows is refused.
    mutating func checkLines(_ facts: OrderFacts) {
        checkLineNumbers()
        if isRefused { return }
        lines.reserveCapacity(lineRecords.count)
        for (index, record) in lineRecords.enumerated() {
            checkLine(record, ordinal: index + 1, facts)
            if isRefused { return }
        }
        guard lines.isEmpty else {
            if holds.isEmpty { pass("validate.lines", lines.count == 1 ? "1 line" : "\(lines.count) lines") }
            return
        }
        if lineRecords.isEmpty || findings.isEmpty {
            refuse(
                "OMS.ORDER.EMPTY", at: header.source(OrderField.number), "order has no lines",
                expected: "one line or more", remedy: "ask the partner to send the order again with its lines"
            )
        }
        isRefused = true
    }

    private mutating func checkLineNumbers() {
        if lineRecords.count < 2 || hasFewNumbersOnce { return }
        var seen: Set<String> = []
        seen.reserveCapacity(lineRecords.count)
        for record in lineRecords {
            guard let number = record.stated(OrderLineField.lineNumber), !seen.insert(number).inserted else {
                continue
            }
            return refuse(
                "OMS.LINE.DUPLICATE", at: record.source(OrderLineField.lineNumber),
                "order has line \(number) twice",
                found: number, expected: "each line number once",
                remedy: "ask the partner to number its lines and to send the order again")
        }
    }

    /// Whether an order of a few lines has each number once: comparing is cheaper there than hashing.
    private var hasFewNumbersOnce: Bool {
        guard lineRecords.count <= 8 else { return false }
        for index in 1..<lineRecords.count {
            guard let number = lineRecords[index][OrderLineField.lineNumber] else { continue }
            for other in 0..<index where lineRecords[other][OrderLineField.lineNumber] == number {
                return false
            }
        }
        return true
    }

    private mutating func checkLine(_ record: Record, ordinal: Int, _ facts: OrderFacts) {
        let number = record.stated(OrderLineField.lineNumber) ?? String(ordinal)
        let at = record.source(OrderLineField.quantity)
        guard let quantity = record.decimal(OrderLineField.quantity) else {
            return refuseLine(
                "OMS.QTY.MISSING", at: record.source(OrderLineField.lineNumber),
                "line \(number) has no quantity",
                record, nil)
        }
        if quantity.isNegative {
            return refuse(
                "OMS.QTY.NEGATIVE", at: at, "line \(number) quantity \(quantity) is negative",
                found: quantity.description, expected: "a whole number above zero, like 3",
                remedy: "ask the partner to send returns and cancellations as such")
        }
        if quantity.isZero {
            return refuseLine("OMS.QTY.ZERO", at: at, "line \(number) quantity is zero", record, quantity)
        }
        if let status = record.stated(OrderLineField.fulfilmentStatus), Self.isFulfilled(status) {
            return refuseLine(
                "OMS.LINE.CLOSED", .warning, at: record.source(OrderLineField.fulfilmentStatus),
                "line \(number) is '\(status)' at the shop", record, quantity)
        }
        let name = NamedItem(order: record)
        let item = resolve(name, record, number: number, ordinal: ordinal, facts)
        guard let units = units(of: quantity, record, item: item, number: number, ordinal: ordinal) else {
            return
        }
        var line = CheckedLine(
            ordinal: ordinal, lineNumber: number, item: item, sku: item?.sku ?? name.shown, units: units,
            unitPrice: .zero, amountMinor: 0, discountMinor: 0)
        guard price(&line, record, quantity: quantity, facts) else { return }
        lines.append(line)
    }

    /// A line that the order goes on without; its figures still count in the partner's totals.
    private mutating func refuseLine(
        _ code: DiagnosticCode, _ severity: Severity = .error, at source: SourceRange, _ message: String,
        _ record: Record, _ quantity: ScaledDecimal?
    ) {
        findings.append(
            Diagnostic(
                code, severity, at: source.location, message, found: quantity?.description,
                expected: "a whole number of stock units above zero, like 3",
                remedy: "ask the partner to correct the line; the others go on"))
        reasons.append(Reason(rule: "validate.lines", subject: "order", verdict: .refused, because: message))
        guard let quantity, let price = record.decimal(OrderLineField.unitPrice),
            let amount = price.multiplied(by: quantity, scale: currency.exponent),
            let sum = Exact.sum(refusedGoods, amount), sum.magnitude <= RuleLimits.amountMinorMax
        else { return }
        refusedGoods = sum
        let discount = record.decimal(OrderLineField.discount)?.units(atScale: currency.exponent) ?? 0
        if discount.magnitude <= RuleLimits.amountMinorMax {
            refusedDiscounts = Exact.sum(refusedDiscounts, abs(discount)) ?? refusedDiscounts
        }
    }

    private mutating func resolve(
        _ name: NamedItem, _ record: Record, number: String, ordinal: Int, _ facts: OrderFacts
    ) -> KnownItem? {
        let source = Self.nameSource(record)
        switch name.find(in: facts.items) {
        case .one(let item):
            if item.status == .blocked {
                hold(
                    "OMS.ITEM.BLOCKED", rule: "validate.items", subject: number, ordinal: ordinal, at: source,
                    "line \(number) article '\(item.sku)' is blocked", found: item.sku,
                    expected: "an article that may be sold",
                    remedy: "set the article's status to active, or cancel the line")
            }
            return KnownItem(item)
        case .several(let one, let other):
            hold(
                "OMS.SKU.AMBIGUOUS", rule: "validate.items", subject: number, ordinal: ordinal, at: source,
                "line \(number) names two articles: '\(one.sku)' and '\(other.sku)'", found: name.shown,
                expected: "names of one article",
                remedy: "correct the part numbers of one of the two, or ask the partner which it wants")
        case .none:
            hold(
                "OMS.SKU.UNKNOWN", rule: "validate.items", subject: number, ordinal: ordinal, at: source,
                "line \(number) article '\(name.shown)' is unknown", found: name.shown,
                expected: "an SKU, GTIN or part number of the catalogue",
                remedy: "load the article; the order is then decided by itself")
        }
        return nil
    }

    private static func nameSource(_ record: Record) -> SourceRange {
        for field in [OrderLineField.sku, .gtin, .vendorPart, .buyerPart] where record[field] != nil {
            return record.source(field)
        }
        return record.source(OrderLineField.lineNumber)
    }

    /// Stock units of the line; nil when it is refused.
    private mutating func units(
        of quantity: ScaledDecimal, _ record: Record, item: KnownItem?, number: String, ordinal: Int
    ) -> Int64? {
        let unit = record.stated(OrderLineField.unit)
        let at = record.source(OrderLineField.quantity)
        switch StockUnits.of(quantity, unit: unit, stockUnit: item?.unit, pack: item?.packQuantity) {
        case .units(let units): return units
        case .fraction:
            let name = unit ?? item?.unit ?? "EA"
            refuseLine(
                "OMS.QTY.FRACTION", at: at, "line \(number) quantity \(quantity) of \(name) must be whole",
                record,
                quantity)
            return nil
        case .unknownUnit(let unit):
            // Of an unknown article the pack is unknown, too: the order waits for it anyway.
            if item != nil {
                hold(
                    "OMS.UNIT.UNKNOWN", rule: "validate.items", subject: number, ordinal: ordinal,
                    at: record.source(OrderLineField.unit),
                    "line \(number) unit '\(unit)' is not one of the article's",
                    found: unit,
                    expected: "\(item?.unit ?? "EA"), or CS where the article has a pack quantity",
                    remedy: "add the pack quantity to the article, or the unit to the partner's codes")
            }
            return provisional(quantity)
        case .tooMany:
            refuse(
                "OMS.QTY.RANGE", at: at, "line \(number) quantity \(quantity) is too large",
                found: quantity.description, expected: "at most \(RuleLimits.unitsPerLineMax) stock units",
                remedy: "ask the partner to correct the quantity")
            return nil
        }
    }

    /// A whole number above zero that stands for a quantity whose unit is not known yet.
    private func provisional(_ quantity: ScaledDecimal) -> Int64 {
        let whole = quantity.multiplied(by: ScaledDecimal(1), scale: 0) ?? 1
        return min(max(1, whole), RuleLimits.unitsPerLineMax)
    }
}
