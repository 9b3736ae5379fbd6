/// What an article costs a channel or anybody, from a day on (prices CSV).
public enum PriceField: Int, FieldKey {
    case sku, channel, currency, unitPrice, validFrom, validThrough

    /// `unitPrice` is for one stock unit in `currency`; an empty `channel` means all, empty days mean always.
    /// Both days are included.
    public static let declarations: [FieldDeclaration] = [
        .init("sku", .identifier), .init("channel", .identifier), .init("currency", .code),
        .init("unitPrice", .decimal), .init("validFrom", .date), .init("validThrough", .date),
    ]
}

extension DocumentKind {
    static let priceSchema = RecordSchema("price", fields: PriceField.declarations)
}
