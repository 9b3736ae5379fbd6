import CCurl
import Diagnostics
public import Environment

/// An HTTP server as a partner: one URL is one file.
public final class HTTPEndpoint: Endpoint {
    /// Redirects followed in one fetch.
    static let redirectsMax = 5

    private let connection: HTTPConnection
    private let base: WebAddress
    private let session: CurlSession
    private let isStopped: () -> Bool
    private let clock = SystemClock()
    /// When the last request began, in monotonic nanoseconds.
    private var lastBegin: UInt64?

    /// Checks the connection; nothing is connected yet.
    ///
    /// - Throws: `NET.CONNECTION.INVALID` for a base URL that is not https, or http without a reason, or has
    ///   a user.
    public init(
        _ connection: HTTPConnection, isStopped: @escaping @Sendable () -> Bool = { Termination.isRequested }
    ) throws(ExchangeError) {
        guard let base = WebAddress(connection.baseURL), !base.hasUser else {
            throw ExchangeError(
                "NET.CONNECTION.INVALID", "base URL is not usable",
                expected: "https://host/path without user",
                remedy: "correct `base_url` of the connection")
        }
        guard base.scheme == "https" || (base.scheme == "http" && connection.allowsInsecure) else {
            throw ExchangeError(
                "NET.CONNECTION.INVALID", "scheme '\(base.scheme)' is not allowed", expected: "https",
                remedy: "use https, or give `insecure: { reason: … }` on the connection")
        }
        self.connection = connection
        self.base = base
        self.isStopped = isStopped
        session = try CurlSession()
    }

    /// `https://shop.example.com:443`.
    public var address: String { base.origin }
    /// One request carries a whole document.
    public var style: DeliveryStyle { .oneRequest }

    /// One URL, one file: it is there until a fetch says otherwise.
    public func list(_ directory: String, _ request: ListingRequest) throws(ExchangeError) -> Listing {
        let parts = directory.split(separator: "/")
        guard let name = parts.last.map(String.init) else {
            throw ExchangeError(
                "NET.CONNECTION.INVALID", "path of a pickup over HTTP has no name", found: directory,
                expected: "the path of one file, like /exports/orders.csv",
                remedy: "correct `pickup.path` of the channel")
        }
        if let finding = RemoteName.finding(for: DirectoryEntry(name: name)) { throw ExchangeError(finding) }
        return Listing(files: [
            RemoteFile(name: name, directory: "/" + parts.dropLast().joined(separator: "/"))
        ])
    }

