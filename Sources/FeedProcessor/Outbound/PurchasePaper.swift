import Canonical

extension OrderPaper {
    private static let purchaseCopy = FieldCopy(
        from: DocumentKind.order.schema, to: DocumentKind.order.schema,
        [
            "requestedShipOn", "cancelAfter", "requestedDeliveryOn", "carrier.", "shippingMethod",
            "freightTerms",
            "notes", "shipTo.", "contact.",
        ])
    private static let purchaseLine = DocumentKind.order.schema.groups[OrderGroup.lines.rawValue]
    private static let purchaseReference = DocumentKind.order.schema.groups[OrderGroup.references.rawValue]
    private static let purchaseIdentity = LineIdentity(to: purchaseLine)

    /// Our order to a supplier who ships straight to the customer (850).
    ///
    /// - Parameter us: our name as the buyer.
    func purchaseOrder(
        _ purchase: PurchaseOrderFacts, items: [ItemID: ItemRow], us: String
    ) -> CanonicalDocument {
        var paper = CanonicalDocument(.order)
        Self.purchaseCopy.apply(header, to: &paper.header)
        paper.header.put(OrderField.number, purchase.row.number)
        paper.header.put(OrderField.purpose, "original")
        paper.header.put(OrderField.orderType, "dropShip")
        paper.header.put(OrderField.orderedOn, purchase.row.orderedOn)
        paper.header.put(OrderField.currency, purchase.row.currency.description)
        paper.header.put(OrderField.buyerName, us)
        var units: Int64 = 0
        var minor: Int64 = 0
        for (row, _, _) in purchase.lines {
            let item = items[row.item]
            var record = Record(Self.purchaseLine)
            Self.purchaseIdentity.apply(self.record(of: row.line), item, to: &record)
            record.put(OrderLineField.lineNumber, String(row.ordinal))
            record.put(OrderLineField.sku, item?.sku)
            record.put(OrderLineField.buyerPart, nil as String?)
            record.put(OrderLineField.vendorPart, item?.vendorPart)
            record.put(OrderLineField.quantity, ScaledDecimal(row.quantity))
            record.put(OrderLineField.unitPrice, row.unitCost)
            paper.header[group: OrderGroup.lines].append(record)
            units += row.quantity
            minor +=
                row.unitCost.multiplied(
                    by: ScaledDecimal(row.quantity), scale: purchase.row.currency.exponent) ?? 0
        }
        paper.header.put(OrderField.totalAll, ScaledDecimal(minor: minor, purchase.row.currency))
        paper.header.put(OrderField.totalLineCount, ScaledDecimal(Int64(purchase.lines.count)))
        paper.header.put(OrderField.totalQuantity, ScaledDecimal(units))
        var reference = Record(Self.purchaseReference)
        reference.put(OrderReferenceField.qualifier, "CO")
        reference.put(OrderReferenceField.value, number)
        paper.header[group: OrderGroup.references] = [reference]
        return paper
    }
}
