package import Canonical
import Diagnostics

/// How bytes move to and from one place. Which keys apply depends on the type.
public struct Connection: Sendable, Hashable {
    /// The protocol.
    public enum Transport: String, Sendable, CaseIterable {
        /// HTTP(S).
        case http
        /// SSH file transfer.
        case sftp
        /// A folder of this machine.
        case directory
    }

    package var id = ""
    package var place = ConfigurationPlace()
    package var type = Transport.directory
    /// Whether it may be used by an installation whose usage is `test`.
    package var isTest = false
    package var allowsPrivate = false
    package var insecure: InsecureReason?
    package var timeout = Timeouts()
    package var limits = ConnectionLimits()

    // http
    package var baseURL: String?
    package var auth: HTTPAuthentication?
    /// A file of certificates to trust instead of the system's.
    package var caFile: String?
    package var redirectHosts: [String] = []

    // sftp
    package var host: String?
    package var port: Int?
    package var user: String?
    package var password: SecretReference?
    package var privateKey: SecretReference?
    package var passphrase: SecretReference?
    package var hostKeys: [String] = []

    // directory
    /// As written. `<state>` at its beginning is the state folder; another relative path starts at the folder of
    /// the file in which it stands, and has been made whole.
    package var root: String?

    package init() {}

    /// The folder of a directory connection, given the state folder.
    package func resolvedRoot(state: String) -> String? {
        guard let root else { return nil }
        return root.hasPrefix(Self.stateMark) ? state + root.dropFirst(Self.stateMark.count) : root
    }

    static let stateMark = "<state>"
}

/// Why an unencrypted connection is used all the same.
public struct InsecureReason: Sendable, Hashable {
    package var reason = ""
    package init() {}
}

extension InsecureReason: Declared {
    static let shape = Shape<InsecureReason>(
        "insecure", "Why an unencrypted connection is used all the same."
    ) {
        $0.required(
            "reason", \.reason, .text, "the reason, for the next reader",
            example: "loopback to a local gateway")
    }
}

/// How long a transfer may take.
public struct Timeouts: Sendable, Hashable {
    package var connect = ConfiguredDuration(10, .seconds)
    package var total = ConfiguredDuration(5, .minutes)
    package init() {}
}

extension Timeouts: Declared {
    static let shape = Shape<Timeouts>("timeout", "How long a transfer may take.") {
        $0.value("connect", \.connect, .clockDuration, "until the connection stands")
        $0.value("total", \.total, .clockDuration, "until one file is through")
    }
}

/// What a connection carries at most.
public struct ConnectionLimits: Sendable, Hashable {
    package var maxBytes = ByteSize(byteCount: 256 << 20)
    package var maxFiles = 10_000
    package var requestsPerSecond: ScaledDecimal?
    package var sessions = 1
    package init() {}

    /// From the beginning of one request to that of the next, rounded up; nil for no limit.
    var requestIntervalMilliseconds: Int? {
        guard let rate = requestsPerSecond, rate.units > 0 else { return nil }
        var thousand: Int64 = 1000
        for _ in 0..<rate.scale { thousand *= 10 }
        return Int((thousand + rate.units - 1) / rate.units)
    }
}

extension ConnectionLimits: Declared {
    static let shape = Shape<ConnectionLimits>("limits", "What a connection carries at most.") {
        $0.notYet("sessions", except: ["1"], "one connection is open at a time")
        $0.value("max_bytes", \.maxBytes, .byteSize, "the largest file that is fetched")
        $0.value("max_files", \.maxFiles, .count(1...1_000_000), "files fetched in one run")
        $0.optional(
            "requests_per_second", \.requestsPerSecond, .decimal, "http: requests in one second", example: "2"
        )
        $0.value("sessions", \.sessions, .count(1...64), "connections open at once")
    }
}

/// How an HTTP server knows us: one of bearer, basic (user and password), or a header.
public struct HTTPAuthentication: Sendable, Hashable {
    package var bearer: SecretReference?
    package var user: String?
    package var password: SecretReference?
    package var header: String?
    package var value: SecretReference?
    package init() {}
}

