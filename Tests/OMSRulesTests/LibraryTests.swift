import Diagnostics
import Foundation
import OMSRules
import Testing

@Suite struct LibraryTests {
    private static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    @Test func theTablesThatShipKnowThePlacesOfTheNight() throws {
        let folder = Self.repository.appendingPathComponent("config/library/geo")
        let tables = try ["postal-us.csv", "postal-other.csv"].map { name in
            (name: name, text: try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8))
        }
        let centroids = try PostalCentroids(tables: tables)
        func metres(_ a: (String, String), _ b: (String, String)) throws -> Int64 {
            let from = try #require(centroids.point(country: a.0, postalCode: a.1))
            return from.metres(to: try #require(centroids.point(country: b.0, postalCode: b.1)))
        }
        // As the crow flies, to a tenth: New York to Los Angeles 3,940 km, Montreal to Toronto 500, Berlin's country to Paris'.
        #expect(abs(try metres(("US", "10001"), ("US", "90012")) - 3_940_000) < 100_000)
        #expect(abs(try metres(("CA", "H2X 1Y4"), ("CA", "M5V 2T6")) - 500_000) < 60_000)
        #expect(try metres(("DE", "10115"), ("FR", "75001")) < 1_000_000)
    }

    @Test func everyCodeThatIsUsedIsExplained() throws {
        let folder = Self.repository.appendingPathComponent("Sources/OMSRules")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
            $0 != "RulesCodes.swift"
        }
        var used: Set<String> = []
        for name in names.sorted() {
            let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            for piece in text.split(separator: "\"") {
                let parts = piece.split(separator: ".", omittingEmptySubsequences: false)
                guard ["OMS", "DUP", "GEO"].contains(parts.first), parts.count > 1,
                    piece.allSatisfy({ $0.isUppercase || $0 == "." || $0 == "_" })
                else { continue }
                used.insert(String(piece))
            }
        }
        let explained = RulesCodes.all.map(\.code.rawValue)
        #expect(used.count > 40)
        #expect(used.subtracting(explained).sorted() == [])
        #expect(Set(explained).subtracting(used).sorted() == [])
        #expect(Set(explained).count == explained.count)
    }
}
