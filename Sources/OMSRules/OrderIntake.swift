public import Canonical

/// Decides new orders: whether they are repeats, what holds them, and where they ship from.
public enum OrderIntake {
    /// What facts deciding these documents needs: the argument of `LedgerStore.orderFacts`.
    ///
    /// - Returns: the order numbers, in document order without repeats, and every key that a line names.
    public static func wanted(by documents: [CanonicalDocument]) -> (numbers: [String], items: Set<ItemKey>) {
        ([], [])
    }

    /// Decides a batch of orders one after the other, each seeing what those before it took.
    ///
    /// - Parameter items: canonical orders of one partner, in the order in which they arrived.
    /// - Parameter facts: what `wanted(by:)` asked for; stock taken is gone from it afterwards.
    /// - Parameter identifiers: the first free numbers; `changes.identifiers` are those after.
    /// - Twice: with the same arguments it decides the same, to the byte.
    public static func decide(
        _ items: [IncomingDocument], facts: inout OrderFacts, identifiers: IdentifierSequence,
        context: RuleContext
    ) -> RuleOutcome {
        RuleOutcome(identifiers: identifiers)
    }
}
