import Canonical
import Diagnostics
public import Formats

/// Maps one XML document after another to canonical documents.
public struct XMLMapper {
    private let plan: XMLInboundPlan
    private let drop: String
    private let names: [XMLNameID]
    private let words: ValueFinding
    private var seen: Set<UInt64> = []

    /// A mapper for the documents of one reader, made before the first of them is read.
    ///
    /// - Returns: nil when the plan is not for XML.
    public init?(_ plan: InboundPlan, drop: String, reader: XMLReader) {
        guard case .xml(let xml) = plan.body else { return nil }
        self.plan = xml
        self.drop = drop
        names = xml.names.map { reader.intern($0) }
        words = ValueFinding(refusal: .refuseDocument, zoneName: xml.context.zone?.name)
    }

    /// The document that a record says.
    public mutating func map(_ record: XMLRecord) -> MappedDocument {
        var walk = XMLWalk(plan, record, names)
        walk.run()
        var document = CanonicalDocument(
            plan.kind,
            span: SourceRange(
                offset: Int64(record.byteRange.lowerBound), length: Int32(clamping: record.byteRange.count)))
        document.header = walk.records[0]
        let name = X12MappingFindings.name(of: document, key: plan.key)
        var findings: [MappingFinding] = []
        for trouble in walk.troubles.prefix(MappingLimits.findingsPerDocumentMax) {
            let subject =
                "\(name)\(Self.part(trouble.scope, trouble.ordinal, plan)) \(trouble.rule.placeName)"
            let finding = words.finding(
                trouble.problem, trouble.rule, subject: subject, bytes: trouble.bytes.span,
                at: record.location(of: trouble.range), codes: plan.context.codes)
            if let finding { findings.append(finding) }
        }
        for missing in walk.missing { findings.append(self.missing(missing, name, record)) }
        if walk.isFull {
            findings.append(
                MappingFinding(
                    Diagnostic(
                        .linesTooMany, at: record.location(of: XMLElementIndex.root),
                        "\(name) has lines > \(MappingLimits.recordsPerGroupMax)",
                        remedy: "ask the partner to split the document"), effect: .refuseDocument))
        }
        if let (first, second) = plan.currencies.conflict(in: document.header) {
            findings.append(
                X12MappingFindings.mixed(
                    first, second, document, key: plan.key, at: record.location(of: XMLElementIndex.root)))
        }
        if let finding = twice(document, record) { findings.append(finding) }
        return MappedDocument(document, findings: findings)
    }

    private mutating func twice(_ document: CanonicalDocument, _ record: XMLRecord) -> MappingFinding? {
        guard plan.key >= 0, let value = document.header.values[plan.key]?.description,
            seen.count < MappingLimits.keysRememberedMax, !seen.insert(KeyHash.of(value.utf8)).inserted
        else { return nil }
        return MappingFinding(
            Diagnostic(
                .orderTwice, at: record.location(of: XMLElementIndex.root),
                "\(Visible.text(value)) twice in file",
                found: Visible.text(value), expected: "each document once",
                remedy: "ask the partner which of the two holds"), effect: .refuseDocument)
    }

    private func missing(
        _ missing: XMLWalk.Missing, _ name: String, _ record: XMLRecord
    ) -> MappingFinding {
        let required = plan.scopes[missing.scope].rules.required[missing.required]
        let binding = plan.bindings.first { $0.scope == missing.scope && $0.field == required.field }
        let isAttribute = binding?.isAttribute ?? false
        let place = binding?.rule.placeName ?? required.rule.placeName
        return MappingFinding(
            Diagnostic(
                isAttribute ? .attributeMissing : .elementMissing, at: record.location(of: missing.element),
                "\(name)\(Self.part(missing.scope, missing.ordinal, plan)) \(place) is missing",
                expected: isAttribute ? "an attribute \(place)" : "an element \(place)",
                remedy: "ask the partner to send it"), effect: .refuseDocument)
    }

    /// ` line 1`: the record at hand as people call it.
    private static func part(_ scope: Int, _ ordinal: Int, _ plan: XMLInboundPlan) -> String {
        guard scope > 0 else { return "" }
        let name = plan.scopes[scope].schema.name
        return " \(name.hasSuffix("s") ? String(name.dropLast()) : name) \(ordinal)"
    }
}

/// One walk through a record along the steps of a plan.
struct XMLWalk {
    struct Trouble {
        var problem: ValueProblem
        var rule: ValueRule
        var scope: Int
        var ordinal: Int
        var bytes: [UInt8]
        var range: Range<Int>
    }

    struct Missing {
        var scope: Int
        var required: Int
        var ordinal: Int
        var element: XMLElementIndex
    }

    private let plan: XMLInboundPlan
    private let record: XMLRecord
    private let names: [XMLNameID]
    private(set) var records: [Record]
    private(set) var troubles: [Trouble] = []
    private(set) var missing: [Missing] = []
    private(set) var isFull = false
    private var ordinals: [Int]
    private var elements: [XMLElementIndex]
    /// By scope and field, the rank of the place that was read.
    private var ranks: [[Int8]]

