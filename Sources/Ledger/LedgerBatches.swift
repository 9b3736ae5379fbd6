public import Canonical

/// What one transaction of applying does. `drop` is nil for decisions that no drop causes (back-orders filled,
/// held orders decided again).
public struct ApplyBatch: Sendable {
    /// The drop that causes it; nil as said above.
    public var drop: DropID?
    /// The drop's state after this batch; nil leaves it.
    public var state: DropState?
    /// How far the drop is applied after this batch, in bytes.
    public var reached: Int64?
    /// By the site's clock; written down with the transaction.
    public var at: Instant
    /// The run that does it.
    public var run: RunID
    /// Interchanges of the drop; one that the books have already is only told its fate, note and
    /// acknowledgment.
    public var interchanges: [InterchangeRow] = []
    /// Groups of the drop; one that the books have already is only told its counts, notes and acknowledgment.
    public var groups: [GroupRow] = []
    /// What became of the bytes read since the last batch.
    public var spans: [SpanRow] = []
    /// Spans decided again by a replay, under the ordinals that they have.
    public var respans: [SpanRow] = []
    /// What was found in the drop since the last batch.
    public var findings: [FindingRow] = []
    /// Codes of the partner without a word of ours; one that is known only gets another span that waits for
    /// it.
    public var missingCodes: [MissingCode] = []
    /// What it does to orders, stock and papers.
    public var changes: BookChanges
    /// What must leave because of it.
    public var intents: [IntentRow] = []
    /// Functional acknowledgments owed: `(interchange ordinal, group ordinal, channel, due)`; the ledger makes an
    /// intent of each, whose subject is the group's row id.
    public var acknowledgmentIntents: [(interchange: Int, group: Int, channel: String, dueAt: Instant)] = []
    /// Interchange acknowledgments owed, likewise.
    public var interchangeIntents: [(interchange: Int, channel: String, dueAt: Instant)] = []
    /// What partners said to documents of ours.
    public var acknowledged: [(outbound: OutboundID, state: AcknowledgmentState, detail: String)] = []
    /// What is owed because of it; the first recording of a key stands.
    public var expectations: [ExpectationRow] = []
    /// Keys of expectations that are met by this batch (late ones become `lateMet`).
    public var metExpectations: [String] = []
    /// Open holds with one of these codes: their orders are queued to be decided again.
    public var redecideHolds: [String] = []
    /// Orders whose reason to wait went away: queued to be decided again.
    public var ordersToRedecide: [OrderID] = []
    /// Queue entries that this batch has dealt with.
    public var releasedItems: [ItemID] = []
    /// Orders taken off the queue: they were decided again, whatever came of it.
    public var redecidedOrders: [OrderID] = []
    /// The operator act that caused it (`replay`), already recorded.
    public var act: Int64?

    /// A batch without effect yet; changes draw their numbers from `identifiers`.
    public init(drop: DropID?, at: Instant, run: RunID, identifiers: IdentifierSequence) {
        self.drop = drop
        self.at = at
        self.run = run
        changes = BookChanges(identifiers: identifiers)
    }
}

/// What one transaction of rendering does: at most 50 documents, their control numbers, the intents they consume.
public struct RenderBatch: Sendable {
    /// By the site's clock; written down with the transaction.
    public var at: Instant
    /// The run that renders.
    public var run: RunID
    /// Documents to be frozen; their bytes lie in the outbox already. Each consumes the intents of its papers.
    public var documents: [FrozenDocument] = []
    /// Intents that turned out to need no document, with the reason.
    public var waivedIntents: [(intent: Int64, reason: String)] = []
    /// The last number drawn, by scope (`isa ZZ:US ZZ:THEM`, `sequence manifest_number`).
    public var controlNumbers: [String: Int64] = [:]
    /// Fulfilments whose shipping order is frozen here: their reserved units become released, in one statement.
    public var releasedFulfilments: [FulfilmentID] = []
    /// Purchase orders that are in these documents: their state becomes sent.
    public var sentPurchaseOrders: [PurchaseOrderID] = []
    /// Slots of scheduled documents served here, by channel.
    public var servedSlots: [String: Instant] = [:]
    /// What is owed because of it; the first recording of a key stands.
    public var expectations: [ExpectationRow] = []
    /// Keys of expectations that are met by this batch (late ones become `lateMet`).
    public var metExpectations: [String] = []

    /// A batch without effect yet.
    public init(at: Instant, run: RunID) {
        self.at = at
        self.run = run
    }
}
