/// Goods that arrived at a warehouse (receipt CSV).
public enum ReceiptField: Int, FieldKey {
    case number, receivedOn, receivedAt, warehouse, purchaseOrderNumber

    /// `warehouse` is a location code; `receivedAt` wins over `receivedOn`, and now stands in where both are
    /// empty.
    public static let declarations: [FieldDeclaration] = [
        .init("number", .identifier), .init("receivedOn", .date), .init("receivedAt", .instant),
        .init("warehouse", .identifier), .init("purchaseOrderNumber", .identifier),
    ]
}

/// The groups of `ReceiptField` records.
public enum ReceiptGroup: Int, GroupKey {
    case lines
}

/// A record of the group `lines`.
public enum ReceiptLineField: Int, FieldKey {
    case sku, gtin, quantity, unit

    /// One record an article; `quantity` counts `unit`, stock units where it is empty.
    public static let declarations: [FieldDeclaration] = [
        .init("sku", .identifier), .init("gtin", .identifier), .init("quantity", .quantity),
        .init("unit", .code),
    ]
}

extension DocumentKind {
    static let receiptSchema = RecordSchema(
        "receipt", fields: ReceiptField.declarations,
        groups: [
            RecordSchema("lines", fields: ReceiptLineField.declarations)
        ])
}
