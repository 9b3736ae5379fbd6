public import Diagnostics

/// Something that partners may have to be told about; channels subscribe to it by name (`trigger.event`).
public struct BusinessEvent: Sendable, Hashable {
    public enum Kind: String, Sendable, CaseIterable {
        case orderAcknowledged = "order.acknowledged"
        case fulfilmentReleased = "fulfilment.released"
        case purchaseOrderApproved = "purchase_order.approved"
        case shipmentConfirmed = "shipment.confirmed"
        case invoicePosted = "invoice.posted"
    }

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
    public var orders: [OrderRow] = []
    public var lines: [OrderLineRow] = []
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
    public var decisions: [DecisionRow] = []
    public var fulfilments: [FulfilmentRow] = []
    public var fulfilmentStates: [(fulfilment: FulfilmentID, to: FulfilmentState)] = []
    public var allocations: [AllocationRow] = []
    public var movements: [Movement] = []
    public var packages: [PackageRow] = []
    /// Planned cartons that left, with the tracking number where there is one.
    public var packedShipments: [(package: PackageID, shipment: ShipmentID, tracking: String?)] = []
    public var shipments: [ShipmentRow] = []
    public var shipmentLines: [ShipmentLineRow] = []
    public var invoices: [InvoiceRow] = []
    public var invoiceLines: [InvoiceLineRow] = []
    public var purchaseOrders: [PurchaseOrderRow] = []
    public var purchaseOrderLines: [PurchaseOrderLineRow] = []
    public var purchaseOrderStates: [(purchaseOrder: PurchaseOrderID, to: PurchaseOrderState)] = []
    public var items: [ItemRow] = []
    public var locations: [LocationRow] = []
    public var prices: [PriceRow] = []
    /// Counts taken over: the newest as-of per location.
    public var snapshots: [(location: LocationID, asOf: Instant)] = []
    /// Articles received under a number: the same again is no receipt.
    public var receipts: [(key: ReceiptKey, quantity: Int64)] = []
    /// Items of which there is more than before: back-orders may be filled.
    public var itemsToRelease: [ItemID] = []
    public var events: [BusinessEvent] = []
    /// The numbers that are free after this batch.
    public var identifiers: IdentifierSequence

    public init(identifiers: IdentifierSequence) { self.identifiers = identifiers }
}
