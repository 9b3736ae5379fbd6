import Diagnostics

/// Decodes declarations node by node and collects what is wrong with them, each finding with file and line.
struct DeclarationReader {
    private(set) var findings: [Diagnostic] = []
    var hasErrors: Bool { findings.contains { $0.severity == .error } }

    mutating func refuse(
        _ code: DiagnosticCode, _ node: DeclarationNode, _ message: String, expected: String? = nil,
        remedy: String
    ) {
        refuse(code, at: node.location, message, found: node.text, expected: expected, remedy: remedy)
    }

    mutating func refuse(
        _ code: DiagnosticCode, at location: SourceLocation, _ message: String, found: String? = nil,
        expected: String? = nil, remedy: String
    ) {
        findings.append(
            Diagnostic(code, at: location, message, found: found, expected: expected, remedy: remedy))
    }

    /// Takes over what another reader found.
    mutating func add(_ other: DeclarationReader) { findings += other.findings }

    /// Refuses keys that the section does not have, with the nearest one that it has.
    mutating func checkKeys(of node: DeclarationNode, section: MapKey.Section) {
        guard let entries = node.entries else {
            if case .null = node.content { return }
            refuse(
                .mapValue, node, "this is not a mapping", expected: "keys and values",
                remedy: "write keys and values")
            return
        }
        let names = MapLanguage.names(section)
        for entry in entries where !names.contains(entry.key) {
            refuse(
                .mapKey, at: entry.keyLocation,
                "'\(entry.key)' is not a key here" + Suggestion.sentence(for: entry.key, among: names),
                found: entry.key, expected: "one of \(names.joined(separator: ", "))",
                remedy: "correct the key")
        }
    }

    mutating func text(_ node: DeclarationNode, _ key: String, required: Bool = false) -> String? {
        guard let value = node[key] else {
            if required {
                refuse(.mapValue, node, "\(key) is missing", expected: "\(key): …", remedy: "add `\(key)`")
            }
            return nil
        }
        guard let text = value.text else {
            refuse(.mapValue, value, "\(key) is not a text", expected: "one value", remedy: "write one value")
            return nil
        }
        return text
    }

    mutating func word<Word: RawRepresentable<String> & CaseIterable>(
        _ node: DeclarationNode, _ key: String, _ type: Word.Type
    ) -> Word? {
        guard let text = text(node, key) else { return nil }
        if let word = Word(rawValue: text) { return word }
        let names = Word.allCases.map(\.rawValue)
        refuse(
            .mapValue, node[key] ?? node,
            "\(key) '\(text)' is not known" + Suggestion.sentence(for: text, among: names),
            expected: "one of \(names.joined(separator: ", "))", remedy: "write one of them")
        return nil
    }

    mutating func flag(_ node: DeclarationNode, _ key: String) -> Bool? {
        guard let text = text(node, key) else { return nil }
        switch text {
        case "true", "yes": return true
        case "false", "no": return false
        default:
            refuse(
                .mapValue, node[key] ?? node, "\(key) '\(text)' is neither true nor false",
                expected: "true or false",
                remedy: "write true or false")
            return nil
        }
    }

    mutating func number(_ node: DeclarationNode, _ key: String, _ allowed: ClosedRange<Int>) -> Int? {
        guard let text = text(node, key) else { return nil }
        if let value = Int(text), allowed.contains(value) { return value }
        refuse(
            .mapValue, node[key] ?? node, "\(key) '\(text)' is not a number that is allowed here",
            expected: "\(allowed.lowerBound) to \(allowed.upperBound)", remedy: "correct the number")
        return nil
    }

    /// A value or a list of values.
    mutating func texts(_ node: DeclarationNode, _ key: String) -> [String] {
        node[key].map { textList($0) } ?? []
    }

    mutating func textList(_ node: DeclarationNode) -> [String] { placedList(node).map(\.text) }

    /// A value or a list of values, each with its place in the file.
    mutating func placedList(_ node: DeclarationNode) -> [Placed] {
        if let text = node.text { return [Placed(text: text, location: node.location)] }
        var list: [Placed] = []
        for element in node.elements ?? [] {
            if let text = element.text {
                list.append(Placed(text: text, location: element.location))
            } else {
                refuse(
                    .mapValue, element, "this is not a text", expected: "one value", remedy: "write one value"
                )
            }
        }
        if node.elements == nil, node.content != .null {
            refuse(.mapValue, node, "this is not a list", expected: "[ a, b ]", remedy: "write a list")
        }
        return list
    }
}

/// A text of a declaration and where it stands.
struct Placed: Sendable, Hashable {
    var text: String
    var location: SourceLocation
}

/// The nearest name to one that is not known.
enum Suggestion {
    /// `; did you mean 'x'?`, or nothing when no name is near.
    static func sentence(for name: String, among names: [String]) -> String {
        nearest(to: name, among: names).map { "; did you mean '\($0)'?" } ?? ""
    }

    static func nearest(to name: String, among names: [String]) -> String? {
        let limit = max(1, min(3, name.utf8.count / 3))
        let ranked = names.map { ($0, distance(name.lowercased(), $0.lowercased())) }.filter { $0.1 <= limit }
        return ranked.min { ($0.1, $0.0) < ($1.1, $1.0) }?.0
    }

    /// Letters to add, drop or change to get from one to the other.
    private static func distance(_ left: String, _ right: String) -> Int {
        let a = Array(left.utf8)
        let b = Array(right.utf8)
        var row = Array(0...b.count)
        for (i, letter) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in b.enumerated() {
                let next = min(row[j + 1] + 1, row[j] + 1, diagonal + (letter == other ? 0 : 1))
                diagonal = row[j + 1]
                row[j + 1] = next
            }
        }
        return row[b.count]
    }
}
