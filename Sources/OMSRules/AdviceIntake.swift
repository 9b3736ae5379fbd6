import Canonical
import Diagnostics

extension ShipmentDock {
    /// One line of an advice after its article was found.
    private struct Told {
        var item: ItemID
        var sku: String
        var units: Int64
        var lineNumber: String?
        var carton: ShippedCarton?
        var source: SourceRange
    }

    /// Takes over one shipping advice.
    mutating func takeAdvice(_ incoming: IncomingDocument) -> RuleResult {
        let header = incoming.document.header
        let source = header.source(ShippingAdviceField.shippingOrderNumber)
        guard let number = header.stated(ShippingAdviceField.shippingOrderNumber),
            let known = facts.fulfilments[number], let order = facts.orders[known.row.order]
        else {
            let number = header.stated(ShippingAdviceField.shippingOrderNumber) ?? ""
            return refused(
                "OMS.SHIPMENT.UNKNOWN", at: source,
                "shipping order '\(number)' of the advice (W06) is unknown",
                found: number, expected: "the number of a shipping order of ours, like SO-17",
                remedy: "ask the warehouse which shipping order it means")
        }
        guard context.policy.runs(incoming.partner, location: known.location.code) else {
            return refused(
                "OMS.ORDER.NOT_YOURS", at: source, "shipping order \(number) is not visible to partner",
                found: number, expected: "a shipping order of a location that '\(incoming.partner)' runs",
                remedy: "name '\(incoming.partner)' for its locations, or ask the warehouse what it means")
        }
        let shipperNumber = ShipmentRules.shipperNumber(header.stated(ShippingAdviceField.number), number)
        guard !facts.knownShipperNumbers.contains(shipperNumber) else {
            return repeated(shipperNumber, at: header.source(ShippingAdviceField.number))
        }
        var told: [Told] = []
        for (index, line) in header[group: ShippingAdviceGroup.lines].enumerated() {
            if let refusal = read(line, ordinal: index + 1, into: &told) { return refusal }
        }
        var lines: [ShippedLine] = []
        if let refusal = match(told, known, order, into: &lines) { return refusal }
        book(incoming, known, lines: lines, shipperNumber: shipperNumber)
        return RuleResult(.applied)
    }

    private func read(_ line: Record, ordinal: Int, into told: inout [Told]) -> RuleResult? {
        let name = NamedItem(advice: line)
        let source = line.source(AdviceLineField.quantity)
        guard case .one(let item) = name.find(in: facts.itemKeys) else {
            return refused(
                "OMS.SKU.UNKNOWN", at: line.source(AdviceLineField.sku),
                "line \(ordinal) article '\(name.shown)' is unknown", found: name.shown,
                expected: "an article of the shipping order",
                remedy: "ask the warehouse which article it shipped")
        }
        let quantity = line.decimal(AdviceLineField.quantity) ?? .zero
        let answer = StockUnits.of(quantity, unit: line.stated(AdviceLineField.unit), item: item)
        guard case .units(let units) = answer, units >= 0 else {
            return refused(
                quantity.isNegative ? "OMS.QTY.NEGATIVE" : "OMS.QTY.FRACTION", at: source,
                "line \(ordinal) quantity \(quantity) must be whole units, zero or more",
                found: quantity.description, expected: "a whole number of stock units, like 3",
                remedy: "ask the warehouse to correct the advice")
        }
        told.append(
            Told(
                item: item.id, sku: item.sku, units: units,
                lineNumber: line.stated(AdviceLineField.lineNumber),
                carton: ShippedCarton(
                    sscc: line.stated(AdviceLineField.sscc), tracking: line.stated(AdviceLineField.tracking)),
                source: source))
        return nil
    }

