import Canonical
import Diagnostics
import Environment

/// Reads `channels.yaml`, what it includes, the rules and the holidays, and checks them against each other.
public struct ConfigurationLoader {
    /// What is done beyond reading.
    public struct Extent: OptionSet, Sendable {
        /// The bits.
        public let rawValue: Int
        /// A set of these bits.
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// The values in force are gathered, for `config explain`.
        public static let effective = Extent(rawValue: 1)
        /// Guides, maps and layouts are looked for; a run looks for them when it needs them.
        public static let library = Extent(rawValue: 2)
    }

    /// The keys that an included file may have.
    private static let includable = [
        "version", "identities", "calendars", "connections", "policies", "partners",
    ]
    /// - Limit: included files; each is read whole.
    private static let includedMax = 2_000

    private let sources: ConfigurationSources
    private let extent: Extent
    private var reading: ConfigurationReading
    /// Path and bytes of every file read, in the order of reading.
    private var files: [(path: String, bytes: [UInt8])] = []
    private var wellFormed: Set<String> = []

    private init(_ sources: ConfigurationSources, _ extent: Extent) {
        self.sources = sources
        self.extent = extent
        reading = ConfigurationReading(isExplaining: extent.contains(.effective))
    }

    /// Reads the configuration at a path. Whatever is wrong is in its findings.
    ///
    /// - Parameter programFolder: the folder of the executable, beside which the library may be installed.
    public static func load(
        _ path: String, sources: ConfigurationSources = .system, extent: Extent = [],
        programFolder: String? = nil
    ) -> LoadedConfiguration {
        var loader = ConfigurationLoader(sources, extent)
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let library = Library(
            siteFolder: folder.isEmpty ? "/" : folder, programFolder: programFolder, sources: sources)
        let zones = sources.zones()
        let site = loader.readSite(path) ?? SiteConfiguration()
        if !loader.files.isEmpty, loader.wellFormed.contains(path) {
            var checks = CrossChecks(site, loader.reading, sources: sources, zones: zones)
            checks.checkAll()
            if extent.contains(.library) { checks.checkLibrary(library, folder: folder) }
            loader.reading = checks.reading
        }
        return loader.result(site, library, zones, folder: folder)
    }

    private mutating func readSite(_ path: String) -> SiteConfiguration? {
        guard let main = readFile(path, holding: "channels"), main.entries != nil else {
            if wellFormed.contains(path) {
                reading.refuse(
                    "CONFIG.TYPE", at: SourceLocation(drop: path, byteOffset: 0, line: 1, column: 1),
                    "channels.yaml is not a section", expected: "keys with values, like version: 1")
            }
            return nil
        }
        let root = Inheritance.resolve(merged(main, path), &reading)
        let place = ConfigurationPlace(path: "", location: root.location)
        guard var site = reading.section(SiteConfiguration.self, root, place) else { return nil }
        if !site.policies.contains(where: { $0.id == "standard" }) { site.policies.append(ErrorPolicy()) }
        if site.channelIDs.isEmpty {
            reading.refuse(
                "CONFIG.EMPTY", .warning, at: reading.locations["partners"] ?? root.location,
                "there are no channels",
                expected: "partners with inbound or outbound channels")
        }
        for index in site.calendars.indices { readHolidays(&site.calendars[index]) }
        if let rules = site.rulesPath {
            let location = reading.locations["rules"] ?? root.location
            let file = reading.resolved(rules, near: location)
            if let node = readFile(file, holding: "rules", namedAt: location) {
                let inside = ConfigurationPlace(path: "rules", location: node.location)
                if let rules = reading.section(RulesConfiguration.self, node, inside) { site.rules = rules }
                site.rules.routing.putInOrder()
            }
        }
        return site
    }

    /// The main file's node with the sections of the included files appended.
    private mutating func merged(_ main: DeclarationNode, _ path: String) -> DeclarationNode {
        guard var entries = main.entries else { return main }
        for include in main["include"]?.elements ?? [] {
            guard let pattern = include.text else { continue }
            for file in matches(reading.resolved(pattern, near: include.location), pattern, include.location)
            {
                guard let node = readFile(file, holding: "partners", namedAt: include.location),
                    let added = node.entries
                else { continue }
                reading.refuseUnknown(
                    added, ConfigurationPlace(path: "", location: node.location), Self.includable)
                for section in added where section.key != "version" && Self.includable.contains(section.key) {
                    guard let index = entries.firstIndex(where: { $0.key == section.key }) else {
                        entries.append(section)
                        continue
                    }
                    entries[index].value = append(section.value, to: entries[index].value)
                }
            }
        }
        return DeclarationNode(.mapping(entries), at: main.location)
    }

    private mutating func append(_ added: DeclarationNode, to section: DeclarationNode) -> DeclarationNode {
        guard var entries = section.content == .null ? [] : section.entries, let more = added.entries else {
            return section
        }
        var places = Dictionary(uniqueKeysWithValues: entries.map { ($0.key, $0.keyLocation) })
        for entry in more {
            if let first = places[entry.key] {
                reading.refuseDuplicate(entry.key, at: entry.keyLocation, first: first)
            } else {
                places[entry.key] = entry.keyLocation
                entries.append(entry)
            }
        }
        return DeclarationNode(.mapping(entries), at: section.location)
    }

