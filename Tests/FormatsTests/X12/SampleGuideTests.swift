import Diagnostics
import Testing

@testable import Formats

/// Real files against the library's guides: what we find is what an independent reader of the same tables found.
@Suite struct SampleGuideTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var file: String
        var structure: [String: Int]
        var elements: Int
        var testDescription: String { file }
    }

    static let documents: Set<String> = ["850", "855", "856", "810", "846", "940", "945", "997"]

    static let cases: [Case] = X12Fixtures.lines("samples/expected.jsonl").compactMap { line in
        guard line["syntax"] as? String == "x12", let file = line["file"] as? String,
            let sets = line["sets"] as? [String: Int], !sets.isEmpty, documents.isSuperset(of: sets.keys)
        else { return nil }
        return Case(
            file: file, structure: line["structure_by_rule"] as? [String: Int] ?? [:],
            elements: line["elements"] as? Int ?? 0)
    }

    static let structureCodes: Set<DiagnosticCode> = [
        "X12.SEG.UNKNOWN", "X12.SEG.NOT_IN_SET", "X12.SEG.ORDER", "X12.SEG.MISSING", "X12.SEG.MAX_USE",
        "X12.LOOP.MAX_USE", "X12.SEG.UNEXPECTED", "X12.HL.PARENT",
    ]

    /// Where we judge otherwise: blanks before the terminator are not part of the last element.
    static let judgedOtherwise: Set<String> = ["x12/850__X12Parser__Example4_Adobe_ShrinkWrapped.txt"]

    @Test(arguments: cases) func findingsAreThereWhereAnIndependentReaderHasThem(_ sample: Case) throws {
        let bytes = try #require(X12Fixtures.bytes("samples/" + sample.file))
        let options = X12ScanOptions(drop: sample.file)
        var scan = try X12EnvelopeScan.scan(ByteArraySource(bytes), options: options)
        for index in scan.interchanges.indices { scan.interchanges[index].disposition = .sound }
        var reader = X12SetReader(ByteArraySource(bytes), scan: scan, options: options)
        var structure: [String] = []
        var elements: [String] = []
        while var set = try reader.next() {
            // All versions against one table, as the independent reader did.
            let guide = try #require(try X12Fixtures.guide(set.id, "004010")).guide
            var validator = X12Validator(guide: guide, options: X12ValidatorOptions(drop: sample.file))
            for finding in validator.validate(&set).findings {
                if Self.structureCodes.contains(finding.code) {
                    structure.append(finding.message)
                } else if finding.code.rawValue.hasPrefix("X12.ELEM")
                    || finding.code == "X12.SEG.TOO_MANY_ELEMENTS"
                {
                    elements.append(finding.message)
                }
            }
        }
        #expect(structure.isEmpty == sample.structure.isEmpty, "\(structure) against \(sample.structure)")
        if !Self.judgedOtherwise.contains(sample.file) {
            #expect(elements.isEmpty == (sample.elements == 0), "\(elements) against \(sample.elements)")
        }
    }
}
