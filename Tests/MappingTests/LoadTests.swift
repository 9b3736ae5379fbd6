import Canonical
import Diagnostics
import Formats
import FoundationEssentials
import Testing

@testable import Mapping

/// Control totals of generated drops: what an independent generator says they hold.
@Suite struct LoadTests {
    private struct Manifest: Decodable {
        var orders: Int?
        var lines: Int?
        var units: Int?
        var cents: Int?
        var rows: Int?
    }

    private struct Totals: Equatable {
        var orders = 0
        var lines = 0
        var units: Int64 = 0
        var cents: Int64 = 0

        mutating func add(_ document: CanonicalDocument) {
            orders += 1
            for line in document.header[group: OrderGroup.lines] {
                lines += 1
                guard let quantity = line.decimal(OrderLineField.quantity),
                    let price = line.decimal(OrderLineField.unitPrice)
                else { continue }
                units += quantity.whole ?? 0
                cents += quantity.multiplied(by: price, scale: 2) ?? 0
            }
        }
    }

    /// A generated drop and its totals; nil, with a printed reason, where the generator is not there.
    private static func generate(_ format: String, _ arguments: [String]) throws -> (
        bytes: [UInt8], manifest: Manifest
    )? {
        guard let shared = Library.shared else {
            print("skipped: ../shared is not beside the repository")
            return nil
        }
        let path = "/tmp/mapping-load-\(format)"
        let command =
            ["python3", shared.appendingPathComponent("loadgen.py").path, format, "--out", path] + arguments
        guard Shell.run(command) else {
            print("skipped: python3 could not run loadgen.py")
            return nil
        }
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
        let text = try Data(contentsOf: URL(fileURLWithPath: path + ".manifest.json"))
        return (bytes, try JSONDecoder().decode(Manifest.self, from: text))
    }

    @Test(arguments: ["x12-850", "shopify-csv", "ubl"]) func totalsAreThoseOfTheGenerator(format: String)
        throws
    {
        guard let (bytes, manifest) = try Self.generate(format, ["--orders", "400", "--seed", "7"]) else {
            return
        }
        let mapped: Mapped
        switch format {
        case "x12-850":
            let guide = try Library.guide("850")
            mapped = try Mapped.x12(
                bytes, Library.inbound("x12-850", options: ["amt_tt": "goods"], guide: guide), guide)
        case "ubl": mapped = Mapped.xml(bytes, try Library.inbound("ubl-order"))
        default: mapped = Mapped.csv(bytes, try Library.inbound("shopify-orders"))
        }
        #expect(!mapped.isQuarantined)
        #expect(mapped.findings.prefix(3).map(\.diagnostic.message) == [])
        var totals = Totals()
        for document in mapped.accepted { totals.add(document.document) }
        #expect(totals.orders == manifest.orders)
        #expect(totals.lines == manifest.lines)
        #expect(totals.units == manifest.units.map(Int64.init))
        #expect(totals.cents == manifest.cents.map(Int64.init))
        for document in mapped.documents.prefix(200) { try Lineage.check(document.document, in: bytes) }
    }

    @Test(arguments: ["items", "locations", "stock"]) func masterDataLoads(format: String) throws {
        guard let (bytes, _) = try Self.generate(format, []) else { return }
        let mapped = Mapped.csv(bytes, try Library.inbound("\(format)-csv"))
        #expect(mapped.codes == [])
        let lines = mapped.documents.reduce(0) { $0 + ($1.document.header.groups.first?.count ?? 1) }
        #expect(lines == ["items": 5000, "locations": 6, "stock": 30_000][format])
        #expect(mapped.documents.allSatisfy { $0.disposition == .accepted })
    }
}
