public import Canonical
import Diagnostics

extension SQLiteLedger {
    /// Applied interchanges between the same two with one of these ISA13; quarantined ones and repeats are
    /// not known.
    public func knownInterchanges(
        senderQualifier: String, sender: String, receiverQualifier: String, receiver: String,
        controls: [String]
    ) throws(LedgerError) -> [(control: String, drop: DropID, digest: [UInt8])] {
        try connection.read { books in
            var known: [(control: String, drop: DropID, digest: [UInt8])] = []
            try books.eachOf(
                Set(controls).sorted(),
                """
                SELECT control, drop_id, digest FROM interchange WHERE sender_qualifier = ? AND sender = ?
                  AND receiver_qualifier = ? AND receiver = ? AND fate = 0 AND control IN (…)
                ORDER BY id
                """,
                before: {
                    for text in [senderQualifier, sender, receiverQualifier, receiver] { $0.bind(text) }
                }, bind: { $0.bind($1) }
            ) { known.append(($0.text(0), DropID($0.int(1)), $0.blob(2))) }
            return known
        }
    }

    /// The next free numbers, as the last transaction left them.
    public func identifiers() throws(LedgerError) -> IdentifierSequence {
        try connection.read { try $0.identifiers() }
    }

    /// Articles by key.
    private func items(_ keys: Set<ItemKey>, _ books: Books) throws -> [ItemKey: ItemRow] {
        try remember(keys, books)
        var found: [ItemKey: ItemRow] = [:]
        found.reserveCapacity(keys.count)
        for key in keys { found[key] = cache.items[key] }
        return found
    }

    /// Takes into memory what of these articles is not there yet. Afterwards all of them that the books know are.
    private func remember(_ keys: Set<ItemKey>, _ books: Books) throws {
        var missing = keys.filter { cache.ids[$0] == nil }
        if missing.isEmpty { return }
        if cache.ids.count + missing.count > MasterCache.itemMax {
            cache.forgetItems()
            missing = keys
        }
        cache.keep(try books.items(missing))
    }

    private func allLocations(_ books: Books) throws -> [LocationRow] {
        if let known = cache.locations { return known }
        let locations = try books.locations()
        cache.locations = locations
        return locations
    }

    /// What a batch of orders needs, in one query a table; articles come from memory where a batch before
    /// asked for them.
    public func orderFacts(
        partner: String, numbers: [String], items keys: Set<ItemKey>
    ) throws(LedgerError) -> OrderFacts {
        try connection.read { books in
            var facts = OrderFacts()
            try remember(keys, books)
            // The whole memory is handed over: it costs nothing, and a copy of a few thousand articles does.
            facts.items = cache.items
            let ids = Set(keys.compactMap { cache.ids[$0]?.value })
            facts.positions = try books.positions(ids)
            facts.prices = try books.prices(ids)
            facts.locations = try allLocations(books).filter(\.isActive)
            facts.existing = try books.existingOrders(partner: partner, numbers: numbers)
            return facts
        }
    }

    /// What a batch of shipments needs, in one query a table; papers that the books do not have are missing.
    public func shipmentFacts(
        shipper: String, shipperNumbers: [String], fulfilments: [String], purchaseOrders: [String],
        cartons: [String], items keys: Set<ItemKey>
    ) throws(LedgerError) -> ShipmentFacts {
        try connection.read { books in
            var facts = ShipmentFacts()
            var orders: Set<OrderID> = []
            let fulfilmentIDs: [FulfilmentID] = try books.ids("fulfilment", numbers: fulfilments)
            for fulfilment in try books.fulfilments(fulfilmentIDs) {
                facts.fulfilments[fulfilment.row.number] = fulfilment
                orders.insert(fulfilment.row.order)
            }
            let purchaseIDs: [PurchaseOrderID] = try books.ids("purchase_order", numbers: purchaseOrders)
            for order in try books.purchaseOrders(purchaseIDs) {
                facts.purchaseOrders[order.row.number] = order
                orders.insert(order.row.order)
            }
            var itemIDs: Set<ItemID> = []
            for state in try books.orderStates(orders.sorted()) {
                facts.orders[state.row.id] = state
                for line in state.lines { if let item = line.row.item { itemIDs.insert(item) } }
            }
            facts.items = try books.items(itemIDs)
            facts.itemKeys = try items(keys, books)
            facts.cartons = try books.cartons(cartons)
            facts.knownShipments = try books.knownShipments(shipper: shipper, numbers: shipperNumbers)
            return facts
        }
    }

