import Canonical

/// Plans cartons before a warehouse packs them, so that their labels can be printed.
enum Packing {
    /// The cartons of a fulfilment: as many as its units need, numbered, each with its SSCC.
    ///
    /// - Parameter first: the number of the first carton; it is the serial number inside the SSCC, too.
    /// - Returns: nothing where more than `RuleLimits.cartonsMax` would be needed.
    static func cartons(
        of fulfilment: FulfilmentID, units: Int64, policy: PackingPolicy, first: Int64
    ) -> [PackageRow] {
        let count = (units - 1) / policy.unitsPerCartonMax + 1
        guard units > 0, count <= RuleLimits.cartonsMax else { return [] }
        return (0..<count).map { position in
            PackageRow(
                id: PackageID(first + position), fulfilment: fulfilment, shipment: nil,
                sscc: SSCC.code(
                    extensionDigit: policy.extensionDigit, companyPrefix: policy.companyPrefix,
                    serial: first + position),
                tracking: nil, ordinal: Int(position) + 1, count: Int(count))
        }
    }
}