    init(_ plan: XMLInboundPlan, _ record: XMLRecord, _ names: [XMLNameID]) {
        self.plan = plan
        self.record = record
        self.names = names
        records = plan.scopes.map { Record($0.schema) }
        ordinals = plan.scopes.map { _ in 0 }
        elements = plan.scopes.map { _ in XMLElementIndex.root }
        ranks = plan.scopes.map { Array(repeating: Int8.max, count: $0.schema.fields.count) }
    }

    /// Walks the document. Its depth is that of the map's paths, not that of the partner's elements.
    mutating func run() {
        visit(XMLElementIndex.root, step: plan.scopes[0].top)
        settle(0)
    }

    private mutating func visit(_ element: XMLElementIndex, step: Int) {
        let scope = plan.steps[step].begins
        if scope > 0 { begin(scope, at: element) }
        for binding in plan.steps[step].texts {
            let bytes = record.bytes(of: element)
            if !bytes.isEmpty { read(binding, bytes, record.textRange(of: element)) }
        }
        for (name, binding) in plan.steps[step].attributes {
            if let bytes = record.attribute(names[name], of: element),
                let range = record.attributeRange(names[name], of: element)
            {
                read(binding, bytes, range)
            }
        }
        if !plan.steps[step].children.isEmpty {
            var next = record.firstChild(of: element)
            while let child = next {
                let id = record.nameID(of: child)
                for below in plan.steps[step].children
                where names[plan.steps[below].name] == id && holds(plan.steps[below].filter, child) {
                    visit(child, step: below)
                }
                next = record.nextSibling(of: child)
            }
        }
        if scope > 0 { end(scope) }
    }

    private func holds(_ filter: XMLInboundPlan.Filter?, _ element: XMLElementIndex) -> Bool {
        guard let filter else { return true }
        if filter.isAttribute {
            return record.attribute(names[filter.name], of: element).map { $0.elementsEqual(filter.value) }
                ?? false
        }
        guard let child = record.child(names[filter.name], of: element) else { return false }
        return record.bytes(of: child).elementsEqual(filter.value)
    }

    private mutating func begin(_ scope: Int, at element: XMLElementIndex) {
        records[scope] = Record(plan.scopes[scope].schema)
        ordinals[scope] += 1
        elements[scope] = element
        for field in ranks[scope].indices { ranks[scope][field] = Int8.max }
        for other in plan.scopes.indices where plan.scopes[other].parent == scope { ordinals[other] = 0 }
    }

    private mutating func end(_ scope: Int) {
        settle(scope)
        let parent = plan.scopes[scope].parent
        guard records[parent].groups[plan.scopes[scope].group].count < MappingLimits.recordsPerGroupMax else {
            isFull = true
            return
        }
        records[parent].groups[plan.scopes[scope].group].append(records[scope])
    }

    private mutating func settle(_ scope: Int) {
        let rules = plan.scopes[scope].rules
        rules.fill(&records[scope], ordinal: ordinals[scope])
        for (index, required) in rules.required.enumerated()
        where records[scope].values[required.field] == nil
            && missing.count < MappingLimits.findingsPerDocumentMax
        {
            if troubles.contains(where: {
                $0.scope == scope && $0.ordinal == ordinals[scope]
                    && $0.rule.fieldName == required.rule.fieldName
            }) {
                continue
            }
            missing.append(
                Missing(scope: scope, required: index, ordinal: ordinals[scope], element: elements[scope]))
        }
    }

    private mutating func read(_ number: Int, _ bytes: ArraySlice<UInt8>, _ range: Range<Int>) {
        let binding = plan.bindings[number]
        let scope = binding.scope
        let before = records[scope].values[binding.field]
        if before != nil, binding.join == nil, ranks[scope][binding.field] <= binding.rank { return }
        let read = ValueReading.read(bytes.span, binding.rule, plan.context)
        if read.problem != .none, read.problem != .empty,
            troubles.count < MappingLimits.findingsPerDocumentMax
        {
            troubles.append(
                Trouble(
                    problem: read.problem, rule: binding.rule, scope: scope, ordinal: ordinals[scope],
                    bytes: Array(bytes), range: range))
        }
        guard let value = read.value else { return }
        var source = SourceRange(offset: Int64(range.lowerBound), length: Int32(clamping: range.count))
        if range.count == bytes.count {
            source = SourceRange(
                offset: Int64(range.lowerBound + read.start), length: Int32(clamping: read.count))
        }
        if let join = binding.join, let before {
            let first = records[scope].sources[binding.field]
            if !first.isNone {
                source = SourceRange(
                    offset: first.offset, length: Int32(clamping: Int64(range.upperBound) - first.offset))
            }
            records[scope].set(
                binding.field, .text(before.description + join + value.description), from: source)
        } else {
            records[scope].set(binding.field, value, from: source)
        }
        ranks[scope][binding.field] = binding.rank
    }
}
