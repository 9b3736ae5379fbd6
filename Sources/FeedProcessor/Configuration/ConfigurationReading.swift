public import Diagnostics

/// What gathers while declarations are read: findings, places, values in force, secrets named.
struct ConfigurationReading {
    private(set) var findings: [Diagnostic] = []
    /// Where each key stands, by path. What is not in a file is not here.
    var locations: [String: SourceLocation] = [:]
    private(set) var effective: [EffectiveValue] = []
    var secrets: [SecretUse] = []
    /// Values that must not be printed, because they are secrets written in clear or may be.
    private(set) var blanked: [SourceLocation] = []
    /// Whether the values in force are gathered; only `config explain` needs them.
    let isExplaining: Bool
    private var said: Set<Diagnostic> = []

    init(isExplaining: Bool) { self.isExplaining = isExplaining }

    /// Reads the keys of a section. Unknown keys and missing ones are said; the section is made of the rest.
    mutating func section<Section: Declared>(
        _ type: Section.Type, _ node: DeclarationNode, _ place: ConfigurationPlace
    ) -> Section? {
        guard let entries = entries(node, place) else { return nil }
        let shape = Section.shape
        var section = Section()
        refuseUnknown(entries, place, shape.keys)
        for field in shape.fields {
            let path = place.path.isEmpty ? field.key : place.path + "." + field.key
            guard let entry = entries.first(where: { $0.key == field.key }) else {
                if field.isRequired {
                    refuse(
                        "CONFIG.KEY.MISSING", at: place.location ?? node.location,
                        "\(place.path.isEmpty ? shape.name : place.path) has no '\(field.key)'",
                        expected:
                            "\(field.kind.name)\((field.example ?? field.kind.example).map { ", like \($0)" } ?? "")",
                        remedy: "add '\(field.key)': \(field.text)")
                } else {
                    field.list(section, path, &self)
                }
                continue
            }
            locations[path] = entry.value.content == .null ? entry.keyLocation : entry.value.location
            let inside = ConfigurationPlace(path: path, location: entry.keyLocation)
            field.read(&section, entry.value, inside, &self)
            if let mark = field.notYet, !mark.covers(entry.value) {
                refuseNotYet(field.key, mark, at: entry.value.location)
            }
        }
        section.finish(at: place, &self)
        return section
    }

    /// Says that a key does nothing yet, and what happens instead.
    mutating func refuseNotYet(_ key: String, _ mark: NotYet, at location: SourceLocation?) {
        refuse(
            "CONFIG.KEY.NOT_YET", mark.isRefused ? .error : .warning, at: location,
            "'\(key)' is a key that is not obeyed yet: \(mark.instead)",
            expected: mark.except.isEmpty ? "no '\(key)'" : mark.except.joined(separator: " or "),
            remedy: mark.except.isEmpty ? "remove the line" : "write \(mark.except[0]), or remove the line")
    }

    /// The entries of a mapping; an empty value stands for an empty mapping. Nil, and said, for anything else.
    mutating func entries(_ node: DeclarationNode, _ place: ConfigurationPlace) -> [DeclarationNode.Entry]? {
        switch node.content {
        case .mapping(let entries): return entries
        case .null: return []
        default:
            refuse(node, at: place, isNot: "a section", like: "{ key: value }")
            return nil
        }
    }

    mutating func refuseUnknown(
        _ entries: [DeclarationNode.Entry], _ place: ConfigurationPlace, _ keys: [String]
    ) {
        for entry in entries where !keys.contains(entry.key) {
            let near = Suggestion.nearest(to: entry.key, in: keys)
            // `auth: {hunter2}` is a key without a value: what looks like no key of ours is not repeated.
            let isHidden = isPrivate(place.path) && entry.value.content == .null && near == nil
            if isPrivate(place.path) { blank(entry.value) }
            if isHidden { blanked.append(entry.keyLocation) }
            refuse(
                "CONFIG.KEY.UNKNOWN", at: entry.keyLocation,
                (isHidden ? "a word is not a key here" : "'\(entry.key)' is not a key here")
                    + (near.map { "; did you mean '\($0)'?" } ?? ""),
                found: isHidden ? nil : entry.key, expected: "one of " + keys.joined(separator: ", "),
                remedy: near.map { "write '\($0)', or remove the line" } ?? "remove the line")
        }
    }

