import Diagnostics

/// Reads the part of YAML that maps are written in, so that tests need no YAML library: block and flow mappings and
/// sequences, plain and quoted scalars, `|` and `>` blocks, comments. Anything else is an error.
struct PlainYAML {
    struct Fault: Error, CustomStringConvertible {
        var description: String
    }

    private struct Line {
        var number: Int
        var indent: Int
        var text: String
        var raw: String
    }

    private let file: String
    private var lines: [Line] = []
    private var at = 0

    static func read(_ text: String, file: String = "map.yaml") throws -> DeclarationNode {
        var yaml = PlainYAML(text, file: file)
        return try yaml.document()
    }

    private init(_ text: String, file: String) {
        self.file = file
        for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let raw = String(raw)
            let indent = raw.prefix { $0 == " " }.count
            lines.append(
                Line(number: index + 1, indent: indent, text: String(raw.dropFirst(indent)), raw: raw))
        }
    }

    private mutating func document() throws -> DeclarationNode {
        skipBlank()
        guard at < lines.count else { return node(.null, 1) }
        return try block(indent: lines[at].indent)
    }

    private func node(_ content: DeclarationNode.Content, _ line: Int) -> DeclarationNode {
        DeclarationNode(content, at: location(line))
    }

    private func location(_ line: Int) -> SourceLocation {
        SourceLocation(drop: file, byteOffset: 0, line: line, column: 1)
    }

    private mutating func skipBlank() {
        while at < lines.count {
            let text = lines[at].text
            guard text.isEmpty || text.hasPrefix("#") || text == "---" else { return }
            at += 1
        }
    }

    private mutating func block(indent: Int) throws -> DeclarationNode {
        skipBlank()
        guard at < lines.count, lines[at].indent >= indent else { return node(.null, at) }
        let line = lines[at]
        if line.text.hasPrefix("- ") || line.text == "-" { return try sequence(indent: line.indent) }
        if Self.keyEnd(line.text) != nil { return try mapping(indent: line.indent) }
        at += 1
        return try inline(line.text, line)
    }

    private mutating func sequence(indent: Int) throws -> DeclarationNode {
        var elements: [DeclarationNode] = []
        let first = lines[at].number
        while true {
            skipBlank()
            guard at < lines.count, lines[at].indent == indent, lines[at].text.hasPrefix("-") else { break }
            let rest = lines[at].text.dropFirst()
            let inner = rest.drop { $0 == " " }
            if inner.isEmpty || inner.hasPrefix("#") {
                at += 1
                elements.append(try block(indent: indent + 1))
                continue
            }
            lines[at].indent = indent + 1 + rest.prefix { $0 == " " }.count
            lines[at].text = String(inner)
            elements.append(try block(indent: lines[at].indent))
        }
        return node(.sequence(elements), first)
    }

    private mutating func mapping(indent: Int) throws -> DeclarationNode {
        var entries: [DeclarationNode.Entry] = []
        let first = lines[at].number
        while true {
            skipBlank()
            guard at < lines.count, lines[at].indent == indent, let end = Self.keyEnd(lines[at].text) else {
                break
            }
            let line = lines[at]
            let key = Self.unquoted(String(line.text[..<end]).trimmed)
            guard !entries.contains(where: { $0.key == key }) else {
                throw Fault(description: "\(file):\(line.number): '\(key)' twice")
            }
            let value = String(line.text[line.text.index(after: end)...]).trimmed
            at += 1
            let content: DeclarationNode
            if value.isEmpty || value.hasPrefix("#") {
                skipBlank()
                let isList = at < lines.count && lines[at].indent == indent && lines[at].text.hasPrefix("- ")
                content = isList ? try sequence(indent: indent) : try block(indent: indent + 1)
            } else if value.hasPrefix("|") || value.hasPrefix(">") {
                content = literal(value, indent: indent, line.number)
            } else {
                content = try inline(value, line)
            }
            entries.append(.init(key: key, keyLocation: location(line.number), value: content))
        }
        return node(.mapping(entries), first)
    }

    private mutating func literal(_ header: String, indent: Int, _ number: Int) -> DeclarationNode {
        var texts: [String] = []
        var inner: Int?
        while at < lines.count, lines[at].text.isEmpty || lines[at].indent > indent {
            let line = lines[at]
            if inner == nil, !line.text.isEmpty { inner = line.indent }
            texts.append(String(line.raw.dropFirst(min(inner ?? 0, line.raw.count))))
            at += 1
        }
        while texts.last?.isEmpty == true { texts.removeLast() }
        let joined = texts.joined(separator: header.hasPrefix("|") ? "\n" : " ")
        return node(.scalar(joined + (header.contains("-") ? "" : "\n")), number)
    }

    /// A flow collection may go on over the next lines.
    private mutating func inline(_ text: String, _ line: Line) throws -> DeclarationNode {
        var text = text
        if text.hasPrefix("{") || text.hasPrefix("[") || text.hasPrefix("\"") {
            while !Self.isBalanced(text), at < lines.count {
                text += " " + Self.withoutComment(lines[at].text)
                at += 1
            }
        }
        var flow = Flow(Array(text), file: file, line: line.number)
        return try flow.value(isTop: true)
    }

    /// Where the key of a mapping entry ends; nil when the line is no entry.
    private static func keyEnd(_ text: String) -> String.Index? {
        guard let first = text.first, first != "{", first != "[" else { return nil }
        var quote: Character?
        for index in text.indices {
            let character = text[index]
            if let open = quote {
                if character == open { quote = nil }
                continue
            }
            if index == text.startIndex, character == "\"" || character == "'" { quote = character }
            if character == ":" {
                let next = text.index(after: index)
                if next == text.endIndex || text[next] == " " { return index }
            }
        }
        return nil
    }

    private static func unquoted(_ text: String) -> String {
        guard text.count >= 2, let first = text.first, first == "\"" || first == "'", text.last == first
        else { return text }
        return String(text.dropFirst().dropLast())
    }

    static func withoutComment(_ text: String) -> String {
        var quote: Character?
        var before: Character = " "
        for index in text.indices {
            let character = text[index]
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'", " [{,:".contains(before) {
                quote = character
            } else if character == "#", before == " " {
                return String(text[..<index])
            }
            before = character
        }
        return text
    }

    private static func isBalanced(_ text: String) -> Bool {
        var depth = 0
        var quote: Character?
        var before: Character = " "
        for character in withoutComment(text) {
            defer { before = character }
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'", " [{,:".contains(before) {
                quote = character
            } else if character == "{" || character == "[" {
                depth += 1
            } else if character == "}" || character == "]" {
                depth -= 1
            }
        }
        return depth <= 0 && quote == nil
    }
}

