import Canonical
import Diagnostics
import Environment
import Exchange

/// Opens the connections that the configuration declares, each once, and keeps them for the length of a run.
final class SiteConnections {
    private let configuration: SiteConfiguration
    private let stateRoot: String
    private let store: any FileStore
    private var open: [String: any Endpoint] = [:]
    /// Connections that failed in this run: they are not tried again for every file.
    private(set) var unreachable: [String: ExchangeError] = [:]

    init(_ configuration: SiteConfiguration, stateRoot: String, store: any FileStore) {
        self.configuration = configuration
        self.stateRoot = stateRoot
        self.store = store
    }

    func endpoint(_ id: String) throws -> any Endpoint {
        if let endpoint = open[id] { return endpoint }
        guard let declared = configuration.connection(id) else {
            throw Diagnostic(
                "CONFIG.REFERENCE", .error, "connection '\(id)' is not declared", found: id,
                expected: "an id under `connections:`", remedy: "declare it, or name another", move: .ours)
        }
        let endpoint = try declared.transport(stateRoot: stateRoot, store: store).open()
        open[id] = endpoint
        return endpoint
    }

    /// Remembers that a partner cannot be reached now; the others go on.
    func markUnreachable(_ id: String, _ error: ExchangeError) { unreachable[id] = error }
}

extension Connection {
    /// The connection as Exchange wants it, with its secrets read.
    func transport(stateRoot: String, store: any FileStore) throws -> Exchange.Connection {
        let limits = TransferLimits(
            connectMilliseconds: (timeout.connect.seconds ?? 10) * 1000,
            totalMilliseconds: (timeout.total.seconds ?? 300) * 1000, byteCountMax: limits.maxBytes.byteCount)
        switch type {
        case .directory:
            return .directory(
                DirectoryConnection(root: resolvedRoot(state: stateRoot) ?? ".", limits: limits, store: store)
            )
        case .http:
            return .http(
                HTTPConnection(
                    baseURL: baseURL ?? "", authentication: try httpAuthentication(), limits: limits,
                    allowsInsecure: insecure != nil, allowsPrivate: allowsPrivate, authorityFile: caFile,
                    requestIntervalMilliseconds: self.limits.requestIntervalMilliseconds,
                    redirectHosts: redirectHosts))
        case .sftp:
            guard let keys = HostKeys(hostKeys) else {
                throw Diagnostic(
                    "CONFIG.HOSTKEY.MISSING", .error, at: place.location,
                    "connection '\(id)' has no usable host key",
                    expected: "SHA256: and 43 characters, as `ssh-keygen -lf` prints them",
                    remedy: "ask the partner for their host key and write it under `host_keys`", move: .ours)
            }
            return .sftp(
                SFTPConnection(
                    host: host ?? "", port: port ?? 22, user: user ?? "",
                    authentication: try sftpAuthentication(),
                    hostKeys: keys, limits: limits, allowsPrivate: allowsPrivate))
        }
    }

    private func httpAuthentication() throws -> HTTPConnection.Authentication {
        if let bearer = auth?.bearer { return .bearer(try bearer.read(for: self)) }
        if let user = auth?.user, let password = auth?.password {
            return .basic(user: user, password: try password.read(for: self))
        }
        if let header = auth?.header, let value = auth?.value {
            return .header(name: header, value: try value.read(for: self))
        }
        return .none
    }

    private func sftpAuthentication() throws -> SFTPConnection.Authentication {
        if case .file(let path)? = privateKey {
            return .key(path: path, passphrase: try passphrase?.read(for: self))
        }
        guard let password else {
            throw Diagnostic(
                "CONFIG.KEY.MISSING", .error, at: place.location, "connection '\(id)' has no way to sign in",
                expected: "private_key: { file: PATH } or password: { env: NAME }", remedy: "add one",
                move: .ours)
        }
        return .password(try password.read(for: self))
    }
}

extension SecretReference {
    /// Secrets are short; a longer file is something else.
    private static let byteCountMax = 64 * 1024

    /// The secret itself, without the line end that editors leave behind it. Its file is looked at again here: it may
    /// have changed since the configuration was checked.
    func read(for connection: Connection) throws(Diagnostic) -> Secret {
        switch self {
        case .environment(let name):
            guard let value = readEnvironment(name) else {
                throw Diagnostic(
                    "CONFIG.ENV.MISSING", .error, at: connection.place.location,
                    "environment variable \(name) is not set", found: name,
                    expected: "the secret in the environment of the run", remedy: "export \(name)",
                    move: .ours)
            }
            return Secret(value)
        case .file(let path):
            let content: OperatorFiles.Content
            do throws(FileError) { content = try OperatorFiles.read(path, limit: Self.byteCountMax) } catch {
                throw Self.unreadable(path, error, connection)
            }
            guard content.mode & 0o077 == 0 else {
                throw Diagnostic(
                    "CONFIG.SECRET.PERMISSIONS", .error, at: connection.place.location,
                    "secret of connection '\(connection.id)' is a file that others can read: '\(path)'",
                    found: "0" + String(content.mode, radix: 8), expected: "0600",
                    remedy: "chmod 600 '\(path)'",
                    move: .ours)
            }
            var bytes = content.bytes
            while bytes.last == 0x0A || bytes.last == 0x0D { bytes.removeLast() }
            return Secret(String(decoding: bytes, as: UTF8.self))
        }
    }
    private static func unreadable(
        _ path: String, _ error: FileError, _ connection: Connection
    ) -> Diagnostic {
        let subject = "secret of connection '\(connection.id)'"
        let (state, remedy) =
            error.isMissing
            ? ("is not there: file '\(path)'", "create '\(path)' with mode 0600")
            : error.isFull
                ? ("is a file too large for a secret: '\(path)'", "name the file that is meant")
                : (
                    "is not readable: '\(path)'",
                    "name a file of mode 0600 that belongs to the user of the run"
                )
        return Diagnostic(
            "CONFIG.SECRET.MISSING", .error, at: connection.place.location, "\(subject) \(state)",
            found: error.reason, expected: "a file with the secret alone, at most \(byteCountMax) bytes",
            remedy: remedy, move: .ours)
    }
}
