/// The parcels a carrier will collect (manifest CSV).
public enum LabelManifestField: Int, FieldKey {
    case number, createdOn, carrier, warehouse, totalPackageCount

    /// `carrier` is the SCAC that the order asked for, `warehouse` our location code.
    public static let declarations: [FieldDeclaration] = [
        .init("number", .identifier), .init("createdOn", .date), .init("carrier", .code),
        .init("warehouse", .identifier), .init("totals.packages", .quantity),
    ]
}

/// The groups of `LabelManifestField` records.
public enum LabelManifestGroup: Int, GroupKey {
    case packages
}

/// A record of the group `packages`.
public enum ManifestPackageField: Int, FieldKey {
    case sscc, orderNumber, shippingOrderNumber, service, shipToName, shipToCompany, shipToId,
        shipToIdType, shipToAddress1, shipToAddress2, shipToCity, shipToRegion, shipToPostalCode,
        shipToCountry, shipToPhone, shipToEmail, shipFromName, shipFromCompany, shipFromId,
        shipFromIdType, shipFromAddress1, shipFromAddress2, shipFromCity, shipFromRegion,
        shipFromPostalCode, shipFromCountry, shipFromPhone, shipFromEmail, weight, weightUnit,
        packageNumber, packageCount

    /// One record a carton. `weight` is the fulfilment's, spread evenly over its cartons, in kilograms;
    /// `packageNumber` counts from 1.
    public static let declarations: [FieldDeclaration] = .list(
        [
            .init("sscc", .identifier), .init("orderNumber", .identifier),
            .init("shippingOrderNumber", .identifier), .init("service", .text),
        ], .party("shipTo"), .party("shipFrom"),
        [
            .init("weight", .decimal), .init("weightUnit", .code), .init("packageNumber", .quantity),
            .init("packageCount", .quantity),
        ])
}

extension DocumentKind {
    static let labelManifestSchema = RecordSchema(
        "labelManifest", fields: LabelManifestField.declarations,
        groups: [
            RecordSchema("packages", fields: ManifestPackageField.declarations)
        ])
}
