import Diagnostics
import Environment

@testable import FeedProcessor

/// A folder of configuration files in memory, with an environment of its own.
struct ConfigurationTestSite {
    var files: [String: String] = [:]
    var modes: [String: UInt16] = [:]
    var variables: [String: String] = [:]

    static let path = "/site/channels.yaml"

    /// What every site begins with.
    static let head = """
        version: 1
        instance: { name: test-site, usage: production, timezone: America/New_York }
        identities: { us: { x12: { isa: { qualifier: ZZ, id: US }, gs: US12 } } }

        """

    /// A site whose `channels.yaml` is the head and this text.
    init(_ text: String, head: String = Self.head) { files[Self.path] = head + text }

    var sources: ConfigurationSources {
        ConfigurationSources(
            file: { [files, modes] path in
                if let text = files[path] { return .content(Array(text.utf8), mode: modes[path] ?? 0o600) }
                // Zone files are this machine's.
                return path.hasPrefix(ZoneCatalog.folder) ? ConfigurationSources.system.file(path) : .missing
            },
            entries: { [files] folder in
                var entries: Set<OperatorFiles.Entry> = []
                for path in files.keys where path.hasPrefix(folder + "/") {
                    let rest = path.dropFirst(folder.utf8.count + 1)
                    let name = rest.prefix { $0 != "/" }
                    entries.insert(OperatorFiles.Entry(name: String(name), isDirectory: rest.contains("/")))
                }
                return entries.sorted { $0.name < $1.name }
            },
            variable: { [variables] in variables[$0] },
            digest: { "\(SHA256Hasher.digest(of: $0))" })
    }

    func load(_ extent: ConfigurationLoader.Extent = []) -> LoadedConfiguration {
        ConfigurationLoader.load(Self.path, sources: sources, extent: extent)
    }
}

extension LoadedConfiguration {
    /// Codes of the findings, for expectations that read well.
    var codes: [String] { findings.map(\.code.rawValue) }
    /// Everything a finding says, in one text.
    var words: String {
        findings.map { "\($0.message)|\($0.found ?? "")|\($0.expected ?? "")|\($0.remedy ?? "")" }
            .joined(separator: "\n")
    }
}