    /// GETs one URL. Redirects are followed by us, each looked at before a byte is sent.
    public func fetch(
        _ file: RemoteFile, _ conditions: FetchConditions,
        into sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> FetchReport {
        try withoutActuallyEscaping(sink) { sink in
            let transfer = newTransfer(
                .download(sink), url: try url(file.name, file.directory, conditions.query))
            if let tag = conditions.knownTag { transfer.headers.append(try header("If-None-Match", tag)) }
            let (answer, subject) = try follow(transfer, name: file.name)
            // The closure may not outlive this call.
            transfer.purpose = .look
            try check(answer, of: transfer, subject)
            let isNothing = answer.status == 204 || answer.status == 304
            return FetchReport(
                byteCount: transfer.receivedByteCount, isNothing: isNothing, tag: answer.tag,
                modified: answer.modified)
        }
    }

    /// PUTs or POSTs a document in one request.
    ///
    /// - Throws: `DELIVER.EXISTS` where `onlyIfAbsent` was asked for and something is there.
    public func put(
        _ source: any ByteSource, as name: String, in directory: String, _ options: PutOptions
    ) throws {
        let isPost = options.method == .post
        let transfer = newTransfer(.upload(source, isPost: isPost), url: try url(name, directory, []))
        // A POST on a connection that died meanwhile would be sent twice by libcurl itself.
        transfer.needsFreshConnection = isPost
        transfer.headers.append(try header("Content-Type", options.contentType))
        transfer.headers.append("Expect:")
        if let key = options.idempotencyHeader, !options.idempotencyKey.isEmpty {
            transfer.headers.append(try header(key, options.idempotencyKey))
        }
        if options.onlyIfAbsent, !isPost { transfer.headers.append("If-None-Match: *") }
        try authenticate(transfer)
        let answer = try run(transfer)
        if answer.status == 412, options.onlyIfAbsent { throw existing(name) }
        var subject = subject(name)
        subject.isUpload = true
        try check(answer, of: transfer, subject)
    }

    /// Asks by HEAD; 404 and 410 are nil.
    public func status(of name: String, in directory: String) throws(ExchangeError) -> RemoteFile? {
        let transfer = newTransfer(.look, url: try url(name, directory, []))
        do {
            try authenticate(transfer)
            let answer = try run(transfer)
            if answer.status == 404 || answer.status == 410 { return nil }
            try check(answer, of: transfer, subject(name))
            return RemoteFile(
                name: name, directory: directory, byteCount: answer.announcedByteCount,
                modified: answer.modified)
        } catch let error as ExchangeError {
            throw error
        } catch {
            throw ExchangeError(
                "NET.TRANSFER", "look at '\(RemoteName.displayed(name))' has failed", isTemporary: true)
        }
    }

    /// HTTP has no renaming: `NET.UNSUPPORTED`.
    public func rename(
        _ name: String, in directory: String, to newName: String, in newDirectory: String
    ) throws(ExchangeError) {
        throw unsupported("rename")
    }

    /// Partners' exports are not ours to delete: `NET.UNSUPPORTED`.
    @discardableResult
    public func delete(_ name: String, in directory: String) throws(ExchangeError) -> Bool {
        throw unsupported("delete")
    }

    /// HTTP has no directories: `NET.UNSUPPORTED`.
    public func makeDirectory(_ directory: String) throws(ExchangeError) {
        throw unsupported("make a directory")
    }
}

// MARK: - Requests

extension HTTPEndpoint {
    /// Runs a request when its turn has come.
    private func run(_ transfer: CurlTransfer) throws(ExchangeError) -> CurlSession.Answer {
        if let pause = connection.requestIntervalMilliseconds, pause > 0 {
            let interval = UInt64(pause) * 1_000_000
            while let last = lastBegin, !isStopped() {
                let passed = clock.monotonicNanoseconds() - last
                if passed >= interval { break }
                // In short pieces, so that a wish to end is heard.
                clock.sleep(milliseconds: Int(min(interval - passed, 200_000_000) / 1_000_000) + 1)
            }
            lastBegin = clock.monotonicNanoseconds()
        }
        return try session.run(transfer)
    }

    private func newTransfer(_ purpose: CurlTransfer.Purpose, url: String) -> CurlTransfer {
        let protocols = connection.allowsInsecure ? "http,https" : "https"
        let transfer = CurlTransfer(
            purpose, url: url, protocols: protocols, limits: connection.limits, isStopped: isStopped)
        transfer.authorityFile = connection.authorityFile
        transfer.allowsPrivate = connection.allowsPrivate
        return transfer
    }

    /// Runs a GET and the redirects it is sent on. Credentials go to our own server only.
    private func follow(
        _ transfer: CurlTransfer, name: String
    ) throws(ExchangeError) -> (CurlSession.Answer, TransferSubject) {
        let own = transfer.headers
        var subject = subject(name)
        for hop in 0...Self.redirectsMax {
            transfer.headers = own
            if !subject.isRedirected || WebAddress(transfer.url)?.origin == base.origin {
                try authenticate(transfer)
                transfer.allowsPrivate = connection.allowsPrivate
            } else {
                transfer.user = nil
                transfer.password = nil
                // A redirect is the partner's word, not the operator's: it opens no private address.
                transfer.allowsPrivate = false
            }
            let answer = try run(transfer)
            guard (300..<400).contains(answer.status), answer.status != 304, let next = answer.redirectURL
            else {
                return (answer, subject)
            }
            guard hop < Self.redirectsMax else { break }
            try allow(redirect: next)
            transfer.url = next
            subject.isRedirected = true
            subject.address = WebAddress(next)?.origin ?? subject.address
        }
        throw ExchangeError(
            "NET.REDIRECT.LIMIT", "redirects of \(address) have no end after \(Self.redirectsMax)",
            expected: "at most \(Self.redirectsMax) redirects", remedy: "ask the partner for the right URL")
    }

