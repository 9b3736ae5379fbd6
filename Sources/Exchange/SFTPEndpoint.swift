import CCurl
import Diagnostics
public import Environment

/// An SFTP server as a partner (libcurl with libssh2).
///
/// Directories without a leading slash are below the user's home.
public final class SFTPEndpoint: Endpoint {
    private let connection: SFTPConnection
    private let session: CurlSession
    private let isStopped: () -> Bool
    private let server: String

    /// Checks the connection; nothing is connected yet.
    ///
    /// - Throws: `NET.CONNECTION.INVALID` for a host or port that is none.
    public init(
        _ connection: SFTPConnection, isStopped: @escaping @Sendable () -> Bool = { Termination.isRequested }
    ) throws(ExchangeError) {
        let isHost = connection.host.utf8.allSatisfy { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
                || byte == UInt8(ascii: ":")
        }
        guard isHost, !connection.host.isEmpty, (1...65535).contains(connection.port) else {
            throw ExchangeError(
                "NET.CONNECTION.INVALID", "host or port is not usable",
                found: RemoteName.displayed("\(connection.host):\(connection.port)"),
                expected: "a host name and a port from 1 to 65535", remedy: "correct the connection")
        }
        self.connection = connection
        self.isStopped = isStopped
        let host = connection.host.contains(":") ? "[\(connection.host)]" : connection.host
        server = "\(host):\(connection.port)"
        session = try CurlSession()
    }

    /// `sftp://northwind@sftp.megamart.example:22`.
    public var address: String { "sftp://\(RemoteName.displayed(connection.user))@\(server)" }
    /// A part first, then a rename that never replaces.
    public var style: DeliveryStyle { .partThenRename }

