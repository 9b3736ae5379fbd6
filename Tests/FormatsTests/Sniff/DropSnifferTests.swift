import Diagnostics
import Testing

@testable import Formats

@Suite struct DropSnifferTests {
    /// Some bytes and what they look like.
    struct Case: Sendable, CustomTestStringConvertible {
        let bytes: [UInt8]
        let format: DropFormat
        var testDescription: String { "\(format): \(Excerpt.of(bytes))" }

        init(_ text: String, _ format: DropFormat) { (bytes, self.format) = (Array(text.utf8), format) }
        init(_ bytes: [UInt8], _ format: DropFormat) { (self.bytes, self.format) = (bytes, format) }
    }

    @Test(arguments: [
        Case("", .empty), Case(" \r\n\t", .blank), Case("ISA*00*          *", .x12),
        Case("\u{FEFF}\nISA|00|", .x12),
        Case("ISA,b\n1,2\n", .delimited), Case("UNA:+.? '", .edifact), Case("UNB+UNOA:1+", .edifact),
        Case("UNB\u{1D}UNOA\u{1F}1", .edifact), Case("<?xml version='1.0'?><a/>", .xml), Case("<a:b/>", .xml),
        Case("<!DOCTYPE html><html>", .html), Case("\n<HTML>", .html), Case("{\"a\": 1}", .json),
        Case("[ {", .json),
        Case("[]", .json), Case("PK\u{3}\u{4}", .zip), Case("%PDF-1.7", .pdf),
        Case([0x89, 0x50, 0x4E, 0x47], .png),
        Case([0xC9, 0xE2, 0xC1, 0x5C], .ebcdicX12), Case("a,b\n1,2\n", .delimited),
        Case("a\tb\n1\t2\n", .delimited),
        Case("hello world", .text), Case("name\nJane\n", .text),
        Case([0xFF, 0xFE, 0x61, 0, 0x2C, 0, 0x62, 0], .delimited),
        Case([UInt8](repeating: 3, count: 100), .binary),
    ]) func aFormatIsKnownByItsHead(_ test: Case) {
        #expect(DropSniffer.format(of: test.bytes) == test.format)
    }

    @Test(arguments: [
        ("", DropFormat.x12, "FILE.EMPTY", "0 bytes"), (" \n", .x12, "FILE.EMPTY", "no segments"),
        ("\n", .delimited, "FILE.EMPTY", "no rows"), (" ", .xml, "FILE.EMPTY", "no elements"),
        ("<html><body>Please log in", .x12, "FILE.NOT_EXPECTED_FORMAT", "looks like HTML, expected X12"),
        ("PK\u{3}\u{4}xl", .delimited, "FILE.NOT_EXPECTED_FORMAT", "looks like ZIP/XLSX"),
        ("{\"error\": 1}", .xml, "FILE.NOT_EXPECTED_FORMAT", "looks like JSON, expected XML"),
    ]) func whatCameInsteadIsSaid(_ text: String, _ expected: DropFormat, _ code: String, _ words: String) {
        let finding = DropSniffer.finding(
            head: Array(text.utf8), expected: expected, drop: "d", isWholeDrop: true)
        #expect(finding?.code.rawValue == code)
        #expect(finding?.message.contains(words) == true)
    }

    @Test func x12InUTF16IsToldAsEncoding() {
        let bytes = "ISA*00*".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        let finding = DropSniffer.finding(head: bytes, expected: .x12, drop: "d", isWholeDrop: true)
        #expect(finding?.code == "X12.ENCODING")
        #expect(finding?.message.contains("UTF-16") == true)
        #expect(
            DropSniffer.finding(head: Array("ISA*00*".utf8), expected: .x12, drop: "d", isWholeDrop: true)
                == nil)
    }

    @Test(
        arguments: SeedCase.all("X12-").filter {
            ["FILE.EMPTY", "FILE.NOT_EXPECTED_FORMAT", "X12.ENCODING"].contains($0.code)
        })
    func x12SeedsOfTheWrongFormatAreRefused(_ seed: SeedCase) {
        let bytes = TextSamples.bytes(seed.path)
        let finding = DropSniffer.finding(head: bytes, expected: .x12, drop: "d", isWholeDrop: true)
        #expect(finding?.code.rawValue == seed.code)
        #expect(finding?.message.contains(seed.msg) == true)
    }

    @Test(arguments: [
        ("samples/x12", DropFormat.x12), ("samples/edifact", .edifact), ("samples/ubl", .xml),
        ("samples/json", .json),
    ])
    func realFilesAreKnown(_ folder: String, _ format: DropFormat) {
        var others: [String] = []
        let files = TextSamples.files(in: folder)
        for path in files where DropSniffer.format(of: TextSamples.bytes(path)) != format {
            others.append(path)
        }
        #expect(others.count * 10 <= files.count, "\(others)")
    }
}
