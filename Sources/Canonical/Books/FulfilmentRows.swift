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
    /// Its number in the books; behind the site's prefix it is the shipping order number.
    public var id: FulfilmentID
    /// The order that it ships part of.
    public var order: OrderID
    /// The warehouse that ships it.
    public var location: LocationID
    /// Our shipping order number (W0502), unique.
    public var number: String

    /// Holds what each property says.
    public init(id: FulfilmentID, order: OrderID, location: LocationID, number: String) {
        self.id = id
        self.order = order
        self.location = location
        self.number = number
    }
}

/// How many of a line one fulfilment ships.
public struct AllocationRow: Sendable, Hashable {
    /// The work that it is part of.
    public var fulfilment: FulfilmentID
    /// The order line that it serves; once in a fulfilment.
    public var line: LineID
    /// What is taken from the shelf.
    public var item: ItemID
    /// Whole stock units, above zero.
    public var quantity: Int64

    /// Holds what each property says.
    public init(fulfilment: FulfilmentID, line: LineID, item: ItemID, quantity: Int64) {
        self.fulfilment = fulfilment
        self.line = line
        self.item = item
        self.quantity = quantity
    }
}

/// A carton with its SSCC: planned by us (we print the label) or told by a warehouse or supplier.
public struct PackageRow: Sendable, Hashable {
    /// Its number in the books; the serial number in an SSCC of ours.
    public var id: PackageID
    /// The work that it packs; nil where a supplier ships.
    public var fulfilment: FulfilmentID?
    /// What it left with; nil while it has only been planned.
    public var shipment: ShipmentID?
    /// 18 digits; nil where the shipper gave none.
    public var sscc: String?
    /// The carrier's number; nil while nobody has told it.
    public var tracking: String?
    /// 1-based carton number of `count` in its fulfilment or shipment.
    public var ordinal: Int
    /// How many cartons there are in all.
    public var count: Int

    /// Holds what each property says.
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
    /// Its number in the books; behind the site's prefix it is the shipment number.
    public var id: ShipmentID
    /// The order that the goods are for.
    public var order: OrderID
    /// The work that it ends; nil where a supplier shipped.
    public var fulfilment: FulfilmentID?
    /// What the supplier was asked; nil where a warehouse of ours shipped.
    public var purchaseOrder: PurchaseOrderID?
    /// Our number on the ship notice, unique.
    public var number: String
    /// The shipper's number; with the shipper's partner it is unique.
    public var shipperNumber: String
    /// The partner that told of it: a warehouse or a supplier, by id.
    public var shipper: String
    /// When it left. Noon in the site's zone where only the day is told, and never later than it was learned.
    public var shippedAt: Instant
    /// The carrier as told, by SCAC (X12 element 140); nil where it was not.
    public var carrierSCAC: String?
    /// The carrier's number for the shipment as a whole; cartons have their own.
    public var tracking: String?
    /// As told; nil where it was not.
    public var billOfLading: String?
    /// The drop that told of it.
    public var drop: DropID

    /// Holds what each property says.
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
    /// What it left with.
    public var shipment: ShipmentID
    /// The order line that was shipped.
    public var line: LineID
    /// Nil where nobody said which carton.
    public var package: PackageID?
    /// Whole stock units, above zero.
    public var quantity: Int64

    /// Holds what each property says.
    public init(shipment: ShipmentID, line: LineID, package: PackageID?, quantity: Int64) {
        self.shipment = shipment
        self.line = line
        self.package = package
        self.quantity = quantity
    }
}

/// What we ask to be paid for one shipment; immutable once issued.
public struct InvoiceRow: Sendable, Hashable {
    /// Its number in the books; behind the site's prefix it is the invoice number.
    public var id: InvoiceID
    /// The order that is charged.
    public var order: OrderID
    /// The shipment that it is for; no other invoice is.
    public var shipment: ShipmentID
    /// Our number on the invoice, unique.
    public var number: String
    /// The day it was decided, in the site's zone.
    public var invoicedOn: CalendarDate
    /// By the order's net days, else the channel's; nil where neither has any.
    public var dueOn: CalendarDate?
    /// Of all its amounts: the order's.
    public var currency: CurrencyCode
    /// Sum of its lines, minor units.
    public var goodsMinor: Int64
    /// Discounts of the order and its lines that fall to this invoice, minor units, to be taken off.
    public var allowancesMinor: Int64
    /// Shipping and charges that fall to this invoice, minor units.
    public var chargesMinor: Int64
    /// Tax that falls to this invoice, minor units.
    public var taxMinor: Int64
    /// What is to be paid, minor units: goods less allowances, with charges and tax.
    public var totalMinor: Int64

    /// Holds what each property says.
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

/// What an invoice asks for one line of the order.
public struct InvoiceLineRow: Sendable, Hashable {
    /// The invoice that it stands in.
    public var invoice: InvoiceID
    /// The order line that was shipped.
    public var line: LineID
    /// Whole stock units, above zero: those of the shipment.
    public var quantity: Int64
    /// For one stock unit, in the invoice's currency; rounded to six digits where the order was priced
    /// otherwise.
    public var unitPrice: ScaledDecimal
    /// The line's share of its amount in the order, minor units; the shares of all invoices come to it
    /// exactly.
    public var amountMinor: Int64

    /// Holds what each property says.
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
    /// Its number in the books; behind the site's prefix it is the purchase order number.
    public var id: PurchaseOrderID
    /// The partner that delivers, by id.
    public var supplier: String
    /// The customer's order that is delivered.
    public var order: OrderID
    /// Our number on the purchase order, unique.
    public var number: String
    /// The day it was decided, in the site's zone.
    public var orderedOn: CalendarDate
    /// Of the unit costs: that of the articles, else the customer order's.
    public var currency: CurrencyCode

    /// Holds what each property says.
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

/// What a supplier is asked for one line of the customer's order.
public struct PurchaseOrderLineRow: Sendable, Hashable {
    /// The purchase order that it stands in.
    public var purchaseOrder: PurchaseOrderID
    /// 1-based.
    public var ordinal: Int
    /// The customer's line that it serves.
    public var line: LineID
    /// The article as we know it.
    public var item: ItemID
    /// Whole stock units, above zero.
    public var quantity: Int64
    /// What we pay a unit.
    public var unitCost: ScaledDecimal

    /// Holds what each property says.
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
