import Canonical
import Diagnostics

extension ShipmentDock {
    /// What a notice says about one purchase order, found and checked.
    private struct Direct {
        var purchase: PurchaseOrderFacts
        var lines: [ShippedLine] = []
        /// Units by position of the purchase order's line.
        var units: [Int64]
        var cartons: [ShippedCarton] = []
        var shipperNumber: String
    }

    /// Takes over one ship notice of a supplier, all its orders or none.
    mutating func takeNotice(_ incoming: IncomingDocument) -> RuleResult {
        let header = incoming.document.header
        let orders = header[group: ShipNoticeGroup.orders]
        var direct: [Direct] = []
        var repeats: RuleResult?
        for record in orders {
            let source = record.source(NoticeOrderField.number)
            let found: Direct
            switch find(record, incoming) {
            case .failure(let refusal): return refusal
            case .success(let one): found = one
            }
            if facts.knownShipperNumbers.contains(found.shipperNumber)
                || direct.contains(where: { $0.shipperNumber == found.shipperNumber })
            {
                repeats = repeated(found.shipperNumber, at: source)
                continue
            }
            var one = found
            if let refusal = read(record, into: &one) { return refusal }
            direct.append(one)
        }
        guard !direct.isEmpty else {
            return repeats
                ?? refused(
                    "OMS.ORDER.UNKNOWN", at: header.source(ShipNoticeField.number),
                    "ship notice has no orders",
                    expected: "one purchase order of ours or more",
                    remedy: "ask the supplier to send the notice with our order numbers")
        }
        for one in direct { book(one, incoming) }
        return RuleResult(.applied, findings: repeats?.findings ?? [])
    }

    private enum Found {
        case success(Direct)
        case failure(RuleResult)
    }

    private func find(_ record: Record, _ incoming: IncomingDocument) -> Found {
        let source = record.source(NoticeOrderField.number)
        let number = record.stated(NoticeOrderField.number) ?? ""
        guard let purchase = facts.purchaseOrders[number], facts.orders[purchase.row.order] != nil else {
            return .failure(unknownPurchase(number, at: source))
        }
        guard purchase.row.supplier == incoming.partner else {
            return .failure(foreignPurchase(number, at: source, partner: incoming.partner))
        }
        let given = incoming.document.header.stated(ShipNoticeField.number)
        return .success(
            Direct(
                purchase: purchase, units: purchase.lines.map { _ in 0 },
                shipperNumber: ShipmentRules.shipperNumber(given, number)))
    }

    func unknownPurchase(_ number: String, at source: SourceRange) -> RuleResult {
        refused(
            "OMS.ORDER.UNKNOWN", at: source, "purchase order \(number) is unknown", found: number,
            expected: "the number of a purchase order of ours, like PO-17",
            remedy: "ask the supplier which purchase order it means")
    }

    func foreignPurchase(_ number: String, at source: SourceRange, partner: String) -> RuleResult {
        refused(
            "OMS.ORDER.NOT_YOURS", at: source, "PO not visible to partner", found: number,
            expected: "a purchase order that went to '\(partner)'",
            remedy: "ask '\(partner)' which order it means")
    }

    private func read(_ record: Record, into direct: inout Direct) -> RuleResult? {
        for package in record[group: NoticeOrderGroup.packages] {
            let carton = ShippedCarton(
                sscc: package.stated(NoticePackageField.sscc),
                tracking: package.stated(NoticePackageField.tracking))
            if let carton { direct.cartons.append(carton) }
            for item in package[group: NoticePackageGroup.items] {
                if let refusal = read(item, carton: carton, into: &direct) { return refusal }
            }
        }
        return nil
    }

    private func read(_ item: Record, carton: ShippedCarton?, into direct: inout Direct) -> RuleResult? {
        let source = item.source(NoticeItemField.quantity)
        let name = NamedItem(notice: item)
        let candidates = PurchaseLines.candidates(
            direct.purchase, number: item.stated(NoticeItemField.lineNumber), name: name,
            items: facts.itemKeys)
        guard let first = candidates.first else {
            return refused(
                "OMS.SKU.UNKNOWN", at: source, "article '\(name.shown)' is unknown to the purchase order",
                found: name.shown, expected: "an article of \(direct.purchase.row.number)",
                remedy: "ask the supplier what it shipped")
        }
        let row = direct.purchase.lines[first].row
        let article = facts.items[row.item]
        let quantity = item.decimal(NoticeItemField.quantity) ?? .zero
        guard
            case .units(let units) = StockUnits.of(
                quantity, unit: item.stated(NoticeItemField.unit), item: article),
            units >= 0
        else {
            return refused(
                quantity.isNegative ? "OMS.QTY.NEGATIVE" : "OMS.QTY.FRACTION", at: source,
                "quantity \(quantity) must be whole units, zero or more", found: quantity.description,
                expected: "a whole number of stock units, like 3",
                remedy: "ask the supplier to correct the notice")
        }
        func open(_ index: Int) -> Int64 {
            let line = direct.purchase.lines[index]
            return line.row.quantity - line.shipped - line.refused - direct.units[index]
        }
        let left = candidates.reduce(Int64(0)) { $0 + max(0, open($1)) }
        guard units <= left else {
            return over(units, open: left, sku: article?.sku ?? name.shown, at: source)
        }
        var rest = units
        for index in candidates where rest > 0 {
            let part = min(rest, max(0, open(index)))
            guard part > 0 else { continue }
            direct.units[index] += part
            rest -= part
            direct.lines.append(
                ShippedLine(units: part, carton: carton, line: direct.purchase.lines[index].row.line))
        }
        return nil
    }

