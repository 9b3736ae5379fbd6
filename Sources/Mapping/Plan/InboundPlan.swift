public import Canonical
public import Diagnostics
public import Formats

/// A map compiled for reading: columns, nodes, names and code tables resolved.
///
/// Feed it to an `X12Mapper`, a `RowMapper` or an `XMLMapper`, whichever its form asks for.
public struct InboundPlan: Sendable {
    enum Body: Sendable {
        case x12(X12InboundPlan)
        case delimited(DelimitedInboundPlan)
        case xml(XMLInboundPlan)
    }

    /// The map's id.
    public let map: String
    /// What it reads.
    public let kind: DocumentKind
    /// The document of the partner that it reads.
    public let form: DocumentForm
    let body: Body

    /// Compiles a map.
    ///
    /// - Parameters:
    ///   - options: what the channel sets of the map's options.
    ///   - codes: the code table of an id.
    ///   - guide: the guide of the document, for X12.
    ///   - zone: the zone of times without an offset; UTC when nil.
    /// - Returns: the plan, nil when there are errors; and what was found, each with file and line.
    public static func compile(
        _ map: MapDeclaration, options: [String: String] = [:], codes: @escaping (String) -> CodeTable?,
        guide: Guide? = nil, zone: (any LocalZone)? = nil
    ) -> (plan: InboundPlan?, findings: [Diagnostic]) {
        var binder = MapBinder(map, inbound: true, options: options, table: codes)
        let bound = binder.bind()
        var findings = binder.reader.findings
        guard map.direction.reads else {
            binder.reader.refuse(
                .mapValue, at: map.location, "map \(map.id) does not read", found: map.direction.rawValue,
                expected: "direction in or both", remedy: "name another map")
            return (nil, binder.reader.findings)
        }
        guard !binder.reader.hasErrors else { return (nil, findings) }
        var body: Body?
        switch map.form.family {
        case .x12:
            guard let guide else {
                binder.reader.refuse(
                    .mapPlace, at: map.location, "map \(map.id) has no guide to be compiled against",
                    expected: "a guide of \(map.form)", remedy: "add a guide for \(map.form)")
                return (nil, binder.reader.findings)
            }
            var compiler = X12InboundCompiler(bound, guide: guide, zone: zone)
            body = .x12(compiler.compile())
            findings += compiler.reader.findings
        case .csv:
            var compiler = DelimitedInboundCompiler(bound, map: map, zone: zone)
            body = .delimited(compiler.compile())
            findings += compiler.reader.findings
        case .xml:
            var compiler = XMLInboundCompiler(bound, map: map, zone: zone)
            body = .xml(compiler.compile())
            findings += compiler.reader.findings
        case .text:
            binder.reader.refuse(
                .mapValue, at: map.location, "text cannot be read by a map", found: map.form.description,
                expected: "x12, csv or xml", remedy: "set direction to out")
            return (nil, binder.reader.findings)
        }
        guard let body, !findings.contains(where: { $0.severity == .error }) else { return (nil, findings) }
        return (InboundPlan(map: map.id, kind: map.kind, form: map.form, body: body), findings)
    }

    /// How the drop is to be read, for a `DelimitedReader`; nil for other forms.
    public var dialect: DelimitedDialect? {
        if case .delimited(let plan) = body { plan.dialect } else { nil }
    }

    /// The columns, for a `DelimitedReader`; nil for other forms.
    public var columns: DelimitedColumns? {
        if case .delimited(let plan) = body { plan.columns } else { nil }
    }

    /// Which elements are documents, for an `XMLReader`; nil for other forms.
    public var selection: XMLSelection? {
        if case .xml(let plan) = body { plan.selection } else { nil }
    }
}
