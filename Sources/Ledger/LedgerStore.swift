public import Canonical
public import Diagnostics

/// The books, in the verbs of the field. One implementation per database; one contract test for all.
///
/// Every `commit…`, `stage…`, `mark…` and `record…` is one durable transaction with a link of the hash chain. All
/// throw `LedgerError`. A store is used from one thread at a time.
public protocol LedgerStore: AnyObject {
    // MARK: Runs
    /// Writes a run down as unfinished. `configuration` is the SHA-256 of everything that configures the
    /// site. The drop that the run before was applying when it ended gets its attempt back, unless that run was
    /// killed: `wasKilled` says whether it was, for a run whose end could not be written down.
    func beginRun(
        command: String, configuration: [UInt8], at: Instant, wasKilled: Bool
    ) throws(LedgerError) -> RunID
    /// Gives a run its end: `done`, `partial` or `failed`, and a sentence with its counts or what it failed of.
    func finishRun(_ run: RunID, outcome: String, summary: String, at: Instant) throws(LedgerError)
    /// When the newest run ended that did not fail; a clock before it has gone back.
    func lastRunEnded() throws(LedgerError) -> Instant?
    /// Writes down what a person did; the answer goes into `ApplyBatch.act`.
    func recordAct(_ act: String, subject: String, by: String, why: String, at: Instant) throws(LedgerError)
        -> Int64

    /// Writes down what keeps channels from being served; nil ends a trouble.
    func mark(troubles: [String: Diagnostic?], run: RunID, at: Instant) throws(LedgerError)
    /// The troubles that have not ended, by channel.
    func troubles() throws(LedgerError) -> [TroubleRow]

    // MARK: Stage
    /// Writes down a file whose bytes are staged already.
    func stage(_ drop: StagedDrop, run: RunID) throws(LedgerError) -> StageOutcome
    /// Drops whose remote copy is still to be moved or deleted, in order of their ids.
    func cleanupsDue() throws(LedgerError) -> [DropRow]
    /// Their remote copies are moved or deleted.
    func markCleanedUp(_ drops: [DropID]) throws(LedgerError)
    /// How many drops a channel received in a time, duplicates not counted.
    func dropCount(channel: String, from: Instant, to: Instant) throws(LedgerError) -> Int

    // MARK: Apply
    /// Drops in state staged or applying, in order of their ids.
    func dropsToApply() throws(LedgerError) -> [DropRow]
    /// Counts the attempt before anything is parsed; `beginRun` gives it back to a drop whose run was not killed. Returns
    /// the row after it.
    func claim(_ drop: DropID, run: RunID) throws(LedgerError) -> DropRow
    /// Nil where the books have no such drop.
    func drop(_ id: DropID) throws(LedgerError) -> DropRow?
    /// The newest drop of a channel that is wholly applied, of those before one.
    func lastApplied(channel: String, before: DropID?) throws(LedgerError) -> DropRow?
    /// Interchanges of applied drops with one of these control numbers between the same two.
    func knownInterchanges(
        senderQualifier: String, sender: String, receiverQualifier: String, receiver: String,
        controls: [String]
    ) throws(LedgerError) -> [(control: String, drop: DropID, digest: [UInt8])]
    /// The next free numbers.
    func identifiers() throws(LedgerError) -> IdentifierSequence
    /// What deciding orders needs: articles by key, where they are, and orders of the partner with these
    /// numbers.
    func orderFacts(
        partner: String, numbers: [String], items: Set<ItemKey>
    ) throws(LedgerError) -> OrderFacts
    /// What applying shipping advices and ship notices needs, by the numbers that they name; `shipper` is a
    /// partner, `cartons` are SSCCs.
    func shipmentFacts(
        shipper: String, shipperNumbers: [String], fulfilments: [String], purchaseOrders: [String],
        cartons: [String], items: Set<ItemKey>
    ) throws(LedgerError) -> ShipmentFacts
    /// - Parameter asOf: by location code; `movedSince` counts physical movements effective after it.
    /// - Parameter receipts: numbers of receipts whose repeat is to be recognised.
    func stockFacts(
        locations: [String: Instant], items: Set<ItemKey>, receipts: Set<String>
    ) throws(LedgerError) -> StockFacts
    /// What is reserved of these articles and not yet released to a warehouse, by fulfilment, then line. Reads all
    /// fulfilments that are not released: for the rare count that is below what is reserved.
    func plannedReservations(of items: Set<ItemID>) throws(LedgerError) -> [ItemID: [PlannedReservation]]
    /// Unknown SKUs are missing.
    func itemsBySKU(_ skus: Set<String>) throws(LedgerError) -> [String: ItemRow]
    /// Inactive ones too, by code.
    func locations() throws(LedgerError) -> [LocationRow]
    /// Items whose stock grew, in order; their back-orders wait for `orderStates`.
    func itemsToRelease(limit: Int) throws(LedgerError) -> [ItemID]
    /// Orders with back-ordered units of these items, by ordered-on, then id; held orders left out.
    func backorders(of items: [ItemID], after: OrderID?, limit: Int) throws(LedgerError) -> [OrderState]
    /// Orders queued to be decided again, by id.
    func ordersToRedecide(limit: Int) throws(LedgerError) -> [OrderState]
    /// In the order of `ids`; unknown ones are left out.
    func orderStates(_ ids: [OrderID]) throws(LedgerError) -> [OrderState]
    /// The spans of a drop, from an ordinal on.
    func spans(of drop: DropID, from ordinal: Int, limit: Int) throws(LedgerError) -> [SpanRow]
    /// Writes a batch of decisions; `INTERNAL.INVARIANT` where it contradicts the books.
    func commit(_ batch: ApplyBatch) throws(LedgerError)

