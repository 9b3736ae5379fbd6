/// What a canonical field holds.
public enum FieldType: String, Sendable, Hashable {
    /// Free text; may be shortened on the way out.
    case text
    /// A name that must survive unchanged: order number, SKU, control number.
    case identifier
    /// A word from a canonical list, such as a unit or a purpose.
    case code
    /// A count of units, exact.
    case quantity
    /// An amount of money in the document's currency, exact.
    case amount
    /// A price or a rate with up to six digits.
    case decimal
    case date
    case instant
    case flag
}

/// One field of a canonical record: its name as maps write it, what it holds, and whether it names a person.
public struct FieldDeclaration: Sendable, Hashable {
    /// As maps write it, parties with a point: `shipTo.postalCode`.
    public let name: String
    /// What the field holds, and so how maps read and write it.
    public let type: FieldType
    /// Whether the value is personal data: masked on screens, a keyed token in the hash chain.
    public let isPersonal: Bool

    init(_ name: String, _ type: FieldType, personal: Bool = false) {
        self.name = name
        self.type = type
        isPersonal = personal
    }
}

extension [FieldDeclaration] {
    /// Fields and parties in the order of their index.
    static func list(_ parts: [FieldDeclaration]...) -> [FieldDeclaration] { parts.flatMap { $0 } }

    /// A party to a document, such as `shipTo`: who, by whose identification, where, and how they are reached.
    static func party(_ role: String) -> [FieldDeclaration] {
        [
            .init(role + ".name", .text, personal: true), .init(role + ".company", .text, personal: true),
            .init(role + ".id", .identifier), .init(role + ".idType", .code),
            .init(role + ".address1", .text, personal: true),
            .init(role + ".address2", .text, personal: true),
            .init(role + ".city", .text, personal: true), .init(role + ".region", .code),
            .init(role + ".postalCode", .identifier, personal: true), .init(role + ".country", .code),
            .init(role + ".phone", .text, personal: true), .init(role + ".email", .text, personal: true),
        ]
    }
}

/// The names of a record's fields as constants: `record[OrderField.number]` costs an array access.
public protocol FieldKey: RawRepresentable<Int>, CaseIterable, Sendable {
    /// The declarations, in the order of the cases.
    static var declarations: [FieldDeclaration] { get }
}

/// The names of a record's groups, likewise.
public protocol GroupKey: RawRepresentable<Int>, CaseIterable, Sendable {}

/// The shape of a record: fields by index, and the groups of records below it.
public final class RecordSchema: Sendable {
    /// The group's name in its parent; the kind's name at the top.
    public let name: String
    /// The fields in the order of their index.
    public let fields: [FieldDeclaration]
    /// The groups below, in the order of their index; each is the shape of the records in it.
    public let groups: [RecordSchema]
    private let fieldIndexes: [String: Int]

    init(_ name: String, fields: [FieldDeclaration], groups: [RecordSchema] = []) {
        self.name = name
        self.fields = fields
        self.groups = groups
        var indexes: [String: Int] = [:]
        for (index, field) in fields.enumerated() { indexes[field.name] = index }
        fieldIndexes = indexes
    }

    /// The index of a field by the name that maps write; nil when there is none.
    public func fieldIndex(_ name: String) -> Int? { fieldIndexes[name] }
    /// The index of a group by name; nil when there is none.
    public func groupIndex(_ name: String) -> Int? { groups.firstIndex { $0.name == name } }
}

/// The canonical papers. Their shape is code; how a partner writes them is data.
public enum DocumentKind: String, Sendable, Hashable, CaseIterable {
    case order, orderAcknowledgment, shippingOrder, shippingAdvice, shipNotice, invoice, stockReport, receipt
    case item, location, price
    case labelManifest, label, fulfilment
}
