import Diagnostics

/// A part of the configuration whose keys are declared once, in `shape`. Reading, the messages about what is wrong,
/// `config explain` and the reference page all come from that declaration; a default is the property's own.
protocol Declared: Sendable {
    init()
    static var shape: Shape<Self> { get }
    /// What the keys cannot say one by one: which exclude each other, which need each other.
    /// Called once, after all keys are read.
    mutating func finish(at place: ConfigurationPlace, _ reading: inout ConfigurationReading)
}

extension Declared {
    mutating func finish(at place: ConfigurationPlace, _ reading: inout ConfigurationReading) {}
}

/// The keys of one section, in the order in which the reference page lists them.
struct Shape<Section: Sendable>: Sendable {
    /// What the section is, as a message would say it: `inbound channel`.
    let name: String
    /// What it is for, a sentence or two.
    let text: String
    let fields: [Field<Section>]

    init(_ name: String, _ text: String, _ declare: (inout FieldList<Section>) -> Void) {
        self.name = name
        self.text = text
        var list = FieldList<Section>()
        declare(&list)
        let marks = list.marks
        fields = list.fields.map { field in
            var field = field
            field.notYet = marks[field.key]
            return field
        }
    }

    var keys: [String] { fields.map(\.key) }
}

/// One key: its type, default, description and example, and how it is read into a section.
struct Field<Section: Sendable>: Sendable {
    let key: String
    let kind: KindOutline
    let isRequired: Bool
    let defaultText: String?
    let text: String
    let example: String?
    /// What happens instead, for a key that is read and not obeyed yet.
    var notYet: NotYet?
    /// Reads the key's value into the section. The node is nil where the key is absent.
    let read:
        @Sendable (inout Section, DeclarationNode?, ConfigurationPlace, inout ConfigurationReading) -> Void
    /// Lists what is in force for the key where the file says nothing.
    let list: @Sendable (Section, String, inout ConfigurationReading) -> Void
}

/// A key that is read and does nothing yet: saying so is better than a setting that somebody relies on.
struct NotYet: Sendable {
    /// What happens instead, as a sentence goes on after a colon.
    let instead: String
    /// Values that describe what happens anyway.
    let except: [String]
    /// Whether the configuration is refused: where doing something else than it says would be worse than not running.
    let isRefused: Bool

    /// Whether a value asks for nothing but what happens anyway.
    func covers(_ node: DeclarationNode) -> Bool {
        if node.content == .null { return true }
        if let text = node.text { return except.contains(text) }
        if let elements = node.elements {
            return elements.allSatisfy { element in element.text.map { except.contains($0) } ?? false }
        }
        return false
    }
}

/// Collects the fields of a shape, one call a key.
struct FieldList<Section: Sendable> {
    fileprivate(set) var fields: [Field<Section>] = []
    fileprivate var marks: [String: NotYet] = [:]

    /// Marks a key as read and not obeyed yet, wherever in the shape it is declared.
    mutating func notYet(
        _ key: String, except: [String] = [], isRefused: Bool = false, _ instead: String
    ) {
        marks[key] = NotYet(instead: instead, except: except, isRefused: isRefused)
    }

    /// A key that may be absent; the property's initial value is then in force.
    mutating func value<Value>(
        _ key: String, _ property: Property<Section, Value>, _ kind: ValueKind<Value>, _ text: String,
        example: String? = nil
    ) where Section: Declared {
        let initial = Section()[keyPath: property]
        add(
            key, kind.outline, isRequired: false, defaultText: kind.show(initial), text, example,
            read: { section, node, place, reading in
                guard let node, let value = kind.read(node, place, &reading) else { return }
                section[keyPath: property] = value
                if let shown = kind.show(value) { reading.list(place.path, shown, node.location) }
            },
            list: { section, path, reading in
                kind.list(section[keyPath: property], path, &reading)
            })
    }

    /// A key that may be absent, and then nothing is in force.
    mutating func optional<Value>(
        _ key: String, _ property: Property<Section, Value?>, _ kind: ValueKind<Value>,
        _ text: String, example: String? = nil
    ) {
        add(
            key, kind.outline, isRequired: false, defaultText: nil, text, example,
            read: { section, node, place, reading in
                guard let node, node.content != .null, let value = kind.read(node, place, &reading) else {
                    return
                }
                section[keyPath: property] = value
                if let shown = kind.show(value) { reading.list(place.path, shown, node.location) }
            },
            list: { section, path, reading in
                if let value = section[keyPath: property] { kind.list(value, path, &reading) }
            })
    }

    /// A key that must be there.
    mutating func required<Value>(
        _ key: String, _ property: Property<Section, Value>, _ kind: ValueKind<Value>, _ text: String,
        example: String? = nil
    ) {
        add(
            key, kind.outline, isRequired: true, defaultText: nil, text, example,
            read: { section, node, place, reading in
                guard let node, let value = kind.read(node, place, &reading) else { return }
                section[keyPath: property] = value
                if let shown = kind.show(value) { reading.list(place.path, shown, node.location) }
            },
            list: { _, _, _ in })
    }

    private mutating func add(
        _ key: String, _ kind: KindOutline, isRequired: Bool, defaultText: String?, _ text: String,
        _ example: String?,
        read:
            @escaping @Sendable (
                inout Section, DeclarationNode?, ConfigurationPlace, inout ConfigurationReading
            ) -> Void,
        list: @escaping @Sendable (Section, String, inout ConfigurationReading) -> Void
    ) {
        fields.append(
            Field(
                key: key, kind: kind, isRequired: isRequired, defaultText: defaultText, text: text,
                example: example, notYet: nil, read: read, list: list))
    }
}

/// A property of a section, as a key path that may cross threads.
typealias Property<Section, Value> = any WritableKeyPath<Section, Value> & Sendable