    /// What a batch of counts needs; `movedSince` and `lastSnapshot` only for the locations in `asOf`.
    public func stockFacts(
        locations asOf: [String: Instant], items keys: Set<ItemKey>, receipts: Set<String>
    ) throws(LedgerError) -> StockFacts {
        try connection.read { books in
            var facts = StockFacts()
            facts.items = try items(keys, books)
            facts.locations = try allLocations(books)
            let ids = Set(facts.items.values.map(\.id.value)).sorted()
            facts.positions = try books.positions(ids)
            for location in facts.locations {
                guard let moment = asOf[location.code] else { continue }
                let last = try books.integer(
                    "SELECT max(as_of) FROM snapshot WHERE location = ?", location.id.value)
                facts.lastSnapshot[location.id] = Instant(last)
                try books.eachOf(
                    ids,
                    """
                    SELECT item, sum(CASE WHEN kind IN (1, 2) THEN quantity ELSE -quantity END) FROM movement
                    WHERE kind IN (1, 2, 3, 20, 22, 24) AND location = ? AND effective_at > ?
                      AND item IN (…) GROUP BY item
                    """,
                    before: {
                        $0.bind(location.id.value)
                        $0.bind(moment.milliseconds)
                    }
                ) { facts.movedSince[ItemID($0.int(0)), default: [:]][location.id] = $0.int(1) }
                try books.eachOf(
                    receipts.sorted(),
                    "SELECT number, item, quantity FROM receipt WHERE location = ? AND number IN (…)",
                    before: { $0.bind(location.id.value) }, bind: { $0.bind($1) }
                ) {
                    let key = ReceiptKey(location: location.id, number: $0.text(0), item: ItemID($0.int(1)))
                    facts.receipts[key] = $0.int(2)
                }
            }
            return facts
        }
    }

    /// What is reserved of these articles and not yet released to a warehouse, by fulfilment, then line.
    public func plannedReservations(
        of items: Set<ItemID>
    ) throws(LedgerError) -> [ItemID: [PlannedReservation]] {
        try connection.read { books in
            var found: [ItemID: [PlannedReservation]] = [:]
            try books.eachOf(
                items.map(\.value).sorted(),
                """
                SELECT a.item, o.id, c.text, o.cancel_after, o.ordered_on, f.id, f.location, a.line,
                  a.quantity - a.shipped - a.short,
                  (SELECT sum(x.quantity - x.shipped - x.short) FROM allocation x WHERE x.fulfilment = f.id)
                FROM fulfilment f CROSS JOIN allocation a ON a.fulfilment = f.id
                  JOIN orders o ON o.id = f.order_id JOIN word c ON c.id = o.channel
                WHERE f.state = 0 AND a.quantity > a.shipped + a.short AND a.item IN (…)
                ORDER BY f.id, a.line
                """
            ) { row in
                found[ItemID(row.int(0)), default: []].append(
                    PlannedReservation(
                        order: OrderID(row.int(1)), channel: row.text(2),
                        cancelAfter: try row.optional(3).map { try books.date($0) },
                        orderedOn: try row.optional(4).map { try books.date($0) },
                        fulfilment: FulfilmentID(row.int(5)), location: LocationID(row.int(6)),
                        line: LineID(row.int(7)), units: row.int(8), fulfilmentUnits: row.int(9)))
            }
            return found
        }
    }

    /// Articles by SKU; unknown ones are missing.
    public func itemsBySKU(_ skus: Set<String>) throws(LedgerError) -> [String: ItemRow] {
        try connection.read { books in
            var found: [String: ItemRow] = [:]
            for row in try items(Set(skus.map { .sku($0) }), books).values { found[row.sku] = row }
            return found
        }
    }

    /// All locations, inactive ones too, by code.
    public func locations() throws(LedgerError) -> [LocationRow] {
        try connection.read { try allLocations($0) }
    }

    // MARK: Queues

