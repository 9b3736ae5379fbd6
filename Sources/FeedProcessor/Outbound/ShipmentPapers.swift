import Canonical
import Ledger

extension OrderPaper {
    private static let noticeCopy = FieldCopy(
        from: DocumentKind.order.schema, to: DocumentKind.shipNotice.schema,
        ["shipTo.", "carrier.", "freightTerms"])
    private static let noticeOrder = DocumentKind.shipNotice.schema.groups[ShipNoticeGroup.orders.rawValue]
    private static let noticePackage = noticeOrder.groups[NoticeOrderGroup.packages.rawValue]
    private static let noticeItem = noticePackage.groups[NoticePackageGroup.items.rawValue]
    private static let noticeOrderCopy = FieldCopy(
        from: DocumentKind.order.schema, to: noticeOrder, ["number", "orderedOn", "department", "buyer."])
    private static let noticeIdentity = LineIdentity(to: noticeItem)

    /// What is on its way, for the buyer (856): one shipment, this order, its cartons and what is in them.
    func shipNotice(
        _ shipment: ShipmentDetail, items: [ItemID: ItemRow], created: Instant, offsetSeconds: Int
    ) -> CanonicalDocument {
        var paper = CanonicalDocument(.shipNotice)
        Self.noticeCopy.apply(header, to: &paper.header)
        let local = created.local(offsetSeconds: offsetSeconds)
        paper.header.put(ShipNoticeField.number, shipment.row.number)
        paper.header.put(ShipNoticeField.purpose, "original")
        paper.header.put(ShipNoticeField.structure, "pickAndPack")
        paper.header.put(ShipNoticeField.createdOn, local.date)
        paper.header.put(ShipNoticeField.createdTime, ClockText.hoursMinutes(local.secondsOfDay))
        paper.header.put(ShipNoticeField.shippedAt, shipment.row.shippedAt)
        paper.header.put(
            ShipNoticeField.shippedOn, shipment.row.shippedAt.local(offsetSeconds: offsetSeconds).date)
        if let scac = shipment.row.carrierSCAC { paper.header.put(ShipNoticeField.carrierScac, scac) }
        paper.header.put(ShipNoticeField.tracking, shipment.row.tracking)
        paper.header.put(ShipNoticeField.billOfLading, shipment.row.billOfLading)
        putShipFrom(shipment, to: &paper.header)
        var order = Record(Self.noticeOrder)
        Self.noticeOrderCopy.apply(header, to: &order)
        order.put(NoticeOrderField.number, number)
        order.put(NoticeOrderField.sellerOrderNumber, state.row.id.description)
        var units: Int64 = 0
        var grams: Int64 = 0
        for group in cartons(of: shipment) {
            var package = Record(Self.noticePackage)
            package.put(NoticePackageField.sscc, group.package?.sscc)
            package.put(NoticePackageField.tracking, group.package?.tracking ?? shipment.row.tracking)
            for content in group.lines {
                let item = line(content.line)?.row.item.flatMap { items[$0] }
                var record = Record(Self.noticeItem)
                Self.noticeIdentity.apply(self.record(of: content.line), item, to: &record)
                record.put(NoticeItemField.lineNumber, line(content.line)?.row.lineNumber)
                record.put(NoticeItemField.quantity, ScaledDecimal(content.quantity))
                record.put(NoticeItemField.ordered, line(content.line).map { ScaledDecimal($0.row.ordered) })
                package[group: NoticePackageGroup.items].append(record)
                units += content.quantity
                grams += (item?.weightGrams ?? 0) * content.quantity
            }
            order[group: NoticeOrderGroup.packages].append(package)
        }
        let cartonCount = order[group: NoticeOrderGroup.packages].count
        paper.header.put(ShipNoticeField.packageCount, ScaledDecimal(Int64(cartonCount)))
        if grams > 0 {
            paper.header.put(ShipNoticeField.weight, ScaledDecimal(units: grams, scale: 3))
            paper.header.put(ShipNoticeField.weightUnit, "KG")
        }
        paper.header.put(ShipNoticeField.totalQuantity, ScaledDecimal(units))
        paper.header[group: ShipNoticeGroup.orders] = [order]
        return paper
    }

