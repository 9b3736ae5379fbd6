import Diagnostics
import Testing

@testable import Formats

@Suite struct XMLSeedTests {
    static let codes = Set(XMLCodes.all.map(\.code))
    static let selection = XMLSelection(documents: [XMLName("order", namespace: "urn:crossdock:orders:1")])

    @Test(arguments: SeedCase.all("XML-")) func aSeedIsJudgedAsListed(_ seed: SeedCase) {
        let reading = XMLReading(TextSamples.bytes(seed.path), selection: Self.selection)
        guard Self.codes.contains(DiagnosticCode(rawValue: seed.code)) else {
            #expect(reading.findings.isEmpty)
            #expect(reading.documents > 0)
            return
        }
        #expect(reading.codes == [seed.code])
        #expect(reading.message.contains(seed.msg), "\(reading.message)")
        #expect(reading.isQuarantined == (seed.disp == "Q"))
    }

    @Test(arguments: SeedCase.all("XML-"), [1, 7, 64, 4_096]) func theChunkSizeChangesNothing(
        _ seed: SeedCase, chunk: Int
    ) {
        let bytes = TextSamples.bytes(seed.path)
        let whole = XMLReading(bytes, selection: Self.selection)
        #expect(XMLReading(bytes, selection: Self.selection, chunk: chunk) == whole)
    }

    @Test(
        arguments: TextSamples.files(in: "samples/ubl", suffixes: [".xml"])
            + TextSamples.files(in: "samples/xml", suffixes: [".xml"]))
    func theBytesAtAPlaceAreTheValue(_ path: String) throws {
        let bytes = TextSamples.bytes(path)
        guard bytes.count < 300_000 else { return }
        var selection = XMLSelection.wholeDrop
        selection.allowsBareDoctype = true
        let reader = XMLReader(drop: path, source: ByteArraySource(bytes), selection: selection)
        // Real files are not all good; those that are must be exact.
        guard let record = try? reader.next() else {
            #expect(reader.log.errorCount == 1, "\(path)")
            return
        }
        guard reader.isUnconverted else { return }
        for position in 0..<record.elementCount {
            let element = XMLElementIndex(position: position)
            let range = record.byteRange(of: element)
            #expect(
                bytes[range.lowerBound] == UInt8(ascii: "<")
                    && bytes[range.upperBound - 1] == UInt8(ascii: ">"))
            let raw = bytes[record.textRange(of: element)]
            if !raw.contains(where: { [UInt8(ascii: "&"), UInt8(ascii: "<"), 0x0D].contains($0) }) {
                let text = record.bytes(of: element)
                #expect(
                    raw == text || raw.allSatisfy { $0 <= 0x20 }
                        || record.firstChild(of: element) != nil && text.starts(with: raw),
                    "\(path) \(record.name(of: element))")
            }
            for index in 0..<record.attributeCount(of: element) {
                let name = try #require(record.attributeNameID(index, of: element))
                let value = try #require(record.attribute(name, of: element))
                let place = try #require(record.attributeRange(name, of: element))
                if !bytes[place].contains(where: { $0 == UInt8(ascii: "&") || $0 < 0x20 }) {
                    #expect(bytes[place] == value, "\(path) \(record.name(name))")
                }
            }
        }
    }

    @Test(arguments: TextSamples.files(in: "samples/ubl", suffixes: [".xml"]), [13, 1_000])
    func realFilesAreReadTheSameInPieces(_ path: String, chunk: Int) {
        let bytes = TextSamples.bytes(path)
        #expect(XMLReading(bytes, chunk: chunk) == XMLReading(bytes))
    }
}
