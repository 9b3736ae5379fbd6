import Canonical

/// What is done to a record once its places are read: defaults, and the look for what is required.
struct RecordRules: Sendable {
    struct Fallback: Sendable {
        var field: Int
        var value: FieldValue
    }
    struct Required: Sendable {
        var field: Int
        var rule: ValueRule
    }

    var fallbacks: [Fallback] = []
    var required: [Required] = []
    /// Fields that take the record's position where they are empty.
    var ordinals: [Int] = []

    init() {}

    /// The rules of a bound scope on the way in.
    init(_ scope: BoundScope) {
        for binding in scope.bindings where binding.field >= 0 {
            if case .const(let value)? = binding.fallback ?? (binding.places.isEmpty ? binding.write : nil) {
                fallbacks.append(Fallback(field: binding.field, value: value))
            }
            if binding.side.isRequired { required.append(Required(field: binding.field, rule: binding.rule)) }
            if binding.side.usesOrdinal { ordinals.append(binding.field) }
        }
    }

    /// Fills what is empty.
    ///
    /// - Parameter ordinal: 1-based position of the record in its group.
    func fill(_ record: inout Record, ordinal: Int) {
        for fallback in fallbacks where record.values[fallback.field] == nil {
            record.set(fallback.field, fallback.value)
        }
        for field in ordinals where record.values[field] == nil {
            record.set(field, .text(String(ordinal)))
        }
    }
}

/// Whether the amounts of a document are in one currency.
struct CurrencyCheck: Sendable {
    private let field: Int?
    private let groups: [(group: Int, field: Int)]

    init(_ schema: RecordSchema) {
        field = schema.fieldIndex("currency")
        groups = schema.groups.enumerated().compactMap { index, group in
            group.fieldIndex("currency").map { (index, $0) }
        }
    }

    /// Two currencies that a document has; nil when there is one or none.
    func conflict(in record: borrowing Record) -> (String, String)? {
        guard !groups.isEmpty else { return nil }
        var first: FieldValue? = field.flatMap { record.values[$0] }
        for (group, field) in groups {
            for index in record.groups[group].indices {
                guard let value = record.groups[group][index].values[field] else { continue }
                if let known = first {
                    if known != value { return (known.description, value.description) }
                } else {
                    first = value
                }
            }
        }
        return nil
    }
}