    /// The lines of a shipment by carton, in carton order; lines without a carton stand in one of their own, last.
    private func cartons(of shipment: ShipmentDetail) -> [(package: PackageRow?, lines: [ShipmentLineRow])] {
        var groups: [(package: PackageRow?, lines: [ShipmentLineRow])] = []
        for package in shipment.packages.sorted(by: { $0.ordinal < $1.ordinal }) {
            let lines = shipment.lines.filter { $0.package == package.id }
            if !lines.isEmpty { groups.append((package, lines)) }
        }
        let loose = shipment.lines.filter { $0.package == nil }
        if !loose.isEmpty { groups.append((nil, loose)) }
        return groups
    }

    private func putShipFrom(_ shipment: ShipmentDetail, to record: inout Record) {
        guard let location = shipment.location else {
            record.put(ShipNoticeField.shipFromName, shipment.row.shipper)
            return
        }
        record.put(ShipNoticeField.shipFromName, location.name)
        record.put(ShipNoticeField.shipFromId, location.code)
        if !location.address1.isEmpty { record.put(ShipNoticeField.shipFromAddress1, location.address1) }
        record.put(ShipNoticeField.shipFromCity, location.city)
        record.put(ShipNoticeField.shipFromRegion, location.region)
        record.put(ShipNoticeField.shipFromPostalCode, location.postalCode)
        record.put(ShipNoticeField.shipFromCountry, location.country)
    }

    private static let fulfilmentLine = DocumentKind.fulfilment.schema.groups[FulfilmentGroup.lines.rawValue]

    /// What a shop is told about a shipment of the order (fulfilment CSV), a row a line.
    func fulfilment(_ shipment: ShipmentDetail, offsetSeconds: Int) -> CanonicalDocument {
        var paper = CanonicalDocument(.fulfilment)
        paper.header.put(FulfilmentField.number, shipment.row.number)
        let day = shipment.row.shippedAt.local(offsetSeconds: offsetSeconds).date
        paper.header.put(FulfilmentField.createdOn, day)
        for content in shipment.lines {
            let package = shipment.packages.first { $0.id == content.package }
            var record = Record(Self.fulfilmentLine)
            record.put(FulfilmentLineField.orderNumber, number)
            record.put(FulfilmentLineField.lineNumber, line(content.line)?.row.lineNumber)
            record.put(FulfilmentLineField.sku, line(content.line)?.row.sku)
            record.put(FulfilmentLineField.quantity, ScaledDecimal(content.quantity))
            record.put(
                FulfilmentLineField.carrier,
                shipment.row.carrierSCAC ?? header.text(OrderField.carrierScac)
                    ?? header.text(OrderField.shippingMethod))
            record.put(FulfilmentLineField.tracking, package?.tracking ?? shipment.row.tracking)
            record.put(FulfilmentLineField.shippedOn, day)
            record.put(FulfilmentLineField.shippedAt, shipment.row.shippedAt)
            record.put(FulfilmentLineField.status, "shipped")
            record.put(FulfilmentLineField.location, shipment.location?.code ?? shipment.row.shipper)
            paper.header[group: FulfilmentGroup.lines].append(record)
        }
        return paper
    }
}

/// Clock times as EDI writes them.
enum ClockText {
    /// `1805` for five past six in the evening.
    static func hoursMinutes(_ secondsOfDay: Int) -> String {
        let hour = secondsOfDay / 3600
        let minute = secondsOfDay / 60 % 60
        return (hour < 10 ? "0" : "") + String(hour) + (minute < 10 ? "0" : "") + String(minute)
    }
}
