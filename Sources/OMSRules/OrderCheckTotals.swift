import Canonical
import Diagnostics

extension OrderCheck {
    /// Adds the order up and compares what comes out with what the partner gives.
    mutating func checkTotals() {
        let money = HeaderMoney(header, currency: currency)
        if let (amount, source) = money.unreadable {
            hold(
                "OMS.AMOUNT.PRECISION", rule: "validate.totals", subject: "order", at: source,
                "amount \(amount) has more digits than \(currency) holds", found: amount.description,
                expected: "\(currency.exponent) digits after the point",
                remedy: "ask the partner for the amount in whole minor units")
        }
        var goods: Int64 = refusedGoods
        var discounts: Int64 = refusedDiscounts
        for line in lines {
            guard let sum = Exact.sum(goods, line.amountMinor),
                let less = Exact.sum(discounts, line.discountMinor),
                sum.magnitude <= RuleLimits.amountMinorMax, less.magnitude <= RuleLimits.amountMinorMax
            else {
                return refuse(
                    "OMS.AMOUNT.RANGE", at: header.source(OrderField.totalAll),
                    "amounts of the order are too large to add up", expected: "a sum below 10^15 minor units",
                    remedy: "ask the partner to correct quantities and prices")
            }
            goods = sum
            discounts = less
        }
        let after = goods - discounts - money.allowances
        let complete = after + money.charges + money.tax
        let included = after + money.charges
        let figures: [(TotalBasis, Int64)] = [
            (.complete, complete), (.taxIncluded, included), (.goods, goods), (.goodsAfterDiscounts, after),
        ]
        let basis = compareTotal(figures)
        compareGoods([goods, goods - discounts, after], isLooked: basis == nil)
        compareCounts()
        goodsMinor = goods - refusedGoods
        totalMinor = (basis == .taxIncluded ? included : complete) - refusedGoods + refusedDiscounts
    }

    /// The basis on which the given total is right; nil when none was given or none fits.
    private mutating func compareTotal(_ figures: [(TotalBasis, Int64)]) -> TotalBasis? {
        guard let given = header.decimal(OrderField.totalAll) else { return nil }
        let source = header.source(OrderField.totalAll)
        let complete = figures[0].1
        guard let minor = given.units(atScale: currency.exponent) else {
            hold(
                "OMS.AMOUNT.PRECISION", rule: "validate.totals", subject: "order", at: source,
                "total \(given) has more digits than \(currency) holds", found: given.description,
                expected: currency.text(complete), remedy: "ask the partner for the right total")
            return nil
        }
        for basis in policy.totalBases {
            guard let figure = figures.first(where: { $0.0 == basis })?.1, isClose(minor, figure) else {
                continue
            }
            pass("validate.totals", "\(currency.text(minor)) \(currency) is right (\(basis.rawValue))")
            return basis
        }
        let (difference, over) = minor.subtractingReportingOverflow(complete)
        let apart = over ? "far apart" : "\(currency.text(difference)) \(difference > 0 ? "too much" : "off")"
        mismatch(
            "total \(given) is not the sum of its parts \(currency.text(complete)): \(apart)", given,
            expected: currency.text(complete), at: source)
        return nil
    }

    /// A total that is not what the lines come to: a hold, or where the site says so a warning.
    private mutating func mismatch(
        _ message: String, _ given: ScaledDecimal, expected: String, at source: SourceRange
    ) {
        guard policy.holdsTotals else {
            reasons.append(
                Reason(rule: "validate.totals", subject: "order", verdict: .noted, because: message))
            return warn("OMS.TOTAL.MISMATCH", at: source, message, found: given, expected: expected)
        }
        hold(
            "OMS.TOTAL.MISMATCH", rule: "validate.totals", subject: "order", at: source, message,
            found: given.description, expected: expected,
            remedy: "compare with the partner's order, then release it or ask for a correction")
    }

    private mutating func compareGoods(_ figures: [Int64], isLooked: Bool) {
        guard let given = header.decimal(OrderField.totalGoods) else {
            if header.decimal(OrderField.totalAll) == nil { pass("validate.totals", "no total is given") }
            return
        }
        let minor = given.units(atScale: currency.exponent)
        if let minor, figures.contains(where: { isClose(minor, $0) }) {
            if header.decimal(OrderField.totalAll) == nil {
                pass("validate.totals", "goods \(currency.text(minor)) \(currency) are right")
            }
            return
        }
        let message = "goods total \(given) is not the sum of the lines \(currency.text(figures[0]))"
        let source = header.source(OrderField.totalGoods)
        if isLooked, header.decimal(OrderField.totalAll) == nil {
            mismatch(message, given, expected: currency.text(figures[0]), at: source)
        } else {
            warn("OMS.TOTAL.MISMATCH", at: source, message, found: given, expected: currency.text(figures[0]))
        }
    }

    private mutating func compareCounts() {
        if let given = header.decimal(OrderField.totalLineCount),
            given != ScaledDecimal(Int64(lineRecords.count))
        {
            warn(
                "OMS.COUNT.MISMATCH", at: header.source(OrderField.totalLineCount),
                "line count \(given) is not the number of lines \(lineRecords.count)", found: given,
                expected: String(lineRecords.count))
        }
        guard let given = header.decimal(OrderField.totalQuantity) else { return }
        var sum: Int128 = 0
        for line in lineRecords {
            guard let quantity = line.decimal(OrderLineField.quantity) else { return }
            sum += Int128(quantity.units) * Self.powers[Int(ScaledDecimal.scaleMax - quantity.scale)]
        }
        if sum != Int128(given.units) * Self.powers[Int(ScaledDecimal.scaleMax - given.scale)] {
            warn(
                "OMS.COUNT.MISMATCH", at: header.source(OrderField.totalQuantity),
                "quantity total \(given) is not the sum of the lines", found: given, expected: nil)
        }
    }

    private static let powers: [Int128] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000]

    private func isClose(_ left: Int64, _ right: Int64) -> Bool {
        let (difference, over) = left.subtractingReportingOverflow(right)
        return !over && difference.magnitude <= policy.totalToleranceMinor.magnitude
    }

    private mutating func warn(
        _ code: DiagnosticCode, at source: SourceRange, _ message: String, found: ScaledDecimal,
        expected: String?
    ) {
        findings.append(
            Diagnostic(
                code, .warning, at: source.location, message, found: found.description, expected: expected,
                remedy: "tell the partner; the order goes on"))
    }
}
