import Diagnostics
import Formats
import FoundationEssentials
import Testing

@testable import Mapping

/// The maps, code tables and guides that ship, as tests load them.
enum Library {
    /// The root of the repository.
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()
    /// Material beside the repository; nil where there is none.
    static let shared: URL? = {
        let folder = root.deletingLastPathComponent().appendingPathComponent("shared")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    static func text(_ path: String) -> String? {
        try? String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    static func node(_ path: String) throws -> DeclarationNode? {
        try text(path).map { try PlainYAML.read($0, file: path) }
    }

    static func mapNode(_ id: String) -> DeclarationNode? {
        guard let path = mapPaths[id] else { return nil }
        do { return try node(path) } catch {
            Testing.Issue.record(error)
            return nil
        }
    }

    /// By id, the path of each map that ships.
    static let mapPaths: [String: String] = paths(below: "config/library/maps")

    /// By id, the path of each file below a folder.
    static func paths(below folder: String) -> [String: String] {
        var paths: [String: String] = [:]
        let place = root.appendingPathComponent(folder).resolvingSymlinksInPath().path
        for name in (try? FileManager.default.subpathsOfDirectory(atPath: place)) ?? []
        where name.hasSuffix(".yaml") {
            let id = name.split(separator: "/").last.map { String($0.dropLast(5)) } ?? ""
            paths[id] = "\(folder)/\(name)"
        }
        return paths
    }

    static var mapIDs: [String] { mapPaths.keys.sorted() }

    static func table(_ id: String) -> CodeTable? {
        guard let node = try? node("config/library/codes/\(id).yaml") else { return nil }
        let read = CodeTable.read(node)
        for finding in read.findings { Testing.Issue.record("\(finding)") }
        return read.table
    }

    static func map(_ id: String) throws -> MapDeclaration {
        let node = try #require(mapNode(id), "map \(id) is not there")
        let read = MapDeclaration.read(node, map: mapNode)
        try #require(read.findings.isEmpty, "\(read.findings.map(\.message))")
        return try #require(read.map)
    }

    static func inbound(
        _ id: String, options: [String: String] = [:], zone: (any LocalZone)? = nil, guide: Guide? = nil
    ) throws -> InboundPlan {
        try inbound(map(id), options: options, zone: zone, guide: guide)
    }

    static func inbound(
        _ map: MapDeclaration, options: [String: String] = [:], zone: (any LocalZone)? = nil,
        guide: Guide? = nil
    ) throws -> InboundPlan {
        let compiled = InboundPlan.compile(map, options: options, codes: table, guide: guide, zone: zone)
        try #require(
            compiled.findings.isEmpty,
            "\(map.id): \(compiled.findings.map { "\($0.location?.line ?? 0): \($0.message)" })")
        return try #require(compiled.plan)
    }

    /// A map written in a test.
    static func map(yaml: String) throws -> MapDeclaration {
        let read = MapDeclaration.read(try PlainYAML.read(yaml), map: mapNode)
        try #require(read.findings.isEmpty, "\(read.findings.map(\.message))")
        return try #require(read.map)
    }
}

extension Library {
    /// By id, the path of each guide and dictionary that ships.
    static let guidePaths: [String: String] = paths(below: "config/library/guides")

    /// The guide of a set in 004010.
    static func guide(_ set: String) throws -> Guide {
        try #require(guides[set], "guide of \(set) is not there").get()
    }

    /// Compiled once: a test library's YAML reader is slow.
    private static let guides: [String: Result<Guide, any Error>] = {
        var library = GuideLibrary { id in try guidePaths[id].flatMap { try node($0) } }
        var guides: [String: Result<Guide, any Error>] = [:]
        for set in ["810", "846", "850", "855", "856", "940", "945"] {
            guides[set] = Result { try library.guide("x12-004010-\(set)") }
        }
        return guides
    }()
}
