/// A piece of a declaration (configuration, guide, map) as written: scalars as text, keys in file order, every
/// node located. It is what a YAML file is turned into once; the modules that own a declaration decode it from here
/// and never see YAML.
public struct DeclarationNode: Sendable, Hashable {
    /// What the node is. Scalars keep their text: the declared type of the field decides what it means, so `004010`
    /// stays six characters.
    public indirect enum Content: Sendable, Hashable {
        case null
        case scalar(String)
        case sequence([DeclarationNode])
        case mapping([Entry])
    }

    /// A key and its value, in file order. Keys are unique in a mapping.
    public struct Entry: Sendable, Hashable {
        /// The key as written, quotes removed.
        public var key: String
        /// Where the key stands: what a finding about an unknown key points at.
        public var keyLocation: SourceLocation
        /// What stands under the key; `null` where nothing does.
        public var value: DeclarationNode
        /// Holds what each property says.
        public init(key: String, keyLocation: SourceLocation, value: DeclarationNode) {
            self.key = key
            self.keyLocation = keyLocation
            self.value = value
        }
    }

    /// What stands here, undecoded.
    public var content: Content
    /// Where it begins in its file.
    public var location: SourceLocation

    /// Holds what each property says.
    public init(_ content: Content, at location: SourceLocation) {
        self.content = content
        self.location = location
    }

    /// The text of a scalar; nil for anything else.
    public var text: String? { if case .scalar(let text) = content { text } else { nil } }
    /// The elements of a sequence; nil for anything else.
    public var elements: [DeclarationNode]? { if case .sequence(let list) = content { list } else { nil } }
    /// The entries of a mapping; nil for anything else.
    public var entries: [Entry]? { if case .mapping(let entries) = content { entries } else { nil } }

    /// The value under `key`; nil when this is no mapping or has no such key.
    public subscript(key: String) -> DeclarationNode? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.value
    }
}
