import Diagnostics
import Testing

@testable import Formats

@Suite struct DelimitedWriterTests {
    static let pieces = [
        "a", "", " ", "\"", ",", ";", "\t", "\r", "\n", "\r\n", "é", "€", "x y", "'", "=", "0",
    ]

    @Test(arguments: TextCharset.allCases, DelimitedWriter.LineEnd.allCases)
    func whatIsWrittenIsReadBack(_ charset: TextCharset, _ lineEnd: DelimitedWriter.LineEnd) {
        var random = SeededGenerator(seed: 7)
        for delimiter in [",", ";", "\t", "|"] {
            let dialect = DelimitedDialect(delimiter: Array(delimiter.utf8)[0], charset: charset)
            var writer = DelimitedWriter(drop: "out.csv", dialect: dialect, lineEnd: lineEnd)
            var rows: [[String]] = [(0..<5).map { "column \($0)" }]
            for _ in 0..<200 {
                rows.append(
                    (0..<5).map { _ in
                        (0..<Int.random(in: 0...4, using: &random)).map { _ in
                            Self.pieces.randomElement(using: &random) ?? ""
                        }.joined()
                    })
            }
            rows.removeAll { $0.allSatisfy(\.isEmpty) }
            let isLatin1 = charset == .latin1
            if isLatin1 {
                rows = rows.map { $0.map { $0.filter { $0 != "€" } } }.filter { !$0.allSatisfy(\.isEmpty) }
            }
            var places = rows.map { writer.write(row: $0) }
            let bytes = writer.takeBytes()
            #expect(writer.log.kept.isEmpty)
            #expect(writer.byteCount == bytes.count)
            let reading = DelimitedReading(bytes, dialect: dialect, chunk: 61)
            #expect(reading.header == rows.removeFirst())
            places.removeFirst()
            #expect(reading.rows == rows)
            #expect(reading.places == places)
            #expect(reading.findings.isEmpty)
        }
    }

    @Test func aCharacterTheCharsetLacksIsTold() {
        var writer = DelimitedWriter(drop: "out.csv", dialect: .init(charset: .latin1), lineEnd: .lf)
        writer.write(row: ["name", "Łódź"])
        #expect(writer.takeBytes() == Array("name,?".utf8) + [0xF3, 0x64] + Array("?\n".utf8))
        #expect(writer.log.kept.map(\.code) == ["CSV.CHAR.ENCODE", "CSV.CHAR.ENCODE"])
        #expect(writer.log.kept.first?.message == "row 1, column 2: U+141 is not in iso-8859-1")
    }

    @Test func withoutQuotesADelimiterBecomesABlank() {
        var writer = DelimitedWriter(drop: "out.tsv", dialect: .tsv, lineEnd: .lf)
        writer.write(row: ["a\tb", "\"c\""])
        #expect(writer.takeBytes() == Array("a b\t\"c\"\n".utf8))
        #expect(writer.log.kept.count == 1)
    }
}
