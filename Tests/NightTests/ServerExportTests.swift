import Foundation
import TestSupport
import Testing

/// An export of a web shop: asked for over HTTP, from where the last answer ended.
@Suite(.serialized) struct ServerExportTests {
    @Test func aShopIsAskedForWhatIsNewerThanTheLastAnswerThatWasApplied() throws {
        let shop = try Shop(
            "query: { status: any, updated_since: cursor }, "
                + "cursor: { from: max_field, field: Created at, overlap: 10m }")
        defer { shop.close() }
        shop.exports(try shop.export())
        #expect(try shop.asked() == "status=any")
        // The newest order of the export is of 17:30:55 in New York, and ten minutes are stepped back.
        let first = "status=any&updated_since=2025-11-21T22%3A20%3A55Z"
        #expect(try shop.asked() == first)
        #expect(try shop.drops().count == 1)
        // An answer that cannot be read moves nothing: what it should have brought is asked for again.
        shop.exports(Array("<html><body>Please sign in</body></html>".utf8))
        #expect(try shop.asked(status: 3) == first)
        #expect(try shop.asked() == first)
        // An answer without rows tells nothing of its own.
        shop.exports(Array(try shop.export().prefix { $0 != 0x0A }) + [0x0A])
        #expect(try shop.asked() == first)
        #expect(try shop.asked() == first)
        shop.exports(try shop.export(order: "#2041", at: "2025-11-21 18:00:00 -0500"))
        #expect(try shop.asked() == first)
        #expect(try shop.asked() == "status=any&updated_since=2025-11-21T22%3A50%3A00Z")
    }

    @Test func theTimeOfTheRequestMayBeTheCursor() throws {
        let shop = try Shop("query: { since: cursor }, cursor: { from: request_time, overlap: 5m }")
        defer { shop.close() }
        shop.exports(try shop.export())
        #expect(try shop.asked() == "")
        #expect(try shop.asked() == "since=2025-11-21T23%3A25%3A00Z")
    }

    @Test func aCursorThatCannotBeReadAsksForEverythingAndIsTold() throws {
        let shop = try Shop("query: { since: cursor }, cursor: { from: max_field, field: Changed at }")
        defer { shop.close() }
        shop.exports(try shop.export())
        #expect(try shop.asked() == "")
        #expect(try shop.asked(says: "PICKUP.CURSOR") == "")
    }

    @Test func showTellsWhenTheFileWasChangedAtThePartners() throws {
        let shop = try Shop("match: \"*\"")
        defer { shop.close() }
        shop.exports(try shop.export(), ["Last-Modified": "Fri, 21 Nov 2025 22:15:00 GMT"])
        #expect(try shop.asked() == "")
        let shown = try shop.site.crossdock("show", "d-1")
        #expect(shown.output.contains("from plum-street  /exports   modified there 2025-11-21T22:15:00Z"))
        let json = try shop.site.crossdock("show", "d-1", "--json")
        #expect(json.output.contains(#""modifiedAt":"2025-11-21T22:15:00Z""#))
    }

    @Test func aHeaderTellsTheServerWhoWeAre() throws {
        let shop = try Shop("match: \"*\"", connection: "auth: { header: X-Api-Key, value: { file: key } }")
        defer { shop.close() }
        try shop.write("canary-key\n", to: "key", mode: 0o600)
        shop.exports(try shop.export())
        #expect(try shop.asked() == "")
        #expect(shop.server.requests.last?.headers["x-api-key"] == "canary-key")
        try shop.write("canary-key\n", to: "key", mode: 0o644)
        let refused = try shop.site.crossdock("run", "--channel", Shop.channel)
        #expect(refused.status == 78 && refused.errors.contains("CONFIG.SECRET.PERMISSIONS"))
        #expect(!refused.errors.contains("canary"))
    }
}

/// The night's web shop behind an HTTP server, with a pickup of the test's own.
private struct Shop {
    static let channel = "plum-street-orders"
    let site: NightSite
    let server: HTTPServer

    init(_ pickup: String, connection: String = "timeout: { total: 20s }") throws {
        site = try NightSite()
        server = try HTTPServer()
        let file = site.folder.appending(path: "config/partners.d/32-plum-street.yaml")
        var text = try String(contentsOf: file, encoding: .utf8)
        let http =
            "{ type: http, base_url: \"\(server.baseURL)\", allow_private: true, "
            + "insecure: { reason: loopback }, test: true, \(connection) }"
        for (old, new) in [
            "{ type: directory, root: <state>/partners/plum-street, test: true }": http,
            "path: exports, match: \"orders_export_*.csv\"": "path: /exports/orders.csv, \(pickup)",
        ] {
            try #require(text.contains(old), "the partner's file no longer says \(old)")
            text = text.replacingOccurrences(of: old, with: new)
        }
        try text.write(to: file, atomically: true, encoding: .utf8)
    }

    func write(_ text: String, to name: String, mode: Int) throws {
        let file = site.folder.appending(path: "config/partners.d").appending(path: name)
        try text.write(to: file, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
    }

    /// The export of the night; with a number, its first order alone under that number and of that time.
    func export(order: String? = nil, at time: String = "") throws -> [UInt8] {
        let path = "evening/plum-street/exports/orders_export_1.csv"
        let text = try String(contentsOf: Repository.night.appending(path: path), encoding: .utf8)
        guard let order else { return Array(text.utf8) }
        let lines = text.split(separator: "\n")
        let rows = lines.filter { $0.hasPrefix("#1041,") }.map {
            $0.replacingOccurrences(of: "1041", with: order.dropFirst())
                .replacingOccurrences(of: "2025-11-21 14:02:11 -0500", with: time)
        }
        return Array(([String(lines[0])] + rows).joined(separator: "\n").utf8) + [0x0A]
    }

    func exports(_ bytes: [UInt8], _ headers: [String: String] = [:]) {
        server.script("/exports/orders.csv", .answer(status: 200, headers: headers, body: bytes))
    }

    /// Runs the channel.
    ///
    /// - Returns: the query with which the server was asked.
    func asked(status: Int32? = nil, says words: String? = nil) throws -> String {
        let before = server.requests.count
        let outcome = try site.crossdock("run", "--channel", Self.channel, at: .evening)
        let good: [Int32] = status.map { [$0] } ?? [0, 3]
        #expect(good.contains(outcome.status), "\(outcome.output)\(outcome.errors)")
        if let words { #expect(outcome.output.contains(words), "\(outcome.output)") }
        let requests = server.requests.dropFirst(before).filter { $0.method == "GET" }
        #expect(requests.count == 1)
        let target = requests.first?.target ?? ""
        return target.firstIndex(of: "?").map { String(target[target.index(after: $0)...]) } ?? ""
    }

    func drops() throws -> [JSON] {
        try site.books()["drop"].filter { $0["channel"].text == Self.channel }
    }

    func close() {
        server.stop()
        site.remove()
    }
}
