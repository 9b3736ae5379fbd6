/// What a partner's 997 says about what we sent.
///
/// - Source: X12 004010, transaction set 997.
public struct ReceivedAcknowledgment: Sendable, Hashable {
    /// What it says about one set.
    public struct SetAnswer: Sendable, Hashable {
        /// AK201.
        public var id: String
        /// AK202.
        public var control: String
        /// AK501: A, E, M, R, W, X. Empty where the partner left AK5 out.
        public var code: String
        /// AK502 to AK506: codes of element 718.
        public var notes: [String]
        /// "PO1 segment 6 element 2: invalid character in data element (6)", at most 20.
        public var errors: [String]
    }

    /// Errors kept per set: enough for a person to see what is wrong.
    public static let errorsMax = 20

    /// AK101: GS01 of the group that is answered.
    public var functionalID: String
    /// AK102: its GS06.
    public var control: String
    /// AK901: A, E, P, R, M, W or X.
    public var code: String
    /// AK902 to AK904; nil where it is no number.
    public var includedCount: Int?
    public var receivedCount: Int?
    public var acceptedCount: Int?
    /// AK905 to AK909: codes of element 716.
    public var notes: [String]
    /// Those listed; a group that is accepted as a whole may list none.
    public var sets: [SetAnswer]

    /// Reads a 997, validated or not; nil when the set is none, or has no AK1 or no AK9.
    public init?(_ set: X12Set) {
        guard set.id == "997" else { return nil }
        functionalID = ""
        control = ""
        code = ""
        notes = []
        sets = []
        var hasHeader = false
        var hasTrailer = false
        var reading = Reading()
        for index in set.segments.indices {
            switch set.segments[index].tag {
            case "AK1" where !hasHeader:
                functionalID = Self.value(1, index, set)
                control = Self.value(2, index, set)
                hasHeader = true
            case "AK9" where !hasTrailer:
                reading.closeSet(&sets)
                code = Self.value(1, index, set)
                includedCount = X12Number.digits(set.element(2, of: index))
                receivedCount = X12Number.digits(set.element(3, of: index))
                acceptedCount = X12Number.digits(set.element(4, of: index))
                notes = Self.codes(5...9, index, set)
                hasTrailer = true
            case let tag: reading.segment(tag, index, set, &sets)
            }
        }
        reading.closeSet(&sets)
        guard hasHeader, hasTrailer else { return nil }
    }

    fileprivate static func value(_ number: Int, _ segment: Int, _ set: X12Set) -> String {
        ByteText.quoted(set.element(number, of: segment).trimmingBlanks())
    }

    fileprivate static func codes(_ numbers: ClosedRange<Int>, _ segment: Int, _ set: X12Set) -> [String] {
        numbers.map { value($0, segment, set) }.filter { !$0.isEmpty }
    }
}

/// The answer about one set while its segments are read.
private struct Reading {
    private var answer: ReceivedAcknowledgment.SetAnswer?
    /// AK3: "PO1 segment 6" and AK304, until it is known whether elements follow.
    private var segment = ""
    private var segmentCode: String?

    mutating func segment(
        _ tag: X12Tag, _ index: Int, _ set: X12Set, _ sets: inout [ReceivedAcknowledgment.SetAnswer]
    ) {
        switch tag {
        case "AK2":
            closeSet(&sets)
            answer = ReceivedAcknowledgment.SetAnswer(
                id: ReceivedAcknowledgment.value(1, index, set), control: ReceivedAcknowledgment.value(2, index, set),
                code: "", notes: [], errors: [])
        case "AK3":
            closeSegment()
            segment = "\(ReceivedAcknowledgment.value(1, index, set)) segment \(ReceivedAcknowledgment.value(2, index, set))"
            segmentCode = ReceivedAcknowledgment.value(4, index, set)
        case "AK4": element(index, set)
        case "AK5":
            closeSegment()
            answer?.code = ReceivedAcknowledgment.value(1, index, set)
            answer?.notes = ReceivedAcknowledgment.codes(2...6, index, set)
            closeSet(&sets)
        default: break
        }
    }

    mutating func closeSet(_ sets: inout [ReceivedAcknowledgment.SetAnswer]) {
        closeSegment()
        if let answer { sets.append(answer) }
        answer = nil
    }

    private mutating func element(_ index: Int, _ set: X12Set) {
        let place = set.components(1, of: index).prefix(2).map { ByteText.quoted(set.bytes[$0].trimmingBlanks()) }
        let code = ReceivedAcknowledgment.value(3, index, set)
        let component = place.count > 1 && !place[1].isEmpty ? " component \(place[1])" : ""
        let found = ReceivedAcknowledgment.value(4, index, set)
        let start = segment.isEmpty ? "" : segment + " "
        add(
            "\(start)element \(place.first ?? "")\(component): \(AcknowledgmentCodeText.element(code))"
                + (found.isEmpty ? "" : ", '\(found)'"))
        // Said by its elements.
        segmentCode = nil
    }

    private mutating func closeSegment() {
        if let code = segmentCode { add("\(segment): \(AcknowledgmentCodeText.segment(code))") }
        segmentCode = nil
        segment = ""
    }

    private mutating func add(_ text: String) {
        guard let count = answer?.errors.count, count < ReceivedAcknowledgment.errorsMax else { return }
        answer?.errors.append(text)
    }
}

/// Our words for the codes of elements 720 and 723, the code itself behind them.
private enum AcknowledgmentCodeText {
    static func segment(_ code: String) -> String {
        switch code {
        case "1": "segment is not known (1)"
        case "2": "segment is not expected (2)"
        case "3": "mandatory segment is missing (3)"
        case "4": "loop is repeated too often (4)"
        case "5": "segment is repeated too often (5)"
        case "6": "segment is not of this set (6)"
        case "7": "segment is out of order (7)"
        case "8": "segment has elements in error (8)"
        case "": "segment is in error"
        default: "segment is in error (\(code))"
        }
    }

    static func element(_ code: String) -> String {
        switch code {
        case "1": "mandatory element is missing (1)"
        case "2": "conditionally required element is missing (2)"
        case "3": "too many elements (3)"
        case "4": "element is too short (4)"
        case "5": "element is too long (5)"
        case "6": "element has an invalid character (6)"
        case "7": "code is not known (7)"
        case "8": "date is invalid (8)"
        case "9": "time is invalid (9)"
        case "10": "elements exclude each other (10)"
        case "": "element is in error"
        default: "element is in error (\(code))"
        }
    }
}

extension ArraySlice<UInt8> {
    fileprivate func trimmingBlanks() -> ArraySlice<UInt8> {
        var slice = self
        while let last = slice.last, last == 0x20 { slice.removeLast() }
        return slice.drop { $0 == 0x20 }
    }
}
