/// Words the 997 for one functional group, set by set; never more in memory than the words themselves.
///
/// - Limit: 99 element notes for a segment (AK4 in 004010); of a set what its verdict kept.
/// - Source: X12 004010 set 997; AK302 counts ST as 1.
public struct FunctionalAcknowledgment: Sendable {
    /// How much is said about sets.
    public enum Detail: String, Sendable, Hashable {
        /// What refused a set is listed; a set with warnings only is accepted, `A`.
        case errors
        /// Warnings are listed too, and their set answered `E`.
        case all
    }

    /// Whether sets that are accepted are listed.
    public enum AcceptedSets: String, Sendable, Hashable { case list, omit }

    /// What a partner wants its acknowledgments to say.
    public struct Options: Sendable, Hashable {
        /// Whether warnings are said.
        public var detail = Detail.errors
        /// Whether accepted sets are listed.
        public var acceptedSets = AcceptedSets.list
        /// What partners expect: errors only, every set listed.
        public init() {}
    }

    /// AK501.
    public enum Answer: String, Sendable, Hashable {
        case accepted = "A"
        case acceptedWithErrors = "E"
        case rejected = "R"
    }

    /// The answer to one group: what lies between the ST and the SE of a 997.
    public struct Content: Sendable, Hashable {
        /// GS01 and GS06 of the group answered.
        public var functionalID: String
        /// GS06 as the partner wrote it.
        public var control: String
        /// AK901: `A`, `E`, `P` or `R`.
        public var code: String
        /// AK902 to AK904.
        public var includedCount: Int
        /// AK903.
        public var receivedCount: Int
        /// AK904.
        public var acceptedCount: Int
        /// AK1 to AK9.
        public var segments: SegmentBuffer
    }

    private let group: X12GroupHeader
    private let options: Options
    private var segments = SegmentBuffer()
    private var receivedCount = 0
    private var acceptedCount = 0
    private var hasErrors = false

    /// Begins the answer to a group.
    public init(group: X12GroupHeader, options: Options = Options()) {
        self.group = group
        self.options = options
        segments.append("AK1", [clean(group.functionalID), clean(group.control)])
    }

    /// Adds the verdict on the next set of the group, in the order of the drop.
    ///
    /// - Parameter answer: what policy says where it differs from the verdict, such as `E` for a held set.
    public mutating func add(_ set: X12Set, _ verdict: X12Verdict, answer: Answer? = nil) {
        add(
            id: set.id, control: set.control, verdict, answer: answer,
            isGroupRefused: set.envelope.groupDisposition == .refused)
    }

    mutating func add(
        id: String, control: String, _ verdict: X12Verdict, answer: Answer?, isGroupRefused: Bool
    ) {
        receivedCount += 1
        let answer = answer ?? self.answer(to: verdict)
        if answer != .rejected { acceptedCount += 1 }
        if answer == .acceptedWithErrors { hasErrors = true }
        // A refused group says itself what is wrong with it; only sets with faults of their own are listed.
        if isGroupRefused && verdict.setNotes.isEmpty { return }
        if answer == .accepted && options.acceptedSets == .omit { return }
        segments.append("AK2", [clean(id), clean(control)])
        for note in verdict.notes where options.detail == .all || !note.isWarning { add(note) }
        segments.append("AK5", [answer.rawValue] + verdict.setNotes.prefix(5).map(String.init))
    }

    private func answer(to verdict: X12Verdict) -> Answer {
        switch verdict.state {
        case .rejected: .rejected
        case .accepted: .accepted
        case .acceptedWithWarnings:
            options.detail == .all && !verdict.notes.isEmpty ? .acceptedWithErrors : .accepted
        }
    }

    private mutating func add(_ note: X12SegmentNote) {
        let loop = note.loop.map { $0.utf8.count <= 6 ? clean($0) : "" } ?? ""
        segments.append("AK3", [tag(note.tag), String(note.ordinal), loop, String(note.code)])
        var count = 0
        for element in note.elements where options.detail == .all || !element.isWarning {
            count += 1
            if count > Self.elementNotesMax { break }
            var position = String(min(element.element, 99))
            if let component = element.component { position += Self.component + String(min(component, 99)) }
            let number = element.number.flatMap { X12Number.digits($0.utf8) == nil ? nil : $0 } ?? ""
            segments.append(
                "AK4",
                [position, number, String(element.code), String(decoding: element.found, as: UTF8.self)])
        }
    }

    /// AK4 in an AK3.
    private static let elementNotesMax = 99
    private static let component = String(decoding: [SegmentBuffer.component], as: UTF8.self)

    /// Ends the answer.
    ///
    /// - Shape: nil for a group of acknowledgments (GS01 `FA`): an acknowledgment is never acknowledged.
    public consuming func finish(_ scan: X12GroupScan) -> Content? {
        guard group.functionalID != "FA" else { return nil }
        let isRefused = scan.disposition == .refused
        if isRefused { acceptedCount = 0 }
        let hasGroupWarnings = options.detail == .all && !scan.findings.isEmpty
        let code: String
        if isRefused || (acceptedCount == 0 && receivedCount > 0) {
            code = "R"
        } else if acceptedCount < receivedCount {
            code = "P"
        } else {
            code = hasErrors || hasGroupWarnings ? "E" : "A"
        }
        let included = min(scan.declaredSetCount ?? receivedCount, 999_999)
        let received = min(receivedCount, 999_999)
        let accepted = min(acceptedCount, 999_999)
        segments.append(
            "AK9",
            [code, String(included), String(received), String(accepted)]
                + scan.notes.prefix(5).map(String.init))
        return Content(
            functionalID: group.functionalID, control: group.control, code: code, includedCount: included,
            receivedCount: received, acceptedCount: accepted, segments: segments)
    }

    /// What a partner wrote, fit to be written back: printable ASCII.
    private func clean(_ text: String) -> String {
        String(decoding: text.utf8.filter { $0 > 0x20 && $0 < 0x7F }, as: UTF8.self)
    }

    /// AK301 is two or three characters, whatever was found.
    private func tag(_ tag: X12Tag) -> String {
        let text = String(clean(tag.description).prefix(3))
        return text.utf8.count < 2 ? text + String(repeating: "?", count: 2 - text.utf8.count) : text
    }
}