extension HTTPAuthentication: Declared {
    static let shape = Shape<HTTPAuthentication>(
        "auth",
        "How an HTTP server knows us: a bearer token, a user with a password, or a header with a value."
    ) {
        $0.optional("bearer", \.bearer, .secret, "the token of `Authorization: Bearer`")
        $0.optional("user", \.user, .text, "the user of basic authentication", example: "northwind")
        $0.optional("password", \.password, .secret, "the user's password")
        $0.optional("header", \.header, .text, "the name of a header", example: "X-Api-Key")
        $0.optional("value", \.value, .secret, "the header's value")
    }

    mutating func finish(at place: ConfigurationPlace, _ reading: inout ConfigurationReading) {
        let ways = [bearer != nil, user != nil || password != nil, header != nil || value != nil]
        let isWhole = (user == nil) == (password == nil) && (header == nil) == (value == nil)
        guard !isWhole || ways.filter({ $0 }).count != 1 else { return }
        reading.refuse(
            "CONFIG.CONFLICT", at: place.location, "\(place.path) is not one whole way to sign in",
            expected: "bearer alone, user with password, or header with value")
    }
}

extension Connection: Declared {
    static let shape = Shape<Connection>("connection", "How bytes move to and from one place.") {
        $0.required("type", \.type, .choice, "the protocol", example: "sftp")
        $0.value(
            "test", \.isTest, .flag,
            "whether it leads to a test system; an instance of usage `test` uses no other")
        $0.value(
            "allow_private", \.allowsPrivate, .flag, "whether loopback and private addresses may be reached")
        $0.optional("insecure", \.insecure, .section, "allows plain http, with a reason")
        $0.value("timeout", \.timeout, .section, "how long a transfer may take")
        $0.value("limits", \.limits, .section, "what is carried at most")
        $0.optional(
            "base_url", \.baseURL, .address, "http: where paths begin; https unless `insecure`",
            example: "https://shop.example.com")
        $0.optional("auth", \.auth, .section, "http: how the server knows us")
        $0.optional(
            "ca_file", \.caFile, .path,
            "http: the only certificates to trust (PEM), from the folder of this file")
        $0.value(
            "redirect_hosts", \.redirectHosts, .list(of: .text), "http: other hosts a redirect may lead to")
        $0.optional("host", \.host, .text, "sftp: the server", example: "sftp.megamart.example")
        $0.optional("port", \.port, .count(1...65_535), "sftp: the port; 22 when absent", example: "22")
        $0.optional("user", \.user, .text, "sftp: the user", example: "northwind")
        $0.optional("password", \.password, .secret, "sftp: the user's password")
        $0.optional(
            "private_key", \.privateKey, .secret, "sftp: the user's private key (Ed25519 or ECDSA), as a file"
        )
        $0.optional("passphrase", \.passphrase, .secret, "sftp: the passphrase of the private key")
        $0.value(
            "host_keys", \.hostKeys, .list(of: .hostKey),
            "sftp, required: the server's keys as `ssh-keygen -lf` prints them; never trusted on first use",
            example: "[ \"SHA256:3vY0w1kq0m3yV0kqj9m2l0c1bq7b8m0ZxX8oJ4nQ5vA\" ]")
        $0.optional(
            "root", \.root, .path,
            "directory: the folder; `<state>` at its beginning is the state folder, another relative path starts at the "
                + "folder of this file", example: "<state>/partners/megamart")
    }
}

extension ValueKind where Value == String {
    /// The SHA-256 fingerprint of a host key: 32 bytes in base64 are 43 characters.
    static let hostKey = ValueKind.scalar(
        "host key fingerprint", like: "SHA256:3vY0w1kq0m3yV0kqj9m2l0c1bq7b8m0ZxX8oJ4nQ5vA", show: { $0 }
    ) { text in
        guard text.hasPrefix("SHA256:") else { return nil }
        let body = text.dropFirst(7).utf8
        let isBase64 = body.allSatisfy {
            (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == 0x2B || $0 == 0x2F
        }
        return isBase64 && (43...44).contains(body.count) ? text : nil
    }
}

extension ValueKind where Value == String {
    /// An address without a user and a password in it: those are secrets.
    static let address = ValueKind(text.outline, show: { $0 }) { node, place, reading in
        guard let address = text.read(node, place, &reading) else { return nil }
        let authority = address.split(separator: "//", maxSplits: 1).last ?? ""
        guard !authority.prefix(while: { $0 != "/" && $0 != "?" && $0 != "#" }).contains("@") else {
            reading.refuseLiteral(node, place)
            return nil
        }
        return address
    }
}
