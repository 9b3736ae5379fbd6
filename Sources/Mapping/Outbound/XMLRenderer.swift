import Canonical
import Formats

/// Renders one document as a tree of elements.
struct XMLRenderer {
    /// An element that is to be written.
    struct Node {
        var name: XMLName
        var attributes: [(name: XMLName, value: OutboundValue)] = []
        var text: OutboundValue?
        var children: [Node] = []
    }

    /// How much reason there is to write what was rendered.
    enum Weight: Int, Comparable {
        case nothing, constant, data
        static func < (left: Weight, right: Weight) -> Bool { left.rawValue < right.rawValue }
    }

    private let plan: XMLOutboundPlan
    private var scope: RenderScope
    private let bound: BoundMap

    init(_ plan: XMLOutboundPlan, _ scope: RenderScope, _ bound: BoundMap) {
        self.plan = plan
        self.scope = scope
        self.bound = bound
    }

    /// An element with all below it; none where there is nothing but constants around fields that are empty.
    mutating func element(_ index: Int, _ log: inout RenderLog) -> (node: Node?, weight: Weight) {
        let element = plan.elements[index]
        var node = Node(name: element.name)
        var weight = Weight.nothing
        for fixed in element.fixedAttributes {
            node.attributes.append((fixed.name, OutboundValue(text: fixed.value, weight: .constant)))
        }
        if let text = element.fixedText {
            node.text = OutboundValue(text: text, weight: .constant)
            weight = .constant
        }
        for text in element.texts {
            let value = text.binding.value(scope, in: text.scope, &log, map: bound.map, key: bound.key)
            guard let value else { continue }
            node.text = value
            weight = max(weight, value.weight == .data ? .data : .constant)
            break
        }
        for child in element.children { weight = max(weight, add(child, to: &node, &log)) }
        // An attribute says how a text is meant; only an element made of attributes alone is written for them.
        let isBare = element.texts.isEmpty && element.children.isEmpty && element.fixedText == nil
        for attribute in element.attributes {
            let value = attribute.binding.value(
                scope, in: attribute.scope, &log, map: bound.map, key: bound.key)
            guard let value else { continue }
            node.attributes.append((attribute.name, value))
            if isBare || element.repeats >= 0 || index == 0 {
                weight = max(weight, value.weight == .data ? .data : .constant)
            }
        }
        if index == 0 { return (node, .data) }
        guard weight == .data || weight == .constant && !element.hasField else { return (nil, .nothing) }
        return (node, weight)
    }

    private mutating func add(_ child: Int, to node: inout Node, _ log: inout RenderLog) -> Weight {
        let group = plan.elements[child].repeats
        guard group >= 0 else {
            let (inner, weight) = element(child, &log)
            if let inner { node.children.append(inner) }
            return weight
        }
        let bound = bound.scopes[group]
        guard scope.holds(bound.condition, scope: bound.parent) else { return .nothing }
        let records = scope.records[bound.parent].groups[bound.group]
        for (ordinal, record) in records.enumerated() {
            scope.enter(group, record, ordinal: ordinal)
            let (inner, _) = element(child, &log)
            if let inner { node.children.append(inner) }
        }
        return records.isEmpty ? .nothing : .data
    }
}
