public import Canonical

/// Fills back-orders from stock that came in.
public enum BackorderRelease {
    /// The keys of the articles that these orders wait for.
    public static func wanted(by orders: [OrderState]) -> Set<ItemKey> { [] }

    /// Fills what can be filled: orders by cancel-after, then ordered-on (unknown last), then number.
    ///
    /// - Parameter orders: orders with back-ordered lines, in any order; those with open holds are left alone.
    /// - Returns: one result for each order, in the order of deciding: `applied` where units were reserved.
    public static func decide(
        _ orders: [OrderState], facts: inout OrderFacts, identifiers: IdentifierSequence, context: RuleContext
    ) -> RuleOutcome {
        RuleOutcome(identifiers: identifiers)
    }
}
