public import Diagnostics

/// Finds guides by id, with the dictionaries and guides they build on, and keeps them compiled.
///
/// - Twice: the same id gives the same guide; nothing is read again.
public struct GuideLibrary {
    private let load: (String) throws -> DeclarationNode?
    private var guides: [String: Guide] = [:]
    /// Guides of 004010 as they stand in for later versions.
    private var widened: [String: Guide] = [:]
    private var dictionaries: [String: GuideDictionary] = [:]

    /// Guides that extend guides that extend guides: nobody needs more, and a cycle ends here.
    static let extendsMax = 8

    /// - Parameter load: the declaration with an id, the site's before the library's; nil where there is none.
    public init(load: @escaping (String) throws -> DeclarationNode?) {
        self.load = load
    }

    /// The guide with an id.
    ///
    /// - Throws: `GuideError` with `GUIDE.NOT_FOUND` and other `GUIDE.*` findings; whatever `load` throws.
    public mutating func guide(_ id: String) throws -> Guide {
        if let known = guides[id] { return known }
        let guide = Guide(try parts(id, depth: 0))
        guides[id] = guide
        return guide
    }

    /// The guide for a document as a partner sends it, and whether it is one of another version.
    ///
    /// - Shape: the guide of the version itself where there is one; else, after 004010, that of 004010 with what later
    ///   versions lengthen and add (`x12-004010-later`); nil where there is neither.
    /// - Throws: as `guide(_:)`, but nothing for a guide that is not there.
    public mutating func guide(document: String, version: String) throws -> (guide: Guide, isFallback: Bool)?
    {
        guard Self.isPlain(document), Self.isPlain(version) else { return nil }
        let standard = String(version.prefix(6))
        let exact = "x12-\(standard)-\(document)"
        if try guides[exact] != nil || load(exact) != nil { return (try guide(exact), false) }
        guard standard.utf8.count == 6, standard > Self.fallbackVersion else { return nil }
        let fallback = "x12-\(Self.fallbackVersion)-\(document)"
        guard try guides[fallback] != nil || load(fallback) != nil else { return nil }
        if let known = widened[fallback] { return (known, true) }
        var parts = try parts(fallback, depth: 0)
        if let node = try load("x12-\(Self.fallbackVersion)-later") {
            parts = GuideCompiler.widen(parts, by: try GuideDeclaration.differences(node))
        }
        let guide = Guide(parts)
        widened[fallback] = guide
        return (guide, true)
    }

    /// The version whose guides stand in for later ones.
    public static let fallbackVersion = "004010"

    // Ids become file names where they are loaded: nothing of a partner's ST01 or GS08 but letters and digits.
    private static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 12
            && text.utf8.allSatisfy {
                ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x41 && $0 <= 0x5A) || ($0 >= 0x61 && $0 <= 0x7A)
            }
    }

    private mutating func parts(_ id: String, depth: Int) throws -> GuideParts {
        guard let node = try load(id) else {
            throw GuideError([
                Diagnostic(
                    "GUIDE.NOT_FOUND", .error, at: nil, "guide '\(id)' is not there", found: id,
                    expected: "a file \(id).yaml in the site's guides or in the library", move: .ours)
            ])
        }
        let declaration = try GuideDeclaration.decode(node)
        guard declaration.id == id else {
            throw GuideError([
                Diagnostic(
                    "GUIDE.ID", at: node.location, "guide is named '\(declaration.id)', its file '\(id)'",
                    found: declaration.id, expected: id, move: .ours)
            ])
        }
        if let base = declaration.extends {
            guard depth < Self.extendsMax else {
                throw GuideError([
                    Diagnostic(
                        "GUIDE.EXTENDS", at: node.location,
                        "guide has more than \(Self.extendsMax) guides below it, or extends itself",
                        move: .ours)
                ])
            }
            return try GuideCompiler.overlay(declaration, on: parts(base, depth: depth + 1))
        }
        return try GuideCompiler.compile(declaration, dictionary: dictionary(declaration.dictionary))
    }

    private mutating func dictionary(_ id: String) throws -> GuideDictionary {
        if let known = dictionaries[id] { return known }
        guard let node = try load(id) else {
            throw GuideError([
                Diagnostic(
                    "GUIDE.NOT_FOUND", .error, at: nil, "dictionary '\(id)' is not there", found: id,
                    move: .ours)
            ])
        }
        let dictionary = try GuideDictionary.decode(node)
        dictionaries[id] = dictionary
        return dictionary
    }
}
