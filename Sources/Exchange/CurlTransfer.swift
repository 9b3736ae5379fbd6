import CCurl
import Environment
import Glibc

/// One request to libcurl with the state that its callbacks need. Lives for one `CurlSession.run`.
final class CurlTransfer {
    /// What is asked for.
    enum Purpose {
        case download((UnsafeRawBufferPointer) throws -> Void)
        case upload(any ByteSource, isPost: Bool)
        /// No body: HEAD, a look at a file, or only the quoted commands.
        case look
    }

    var url: String
    var purpose: Purpose
    let limits: TransferLimits
    /// `https`, `http,https` or `sftp`: nothing else is ever spoken.
    let protocols: String
    var headers: [String] = []
    /// SFTP commands before the transfer.
    var commands: [String] = []
    var user: String?
    var password: Secret?
    var keyFile: String?
    var authorityFile: String?
    var hostKeys: HostKeys?
    var allowsPrivate = false
    var needsFreshConnection = false

    // Written by the callbacks.
    var receivedByteCount = 0
    var hasSent = false
    var failure: (any Error)?
    var isOverLimit = false
    var isStopped: () -> Bool
    var openedCount = 0
    var refusedAddress: String?
    var presentedKey: (kind: String, fingerprint: String)?
    var handle: UnsafeMutableRawPointer?
    /// Set once the status of an HTTP answer says that its body is not the file.
    var ignoresBody = false

    init(
        _ purpose: Purpose, url: String, protocols: String, limits: TransferLimits,
        isStopped: @escaping () -> Bool
    ) {
        self.purpose = purpose
        self.url = url
        self.protocols = protocols
        self.limits = limits
        self.isStopped = isStopped
    }

    /// Forgets what an earlier run of the same transfer left.
    func begin(with handle: UnsafeMutableRawPointer) {
        self.handle = handle
        receivedByteCount = 0
        hasSent = false
        openedCount = 0
        refusedAddress = nil
        presentedKey = nil
        ignoresBody = false
    }

    /// Takes body bytes; false ends the transfer.
    func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard case .download(let sink) = purpose else { return skip(bytes.count) }
        if receivedByteCount == 0, let handle, protocols != "sftp" {
            var status = 0
            _ = ccurl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
            ignoresBody = !(200..<300).contains(status)
        }
        if ignoresBody { return skip(bytes.count) }
        receivedByteCount += bytes.count
        guard receivedByteCount <= limits.byteCountMax else {
            isOverLimit = true
            return false
        }
        do {
            try sink(bytes)
            return true
        } catch {
            failure = error
            return false
        }
    }

    /// An error page is read a little way, so that the connection can be used again.
    private func skip(_ count: Int) -> Bool {
        receivedByteCount += count
        return receivedByteCount <= 64 * 1024
    }

    /// - Returns: bytes put into the buffer; nil to end the transfer.
    func send(_ buffer: UnsafeMutableRawBufferPointer) -> Int? {
        guard case .upload(let source, _) = purpose else { return 0 }
        hasSent = true
        do { return try source.read(into: buffer) } catch {
            failure = error
            return nil
        }
    }

    func rewind() -> Bool {
        guard case .upload(let source, _) = purpose else { return false }
        do {
            try source.rewind()
            return true
        } catch {
            failure = error
            return false
        }
    }

    /// Opens a socket to the address that was really looked up, unless it may not be reached.
    func openSocket(_ address: UnsafePointer<curl_sockaddr>) -> curl_socket_t {
        let target = address.pointee
        // The structure ends in a sockaddr that is really as long as `addrlen` says.
        let offset = MemoryLayout<curl_sockaddr>.offset(of: \.addr) ?? 16
        let raw = UnsafeRawBufferPointer(
            start: UnsafeRawPointer(address) + offset, count: min(Int(target.addrlen), 128))
        let peer = NetworkAddress(socketAddress: raw)
        guard allowsPrivate || (peer?.isPublic ?? false) else {
            refusedAddress = peer?.description ?? "address family \(target.family)"
            return CURL_SOCKET_BAD
        }
        openedCount += 1
        return socket(target.family, target.socktype | CInt(SOCK_CLOEXEC.rawValue), target.protocol)
    }

    /// Compares the server's key with the announced ones, before any word about the user.
    func accepts(hostKey: UnsafeRawBufferPointer) -> Bool {
        let fingerprint = "SHA256:" + base64(SHA256Hasher.digest(of: hostKey).bytes)
        presentedKey = (keyKind(hostKey), fingerprint)
        return hostKeys?.fingerprints.contains(fingerprint) ?? false
    }
}

/// Base64 without padding (RFC 4648 section 4), as OpenSSH prints fingerprints.
func base64(_ bytes: [UInt8]) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    var pending: UInt32 = 0
    var bitCount = 0
    for byte in bytes {
        pending = pending << 8 | UInt32(byte)
        bitCount += 8
        while bitCount >= 6 {
            bitCount -= 6
            text.append(letters[Int(pending >> UInt32(bitCount) & 63)])
        }
        pending &= (1 << UInt32(bitCount)) - 1
    }
    if bitCount > 0 { text.append(letters[Int(pending << UInt32(6 - bitCount) & 63)]) }
    return String(decoding: text, as: UTF8.self)
}

/// The algorithm that an SSH key blob begins with (RFC 4253 section 6.6): `ssh-ed25519`.
private func keyKind(_ blob: UnsafeRawBufferPointer) -> String {
    guard blob.count >= 4 else { return "unknown" }
    let length = blob.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    guard length > 0, length <= 64, 4 + length <= blob.count else { return "unknown" }
    return RemoteName.displayed(String(decoding: blob[4..<4 + length], as: UTF8.self))
}
