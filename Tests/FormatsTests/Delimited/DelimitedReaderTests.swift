import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Formats

/// Everything a reader said about some bytes.
struct DelimitedReading: Equatable {
    var header: [String] = []
    var rows: [[String]] = []
    var places: [[Range<Int>]] = []
    var rowNumbers: [Int] = []
    var findings: [Diagnostic] = []
    var isQuarantined = false

    init(
        _ bytes: [UInt8], dialect: DelimitedDialect = .csv, columns: DelimitedColumns = .none,
        limits: DelimitedLimits = DelimitedLimits(), chunk: Int = .max
    ) {
        var limits = limits
        if chunk < limits.chunkByteCount { limits.chunkByteCount = chunk }
        var reader = DelimitedReader(
            drop: "test.csv", source: ByteArraySource(bytes), dialect: dialect, columns: columns,
            limits: limits)
        do {
            while let row = try reader.next() {
                rows.append((0..<row.fieldCount).map { row.text(of: $0) })
                places.append((0..<row.fieldCount).map { row.byteRange(of: $0) })
                rowNumbers.append(row.rowNumber)
            }
        } catch { isQuarantined = true }
        header = reader.header?.names ?? []
        findings = reader.log.kept
    }

    init(
        _ text: String, dialect: DelimitedDialect = .csv, columns: DelimitedColumns = .none, chunk: Int = .max
    ) {
        self.init(Array(text.utf8), dialect: dialect, columns: columns, chunk: chunk)
    }

    var codes: [String] { findings.map(\.code.rawValue) }
}

@Suite struct DelimitedReaderTests {
    @Test func fieldsAreUnescapedAndLocated() throws {
        let drop = Marked("a,b\r\n⟦one⟧1,\"⟦two⟧x,\"\"y\"\"\r\n\"\r\n⟦three⟧2,⟦four⟧\r\n")
        var reader = DelimitedReader(drop: "d.csv", source: ByteArraySource(drop.bytes))
        let first = try #require(try reader.next())
        #expect(first.text(of: 0) == "1")
        #expect(first.text(of: 1) == "x,\"y\"\r\n")
        #expect(first.byteRange(of: 0).lowerBound == drop.offsets["one"])
        #expect(first.byteRange(of: 1).lowerBound == drop.offsets["two"])
        #expect(first.location(of: 1).line == 2)
        #expect(first.location(of: 1).column == 4)
        let second = try #require(try reader.next())
        #expect(second.rowNumber == 3)
        #expect(second.lineNumber == 4)
        #expect(second.byteRange(of: 0).lowerBound == drop.offsets["three"])
        #expect(second.byteRange(of: 1) == drop.offsets["four"]!..<drop.offsets["four"]!)
        #expect(second.isEmpty(1) && !second.isQuoted(1))
        #expect(try reader.next() == nil)
        #expect(reader.rowCount == 2)
        #expect(reader.log.kept.isEmpty)
    }

    @Test func aRowOnSeveralLinesIsLocatedByLine() throws {
        let drop = Marked("a,b,c\n\"x\r\ny\nz\",⟦second⟧w,3\n")
        var reader = DelimitedReader(drop: "d.csv", source: ByteArraySource(drop.bytes))
        let row = try #require(try reader.next())
        let location = row.location(of: 1)
        #expect(location.byteOffset == drop.offsets["second"])
        #expect(location.line == 4)
        #expect(location.column == 4)
    }

    @Test(arguments: ["\n", "\r\n", "\r"]) func everyLineEndIsRead(_ end: String) {
        let reading = DelimitedReading(["a,b", "1,2", "", "3,4", ""].joined(separator: end))
        #expect(reading.rows == [["1", "2"], ["3", "4"]])
        #expect(reading.rowNumbers == [2, 4])
        #expect(reading.findings.isEmpty)
    }

    @Test func blankRowsAreLeftOutAndCounted() {
        let reading = DelimitedReading("a,b\n,\n  \n1,2\n\n\u{1A}")
        #expect(reading.rows == [["1", "2"]])
        #expect(reading.rowNumbers == [4])
    }

