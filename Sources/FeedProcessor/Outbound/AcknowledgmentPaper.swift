import Canonical

extension OrderPaper {
    private static let acknowledgmentCopy = FieldCopy(
        from: DocumentKind.order.schema, to: DocumentKind.orderAcknowledgment.schema,
        ["number", "orderedOn", "releaseNumber", "currency", "shipTo."])
    private static let lineSchema =
        DocumentKind.orderAcknowledgment.schema.groups[OrderAcknowledgmentGroup.lines.rawValue]
    private static let responseSchema =
        lineSchema.groups[OrderAcknowledgmentLineGroup.responses.rawValue]
    private static let referenceSchema =
        DocumentKind.orderAcknowledgment.schema.groups[OrderAcknowledgmentGroup.references.rawValue]
    private static let lineIdentity = LineIdentity(to: lineSchema)

    /// What we answer to the order, line by line, from where its units stand (855).
    func acknowledgment(on today: CalendarDate, items: [ItemID: ItemRow]) -> CanonicalDocument {
        var paper = CanonicalDocument(.orderAcknowledgment)
        Self.acknowledgmentCopy.apply(header, to: &paper.header)
        paper.header.put(OrderAcknowledgmentField.purpose, "original")
        paper.header.put(OrderAcknowledgmentField.sellerOrderNumber, state.row.id.description)
        paper.header.put(OrderAcknowledgmentField.acknowledgedOn, today)
        var isChanged = false
        var total: Int64 = 0
        for line in state.lines {
            let accepted = line[.reserved] + line[.released] + line[.shipped]
            let waiting = line[.backordered] + line[.preordered] + line[.open]
            let refused = line[.cancelled]
            isChanged = isChanged || waiting > 0 || refused > 0
            total += line.row.ordered
            var record = Record(Self.lineSchema)
            Self.lineIdentity.apply(
                self.record(of: line.row.id), line.row.item.flatMap { items[$0] }, to: &record)
            record.put(OrderAcknowledgmentLineField.lineNumber, line.row.lineNumber)
            record.put(OrderAcknowledgmentLineField.quantity, ScaledDecimal(line.row.ordered))
            record.put(OrderAcknowledgmentLineField.unitPrice, line.row.unitPrice)
            for (status, quantity) in [
                ("accepted", accepted), ("backordered", waiting), ("rejected", refused),
            ]
            where quantity > 0 {
                record[group: OrderAcknowledgmentLineGroup.responses].append(
                    response(status, quantity, unit: record.text(OrderAcknowledgmentLineField.unit)))
            }
            paper.header[group: OrderAcknowledgmentGroup.lines].append(record)
        }
        paper.header.put(OrderAcknowledgmentField.status, isChanged ? "acceptedWithChanges" : "accepted")
        paper.header.put(OrderAcknowledgmentField.totalLineCount, ScaledDecimal(Int64(state.lines.count)))
        paper.header.put(OrderAcknowledgmentField.totalQuantity, ScaledDecimal(total))
        paper.header[group: OrderAcknowledgmentGroup.references] = references(as: Self.referenceSchema)
        return paper
    }

    private func response(_ status: String, _ quantity: Int64, unit: String?) -> Record {
        var record = Record(Self.responseSchema)
        record.put(LineResponseField.status, status)
        record.put(LineResponseField.quantity, ScaledDecimal(quantity))
        record.put(LineResponseField.unit, unit)
        if status == "accepted", let day = state.row.requestedShipOn {
            record.put(LineResponseField.dateType, "ship")
            record.put(LineResponseField.date, day)
        }
        return record
    }

    /// The partner's references, to be echoed on our papers.
    func references(as schema: RecordSchema) -> [Record] {
        let copy = FieldCopy(
            from: DocumentKind.order.schema.groups[OrderGroup.references.rawValue], to: schema,
            ["qualifier", "value", "text"])
        return header[group: OrderGroup.references].map { reference in
            var record = Record(schema)
            copy.apply(reference, to: &record)
            return record
        }
    }
}