    /// Finds the order line behind each line of the advice: by number and article, else the first of the article
    /// with units left.
    private func match(
        _ told: [Told], _ known: FulfilmentStateFacts, _ order: OrderState, into lines: inout [ShippedLine]
    ) -> RuleResult? {
        var left = known.allocations.map { $0.row.quantity - $0.shipped - $0.short }
        for line in told where line.units > 0 {
            let candidates = known.allocations.indices.filter { known.allocations[$0].row.item == line.item }
            let open = candidates.reduce(Int64(0)) { $0 + left[$1] }
            guard line.units <= open else {
                return over(line.units, open: open, sku: line.sku, at: line.source)
            }
            let numbered = candidates.filter { index in
                let row = order.lines.first { $0.row.id == known.allocations[index].row.line }?.row
                return line.lineNumber != nil && row?.lineNumber == line.lineNumber
            }
            var rest = line.units
            for index in numbered + candidates where rest > 0 && left[index] > 0 {
                let units = min(rest, left[index])
                left[index] -= units
                rest -= units
                lines.append(
                    ShippedLine(units: units, carton: line.carton, line: known.allocations[index].row.line))
            }
        }
        return nil
    }

    // MARK: Booking

    private mutating func book(
        _ incoming: IncomingDocument, _ known: FulfilmentStateFacts, lines: [ShippedLine],
        shipperNumber: String
    ) {
        let header = incoming.document.header
        let at = shippedAt(header)
        let order = known.row.order
        releaseFirst(known, at: at)
        var reasons: [Reason] = []
        let shipped = bookShipped(known, lines, at: at)
        // An advice without "partial" is the warehouse's last word.
        let purpose = header.stated(ShippingAdviceField.purpose)
        let isFinal = purpose != "partial" && purpose != "P"
        let short = isFinal ? bookShort(known, at: at, &reasons) : 0
        for (line, units) in shipped {
            reasons.append(
                Reason(
                    rule: "shipment.taken", subject: sku(line, of: order), verdict: .passed,
                    because: "\(units) shipped from \(known.location.code)"))
        }
        if !shipped.isEmpty {
            let id = appendShipment(incoming, known, shipperNumber: shipperNumber, at: at)
            let cartons = cartons(header)
            let packed = outcome.changes.packedShipments.count
            pack(
                lines, cartons: cartons, planned: known.packages.filter { $0.shipment == nil },
                perCarton: context.policy.packing[known.location.code]?.unitsPerCartonMax, shipment: id,
                fulfilment: known.row.id, tracking: header.stated(ShippingAdviceField.tracking))
            markPacked(known.row.number, from: packed)
            conclude(order, shipment: id, shipped: shipped, location: known.location.code, supplier: nil)
        }
        facts.knownShipperNumbers.insert(shipperNumber)
        setState(known.row.number, isFinal: isFinal, short: short)
        endOrder(order)
        let units = shipped.reduce(Int64(0)) { $0 + $1.units }
        let sentence = "\(units) shipped from \(known.location.code)" + (short > 0 ? ", \(short) short" : "")
        decide(order, sentence, reasons)
    }

    private func shippedAt(_ header: Record) -> Instant {
        if let at = header.instant(ShippingAdviceField.shippedAt) { return min(at, context.now) }
        guard let day = header.date(ShippingAdviceField.shippedOn) else { return context.now }
        // A day without a time is its noon: after a count of the morning, before one of the evening.
        let noon = Instant(date: day, secondsOfDay: 43_200, offsetSeconds: context.policy.zoneOffsetSeconds)
        return min(noon, context.now)
    }

    /// A warehouse that ships before our shipping order was written shows that it has it.
    private mutating func releaseFirst(_ known: FulfilmentStateFacts, at: Instant) {
        guard known.state == .planned else { return }
        for allocation in known.allocations {
            let units = allocation.row.quantity - allocation.shipped - allocation.short
            guard units > 0 else { continue }
            move(
                .release, units, item: allocation.row.item, line: allocation.row.line,
                order: known.row.order, location: known.location.id, fulfilment: known.row.id, at: at)
        }
    }

    /// Units by line, each line once, in the order of the allocations.
    private mutating func bookShipped(
        _ known: FulfilmentStateFacts, _ lines: [ShippedLine], at: Instant
    ) -> [(line: LineID, units: Int64)] {
        var shipped: [(line: LineID, units: Int64)] = []
        for (index, allocation) in known.allocations.enumerated() {
            let row = allocation.row
            let units = lines.reduce(Int64(0)) { $1.line == row.line ? $0 + $1.units : $0 }
            guard units > 0 else { continue }
            move(
                .ship, units, item: row.item, line: row.line, order: known.row.order,
                location: known.location.id,
                fulfilment: known.row.id, at: at)
            facts.fulfilments[known.row.number]?.allocations[index].shipped += units
            shipped.append((row.line, units))
        }
        return shipped
    }

