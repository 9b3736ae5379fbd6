import Canonical
import Diagnostics

/// What an order's header says about money besides its lines, in minor units of its currency.
struct HeaderMoney {
    /// Discounts of the order as a whole, as a positive number.
    var allowances: Int64 = 0
    /// Shipping and other charges.
    var charges: Int64 = 0
    var tax: Int64 = 0
    /// An amount that the currency cannot hold, and where it stands.
    var unreadable: (amount: ScaledDecimal, source: SourceRange)?

    /// Reads totals, adjustments and taxes.
    ///
    /// - Shape: `totals.discount`, where given, is the sum of all allowances; `totals.shipping` stands for the charges with
    ///   the code `freight` or `shipping`; `totals.tax` for the tax records. Signs: an allowance is an allowance
    ///   whether it is written 5.00 or -5.00; a negative charge is one, too.
    init(_ header: Record, currency: CurrencyCode) {
        let discount = header.decimal(OrderField.totalDiscount)
        let shipping = header.decimal(OrderField.totalShipping)
        let tax = header.decimal(OrderField.totalTax)
        allowances = abs(minor(discount, header.source(OrderField.totalDiscount), currency))
        charges = minor(shipping, header.source(OrderField.totalShipping), currency)
        self.tax = minor(tax, header.source(OrderField.totalTax), currency)
        for adjustment in header[group: OrderGroup.adjustments] {
            let amount = adjustment.decimal(OrderAdjustmentField.amount)
            // X12's "no allowance or charge" is said for information only.
            guard let amount, adjustment.text(OrderAdjustmentField.kind) != "information" else { continue }
            let source = adjustment.source(OrderAdjustmentField.amount)
            let value = minor(amount, source, currency)
            let code = adjustment.text(OrderAdjustmentField.code)
            if Self.isAllowance(adjustment.text(OrderAdjustmentField.kind)) {
                if discount == nil { allowances = add(allowances, abs(value), amount, source) }
            } else if value < 0 {
                if discount == nil { allowances = add(allowances, -value, amount, source) }
            } else if shipping == nil || (code != "freight" && code != "shipping") {
                charges = add(charges, value, amount, source)
            }
        }
        guard tax == nil else { return }
        for record in header[group: OrderGroup.taxes] {
            guard let amount = record.decimal(OrderTaxField.amount) else { continue }
            let source = record.source(OrderTaxField.amount)
            self.tax = add(self.tax, minor(amount, source, currency), amount, source)
        }
    }

    private static func isAllowance(_ kind: String?) -> Bool {
        switch kind {
        case "allowance", "discount", "A": true
        default: false
        }
    }

    /// The amount in minor units, nothing when it has none; what does not fit is remembered.
    private mutating func minor(
        _ amount: ScaledDecimal?, _ source: SourceRange, _ currency: CurrencyCode
    ) -> Int64 {
        guard let amount else { return 0 }
        if let minor = amount.units(atScale: currency.exponent), minor.magnitude <= RuleLimits.amountMinorMax
        {
            return minor
        }
        if unreadable == nil { unreadable = (amount, source) }
        return 0
    }

    private mutating func add(
        _ sum: Int64, _ value: Int64, _ amount: ScaledDecimal, _ source: SourceRange
    ) -> Int64 {
        if let sum = Exact.sum(sum, value), sum.magnitude <= RuleLimits.amountMinorMax { return sum }
        if unreadable == nil { unreadable = (amount, source) }
        return sum
    }
}

extension CurrencyCode {
    /// An amount as a person reads it: `124.00`.
    func text(_ minor: Int64) -> String { ScaledDecimal(units: minor, scale: exponent).description }
}
