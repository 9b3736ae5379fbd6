/// A value of a canonical field.
public enum FieldValue: Sendable, Hashable {
    /// Text, identifier or code.
    case text(String)
    /// Quantity, amount or decimal.
    case decimal(ScaledDecimal)
    case date(CalendarDate)
    case instant(Instant)
    case flag(Bool)

    /// The value as text: what JSON prints and `explain` shows.
    public var description: String {
        switch self {
        case .text(let text): text
        case .decimal(let value): value.description
        case .date(let date): date.description
        case .instant(let instant): instant.description
        case .flag(let flag): flag ? "true" : "false"
        }
    }
}

/// Which bytes of a drop a value was read from.
public struct SourceRange: Sendable, Hashable {
    /// 0-based offset in the drop; -1 where the value came from no byte (a default, a constant).
    public var offset: Int64
    /// Bytes; 0 where there are none.
    public var length: Int32

    /// Holds what each property says.
    public init(offset: Int64, length: Int32) {
        self.offset = offset
        self.length = length
    }

    /// No byte: a default or a constant.
    public static let none = SourceRange(offset: -1, length: 0)
    /// Whether the value came from no byte of a drop.
    public var isNone: Bool { offset < 0 }
}

/// One record of a canonical document: values by field index, where each came from, and groups of records.
public struct Record: Sendable, Hashable {
    /// The values by index of `RecordSchema.fields`; nil where a field is empty.
    public private(set) var values: [FieldValue?]
    /// Where each value was read, by the same index; `.none` for what came from no byte.
    public private(set) var sources: [SourceRange]
    /// The records by index of `RecordSchema.groups`, each group in document order.
    public var groups: [[Record]]

    /// An empty record of the schema's shape.
    public init(_ schema: RecordSchema) {
        values = Array(repeating: nil, count: schema.fields.count)
        sources = Array(repeating: .none, count: schema.fields.count)
        groups = schema.groups.isEmpty ? [] : Array(repeating: [], count: schema.groups.count)
    }

    /// Sets a field with the bytes it came from.
    public mutating func set(_ index: Int, _ value: FieldValue?, from source: SourceRange = .none) {
        values[index] = value
        sources[index] = source
    }

    /// The value of a field, nil where it is empty. Setting leaves the source as it was; `set` changes both.
    public subscript<Key: FieldKey>(key: Key) -> FieldValue? {
        get { values[key.rawValue] }
        set { values[key.rawValue] = newValue }
    }

    /// The records of a group, in document order; empty where there are none.
    public subscript<Key: GroupKey>(group key: Key) -> [Record] {
        get { groups[key.rawValue] }
        // In place: with `set`, appending a record would copy all those before it.
        _modify { yield &groups[key.rawValue] }
    }

    /// The text of a field; nil where it is empty or holds no text.
    public func text<Key: FieldKey>(_ key: Key) -> String? {
        if case .text(let text)? = values[key.rawValue] { text } else { nil }
    }

    /// The number in a field; nil where it is empty or holds none.
    public func decimal<Key: FieldKey>(_ key: Key) -> ScaledDecimal? {
        if case .decimal(let value)? = values[key.rawValue] { value } else { nil }
    }

    /// The day in a field; nil where it is empty or holds none.
    public func date<Key: FieldKey>(_ key: Key) -> CalendarDate? {
        if case .date(let date)? = values[key.rawValue] { date } else { nil }
    }

    /// The moment in a field; nil where it is empty or holds none.
    public func instant<Key: FieldKey>(_ key: Key) -> Instant? {
        if case .instant(let instant)? = values[key.rawValue] { instant } else { nil }
    }

    /// Which bytes a field was read from; `.none` where no byte.
    public func source<Key: FieldKey>(_ key: Key) -> SourceRange { sources[key.rawValue] }

    /// Writes text, an identifier or a code; nil empties the field. The source stays as it was.
    public mutating func put<Key: FieldKey>(_ key: Key, _ text: String?) {
        values[key.rawValue] = text.map { .text($0) }
    }

    /// Writes a quantity, an amount or a decimal; nil empties the field. The source stays as it was.
    public mutating func put<Key: FieldKey>(_ key: Key, _ value: ScaledDecimal?) {
        values[key.rawValue] = value.map { .decimal($0) }
    }

    /// Writes a day; nil empties the field. The source stays as it was.
    public mutating func put<Key: FieldKey>(_ key: Key, _ date: CalendarDate?) {
        values[key.rawValue] = date.map { .date($0) }
    }

    /// Writes a moment; nil empties the field. The source stays as it was.
    public mutating func put<Key: FieldKey>(_ key: Key, _ instant: Instant?) {
        values[key.rawValue] = instant.map { .instant($0) }
    }
}

/// A business paper in our words, whatever form it came in or will leave in.
public struct CanonicalDocument: Sendable, Hashable {
    /// Which paper it is; its schema is the shape of `header`.
    public let kind: DocumentKind
    /// The record at the top, with everything else in its groups.
    public var header: Record
    /// The bytes of the drop that the document was read from; `.none` for what we make ourselves.
    public var span: SourceRange

    /// An empty paper of the kind, to be filled.
    public init(_ kind: DocumentKind, span: SourceRange = .none) {
        self.kind = kind
        header = Record(kind.schema)
        self.span = span
    }
}
