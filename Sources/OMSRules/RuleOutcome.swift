public import Canonical
public import Diagnostics

/// What every rule is given besides its documents and facts.
public struct RuleContext: Sendable {
    /// What the site settled.
    public var policy: RulesPolicy
    /// Where postal codes lie.
    public var centroids: PostalCentroids
    /// The moment of deciding, from the clock of the run.
    public var now: Instant
    /// SHA-256 of bytes; handed in because rules compute nothing but decisions.
    public var digest: @Sendable ([UInt8]) -> [UInt8]

    /// A context for one batch.
    public init(
        policy: RulesPolicy, centroids: PostalCentroids, now: Instant,
        digest: @escaping @Sendable ([UInt8]) -> [UInt8]
    ) {
        self.policy = policy
        self.centroids = centroids
        self.now = now
        self.digest = digest
    }

    /// Today in the site's zone.
    public var today: CalendarDate { now.local(offsetSeconds: policy.zoneOffsetSeconds).date }
}

/// What became of one document.
public struct RuleResult: Sendable, Hashable {
    /// The fate of a document.
    public enum Verdict: Sendable, Hashable {
        /// An order exists and is routed, back-ordered or with a supplier.
        case accepted(OrderID)
        /// An order exists and waits; its stock is untouched.
        case held(OrderID)
        /// The same order again.
        case duplicate(of: OrderID)
        /// The books were changed as the document says.
        case applied
        /// The document says nothing new; `findings` say why.
        case noEffect
        /// Nothing of the document was taken over.
        case refused
        /// Nothing was taken over yet: a person decides.
        case documentHeld
    }

    /// The fate.
    public var verdict: Verdict
    /// Located by byte offset and count in the drop, where the value has an address; `location.drop` is empty and
    /// `location.segment` nil: the caller knows both.
    public var findings: [Diagnostic]

    /// A fate with its findings.
    public init(_ verdict: Verdict, findings: [Diagnostic] = []) {
        self.verdict = verdict
        self.findings = findings
    }

    /// A document of a kind that the rule does not decide: the caller sent it to the wrong place.
    static func unexpected(_ document: CanonicalDocument) -> RuleResult {
        let finding = Diagnostic(
            "OMS.DOCUMENT.KIND", at: document.span.location,
            "document is \(document.kind.rawValue), which is not decided here", found: document.kind.rawValue,
            expected: "a kind of document that the channel brings in",
            remedy: "correct the `document` of the channel or its map")
        return RuleResult(.refused, findings: [finding])
    }
}

/// What a batch of decisions does to the books, with the fate of every document.
public struct RuleOutcome: Sendable {
    /// Rows for the ledger, identifiers included.
    public var changes: BookChanges
    /// One per document (or order) handed in, in that order.
    public var results: [RuleResult] = []
    /// Orders whose reason to wait went away: they want to be decided again.
    public var ordersToRedecide: [OrderID] = []
    /// Articles of which a count found less than is reserved, where `StockFacts.planned` was not looked up: decide again
    /// with it, and orders that no warehouse was told of give way.
    public var shortItems: Set<ItemID> = []

    /// Nothing yet.
    public init(identifiers: IdentifierSequence) { changes = BookChanges(identifiers: identifiers) }
}

/// A document together with where it came from.
public struct IncomingDocument: Sendable {
    /// The canonical document.
    public var document: CanonicalDocument
    /// The drop it was read from.
    public var drop: DropID
    /// The inbound channel.
    public var channel: String
    /// The partner that sent it.
    public var partner: String

    /// A document of a drop.
    public init(_ document: CanonicalDocument, drop: DropID, channel: String, partner: String) {
        self.document = document
        self.drop = drop
        self.channel = channel
        self.partner = partner
    }
}
