import Diagnostics
import Environment

/// Failures that every protocol can have, in one wording.

func unstable(_ name: String, from before: Int, to after: Int) -> ExchangeError {
    ExchangeError(
        "NET.UNSTABLE",
        "file '\(RemoteName.displayed(name))' is still being written: size \(before) -> \(after)",
        found: "\(after) bytes", expected: "\(before) bytes, as listed",
        remedy: "wait for the next run, or raise `stable_for` of the channel", isTemporary: true)
}

func tooLarge(_ name: String, _ limit: Int) -> ExchangeError {
    ExchangeError(
        "NET.LIMIT.BYTES",
        "file '\(RemoteName.displayed(name))' has too many bytes: decoded > limit of \(limit)",
        found: "more than \(limit) bytes", expected: "at most \(limit) bytes",
        remedy: "raise `limits.max_bytes` of the connection if the file is meant to be that large")
}

func existing(_ name: String) -> ExchangeError {
    ExchangeError(
        "DELIVER.EXISTS", "remote name '\(RemoteName.displayed(name))' is taken: compare size and hash",
        remedy: "ask the partner what '\(RemoteName.displayed(name))' is; nothing was overwritten")
}

func vanished(_ name: String) -> ExchangeError {
    ExchangeError(
        "NET.VANISHED", "file '\(RemoteName.displayed(name))' is not there any more",
        remedy: "nothing to do, unless the partner misses it", isTemporary: true)
}

func notRegular(_ name: String, _ kind: String) -> Diagnostic {
    Diagnostic(
        "NET.NAME.NOT_REGULAR", .note, "remote entry '\(RemoteName.displayed(name))' is a \(kind)",
        found: kind, expected: "a regular file", remedy: "nothing to do; only regular files are fetched")
}

func unsafeDirectory(_ directory: String) -> ExchangeError {
    ExchangeError(
        "NET.CONNECTION.INVALID", "directory '\(RemoteName.displayed(directory))' has a '..'",
        expected: "a path below the connection's root, like out/po/",
        remedy: "write the path without '..' in the channel's configuration")
}

func privateRedirect(of server: String, to address: String) -> ExchangeError {
    ExchangeError(
        "NET.REDIRECT.PRIVATE", "redirect of \(server) is to the private address \(address)",
        found: address, expected: "a public address",
        remedy: "ask the partner for the right URL; nothing was sent there")
}

func stopped() -> ExchangeError {
    ExchangeError(
        "NET.STOPPED", "transfer is stopped because this process was asked to end",
        remedy: "run again: nothing half-done was kept", isTemporary: true)
}

extension ExchangeError {
    init(_ finding: Diagnostic) {
        self.init(
            finding.code, finding.message, found: finding.found, expected: finding.expected,
            remedy: finding.remedy)
    }

    /// A folder's refusal in the words used for servers.
    init(_ error: FileError, subject: String) {
        let shown = RemoteName.displayed(subject)
        if error.isMissing {
            self =
                error.operation == .list || error.operation == .create
                ? ExchangeError(
                    "NET.PATH.MISSING", "remote directory for '\(shown)' is not there", found: error.reason,
                    remedy: "make the directory, or correct the path in the channel's configuration")
                : vanished(subject)
        } else if error.isNotRegular {
            self = ExchangeError(notRegular(subject, "link, directory or device"))
        } else if error.isDenied || error.isReadOnly {
            self = ExchangeError(
                "NET.PERMISSION", "'\(shown)' is not open to us: \(error.operation.rawValue) refused",
                found: error.reason, remedy: "give this program's user access, or ask the partner for it")
        } else {
            self = ExchangeError(
                "NET.STORAGE", "'\(shown)' is not reachable on the disk: \(error.operation.rawValue) failed",
                found: error.reason, remedy: "free space or repair the disk, then run again",
                isTemporary: error.isTemporary)
        }
    }
}
