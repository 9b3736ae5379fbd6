import Canonical
import Diagnostics
import Formats
import Testing

@testable import Mapping

@Suite struct CodeTableTests {
    private static func table(_ yaml: String) throws -> (CodeTable?, [String]) {
        let read = CodeTable.read(try PlainYAML.read(yaml)) { id in
            try? Library.node("config/library/codes/\(id).yaml")
        }
        return (read.table, read.findings.map { "\($0.code): \($0.message)" })
    }

    @Test func severalPartnerCodesMeanOneAndTheFirstIsWritten() throws {
        let units = try #require(Library.table("units"))
        let x12 = CodeIndex(units, list: try #require(units.lists.firstIndex(of: "x12")))
        for code in ["CA", "CS", "CT"] { #expect(x12.canonical(for: Array(code.utf8).span) == "CS") }
        #expect(x12.canonical(for: Array("TB".utf8).span) == nil)
        #expect(x12.partner(for: "CS") == Array("CA".utf8))
        let countries = try #require(Library.table("countries"))
        #expect(CodeIndex(countries, list: 0).canonical(for: Array("United States".utf8).span) == "US")
    }

    @Test func aSitesTableAddsToTheLibrarys() throws {
        let (table, findings) = try Self.table(
            "table: units\nextends: units\ncodes:\n  TB: { name: tube, x12: TB }\n  CS: { x12: [ CX, CA ] }")
        #expect(findings == [])
        let index = CodeIndex(try #require(table), list: 0)
        #expect(index.canonical(for: Array("TB".utf8).span) == "TB")
        #expect(index.canonical(for: Array("EA".utf8).span) == "EA")
        #expect(index.partner(for: "CS") == Array("CX".utf8))
    }

    @Test(arguments: [
        (
            "table: t\nlists: [ a ]\ncodes:\n  X: { a: 1 }\n  Y: { a: 1 }",
            "CONFIG.CODES.DUPLICATE: '1' of list a stands under X and Y"
        ),
        (
            "table: t\nlists: [ a ]\ncodes:\n  X: { b: 1 }",
            "CONFIG.CODES.VALUE: 'b' is not a list of this table"
        ),
        ("table: t\nlistz: [ a ]", "CONFIG.MAP.KEY: 'listz' is not a key here; did you mean 'lists'?"),
        ("table: t\nextends: nowhere", "CONFIG.MAP.EXTENDS: 'nowhere' is not a code table of the library"),
    ])
    func whatIsWrongInATableIsSaid(yaml: String, finding: String) throws {
        #expect(try Self.table(yaml).1 == [finding])
    }

    /// The night's planted fault: a unit that is valid in X12 and has no canonical one.
    @Test func aUnitWithoutACanonicalOneHoldsTheOrderUntilTheTableHasIt() throws {
        let guide = try Library.guide("850")
        let bytes = X12InboundTests.order(line: "PO1*1*3*TB*19.99**SK*SKU-1~PO1*2*3*TB*19.99**SK*SKU-2")
        let held = try Mapped.x12(bytes, Library.inbound("x12-850", guide: guide), guide)
        let document = try #require(held.documents.first)
        #expect(document.disposition == .held)
        #expect(document.missingCodes == [MissingCode(table: "units", list: "x12", code: "TB")])
        let finding = try #require(document.findings.first?.diagnostic)
        #expect(finding.message == "PO103 has no canonical unit for 'TB'")
        #expect(finding.remedy?.contains("config/codes/units.yaml") == true)
        #expect(finding.location?.segment?.loop == "PO1[1]")
        #expect(Array(bytes[(finding.location?.byteOffset ?? 0)...].prefix(2)) == Array("TB".utf8))

        let (table, _) = try Self.table("table: units\nextends: units\ncodes: { TB: { x12: TB } }")
        let plan = InboundPlan.compile(
            try Library.map("x12-850"), codes: { $0 == "units" ? table : Library.table($0) }, guide: guide
        ).plan
        let accepted = try Mapped.x12(bytes, try #require(plan), guide)
        #expect(accepted.documents.first?.disposition == .accepted)
    }
}
