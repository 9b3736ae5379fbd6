public import Canonical

/// What is in the books of the master data that a batch names.
public struct MasterFacts: Sendable {
    /// By SKU.
    public var items: [String: ItemRow] = [:]
    /// By code.
    public var locations: [String: LocationRow] = [:]

    public init(items: [String: ItemRow] = [:], locations: [String: LocationRow] = [:]) {
        self.items = items
        self.locations = locations
    }
}

/// Takes over items, locations and prices.
public enum MasterRules {
    /// The SKUs that items and prices name.
    public static func wantedSKUs(by documents: [CanonicalDocument]) -> Set<String> { [] }

    /// Makes rows of documents of the kinds `item`, `location` and `price`; a known SKU or code keeps its number.
    ///
    /// - Parameter facts: what is known; new rows are added to it.
    /// - Returns: `applied`, `noEffect` where the row is as it was, or `refused`, a document each.
    public static func apply(
        _ items: [IncomingDocument], facts: inout MasterFacts, identifiers: IdentifierSequence,
        context: RuleContext
    ) -> RuleOutcome {
        RuleOutcome(identifiers: identifiers)
    }
}
