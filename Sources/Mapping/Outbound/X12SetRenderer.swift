import Canonical
import Formats

/// Renders one document as the segments of a set.
struct X12SetRenderer {
    /// How much reason there is to write what was rendered.
    private enum Weight: Int, Comparable {
        case nothing, constant, data
        static func < (left: Weight, right: Weight) -> Bool { left.rawValue < right.rawValue }
    }

    private let plan: X12OutboundPlan
    private var scope: RenderScope
    private let bound: BoundMap
    private var segments: [RenderedSegment] = []
    /// Numbers of the HL segments around the record at hand, from the outside in.
    private var hierarchy: [Int] = []

    init(_ plan: X12OutboundPlan, _ scope: RenderScope, _ bound: BoundMap) {
        self.plan = plan
        self.scope = scope
        self.bound = bound
    }

    /// The segments between ST and SE. Depth is that of the map, not of the document.
    mutating func segments(_ log: inout RenderLog) -> [RenderedSegment] {
        for child in plan.parts[0].children { _ = render(child, &log) }
        return segments
    }

    private mutating func render(_ index: Int, _ log: inout RenderLog) -> Weight {
        let part = plan.parts[index]
        switch part.kind {
        case .group(let group): return renderGroup(group, part, &log)
        case .loop(let loop): return renderLoop(loop, index, part, isRecord: false, &log)
        case .segment(let node): return renderSegment(node, part, isWanted: false, &log)
        }
    }

    // MARK: Groups and loops

    private mutating func renderGroup(_ group: Int, _ part: X12OutboundPlan.Part, _ log: inout RenderLog)
        -> Weight
    {
        guard scope.holds(part.condition, scope: part.scope) else { return .nothing }
        let bound = bound.scopes[group]
        let records = scope.records[bound.parent].groups[bound.group]
        for (ordinal, record) in records.enumerated() {
            scope.enter(group, record, ordinal: ordinal)
            let around = hierarchy.count
            for child in part.children { renderRecord(child, &log) }
            hierarchy.removeLast(hierarchy.count - around)
        }
        return records.isEmpty ? .nothing : .data
    }

    /// A record is written whatever it holds, but for an HL level without values: a package nobody packed.
    private mutating func renderRecord(_ index: Int, _ log: inout RenderLog) {
        let part = plan.parts[index]
        switch part.kind {
        case .group(let group): _ = renderGroup(group, part, &log)
        case .loop(let loop):
            if part.isLevel, case .group(let scopeIndex) = plan.parts[part.parent].kind,
                isEmptyLevel(scopeIndex)
            {
                return
            }
            _ = renderLoop(loop, index, part, isRecord: true, &log)
        case .segment(let node): _ = renderSegment(node, part, isWanted: true, &log)
        }
    }

    private func isEmptyLevel(_ index: Int) -> Bool {
        scope.records[index].values.allSatisfy { $0 == nil }
            && scope.records[index].groups.contains { !$0.isEmpty }
    }

    private mutating func renderLoop(
        _ loop: Int, _ index: Int, _ part: X12OutboundPlan.Part, isRecord: Bool, _ log: inout RenderLog
    ) -> Weight {
        let trigger = plan.guide.loops[loop].trigger
        let isLevel = plan.guide.nodes[trigger].tag == "HL"
        let mark = segments.count
        var weight = isRecord ? Weight.data : .nothing
        var first = RenderedSegment(tag: plan.guide.nodes[trigger].tag, node: trigger, elements: [])
        let children = part.children
        // The first segment is there before anything else of the loop, and is only taken away when all stays empty.
        segments.append(first)
        if isLevel { beginLevel(part, &first) }
        for filter in part.filters where !(filter.alternatives.first ?? "").isEmpty {
            Self.put(filter.alternatives[0], filter.element, 0, into: &first.elements)
        }
        segments[mark] = first
        for child in children {
            if case .segment(trigger) = plan.parts[child].kind {
                weight = max(weight, fill(&first, plan.parts[child], &log))
                segments[mark] = first
            } else if isRecord, case .loop(let inner) = plan.parts[child].kind, isChain(index, child) {
                weight = max(weight, renderLoop(inner, child, plan.parts[child], isRecord: true, &log))
            } else {
                weight = max(weight, render(child, &log))
            }
        }
        guard weight == .data || weight == .constant && !part.hasField else {
            segments.removeSubrange(mark...)
            if isLevel { endLevel() }
            return .nothing
        }
        return weight
    }

    /// Whether a loop stands on the way to a record: `LX/W01` writes an LX for every W01.
    private func isChain(_ parent: Int, _ child: Int) -> Bool {
        guard case .group = plan.parts[plan.parts[parent].parent].kind else { return false }
        return plan.parts[parent].scope == plan.parts[child].scope && plan.parts[parent].children.count > 0
            && child == parent + 1
    }

