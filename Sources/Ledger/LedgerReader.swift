public import Canonical
public import Diagnostics

/// Questions to the books, for commands that look and change nothing. Usable while a run writes: what is read is one
/// committed state per call. All throw `LedgerError`. A reader is used from one thread at a time.
public protocol LedgerReader: AnyObject {
    // MARK: Runs
    /// The newest runs first.
    func runs(limit: Int) throws(LedgerError) -> [RunRow]
    /// Nil where the books have no such run.
    func run(_ id: RunID) throws(LedgerError) -> RunRow?
    /// What a run did, counted in the books.
    func counts(of run: RunID) throws(LedgerError) -> RunCounts
    /// What people did, newest first.
    func acts(limit: Int) throws(LedgerError) -> [ActRow]

    // MARK: Status
    /// Every channel that the books know, sorted by name.
    ///
    /// - Parameter dayStart: "today" begins here, for `ordersToday`.
    func channels(dayStart: Instant) throws(LedgerError) -> [ChannelStatus]
    /// The figures of the house as a whole.
    func house() throws(LedgerError) -> HouseStatus

    // MARK: Failures
    /// What was refused, is held or stuck, newest first.
    func failures(_ filter: FailureFilter) throws(LedgerError) -> [FailureRow]
    /// Codes without a word of ours, with the number of documents that still wait for each; those for which nobody
    /// waits any more are left out. By partner, table, code.
    func missingCodes() throws(LedgerError) -> [(code: MissingCode, waiting: Int)]

    // MARK: Drops
    /// Nil where the books have no such drop.
    func drop(_ id: DropID) throws(LedgerError) -> DropRow?
    /// Drops whose SHA-256 begins with these hexadecimal digits (four or more), duplicates left out, by id.
    func drops(digestPrefix: String, limit: Int) throws(LedgerError) -> [DropRow]
    /// Drops in one of these states that arrived since, by id; for `replay --failed`, add those with held spans.
    func drops(
        states: Set<DropState>, orWithSpans: Set<SpanState>, channel: String?, since: Instant?, limit: Int
    ) throws(LedgerError) -> [DropRow]
    /// In byte order.
    func interchanges(of drop: DropID) throws(LedgerError) -> [InterchangeRow]
    /// In byte order.
    func groups(of drop: DropID) throws(LedgerError) -> [GroupRow]
    /// The spans of a drop, from an ordinal on.
    func spans(of drop: DropID, from ordinal: Int, limit: Int) throws(LedgerError) -> [SpanRow]
    /// How many spans a drop has in each state, by document.
    func spanCounts(of drop: DropID) throws(LedgerError) -> [SpanCount]
    /// In the order of writing.
    func findings(of drop: DropID) throws(LedgerError) -> [FindingRow]
    /// Outbound documents made from intents that this drop caused, by id.
    func outbound(causedBy drop: DropID) throws(LedgerError) -> [OutboundRow]

    // MARK: Orders
    /// Every order with this number; partners may share one. By partner.
    func orders(number: String) throws(LedgerError) -> [OrderRow]
    /// An order with all that belongs to it; nil where there is none.
    func order(_ id: OrderID) throws(LedgerError) -> OrderDetail?

    // MARK: Outbound
    /// Nil where the books have no such document.
    func outbound(_ id: OutboundID) throws(LedgerError) -> OutboundRow?
    /// Documents that have not arrived: ready, sending, held or in conflict. By id.
    func outboundWaiting(channel: String?, limit: Int) throws(LedgerError) -> [OutboundRow]
    /// Expectations in these states, by the time they are due.
    func expectations(
        states: Set<ExpectationRow.State>, channel: String?, limit: Int
    ) throws(LedgerError) -> [ExpectationRow]

    // MARK: Stock
    /// An article with what is where; nil for an unknown SKU.
    func stock(sku: String) throws(LedgerError) -> StockDetail?

    // MARK: The whole
    /// Prints the books as JSON lines without anything that depends on when, in which run or after how many attempts
    /// they were written. Two ledgers with the same business content print the same bytes.
    func dumpCanonical(to sink: ([UInt8]) throws -> Void) throws(LedgerError)
    /// Recomputes everything that can be recomputed; what does not agree is returned, none where the books are whole.
    ///
    /// - Parameter fileDigest: SHA-256 of the file kept for a staged drop or frozen document, nil where it is gone;
    ///   leave it out to check the books alone.
    /// - Limit: at most 200 findings.
    func verify(fileDigest: ((StoredFile) -> [UInt8]?)?) throws(LedgerError) -> LedgerVerification
    /// The steps of the schema: applied, or pending.
    func migrations() throws(LedgerError) -> [MigrationStep]
}

/// A file whose digest the books know.
public enum StoredFile: Sendable, Hashable {
    case staged(drop: DropID, digest: [UInt8])
    case frozen(outbound: OutboundID, digest: [UInt8])
}

/// What `verify` found, and how much it looked at.
public struct LedgerVerification: Sendable {
    /// What does not agree, at most 200; empty where the books are whole.
    public var findings: [Diagnostic] = []
    /// Links of the hash chain that were recomputed.
    public var transactions = 0
    /// Rows in the books under those links.
    public var rows = 0
    /// The newest link of the hash chain; empty in a ledger without transactions.
    public var head: [UInt8] = []
    /// Nothing looked at yet.
    public init() {}
}

/// A step of the ledger's schema.
public struct MigrationStep: Sendable, Hashable {
    /// From 1 on; the highest applied one is the ledger's schema version.
    public var version: Int
    /// What the step adds: `drops and spans`.
    public var description: String
    /// Nil while pending.
    public var appliedAt: Instant?
    /// Whether the step that was applied is the one that this program knows.
    public var hasSameChecksum: Bool

    init(version: Int, description: String, appliedAt: Instant?, hasSameChecksum: Bool) {
        self.version = version
        self.description = description
        self.appliedAt = appliedAt
        self.hasSameChecksum = hasSameChecksum
    }
}
