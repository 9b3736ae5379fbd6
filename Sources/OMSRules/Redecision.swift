public import Canonical
public import Diagnostics

/// Decides held orders again, after an item or a price arrived or a person looked at them.
public enum Redecision {
    /// The documents of these orders, for `OrderIntake.wanted(by:)`.
    public static func documents(of orders: [OrderState]) -> [CanonicalDocument] {
        orders.compactMap { CanonicalCodec.decode($0.row.document) }
    }

    /// Looks at every reason to wait again; an order with none left is routed as at intake and acknowledged.
    ///
    /// - Parameter orders: held orders, in the order of their numbers. An order without open holds is routed when
    ///   all its units are still open, and left alone otherwise.
    /// - Parameter waived: holds that a person sets aside, by order.
    /// - Parameter by: who: `rules`, or the operator's name; it stands in the releases.
    /// - Returns: one result an order: `accepted`, `held`, or `noEffect`.
    public static func decide(
        _ orders: [OrderState], waived: [OrderID: Set<DiagnosticCode>] = [:], by: String = "rules",
        facts: inout OrderFacts, identifiers: IdentifierSequence, context: RuleContext
    ) -> RuleOutcome {
        RuleOutcome(identifiers: identifiers)
    }
}