    private mutating func beginLevel(_ part: X12OutboundPlan.Part, _ segment: inout RenderedSegment) {
        scope.hierarchyCount += 1
        if part.parent == 0 {
            // The level of the document itself: everything else belongs to it.
            hierarchy = []
        }
        Self.put(String(scope.hierarchyCount), 1, 0, into: &segment.elements)
        if let parent = hierarchy.last { Self.put(String(parent), 2, 0, into: &segment.elements) }
        if plan.writesChildCode, case .group(let index) = plan.parts[part.parent].kind {
            let hasChildren = scope.records[index].groups.contains { !$0.isEmpty }
            Self.put(hasChildren ? "1" : "0", 4, 0, into: &segment.elements)
        } else if plan.writesChildCode {
            Self.put("1", 4, 0, into: &segment.elements)
        }
        hierarchy.append(scope.hierarchyCount)
    }

    private mutating func endLevel() {
        scope.hierarchyCount -= 1
        hierarchy.removeLast()
    }

    // MARK: Segments

    private mutating func renderSegment(
        _ node: Int, _ part: X12OutboundPlan.Part, isWanted: Bool, _ log: inout RenderLog
    ) -> Weight {
        var segment = RenderedSegment(tag: plan.guide.nodes[node].tag, node: node, elements: [])
        if let joined = part.elements.first(where: { $0.binding.side.join != nil }) {
            return renderJoined(joined, segment, part, &log)
        }
        if isWanted {
            for filter in part.filters where !(filter.alternatives.first ?? "").isEmpty {
                Self.put(filter.alternatives[0], filter.element, 0, into: &segment.elements)
            }
        }
        var weight = fill(&segment, part, &log)
        if isWanted { weight = .data }
        guard weight == .data || weight == .constant && !part.hasField else { return .nothing }
        segments.append(segment)
        return weight
    }

    /// A text of several lines becomes as many segments.
    private mutating func renderJoined(
        _ element: X12OutboundPlan.Element, _ empty: RenderedSegment, _ part: X12OutboundPlan.Part,
        _ log: inout RenderLog
    ) -> Weight {
        guard let value = value(of: element, &log), let join = element.binding.side.join else {
            return .nothing
        }
        for line in value.text.split(separator: join, omittingEmptySubsequences: true) {
            var segment = empty
            for constant in element.constants {
                Self.put(constant.code, constant.number, 0, into: &segment.elements)
            }
            Self.put(String(line), element.number, element.component, into: &segment.elements)
            note(value, element.number, &segment)
            segments.append(segment)
        }
        return .data
    }

    private func fill(
        _ segment: inout RenderedSegment, _ part: X12OutboundPlan.Part, _ log: inout RenderLog
    ) -> Weight {
        var weight = Weight.nothing
        for element in part.elements {
            guard let value = value(of: element, &log) else { continue }
            var number = element.number
            if !element.qualifiers.isEmpty {
                guard let free = Self.freePair(element, segment.elements) else { continue }
                number = free
                Self.put(Self.qualifier(element.qualifiers, value.text), number, 0, into: &segment.elements)
                number += 1
            }
            for constant in element.constants {
                Self.put(constant.code, constant.number, 0, into: &segment.elements)
            }
            Self.put(value.text, number, element.component, into: &segment.elements)
            note(value, number, &segment)
            weight = max(weight, value.weight == .data ? .data : .constant)
        }
        return weight
    }

    private func value(of element: X12OutboundPlan.Element, _ log: inout RenderLog) -> OutboundValue? {
        element.binding.value(scope, in: element.scope, &log, map: bound.map, key: bound.key)
    }

    private func note(_ value: OutboundValue, _ element: Int, _ segment: inout RenderedSegment) {
        guard let origin = value.origin else { return }
        segment.origins.append(
            RenderedSegment.Origin(
                element: element, scope: origin.scope, record: origin.record, field: origin.field))
    }

    /// Where the next pair goes; nil when all its places are taken.
    private static func freePair(_ element: X12OutboundPlan.Element, _ elements: [String]) -> Int? {
        func isFree(_ number: Int) -> Bool { number > elements.count || elements[number - 1].isEmpty }
        var number = element.number
        guard element.laterPairs.isEmpty else { return ([number] + element.laterPairs).first(where: isFree) }
        while !isFree(number) { number += 2 }
        return number
    }

    /// The qualifier for values as long as this one; else the first that says no length.
    private static func qualifier(_ qualifiers: [X12Place.PairQualifier], _ value: String) -> String {
        let count = value.utf8.count
        let exact = qualifiers.first { $0.count == count }
        return (exact ?? qualifiers.first { $0.count == nil } ?? qualifiers[0]).code
    }

    /// Puts a text at an element, or at a component of it.
    private static func put(_ text: String, _ number: Int, _ component: Int, into elements: inout [String]) {
        while elements.count < number { elements.append("") }
        guard component > 0 else {
            elements[number - 1] = text
            return
        }
        var parts = elements[number - 1].split(separator: "\u{1D}", omittingEmptySubsequences: false).map(
            String.init)
        while parts.count < component { parts.append("") }
        parts[component - 1] = text
        elements[number - 1] = parts.joined(separator: "\u{1D}")
    }
}
