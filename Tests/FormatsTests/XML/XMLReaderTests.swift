import Diagnostics
import TestSupport
import Testing

@testable import Formats

/// Everything a reader said about some bytes.
struct XMLReading: Equatable {
    /// Of every element of every document, in order: name, text, attributes.
    var elements: [String] = []
    var places: [Range<Int>] = []
    var documents = 0
    var findings: [Diagnostic] = []
    var isQuarantined = false

    init(
        _ bytes: [UInt8], selection: XMLSelection = .wholeDrop, limits: XMLLimits = XMLLimits(),
        chunk: Int = 65_536
    ) {
        var limits = limits
        limits.chunkByteCount = chunk
        let reader = XMLReader(
            drop: "test.xml", source: ByteArraySource(bytes), selection: selection, limits: limits)
        do {
            while let record = try reader.next() {
                documents += 1
                for position in 0..<record.elementCount { add(record, XMLElementIndex(position: position)) }
            }
        } catch { isQuarantined = true }
        findings = reader.log.kept
    }

    init(_ text: String, selection: XMLSelection = .wholeDrop, chunk: Int = 65_536) {
        self.init(Array(text.utf8), selection: selection, chunk: chunk)
    }

    private mutating func add(_ record: XMLRecord, _ element: XMLElementIndex) {
        var words = [record.name(of: element).description, record.text(of: element)]
        places += [record.byteRange(of: element), record.textRange(of: element)]
        for index in 0..<record.attributeCount(of: element) {
            guard let id = record.attributeNameID(index, of: element) else { continue }
            words.append(
                "\(record.name(id))="
                    + String(decoding: record.attribute(id, of: element) ?? [], as: UTF8.self)
            )
            if let range = record.attributeRange(id, of: element) { places.append(range) }
        }
        let location = record.location(of: element)
        words.append("\(location.line):\(location.column)")
        elements.append(words.joined(separator: "|"))
    }

    var codes: [String] { findings.map(\.code.rawValue) }
    var message: String { findings.first?.message ?? "" }
}

@Suite struct XMLReaderTests {
    @Test func aDocumentIsATreeOfNamesTextsAndPlaces() throws {
        let drop = Marked(
            """
            <?xml version="1.0"?>
            <b:batch xmlns:b="urn:b">
             ⟦order⟧<order xmlns="urn:o" id="⟦id⟧A-1" b:kind='⟦kind⟧x &amp; y'>
              <city>⟦city⟧Łódź</city><note>⟦note⟧a<![CDATA[<b>]]>&lt;c</note>
              <empty/>⟦behind⟧
             </order>
            </b:batch>

            """)
        let name = XMLName("order", namespace: "urn:o")
        let reader = XMLReader(
            drop: "o.xml", source: ByteArraySource(drop.bytes), selection: XMLSelection(documents: [name]))
        let city = reader.intern(XMLName("city", namespace: "urn:o"))
        let id = reader.intern(XMLName("id"))
        let kind = reader.intern(XMLName("kind", namespace: "urn:b"))
        let record = try #require(try reader.next())
        #expect(record.name(of: .root) == name)
        #expect(record.byteRange.lowerBound == drop.offsets["order"])
        let child = try #require(record.child(city, of: .root))
        #expect(record.text(of: child) == "Łódź")
        #expect(record.textRange(of: child).lowerBound == drop.offsets["city"])
        #expect(record.textRange(of: child).count == "Łódź".utf8.count)
        #expect(record.location(of: child).line == 4)
        #expect(record.location(of: child).column == 3)
        #expect(record.attribute(id, of: .root).map(Array.init) == Array("A-1".utf8))
        #expect(record.attributeRange(id, of: .root)?.lowerBound == drop.offsets["id"])
        #expect(record.attribute(kind, of: .root).map(Array.init) == Array("x & y".utf8))
        #expect(record.attributeRange(kind, of: .root)?.lowerBound == drop.offsets["kind"])
        #expect(record.attributeRange(kind, of: .root)?.count == 9)
        let note = try #require(record.nextSibling(of: child))
        #expect(record.text(of: note) == "a<b><c")
        #expect(record.textRange(of: note).lowerBound == drop.offsets["note"])
        let empty = try #require(record.nextSibling(of: note))
        #expect(record.byteRange(of: empty).upperBound == drop.offsets["behind"])
        #expect(record.nextSibling(of: empty) == nil)
        #expect(record.parent(of: empty) == .root)
        #expect(record.children(of: .root).count == 3)
        #expect(record.text(of: .root).isEmpty)
        #expect(try reader.next() == nil)
        #expect(reader.rootName == XMLName("batch", namespace: "urn:b"))
        #expect(reader.elementCount == 5)
        #expect(reader.log.kept.isEmpty)
    }

    @Test func mixedContentIsJoined() {
        let reading = XMLReading("<d>one <s>two</s> three<t/> <!-- no --> four</d>")
        #expect(reading.elements == ["d|one  three  four|1:1", "s|two|1:8", "t||1:24"])
    }

    @Test func repetitionsAreFoundByName() throws {
        let reader = XMLReader(drop: "d", source: ByteArraySource(Array("<a><l>1</l><m/><l>2</l></a>".utf8)))
        let line = reader.intern(XMLName("l"))
        let record = try #require(try reader.next())
        let first = try #require(record.child(line, of: .root))
        let second = try #require(record.nextSameNamed(after: first))
        #expect(record.text(of: second) == "2")
        #expect(record.nextSameNamed(after: second) == nil)
    }

