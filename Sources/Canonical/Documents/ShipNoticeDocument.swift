/// What is on its way to a buyer: shipment, orders, packages, items (856).
public enum ShipNoticeField: Int, FieldKey {
    case number, purpose, structure, createdOn, createdTime, shippedOn, shippedAt, deliveryOn,
        packageCount, weight, weightUnit, billOfLading, tracking, carrierScac, carrierMode,
        carrierService, carrierName, freightTerms, shipToName, shipToCompany, shipToId, shipToIdType,
        shipToAddress1, shipToAddress2, shipToCity, shipToRegion, shipToPostalCode, shipToCountry,
        shipToPhone, shipToEmail, shipFromName, shipFromCompany, shipFromId, shipFromIdType,
        shipFromAddress1, shipFromAddress2, shipFromCity, shipFromRegion, shipFromPostalCode,
        shipFromCountry, shipFromPhone, shipFromEmail, totalLevelCount, totalQuantity

    /// `structure` (table `notice-structures`, BSN05) says how the levels nest; `createdTime` is HHMM;
    /// `weight` is in `weightUnit`. `totals.levelCount` counts HL segments (CTT01).
    public static let declarations: [FieldDeclaration] = .list(
        [
            .init("number", .identifier), .init("purpose", .code), .init("structure", .code),
            .init("createdOn", .date), .init("createdTime", .identifier), .init("shippedOn", .date),
            .init("shippedAt", .instant), .init("deliveryOn", .date), .init("packageCount", .quantity),
            .init("weight", .decimal), .init("weightUnit", .code), .init("billOfLading", .identifier),
            .init("tracking", .identifier), .init("carrier.scac", .code), .init("carrier.mode", .code),
            .init("carrier.service", .code), .init("carrier.name", .text), .init("freightTerms", .code),
        ], .party("shipTo"), .party("shipFrom"),
        [.init("totals.levelCount", .quantity), .init("totals.quantity", .quantity)])
}

/// The groups of `ShipNoticeField` records.
public enum ShipNoticeGroup: Int, GroupKey {
    case orders
}

/// A record of the group `orders`.
public enum NoticeOrderField: Int, FieldKey {
    case number, orderedOn, sellerOrderNumber, department, buyerId, buyerIdType, buyerName

    /// `number` is the buyer's (PRF01), `sellerOrderNumber` ours.
    public static let declarations: [FieldDeclaration] = [
        .init("number", .identifier), .init("orderedOn", .date), .init("sellerOrderNumber", .identifier),
        .init("department", .identifier), .init("buyer.id", .identifier), .init("buyer.idType", .code),
        .init("buyer.name", .text),
    ]
}

/// The groups of `NoticeOrderField` records.
public enum NoticeOrderGroup: Int, GroupKey {
    case packages
}

/// A record of the group `packages`.
public enum NoticePackageField: Int, FieldKey {
    case sscc, tracking, weight, weightUnit

    /// A carton: `sscc` is 18 digits; `weight` in `weightUnit`. Items without a carton stand in a record
    /// without `sscc`.
    public static let declarations: [FieldDeclaration] = [
        .init("sscc", .identifier), .init("tracking", .identifier), .init("weight", .decimal),
        .init("weightUnit", .code),
    ]
}

/// The groups of `NoticePackageField` records.
public enum NoticePackageGroup: Int, GroupKey {
    case items
}

/// A record of the group `items`.
public enum NoticeItemField: Int, FieldKey {
    case lineNumber, sku, gtin, buyerPart, vendorPart, description, quantity, unit, ordered, status, lot

    /// What is in a carton: `quantity` shipped (SN102), `ordered` of the whole line (SN105), both in `unit`.
    public static let declarations: [FieldDeclaration] = [
        .init("lineNumber", .identifier), .init("sku", .identifier), .init("gtin", .identifier),
        .init("buyerPart", .identifier), .init("vendorPart", .identifier), .init("description", .text),
        .init("quantity", .quantity), .init("unit", .code), .init("ordered", .quantity),
        .init("status", .code), .init("lot", .identifier),
    ]
}

extension DocumentKind {
    static let shipNoticeSchema = RecordSchema(
        "shipNotice", fields: ShipNoticeField.declarations,
        groups: [
            RecordSchema(
                "orders", fields: NoticeOrderField.declarations,
                groups: [
                    RecordSchema(
                        "packages", fields: NoticePackageField.declarations,
                        groups: [
                            RecordSchema("items", fields: NoticeItemField.declarations)
                        ])
                ])
        ])
}
