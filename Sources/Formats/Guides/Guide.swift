/// How a data element is written.
///
/// - Source: X12.6, data element types.
public enum ElementType: Sendable, Hashable {
    case text, code, binary, date, time, decimal
    /// N0 to N9: digits with this many implied decimals.
    case integer(decimals: UInt8)
    case composite
}

/// What a guide says about one element position or component.
public struct ElementRule: Sendable, Hashable {
    /// Whether something must, may or may not be there.
    public enum Use: UInt8, Sendable, Hashable { case optional, mandatory, forbidden }

    /// The element's number in the dictionary, such as `324`, or a composite's id, such as `C040`.
    public var id: String
    /// Our words for it.
    public var label: String
    /// How its value is written.
    public var type: ElementType
    /// Characters; sign and decimal point of numbers are not counted. 0 for composites.
    public var lengthMin: Int
    /// The longest value; characters as for `lengthMin`.
    public var lengthMax: Int
    /// Whether it must be there when its segment is.
    public var use: Use
    /// Index into `Guide.codeLists`; -1 where any value goes.
    public var codeList: Int
    /// A code outside the list refuses the set instead of warning.
    public var isStrict: Bool
    /// Prose that may be shortened and whose characters may be replaced when we write it.
    public var isFreeText: Bool
    /// For a composite, index into `Guide.composites`; -1 otherwise.
    public var composite: Int
}

/// A condition between the elements of a segment; positions count composites as one.
public struct SyntaxNote: Sendable, Hashable {
    /// The letter of the note.
    public enum Kind: UInt8, Sendable, Hashable {
        /// P: all or none. R: at least one. E: at most one. C: the first needs all others. L: the first needs one other.
        case paired, required, exclusive, conditional, listConditional
    }
    /// What the note asks.
    public var kind: Kind
    /// 1-based element positions, at least two.
    public var positions: [UInt8]
}

/// What a guide says about one segment, at one place of the structure.
public struct SegmentRule: Sendable, Hashable {
    /// The segment.
    public var tag: X12Tag
    /// Our words for it.
    public var label: String
    /// Its elements, in order; position 1 is index 0.
    public var elements: [ElementRule]
    /// Conditions between its elements.
    public var notes: [SyntaxNote]
}

/// A composite and its components.
public struct CompositeRule: Sendable, Hashable {
    /// Such as `C040`.
    public var id: String
    /// Our words for it.
    public var label: String
    /// Its components, in order.
    public var components: [ElementRule]
    /// Conditions between its components.
    public var notes: [SyntaxNote]
}

/// A place in the structure where a segment may stand.
public struct GuideNode: Sendable, Hashable {
    /// The segment that may stand here.
    public var tag: X12Tag
    /// Index into `Guide.loops` of the loop it stands in; 0 is the set itself.
    public var loop: Int
    /// Position among the children of `loop`.
    public var child: Int
    /// Index into `Guide.segmentRules`.
    public var rule: Int
    /// Whether it must be there when its loop is.
    public var use: ElementRule.Use
    /// Repetitions in a row; `Int.max` where there is no bound.
    public var repeatMax: Int
}

/// A loop of the structure. Loop 0 is the set from ST to SE.
public struct GuideLoop: Sendable, Hashable {
    /// Its name: the tag of its first segment unless the guide says otherwise. Unique in its parent.
    public var id: String
    /// Index of the loop around it; -1 for the set itself.
    public var parent: Int
    /// Position among the children of `parent`.
    public var child: Int
    /// Index into `Guide.nodes` of its first segment.
    public var trigger: Int
    /// Whether it must occur when the loop around it does.
    public var use: ElementRule.Use
    /// Occurrences in a row; `Int.max` where there is no bound.
    public var repeatMax: Int
    /// What stands in it, in order.
    public var children: [GuideChild]
}

/// A child of a loop: a segment or a loop, by index.
public enum GuideChild: Sendable, Hashable {
    case node(Int)
    case loop(Int)
}