    // MARK: Render
    /// Channels with intents due, sorted by name, with how many.
    func channelsWithIntents(dueBy: Instant) throws(LedgerError) -> [(channel: String, count: Int)]
    /// The oldest due intents of a channel, in the order in which they were recorded.
    func intents(channel: String, dueBy: Instant, limit: Int) throws(LedgerError) -> [IntentRow]
    /// The last number drawn in a scope; nil before the first.
    func controlNumber(_ scope: String) throws(LedgerError) -> Int64?
    /// The newest slot of a scheduled document that was served; nil before the first.
    func servedSlot(channel: String) throws(LedgerError) -> Instant?
    /// In the order of `ids`; unknown ones are left out. So for the papers that follow.
    func fulfilments(_ ids: [FulfilmentID]) throws(LedgerError) -> [FulfilmentStateFacts]
    func shipments(_ ids: [ShipmentID]) throws(LedgerError) -> [ShipmentDetail]
    func invoices(_ ids: [InvoiceID]) throws(LedgerError) -> [InvoiceDetail]
    func purchaseOrders(_ ids: [PurchaseOrderID]) throws(LedgerError) -> [PurchaseOrderFacts]
    /// Unknown ones are missing.
    func items(_ ids: Set<ItemID>) throws(LedgerError) -> [ItemID: ItemRow]
    /// Items with their positions in order of SKU, a page at a time: what an inventory feed is made of.
    func stock(afterSKU: String?, limit: Int) throws(LedgerError) -> [(
        item: ItemRow, positions: [StockPosition]
    )]
    /// The group or interchange behind an acknowledgment intent.
    func group(_ subject: Int64) throws(LedgerError) -> (drop: DropID, row: GroupRow)?
    func interchange(_ subject: Int64) throws(LedgerError) -> (drop: DropID, row: InterchangeRow)?
    /// Freezes documents and draws their control numbers; `INTERNAL.INVARIANT` for a number that does not
    /// grow.
    func commit(_ batch: RenderBatch) throws(LedgerError) -> [OutboundID]

