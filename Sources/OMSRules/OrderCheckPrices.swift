import Canonical
import Diagnostics

extension OrderCheck {
    /// Fills price, amount and discount of a line from the document, else from our price list.
    ///
    /// - Shape: a price is for one of the unit ordered, with the basis `perHundred` (HP) or `perThousand` (TP) for so many,
    ///   `perEach` (PE) for a stock unit, `noCharge` (NC) for nothing.
    /// - Returns: false when the line's figures cannot be held; the order is then refused.
    mutating func price(
        _ line: inout CheckedLine, _ record: Record, quantity: ScaledDecimal, _ facts: OrderFacts
    ) -> Bool {
        let basis = record.stated(OrderLineField.priceBasis)
        let units = ScaledDecimal(line.units)
        let isListed = record[OrderLineField.unitPrice] == nil || policy.priceToleranceMillionths != nil
        let listed = isListed ? line.item.flatMap { listPrice(of: $0, facts) } : nil
        var amount: Int64?
        if basis == "noCharge" || basis == "NC" {
            amount = 0
        } else if let given = record.decimal(OrderLineField.unitPrice) {
            let isEach = basis == "perEach" || basis == "PE"
            let divisor: Int64 =
                switch basis {
                case "perHundred", "HP": 100
                case "perThousand", "TP": 1000
                default: 1
                }
            amount = extended(given, isEach ? units : quantity, divisor)
            line.unitPrice = isEach ? given : perStockUnit(given, quantity, line.units, divisor)
        } else if let given = record.decimal(OrderLineField.lineAmount) {
            amount = given.units(atScale: currency.exponent)
            line.unitPrice = perStockUnit(given, ScaledDecimal(1), line.units, 1)
        } else if let listed {
            amount = listed.multiplied(by: units, scale: currency.exponent)
            line.unitPrice = listed
            reasons.append(
                Reason(
                    rule: "validate.price", subject: line.lineNumber, verdict: .noted,
                    because: "\(listed) \(currency) from our price list"))
        } else {
            amount = 0
            missingPrice(line, record)
        }
        let discount = record.decimal(OrderLineField.discount)
        let less = discount.map { $0.units(atScale: currency.exponent) } ?? 0
        guard let amount, let less, amount.magnitude <= RuleLimits.amountMinorMax,
            less.magnitude <= RuleLimits.amountMinorMax
        else {
            refuse(
                "OMS.AMOUNT.RANGE", at: record.source(OrderLineField.unitPrice),
                "amount of line \(line.lineNumber) is not one that \(currency) holds",
                expected: "\(currency.exponent) digits after the point, below 10^15 minor units",
                remedy: "ask the partner to correct price and quantity")
            return false
        }
        line.amountMinor = amount
        line.discountMinor = abs(less)
        comparePrice(line, record, listed: listed)
        return true
    }

    /// Price times quantity in minor units, rounded once, half away from zero.
    private func extended(_ price: ScaledDecimal, _ quantity: ScaledDecimal, _ divisor: Int64) -> Int64? {
        if divisor == 1 { return price.multiplied(by: quantity, scale: currency.exponent) }
        guard let exact = price.multiplied(by: quantity, scale: ScaledDecimal.scaleMax) else { return nil }
        var whole = divisor
        for _ in currency.exponent..<ScaledDecimal.scaleMax { whole *= 10 }
        return Exact.share(exact, 1, of: whole)
    }

    private mutating func missingPrice(_ line: CheckedLine, _ record: Record) {
        hold(
            "OMS.PRICE.MISSING", rule: "validate.price", subject: line.lineNumber, ordinal: line.ordinal,
            at: record.source(OrderLineField.quantity),
            "line \(line.lineNumber) has no price, and our list has none",
            expected: "a unit price, like 19.99",
            remedy: "load a price for '\(line.sku)' in \(currency); the order is then decided by itself")
    }

