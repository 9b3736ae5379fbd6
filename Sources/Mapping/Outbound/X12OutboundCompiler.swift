import Canonical
import Diagnostics
import Formats

/// Arranges a bound map's bindings as the guide orders its segments.
struct X12OutboundCompiler {
    private let bound: BoundMap
    private let guide: Guide
    private var parts: [X12OutboundPlan.Part]
    /// By scope, the loop in which its places stand, and the part in which they are written.
    private var scopeLoops: [Int] = []
    private var scopeParts: [Int] = []
    /// By scope, the part of its group.
    private var scopeGroups: [Int] = []
    private let writesChildCode: Bool
    var reader = DeclarationReader()

    init(_ bound: BoundMap, map: MapDeclaration, guide: Guide) {
        self.bound = bound
        self.guide = guide
        writesChildCode = map.settings.writesChildCode
        parts = [X12OutboundPlan.Part(kind: .loop(0), parent: -1, position: 0)]
    }

    mutating func compile() -> X12OutboundPlan {
        for index in bound.scopes.indices { addScope(index) }
        for (index, scope) in bound.scopes.enumerated() {
            for binding in scope.bindings { add(binding, scope: index) }
        }
        sort()
        markFields()
        return X12OutboundPlan(guide: guide, parts: parts, writesChildCode: writesChildCode)
    }

    // MARK: Scopes

    private mutating func addScope(_ index: Int) {
        let scope = bound.scopes[index]
        guard scope.parent >= 0 else {
            scopeLoops.append(0)
            scopeParts.append(0)
            scopeGroups.append(0)
            return
        }
        guard let each = scope.each, let place = X12Place(each.text), place.element == nil,
            let found = place.resolved(in: guide, scope: scopeLoops[scope.parent])
        else {
            // A group without a place of its own is read another way, or not at all.
            if scope.each != nil || !scope.bindings.isEmpty {
                refusePlace(scope.each ?? Placed(text: scope.path, location: scope.location))
            }
            scopeLoops.append(0)
            scopeParts.append(0)
            scopeGroups.append(0)
            return
        }
        let isLevel = found.isTrigger && guide.nodes[found.nodes[0]].tag == "HL"
        // Levels below a level follow all of its own segments, as HL loops follow each other.
        let isInner = isLevel && scopeGroups[scope.parent] > 0
        let container = isInner ? scopeGroups[scope.parent] : scopeParts[scope.parent]
        let top = found.loops.first.map { guide.loops[$0.loop].child } ?? guide.nodes[found.nodes[0]].child
        let group = append(
            X12OutboundPlan.Part(
                kind: .group(index), parent: container, position: isInner ? Int.max : top,
                condition: scope.condition, scope: scope.parent))
        var current = group
        for (position, step) in found.loops.enumerated() {
            let isLast = position == found.loops.count - 1
            current = append(
                X12OutboundPlan.Part(
                    kind: .loop(step.loop), parent: current, position: guide.loops[step.loop].child,
                    filters: step.filters.filter { !$0.isNegated }, isLevel: isLevel && isLast, scope: index))
        }
        if !found.isTrigger {
            current = append(
                X12OutboundPlan.Part(
                    kind: .segment(found.nodes[0]), parent: current,
                    position: guide.nodes[found.nodes[0]].child,
                    filters: found.filters.filter { !$0.isNegated }, scope: index))
        }
        scopeLoops.append(found.loops.last?.loop ?? scopeLoops[scope.parent])
        scopeParts.append(current)
        scopeGroups.append(group)
    }

    private mutating func append(_ part: X12OutboundPlan.Part) -> Int {
        parts.append(part)
        parts[part.parent].children.append(parts.count - 1)
        return parts.count - 1
    }

    // MARK: Values

    private mutating func add(_ binding: BoundBinding, scope: Int) {
        guard let placed = binding.places.first else { return }
        guard let place = X12Place(placed.text), place.element != nil || place.pairsFrom != nil,
            let found = place.resolved(in: guide, scope: scopeLoops[scope])
        else {
            refusePlace(placed)
            return
        }
        let number = place.element ?? place.pairsFrom ?? 1
        var current = scopeParts[scope]
        if case .segment = parts[current].kind {
            // The record is one segment.
            addElement(binding, place, [], to: current, scope: scope)
            return
        }
        for _ in 0..<place.upCount { current = loopAround(current) }
        var constants: [(number: Int, code: String)] = []
        for (position, step) in found.loops.enumerated() {
            let isLast = position == found.loops.count - 1
            let avoiding = isLast && found.isTrigger && place.pairsFrom == nil ? number : nil
            current = loop(step.loop, step.filters, in: current, scope: scope, avoiding: avoiding)
        }
        let node = found.nodes[0]
        let filters = found.filters.filter { !$0.isNegated }
        for filter in filters where !(filter.alternatives.first ?? "").isEmpty {
            constants.append((filter.element, filter.alternatives[0]))
        }
        let segment = segment(
            node, filters, in: current, scope: scope, avoiding: place.pairsFrom == nil ? number : nil,
            component: place.component ?? 0)
        addElement(binding, place, constants, to: segment, scope: scope)
    }

