import Canonical
import Diagnostics
public import Formats

/// Maps one transaction set after another to canonical documents, reusing its storage.
///
/// - Shape: sets that a guide has matched (`X12Validator.validate`); one document a set, with the byte range of every
///   value in the drop.
public struct X12Mapper {
    private let plan: X12InboundPlan
    private let drop: String
    private var walk: X12Walk

    /// A mapper for the sets of one drop.
    ///
    /// - Returns: nil when the plan is not for X12.
    public init?(_ plan: InboundPlan, drop: String) {
        guard case .x12(let x12) = plan.body else { return nil }
        self.plan = x12
        self.drop = drop
        walk = X12Walk(x12)
    }

    /// The document that a set says.
    ///
    /// - Twice: the same set gives the same document.
    public mutating func map(_ set: borrowing X12Set) -> MappedDocument {
        walk.begin(plan, set)
        let bytes = set.bytes.span
        for index in set.segments.indices {
            let node = Int(set.nodes[index])
            guard node >= 0, node < plan.nodeActions.count else { continue }
            let actions = plan.nodeActions[node]
            if !actions.isEmpty { walk.take(actions, plan, set, bytes, segment: index) }
        }
        return walk.finish(plan, set, drop: drop)
    }
}

/// A finding while a set is walked: words are made afterwards.
struct X12Trouble {
    var problem: ValueProblem
    var binding: Int32
    var segment: Int32
    var element: Int16
    var range: Range<Int>
}
