public import Canonical
public import Diagnostics

/// A pass of the program over the house.
public struct RunRow: Sendable, Hashable {
    public var id: RunID
    public var command: String
    public var startedAt: Instant
    /// Nil while it runs, and for ever when it died.
    public var finishedAt: Instant?
    /// `ok`, `partial`, `failed`; nil while unfinished.
    public var outcome: String?
    public var summary: String?

    public init(
        id: RunID, command: String, startedAt: Instant, finishedAt: Instant?, outcome: String?,
        summary: String?
    ) {
        self.id = id
        self.command = command
        self.startedAt = startedAt
        self.finishedAt = finishedAt
        self.outcome = outcome
        self.summary = summary
    }
}

/// What a person did, and why.
public struct ActRow: Sendable, Hashable {
    public var id: Int64
    public var act: String
    public var subject: String
    public var by: String
    public var why: String
    public var at: Instant

    public init(id: Int64, act: String, subject: String, by: String, why: String, at: Instant) {
        self.id = id
        self.act = act
        self.subject = subject
        self.by = by
        self.why = why
        self.at = at
    }
}

/// How many spans of one document have one fate.
public struct SpanCount: Sendable, Hashable {
    public var channel: String
    public var document: String
    /// `set`, `rows`, `element`, `envelope`, `gap`.
    public var kind: String
    public var state: SpanState
    public var count: Int

    public init(channel: String, document: String, kind: String, state: SpanState, count: Int) {
        self.channel = channel
        self.document = document
        self.kind = kind
        self.state = state
        self.count = count
    }
}

/// How many outbound documents of a kind there are in one state.
public struct OutboundCount: Sendable, Hashable {
    public var channel: String
    public var document: String
    public var state: DeliveryState
    public var count: Int
    /// Business papers inside them.
    public var itemCount: Int

    public init(channel: String, document: String, state: DeliveryState, count: Int, itemCount: Int) {
        self.channel = channel
        self.document = document
        self.state = state
        self.count = count
        self.itemCount = itemCount
    }
}

/// What one run did, counted in the books.
public struct RunCounts: Sendable, Hashable {
    /// Drops staged in this run, by channel; duplicates apart.
    public var drops: [String: Int] = [:]
    public var duplicateDrops: [String: Int] = [:]
    /// Drops quarantined as a whole.
    public var quarantinedDrops: [String: Int] = [:]
    /// Spans written in this run, sorted by channel, document, state.
    public var spans: [SpanCount] = []
    /// Orders that came into the books, by channel.
    public var orders: [String: Int] = [:]
    /// Of those: with at least one fulfilment or purchase order; with two or more; with units on back-order; with an
    /// open hold. An order may count in several.
    public var routed = 0
    public var split = 0
    public var backordered = 0
    public var held = 0
    public var shipments = 0
    public var invoices = 0
    /// Documents frozen in this run, sorted by channel, document, state.
    public var documents: [OutboundCount] = []

    public init() {}
}

/// How a channel is.
public struct ChannelStatus: Sendable, Hashable {
    public var channel: String
    public var partner: String
    public var lastDropAt: Instant?
    /// Drops received since the day began, duplicates apart.
    public var dropsToday: Int
    public var ordersToday: Int
    /// Outbound documents on their way, and intents not yet rendered.
    public var waitingDocuments: Int
    public var waitingIntents: Int
    public var refusedSpans: Int
    public var heldSpans: Int
    public var quarantinedDrops: Int
    public var heldOrders: Int
    public var overdueExpectations: Int
    public var conflicts: Int
    /// Documents of ours that the partner's acknowledgment rejected.
    public var rejectedDocuments: Int
    /// When the newest document was delivered.
    public var lastDeliveredAt: Instant?

    public init(channel: String, partner: String) {
        self.channel = channel
        self.partner = partner
        dropsToday = 0
        ordersToday = 0
        waitingDocuments = 0
        waitingIntents = 0
        refusedSpans = 0
        heldSpans = 0
        quarantinedDrops = 0
        heldOrders = 0
        overdueExpectations = 0
        conflicts = 0
        rejectedDocuments = 0
    }
}

/// The order that has waited longest.
public struct OldestHold: Sendable, Hashable {
    public var order: OrderRow
    public var code: DiagnosticCode
    public var since: Instant?

