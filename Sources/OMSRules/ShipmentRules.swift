public import Canonical

/// Takes over what warehouses and suppliers say they shipped, and invoices it.
public enum ShipmentRules {
    /// What `LedgerStore.shipmentFacts` is to be asked for.
    public struct Wanted: Sendable, Hashable {
        public var shipperNumbers: [String] = []
        public var fulfilments: [String] = []
        public var purchaseOrders: [String] = []
        public var items: Set<ItemKey> = []
    }

    /// What facts these shipping advices and ship notices need.
    public static func wanted(by documents: [CanonicalDocument]) -> Wanted { Wanted() }

    /// Applies shipping advices (945, CSV) against fulfilments and ship notices (856) against purchase orders.
    ///
    /// - Parameter items: documents of the kinds `shippingAdvice` and `shipNotice` from one shipper, in order.
    /// - Parameter facts: what `wanted(by:)` asked for; it follows what is applied.
    /// - Returns: `applied`, `noEffect` (the shipper's number is known), or `refused`: a document is taken whole or
    ///   not at all.
    public static func apply(
        _ items: [IncomingDocument], facts: inout ShipmentFacts, identifiers: IdentifierSequence,
        context: RuleContext
    ) -> RuleOutcome {
        RuleOutcome(identifiers: identifiers)
    }
}
