/// What we ask to be paid for a shipment (810, UBL Invoice).
public enum InvoiceField: Int, FieldKey {
    case number, invoicedOn, dueOn, orderNumber, orderedOn, releaseNumber, invoiceType, currency,
        department, vendorNumber, shipmentNumber, shippedOn, billOfLading, carrierScac, carrierMode,
        carrierService, carrierName, freightTerms, termsType, termsDiscountPercent, termsDiscountDays,
        termsNetDays, termsText, billToName, billToCompany, billToId, billToIdType, billToAddress1,
        billToAddress2, billToCity, billToRegion, billToPostalCode, billToCountry, billToPhone,
        billToEmail, shipToName, shipToCompany, shipToId, shipToIdType, shipToAddress1, shipToAddress2,
        shipToCity, shipToRegion, shipToPostalCode, shipToCountry, shipToPhone, shipToEmail, buyerName,
        buyerCompany, buyerId, buyerIdType, buyerAddress1, buyerAddress2, buyerCity, buyerRegion,
        buyerPostalCode, buyerCountry, buyerPhone, buyerEmail, sellerName, sellerCompany, sellerId,
        sellerIdType, sellerAddress1, sellerAddress2, sellerCity, sellerRegion, sellerPostalCode,
        sellerCountry, sellerPhone, sellerEmail, totalGoods, totalAllowances, totalCharges, totalTax,
        totalBeforeTax, totalAll, totalLineCount, totalQuantity

    /// Amounts are in `currency`, percentages in percent, `terms` as in ITD; `invoiceType`, `freightTerms`
    /// and `carrier.mode` are words of the code tables. What names a person or a home is personal.
    public static let declarations: [FieldDeclaration] = .list(
        [
            .init("number", .identifier), .init("invoicedOn", .date), .init("dueOn", .date),
            .init("orderNumber", .identifier), .init("orderedOn", .date), .init("releaseNumber", .identifier),
            .init("invoiceType", .code), .init("currency", .code), .init("department", .identifier),
            .init("vendorNumber", .identifier), .init("shipmentNumber", .identifier),
            .init("shippedOn", .date), .init("billOfLading", .identifier), .init("carrier.scac", .code),
            .init("carrier.mode", .code), .init("carrier.service", .code), .init("carrier.name", .text),
            .init("freightTerms", .code), .init("terms.type", .code),
            .init("terms.discountPercent", .decimal), .init("terms.discountDays", .quantity),
            .init("terms.netDays", .quantity), .init("terms.text", .text),
        ], .party("billTo"), .party("shipTo"), .party("buyer"), .party("seller"),
        [
            .init("totals.goods", .amount), .init("totals.allowances", .amount),
            .init("totals.charges", .amount), .init("totals.tax", .amount),
            .init("totals.beforeTax", .amount), .init("totals.total", .amount),
            .init("totals.lineCount", .quantity), .init("totals.quantity", .quantity),
        ])
}

/// The groups of `InvoiceField` records.
public enum InvoiceGroup: Int, GroupKey {
    case lines, adjustments, taxes, references
}

/// A record of the group `lines`.
public enum InvoiceLineField: Int, FieldKey {
    case lineNumber, orderLineNumber, sku, gtin, buyerPart, vendorPart, description, quantity, unit,
        unitPrice, lineAmount

    /// `lineNumber` counts the invoice's lines, `orderLineNumber` is that of the buyer's order (810 IT1 with
    /// PL). `unitPrice` is for one `unit`.
    public static let declarations: [FieldDeclaration] = [
        .init("lineNumber", .identifier), .init("orderLineNumber", .identifier), .init("sku", .identifier),
        .init("gtin", .identifier), .init("buyerPart", .identifier), .init("vendorPart", .identifier),
        .init("description", .text), .init("quantity", .quantity), .init("unit", .code),
        .init("unitPrice", .decimal), .init("lineAmount", .amount),
    ]
}

/// A record of the group `adjustments`.
public enum InvoiceAdjustmentField: Int, FieldKey {
    case kind, code, amount, text

    /// `kind` (table `adjustment-kinds`, SAC01) says whether `amount` is taken off or put on; `code` what for
    /// (table `adjustment-codes`, SAC02).
    public static let declarations: [FieldDeclaration] = [
        .init("kind", .code), .init("code", .code), .init("amount", .amount), .init("text", .text),
    ]
}

/// A record of the group `taxes`.
public enum InvoiceTaxField: Int, FieldKey {
    case category, percent, taxable, amount, name

    /// `taxable` is what the tax is on, goods less allowances with charges where we write it; `percent` stays
    /// empty where only the amount is known.
    public static let declarations: [FieldDeclaration] = [
        .init("category", .code), .init("percent", .decimal), .init("taxable", .amount),
        .init("amount", .amount), .init("name", .text),
    ]
}

/// A record of the group `references`.
public enum InvoiceReferenceField: Int, FieldKey {
    case qualifier, value, text

    /// The partner's references of the order, echoed: REF01 as written, REF02, REF03.
    public static let declarations: [FieldDeclaration] = [
        .init("qualifier", .code), .init("value", .identifier), .init("text", .text),
    ]
}

extension DocumentKind {
    static let invoiceSchema = RecordSchema(
        "invoice", fields: InvoiceField.declarations,
        groups: [
            RecordSchema("lines", fields: InvoiceLineField.declarations),
            RecordSchema("adjustments", fields: InvoiceAdjustmentField.declarations),
            RecordSchema("taxes", fields: InvoiceTaxField.declarations),
            RecordSchema("references", fields: InvoiceReferenceField.declarations),
        ])
}
