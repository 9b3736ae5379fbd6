/// Where the units of an order line stand. `ordered` is always the sum of these seven.
public enum LineBucket: Int, Sendable, CaseIterable {
    case open, backordered, preordered, reserved, released, shipped, cancelled
}

/// The accounts of the stock ledger; available and reserved exist per location, and on hand is their sum.
public enum StockAccount: String, Sendable {
    case supplier, customer, adjust, available, reserved
}

/// What happened to units. One append-only row moves an order line from bucket to bucket, stock from account to
/// account, or both; buckets and positions are the fold of these rows.
public enum MovementKind: Int, Sendable, CaseIterable {
    /// Goods came in: supplier → available.
    case receipt = 1
    /// A count found more: adjust → available.
    case adjustUp = 2
    /// A count found less: available → adjust.
    case adjustDown = 3
    /// open → reserved, available → reserved.
    case reserve = 10
    /// backordered → reserved, available → reserved.
    case fillBackorder = 11
    /// reserved → open, reserved → available.
    case unreserve = 12
    /// A count displaced a reservation that no warehouse was told of: reserved → backordered, reserved → available.
    case displace = 13
    /// open → backordered.
    case backorder = 14
    /// The shipping order is written: reserved → released.
    case release = 15
    /// The purchase order to a drop-ship supplier is decided: open → released, no stock of ours.
    case releaseToSupplier = 16
    /// backordered → released to a supplier.
    case fillFromSupplier = 17
    /// The warehouse shipped: released → shipped, reserved → customer.
    case ship = 20
    /// The supplier shipped: released → shipped.
    case shipDirect = 21
    /// The warehouse could not find it: released → backordered, reserved → adjust.
    case shortShip = 22
    /// The supplier will not deliver: released → backordered.
    case supplierRefused = 23
    /// released → cancelled, reserved → adjust: short at the warehouse and the order takes no back-orders.
    case shortCancel = 24
    /// open → cancelled.
    case cancelOpen = 30
    /// backordered → cancelled.
    case cancelBackordered = 31

    /// The line buckets it moves between; nil when no order line is concerned.
    public var buckets: (from: LineBucket, to: LineBucket)? {
        switch self {
        case .receipt, .adjustUp, .adjustDown: nil
        case .reserve: (.open, .reserved)
        case .fillBackorder: (.backordered, .reserved)
        case .unreserve: (.reserved, .open)
        case .displace: (.reserved, .backordered)
        case .backorder: (.open, .backordered)
        case .release: (.reserved, .released)
        case .releaseToSupplier: (.open, .released)
        case .fillFromSupplier: (.backordered, .released)
        case .ship, .shipDirect: (.released, .shipped)
        case .shortShip, .supplierRefused: (.released, .backordered)
        case .shortCancel: (.released, .cancelled)
        case .cancelOpen: (.open, .cancelled)
        case .cancelBackordered: (.backordered, .cancelled)
        }
    }

    /// The stock accounts it moves between at its location; nil when stock stays where it is.
    public var accounts: (from: StockAccount, to: StockAccount)? {
        switch self {
        case .receipt: (.supplier, .available)
        case .adjustUp: (.adjust, .available)
        case .adjustDown: (.available, .adjust)
        case .reserve, .fillBackorder: (.available, .reserved)
        case .unreserve, .displace: (.reserved, .available)
        case .ship: (.reserved, .customer)
        case .shortShip, .shortCancel: (.reserved, .adjust)
        case .backorder, .release, .releaseToSupplier, .fillFromSupplier, .shipDirect, .supplierRefused,
            .cancelOpen, .cancelBackordered:
            nil
        }
    }
}

/// One row of the double-entry ledger.
///
/// - Unit: `quantity` is whole stock units of the item, above zero.
public struct Movement: Sendable, Hashable {
    /// What happened, and so between which buckets and accounts.
    public var kind: MovementKind
    /// The article that moves.
    public var item: ItemID
    /// Where; nil for movements without stock of ours.
    public var location: LocationID?
    /// The order line whose buckets change; nil for receipts and counts.
    public var line: LineID?
    /// The work that it belongs to; nil where no warehouse has been asked.
    public var fulfilment: FulfilmentID?
    /// The purchase order that it belongs to, where a supplier delivers.
    public var purchaseOrder: PurchaseOrderID?
    /// Whole stock units, above zero.
    public var quantity: Int64
    /// When it happened in the world (a count's as-of, a truck's departure), for the as-of rule of snapshots.
    public var effectiveAt: Instant

    /// Without place, line and papers unless they are said.
    public init(
        _ kind: MovementKind, item: ItemID, location: LocationID? = nil, line: LineID? = nil,
        fulfilment: FulfilmentID? = nil, purchaseOrder: PurchaseOrderID? = nil, quantity: Int64,
        effectiveAt: Instant
    ) {
        self.kind = kind
        self.item = item
        self.location = location
        self.line = line
        self.fulfilment = fulfilment
        self.purchaseOrder = purchaseOrder
        self.quantity = quantity
        self.effectiveAt = effectiveAt
    }
}
