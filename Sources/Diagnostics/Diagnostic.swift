/// How much a finding weighs.
public enum Severity: String, Sendable, Hashable, Comparable, CaseIterable {
    /// Told with `--verbose` only.
    case note
    /// Accepted; somebody may want to look.
    case warning
    /// Refused or held.
    case error

    private var rank: Int {
        switch self {
        case .note: 0
        case .warning: 1
        case .error: 2
        }
    }

    public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
}

/// Whose turn it is to act on a finding.
public enum Move: String, Sendable, Hashable, CaseIterable {
    case ours, partner, wait
}

/// The stable name of a finding, in two or three upper-case parts: `X12.IEA.GROUP_COUNT`.
/// A code once released never changes its meaning.
public struct DiagnosticCode: RawRepresentable, Sendable, Hashable, ExpressibleByStringLiteral,
    CustomStringConvertible
{
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
    public init(stringLiteral value: String) { rawValue = value }
    public var description: String { rawValue }
}

/// What `docs/codes.md` and `crossdock explain CODE` say about a code. Every module lists its own in `…Codes.swift`.
public struct CodeEntry: Sendable, Hashable {
    public let code: DiagnosticCode
    /// What it means, one sentence.
    public let meaning: String
    /// What usually causes it.
    public let cause: String
    /// What to do next, as an order.
    public let remedy: String
    /// Whose move it usually is.
    public let move: Move

    public init(_ code: DiagnosticCode, meaning: String, cause: String, remedy: String, move: Move) {
        self.code = code
        self.meaning = meaning
        self.cause = cause
        self.remedy = remedy
        self.move = move
    }
}

/// One thing wrong (or odd) in one place, said once, in the partner's own terms.
///
/// - Shape: `message` is "<thing> is/has <state>", lower case, no full stop; `expected` a rule and a specimen;
///   `remedy` an order naming the option, file or person. User data appears in `found` or in single quotes.
public struct Diagnostic: Sendable, Hashable, Error {
    public var code: DiagnosticCode
    public var severity: Severity
    public var location: SourceLocation?
    public var message: String
    /// The text as found, at most 40 characters, not yet masked.
    public var found: String?
    public var expected: String?
    public var remedy: String?
    /// Whose move it is; nil means what the code's entry says.
    public var move: Move?

    public init(
        _ code: DiagnosticCode, _ severity: Severity = .error, at location: SourceLocation? = nil,
        _ message: String, found: String? = nil, expected: String? = nil, remedy: String? = nil,
        move: Move? = nil
    ) {
        self.code = code
        self.severity = severity
        self.location = location
        self.message = message
        self.found = found
        self.expected = expected
        self.remedy = remedy
        self.move = move
    }
}
