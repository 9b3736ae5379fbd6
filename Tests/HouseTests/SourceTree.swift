import Foundation

/// The repository as the house tests see it: Swift files with their lines.
struct SourceFile: Sendable {
    /// Relative to the repository, `Sources/Formats/X12/X12Set.swift`.
    let path: String
    let lines: [String]

    /// `Formats` for a file below `Sources/Formats`.
    var module: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
}

enum SourceTree {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// Files with an ending below a folder, sorted by path.
    static func files(in folder: String, ending: String = ".swift") throws -> [SourceFile] {
        let base = root.appendingPathComponent(folder)
        guard let walk = FileManager.default.enumerator(atPath: base.path) else { return [] }
        let names = walk.compactMap { $0 as? String }.filter { $0.hasSuffix(ending) }.sorted()
        return try names.map { name in
            let text = try String(contentsOf: base.appendingPathComponent(name), encoding: .utf8)
            return SourceFile(
                path: folder + "/" + name,
                lines: text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
        }
    }
}
