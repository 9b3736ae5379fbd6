/// What the writer needs of an element rule, small enough to be copied for every element.
struct X12WriterRule: Sendable {
    /// What may be done to a value that does not fit.
    enum Role: UInt8, Sendable {
        /// No guide says: separators may be replaced, nothing is shortened.
        case unknown
        /// Prose: may be shortened, and its characters replaced.
        case freeText
        /// Identifiers, codes, dates: never changed.
        case identifier
        /// As identifiers; sign and decimal point do not count.
        case number
        /// A composite: its components have the rules.
        case composite
    }

    var role: Role
    /// Characters; `Int32.max` where nobody says.
    var lengthMax: Int32
    /// First component in the table of rules, and how many there are; for composites.
    var firstComponent: Int32 = 0
    var componentCount: Int32 = 0

    static let unknown = X12WriterRule(role: .unknown, lengthMax: .max)

    static func identifier(_ lengthMax: Int32) -> X12WriterRule {
        X12WriterRule(role: .identifier, lengthMax: lengthMax)
    }
}

/// A guide's elements as one flat table; made once per guide and used for all sets written by it.
struct X12WriterRules: Sendable {
    let guide: Guide
    private var rules: [X12WriterRule] = []
    /// By composite: where its components begin, and how many there are.
    private var composites: [Range<Int>] = []
    /// By segment rule.
    private var segments: [Range<Int>] = []
    private var byTag: [X12Tag: Int] = [:]

    init(_ guide: Guide) {
        self.guide = guide
        for composite in guide.composites {
            composites.append(rules.count..<rules.count + composite.components.count)
            for component in composite.components { rules.append(Self.rule(component)) }
        }
        for (index, segment) in guide.segmentRules.enumerated() {
            segments.append(rules.count..<rules.count + segment.elements.count)
            for element in segment.elements {
                var rule = Self.rule(element)
                if composites.indices.contains(element.composite) {
                    rule.firstComponent = Int32(clamping: composites[element.composite].lowerBound)
                    rule.componentCount = Int32(clamping: composites[element.composite].count)
                }
                rules.append(rule)
            }
            if byTag[segment.tag] == nil { byTag[segment.tag] = index }
        }
    }

    /// The rules of a segment at a place of the guide; without a place, those of the first segment with its tag.
    func elements(of tag: X12Tag, node: Int?) -> Range<Int> {
        if let node, guide.nodes.indices.contains(node), guide.nodes[node].tag == tag {
            return segments[guide.nodes[node].rule]
        }
        return byTag[tag].map { segments[$0] } ?? 0..<0
    }

    /// The rule of element `number` in a range that `elements` gave.
    func rule(_ number: Int, in elements: Range<Int>) -> X12WriterRule {
        number <= elements.count ? rules[elements.lowerBound + number - 1] : .unknown
    }

    /// The rule of a component.
    func component(_ number: Int, of composite: X12WriterRule) -> X12WriterRule {
        number <= Int(composite.componentCount) ? rules[Int(composite.firstComponent) + number - 1] : .unknown
    }

    private static func rule(_ element: ElementRule) -> X12WriterRule {
        let role: X12WriterRule.Role =
            switch element.type {
            case .composite: .composite
            case .integer, .decimal: .number
            case .text where element.isFreeText: .freeText
            case .text, .code, .date, .time: .identifier
            case .binary: .unknown
            }
        let lengthMax = element.lengthMax > 0 ? Int32(clamping: element.lengthMax) : .max
        return X12WriterRule(role: role, lengthMax: lengthMax)
    }
}
