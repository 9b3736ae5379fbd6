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
        var named: [NamedCarton] = []
        var shipperNumber: String
    }

    /// Takes over one ship notice of a supplier, all its orders or none.
    mutating func takeNotice(_ incoming: IncomingDocument) -> RuleResult {
        let header = incoming.document.header
        let orders = header[group: ShipNoticeGroup.orders]
        var direct: [Direct] = []
        var repeats: RuleResult?
        var seen: Set<String> = []
        for record in orders {
            let source = record.source(NoticeOrderField.number)
            let found: Direct
            switch find(record, incoming) {
            case .failure(let refusal): return refusal
            case .success(let one): found = one
            }
            if direct.contains(where: { $0.shipperNumber == found.shipperNumber }) {
                repeats = repeated(found.shipperNumber, at: source)
                continue
            }
            let before = facts.knownShipments[found.shipperNumber]
            var one = found
            // What was shipped under this number is not open any more, and must not be looked for there.
            if let refusal = read(record, into: &one, checksOpen: before == nil, incoming.channel) {
                return refusal
            }
            if let before {
                let result = again(
                    one.shipperNumber, before, content(of: one, incoming), incoming.channel, at: source)
                guard result.verdict == .noEffect else { return result }
                repeats = result
                continue
            }
            if let held = reusedCarton(one.named, of: nil, incoming.channel) { return held }
            for carton in one.named where !seen.insert(carton.code).inserted {
                return twice(carton, incoming.channel)
            }
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
        let warnings = direct.flatMap { wrongNumbers($0.named) }
        return RuleResult(.applied, findings: (repeats?.findings ?? []) + warnings)
    }

    /// What a notice says about one order, as the books would have it.
    private func content(of direct: Direct, _ incoming: IncomingDocument) -> KnownShipment {
        let header = incoming.document.header
        var units: [ItemID: Int64] = [:]
        for (index, told) in direct.units.enumerated() where told > 0 {
            units[direct.purchase.lines[index].row.item, default: 0] += told
        }
        return KnownShipment(
            drop: incoming.drop, units: units, cartons: Set(direct.named.map(\.code)),
            carrierSCAC: header.stated(ShipNoticeField.carrierScac),
            tracking: header.stated(ShipNoticeField.tracking) ?? direct.cartons.first?.tracking,
            billOfLading: header.stated(ShipNoticeField.billOfLading))
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

    private func read(
        _ record: Record, into direct: inout Direct, checksOpen: Bool, _ channel: String
    ) -> RuleResult? {
        var codes: Set<String> = []
        for package in record[group: NoticeOrderGroup.packages] {
            let carton = ShippedCarton(
                sscc: package.stated(NoticePackageField.sscc),
                tracking: package.stated(NoticePackageField.tracking))
            if let carton { direct.cartons.append(carton) }
            if let code = carton?.sscc, codes.insert(code).inserted {
                direct.named.append(
                    NamedCarton(code: code, source: package.source(NoticePackageField.sscc)))
            }
            for item in package[group: NoticePackageGroup.items] {
                if let refusal = read(item, carton: carton, into: &direct, checksOpen: checksOpen, channel) {
                    return refusal
                }
            }
        }
        direct.cartons = ShippedCarton.distinct(direct.cartons)
        return nil
    }

    private func read(
        _ item: Record, carton: ShippedCarton?, into direct: inout Direct, checksOpen: Bool, _ channel: String
    ) -> RuleResult? {
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
        guard checksOpen else {
            direct.units[first] += units
            return nil
        }
        let left = candidates.reduce(Int64(0)) { $0 + max(0, open($1)) }
        guard units <= left else {
            return over(units, open: left, sku: article?.sku ?? name.shown, at: source, channel: channel)
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
        guard !shipped.isEmpty else { return }
        facts.knownShipments[direct.shipperNumber] = content(of: direct, incoming)
        let id: ShipmentID = outcome.changes.identifiers.next(\.shipment)
        outcome.changes.shipments.append(
            ShipmentRow(
                id: id, order: purchase.order, fulfilment: nil, purchaseOrder: purchase.id,
                number: context.policy.numbers.shipment + id.description, shipperNumber: direct.shipperNumber,
                shipper: incoming.partner, shippedAt: at,
                carrierSCAC: header.stated(ShipNoticeField.carrierScac),
                tracking: header.stated(ShipNoticeField.tracking) ?? direct.cartons.first?.tracking,
                billOfLading: header.stated(ShipNoticeField.billOfLading), drop: incoming.drop))
        let told = outcome.changes.packages.count
        pack(
            direct.lines, cartons: direct.cartons, planned: [], perCarton: nil, shipment: id, fulfilment: nil,
            tracking: header.stated(ShipNoticeField.tracking))
        markPacked(nil, told: told, planned: 0)
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
