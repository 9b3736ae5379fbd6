import Diagnostics
import Environment
import TestSupport
import Testing

@testable import FeedProcessor

@Suite struct SecretTests {
    /// Ways to write a secret where it does not belong, each with `hunter2` in it.
    static let slips = [
        "{ type: http, base_url: \"https://a\", auth: { bearer: hunter2 } }",
        "{ type: http, base_url: \"https://a\", auth: { bearer: { enw: hunter2 } } }",
        "{ type: http, base_url: \"https://a\", auth: { bearer: { env: \"hunter2!\" } } }",
        "{ type: http, base_url: \"https://a\", auth: { bearer: [ hunter2 ] } }",
        "{ type: http, base_url: \"https://a\", auth: { barer: hunter2 } }",
        "{ type: http, base_url: \"https://u:hunter2@a\" }",
        "{ type: sftp, host: h, user: u, pasword: hunter2 }",
        "{ type: sftp, host: h, user: u, password: \"hunter2\", host_keys: [] }",
        "{ type: sftp, host: h, user: u, port: hunter2 }",
        "{ type: sftp, host: h, user: u, passphrase: { literal: hunter2, env: X } }",
        "{ type: hunter2 }",
        "{ type: http, base_url: \"https://a\", auth: {hunter2} }",
        "{ type: http, base_url: \"https://a\", auth: { bearer: {hunter2} } }",
        "{ type: sftp, host: h, user: u, hunter2: }",
        "{ type: sftp, host: h, user: u, password: one\n    hunter2 }",
        "{ type: sftp, host: [ hunter2 ], host_keys: [ hunter2 ] }",
    ]

    @Test(arguments: slips)
    func aSecretInClearIsRefusedAndNeverRepeated(_ slip: String) {
        let site = ConfigurationTestSite(
            "connections:\n  a: \(slip)\nalerts: { targets: { t: { type: webhook, url: hunter2 } } }\n")
        let loaded = site.load([.effective])
        #expect(!loaded.isUsable)
        #expect(!loaded.words.contains("hunter2"))
        #expect(!"\(loaded.effective)".contains("hunter2"))
        #expect(!"\(loaded.site)".contains("hunter2"))
        let printed = loaded.printableFiles.values.map { String(decoding: $0, as: UTF8.self) }.joined()
        #expect(!printed.contains("hunter2"))
        #expect(
            loaded.printableFiles[ConfigurationTestSite.path]?.count
                == site.files[ConfigurationTestSite.path]?.utf8.count)
    }

    @Test func aSecretOfSeveralLinesIsBlankedWhole() {
        let site = ConfigurationTestSite(
            "connections:\n  a:\n    type: sftp\n    host: h\n    user: u\n    private_key: |\n      -----BEGIN\n      hunter2\n    host_keys: []\n"
        )
        let loaded = site.load()
        #expect(loaded.codes.contains("CONFIG.SECRET.LITERAL"))
        let printed = String(decoding: loaded.printableFiles[ConfigurationTestSite.path] ?? [], as: UTF8.self)
        #expect(!printed.contains("hunter2") && !printed.contains("BEGIN"))
        #expect(printed.contains("host_keys"))
    }

    @Test func explainSaysWhetherASecretIsThere() {
        var site = ConfigurationTestSite(
            "connections: { a: { type: http, base_url: \"https://a\", auth: { user: u, password: { env: PW } } } }\n"
        )
        #expect(
            site.load([.effective]).effective(at: "connections.a.auth.password").map(\.text) == [
                "env:PW (not set)"
            ])
        site.variables["PW"] = "hunter2"
        let loaded = site.load([.effective])
        #expect(loaded.effective(at: "connections.a.auth.password").map(\.text) == ["env:PW (set)"])
        #expect(loaded.isUsable)
    }

    @Test(
        arguments: [(0o600, true), (0o400, true), (0o640, false), (0o604, false), (0o660, false)]
            as [(UInt16, Bool)])
    func onlyItsOwnerMayReadAKey(mode: UInt16, isFine: Bool) {
        var site = ConfigurationTestSite(
            """
            connections:
              a: { type: sftp, host: h, user: u, private_key: { file: keys/a },
                   host_keys: [ "SHA256:3vY0w1kq0m3yV0kqj9m2l0c1bq7b8m0ZxX8oJ4nQ5vA" ] }

            """)
        site.files["/site/keys/a"] = "key"
        site.modes["/site/keys/a"] = mode
        let loaded = site.load()
        #expect(loaded.isUsable == isFine)
        #expect(loaded.privateKeys.map(\.path) == ["/site/keys/a"])
        site.files["/site/keys/a"] = nil
        #expect(site.load().codes.contains("CONFIG.SECRET.MISSING"))
    }
}

/// Secrets as a run reads them, some time after the configuration was checked.
@Suite struct SecretFileTests {
    private func code(_ reference: SecretReference) -> DiagnosticCode? {
        var connection = Connection()
        connection.id = "shop"
        do throws(Diagnostic) {
            _ = try reference.read(for: connection)
            return nil
        } catch {
            #expect(error.message.contains("shop") && error.remedy != nil && error.expected != nil)
            #expect(!"\(error)".contains("hunter2"))
            return error.code
        }
    }

    @Test func aSecretIsItsFileWithoutTheLineEnd() throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        try folder.write("hunter2\r\n".utf8, to: "key")
        #expect(try ServerProcess.run(["/bin/chmod", "600", folder.path + "/key"]) == 0)
        // Mounted secrets are links, to a name that changes with every rotation.
        #expect(try ServerProcess.run(["/bin/ln", "-s", "key", folder.path + "/link"]) == 0)
        for name in ["key", "link"] {
            let secret = try SecretReference.file(folder.path + "/" + name).read(for: Connection())
            #expect(secret.revealed() == "hunter2")
        }
    }

    @Test func whatIsNoSecretFileIsToldAndNotWaitedFor() throws {
        let folder = try TestFolder()
        defer { folder.remove() }
        try folder.write("hunter2".utf8, to: "open")
        #expect(try ServerProcess.run(["/bin/chmod", "644", folder.path + "/open"]) == 0)
        try folder.write([UInt8](repeating: 0x41, count: 70_000), to: "large")
        #expect(try ServerProcess.run(["/usr/bin/mkfifo", "-m", "600", folder.path + "/pipe"]) == 0)
        #expect(code(.file(folder.path + "/open")) == "CONFIG.SECRET.PERMISSIONS")
        for name in ["none", "large", "pipe", "", "none/below"] {
            #expect(code(.file(folder.path + "/" + name)) == "CONFIG.SECRET.MISSING", "\(name)")
        }
    }
}
