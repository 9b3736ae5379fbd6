import Canonical
import Diagnostics

extension Books {
    static let orderColumns = """
        o.id, o.channel, o.partner, o.number, o.content_digest, o.currency, o.goods, o.total, o.ordered_on,
        o.ship_on, o.cancel_after, o.lifecycle, o.drop_id, o.span_offset, o.span_length
        """

    /// - Parameter document: the column of the document in `row`; nil where it was not asked for.
    func order(_ row: RowView, document: CInt?) throws -> OrderRow {
        OrderRow(
            id: OrderID(row.int(0)), channel: try word(row.int(1)), partner: try word(row.int(2)),
            number: row.text(3), contentDigest: row.blob(4), currency: try currency(word(row.int(5))),
            goodsMinor: row.int(6), totalMinor: row.int(7),
            orderedOn: try row.optional(8).map { try date($0) },
            requestedShipOn: try row.optional(9).map { try date($0) },
            cancelAfter: try row.optional(10).map { try date($0) },
            lifecycle: try enumerated(row.int(11), "order \(row.int(0))"), drop: DropID(row.int(12)),
            span: SourceRange(offset: row.int(13), length: Int32(clamping: row.int(14))),
            document: document.map { row.blob($0) } ?? [])
    }

    /// Orders with lines, buckets, open holds and what was invoiced, in the order of `ids`; unknown ones left out.
    func orderStates(_ ids: [OrderID]) throws -> [OrderState] {
        let keys = ids.map(\.value)
        var states: [OrderID: OrderState] = [:]
        try eachOf(
            keys,
            """
            SELECT \(Self.orderColumns), d.document FROM orders o JOIN order_document d ON d.order_id = o.id
            WHERE o.id IN (…)
            """
        ) {
            let order = try order($0, document: 15)
            states[order.id] = OrderState(row: order, lines: [], holds: [])
        }
        // CROSS JOIN: orders first. Else the planner, which counts no rows, walks all lines there are.
        try eachOf(
            keys,
            """
            SELECT l.id, l.order_id, l.ordinal, l.line_number, l.item, l.sku, l.ordered, l.price_units,
              l.price_scale, l.amount, l.open, l.backordered, l.preordered, l.reserved, l.released, l.shipped,
              l.cancelled, l.invoiced
            FROM orders o CROSS JOIN line l ON l.id BETWEEN o.first_line AND o.last_line AND l.order_id = o.id
            WHERE o.id IN (…) ORDER BY l.order_id, l.ordinal
            """
        ) {
            let line = try lineState($0)
            states[line.row.order]?.lines.append(line)
        }
        try holds(keys) { hold in states[hold.order]?.holds.append(hold) }
        try eachOf(
            keys,
            """
            SELECT order_id, sum(charges), sum(allowances), sum(tax) FROM invoice WHERE order_id IN (…)
            GROUP BY order_id
            """
        ) {
            let id = OrderID($0.int(0))
            states[id]?.invoicedChargesMinor = $0.int(1)
            states[id]?.invoicedAllowancesMinor = $0.int(2)
            states[id]?.invoicedTaxMinor = $0.int(3)
        }
        return ids.compactMap { states[$0] }
    }

    private func lineState(_ row: RowView) throws -> LineState {
        let line = OrderLineRow(
            id: LineID(row.int(0)), order: OrderID(row.int(1)), ordinal: row.count(2),
            lineNumber: row.text(3),
            item: row.optional(4).map { ItemID($0) }, sku: row.text(5), ordered: row.int(6),
            unitPrice: try requiredDecimal(row, 7), amountMinor: row.int(9))
        return LineState(row: line, buckets: (10...16).map { row.int($0) }, invoiced: row.int(17))
    }

