import Canonical

extension OrderPaper {
    private static let shippingCopy = FieldCopy(
        from: DocumentKind.order.schema, to: DocumentKind.shippingOrder.schema,
        [
            "orderedOn", "requestedShipOn", "cancelAfter", "requestedDeliveryOn", "carrier.",
            "shippingMethod",
            "freightTerms", "department", "notes", "shipTo.", "billTo.",
        ])
    private static let shippingLine = DocumentKind.shippingOrder.schema.groups[
        ShippingOrderGroup.lines.rawValue]
    private static let shippingReference =
        DocumentKind.shippingOrder.schema.groups[ShippingOrderGroup.references.rawValue]
    private static let shippingIdentity = LineIdentity(to: shippingLine)

    /// What one warehouse is to ship of the order (940, shipping order CSV).
    func shippingOrder(
        _ fulfilment: FulfilmentStateFacts, on today: CalendarDate, items: [ItemID: ItemRow],
        warehouse: String
    ) -> CanonicalDocument {
        var paper = CanonicalDocument(.shippingOrder)
        Self.shippingCopy.apply(header, to: &paper.header)
        paper.header.put(ShippingOrderField.number, fulfilment.row.number)
        paper.header.put(ShippingOrderField.purpose, "original")
        paper.header.put(ShippingOrderField.customerOrderNumber, number)
        paper.header.put(ShippingOrderField.releasedOn, today)
        paper.header.put(ShippingOrderField.warehouse, warehouse)
        paper.header.put(ShippingOrderField.warehouseName, fulfilment.location.name)
        var units: Int64 = 0
        var grams: Int64 = 0
        // What a count took back is not asked for.
        let allocations = fulfilment.allocations.filter { $0.row.quantity > $0.short }
        for allocation in allocations {
            let wanted = allocation.row.quantity - allocation.short
            let item = items[allocation.row.item]
            var record = Record(Self.shippingLine)
            Self.shippingIdentity.apply(self.record(of: allocation.row.line), item, to: &record)
            record.put(ShippingOrderLineField.lineNumber, line(allocation.row.line)?.row.lineNumber)
            record.put(ShippingOrderLineField.sku, item?.sku ?? line(allocation.row.line)?.row.sku)
            record.put(ShippingOrderLineField.quantity, ScaledDecimal(wanted))
            record.put(ShippingOrderLineField.sscc, fulfilment.packages.first?.sscc)
            paper.header[group: ShippingOrderGroup.lines].append(record)
            units += wanted
            grams += (item?.weightGrams ?? 0) * wanted
        }
        paper.header.put(ShippingOrderField.totalQuantity, ScaledDecimal(units))
        paper.header.put(
            ShippingOrderField.totalLineCount, ScaledDecimal(Int64(allocations.count)))
        if grams > 0 {
            paper.header.put(ShippingOrderField.totalWeight, ScaledDecimal(units: grams, scale: 3))
        }
        paper.header[group: ShippingOrderGroup.references] = references(as: Self.shippingReference)
        return paper
    }

    private static let manifestPackage =
        DocumentKind.labelManifest.schema.groups[LabelManifestGroup.packages.rawValue]
    private static let labelPackage = DocumentKind.label.schema.groups[LabelGroup.packages.rawValue]
    private static let manifestParty = FieldCopy(
        from: DocumentKind.order.schema, to: manifestPackage, ["shipTo."])
    private static let labelParty = FieldCopy(from: DocumentKind.order.schema, to: labelPackage, ["shipTo."])

