import CCurl
import Diagnostics

/// What a transfer was about, to word its failure.
struct TransferSubject {
    /// The file or directory, for the message.
    var name: String
    var address: String
    var expectedByteCount: Int?
    var isUpload = false
    var isRedirected = false
}

extension CurlSession.Answer {
    /// The failure of a transfer in our words; call only where `result` is not `CURLE_OK`.
    func failure(of transfer: CurlTransfer, _ subject: TransferSubject) -> any Error {
        if let failure = transfer.failure { return failure }
        if transfer.isOverLimit { return tooLarge(subject.name, transfer.limits.byteCountMax) }
        if result == CURLE_ABORTED_BY_CALLBACK { return stopped() }
        return reached(transfer, subject) ?? carried(transfer, subject) ?? named(subject) ?? other(subject)
    }

    /// The connection broke, whoever broke it.
    var isBroken: Bool {
        switch result {
        case CURLE_SSH, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING, CURLE_AGAIN: true
        default: false
        }
    }

    /// Failures on the way to the server.
    private func reached(_ transfer: CurlTransfer, _ subject: TransferSubject) -> ExchangeError? {
        switch result {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            return ExchangeError(
                "NET.RESOLVE", "host of \(subject.address) is not known to the name service",
                remedy: "check the host's name in the connection, and the name service", isTemporary: true)
        case CURLE_COULDNT_CONNECT:
            if let address = transfer.refusedAddress, transfer.openedCount == 0 {
                return privateAddress(address, subject)
            }
            return ExchangeError(
                "NET.CONNECT.REFUSED", "\(subject.address) has refused the connection", found: words,
                remedy: "try again later; if it goes on, ask the partner whether the server is up",
                isTemporary: true)
        case CURLE_PEER_FAILED_VERIFICATION where transfer.presentedKey != nil:
            return hostKeyMismatch(transfer, subject)
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_ISSUER_ERROR, CURLE_SSL_CIPHER, CURLE_USE_SSL_FAILED:
            // A handshake cut by the network is no verdict on the certificate.
            let isCut = errorText.contains("SYSCALL") || errorText.contains("reset")
            return ExchangeError(
                "NET.TLS", "TLS certificate or protocol of \(subject.address) is not acceptable",
                found: words,
                expected: "TLS 1.2 or newer with a valid certificate for the host",
                remedy: "ask the partner to renew the certificate; it cannot be waved through",
                isTemporary: isCut)
        case CURLE_LOGIN_DENIED:
            return ExchangeError(
                "NET.AUTH", "login at \(subject.address) is refused", found: words,
                remedy: "check user, key or password of the connection with the partner")
        case CURLE_FAILED_INIT where transfer.protocols == "sftp":
            let hasNoCommonKey = errorText.contains("session: -5") || errorText.contains("encryption keys")
            return ExchangeError(
                "NET.SSH.HANDSHAKE",
                hasNoCommonKey
                    ? "\(subject.address) has no host key or cipher in common with us"
                    : "SSH handshake with \(subject.address) is broken off",
                found: words, expected: "an Ed25519 or ECDSA host key",
                remedy: "ask the partner to offer an Ed25519 or ECDSA host key", isTemporary: !hasNoCommonKey)
        default: return nil
        }
    }

    /// Failures once bytes were moving.
    private func carried(_ transfer: CurlTransfer, _ subject: TransferSubject) -> ExchangeError? {
        switch result {
        case CURLE_OPERATION_TIMEDOUT: return timeout(transfer, subject)
        case CURLE_PARTIAL_FILE, CURLE_SSH, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING,
            CURLE_AGAIN, CURLE_HTTP2, CURLE_HTTP2_STREAM, CURLE_BAD_CONTENT_ENCODING:
            if subject.isUpload {
                return ExchangeError(
                    "DELIVER.INCOMPLETE",
                    "upload of '\(RemoteName.displayed(subject.name))' is broken off, temp name left",
                    found: words,
                    remedy: "run again: the same bytes are sent anew", isTemporary: true)
            }
            return truncated(transfer, subject)
        default: return nil
        }
    }

