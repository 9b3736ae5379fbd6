import Diagnostics
import Testing

@testable import Formats

@Suite struct AcknowledgmentTests {
    static let bad = X12Builder.order.replacing("PO1*1*3*EA*19.99", with: "PO1*1*1O*EA*19,99")

    @Test func theMiddleOfThreeSetsIsRejectedAndItsNeighboursAreNot() throws {
        let outcome = try X12Fixtures.read(
            X12Builder.interchange(sets: [X12Builder.order, Self.bad, X12Builder.order]))
        let answer = try #require(outcome.acknowledgments.first)
        #expect(
            X12Fixtures.words(answer.segments) == [
                "AK1*PO*101", "AK2*850*0001", "AK5*A", "AK2*850*0002", "AK3*PO1*6*PO1*8", "AK4*2*330*6*1O",
                "AK4*4*212*6*19,99", "AK5*R*5", "AK2*850*0003", "AK5*A", "AK9*P*3*3*2",
            ])
        #expect(outcome.sets.map(\.isAccepted) == [true, false, true])
    }

    @Test func acceptedSetsAreLeftOutWhereThePartnerWantsItSo() throws {
        let outcome = try X12Fixtures.read(X12Builder.interchange(sets: [X12Builder.order, Self.bad]))
        var options = FunctionalAcknowledgment.Options()
        options.acceptedSets = .omit
        var answer = FunctionalAcknowledgment(group: outcome.owned[0].envelope.group, options: options)
        for (set, verdict) in zip(outcome.owned, outcome.verdicts) { answer.add(set, verdict) }
        let content = try #require(answer.finish(outcome.scan.groups[0]))
        #expect(X12Fixtures.words(content.segments).filter { $0.hasPrefix("AK2") } == ["AK2*850*0002"])
        #expect(content.code == "P")
    }

    @Test func warningsAreNotedWhereAllDetailIsWanted() throws {
        let odd = X12Builder.order.replacing("*EA*", with: "*QQ*")
        let bytes = X12Builder.interchange(sets: [odd])
        #expect(try X12Fixtures.read(bytes).acknowledgments.first?.code == "A")
        let noted = try X12Fixtures.read(bytes, detail: .all).acknowledgments.first
        #expect(
            noted.map { X12Fixtures.words($0.segments) } == [
                "AK1*PO*101", "AK2*850*0001", "AK3*PO1*6*PO1*8", "AK4*3*355*7*QQ", "AK5*E", "AK9*E*1*1*1",
            ])
    }

    @Test func policyMayAnswerOtherwiseThanTheVerdict() throws {
        let outcome = try X12Fixtures.read(X12Builder.interchange(sets: [X12Builder.order]))
        var answer = FunctionalAcknowledgment(group: outcome.owned[0].envelope.group)
        answer.add(outcome.owned[0], outcome.verdicts[0], answer: .acceptedWithErrors)
        #expect(answer.finish(outcome.scan.groups[0])?.code == "E")
    }

    @Test func anAcknowledgmentIsNeverAcknowledged() throws {
        let bytes = X12Builder.interchange(
            "997", group: "FA",
            sets: ["AK1*PO*17~AK2*850*0001~AK3*PO1*6**8~AK4*2*330*6*1O~AK5*R*5~AK9*R*1*1*0~"])
        let outcome = try X12Fixtures.read(bytes)
        #expect(outcome.findings.isEmpty, "\(outcome.findings)")
        #expect(outcome.acknowledgments.isEmpty)
        let received = try #require(ReceivedAcknowledgment(outcome.owned[0]))
        #expect(received.functionalID == "PO" && received.control == "17" && received.code == "R")
        #expect(received.acceptedCount == 0)
        #expect(received.sets.map(\.isAccepted) == [false])
        #expect(received.sets[0].errors == ["PO1 at segment 6: error 8", "element 2: error 6, found '1O'"])
    }

    @Test func aHundredThousandSetsAreAnsweredInAFewMegabytes() throws {
        let outcome = try X12Fixtures.read(X12Builder.interchange(sets: [X12Builder.order]))
        var answer = FunctionalAcknowledgment(group: outcome.owned[0].envelope.group)
        for _ in 0..<100_000 { answer.add(outcome.owned[0], outcome.verdicts[0]) }
        let content = try #require(answer.finish(outcome.scan.groups[0]))
        #expect(content.acceptedCount == 100_000)
        #expect(content.segments.segmentCount == 200_002)
        #expect(content.segments.bytes.count < 3_000_000)
    }

    @Test func aQuarantinedInterchangeIsAnsweredWithItsNote() throws {
        let text = String(decoding: X12Builder.interchange(sets: [X12Builder.order]), as: UTF8.self)
        let bytes = Array(text.replacing("IEA*1*000000101", with: "IEA*1*000000102").utf8)
        let scan = try X12Fixtures.read(bytes).scan.interchanges[0]
        let answer = try #require(InterchangeAcknowledgment(scan))
        #expect(X12Fixtures.words(answer.segments) == ["TA1*000000101*261122*0230*R*001"])
        #expect(answer.isRequested)
    }

    @Test func everyAcknowledgmentWeWriteIsValid() throws {
        let outcome = try X12Fixtures.read(X12Builder.interchange(sets: [X12Builder.order, Self.bad]))
        let answer = try #require(outcome.acknowledgments.first)
        let guide = try #require(try X12Fixtures.guide("997", "004010")).guide
        var writer = X12Writer()
        writer.beginInterchange(WriterTests.interchange)
        var group = WriterTests.group
        group.functionalID = "FA"
        writer.beginGroup(group)
        writer.beginSet(id: "997", control: "0001", guide: guide)
        writer.segments(answer.segments)
        writer.endInterchange()
        #expect(writer.log.kept.isEmpty, "\(writer.log.kept)")
        let read = try X12Fixtures.read(writer.takeBytes())
        #expect(read.findings.isEmpty, "\(read.findings)")
        #expect(read.owned.first.flatMap(ReceivedAcknowledgment.init)?.sets.map(\.code) == ["A", "R"])
    }

    @Test func everyFindingWithAWordIsInTheListOfCodes() {
        let listed = Set(X12Codes.all.map(\.code))
        #expect(listed.count == X12Codes.all.count)
        // Findings of partners and ledgers are worded here and listed where they are made.
        let elsewhere: Set<DiagnosticCode> = [
            "X12.PARTNER.UNKNOWN", "X12.USAGE.TEST_IN_PROD", "DUP.INTERCHANGE", "X12.GS.RECEIVER",
            "X12.GS.VERSION",
        ]
        #expect(Set(AcknowledgmentWords.words.keys).subtracting(listed) == elsewhere)
    }
}
