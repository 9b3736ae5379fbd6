import Diagnostics
import Foundation
import Testing

@testable import Formats

@Suite struct DelimitedSeedTests {
    /// The columns of the seeds' map.
    static let columns = DelimitedColumns(
        ["order_id", "sku", "qty", "unit_price", "currency", "ship_name", "ship_country", "order_date"].map {
            DelimitedColumns.Column($0, isRequired: $0 != "ship_name")
        })
    static let codes = Set(DelimitedCodes.all.map(\.code) + SniffCodes.all.map(\.code))

    @Test(arguments: SeedCase.all("CSV-")) func aSeedIsJudgedAsListed(_ seed: SeedCase) {
        let reading = DelimitedReading(TextSamples.bytes(seed.path), columns: Self.columns)
        guard Self.codes.contains(DiagnosticCode(rawValue: seed.code)) else {
            // Values are not this module's: the rows must come out whole.
            #expect(reading.findings.isEmpty, "\(reading.findings)")
            #expect(!reading.rows.isEmpty)
            #expect(reading.rows.allSatisfy { $0.count == 8 })
            return
        }
        #expect(reading.codes == [seed.code])
        #expect(reading.findings.first?.message.contains(seed.msg) == true, "\(reading.findings)")
        #expect(reading.isQuarantined == (seed.disp == "Q"))
        let isWarning = reading.findings.first?.severity == .warning
        #expect(isWarning == (seed.disp == "W"))
        #expect(reading.findings.first?.location != nil && reading.findings.first?.remedy != nil)
    }

    @Test(arguments: SeedCase.all("CSV-"), [1, 7, 64, 4_096]) func theChunkSizeChangesNothing(
        _ seed: SeedCase, chunk: Int
    ) {
        let bytes = TextSamples.bytes(seed.path)
        #expect(
            DelimitedReading(bytes, columns: Self.columns, chunk: chunk)
                == DelimitedReading(bytes, columns: Self.columns))
    }

    @Test(arguments: TextSamples.files(in: "samples/suites/csv-spectrum/csvs", suffixes: [".csv"]))
    func csvSpectrumIsReadAsItsAuthorsRead(_ path: String) throws {
        let expected = try JSONDecoder().decode(
            [[String: String]].self,
            from: Data(
                TextSamples.bytes(
                    path.replacingOccurrences(of: "/csvs/", with: "/json/").replacingOccurrences(
                        of: ".csv", with: ".json")
                )))
        var bytes = TextSamples.bytes(path)
        // The CRLF cases lost their CRs on the way here; the expected JSON still has them.
        if path.hasSuffix("_crlf.csv"), !bytes.contains(0x0D) {
            bytes = bytes.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
        }
        for chunk in [1, 7, 4_096] {
            let reading = DelimitedReading(bytes, chunk: chunk)
            let rows = reading.rows.map { Dictionary(uniqueKeysWithValues: zip(reading.header, $0)) }
            #expect(rows == expected)
            #expect(!reading.isQuarantined)
        }
    }

}
