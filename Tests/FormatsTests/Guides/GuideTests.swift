import Diagnostics
import TestSupport
import Testing

@testable import Formats

@Suite struct GuideTests {
    func findings(_ overlay: String, _ body: String = X12Builder.order, today: Int? = nil) throws
        -> [Diagnostic]
    {
        var library = X12Fixtures.library([
            "own-850": "guide: own-850\nextends: \"x12-004010-850\"\n" + overlay
        ])
        let guide = try library.guide("own-850")
        var options = X12ScanOptions(drop: "test.edi")
        options.today = today
        return try X12Fixtures.read(X12Builder.interchange(sets: [body]), options: options) { _, _ in
            (guide, false)
        }.findings
    }

    func refusal(_ declaration: String) throws -> [Diagnostic] {
        var library = X12Fixtures.library(["own-850": declaration])
        do {
            _ = try library.guide("own-850")
            return []
        } catch let error as GuideError {
            return error.findings
        }
    }

    @Test(arguments: ["850", "855", "856", "810", "846", "940", "945", "997"])
    func everyGuideOfTheLibraryCompiles(
        _ document: String
    ) throws {
        let guide = try #require(try X12Fixtures.guide(document, "004010")).guide
        #expect(guide.document == document && guide.nodes.count > 5)
        for rule in guide.segmentRules {
            #expect(!rule.label.isEmpty, "\(rule.tag)")
            for note in rule.notes {
                #expect(note.positions.allSatisfy { $0 <= rule.elements.count }, "\(rule.tag) \(note.word)")
            }
        }
    }

    @Test func laterVersionsAreCheckedByTheGuidesOf004010() throws {
        #expect(try X12Fixtures.guide("850", "005010")?.isFallback == true)
        #expect(try X12Fixtures.guide("850", "004010VICS")?.isFallback == false)
        #expect(try X12Fixtures.guide("850", "003040") == nil)
        #expect(try X12Fixtures.guide("../850", "004010") == nil)
    }

    @Test func laterVersionsMayBeLongerAndHaveMore() throws {
        let body = X12Builder.order.replacing("*US~", with: "*US***TX~").replacing(
            "CTT", with: "REF*IA*\(String(repeating: "9", count: 45))~CTT")
        let old = try X12Fixtures.read(X12Builder.interchange(sets: [body])).findings
        #expect(old.map(\.code) == ["X12.SEG.TOO_MANY_ELEMENTS", "X12.ELEM.TOO_LONG"])
        let new = try X12Fixtures.read(X12Builder.interchange(version: "005010", sets: [body])).findings
        #expect(new.map(\.code) == ["X12.GUIDE.FALLBACK"] && new[0].severity == .note)
    }

