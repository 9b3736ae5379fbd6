import Diagnostics
import Testing

@testable import Formats

@Suite struct ValidatorTests {
    func codes(_ body: String, _ document: String = "850", _ group: String = "PO") throws -> [String] {
        try X12Fixtures.read(X12Builder.interchange(document, group: group, sets: [body])).findings.map(
            \.code.rawValue)
    }

    struct Value: Sendable, CustomTestStringConvertible {
        var segment: String
        var code: String?
        var testDescription: String { segment }
    }

    @Test(arguments: [
        Value(segment: "PO1*1*-3*EA*19.99", code: nil),
        Value(segment: "PO1*1*+3*EA*19.99", code: "X12.ELEM.NUMERIC"),
        Value(segment: "PO1*1*3*EA*.5", code: nil), Value(segment: "PO1*1*3*EA*5.", code: nil),
        Value(segment: "PO1*1*3*EA*.", code: "X12.ELEM.NUMERIC"),
        Value(segment: "PO1*1*3*EA*1.2.3", code: "X12.ELEM.NUMERIC"),
        Value(segment: "PO1*1*3*EA*1E3", code: "X12.ELEM.NUMERIC"),
        Value(segment: "PO1*1*3*EA*-", code: "X12.ELEM.NUMERIC"),
        Value(segment: "PO1*1*123456789.012345*EA*1", code: nil),
        Value(segment: "PO1*1*1234567890.123456*EA*1", code: "X12.ELEM.TOO_LONG"),
        Value(segment: "PO1*1*3*QQ*1", code: "X12.ELEM.CODE"),
        Value(segment: "PO1*1**EA*1", code: "X12.ELEM.CONDITION"),
        Value(segment: "PO1*1*3*EA*1**VN", code: "X12.ELEM.PAIR"),
        Value(segment: "PO1*1*3*EA*1****", code: nil),
        Value(segment: "PO1*1*3*EA*1*\(String(repeating: "*", count: 25))", code: nil),
    ]) func elementsAreJudgedByTheirType(_ value: Value) throws {
        let body = X12Builder.order.replacing("PO1*1*3*EA*19.99**VN*SKU-1", with: value.segment)
        #expect(try codes(body) == (value.code.map { [$0] } ?? []))
    }

    @Test(arguments: [
        Value(segment: "DTM*002*20240229", code: nil),
        Value(segment: "DTM*002*20230229", code: "X12.ELEM.DATE"),
        Value(segment: "DTM*002*21000229", code: "X12.ELEM.DATE"),
        Value(segment: "DTM*002*261122", code: "X12.ELEM.DATE"),
        Value(segment: "DTM*002*20261122*2359", code: nil),
        Value(segment: "DTM*002*20261122*2400", code: "X12.ELEM.TIME"),
        Value(segment: "DTM*002*20261122*235960", code: "X12.ELEM.TIME"),
        Value(segment: "DTM*002*20261122*23595999", code: nil),
        Value(segment: "DTM*002", code: "X12.ELEM.ONE_OF"),
        Value(segment: "REF*IA", code: "X12.ELEM.ONE_OF"),
        Value(segment: "REF*IA*1**IA>2>IA", code: "X12.ELEM.PAIR"),
        Value(segment: "REF*IA*1**IA>2", code: nil), Value(segment: "REF*IA*1**>2", code: "X12.ELEM.MISSING"),
        Value(segment: "REF*IA*1**IA>2>IA>3>IA>4>5", code: "X12.ELEM.TOO_MANY_COMPONENTS"),
    ]) func headerSegmentsAreJudgedByTheirNotes(_ value: Value) throws {
        let head = "BEG*00*SA*PO-1001**20261122~"
        let body = X12Builder.order.replacing(head, with: head + value.segment + "~")
        #expect(try codes(body) == (value.code.map { [$0] } ?? []))
    }

