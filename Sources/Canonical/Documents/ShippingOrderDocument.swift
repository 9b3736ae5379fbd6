/// What a warehouse is told to ship (940, shipping order CSV).
public enum ShippingOrderField: Int, FieldKey {
    case number, purpose, customerOrderNumber, orderedOn, releasedOn, requestedShipOn, cancelAfter,
        requestedDeliveryOn, warehouse, warehouseName, depositorId, depositorName, carrierScac,
        carrierMode, carrierService, carrierName, shippingMethod, freightTerms, department, notes,
        shipToName, shipToCompany, shipToId, shipToIdType, shipToAddress1, shipToAddress2, shipToCity,
        shipToRegion, shipToPostalCode, shipToCountry, shipToPhone, shipToEmail, billToName,
        billToCompany, billToId, billToIdType, billToAddress1, billToAddress2, billToCity, billToRegion,
        billToPostalCode, billToCountry, billToPhone, billToEmail, totalQuantity, totalLineCount,
        totalWeight

    /// `number` is our shipping order number (W0502), `customerOrderNumber` the buyer's (W0503), `warehouse`
    /// its code at the partner's; `totalWeight` is kilograms.
    public static let declarations: [FieldDeclaration] = .list(
        [
            .init("number", .identifier), .init("purpose", .code), .init("customerOrderNumber", .identifier),
            .init("orderedOn", .date), .init("releasedOn", .date), .init("requestedShipOn", .date),
            .init("cancelAfter", .date), .init("requestedDeliveryOn", .date), .init("warehouse", .identifier),
            .init("warehouseName", .text), .init("depositorId", .identifier), .init("depositorName", .text),
            .init("carrier.scac", .code), .init("carrier.mode", .code), .init("carrier.service", .code),
            .init("carrier.name", .text), .init("shippingMethod", .text), .init("freightTerms", .code),
            .init("department", .identifier), .init("notes", .text, personal: true),
        ], .party("shipTo"), .party("billTo"),
        [
            .init("totals.quantity", .quantity), .init("totals.lineCount", .quantity),
            .init("totalWeight", .decimal),
        ])
}

/// The groups of `ShippingOrderField` records.
public enum ShippingOrderGroup: Int, GroupKey {
    case lines, references
}

/// A record of the group `lines`.
public enum ShippingOrderLineField: Int, FieldKey {
    case lineNumber, sku, gtin, buyerPart, vendorPart, description, quantity, unit, sscc

    /// `quantity` counts `unit`; `sscc` is that of the first planned carton.
    public static let declarations: [FieldDeclaration] = [
        .init("lineNumber", .identifier), .init("sku", .identifier), .init("gtin", .identifier),
        .init("buyerPart", .identifier), .init("vendorPart", .identifier), .init("description", .text),
        .init("quantity", .quantity), .init("unit", .code), .init("sscc", .identifier),
    ]
}

/// A record of the group `references`.
public enum ShippingOrderReferenceField: Int, FieldKey {
    case qualifier, value, text

    /// The partner's references of the order, echoed: N901 as written, N902, N903.
    public static let declarations: [FieldDeclaration] = [
        .init("qualifier", .code), .init("value", .identifier), .init("text", .text),
    ]
}

extension DocumentKind {
    static let shippingOrderSchema = RecordSchema(
        "shippingOrder", fields: ShippingOrderField.declarations,
        groups: [
            RecordSchema("lines", fields: ShippingOrderLineField.declarations),
            RecordSchema("references", fields: ShippingOrderReferenceField.declarations),
        ])
}
