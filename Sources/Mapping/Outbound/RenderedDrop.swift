public import Canonical
import Diagnostics

/// What the caller knows when documents are rendered.
public struct RenderContext: Sendable {
    /// The moment of rendering, in which `date`, `time` and `instant` are told.
    public var now: Instant
    /// The zone of dates and times without an offset; UTC when nil.
    public var zone: (any LocalZone)?
    /// Names of the map's own (`write: { context: name }`).
    public var values: [String: String]

    /// The moment, and what the map asks for by name.
    public init(now: Instant, zone: (any LocalZone)? = nil, values: [String: String] = [:]) {
        self.now = now
        self.zone = zone
        self.values = values
    }
}

/// Which canonical value a piece of a rendered drop was made of.
public struct OutboundOrigin: Sendable, Hashable {
    /// 0-based offset in the rendered bytes.
    public var offset: Int64
    /// How many bytes it is, as written.
    public var length: Int32
    /// Position of the document among those rendered.
    public var document: Int32
    /// Index for `OutboundPlan.fieldName(_:)`: the group of the record.
    public var scope: Int16
    /// Index of the field in the record's schema.
    public var field: Int16
    /// 0-based: how many records of the group came before it in the document. 0 for the document itself.
    public var record: Int32
}

/// Documents as the bytes that will leave.
public struct RenderedDrop: Sendable {
    /// What will leave.
    public var bytes: [UInt8] = []
    /// In the order of the bytes.
    public var origins: [OutboundOrigin] = []
    /// By document, where it stands in the bytes.
    public var spans: [Range<Int>] = []
    /// What was found while rendering, each thing once.
    public var findings: [MappingFinding] = []

    /// Whether anything was found that forbids sending.
    public var isRefused: Bool { findings.contains { $0.effect != .none } }
    /// The codes that the documents wait for, each once, in order.
    public var missingCodes: [MissingCode] { Set(findings.compactMap(\.missingCode)).sorted() }
}

/// The values of one rendering: what is asked of records, documents and the caller.
struct RenderScope {
    let document: CanonicalDocument
    let writing: ValueWriting
    /// By context name of the map, its value.
    let context: [FieldValue?]
    /// By scope, the record at hand.
    var records: [Record]
    /// By scope, the record's 0-based position in the document.
    var positions: [Int]
    /// By scope, its 0-based position in its parent.
    var ordinals: [Int]
    var hierarchyCount = 0

    init(_ document: CanonicalDocument, _ bound: BoundMap, _ context: RenderContext) {
        self.document = document
        writing = ValueWriting(codes: bound.codes, zone: context.zone)
        self.context = bound.contextNames.map { Self.value($0, context) }
        records = bound.scopes.map { $0.parent < 0 ? document.header : Record($0.schema) }
        positions = bound.scopes.map { $0.parent < 0 ? 0 : -1 }
        ordinals = bound.scopes.map { _ in 0 }
    }

    private static func value(_ name: String, _ context: RenderContext) -> FieldValue? {
        let local = context.now.local(offsetSeconds: context.zone?.offsetSeconds(at: context.now) ?? 0)
        switch name {
        case "date": return .date(local.date)
        case "instant", "time": return .instant(context.now)
        default: return context.values[name].map { .text($0) }
        }
    }

    func holds(_ condition: BoundCondition?, scope: Int) -> Bool {
        guard let condition else { return true }
        guard let value = value(of: condition.reference, scope: scope) else { return false }
        if let absent = condition.absent, self.value(of: absent, scope: scope) != nil { return false }
        return condition.values.isEmpty || condition.values.contains(value.description)
    }

    func value(of reference: FieldReference, scope: Int) -> FieldValue? {
        (reference.isOfDocument ? document.header : records[scope]).values[reference.field]
    }

    /// A computed value.
    func value(_ bound: BoundValue, scope: Int) -> FieldValue? {
        switch bound {
        case .const(let value): value
        case .count(let path): .decimal(ScaledDecimal(Int64(count(path[...], document.header))))
        case .sum(let path, let field): sum(path[...], field, document.header).map { .decimal($0) }
        case .sequence: .decimal(ScaledDecimal(Int64(ordinals[scope] + 1)))
        case .hierarchyCount: .decimal(ScaledDecimal(Int64(hierarchyCount)))
        case .context(let index): context[index]
        case .field(let reference): value(of: reference, scope: scope)
        }
    }

    private func count(_ path: ArraySlice<Int>, _ record: Record) -> Int {
        guard let group = path.first else { return 0 }
        let rest = path.dropFirst()
        if rest.isEmpty { return record.groups[group].count }
        return record.groups[group].reduce(0) { $0 + count(rest, $1) }
    }

    /// Nil when a sum does not fit; 0 for no records.
    private func sum(_ path: ArraySlice<Int>, _ field: Int, _ record: Record) -> ScaledDecimal? {
        var total: Int64 = 0
        guard add(path, field, record, to: &total) else { return nil }
        return ScaledDecimal(units: total, scale: ScaledDecimal.scaleMax).reduced
    }

    private func add(_ path: ArraySlice<Int>, _ field: Int, _ record: Record, to total: inout Int64) -> Bool {
        guard let group = path.first else {
            guard case .decimal(let value)? = record.values[field] else { return true }
            guard let units = value.units(atScale: ScaledDecimal.scaleMax) else { return false }
            let (sum, over) = total.addingReportingOverflow(units)
            total = sum
            return !over
        }
        for inner in record.groups[group] where !add(path.dropFirst(), field, inner, to: &total) {
            return false
        }
        return true
    }

    /// Goes to the next record of a scope.
    mutating func enter(_ scope: Int, _ record: Record, ordinal: Int) {
        records[scope] = record
        positions[scope] += 1
        ordinals[scope] = ordinal
    }
}
