/// Carton labels with SSCC-18 in GS1-128 (ZPL).
public enum LabelField: Int, FieldKey {
    case number, createdOn, warehouse

    /// `number` is our shipping order number, `warehouse` our location code.
    public static let declarations: [FieldDeclaration] = [
        .init("number", .identifier), .init("createdOn", .date), .init("warehouse", .identifier),
    ]
}

/// The groups of `LabelField` records.
public enum LabelGroup: Int, GroupKey {
    case packages
}

/// A record of the group `packages`.
public enum LabelPackageField: Int, FieldKey {
    case sscc, ssccText, orderNumber, shippingOrderNumber, service, shipToName, shipToCompany, shipToId,
        shipToIdType, shipToAddress1, shipToAddress2, shipToCity, shipToRegion, shipToPostalCode,
        shipToCountry, shipToPhone, shipToEmail, shipFromName, shipFromCompany, shipFromId,
        shipFromIdType, shipFromAddress1, shipFromAddress2, shipFromCity, shipFromRegion,
        shipFromPostalCode, shipFromCountry, shipFromPhone, shipFromEmail, postalDigits, packageNumber,
        packageCount

    /// One record a carton. `sscc` is 18 digits, `ssccText` the same with blanks for people; `postalDigits`
    /// the first five characters of the postal code, for the bar code (GS1 AI 420); `packageNumber` counts
    /// from 1.
    public static let declarations: [FieldDeclaration] = .list(
        [
            .init("sscc", .identifier), .init("ssccText", .text), .init("orderNumber", .identifier),
            .init("shippingOrderNumber", .identifier), .init("service", .text),
        ], .party("shipTo"), .party("shipFrom"),
        [
            .init("postalDigits", .identifier), .init("packageNumber", .quantity),
            .init("packageCount", .quantity),
        ])
}

extension DocumentKind {
    static let labelSchema = RecordSchema(
        "label", fields: LabelField.declarations,
        groups: [
            RecordSchema("packages", fields: LabelPackageField.declarations)
        ])
}
