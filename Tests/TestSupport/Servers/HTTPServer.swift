import Glibc
import Synchronization

/// A small HTTP/1.1 server on 127.0.0.1 for tests: a partner's web server that can misbehave to the byte.
///
/// `GET` and `HEAD` serve files of `folder` and of what was uploaded; `PUT` and `POST` store their bodies
/// below `uploads`. A path with a script answers as the script says instead. Every request is recorded.
public final class HTTPServer: Sendable {
    /// A request as it came.
    public struct Request: Sendable {
        /// `GET`, `PUT` and so on, as sent.
        public var method: String
        /// With the query.
        public var target: String
        /// Names in lower case.
        public var headers: [String: String]
        /// As many bytes as `Content-Length` says.
        public var body: [UInt8]

        /// Without the query.
        public var path: String { String(target.prefix { $0 != "?" }) }
    }

    /// How a scripted path answers.
    public enum Reply: Sendable {
        /// A whole answer.
        case answer(status: Int, headers: [String: String] = [:], body: [UInt8] = [])
        /// Announces so many bytes, sends these, closes.
        case short(announced: Int, body: [UInt8])
        /// Sends one chunk and closes without the last.
        case chunkCut(body: [UInt8])
        /// No length, HTTP/1.0: the end of the connection is the end of the body.
        case untilClosed(body: [UInt8])
        /// Sends so many bytes a second.
        case slow(body: [UInt8], bytesPerSecond: Int)
        /// Takes the request and never answers, until the server stops.
        case hang
        /// Does what it would do unscripted, then closes without a word: done, but the answer is lost.
        case answerLost
    }

    /// Files to be fetched.
    public let folder: TestFolder
    /// Where it listens on 127.0.0.1.
    public let port: Int
    private let descriptor: CInt
    private let state = Mutex(State())

    private struct State: Sendable {
        var scripts: [String: [Reply]] = [:]
        var requests: [Request] = []
        var connections: Set<CInt> = []
        var keys: Set<String> = []
        var postCount = 0
        var isStopped = false
    }

    /// Starts a server with an empty folder.
    public init() throws {
        // A client that hangs up must not end the tests.
        signal(SIGPIPE, SIG_IGN)
        folder = try TestFolder()
        folder.makeFolder("uploads")
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        port = try bindToLoopback(descriptor, port: 0)
        guard listen(descriptor, 64) == 0 else { throw TestServerError("nothing listens: error \(errno)") }
        startThread { [self] in acceptConnections() }
    }

    /// `http://127.0.0.1:port`.
    public var baseURL: String { "http://127.0.0.1:\(port)" }

    /// Everything asked so far, in the order in which it came.
    public var requests: [Request] { state.withLock(\.requests) }

    /// Makes a path answer by script: each reply once, the last one for ever. None takes the script away.
    public func script(_ path: String, _ replies: Reply...) {
        state.withLock { $0.scripts[path] = replies.isEmpty ? nil : replies }
    }

    /// What was uploaded under a path: `PUT` under the path itself, `POST` with `.1`, `.2` and so on after
    /// it. A request whose `Idempotency-Key` came before is answered but not stored again.
    public func upload(_ path: String) -> [UInt8]? { folder.read("uploads" + path) }

    /// Closes everything and removes the folder. - Twice: nothing.
    public func stop() {
        let open = state.withLock { state -> Set<CInt>? in
            if state.isStopped { return nil }
            state.isStopped = true
            return state.connections
        }
        guard let open else { return }
        shutdown(descriptor, CInt(SHUT_RDWR))
        for connection in open { shutdown(connection, CInt(SHUT_RDWR)) }
        folder.remove()
    }

    private func acceptConnections() {
        while true {
            let connection = accept(descriptor, nil, nil)
            if connection < 0 {
                if errno == EINTR { continue }
                break
            }
            let isStopped = state.withLock { state in
                state.connections.insert(connection)
                return state.isStopped
            }
            if isStopped { shutdown(connection, CInt(SHUT_RDWR)) }
            startThread { [self] in serve(connection) }
        }
        close(descriptor)
    }

    private func serve(_ connection: CInt) {
        let stream = HTTPStream(connection)
        while let request = stream.readRequest() {
            let reply = state.withLock { state -> Reply? in
                state.requests.append(request)
                guard let replies = state.scripts[request.path], let first = replies.first else { return nil }
                if replies.count > 1 { state.scripts[request.path]?.removeFirst() }
                return first
            }
            guard answer(request, reply, stream) else { break }
        }
        _ = state.withLock { $0.connections.remove(connection) }
        close(connection)
    }

