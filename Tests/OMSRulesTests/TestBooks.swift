import Canonical
import OMSRules

/// The books in memory: what the ledger makes of changes, as far as the rules see it. It checks the invariants while
/// it folds.
struct TestBooks {
    var ids = IdentifierSequence()
    var items: [ItemID: ItemRow] = [:]
    var locations: [LocationRow] = []
    var stock: [ItemID: [LocationID: StockPosition]] = [:]
    var orders: [OrderID: OrderState] = [:]
    var fulfilments: [FulfilmentID: FulfilmentStateFacts] = [:]
    var purchases: [PurchaseOrderID: PurchaseOrderFacts] = [:]
    var shipments: [ShipmentRow] = []
    var shipmentLines: [ShipmentLineRow] = []
    var invoices: [InvoiceRow] = []
    var invoiceLines: [InvoiceLineRow] = []
    var packages: [PackageID: PackageRow] = [:]
    var events: [BusinessEvent] = []
    private var lineOrders: [LineID: OrderID] = [:]
    /// What broke; empty is good.
    var faults: [String] = []

    init(_ facts: OrderFacts) {
        locations = facts.locations
        for item in facts.items.values { items[item.id] = item }
        for (item, positions) in facts.positions {
            for position in positions { stock[item, default: [:]][position.location] = position }
        }
    }

    mutating func apply(_ changes: BookChanges) {
        ids = changes.identifiers
        for row in changes.orders { orders[row.id] = OrderState(row: row, lines: [], holds: []) }
        for row in changes.lines {
            var buckets = [Int64](repeating: 0, count: LineBucket.allCases.count)
            buckets[LineBucket.open.rawValue] = row.ordered
            lineOrders[row.id] = row.order
            orders[row.order]?.lines.append(LineState(row: row, buckets: buckets, invoiced: 0))
        }
        for hold in changes.holds { orders[hold.order]?.holds.append(hold) }
        for release in changes.holdReleases {
            orders[release.order]?.holds.removeAll { $0.code == release.code }
        }
        for (line, item, sku) in changes.lineItems {
            change(line) {
                $0.row.item = item
                $0.row.sku = sku
            }
        }
        for (line, ordered, price, amount) in changes.lineTerms {
            change(line) {
                $0[.open] += ordered - $0.row.ordered
                $0.row.ordered = ordered
                $0.row.unitPrice = price
                $0.row.amountMinor = amount
            }
        }
        for (order, goods, total) in changes.orderTotals {
            orders[order]?.row.goodsMinor = goods
            orders[order]?.row.totalMinor = total
        }
        for (order, lifecycle) in changes.lifecycles { orders[order]?.row.lifecycle = lifecycle }
        applyWork(changes)
        for movement in changes.movements { apply(movement) }
        applyShipments(changes)
        events += changes.events
        check()
    }

    private mutating func applyWork(_ changes: BookChanges) {
        for row in changes.fulfilments {
            guard let location = locations.first(where: { $0.id == row.location }) else { continue }
            fulfilments[row.id] = FulfilmentStateFacts(
                row: row, state: .planned, location: location, allocations: [], packages: [])
        }
        for row in changes.allocations { fulfilments[row.fulfilment]?.allocations.append((row, 0, 0)) }
        for row in changes.packages {
            packages[row.id] = row
            if let id = row.fulfilment, row.shipment == nil { fulfilments[id]?.packages.append(row) }
        }
        for (package, shipment, tracking) in changes.packedShipments {
            packages[package]?.shipment = shipment
            packages[package]?.tracking = tracking
            guard let id = packages[package]?.fulfilment, let row = packages[package],
                let index = fulfilments[id]?.packages.firstIndex(where: { $0.id == package })
            else { continue }
            fulfilments[id]?.packages[index] = row
        }
        for row in changes.purchaseOrders {
            purchases[row.id] = PurchaseOrderFacts(row: row, state: .approved, lines: [])
        }
        for row in changes.purchaseOrderLines { purchases[row.purchaseOrder]?.lines.append((row, 0, 0)) }
        for (id, state) in changes.purchaseOrderStates { purchases[id]?.state = state }
        for (id, state) in changes.fulfilmentStates { fulfilments[id]?.state = state }
    }

    private mutating func applyShipments(_ changes: BookChanges) {
        shipments += changes.shipments
        shipmentLines += changes.shipmentLines
        invoices += changes.invoices
        invoiceLines += changes.invoiceLines
        for row in changes.invoices {
            orders[row.order]?.invoicedAllowancesMinor += row.allowancesMinor
            orders[row.order]?.invoicedChargesMinor += row.chargesMinor
            orders[row.order]?.invoicedTaxMinor += row.taxMinor
        }
        for row in changes.invoiceLines { change(row.line) { $0.invoiced += row.quantity } }
    }

    private mutating func change(_ line: LineID, _ body: (inout LineState) -> Void) {
        guard let id = lineOrders[line],
            let index = orders[id]?.lines.firstIndex(where: { $0.row.id == line }),
            var state = orders[id]?.lines[index]
        else { return }
        body(&state)
        orders[id]?.lines[index] = state
    }

