public import Diagnostics
import Yams

/// Reads one YAML file into a located declaration: channels, rules, guides, maps, codes. Scalars stay text; what a
/// value means is up to the field that it stands under.
///
/// - Limit: 4 MiB, 64 levels; no anchors, aliases, merge keys, tags or directives; one document; unique keys.
/// - Throws: `CONFIG.EMPTY`, `CONFIG.YAML`, `CONFIG.TAG`, `CONFIG.LIMIT.ALIASES`, `CONFIG.LIMIT.DEPTH` and
///   `CONFIG.LIMIT.SIZE`, each located.
/// - Source: YAML 1.1 as read by libyaml.
public enum YAMLReader {
    /// The largest file: ten times the largest guide.
    public static let byteCountMax = 4 << 20

    /// Reads a whole file.
    ///
    /// - Parameters:
    ///   - path: how messages name the file.
    ///   - content: what an empty file is empty of, for the message.
    public static func read(
        _ bytes: [UInt8], path: String, holding content: String = "declarations"
    ) throws(Diagnostic) -> DeclarationNode {
        guard bytes.count <= byteCountMax else {
            throw Diagnostic(
                "CONFIG.LIMIT.SIZE", at: SourceLocation(drop: path, byteOffset: 0, line: 1, column: 1),
                "file is too large: \(bytes.count) bytes", found: "\(bytes.count) bytes",
                expected: "at most \(byteCountMax) bytes")
        }
        let positions = TextPositions(bytes, path: path)
        let text = try decode(bytes, positions)
        try YAMLGuard.check(bytes, positions)
        guard let root = try compose(text, positions) else {
            throw Diagnostic(
                "CONFIG.EMPTY", at: positions.location(of: 0), "file is empty: no \(content)",
                expected: content, remedy: "write \(content) into '\(path)', or name another file")
        }
        return try NodeConversion(bytes: bytes, positions: positions).convert(root, depth: 0)
    }

    private static func decode(_ bytes: [UInt8], _ positions: TextPositions) throws(Diagnostic) -> String {
        let body = bytes[positions.textStart...]
        if let text = String(validating: body, as: UTF8.self) { return text }
        var offset = positions.textStart
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: body.span)
        } catch {
            offset += error.byteOffsets.lowerBound
        }
        throw Diagnostic(
            "CONFIG.YAML", at: positions.location(of: offset, byteCount: 1),
            "line \(positions.line(of: offset)) has a byte that is no UTF-8", expected: "UTF-8 text",
            remedy: "save the file as UTF-8")
    }

    private static func compose(_ text: String, _ positions: TextPositions) throws(Diagnostic) -> Node? {
        do {
            return try Parser(yaml: text, resolver: .basic, constructor: .default, encoding: .utf8)
                .singleRoot()
        } catch let error as YamlError {
            throw finding(of: error, positions)
        } catch {
            throw Diagnostic(
                "CONFIG.YAML", at: positions.location(of: positions.textStart), "line 1 is not YAML",
                expected: "a YAML document")
        }
    }

    /// Words for what libyaml found. The error itself holds the whole text and is never printed.
    private static func finding(of error: YamlError, _ positions: TextPositions) -> Diagnostic {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            let offset = positions.offset(line: mark.line, scalarColumn: mark.column)
            let words =
                problem == "but found another document" ? "has a second document" : "is not YAML: \(problem)"
            return Diagnostic(
                "CONFIG.YAML", at: positions.location(of: offset, byteCount: 1), "line \(mark.line) \(words)",
                expected: "one YAML document")
        case .duplicatedKeysInMapping(let keys, let context):
            let first = positions.offset(line: context.mark.line, scalarColumn: context.mark.column)
            let key = keys.first ?? ""
            return Diagnostic(
                "CONFIG.YAML", at: positions.location(of: first, byteCount: key.utf8.count),
                "line \(context.mark.line) has a key that stands twice: '\(key)'", found: key,
                expected: "each key once", remedy: "remove one of the two")
        default:
            return Diagnostic(
                "CONFIG.YAML", at: positions.location(of: positions.textStart), "line 1 is not YAML",
                expected: "a YAML document")
        }
    }
}

/// Turns Yams' nodes into declarations.
private struct NodeConversion {
    let bytes: [UInt8]
    let positions: TextPositions

    func convert(_ node: Node, depth: Int) throws(Diagnostic) -> DeclarationNode {
        let offset = node.mark.map { positions.offset(line: $0.line, scalarColumn: $0.column) } ?? 0
        guard depth <= YAMLGuard.depthMax else {
            throw problem(
                "CONFIG.LIMIT.DEPTH", offset, "is nested too deeply", "at most \(YAMLGuard.depthMax) levels")
        }
        switch node {
        case .scalar(let scalar):
            try refuseMarks(scalar.anchor != nil, scalar.tag.description, offset)
            return convert(scalar, offset)
        case .sequence(let sequence):
            try refuseMarks(sequence.anchor != nil, sequence.tag.description, offset)
            var elements: [DeclarationNode] = []
            elements.reserveCapacity(sequence.count)
            for element in sequence { elements.append(try convert(element, depth: depth + 1)) }
            return DeclarationNode(.sequence(elements), at: positions.location(of: offset, byteCount: 1))
        case .mapping(let mapping):
            try refuseMarks(mapping.anchor != nil, mapping.tag.description, offset)
            return DeclarationNode(
                .mapping(try entries(mapping, depth)), at: positions.location(of: offset, byteCount: 1))
        default:
            throw problem(
                "CONFIG.LIMIT.ALIASES", offset, "has YAML anchors or aliases", "every value written out")
        }
    }

