import Foundation

/// Files beside the repository (`../shared`), which are not part of it; empty lists where they are absent.
enum TextSamples {
    /// `<repository>/../shared`.
    static let root: String = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        parts.removeLast(4)
        return parts.dropLast().joined(separator: "/") + "/shared"
    }()

    /// Whether there are any; prints the reason when not.
    static let arePresent: Bool = {
        let isThere = FileManager().fileExists(atPath: root + "/reliability/seeds")
        if !isThere { print("skipped: no \(root), so tests over its files have nothing to read") }
        return isThere
    }()

    /// The bytes of a file, by its path below `root`.
    static func bytes(_ path: String) -> [UInt8] {
        guard let data = FileManager().contents(atPath: root + "/" + path) else { return [] }
        return Array(data)
    }

    /// Paths of all files in a folder and below it, sorted.
    static func files(in folder: String, suffixes: [String] = [""]) -> [String] {
        guard arePresent, let names = FileManager().enumerator(atPath: root + "/" + folder) else { return [] }
        var result: [String] = []
        for case let name as String in names where suffixes.contains(where: { name.hasSuffix($0) }) {
            var isFolder: ObjCBool = false
            let path = folder + "/" + name
            _ = FileManager().fileExists(atPath: root + "/" + path, isDirectory: &isFolder)
            if !isFolder.boolValue { result.append(path) }
        }
        return result.sorted()
    }
}

/// A row of the table of bad inputs.
struct SeedCase: Sendable, Decodable, CustomStringConvertible {
    let id: String
    let code: String
    let msg: String
    let disp: String
    let seed: String?

    var description: String { id }
    var path: String { "reliability/" + (seed ?? "") }

    /// The rows whose id begins with `prefix` and that have their bytes.
    static func all(_ prefix: String) -> [SeedCase] {
        guard TextSamples.arePresent else { return [] }
        let lines = TextSamples.bytes("reliability/manifest.jsonl").split(separator: 0x0A)
        return lines.compactMap { try? JSONDecoder().decode(SeedCase.self, from: Data($0)) }
            .filter { $0.id.hasPrefix(prefix) && $0.seed != nil }
    }
}

/// Numbers that look random and are the same at every run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }
}
