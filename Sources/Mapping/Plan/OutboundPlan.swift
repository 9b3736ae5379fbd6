public import Canonical
public import Diagnostics
public import Formats

/// A map compiled for writing: segments in the order of the guide, columns, elements in the order of the map.
///
/// - Twice: the same documents with the same context and envelope give the same bytes.
public struct OutboundPlan: Sendable {
    enum Body: Sendable {
        case x12(X12OutboundPlan)
        case delimited(DelimitedOutboundPlan)
        case xml(XMLOutboundPlan)
        case text(TextOutboundPlan)
    }

    /// The map's id.
    public let map: String
    /// What it writes.
    public let kind: DocumentKind
    /// The document of the partner that it writes.
    public let form: DocumentForm
    let bound: BoundMap
    let body: Body

    /// Compiles a map.
    ///
    /// - Parameters:
    ///   - options: what the channel sets of the map's options.
    ///   - codes: the code table of an id.
    ///   - guide: the guide of the document, for X12.
    /// - Returns: the plan, nil when there are errors; and what was found, each with file and line.
    public static func compile(
        _ map: MapDeclaration, options: [String: String] = [:], codes: @escaping (String) -> CodeTable?,
        guide: Guide? = nil
    ) -> (plan: OutboundPlan?, findings: [Diagnostic]) {
        var binder = MapBinder(map, inbound: false, options: options, table: codes)
        let bound = binder.bind()
        guard map.direction.writes else {
            binder.reader.refuse(
                .mapValue, at: map.location, "map \(map.id) does not write", found: map.direction.rawValue,
                expected: "direction out or both", remedy: "name another map")
            return (nil, binder.reader.findings)
        }
        guard !binder.reader.hasErrors else { return (nil, binder.reader.findings) }
        let body: Body
        switch map.form.family {
        case .x12:
            guard let guide else {
                binder.reader.refuse(
                    .mapPlace, at: map.location, "map \(map.id) has no guide to be compiled against",
                    expected: "a guide of \(map.form)", remedy: "add a guide for \(map.form)")
                return (nil, binder.reader.findings)
            }
            var compiler = X12OutboundCompiler(bound, map: map, guide: guide)
            body = .x12(compiler.compile())
            binder.reader.add(compiler.reader)
        case .csv: body = .delimited(DelimitedOutboundPlan.compile(bound, map: map, &binder.reader))
        case .xml:
            var compiler = XMLOutboundCompiler(bound, map: map)
            body = .xml(compiler.compile())
            binder.reader.add(compiler.reader)
        case .text: body = .text(TextOutboundPlan.compile(bound, map: map, &binder.reader))
        }
        guard !binder.reader.hasErrors else { return (nil, binder.reader.findings) }
        return (
            OutboundPlan(map: map.id, kind: map.kind, form: map.form, bound: bound, body: body),
            binder.reader.findings
        )
    }

    /// The field that an origin names, as `explain` takes it: `lines[2].sku`, 1-based; `number` for the document's own.
    public func fieldName(_ origin: OutboundOrigin) -> String {
        guard bound.scopes.indices.contains(Int(origin.scope)) else { return "" }
        let scope = bound.scopes[Int(origin.scope)]
        guard scope.schema.fields.indices.contains(Int(origin.field)) else { return scope.path }
        let name = scope.schema.fields[Int(origin.field)].name
        return scope.path.isEmpty ? name : "\(scope.path)[\(origin.record + 1)].\(name)"
    }

    /// Renders documents to one drop of delimited text, XML or text.
    ///
    /// - Shape: delimited text has one header and the rows of all documents; XML one root with all documents, or a
    ///   single document where the map has no root; text the template once for each record.
    /// - Returns: the bytes, their origins, and findings; for an X12 map nothing but a finding.
    public func render(_ documents: [CanonicalDocument], drop: String, context: RenderContext) -> RenderedDrop
    {
        switch body {
        case .delimited(let plan): plan.render(documents, bound, drop: drop, context)
        case .xml(let plan): plan.render(documents, bound, context)
        case .text(let plan): plan.render(documents, bound, context)
        case .x12: RenderedDrop()
        }
    }

    /// Renders documents to one interchange with one functional group, one set a document, in their order.
    ///
    /// - Returns: the bytes, their origins, and findings; empty when the map is not for X12.
    public func render(
        _ documents: [CanonicalDocument], envelope: X12RenderEnvelope, context: RenderContext
    ) -> RenderedDrop {
        guard case .x12(let plan) = body else { return RenderedDrop() }
        return plan.render(documents, bound, envelope, context)
    }

    /// How the delimited text is written, so that it can be read back; nil for other forms.
    public var dialect: DelimitedDialect? {
        if case .delimited(let plan) = body { plan.dialect } else { nil }
    }

    /// GS01 of the sets that the map writes; nil when it is not for X12.
    public var functionalID: String? {
        if case .x12(let plan) = body { plan.guide.functionalID } else { nil }
    }
}

/// Everything around the sets of an interchange that we send. Control numbers come from the ledger.
public struct X12RenderEnvelope: Sendable {
    /// What the ISA says.
    public var interchange: X12InterchangeHeader
    /// What the GS says.
    public var group: X12GroupHeader
    /// ST02 of each document's set.
    public var setControls: [String]
    /// Separators, line ends and what becomes of separators in values.
    public var writer: X12WriterOptions
    /// ST03, from version 005010 on.
    public var convention: String?

    /// An envelope; the number of set controls is the number of documents.
    public init(
        interchange: X12InterchangeHeader, group: X12GroupHeader, setControls: [String],
        writer: X12WriterOptions = X12WriterOptions(), convention: String? = nil
    ) {
        self.interchange = interchange
        self.group = group
        self.setControls = setControls
        self.writer = writer
        self.convention = convention
    }
}
