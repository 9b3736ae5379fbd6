public import Canonical

/// Takes over counts and receipts.
public enum StockRules {
    /// What `LedgerStore.stockFacts` is to be asked for: as-of by location code, and articles.
    ///
    /// - Parameter now: the as-of of counts that name none.
    public static func wanted(
        by documents: [CanonicalDocument], now: Instant
    ) -> (locations: [String: Instant], items: Set<ItemKey>) { ([:], []) }

    /// Applies stock reports (846, CSV) and receipts, lines that are wrong left out.
    ///
    /// - Parameter items: documents of the kinds `stockReport` and `receipt`, in order. A report of a location is one
    ///   document or several with the same as-of.
    /// - Parameter facts: what `wanted(by:now:)` asked for; it follows what is applied.
    /// - Returns: `applied`, `refused` (older than the last count, or no line left), or `documentHeld` (too much would
    ///   fall to zero).
    public static func apply(
        _ items: [IncomingDocument], facts: inout StockFacts, identifiers: IdentifierSequence,
        context: RuleContext
    ) -> RuleOutcome {
        RuleOutcome(identifiers: identifiers)
    }
}
