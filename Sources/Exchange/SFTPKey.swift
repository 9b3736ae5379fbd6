public import Environment

/// The kind of a private key file, as far as its text tells.
public enum SFTPKeyKind: String, Sendable, Hashable {
    case ed25519, ecdsa, rsa, dsa
    /// Not a private key that we know.
    case unknown
}

/// What is wrong with a private key file for SFTP here, in words for `config check`; nil where nothing is.
///
/// libssh2 1.10 (Debian 12) signs with RSA by SHA-1 only, which servers refuse since OpenSSH 8.8.
public func sftpKeyProblem(_ path: String, in store: any FileStore = PosixFileStore()) -> String? {
    let bytes: [UInt8]
    do throws(FileError) { bytes = try store.contents(of: path, limit: 64 * 1024) } catch {
        return "private key is not readable: \(error.reason)"
    }
    switch SFTPKeyKind(privateKey: bytes) {
    case .ed25519, .ecdsa: return nil
    case .rsa:
        return "private key is RSA, which this system's libssh2 cannot sign with SHA-2; use an Ed25519 key"
    case .dsa: return "private key is DSA, which servers refuse; use an Ed25519 key"
    case .unknown: return "private key is not an OpenSSH or PEM private key"
    }
}

extension SFTPKeyKind {
    /// Reads the kind from a key file: the PEM label, or in an OpenSSH file the public key that stands before
    /// the (perhaps encrypted) private one.
    ///
    /// - Source: OpenSSH PROTOCOL.key.
    public init(privateKey bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        let lines = text.split(whereSeparator: \.isNewline)
        guard let label = lines.first(where: { $0.hasPrefix("-----BEGIN ") }) else {
            self = .unknown
            return
        }
        switch label.dropFirst(11).prefix(while: { $0 != "-" }) {
        case "RSA PRIVATE KEY": self = .rsa
        case "EC PRIVATE KEY": self = .ecdsa
        case "DSA PRIVATE KEY": self = .dsa
        case "OPENSSH PRIVATE KEY", "PRIVATE KEY": self = Self.inBody(lines)
        default: self = .unknown
        }
    }

    /// The first algorithm named in the decoded body: `ssh-…` in OpenSSH's form, an object identifier in PKCS
    /// #8.
    private static func inBody(_ lines: [Substring]) -> SFTPKeyKind {
        let letters = lines.drop { !$0.hasPrefix("-----BEGIN ") }.dropFirst().prefix {
            !$0.hasPrefix("-----END ")
        }
        // What names the kind stands within the first bytes.
        let head = bytesOfBase64(letters.joined(), limit: 256)
        let marks: [(SFTPKeyKind, [UInt8])] = [
            (.ed25519, Array("ssh-ed25519".utf8)), (.ecdsa, Array("ecdsa-sha2-".utf8)),
            (.rsa, Array("ssh-rsa".utf8)),
            (.dsa, Array("ssh-dss".utf8)),
            (.ed25519, [0x06, 0x03, 0x2B, 0x65, 0x70]),
            (.ecdsa, [0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]),
            (.rsa, [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]),
        ]
        return marks.first { head.firstRange(of: $0.1) != nil }?.0 ?? .unknown
    }

    private static func bytesOfBase64(_ text: String, limit: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var pending: UInt32 = 0
        var bitCount = 0
        for letter in text.utf8 where bytes.count < limit {
            let value: UInt8
            switch letter {
            case 0x41...0x5A: value = letter - 0x41
            case 0x61...0x7A: value = letter - 0x61 + 26
            case 0x30...0x39: value = letter - 0x30 + 52
            case UInt8(ascii: "+"): value = 62
            case UInt8(ascii: "/"): value = 63
            default: continue
            }
            pending = (pending << 6 | UInt32(value)) & 0xFFFF
            bitCount += 6
            if bitCount >= 8 {
                bitCount -= 8
                bytes.append(UInt8(truncatingIfNeeded: pending >> UInt32(bitCount)))
            }
        }
        return bytes
    }
}