    private func truncated(_ transfer: CurlTransfer, _ subject: TransferSubject) -> ExchangeError {
        let got = transfer.receivedByteCount
        let expected = announcedByteCount ?? subject.expectedByteCount
        let amount =
            expected.map { "got \(got) of \($0) bytes" } ?? "got \(got) bytes, and the last chunk is missing"
        return ExchangeError(
            "NET.TRUNCATED", "transfer of '\(RemoteName.displayed(subject.name))' is broken off: \(amount)",
            found: amount, expected: expected.map { "\($0) bytes" } ?? "a complete answer",
            remedy: "run again; nothing was staged", isTemporary: true)
    }

    private func timeout(_ transfer: CurlTransfer, _ subject: TransferSubject) -> ExchangeError {
        let limits = transfer.limits
        let isSlow = errorText.contains("too slow")
        let amount =
            isSlow
            ? "below \(limits.slowBytesPerSecond) B/s for \(limits.slowSeconds) s"
            : "no end within \(limits.totalMilliseconds) ms, \(limits.connectMilliseconds) ms to connect"
        return ExchangeError(
            "NET.TIMEOUT", "transfer of '\(RemoteName.displayed(subject.name))' is too slow: \(amount)",
            found: words,
            expected: "an answer within the connection's `timeout`",
            remedy: "run again later; if it goes on, ask the partner or raise `timeout`", isTemporary: true)
    }

    /// Failures that SFTP names; HTTP has its statuses.
    private func named(_ subject: TransferSubject) -> ExchangeError? {
        let shown = RemoteName.displayed(subject.name)
        switch result {
        case CURLE_REMOTE_FILE_NOT_FOUND, CURLE_REMOTE_ACCESS_DENIED, CURLE_QUOTE_ERROR, CURLE_TFTP_NOTFOUND:
            if errorText.contains("No such file") || result == CURLE_REMOTE_FILE_NOT_FOUND {
                return subject.isUpload
                    ? ExchangeError(
                        "NET.PATH.MISSING", "remote directory for '\(shown)' is not there", found: words,
                        remedy: "ask the partner to make the directory, or correct the channel's path")
                    : vanished(subject.name)
            }
            guard errorText.contains("ermission") || result == CURLE_REMOTE_ACCESS_DENIED else { return nil }
            return ExchangeError(
                "NET.PERMISSION", "'\(shown)' is not open to us at \(subject.address)", found: words,
                remedy: "ask the partner to give our user access")
        case CURLE_REMOTE_DISK_FULL:
            return ExchangeError(
                "NET.STORAGE", "disk of \(subject.address) is full", found: words,
                remedy: "ask the partner to free space; the document waits", isTemporary: true)
        default: return nil
        }
    }

    private func other(_ subject: TransferSubject) -> ExchangeError {
        ExchangeError(
            "NET.TRANSFER", "transfer of '\(RemoteName.displayed(subject.name))' has failed", found: words,
            remedy: "run again later; if it goes on, look at `found`", isTemporary: true)
    }

    private func privateAddress(_ address: String, _ subject: TransferSubject) -> ExchangeError {
        subject.isRedirected
            ? privateRedirect(of: subject.address, to: address)
            : ExchangeError(
                "NET.ADDRESS.PRIVATE", "\(subject.address) has the private address \(address)",
                found: address,
                expected: "a public address",
                remedy: "correct the host, or set `allow_private: true` on the connection if it is meant")
    }

    private func hostKeyMismatch(_ transfer: CurlTransfer, _ subject: TransferSubject) -> ExchangeError {
        let wanted = transfer.hostKeys?.fingerprints.joined(separator: " or ") ?? "none"
        let (kind, fingerprint) = transfer.presentedKey ?? ("no", "key")
        return ExchangeError(
            "NET.HOSTKEY.MISMATCH",
            "host key (\(kind)) of \(subject.address) is another: expected \(wanted) found \(fingerprint)",
            found: fingerprint, expected: wanted,
            remedy: "ask the partner by telephone whether the key changed, then correct `host_keys`; "
                + "no password was sent")
    }

    /// libcurl's own words, for people.
    private var words: String {
        let text = errorText.isEmpty ? String(cString: curl_easy_strerror(result)) : errorText
        return RemoteName.displayed(text)
    }
}
