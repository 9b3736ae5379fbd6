import Glibc

/// OpenSSL's own test server on 127.0.0.1: HTTPS with a certificate of the test's choice. It serves the files
/// of its folder (`openssl s_server -WWW`).
public final class TLSServer: Sendable {
    /// What the server shows.
    public enum Certificate: String, Sendable, CaseIterable {
        /// Valid for localhost, by the folder's own authority.
        case good
        /// By the authority, but of a year ago.
        case expired
        /// By the authority, for another host.
        case foreign
        /// By nobody.
        case selfSigned
    }

    /// Certificates, and the files to be fetched.
    public let folder: TestFolder
    /// Where it listens on 127.0.0.1.
    public let port: Int
    private let process: ServerProcess

    /// Why no server can run here; nil where one can.
    public static var obstacle: String? {
        for program in [opensslPath, "/usr/bin/timeout"] where access(program, X_OK) != 0 {
            return "\(program) is not installed"
        }
        return nil
    }

    /// The authority's certificate in PEM.
    public var authority: String { folder.path + "/authority.pem" }

    /// - Parameter options: more for `openssl s_server`, such as `-tls1_1`.
    public init(_ certificate: Certificate, options: [String] = []) throws {
        let folder = try TestFolder()
        self.folder = folder
        try Self.makeCertificate(certificate, in: folder)
        try folder.write("over TLS".utf8, to: "a.csv")
        let log = folder.path + "/log"
        for _ in 0..<5 {
            let port = try freePort()
            // `-WWW` serves the working directory, so the shell goes there first.
            let accept = "-accept 127.0.0.1:\(port) -cert server.pem -key server.key -WWW"
            let command = "cd \"$0\" && exec \(opensslPath) s_server \(accept) \"$@\""
            unlink(log)
            let process = try ServerProcess(["/bin/sh", "-c", command, folder.path] + options, output: log)
            for _ in 0..<400 {
                let text = readText(log) ?? ""
                if text.contains("ACCEPT") {
                    self.port = port
                    self.process = process
                    return
                }
                if text.lowercased().contains("error") { break }
                usleep(25_000)
            }
            process.stop()
        }
        throw TestServerError("openssl s_server does not listen: \((readText(log) ?? "").suffix(500))")
    }

    /// Ends the server and removes its folder.
    public func stop() {
        process.stop()
        folder.remove()
    }

    private static func makeCertificate(_ certificate: Certificate, in folder: TestFolder) throws {
        let host = certificate == .foreign ? "other.example" : "localhost"
        let extensions = "basicConstraints=CA:FALSE\nsubjectAltName=DNS:\(host)\n"
        try folder.write(extensions.utf8, to: "server.ext")
        let path = folder.path
        let key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        try openssl(
            ["req", "-x509"] + key + [
                "-keyout", path + "/authority.key", "-out", path + "/authority.pem", "-days", "2", "-subj",
                "/CN=Test Authority",
            ], folder)
        try openssl(
            ["req"] + key + [
                "-keyout", path + "/server.key", "-out", path + "/server.csr", "-subj", "/CN=\(host)",
            ],
            folder)
        var sign = [
            "x509", "-req", "-in", path + "/server.csr", "-out", path + "/server.pem", "-extfile",
            path + "/server.ext",
        ]
        if certificate == .selfSigned {
            sign += ["-signkey", path + "/server.key", "-days", "2"]
        } else {
            sign += ["-CA", path + "/authority.pem", "-CAkey", path + "/authority.key", "-CAcreateserial"]
            // 0 days: it ends in the second in which it is made.
            sign += ["-days", certificate == .expired ? "0" : "2"]
        }
        try openssl(sign, folder)
        if certificate == .expired { usleep(1_200_000) }
    }

    private static func openssl(_ arguments: [String], _ folder: TestFolder) throws {
        let log = folder.path + "/openssl.log"
        guard try ServerProcess.run([opensslPath] + arguments, output: log) == 0 else {
            throw TestServerError("openssl \(arguments[0]) failed: \((readText(log) ?? "").suffix(500))")
        }
    }
}

private let opensslPath = "/usr/bin/openssl"
