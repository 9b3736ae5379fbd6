import Canonical
import Diagnostics
import Formats

/// Compiles a bound map against a guide.
struct X12InboundCompiler {
    private let bound: BoundMap
    private let guide: Guide
    private var plan: X12InboundPlan
    /// Actions by node, before they are laid out one after another: loops are entered first, then records begin, then
    /// values are read.
    private var enters: [[X12InboundPlan.Action]]
    private var begins: [[X12InboundPlan.Action]]
    private var values: [[X12InboundPlan.Action]]
    /// The loop and variant in which each scope stands.
    private var scopeLoops: [Int] = []
    private var scopeVariants: [Int32] = []
    private var variants: [VariantKey: Int32] = [:]
    var reader = DeclarationReader()

    private struct VariantKey: Hashable {
        var parent: Int32
        var loop: Int
        var filters: [X12Place.Filter]
    }

    init(_ bound: BoundMap, guide: Guide, zone: (any LocalZone)?) {
        self.bound = bound
        self.guide = guide
        plan = X12InboundPlan(
            kind: bound.kind, guide: guide, context: ValueContext(codes: bound.codes, zone: zone),
            currencies: CurrencyCheck(bound.kind.schema))
        plan.key = bound.key
        enters = Array(repeating: [], count: guide.nodes.count)
        begins = enters
        values = enters
    }

    mutating func compile() -> X12InboundPlan {
        for index in bound.scopes.indices { addScope(index) }
        for index in bound.scopes.indices {
            for binding in bound.scopes[index].bindings where binding.field >= 0 {
                add(binding, scope: index)
            }
        }
        for node in guide.nodes.indices {
            let start = Int32(plan.actions.count)
            plan.actions += enters[node] + begins[node] + grouped(values[node])
            plan.nodeActions.append(start..<Int32(plan.actions.count))
        }
        plan.variantCount = variants.count
        return plan
    }

    // MARK: Scopes

    private mutating func addScope(_ index: Int) {
        let scope = bound.scopes[index]
        var entry = X12InboundPlan.Scope(
            schema: scope.schema, parent: scope.parent, group: scope.group, rules: RecordRules(scope),
            path: scope.path)
        entry.requiredFields = entry.rules.required.map(\.field)
        entry.depth = scope.parent < 0 ? 0 : plan.scopes[scope.parent].depth + 1
        guard scope.parent >= 0 else {
            plan.scopes.append(entry)
            scopeLoops.append(0)
            scopeVariants.append(-1)
            return
        }
        plan.scopes[scope.parent].children.append(index)
        guard let each = scope.each, let place = X12Place(each.text), place.element == nil,
            let found = place.resolved(in: guide, scope: scopeLoops[scope.parent])
        else {
            refusePlace(scope.each ?? Placed(text: "", location: scope.location))
            plan.scopes.append(entry)
            scopeLoops.append(0)
            scopeVariants.append(-1)
            return
        }
        entry.isLevel = found.isTrigger && guide.nodes[found.nodes[0]].tag == "HL"
        plan.scopes.append(entry)
        let around = scopeVariants[scope.parent]
        let outerLoops = found.isTrigger ? found.loops.dropLast() : found.loops[...]
        let parentVariant = entry.isLevel ? -1 : around
        let outer = variant(of: Array(outerLoops), parent: parentVariant)
        if found.isTrigger, let loop = found.loops.last {
            let inner = loop.filters.isEmpty ? outer : variant(of: [loop], parent: outer)
            begins[found.nodes[0]].append(
                X12InboundPlan.Action(
                    kind: entry.isLevel ? .level : .begin, variant: inner, filters: 0..<0,
                    target: Int32(index)))
            scopeLoops.append(loop.loop)
            scopeVariants.append(inner)
        } else {
            for node in found.nodes {
                begins[node].append(
                    X12InboundPlan.Action(
                        kind: .begin, variant: outer, filters: addFilters(found.filters), target: Int32(index)
                    ))
            }
            // A segment by itself is the record: its places are its own elements.
            scopeLoops.append(found.loops.last?.loop ?? scopeLoops[scope.parent])
            scopeVariants.append(outer)
        }
    }

    /// The number of the state "this chain of loops, with these conditions, is the one we are in"; -1 for any.
    private mutating func variant(of loops: [(loop: Int, filters: [X12Place.Filter])], parent: Int32) -> Int32
    {
        var current = parent
        for step in loops where !step.filters.isEmpty {
            let key = VariantKey(parent: current, loop: step.loop, filters: step.filters)
            if let known = variants[key] {
                current = known
                continue
            }
            let number = Int32(variants.count)
            variants[key] = number
            enters[guide.loops[step.loop].trigger].append(
                X12InboundPlan.Action(
                    kind: .enter, variant: current, filters: addFilters(step.filters), target: number))
            current = number
        }
        return current
    }

