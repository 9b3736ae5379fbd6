import Canonical
import Diagnostics
import Formats

/// A map compiled for writing XML: elements in the order in which the map names them.
struct XMLOutboundPlan: Sendable {
    struct Element: Sendable {
        var name: XMLName
        var filter: XMLPath.Filter?
        var parent: Int
        var children: [Int] = []
        var texts: [(scope: Int, binding: BoundBinding)] = []
        var attributes: [(name: XMLName, scope: Int, binding: BoundBinding)] = []
        /// Attributes and text that a filter asks for.
        var fixedAttributes: [(name: XMLName, value: String)] = []
        var fixedText: String?
        /// Scope whose records repeat the element; -1 for none.
        var repeats = -1
        var scope = 0
        /// Whether a field is written in it or below it.
        var hasField = false
    }

    let prefixes: [XMLWriter.Prefix]
    /// Around all documents; nil where a drop is one document.
    let root: XMLName?
    /// Element 0 is the document.
    var elements: [Element]

    func render(_ documents: [CanonicalDocument], _ bound: BoundMap, _ context: RenderContext) -> RenderedDrop
    {
        var drop = RenderedDrop()
        var log = RenderLog()
        var writer = XMLWriter(drop: "", prefixes: prefixes)
        guard root != nil || documents.count == 1 else {
            log.add(
                MappingFinding(
                    Diagnostic(
                        .mapValue, .error,
                        "map \(bound.map) writes one document a drop, not \(documents.count)",
                        expected: "one document, or `root` in the map",
                        remedy: "set max_documents: 1 for the channel"),
                    effect: .refuseDocument))
            drop.findings = log.findings
            return drop
        }
        if let root { writer.start(root) }
        for (index, document) in documents.enumerated() {
            let start = writer.byteCount
            var renderer = XMLRenderer(self, RenderScope(document, bound, context), bound)
            let tree = renderer.element(0, &log)
            if let node = tree.node { Self.write(node, document: index, &writer, &drop) }
            drop.spans.append(start..<writer.byteCount)
        }
        writer.finish()
        drop.bytes = writer.takeBytes()
        log.add(writer.log.kept)
        drop.findings = log.findings
        return drop
    }

    /// Depth is that of the map's paths.
    private static func write(
        _ node: XMLRenderer.Node, document: Int, _ writer: inout XMLWriter, _ drop: inout RenderedDrop
    ) {
        let attributes = node.attributes.map { XMLWriter.Attribute($0.name, $0.value.text) }
        writer.start(node.name, attributes)
        if let text = node.text {
            let range = writer.text(text.text)
            if let origin = text.origin {
                drop.origins.append(OutboundOrigin(range, document: document, origin))
            }
        }
        for child in node.children { write(child, document: document, &writer, &drop) }
        writer.end()
    }
}

/// Arranges a bound map's bindings as a tree of elements.
struct XMLOutboundCompiler {
    private let bound: BoundMap
    private let settings: MapSettings
    private let prefixes: XMLPrefixes
    private var elements: [XMLOutboundPlan.Element] = []
    /// By scope, the element in which its places stand.
    private var scopeElements: [Int] = []
    var reader = DeclarationReader()

    init(_ bound: BoundMap, map: MapDeclaration) {
        self.bound = bound
        settings = map.settings
        prefixes = XMLPrefixes(namespaces: map.settings.namespaces)
    }

    mutating func compile() -> XMLOutboundPlan {
        let place =
            settings.xmlElement ?? Placed(text: bound.kind.rawValue, location: bound.scopes[0].location)
        let name = prefixes.element(place.text)
        if name == nil { refuse(place) }
        elements = [XMLOutboundPlan.Element(name: name ?? XMLName(place.text), parent: -1)]
        scopeElements = Array(repeating: 0, count: bound.scopes.count)
        add(scope: 0)
        markFields()
        let declared = settings.namespaces.sorted { $0.key < $1.key }
        return XMLOutboundPlan(
            prefixes: declared.map { XMLWriter.Prefix($0.key, $0.value) },
            root: settings.xmlRoot.flatMap { prefixes.element($0.text) }, elements: elements)
    }

    /// In the order of the map, which is the order of the elements.
    private mutating func add(scope: Int) {
        for item in bound.scopes[scope].items {
            switch item {
            case .binding(let binding): add(binding, scope: scope)
            case .group(let inner):
                guard let each = bound.scopes[inner].each, let path = XMLPath(each.text), !path.steps.isEmpty,
                    let element = element(path, from: scopeElements[scope], scope: inner, repeats: inner)
                else {
                    refuse(
                        bound.scopes[inner].each
                            ?? Placed(text: bound.scopes[inner].path, location: bound.scopes[inner].location))
                    continue
                }
                scopeElements[inner] = element
                add(scope: inner)
            }
        }
    }

    private mutating func add(_ binding: BoundBinding, scope: Int) {
        guard let placed = binding.places.first else { return }
        guard let path = XMLPath(placed.text),
            let element = element(path, from: scopeElements[scope], scope: scope, repeats: -1)
        else {
            refuse(placed)
            return
        }
        guard let attribute = path.attribute else {
            elements[element].texts.append((scope, binding))
            return
        }
        guard let name = prefixes.attribute(attribute) else {
            refuse(placed)
            return
        }
        elements[element].attributes.append((name, scope, binding))
    }

    private mutating func element(_ path: XMLPath, from top: Int, scope: Int, repeats: Int) -> Int? {
        var current = top
        for (position, step) in path.steps.enumerated() {
            guard let name = prefixes.element(step.name) else { return nil }
            let isFirst = position == 0
            let known = elements[current].children.first {
                elements[$0].name == name && elements[$0].filter == step.filter && elements[$0].repeats < 0
            }
            if let known, !(repeats >= 0 && isFirst) {
                current = known
                continue
            }
            var element = XMLOutboundPlan.Element(
                name: name, filter: step.filter, parent: current, scope: scope)
            // A record repeats the whole way to it.
            if isFirst { element.repeats = repeats }
            elements.append(element)
            let index = elements.count - 1
            elements[current].children.append(index)
            guard addFilter(step.filter, to: index, scope: scope) else { return nil }
            current = index
        }
        return current
    }

    private mutating func addFilter(_ filter: XMLPath.Filter?, to element: Int, scope: Int) -> Bool {
        guard let filter else { return true }
        if filter.isAttribute {
            guard let name = prefixes.attribute(filter.name) else { return false }
            elements[element].fixedAttributes.append((name, filter.value))
            return true
        }
        guard let name = prefixes.element(filter.name) else { return false }
        var child = XMLOutboundPlan.Element(name: name, parent: element, scope: scope)
        child.fixedText = filter.value
        elements.append(child)
        elements[element].children.append(elements.count - 1)
        return true
    }

    private mutating func markFields() {
        for index in elements.indices.reversed() {
            let own =
                elements[index].texts.contains { $0.binding.field >= 0 }
                || elements[index].attributes.contains { $0.binding.field >= 0 }
            if own || elements[index].repeats >= 0 || elements[index].hasField {
                elements[index].hasField = true
                if elements[index].parent >= 0 { elements[elements[index].parent].hasField = true }
            }
        }
    }

    private mutating func refuse(_ place: Placed) {
        reader.refuse(
            .mapPlace, at: place.location, "'\(place.text)' is not a path with declared prefixes",
            found: place.text,
            expected: "such as cac:Delivery/cbc:ID or o:line/@sku", remedy: "correct the path")
    }
}