    /// Reads the server's own listing; times are asked for file by file, only where they are needed.
    public func list(_ directory: String, _ request: ListingRequest) throws(ExchangeError) -> Listing {
        var listing = Listing(files: [])
        let text = try listingText(directory)
        for line in SFTPListing.entries(in: text) {
            switch line {
            case .unreadable(let text):
                listing.skipped.append(
                    Diagnostic(
                        "NET.LISTING.INVALID", .warning,
                        "line of the listing of '\(directory)' is not readable",
                        found: String(RemoteName.displayed(text).prefix(40)),
                        expected: "a line as `ls -l` writes it",
                        remedy: "ask the partner to rename files with line breaks in their names"))
            case .entry(let entry, let kind, let size):
                if let match = request.match, !match.matches(entry.name) { continue }
                if let finding = RemoteName.finding(for: entry) {
                    listing.skipped.append(finding)
                } else if kind != .regular {
                    listing.skipped.append(notRegular(entry.name, kind.rawValue))
                } else {
                    listing.files.append(RemoteFile(name: entry.name, directory: directory, byteCount: size))
                }
            }
        }
        listing.files.sort { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        guard request.needsModified else { return listing }
        var timed: [RemoteFile] = []
        // Gone since the listing: as if it had never been listed.
        for file in listing.files {
            if let status = try status(of: file.name, in: directory) { timed.append(status) }
        }
        listing.files = timed
        return listing
    }

    /// Reads a file. A session that breaks off is `NET.TRUNCATED`, with how far it came.
    public func fetch(
        _ file: RemoteFile, _ conditions: FetchConditions,
        into sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> FetchReport {
        try withoutActuallyEscaping(sink) { sink in
            let transfer = newTransfer(.download(sink), try url(file.directory, file.name))
            let answer = try run(transfer)
            // The closure may not outlive this call.
            transfer.purpose = .look
            var subject = subject(file.name)
            subject.expectedByteCount = file.byteCount
            guard answer.isOK else { throw answer.failure(of: transfer, subject) }
            let got = transfer.receivedByteCount
            if let listed = file.byteCount, listed != got { throw unstable(file.name, from: listed, to: got) }
            return FetchReport(byteCount: got, modified: answer.modified)
        }
    }

    /// Writes a file, replacing one of the same name.
    ///
    /// - Throws: `DELIVER.INCOMPLETE` where the session breaks off: what arrived so far stays under this
    ///   name.
    public func put(
        _ source: any ByteSource, as name: String, in directory: String, _ options: PutOptions
    ) throws {
        let transfer = newTransfer(.upload(source, isPost: false), try url(directory, name))
        let answer = try run(transfer)
        var subject = subject(name)
        subject.isUpload = true
        guard answer.isOK else { throw answer.failure(of: transfer, subject) }
    }

    /// Looks at one file; links are followed by the server.
    public func status(of name: String, in directory: String) throws(ExchangeError) -> RemoteFile? {
        let transfer = newTransfer(.look, try url(directory, name))
        let answer = try run(transfer)
        if answer.isOK {
            // libcurl tells a length of 0 as none. Where the time is known the server told the length too.
            let size = answer.announcedByteCount ?? (answer.modified == nil ? nil : 0)
            return RemoteFile(name: name, directory: directory, byteCount: size, modified: answer.modified)
        }
        let error = typed(answer.failure(of: transfer, subject(name)), name)
        if error.code == "NET.VANISHED" { return nil }
        throw error
    }

    /// Renames, after looking that the target is free: not every server refuses to replace.
    public func rename(
        _ name: String, in directory: String, to newName: String, in newDirectory: String
    ) throws(ExchangeError) {
        // Some servers replace the target in spite of the protocol: only a look before is certain to help
        // there.
        if try status(of: newName, in: newDirectory) != nil { throw existing(newName) }
        let source = try quoted(directory, name)
        let target = try quoted(newDirectory, newName)
        do {
            try command(["rename \(source) \(target)"], subject: name)
        } catch {
            guard !error.isTemporary || error.code == "NET.TRANSFER" else { throw error }
            if try status(of: newName, in: newDirectory) != nil { throw existing(newName) }
            throw error
        }
    }

    /// Removes a file.
    @discardableResult
    public func delete(_ name: String, in directory: String) throws(ExchangeError) -> Bool {
        do {
            try command(["rm \(try quoted(directory, name))"], subject: name)
            return true
        } catch {
            if error.code == "NET.VANISHED" { return false }
            throw error
        }
    }

    /// Makes the directory and those above it; what is there already is left as it is.
    public func makeDirectory(_ directory: String) throws(ExchangeError) {
        var path = directory.hasPrefix("/") ? "/" : ""
        var commands: [String] = []
        for component in directory.split(separator: "/") {
            path += (path.isEmpty || path == "/" ? "" : "/") + component
            // The star: goes on where the directory is there already.
            commands.append("*mkdir \(try quoted(path, nil))")
        }
        if !commands.isEmpty { try command(commands, subject: directory) }
    }
}

// MARK: - Requests

extension SFTPEndpoint {
    /// Bytes of a directory listing: 100,000 names fit a few times.
    private static let listingByteCountMax = 64 << 20

    private func newTransfer(_ purpose: CurlTransfer.Purpose, _ url: String) -> CurlTransfer {
        let transfer = CurlTransfer(
            purpose, url: url, protocols: "sftp", limits: connection.limits, isStopped: isStopped)
        transfer.user = connection.user
        transfer.hostKeys = connection.hostKeys
        transfer.allowsPrivate = connection.allowsPrivate
        switch connection.authentication {
        case .password(let secret): transfer.password = secret
        case .key(let path, let passphrase):
            transfer.keyFile = path
            transfer.password = passphrase
        }
        return transfer
    }

    /// Runs a transfer; where a connection of an earlier one turns out to be dead before any byte has moved,
    /// once more on a new one. Servers end idle sessions without a word.
    private func run(_ transfer: CurlTransfer) throws(ExchangeError) -> CurlSession.Answer {
        let answer = try session.run(transfer)
        let isStale =
            !answer.isOK && answer.newConnectionCount == 0 && transfer.receivedByteCount == 0
            && !transfer.hasSent
            && transfer.openedCount == 0 && transfer.failure == nil && answer.isBroken
        guard isStale else { return answer }
        transfer.needsFreshConnection = true
        return try session.run(transfer)
    }

    private func listingText(_ directory: String) throws(ExchangeError) -> [UInt8] {
        var text: [UInt8] = []
        let transfer = newTransfer(.look, try url(directory, nil))
        transfer.purpose = .download { bytes in
            guard text.count + bytes.count <= Self.listingByteCountMax else {
                throw tooLarge(directory, Self.listingByteCountMax)
            }
            text.append(contentsOf: bytes)
        }
        let answer = try run(transfer)
        transfer.purpose = .look
        guard answer.isOK else {
            let error = typed(answer.failure(of: transfer, subject(directory)), directory)
            guard error.code == "NET.VANISHED" else { throw error }
            throw ExchangeError(
                "NET.PATH.MISSING", "remote directory '\(RemoteName.displayed(directory))' is not there",
                remedy: "ask the partner to make the directory, or correct the channel's path")
        }
        return text
    }

    private func command(_ lines: [String], subject name: String) throws(ExchangeError) {
        let transfer = newTransfer(.look, try url("", nil))
        transfer.commands = lines
        let answer = try run(transfer)
        guard !answer.isOK else { return }
        throw typed(answer.failure(of: transfer, subject(name)), name)
    }

    private func url(_ directory: String, _ name: String?) throws(ExchangeError) -> String {
        let components = try components(directory, name).map(percentEncoded)
        let start = directory.hasPrefix("/") ? "" : "/~"
        let path = components.map { "/" + $0 }.joined()
        return "sftp://\(server)\(start)\(path)" + (name == nil ? "/" : "")
    }

    /// A path for libcurl's command lines: in quotes, with backslashes before quotes and backslashes.
    private func quoted(_ directory: String, _ name: String?) throws(ExchangeError) -> String {
        let path =
            (directory.hasPrefix("/") ? "/" : "") + (try components(directory, name)).joined(separator: "/")
        var text = "\""
        for character in path {
            if character == "\"" || character == "\\" { text += "\\" }
            text.append(character)
        }
        return text + "\""
    }

    private func components(_ directory: String, _ name: String?) throws(ExchangeError) -> [String] {
        var components = directory.split(separator: "/").filter { $0 != "." }.map(String.init)
        let isClean = directory.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        guard isClean, !components.contains("..") else { throw unsafeDirectory(directory) }
        if let name {
            if let finding = RemoteName.finding(for: DirectoryEntry(name: name)) {
                throw ExchangeError(finding)
            }
            components.append(name)
        }
        return components
    }

    private func subject(_ name: String) -> TransferSubject { TransferSubject(name: name, address: address) }

    private func typed(_ error: any Error, _ name: String) -> ExchangeError {
        error as? ExchangeError
            ?? ExchangeError(
                "NET.TRANSFER", "'\(RemoteName.displayed(name))' has failed: \(error)", isTemporary: true)
    }
}