    @Test func delimitersBehindTheLastColumnAreNoFields() {
        let reading = DelimitedReading("a,b\n1,2,,\n1,2,3\n")
        #expect(reading.rows == [["1", "2", "", ""]])
        #expect(reading.findings.map(\.message) == ["row 3: 3 of 2 fields"])
    }

    @Test func shortRowsArePaddedWhereTheDialectSaysSo() {
        let dialect = DelimitedDialect(delimiter: UInt8(ascii: "\t"), quote: nil, shortRows: .pad)
        let reading = DelimitedReading("a\tb\tc\n1\t\"2\n", dialect: dialect)
        #expect(reading.rows == [["1", "\"2"]])
        #expect(reading.findings.isEmpty)
    }

    @Test func aSeparatorLineChangesTheDelimiter() {
        let reading = DelimitedReading("\u{FEFF}sep=;\r\na;b\r\n1,5;2\r\n")
        #expect(reading.header == ["a", "b"])
        #expect(reading.rows == [["1,5", "2"]])
    }

    @Test func preambleAndFooterAreNoRows() {
        let dialect = DelimitedDialect(
            preambleLineCount: 1, headerFirstColumn: "Order ID", footerPrefix: "Total")
        let text = "Report \"x\nmade today\n\n order  id ,qty\nA,1\nTotal,1\nend of report\n"
        var reader = DelimitedReader(drop: "d", source: ByteArraySource(Array(text.utf8)), dialect: dialect)
        var lines: [Int] = []
        while let row = try? reader.next() { lines.append(row.lineNumber) }
        #expect(lines == [5])
        #expect(reader.footerRowCount == 2)
        #expect(reader.log.kept.isEmpty)
    }

    @Test func headerNamesAreFoundByAlias() throws {
        let columns = DelimitedColumns([
            .init("sku", isRequired: true, aliases: ["Lineitem SKU"]), .init("note"), .init("qty"),
        ])
        let text = "QTY , lineitem   sku\n3,A\n"
        var reader = DelimitedReader(drop: "d", source: ByteArraySource(Array(text.utf8)), columns: columns)
        let header = try #require(try reader.readHeader())
        #expect(header.positions == [1, nil, 0])
        #expect(header.position(named: "Qty") == 0)
        #expect(try reader.next()?.text(of: 1) == "A")
    }

    @Test func spreadsheetGuardsAreStripped() {
        let dialect = DelimitedDialect(stripsSpreadsheetGuards: true)
        let reading = DelimitedReading("a,b,c\n'007,=\"008\",\"=\"\"009\"\"\"\n", dialect: dialect)
        #expect(reading.rows == [["007", "008", "009"]])
        #expect(reading.places.first?.prefix(2) == [7..<10, 13..<16])
        #expect(reading.findings.isEmpty)
    }

    @Test func charsetsAreConvertedAndOffsetsStay() throws {
        let text = Array("name,city\nJos".utf8) + [0xE9, 0x2C, 0x80, 0x0A] + Array("x,y\n".utf8)
        var reader = DelimitedReader(
            drop: "d", source: ByteArraySource(text), dialect: DelimitedDialect(charset: .windows1252))
        let first = try #require(try reader.next())
        #expect(first.text(of: 0) == "José")
        #expect(first.text(of: 1) == "€")
        #expect(first.byteRange(of: 0) == 10..<14)
        #expect(first.byteRange(of: 1) == 15..<16)
        let second = try #require(try reader.next())
        #expect(second.byteRange(of: 1) == 19..<20)
    }

    @Test(arguments: [true, false], [1, 2, 3, 4_096]) func utf16IsReadByItsMark(
        _ isBigEndian: Bool, chunk: Int
    ) {
        let text = "\u{FEFF}a,b\r\né,😀\r\nlast,row\r\n"
        var bytes: [UInt8] = []
        for unit in text.utf16 {
            let pair = [UInt8(unit >> 8), UInt8(unit & 0xFF)]
            bytes += isBigEndian ? pair : pair.reversed()
        }
        let reading = DelimitedReading(bytes, chunk: chunk)
        #expect(reading.header == ["a", "b"])
        #expect(reading.rows == [["é", "😀"], ["last", "row"]])
        #expect(reading.places == [[12..<14, 16..<20], [24..<32, 34..<40]])
        #expect(reading.findings.isEmpty)
    }