    // MARK: Booking

    private mutating func book(_ direct: Direct, _ incoming: IncomingDocument) {
        let header = incoming.document.header
        let purchase = direct.purchase.row
        let at = shippedAt(header)
        var shipped: [(line: LineID, units: Int64)] = []
        var reasons: [Reason] = []
        for (index, units) in direct.units.enumerated() where units > 0 {
            let row = direct.purchase.lines[index].row
            move(
                .shipDirect, units, item: row.item, line: row.line, order: purchase.order,
                purchaseOrder: purchase.id, at: at)
            facts.purchaseOrders[purchase.number]?.lines[index].shipped += units
            if let known = shipped.firstIndex(where: { $0.line == row.line }) {
                shipped[known].units += units
            } else {
                shipped.append((row.line, units))
            }
            reasons.append(
                Reason(
                    rule: "shipment.taken", subject: sku(row.line, of: purchase.order), verdict: .passed,
                    because: "\(units) shipped by \(purchase.supplier)"))
        }
        facts.knownShipperNumbers.insert(direct.shipperNumber)
        guard !shipped.isEmpty else { return }
        let id: ShipmentID = outcome.changes.identifiers.next(\.shipment)
        outcome.changes.shipments.append(
            ShipmentRow(
                id: id, order: purchase.order, fulfilment: nil, purchaseOrder: purchase.id,
                number: context.policy.numbers.shipment + id.description, shipperNumber: direct.shipperNumber,
                shipper: incoming.partner, shippedAt: at,
                carrierSCAC: header.stated(ShipNoticeField.carrierScac),
                tracking: header.stated(ShipNoticeField.tracking) ?? direct.cartons.first?.tracking,
                billOfLading: header.stated(ShipNoticeField.billOfLading), drop: incoming.drop))
        pack(
            direct.lines, cartons: direct.cartons, planned: [], perCarton: nil, shipment: id, fulfilment: nil,
            tracking: header.stated(ShipNoticeField.tracking))
        conclude(purchase.order, shipment: id, shipped: shipped, location: nil, supplier: purchase.supplier)
        setPurchaseState(purchase.number)
        endOrder(purchase.order)
        let units = shipped.reduce(Int64(0)) { $0 + $1.units }
        decide(purchase.order, "\(units) shipped by \(purchase.supplier)", reasons)
    }

    private func shippedAt(_ header: Record) -> Instant {
        if let at = header.instant(ShipNoticeField.shippedAt) { return min(at, context.now) }
        guard let day = header.date(ShipNoticeField.shippedOn) ?? header.date(ShipNoticeField.createdOn)
        else {
            return context.now
        }
        let noon = Instant(date: day, secondsOfDay: 43_200, offsetSeconds: context.policy.zoneOffsetSeconds)
        return min(noon, context.now)
    }

    private mutating func setPurchaseState(_ number: String) {
        guard let known = facts.purchaseOrders[number] else { return }
        let isDone = known.lines.allSatisfy { $0.shipped + $0.refused >= $0.row.quantity }
        let next: PurchaseOrderState = isDone ? .shipped : .partlyShipped
        guard next != known.state else { return }
        outcome.changes.purchaseOrderStates.append((known.row.id, next))
        facts.purchaseOrders[number]?.state = next
    }
}

/// Lines of a purchase order as a supplier's paper names them.
enum PurchaseLines {
    /// Positions in `purchase.lines` that a paper's line may mean: the numbered one, where its article agrees, else all
    /// of the article.
    static func candidates(
        _ purchase: PurchaseOrderFacts, number: String?, name: NamedItem, items: [ItemKey: ItemRow]
    ) -> [Int] {
        var item: ItemID?
        if case .one(let row) = name.find(in: items) { item = row.id }
        if let number, let ordinal = Int(number),
            let index = purchase.lines.firstIndex(where: { $0.row.ordinal == ordinal }),
            item == nil ? name.isEmpty : purchase.lines[index].row.item == item
        {
            return [index]
                + purchase.lines.indices.filter { $0 != index && purchase.lines[$0].row.item == item }
        }
        guard let item else { return [] }
        return purchase.lines.indices.filter { purchase.lines[$0].row.item == item }
    }
}