    /// The files that an include means: the file itself, or those of its folder whose name fits.
    private mutating func matches(
        _ path: String, _ pattern: String, _ location: SourceLocation
    ) -> [String] {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { String(path[..<$0]) } ?? "."
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        guard name.contains("*") || name.contains("?") else { return [path] }
        let glob = NamePattern(name)
        var files: [String] = []
        for entry in sources.entries(folder) where !entry.isDirectory && glob.matches(entry.name) {
            files.append("\(folder)/\(entry.name)")
        }
        if files.count > Self.includedMax {
            reading.refuse(
                "CONFIG.LIMIT.SIZE", at: location, "include has \(files.count) files", found: pattern,
                expected: "at most \(Self.includedMax)")
            files.removeLast(files.count - Self.includedMax)
        }
        return files
    }

    /// Reads a YAML file; nil, and said, when that cannot be done.
    private mutating func readFile(
        _ path: String, holding content: String, namedAt location: SourceLocation? = nil
    ) -> DeclarationNode? {
        guard let bytes = readBytes(path, namedAt: location) else { return nil }
        do throws(Diagnostic) {
            let node = try YAMLReader.read(bytes, path: path, holding: content)
            wellFormed.insert(path)
            return node
        } catch {
            reading.add(error)
            return nil
        }
    }

    private mutating func readBytes(_ path: String, namedAt location: SourceLocation?) -> [UInt8]? {
        switch sources.file(path) {
        case .content(let bytes, _):
            files.append((path, bytes))
            return bytes
        case .missing:
            reading.refuse(
                "CONFIG.NOT_FOUND", at: location, "configuration file '\(path)' is not there", found: path,
                expected: "a readable file", remedy: "name another file with --config, or create this one")
        case .tooLarge:
            reading.refuse(
                "CONFIG.LIMIT.SIZE", at: location, "configuration file '\(path)' is too large", found: path,
                expected: "at most \(YAMLReader.byteCountMax) bytes", remedy: "name the file that is meant")
        case .unreadable(let reason):
            reading.refuse(
                "CONFIG.NOT_FOUND", at: location, "configuration file '\(path)' is not readable: \(reason)",
                found: path, expected: "a readable file", remedy: "look at its permissions")
        }
        return nil
    }

    /// One date a line; `#` begins a comment.
    private mutating func readHolidays(_ calendar: inout CalendarDeclaration) {
        guard let path = calendar.holidays.file else { return }
        let named = reading.locations["calendars.\(calendar.id).holidays"]
        guard let bytes = readBytes(path, namedAt: named) else { return }
        wellFormed.insert(path)
        let positions = TextPositions(bytes, path: path)
        var offset = positions.textStart
        var dates: Set<CalendarDate> = []
        for line in bytes[offset...].split(separator: 0x0A, omittingEmptySubsequences: false) {
            let text = line.prefix { $0 != 0x23 }.filter { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }
            if !text.isEmpty {
                let word = String(decoding: text, as: UTF8.self)
                if let date = CalendarDate(iso: word) {
                    dates.insert(date)
                } else {
                    reading.refuse(
                        "CONFIG.TYPE", at: positions.location(of: offset, byteCount: line.count),
                        "line \(positions.line(of: offset)) is not a date", found: word,
                        expected: "one date a line, like 2025-12-25")
                }
            }
            offset += line.count + 1
        }
        calendar.holidays.dates = dates.sorted()
    }

    private func result(
        _ site: SiteConfiguration, _ library: Library, _ zones: ZoneCatalog, folder: String
    ) -> LoadedConfiguration {
        var printable: [String: [UInt8]] = [:]
        for file in files where wellFormed.contains(file.path) { printable[file.path] = file.bytes }
        for span in reading.blanked {
            guard var bytes = printable[span.drop] else { continue }
            for index in span.byteOffset..<min(bytes.count, span.byteOffset + span.byteCount)
            where bytes[index] != 0x0A && bytes[index] != 0x0D {
                bytes[index] = 0x2A
            }
            printable[span.drop] = bytes
        }
        let keys = site.connections.compactMap { connection -> (path: String, place: ConfigurationPlace)? in
            guard case .file(let path)? = connection.privateKey else { return nil }
            return (
                path,
                ConfigurationPlace(
                    path: connection.place.path + ".private_key",
                    location: reading.locations[connection.place.path + ".private_key"])
            )
        }
        return LoadedConfiguration(
            site: site, findings: reading.findings, printableFiles: printable, hash: hash(folder: folder),
            effective: effective().sorted { $0.path < $1.path }, privateKeys: keys, library: library,
            zones: zones)
    }

    /// The values in force; of a secret its place and whether it is there.
    private func effective() -> [EffectiveValue] {
        guard extent.contains(.effective) else { return [] }
        let secrets = Dictionary(reading.secrets.map { ($0.place.path, $0.reference) }) { first, _ in first }
        return reading.effective.map { value in
            guard let secret = secrets[value.path] else { return value }
            var value = value
            let isThere =
                switch secret {
                case .environment(let name): sources.variable(name) != nil
                case .file(let path): sources.file(path).bytes != nil
                }
            value.text += isThere ? " (set)" : " (not set)"
            return value
        }
    }

    /// Files in the order of their names, each with its name and length, line ends made equal: so that neither the
    /// folder nor an editor changes the hash, and no byte can move from one file to the next.
    private func hash(folder: String) -> String {
        var all: [UInt8] = []
        for (path, bytes) in files.sorted(by: { $0.path < $1.path }) {
            var body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
            if body.contains(0x0D) {
                var plain: [UInt8] = []
                for (index, byte) in body.enumerated()
                where byte != 0x0D || index + 1 == body.count || body[index + 1] != 0x0A {
                    plain.append(byte)
                }
                body = plain
            }
            let name = path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : path
            all.append(contentsOf: "\(name)\n\(body.count)\n".utf8)
            all.append(contentsOf: body)
        }
        return sources.digest(all)
    }
}
