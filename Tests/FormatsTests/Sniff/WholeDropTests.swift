import Diagnostics
import Foundation
import Glibc
import Testing

@testable import Formats

/// Every file of the samples through every check: nothing may trap, loop, or be told without a place.
@Suite struct WholeDropTests {
    @Test(arguments: TextSamples.files(in: "samples") + TextSamples.files(in: "reliability/seeds"))
    func noFileTrapsACheck(_ path: String) throws {
        let bytes = TextSamples.bytes(path)
        let dialect = DelimitedDialect.detected(in: bytes) ?? .csv
        let rows = try DelimitedCheck(drop: path, source: ByteArraySource(bytes), dialect: dialect)
        #expect(rows.byteCount <= bytes.count)
        let elements = try XMLCheck(drop: path, source: ByteArraySource(bytes))
        for finding in rows.log.kept + elements.log.kept {
            #expect(
                finding.location.map { $0.byteOffset >= 0 && $0.byteOffset <= bytes.count } == true,
                "\(finding)")
            #expect(finding.remedy != nil)
            #expect((finding.found?.count ?? 0) <= 40)
        }
    }

    @Test(arguments: TextSamples.files(in: "samples/csv", suffixes: ["csv", "tsv"]))
    func realTablesAreReadTheSameInPieces(_ path: String) {
        let bytes = TextSamples.bytes(path)
        guard bytes.count < 20_000 else { return }
        let dialect = DelimitedDialect.detected(in: bytes) ?? .csv
        let whole = DelimitedReading(bytes, dialect: dialect)
        for chunk in [1, 7, 4_096] {
            #expect(DelimitedReading(bytes, dialect: dialect, chunk: chunk) == whole)
        }
        for (row, places) in zip(whole.rows, whole.places) {
            for (value, place) in zip(row, places) where dialect.charset == .utf8 {
                let raw = String(decoding: bytes[place], as: UTF8.self)
                #expect(raw == value || raw.replacing("\"\"", with: "\"") == value)
            }
        }
    }

    @Test func attacksOpenNoFileAndNoSocket() throws {
        for path in TextSamples.files(in: "samples/bad", suffixes: [".xml"]) {
            let check = try XMLCheck(drop: path, source: ByteArraySource(TextSamples.bytes(path)))
            let isHarmless = path.contains("simple")
            #expect(check.isQuarantined != isHarmless, "\(path)")
            if isHarmless { continue }
            // One is a page of XHTML, one has a line of prose above it.
            let code: DiagnosticCode =
                path.contains("attack-dtd-xml")
                ? "FILE.NOT_EXPECTED_FORMAT" : path.contains("OOB") ? "XML.MALFORMED" : "XML.DTD.FORBIDDEN"
            #expect(check.log.kept.map(\.code) == [code], "\(path)")
        }
        #expect(Self.openFiles().allSatisfy { !$0.hasPrefix("/etc/") && !$0.hasPrefix("/dev/random") })
    }

    @Test func memoryStaysFlatOverALargeDrop() throws {
        let row = Array("order,sku,3,\"a, b\",19.99\n".utf8)
        let rows = try DelimitedCheck(
            drop: "d",
            source: PatternSource(head: Array("a,b,c,d,e\n".utf8), body: row, times: 200_000, tail: []))
        #expect(rows.rowCount == 200_000)
        let element = Array("<o id='1'><q>3</q><t>text</t></o>\n".utf8)
        let elements = try XMLCheck(
            drop: "d",
            source: PatternSource(
                head: Array("<b>".utf8), body: element, times: 100_000, tail: Array("</b>".utf8)),
            selection: XMLSelection(documents: [XMLName("o")]))
        #expect(elements.documentCount == 100_000)
        #expect(elements.elementCount == 300_001)
        #expect(elements.log.kept.isEmpty)
    }

    /// What this process has open, by path. Tests run side by side, so a count would tell of their neighbours.
    private static func openFiles() -> [String] {
        (0..<1024).compactMap {
            try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
        }
    }
}

/// A head, then one body again and again, then a tail.
struct PatternSource: ByteSource {
    let head: [UInt8]
    let body: [UInt8]
    var times: Int
    var tail: [UInt8]
    private var isStarted = false

    init(head: [UInt8], body: [UInt8], times: Int, tail: [UInt8]) {
        (self.head, self.body, self.times, self.tail) = (head, body, times, tail)
    }

    mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        var filled = 0
        if !isStarted {
            isStarted = true
            buffer.copyBytes(from: head)
            filled = head.count
        }
        while times > 0, filled + body.count <= buffer.count {
            UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).copyBytes(from: body)
            filled += body.count
            times -= 1
        }
        if times == 0, filled + tail.count <= buffer.count {
            UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]).copyBytes(from: tail)
            filled += tail.count
            tail = []
        }
        return filled
    }
}