    private func entries(_ mapping: Node.Mapping, _ depth: Int) throws(Diagnostic) -> [DeclarationNode.Entry]
    {
        var entries: [DeclarationNode.Entry] = []
        entries.reserveCapacity(mapping.count)
        var seen: Set<String> = []
        for (key, value) in mapping {
            let offset = key.mark.map { positions.offset(line: $0.line, scalarColumn: $0.column) } ?? 0
            guard case .scalar(let scalar) = key, !scalar.string.isEmpty else {
                throw problem(
                    "CONFIG.YAML", offset, "has a key that is no word", "keys that are words, like 'id'")
            }
            try refuseMarks(scalar.anchor != nil, scalar.tag.description, offset)
            if scalar.string == "<<" {
                throw problem(
                    "CONFIG.LIMIT.ALIASES", offset,
                    "has a merge key: YAML anchors and aliases are not allowed",
                    "every value written out")
            }
            guard seen.insert(scalar.string).inserted else {
                throw problem(
                    "CONFIG.YAML", offset, "has a key that stands twice: '\(scalar.string)'", "each key once")
            }
            var converted = try convert(value, depth: depth + 1)
            // An absent value has no place of its own: it is missing behind its key.
            if converted.content == .null, value.mark == nil {
                converted.location = positions.location(of: offset)
            }
            entries.append(
                DeclarationNode.Entry(
                    key: scalar.string,
                    keyLocation: positions.location(
                        of: offset, byteCount: sourceLength(of: scalar, at: offset)),
                    value: converted))
        }
        return entries
    }

    private func convert(_ scalar: Node.Scalar, _ offset: Int) -> DeclarationNode {
        let location = positions.location(of: offset, byteCount: sourceLength(of: scalar, at: offset))
        if scalar.style == .plain, ["", "~", "null", "Null", "NULL"].contains(scalar.string) {
            return DeclarationNode(.null, at: location)
        }
        return DeclarationNode(.scalar(scalar.string), at: location)
    }

    /// How many bytes of the file a scalar takes, quotes included.
    private func sourceLength(of scalar: Node.Scalar, at offset: Int) -> Int {
        guard offset < bytes.count else { return 0 }
        switch scalar.style {
        case .singleQuoted, .doubleQuoted:
            let quote: UInt8 = scalar.style == .singleQuoted ? 0x27 : 0x22
            var end = offset + 1
            while end < bytes.count {
                if bytes[end] == 0x5C, quote == 0x22 {
                    end += 1
                } else if bytes[end] == quote {
                    guard quote == 0x27, end + 1 < bytes.count, bytes[end + 1] == 0x27 else { break }
                    end += 1
                }
                end += 1
            }
            return min(end + 1, bytes.count) - offset
        case .literal, .folded: return literalLength(at: offset)
        default:
            // Plain text over several lines is folded: it ends where its last character that is no blank stands.
            var end = offset
            for byte in scalar.string.utf8 where byte != 0x20 && byte != 0x0A {
                while end < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[end]) { end += 1 }
                guard end < bytes.count, bytes[end] == byte else { break }
                end += 1
            }
            return end - offset
        }
    }

    /// A block scalar with its lines: those that are blank or indented deeper than the line of its indicator.
    private func literalLength(at offset: Int) -> Int {
        let header = positions.location(of: offset)
        let lineStart = offset - (header.column - 1)
        let indent = bytes[lineStart...].prefix { $0 == 0x20 }.count
        var end = offset
        while end < bytes.count {
            while end < bytes.count, bytes[end] != 0x0A { end += 1 }
            let next = end + 1
            guard next < bytes.count else { break }
            let blanks = bytes[next...].prefix { $0 == 0x20 }.count
            let first = next + blanks < bytes.count ? bytes[next + blanks] : 0x0A
            guard first == 0x0A || first == 0x0D || blanks > indent else { break }
            end = next
        }
        return min(end, bytes.count) - offset
    }

    private func refuseMarks(_ hasAnchor: Bool, _ tag: String, _ offset: Int) throws(Diagnostic) {
        if hasAnchor {
            throw problem(
                "CONFIG.LIMIT.ALIASES", offset, "has YAML anchors or aliases", "every value written out")
        }
        guard tag.isEmpty || tag.hasPrefix("tag:yaml.org,2002:") || tag == "!" else {
            throw problem("CONFIG.TAG", offset, "has a YAML tag: tag not allowed", "a value without '!'")
        }
    }

    private func problem(
        _ code: DiagnosticCode, _ offset: Int, _ state: String, _ expected: String
    ) -> Diagnostic {
        Diagnostic(
            code, at: positions.location(of: offset, byteCount: 1),
            "line \(positions.line(of: offset)) \(state)",
            expected: expected)
    }
}
