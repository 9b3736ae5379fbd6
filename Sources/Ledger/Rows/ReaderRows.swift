public import Canonical
public import Diagnostics

/// A pass of the program over the house.
public struct RunRow: Sendable, Hashable {
    /// Its number, `r-17` on screen.
    public var id: RunID
    /// What was asked for: `run`, `run --due`.
    public var command: String
    /// By the site's clock.
    public var startedAt: Instant
    /// Nil while it runs, and for ever when it died.
    public var finishedAt: Instant?
    /// `done`, `partial` where something was refused, held or left undelivered, `failed` where an error ended it; nil
    /// while unfinished.
    public var outcome: String?
    /// One sentence with the counts of what it did, or what it failed of; nil while unfinished.
    public var summary: String?

    init(
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
    /// Its number; batches that it causes carry it.
    public var id: Int64
    /// What was done: `replay --from map`.
    public var act: String
    /// What it was done to: `drop 1042`.
    public var subject: String
    /// The user's name at the shell.
    public var by: String
    /// The reason given.
    public var why: String
    /// By the site's clock.
    public var at: Instant

    init(id: Int64, act: String, subject: String, by: String, why: String, at: Instant) {
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
    /// The inbound channel of the drops.
    public var channel: String
    /// `x12/850`, `csv/orders`; empty for what is no document.
    public var document: String
    /// `set`, `rows` (of one document), `row` (refused alone), `element`, `envelope`, `gap`, `interchange` (passed over
    /// whole).
    public var kind: String
    /// What became of them.
    public var state: SpanState
    /// How many spans.
    public var count: Int

    init(channel: String, document: String, kind: String, state: SpanState, count: Int) {
        self.channel = channel
        self.document = document
        self.kind = kind
        self.state = state
        self.count = count
    }
}

/// How many outbound documents of a kind there are in one state.
public struct OutboundCount: Sendable, Hashable {
    /// The outbound channel.
    public var channel: String
    /// `x12/940`.
    public var document: String
    /// How far they are.
    public var state: DeliveryState
    /// How many documents.
    public var count: Int
    /// Business papers inside them.
    public var itemCount: Int

    init(channel: String, document: String, state: DeliveryState, count: Int, itemCount: Int) {
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
    /// Repeats of known bytes, by channel.
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
    /// Two sources or more: warehouses and suppliers.
    public var split = 0
    /// Units that wait for stock.
    public var backordered = 0
    /// An open hold.
    public var held = 0
    /// Shipments that came into the books.
    public var shipments = 0
    /// Invoices that were issued.
    public var invoices = 0
    /// Documents frozen in this run, sorted by channel, document, state.
    public var documents: [OutboundCount] = []

    /// Nothing happened.
    public init() {}
}

/// How a channel is.
public struct ChannelStatus: Sendable, Hashable {
    /// Inbound and outbound alike, and `<partner>/997`; by name.
    public var channel: String
    /// Its partner, by id; empty where only intents, orders or expectations know the channel.
    public var partner: String
    /// When the newest drop was staged, duplicates too; nil for a channel without drops.
    public var lastDropAt: Instant?
    /// Drops received since the day began, duplicates apart.
    public var dropsToday: Int
    /// Orders that came into the books since the day began.
    public var ordersToday: Int
    /// Outbound documents on their way, and intents not yet rendered.
    public var waitingDocuments: Int
    /// What must leave and has no bytes yet, whether it is due or not.
    public var waitingIntents: Int
    /// Stretches refused, of drops received since the day began.
    public var refusedSpans: Int
    /// Stretches that wait for a person or a code, of whatever age.
    public var heldSpans: Int
    /// Drops quarantined as a whole, of whatever age.
    public var quarantinedDrops: Int
    /// Orders of the channel with an open hold.
    public var heldOrders: Int
    /// Answers, files and acknowledgments past their time.
    public var overdueExpectations: Int
    /// Documents under whose name the partner has other bytes.
    public var conflicts: Int
    /// Documents of ours that the partner's acknowledgment rejected.
    public var rejectedDocuments: Int
    /// When the newest document was delivered.
    public var lastDeliveredAt: Instant?
    /// What keeps it from being served since some run; nil where nothing does.
    public var trouble: TroubleRow?

    init(channel: String, partner: String) {
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
    /// The order, without its document.
    public var order: OrderRow
    /// The code of its oldest open hold.
    public var code: DiagnosticCode
    /// When that hold was set; nil where its transaction has no time.
    public var since: Instant?

    init(order: OrderRow, code: DiagnosticCode, since: Instant?) {
        self.order = order
        self.code = code
        self.since = since
    }
}

/// The house as a whole.
public struct HouseStatus: Sendable, Hashable {
    /// The ledger's file.
    public var path: String
    /// The last step applied to its schema.
    public var schemaVersion: Int
    /// Size of the ledger's file in bytes, without the WAL.
    public var byteCount: Int64
    /// The newest, finished or not; nil before the first.
    public var lastRun: RunRow?
    /// All orders, ended ones too.
    public var orderCount: Int
    /// Orders with an open hold.
    public var openHolds: Int
    /// The oldest order with an open hold.
    public var oldestHold: OldestHold?
    /// Documents of ours that wait for an acknowledgment past their time, by id.
    public var unanswered: [OutboundRow]
    /// Drops staged and not wholly applied.
    public var dropsOpen: Int

    init(path: String, schemaVersion: Int, byteCount: Int64) {
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
    /// Not older than this.
    public var since: Instant?
    /// Only this channel.
    public var channel: String?
    /// Only what this run brought; deadlines belong to no run and are left out then.
    public var run: RunID?
    /// The most rows that are returned, newest first.
    public var limit: Int

    /// All of them, 200 at most.
    public init(since: Instant? = nil, channel: String? = nil, run: RunID? = nil, limit: Int = 200) {
        self.since = since
        self.channel = channel
        self.run = run
        self.limit = limit
    }
}

/// One thing that was refused, waits or is stuck.
public struct FailureRow: Sendable {
    /// What failed, with its rows.
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
        /// A channel that could not be served, or not wholly, since some run; `finding` says why.
        case channel
    }

    /// What failed.
    public var subject: Subject
    /// The channel that it concerns.
    public var channel: String
    /// When it failed: quarantined, refused, held, delivered and rejected, or due.
    public var since: Instant
    /// The run in which that was; nil where none is known, and for deadlines.
    public var run: RunID?
    /// The finding that decided, where the books keep one.
    public var finding: Diagnostic?

    init(
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
    /// What was decided.
    public var row: DecisionRow
    /// When, by the site's clock; nil where its transaction has no time.
    public var at: Instant?
    /// The run in which it was decided.
    public var run: RunID?

    init(row: DecisionRow, at: Instant?, run: RunID?) {
        self.row = row
        self.at = at
        self.run = run
    }
}

/// A hold with its end.
public struct HoldDetail: Sendable, Hashable {
    /// What was held, and why.
    public var row: HoldRow
    /// When it was set; nil where its transaction has no time.
    public var since: Instant?
    /// Whether the order still waits for it.
    public var isOpen: Bool
    /// Who or what ended it; nil while it is open.
    public var releasedBy: String?

    init(row: HoldRow, since: Instant?, isOpen: Bool, releasedBy: String?) {
        self.row = row
        self.since = since
        self.isOpen = isOpen
        self.releasedBy = releasedBy
    }
}

/// Everything that the books know about an order.
public struct OrderDetail: Sendable {
    /// The order with its document, lines and open holds.
    public var state: OrderState
    /// All holds, ended ones too, in order.
    public var holds: [HoldDetail]
    /// In the order in which they were made.
    public var decisions: [DecisionDetail]
    /// The work of each warehouse, with cartons.
    public var fulfilments: [FulfilmentStateFacts]
    /// What has left of it.
    public var shipments: [ShipmentDetail]
    /// What was charged for it.
    public var invoices: [InvoiceDetail]
    /// What suppliers were asked for it.
    public var purchaseOrders: [PurchaseOrderFacts]
    /// Documents in which the order, its fulfilments, shipments, invoices or purchase orders left.
    public var outbound: [OutboundRow]
    /// The drop that it came in.
    public var drop: DropRow?
    /// The stretch of that drop in which the order stands; nil where the books have none.
    public var span: SpanRow?

    init(state: OrderState) {
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
    /// The article.
    public var item: ItemRow
    /// Sorted by location code.
    public var positions: [(location: LocationRow, position: StockPosition)]
    /// Units that customers wait for.
    public var backordered: Int64

    init(
        item: ItemRow, positions: [(location: LocationRow, position: StockPosition)], backordered: Int64
    ) {
        self.item = item
        self.positions = positions
        self.backordered = backordered
    }
}
