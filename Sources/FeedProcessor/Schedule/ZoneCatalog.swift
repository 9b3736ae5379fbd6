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

    /// The names of all zones, sorted, for suggestions.
    ///
    /// - Source: `tzdata.zi`, where a line `Z name …` is a zone and `L target name` a link, else the third column of
    ///   `zone1970.tab`; the two that Debian installs.
    public func names() -> [String] {
        var names: Set<String> = ["UTC"]
        if let bytes = read("\(Self.folder)/tzdata.zi") {
            for line in bytes.split(separator: 0x0A) {
                let words = line.split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
                if words.count > 1, words[0] == "Z" { names.insert(words[1]) }
                if words.count == 3, words[0] == "L" { names.insert(words[2]) }
            }
        } else if let bytes = read("\(Self.folder)/zone1970.tab") {
            for line in bytes.split(separator: 0x0A) where line.first != 0x23 {
                let columns = line.split(separator: 0x09)
                if columns.count > 2 { names.insert(String(decoding: columns[2], as: UTF8.self)) }
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