    @Test(arguments: ["iso-8859-1", "ISO-8859-15", "windows-1252", "UTF-16", "utf-8"])
    func otherEncodingsKeepTheirOffsets(_ name: String) throws {
        let head = "<?xml version=\"1.0\" encoding=\"\(name)\"?>\n<a x=\"é\">"
        let text = head + "né</a>\n"
        let scale = name == "UTF-16" ? 2 : 1
        let bytes: [UInt8] =
            switch name {
            case "UTF-16": [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
            case "utf-8": Array(text.utf8)
            default: text.unicodeScalars.map { UInt8($0.value) }
            }
        for chunk in [1, 5, 65_536] {
            let reading = XMLReading(bytes, chunk: chunk)
            #expect(reading.elements.first?.hasPrefix("a|né|x=é") == true, "\(reading)")
            let wide = name == "utf-8" ? 1 : 0
            let start = head.unicodeScalars.count * scale + (scale == 2 ? 2 : 0) + wide
            #expect(reading.places[1] == start..<start + 2 * scale + wide)
        }
    }

    @Test func anUndeclaredEncodingIsRefused() {
        let reading = XMLReading("<?xml version='1.0' encoding='UTF-7'?><a/>")
        #expect(reading.codes == ["XML.CHAR.DECODE"])
        #expect(reading.message.contains("'UTF-7'"))
    }

    @Test func anotherNamespaceIsNamed() {
        let selection = XMLSelection(documents: [XMLName("order", namespace: "urn:o")])
        let reading = XMLReading("<orders xmlns='urn:other'><order/></orders>", selection: selection)
        #expect(reading.codes == ["XML.NAMESPACE"])
        #expect(reading.message == "element order is in namespace 'urn:other'")
        #expect(reading.findings.first?.location?.byteOffset == 26)
    }

    @Test func anotherRootIsRefused() {
        let root = XMLName("Order", namespace: "urn:o")
        let selection = XMLSelection(documents: [root], root: root)
        #expect(XMLReading("<Order/>", selection: selection).codes == ["XML.NAMESPACE"])
        #expect(XMLReading("<Invoice xmlns='urn:o'/>", selection: selection).codes == ["XML.ELEMENT.UNKNOWN"])
        #expect(XMLReading("<Order xmlns='urn:o'/>", selection: selection).documents == 1)
    }

    @Test func nothingToReadIsAWarning() {
        let reading = XMLReading("<batch/>", selection: XMLSelection(documents: [XMLName("order")]))
        #expect(reading.codes == ["XML.NO_DOCUMENTS"])
        #expect(!reading.isQuarantined)
    }

    @Test func documentsBeforeADefectAreDelivered() {
        let selection = XMLSelection(documents: [XMLName("o")])
        for chunk in [1, 3, 65_536] {
            let reading = XMLReading("<b><o>1</o><o>2</o><o>3</p></b>", selection: selection, chunk: chunk)
            #expect(reading.documents == 2)
            #expect(reading.codes == ["XML.MALFORMED"])
        }
    }

    @Test(arguments: [
        ("<a><b></a>", "end tag is another than that of element b, line 1"),
        ("<a>\n<b>x", "drop ends inside an element, 2 deep, line 2"),
        ("<a>&nbsp;</a>", "entity nbsp is not declared, line 1"),
        ("<p:a/>", "prefix p is not declared, line 1"),
        ("<a>\u{1}</a>", "character is not allowed in XML: invalid xmlChar value 1, line 1"),
        ("<a/>junk", "drop has extra content behind its root element, line 1"),
        ("<a>\0</a>", "byte 0x00 is not allowed in XML, line 1"),
    ]) func whatIsMalformedIsSaid(_ text: String, _ message: String) {
        for chunk in [1, 65_536] {
            let reading = XMLReading(text, chunk: chunk)
            #expect(reading.codes == ["XML.MALFORMED"])
            #expect(reading.message == message)
        }
    }

    @Test func aBareDoctypeIsReadWhereTolerated() {
        var selection = XMLSelection.wholeDrop
        selection.allowsBareDoctype = true
        let bare = "<!DOCTYPE cXML SYSTEM \"http://127.0.0.1:1/cXML[>.dtd\">\n<cXML>x</cXML>"
        for chunk in [1, 65_536] {
            #expect(XMLReading(bare, selection: selection, chunk: chunk).elements == ["cXML|x|2:1"])
            let subset = XMLReading(
                "<!DOCTYPE a [<!ENTITY x \"y\">]><a>&x;</a>", selection: selection, chunk: chunk)
            #expect(subset.codes == ["XML.DTD.FORBIDDEN"])
            let lost = XMLReading(bare.replacing(">x<", with: ">&nbsp;<"), selection: selection, chunk: chunk)
            #expect(lost.codes == ["XML.MALFORMED"])
            let value = XMLReading(
                "<!DOCTYPE a SYSTEM 'b'><a c='d&nbsp;e'/>", selection: selection, chunk: chunk)
            #expect(value.codes == ["XML.MALFORMED"])
        }
        #expect(XMLReading(bare).codes == ["XML.DTD.FORBIDDEN"])
    }
}