    public init(order: OrderRow, code: DiagnosticCode, since: Instant?) {
        self.order = order
        self.code = code
        self.since = since
    }
}

/// The house as a whole.
public struct HouseStatus: Sendable, Hashable {
    public var path: String
    public var schemaVersion: Int
    public var byteCount: Int64
    public var lastRun: RunRow?
    public var orderCount: Int
    public var openHolds: Int
    /// The oldest order with an open hold.
    public var oldestHold: OldestHold?
    /// Documents of ours that wait for an acknowledgment past their time, by id.
    public var unanswered: [OutboundRow]
    public var dropsOpen: Int

    public init(path: String, schemaVersion: Int, byteCount: Int64) {
        self.path = path
        self.schemaVersion = schemaVersion
        self.byteCount = byteCount
        orderCount = 0
        openHolds = 0
        unanswered = []
        dropsOpen = 0
    }
}

/// Which failures are asked for; nil means all.
public struct FailureFilter: Sendable, Hashable {
    public var since: Instant?
    public var channel: String?
    public var run: RunID?
    public var limit: Int

    public init(since: Instant? = nil, channel: String? = nil, run: RunID? = nil, limit: Int = 200) {
        self.since = since
        self.channel = channel
        self.run = run
        self.limit = limit
    }
}

/// One thing that was refused, waits or is stuck.
public struct FailureRow: Sendable {
    public enum Subject: Sendable {
        /// Quarantined as a whole.
        case drop(DropRow)
        /// Refused, held or quarantined.
        case span(DropRow, SpanRow)
        /// An order with its open holds.
        case order(OrderRow, holds: [HoldRow])
        /// Undelivered after a failure, in conflict, or rejected by the partner.
        case outbound(OutboundRow)
        /// Overdue.
        case expectation(ExpectationRow)
    }

    public var subject: Subject
    /// The channel that it concerns.
    public var channel: String
    public var since: Instant
    public var run: RunID?
    /// The finding that decided, where the books keep one.
    public var finding: Diagnostic?

    public init(
        subject: Subject, channel: String, since: Instant, run: RunID?, finding: Diagnostic?
    ) {
        self.subject = subject
        self.channel = channel
        self.since = since
        self.run = run
        self.finding = finding
    }
}

/// A decision with the time and run it was made in.
public struct DecisionDetail: Sendable {
    public var row: DecisionRow
    public var at: Instant?
    public var run: RunID?

    public init(row: DecisionRow, at: Instant?, run: RunID?) {
        self.row = row
        self.at = at
        self.run = run
    }
}

/// A hold with its end.
public struct HoldDetail: Sendable, Hashable {
    public var row: HoldRow
    public var since: Instant?
    public var isOpen: Bool
    public var releasedBy: String?

    public init(row: HoldRow, since: Instant?, isOpen: Bool, releasedBy: String?) {
        self.row = row
        self.since = since
        self.isOpen = isOpen
        self.releasedBy = releasedBy
    }
}

/// Everything that the books know about an order.
public struct OrderDetail: Sendable {
    public var state: OrderState
    /// All holds, ended ones too, in order.
    public var holds: [HoldDetail]
    /// In the order in which they were made.
    public var decisions: [DecisionDetail]
    public var fulfilments: [FulfilmentStateFacts]
    public var shipments: [ShipmentDetail]
    public var invoices: [InvoiceDetail]
    public var purchaseOrders: [PurchaseOrderFacts]
    /// Documents in which the order, its fulfilments, shipments, invoices or purchase orders left.
    public var outbound: [OutboundRow]
    public var drop: DropRow?
    public var span: SpanRow?

    public init(state: OrderState) {
        self.state = state
        holds = []
        decisions = []
        fulfilments = []
        shipments = []
        invoices = []
        purchaseOrders = []
        outbound = []
    }
}

/// An article with what is where.
public struct StockDetail: Sendable {
    public var item: ItemRow
    /// Sorted by location code.
    public var positions: [(location: LocationRow, position: StockPosition)]
    /// Units that customers wait for.
    public var backordered: Int64

    public init(
        item: ItemRow, positions: [(location: LocationRow, position: StockPosition)], backordered: Int64
    ) {
        self.item = item
        self.positions = positions
        self.backordered = backordered
    }
}
