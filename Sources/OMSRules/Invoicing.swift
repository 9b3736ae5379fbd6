import Canonical

/// Makes the invoice of a shipment, so that the invoices of all shipments of an order come to the order, to the cent.
///
/// - Shape: a line's amount goes by units, what concerns the whole order goes by goods value. Each invoice is the rounded
///   share of everything invoiced by then, less what was invoiced before: no cent is lost, whatever the rounding.
///   Shipping and charges that are left fall to the last invoice; tax and discounts on cancelled goods fall away.
enum Invoicing {
    /// Money of the order that is not in its lines.
    struct OrderMoney {
        var allowances: Int64 = 0
        var charges: Int64 = 0
        var tax: Int64 = 0
        /// By position of the line in the document, 1-based.
        var lineDiscounts: [Int: Int64] = [:]

        init(_ order: OrderState) {
            let row = order.row
            let rest = row.totalMinor - row.goodsMinor
            guard let document = CanonicalCodec.decode(row.document) else {
                take(rest)
                return
            }
            let money = HeaderMoney(document.header, currency: row.currency)
            let records = document.header[group: OrderGroup.lines]
            var discounts: Int64 = 0
            for line in order.lines where records.indices.contains(line.row.ordinal - 1) {
                let amount = records[line.row.ordinal - 1].decimal(OrderLineField.discount)
                guard let minor = amount?.units(atScale: row.currency.exponent), minor != 0 else { continue }
                lineDiscounts[line.row.ordinal] = abs(minor)
                discounts += abs(minor)
            }
            allowances = money.allowances
            charges = money.charges
            let before = charges - allowances - discounts
            if before + money.tax == rest {
                tax = money.tax
            } else if before != rest {
                // The stored document does not say what the books say; the books win.
                lineDiscounts = [:]
                take(rest)
            }
        }

        private mutating func take(_ rest: Int64) {
            allowances = max(0, -rest)
            charges = max(0, rest)
        }
    }

    /// The amount of the first `units` of a line.
    static func amount(of line: OrderLineRow, units: Int64) -> Int64 {
        line.ordered > 0 ? Exact.share(line.amountMinor, units, of: line.ordered) : 0
    }

    /// Writes the invoice of one shipment and counts it in the order's state.
    ///
    /// - Parameter shipped: units by line, above zero, each line once; the buckets already count them as shipped.
    /// - Returns: the event that tells the partner.
    static func invoice(
        _ shipped: [(line: LineID, units: Int64)], of shipment: ShipmentID, order: inout OrderState,
        location: String?,
        supplier: String?, changes: inout BookChanges, context: RuleContext
    ) -> BusinessEvent {
        let money = OrderMoney(order)
        let id: InvoiceID = changes.identifiers.next(\.invoice)
        var goods: Int64 = 0
        for (line, units) in shipped {
            guard let index = order.lines.firstIndex(where: { $0.row.id == line }) else { continue }
            let row = order.lines[index].row
            let before = order.lines[index].invoiced
            let amount = amount(of: row, units: before + units) - amount(of: row, units: before)
            order.lines[index].invoiced += units
            goods += amount
            changes.invoiceLines.append(
                InvoiceLineRow(
                    invoice: id, line: line, quantity: units, unitPrice: row.unitPrice, amountMinor: amount))
        }
        let shares = shares(order, money)
        let allowances = shares.allowances - order.invoicedAllowancesMinor
        let charges = shares.charges - order.invoicedChargesMinor
        let tax = shares.tax - order.invoicedTaxMinor
        order.invoicedAllowancesMinor = shares.allowances
        order.invoicedChargesMinor = shares.charges
        order.invoicedTaxMinor = shares.tax
        changes.invoices.append(
            InvoiceRow(
                id: id, order: order.row.id, shipment: shipment,
                number: context.policy.numbers.name(of: id), invoicedOn: context.today,
                dueOn: dueOn(order, context), currency: order.row.currency, goodsMinor: goods,
                allowancesMinor: allowances, chargesMinor: charges, taxMinor: tax,
                totalMinor: goods - allowances + charges + tax))
        return BusinessEvent(
            .invoicePosted, subject: id.value, orderPartner: order.row.partner,
            orderChannel: order.row.channel,
            location: location, supplier: supplier)
    }

    /// What of allowances, charges and tax belongs to everything invoiced so far.
    private static func shares(
        _ order: OrderState, _ money: OrderMoney
    ) -> (allowances: Int64, charges: Int64, tax: Int64) {
        let goods = order.lines.reduce(Int64(0)) { $0 + $1.row.amountMinor }
        // Free goods have no value to go by; units serve as well.
        let isByUnits = goods <= 0
        var whole: Int64 = 0
        var part: Int64 = 0
        var discounts: Int64 = 0
        var isLast = true
        for line in order.lines {
            whole += isByUnits ? line.row.ordered : line.row.amountMinor
            part += isByUnits ? line.invoiced : amount(of: line.row, units: line.invoiced)
            if let discount = money.lineDiscounts[line.row.ordinal], line.row.ordered > 0 {
                discounts += Exact.share(discount, line.invoiced, of: line.row.ordered)
            }
            isLast = isLast && line.invoiced + line[.cancelled] >= line.row.ordered
        }
        guard whole > 0 else { return (money.allowances + discounts, money.charges, money.tax) }
        return (
            Exact.share(money.allowances, part, of: whole) + discounts,
            isLast ? money.charges : Exact.share(money.charges, part, of: whole),
            Exact.share(money.tax, part, of: whole)
        )
    }

    private static func dueOn(_ order: OrderState, _ context: RuleContext) -> CalendarDate? {
        let stated = CanonicalCodec.decode(order.row.document)?.header.decimal(OrderField.termsNetDays)?.whole
        let days = stated.map { Int(clamping: $0) } ?? context.policy.channel(order.row.channel).termsNetDays
        guard let days, (0...3650).contains(days) else { return nil }
        return context.today.adding(days: days)
    }
}
