import Canonical
import Ledger

extension OrderPaper {
    private static let invoiceCopy = FieldCopy(
        from: DocumentKind.order.schema, to: DocumentKind.invoice.schema,
        [
            "orderedOn", "releaseNumber", "department", "vendorNumber", "carrier.", "freightTerms", "terms.",
            "billTo.", "shipTo.", "buyer.",
        ])
    private static let invoiceLine = DocumentKind.invoice.schema.groups[InvoiceGroup.lines.rawValue]
    private static let invoiceAdjustment = DocumentKind.invoice.schema.groups[
        InvoiceGroup.adjustments.rawValue]
    private static let invoiceTax = DocumentKind.invoice.schema.groups[InvoiceGroup.taxes.rawValue]
    private static let invoiceReference = DocumentKind.invoice.schema.groups[InvoiceGroup.references.rawValue]
    private static let invoiceIdentity = LineIdentity(to: invoiceLine)

    /// What we ask to be paid for one shipment (810, UBL Invoice).
    func invoice(
        _ invoice: InvoiceDetail, shipment: ShipmentDetail?, items: [ItemID: ItemRow], us: Identity,
        offsetSeconds: Int
    ) -> CanonicalDocument {
        var paper = CanonicalDocument(.invoice)
        let row = invoice.row
        let currency = row.currency
        Self.invoiceCopy.apply(header, to: &paper.header)
        paper.header.put(InvoiceField.number, row.number)
        paper.header.put(InvoiceField.invoicedOn, row.invoicedOn)
        paper.header.put(InvoiceField.dueOn, row.dueOn)
        paper.header.put(InvoiceField.orderNumber, number)
        paper.header.put(InvoiceField.invoiceType, "debit")
        paper.header.put(InvoiceField.currency, currency.description)
        paper.header.put(InvoiceField.sellerName, us.name)
        paper.header.put(InvoiceField.sellerId, us.gln)
        if us.gln != nil { paper.header.put(InvoiceField.sellerIdType, "gln") }
        if let shipment {
            paper.header.put(InvoiceField.shipmentNumber, shipment.row.number)
            paper.header.put(
                InvoiceField.shippedOn, shipment.row.shippedAt.local(offsetSeconds: offsetSeconds).date)
            paper.header.put(InvoiceField.billOfLading, shipment.row.billOfLading)
            if let scac = shipment.row.carrierSCAC { paper.header.put(InvoiceField.carrierScac, scac) }
        }
        var units: Int64 = 0
        for (position, content) in invoice.lines.enumerated() {
            let ordered = line(content.line)
            var record = Record(Self.invoiceLine)
            Self.invoiceIdentity.apply(
                self.record(of: content.line), ordered?.row.item.flatMap { items[$0] }, to: &record)
            record.put(InvoiceLineField.lineNumber, String(position + 1))
            record.put(InvoiceLineField.orderLineNumber, ordered?.row.lineNumber)
            record.put(InvoiceLineField.quantity, ScaledDecimal(content.quantity))
            record.put(InvoiceLineField.unitPrice, content.unitPrice)
            record.put(InvoiceLineField.lineAmount, ScaledDecimal(minor: content.amountMinor, currency))
            paper.header[group: InvoiceGroup.lines].append(record)
            units += content.quantity
        }
        putAdjustments(row, to: &paper.header)
        putTotals(row, units: units, lineCount: invoice.lines.count, to: &paper.header)
        paper.header[group: InvoiceGroup.references] = references(as: Self.invoiceReference)
        return paper
    }

    private func putAdjustments(_ row: InvoiceRow, to header: inout Record) {
        for (kind, minor, text) in [
            ("allowance", row.allowancesMinor, "Discount"),
            ("charge", row.chargesMinor, "Freight and charges"),
        ] where minor != 0 {
            var record = Record(Self.invoiceAdjustment)
            record.put(InvoiceAdjustmentField.kind, kind)
            record.put(InvoiceAdjustmentField.code, kind == "charge" ? "freight" : "discount")
            record.put(InvoiceAdjustmentField.amount, ScaledDecimal(minor: minor, row.currency))
            record.put(InvoiceAdjustmentField.text, text)
            header[group: InvoiceGroup.adjustments].append(record)
        }
        guard row.taxMinor != 0 else { return }
        var record = Record(Self.invoiceTax)
        record.put(InvoiceTaxField.category, "standard")
        record.put(
            InvoiceTaxField.taxable,
            ScaledDecimal(minor: row.goodsMinor - row.allowancesMinor + row.chargesMinor, row.currency))
        record.put(InvoiceTaxField.amount, ScaledDecimal(minor: row.taxMinor, row.currency))
        header[group: InvoiceGroup.taxes] = [record]
    }

    private func putTotals(_ row: InvoiceRow, units: Int64, lineCount: Int, to header: inout Record) {
        func put(_ field: InvoiceField, _ minor: Int64) {
            header.put(field, ScaledDecimal(minor: minor, row.currency))
        }
        put(.totalGoods, row.goodsMinor)
        put(.totalAllowances, row.allowancesMinor)
        put(.totalCharges, row.chargesMinor)
        put(.totalTax, row.taxMinor)
        put(.totalBeforeTax, row.totalMinor - row.taxMinor)
        put(.totalAll, row.totalMinor)
        header.put(InvoiceField.totalLineCount, ScaledDecimal(Int64(lineCount)))
        header.put(InvoiceField.totalQuantity, ScaledDecimal(units))
    }
}
