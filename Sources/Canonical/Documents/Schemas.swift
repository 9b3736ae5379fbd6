extension DocumentKind {
    /// The shape of the kind's documents.
    public var schema: RecordSchema {
        switch self {
        case .order: Self.orderSchema
        case .orderAcknowledgment: Self.orderAcknowledgmentSchema
        case .shippingOrder: Self.shippingOrderSchema
        case .shippingAdvice: Self.shippingAdviceSchema
        case .shipNotice: Self.shipNoticeSchema
        case .invoice: Self.invoiceSchema
        case .stockReport: Self.stockReportSchema
        case .receipt: Self.receiptSchema
        case .item: Self.itemSchema
        case .location: Self.locationSchema
        case .price: Self.priceSchema
        case .labelManifest: Self.labelManifestSchema
        case .label: Self.labelSchema
        case .fulfilment: Self.fulfilmentSchema
        }
    }
}
