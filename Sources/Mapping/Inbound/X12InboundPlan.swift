import Canonical
import Formats

/// A map compiled against a guide: for every place of the guide, what is to be done when a segment stands there.
/// Nothing is looked up by name while sets are read.
struct X12InboundPlan: Sendable {
    /// What to do at a segment.
    struct Action: Sendable {
        enum Kind: UInt8, Sendable { case enter, begin, level, value, pairs }

        var kind: Kind
        /// The loop variant that must be in force; -1 for none.
        var variant: Int32
        /// Conditions on this segment, in `filters`.
        var filters: Range<Int32>
        /// For `enter` the variant that it decides; otherwise the scope.
        var target: Int32
        /// For `value`: 1-based element. For `pairs`: the first qualifier's element.
        var element: Int16 = 0
        /// 1-based; 0 for the whole element.
        var component: Int16 = 0
        /// For `value`: the binding. For `pairs`: the bindings, in `pairs`.
        var binding: Int32 = -1
        var pairs: Range<Int32> = 0..<0
        /// Where the pairs after the first begin, in `pairPlaces`; empty where they follow each other without end.
        var laterPairs: Range<Int32> = 0..<0
    }

    struct Filter: Sendable {
        var element: Int16
        var isNegated: Bool
        var allowsEmpty: Bool
        /// Packed codes, in `codes`.
        var codes: Range<Int32>
    }

    /// One qualifier of a pair and what its value is.
    struct Pair: Sendable {
        var qualifier: UInt64
        var binding: Int32
    }

    /// Where a value goes.
    struct Target: Sendable {
        var field: Int32
        /// Where the rank of the place that was read is kept, for fields with several places; -1 for others.
        var slot: Int32
        var rank: Int8
        /// Several values are joined.
        var isJoined: Bool
    }

    /// A value in a loop around the record's own, looked for when the record begins.
    struct Outer: Sendable {
        var loop: Int
        var node: Int32
        var action: Action
    }

    struct Scope: Sendable {
        var schema: RecordSchema
        var parent: Int
        var group: Int
        var rules: RecordRules
        /// The fields of `rules.required`.
        var requiredFields: [Int] = []
        /// Whether HL02 says what the record belongs to.
        var isLevel = false
        /// Scopes directly below.
        var children: [Int] = []
        var outers: [Outer] = []
        /// Distance from the document.
        var depth = 0
        var path = ""
        /// The slots of its fields with several places.
        var slots: [Int] = []
    }

    let kind: DocumentKind
    let guide: Guide
    var scopes: [Scope] = []
    /// By node of the guide, its actions.
    var nodeActions: [Range<Int32>] = []
    var actions: [Action] = []
    var filters: [Filter] = []
    var filterCodes: [UInt64] = []
    var pairs: [Pair] = []
    var pairPlaces: [Int16] = []
    /// By binding, where its value goes, how it is read, and what joins it with others.
    var targets: [Target] = []
    var rules: [ValueRule] = []
    var joins: [String?] = []
    var variantCount = 0
    var slotCount = 0
    var key = -1
    let context: ValueContext
    let currencies: CurrencyCheck
    var hasLevels: Bool { scopes.contains { $0.isLevel } }
}
