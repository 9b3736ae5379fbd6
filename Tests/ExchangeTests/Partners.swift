import Diagnostics
import Environment
import Exchange
import TestSupport
import Testing

/// A partner's side of a connection, for tests: where its files really lie, and how to reach it.
struct Partner {
    /// The folder that the endpoint sees as its root or home.
    let root: String
    let connection: Connection
    /// Ends servers and removes folders.
    let close: @Sendable () -> Void

    static func directory() throws -> Partner {
        let folder = try TestFolder()
        return Partner(
            root: folder.path, connection: .directory(DirectoryConnection(root: folder.path)),
            close: { folder.remove() })
    }

    static func sftp() throws -> Partner {
        let server = try SSHServer()
        let keys = try #require(HostKeys([server.fingerprint()]))
        return Partner(
            root: server.root, connection: .sftp(server.connection(hostKeys: keys)),
            close: { server.close() })
    }

    func open() throws -> any Endpoint { try connection.open(isStopped: { false }) }

    func write(_ text: String, to name: String) throws {
        let store = PosixFileStore()
        try store.makeDirectories(parentDirectory(of: root + "/" + name))
        try store.remove(root + "/" + name)
        let writer = try store.create(root + "/" + name)
        try writer.write(Array(text.utf8))
        try writer.close()
    }

    func read(_ name: String) -> String? {
        (try? PosixFileStore().contents(of: root + "/" + name, limit: 1 << 26)).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    func names(in directory: String) throws -> [String] {
        try PosixFileStore().entries(of: root + "/" + directory).map(\.name)
    }
}

extension SSHServer {
    func connection(
        hostKeys: HostKeys, authentication: SFTPConnection.Authentication? = nil,
        limits: TransferLimits = TransferLimits(connectMilliseconds: 10_000, totalMilliseconds: 30_000)
    ) -> SFTPConnection {
        SFTPConnection(
            host: "127.0.0.1", port: port, user: user,
            authentication: authentication ?? .key(path: clientKey, passphrase: nil), hostKeys: hostKeys,
            limits: limits, allowsPrivate: true)
    }
}

extension Endpoint {
    /// The whole file as text.
    func text(_ name: String, in directory: String) throws -> String {
        var bytes: [UInt8] = []
        _ = try fetch(RemoteFile(name: name, directory: directory), FetchConditions()) { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// The code of the `ExchangeError` that a call throws; the text of any other error; "none" for none.
func code(_ call: () throws -> Void) -> String {
    do {
        try call()
        return "none"
    } catch let error as ExchangeError {
        return error.code.rawValue
    } catch {
        return "\(error)"
    }
}

/// The `ExchangeError` that a call throws; nil for none and for others.
func failure(_ call: () throws -> Void) -> ExchangeError? {
    do {
        try call()
        return nil
    } catch {
        return error as? ExchangeError
    }
}
