import Glibc
import Synchronization

/// OpenSSH's own sshd on 127.0.0.1 with a folder as its users' home: a partner's SFTP server for tests.
///
/// It serves SFTP only, to the user who runs the tests, by a key made for it.
public final class SSHServer: Sendable {
    /// Which of the server's host keys it shows.
    public enum HostKey: String, Sendable { case first, second }

    /// Keys, log and the users' home.
    public let folder: TestFolder
    /// Where it listens on 127.0.0.1.
    public let port: Int
    /// The user's name.
    public let user: String
    private let process = Mutex<ServerProcess?>(nil)

    /// Why no server can run here; nil where one can.
    public static var obstacle: String? {
        for program in [sshdPath, keygenPath, "/usr/bin/timeout"] where access(program, X_OK) != 0 {
            return "\(program) is not installed"
        }
        return nil
    }

    /// The path of the folder that users see as their home.
    public var root: String { folder.path + "/root" }
    /// The client's private key (Ed25519) that the server knows.
    public var clientKey: String { folder.path + "/client" }
    /// A client's private key (Ed25519) that the server does not know.
    public var strangerKey: String { folder.path + "/stranger" }

    /// Makes keys and starts a server.
    public init() throws {
        folder = try TestFolder()
        user = String(cString: getpwuid(getuid()).pointee.pw_name)
        folder.makeFolder("root")
        for name in [HostKey.first.rawValue, HostKey.second.rawValue, "client", "stranger"] {
            let path = folder.path + "/" + name
            guard try ServerProcess.run([keygenPath, "-q", "-t", "ed25519", "-N", "", "-f", path]) == 0 else {
                throw TestServerError("ssh-keygen made no key")
            }
        }
        try folder.write(folder.read("client.pub") ?? [], to: "authorized")
        // sshd run by root insists on this folder; whoever is not root neither needs it nor may make it.
        if getuid() == 0 { mkdir("/run/sshd", 0o755) }
        // Between finding a port and using it somebody else may take it.
        for _ in 0..<5 {
            let port = try freePort()
            guard let server = try Self.start(in: folder, port: port, showing: .first) else { continue }
            self.port = port
            process.withLock { $0 = server }
            return
        }
        throw TestServerError("sshd does not listen: \((readText(folder.path + "/log") ?? "").suffix(500))")
    }

    deinit { close() }

    /// The fingerprint of a host key, as `ssh-keygen -l` prints it: `SHA256:…`.
    public func fingerprint(_ key: HostKey = .first) throws -> String {
        let output = folder.path + "/fingerprint-" + key.rawValue
        unlink(output)
        let path = folder.path + "/\(key.rawValue).pub"
        guard try ServerProcess.run([keygenPath, "-l", "-E", "sha256", "-f", path], output: output) == 0
        else {
            throw TestServerError("ssh-keygen gave no fingerprint")
        }
        guard let field = readText(output)?.split(separator: " ").dropFirst().first else {
            throw TestServerError("ssh-keygen gave no fingerprint")
        }
        return String(field)
    }

    /// Starts the server, or starts it anew with a host key.
    public func start(showing key: HostKey = .first) throws {
        stop()
        let server = try Self.start(in: folder, port: port, showing: key)
        guard let server else { throw TestServerError("sshd does not listen: \(log.suffix(500))") }
        process.withLock { $0 = server }
    }

    /// - Returns: nil where the port is taken.
    private static func start(in folder: TestFolder, port: Int, showing key: HostKey) throws -> ServerProcess?
    {
        let configuration = """
            Port \(port)
            ListenAddress 127.0.0.1
            HostKey \(folder.path)/\(key.rawValue)
            AuthorizedKeysFile \(folder.path)/authorized
            PidFile none
            StrictModes no
            UsePAM no
            PermitRootLogin yes
            PasswordAuthentication yes
            KbdInteractiveAuthentication no
            MaxStartups 200
            LogLevel DEBUG1
            Subsystem sftp internal-sftp
            ForceCommand internal-sftp -d \(folder.path)/root

            """
        try folder.write(configuration.utf8, to: "sshd_config")
        let log = folder.path + "/log"
        let before = readBytes(log)?.count ?? 0
        let server = try ServerProcess(
            [sshdPath, "-D", "-e", "-f", folder.path + "/sshd_config"], output: log)
        for _ in 0..<400 {
            let text = String(decoding: readBytes(log)?.dropFirst(before) ?? [], as: UTF8.self)
            if text.contains("Server listening on 127.0.0.1 port \(port)") { return server }
            if text.contains("Cannot bind any address") { break }
            usleep(25_000)
        }
        server.stop()
        return nil
    }

    /// Ends the server with all its sessions. - Twice: nothing.
    public func stop() {
        process.withLock { process in
            process?.stop()
            process = nil
        }
    }

    /// Ends the server and removes its folder. - Twice: nothing.
    public func close() {
        stop()
        folder.remove()
    }

    /// Ends the sessions with SIGKILL and leaves the server listening: the line goes dead in mid-transfer.
    public func killSessions() {
        process.withLock { process in
            guard let process, let server = ServerProcess.descendants(of: process.number).first else {
                return
            }
            for session in ServerProcess.descendants(of: server).reversed() { _ = kill(session, SIGKILL) }
        }
    }

    /// What the server has logged so far.
    public var log: String { readText(folder.path + "/log") ?? "" }
}

private let sshdPath = "/usr/sbin/sshd"
private let keygenPath = "/usr/bin/ssh-keygen"
