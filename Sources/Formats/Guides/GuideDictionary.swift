public import Diagnostics

/// The segments, composites and elements that the documents of one standard and version are made of.
///
/// - Source: the facts of X12 004010 (segment, element and code tables); the labels are our own.
public struct GuideDictionary: Sendable {
    /// The name of the dictionary, equal to that of its file.
    public let id: String
    /// Rules by tag, before a guide or overlay changes anything.
    public let segments: [X12Tag: SegmentRule]
    /// All composites, by `ElementRule.composite`.
    public let composites: [CompositeRule]
    /// All code lists, by `ElementRule.codeList`.
    public let codeLists: [CodeList]

    /// Reads a dictionary declaration.
    ///
    /// - Throws: `GUIDE.*` findings, located in the declaration.
    public static func decode(_ node: DeclarationNode) throws(GuideError) -> GuideDictionary {
        var decoder = DictionaryDecoder()
        let dictionary = decoder.dictionary(node)
        guard decoder.reader.findings.isEmpty else { throw GuideError(decoder.reader.findings) }
        return dictionary
    }

    fileprivate init(
        id: String, segments: [X12Tag: SegmentRule], composites: [CompositeRule], codeLists: [CodeList]
    ) {
        self.id = id
        self.segments = segments
        self.composites = composites
        self.codeLists = codeLists
    }
}

private struct DictionaryDecoder {
    var reader = DeclarationReader()
    private var elements: [String: ElementRule] = [:]
    private var codeLists: [CodeList] = []
    private var composites: [CompositeRule] = []

    mutating func dictionary(_ node: DeclarationNode) -> GuideDictionary {
        reader.allow(["dictionary", "about", "elements", "composites", "segments"], in: node)
        for entry in node["elements"]?.entries ?? [] { element(entry) }
        for entry in node["composites"]?.entries ?? [] {
            reader.allow(["label", "elements", "notes"], in: entry.value)
            let rule = CompositeRule(
                id: entry.key, label: reader.text("label", in: entry.value) ?? "",
                components: positions(in: entry.value), notes: reader.notes(in: entry.value))
            composites.append(rule)
            elements[entry.key] = ElementRule(
                id: entry.key, label: rule.label, type: .composite, lengthMin: 0, lengthMax: 0,
                use: .optional,
                codeList: -1, isStrict: false, isFreeText: false, composite: composites.count - 1)
        }
        var segments: [X12Tag: SegmentRule] = [:]
        for entry in node["segments"]?.entries ?? [] {
            reader.allow(["label", "elements", "notes"], in: entry.value)
            let tag = X12Tag(entry.key)
            segments[tag] = SegmentRule(
                tag: tag, label: reader.text("label", in: entry.value) ?? "",
                elements: positions(in: entry.value),
                notes: reader.notes(in: entry.value))
        }
        return GuideDictionary(
            id: reader.required("dictionary", in: node), segments: segments, composites: composites,
            codeLists: codeLists)
    }

    private mutating func element(_ entry: DeclarationNode.Entry) {
        let node = entry.value
        reader.allow(["label", "type", "min", "max", "codes", "strict", "text"], in: node)
        let type = reader.required("type", in: node)
        guard let elementType = ElementType(type) else {
            reader.add(
                "GUIDE.VALUE", at: node, "element type '\(type)' is not known",
                expected: "AN, ID, N0 to N9, R, DT, TM or B")
            return
        }
        var list = -1
        if let codes = reader.words("codes", in: node) {
            if let long = codes.first(where: { $0.utf8.count > 8 }) {
                reader.add("GUIDE.VALUE", at: node, "code '\(long)' is longer than 8 bytes")
            }
            list = codeLists.count
            codeLists.append(CodeList(codes))
        }
        elements[entry.key] = ElementRule(
            id: entry.key, label: reader.text("label", in: node) ?? "", type: elementType,
            lengthMin: reader.number("min", in: node) ?? 1, lengthMax: reader.number("max", in: node) ?? 1,
            use: .optional, codeList: list, isStrict: reader.flag("strict", in: node) ?? false,
            isFreeText: reader.text("text", in: node) == "free", composite: -1)
    }

    /// The positions of a segment or composite: `353 M`, `328`.
    private mutating func positions(in node: DeclarationNode) -> [ElementRule] {
        var rules: [ElementRule] = []
        for position in node["elements"]?.elements ?? [] {
            let words = (position.text ?? "").split(separator: " ")
            guard let id = words.first, var rule = elements[String(id)], words.count <= 2 else {
                reader.add(
                    "GUIDE.ELEMENT.UNKNOWN", at: position, "element is not in the dictionary",
                    expected: "an element or composite of this dictionary, like '353 M'")
                continue
            }
            if words.count == 2 {
                if let use = DeclarationReader.use(words[1]) {
                    rule.use = use
                } else {
                    reader.add("GUIDE.VALUE", at: position, "use is not M, O or X")
                }
            }
            rules.append(rule)
        }
        return rules
    }
}

extension ElementType {
    /// Reads a type as X12 writes it: `AN`, `ID`, `N2`, `R`, `DT`, `TM`, `B`.
    public init?(_ word: String) {
        switch word {
        case "AN": self = .text
        case "ID": self = .code
        case "R": self = .decimal
        case "DT": self = .date
        case "TM": self = .time
        case "B": self = .binary
        default:
            let bytes = Array(word.utf8)
            guard bytes.count == 2, bytes[0] == UInt8(ascii: "N"), bytes[1] >= 0x30, bytes[1] <= 0x39 else {
                return nil
            }
            self = .integer(decimals: bytes[1] - 0x30)
        }
    }

    /// The type as X12 writes it; `composite` for one.
    public var word: String {
        switch self {
        case .text: "AN"
        case .code: "ID"
        case .decimal: "R"
        case .date: "DT"
        case .time: "TM"
        case .binary: "B"
        case .integer(let decimals): "N\(decimals)"
        case .composite: "composite"
        }
    }
}