    /// The cartons of one fulfilment for the carrier that collects them (manifest CSV).
    func manifest(
        _ fulfilment: FulfilmentStateFacts, number: String, on today: CalendarDate, items: [ItemID: ItemRow]
    ) -> CanonicalDocument {
        var paper = CanonicalDocument(.labelManifest)
        paper.header.put(LabelManifestField.number, number)
        paper.header.put(LabelManifestField.createdOn, today)
        paper.header.put(LabelManifestField.carrier, header.text(OrderField.carrierScac))
        paper.header.put(LabelManifestField.warehouse, fulfilment.location.code)
        paper.header.put(
            LabelManifestField.totalPackageCount, ScaledDecimal(Int64(fulfilment.packages.count)))
        let grams = fulfilment.allocations.reduce(Int64(0)) {
            $0 + (items[$1.row.item]?.weightGrams ?? 0) * ($1.row.quantity - $1.short)
        }
        for package in fulfilment.packages {
            var record = Record(Self.manifestPackage)
            Self.manifestParty.apply(header, to: &record)
            record.put(ManifestPackageField.sscc, package.sscc)
            record.put(ManifestPackageField.orderNumber, self.number)
            record.put(ManifestPackageField.shippingOrderNumber, fulfilment.row.number)
            record.put(ManifestPackageField.service, service)
            record.put(ManifestPackageField.packageNumber, ScaledDecimal(Int64(package.ordinal)))
            record.put(ManifestPackageField.packageCount, ScaledDecimal(Int64(package.count)))
            // What is inside which carton is the packer's business; the order's weight is spread over its cartons.
            let share = Weight.share(grams, carton: package.ordinal, of: package.count)
            record.put(ManifestPackageField.weight, ScaledDecimal(units: share, scale: 3))
            record.put(ManifestPackageField.weightUnit, "KG")
            putShipFrom(fulfilment.location, to: &record, Self.manifestPackage)
            paper.header[group: LabelManifestGroup.packages].append(record)
        }
        return paper
    }

    /// A carton label for each planned carton (ZPL).
    func labels(_ fulfilment: FulfilmentStateFacts, on today: CalendarDate) -> CanonicalDocument {
        var paper = CanonicalDocument(.label)
        paper.header.put(LabelField.number, fulfilment.row.number)
        paper.header.put(LabelField.createdOn, today)
        paper.header.put(LabelField.warehouse, fulfilment.location.code)
        for package in fulfilment.packages {
            guard let sscc = package.sscc else { continue }
            var record = Record(Self.labelPackage)
            Self.labelParty.apply(header, to: &record)
            record.put(LabelPackageField.sscc, sscc)
            record.put(LabelPackageField.ssccText, Self.spaced(sscc: sscc))
            record.put(LabelPackageField.orderNumber, number)
            record.put(LabelPackageField.shippingOrderNumber, fulfilment.row.number)
            record.put(LabelPackageField.service, service)
            let postal = header.text(OrderField.shipToPostalCode) ?? ""
            record.put(LabelPackageField.postalDigits, String(postal.prefix(5)))
            record.put(LabelPackageField.packageNumber, ScaledDecimal(Int64(package.ordinal)))
            record.put(LabelPackageField.packageCount, ScaledDecimal(Int64(package.count)))
            putShipFrom(fulfilment.location, to: &record, Self.labelPackage)
            paper.header[group: LabelGroup.packages].append(record)
        }
        return paper
    }

    private var service: String? {
        header.text(OrderField.shippingMethod) ?? header.text(OrderField.carrierName)
            ?? header.text(OrderField.carrierService) ?? header.text(OrderField.carrierScac)
    }

    private func putShipFrom(_ location: LocationRow, to record: inout Record, _ schema: RecordSchema) {
        for (name, text) in [
            ("shipFrom.name", location.name), ("shipFrom.id", location.code),
            ("shipFrom.address1", location.address1), ("shipFrom.city", location.city),
            ("shipFrom.region", location.region), ("shipFrom.postalCode", location.postalCode),
            ("shipFrom.country", location.country),
        ] where !text.isEmpty {
            if let index = schema.fieldIndex(name) { record.set(index, .text(text)) }
        }
    }

    /// `0061 4141 0000 1234 52`: groups of four, as the GS1 General Specifications (4.14) advise for people to read.
    private static func spaced(sscc: String) -> String {
        let digits = Array(sscc)
        return stride(from: 0, to: digits.count, by: 4)
            .map { String(digits[$0..<min($0 + 4, digits.count)]) }.joined(separator: " ")
    }
}

/// Weights of cartons.
enum Weight {
    /// The grams of one carton when `grams` are spread evenly; the first cartons take the rest.
    static func share(_ grams: Int64, carton ordinal: Int, of count: Int) -> Int64 {
        guard count > 0 else { return grams }
        let each = grams / Int64(count)
        return each + (Int64(ordinal) <= grams % Int64(count) ? 1 : 0)
    }
}
