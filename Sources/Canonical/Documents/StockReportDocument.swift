/// How much there is, where: from a warehouse as a snapshot, to a channel as a feed (846, stock and inventory CSV).
public enum StockReportField: Int, FieldKey {
    case number, purpose, reportType, reportedOn, reportedTime, asOf, warehouse, warehouseName,
        totalLineCount, asOfOn, asOfTime

    /// `asOf` is the moment of the count; in its stead `asOfOn` with `asOfTime`, and `reportedOn` with `reportedTime`,
    /// are a day and a time on the sender's clock. `warehouse` is where, for lines that do not say. `reportType` is a
    /// word of table `report-types` (BIA02).
    public static let declarations: [FieldDeclaration] = [
        .init("number", .identifier), .init("purpose", .code), .init("reportType", .code),
        .init("reportedOn", .date), .init("reportedTime", .identifier), .init("asOf", .instant),
        .init("warehouse", .identifier), .init("warehouseName", .text),
        .init("totals.lineCount", .quantity), .init("asOfOn", .date), .init("asOfTime", .identifier),
    ]
}

/// The groups of `StockReportField` records.
public enum StockReportGroup: Int, GroupKey {
    case lines
}

/// A record of the group `lines`.
public enum StockLineField: Int, FieldKey {
    case location, sku, gtin, buyerPart, vendorPart, description, onHand, available, unit, asOf

    /// `onHand` is what lies there, reserved units too; `available` what may still be promised; a count gives
    /// one of them. Both in `unit`.
    public static let declarations: [FieldDeclaration] = [
        .init("location", .identifier), .init("sku", .identifier), .init("gtin", .identifier),
        .init("buyerPart", .identifier), .init("vendorPart", .identifier), .init("description", .text),
        .init("onHand", .quantity), .init("available", .quantity), .init("unit", .code),
        .init("asOf", .instant),
    ]
}

extension DocumentKind {
    static let stockReportSchema = RecordSchema(
        "stockReport", fields: StockReportField.declarations,
        groups: [
            RecordSchema("lines", fields: StockLineField.declarations)
        ])
}
