import Canonical

/// Writes items, locations, prices and counts. A second row with the same identity replaces the first.
struct MasterWriter {
    private let transaction: BookTransaction
    private let changes: BookChanges
    private var books: Books { transaction.books }

    init(_ transaction: BookTransaction, _ changes: BookChanges) {
        self.transaction = transaction
        self.changes = changes
    }

    func write() throws {
        try writeItems()
        try writeLocations()
        try writePrices()
        try writeSnapshots()
        try writeReceipts()
    }

    private func known(_ table: String, _ ids: [Int64]) throws -> Set<Int64> {
        var known: Set<Int64> = []
        try books.eachOf(ids, "SELECT id FROM \(table) WHERE id IN (…)") { known.insert($0.int(0)) }
        return known
    }

    /// The last row of each number counts; they are returned in order.
    private func last<Row>(_ rows: [Row], _ id: (Row) -> Int64) -> [Row] {
        var byID: [Int64: Row] = [:]
        for row in rows { byID[id(row)] = row }
        return byID.sorted { $0.key < $1.key }.map(\.value)
    }

    private func writeItems() throws {
        guard !changes.items.isEmpty else { return }
        let items = last(changes.items) { $0.id.value }
        let known = try known("item", items.map(\.id.value))
        let updates = try transaction.updates(.item)
        for item in items where known.contains(item.id.value) {
            updates.begin(item.id.value)
            Self.change(item, updates.change, updates.change)
            try updates.update()
        }
        let inserts = try transaction.rows(.item)
        for item in items where !known.contains(item.id.value) {
            try inserts.begin(item.id.value)
            inserts.put(item.sku)
            Self.change(item, inserts.change, inserts.change)
            try inserts.insert()
        }
    }

    private static func change(
        _ item: ItemRow, _ number: (Int64?) -> Void, _ text: (String?) -> Void
    ) {
        text(item.gtin)
        text(item.vendorPart)
        text(item.buyerPart)
        text(item.description)
        text(item.unit)
        number(item.packQuantity)
        number(item.weightGrams)
        number(item.cost?.units)
        number(item.cost.map { Int64($0.scale) })
        number(item.price?.units)
        number(item.price.map { Int64($0.scale) })
        text(item.currency?.description)
        number(item.status.position)
        text(item.supplier)
        number(item.dropShip.position)
    }

    private func writeLocations() throws {
        guard !changes.locations.isEmpty else { return }
        let locations = last(changes.locations) { $0.id.value }
        let known = try known("location", locations.map(\.id.value))
        let updates = try transaction.updates(.location)
        for location in locations where known.contains(location.id.value) {
            updates.begin(location.id.value)
            Self.change(location, updates.change, updates.change)
            try updates.update()
        }
        let inserts = try transaction.rows(.location)
        for location in locations where !known.contains(location.id.value) {
            try inserts.begin(location.id.value)
            inserts.put(location.code)
            Self.change(location, inserts.change, inserts.change)
            try inserts.insert()
        }
    }

    private static func change(
        _ location: LocationRow, _ number: (Int64?) -> Void, _ text: (String?) -> Void
    ) {
        text(location.name)
        text(location.address1)
        text(location.city)
        text(location.region)
        text(location.postalCode)
        text(location.country)
        number(location.latitude.map { Int64($0) })
        number(location.longitude.map { Int64($0) })
        number(location.safetyStock)
        number(location.priority)
        number(location.isActive ? 1 : 0)
    }

    private struct PriceKey: Hashable {
        var item: Int64
        var channel: String
        var currency: String
        var validFrom: Int64

        init(_ row: PriceRow) {
            item = row.item.value
            channel = row.channel ?? ""
            currency = row.currency.description
            validFrom = row.validFrom.map { Int64($0.dayNumber) } ?? PriceColumn.always
        }
    }

    private func writePrices() throws {
        guard !changes.prices.isEmpty else { return }
        var byKey: [PriceKey: PriceRow] = [:]
        for row in changes.prices { byKey[PriceKey(row)] = row }
        let sorted = byKey.sorted {
            ($0.key.item, $0.key.channel, $0.key.currency, $0.key.validFrom)
                < ($1.key.item, $1.key.channel, $1.key.currency, $1.key.validFrom)
        }
        let inserts = try transaction.rows(.price)
        let updates = try transaction.updates(.price)
        for (key, row) in sorted {
            let isKnown = try books.first(
                "SELECT 1 FROM price WHERE item = ? AND channel = ? AND currency = ? AND valid_from = ?",
                bind: {
                    $0.bind(key.item)
                    $0.bind(key.channel)
                    $0.bind(key.currency)
                    $0.bind(key.validFrom)
                }, { _ in true })
            if isKnown == true {
                updates.begin([
                    .integer(key.item), .text(key.channel), .text(key.currency), .integer(key.validFrom),
                ])
                updates.change(row.unitPrice.units)
                updates.change(Int64(row.unitPrice.scale))
                updates.change(row.validThrough.map { Int64($0.dayNumber) })
                try updates.update()
            } else {
                try inserts.begin(key.item)
                inserts.put(key.channel)
                inserts.put(key.currency)
                inserts.put(key.validFrom)
                inserts.change(row.unitPrice.units)
                inserts.change(Int64(row.unitPrice.scale))
                inserts.change(row.validThrough.map { Int64($0.dayNumber) })
                try inserts.insert()
            }
        }
    }

    private func writeReceipts() throws {
        guard !changes.receipts.isEmpty else { return }
        let rows = try transaction.rows(.receipt)
        let sorted = changes.receipts.sorted {
            ($0.key.location, $0.key.number, $0.key.item) < ($1.key.location, $1.key.number, $1.key.item)
        }
        for (key, quantity) in sorted {
            try rows.begin(key.location.value)
            rows.put(key.number)
            rows.put(key.item.value)
            rows.put(quantity)
            try rows.insert()
        }
    }

    private func writeSnapshots() throws {
        guard !changes.snapshots.isEmpty else { return }
        var id = try transaction.nextKey("snapshot")
        for (location, asOf) in changes.snapshots {
            let rows = try transaction.rows(.snapshot)
            try rows.begin(id)
            rows.put(location.value)
            rows.put(asOf.milliseconds)
            try rows.insert()
            id += 1
        }
    }
}

/// How prices stand in their table.
enum PriceColumn {
    /// The first day of a price that has none: before every day there is.
    static let always = Int64(Int32.min)
}