    /// The queue of articles whose stock grew, in the order of their numbers.
    public func itemsToRelease(limit: Int) throws(LedgerError) -> [ItemID] {
        try connection.read { books in
            var items: [ItemID] = []
            try books.each("SELECT item FROM release_queue ORDER BY item LIMIT ?", Int64(limit)) {
                items.append(ItemID($0.int(0)))
            }
            return items
        }
    }

    /// Orders with back-ordered units of these articles, after one of them in that order: by the day ordered,
    /// those without a day last, then by number.
    public func backorders(
        of items: [ItemID], after: OrderID?, limit: Int
    ) throws(LedgerError) -> [OrderState] {
        try connection.read { books in
            // Orders without a date come last. The list is of our own numbers, so its JSON needs no escapes.
            let list = "[" + items.map(\.description).joined(separator: ",") + "]"
            var ids: [OrderID] = []
            try books.each(
                """
                SELECT DISTINCT o.id, coalesce(o.ordered_on, 2147483648) AS day
                FROM json_each(?1) wanted JOIN line l ON l.item = wanted.value AND l.backordered > 0
                  JOIN orders o ON o.id = l.order_id
                WHERE NOT EXISTS (SELECT 1 FROM hold h WHERE h.order_id = o.id AND h.released_txn IS NULL)
                  AND (?2 IS NULL OR (day, o.id) >
                    (SELECT coalesce(a.ordered_on, 2147483648), a.id FROM orders a WHERE a.id = ?2))
                ORDER BY day, o.id LIMIT ?3
                """,
                bind: {
                    $0.bind(list)
                    $0.bind(after?.value)
                    $0.bind(Int64(limit))
                }
            ) { ids.append(OrderID($0.int(0))) }
            return try books.orderStates(ids)
        }
    }

    /// The queue of orders to be decided again, by number.
    public func ordersToRedecide(limit: Int) throws(LedgerError) -> [OrderState] {
        try connection.read { books in
            var ids: [OrderID] = []
            try books.each("SELECT order_id FROM redecide_queue ORDER BY order_id LIMIT ?", Int64(limit)) {
                ids.append(OrderID($0.int(0)))
            }
            return try books.orderStates(ids)
        }
    }

    /// Orders with lines, buckets and open holds, in the order of `ids`; unknown ones are left out.
    public func orderStates(_ ids: [OrderID]) throws(LedgerError) -> [OrderState] {
        try connection.read { try $0.orderStates(ids) }
    }
}

extension Books {
    fileprivate func existingOrders(
        partner: String, numbers: [String]
    ) throws -> [String: ExistingOrder] {
        guard let partner = try wordID(partner) else { return [:] }
        var found: [String: ExistingOrder] = [:]
        try eachOf(
            numbers,
            """
            SELECT id, number, content_digest, drop_id, lifecycle FROM orders
            WHERE partner = ? AND number IN (…)
            """,
            before: { $0.bind(partner) }, bind: { $0.bind($1) }
        ) { row in
            let lifecycle: OrderLifecycle = try enumerated(row.int(4), "order \(row.int(0))")
            found[row.text(1)] = ExistingOrder(
                id: OrderID(row.int(0)), contentDigest: row.blob(2), drop: DropID(row.int(3)),
                isOver: lifecycle == .complete || lifecycle == .cancelled)
        }
        var holds: [Int64: [DiagnosticCode]] = [:]
        try eachOf(
            found.values.map(\.id.value),
            "SELECT order_id, code FROM hold WHERE order_id IN (…) AND released_txn IS NULL ORDER BY id"
        ) { holds[$0.int(0), default: []].append(DiagnosticCode(rawValue: try word($0.int(1)))) }
        for (number, order) in found { found[number]?.openHolds = holds[order.id.value] ?? [] }
        return found
    }

    /// The rows with these numbers, in order of their ids.
    func ids<Entity>(_ table: String, numbers: [String]) throws -> [Identifier<Entity>] {
        var ids: Set<Identifier<Entity>> = []
        try eachOf(
            numbers, "SELECT id FROM \(table) WHERE number IN (…)", bind: { $0.bind($1) }
        ) { ids.insert(Identifier($0.int(0))) }
        return ids.sorted()
    }
}
