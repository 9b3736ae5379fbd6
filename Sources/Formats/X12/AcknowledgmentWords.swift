public import Diagnostics

/// TA105: what is wrong with an interchange.
///
/// - Source: X12.5, element I18.
public enum InterchangeNote: UInt8, Sendable, Hashable {
    case none = 0
    case controlMismatch = 1
    case segmentTerminator = 4
    case senderID = 6
    case receiverID = 8
    case date = 14
    case time = 15
    case version = 17
    case controlNumber = 18
    case acknowledgmentRequest = 19
    case usage = 20
    case groupCount = 21
    case structure = 22
    case endOfFile = 23
    case content = 24
    case duplicate = 25
    case elementSeparator = 26
    case componentSeparator = 27

    /// Three digits, as TA105 is written.
    public var code: String {
        let digits = String(rawValue)
        return String(repeating: "0", count: 3 - digits.count) + digits
    }
}

/// How a finding is said in an acknowledgment; nil where that level cannot say it.
public struct AcknowledgmentWord: Sendable, Hashable {
    /// AK304, element 720.
    public var segment: UInt8?
    /// AK403, element 723.
    public var element: UInt8?
    /// AK502 to AK506, element 718.
    public var set: UInt8?
    /// AK905 to AK909, element 716.
    public var group: UInt8?
    /// TA105.
    public var interchange: InterchangeNote?
}

/// The one table from findings to the codes of TA1 and 997.
///
/// - Source: X12 004010 elements 716, 717, 718, 720, 723 and I18; 716 code 14 and 19 from 005010.
public enum AcknowledgmentWords {
    /// The word for a finding; one without any level for a finding that no acknowledgment can say.
    public static func word(for code: DiagnosticCode) -> AcknowledgmentWord {
        words[code] ?? AcknowledgmentWord()
    }

    static let words: [DiagnosticCode: AcknowledgmentWord] = interchangeWords.merging(groupWords) {
        first, _ in first
    }
    .merging(setWords) { first, _ in first }
    .merging(segmentWords) { first, _ in first }

    private static let interchangeWords: [DiagnosticCode: AcknowledgmentWord] = [
        "X12.DELIM.INVALID": .init(interchange: .elementSeparator),
        "X12.DELIM.CONFLICT": .init(interchange: .segmentTerminator),
        "X12.SEG.UNTERMINATED": .init(interchange: .segmentTerminator),
        "X12.ISA.ICN": .init(interchange: .controlNumber),
        "X12.ISA.DATE": .init(interchange: .date),
        "X12.ISA.TIME": .init(interchange: .time),
        "X12.ISA.USAGE": .init(interchange: .usage),
        "X12.ISA.ACK_REQUEST": .init(interchange: .acknowledgmentRequest),
        "X12.ISA.FIXED_WIDTH": .init(interchange: .structure),
        "X12.IEA.MISSING": .init(interchange: .endOfFile),
        "X12.TRUNCATED": .init(interchange: .endOfFile),
        "X12.IEA.ICN_MISMATCH": .init(interchange: .controlMismatch),
        "X12.IEA.GROUP_COUNT": .init(interchange: .groupCount),
        "X12.GS.MISSING": .init(interchange: .content),
        "X12.LIMIT.ELEMENT": .init(interchange: .structure),
        "X12.LIMIT.SEGMENT": .init(interchange: .structure),
        "X12.LIMIT.GROUPS": .init(interchange: .structure),
        "X12.PARTNER.UNKNOWN": .init(interchange: .senderID),
        "X12.USAGE.TEST_IN_PROD": .init(interchange: .usage),
        "DUP.INTERCHANGE": .init(interchange: .duplicate),
    ]

    private static let groupWords: [DiagnosticCode: AcknowledgmentWord] = [
        "X12.GE.MISSING": .init(group: 3),
        "X12.GE.GCN_MISMATCH": .init(group: 4),
        "X12.GE.COUNT": .init(group: 5),
        "X12.GS.CONTROL": .init(group: 6),
        "X12.GS.RECEIVER": .init(group: 14),
        "X12.GS.VERSION": .init(group: 2),
        "DUP.GROUP": .init(group: 19),
        "X12.LIMIT.SETS": .init(group: 5),
    ]

    private static let setWords: [DiagnosticCode: AcknowledgmentWord] = [
        "X12.SE.MISSING": .init(set: 2),
        "X12.SE.TSN_MISMATCH": .init(set: 3),
        "X12.SE.COUNT": .init(set: 4),
        "X12.ST.ID": .init(set: 6),
        "X12.ST.CONTROL": .init(set: 7),
        "X12.GS.ID_MISMATCH": .init(set: 18),
        "DUP.SET": .init(set: 23),
        "X12.LIMIT.SET": .init(set: 5),
    ]

    private static let segmentWords: [DiagnosticCode: AcknowledgmentWord] = [
        "X12.SEG.UNKNOWN": .init(segment: 1),
        "X12.SEG.FORBIDDEN": .init(segment: 2),
        "X12.SEG.UNEXPECTED": .init(segment: 2),
        "X12.SEG.MISSING": .init(segment: 3),
        "X12.LOOP.MAX_USE": .init(segment: 4),
        "X12.SEG.MAX_USE": .init(segment: 5),
        "X12.SEG.NOT_IN_SET": .init(segment: 6),
        "X12.SEG.ORDER": .init(segment: 7),
        "X12.HL.SEQUENCE": .init(segment: 8, element: 7),
        "X12.HL.PARENT": .init(segment: 8, element: 7),
        "X12.LIMIT.HL_DEPTH": .init(segment: 4),
        "X12.LOOP.ID": .init(segment: 8, element: 7),
        "X12.ELEM.MISSING": .init(segment: 8, element: 1),
        "X12.ELEM.PAIR": .init(segment: 8, element: 2),
        "X12.ELEM.CONDITION": .init(segment: 8, element: 2),
        "X12.ELEM.ONE_OF": .init(segment: 8, element: 2),
        "X12.SEG.TOO_MANY_ELEMENTS": .init(segment: 8, element: 3),
        "X12.LIMIT.ELEMENTS": .init(segment: 8, element: 3),
        "X12.ELEM.TOO_MANY_COMPONENTS": .init(segment: 8, element: 3),
        "X12.ELEM.FORBIDDEN": .init(segment: 8, element: 3),
        "X12.ELEM.TOO_SHORT": .init(segment: 8, element: 4),
        "X12.ELEM.TOO_LONG": .init(segment: 8, element: 5),
        "X12.ELEM.NUMERIC": .init(segment: 8, element: 6),
        "X12.CHAR.INVALID": .init(segment: 8, element: 6),
        "X12.CHAR.DECODE": .init(segment: 8, element: 6),
        "X12.ELEM.CODE": .init(segment: 8, element: 7),
        "X12.ELEM.DATE": .init(segment: 8, element: 8),
        "X12.ELEM.TIME": .init(segment: 8, element: 9),
        "X12.ELEM.EXCLUSION": .init(segment: 8, element: 10),
    ]
}
