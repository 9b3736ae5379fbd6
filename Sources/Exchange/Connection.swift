public import Environment

/// How bytes move to and from a partner, as the configuration says; no business meaning.
public enum Connection: Sendable {
    case directory(DirectoryConnection)
    case http(HTTPConnection)
    case sftp(SFTPConnection)

    /// An endpoint of its own, for one thread. Nothing is connected before its first call.
    ///
    /// - Parameter isStopped: asked at least once a second during transfers; true ends them with
    ///   `NET.STOPPED`.
    /// - Throws: `NET.CONNECTION.INVALID` where the connection cannot be used as it is declared.
    public func open(
        isStopped: @escaping @Sendable () -> Bool = { Termination.isRequested }
    ) throws(ExchangeError) -> any Endpoint {
        switch self {
        case .directory(let connection): DirectoryEndpoint(connection)
        case .http(let connection): try HTTPEndpoint(connection, isStopped: isStopped)
        case .sftp(let connection): try SFTPEndpoint(connection, isStopped: isStopped)
        }
    }
}

/// A folder that a partner, a mount or another program reads and writes.
public struct DirectoryConnection: Sendable {
    /// The path under which all directories of this connection lie.
    public var root: String
    /// How long and how much a transfer may take.
    public var limits: TransferLimits
    /// The disk on which the folder lies.
    public var store: any FileStore

    /// A folder under `root`.
    public init(
        root: String, limits: TransferLimits = TransferLimits(), store: any FileStore = PosixFileStore()
    ) {
        self.root = root
        self.limits = limits
        self.store = store
    }
}

/// An HTTP server. TLS certificates are always verified.
public struct HTTPConnection: Sendable {
    /// How we tell who we are.
    public enum Authentication: Sendable {
        case none
        case bearer(Secret)
        case basic(user: String, password: Secret)
        /// A header of the server's own choice, such as `X-Api-Key`.
        case header(name: String, value: Secret)
    }

    /// `https://host[:port][/path]`.
    public var baseURL: String
    /// Sent with each request to the base URL's own server, and to no other.
    public var authentication: Authentication
    /// How long and how much a transfer may take.
    public var limits: TransferLimits
    /// `http:` may be used: the configuration gave a reason.
    public var allowsInsecure: Bool
    /// The base URL's own host may have a private or loopback address. Redirects elsewhere still may not.
    public var allowsPrivate: Bool
    /// The shortest time from the beginning of one request to that of the next; nil for no limit.
    public var requestIntervalMilliseconds: Int?
    /// Hosts besides the base URL's own to which a redirect may lead, in any case of letters. They are never told
    /// who we are.
    public var redirectHosts: [String]
    /// A file of certificate authorities in PEM to trust instead of the system's.
    public var authorityFile: String?

    /// A server under `baseURL`; certificates are verified whatever is said here.
    public init(
        baseURL: String, authentication: Authentication = .none, limits: TransferLimits = TransferLimits(),
        allowsInsecure: Bool = false, allowsPrivate: Bool = false, authorityFile: String? = nil,
        requestIntervalMilliseconds: Int? = nil, redirectHosts: [String] = []
    ) {
        self.baseURL = baseURL
        self.authentication = authentication
        self.limits = limits
        self.allowsInsecure = allowsInsecure
        self.allowsPrivate = allowsPrivate
        self.authorityFile = authorityFile
        self.requestIntervalMilliseconds = requestIntervalMilliseconds
        self.redirectHosts = redirectHosts
    }
}

/// An SFTP server. Its host key is always verified, before anything is said about the user.
public struct SFTPConnection: Sendable {
    /// How we tell who we are.
    public enum Authentication: Sendable {
        case password(Secret)
        /// A private key file (Ed25519 or ECDSA; see `sftpKeyProblem`).
        case key(path: String, passphrase: Secret?)
    }

    /// A host name or address.
    public var host: String
    /// 1 to 65535.
    public var port: Int
    /// Our user's name there.
    public var user: String
    /// Used only once the host key has been recognised.
    public var authentication: Authentication
    /// The keys of which the server must show one.
    public var hostKeys: HostKeys
    /// How long and how much a transfer may take.
    public var limits: TransferLimits
    /// The host may have a private or loopback address.
    public var allowsPrivate: Bool

    /// A server with the host keys that its owner announced.
    public init(
        host: String, port: Int = 22, user: String, authentication: Authentication, hostKeys: HostKeys,
        limits: TransferLimits = TransferLimits(), allowsPrivate: Bool = false
    ) {
        self.host = host
        self.port = port
        self.user = user
        self.authentication = authentication
        self.hostKeys = hostKeys
        self.limits = limits
        self.allowsPrivate = allowsPrivate
    }
}

/// The host keys that a partner announced: at least one, since there is no trust on first use.
public struct HostKeys: Sendable, Hashable {
    /// `SHA256:` and 43 characters of base64, as `ssh-keygen -l` prints them.
    public let fingerprints: [String]

    /// - Returns: nil for an empty list or text that is no SHA-256 fingerprint; padding is tolerated.
    public init?(_ fingerprints: [String]) {
        guard !fingerprints.isEmpty else { return nil }
        var accepted: [String] = []
        for text in fingerprints {
            guard let normal = Self.normal(text) else { return nil }
            accepted.append(normal)
        }
        self.fingerprints = accepted
    }

    private static func normal(_ text: String) -> String? {
        guard text.hasPrefix("SHA256:") else { return nil }
        var letters = Array(text.utf8.dropFirst(7))
        if letters.count == 44, letters.last == UInt8(ascii: "=") { letters.removeLast() }
        let isBase64 = letters.allSatisfy { letter in
            (0x30...0x39).contains(letter) || (0x41...0x5A).contains(letter) || (0x61...0x7A).contains(letter)
                || letter == UInt8(ascii: "+") || letter == UInt8(ascii: "/")
        }
        return letters.count == 43 && isBase64 ? "SHA256:" + String(decoding: letters, as: UTF8.self) : nil
    }
}
