import Diagnostics
import TestSupport
import Testing

@testable import FeedProcessor

@Suite struct YAMLReaderTests {
    private func read(_ text: String) throws -> DeclarationNode {
        try YAMLReader.read(Array(text.utf8), path: "a.yaml")
    }

    @Test func scalarsStayText() throws {
        let node = try read("a: 004010\nb: 17:30\non: no\nd: ~\ne:\nf: \"null\"\ng: 1_000\n")
        #expect(node["a"]?.text == "004010")
        #expect(node["b"]?.text == "17:30")
        #expect(node["on"]?.text == "no")
        #expect(node["d"]?.content == .null)
        #expect(node["e"]?.content == .null)
        #expect(node["f"]?.text == "null")
        #expect(node["g"]?.text == "1_000")
        #expect(node.entries?.map(\.key) == ["a", "b", "on", "d", "e", "f", "g"])
    }

    @Test func everyNodeIsLocatedInBytes() throws {
        let text = Marked(
            "# Überschrift\n⟦key⟧käse: { ⟦inner⟧b: ⟦quoted⟧\"x y\", c: [ ⟦one⟧1, ⟦two⟧'it''s' ] }\n")
        let node = try read(text.text)
        let entry = try #require(node.entries?.first)
        #expect(entry.keyLocation.byteOffset == text.offsets["key"])
        #expect(entry.keyLocation.byteCount == 5)
        #expect(entry.keyLocation.line == 2 && entry.keyLocation.column == 1)
        let inner = try #require(entry.value.entries)
        #expect(inner[0].keyLocation.byteOffset == text.offsets["inner"])
        #expect(inner[0].value.location.byteOffset == text.offsets["quoted"])
        #expect(inner[0].value.location.byteCount == 5)
        let list = try #require(inner[1].value.elements)
        #expect(list[0].location.byteOffset == text.offsets["one"])
        #expect(list[1].location.byteOffset == text.offsets["two"])
        #expect(list[1].location.byteCount == 7)
        #expect(list[1].text == "it's")
        #expect(list[1].location.column == (text.offsets["two"] ?? 0) - (text.offsets["key"] ?? 0) + 1)
    }

    @Test func aByteOrderMarkMovesOffsetsAndNothingElse() throws {
        let node = try YAMLReader.read([0xEF, 0xBB, 0xBF] + Array("a: b\r\nc: d\r\n".utf8), path: "a.yaml")
        let entries = try #require(node.entries)
        #expect(entries[0].keyLocation.byteOffset == 3 && entries[0].keyLocation.column == 1)
        #expect(entries[1].value.location.byteOffset == 12 && entries[1].value.location.line == 2)
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        var text: String
        var code: String
        var message: String
        var line: Int
        var testDescription: String { text.debugDescription }
    }

    static let bad: [Bad] = [
        Bad(text: "a: &x 1\n", code: "CONFIG.LIMIT.ALIASES", message: "anchors or aliases", line: 1),
        Bad(
            text: "a:\n  - b\n  - *x\n", code: "CONFIG.LIMIT.ALIASES", message: "anchors or aliases", line: 3),
        Bad(text: "a: [ \"x\", *x ]\n", code: "CONFIG.LIMIT.ALIASES", message: "anchors or aliases", line: 1),
        Bad(text: "a: { \"x\":*x }\n", code: "CONFIG.LIMIT.ALIASES", message: "anchors or aliases", line: 1),
        Bad(text: "a: { ? *x : 1 }\n", code: "CONFIG.LIMIT.ALIASES", message: "anchors or aliases", line: 1),
        Bad(
            text: "a:\n  x: 1\n  <<: { y: 1 }\n", code: "CONFIG.LIMIT.ALIASES", message: "merge key", line: 3),
        Bad(text: "m: *.edi\n", code: "CONFIG.LIMIT.ALIASES", message: "line 1 has YAML anchors", line: 1),
        Bad(text: "c: |\n  text *x\nb: *x\n", code: "CONFIG.LIMIT.ALIASES", message: "line 3", line: 3),
        Bad(text: "a: !!str x\n", code: "CONFIG.TAG", message: "tag not allowed", line: 1),
        Bad(text: "- !ruby/object:Gem {}\n", code: "CONFIG.TAG", message: "tag not allowed", line: 1),
        Bad(text: "%YAML 1.1\n---\na: 1\n", code: "CONFIG.YAML", message: "directive", line: 1),
        Bad(text: "a: 1\n---\nb: 2\n", code: "CONFIG.YAML", message: "second document", line: 2),
        Bad(text: "a: 1\nb: 2\na: 3\n", code: "CONFIG.YAML", message: "stands twice: 'a'", line: 1),
        Bad(
            text: "a: 1\nb:\n\tc: 2\n", code: "CONFIG.YAML", message: "line 3 is indented with a tab", line: 3
        ),
        Bad(text: "a: [ 1, 2\nb: 3\n", code: "CONFIG.YAML", message: "is not YAML", line: 2),
        Bad(text: "a: \"x\n", code: "CONFIG.YAML", message: "is not YAML", line: 2),
        Bad(text: "a: b: c\n", code: "CONFIG.YAML", message: "line 1 is not YAML", line: 1),
        Bad(text: "{ [a]: b }\n", code: "CONFIG.YAML", message: "key that is no word", line: 1),
        Bad(text: "a: x\u{85}y\n", code: "CONFIG.YAML", message: "control character", line: 1),
        Bad(text: "a: x\u{2028}y\n", code: "CONFIG.YAML", message: "control character", line: 1),
        Bad(text: "a: x\rb: y\n", code: "CONFIG.YAML", message: "control character", line: 1),
        Bad(text: "a: \u{1}\n", code: "CONFIG.YAML", message: "control character", line: 1),
        Bad(
            text: "a: " + String(repeating: "[", count: 100) + String(repeating: "]", count: 100),
            code: "CONFIG.LIMIT.DEPTH", message: "nested too deeply", line: 1),
        Bad(
            text: String(repeating: "- ", count: 200) + "x\n", code: "CONFIG.LIMIT.DEPTH",
            message: "nested too deeply",
            line: 1),
        Bad(
            text: String(repeating: "- ", count: 5000) + "x\n", code: "CONFIG.YAML", message: "line 1",
            line: 1),
    ]