    @Test func anOverlayMakesThingsStricter() throws {
        #expect(
            try findings("changes:\n  - {path: BEG04, use: M}\n").map(\.message) == [
                "set 0001 BEG04 is missing (release number)"
            ])
        #expect(
            try findings("changes:\n  - {path: PO1/PO107, max: \"3\"}\n").map(\.code) == ["X12.ELEM.TOO_LONG"]
        )
        #expect(try findings("changes:\n  - {path: \"/CUR\", use: M}\n").map(\.code) == ["X12.SEG.MISSING"])
        #expect(
            try findings("changes:\n  - {path: \"/N1/N3\", use: X}\n").map(\.code) == ["X12.SEG.FORBIDDEN"])
        #expect(try findings("changes:\n  - {path: PO103, codes: \"CA\"}\n").map(\.severity) == [.error])
        #expect(try findings("changes:\n  - {path: PO1/N1, use: M}\n").map(\.code) == ["X12.SEG.MISSING"])
    }

    @Test func anOverlayMakesThingsLooser() throws {
        let odd = X12Builder.order.replacing("*EA*", with: "*QQ*")
        #expect(try findings("", odd).map(\.severity) == [.warning])
        #expect(try findings("strict_codes: true\n", odd).map(\.severity) == [.error])
        #expect(try findings("changes:\n  - {path: PO103, add_codes: \"QQ\"}\n", odd).isEmpty)
        let long = X12Builder.order.replacing("PO-1001", with: String(repeating: "9", count: 30))
        #expect(try findings("changes:\n  - {path: BEG03, max: \"30\"}\n", long).isEmpty)
    }

    static let lenient =
        "lenient:\n  - {path: N1/N104, rule: length, action: warn, reason: \"long store numbers\", until: \"2027-01-31\"}\n"

    @Test(arguments: [(20_270_131, Severity.warning), (20_270_201, .error)]) func leniencyEnds(
        _ day: Int, _ severity: Severity
    ) throws {
        let long = X12Builder.order.replacing("*W1~", with: "*\(String(repeating: "9", count: 90))~")
        let found = try findings(Self.lenient, long, today: day)
        #expect(found.map(\.severity) == [severity])
        if severity == .warning { #expect(found[0].remedy == "tolerated: long store numbers") }
    }

    @Test func leniencyCoversTheEnvelopeOfASet() throws {
        let text = String(decoding: X12Builder.interchange(sets: [X12Builder.order]), as: UTF8.self)
            .replacing("SE*8*", with: "SE*6*")
        var options = X12ScanOptions(drop: "test.edi")
        options.lenient = [
            .init(path: "SE01", rule: "X12.SE.COUNT", action: .warn, reason: "counts the body only")
        ]
        let outcome = try X12Fixtures.read(Array(text.utf8), options: options)
        #expect(outcome.findings.map(\.severity) == [.warning])
        #expect(outcome.acknowledgments.map(\.code) == ["A"])
    }

    @Test(arguments: [
        ("guide: own-850\nextends: nothing\n", "GUIDE.NOT_FOUND"),
        ("guide: other\nextends: \"x12-004010-850\"\n", "GUIDE.ID"),
        ("guide: own-850\nextends: own-850\n", "GUIDE.EXTENDS"),
        ("guide: own-850\nextends: \"x12-004010-850\"\nchanges:\n  - {path: ZZZ, use: M}\n", "GUIDE.PATH"),
        ("guide: own-850\nextends: \"x12-004010-850\"\nchanges:\n  - {path: BEG99, use: M}\n", "GUIDE.PATH"),
        (
            "guide: own-850\nextends: \"x12-004010-850\"\nchange:\n  - {path: BEG03, use: M}\n",
            "GUIDE.KEY.UNKNOWN"
        ),
        ("guide: own-850\nextends: \"x12-004010-850\"\nchanges:\n  - {path: BEG03, use: Q}\n", "GUIDE.VALUE"),
        (
            "guide: own-850\nextends: \"x12-004010-850\"\nlenient:\n  - {rule: code, action: warn, reason: r, until: \"2027-02-30\"}\n",
            "GUIDE.VALUE"
        ),
    ]) func mistakesAreLocated(_ declaration: String, _ code: String) throws {
        #expect(try refusal(declaration).map(\.code.rawValue) == [code])
    }

    @Test func anUnknownKeyPointsAtItself() throws {
        let marked = Marked("guide: own-850\nextends: \"x12-004010-850\"\n⟦key⟧chanegs: \"\"\n")
        #expect(try refusal(marked.text).first?.location?.byteOffset == marked.offsets["key"])
    }

    @Test(
        arguments: [
            ("BEG03", "BEG", 3, nil), ("N104", "N1", 4, nil), ("PO1", "PO1", nil, nil),
            ("PO106-02", "PO1", 6, 2), ("SE01", "SE", 1, nil),
        ] as [(String, String, Int?, Int?)]) func pathsAreWrittenAsPartnersWriteThem(
            _ text: String, _ tag: String, _ element: Int?, _ component: Int?
        )
    {
        let path = GuidePath(text)
        #expect(path?.tag == X12Tag(tag) && path?.element == element && path?.component == component)
    }

    @Test(arguments: ["", "/", "beg03", "PO1//N104", "PO1-02", "TOOLONG01"]) func otherPathsAreNone(
        _ text: String
    ) {
        #expect(GuidePath(text) == nil)
    }

    @Test func syntaxNotesAreReadAndWritten() {
        for word in ["P0405", "R0304", "E010910", "C0603", "L07030506"] {
            #expect(SyntaxNote(word)?.word == word)
        }
        for word in ["P04", "X0405", "P0400", "P045"] { #expect(SyntaxNote(word) == nil) }
    }
}