    private func allow(redirect url: String) throws(ExchangeError) {
        guard let target = WebAddress(url),
            target.scheme == "https" || (target.scheme == "http" && connection.allowsInsecure)
        else {
            let scheme = url.prefix { $0 != ":" }
            throw ExchangeError(
                "NET.REDIRECT.SCHEME",
                "redirect of \(address) is to scheme \(RemoteName.displayed(String(scheme)))",
                found: RemoteName.displayed(url), expected: "a redirect to https",
                remedy: "ask the partner for the right URL; nothing was fetched from there")
        }
        let isKnown =
            target.host == base.host || connection.redirectHosts.contains { $0.lowercased() == target.host }
        guard !isKnown else { return }
        // An address in figures tells without a look-up that it is one of ours: the graver finding of the two.
        if let address = NetworkAddress(literal: target.host), !address.isPublic {
            throw privateRedirect(of: self.address, to: address.description)
        }
        throw ExchangeError(
            "NET.REDIRECT.HOST",
            "redirect of \(address) is to another host, \(RemoteName.displayed(target.host))",
            found: RemoteName.displayed(target.host),
            expected: (["\(base.host)"] + connection.redirectHosts).joined(separator: " or "),
            remedy: "ask the partner whether that is meant, then add the host to `redirect_hosts`; "
                + "nothing was sent there")
    }

    private func authenticate(_ transfer: CurlTransfer) throws(ExchangeError) {
        switch connection.authentication {
        case .none: break
        case .bearer(let secret):
            transfer.headers.append(
                try header("Authorization", "Bearer " + secret.revealed(), isSecret: true))
        case .basic(let user, let password):
            transfer.user = user
            transfer.password = password
        case .header(let name, let value):
            transfer.headers.append(try header(name, value.revealed(), isSecret: true))
        }
    }

    /// One header line, unless its value would begin another.
    private func header(
        _ name: String, _ value: String, isSecret: Bool = false
    ) throws(ExchangeError) -> String {
        let isName =
            !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
        let isClean = value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        guard isName, isClean else {
            throw ExchangeError(
                "NET.CONNECTION.INVALID", "header '\(RemoteName.displayed(name))' has control characters",
                found: isSecret ? nil : RemoteName.displayed(value),
                remedy: "correct the value in the configuration")
        }
        return "\(name): \(value)"
    }

    private func url(_ name: String, _ directory: String, _ query: [QueryItem]) throws(ExchangeError)
        -> String
    {
        var components = directory.split(separator: "/").map(String.init)
        if !name.isEmpty {
            if let finding = RemoteName.finding(for: DirectoryEntry(name: name)) {
                throw ExchangeError(finding)
            }
            components.append(name)
        }
        guard !components.contains("..") else { throw unsafeDirectory(directory) }
        var text = base.text
        for component in components { text += "/" + percentEncoded(component) }
        let items = query.map { percentEncoded($0.name) + "=" + percentEncoded($0.value) }
        return items.isEmpty ? text : text + "?" + items.joined(separator: "&")
    }

    private func subject(_ name: String) -> TransferSubject {
        TransferSubject(name: name, address: address)
    }

    /// An HTTP answer counts only with a good status: an error page arrives as completely as a file.
    private func check(
        _ answer: CurlSession.Answer, of transfer: CurlTransfer, _ subject: TransferSubject
    ) throws {
        let shown = RemoteName.displayed(subject.name)
        switch answer.status {
        case 0, 200..<300:
            if !answer.isOK { throw answer.failure(of: transfer, subject) }
        case 304: break
        case 429:
            let wait = answer.retryAfterSeconds
            throw ExchangeError(
                "NET.HTTP.429",
                "\(address) has had too many requests: retry at \(wait.map { "+\($0) s" } ?? "any time")",
                found: "429", remedy: "wait; lower `requests_per_second` if it goes on", isTemporary: true,
                retryAfterSeconds: wait)
        case 500...:
            throw ExchangeError(
                "NET.HTTP.500", "\(address) has answered \(answer.status) for '\(shown)'",
                found: "\(answer.status)",
                expected: "a status from 200 to 299",
                remedy: "run again later; if it goes on, ask the partner",
                isTemporary: true, retryAfterSeconds: answer.retryAfterSeconds)
        default:
            throw ExchangeError(
                "NET.HTTP.STATUS", "\(address) has answered \(answer.status) for '\(shown)'",
                found: "\(answer.status)", expected: "a status from 200 to 299",
                remedy: answer.status == 401 || answer.status == 403
                    ? "check the connection's credentials with the partner"
                    : "check the channel's path with the partner")
        }
    }

    private func unsupported(_ verb: String) -> ExchangeError {
        ExchangeError(
            "NET.UNSUPPORTED", "HTTP has no way to \(verb)",
            remedy: "use `after: { action: keep }` for this channel")
    }
}
