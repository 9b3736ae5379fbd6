import Canonical
import Diagnostics

extension ShipmentDock {
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
        let purpose = AdvicePurpose(header.stated(ShippingAdviceField.purpose))
        var told: [AdviceLine] = []
        var findings: [Diagnostic] = []
        for (index, line) in header[group: ShippingAdviceGroup.lines].enumerated() {
            if let refusal = read(line, ordinal: index + 1, purpose, into: &told, &findings) {
                return refusal
            }
        }
        let shipperNumber = ShipmentRules.shipperNumber(header.stated(ShippingAdviceField.number), number)
        let named = namedCartons(header)
        if let before = facts.knownShipments[shipperNumber] {
            let content = KnownShipment(
                drop: incoming.drop, units: units(of: told), cartons: Set(named.map(\.code)),
                carrierSCAC: header.stated(ShippingAdviceField.carrierScac),
                tracking: header.stated(ShippingAdviceField.tracking),
                billOfLading: header.stated(ShippingAdviceField.billOfLading))
            // What it shipped is booked: only what it says of the rest is looked at.
            let words = told.map { line in
                var line = line
                line.units = 0
                return line
            }
            return again(
                shipperNumber, before, content,
                closesMore: AdviceAccount(words, purpose, known, order).closesByWord, incoming.channel,
                at: header.source(ShippingAdviceField.number))
        }
        let account = AdviceAccount(told, purpose, known, order)
        if let (line, open) = account.over {
            return over(line.units, open: open, sku: line.sku, at: line.source, channel: incoming.channel)
        }
        if let held = reusedCarton(named, of: known.row.id, incoming.channel) { return held }
        findings += wrongNumbers(named)
        book(incoming, known, account, shipperNumber: shipperNumber)
        return RuleResult(.applied, findings: findings)
    }

    private func units(of told: [AdviceLine]) -> [ItemID: Int64] {
        var units: [ItemID: Int64] = [:]
        for line in told where line.units > 0 { units[line.item, default: 0] += line.units }
        return units
    }

    private func read(
        _ line: Record, ordinal: Int, _ purpose: AdvicePurpose, into told: inout [AdviceLine],
        _ findings: inout [Diagnostic]
    ) -> RuleResult? {
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
        let status = line.stated(AdviceLineField.status)
        let difference = StockUnits.of(
            line.decimal(AdviceLineField.difference) ?? .zero, unit: line.stated(AdviceLineField.unit),
            item: item)
        var missing: Int64 = 0
        if case .units(let units) = difference { missing = units }
        if status == "complete", missing != 0 {
            findings.append(
                Diagnostic(
                    "OMS.SHIP.DIFFERENCE", .warning, at: line.source(AdviceLineField.difference).location,
                    "line \(ordinal) is told as complete, and \(missing) of '\(item.sku)' are missing",
                    found: String(missing),
                    expected: "no difference, or a status that says what becomes of it",
                    remedy: "ask the warehouse which of the two it means"))
        }
        told.append(
            AdviceLine(
                item: item.id, sku: item.sku, units: units,
                lineNumber: line.stated(AdviceLineField.lineNumber),
                carton: ShippedCarton(
                    sscc: line.stated(AdviceLineField.sscc), tracking: line.stated(AdviceLineField.tracking)),
                rest: AdviceRest(status: status, difference: missing, purpose), source: source))
        return nil
    }

    // MARK: Booking

    private mutating func book(
        _ incoming: IncomingDocument, _ known: FulfilmentStateFacts, _ account: AdviceAccount,
        shipperNumber: String
    ) {
        let header = incoming.document.header
        let at = shippedAt(header)
        let order = known.row.order
        let lines = account.lines
        releaseFirst(known, at: at)
        var reasons: [Reason] = []
        let shipped = bookShipped(known, lines, at: at)
        let short = bookShort(known, account.shorts, at: at, &reasons)
        for (line, units) in shipped {
            reasons.append(
                Reason(
                    rule: "shipment.taken", subject: sku(line, of: order), verdict: .passed,
                    because: "\(units) shipped from \(known.location.code)"))
        }
        if !shipped.isEmpty {
            let id = appendShipment(incoming, known, shipperNumber: shipperNumber, at: at)
            let cartons = cartons(header)
            remember(
                shipperNumber,
                KnownShipment(
                    drop: incoming.drop,
                    carrierSCAC: header.stated(ShippingAdviceField.carrierScac),
                    tracking: header.stated(ShippingAdviceField.tracking),
                    billOfLading: header.stated(ShippingAdviceField.billOfLading)),
                lines.map { ($0.units, account.item(of: $0.line)) }, cartons: cartons)
            let (told, packed) = (outcome.changes.packages.count, outcome.changes.packedShipments.count)
            pack(
                lines, cartons: cartons, planned: known.packages.filter { $0.shipment == nil },
                perCarton: context.policy.packing[known.location.code]?.unitsPerCartonMax, shipment: id,
                fulfilment: known.row.id, tracking: header.stated(ShippingAdviceField.tracking))
            markPacked(known.row.number, told: told, planned: packed)
            conclude(order, shipment: id, shipped: shipped, location: known.location.code, supplier: nil)
        }
        setState(known.row.number)
        endOrder(order)
        let units = shipped.reduce(Int64(0)) { $0 + $1.units }
        var sentence = "\(units) shipped from \(known.location.code)"
        if short > 0 { sentence += ", \(short) short" }
        if account.unitsLeft > 0 { sentence += ", \(account.unitsLeft) still to come" }
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

    /// What the warehouse will not ship goes back to the back-orders; away where it says that it is cancelled, or the
    /// channel has none.
    private mutating func bookShort(
        _ known: FulfilmentStateFacts, _ shorts: [AdviceShort], at: Instant, _ reasons: inout [Reason]
    ) -> Int64 {
        let channel = facts.orders[known.row.order]?.row.channel ?? ""
        let policy = context.policy.channel(channel)
        var sum: Int64 = 0
        for short in shorts {
            guard let row = facts.fulfilments[known.row.number]?.allocations[short.index].row else {
                continue
            }
            sum += short.units
            let sku = sku(row.line, of: known.row.order)
            let isKept =
                !short.isCancelled && policy.allowsBackorders && !policy.unbackorderedSKUs.contains(sku)
            move(
                isKept ? .shortShip : .shortCancel, short.units, item: row.item, line: row.line,
                order: known.row.order,
                location: known.location.id, fulfilment: known.row.id, at: at)
            if isKept { outcome.changes.itemsToRelease.append(row.item) }
            facts.fulfilments[known.row.number]?.allocations[short.index].short += short.units
            let by = short.isCancelled ? "cancelled by the warehouse" : "cancelled"
            reasons.append(
                Reason(
                    rule: "shipment.short", subject: sku, verdict: isKept ? .kept : .refused,
                    because:
                        "\(short.units) of \(row.quantity) not shipped, \(isKept ? "back-ordered" : by)"))
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

    private mutating func setState(_ number: String) {
        guard let known = facts.fulfilments[number] else { return }
        let isDone = known.allocations.allSatisfy { $0.shipped + $0.short >= $0.row.quantity }
        let isShort = known.allocations.contains { $0.short > 0 }
        let next: FulfilmentState = !isDone ? .partlyShipped : isShort ? .short : .shipped
        guard next != known.state else { return }
        outcome.changes.fulfilmentStates.append((known.row.id, next))
        facts.fulfilments[number]?.state = next
    }
}
