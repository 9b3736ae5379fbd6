/// What a seller says to an order, line by line (855).
public enum OrderAcknowledgmentField: Int, FieldKey {
    case number, purpose, status, orderedOn, releaseNumber, sellerOrderNumber, acknowledgedOn, currency,
        shipToName, shipToCompany, shipToId, shipToIdType, shipToAddress1, shipToAddress2, shipToCity,
        shipToRegion, shipToPostalCode, shipToCountry, shipToPhone, shipToEmail, totalLineCount,
        totalQuantity

    /// `number` is the buyer's (BAK03), `sellerOrderNumber` ours (BAK08); `status` (table
    /// `acknowledgment-kinds`, BAK02) answers the order as a whole.
    public static let declarations: [FieldDeclaration] = .list(
        [
            .init("number", .identifier), .init("purpose", .code), .init("status", .code),
            .init("orderedOn", .date), .init("releaseNumber", .identifier),
            .init("sellerOrderNumber", .identifier), .init("acknowledgedOn", .date), .init("currency", .code),
        ], .party("shipTo"), [.init("totals.lineCount", .quantity), .init("totals.quantity", .quantity)])
}

/// The groups of `OrderAcknowledgmentField` records.
public enum OrderAcknowledgmentGroup: Int, GroupKey {
    case lines, references
}

/// A record of the group `lines`.
public enum OrderAcknowledgmentLineField: Int, FieldKey {
    case lineNumber, sku, gtin, buyerPart, vendorPart, description, quantity, unit, unitPrice

    /// `quantity` is what was ordered; the answers to it stand in `responses`.
    public static let declarations: [FieldDeclaration] = [
        .init("lineNumber", .identifier), .init("sku", .identifier), .init("gtin", .identifier),
        .init("buyerPart", .identifier), .init("vendorPart", .identifier), .init("description", .text),
        .init("quantity", .quantity), .init("unit", .code), .init("unitPrice", .decimal),
    ]
}

/// The groups of `OrderAcknowledgmentLineField` records.
public enum OrderAcknowledgmentLineGroup: Int, GroupKey {
    case responses
}

/// A record of the group `responses`.
public enum LineResponseField: Int, FieldKey {
    case status, quantity, unit, dateType, date

    /// One answer to part of a line: `status` (table `line-status`, ACK01) for so many; `dateType` (table
    /// `date-types`, ACK04) says what `date` is.
    public static let declarations: [FieldDeclaration] = [
        .init("status", .code), .init("quantity", .quantity), .init("unit", .code),
        .init("dateType", .code), .init("date", .date),
    ]
}

/// A record of the group `references`.
public enum OrderAcknowledgmentReferenceField: Int, FieldKey {
    case qualifier, value, text

    /// The partner's references, echoed: REF01 as written, REF02, REF03.
    public static let declarations: [FieldDeclaration] = [
        .init("qualifier", .code), .init("value", .identifier), .init("text", .text),
    ]
}

extension DocumentKind {
    static let orderAcknowledgmentSchema = RecordSchema(
        "orderAcknowledgment", fields: OrderAcknowledgmentField.declarations,
        groups: [
            RecordSchema(
                "lines", fields: OrderAcknowledgmentLineField.declarations,
                groups: [
                    RecordSchema("responses", fields: LineResponseField.declarations)
                ]),
            RecordSchema("references", fields: OrderAcknowledgmentReferenceField.declarations),
        ])
}
