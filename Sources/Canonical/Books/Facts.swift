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
    /// Where the units are.
    public var location: LocationID
    /// Units that may be promised.
    public var available: Int64
    /// Units that lie there and are promised to orders.
    public var reserved: Int64
    /// Units that lie there, promised or not.
    public var onHand: Int64 { available + reserved }

    /// Holds what each property says.
    public init(location: LocationID, available: Int64, reserved: Int64) {
        self.location = location
        self.available = available
        self.reserved = reserved
    }
}

/// An order that is in the books already, as far as a new one with its number needs it.
public struct ExistingOrder: Sendable, Hashable {
    /// Its number in the books.
    public var id: OrderID
    /// SHA-256 of its content as it first came, as in `OrderRow.contentDigest`.
    public var contentDigest: [UInt8]
    /// The drop that it came in.
    public var drop: DropID
    /// The codes of its open holds.
    public var openHolds: [DiagnosticCode]
    /// Whether nothing is left to be done for it: it is complete or cancelled.
    public var isOver: Bool

    /// Under way and without open holds unless it is said.
    public init(
        id: OrderID, contentDigest: [UInt8], drop: DropID, openHolds: [DiagnosticCode] = [],
        isOver: Bool = false
    ) {
        self.id = id
        self.contentDigest = contentDigest
        self.drop = drop
        self.openHolds = openHolds
        self.isOver = isOver
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

    /// Knows nothing yet.
    public init() {}
}

/// A line of an order in the books with its buckets.
public struct LineState: Sendable, Hashable {
    /// The line as agreed.
    public var row: OrderLineRow
    /// Units by `LineBucket.rawValue`.
    public var buckets: [Int64]
    /// Units invoiced so far; never more than were shipped.
    public var invoiced: Int64

    /// Holds what each property says.
    public init(row: OrderLineRow, buckets: [Int64], invoiced: Int64) {
        self.row = row
        self.buckets = buckets
        self.invoiced = invoiced
    }

    /// The units in one bucket.
    public subscript(bucket: LineBucket) -> Int64 {
        get { buckets[bucket.rawValue] }
        set { buckets[bucket.rawValue] = newValue }
    }
}

/// An order in the books with everything that deciding about it again needs.
public struct OrderState: Sendable {
    /// The order with its document.
    public var row: OrderRow
    /// All its lines, by ordinal.
    public var lines: [LineState]
    /// Its open holds, in the order in which they were set; ended ones are not here.
    public var holds: [HoldRow]
    /// Invoiced so far for this order, minor units, header charges included.
    public var invoicedChargesMinor: Int64
    /// Discounts given in its invoices so far, minor units, above zero.
    public var invoicedAllowancesMinor: Int64
    /// Tax asked for in its invoices so far, minor units.
    public var invoicedTaxMinor: Int64

    /// Nothing is invoiced yet unless it is said.
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
    /// What and where it ships.
    public var row: FulfilmentRow
    /// How far it is.
    public var state: FulfilmentState
    /// The warehouse that ships it.
    public var location: LocationRow
    /// Quantity allocated and already shipped or given up, by line.
    public var allocations: [(row: AllocationRow, shipped: Int64, short: Int64)]
    /// Its cartons, planned and told, in the order of their numbers.
    public var packages: [PackageRow]

    /// Holds what each property says.
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
    /// Who is asked, for which order.
    public var row: PurchaseOrderRow
    /// How far it is.
    public var state: PurchaseOrderState
    /// Lines with what the supplier has shipped or refused so far.
    public var lines: [(row: PurchaseOrderLineRow, shipped: Int64, refused: Int64)]

    /// Holds what each property says.
    public init(
        row: PurchaseOrderRow, state: PurchaseOrderState,
        lines: [(row: PurchaseOrderLineRow, shipped: Int64, refused: Int64)]
    ) {
        self.row = row
        self.state = state
        self.lines = lines
    }
}

/// A shipment in the books, as far as another paper with its number needs it.
public struct KnownShipment: Sendable, Hashable {
    /// The drop that told of it.
    public var drop: DropID
    /// Units that left with it, by article.
    public var units: [ItemID: Int64]
    /// The SSCCs of its cartons.
    public var cartons: Set<String>
    /// The carrier, the number it gave the shipment and the bill of lading, as they were told.
    public var carrierSCAC: String?, tracking: String?, billOfLading: String?

    /// A shipment of nothing unless units are said.
    public init(
        drop: DropID, units: [ItemID: Int64] = [:], cartons: Set<String> = [], carrierSCAC: String? = nil,
        tracking: String? = nil, billOfLading: String? = nil
    ) {
        self.drop = drop
        self.units = units
        self.cartons = cartons
        self.carrierSCAC = carrierSCAC
        self.tracking = tracking
        self.billOfLading = billOfLading
    }
}

/// What applying a shipping advice or a ship notice needs to know, for a batch.
public struct ShipmentFacts: Sendable {
    /// By our shipping order number.
    public var fulfilments: [String: FulfilmentStateFacts] = [:]
    /// By our purchase order number.
    public var purchaseOrders: [String: PurchaseOrderFacts] = [:]
    /// The orders behind those fulfilments and purchase orders.
    public var orders: [OrderID: OrderState] = [:]
    /// Articles of the lines concerned.
    public var items: [ItemID: ItemRow] = [:]
    /// Articles by the keys that the documents name.
    public var itemKeys: [ItemKey: ItemRow] = [:]
    /// Shipments of the same shipper with numbers that the batch names: the repeat of one has no effect.
    public var knownShipments: [String: KnownShipment] = [:]
    /// Cartons, planned or told, with an SSCC that the batch names, by it.
    public var cartons: [String: PackageRow] = [:]

    /// Knows nothing yet.
    public init() {}
}

/// One article of one receipt at one location: it is received once.
public struct ReceiptKey: Sendable, Hashable {
    /// Where it was received.
    public var location: LocationID
    /// As its sender numbers it.
    public var number: String
    /// The article.
    public var item: ItemID

    /// Holds what each property says.
    public init(location: LocationID, number: String, item: ItemID) {
        self.location = location
        self.number = number
        self.item = item
    }
}

/// Units of an order line that are set aside at a location which has not been told to ship them.
public struct PlannedReservation: Sendable, Hashable {
    /// The order.
    public var order: OrderID
    /// The channel that the order came through: it says whether units may wait for stock.
    public var channel: String
    /// The last day on which the buyer takes it; orders that end sooner give way later.
    public var cancelAfter: CalendarDate?
    /// The day on the order; nil where the partner named none.
    public var orderedOn: CalendarDate?
    /// The fulfilment that holds the units; its warehouse has not been told of it.
    public var fulfilment: FulfilmentID
    /// Where they are set aside.
    public var location: LocationID
    /// The order line.
    public var line: LineID
    /// Units set aside and neither shipped nor given up.
    public var units: Int64
    /// Units that the whole fulfilment still has to ship, these included.
    public var fulfilmentUnits: Int64

    /// Holds what each property says.
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
    /// Articles by the keys that the count names; unknown ones are missing.
    public var items: [ItemKey: ItemRow] = [:]
    /// All locations, inactive ones too, by code.
    public var locations: [LocationRow] = []
    /// What is there now, sorted by location number.
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

    /// Knows nothing yet.
    public init() {}
}
