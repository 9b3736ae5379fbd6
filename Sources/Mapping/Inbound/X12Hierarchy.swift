import Canonical
import Formats

/// A record of an HL level, and what HL02 says it belongs to.
struct X12Level {
    var id: ArraySlice<UInt8>
    var parent: ArraySlice<UInt8>
    var scope: Int
    var record: Record
    var segment: Int
}

/// Puts records of HL levels where HL02 says they belong.
///
/// - Shape: a level that the partner leaves out (shipment, order, item) becomes an empty record; a pallet around
///   cartons (T around P) leaves no record of its own when it has no items.
/// - Source: X12.3, segment HL: 628 identifies, 734 names the parent, 735 the level.
enum X12Hierarchy {
    /// - Returns: the segment of a level that cannot be placed; nil when all could.
    static func assemble(
        _ levels: inout [X12Level], into header: inout Record, _ plan: X12InboundPlan, _ set: borrowing X12Set
    ) -> Int? {
        var positions: [ArraySlice<UInt8>: Int] = [:]
        for (position, level) in levels.enumerated() { positions[level.id] = position }
        // The position of the record that each belongs to; -1 for the document.
        var owners = [Int](repeating: -1, count: levels.count)
        var isContainer = [Bool](repeating: false, count: levels.count)
        var added: [[Int]: Int] = [:]
        var fault: Int?
        for position in levels.indices {
            let scope = levels[position].scope
            let wanted = plan.scopes[scope].parent
            var owner = positions[levels[position].parent] ?? -1
            while owner >= 0, owner < levels.count, levels[owner].scope == scope, owner != position {
                isContainer[owner] = true
                owner = owners[owner]
            }
            let found = owner < 0 ? 0 : levels[owner].scope
            if found == wanted {
                owners[position] = owner
                continue
            }
            let missing = path(from: found, to: wanted, plan)
            guard let missing, owner < position else {
                fault = fault ?? levels[position].segment
                continue
            }
            for scope in missing {
                let key = [owner, scope]
                if let known = added[key] {
                    owner = known
                    continue
                }
                levels.append(
                    X12Level(
                        id: [], parent: [], scope: scope, record: Record(plan.scopes[scope].schema),
                        segment: levels[position].segment))
                owners.append(owner)
                isContainer.append(false)
                owner = levels.count - 1
                added[key] = owner
            }
            owners[position] = owner
        }
        place(&levels, owners, isContainer, into: &header, plan)
        return fault
    }

    /// The scopes between two, from the outside in; nil when one does not stand in the other.
    private static func path(from outer: Int, to inner: Int, _ plan: X12InboundPlan) -> [Int]? {
        var result: [Int] = []
        var current = inner
        while current != outer {
            guard current > 0 else { return nil }
            result.append(current)
            current = plan.scopes[current].parent
        }
        return result.reversed()
    }

    /// The deepest first, so that every record is complete before it is put into its own.
    private static func place(
        _ levels: inout [X12Level], _ owners: [Int], _ isContainer: [Bool], into header: inout Record,
        _ plan: X12InboundPlan
    ) {
        let deepest = levels.map { plan.scopes[$0.scope].depth }.max() ?? 0
        for depth in stride(from: deepest, through: 1, by: -1) {
            for position in levels.indices where plan.scopes[levels[position].scope].depth == depth {
                let scope = plan.scopes[levels[position].scope]
                var record = Record(scope.schema)
                swap(&record, &levels[position].record)
                if isContainer[position], record.groups.allSatisfy(\.isEmpty) { continue }
                let owner = owners[position]
                if owner < 0 {
                    if scope.parent == 0 { header.groups[scope.group].append(record) }
                } else {
                    levels[owner].record.groups[scope.group].append(record)
                }
            }
        }
    }
}
