public import Canonical
import Diagnostics

/// Takes over what warehouses and suppliers say they shipped, and invoices it.
public enum ShipmentRules {
    /// What `LedgerStore.shipmentFacts` is to be asked for; numbers in document order, each once.
    public struct Wanted: Sendable, Hashable {
        /// As `ShipmentRow.shipperNumber` holds them: the shipper's number, a slash, our number.
        public var shipperNumbers: [String] = []
        /// Our shipping order numbers.
        public var fulfilments: [String] = []
        /// Our purchase order numbers.
        public var purchaseOrders: [String] = []
        /// Every key that a line names.
        public var items: Set<ItemKey> = []
        /// SSCCs of the cartons.
        public var cartons: [String] = []

        /// Asks for nothing.
        public init() {}
    }

    /// What facts these shipping advices and ship notices need.
    public static func wanted(by documents: [CanonicalDocument]) -> Wanted {
        var wanted = Wanted()
        var seen: Set<String> = []
        func ask(_ ours: String?, shipper: String?, _ list: WritableKeyPath<Wanted, [String]>) {
            guard let ours else { return }
            if seen.insert(ours).inserted { wanted[keyPath: list].append(ours) }
            let number = shipperNumber(shipper, ours)
            if seen.insert("/" + number).inserted { wanted.shipperNumbers.append(number) }
        }
        func ask(carton: String?) {
            guard let carton, seen.insert("=" + carton).inserted else { return }
            wanted.cartons.append(carton)
        }
        for document in documents {
            let header = document.header
            if document.kind == .shippingAdvice {
                for package in header[group: ShippingAdviceGroup.packages] {
                    ask(carton: package.stated(AdvicePackageField.sscc))
                }
                ask(
                    header.stated(ShippingAdviceField.shippingOrderNumber),
                    shipper: header.stated(ShippingAdviceField.number), \.fulfilments)
                for line in header[group: ShippingAdviceGroup.lines] {
                    wanted.items.formUnion(NamedItem(advice: line).keys)
                    ask(carton: line.stated(AdviceLineField.sscc))
                }
            } else if document.kind == .shipNotice {
                for order in header[group: ShipNoticeGroup.orders] {
                    ask(
                        order.stated(NoticeOrderField.number), shipper: header.stated(ShipNoticeField.number),
                        \.purchaseOrders)
                    for package in order[group: NoticeOrderGroup.packages] {
                        ask(carton: package.stated(NoticePackageField.sscc))
                        for item in package[group: NoticePackageGroup.items] {
                            wanted.items.formUnion(NamedItem(notice: item).keys)
                        }
                    }
                }
            }
        }
        return wanted
    }

    /// One number for a shipper's shipment against one paper of ours: a truck with goods of several orders has one
    /// number, and each order its own shipment.
    static func shipperNumber(_ given: String?, _ ours: String) -> String {
        guard let given, given != ours else { return ours }
        return given + "/" + ours
    }

    /// Applies shipping advices (945, CSV) against fulfilments and ship notices (856) against purchase orders.
    ///
    /// - Parameter items: documents of the kinds `shippingAdvice` and `shipNotice` from one shipper, in order.
    /// - Parameter facts: what `wanted(by:)` asked for; it follows what is applied.
    /// - Returns: `applied`, `noEffect` (the same shipment again), `documentHeld` (it contradicts what is known of its
    ///   number or cartons), or `refused`: a document is taken whole or not at all.
    public static func apply(
        _ items: [IncomingDocument], facts: inout ShipmentFacts, identifiers: IdentifierSequence,
        context: RuleContext
    ) -> RuleOutcome {
        var dock = ShipmentDock(facts: facts, identifiers: identifiers, context: context)
        facts = ShipmentFacts()
        for item in items {
            let result: RuleResult
            switch item.document.kind {
            case .shippingAdvice: result = dock.takeAdvice(item)
            case .shipNotice: result = dock.takeNotice(item)
            default: result = .unexpected(item.document)
            }
            dock.outcome.results.append(result)
        }
        dock.outcome.changes.itemsToRelease = Array(Set(dock.outcome.changes.itemsToRelease)).sorted()
        facts = dock.facts
        return dock.outcome
    }
}

/// What a paper says left, before it is compared with ours.
struct ShippedLine {
    var units: Int64
    /// The carton it is in, where the paper says.
    var carton: ShippedCarton?
    var line: LineID
}