    @Test func theLastConvertedFieldEndsWhereTheDropEnds() {
        let reading = DelimitedReading(
            [0xFF, 0xFE] + "a,b\n1,é".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
        #expect(reading.places == [[10..<12, 14..<16]])
        #expect(reading.codes == ["CSV.EOF.NO_NEWLINE"])
    }

    @Test func undecodableRowsAloneAreRefused() {
        let text = Array("a,b\n1,2\n".utf8) + [0x33, 0x2C, 0xC0, 0x80, 0x0A] + Array("5,6\n7,é\n".utf8)
        let reading = DelimitedReading(text)
        #expect(reading.rows == [["1", "2"], ["5", "6"], ["7", "é"]])
        #expect(reading.findings.map(\.message) == ["row 3: byte 0xC0 is not valid utf-8"])
        #expect(reading.findings.first?.location?.byteOffset == 10)
        #expect(reading.findings.first?.location?.column == 3)
        let other = DelimitedReading(
            [0x61, 0x2C, 0x62, 0x0A, 0x81, 0x2C, 0x31, 0x0A], dialect: .init(charset: .windows1252))
        #expect(other.codes == ["CSV.CHAR.DECODE"])
    }

    @Test func anUnclosedQuoteIsFoundWhereItWasOpened() {
        let text = "a,b\n1,2\n3,\"never" + String(repeating: "closed, for long\n", count: 8_000)
        let reading = DelimitedReading(text)
        #expect(reading.isQuarantined)
        #expect(reading.rows == [["1", "2"]])
        #expect(reading.findings.first?.code == "CSV.QUOTE.UNCLOSED")
        #expect(reading.findings.first?.message.contains("quote opened at row 3, line 3") == true)
        #expect(reading.findings.first?.location?.byteOffset == 10)
    }

    @Test func zerosAtTheEndAreNoRows() {
        let reading = DelimitedReading(
            Array("a,b\n1,2\n".utf8) + [UInt8](repeating: 0, count: 300_000), chunk: 4_096)
        #expect(reading.isQuarantined)
        #expect(reading.findings.first?.message == "drop has 300000 NUL bytes at end")
        #expect(reading.findings.first?.location?.byteOffset == 8)
    }

    @Test func zerosBeforeMoreTextKeepTheirPlace() {
        let reading = DelimitedReading(Array("a,b\n1,".utf8) + [0, 0, 0] + Array("x\n3,4\n".utf8), chunk: 7)
        #expect(reading.rows == [["1", "\0\0\0x"], ["3", "4"]])
        #expect(reading.places.last == [11..<12, 13..<14])
    }

    @Test func tooLongARowIsRefusedInConstantMemory() {
        let source = RepeatingSource(head: Array("a,b\n".utf8), byte: 0x78, count: 20_000_000)
        var reader = DelimitedReader(drop: "d", source: source)
        var finding: Diagnostic?
        do { while try reader.next() != nil {} } catch { finding = error as? Diagnostic }
        #expect(finding?.code == "CSV.LIMIT.ROW")
        #expect(finding?.message.contains("row > 1048576 bytes") == true)
        #expect(reader.byteCount < 3_000_000)
    }

    @Test func tooManyColumnsAreRefused() {
        let names = (0..<50_000).map { "c\($0)" }.joined(separator: ",")
        let reading = DelimitedReading(names + "\n1\n")
        #expect(reading.isQuarantined)
        #expect(reading.codes == ["CSV.LIMIT.COLUMNS"])
        #expect(reading.findings.first?.message.contains("50000 > 512") == true)
    }
}

/// A head, then one byte again and again.
struct RepeatingSource: ByteSource {
    var head: [UInt8]
    let byte: UInt8
    var count: Int

    mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        if !head.isEmpty {
            let taken = min(buffer.count, head.count)
            buffer.copyBytes(from: head[..<taken])
            head.removeFirst(taken)
            return taken
        }
        let taken = min(buffer.count, count)
        for index in 0..<taken { buffer[index] = byte }
        count -= taken
        return taken
    }
}
