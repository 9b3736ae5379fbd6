public import Canonical

/// What one transaction of applying does. `drop` is nil for decisions that no drop causes (back-orders filled,
/// held orders decided again).
public struct ApplyBatch: Sendable {
    public var drop: DropID?
    /// The drop's state after this batch; nil leaves it.
    public var state: DropState?
    /// How far the drop is applied after this batch, in bytes.
    public var reached: Int64?
    public var at: Instant
    public var run: RunID
    public var interchanges: [InterchangeRow] = []
    public var groups: [GroupRow] = []
    public var spans: [SpanRow] = []
    /// Spans decided again by a replay, under the ordinals that they have.
    public var respans: [SpanRow] = []
    public var findings: [FindingRow] = []
    public var missingCodes: [MissingCode] = []
    public var changes: BookChanges
    public var intents: [IntentRow] = []
    /// Functional acknowledgments owed: `(interchange ordinal, group ordinal, channel, due)`; the ledger makes an
    /// intent of each, whose subject is the group's row id.
    public var acknowledgmentIntents: [(interchange: Int, group: Int, channel: String, dueAt: Instant)] = []
    /// Interchange acknowledgments owed, likewise.
    public var interchangeIntents: [(interchange: Int, channel: String, dueAt: Instant)] = []
    /// What partners said to documents of ours.
    public var acknowledged: [(outbound: OutboundID, state: AcknowledgmentState, detail: String)] = []
    public var expectations: [ExpectationRow] = []
    /// Keys of expectations that are met by this batch (late ones become `lateMet`).
    public var metExpectations: [String] = []
    /// Open holds with one of these codes: their orders are queued to be decided again.
    public var redecideHolds: [String] = []
    /// Orders whose reason to wait went away: queued to be decided again.
    public var ordersToRedecide: [OrderID] = []
    /// Queue entries that this batch has dealt with.
    public var releasedItems: [ItemID] = []
    public var redecidedOrders: [OrderID] = []
    /// The operator act that caused it (`replay`), already recorded.
    public var act: Int64?

    public init(drop: DropID?, at: Instant, run: RunID, identifiers: IdentifierSequence) {
        self.drop = drop
        self.at = at
        self.run = run
        changes = BookChanges(identifiers: identifiers)
    }
}

/// What one transaction of rendering does: at most 50 documents, their control numbers, the intents they consume.
public struct RenderBatch: Sendable {
    public var at: Instant
    public var run: RunID
    public var documents: [FrozenDocument] = []
    /// Intents that turned out to need no document, with the reason.
    public var waivedIntents: [(intent: Int64, reason: String)] = []
    /// The last number drawn, by scope (`isa ZZ:US ZZ:THEM`, `sequence manifest_number`).
    public var controlNumbers: [String: Int64] = [:]
    /// Fulfilments whose shipping order is frozen here: their reserved units become released, in one statement.
    public var releasedFulfilments: [FulfilmentID] = []
    public var sentPurchaseOrders: [PurchaseOrderID] = []
    /// Slots of scheduled documents served here, by channel.
    public var servedSlots: [String: Instant] = [:]
    public var expectations: [ExpectationRow] = []
    public var metExpectations: [String] = []

    public init(at: Instant, run: RunID) {
        self.at = at
        self.run = run
    }
}