    /// Says that a value is of the wrong kind.
    mutating func refuse(
        _ node: DeclarationNode, at place: ConfigurationPlace, isNot kind: String, like: String
    ) {
        let found: String? =
            switch node.content {
            case .null: "nothing"
            case .scalar(let text): isPrivate(place.path) ? nil : text
            case .sequence: "a list"
            case .mapping: "a section"
            }
        if isPrivate(place.path) { blank(node) }
        let location = node.content == .null ? place.location ?? node.location : node.location
        refuse(
            "CONFIG.TYPE", at: location, "\(place.path) is not \(Self.article(kind))", found: found,
            expected: kind == like ? kind : "\(kind), like \(like)")
    }

    /// Says that a secret stands in the file, without repeating it.
    mutating func refuseLiteral(_ node: DeclarationNode, _ place: ConfigurationPlace) {
        blank(node)
        refuse(
            "CONFIG.SECRET.LITERAL", at: node.location, "\(place.path): use env: or file:",
            expected: "{ env: NAME } or { file: PATH }",
            remedy:
                "move the secret to an environment variable or a file of mode 0600, and change it if this file was shared"
        )
    }

    /// Adds a finding once: inherited parts are read for each heir.
    mutating func refuse(
        _ code: DiagnosticCode, _ severity: Severity = .error, at location: SourceLocation?,
        _ message: String,
        found: String? = nil, expected: String? = nil, remedy: String? = nil
    ) {
        let short = found.map { $0.count > 40 ? String($0.prefix(37)) + "..." : $0 }
        add(
            Diagnostic(
                code, severity, at: location, message, found: short, expected: expected, remedy: remedy))
    }

    mutating func add(_ finding: Diagnostic) {
        var key = finding
        // An heir names the inherited value by its own path.
        key.message = ""
        if said.insert(key).inserted { findings.append(finding) }
    }

    /// Says that a name leads nowhere.
    mutating func refuseReference(
        _ name: String, at location: SourceLocation?, _ kind: String, _ known: some Sequence<String>
    ) {
        let known = Array(known)
        let near = Suggestion.nearest(to: name, in: known)
        let article = Self.article(kind)
        refuse(
            "CONFIG.REFERENCE", at: location,
            "'\(name)' is not \(article)" + (near.map { "; did you mean '\($0)'?" } ?? ""), found: name,
            expected: known.isEmpty
                ? "\(article), and none is declared" : "one of " + known.joined(separator: ", "),
            remedy: near.map { "write '\($0)'" } ?? "declare '\(name)', or name another \(kind)")
    }

    /// Notes a value in force. No location: it is a default.
    mutating func list(_ path: String, _ text: String, _ location: SourceLocation?) {
        guard isExplaining else { return }
        effective.append(
            EffectiveValue(path: path, text: text, origin: location.map { .file($0) } ?? .builtIn))
    }

    /// Keeps every scalar of `node` out of print.
    mutating func blank(_ node: DeclarationNode) {
        var open = [node]
        while let next = open.popLast() {
            switch next.content {
            case .null: break
            case .scalar: blanked.append(next.location)
            case .sequence(let list): open.append(contentsOf: list)
            case .mapping(let entries):
                // `{hunter2}` is a mapping with that key.
                blanked.append(contentsOf: entries.map(\.keyLocation))
                open.append(contentsOf: entries.map(\.value))
            }
        }
    }

    /// A path of the configuration, from the folder of the file in which it stands.
    func resolved(_ path: String, near location: SourceLocation) -> String {
        guard !path.hasPrefix("/"), let slash = location.drop.lastIndex(of: "/") else { return path }
        return String(location.drop[...slash]) + path
    }

    /// Whether values under a path may be secrets that slipped in: connections and alert targets hold them.
    func isPrivate(_ path: String) -> Bool {
        path.hasPrefix("connections.") || path.hasPrefix("alerts.targets.")
    }

    private static func article(_ kind: String) -> String {
        let first = kind.first.map(String.init) ?? ""
        if kind.hasPrefix("a ") || kind.hasPrefix("one of") || kind.hasPrefix("true") || kind == "text" {
            return kind
        }
        return ("aeio".contains(first) ? "an " : "a ") + kind
    }
}

/// A value in force, and where it came from: a line of `config explain`.
public struct EffectiveValue: Sendable, Hashable {
    /// Where a value came from.
    public enum Origin: Sendable, Hashable {
        /// This line of a file.
        case file(SourceLocation)
        /// The default of the key.
        case builtIn
        /// This variable.
        case environment(String)
    }

    /// `partners.megamart.inbound.megamart-850.map`.
    public var path: String
    /// The value in the words of the file; of a secret its place and whether it is there.
    public var text: String
    /// The file and line, the environment, or built in.
    public var origin: Origin

    /// Says what is in force at a path, and why.
    public init(path: String, text: String, origin: Origin) {
        self.path = path
        self.text = text
        self.origin = origin
    }
}
