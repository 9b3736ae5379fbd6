import Canonical

/// Writes shipments with their cartons, invoices, purchase orders.
struct PaperWriter {
    private let transaction: BookTransaction
    private let changes: BookChanges

    init(_ transaction: BookTransaction, _ changes: BookChanges) {
        self.transaction = transaction
        self.changes = changes
    }

    func write() throws {
        try writePackages()
        try writePacked()
        try writePurchaseOrders()
        try writeShipments()
        try writeInvoices()
    }

    /// A carton planned before is only told its shipment and tracking number.
    private func writePackages() throws {
        guard !changes.packages.isEmpty else { return }
        let packages = changes.packages.sorted(ifNeededBy: { $0.id < $1.id })
        var known: Set<Int64> = []
        try transaction.books.eachOf(
            packages.map(\.id.value), "SELECT id FROM package WHERE id IN (…)"
        ) { known.insert($0.int(0)) }
        let updates = try transaction.updates(.package)
        let inserts = try transaction.rows(.package)
        for row in packages {
            if known.contains(row.id.value) {
                updates.begin(row.id.value)
                updates.change(row.shipment?.value)
                updates.change(row.tracking)
                updates.change(row.ordinal)
                updates.change(row.count)
                try updates.update()
            } else {
                try inserts.begin(row.id.value)
                inserts.put(row.fulfilment?.value)
                inserts.put(row.sscc)
                inserts.change(row.shipment?.value)
                inserts.change(row.tracking)
                inserts.change(row.ordinal)
                inserts.change(row.count)
                try inserts.insert()
            }
        }
    }

    /// Cartons that left with a shipment.
    private func writePacked() throws {
        let updates = try transaction.updates(.package)
        for (package, shipment, tracking) in changes.packedShipments {
            let place = try transaction.books.first(
                "SELECT ordinal, carton_count FROM package WHERE id = ?", bind: { $0.bind(package.value) },
                { ($0.int(0), $0.int(1)) })
            guard let place else { throw LedgerError.invariant("package \(package) is not in the books") }
            updates.begin(package.value)
            updates.change(shipment.value)
            updates.change(tracking)
            updates.change(place.0)
            updates.change(place.1)
            try updates.update()
        }
    }

    private func writePurchaseOrders() throws {
        for row in changes.purchaseOrders.sorted(ifNeededBy: { $0.id < $1.id }) {
            let supplier = try transaction.word(row.supplier)
            let rows = try transaction.rows(.purchaseOrder)
            try rows.begin(row.id.value)
            rows.put(supplier)
            rows.put(row.order.value)
            rows.put(row.number)
            rows.put(Int64(row.orderedOn.dayNumber))
            rows.put(row.currency.description)
            rows.change(PurchaseOrderState.approved.position)
            try rows.insert()
        }
        let lines = changes.purchaseOrderLines.sorted(
            ifNeededBy: { ($0.purchaseOrder.value, $0.ordinal) < ($1.purchaseOrder.value, $1.ordinal) })
        for row in lines {
            let rows = try transaction.rows(.purchaseOrderLine)
            try rows.begin(row.purchaseOrder.value)
            rows.put(row.ordinal)
            rows.put(row.line.value)
            rows.put(row.item.value)
            rows.put(row.quantity)
            rows.put(row.unitCost.units)
            rows.put(Int64(row.unitCost.scale))
            rows.change(0)
            rows.change(0)
            try rows.insert()
        }
        for (order, to) in changes.purchaseOrderStates {
            try transaction.changePurchaseOrder(order.value, to: to)
        }
    }

    private func writeShipments() throws {
        for row in changes.shipments.sorted(ifNeededBy: { $0.id < $1.id }) {
            let shipper = try transaction.word(row.shipper)
            let rows = try transaction.rows(.shipment)
            try rows.begin(row.id.value)
            rows.put(row.order.value)
            rows.put(row.fulfilment?.value)
            rows.put(row.purchaseOrder?.value)
            rows.put(row.number)
            rows.put(row.shipperNumber)
            rows.put(shipper)
            rows.put(row.shippedAt.milliseconds)
            rows.put(row.carrierSCAC)
            rows.put(row.tracking)
            rows.put(row.billOfLading)
            rows.put(row.drop.value)
            try rows.insert()
        }
        guard !changes.shipmentLines.isEmpty else { return }
        var id = try transaction.nextKey("shipment_line")
        let rows = try transaction.rows(.shipmentLine)
        for row in changes.shipmentLines {
            try rows.begin(id)
            rows.put(row.shipment.value)
            rows.put(row.line.value)
            rows.put(row.package?.value)
            rows.put(row.quantity)
            try rows.insert()
            id += 1
        }
    }

    private func writeInvoices() throws {
        for row in changes.invoices.sorted(ifNeededBy: { $0.id < $1.id }) {
            let rows = try transaction.rows(.invoice)
            try rows.begin(row.id.value)
            rows.put(row.order.value)
            rows.put(row.shipment.value)
            rows.put(row.number)
            rows.put(Int64(row.invoicedOn.dayNumber))
            rows.put(row.dueOn.map { Int64($0.dayNumber) })
            rows.put(row.currency.description)
            for minor in [
                row.goodsMinor, row.allowancesMinor, row.chargesMinor, row.taxMinor, row.totalMinor,
            ] {
                rows.put(minor)
            }
            try rows.insert()
        }
        guard !changes.invoiceLines.isEmpty else { return }
        var id = try transaction.nextKey("invoice_line")
        let rows = try transaction.rows(.invoiceLine)
        for row in changes.invoiceLines {
            try rows.begin(id)
            rows.put(row.invoice.value)
            rows.put(row.line.value)
            rows.put(row.quantity)
            rows.put(row.unitPrice.units)
            rows.put(Int64(row.unitPrice.scale))
            rows.put(row.amountMinor)
            try rows.insert()
            id += 1
        }
    }
}

extension BookTransaction {
    func changePurchaseOrder(_ id: Int64, to state: PurchaseOrderState) throws {
        let rows = try updates(.purchaseOrder)
        rows.begin(id)
        rows.change(state.position)
        try rows.update()
        guard books.changedCount == 1 else {
            throw LedgerError.invariant("purchase order \(id) is not in the books")
        }
    }
}
