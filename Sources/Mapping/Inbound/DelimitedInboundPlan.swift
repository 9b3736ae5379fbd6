import Canonical
import Diagnostics
import Formats

/// A map compiled for rows: which declared column is which field.
struct DelimitedInboundPlan: Sendable {
    struct Binding: Sendable {
        /// Positions in `columns`, in the order in which they are asked.
        var columns: [Int]
        var field: Int
        var rule: ValueRule
        var isRequired: Bool
        /// Where rows disagree the first one's value holds.
        var keepsFirst: Bool
    }

    /// A group with one record a document, made of columns of its own.
    struct ColumnGroup: Sendable {
        var group: Int
        var schema: RecordSchema
        var bindings: [Binding]
        var rules: RecordRules
    }

    let kind: DocumentKind
    let dialect: DelimitedDialect
    let settings: MapSettings
    var columns = DelimitedColumns.none
    /// Bindings of the document.
    var header: [Binding] = []
    var headerRules = RecordRules()
    var columnGroups: [ColumnGroup] = []
    /// Index of the group that each row adds a record to; -1 where a row is a document.
    var rowGroup = -1
    var rowSchema: RecordSchema
    var row: [Binding] = []
    var rowRules = RecordRules()
    /// Columns whose values say which document a row belongs to.
    var keyColumns: [Int] = []
    var key = -1
    let context: ValueContext
    let currencies: CurrencyCheck
}

/// Compiles a bound map for rows.
struct DelimitedInboundCompiler {
    private let bound: BoundMap
    private let map: MapDeclaration
    private var plan: DelimitedInboundPlan
    var reader = DeclarationReader()

    init(_ bound: BoundMap, map: MapDeclaration, zone: (any LocalZone)?) {
        self.bound = bound
        self.map = map
        plan = DelimitedInboundPlan(
            kind: bound.kind, dialect: Self.dialect(map.settings.dialect), settings: map.settings,
            rowSchema: bound.kind.schema, context: ValueContext(codes: bound.codes, zone: zone),
            currencies: CurrencyCheck(bound.kind.schema))
        plan.key = bound.key
    }

    static func dialect(_ declared: DialectDeclaration?) -> DelimitedDialect {
        guard let declared else { return .csv }
        return DelimitedDialect(
            delimiter: declared.delimiter, quote: declared.delimiter == 0x09 ? nil : 0x22,
            charset: declared.charset.flatMap { TextCharset(named: $0) } ?? .utf8,
            shortRows: declared.shortRows.flatMap { DelimitedDialect.ShortRows(rawValue: $0) } ?? .refuse)
    }

    mutating func compile() -> DelimitedInboundPlan {
        for column in map.settings.columns {
            plan.columns.columns.append(
                DelimitedColumns.Column(column.name, isRequired: column.isRequired, aliases: column.aliases))
        }
        if let rows = map.settings.rows {
            if let group = bound.kind.schema.groupIndex(rows.text) {
                plan.rowGroup = group
                plan.rowSchema = bound.kind.schema.groups[group]
            } else {
                reader.refuse(
                    .mapField, at: rows.location, "'\(rows.text)' is not a group of \(bound.kind.rawValue)",
                    found: rows.text, remedy: "correct `rows`")
            }
        }
        plan.headerRules = RecordRules(bound.scopes[0])
        plan.header = bindings(of: bound.scopes[0])
        for (index, scope) in bound.scopes.enumerated().dropFirst() {
            guard scope.parent == 0 else {
                reader.refuse(
                    .mapField, at: scope.location, "rows have no group inside a group", found: scope.path,
                    remedy: "bind the fields of one group a row")
                continue
            }
            if scope.group == plan.rowGroup {
                plan.row += bindings(of: bound.scopes[index])
                plan.rowRules = RecordRules(scope)
            } else {
                plan.columnGroups.append(
                    DelimitedInboundPlan.ColumnGroup(
                        group: scope.group, schema: scope.schema, bindings: bindings(of: scope),
                        rules: RecordRules(scope)))
            }
        }
        plan.keyColumns = map.settings.groupBy.map { column($0.text, isRequired: true) }
        return plan
    }

    private mutating func bindings(of scope: BoundScope) -> [DelimitedInboundPlan.Binding] {
        scope.bindings.compactMap { binding in
            guard binding.field >= 0, !binding.places.isEmpty else { return nil }
            return DelimitedInboundPlan.Binding(
                columns: binding.places.map { column($0.text, isRequired: false) }, field: binding.field,
                rule: binding.rule, isRequired: binding.side.isRequired,
                keepsFirst: binding.side.conflicts == .first)
        }
    }

    private mutating func column(_ name: String, isRequired: Bool) -> Int {
        let wanted = DelimitedColumns.normalized(name)
        let found = plan.columns.columns.firstIndex { DelimitedColumns.normalized($0.name) == wanted }
        if let found {
            if isRequired { plan.columns.columns[found].isRequired = true }
            return found
        }
        plan.columns.columns.append(DelimitedColumns.Column(name, isRequired: isRequired))
        return plan.columns.columns.count - 1
    }
}
