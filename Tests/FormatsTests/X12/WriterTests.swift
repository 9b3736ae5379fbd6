import Diagnostics
import Foundation
import Testing

@testable import Formats

@Suite struct WriterTests {
    static let interchange = X12InterchangeHeader(
        senderQualifier: "ZZ", sender: "CROSSDOCK", receiverQualifier: "ZZ", receiver: "ACMESTORE",
        date: "261122",
        time: "0230", version: "00401", control: "17", wantsAcknowledgment: true, usage: "P")
    static let group = X12GroupHeader(
        functionalID: "PO", sender: "CROSSDOCK", receiver: "ACMESTORE", date: "20261122", time: "0230",
        control: "17",
        version: "004010")

    func write(
        name: String, street: String = "1 MAIN ST", city: String = "AUSTIN", number: String = "PO-1",
        _ options: X12WriterOptions = X12WriterOptions()
    ) throws -> (bytes: [UInt8], log: DiagnosticLog) {
        let guide = try #require(try X12Fixtures.guide("850", "004010")).guide
        var writer = X12Writer(options: options)
        writer.beginInterchange(Self.interchange)
        writer.beginGroup(Self.group)
        writer.beginSet(id: "850", control: "0001", guide: guide)
        writer.segment("BEG", ["00", "SA", number, "", "20261122"])
        writer.segment("N1", ["ST", name, "92", "W1"])
        writer.segment("N3", [street])
        writer.segment("N4", [city, "TX", "78701", "US"])
        writer.segment("PO1", ["1", "3", "EA", "19.99", "", "VN", "SKU-1", "", ""])
        writer.segment("CTT", ["1"])
        writer.endInterchange()
        return (writer.takeBytes(), writer.log)
    }

    @Test func whatIsWrittenIsReadBackWithoutAFinding() throws {
        let written = try write(name: "JANE ROE")
        let outcome = try X12Fixtures.read(written.bytes)
        #expect(outcome.findings.isEmpty, "\(outcome.findings)")
        #expect(outcome.sets == [.init(id: "850", control: "0001", segmentCount: 8, isAccepted: true)])
        let text = String(decoding: written.bytes, as: UTF8.self)
        #expect(
            text.utf8.prefix(106).count == 106
                && text.hasPrefix("ISA*00*          *00*          *ZZ*CROSSDOCK      *"))
        #expect(text.contains("PO1*1*3*EA*19.99**VN*SKU-1~"))
        #expect(text.hasSuffix("SE*8*0001~GE*1*17~IEA*1*000000017~"))
    }

    @Test func separatorsInANameAreReplacedAndCounted() throws {
        let written = try write(name: "A*B~IEA*1*000000101~")
        let finding = try #require(written.log.kept.first)
        #expect(finding.code == "OUT.DELIM.REPLACED" && finding.severity == .warning)
        #expect(finding.message.contains("N102: 5 delimiter characters replaced"))
        let outcome = try X12Fixtures.read(written.bytes)
        #expect(outcome.findings.isEmpty && outcome.scan.interchanges.count == 1)
        #expect(outcome.owned[0].text(2, of: 2) == "A B IEA 1 000000101 ")
    }

    @Test func aSeparatorInAnIdentifierIsAnError() throws {
        let written = try write(name: "JANE", number: "PO*1")
        #expect(written.log.kept.map(\.code) == ["OUT.DELIM.REJECTED"])
        #expect(written.log.hasErrors)
    }

    @Test func otherSeparatorsAreChosenWhereThePolicySaysSo() throws {
        var options = X12WriterOptions()
        options.policy = .switchDelimiters
        options.lineEnd = [0x0A]
        let written = try write(name: "A*B~C", number: "PO>1", options)
        #expect(written.log.kept.isEmpty)
        let outcome = try X12Fixtures.read(written.bytes)
        #expect(outcome.findings.isEmpty, "\(outcome.findings)")
        #expect(outcome.owned[0].text(2, of: 2) == "A*B~C" && outcome.owned[0].text(3, of: 1) == "PO>1")
    }

    @Test func freeTextIsShortenedAndIdentifiersAreNot() throws {
        let long = try write(name: "JANE", city: String(repeating: "X", count: 80))
        #expect(long.log.kept.map(\.code) == ["OUT.ELEM.TRUNCATED"])
        #expect(long.log.kept[0].message.contains("N401 80 > 30"))
        let identifier = try write(name: "JANE", number: String(repeating: "9", count: 23))
        #expect(identifier.log.kept.map(\.code) == ["OUT.ELEM.TOO_LONG"] && identifier.log.hasErrors)
    }

    @Test func lineEndsInAnAddressBecomeBlanks() throws {
        let written = try write(name: "JANE", street: "1 MAIN\r\nST")
        #expect(written.log.kept.map(\.code) == ["OUT.CHAR.REPLACED"])
        #expect(written.log.kept[0].message.contains("N301"))
        #expect(try X12Fixtures.read(written.bytes).owned[0].text(1, of: 3) == "1 MAIN ST")
    }

    @Test func naughtyStringsNeverChangeTheNumberOfElements() throws {
        guard let bytes = X12Fixtures.bytes("samples/suites/blns/blns.json"),
            let strings = (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String]
        else {
            print("skipped: ../shared/samples/suites/blns is not there")
            return
        }
        let options: [X12WriterOptions] = [
            .init(),
            {
                var o = X12WriterOptions(); o.charset = .ascii; o.lineEnd = [13, 10]; return o
            }(),
        ]
        for text in strings {
            for option in options {
                let written = try write(name: "N" + text, option)
                let outcome = try X12Fixtures.read(written.bytes)
                #expect(
                    outcome.findings.filter { $0.severity == .error }.isEmpty,
                    "\(text.debugDescription): \(outcome.findings)")
                #expect(outcome.owned.count == 1 && outcome.owned[0].segments.count == 8)
                #expect(outcome.owned[0].segments[2].elementCount == 4)
            }
        }
    }

    @Test func aBufferSurvivesBeingKept() {
        var buffer = SegmentBuffer()
        buffer.append("AK4", ["2\u{1D}1", "330", "6", "a\u{1F}b"])
        #expect(SegmentBuffer(bytes: buffer.bytes) == buffer)
        #expect(X12Fixtures.words(buffer) == ["AK4*2:1*330*6*a b"])
    }
}