    /// The loop part around a loop part.
    private func loopAround(_ part: Int) -> Int {
        var current = parts[part].parent
        while current > 0, case .group = parts[current].kind { current = parts[current].parent }
        return max(0, current)
    }

    private mutating func addElement(
        _ binding: BoundBinding, _ place: X12Place, _ constants: [(number: Int, code: String)], to part: Int,
        scope: Int
    ) {
        var binding = binding
        let name = X12InboundCompiler.name(of: place)
        binding = BoundBinding(
            field: binding.field, side: binding.side, rule: binding.rule.named(name), write: binding.write,
            fallback: binding.fallback, condition: binding.condition, location: binding.location)
        parts[part].elements.append(
            X12OutboundPlan.Element(
                binding: binding, scope: scope, number: place.element ?? place.pairsFrom ?? 1,
                component: place.component ?? 0, constants: constants, qualifiers: place.qualifiers,
                laterPairs: place.laterPairs))
    }

    /// The loop in a part whose first segment may say what the filters ask; a new one where none can.
    private mutating func loop(
        _ loop: Int, _ filters: [X12Place.Filter], in parent: Int, scope: Int, avoiding element: Int?
    ) -> Int {
        let wanted = filters.filter { !$0.isNegated }
        for child in parts[parent].children {
            guard case .loop(let other) = parts[child].kind, other == loop else { continue }
            guard Self.agree(parts[child].filters, wanted) else { continue }
            if let element, holds(element, inTriggerOf: child) { continue }
            merge(wanted, into: child)
            return child
        }
        return append(
            X12OutboundPlan.Part(
                kind: .loop(loop), parent: parent, position: guide.loops[loop].child, filters: wanted,
                scope: scope))
    }

    private func holds(_ element: Int, inTriggerOf part: Int) -> Bool {
        guard case .loop(let loop) = parts[part].kind else { return false }
        return parts[part].children.contains { child in
            guard case .segment(guide.loops[loop].trigger) = parts[child].kind else { return false }
            return parts[child].elements.contains { $0.number == element && $0.qualifiers.isEmpty }
        }
    }

    private mutating func segment(
        _ node: Int, _ filters: [X12Place.Filter], in parent: Int, scope: Int, avoiding element: Int?,
        component: Int
    ) -> Int {
        for child in parts[parent].children {
            guard case .segment(node) = parts[child].kind, Self.agree(parts[child].filters, filters) else {
                continue
            }
            let isTaken = element.map { number in
                parts[child].elements.contains {
                    $0.number == number && $0.component == component && $0.qualifiers.isEmpty
                }
            }
            if isTaken == true { continue }
            merge(filters, into: child)
            return child
        }
        return append(
            X12OutboundPlan.Part(
                kind: .segment(node), parent: parent, position: guide.nodes[node].child, filters: filters,
                scope: scope))
    }

    private mutating func merge(_ filters: [X12Place.Filter], into part: Int) {
        for filter in filters where !parts[part].filters.contains(filter) {
            parts[part].filters.append(filter)
        }
    }

    /// Whether one segment can be what both ask for. Two that differ only in what one of them leaves open can.
    private static func agree(_ left: [X12Place.Filter], _ right: [X12Place.Filter]) -> Bool {
        for filter in left {
            for other in right where other.element == filter.element {
                if other.alternatives.first != filter.alternatives.first { return false }
            }
        }
        return true
    }

    // MARK: Order

    private mutating func sort() {
        for index in parts.indices {
            let order = parts[index].children.enumerated().sorted { left, right in
                let a = parts[left.element].position
                let b = parts[right.element].position
                if a != b { return a < b }
                let ranks = (rank(left.element), rank(right.element))
                return ranks.0 != ranks.1 ? ranks.0 < ranks.1 : left.offset < right.offset
            }
            parts[index].children = order.map(\.element)
        }
    }

    /// At one place of the guide what is of the document stands before what is repeated.
    private func rank(_ part: Int) -> Int {
        if case .group = parts[part].kind { 1 } else { 0 }
    }

    private mutating func markFields() {
        for index in parts.indices.reversed() {
            let own = parts[index].elements.contains { $0.binding.field >= 0 }
            var isRecord = false
            if case .group = parts[index].kind { isRecord = true }
            if own || isRecord || parts[index].hasField {
                parts[index].hasField = true
                if parts[index].parent >= 0 { parts[parts[index].parent].hasField = true }
            }
        }
    }

    private mutating func refusePlace(_ place: Placed) {
        reader.refuse(
            .mapPlace, at: place.location, "'\(place.text)' is not a place of guide \(guide.id)",
            found: place.text,
            expected: "loops, segment and element, such as N1[01=ST]/N3-01",
            remedy: "correct the place, or add it to the guide")
    }
}