    @Test(arguments: bad)
    func isRefused(_ row: Bad) throws {
        let finding = try #require(throws: Diagnostic.self) { try read(row.text) }
        #expect(finding.code.rawValue == row.code)
        #expect(finding.message.contains(row.message))
        #expect(finding.location?.line == row.line)
    }

    @Test(arguments: [
        "a: \"*x and &y and !z\"", "a: x*y & z! # *x", "a: '&x'\nb: x &y *z",
        "c: |\n  *x\n  &y !z\n\n  more\nb: 1",
        "c: >-\n  - *x\nb: 1", "a: plain text\n  *goes on &here\nb: 1", "- plain\n  *text\n- b",
        "a: 5 * 3\nb: R&D",
        "u: { url: https://a/b?c=*d&e, x: a*b }", "f: [ a b *c, \"#d\", e#f ] # *g",
        "a: - not a list\nb: 1".replacing("- ", with: "-"),
        "'a b': \"c: *d\"\n\"e\": f", "a: \"two\n  *lines\"\nb: 1", "# *x\na: 1 # &y\n",
        "a:\n- b: |\n    *x\n  c: 1",
    ])
    func textThatLooksLikeAMarkIsText(_ text: String) throws {
        _ = try read(text + "\n")
    }

    @Test func bytesThatAreNoTextAreLocated() throws {
        let bytes = Array("a: b\nc: ".utf8) + [0xC3, 0x28, 0x0A]
        let finding = try #require(throws: Diagnostic.self) { try YAMLReader.read(bytes, path: "a.yaml") }
        #expect(finding.code == "CONFIG.YAML")
        #expect(finding.location?.line == 2)
        #expect(finding.location?.byteOffset == 8)
    }

    @Test func aFileBeyondTheLimitIsNotRead() throws {
        let finding = try #require(throws: Diagnostic.self) {
            try YAMLReader.read([UInt8](repeating: 0x20, count: YAMLReader.byteCountMax + 1), path: "a.yaml")
        }
        #expect(finding.code == "CONFIG.LIMIT.SIZE")
    }

    /// Whatever the bytes, the answer is a declaration or a finding with a place inside the file.
    @Test func noBytesTrap() {
        var state: UInt64 = 42
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let seed = Array(ConfigurationTestSite.head.utf8) + Array(ConfigurationLoaderTests.plain.utf8)
        let alphabet = Array("\n\t -:?#&*!|>'\"[]{},%@`ab1\\~<".utf8) + [0x00, 0x0D, 0x80, 0xC3, 0xE2, 0xFF]
        for _ in 0..<3_000 {
            var bytes = seed
            for _ in 0...next(8) {
                let at = next(bytes.count)
                switch next(3) {
                case 0: bytes[at] = alphabet[next(alphabet.count)]
                case 1: bytes.insert(alphabet[next(alphabet.count)], at: at)
                default: bytes.removeSubrange(at..<min(bytes.count, at + next(20) + 1))
                }
                if bytes.isEmpty { bytes = [0x20] }
            }
            do {
                _ = try YAMLReader.read(bytes, path: "a.yaml")
            } catch {
                #expect((0...bytes.count).contains(error.location?.byteOffset ?? -1))
            }
        }
    }
}
