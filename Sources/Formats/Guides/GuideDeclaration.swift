public import Diagnostics

/// A guide or an overlay as declared, before it meets its dictionary or the guide it extends.
public struct GuideDeclaration: Sendable {
    /// A segment or a loop of the structure.
    public indirect enum Part: Sendable {
        case segment(X12Tag, use: ElementRule.Use, repeatMax: Int, node: DeclarationNode)
        case loop(id: String?, use: ElementRule.Use, repeatMax: Int, content: [Part], node: DeclarationNode)
    }

    /// One change of an overlay.
    public struct Change: Sendable {
        /// What is changed.
        public var path: GuidePath
        /// Whether it must be there.
        public var use: ElementRule.Use?
        /// The shortest value of an element.
        public var lengthMin: Int?
        /// The longest value of an element; of a segment its repetitions.
        public var lengthMax: Int?
        /// Repetitions of a segment or loop.
        public var repeatMax: Int?
        /// The only codes allowed.
        public var codes: [String]?
        /// Codes allowed besides those of the list.
        public var addedCodes: [String]
        /// Whether a code outside the list refuses the set.
        public var isStrict: Bool?
        /// Other words for it.
        public var label: String?
        /// The type of an element that is added at the end of its segment.
        public var type: ElementType?
        /// Where it is declared.
        public var node: DeclarationNode
    }

    /// The name of the guide, equal to that of its file.
    public var id: String
    /// What the document is called.
    public var title: String?
    /// ST01; empty for an overlay.
    public var document: String
    /// First six characters of GS08; empty for an overlay that keeps its base's.
    public var version: String
    /// GS01; empty for an overlay.
    public var functionalID: String
    /// Id of the dictionary; empty for an overlay.
    public var dictionary: String
    /// Id of the guide that this one changes; nil for one that stands by itself.
    public var extends: String?
    /// The structure; empty for an overlay.
    public var content: [Part]
    /// What an overlay changes, in order.
    public var changes: [Change]
    /// What is let pass.
    public var lenient: [GuideLeniency]
    /// Every code outside its list refuses the set.
    public var hasStrictCodes: Bool
    /// Where it is declared.
    public var node: DeclarationNode

    /// Reads the changes that a later version brings, which belong to many guides at once.
    ///
    /// - Throws: `GUIDE.*` findings, located in the declaration.
    static func differences(_ node: DeclarationNode) throws(GuideError) -> [Change] {
        var reader = DeclarationReader()
        reader.allow(["guide", "about", "changes"], in: node)
        let changes = (node["changes"]?.elements ?? []).compactMap { reader.change($0) }
        guard reader.findings.isEmpty else { throw GuideError(reader.findings) }
        return changes
    }

    /// Levels of loops in a guide; the deepest of the eight sets has five.
    static let depthMax = 16

    /// Reads a guide or overlay declaration.
    ///
    /// - Throws: `GUIDE.*` findings, located in the declaration.
    public static func decode(_ node: DeclarationNode) throws(GuideError) -> GuideDeclaration {
        var reader = DeclarationReader()
        let extends = reader.text("extends", in: node)
        let keys = ["guide", "title", "about", "lenient", "strict_codes"]
        reader.allow(
            keys
                + (extends == nil
                    ? ["standard", "version", "document", "group", "dictionary", "content"]
                    : ["extends", "changes", "version"]),
            in: node)
        let isBase = extends == nil
        var declaration = GuideDeclaration(
            id: reader.required("guide", in: node), title: reader.text("title", in: node),
            document: isBase ? reader.required("document", in: node) : "",
            version: isBase ? reader.required("version", in: node) : reader.text("version", in: node) ?? "",
            functionalID: isBase ? reader.required("group", in: node) : "",
            dictionary: isBase ? reader.required("dictionary", in: node) : "", extends: extends, content: [],
            changes: [], lenient: [], hasStrictCodes: reader.flag("strict_codes", in: node) ?? false,
            node: node)
        declaration.content = reader.parts(node["content"], depth: 0)
        declaration.changes = (node["changes"]?.elements ?? []).compactMap { reader.change($0) }
        declaration.lenient = GuideLeniency.decode(node["lenient"], &reader)
        guard reader.findings.isEmpty else { throw GuideError(reader.findings) }
        return declaration
    }
}

