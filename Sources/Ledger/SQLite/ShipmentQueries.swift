import Canonical

extension Books {
    /// Cartons with these SSCCs, by them; unknown ones are missing.
    func cartons(_ codes: [String]) throws -> [String: PackageRow] {
        var found: [String: PackageRow] = [:]
        try eachOf(
            codes,
            """
            SELECT id, fulfilment, shipment, sscc, tracking, ordinal, carton_count FROM package
            WHERE sscc IN (…)
            """, bind: { $0.bind($1) }
        ) { row in
            found[row.text(3)] = package(row)
        }
        return found
    }

    /// A carton from its columns in the order of the table, without the bookkeeping ones.
    func package(_ row: RowView) -> PackageRow {
        PackageRow(
            id: PackageID(row.int(0)), fulfilment: row.optional(1).map { FulfilmentID($0) },
            shipment: row.optional(2).map { ShipmentID($0) }, sscc: row.optionalText(3),
            tracking: row.optionalText(4), ordinal: row.count(5), count: row.count(6))
    }

    /// Shipments of a shipper with these numbers, by them; what is in them is looked up only where there are any.
    func knownShipments(shipper: String, numbers: [String]) throws -> [String: KnownShipment] {
        guard let shipper = try wordID(shipper) else { return [:] }
        var numberByID: [Int64: String] = [:]
        var found: [Int64: KnownShipment] = [:]
        try eachOf(
            numbers,
            """
            SELECT id, shipper_number, drop_id, carrier_scac, tracking, bill_of_lading FROM shipment
            WHERE shipper = ? AND shipper_number IN (…)
            """,
            before: { $0.bind(shipper) }, bind: { $0.bind($1) }
        ) { row in
            numberByID[row.int(0)] = row.text(1)
            found[row.int(0)] = KnownShipment(
                drop: DropID(row.int(2)), carrierSCAC: row.optionalText(3), tracking: row.optionalText(4),
                billOfLading: row.optionalText(5))
        }
        let ids = found.keys.sorted()
        guard !ids.isEmpty else { return [:] }
        // CROSS JOIN: shipments first, as their lines have an index by shipment only.
        try eachOf(
            ids,
            """
            SELECT x.shipment, l.item, sum(x.quantity) FROM shipment_line x CROSS JOIN line l ON l.id = x.line
            WHERE x.shipment IN (…) AND l.item IS NOT NULL GROUP BY x.shipment, l.item
            """
        ) { found[$0.int(0)]?.units[ItemID($0.int(1))] = $0.int(2) }
        try eachOf(ids, "SELECT shipment, sscc FROM package WHERE shipment IN (…) AND sscc IS NOT NULL") {
            found[$0.int(0)]?.cartons.insert($0.text(1))
        }
        var byNumber: [String: KnownShipment] = [:]
        for (id, shipment) in found { if let number = numberByID[id] { byNumber[number] = shipment } }
        return byNumber
    }
}
