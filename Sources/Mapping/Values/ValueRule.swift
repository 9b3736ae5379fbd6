import Canonical

/// How one value is read and written, as a binding's words are gathered.
struct ValueRuleDraft: Sendable {
    var kind: ValueRule.Kind = .text
    /// Takes a leading `'` away: what spreadsheets put in front of text.
    var stripsGuard = false
    var uppercases = false
    /// An identifier may hold quotes and semicolons.
    var allowsAnyCharacter = false
    /// A comma is the decimal mark.
    var usesDecimalComma = false
    /// Turns the sign of a number round.
    var negates = false
    /// A text with none of the formats is no finding.
    var skipsUnreadable = false
    /// A code outside the table is kept as it is.
    var keepsUnknownCodes = false
    /// Implied decimals; -1 where the point is written.
    var impliedDecimals: Int8 = -1
    /// Digits always written after the point; -1 for as many as there are.
    var writtenScale: Int8 = -1
    /// Currency signs that may stand around a number.
    var symbols: [[UInt8]] = []
    /// Read in this order; the first one is written.
    var formats: [TimeFormat] = []
    /// Put in front of what is written, taken off where it stands on the way in.
    var prefix: [UInt8] = []
    /// Index into the plan's code lists; -1 for none.
    var codes: Int16 = -1
    /// The field's name as maps write it, for findings.
    var fieldName = ""
    /// What a finding calls the place: a column, an element, an attribute.
    var placeName = ""
}

/// How one value is read and written. A reference, so that passing a rule along costs one count and not ten.
final class ValueRule: Sendable {
    enum Kind: UInt8, Sendable {
        case text, identifier, code, currency, quantity, decimal, date, time, instant, flag
    }

    let draft: ValueRuleDraft
    let kind: Kind
    let stripsGuard: Bool
    let uppercases: Bool
    let allowsAnyCharacter: Bool
    let usesDecimalComma: Bool
    let negates: Bool
    let skipsUnreadable: Bool
    let keepsUnknownCodes: Bool
    /// Whether anything but blanks is taken off in front.
    let hasPrefix: Bool
    let hasSymbols: Bool
    let impliedDecimals: Int8
    let codes: Int16

    init(_ draft: ValueRuleDraft) {
        self.draft = draft
        kind = draft.kind
        stripsGuard = draft.stripsGuard
        uppercases = draft.uppercases
        allowsAnyCharacter = draft.allowsAnyCharacter
        usesDecimalComma = draft.usesDecimalComma
        negates = draft.negates
        skipsUnreadable = draft.skipsUnreadable
        keepsUnknownCodes = draft.keepsUnknownCodes
        hasPrefix = !draft.prefix.isEmpty
        hasSymbols = !draft.symbols.isEmpty
        impliedDecimals = draft.impliedDecimals
        codes = draft.codes
    }

    var writtenScale: Int8 { draft.writtenScale }
    var symbols: [[UInt8]] { draft.symbols }
    var formats: [TimeFormat] { draft.formats }
    var prefix: [UInt8] { draft.prefix }
    var fieldName: String { draft.fieldName }
    var placeName: String { draft.placeName }

    /// The same rule for a place with another name.
    func named(_ place: String) -> ValueRule {
        var draft = draft
        draft.placeName = place
        return ValueRule(draft)
    }
}

/// What is wrong with a value.
enum ValueProblem: UInt8, Sendable {
    case none, empty, notWhole, notDecimal, notDate, notTime, serialDate, notFlag, scientific, trimmed,
        identifierCharacter,
        controlCharacter, currency, unknownCode, nonexistentTime
}

/// A value as it was read: the value, what is wrong with it, and which of the bytes it is.
struct ReadValue: Sendable {
    var value: FieldValue?
    var problem: ValueProblem = .none
    /// Where the value begins in the bytes given, and how long it is there.
    var start = 0
    var count = 0

    static let empty = ReadValue(value: nil, problem: .empty)
}

/// What the values of a document are read by besides their rules: code lists, and the zone of times without one.
struct ValueContext: Sendable {
    var codes: [CodeIndex]
    var zone: (any LocalZone)?
}
