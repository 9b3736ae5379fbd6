/// What a warehouse says it shipped (945, shipping advice CSV).
public enum ShippingAdviceField: Int, FieldKey {
    case number, shippingOrderNumber, customerOrderNumber, purpose, shippedOn, shippedAt, warehouse,
        billOfLading, tracking, carrierScac, carrierMode, carrierService, carrierName, shipToName,
        shipToCompany, shipToId, shipToIdType, shipToAddress1, shipToAddress2, shipToCity, shipToRegion,
        shipToPostalCode, shipToCountry, shipToPhone, shipToEmail, totalQuantity, totalWeight, weightUnit

    /// `number` is the warehouse's shipment number, `shippingOrderNumber` ours (W0602); `purpose` is `final` where the
    /// advice is the warehouse's last word on the shipping order, `partial` where more will follow; `totals.weight`
    /// is in `totals.weightUnit`.
    public static let declarations: [FieldDeclaration] = .list(
        [
            .init("number", .identifier), .init("shippingOrderNumber", .identifier),
            .init("customerOrderNumber", .identifier), .init("purpose", .code), .init("shippedOn", .date),
            .init("shippedAt", .instant), .init("warehouse", .identifier), .init("billOfLading", .identifier),
            .init("tracking", .identifier), .init("carrier.scac", .code), .init("carrier.mode", .code),
            .init("carrier.service", .code), .init("carrier.name", .text),
        ], .party("shipTo"),
        [
            .init("totals.quantity", .quantity), .init("totals.weight", .decimal),
            .init("totals.weightUnit", .code),
        ])
}

/// The groups of `ShippingAdviceField` records.
public enum ShippingAdviceGroup: Int, GroupKey {
    case packages, lines
}

/// A record of the group `packages`.
public enum AdvicePackageField: Int, FieldKey {
    case sscc, tracking, weight, weightUnit

    /// A carton: `sscc` is 18 digits; `weight` in `weightUnit`.
    public static let declarations: [FieldDeclaration] = [
        .init("sscc", .identifier), .init("tracking", .identifier), .init("weight", .decimal),
        .init("weightUnit", .code),
    ]
}

/// A record of the group `lines`.
public enum AdviceLineField: Int, FieldKey {
    case lineNumber, sku, gtin, buyerPart, vendorPart, description, quantity, unit, ordered, status, lot,
        difference, sscc, tracking

    /// `quantity` is what left (W1203), `ordered` what we asked for (W1202), `difference` as the warehouse
    /// computes it (W1204), all in `unit`; `status` a word of table `line-status`. Without a status a difference is what
    /// the warehouse will not ship.
    public static let declarations: [FieldDeclaration] = [
        .init("lineNumber", .identifier), .init("sku", .identifier), .init("gtin", .identifier),
        .init("buyerPart", .identifier), .init("vendorPart", .identifier), .init("description", .text),
        .init("quantity", .quantity), .init("unit", .code), .init("ordered", .quantity),
        .init("status", .code), .init("lot", .identifier), .init("difference", .quantity),
        .init("sscc", .identifier), .init("tracking", .identifier),
    ]
}

extension DocumentKind {
    static let shippingAdviceSchema = RecordSchema(
        "shippingAdvice", fields: ShippingAdviceField.declarations,
        groups: [
            RecordSchema("packages", fields: AdvicePackageField.declarations),
            RecordSchema("lines", fields: AdviceLineField.declarations),
        ])
}
