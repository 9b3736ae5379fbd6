import Foundation
import TestSupport
import Testing

/// The night with a partner behind a real sshd and another behind an HTTP server, instead of two folders.
@Suite(.enabled(if: SSHServer.obstacle == nil, "\(SSHServer.obstacle ?? "")"), .serialized)
struct RealServersTests {
    @Test func theNightIsTheSameAsOverFolders() throws {
        let wired = try WiredNight()
        defer { wired.close() }
        for half in NightSite.Half.allCases {
            let outcome = try wired.site.play(half)
            #expect(
                outcome.status == wired.site.expected.halves[half.rawValue]?.exit,
                "\(outcome.output)\(outcome.errors)")
        }
        let reference = try PlayedNight.shared.get()
        // A path of a server begins at its root, a folder's does not.
        let dump = try wired.site.books().dump.replacingOccurrences(
            of: #""path":"/exports""#, with: #""path":"exports""#)
        #expect(dump == reference.morning.dump)
        #expect(try wired.onTheServers() == Self.sentToBoth(reference))
        #expect(try wired.leftHalfSent() == [])
    }

    @Test func anUnknownHostKeyIsRefusedBeforeAnythingIsSaid() throws {
        let wired = try WiredNight()
        defer { wired.close() }
        try wired.ssh.start(showing: .second)
        let refused = try wired.site.play(.evening)
        #expect(refused.status == 3, "\(refused.output)\(refused.errors)")
        #expect(!wired.ssh.log.contains("Accepted "))
        #expect(!wired.ssh.log.contains("userauth-request for user"))
        #expect(try wired.site.books()["drop"].allSatisfy { $0["channel"].text != "harbor-mart-850" })

        try wired.ssh.start(showing: .first)
        let mended = try wired.site.crossdock("run", at: .evening)
        #expect([0, 3].contains(mended.status), "\(mended.output)\(mended.errors)")
        try wired.expectHarborMartAnswered()
    }

    @Test func sessionsThatDieLeaveNothingHalfVisible() throws {
        let wired = try WiredNight()
        defer { wired.close() }
        try wired.site.lay(.evening)
        let killer = Killer(of: wired.ssh)
        killer.start()
        for _ in 0..<3 { try wired.site.crossdock("run", at: .evening) }
        killer.stop()
        for (path, bytes) in try wired.onTheServers() where path.hasSuffix(".TXT") {
            #expect(String(decoding: bytes.suffix(64), as: UTF8.self).contains("IEA*"), "\(path) is cut")
        }
        // What failed is due again after its pause; a person would not wait for it.
        for _ in 0..<3 { try wired.site.crossdock("run", at: .evening) }
        try wired.expectHarborMartAnswered()
    }

    private static func sentToBoth(_ night: PlayedNight) -> [String: Data] {
        night.delivered.values.reduce(into: [:]) { $0.merge($1) { $1 } }.filter {
            $0.key.hasPrefix("harbor-mart/") || $0.key.hasPrefix("plum-street/")
        }
    }
}

/// A night whose retailer has an SFTP server and whose web shop answers over HTTP.
private struct WiredNight {
    let site: NightSite
    let ssh: SSHServer
    let http: HTTPServer

    init() throws {
        site = try NightSite()
        ssh = try SSHServer()
        http = try HTTPServer()
        let manager = FileManager.default
        let harbor = site.partners.appending(path: "harbor-mart")
        for name in try manager.contentsOfDirectory(atPath: harbor.path) {
            try manager.moveItem(
                at: harbor.appending(path: name), to: URL(filePath: ssh.root).appending(path: name))
        }
        try manager.removeItem(at: harbor)
        try manager.createSymbolicLink(at: harbor, withDestinationURL: URL(filePath: ssh.root))
        let exports = site.partners.appending(path: "plum-street/exports")
        try manager.removeItem(at: exports)
        http.folder.makeFolder("exports")
        try manager.createSymbolicLink(
            at: exports, withDestinationURL: URL(filePath: http.folder.path).appending(path: "exports"))

        let orders = try Repository.files(below: Repository.night.appending(path: "evening/plum-street")).keys
        let order = try #require(orders.first)
        try rewrite(
            "30-harbor-mart.yaml",
            [
                "{ type: directory, root: <state>/partners/harbor-mart, test: true }":
                    """
                { type: sftp, host: 127.0.0.1, port: \(ssh.port), user: \(ssh.user), \
                private_key: { file: \(ssh.clientKey) }, host_keys: [ "\(ssh.fingerprint())" ], \
                allow_private: true, test: true }
                """
            ])
        try rewrite(
            "32-plum-street.yaml",
            [
                "{ type: directory, root: <state>/partners/plum-street, test: true }":
                    """
                { type: http, base_url: "\(http.baseURL)/", allow_private: true, \
                insecure: { reason: loopback }, test: true }
                """,
                "pickup: { connection: plum-street, path: exports, match: \"orders_export_*.csv\" }":
                    "pickup: { connection: plum-street, path: \(order) }\n        after: { action: keep }",
            ])
    }

    private func rewrite(_ name: String, _ changes: [String: String]) throws {
        let file = site.folder.appending(path: "config/partners.d").appending(path: name)
        var text = try String(contentsOf: file, encoding: .utf8)
        for (old, new) in changes {
            try #require(text.contains(old), "\(name) no longer says \(old)")
            text = text.replacingOccurrences(of: old, with: new)
        }
        try text.write(to: file, atomically: true, encoding: .utf8)
    }

    /// What we put on both servers, by the path that it has over folders.
    func onTheServers() throws -> [String: Data] {
        var documents: [String: Data] = [:]
        for (path, file) in try Repository.files(below: URL(filePath: ssh.root))
        where path.hasPrefix("inbound/") {
            documents["harbor-mart/" + path] = try Data(contentsOf: file)
        }
        let uploads = URL(filePath: http.folder.path).appending(path: "uploads")
        for (path, file) in try Repository.files(below: uploads) {
            documents["plum-street/" + path] = try Data(contentsOf: file)
        }
        return documents
    }

    func leftHalfSent() throws -> [String] { try onTheServers().keys.filter { $0.hasSuffix(".part") } }

    /// Each interchange that the retailer sent is in the books, and has its 997, once.
    func expectHarborMartAnswered() throws {
        let drops = try site.books()["drop"].filter { $0["channel"].text == "harbor-mart-850" }
        #expect(drops.count == 2)
        let answers = try onTheServers().filter { $0.key.contains("/997_") }
        #expect(answers.count == 2)
        #expect(try leftHalfSent() == [])
        let before = try onTheServers()
        try site.crossdock("run", at: .evening)
        #expect(try onTheServers() == before)
    }

    func close() {
        ssh.close()
        http.stop()
        site.remove()
    }
}

/// Ends an sshd's sessions over and over.
private final class Killer: Sendable {
    private let ssh: SSHServer
    private let stopped = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    init(of ssh: SSHServer) { self.ssh = ssh }

    func start() {
        Thread.detachNewThread { [self] in
            while stopped.wait(timeout: .now() + .milliseconds(40)) == .timedOut { ssh.killSessions() }
            ended.signal()
        }
    }

    func stop() {
        stopped.signal()
        ended.wait()
    }
}
