import Canonical
import Diagnostics

/// The bindings of a kind of record one way, with every name resolved: what the compilers of the forms begin with.
struct BoundScope: Sendable {
    enum Item: Sendable {
        case binding(BoundBinding)
        /// Index into `BoundMap.scopes`.
        case group(Int)
    }

    let schema: RecordSchema
    /// `lines`, or `lines.responses`; empty for the document.
    let path: String
    /// Index into `BoundMap.scopes`; -1 for the document.
    let parent: Int
    /// Index of the group in the parent's schema.
    let group: Int
    var each: Placed?
    var items: [Item] = []
    /// Whether the scope's records are written one way only or wait for a condition.
    var condition: BoundCondition?
    let location: SourceLocation

    var bindings: [BoundBinding] {
        items.compactMap { if case .binding(let binding) = $0 { binding } else { nil } }
    }
}

/// One binding one way.
struct BoundBinding: Sendable {
    /// Index into the record's fields; -1 for a place that no field has.
    let field: Int
    let side: BindingSide
    let rule: ValueRule
    var write: BoundValue?
    var fallback: BoundValue?
    var condition: BoundCondition?
    let location: SourceLocation

    var places: [Placed] { side.at }
}

/// A value that is not read from the record's own field.
enum BoundValue: Sendable {
    case const(FieldValue)
    /// How many records stand at the end of a path of groups, from the document down.
    case count([Int])
    case sum([Int], field: Int)
    case sequence
    case hierarchyCount
    /// Index into the plan's context names.
    case context(Int)
    case field(FieldReference)
}

/// A field of the record at hand or of the document.
struct FieldReference: Sendable, Hashable {
    var isOfDocument: Bool
    var field: Int
}

/// A condition on the way out.
struct BoundCondition: Sendable {
    var reference: FieldReference
    /// Any value will do when empty.
    var values: [String]
    /// A field that must have no value.
    var absent: FieldReference?
}

/// A map bound one way.
struct BoundMap: Sendable {
    let map: String
    let kind: DocumentKind
    var scopes: [BoundScope] = []
    var codes: [CodeIndex] = []
    var contextNames: [String] = []
    var options: [String: String] = [:]
    /// The field that names a document; -1 where the map names none.
    var key = -1

    /// The field's name as a person says it: `lines.sku`.
    func name(scope: Int, field: Int) -> String {
        let scope = scopes[scope]
        guard field >= 0, field < scope.schema.fields.count else { return scope.path }
        return scope.path.isEmpty
            ? scope.schema.fields[field].name : scope.path + "." + scope.schema.fields[field].name
    }
}
