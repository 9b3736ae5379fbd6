import Foundation
import Testing

/// The rules of the house that a compiler does not hold: `docs/ARCHITECTURE.md` and CONTRIBUTING.
@Suite struct HouseTests {
    /// Which of our modules, and which foreign ones, a module may import.
    private static let allowed: [String: Set<String>] = [
        "Environment": ["CCrypto"],
        "Diagnostics": [],
        "Canonical": ["Diagnostics"],
        "Formats": ["Diagnostics", "CLibXML2", "CScan"],
        "Mapping": ["Formats", "Canonical", "Diagnostics"],
        "OMSRules": ["Canonical", "Diagnostics"],
        "Ledger": ["Canonical", "Diagnostics", "Environment", "GRDB", "GRDBSQLite"],
        "Exchange": ["Environment", "Diagnostics", "CCurl", "CLibCurl"],
        "FeedProcessor": [
            "Environment", "Diagnostics", "Canonical", "Formats", "Mapping", "OMSRules", "Ledger", "Exchange",
            "Yams",
            "Logging",
        ],
        "crossdock": [
            "FeedProcessor", "Ledger", "Environment", "Diagnostics", "Canonical", "ArgumentParser", "Logging",
        ],
    ]

    /// What any module may import: the language's own libraries.
    private static let system: Set<String> = ["Glibc", "Synchronization", "FoundationEssentials"]

    @Test func importsPointOneWay() throws {
        for file in try SourceTree.files(in: "Sources") {
            guard let allowed = Self.allowed[file.module] else { continue }
            for line in file.lines {
                guard let name = Self.importedModule(line) else { continue }
                #expect(
                    allowed.contains(name) || Self.system.contains(name),
                    "\(file.path.dropFirst(8)) may not import \(name)")
            }
        }
    }

    private static func importedModule(_ line: String) -> String? {
        let words = line.split(separator: " ").map(String.init)
        guard let at = words.firstIndex(of: "import"), at + 1 < words.count, !line.hasPrefix("//"),
            words[..<at].allSatisfy({
                ["public", "package", "internal", "@_exported", "@preconcurrency"].contains($0)
            })
        else { return nil }
        return String(words[at + 1].split(separator: ".")[0])
    }

    /// Calls that make a night depend on the machine it runs on, or that change partners' numbers.
    @Test(arguments: [
        "Date()", "Date.now", "UUID()", ".random(in", "TimeZone.current", "Locale.current",
        "FileManager.default",
        "ProcessInfo", "XMLDocument", "JSONSerialization", "DateFormatter", "Yams.load", "try!", "as!",
        "fatalError(",
        "@unchecked Sendable", "unsafeFlags",
    ])
    func bannedCallsStayOut(call: String) throws {
        for file in try SourceTree.files(in: "Sources") where file.module != "Environment" {
            for (number, line) in file.lines.enumerated() {
                let code =
                    line.split(separator: "//", maxSplits: 1, omittingEmptySubsequences: false).first ?? ""
                #expect(!code.contains(call), "\(file.path):\(number + 1) uses \(call)")
            }
        }
    }

    @Test func nothingSaysTODO() throws {
        for file in try SourceTree.files(in: "Sources") {
            for (number, line) in file.lines.enumerated()
            where line.contains("// TODO") || line.contains("// FIXME") {
                Issue.record("\(file.path):\(number + 1) has an unfinished mark")
            }
        }
    }

    @Test func baseNamesAreUniqueInAModule() throws {
        let files = try SourceTree.files(in: "Sources")
        for (module, group) in Dictionary(grouping: files, by: \.module) {
            let names = group.map { $0.path.split(separator: "/").last ?? "" }
            #expect(Set(names).count == names.count, "module \(module) has two files of one name")
        }
    }

    @Test func sqlIsNeverBuiltFromValues() throws {
        for file in try SourceTree.files(in: "Sources/Ledger") {
            for (number, line) in file.lines.enumerated()
            where line.contains("sql: \"") && line.contains("\\(") {
                Issue.record("\(file.path):\(number + 1) puts a value into SQL text: bind it")
            }
        }
    }
}