    private mutating func addFilters(_ filters: [X12Place.Filter]) -> Range<Int32> {
        let start = Int32(plan.filters.count)
        for filter in filters {
            let first = Int32(plan.filterCodes.count)
            for code in filter.alternatives where !code.isEmpty {
                plan.filterCodes.append(CodeIndex.pack(Array(code.utf8).span))
            }
            plan.filters.append(
                X12InboundPlan.Filter(
                    element: Int16(filter.element), isNegated: filter.isNegated,
                    allowsEmpty: filter.alternatives.contains(""),
                    codes: first..<Int32(plan.filterCodes.count)))
        }
        return start..<Int32(plan.filters.count)
    }

    // MARK: Values

    private mutating func add(_ binding: BoundBinding, scope: Int) {
        guard !binding.places.isEmpty else { return }
        var slot = -1
        if binding.places.count > 1 {
            slot = plan.slotCount
            plan.slotCount += 1
            plan.scopes[scope].slots.append(slot)
        }
        for (rank, placed) in binding.places.enumerated() {
            guard let place = X12Place(placed.text), place.element != nil || place.pairsFrom != nil,
                let found = place.resolved(in: guide, scope: scopeLoops[scope])
            else {
                refusePlace(placed)
                continue
            }
            let rule = binding.rule.named(Self.name(of: place))
            checkElement(place, found, placed)
            let number = Int32(plan.targets.count)
            plan.targets.append(
                X12InboundPlan.Target(
                    field: Int32(binding.field), slot: Int32(slot), rank: Int8(clamping: rank),
                    isJoined: binding.side.join != nil))
            plan.rules.append(rule)
            plan.joins.append(binding.side.join)
            var action = X12InboundPlan.Action(
                kind: place.pairsFrom == nil ? .value : .pairs, variant: -1, filters: 0..<0,
                target: Int32(scope))
            action.element = Int16(place.element ?? place.pairsFrom ?? 0)
            action.component = Int16(place.component ?? 0)
            action.binding = number
            if place.pairsFrom != nil {
                let start = Int32(plan.pairs.count)
                for qualifier in place.qualifiers {
                    plan.pairs.append(
                        X12InboundPlan.Pair(
                            qualifier: CodeIndex.pack(Array(qualifier.code.utf8).span), binding: number))
                }
                action.pairs = start..<Int32(plan.pairs.count)
                let first = Int32(plan.pairPlaces.count)
                plan.pairPlaces += place.laterPairs.map { Int16(clamping: $0) }
                action.laterPairs = first..<Int32(plan.pairPlaces.count)
            }
            action.filters = addFilters(found.filters)
            if place.upCount > 0 {
                plan.scopes[scope].outers.append(
                    X12InboundPlan.Outer(
                        loop: guide.nodes[found.nodes[0]].loop, node: Int32(found.nodes[0]), action: action))
                continue
            }
            action.variant = variant(
                of: found.loops, parent: place.parts[0].tag == "HL" ? -1 : scopeVariants[scope])
            for node in found.nodes { values[node].append(action) }
        }
    }

    /// One look through the pairs of a segment serves all bindings that ask for pairs in it.
    private mutating func grouped(_ actions: [X12InboundPlan.Action]) -> [X12InboundPlan.Action] {
        var result: [X12InboundPlan.Action] = []
        for action in actions {
            guard action.kind == .pairs,
                let same = result.firstIndex(where: {
                    $0.kind == .pairs && $0.target == action.target && $0.element == action.element
                        && $0.variant == action.variant && samePairs($0, action) && $0.filters.isEmpty
                        && action.filters.isEmpty
                })
            else {
                result.append(action)
                continue
            }
            let start = Int32(plan.pairs.count)
            plan.pairs += Array(
                plan.pairs[Int(result[same].pairs.lowerBound)..<Int(result[same].pairs.upperBound)])
            plan.pairs += Array(plan.pairs[Int(action.pairs.lowerBound)..<Int(action.pairs.upperBound)])
            result[same].pairs = start..<Int32(plan.pairs.count)
        }
        return result
    }

    private func samePairs(_ left: X12InboundPlan.Action, _ right: X12InboundPlan.Action) -> Bool {
        left.laterPairs.map { plan.pairPlaces[Int($0)] } == right.laterPairs.map { plan.pairPlaces[Int($0)] }
    }

    private mutating func checkElement(_ place: X12Place, _ found: ResolvedX12Place, _ placed: Placed) {
        guard let element = place.element, guide.element(element, at: found.nodes[0]) == nil else { return }
        refusePlace(placed)
    }

    /// `BEG03`, as a partner's guide writes it.
    static func name(of place: X12Place) -> String {
        let tag = place.parts[place.parts.count - 1].tag
        let number = place.element ?? place.pairsFrom ?? 0
        return tag + (number < 10 ? "0\(number)" : "\(number)")
    }

    private mutating func refusePlace(_ place: Placed) {
        reader.refuse(
            .mapPlace, at: place.location, "'\(place.text)' is not a place of guide \(guide.id)",
            found: place.text,
            expected: "loops, segment and element, such as N1[01=ST]/N3-01",
            remedy: "correct the place, or add it to the guide")
    }
}