    // MARK: Deliver and settle
    /// Documents in state ready whose next attempt is due, by id.
    func documentsToDeliver(at: Instant, limit: Int) throws(LedgerError) -> [OutboundRow]
    /// Documents left in state sending by a run that died, by id.
    func documentsInDoubt() throws(LedgerError) -> [OutboundRow]
    /// From now on these documents are sent elsewhere.
    func readdress(_ moves: [(id: OutboundID, connection: String, path: String)]) throws(LedgerError)
    /// Counts an attempt of each, before a byte of it is sent.
    func markSending(_ ids: [OutboundID], run: RunID) throws(LedgerError)
    /// With what their partners owe from now on. The first moment of a document stands.
    func markDelivered(_ ids: [OutboundID], at: Instant, expectations: [ExpectationRow]) throws(LedgerError)
    /// Back to ready (or to conflict), with the reason and the time of the next attempt; no reason where a person put it
    /// back in line.
    func markUndelivered(
        _ id: OutboundID, state: DeliveryState, error: String?, nextAttemptAt: Instant?
    ) throws(LedgerError)
    /// The document that a functional acknowledgment of this partner names.
    func outbound(partner: String, functionalID: String, groupControl: String) throws(LedgerError)
        -> OutboundRow?

    /// The documents that told partners of these events: fulfilments for `fulfilment.released`, and so on.
    func outbounds(about subjects: [Int64], event: BusinessEvent.Kind) throws(LedgerError) -> [OutboundID]

    // MARK: Deadlines
    /// The first recording of a key stands.
    func recordExpectations(_ rows: [ExpectationRow]) throws(LedgerError)
    /// Unknown keys and those that have ended mean nothing.
    func markMet(_ keys: [String], at: Instant) throws(LedgerError)
    /// Turns waiting expectations that are due into overdue; returns those that turned.
    func markOverdue(at: Instant) throws(LedgerError) -> [ExpectationRow]
}

extension LedgerStore {
    /// Writes a run down as unfinished, after one that was killed unless its end is in the books.
    public func beginRun(
        command: String, configuration: [UInt8], at: Instant
    ) throws(LedgerError) -> RunID {
        try beginRun(command: command, configuration: configuration, at: at, wasKilled: true)
    }
}

/// A shipment with its lines and cartons.
public struct ShipmentDetail: Sendable {
    /// The shipment itself.
    public var row: ShipmentRow
    /// What is in it, in the order of writing.
    public var lines: [ShipmentLineRow]
    /// Its cartons, in the order of their numbers.
    public var packages: [PackageRow]
    /// The warehouse that shipped; nil where a supplier did.
    public var location: LocationRow?
    /// The shipping order or purchase order behind it.
    public var fulfilmentNumber: String?

    init(
        row: ShipmentRow, lines: [ShipmentLineRow], packages: [PackageRow], location: LocationRow?,
        fulfilmentNumber: String?
    ) {
        self.row = row
        self.lines = lines
        self.packages = packages
        self.location = location
        self.fulfilmentNumber = fulfilmentNumber
    }
}

/// An invoice with its lines.
public struct InvoiceDetail: Sendable {
    /// The invoice itself.
    public var row: InvoiceRow
    /// Its lines, in the order of writing.
    public var lines: [InvoiceLineRow]

    init(row: InvoiceRow, lines: [InvoiceLineRow]) {
        self.row = row
        self.lines = lines
    }
}

/// What the store could not do.
///
/// - `code`: `STORE.FULL`, `STORE.READ_ONLY`, `STORE.BUSY`, `STORE.IO`, `STORE.MISSING`, `STORE.NOT_A_DATABASE`,
///   `STORE.CORRUPT`, `STORE.SCHEMA.NEWER`, `STORE.SCHEMA.PENDING`, `INTERNAL.INVARIANT`.
public struct LedgerError: Error, Sendable, Hashable {
    /// Which failure it is; its entry in `LedgerCodes` says the rest.
    public var code: DiagnosticCode
    /// What is wrong, in one sentence.
    public var message: String
    /// What to do next, as an order.
    public var remedy: String
    /// Whether the same call may succeed later without anybody doing anything.
    public var isTemporary: Bool

    /// Lasting, unless it is said to be temporary.
    public init(_ code: DiagnosticCode, _ message: String, remedy: String, isTemporary: Bool = false) {
        self.code = code
        self.message = message
        self.remedy = remedy
        self.isTemporary = isTemporary
    }
}
