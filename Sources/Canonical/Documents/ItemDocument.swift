/// An article of the catalogue (items CSV).
public enum ItemField: Int, FieldKey {
    case sku, gtin, vendorPart, buyerPart, description, colour, size, unit, packQuantity, weight,
        weightUnit, cost, price, currency, status, supplier, dropShip

    /// `cost` (ours) and `price` (the customer's) are for one stock unit, in `currency`; `weight` of one in
    /// `weightUnit`, kilograms where none is given; `packQuantity` is stock units in a case.
    public static let declarations: [FieldDeclaration] = [
        .init("sku", .identifier), .init("gtin", .identifier), .init("vendorPart", .identifier),
        .init("buyerPart", .identifier), .init("description", .text), .init("colour", .text),
        .init("size", .text), .init("unit", .code), .init("packQuantity", .quantity),
        .init("weight", .decimal), .init("weightUnit", .code), .init("cost", .decimal),
        .init("price", .decimal), .init("currency", .code), .init("status", .code),
        .init("supplier", .identifier), .init("dropShip", .code),
    ]
}

extension DocumentKind {
    static let itemSchema = RecordSchema("item", fields: ItemField.declarations)
}
