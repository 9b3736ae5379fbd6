import Synchronization

/// The zones of this machine, read when first asked for.
public final class ZoneCatalog: Sendable {
    /// Where Debian's package tzdata puts them.
    public static let folder = "/usr/share/zoneinfo"

    private let read: @Sendable (_ path: String) -> [UInt8]?
    private let known = Mutex<[String: ZoneRules]>([:])

    /// - Parameter read: the bytes of a file, nil when there is none.
    public init(read: @escaping @Sendable (_ path: String) -> [UInt8]?) { self.read = read }

    /// The zone of that name; nil when there is none. UTC is there without files.
    public func zone(_ name: String) -> ZoneRules? {
        if let zone = known.withLock({ $0[name] }) { return zone }
        guard Self.isZoneName(name) else { return nil }
        let zone = read("\(Self.folder)/\(name)").flatMap { TZifReader.read($0, name: name) }
        guard let zone = zone ?? (["UTC", "Etc/UTC"].contains(name) ? .utc : nil) else { return nil }
        known.withLock { $0[name] = zone }
        return zone
    }

    /// The names of all zones, for suggestions: the third column of `zone1970.tab`, sorted.
    public func names() -> [String] {
        guard let bytes = read("\(Self.folder)/tzdata.zi") ?? read("\(Self.folder)/zone1970.tab") else {
            return ["UTC"]
        }
        var names: Set<String> = ["UTC"]
        for line in bytes.split(separator: 0x0A) {
            let words = line.split { $0 == 0x20 || $0 == 0x09 }.map { String(decoding: $0, as: UTF8.self) }
            // tzdata.zi: `Z name …` is a zone, `L target name` a link. zone1970.tab: countries, place, name.
            if words.count > 1, words[0] == "Z" {
                names.insert(words[1])
            } else if words.count == 3, words[0] == "L" {
                names.insert(words[2])
            } else if words.count > 2, words[1].hasPrefix("+") || words[1].hasPrefix("-"), words[0] != "#" {
                names.insert(words[2])
            }
        }
        return names.filter(Self.isZoneName).sorted()
    }

    /// Words of letters, digits, `_`, `-` and `+` between slashes: nothing that climbs out of the folder.
    static func isZoneName(_ name: String) -> Bool {
        guard (1...64).contains(name.utf8.count) else { return false }
        return name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty
                && part.utf8.allSatisfy {
                    (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == 0x5F
                        || $0 == 0x2D
                        || $0 == 0x2B
                }
        }
    }
}
