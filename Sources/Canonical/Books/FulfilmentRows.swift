/// Where the work for a warehouse is.
public enum FulfilmentState: String, Sendable, CaseIterable {
    /// Decided, not yet told to the warehouse.
    case planned
    /// The shipping order is frozen.
    case released
    case partlyShipped, shipped
    /// The warehouse shipped less and is done.
    case short
    case cancelled
}

/// What one warehouse ships of one order: the work behind a 940.
public struct FulfilmentRow: Sendable, Hashable {
    public var id: FulfilmentID
    public var order: OrderID
    public var location: LocationID
    /// Our shipping order number (W0502), unique.
    public var number: String

    public init(id: FulfilmentID, order: OrderID, location: LocationID, number: String) {
        self.id = id
        self.order = order
        self.location = location
        self.number = number
    }
}

/// How many of a line one fulfilment ships.
public struct AllocationRow: Sendable, Hashable {
    public var fulfilment: FulfilmentID
    public var line: LineID
    public var item: ItemID
    public var quantity: Int64

    public init(fulfilment: FulfilmentID, line: LineID, item: ItemID, quantity: Int64) {
        self.fulfilment = fulfilment
        self.line = line
        self.item = item
        self.quantity = quantity
    }
}

/// A carton with its SSCC: planned by us (we print the label) or told by a warehouse or supplier.
public struct PackageRow: Sendable, Hashable {
    public var id: PackageID
    public var fulfilment: FulfilmentID?
    public var shipment: ShipmentID?
    /// 18 digits; nil where the shipper gave none.
    public var sscc: String?
    public var tracking: String?
    /// 1-based carton number of `count` in its fulfilment or shipment.
    public var ordinal: Int
    public var count: Int

    public init(
        id: PackageID, fulfilment: FulfilmentID?, shipment: ShipmentID?, sscc: String?, tracking: String?,
        ordinal: Int, count: Int
    ) {
        self.id = id
        self.fulfilment = fulfilment
        self.shipment = shipment
        self.sscc = sscc
        self.tracking = tracking
        self.ordinal = ordinal
        self.count = count
    }
}

/// Goods that left a warehouse or a supplier.
public struct ShipmentRow: Sendable, Hashable {
    public var id: ShipmentID
    public var order: OrderID
    public var fulfilment: FulfilmentID?
    public var purchaseOrder: PurchaseOrderID?
    /// Our number on the ship notice, unique.
    public var number: String
    /// The shipper's number; with the shipper's partner it is unique.
    public var shipperNumber: String
    public var shipper: String
    public var shippedAt: Instant
    public var carrierSCAC: String?
    public var tracking: String?
    public var billOfLading: String?
    public var drop: DropID

    public init(
        id: ShipmentID, order: OrderID, fulfilment: FulfilmentID?, purchaseOrder: PurchaseOrderID?,
        number: String,
        shipperNumber: String, shipper: String, shippedAt: Instant, carrierSCAC: String?, tracking: String?,
        billOfLading: String?, drop: DropID
    ) {
        self.id = id
        self.order = order
        self.fulfilment = fulfilment
        self.purchaseOrder = purchaseOrder
        self.number = number
        self.shipperNumber = shipperNumber
        self.shipper = shipper
        self.shippedAt = shippedAt
        self.carrierSCAC = carrierSCAC
        self.tracking = tracking
        self.billOfLading = billOfLading
        self.drop = drop
    }
}

/// How many of a line a shipment holds, in which carton.
public struct ShipmentLineRow: Sendable, Hashable {
    public var shipment: ShipmentID
    public var line: LineID
    public var package: PackageID?
    public var quantity: Int64

    public init(shipment: ShipmentID, line: LineID, package: PackageID?, quantity: Int64) {
        self.shipment = shipment
        self.line = line
        self.package = package
        self.quantity = quantity
    }
}

/// What we ask to be paid for one shipment; immutable once issued.
public struct InvoiceRow: Sendable, Hashable {
    public var id: InvoiceID
    public var order: OrderID
    public var shipment: ShipmentID
    public var number: String
    public var invoicedOn: CalendarDate
    public var dueOn: CalendarDate?
    public var currency: CurrencyCode
    public var goodsMinor: Int64
    public var allowancesMinor: Int64
    public var chargesMinor: Int64
    public var taxMinor: Int64
    public var totalMinor: Int64

    public init(
        id: InvoiceID, order: OrderID, shipment: ShipmentID, number: String, invoicedOn: CalendarDate,
        dueOn: CalendarDate?, currency: CurrencyCode, goodsMinor: Int64, allowancesMinor: Int64,
        chargesMinor: Int64, taxMinor: Int64, totalMinor: Int64
    ) {
        self.id = id
        self.order = order
        self.shipment = shipment
        self.number = number
        self.invoicedOn = invoicedOn
        self.dueOn = dueOn
        self.currency = currency
        self.goodsMinor = goodsMinor
        self.allowancesMinor = allowancesMinor
        self.chargesMinor = chargesMinor
        self.taxMinor = taxMinor
        self.totalMinor = totalMinor
    }
}

public struct InvoiceLineRow: Sendable, Hashable {
    public var invoice: InvoiceID
    public var line: LineID
    public var quantity: Int64
    public var unitPrice: ScaledDecimal
    public var amountMinor: Int64

    public init(
        invoice: InvoiceID, line: LineID, quantity: Int64, unitPrice: ScaledDecimal, amountMinor: Int64
    ) {
        self.invoice = invoice
        self.line = line
        self.quantity = quantity
        self.unitPrice = unitPrice
        self.amountMinor = amountMinor
    }
}

/// Where a purchase order is.
public enum PurchaseOrderState: String, Sendable, CaseIterable {
    case approved, sent, confirmed, confirmedWithChanges, rejected, shipped, partlyShipped, closed
}

/// What we ask of a supplier; here always to ship straight to the customer of one order.
public struct PurchaseOrderRow: Sendable, Hashable {
    public var id: PurchaseOrderID
    public var supplier: String
    public var order: OrderID
    public var number: String
    public var orderedOn: CalendarDate
    public var currency: CurrencyCode

    public init(
        id: PurchaseOrderID, supplier: String, order: OrderID, number: String, orderedOn: CalendarDate,
        currency: CurrencyCode
    ) {
        self.id = id
        self.supplier = supplier
        self.order = order
        self.number = number
        self.orderedOn = orderedOn
        self.currency = currency
    }
}

public struct PurchaseOrderLineRow: Sendable, Hashable {
    public var purchaseOrder: PurchaseOrderID
    /// 1-based.
    public var ordinal: Int
    public var line: LineID
    public var item: ItemID
    public var quantity: Int64
    /// What we pay a unit.
    public var unitCost: ScaledDecimal

    public init(
        purchaseOrder: PurchaseOrderID, ordinal: Int, line: LineID, item: ItemID, quantity: Int64,
        unitCost: ScaledDecimal
    ) {
        self.purchaseOrder = purchaseOrder
        self.ordinal = ordinal
        self.line = line
        self.item = item
        self.quantity = quantity
        self.unitCost = unitCost
    }
}