/// A flow value: everything on one line.
private struct Flow {
    let text: [Character]
    let file: String
    let line: Int
    var at = 0

    init(_ text: [Character], file: String, line: Int) {
        self.text = text
        self.file = file
        self.line = line
    }

    private func node(_ content: DeclarationNode.Content) -> DeclarationNode {
        DeclarationNode(content, at: SourceLocation(drop: file, byteOffset: 0, line: line, column: 1))
    }

    private mutating func skip() {
        while at < text.count, text[at] == " " { at += 1 }
        if at < text.count, text[at] == "#", at == 0 || text[at - 1] == " " { at = text.count }
    }

    mutating func value(isTop: Bool = false, isKey: Bool = false) throws -> DeclarationNode {
        skip()
        guard at < text.count else { return node(.null) }
        switch text[at] {
        case "{": return try mapping()
        case "[": return try sequence()
        case "\"", "'": return node(.scalar(try quoted()))
        default: return plain(isTop: isTop, isKey: isKey)
        }
    }

    private mutating func mapping() throws -> DeclarationNode {
        at += 1
        var entries: [DeclarationNode.Entry] = []
        while true {
            skip()
            guard at < text.count else { throw fault("flow mapping is not closed") }
            if text[at] == "}" { break }
            if text[at] == "," { at += 1; continue }
            let key = try value(isKey: true)
            skip()
            var content = node(.null)
            if at < text.count, text[at] == ":" {
                at += 1
                content = try value()
            }
            let place = SourceLocation(drop: file, byteOffset: 0, line: line, column: 1)
            entries.append(.init(key: key.text ?? "", keyLocation: place, value: content))
        }
        at += 1
        return node(.mapping(entries))
    }

    private mutating func sequence() throws -> DeclarationNode {
        at += 1
        var elements: [DeclarationNode] = []
        while true {
            skip()
            guard at < text.count else { throw fault("flow sequence is not closed") }
            if text[at] == "]" { break }
            if text[at] == "," { at += 1; continue }
            elements.append(try value())
        }
        at += 1
        return node(.sequence(elements))
    }

    private mutating func quoted() throws -> String {
        let quote = text[at]
        at += 1
        var result = ""
        while at < text.count {
            let character = text[at]
            at += 1
            if character == quote {
                guard quote == "'", at < text.count, text[at] == "'" else { return result }
                at += 1
                result.append("'")
            } else if character == "\\", quote == "\"", at < text.count {
                result.append(escape(text[at]))
                at += 1
            } else {
                result.append(character)
            }
        }
        throw fault("quote is not closed")
    }

    private func escape(_ character: Character) -> Character {
        switch character {
        case "n": "\n"
        case "t": "\t"
        case "r": "\r"
        default: character
        }
    }

    private mutating func plain(isTop: Bool, isKey: Bool) -> DeclarationNode {
        var result = ""
        while at < text.count {
            let character = text[at]
            if !isTop, character == "," || character == "}" || character == "]" { break }
            if !isTop || isKey, character == ":", at + 1 == text.count || text[at + 1] == " " { break }
            if character == "#", result.last == " " { break }
            result.append(character)
            at += 1
        }
        let trimmed = result.trimmed
        return node(trimmed.isEmpty || trimmed == "~" || trimmed == "null" ? .null : .scalar(trimmed))
    }

    private func fault(_ message: String) -> PlainYAML.Fault {
        PlainYAML.Fault(description: "\(file):\(line): \(message)")
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self[...]
        while text.last == " " || text.last == "\r" { text.removeLast() }
        return String(text.drop { $0 == " " })
    }
}
