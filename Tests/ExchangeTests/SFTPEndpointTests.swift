import Diagnostics
import Environment
import Exchange
import Synchronization
import TestSupport
import Testing

/// What a real sshd shows of the SFTP endpoint beyond the contract: host keys, logins, broken lines.
@Suite(.enabled(if: SSHServer.obstacle == nil, "sshd or ssh-keygen is not installed"))
struct SFTPEndpointTests {
    private static let unknown = "SHA256:" + String(repeating: "A", count: 43)

    private func endpoint(
        _ server: SSHServer, keys: [String]? = nil, _ authentication: SFTPConnection.Authentication? = nil
    ) throws -> SFTPEndpoint {
        let hostKeys = try #require(HostKeys(keys ?? [server.fingerprint()]))
        let connection = server.connection(hostKeys: hostKeys, authentication: authentication)
        return try SFTPEndpoint(connection, isStopped: { false })
    }

    @Test func anUnknownHostKeyEndsEverythingBeforeAnyLogin() throws {
        let server = try SSHServer()
        defer { server.close() }
        let password = SFTPConnection.Authentication.password(Secret("canary-password"))
        let stranger = try endpoint(server, keys: [Self.unknown], password)
        let error = try #require(failure { _ = try stranger.list("", ListingRequest()) })
        #expect(error.code == "NET.HOSTKEY.MISMATCH")
        #expect(error.message.contains("expected \(Self.unknown) found \(try server.fingerprint())"))
        #expect(!error.isTemporary)
        // The server saw a connection and not a word about a user.
        #expect(server.log.contains("Connection from 127.0.0.1"))
        #expect(!server.log.contains("userauth-request"))
        #expect(!server.log.contains("Failed"))
        // The same password with the right key does reach it: the log would have shown it.
        let known = try endpoint(server, password)
        #expect(code { _ = try known.list("", ListingRequest()) } == "NET.AUTH")
        #expect(
            server.log.contains(
                "userauth-request for user \(server.user) service ssh-connection method password"))
        #expect(server.log.contains("Failed password"))
    }

    @Test func anyOfSeveralAnnouncedKeysIsAccepted() throws {
        let server = try SSHServer()
        defer { server.close() }
        let keys = try [Self.unknown, server.fingerprint(.second), server.fingerprint(.first)]
        #expect(try endpoint(server, keys: keys).list("", ListingRequest()).files.isEmpty)
    }

    @Test func aHostKeyThatChangesBetweenTransfersIsNoticed() throws {
        let server = try SSHServer()
        defer { server.close() }
        let endpoint = try endpoint(server)
        #expect(try endpoint.list("", ListingRequest()).files.isEmpty)
        try server.start(showing: .second)
        #expect(code { _ = try endpoint.list("", ListingRequest()) } == "NET.HOSTKEY.MISMATCH")
        try server.start(showing: .first)
        #expect(try endpoint.list("", ListingRequest()).files.isEmpty)
    }

    @Test func anUnknownKeyIsRefusedAndNotTriedAgain() throws {
        let server = try SSHServer()
        defer { server.close() }
        let endpoint = try endpoint(server, .key(path: server.strangerKey, passphrase: nil))
        let error = try #require(failure { _ = try endpoint.list("", ListingRequest()) })
        #expect(error.code == "NET.AUTH")
        #expect(!error.isTemporary)
    }

    @Test func oneConnectionServesManyTransfers() throws {
        let server = try SSHServer()
        defer { server.close() }
        server.folder.makeFolder("root/out")
        for number in 0..<20 { try server.folder.write("\(number)".utf8, to: "root/out/\(number)") }
        let endpoint = try endpoint(server)
        for file in try endpoint.list("out", ListingRequest(needsModified: true)).files {
            #expect(try endpoint.text(file.name, in: "out") == file.name)
        }
        #expect(server.log.components(of: "Connection from 127.0.0.1") == 1)
    }

    @Test func aServerKilledInMidDownloadLeavesATruncatedTransferThatSucceedsAgain() throws {
        let server = try SSHServer()
        defer { server.close() }
        let count = 40_000_000
        try server.folder.write([UInt8](repeating: 7, count: count), to: "root/big")
        let endpoint = try endpoint(server)
        let file = RemoteFile(name: "big", directory: "", byteCount: count)
        var received = 0
        let error = try #require(
            failure {
                _ = try endpoint.fetch(file, FetchConditions()) { bytes in
                    let before = received
                    received += bytes.count
                    if before < 1_000_000, received >= 1_000_000 { server.killSessions() }
                }
            })
        #expect(error.code == "NET.TRUNCATED")
        #expect(error.message.contains("got \(received) of \(count) bytes"))
        #expect(error.isTemporary)
        #expect(try endpoint.fetch(file, FetchConditions()) { _ in }.byteCount == count)
    }

    @Test func aServerKilledInMidUploadLeavesOnlyAPartThatSettlingReplaces() throws {
        let server = try SSHServer()
        defer { server.close() }
        server.folder.makeFolder("root/in")
        let bytes = SeededRandomness(seed: 3).bytes(count: 20_000_000)
        let file = OutboundFile(
            documentID: "x-88", name: "855_1.edi", directory: "in/", byteCount: bytes.count,
            digest: SHA256Hasher.digest(of: bytes))
        let endpoint = try endpoint(server)
        let cutting = CuttingSource(bytes, after: 3_000_000) { server.killSessions() }
        let error = try #require(failure { _ = try Delivery().deliver(file, from: cutting, over: endpoint) })
        #expect(error.code == "DELIVER.INCOMPLETE")
        #expect(error.message.contains("temp name left"))
        #expect(error.isTemporary)
        #expect(server.folder.names(in: "root/in") == [".855_1.edi.x-88.part"])
        #expect(try Delivery().settle(file, from: MemorySource(bytes), over: endpoint) == .sent)
        #expect(server.folder.names(in: "root/in") == ["855_1.edi"])
        #expect(server.folder.read("root/in/855_1.edi") == bytes)
        #expect(try Delivery().settle(file, from: MemorySource(bytes), over: endpoint) == .alreadyThere)
    }

    @Test func aServerThatIsDownIsTemporary() throws {
        let keys = try #require(HostKeys([Self.unknown]))
        // Port 1 (tcpmux) is served by nobody; any other could be taken by the test beside this one.
        let connection = SFTPConnection(
            host: "127.0.0.1", port: 1, user: "nobody", authentication: .password(Secret("x")),
            hostKeys: keys,
            allowsPrivate: true)
        let endpoint = try SFTPEndpoint(connection, isStopped: { false })
        let error = try #require(failure { _ = try endpoint.list("", ListingRequest()) })
        #expect(error.code == "NET.CONNECT.REFUSED")
        #expect(error.isTemporary)
    }

    @Test func aLoopbackHostNeedsPermission() throws {
        let server = try SSHServer()
        defer { server.close() }
        var connection = server.connection(hostKeys: try #require(HostKeys([server.fingerprint()])))
        connection.allowsPrivate = false
        let endpoint = try SFTPEndpoint(connection, isStopped: { false })
        let error = try #require(failure { _ = try endpoint.list("", ListingRequest()) })
        #expect(error.code == "NET.ADDRESS.PRIVATE")
        #expect(error.message.contains("127.0.0.1"))
        #expect(!server.log.contains("Connection from"))
    }

    @Test func aWishToEndStopsATransfer() throws {
        let server = try SSHServer()
        defer { server.close() }
        try server.folder.write([UInt8](repeating: 7, count: 40_000_000), to: "root/big")
        let isStopped = Mutex(false)
        let keys = try #require(HostKeys([server.fingerprint()]))
        let endpoint = try SFTPEndpoint(server.connection(hostKeys: keys)) { isStopped.withLock { $0 } }
        let stopping = code {
            _ = try endpoint.fetch(RemoteFile(name: "big", directory: ""), FetchConditions()) { _ in
                isStopped.withLock { $0 = true }
            }
        }
        #expect(stopping == "NET.STOPPED")
    }

    @Test func absolutePathsAreAbsolute() throws {
        let server = try SSHServer()
        defer { server.close() }
        let folder = server.folder.makeFolder("root/out")
        try server.folder.write("hello".utf8, to: "root/out/a.edi")
        let endpoint = try endpoint(server)
        #expect(try endpoint.list(folder, ListingRequest()).files.map(\.name) == ["a.edi"])
        try endpoint.rename("a.edi", in: folder, to: "b.edi", in: folder)
        #expect(try endpoint.text("b.edi", in: folder + "/") == "hello")
        try endpoint.makeDirectory(folder + "/archive/x")
        #expect(try endpoint.delete("b.edi", in: folder))
    }

    @Test func fingerprintsAreCheckedForTheirForm() throws {
        #expect(HostKeys([]) == nil)
        #expect(HostKeys(["SHA256:short"]) == nil)
        #expect(HostKeys(["MD5:aa:bb"]) == nil)
        #expect(HostKeys([Self.unknown + "="])?.fingerprints == [Self.unknown])
        #expect(HostKeys([Self.unknown, "nonsense"]) == nil)
    }
}

/// Bytes that stop halfway to let something happen.
final class CuttingSource: ByteSource {
    private let bytes: MemorySource
    private let limit: Int
    private let act: () -> Void
    private var offset = 0

    init(_ bytes: [UInt8], after limit: Int, _ act: @escaping () -> Void) {
        self.bytes = MemorySource(bytes)
        self.limit = limit
        self.act = act
    }

    var byteCount: Int { bytes.byteCount }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let before = offset
        offset += bytes.read(into: buffer)
        if before < limit, offset >= limit { act() }
        return offset - before
    }

    func rewind() throws {
        offset = 0
        bytes.rewind()
    }
}

extension String {
    /// How often a text stands in this one.
    func components(of text: String) -> Int { ranges(of: text).count }
}
