/// What a shop is told about shipped orders (fulfilment CSV).
public enum FulfilmentField: Int, FieldKey {
    case number, createdOn

    /// `number` is our shipment number; `createdOn` the day it left, in the site's zone.
    public static let declarations: [FieldDeclaration] = [
        .init("number", .identifier), .init("createdOn", .date),
    ]
}

/// The groups of `FulfilmentField` records.
public enum FulfilmentGroup: Int, GroupKey {
    case lines
}

/// A record of the group `lines`.
public enum FulfilmentLineField: Int, FieldKey {
    case orderNumber, lineNumber, sku, quantity, carrier, tracking, trackingUrl, shippedOn, shippedAt,
        status, location

    /// One record a shipped line. `carrier` is the SCAC, else what the order asked for; `location` our
    /// location code, or the partner id of the supplier that shipped.
    public static let declarations: [FieldDeclaration] = [
        .init("orderNumber", .identifier), .init("lineNumber", .identifier), .init("sku", .identifier),
        .init("quantity", .quantity), .init("carrier", .text), .init("tracking", .identifier),
        .init("trackingUrl", .text), .init("shippedOn", .date), .init("shippedAt", .instant),
        .init("status", .code), .init("location", .identifier),
    ]
}

extension DocumentKind {
    static let fulfilmentSchema = RecordSchema(
        "fulfilment", fields: FulfilmentField.declarations,
        groups: [
            RecordSchema("lines", fields: FulfilmentLineField.declarations)
        ])
}
