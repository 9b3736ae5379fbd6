public import Diagnostics
import Environment
import Synchronization

/// The guides, maps and code tables of a site and of the library that ships: declarations by id. Folders are listed
/// when the first declaration is asked for, files read when they are asked for; the site wins by id.
///
/// - Shape: an id is a file name without `.yaml`, or the path below the folder without it: `850` and `x12/004010/850`.
public final class Library: Sendable {
    /// What is kept, by the name of its folder.
    public enum Kind: String, Sendable, CaseIterable {
        /// The structure of documents.
        case guides
        /// Which place is which field.
        case maps
        /// Code tables.
        case codes
    }

    /// - Limit: files in one folder of declarations; more is a folder named by mistake.
    static let fileCountMax = 20_000
    /// - Limit: folders inside each other.
    static let depthMax = 8

    private struct Index: Sendable {
        /// The path of each id.
        var paths: [String: String] = [:]
        /// Ids that two files of one folder share; they must be named by their path.
        var shared: [String: [String]] = [:]
    }

    private let roots: [String]
    private let sources: ConfigurationSources
    private let indexes = Mutex<[Kind: Index]>([:])

    /// - Parameter roots: folders that hold `guides`, `maps` and `codes`; earlier ones win.
    public init(roots: [String], sources: ConfigurationSources) {
        self.roots = roots
        self.sources = sources
    }

    /// The library of a configuration: its own folder, `library` in it, and what is installed beside the program.
    public convenience init(siteFolder: String, programFolder: String?, sources: ConfigurationSources) {
        var roots = [siteFolder, siteFolder + "/library"]
        if let programFolder { roots.append(programFolder + "/../share/crossdock/library") }
        self.init(roots: roots, sources: sources)
    }

    /// The ids of a kind, sorted.
    public func ids(_ kind: Kind) -> [String] { index(kind).paths.keys.sorted() }

    /// The file of an id; nil when there is none.
    public func path(_ kind: Kind, _ id: String) -> String? { index(kind).paths[id] }

    /// Reads a declaration.
    ///
    /// - Throws: `CONFIG.LIBRARY.MISSING`, `CONFIG.LIBRARY.AMBIGUOUS`, or what `YAMLReader` throws.
    public func read(_ kind: Kind, _ id: String) throws(Diagnostic) -> DeclarationNode {
        let (path, bytes) = try file(kind, id)
        return try YAMLReader.read(bytes, path: path, holding: "\(kind.rawValue.dropLast())")
    }

    /// The bytes of a declaration and where they lie; code tables may be CSV.
    public func file(_ kind: Kind, _ id: String) throws(Diagnostic) -> (path: String, bytes: [UInt8]) {
        if let problem = problem(kind, id, at: nil) { throw problem }
        guard let path = path(kind, id), let bytes = sources.file(path).bytes else {
            throw Diagnostic(
                "CONFIG.LIBRARY.MISSING", .error, "\(kind.rawValue.dropLast()) '\(id)' is not readable",
                found: id,
                expected: "a readable file", remedy: "look at its permissions")
        }
        return (path, bytes)
    }

    /// The tables of postal codes with their places, `geo/postal-*.csv`; a site's file wins over the library's by name.
    func geography() -> [(name: String, text: String)] {
        var tables: [String: String] = [:]
        for root in roots.reversed() {
            for entry in sources.entries(root + "/geo")
            where entry.name.hasSuffix(".csv") && !entry.isDirectory {
                guard let bytes = sources.file("\(root)/geo/\(entry.name)").bytes else { continue }
                tables[entry.name] = String(decoding: bytes, as: UTF8.self)
            }
        }
        return tables.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// Reads a declaration that ships, past the site's own of the same id: what a site's `extends` means.
    func readShipped(_ kind: Kind, _ id: String) throws(Diagnostic) -> DeclarationNode {
        try Library(roots: Array(roots.dropFirst()), sources: sources).read(kind, id)
    }

    /// What is wrong with naming an id; nil when it names one file.
    func problem(_ kind: Kind, _ id: String, at location: SourceLocation?) -> Diagnostic? {
        let index = index(kind)
        let noun = kind.rawValue.dropLast()
        if let paths = index.shared[id] {
            return Diagnostic(
                "CONFIG.LIBRARY.AMBIGUOUS", at: location,
                "\(noun) '\(id)' is the name of \(paths.count) files",
                found: id, expected: "one of " + paths.joined(separator: ", "),
                remedy: "name it with its folder, like '\(paths.first ?? id)'")
        }
        guard index.paths[id] == nil else { return nil }
        let near = Suggestion.nearest(to: id, in: index.paths.keys.sorted())
        return Diagnostic(
            "CONFIG.LIBRARY.MISSING", at: location,
            "\(noun) '\(id)' is not there" + (near.map { "; did you mean '\($0)'?" } ?? ""), found: id,
            expected:
                "a file \(id).yaml under \(roots.map { "\($0)/\(kind.rawValue)" }.joined(separator: ", "))",
            remedy: near.map { "write '\($0)'" } ?? "add the file, or name another \(noun)")
    }

    private func index(_ kind: Kind) -> Index {
        if let index = indexes.withLock({ $0[kind] }) { return index }
        let index = makeIndex(kind)
        indexes.withLock { $0[kind] = index }
        return index
    }

    private func makeIndex(_ kind: Kind) -> Index {
        var index = Index()
        for root in roots {
            var layer = Index()
            let base = "\(root)/\(kind.rawValue)"
            for file in files(below: base, kind) {
                let full = String(file.dropLast(file.hasSuffix(".yaml") ? 5 : 4))
                layer.paths[full] = "\(base)/\(file)"
                guard let slash = full.lastIndex(of: "/") else { continue }
                let short = String(full[full.index(after: slash)...])
                if let known = layer.shared[short] {
                    layer.shared[short] = known + [full]
                } else if layer.paths[short] != nil {
                    // A file of that very name at the top is meant by the name alone.
                    let other =
                        layer.paths[short].map { String($0.dropFirst(base.utf8.count + 1).dropLast(5)) } ?? ""
                    if other != short {
                        layer.paths[short] = nil
                        layer.shared[short] = [other, full]
                    }
                } else {
                    layer.paths[short] = "\(base)/\(file)"
                }
            }
            for (id, path) in layer.paths where index.paths[id] == nil && index.shared[id] == nil {
                index.paths[id] = path
            }
            for (id, paths) in layer.shared where index.paths[id] == nil && index.shared[id] == nil {
                index.shared[id] = paths
            }
        }
        return index
    }

    /// Paths of declarations below a folder, from it, sorted so that files at the top come first.
    private func files(below base: String, _ kind: Kind) -> [String] {
        var found: [String] = []
        var open: [(folder: String, depth: Int)] = [("", 0)]
        var next = 0
        while next < open.count, found.count < Self.fileCountMax {
            let (folder, depth) = open[next]
            next += 1
            for entry in sources.entries(folder.isEmpty ? base : "\(base)/\(folder)") {
                let path = folder.isEmpty ? entry.name : "\(folder)/\(entry.name)"
                if entry.isDirectory {
                    if depth < Self.depthMax { open.append((path, depth + 1)) }
                } else if entry.name.hasSuffix(".yaml") || kind == .codes && entry.name.hasSuffix(".csv") {
                    found.append(path)
                }
            }
        }
        return found
    }
}
