public import Diagnostics

/// A guide, overlay or dictionary that cannot be used, with everything that is wrong with it.
public struct GuideError: Error, Sendable {
    /// All that is wrong, located in the declaration.
    public var findings: [Diagnostic]

    /// Takes what was found.
    public init(_ findings: [Diagnostic]) { self.findings = findings }
}

/// Reads the fields of a declaration and collects what is wrong with them.
struct DeclarationReader {
    var findings: [Diagnostic] = []

    mutating func add(
        _ code: DiagnosticCode, at node: DeclarationNode, _ message: String, expected: String? = nil
    ) {
        guard findings.count < 50 else { return }
        findings.append(
            Diagnostic(
                code, at: node.location, message, found: node.text, expected: expected, move: .ours))
    }

    /// Refuses keys that mean nothing here, naming the ones that do.
    mutating func allow(_ keys: [String], in node: DeclarationNode) {
        guard let entries = node.entries else {
            add(
                "GUIDE.SHAPE", at: node, "declaration is not a mapping",
                expected: "keys: \(keys.joined(separator: ", "))")
            return
        }
        for entry in entries where !keys.contains(entry.key) {
            findings.append(
                Diagnostic(
                    "GUIDE.KEY.UNKNOWN", at: entry.keyLocation, "'\(entry.key)' is not a key here",
                    found: entry.key,
                    expected: "one of \(keys.joined(separator: ", "))", move: .ours))
        }
    }

    mutating func text(_ key: String, in node: DeclarationNode) -> String? {
        guard let value = node[key] else { return nil }
        if let text = value.text { return text }
        add("GUIDE.SHAPE", at: value, "'\(key)' is not text")
        return nil
    }

    mutating func required(_ key: String, in node: DeclarationNode) -> String {
        if let text = text(key, in: node) { return text }
        if node[key] == nil { add("GUIDE.KEY.MISSING", at: node, "'\(key)' is missing") }
        return ""
    }

    mutating func number(_ key: String, in node: DeclarationNode) -> Int? {
        guard let value = node[key], let text = text(key, in: node) else { return nil }
        if let number = X12Number.digits(text.utf8) { return number }
        add("GUIDE.VALUE", at: value, "'\(key)' is not a whole number", expected: "digits, like 35")
        return nil
    }

    /// A bound on repetitions: digits, or `>1` for none.
    mutating func bound(_ key: String, in node: DeclarationNode) -> Int? {
        text(key, in: node) == ">1" ? Int.max : number(key, in: node)
    }

    mutating func flag(_ key: String, in node: DeclarationNode) -> Bool? {
        guard let value = node[key], let text = text(key, in: node) else { return nil }
        switch text {
        case "true", "yes": return true
        case "false", "no": return false
        default:
            add("GUIDE.VALUE", at: value, "'\(key)' is neither true nor false")
            return nil
        }
    }

    /// `M`, `O` or `X`, in X12's own letters: mandatory, optional, not used.
    mutating func use(_ key: String, in node: DeclarationNode) -> ElementRule.Use? {
        guard let value = node[key], let text = text(key, in: node) else { return nil }
        if let use = Self.use(text) { return use }
        add(
            "GUIDE.VALUE", at: value, "'\(key)' is not M, O or X",
            expected: "M mandatory, O optional, X not used")
        return nil
    }

    static func use(_ text: some StringProtocol) -> ElementRule.Use? {
        switch text {
        case "M": .mandatory
        case "O": .optional
        case "X": .forbidden
        default: nil
        }
    }

    /// Words of a text separated by blanks or line ends, or the texts of a list.
    mutating func words(_ key: String, in node: DeclarationNode) -> [String]? {
        guard let value = node[key] else { return nil }
        if let text = value.text {
            return text.split { $0 == " " || $0 == "\n" || $0 == "," }.map(String.init)
        }
        guard let elements = value.elements else {
            add("GUIDE.SHAPE", at: value, "'\(key)' is neither text nor a list")
            return nil
        }
        return elements.compactMap(\.text)
    }

    /// Relational notes as X12 writes them: `P0405`.
    mutating func notes(in node: DeclarationNode) -> [SyntaxNote] {
        (words("notes", in: node) ?? []).compactMap { word in
            if let note = SyntaxNote(word) { return note }
            add("GUIDE.VALUE", at: node, "syntax note '\(word)' is not known", expected: "like P0405")
            return nil
        }
    }
}

extension SyntaxNote {
    /// Reads a note as X12 writes it: a letter and at least two positions of two digits.
    public init?(_ word: String) {
        let bytes = Array(word.utf8)
        guard bytes.count >= 5, bytes.count % 2 == 1 else { return nil }
        switch bytes[0] {
        case UInt8(ascii: "P"): kind = .paired
        case UInt8(ascii: "R"): kind = .required
        case UInt8(ascii: "E"): kind = .exclusive
        case UInt8(ascii: "C"): kind = .conditional
        case UInt8(ascii: "L"): kind = .listConditional
        default: return nil
        }
        positions = []
        for index in stride(from: 1, to: bytes.count, by: 2) {
            guard let position = X12Number.digits(bytes[index...index + 1]), position >= 1 else { return nil }
            positions.append(UInt8(position))
        }
    }

    /// The note as X12 writes it.
    public var word: String {
        let letter =
            switch kind {
            case .paired: "P"
            case .required: "R"
            case .exclusive: "E"
            case .conditional: "C"
            case .listConditional: "L"
            }
        return positions.reduce(letter) { $0 + ($1 < 10 ? "0\($1)" : "\($1)") }
    }
}
