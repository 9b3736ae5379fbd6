import Canonical
import Diagnostics
import Formats

/// A map compiled for XML: the paths of all bindings as one tree, so that every element is looked at once.
struct XMLInboundPlan: Sendable {
    struct Filter: Sendable, Hashable {
        var name: Int
        var isAttribute: Bool
        var value: [UInt8]
    }

    /// A step of paths.
    struct Step: Sendable {
        /// Index into `names`; -1 at the top of a scope.
        var name: Int
        var filter: Filter?
        /// Steps below, in `steps`.
        var children: [Int] = []
        /// Bindings whose value is the element's text.
        var texts: [Int] = []
        /// Bindings whose value is an attribute: its name and the binding.
        var attributes: [(name: Int, binding: Int)] = []
        /// The scope whose record begins here; -1 for none.
        var begins = -1
    }

    struct Binding: Sendable {
        var scope: Int
        var field: Int
        var rule: ValueRule
        var join: String?
        /// Position among the places of its field.
        var rank: Int8
        var isAttribute: Bool
    }

    struct Scope: Sendable {
        var schema: RecordSchema
        var parent: Int
        var group: Int
        var rules: RecordRules
        /// Its top step.
        var top: Int
        var path: String
    }

    let kind: DocumentKind
    let selection: XMLSelection
    var names: [XMLName] = []
    var steps: [Step] = []
    var bindings: [Binding] = []
    var scopes: [Scope] = []
    var key = -1
    let context: ValueContext
    let currencies: CurrencyCheck
}

/// Compiles a bound map for XML.
struct XMLInboundCompiler {
    private let bound: BoundMap
    private let prefixes: XMLPrefixes
    private var plan: XMLInboundPlan
    var reader = DeclarationReader()

    init(_ bound: BoundMap, map: MapDeclaration, zone: (any LocalZone)?) {
        self.bound = bound
        prefixes = XMLPrefixes(namespaces: map.settings.namespaces)
        var finder = DeclarationReader()
        func name(_ placed: Placed?) -> XMLName? {
            guard let placed else { return nil }
            if let name = XMLPrefixes(namespaces: map.settings.namespaces).element(placed.text) {
                return name
            }
            finder.refuse(
                .mapPlace, at: placed.location, "'\(placed.text)' has a prefix that the map does not declare",
                found: placed.text, remedy: "add it under `namespaces`")
            return nil
        }
        let documents = name(map.settings.xmlElement).map { [$0] } ?? []
        let root = name(map.settings.xmlRoot)
        reader = finder
        plan = XMLInboundPlan(
            kind: bound.kind, selection: XMLSelection(documents: documents, root: root),
            context: ValueContext(codes: bound.codes, zone: zone),
            currencies: CurrencyCheck(bound.kind.schema))
        plan.key = bound.key
    }

    mutating func compile() -> XMLInboundPlan {
        for (index, scope) in bound.scopes.enumerated() { addScope(index, scope) }
        for (index, scope) in bound.scopes.enumerated() {
            for binding in scope.bindings where binding.field >= 0 { add(binding, scope: index) }
        }
        return plan
    }

    private mutating func addScope(_ index: Int, _ scope: BoundScope) {
        var top = plan.steps.count
        if scope.parent < 0 {
            plan.steps.append(XMLInboundPlan.Step(name: -1))
        } else if let each = scope.each, let path = XMLPath(each.text), path.attribute == nil,
            !path.steps.isEmpty,
            let step = step(path, from: plan.scopes[scope.parent].top, each, isNew: true)
        {
            top = step
            plan.steps[step].begins = index
        } else {
            refuse(scope.each ?? Placed(text: "", location: scope.location))
            top = 0
        }
        plan.scopes.append(
            XMLInboundPlan.Scope(
                schema: scope.schema, parent: scope.parent, group: scope.group, rules: RecordRules(scope),
                top: top,
                path: scope.path))
    }

    private mutating func add(_ binding: BoundBinding, scope: Int) {
        for (rank, placed) in binding.places.enumerated() {
            guard let path = XMLPath(placed.text),
                let step = step(path, from: plan.scopes[scope].top, placed, isNew: false)
            else {
                refuse(placed)
                continue
            }
            let rule = binding.rule.named(path.attribute ?? path.steps.last?.name ?? placed.text)
            let number = plan.bindings.count
            plan.bindings.append(
                XMLInboundPlan.Binding(
                    scope: scope, field: binding.field, rule: rule, join: binding.side.join,
                    rank: Int8(clamping: rank), isAttribute: path.attribute != nil))
            if let attribute = path.attribute {
                guard let name = prefixes.attribute(attribute) else {
                    refuse(placed)
                    continue
                }
                plan.steps[step].attributes.append((self.number(of: name), number))
            } else {
                plan.steps[step].texts.append(number)
            }
        }
    }

    /// The step at the end of a path, with the steps on the way made where they are not there yet.
    private mutating func step(_ path: XMLPath, from top: Int, _ placed: Placed, isNew: Bool) -> Int? {
        var current = top
        for (position, part) in path.steps.enumerated() {
            guard let name = prefixes.element(part.name) else { return nil }
            var filter: XMLInboundPlan.Filter?
            if let declared = part.filter {
                let found =
                    declared.isAttribute ? prefixes.attribute(declared.name) : prefixes.element(declared.name)
                guard let found else { return nil }
                filter = XMLInboundPlan.Filter(
                    name: number(of: found), isAttribute: declared.isAttribute,
                    value: Array(declared.value.utf8))
            }
            let id = number(of: name)
            let isLast = position == path.steps.count - 1
            let known = plan.steps[current].children.first {
                plan.steps[$0].name == id && plan.steps[$0].filter == filter && plan.steps[$0].begins < 0
            }
            if let known, !(isLast && isNew) {
                current = known
                continue
            }
            plan.steps.append(XMLInboundPlan.Step(name: id, filter: filter))
            plan.steps[current].children.append(plan.steps.count - 1)
            current = plan.steps.count - 1
        }
        return current
    }

    private mutating func number(of name: XMLName) -> Int {
        if let known = plan.names.firstIndex(of: name) { return known }
        plan.names.append(name)
        return plan.names.count - 1
    }

    private mutating func refuse(_ place: Placed) {
        reader.refuse(
            .mapPlace, at: place.location, "'\(place.text)' is not a path with declared prefixes",
            found: place.text,
            expected: "such as cac:Delivery/cbc:ID or o:line/@sku", remedy: "correct the path")
    }
}
