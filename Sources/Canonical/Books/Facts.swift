public import Diagnostics

/// How an order line may name an article.
public enum ItemKey: Sendable, Hashable {
    case sku(String)
    /// Digits without leading zeros beyond GTIN-14 normalisation: 14 digits.
    case gtin(String)
    case vendorPart(String)
    case buyerPart(String)
}

/// What is where.
public struct StockPosition: Sendable, Hashable {
    public var location: LocationID
    public var available: Int64
    public var reserved: Int64
    public var onHand: Int64 { available + reserved }

    public init(location: LocationID, available: Int64, reserved: Int64) {
        self.location = location
        self.available = available
        self.reserved = reserved
    }
}

/// An order that is in the books already, as far as a new one with its number needs it.
public struct ExistingOrder: Sendable, Hashable {
    public var id: OrderID
    public var contentDigest: [UInt8]
    public var drop: DropID
    /// The codes of its open holds.
    public var openHolds: [DiagnosticCode]

    public init(id: OrderID, contentDigest: [UInt8], drop: DropID, openHolds: [DiagnosticCode] = []) {
        self.id = id
        self.contentDigest = contentDigest
        self.drop = drop
        self.openHolds = openHolds
    }
}

/// What deciding a batch of orders needs to know, loaded with a handful of set queries. Deciding works on this copy
/// and changes it, so that an order sees what the ones before it took.
public struct OrderFacts: Sendable {
    /// Articles by every key that the batch asked for and that the books know; others may be there, too.
    public var items: [ItemKey: ItemRow] = [:]
    /// Positions of those articles, sorted by location number.
    public var positions: [ItemID: [StockPosition]] = [:]
    /// All active locations, sorted by code.
    public var locations: [LocationRow] = []
    /// Orders of the same partner with numbers that the batch names.
    public var existing: [String: ExistingOrder] = [:]
    /// Prices of those articles.
    public var prices: [ItemID: [PriceRow]] = [:]

    public init() {}
}

/// A line of an order in the books with its buckets.
public struct LineState: Sendable, Hashable {
    public var row: OrderLineRow
    /// Units by `LineBucket.rawValue`.
    public var buckets: [Int64]
    public var invoiced: Int64

    public init(row: OrderLineRow, buckets: [Int64], invoiced: Int64) {
        self.row = row
        self.buckets = buckets
        self.invoiced = invoiced
    }

    public subscript(bucket: LineBucket) -> Int64 {
        get { buckets[bucket.rawValue] }
        set { buckets[bucket.rawValue] = newValue }
    }
}

/// An order in the books with everything that deciding about it again needs.
public struct OrderState: Sendable {
    public var row: OrderRow
    public var lines: [LineState]
    public var holds: [HoldRow]
    /// Invoiced so far for this order, minor units, header charges included.
    public var invoicedChargesMinor: Int64
    public var invoicedAllowancesMinor: Int64
    public var invoicedTaxMinor: Int64

    public init(
        row: OrderRow, lines: [LineState], holds: [HoldRow], invoicedChargesMinor: Int64 = 0,
        invoicedAllowancesMinor: Int64 = 0, invoicedTaxMinor: Int64 = 0
    ) {
        self.row = row
        self.lines = lines
        self.holds = holds
        self.invoicedChargesMinor = invoicedChargesMinor
        self.invoicedAllowancesMinor = invoicedAllowancesMinor
        self.invoicedTaxMinor = invoicedTaxMinor
    }
}

/// A fulfilment in the books with what is still to ship.
public struct FulfilmentStateFacts: Sendable {
    public var row: FulfilmentRow
    public var state: FulfilmentState
    public var location: LocationRow
    /// Quantity allocated and already shipped or given up, by line.
    public var allocations: [(row: AllocationRow, shipped: Int64, short: Int64)]
    public var packages: [PackageRow]

    public init(
        row: FulfilmentRow, state: FulfilmentState, location: LocationRow,
        allocations: [(row: AllocationRow, shipped: Int64, short: Int64)], packages: [PackageRow]
    ) {
        self.row = row
        self.state = state
        self.location = location
        self.allocations = allocations
        self.packages = packages
    }
}

/// A purchase order in the books.
public struct PurchaseOrderFacts: Sendable {
    public var row: PurchaseOrderRow
    public var state: PurchaseOrderState
    /// Lines with what the supplier has shipped or refused so far.
    public var lines: [(row: PurchaseOrderLineRow, shipped: Int64, refused: Int64)]

    public init(
        row: PurchaseOrderRow, state: PurchaseOrderState,
        lines: [(row: PurchaseOrderLineRow, shipped: Int64, refused: Int64)]
    ) {
        self.row = row
        self.state = state
        self.lines = lines
    }
}

/// What applying a shipping advice or a ship notice needs to know, for a batch.
public struct ShipmentFacts: Sendable {
    /// By our shipping order number.
    public var fulfilments: [String: FulfilmentStateFacts] = [:]
    /// By our purchase order number.
    public var purchaseOrders: [String: PurchaseOrderFacts] = [:]
    public var orders: [OrderID: OrderState] = [:]
    /// Articles of the lines concerned.
    public var items: [ItemID: ItemRow] = [:]
    /// Articles by the keys that the documents name.
    public var itemKeys: [ItemKey: ItemRow] = [:]
    /// Shipments of the same shipper with numbers that the batch names: their repeat has no effect.
    public var knownShipperNumbers: Set<String> = []

    public init() {}
}

/// One article of one receipt at one location: it is received once.
public struct ReceiptKey: Sendable, Hashable {
    public var location: LocationID
    /// As its sender numbers it.
    public var number: String
    public var item: ItemID

    public init(location: LocationID, number: String, item: ItemID) {
        self.location = location
        self.number = number
        self.item = item
    }
}

/// Units of an order line that are set aside at a location which has not been told to ship them.
public struct PlannedReservation: Sendable, Hashable {
    public var order: OrderID
    public var channel: String
    public var cancelAfter: CalendarDate?
    public var orderedOn: CalendarDate?
    public var fulfilment: FulfilmentID
    public var location: LocationID
    public var line: LineID
    public var units: Int64
    /// Units that the whole fulfilment still has to ship, these included.
    public var fulfilmentUnits: Int64

    public init(
        order: OrderID, channel: String, cancelAfter: CalendarDate?, orderedOn: CalendarDate?,
        fulfilment: FulfilmentID, location: LocationID, line: LineID, units: Int64, fulfilmentUnits: Int64
    ) {
        self.order = order
        self.channel = channel
        self.cancelAfter = cancelAfter
        self.orderedOn = orderedOn
        self.fulfilment = fulfilment
        self.location = location
        self.line = line
        self.units = units
        self.fulfilmentUnits = fulfilmentUnits
    }
}

/// What applying a count needs to know, for the items and locations it names.
public struct StockFacts: Sendable {
    public var items: [ItemKey: ItemRow] = [:]
    public var locations: [LocationRow] = []
    public var positions: [ItemID: [StockPosition]] = [:]
    /// Physical units in minus out per item and location after the count's as-of.
    public var movedSince: [ItemID: [LocationID: Int64]] = [:]
    /// The newest count taken over, per location.
    public var lastSnapshot: [LocationID: Instant] = [:]
    /// What was received under numbers that the batch names.
    public var receipts: [ReceiptKey: Int64] = [:]
    /// Reservations that a warehouse has not been told of; nil: not looked up, which is done only where a count is
    /// below what is reserved.
    public var planned: [ItemID: [PlannedReservation]]?

    public init() {}
}