    private mutating func comparePrice(_ line: CheckedLine, _ record: Record, listed: ScaledDecimal?) {
        let isByLine = record[OrderLineField.unitPrice] == nil
        let source = record.source(isByLine ? OrderLineField.lineAmount : .unitPrice)
        if line.amountMinor < 0 {
            hold(
                "OMS.PRICE.NEGATIVE", rule: "validate.price", subject: line.lineNumber, ordinal: line.ordinal,
                at: source, "line \(line.lineNumber) price is negative", found: line.unitPrice.description,
                expected: "zero or more, like 19.99", remedy: "ask the partner to send discounts as such")
        }
        guard let tolerance = policy.priceToleranceMillionths,
            !isByLine || record[OrderLineField.lineAmount] != nil
        else { return }
        guard let listed else {
            reasons.append(
                Reason(
                    rule: "validate.price", subject: line.lineNumber, verdict: .noted,
                    because: "our list has no \(currency) price of \(line.sku) to compare with"))
            return
        }
        comparedPrices += 1
        let scale = Self.pricePowers
        let given = Int128(line.unitPrice.units) * scale[Int(ScaledDecimal.scaleMax - line.unitPrice.scale)]
        let ours = Int128(listed.units) * scale[Int(ScaledDecimal.scaleMax - listed.scale)]
        guard (given - ours).magnitude * 1_000_000 > (ours * Int128(tolerance)).magnitude else { return }
        hold(
            "OMS.PRICE.DIFFERS", rule: "validate.price", subject: line.lineNumber, ordinal: line.ordinal,
            at: source, "line \(line.lineNumber) price \(line.unitPrice) is not our price \(listed)",
            found: line.unitPrice.description,
            expected: listed.description + (tolerance > 0 ? ", give or take \(percent(tolerance))" : ""),
            remedy: "agree on the price with the partner, then release the order or correct our price list")
    }

    /// Says that prices were compared and none was out of bounds.
    mutating func passPrices() {
        guard let tolerance = policy.priceToleranceMillionths, comparedPrices > 0,
            !holds.contains(where: { $0.code == "OMS.PRICE.DIFFERS" })
        else { return }
        let count = comparedPrices == 1 ? "1 price" : "\(comparedPrices) prices"
        pass("validate.price", "\(count) within \(percent(tolerance)) of our list")
    }

    /// Millionths as people read them: `2 %`.
    private func percent(_ millionths: Int64) -> String {
        "\(ScaledDecimal(units: millionths, scale: 4).reduced) %"
    }

    private static let pricePowers: [Int128] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000]

    /// Our price of a stock unit: the channel's own, else everybody's, else the article's.
    private func listPrice(of item: KnownItem, _ facts: OrderFacts) -> ScaledDecimal? {
        let day = header.date(OrderField.orderedOn) ?? context.today
        var best: PriceRow?
        for row in facts.prices[item.id] ?? [] where row.currency == currency {
            guard row.channel == nil || row.channel == channel, row.validFrom.map({ $0 <= day }) ?? true,
                row.validThrough.map({ day <= $0 }) ?? true
            else { continue }
            if let known = best, !Self.isBetter(row, than: known) { continue }
            best = row
        }
        if let best { return best.unitPrice }
        return item.currency == nil || item.currency == currency ? item.price : nil
    }

    /// A channel's own price before everybody's, then the newer, then the lower.
    private static func isBetter(_ row: PriceRow, than known: PriceRow) -> Bool {
        if (row.channel != nil) != (known.channel != nil) { return row.channel != nil }
        let (day, other) = (row.validFrom?.dayNumber ?? Int32.min, known.validFrom?.dayNumber ?? Int32.min)
        return day != other ? day > other : row.unitPrice < known.unitPrice
    }

    /// What one stock unit costs, to six digits, when `quantity` units of the order are `units` stock units.
    private func perStockUnit(
        _ price: ScaledDecimal, _ quantity: ScaledDecimal, _ units: Int64, _ divisor: Int64
    ) -> ScaledDecimal {
        guard units > 0, quantity.whole != units || divisor != 1 else { return price }
        guard let scaled = price.multiplied(by: quantity, scale: ScaledDecimal.scaleMax) else { return price }
        let (whole, over) = units.multipliedReportingOverflow(by: divisor)
        return over
            ? price : ScaledDecimal(units: Exact.share(scaled, 1, of: whole), scale: ScaledDecimal.scaleMax)
    }
}