    /// What the warehouse did not find goes back to the back-orders, or away where the channel has none.
    private mutating func bookShort(
        _ known: FulfilmentStateFacts, at: Instant, _ reasons: inout [Reason]
    ) -> Int64 {
        let channel = facts.orders[known.row.order]?.row.channel ?? ""
        let policy = context.policy.channel(channel)
        var sum: Int64 = 0
        for index in known.allocations.indices {
            guard let allocation = facts.fulfilments[known.row.number]?.allocations[index] else { continue }
            let row = allocation.row
            let units = row.quantity - allocation.shipped - allocation.short
            guard units > 0 else { continue }
            sum += units
            let sku = sku(row.line, of: known.row.order)
            let isKept = policy.allowsBackorders && !policy.unbackorderedSKUs.contains(sku)
            move(
                isKept ? .shortShip : .shortCancel, units, item: row.item, line: row.line,
                order: known.row.order,
                location: known.location.id, fulfilment: known.row.id, at: at)
            if isKept { outcome.changes.itemsToRelease.append(row.item) }
            facts.fulfilments[known.row.number]?.allocations[index].short += units
            reasons.append(
                Reason(
                    rule: "shipment.short", subject: sku, verdict: isKept ? .kept : .refused,
                    because:
                        "\(units) of \(row.quantity) not shipped, \(isKept ? "back-ordered" : "cancelled")"))
        }
        return sum
    }

    func sku(_ line: LineID, of order: OrderID) -> String {
        facts.orders[order]?.lines.first { $0.row.id == line }?.row.sku ?? line.description
    }

    private mutating func appendShipment(
        _ incoming: IncomingDocument, _ known: FulfilmentStateFacts, shipperNumber: String, at: Instant
    ) -> ShipmentID {
        let header = incoming.document.header
        let id: ShipmentID = outcome.changes.identifiers.next(\.shipment)
        outcome.changes.shipments.append(
            ShipmentRow(
                id: id, order: known.row.order, fulfilment: known.row.id, purchaseOrder: nil,
                number: context.policy.numbers.shipment + id.description, shipperNumber: shipperNumber,
                shipper: incoming.partner, shippedAt: at,
                carrierSCAC: header.stated(ShippingAdviceField.carrierScac),
                tracking: header.stated(ShippingAdviceField.tracking),
                billOfLading: header.stated(ShippingAdviceField.billOfLading), drop: incoming.drop))
        return id
    }

    /// Cartons that the advice names: its packages, else those of its lines.
    private func cartons(_ header: Record) -> [ShippedCarton] {
        let packages = header[group: ShippingAdviceGroup.packages].compactMap { package in
            ShippedCarton(
                sscc: package.stated(AdvicePackageField.sscc),
                tracking: package.stated(AdvicePackageField.tracking))
        }
        if !packages.isEmpty { return packages }
        var cartons: [ShippedCarton] = []
        for line in header[group: ShippingAdviceGroup.lines] {
            let sscc = line.stated(AdviceLineField.sscc)
            let tracking = line.stated(AdviceLineField.tracking)
            if let carton = ShippedCarton(sscc: sscc, tracking: tracking),
                !cartons.contains(where: { $0.isSame(as: carton) })
            {
                cartons.append(carton)
            }
        }
        return cartons
    }

    private mutating func markPacked(_ number: String, from start: Int) {
        guard let packages = facts.fulfilments[number]?.packages else { return }
        for (id, shipment, _) in outcome.changes.packedShipments[start...] {
            guard let index = packages.firstIndex(where: { $0.id == id }) else { continue }
            facts.fulfilments[number]?.packages[index].shipment = shipment
        }
    }

    private mutating func setState(_ number: String, isFinal: Bool, short: Int64) {
        guard let known = facts.fulfilments[number] else { return }
        let isDone = known.allocations.allSatisfy { $0.shipped + $0.short >= $0.row.quantity }
        let isShort = known.allocations.contains { $0.short > 0 }
        let next: FulfilmentState = !isDone ? .partlyShipped : isShort ? .short : .shipped
        guard next != known.state else { return }
        outcome.changes.fulfilmentStates.append((known.row.id, next))
        facts.fulfilments[number]?.state = next
    }
}
