import Diagnostics
import Testing

@testable import Formats

@Suite struct XMLWriterTests {
    static let order = "urn:oasis:names:specification:ubl:schema:xsd:Order-2"
    static let basic = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"

    @Test func elementsAreIndentedAndTextIsNot() {
        var writer = XMLWriter(drop: "o.xml", prefixes: [.init("", Self.order), .init("cbc", Self.basic)])
        writer.start(XMLName("Order", namespace: Self.order))
        let place = writer.element(
            XMLName("ID", namespace: Self.basic), [.init("schemeID", "a\"b\n")], text: "A&1")
        writer.start(XMLName("Empty", namespace: Self.order))
        writer.end()
        writer.element(XMLName("foreign", namespace: "urn:x"), text: "")
        writer.finish()
        let bytes = writer.takeBytes()
        let expected = """
            <?xml version="1.0" encoding="UTF-8"?>
            <Order xmlns="\(Self.order)" xmlns:cbc="\(Self.basic)">
              <cbc:ID schemeID="a&quot;b&#10;">A&amp;1</cbc:ID>
              <Empty/>
              <foreign xmlns="urn:x"></foreign>
            </Order>

            """
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
        #expect(String(decoding: bytes[place], as: UTF8.self) == "A&amp;1")
        #expect(writer.byteCount == bytes.count)
    }

    @Test func whatXMLCannotCarryIsLeftOutAndTold() {
        var writer = XMLWriter(drop: "o.xml", indent: 0)
        writer.element(XMLName("a"), [.init("b", "\u{0}x\u{FFFE}")], text: "\u{1}y")
        writer.finish()
        #expect(String(decoding: writer.takeBytes(), as: UTF8.self).hasSuffix("<a b=\"x\">y</a>\n"))
        #expect(writer.log.kept.map(\.code) == ["XML.CHAR.ILLEGAL", "XML.CHAR.ILLEGAL"])
    }

    @Test(arguments: 0..<20) func whatIsWrittenIsReadBack(_ seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let pieces = ["a", " ", "&", "<", ">", "]]>", "\"", "'", "\r", "\n", "\t", "é", "😀", "&amp;", "x y"]
        func value() -> String {
            (0..<Int.random(in: 0...6, using: &random)).map { _ in pieces.randomElement(using: &random) ?? ""
            }.joined()
        }
        var writer = XMLWriter(drop: "o.xml", prefixes: [.init("p", "urn:p")], indent: Int(seed % 3))
        writer.start(XMLName("root", namespace: "urn:p"))
        var expected: [(XMLName, String, String)] = []
        for index in 0..<50 {
            let name = XMLName("e\(index % 5)", namespace: index % 2 == 0 ? "urn:p" : "")
            let (attribute, text) = (value(), value())
            expected.append((name, attribute, text))
            writer.element(name, [.init("v", attribute)], text: text)
        }
        writer.finish()
        let reader = XMLReader(drop: "o.xml", source: ByteArraySource(writer.takeBytes()))
        let id = reader.intern(XMLName("v"))
        let record = try #require(try reader.next())
        let children = record.children(of: .root)
        #expect(children.count == expected.count)
        for (element, (name, attribute, text)) in zip(children, expected) {
            #expect(record.name(of: element) == name)
            #expect(record.text(of: element) == text)
            #expect(String(decoding: record.attribute(id, of: element) ?? [], as: UTF8.self) == attribute)
        }
    }
}
