/// What a partner's 997 says about one group that we sent.
public struct ReceivedAcknowledgment: Sendable, Hashable {
    /// AK2 to AK5: the answer to one set.
    public struct SetAnswer: Sendable, Hashable {
        /// AK201 and AK202.
        public var id: String
        /// AK202.
        public var control: String
        /// AK501: `A`, `E`, `R`, or `M`, `W`, `X` for security.
        public var code: String
        /// AK502 to AK506.
        public var notes: [String]
        /// AK3 and AK4 in words, such as `PO1 at segment 6, element 2: error 6`.
        public var errors: [String]
        /// Errors beyond those kept.
        public var omittedCount: Int

        /// The partner took the set, with or without errors.
        public var isAccepted: Bool { code == "A" || code == "E" }
    }

    /// AK101 and AK102: GS01 and GS06 of the group that is answered.
    public var functionalID: String
    /// AK102, GS06 of the group that is answered.
    public var control: String
    /// AK901: `A`, `E`, `P`, `R`, or `M`, `W`, `X` for security.
    public var code: String
    /// AK902 to AK904; nil where it is no number.
    public var includedCount: Int?
    /// AK903.
    public var receivedCount: Int?
    /// AK904.
    public var acceptedCount: Int?
    /// AK905 to AK909.
    public var notes: [String]
    /// Sets that the partner lists; one that accepts all may list none.
    public var sets: [SetAnswer]

    /// Errors kept of one set.
    static let errorsMax = 20

    /// Reads a 997.
    ///
    /// - Shape: nil where the set is none, or lacks AK1 or AK9.
    public init?(_ set: X12Set) {
        guard set.id == "997" else { return nil }
        func text(_ number: Int, _ segment: Int) -> String {
            let bytes = set.element(number, of: segment)
            return String(decoding: bytes.prefix(Self.textMax), as: UTF8.self)
        }
        func rest(from first: Int, _ segment: Int) -> [String] {
            (first..<first + 5).map { text($0, segment) }.filter { !$0.isEmpty }
        }
        var header: Int?
        var trailer: Int?
        (functionalID, control, code) = ("", "", "")
        (notes, sets) = ([], [])
        for index in set.segments.indices {
            switch set.segments[index].tag {
            case "AK1": header = header ?? index
            case "AK2":
                sets.append(
                    SetAnswer(
                        id: text(1, index), control: text(2, index), code: "", notes: [], errors: [],
                        omittedCount: 0))
            case "AK3", "AK4": add(text, set.segments[index].tag, index)
            case "AK5" where !sets.isEmpty:
                sets[sets.count - 1].code = text(1, index)
                sets[sets.count - 1].notes = rest(from: 2, index)
            case "AK9": trailer = index
            default: break
            }
        }
        guard let header, let trailer else { return nil }
        functionalID = text(1, header)
        control = text(2, header)
        code = text(1, trailer)
        includedCount = X12Number.digits(text(2, trailer).utf8)
        receivedCount = X12Number.digits(text(3, trailer).utf8)
        acceptedCount = X12Number.digits(text(4, trailer).utf8)
        notes = rest(from: 5, trailer)
    }

    /// Longest value kept of an acknowledgment: AK404 is the longest by the standard.
    private static let textMax = 99

    private mutating func add(_ text: (Int, Int) -> String, _ tag: X12Tag, _ index: Int) {
        guard !sets.isEmpty else { return }
        guard sets[sets.count - 1].errors.count < Self.errorsMax else {
            sets[sets.count - 1].omittedCount += 1
            return
        }
        let words: String
        if tag == "AK3" {
            words = "\(text(1, index)) at segment \(text(2, index)): error \(text(4, index))"
        } else {
            let found = text(4, index)
            words =
                "element \(text(1, index)): error \(text(3, index))"
                + (found.isEmpty ? "" : ", found '\(found)'")
        }
        sets[sets.count - 1].errors.append(words)
    }
}
