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

    /// By weight: `note` below `warning` below `error`.
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
    /// The parts with points between, upper case. Not checked: the catalogue says which codes there are.
    public let rawValue: String
    /// Takes any text as a code, one from the books or a configuration too.
    public init(rawValue: String) { self.rawValue = rawValue }
    /// So that findings are written with their code in quotes.
    public init(stringLiteral value: String) { rawValue = value }
    /// The code alone, as reports, JSON and the books write it.
    public var description: String { rawValue }
}

/// What `docs/codes.md` and `crossdock explain CODE` say about a code. Every module lists its own in `…Codes.swift`.
public struct CodeEntry: Sendable, Hashable {
    /// The code that the entry explains.
    public let code: DiagnosticCode
    /// What it means, one sentence.
    public let meaning: String
    /// What usually causes it.
    public let cause: String
    /// What to do next, as an order.
    public let remedy: String
    /// Whose move it usually is.
    public let move: Move

    /// Holds what each property says.
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
    /// Which finding it is; its entry in the catalogue says the rest.
    public var code: DiagnosticCode
    /// What it does to the thing found: an error refuses or holds it.
    public var severity: Severity
    /// Where it was found; nil where it is about no place in a file (a connection, a lock, the books).
    public var location: SourceLocation?
    /// What is wrong, in the form that the type's comment fixes; the partner's words in it are not yet
    /// masked.
    public var message: String
    /// The text as found, at most 40 characters, not yet masked.
    public var found: String?
    /// The rule that is broken and a specimen that keeps it; nil where there is nothing to compare with.
    public var expected: String?
    /// What to do next, one step; nil where none is said.
    public var remedy: String?
    /// Whose move it is; nil means what the code's entry says.
    public var move: Move?

    /// An error without a place unless something else is said.
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
