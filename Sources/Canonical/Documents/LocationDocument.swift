/// A place with stock (locations CSV).
public enum LocationField: Int, FieldKey {
    case code, name, type, address1, city, region, postalCode, country, latitude, longitude, safetyStock,
        priority, status

    /// `latitude` and `longitude` are degrees, north and east positive; `safetyStock` units of every article
    /// that routing leaves; a lower `priority` is preferred.
    public static let declarations: [FieldDeclaration] = [
        .init("code", .identifier), .init("name", .text), .init("type", .code), .init("address1", .text),
        .init("city", .text), .init("region", .code), .init("postalCode", .identifier),
        .init("country", .code), .init("latitude", .decimal), .init("longitude", .decimal),
        .init("safetyStock", .quantity), .init("priority", .quantity), .init("status", .code),
    ]
}

extension DocumentKind {
    static let locationSchema = RecordSchema("location", fields: LocationField.declarations)
}