    /// Open holds, in the order in which they were set.
    private func holds(_ orders: [Int64], _ body: (HoldRow) -> Void) throws {
        try eachOf(
            orders,
            """
            SELECT order_id, line, code, reason FROM hold WHERE order_id IN (…) AND released_txn IS NULL
            ORDER BY id
            """
        ) { row in
            body(
                HoldRow(
                    order: OrderID(row.int(0)), line: row.optional(1).map { LineID($0) },
                    code: DiagnosticCode(rawValue: try word(row.int(2))), reason: row.text(3)))
        }
    }

    // MARK: Fulfilments

    /// Fulfilments in the order of `ids`; unknown ones left out.
    func fulfilments(_ ids: [FulfilmentID]) throws -> [FulfilmentStateFacts] {
        let keys = ids.map(\.value)
        let locations = Dictionary(uniqueKeysWithValues: try locations().map { ($0.id, $0) })
        var found: [FulfilmentID: FulfilmentStateFacts] = [:]
        try eachOf(
            keys, "SELECT id, order_id, location, number, state FROM fulfilment WHERE id IN (…)"
        ) { row in
            let fulfilment = FulfilmentRow(
                id: FulfilmentID(row.int(0)), order: OrderID(row.int(1)), location: LocationID(row.int(2)),
                number: row.text(3))
            guard let location = locations[fulfilment.location] else {
                throw LedgerError.corrupt(
                    connection.path, "location \(fulfilment.location) of a fulfilment is missing")
            }
            found[fulfilment.id] = FulfilmentStateFacts(
                row: fulfilment, state: try enumerated(row.int(4), "fulfilment"), location: location,
                allocations: [], packages: [])
        }
        try eachOf(
            keys,
            """
            SELECT fulfilment, line, item, quantity, shipped, short FROM allocation WHERE fulfilment IN (…)
            ORDER BY fulfilment, line
            """
        ) { row in
            let allocation = AllocationRow(
                fulfilment: FulfilmentID(row.int(0)), line: LineID(row.int(1)), item: ItemID(row.int(2)),
                quantity: row.int(3))
            found[allocation.fulfilment]?.allocations.append((allocation, row.int(4), row.int(5)))
        }
        try packages(keys, "fulfilment") { package in
            if let owner = package.fulfilment { found[owner]?.packages.append(package) }
        }
        return ids.compactMap { found[$0] }
    }

    /// Cartons of these fulfilments or shipments, in order.
    private func packages(_ owners: [Int64], _ column: String, _ body: (PackageRow) -> Void) throws {
        try eachOf(
            owners,
            """
            SELECT id, fulfilment, shipment, sscc, tracking, ordinal, carton_count FROM package
            WHERE \(column) IN (…) ORDER BY ordinal, id
            """
        ) { body(package($0)) }
    }

    // MARK: Papers

    /// Shipments in the order of `ids`; unknown ones left out.
    func shipments(_ ids: [ShipmentID]) throws -> [ShipmentDetail] {
        let keys = ids.map(\.value)
        let locations = Dictionary(uniqueKeysWithValues: try locations().map { ($0.id, $0) })
        var found: [ShipmentID: ShipmentDetail] = [:]
        try eachOf(
            keys,
            """
            SELECT s.id, s.order_id, s.fulfilment, s.purchase_order, s.number, s.shipper_number, s.shipper,
              s.shipped_at, s.carrier_scac, s.tracking, s.bill_of_lading, s.drop_id, f.location,
              coalesce(f.number, p.number)
            FROM shipment s LEFT JOIN fulfilment f ON f.id = s.fulfilment
              LEFT JOIN purchase_order p ON p.id = s.purchase_order
            WHERE s.id IN (…)
            """
        ) { row in
            let shipment = ShipmentRow(
                id: ShipmentID(row.int(0)), order: OrderID(row.int(1)),
                fulfilment: row.optional(2).map { FulfilmentID($0) },
                purchaseOrder: row.optional(3).map { PurchaseOrderID($0) }, number: row.text(4),
                shipperNumber: row.text(5), shipper: try word(row.int(6)),
                shippedAt: Instant(milliseconds: row.int(7)), carrierSCAC: row.optionalText(8),
                tracking: row.optionalText(9), billOfLading: row.optionalText(10), drop: DropID(row.int(11)))
            found[shipment.id] = ShipmentDetail(
                row: shipment, lines: [], packages: [],
                location: row.optional(12).flatMap { locations[LocationID($0)] },
                fulfilmentNumber: row.optionalText(13))
        }
        try eachOf(
            keys,
            "SELECT shipment, line, package, quantity FROM shipment_line WHERE shipment IN (…) ORDER BY id"
        ) { row in
            found[ShipmentID(row.int(0))]?.lines.append(
                ShipmentLineRow(
                    shipment: ShipmentID(row.int(0)), line: LineID(row.int(1)),
                    package: row.optional(2).map { PackageID($0) }, quantity: row.int(3)))
        }
        try packages(keys, "shipment") { package in
            if let owner = package.shipment { found[owner]?.packages.append(package) }
        }
        return ids.compactMap { found[$0] }
    }

