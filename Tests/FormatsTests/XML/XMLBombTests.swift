import Diagnostics
import Testing

@testable import Formats

@Suite struct XMLBombTests {
    /// A bomb, what is found, and how many bytes of it may be read.
    struct Bomb: Sendable, CustomTestStringConvertible {
        let name: String
        let bytes: [UInt8]
        let code: String
        let words: String
        var testDescription: String { name }

        init(_ name: String, _ text: String, _ code: String, _ words: String) {
            (self.name, bytes, self.code, self.words) = (name, Array(text.utf8), code, words)
        }
    }

    static let bombs: [Bomb] = [
        Bomb(
            "quadratic entities",
            "<!DOCTYPE a [<!ENTITY x \"" + String(repeating: "y", count: 50_000) + "\">]><a>"
                + String(repeating: "&x;", count: 20_000) + "</a>", "XML.DTD.FORBIDDEN", "DOCTYPE"),
        Bomb(
            "100,000 attributes", "<a " + (0..<100_000).map { "a\($0)=\"1\"" }.joined(separator: " ") + "/>",
            "XML.LIMIT.START_TAG", "start tag"),
        Bomb(
            "attributes behind a quoted >",
            "<a b=\">\" " + (0..<100_000).map { "a\($0)='1'" }.joined(separator: " ") + "/>",
            "XML.LIMIT.START_TAG", "start tag"),
        Bomb(
            "long attributes",
            "<a " + (0..<200).map { "a\($0)='\(String(repeating: "v", count: 500))'" }.joined(separator: " ")
                + "/>",
            "XML.LIMIT.START_TAG", "start tag > 65536 bytes"),
        Bomb("deep", String(repeating: "<a>", count: 100_000), "XML.LIMIT.DEPTH", "depth > 64"),
        Bomb(
            "long value", "<a x=\"" + String(repeating: "y", count: 11_000_000) + "\"/>",
            "XML.LIMIT.START_TAG",
            "start tag > 65536 bytes"),
        Bomb(
            "long text", "<a>" + String(repeating: "y", count: 11_000_000) + "</a>", "XML.LIMIT.TEXT",
            "text > 1048576 bytes"),
        Bomb(
            "long CDATA", "<a><![CDATA[" + String(repeating: "y", count: 3_000_000) + "]]></a>",
            "XML.LIMIT.TEXT",
            "> 1048576 bytes"),
        Bomb(
            "long comment", "<a><!--" + String(repeating: "y", count: 3_000_000) + "--></a>",
            "XML.LIMIT.TEXT",
            "> 1048576 bytes"),
        Bomb(
            "many names", "<a>" + (0..<5_000).map { "<n\($0)/>" }.joined() + "</a>", "XML.LIMIT.NAMES",
            "names > 4096"),
        Bomb(
            "many elements", "<a>" + String(repeating: "<b/>", count: 400_000) + "</a>", "XML.LIMIT.DOCUMENT",
            "elements > 300000"),
        Bomb(
            "many lines", "<a>" + String(repeating: "<b/>\n\n\n\n\n\n\n\n\n\n", count: 100_000) + "</a>",
            "XML.LIMIT.DOCUMENT", "lines > 500000"),
        Bomb(
            "large document",
            "<a>" + String(repeating: "<b>" + String(repeating: "y", count: 500_000) + "</b>", count: 40)
                + "</a>",
            "XML.LIMIT.DOCUMENT", "document > 16777216 bytes"),
        Bomb(
            "inclusion",
            "<o xmlns:xi=\"http://www.w3.org/2001/XInclude\"><xi:include href=\"file:///etc/hostname\"/></o>",
            "XML.ELEMENT.UNKNOWN", "xi:include"),
    ]

    @Test(.timeLimit(.minutes(1)), arguments: bombs) func aBombIsRefusedAtItsBound(_ bomb: Bomb) {
        for chunk in [4_096, 65_536] {
            let reading = XMLReading(bomb.bytes, chunk: chunk)
            #expect(reading.codes == [bomb.code])
            #expect(reading.message.contains(bomb.words), "\(reading.message)")
        }
    }
}
