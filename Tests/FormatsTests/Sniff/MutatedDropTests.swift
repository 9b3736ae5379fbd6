import Diagnostics
import Testing

@testable import Formats

/// Damaged drops, the same at every run: nothing may trap, and the size of the pieces may not show.
@Suite struct MutatedDropTests {
    static let table = Array(
        "id,name,note\r\n1,\"a \"\"b\"\"\",x\n2,é,\"two\nlines\"\n\n3,,=\"7\"\r4,\"late\"\n".utf8)
    static let document = Array(
        ("<?xml version='1.0'?>\n<b xmlns='urn:b'><!-- c --><o i='1 &amp; é'>"
            + "t<![CDATA[<]]>\n<p/></o><o>&#233; é</o></b>\n")
            .utf8)
    static let spice: [UInt8] = Array("\"',\n\r<>&;/!-[]=? \0a".utf8) + [0xC3, 0xA9, 0xFF, 0xFE, 0xEF]

    /// `bytes` with one to four bytes changed, left out, put in or repeated.
    static func damaged(_ bytes: [UInt8], by random: inout SeededGenerator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let at = Int.random(in: 0..<bytes.count, using: &random)
            let byte = spice.randomElement(using: &random) ?? 0
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[at] = byte
            case 1: bytes.remove(at: at)
            case 2: bytes.insert(byte, at: at)
            case 3: bytes.removeSubrange(at..<min(bytes.count, at + 9))
            default: bytes.insert(contentsOf: bytes[at..<min(bytes.count, at + 9)], at: at)
            }
        }
        return bytes
    }

    @Test(arguments: 0..<16) func damagedTablesAreReadTheSameInPieces(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let charsets: [TextCharset] = [.utf8, .utf8, .windows1252, .utf16]
        for _ in 0..<60 {
            let bytes = Self.damaged(Self.table, by: &random)
            let dialect = DelimitedDialect(
                charset: charsets.randomElement(using: &random) ?? .utf8,
                stripsSpreadsheetGuards: Bool.random(using: &random))
            let whole = DelimitedReading(bytes, dialect: dialect)
            for chunk in [1, 2, 3, 5, 17] {
                let pieces = DelimitedReading(bytes, dialect: dialect, chunk: chunk)
                #expect(pieces == whole, "seed \(seed): \(bytes)")
            }
        }
    }

    @Test(arguments: 0..<16) func damagedDocumentsAreReadTheSameInPieces(_ seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let selections = [
            XMLSelection.wholeDrop,
            XMLSelection(documents: [XMLName("o", namespace: "urn:b")], allowsBareDoctype: true),
        ]
        for _ in 0..<60 {
            let bytes = Self.damaged(Self.document, by: &random)
            let selection = selections.randomElement(using: &random) ?? .wholeDrop
            let whole = XMLReading(bytes, selection: selection)
            for chunk in [1, 2, 3, 5, 17] {
                #expect(
                    XMLReading(bytes, selection: selection, chunk: chunk) == whole, "seed \(seed): \(bytes)")
            }
        }
    }
}
