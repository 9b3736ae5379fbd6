public import Diagnostics

/// A transfer that did not happen: what the other side or the network did, whether trying again can help, and
/// what to do.
public struct ExchangeError: Error, Sendable, Hashable, CustomStringConvertible {
    /// `NET.…` or `DELIVER.…`, listed in `ExchangeCodes`.
    public var code: DiagnosticCode
    /// "<thing> is/has <state>", lower case.
    public var message: String
    /// What was there instead, as data.
    public var found: String?
    /// What belongs there.
    public var expected: String?
    /// The one thing to do next, as an order.
    public var remedy: String?
    /// The same attempt may succeed later without anybody changing anything.
    public var isTemporary: Bool
    /// The other side named a time: seconds from now.
    public var retryAfterSeconds: Int?

    /// Collects what is known about a failure.
    public init(
        _ code: DiagnosticCode, _ message: String, found: String? = nil, expected: String? = nil,
        remedy: String? = nil, isTemporary: Bool = false, retryAfterSeconds: Int? = nil
    ) {
        self.code = code
        self.message = message
        self.found = found
        self.expected = expected
        self.remedy = remedy
        self.isTemporary = isTemporary
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// The same as a finding; a temporary one waits.
    public var diagnostic: Diagnostic {
        Diagnostic(
            code, .error, message, found: found.map { String($0.prefix(40)) }, expected: expected,
            remedy: remedy, move: isTemporary ? .wait : nil)
    }

    /// Whether this says something about one file, folder or path and nothing about the server: it answered, so
    /// other channels of the same connection need not wait.
    public var isAboutOnePath: Bool {
        switch code.rawValue {
        case "NET.HTTP.STATUS", "NET.HTTP.500", "NET.REDIRECT.SCHEME", "NET.REDIRECT.HOST",
            "NET.REDIRECT.PRIVATE",
            "NET.REDIRECT.LIMIT", "NET.LIMIT.BYTES", "NET.NAME.UNSAFE", "NET.NAME.NOT_REGULAR",
            "NET.UNSTABLE",
            "NET.VANISHED", "NET.PATH.MISSING", "NET.PERMISSION", "NET.TRUNCATED", "NET.UNSUPPORTED":
            true
        default: false
        }
    }

    /// `NET.TIMEOUT: transfer of …`, for logs.
    public var description: String { "\(code): \(message)" }
}