    @Test func loopsAreAssignedWithTheirOccurrences() throws {
        let body =
            "BEG*00*SA*PO-1**20261122~N1*BY*A~N3*S~N1*ST*B~N4*AUSTIN~PO1*1*3*EA*1~PID*F****X~PID*F****Y~N1*ST*C~"
            + "PO1*2*1*EA*1~CTT*2~"
        let outcome = try X12Fixtures.read(X12Builder.interchange(sets: [body]))
        #expect(outcome.findings.isEmpty, "\(outcome.findings)")
        let guide = try #require(try X12Fixtures.guide("850", "004010")).guide
        let set = outcome.owned[0]
        let loops = set.loops.map {
            "\(guide.path(of: Int($0.loop)))[\($0.ordinal)] \($0.parent) \($0.firstSegment)..<\($0.endSegment)"
        }
        #expect(
            loops == [
                "N1[1] -1 2..<4", "N1[2] -1 4..<6", "PO1[1] -1 6..<10", "PO1/PID[1] 2 7..<8",
                "PO1/PID[2] 2 8..<9",
                "PO1/N1[1] 2 9..<10", "PO1[2] -1 10..<11", "CTT[1] -1 11..<12",
            ])
        #expect(set.instances == [-1, -1, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, -1])
        let node = Int(set.nodes[9])
        #expect(guide.nodes[node].tag == "N1" && guide.path(of: guide.nodes[node].loop) == "PO1/N1")
        #expect(guide.loop(at: ["PO1", "N1"]) == guide.nodes[node].loop)
        #expect(guide.element(2, at: node)?.label == "name")
    }

    @Test func repetitionsBeyondTheGuideAreFound() throws {
        let tooMany = "BEG*00*SA*PO-1**20261122~CUR*BY*USD~CUR*BY*USD~PO1*1*3*EA*1~"
        #expect(try codes(tooMany) == ["X12.SEG.MAX_USE"])
    }

    @Test func theLoopsInsideLSAndLEKeepTheirOwnLX() throws {
        let body =
            "W06*F*ORDER1*20261122*S1~N1*WH*X*92*1~LX*1~W12*CC*1*1*0*EA**VN*SKU~LS*LX~LX*1~LE*LX~LX*2~W12*CC*1*1*0*EA**VN*SKU~LX*3~"
            + "W12*CC*1*1*0*EA**VN*SKU~W03*2~"
        let outcome = try X12Fixtures.read(X12Builder.interchange("945", group: "SW", sets: [body]))
        let guide = try #require(try X12Fixtures.guide("945", "004010")).guide
        let places = zip(outcome.owned[0].segments, outcome.owned[0].nodes).filter { $0.0.tag == "LX" }
            .map { guide.path(of: guide.nodes[Int($0.1)].loop) }
        #expect(places == ["LX", "LX/W12/LS/LX", "LX", "LX"], "\(outcome.findings)")
    }

    @Test(arguments: [
        ("HL*1**S~HL*2*2*O~", "HL 2 parent 2"), ("HL*1**S~HL*2*9*O~", "HL 2 parent 9"),
        ("HL*1**S~HL*2*1*O~HL*2*1*O~", "HL 2 is there twice"),
    ]) func hierarchiesPointBackwardsOnly(_ body: String, _ message: String) throws {
        let outcome = try X12Fixtures.read(
            X12Builder.interchange("856", group: "SH", sets: ["BSN*00*S1*20261122*0230~" + body]))
        let finding = try #require(outcome.findings.first { $0.code == "X12.HL.PARENT" })
        #expect(finding.message.contains(message))
        #expect(outcome.sets.map(\.isAccepted) == [false])
    }

    @Test func aHierarchyOfTenThousandLevelsIsRefusedWithoutRecursion() throws {
        var body = "BSN*00*S1*20261122*0230~HL*1**S~"
        for level in 2...10_000 { body += "HL*\(level)*\(level - 1)*I~" }
        let outcome = try X12Fixtures.read(X12Builder.interchange("856", group: "SH", sets: [body]))
        #expect(outcome.findings.map(\.message).contains { $0.contains("depth 10000 > 16") })
        #expect(outcome.sets.map(\.isAccepted) == [false])
    }

    @Test func aSegmentOfAMillionElementsRefusesItsSetOnly() throws {
        let body = X12Builder.order.replacing(
            "N1*ST*JANE ROE*92*W1", with: "N1" + String(repeating: "*", count: 1_000_000))
        let outcome = try X12Fixtures.read(X12Builder.interchange(sets: [X12Builder.order, body]))
        let finding = try #require(outcome.findings.first { $0.code == "X12.LIMIT.ELEMENTS" })
        #expect(finding.message.contains("1000000 > 200"))
        #expect(outcome.sets.map(\.isAccepted) == [true, false])
        #expect(outcome.owned[1].elements.count < 400)
    }

    @Test func anElementOfTwoMebibytesQuarantinesItsInterchange() throws {
        let body = X12Builder.order.replacing("JANE ROE", with: String(repeating: "A", count: 2 << 20))
        let outcome = try X12Fixtures.read(X12Builder.interchange(sets: [body]))
        #expect(outcome.findings.map(\.message).contains { $0.contains("element > 65536 bytes") })
        #expect(outcome.scan.interchanges.map(\.disposition) == [.quarantined])
        #expect(outcome.scan.interchanges.first.flatMap(InterchangeAcknowledgment.init)?.note.code == "022")
        #expect(outcome.sets.map(\.isAccepted) == [false])
    }

    @Test func findingsAreBoundedAndCounted() throws {
        let body = "BEG*00*SA*PO-1**20261122~" + String(repeating: "PO1*1*x*EA*1~", count: 1000)
        let outcome = try X12Fixtures.read(X12Builder.interchange(sets: [body]))
        #expect(outcome.verdicts[0].findings.count == X12Limits.findingsPerSetMax)
        #expect(outcome.verdicts[0].omittedCount == 800)
    }

    @Test func latin1WarnsWhereTheChannelExpectsIt() throws {
        var bytes = X12Builder.interchange(sets: [X12Builder.order])
        let place = try #require(bytes.firstRange(of: Array("JANE".utf8)))
        bytes[place.lowerBound] = 0xE9
        let wrong = try X12Fixtures.read(bytes)
        #expect(
            wrong.findings.first?.message.contains(
                "byte 0xE9 is not valid UTF-8 at offset \(place.lowerBound)") == true)
        #expect(wrong.findings.first?.location?.byteOffset == place.lowerBound)
        let right = try X12Fixtures.read(bytes, charset: .latin1)
        #expect(right.findings.map(\.severity) == [.warning])
        #expect(right.sets.map(\.isAccepted) == [true])
    }

    @Test func aSetWithoutAGuideIsAcceptedWithANote() throws {
        let outcome = try X12Fixtures.read(X12Builder.interchange("204", group: "SM", sets: ["B2**SCAC**1~"]))
        #expect(outcome.findings.map(\.code) == ["X12.GUIDE.NONE"] && outcome.findings[0].severity == .note)
        #expect(outcome.sets.map(\.isAccepted) == [true])
        #expect(outcome.acknowledgments.map(\.code) == ["A"])
    }

    @Test func aMissingSixteenthElementOfTheISAIsTolerated() throws {
        let text = String(decoding: X12Builder.interchange(sets: [X12Builder.order]), as: UTF8.self)
            .replacing("*T*>~", with: "*T*~").replacing("~", with: "~\n")
        let outcome = try X12Fixtures.read(Array(text.utf8))
        #expect(outcome.findings.map(\.code) == ["X12.ISA.FIXED_WIDTH"])
        #expect(outcome.sets.map(\.isAccepted) == [true])
    }
}