    private mutating func apply(_ movement: Movement) {
        let units = movement.quantity
        if units <= 0 { faults.append("movement of \(units)") }
        if let (from, to) = movement.kind.buckets, let line = movement.line {
            change(line) {
                $0[from] -= units
                $0[to] += units
            }
        }
        if let (from, to) = movement.kind.accounts, let location = movement.location {
            var position =
                stock[movement.item]?[location]
                ?? StockPosition(location: location, available: 0, reserved: 0)
            if from == .available { position.available -= units }
            if to == .available { position.available += units }
            if from == .reserved { position.reserved -= units }
            if to == .reserved { position.reserved += units }
            stock[movement.item, default: [:]][location] = position
        }
        count(movement)
    }

    /// What allocations and purchase order lines have behind them.
    private mutating func count(_ movement: Movement) {
        if let id = movement.fulfilment, let line = movement.line,
            let index = fulfilments[id]?.allocations.firstIndex(where: { $0.row.line == line })
        {
            switch movement.kind {
            case .ship: fulfilments[id]?.allocations[index].shipped += movement.quantity
            case .shortShip, .shortCancel, .displace:
                fulfilments[id]?.allocations[index].short += movement.quantity
            case .release: if fulfilments[id]?.state == .planned { fulfilments[id]?.state = .released }
            default: break
            }
        }
        if let id = movement.purchaseOrder, let line = movement.line,
            let index = purchases[id]?.lines.firstIndex(where: { $0.row.line == line })
        {
            switch movement.kind {
            case .shipDirect: purchases[id]?.lines[index].shipped += movement.quantity
            case .supplierRefused: purchases[id]?.lines[index].refused += movement.quantity
            default: break
            }
        }
    }

    /// I2, I4, I5 and `invoiced <= shipped`.
    private mutating func check() {
        var promised: [ItemID: [LocationID: Int64]] = [:]
        for fulfilment in fulfilments.values {
            for (row, shipped, short) in fulfilment.allocations {
                promised[row.item, default: [:]][fulfilment.row.location, default: 0] +=
                    row.quantity - shipped - short
            }
        }
        for (item, positions) in stock {
            for (location, position) in positions {
                if position.available < 0 || position.reserved < 0 {
                    faults.append("stock of \(item) below zero")
                }
                if position.reserved != promised[item]?[location] ?? 0 {
                    faults.append("reserved of \(item)")
                }
            }
        }
        for order in orders.values {
            for line in order.lines {
                if line.buckets.contains(where: { $0 < 0 }) {
                    faults.append("bucket of \(line.row.id) below zero")
                }
                if line.buckets.reduce(0, +) != line.row.ordered {
                    faults.append("buckets of \(line.row.id)")
                }
                if line.invoiced > line[.shipped] { faults.append("invoiced of \(line.row.id)") }
            }
        }
    }

    // MARK: Facts

    var orderFacts: OrderFacts {
        var facts = OrderFacts()
        facts.locations = locations.filter(\.isActive)
        for item in items.values {
            facts.items[.sku(item.sku)] = item
            if let gtin = item.gtin { facts.items[.gtin(gtin)] = item }
            facts.positions[item.id] = (stock[item.id] ?? [:]).values.sorted { $0.location < $1.location }
        }
        for order in orders.values {
            facts.existing[order.row.number] = ExistingOrder(
                id: order.row.id, contentDigest: order.row.contentDigest, drop: order.row.drop,
                openHolds: order.holds.map(\.code),
                isOver: order.row.lifecycle == .complete || order.row.lifecycle == .cancelled)
        }
        return facts
    }

    var shipmentFacts: ShipmentFacts {
        var facts = ShipmentFacts()
        for fulfilment in fulfilments.values { facts.fulfilments[fulfilment.row.number] = fulfilment }
        for purchase in purchases.values { facts.purchaseOrders[purchase.row.number] = purchase }
        facts.orders = orders
        facts.items = items
        facts.itemKeys = orderFacts.items
        for row in shipments {
            var known = KnownShipment(
                drop: row.drop, carrierSCAC: row.carrierSCAC, tracking: row.tracking,
                billOfLading: row.billOfLading)
            for line in shipmentLines where line.shipment == row.id {
                let item = orders[row.order]?.lines.first { $0.row.id == line.line }?.row.item
                if let item { known.units[item, default: 0] += line.quantity }
            }
            known.cartons = Set(packages.values.filter { $0.shipment == row.id }.compactMap(\.sscc))
            facts.knownShipments[row.shipperNumber] = known
        }
        for package in packages.values { if let code = package.sscc { facts.cartons[code] = package } }
        return facts
    }

    var sortedOrders: [OrderState] { orders.values.sorted { $0.row.id < $1.row.id } }

    /// Writes the shipping orders of all planned fulfilments.
    mutating func releaseAll() {
        var changes = BookChanges(identifiers: ids)
        for fulfilment in fulfilments.values.sorted(by: { $0.row.id < $1.row.id })
        where fulfilment.state == .planned {
            for (row, _, _) in fulfilment.allocations {
                changes.movements.append(
                    Movement(
                        .release, item: row.item, line: row.line, fulfilment: row.fulfilment,
                        quantity: row.quantity, effectiveAt: testNow))
            }
        }
        apply(changes)
    }
}
