public import Canonical
public import Diagnostics

/// Which ways a map runs.
public enum MapDirection: String, Sendable, Hashable, CaseIterable {
    case `in`, out, both

    /// Whether it reads.
    public var reads: Bool { self != .out }
    /// Whether it writes.
    public var writes: Bool { self != .in }
}

/// The form of a partner's document: `x12/850`, `csv/orders`, `xml/ubl-order`, `text/zpl`.
public struct DocumentForm: Sendable, Hashable, CustomStringConvertible {
    /// The kinds of forms that there are.
    public enum Family: String, Sendable, Hashable, CaseIterable { case x12, csv, xml, text }

    /// The kind of form.
    public let family: Family
    /// For X12 the set's number.
    public let name: String

    /// Nil unless `text` is a family, a slash and a name.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1)
        guard parts.count == 2, let family = Family(rawValue: String(parts[0])) else { return nil }
        self.family = family
        name = String(parts[1])
    }

    /// As a map writes it.
    public var description: String { "\(family.rawValue)/\(name)" }
}

/// What a channel may set in a map.
public struct MapOption: Sendable, Hashable {
    /// The name that channels set it by.
    public let name: String
    /// What holds when the channel says nothing.
    public let initial: String
    /// Empty where any value goes.
    public let values: [String]
    /// What it decides, for people.
    public let about: String?
}

/// A map as its file says it, with what it extends merged in. Compiled into an `InboundPlan` or an `OutboundPlan`.
public struct MapDeclaration: Sendable {
    /// The file name without `.yaml`.
    public let id: String
    /// What the map is for, for people.
    public let about: String?
    /// The canonical document that it reads or writes.
    public let kind: DocumentKind
    /// The partner's document.
    public let form: DocumentForm
    /// Which ways it runs.
    public let direction: MapDirection
    /// What a channel may set.
    public let options: [MapOption]
    /// The field by which findings call a document.
    public let key: String?
    /// Where the file is.
    public let location: SourceLocation
    /// The name of the zone of times without an offset, where the map says one; whoever knows zones hands it to `compile`.
    public var zone: String? { settings.zone }
    let settings: MapSettings
    let bindings: [BindingDeclaration]

    /// Reads a map.
    ///
    /// - Parameters:
    ///   - node: the file.
    ///   - map: the file of a map by id, for `extends`.
    /// - Returns: the map, nil when it has errors; and what was found, each with file and line.
    public static func read(
        _ node: DeclarationNode, map: (String) -> DeclarationNode? = { _ in nil }
    ) -> (map: MapDeclaration?, findings: [Diagnostic]) {
        var reader = DeclarationReader()
        let merged = MapInheritance.resolved(node, map: map, &reader)
        let declaration = MapReader.read(merged, &reader)
        return (reader.hasErrors ? nil : declaration, reader.findings)
    }
}

/// What a map says besides its bindings.
struct MapSettings: Sendable {
    enum BlankKey: String, CaseIterable { case refuse, inherit }
    enum HeaderValues: String, CaseIterable { case first, every }
    enum DuplicateRows: String, CaseIterable { case keep, refuse }

    var usesDecimalComma = false
    var zone: String?
    var dialect: DialectDeclaration?
    var columns: [ColumnDeclaration] = []
    var groupBy: [Placed] = []
    var rows: Placed?
    var isScattered = false
    var chunk: Int?
    var headerValues = HeaderValues.every
    var blankKey = BlankKey.refuse
    var duplicateRows = DuplicateRows.keep
    var namespaces: [String: String] = [:]
    var xmlElement: Placed?
    var xmlRoot: Placed?
    var writesChildCode = false
    var template: Placed?
    var textEach: Placed?
    var textEscape: String?
    var usesCRLF = false
}

struct DialectDeclaration: Sendable {
    var delimiter: UInt8
    var charset: String?
    var shortRows: String?
    var usesCRLF: Bool
    var quotesAll: Bool
}

struct ColumnDeclaration: Sendable {
    var name: String
    var aliases: [String]
    var isRequired: Bool
}

/// One entry of a list of bindings.
struct BindingDeclaration: Sendable {
    enum Subject: Sendable {
        case field(Placed)
        case group(Placed, each: Placed?, bindings: [BindingDeclaration])
        /// A place that no field has.
        case place
    }

    var subject: Subject
    var location: SourceLocation
    var inbound: BindingSide?
    var outbound: BindingSide?
}

/// What a binding says one way.
struct BindingSide: Sendable {
    enum Unknown: String, CaseIterable { case hold, keep }
    enum Conflicts: String, CaseIterable { case refuse, first }

    var at: [Placed] = []
    var write: WriteDeclaration?
    var isRequired = false
    var fallback: WriteDeclaration?
    var codes: Placed?
    var unknown = Unknown.hold
    var formats: [Placed] = []
    var skipsUnreadable = false
    var decimals: Int?
    var scale: Int?
    var symbols: [String] = []
    var stripsGuard = false
    var uppercases = false
    var prefix = ""
    var allowsAnyCharacter = false
    var join: String?
    var conflicts = Conflicts.refuse
    var negates = false
    var usesOrdinal = false
    var condition: ConditionDeclaration?
}

/// A value that is not read from a field.
struct WriteDeclaration: Sendable {
    enum Source: Sendable {
        case const(String)
        case count(String)
        case sum(String)
        case sequence
        case hierarchyCount
        case context(String)
        case option(String)
        case field(String)
    }

    var source: Source
    var location: SourceLocation
}

struct ConditionDeclaration: Sendable {
    var option: String?
    var field: String?
    var values: [String]
    /// A field that must have no value.
    var absent: String?
    var location: SourceLocation
}
