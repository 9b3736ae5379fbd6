import Diagnostics
import TestSupport
import Testing

@testable import FeedProcessor

/// The rows YML of `reliability/bad-inputs.md`, with bytes of our own.
@Suite struct BadConfigurationTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var id: String
        var text: String
        var code: String
        var message: String
        var head = ConfigurationTestSite.head
        var modes: [String: UInt16] = [:]
        var files: [String: String] = [:]
        var testDescription: String { id }
    }

    static let bomb: String = {
        var lines = ["a0: &a0 [x,x,x,x,x,x,x,x,x]"]
        for level in 1...7 {
            let below = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ",")
            lines.append("a\(level): &a\(level) [\(below)]")
        }
        return lines.joined(separator: "\n")
    }()

    static let cases: [Case] = [
        Case(id: "YML-002", text: "", code: "CONFIG.EMPTY", message: "no channels", head: ""),
        Case(
            id: "YML-002 comments", text: "# nothing\n", code: "CONFIG.EMPTY", message: "no channels",
            head: ""),
        Case(
            id: "YML-003", text: "version: 1\ninstance:\n\tname: x\n", code: "CONFIG.YAML", message: "line 3",
            head: ""),
        Case(id: "YML-009", text: bomb, code: "CONFIG.LIMIT.ALIASES", message: "aliases", head: ""),
        Case(
            id: "YML-009 in keys", text: "a: [&a0 x]\n? *a0\n: y\n", code: "CONFIG.LIMIT.ALIASES",
            message: "aliases",
            head: ""),
        Case(
            id: "YML-010", text: "x: !!python/object/apply:os.system [ ls ]\n", code: "CONFIG.TAG",
            message: "tag not allowed"),
        Case(
            id: "YML-011",
            text:
                "connections: { a: { type: http, base_url: \"https://a\", auth: { user: u, password: hunter2 } } }\n",
            code: "CONFIG.SECRET.LITERAL", message: "auth.password: use env: or file:"),
        Case(
            id: "YML-013",
            text:
                "connections: { a: { type: http, base_url: \"https://a\", auth: { bearer: { env: NOPE } } } }\n",
            code: "CONFIG.ENV.MISSING", message: "NOPE"),
        Case(
            id: "YML-014",
            text: """
                connections:
                  a: { type: sftp, host: h, user: u, private_key: { file: key },
                       host_keys: [ "SHA256:3vY0w1kq0m3yV0kqj9m2l0c1bq7b8m0ZxX8oJ4nQ5vA" ] }

                """, code: "CONFIG.SECRET.PERMISSIONS", message: "0644, need 0600",
            modes: ["/site/key": 0o644],
            files: ["/site/key": "private"]),
        Case(
            id: "YML-015",
            text: "connections: { acme: { type: sftp, host: h, user: u, password: { env: P } } }\n",
            code: "CONFIG.HOSTKEY.MISSING", message: "acme"),
        Case(
            id: "YML-017", text: "connections: { a: { type: http, base_url: \"gopher://a/\" } }\n",
            code: "CONFIG.URL.SCHEME", message: "gopher"),
        Case(
            id: "YML-017 file",
            text: "connections: { a: { type: http, base_url: \"file:///etc/passwd\" } }\n",
            code: "CONFIG.URL.SCHEME", message: "file"),
        Case(
            id: "YML-017 dict", text: "connections: { a: { type: http, base_url: \"dict://a:1/\" } }\n",
            code: "CONFIG.URL.SCHEME", message: "dict"),
        Case(
            id: "YML-018", text: "version: 1\ninstance: { name: a, usage: test, timezone: Mars/Base }\n",
            code: "CONFIG.TIMEZONE", message: "Mars/Base", head: ""),
        Case(
            id: "YML-021", text: "rules: rules.yaml\n", code: "CONFIG.RULE.CYCLE", message: "a -> b -> a",
            files: [
                "/site/rules.yaml":
                    "routing: { order: [ { id: a, locations: x, after: b }, { id: b, locations: x, after: a } ] }\n"
            ]),
        Case(
            id: "YML-021 policies", text: "policies: { a: { extends: b }, b: { extends: a } }\n",
            code: "CONFIG.RULE.CYCLE", message: "a -> b -> a"),
    ]

    @Test(arguments: cases)
    func isRefusedInItsOwnWords(_ row: Case) throws {
        var site = ConfigurationTestSite(row.text, head: row.head)
        for (path, text) in row.files { site.files[path] = text }
        site.modes = row.modes
        let loaded = site.load()
        let finding = try #require(loaded.findings.first { $0.code.rawValue == row.code }, "\(loaded.codes)")
        #expect(finding.message.contains(row.message))
        #expect(finding.severity == .error)
        #expect(finding.location != nil)
        #expect(!loaded.isUsable)
        #expect(!loaded.words.contains("hunter2"))
    }

    @Test func aMissingFileIsNamed() throws {
        let site = ConfigurationTestSite("")
        let loaded = ConfigurationLoader.load("/nonexistent", sources: site.sources)
        #expect(loaded.codes == ["CONFIG.NOT_FOUND"])
        #expect(try #require(loaded.findings.first).message.contains("/nonexistent"))
    }

    @Test func anAliasBombIsRefusedAtOnce() {
        let clock = ContinuousClock()
        let time = clock.measure {
            #expect(throws: Diagnostic.self) { try YAMLReader.read(Array(Self.bomb.utf8), path: "bomb.yaml") }
        }
        #expect(time < .milliseconds(100))
    }

    @Test func everyRowOfTheManifestIsHere() throws {
        guard let rows = try SharedFiles.lines("reliability/manifest.jsonl") else { return }
        let ids = rows.filter { $0.hasPrefix("{\"id\": \"YML-") }.map { String($0.dropFirst(8).prefix(7)) }
        #expect(!ids.isEmpty)
        // The missing file has its own test; fields of maps are Mapping's.
        let known = Set(Self.cases.map { String($0.id.prefix(7)) } + ["YML-001", "YML-020"])
        #expect(ids.filter { !known.contains($0) } == [])
        for row in Self.cases where row.id.count == 7 {
            let line = try #require(rows.first { $0.contains("\"\(row.id)\"") })
            #expect(line.contains("\"code\": \"\(row.code)\""))
            #expect(line.contains("\"msg\": \"\(row.message)\"") || row.id == "YML-009")
        }
    }
}
