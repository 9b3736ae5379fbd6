import Canonical

/// Articles and locations that the decisions of a run ask for again and again.
struct MasterCache {
    /// A few thousand articles are what a night sells; at half a kilobyte each this stays below ten megabytes.
    static let itemMax = 20_000

    private(set) var items: [ItemKey: ItemRow] = [:]
    /// The numbers of `items`: to look one up does not copy a row.
    private(set) var ids: [ItemKey: ItemID] = [:]
    var locations: [LocationRow]?

    mutating func keep(_ found: [ItemKey: ItemRow]) {
        for (key, item) in found {
            items[key] = item
            ids[key] = item.id
        }
    }

    mutating func forgetItems() {
        items = [:]
        ids = [:]
    }
}

extension Books {
    private static let itemColumns = """
        id, sku, gtin, vendor_part, buyer_part, description, unit, pack_quantity, weight_grams, cost_units,
        cost_scale, price_units, price_scale, currency, status, supplier, drop_ship
        """

    private func item(_ row: RowView) throws -> ItemRow {
        ItemRow(
            id: ItemID(row.int(0)), sku: row.text(1), gtin: row.optionalText(2),
            vendorPart: row.optionalText(3), buyerPart: row.optionalText(4), description: row.text(5),
            unit: row.text(6), packQuantity: row.optional(7), weightGrams: row.optional(8),
            cost: try decimal(row, 9), price: try decimal(row, 11),
            currency: row.optionalText(13).flatMap { CurrencyCode($0) },
            status: try enumerated(row.int(14), "item"), supplier: row.optionalText(15),
            dropShip: try enumerated(row.int(16), "item"))
    }

    /// Units and scale in two columns, nil where the first is NULL.
    func decimal(_ row: RowView, _ column: CInt) throws -> ScaledDecimal? {
        guard let units = row.optional(column) else { return nil }
        guard let scale = UInt8(exactly: row.int(column + 1)), scale <= ScaledDecimal.scaleMax else {
            throw LedgerError.corrupt(connection.path, "a price has an impossible scale")
        }
        return ScaledDecimal(units: units, scale: scale)
    }

    /// The same of columns that are never NULL.
    func requiredDecimal(_ row: RowView, _ column: CInt) throws -> ScaledDecimal {
        try decimal(row, column) ?? .zero
    }

    func currency(_ text: String) throws -> CurrencyCode {
        guard let currency = CurrencyCode(text) else {
            throw LedgerError.corrupt(connection.path, "'\(text)' is no currency")
        }
        return currency
    }

    /// Articles by the keys asked for. Where two have the same GTIN or part number, the older one is meant.
    func items(_ keys: some Sequence<ItemKey>) throws -> [ItemKey: ItemRow] {
        var skus: [String] = []
        var gtins: [String] = []
        var vendorParts: [String] = []
        var buyerParts: [String] = []
        for key in keys {
            switch key {
            case .sku(let text): skus.append(text)
            case .gtin(let text): gtins.append(text)
            case .vendorPart(let text): vendorParts.append(text)
            case .buyerPart(let text): buyerParts.append(text)
            }
        }
        var found: [ItemKey: ItemRow] = [:]
        try items(skus, "sku") { row, _ in found[.sku(row.sku)] = row }
        try items(gtins, "gtin") { row, key in if found[.gtin(key)] == nil { found[.gtin(key)] = row } }
        try items(vendorParts, "vendor_part") { row, key in
            if found[.vendorPart(key)] == nil { found[.vendorPart(key)] = row }
        }
        try items(buyerParts, "buyer_part") { row, key in
            if found[.buyerPart(key)] == nil { found[.buyerPart(key)] = row }
        }
        return found
    }

    private func items(
        _ keys: [String], _ column: String, _ body: (ItemRow, String) -> Void
    ) throws {
        guard !keys.isEmpty else { return }
        try eachOf(
            keys,
            "SELECT \(Self.itemColumns), \(column) FROM item WHERE \(column) IN (…) ORDER BY id",
            bind: { $0.bind($1) }
        ) { body(try item($0), $0.text(17)) }
    }

    func items(_ ids: some Collection<ItemID>) throws -> [ItemID: ItemRow] {
        var found: [ItemID: ItemRow] = [:]
        try eachOf(
            ids.map(\.value).sorted(), "SELECT \(Self.itemColumns) FROM item WHERE id IN (…)"
        ) { found[ItemID($0.int(0))] = try item($0) }
        return found
    }

    func itemPage(afterSKU: String?, limit: Int) throws -> [ItemRow] {
        var found: [ItemRow] = []
        try each(
            "SELECT \(Self.itemColumns) FROM item WHERE sku > ? ORDER BY sku LIMIT ?",
            bind: {
                $0.bind(afterSKU ?? "")
                $0.bind(Int64(limit))
            }
        ) { found.append(try item($0)) }
        return found
    }

    /// Positions by item, each sorted by location number.
    func positions(_ items: some Collection<Int64>) throws -> [ItemID: [StockPosition]] {
        var found: [ItemID: [StockPosition]] = [:]
        found.reserveCapacity(items.count)
        try eachOf(
            items.sorted(),
            "SELECT item, location, available, reserved FROM position WHERE item IN (…) ORDER BY item, location"
        ) {
            found[ItemID($0.int(0)), default: []].append(
                StockPosition(
                    location: LocationID($0.int(1)), available: $0.int(2), reserved: $0.int(3)))
        }
        return found
    }

    func prices(_ items: some Collection<Int64>) throws -> [ItemID: [PriceRow]] {
        var found: [ItemID: [PriceRow]] = [:]
        try eachOf(
            items.sorted(),
            """
            SELECT item, channel, currency, valid_from, price_units, price_scale, valid_through FROM price
            WHERE item IN (…) ORDER BY item, channel, currency, valid_from
            """
        ) { row in
            let channel = row.text(1)
            let validFrom = row.int(3)
            found[ItemID(row.int(0)), default: []].append(
                PriceRow(
                    item: ItemID(row.int(0)), channel: channel.isEmpty ? nil : channel,
                    currency: try currency(row.text(2)), unitPrice: try requiredDecimal(row, 4),
                    validFrom: validFrom == PriceColumn.always ? nil : try date(validFrom),
                    validThrough: try row.optional(6).map { try date($0) }))
        }
        return found
    }

    func date(_ day: Int64) throws -> CalendarDate {
        guard let number = Int32(exactly: day) else {
            throw LedgerError.corrupt(connection.path, "a day has the impossible number \(day)")
        }
        return CalendarDate(dayNumber: number)
    }

    /// All locations, sorted by code.
    func locations() throws -> [LocationRow] {
        var found: [LocationRow] = []
        try each(
            """
            SELECT id, code, name, address1, city, region, postal_code, country, latitude, longitude,
              safety_stock, priority, active FROM location ORDER BY code
            """
        ) { row in
            found.append(
                LocationRow(
                    id: LocationID(row.int(0)), code: row.text(1), name: row.text(2), address1: row.text(3),
                    city: row.text(4), region: row.text(5), postalCode: row.text(6), country: row.text(7),
                    latitude: row.optional(8).map { Int32(clamping: $0) },
                    longitude: row.optional(9).map { Int32(clamping: $0) }, safetyStock: row.int(10),
                    priority: row.int(11), isActive: row.flag(12)))
        }
        return found
    }
}