/// A carton that a paper names: by its SSCC, else by its tracking number.
struct ShippedCarton: Equatable {
    var sscc: String?
    var tracking: String?

    /// Nil where the paper names neither.
    init?(sscc: String?, tracking: String?) {
        if sscc == nil, tracking == nil { return nil }
        self.sscc = sscc
        self.tracking = tracking
    }

    /// What tells it from others.
    var key: String { sscc ?? "/" + (tracking ?? "") }

    /// The cartons, each once.
    static func distinct(_ cartons: [ShippedCarton]) -> [ShippedCarton] {
        var seen: Set<String> = []
        return cartons.filter { seen.insert($0.key).inserted }
    }
}

/// The state that a batch of shipments shares.
struct ShipmentDock {
    let context: RuleContext
    var facts: ShipmentFacts
    var outcome: RuleOutcome
    /// How SSCCs begin that we give out.
    let ourPrefixes: [String]

    init(facts: ShipmentFacts, identifiers: IdentifierSequence, context: RuleContext) {
        self.context = context
        self.facts = facts
        ourPrefixes = Set(context.policy.packing.values.map { "\($0.extensionDigit)\($0.companyPrefix)" })
            .sorted()
        outcome = RuleOutcome(identifiers: identifiers)
    }

    func refused(
        _ code: DiagnosticCode, at source: SourceRange, _ message: String, found: String? = nil,
        expected: String,
        remedy: String
    ) -> RuleResult {
        let finding = Diagnostic(
            code, at: source.location, message, found: found.map { String($0.prefix(40)) },
            expected: expected,
            remedy: remedy)
        return RuleResult(.refused, findings: [finding])
    }

    func repeated(_ number: String, at source: SourceRange) -> RuleResult {
        let finding = Diagnostic(
            "DUP.SHIPMENT", .warning, at: source.location, "shipment \(number) already taken over",
            found: number,
            expected: "each shipment once", remedy: "nothing to do: the repeat has no effect")
        return RuleResult(.noEffect, findings: [finding])
    }

    func over(
        _ shipped: Int64, open: Int64, sku: String, at source: SourceRange, channel: String
    ) -> RuleResult {
        var result = refused(
            "OMS.SHIP.OVER", at: source, "shipped \(shipped) > open \(open) of '\(sku)'",
            found: String(shipped),
            expected: "at most \(open)", remedy: "ask the shipper what really left; the stock is as it was")
        if context.policy.channel(channel).holdsOverShipped { result.verdict = .documentHeld }
        return result
    }

    // MARK: Moving

    /// Moves units of a line between buckets in the facts and writes the movement.
    mutating func move(
        _ kind: MovementKind, _ units: Int64, item: ItemID, line: LineID, order: OrderID,
        location: LocationID? = nil, fulfilment: FulfilmentID? = nil, purchaseOrder: PurchaseOrderID? = nil,
        at: Instant
    ) {
        outcome.changes.movements.append(
            Movement(
                kind, item: item, location: location, line: line, fulfilment: fulfilment,
                purchaseOrder: purchaseOrder, quantity: units, effectiveAt: at))
        guard let (from, to) = kind.buckets,
            let index = facts.orders[order]?.lines.firstIndex(where: { $0.row.id == line })
        else { return }
        facts.orders[order]?.lines[index][from] -= units
        facts.orders[order]?.lines[index][to] += units
    }

