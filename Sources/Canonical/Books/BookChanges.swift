public import Diagnostics

/// Something that partners may have to be told about; channels subscribe to it by name (`trigger.event`).
public struct BusinessEvent: Sendable, Hashable {
    /// What happened; the raw value is what `trigger.event` names, and the kind of the intent.
    public enum Kind: String, Sendable, CaseIterable {
        case orderAcknowledged = "order.acknowledged"
        case fulfilmentReleased = "fulfilment.released"
        case purchaseOrderApproved = "purchase_order.approved"
        case shipmentConfirmed = "shipment.confirmed"
        case invoicePosted = "invoice.posted"
    }

    /// What happened, and so what `subject` counts.
    public var kind: Kind
    /// The number of the order, fulfilment, purchase order, shipment or invoice.
    public var subject: Int64
    /// The partner whose order it is about.
    public var orderPartner: String
    /// The inbound channel of that order.
    public var orderChannel: String
    /// The location that ships, where one does.
    public var location: String?
    /// The supplier, where one is asked.
    public var supplier: String?

    /// No location and no supplier unless one is said.
    public init(
        _ kind: Kind, subject: Int64, orderPartner: String, orderChannel: String, location: String? = nil,
        supplier: String? = nil
    ) {
        self.kind = kind
        self.subject = subject
        self.orderPartner = orderPartner
        self.orderChannel = orderChannel
        self.location = location
        self.supplier = supplier
    }
}

/// Everything one batch of decisions does to the books, as rows. Rules make it, the ledger writes it in one
/// transaction; neither knows the other.
public struct BookChanges: Sendable {
    /// New orders, their lines and holds aside.
    public var orders: [OrderRow] = []
    /// Lines of new orders, all their units open.
    public var lines: [OrderLineRow] = []
    /// Holds set in this batch, on new orders and on those in the books.
    public var holds: [HoldRow] = []
    /// Holds that end: all open ones of the order with this code.
    public var holdReleases: [(order: OrderID, code: DiagnosticCode, by: String)] = []
    /// Items found for lines that had none.
    public var lineItems: [(line: LineID, item: ItemID, sku: String)] = []
    /// What lines in the books turned out to mean once their item, pack or price became known; all their units are
    /// still open, and stay so.
    public var lineTerms: [(line: LineID, ordered: Int64, unitPrice: ScaledDecimal, amountMinor: Int64)] = []
    /// The sums of orders in the books, for the same reason.
    public var orderTotals: [(order: OrderID, goodsMinor: Int64, totalMinor: Int64)] = []
    /// Only changes of existing orders; new rows carry their own.
    public var lifecycles: [(order: OrderID, to: OrderLifecycle)] = []
    /// Why things were decided, in the order of deciding.
    public var decisions: [DecisionRow] = []
    /// New work for warehouses, in state planned.
    public var fulfilments: [FulfilmentRow] = []
    /// New states of fulfilments in the books.
    public var fulfilmentStates: [(fulfilment: FulfilmentID, to: FulfilmentState)] = []
    /// Which lines the new fulfilments ship, and how many of each.
    public var allocations: [AllocationRow] = []
    /// What happened to units; positions and buckets follow from them.
    public var movements: [Movement] = []
    /// Cartons, planned or told. One that the books have already is only told its shipment, tracking number
    /// and place.
    public var packages: [PackageRow] = []
    /// Planned cartons that left, with the tracking number where there is one.
    public var packedShipments: [(package: PackageID, shipment: ShipmentID, tracking: String?)] = []
    /// Goods that left.
    public var shipments: [ShipmentRow] = []
    /// What is in those shipments, by line and carton.
    public var shipmentLines: [ShipmentLineRow] = []
    /// Invoices of those shipments, one each.
    public var invoices: [InvoiceRow] = []
    /// The lines of those invoices.
    public var invoiceLines: [InvoiceLineRow] = []
    /// New purchase orders, in state approved.
    public var purchaseOrders: [PurchaseOrderRow] = []
    /// The lines of those purchase orders.
    public var purchaseOrderLines: [PurchaseOrderLineRow] = []
    /// New states of purchase orders in the books.
    public var purchaseOrderStates: [(purchaseOrder: PurchaseOrderID, to: PurchaseOrderState)] = []
    /// Articles, new or changed.
    public var items: [ItemRow] = []
    /// Locations, new or changed.
    public var locations: [LocationRow] = []
    /// Prices; one of the same item, channel, currency and first day replaces the one in the books.
    public var prices: [PriceRow] = []
    /// Counts taken over: the newest as-of per location.
    public var snapshots: [(location: LocationID, asOf: Instant)] = []
    /// Articles received under a number: the same again is no receipt.
    public var receipts: [(key: ReceiptKey, quantity: Int64)] = []
    /// Items of which there is more than before: back-orders may be filled.
    public var itemsToRelease: [ItemID] = []
    /// What partners may have to be told.
    public var events: [BusinessEvent] = []
    /// The numbers that are free after this batch.
    public var identifiers: IdentifierSequence

    /// No change; numbers are drawn from here on.
    public init(identifiers: IdentifierSequence) { self.identifiers = identifiers }
}
