/// A customer order as it came in, or a purchase order as we send it (850, UBL Order, orders export).
public enum OrderField: Int, FieldKey {
    case number, externalId, purpose, orderType, releaseNumber, orderedOn, orderedAt, currency,
        customerReference, department, vendorNumber, contract, requestedShipOn, shipNotBefore,
        shipNotAfter, cancelAfter, requestedDeliveryOn, deliverNotAfter, carrierScac, carrierMode,
        carrierService, carrierName, shippingMethod, freightTerms, termsType, termsDiscountPercent,
        termsDiscountDays, termsNetDays, termsText, financialStatus, fulfilmentStatus, cancelledAt,
        contactName, contactPhone, contactEmail, notes, tags, paymentMethod, shipToName, shipToCompany,
        shipToId, shipToIdType, shipToAddress1, shipToAddress2, shipToCity, shipToRegion,
        shipToPostalCode, shipToCountry, shipToPhone, shipToEmail, billToName, billToCompany, billToId,
        billToIdType, billToAddress1, billToAddress2, billToCity, billToRegion, billToPostalCode,
        billToCountry, billToPhone, billToEmail, buyerName, buyerCompany, buyerId, buyerIdType,
        buyerAddress1, buyerAddress2, buyerCity, buyerRegion, buyerPostalCode, buyerCountry, buyerPhone,
        buyerEmail, sellerId, sellerName, totalGoods, totalDiscount, totalShipping, totalTax, totalAll,
        totalLineCount, totalQuantity

    /// Amounts are in `currency`; codes are words of the code tables, `terms` as in ITD. What names a person
    /// or a home is personal, and so are `notes`, which often do.
    public static let declarations: [FieldDeclaration] = .list(
        [
            .init("number", .identifier), .init("externalId", .identifier), .init("purpose", .code),
            .init("orderType", .code), .init("releaseNumber", .identifier), .init("orderedOn", .date),
            .init("orderedAt", .instant), .init("currency", .code), .init("customerReference", .text),
            .init("department", .identifier), .init("vendorNumber", .identifier),
            .init("contract", .identifier), .init("requestedShipOn", .date), .init("shipNotBefore", .date),
            .init("shipNotAfter", .date), .init("cancelAfter", .date), .init("requestedDeliveryOn", .date),
            .init("deliverNotAfter", .date), .init("carrier.scac", .code), .init("carrier.mode", .code),
            .init("carrier.service", .code), .init("carrier.name", .text), .init("shippingMethod", .text),
            .init("freightTerms", .code), .init("terms.type", .code),
            .init("terms.discountPercent", .decimal), .init("terms.discountDays", .quantity),
            .init("terms.netDays", .quantity), .init("terms.text", .text), .init("financialStatus", .code),
            .init("fulfilmentStatus", .code), .init("cancelledAt", .instant),
            .init("contact.name", .text, personal: true), .init("contact.phone", .text, personal: true),
            .init("contact.email", .text, personal: true), .init("notes", .text, personal: true),
            .init("tags", .text), .init("paymentMethod", .text),
        ], .party("shipTo"), .party("billTo"), .party("buyer"),
        [
            .init("seller.id", .identifier), .init("seller.name", .text), .init("totals.goods", .amount),
            .init("totals.discount", .amount), .init("totals.shipping", .amount),
            .init("totals.tax", .amount), .init("totals.total", .amount),
            .init("totals.lineCount", .quantity), .init("totals.quantity", .quantity),
        ])
}

/// The groups of `OrderField` records.
public enum OrderGroup: Int, GroupKey {
    case lines, adjustments, references, taxes
}

/// A record of the group `lines`.
public enum OrderLineField: Int, FieldKey {
    case lineNumber, sku, gtin, buyerPart, vendorPart, description, colour, size, quantity, unit,
        unitPrice, priceBasis, currency, discount, lineAmount, retailPrice, packQuantity,
        requestedShipOn, fulfilmentStatus

    /// `quantity` and `unitPrice` are for `unit`, unless `priceBasis` (PO105) says otherwise; `discount` is
    /// for the whole line, `retailPrice` what a consumer pays. Amounts in the order's currency.
    public static let declarations: [FieldDeclaration] = [
        .init("lineNumber", .identifier), .init("sku", .identifier), .init("gtin", .identifier),
        .init("buyerPart", .identifier), .init("vendorPart", .identifier), .init("description", .text),
        .init("colour", .text), .init("size", .text), .init("quantity", .quantity), .init("unit", .code),
        .init("unitPrice", .decimal), .init("priceBasis", .code), .init("currency", .code),
        .init("discount", .amount), .init("lineAmount", .amount), .init("retailPrice", .decimal),
        .init("packQuantity", .quantity), .init("requestedShipOn", .date),
        .init("fulfilmentStatus", .code),
    ]
}

/// A record of the group `adjustments`.
public enum OrderAdjustmentField: Int, FieldKey {
    case kind, code, amount, text

    /// `kind` (table `adjustment-kinds`, SAC01) says whether `amount` is taken off or put on; `code` what for
    /// (table `adjustment-codes`, SAC02).
    public static let declarations: [FieldDeclaration] = [
        .init("kind", .code), .init("code", .code), .init("amount", .amount), .init("text", .text),
    ]
}

/// A record of the group `references`.
public enum OrderReferenceField: Int, FieldKey {
    case qualifier, value, text

    /// References without a field of their own: REF01 as written, REF02, REF03.
    public static let declarations: [FieldDeclaration] = [
        .init("qualifier", .code), .init("value", .identifier), .init("text", .text),
    ]
}

/// A record of the group `taxes`.
public enum OrderTaxField: Int, FieldKey {
    case name, amount

    /// Counted only where the header has no `totals.tax`; `amount` in the order's currency.
    public static let declarations: [FieldDeclaration] = [
        .init("name", .text), .init("amount", .amount),
    ]
}

extension DocumentKind {
    static let orderSchema = RecordSchema(
        "order", fields: OrderField.declarations,
        groups: [
            RecordSchema("lines", fields: OrderLineField.declarations),
            RecordSchema("adjustments", fields: OrderAdjustmentField.declarations),
            RecordSchema("references", fields: OrderReferenceField.declarations),
            RecordSchema("taxes", fields: OrderTaxField.declarations),
        ])
}
