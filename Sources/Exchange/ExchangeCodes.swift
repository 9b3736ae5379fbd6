public import Diagnostics

/// The findings of this module.
public enum ExchangeCodes {
    /// Every code used here, in the order in which a transfer meets them.
    public static let all: [CodeEntry] = [
        CodeEntry(
            "NET.RESOLVE", meaning: "the host's name is not known to the name service",
            cause: "a typing error, or the name service is down",
            remedy: "check the host's name in the connection, and the name service",
            move: .wait),
        CodeEntry(
            "NET.CONNECT.REFUSED", meaning: "the server does not take connections",
            cause: "it is down, or a firewall stands between",
            remedy: "try again later; if it goes on, ask the partner whether the server is up",
            move: .wait),
        CodeEntry(
            "NET.ADDRESS.PRIVATE",
            meaning: "the host's name leads to a private, loopback or reserved address",
            cause: "a wrong host, a name service that was tampered with, or a partner in our own network",
            remedy: "correct the host, or set `allow_private: true` on the connection if it is meant",
            move: .ours),
        CodeEntry(
            "NET.TIMEOUT", meaning: "the transfer took longer than the connection allows, or stood still",
            cause: "a slow or overloaded server, or a broken line",
            remedy: "run again later; if it goes on, ask the partner or raise `timeout`",
            move: .wait),
        CodeEntry(
            "NET.TRUNCATED", meaning: "the transfer ended before the last byte",
            cause: "the server or the line broke down; nothing was staged",
            remedy: "run again",
            move: .wait),
        CodeEntry(
            "NET.TRANSFER", meaning: "the transfer failed in a way that has no code of its own",
            cause: "named under `found`",
            remedy: "run again later; if it goes on, look at `found`",
            move: .wait),
        CodeEntry(
            "NET.STOPPED", meaning: "the transfer was given up since this process was asked to end",
            cause: "SIGTERM or Ctrl-C",
            remedy: "run again",
            move: .ours),
        CodeEntry(
            "NET.TLS", meaning: "the server's certificate or TLS version is not acceptable",
            cause: "an expired or foreign certificate, or TLS older than 1.2",
            remedy: "ask the partner to renew the certificate; it cannot be waved through",
            move: .partner),
        CodeEntry(
            "NET.HOSTKEY.MISMATCH", meaning: "the SSH server shows another host key than the ones announced",
            cause: "the partner changed the server or its key, or somebody stands between",
            remedy: "ask the partner by telephone whether the key changed, then correct `host_keys`",
            move: .ours),
        CodeEntry(
            "NET.SSH.HANDSHAKE", meaning: "no SSH session could be agreed on",
            cause: "a server with an RSA host key only, or one that drops connections",
            remedy: "ask the partner to offer an Ed25519 or ECDSA host key",
            move: .partner),
        CodeEntry(
            "NET.AUTH", meaning: "the server refused our user, key or password",
            cause: "a changed password, an unknown key, or an RSA key that libssh2 cannot use",
            remedy: "check user, key or password of the connection with the partner",
            move: .ours),
        CodeEntry(
            "NET.HTTP.429", meaning: "the server asks us to come back later",
            cause: "too many requests",
            remedy: "wait; lower `requests_per_second` if it goes on",
            move: .wait),
        CodeEntry(
            "NET.HTTP.500", meaning: "the server answered with a status from 500 on",
            cause: "trouble on the partner's side",
            remedy: "run again later; if it goes on, ask the partner",
            move: .wait),
        CodeEntry(
            "NET.HTTP.STATUS",
            meaning: "the server answered with a status that is neither success nor trouble of its own",
            cause: "a wrong path, or credentials that are not valid (any more)",
            remedy: "check path and credentials with the partner",
            move: .ours),
        CodeEntry(
            "NET.REDIRECT.SCHEME", meaning: "a redirect leads to a scheme other than https",
            cause: "a misconfigured or hostile server",
            remedy: "ask the partner for the right URL",
            move: .partner),
        CodeEntry(
            "NET.REDIRECT.HOST", meaning: "a redirect leads to a host that the connection does not name",
            cause: "a server that moved, or one that was tampered with",
            remedy: "ask the partner whether that is meant, then add the host to `redirect_hosts`",
            move: .partner),
        CodeEntry(
            "NET.REDIRECT.PRIVATE", meaning: "a redirect leads to a private, loopback or reserved address",
            cause: "a misconfigured or hostile server",
            remedy: "ask the partner for the right URL",
            move: .partner),
        CodeEntry(
            "NET.REDIRECT.LIMIT", meaning: "redirects go on and on",
            cause: "a loop on the partner's side",
            remedy: "ask the partner for the right URL",
            move: .partner),
        CodeEntry(
            "NET.LIMIT.BYTES",
            meaning: "the file is larger than the connection allows, counted after decompression",
            cause: "a file larger than planned, or a decompression bomb",
            remedy: "raise `limits.max_bytes` of the connection if the file is meant to be that large",
            move: .ours),
        CodeEntry(
            "LIMIT.FILES", meaning: "a directory has more files than one run takes",
            cause: "a backlog, or a partner that never clears the directory",
            remedy: "run again, or raise the channel's limit of files",
            move: .wait),
        CodeEntry(
            "NET.NAME.UNSAFE",
            meaning: "a file name could be mistaken for a path, a device or a terminal sequence",
            cause: "a mistake or an attempt of the partner",
            remedy: "ask the partner to rename the file; it stays where it is",
            move: .partner),
        CodeEntry(
            "NET.NAME.NOT_REGULAR", meaning: "an entry is a link, a directory or a device",
            cause: "a partner's housekeeping",
            remedy: "nothing to do; only regular files are fetched",
            move: .wait),
        CodeEntry(
            "NET.LISTING.INVALID", meaning: "a line of a directory listing cannot be read",
            cause: "a name with a line break, or a server with its own form of listing",
            remedy: "ask the partner to rename files with line breaks in their names",
            move: .partner),
        CodeEntry(
            "NET.UNSTABLE", meaning: "a file changed while it was being fetched",
            cause: "the partner is still writing it",
            remedy: "wait for the next run, or raise `stable_for` of the channel",
            move: .wait),
        CodeEntry(
            "NET.VANISHED", meaning: "a file was listed but is not there any more",
            cause: "the partner took it back, or another program fetched it",
            remedy: "nothing to do, unless the partner misses it",
            move: .wait),
        CodeEntry(
            "NET.PATH.MISSING", meaning: "the remote directory is not there",
            cause: "a wrong path, or a partner that has not made it yet",
            remedy: "ask the partner to make the directory, or correct the channel's path",
            move: .ours),
        CodeEntry(
            "NET.PERMISSION", meaning: "the file or directory is not open to us",
            cause: "missing rights of our user",
            remedy: "ask the partner to give our user access",
            move: .partner),
        CodeEntry(
            "NET.STORAGE", meaning: "the disk on the other side is full or fails",
            cause: "named under `found`",
            remedy: "free space or ask the partner to; the document waits",
            move: .wait),
        CodeEntry(
            "NET.CONNECTION.INVALID", meaning: "the connection cannot be used as it is declared",
            cause: "a mistake in the configuration, or a libcurl without SSH",
            remedy: "correct the connection; `crossdock config check` names the line",
            move: .ours),
        CodeEntry(
            "NET.UNSUPPORTED", meaning: "the protocol has no such operation",
            cause: "`after: delete` or `move` on a pickup over HTTP",
            remedy: "use `after: { action: keep }` for this channel",
            move: .ours),
        CodeEntry(
            "DELIVER.INCOMPLETE",
            meaning: "an upload broke off or arrived with another size; the final name is untouched",
            cause: "the server or the line broke down",
            remedy: "run again: the same bytes are sent anew",
            move: .wait),
        CodeEntry(
            "DELIVER.EXISTS", meaning: "the name under which a document must go is taken",
            cause: "a file name pattern that repeats, or an earlier answer that got lost",
            remedy: "ask the partner what the file is; nothing was overwritten",
            move: .ours),
        CodeEntry(
            "DELIVER.CONFLICT", meaning: "a document that was being sent has its name taken by other bytes",
            cause: "two systems deliver under one name, or the partner changed the file",
            remedy: "ask the partner what the file is; nothing was overwritten",
            move: .partner),
    ]
}