/// Something a partner is allowed to get wrong, with a reason and an end.
public struct GuideLeniency: Sendable, Hashable {
    /// What becomes of the finding.
    public enum Action: String, Sendable, Hashable { case warn, ignore }
    /// An element (`N1/N104`, `BEG03`, `SE01`), a segment (`PO1/PID`), a loop; empty for anywhere.
    public var path: String
    /// A code (`X12.SE.COUNT`) or a class of them: `length`, `code`, `character`, `date`, `time`, `number`, `note`,
    /// `missing`, `order`, `unknown`, `count`, `control`.
    public var rule: String
    /// Warn instead of refusing, or say nothing.
    public var action: Action
    /// Why it is let pass; told with the finding.
    public var reason: String
    /// The last day on which it holds, as year × 10,000 + month × 100 + day; nil for no end.
    public var until: Int?

    /// Takes all there is to say.
    public init(path: String, rule: String, action: Action, reason: String, until: Int? = nil) {
        self.path = path
        self.rule = rule
        self.action = action
        self.reason = reason
        self.until = until
    }
}

/// The structure of one document in one standard and version, compiled: what is read, checked and written by it.
///
/// Immutable and shared; tables of integers, nothing looked up by name while a set is read.
public final class Guide: Sendable {
    /// Such as `x12-004010-850` or `harbor-mart-850`.
    public let id: String
    /// What the document is called.
    public let title: String
    /// ST01.
    public let document: String
    /// First six characters of GS08.
    public let version: String
    /// GS01.
    public let functionalID: String
    /// The places of the structure, in order.
    public let nodes: [GuideNode]
    /// The loops of the structure; 0 is the set itself.
    public let loops: [GuideLoop]
    /// What segments look like, by `GuideNode.rule`.
    public let segmentRules: [SegmentRule]
    /// Composites, by `ElementRule.composite`.
    public let composites: [CompositeRule]
    /// Code lists, by `ElementRule.codeList`.
    public let codeLists: [CodeList]
    /// What this guide lets pass.
    public let lenient: [GuideLeniency]
    let tables: GuideTables

    init(_ parts: GuideParts) {
        id = parts.id
        title = parts.title
        document = parts.document
        version = parts.version
        functionalID = parts.functionalID
        nodes = parts.nodes
        loops = parts.loops
        segmentRules = parts.segmentRules
        composites = parts.composites
        codeLists = parts.codeLists
        lenient = parts.lenient
        tables = GuideTables(parts)
    }

    /// The loop at a path of loop ids from the top, such as `["PO1", "N1"]`; the set itself for an empty path.
    public func loop(at path: [String]) -> Int? {
        var current = 0
        for id in path {
            var next: Int?
            for case .loop(let index) in loops[current].children where loops[index].id == id { next = index }
            guard let next else { return nil }
            current = next
        }
        return current
    }

    /// The places in one loop where a segment may stand, in order; usually one.
    public func nodes(of tag: X12Tag, in loop: Int) -> [Int] {
        loops[loop].children.compactMap { child in
            switch child {
            case .node(let index): nodes[index].tag == tag ? index : nil
            case .loop: nil
            }
        }
    }

    /// What the guide says about an element at a place; nil past the last one.
    public func element(_ number: Int, at node: Int) -> ElementRule? {
        let elements = segmentRules[nodes[node].rule].elements
        return number >= 1 && number <= elements.count ? elements[number - 1] : nil
    }

    /// `PO1/N1` for an inner loop; empty for the set itself.
    public func path(of loop: Int) -> String {
        var ids: [String] = []
        var current = loop
        while current > 0 {
            ids.append(loops[current].id)
            current = loops[current].parent
        }
        return ids.reversed().joined(separator: "/")
    }
}

/// The plain content of a guide, before its tables are made.
struct GuideParts {
    var id = ""
    var title = ""
    var document = ""
    var version = ""
    var functionalID = ""
    var nodes: [GuideNode] = []
    var loops: [GuideLoop] = []
    var segmentRules: [SegmentRule] = []
    var composites: [CompositeRule] = []
    var codeLists: [CodeList] = []
    var lenient: [GuideLeniency] = []
    /// Every tag of the dictionary, to tell a segment of another document from one nobody knows.
    var knownTags: [X12Tag] = []
}