    /// - Returns: whether the connection stays open.
    private func answer(_ request: Request, _ reply: Reply?, _ stream: HTTPStream) -> Bool {
        switch reply {
        case nil:
            let (status, body) = perform(request)
            return stream.write(status: status, body: body, isHead: request.method == "HEAD")
        case .answer(let status, let headers, let body):
            return stream.write(
                status: status, headers: headers, body: body, isHead: request.method == "HEAD")
        case .short(let announced, let body):
            stream.write("HTTP/1.1 200 OK\r\nContent-Length: \(announced)\r\n\r\n", body)
        case .chunkCut(let body):
            let size = String(body.count, radix: 16)
            stream.write(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(size)\r\n", body + Array("\r\n".utf8))
        case .untilClosed(let body): stream.write("HTTP/1.0 200 OK\r\n\r\n", body)
        case .slow(let body, let rate):
            stream.write("HTTP/1.1 200 OK\r\nContent-Length: \(body.count)\r\n\r\n", [])
            for byte in body {
                guard stream.send([byte]) else { break }
                usleep(UInt32(1_000_000 / max(1, rate)))
            }
        case .hang: stream.waitForEnd()
        case .answerLost: _ = perform(request)
        }
        return false
    }

    private func perform(_ request: Request) -> (status: Int, body: [UInt8]) {
        let path = request.path
        guard path.hasPrefix("/"), !path.contains("..") else { return (400, []) }
        switch request.method {
        case "GET", "HEAD":
            guard let body = folder.read(String(path.dropFirst())) ?? upload(path) else { return (404, []) }
            return (200, body)
        case "PUT": return store(request, at: path)
        case "POST":
            let number = state.withLock { state -> Int? in
                if let key = request.headers["idempotency-key"], !state.keys.insert(key).inserted {
                    return nil
                }
                state.postCount += 1
                return state.postCount
            }
            guard let number else { return (200, []) }
            return store(request, at: "\(path).\(number)")
        default: return (405, [])
        }
    }

    private func store(_ request: Request, at path: String) -> (status: Int, body: [UInt8]) {
        if request.headers["if-none-match"] == "*", upload(path) != nil { return (412, []) }
        folder.makeFolder("uploads" + path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex))
        do { try folder.write(request.body, to: "uploads" + path) } catch { return (500, []) }
        return (201, [])
    }
}

/// One connection, read and written in the words of HTTP/1.1.
private final class HTTPStream {
    private let descriptor: CInt
    private var buffer: [UInt8] = []

    init(_ descriptor: CInt) { self.descriptor = descriptor }

    func readRequest() -> HTTPServer.Request? {
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let range = buffer.firstRange(of: end) {
                let head = String(decoding: buffer[..<range.lowerBound], as: UTF8.self)
                buffer.removeSubrange(..<range.upperBound)
                return readBody(head)
            }
            guard buffer.count < 65_536, fill() else { return nil }
        }
    }

    private func readBody(_ head: String) -> HTTPServer.Request? {
        // "\r\n" is one Character, so lines are split there as a whole.
        let lines = head.split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3 else { return nil }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            headers[line[..<colon].lowercased()] = String(value)
        }
        let length = Int(headers["content-length"] ?? "0") ?? 0
        while buffer.count < length { guard fill() else { return nil } }
        let body = Array(buffer.prefix(length))
        buffer.removeFirst(length)
        return HTTPServer.Request(
            method: String(words[0]), target: String(words[1]), headers: headers, body: body)
    }

    func write(status: Int, headers: [String: String] = [:], body: [UInt8], isHead: Bool) -> Bool {
        var head = "HTTP/1.1 \(status) Status\r\n"
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) { head += "\(name): \(value)\r\n" }
        if status != 204 && status != 304 { head += "Content-Length: \(body.count)\r\n" }
        return send(Array((head + "\r\n").utf8) + (isHead ? [] : body))
    }

    func write(_ head: String, _ body: [UInt8]) { _ = send(Array(head.utf8) + body) }

    func send(_ bytes: [UInt8]) -> Bool {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(
                    descriptor, $0.baseAddress.map { $0 + offset }, bytes.count - offset, CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            offset += count
        }
        return true
    }

    /// Waits until the other side or the server itself hangs up.
    func waitForEnd() { while fill() {} }

    private func fill() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else { return false }
        buffer += chunk[..<count]
        return true
    }
}

/// Runs a closure on a thread of its own that nobody waits for.
private func startThread(_ body: @escaping @Sendable () -> Void) {
    let box = Unmanaged.passRetained(ThreadBody(body))
    var thread = pthread_t()
    let result = pthread_create(
        &thread, nil,
        { argument in
            if let argument { Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().body() }
            return nil
        }, box.toOpaque())
    if result == 0 { pthread_detach(thread) } else { box.release() }
}

private final class ThreadBody: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}