extension GuideLeniency {
    /// Reads a `lenient:` list, of a guide or of a channel; nil or absent is an empty one.
    ///
    /// - Throws: `GUIDE.*` findings, located in the declaration.
    public static func decode(_ node: DeclarationNode?) throws(GuideError) -> [GuideLeniency] {
        var reader = DeclarationReader()
        let list = decode(node, &reader)
        guard reader.findings.isEmpty else { throw GuideError(reader.findings) }
        return list
    }

    static func decode(_ node: DeclarationNode?, _ reader: inout DeclarationReader) -> [GuideLeniency] {
        (node?.elements ?? []).compactMap { entry in
            reader.allow(["path", "rule", "action", "reason", "until"], in: entry)
            let action = reader.required("action", in: entry)
            guard let wanted = Action(rawValue: action) else {
                reader.add(
                    "GUIDE.VALUE", at: entry, "action '\(action)' is not known", expected: "warn or ignore")
                return nil
            }
            let reason = reader.required("reason", in: entry)
            return GuideLeniency(
                path: reader.text("path", in: entry) ?? "", rule: reader.required("rule", in: entry),
                action: wanted,
                reason: reason, until: reader.day("until", in: entry))
        }
    }
}

extension DeclarationReader {
    /// A date written 2027-01-31, as a number 20270131.
    mutating func day(_ key: String, in node: DeclarationNode) -> Int? {
        guard let value = node[key], let text = text(key, in: node) else { return nil }
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map {
            X12Number.digits($0.utf8)
        }
        guard text.utf8.count == 10, parts.count == 3, let year = parts[0], let month = parts[1],
            let day = parts[2],
            X12Calendar.isDate(year: year, month: month, day: day)
        else {
            add("GUIDE.VALUE", at: value, "'\(key)' is not a date", expected: "like 2027-01-31")
            return nil
        }
        return year * 10_000 + month * 100 + day
    }

    fileprivate mutating func parts(_ node: DeclarationNode?, depth: Int) -> [GuideDeclaration.Part] {
        guard let node else { return [] }
        guard depth < GuideDeclaration.depthMax else {
            add("GUIDE.DEPTH", at: node, "loops are nested more than \(GuideDeclaration.depthMax) deep")
            return []
        }
        guard let elements = node.elements else {
            add("GUIDE.SHAPE", at: node, "content is not a list of segments and loops")
            return []
        }
        return elements.compactMap { part($0, depth: depth) }
    }

    private mutating func part(_ node: DeclarationNode, depth: Int) -> GuideDeclaration.Part? {
        let use = use("use", in: node) ?? .optional
        let repeatMax = bound("max", in: node) ?? 1
        if let tag = text("seg", in: node) {
            allow(["seg", "use", "max"], in: node)
            return .segment(X12Tag(tag), use: use, repeatMax: repeatMax, node: node)
        }
        allow(["loop", "use", "max", "content"], in: node)
        let content = parts(node["content"], depth: depth + 1)
        guard case .segment = content.first else {
            add(
                "GUIDE.SHAPE", at: node, "loop has no segment to begin with",
                expected: "a loop begins with its trigger")
            return nil
        }
        return .loop(id: text("loop", in: node), use: use, repeatMax: repeatMax, content: content, node: node)
    }

    fileprivate mutating func change(_ node: DeclarationNode) -> GuideDeclaration.Change? {
        allow(
            ["path", "use", "min", "max", "repeat", "codes", "add_codes", "strict", "label", "type"], in: node
        )
        guard let path = GuidePath(required("path", in: node)) else {
            add(
                "GUIDE.PATH", at: node, "path is not readable", expected: "like PO1/N1/N104, BEG03 or PO1/PID"
            )
            return nil
        }
        let type = text("type", in: node)
        if let type, ElementType(type) == nil {
            add(
                "GUIDE.VALUE", at: node, "element type '\(type)' is not known",
                expected: "AN, ID, N0 to N9, R, DT, TM or B")
        }
        return GuideDeclaration.Change(
            path: path, use: use("use", in: node), lengthMin: number("min", in: node),
            lengthMax: number("max", in: node), repeatMax: bound("repeat", in: node),
            codes: words("codes", in: node),
            addedCodes: words("add_codes", in: node) ?? [], isStrict: flag("strict", in: node),
            label: text("label", in: node), type: type.flatMap(ElementType.init), node: node)
    }
}