    /// Writes the cartons of a shipment and says which line is in which.
    ///
    /// - Shape: cartons with an SSCC that the paper names win over ours; a line without a carton is in the only one
    ///   there is, or in none where there are several and nobody knows. Ours were planned full, one after the other, and
    ///   are filled so; tracking numbers of the paper go to them in order where there are as many.
    mutating func pack(
        _ lines: [ShippedLine], cartons: [ShippedCarton], planned: [PackageRow], perCarton: Int64?,
        shipment: ShipmentID, fulfilment: FulfilmentID?, tracking: String?
    ) {
        if !cartons.contains(where: { $0.sscc != nil }), !planned.isEmpty, let perCarton {
            let units = lines.reduce(Int64(0)) { $0 + $1.units }
            let used = Array(planned.prefix(Int((units - 1) / perCarton + 1)))
            for (position, package) in used.enumerated() {
                let given = cartons.count == used.count ? cartons[position] : cartons.first
                outcome.changes.packedShipments.append(
                    (package.id, shipment, given?.tracking ?? tracking ?? package.tracking))
            }
            return fill(used.map(\.id), perCarton: perCarton, with: lines, shipment: shipment)
        }
        var ids: [PackageID] = []
        var plannedByCode: [String: PackageRow] = [:]
        for package in planned { if let code = package.sscc { plannedByCode[code] = package } }
        var positions: [String: Int] = [:]
        for (position, carton) in cartons.enumerated() {
            positions[carton.key] = position
            if let code = carton.sscc, let ours = plannedByCode[code] {
                ids.append(ours.id)
                outcome.changes.packedShipments.append((ours.id, shipment, carton.tracking ?? tracking))
                continue
            }
            leaveOut(carton.sscc)
            let id: PackageID = outcome.changes.identifiers.next(\.package)
            ids.append(id)
            outcome.changes.packages.append(
                PackageRow(
                    id: id, fulfilment: fulfilment, shipment: shipment, sscc: carton.sscc,
                    tracking: carton.tracking ?? tracking, ordinal: position + 1, count: cartons.count))
        }
        for line in lines {
            var package = ids.count == 1 ? ids[0] : nil
            if let carton = line.carton, let index = positions[carton.key] {
                package = ids[index]
            }
            appendLine(line.line, package, line.units, shipment)
        }
    }

    private mutating func fill(
        _ ids: [PackageID], perCarton: Int64, with lines: [ShippedLine], shipment: ShipmentID
    ) {
        var carton = 0
        var room = perCarton
        for line in lines {
            var rest = line.units
            while rest > 0 {
                // What does not fit into the cartons that we planned rides in the last.
                let units = carton >= ids.count - 1 ? rest : min(rest, room)
                appendLine(line.line, ids[min(carton, ids.count - 1)], units, shipment)
                rest -= units
                room -= units
                if room <= 0, carton < ids.count - 1 {
                    carton += 1
                    room = perCarton
                }
            }
        }
    }

    /// Adds units of a line in a carton, to the row for the same two where there is one.
    private mutating func appendLine(
        _ line: LineID, _ package: PackageID?, _ units: Int64, _ shipment: ShipmentID
    ) {
        var index = outcome.changes.shipmentLines.count - 1
        while index >= 0, outcome.changes.shipmentLines[index].shipment == shipment {
            let row = outcome.changes.shipmentLines[index]
            if row.line == line, row.package == package {
                outcome.changes.shipmentLines[index].quantity += units
                return
            }
            index -= 1
        }
        outcome.changes.shipmentLines.append(
            ShipmentLineRow(shipment: shipment, line: line, package: package, quantity: units))
    }

    // MARK: Closing

    /// Invoices the shipment where its channel does, tells the partner, and ends the order when nothing is left.
    mutating func conclude(
        _ order: OrderID, shipment: ShipmentID, shipped: [(line: LineID, units: Int64)], location: String?,
        supplier: String?
    ) {
        guard var state = facts.orders[order] else { return }
        outcome.changes.events.append(
            BusinessEvent(
                .shipmentConfirmed, subject: shipment.value, orderPartner: state.row.partner,
                orderChannel: state.row.channel, location: location, supplier: supplier))
        if context.policy.channel(state.row.channel).invoicesOnShipment {
            let event = Invoicing.invoice(
                shipped, of: shipment, order: &state, location: location, supplier: supplier,
                changes: &outcome.changes, context: context)
            outcome.changes.events.append(event)
        }
        facts.orders[order] = state
    }

    /// The order is complete when every unit is shipped or cancelled, and cancelled when none was shipped.
    mutating func endOrder(_ order: OrderID) {
        guard let state = facts.orders[order] else { return }
        let row = state.row
        var next = OrderLifecycle.inProgress
        if state.lines.allSatisfy({ $0[.shipped] + $0[.cancelled] == $0.row.ordered }) {
            next = state.lines.contains { $0[.shipped] > 0 } ? .complete : .cancelled
        }
        guard next != row.lifecycle else { return }
        outcome.changes.lifecycles.append((order, next))
        facts.orders[order]?.row.lifecycle = next
    }

    mutating func decide(_ order: OrderID, _ sentence: String, _ reasons: [Reason]) {
        outcome.changes.decisions.append(
            DecisionRow(order: order, occasion: "shipment", outcome: sentence, reasons: reasons))
    }
}
