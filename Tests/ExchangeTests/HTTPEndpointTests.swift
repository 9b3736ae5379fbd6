import Diagnostics
import Environment
import Exchange
import Synchronization
import TestSupport
import Testing

/// The HTTP endpoint against a server that misbehaves to the byte.
@Suite struct HTTPEndpointTests {
    private func endpoint(
        _ server: HTTPServer, _ authentication: HTTPConnection.Authentication = .none,
        limits: TransferLimits = TransferLimits(connectMilliseconds: 5000, totalMilliseconds: 20_000)
    ) throws -> HTTPEndpoint {
        let connection = HTTPConnection(
            baseURL: server.baseURL, authentication: authentication, limits: limits, allowsInsecure: true,
            allowsPrivate: true)
        return try HTTPEndpoint(connection, isStopped: { false })
    }

    private func error(_ server: HTTPServer, _ path: String = "a.csv") throws -> ExchangeError {
        try #require(failure { _ = try endpoint(server).text(path, in: "/x") })
    }

    @Test func aFileIsListedByItsPathAndFetched() throws {
        let server = try HTTPServer()
        defer { server.stop() }
        server.folder.makeFolder("exports")
        try server.folder.write("id\n1\n".utf8, to: "exports/orders 1.csv")
        let endpoint = try endpoint(server)
        // The server here does not decode: the request shows the encoding.
        let file = try #require(try endpoint.list("/exports/orders 1.csv", ListingRequest()).files.first)
        #expect(file == RemoteFile(name: "orders 1.csv", directory: "/exports"))
        let query = [QueryItem(name: "updated_since", value: "2025-11-21T10:00:00+01:00")]
        #expect(
            failure { _ = try endpoint.fetch(file, FetchConditions(query: query)) { _ in } }?.found == "404")
        let target = try #require(server.requests.first?.target)
        #expect(target == "/exports/orders%201.csv?updated_since=2025-11-21T10%3A00%3A00%2B01%3A00")
        try server.folder.write("id\n1\n".utf8, to: "exports/orders.csv")
        #expect(try endpoint.text("orders.csv", in: "exports") == "id\n1\n")
    }

    @Test func nothingNewIsNothing() throws {
        let server = try HTTPServer()
        defer { server.stop() }
        server.script("/x/empty", .answer(status: 204))
        server.script(
            "/x/same", .answer(status: 200, headers: ["ETag": "\"v1\""], body: Array("one".utf8)),
            .answer(status: 304))
        let endpoint = try endpoint(server)
        let empty = RemoteFile(name: "empty", directory: "/x")
        #expect(try endpoint.fetch(empty, FetchConditions()) { _ in }.isNothing)
        let same = RemoteFile(name: "same", directory: "/x")
        let first = try endpoint.fetch(same, FetchConditions()) { _ in }
        #expect(first.tag == "\"v1\"")
        let second = try endpoint.fetch(same, FetchConditions(knownTag: first.tag)) { _ in }
        #expect(second.isNothing && second.byteCount == 0)
        #expect(server.requests.last?.headers["if-none-match"] == "\"v1\"")
    }

    struct Broken: Sendable, CustomTestStringConvertible {
        let reply: HTTPServer.Reply
        let code: String
        let says: String
        let isTemporary: Bool
        var testDescription: String { "\(code) \(says)" }
    }

    private static let page = Array("<html>oops</html>".utf8)

    @Test(arguments: [
        Broken(
            reply: .short(announced: 200, body: Array(repeating: 65, count: 61)), code: "NET.TRUNCATED",
            says: "got 61 of 200 bytes", isTemporary: true),
        Broken(
            reply: .chunkCut(body: Array("ISA*00".utf8)), code: "NET.TRUNCATED", says: "chunk",
            isTemporary: true),
        Broken(reply: .answerLost, code: "NET.TRUNCATED", says: "got 0 bytes", isTemporary: true),
        Broken(reply: .answer(status: 500, body: page), code: "NET.HTTP.500", says: "500", isTemporary: true),
        Broken(reply: .answer(status: 503, body: page), code: "NET.HTTP.500", says: "503", isTemporary: true),
        Broken(
            reply: .answer(status: 404, body: page), code: "NET.HTTP.STATUS", says: "404",
            isTemporary: false),
        Broken(
            reply: .answer(status: 401, body: page), code: "NET.HTTP.STATUS", says: "401",
            isTemporary: false),
        Broken(
            reply: .answer(status: 429, headers: ["Retry-After": "7200"]), code: "NET.HTTP.429",
            says: "retry at",
            isTemporary: true),
        Broken(
            reply: .answer(status: 302, headers: ["Location": "file:///etc/passwd"]),
            code: "NET.REDIRECT.SCHEME",
            says: "file", isTemporary: false),
        Broken(
            reply: .answer(status: 302, headers: ["Location": "ftp://example.com/x"]),
            code: "NET.REDIRECT.SCHEME",
            says: "ftp", isTemporary: false),
        Broken(
            reply: .answer(status: 302, headers: ["Location": "gopher://example.com/x"]),
            code: "NET.REDIRECT.SCHEME",
            says: "gopher", isTemporary: false),
        Broken(
            reply: .answer(status: 302, headers: ["Location": "http://169.254.169.254/latest"]),
            code: "NET.REDIRECT.PRIVATE", says: "169.254.169.254", isTemporary: false),
        Broken(
            reply: .answer(status: 307, headers: ["Location": "http://[::1]/"]), code: "NET.REDIRECT.PRIVATE",
            says: "::1", isTemporary: false),
        Broken(
            reply: .answer(status: 302, headers: ["Location": "http://10.0.0.1/"]),
            code: "NET.REDIRECT.PRIVATE",
            says: "10.0.0.1", isTemporary: false),
        Broken(
            reply: .answer(status: 302, headers: ["Location": "/x/a.csv"]), code: "NET.REDIRECT.LIMIT",
            says: "5",
            isTemporary: false),
    ])
    func aBrokenAnswerIsNamed(_ broken: Broken) throws {
        let server = try HTTPServer()
        defer { server.stop() }
        server.script("/x/a.csv", broken.reply)
        var received: [UInt8] = []
        let endpoint = try endpoint(server)
        let file = RemoteFile(name: "a.csv", directory: "/x")
        let error = try #require(
            failure { _ = try endpoint.fetch(file, FetchConditions()) { received += $0 } })
        #expect(error.code.rawValue == broken.code)
        #expect(error.message.contains(broken.says))
        #expect(error.isTemporary == broken.isTemporary)
        // An error page is nobody's data.
        #expect(received.isEmpty || broken.code == "NET.TRUNCATED")
        #expect(server.requests.count <= 6)
    }

    @Test func retryAfterIsGivenToTheCaller() throws {
        let server = try HTTPServer()
        defer { server.stop() }
        server.script("/x/a.csv", .answer(status: 429, headers: ["Retry-After": "7200"]))
        #expect(try error(server).retryAfterSeconds == 7200)
    }

    @Test func aBodyWithoutLengthThatIsCutLooksWhole() throws {
        // Known limit of HTTP/1.0: only the file's own trailer can tell. Held here so that nobody relies on
        // more.
        let server = try HTTPServer()
        defer { server.stop() }
        server.script("/x/a.csv", .untilClosed(body: Array("ISA*00".utf8)))
        #expect(try endpoint(server).text("a.csv", in: "x") == "ISA*00")
    }

    @Test func aSlowBodyAndASilentServerTimeOut() throws {
        let server = try HTTPServer()
        defer { server.stop() }
        server.script("/x/slow", .slow(body: Array(repeating: 65, count: 500), bytesPerSecond: 10))
        server.script("/x/hang", .hang)
        var limits = TransferLimits(connectMilliseconds: 5000, totalMilliseconds: 20_000)
        limits.slowSeconds = 1
        let slow = try endpoint(server, limits: limits)
        let error = try #require(failure { _ = try slow.text("slow", in: "x") })
        #expect(error.code == "NET.TIMEOUT")
        #expect(error.message.contains("below 100 B/s for 1 s"))
        #expect(error.isTemporary)
        limits = TransferLimits(connectMilliseconds: 5000, totalMilliseconds: 500)
        let hanging = try endpoint(server, limits: limits)
        #expect(code { _ = try hanging.text("hang", in: "x") } == "NET.TIMEOUT")
    }

    @Test func aDecompressionBombEndsAtTheLimit() throws {
        let server = try HTTPServer()
        defer { server.stop() }
        let bomb = gzipOfZeros(count: 50_000_000)
        #expect(bomb.count < 400_000)
        server.script("/x/a.csv", .answer(status: 200, headers: ["Content-Encoding": "gzip"], body: bomb))
        var limits = TransferLimits()
        limits.byteCountMax = 1_000_000
        let endpoint = try endpoint(server, limits: limits)
        var received = 0
        let file = RemoteFile(name: "a.csv", directory: "x")
        let error = try #require(
            failure { _ = try endpoint.fetch(file, FetchConditions()) { received += $0.count } })
        #expect(error.code == "NET.LIMIT.BYTES")
        #expect(error.message.contains("decoded > limit"))
        #expect(received <= 1_000_000)
    }

    @Test func credentialsGoToTheirOwnServerOnly() throws {
        let server = try HTTPServer()
        let other = try HTTPServer()
        defer {
            server.stop()
            other.stop()
        }
        server.script("/x/away", .answer(status: 302, headers: ["Location": other.baseURL + "/there"]))
        server.script("/x/near", .answer(status: 302, headers: ["Location": "/x/here"]))
        server.script("/x/here", .answer(status: 200, body: [65]))
        let bearer = try endpoint(server, .bearer(Secret("canary")))
        // The other server is on loopback too: not even a connection is made.
        #expect(code { _ = try bearer.text("away", in: "x") } == "NET.REDIRECT.PRIVATE")
        #expect(other.requests.isEmpty)
        #expect(try bearer.text("near", in: "x") == "A")
        #expect(server.requests.allSatisfy { $0.headers["authorization"] == "Bearer canary" })
        let basic = try endpoint(server, .basic(user: "nw", password: Secret("pw")))
        #expect(try basic.text("here", in: "x") == "A")
        #expect(server.requests.last?.headers["authorization"] == "Basic bnc6cHc=")
    }

    @Test func aRedirectToAHostThatNobodyNamedIsRefused() throws {
        let server = try HTTPServer()
        defer { server.stop() }
        server.script(
            "/x/a.csv", .answer(status: 302, headers: ["Location": "http://cdn.shop.example/a.csv"]))
        let error = try error(server)
        #expect(error.code == "NET.REDIRECT.HOST" && !error.isTemporary)
        #expect(error.found == "cdn.shop.example" && error.remedy?.contains("redirect_hosts") == true)
        // Named, it is asked for its address; a name that leads to one of ours is refused there.
        server.script(
            "/x/a.csv", .answer(status: 302, headers: ["Location": "http://LocalHost:\(server.port)/x"]))
        let connection = HTTPConnection(
            baseURL: server.baseURL, allowsInsecure: true, allowsPrivate: true, redirectHosts: ["localhost"])
        let named = try HTTPEndpoint(connection, isStopped: { false })
        #expect(code { _ = try named.text("a.csv", in: "x") } == "NET.REDIRECT.PRIVATE")
    }

    @Test func aHeaderOfTheServersChoiceTellsWhoWeAre() throws {
        let server = try HTTPServer()
        defer { server.stop() }
        try server.folder.write("A".utf8, to: "a")
        let key = HTTPConnection.Authentication.header(name: "X-Api-Key", value: Secret("canary"))
        #expect(try endpoint(server, key).text("a", in: "") == "A")
        #expect(server.requests.last?.headers["x-api-key"] == "canary")
    }

    @Test func secretsAreInNoErrorText() throws {
        let server = try HTTPServer()
        defer { server.stop() }
        let endpoint = try endpoint(server, .bearer(Secret("canary\nX-Evil: 1")))
        let error = try #require(failure { _ = try endpoint.text("a", in: "x") })
        #expect(error.code == "NET.CONNECTION.INVALID")
        #expect(!"\(error) \(error.diagnostic)".contains("canary"))
        #expect(server.requests.isEmpty)
        #expect("\(Secret("canary")) \(String(reflecting: Secret("canary")))".contains("canary") == false)
    }

    @Test func aDocumentIsPutWithItsKeyAndPostedOnce() throws {
        let server = try HTTPServer()
        defer { server.stop() }
        let endpoint = try endpoint(server)
        let bytes = Array("sku,qty\n".utf8)
        var file = OutboundFile(
            documentID: "x-88", name: "inventory.csv", directory: "/imports", byteCount: bytes.count,
            digest: SHA256Hasher.digest(of: bytes))
        #expect(try Delivery().deliver(file, from: MemorySource(bytes), over: endpoint) == .sent)
        #expect(server.upload("/imports/inventory.csv") == bytes)
        #expect(server.requests.last?.method == "PUT")
        #expect(server.requests.last?.headers["idempotency-key"] == "x-88")
        file.options.method = .post
        // Done, but the answer is lost: settling sends the same key again, and the server knows it.
        server.script("/imports/inventory.csv", .answerLost)
        #expect(
            code { _ = try Delivery().deliver(file, from: MemorySource(bytes), over: endpoint) }
                == "DELIVER.INCOMPLETE")
        server.script("/imports/inventory.csv")
        #expect(try Delivery().settle(file, from: MemorySource(bytes), over: endpoint) == .sent)
        #expect(server.upload("/imports/inventory.csv.1") == bytes)
        #expect(server.upload("/imports/inventory.csv.2") == nil)
        let posts = server.requests.filter { $0.method == "POST" }
        #expect(posts.count == 2 && Set(posts.map(\.body)).count == 1)
    }

    @Test func aPutThatMayNotReplaceComparesWhatIsThere() throws {
        let server = try HTTPServer()
        defer { server.stop() }
        let endpoint = try endpoint(server)
        let bytes = Array("mine".utf8)
        var options = PutOptions()
        options.onlyIfAbsent = true
        let file = OutboundFile(
            documentID: "x-1", name: "a.csv", directory: "/in", byteCount: bytes.count,
            digest: SHA256Hasher.digest(of: bytes), options: options)
        #expect(try Delivery().deliver(file, from: MemorySource(bytes), over: endpoint) == .sent)
        #expect(try Delivery().settle(file, from: MemorySource(bytes), over: endpoint) == .alreadyThere)
        server.folder.makeFolder("uploads/in")
        try server.folder.write("hers".utf8, to: "uploads/in/a.csv")
        #expect(
            code { _ = try Delivery().settle(file, from: MemorySource(bytes), over: endpoint) }
                == "DELIVER.CONFLICT")
        #expect(server.upload("/in/a.csv") == Array("hers".utf8))
    }

    @Test func plainHTTPAndPrivateAddressesNeedPermission() throws {
        let server = try HTTPServer()
        defer { server.stop() }
        #expect(
            code { _ = try HTTPEndpoint(HTTPConnection(baseURL: server.baseURL)) } == "NET.CONNECTION.INVALID"
        )
        for url in ["ftp://example.com", "file:///etc/passwd", "https://user:pw@example.com", "nonsense", ""]
        {
            let connection = HTTPConnection(baseURL: url, allowsInsecure: true)
            #expect(code { _ = try HTTPEndpoint(connection) } == "NET.CONNECTION.INVALID")
        }
        let connection = HTTPConnection(baseURL: server.baseURL, allowsInsecure: true)
        let endpoint = try HTTPEndpoint(connection, isStopped: { false })
        #expect(code { _ = try endpoint.text("a", in: "x") } == "NET.ADDRESS.PRIVATE")
        #expect(server.requests.isEmpty)
    }

    @Test func requestsKeepTheirDistance() throws {
        let server = try HTTPServer()
        defer { server.stop() }
        try server.folder.write("A".utf8, to: "a")
        let connection = HTTPConnection(
            baseURL: server.baseURL, allowsInsecure: true, allowsPrivate: true,
            requestIntervalMilliseconds: 200)
        let endpoint = try HTTPEndpoint(connection, isStopped: { false })
        let start = SystemClock().monotonicNanoseconds()
        for _ in 0..<4 { #expect(try endpoint.text("a", in: "") == "A") }
        #expect(SystemClock().monotonicNanoseconds() - start >= 600_000_000)
    }

    @Test func whatHTTPCannotDoIsSaid() throws {
        let server = try HTTPServer()
        defer { server.stop() }
        let endpoint = try endpoint(server)
        #expect(code { try endpoint.rename("a", in: "x", to: "b", in: "x") } == "NET.UNSUPPORTED")
        #expect(code { _ = try endpoint.delete("a", in: "x") } == "NET.UNSUPPORTED")
        #expect(code { _ = try endpoint.list("/", ListingRequest()) } == "NET.CONNECTION.INVALID")
    }

    @Test func aWishToEndStopsATransfer() throws {
        let server = try HTTPServer()
        defer { server.stop() }
        server.script("/x/hang", .hang)
        let connection = HTTPConnection(baseURL: server.baseURL, allowsInsecure: true, allowsPrivate: true)
        let endpoint = try HTTPEndpoint(connection, isStopped: { true })
        #expect(code { _ = try endpoint.text("hang", in: "x") } == "NET.STOPPED")
    }
}

/// A gzip member (RFC 1952) that expands to so many zeros: one literal, then matches of 258 bytes at distance
/// 1 in fixed Huffman codes (RFC 1951 section 3.2.6), 13 bits each. Its trailer is not right; nobody gets
/// that far.
private func gzipOfZeros(count: Int) -> [UInt8] {
    var bytes: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
    var pending: UInt32 = 0
    var bitCount: UInt32 = 0
    /// Huffman codes go in with their most significant bit first.
    func put(_ code: UInt32, _ length: UInt32) {
        for shift in (0..<length).reversed() {
            pending |= (code >> shift & 1) << bitCount
            bitCount += 1
            if bitCount == 8 {
                bytes.append(UInt8(pending))
                pending = 0
                bitCount = 0
            }
        }
    }
    put(1, 1)  // last block
    put(0b10, 2)  // fixed codes: BTYPE 01, least significant bit first
    put(0b0011_0000, 8)
    for _ in 0..<count / 258 {
        put(0b1100_0101, 8)
        put(0, 5)
    }
    put(0, 7)
    put(0, 7)
    return bytes + [0, 0, 0, 0, 0, 0, 0, 0]
}