    func invoices(_ ids: [InvoiceID]) throws -> [InvoiceDetail] {
        let keys = ids.map(\.value)
        var found: [InvoiceID: InvoiceDetail] = [:]
        try eachOf(
            keys,
            """
            SELECT id, order_id, shipment, number, invoiced_on, due_on, currency, goods, allowances, charges,
              tax, total FROM invoice WHERE id IN (…)
            """
        ) { row in
            let invoice = InvoiceRow(
                id: InvoiceID(row.int(0)), order: OrderID(row.int(1)), shipment: ShipmentID(row.int(2)),
                number: row.text(3), invoicedOn: try date(row.int(4)),
                dueOn: try row.optional(5).map { try date($0) }, currency: try currency(row.text(6)),
                goodsMinor: row.int(7), allowancesMinor: row.int(8), chargesMinor: row.int(9),
                taxMinor: row.int(10), totalMinor: row.int(11))
            found[invoice.id] = InvoiceDetail(row: invoice, lines: [])
        }
        try eachOf(
            keys,
            """
            SELECT invoice, line, quantity, price_units, price_scale, amount FROM invoice_line
            WHERE invoice IN (…) ORDER BY id
            """
        ) { row in
            found[InvoiceID(row.int(0))]?.lines.append(
                InvoiceLineRow(
                    invoice: InvoiceID(row.int(0)), line: LineID(row.int(1)), quantity: row.int(2),
                    unitPrice: try requiredDecimal(row, 3), amountMinor: row.int(5)))
        }
        return ids.compactMap { found[$0] }
    }

    func purchaseOrders(_ ids: [PurchaseOrderID]) throws -> [PurchaseOrderFacts] {
        let keys = ids.map(\.value)
        var found: [PurchaseOrderID: PurchaseOrderFacts] = [:]
        try eachOf(
            keys,
            """
            SELECT id, supplier, order_id, number, ordered_on, currency, state FROM purchase_order
            WHERE id IN (…)
            """
        ) { row in
            let order = PurchaseOrderRow(
                id: PurchaseOrderID(row.int(0)), supplier: try word(row.int(1)), order: OrderID(row.int(2)),
                number: row.text(3), orderedOn: try date(row.int(4)), currency: try currency(row.text(5)))
            found[order.id] = PurchaseOrderFacts(
                row: order, state: try enumerated(row.int(6), "purchase order"), lines: [])
        }
        try eachOf(
            keys,
            """
            SELECT purchase_order, ordinal, line, item, quantity, cost_units, cost_scale, shipped, refused
            FROM purchase_order_line WHERE purchase_order IN (…) ORDER BY purchase_order, ordinal
            """
        ) { row in
            let line = PurchaseOrderLineRow(
                purchaseOrder: PurchaseOrderID(row.int(0)), ordinal: row.count(1), line: LineID(row.int(2)),
                item: ItemID(row.int(3)), quantity: row.int(4), unitCost: try requiredDecimal(row, 5))
            found[line.purchaseOrder]?.lines.append((line, row.int(7), row.int(8)))
        }
        return ids.compactMap { found[$0] }
    }
}
