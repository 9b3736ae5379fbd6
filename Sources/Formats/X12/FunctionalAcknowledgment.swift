/// Words the 997 for one group: what its sets came to, and the group with them.
///
/// - Limits: an accepted set takes some 25 bytes until the group ends; a rejected one as many notes as its verdict kept.
/// - Source: X12 004010, transaction set 997: AK1, AK2 with AK3, AK4 and AK5, AK9.
public struct FunctionalAcknowledgment: Sendable {
    /// What AK3 and AK4 tell of a set.
    public enum Detail: String, Sendable {
        /// Errors.
        case errors
        /// Warnings of rejected sets too.
        case all
    }

    /// What is told of sets that are accepted without a note.
    public enum AcceptedSets: String, Sendable {
        /// AK2 and AK5 for each.
        case list
        /// Nothing: AK9 counts them.
        case omit
    }

    public struct Options: Sendable {
        public var detail = Detail.errors
        public var acceptedSets = AcceptedSets.list
        /// Warnings are noted: AK5 E with AK3/AK4 instead of A.
        public var notesWarnings = false
        public init() {}
    }

    /// The result: the segments from AK1 to AK9 (the writer adds ST, SE and the envelope).
    public struct Content: Sendable, Hashable {
        /// AK101.
        public var functionalID: String
        /// AK102.
        public var control: String
        /// A, E, P or R.
        public var code: String
        /// AK902: sets as GE01 declares them.
        public var includedCount: Int
        /// AK903: sets found.
        public var receivedCount: Int
        /// AK904.
        public var acceptedCount: Int
        public var segments: SegmentBuffer
    }

    /// Bytes of a partner's value that are sent back (AK404, element 724).
    static let foundByteCountMax = 99
    /// AK4 segments under one AK3.
    static let elementNotesMax = 99
    /// AK502 to AK506, AK905 to AK909.
    static let codesMax = 5
    /// Most sets that a group can say it holds (element 97, N0 1/6).
    static let includedCountMax = 999_999

    private let group: X12GroupHeader
    private let delimiters: X12Delimiters
    private let options: Options
    private var segments = SegmentBuffer()
    private var addedCount = 0
    private var acceptedCount = 0
    private var hasNotes = false

    /// `delimiters`: those of the interchange that is acknowledged; no copy of bad data holds them.
    public init(group: X12GroupHeader, delimiters: X12Delimiters, options: Options = Options()) {
        self.group = group
        self.delimiters = delimiters
        self.options = options
        segments.append("AK1", [group.functionalID, group.control])
    }

    /// Adds the verdict on the next set of the group. A set of a refused group is rejected whatever its verdict.
    public mutating func add(_ set: X12Set, _ verdict: X12Verdict) {
        addedCount += 1
        let isRejected = verdict.state == .rejected || set.envelope.groupDisposition == .refused
        let told = isRejected ? options.detail == .all || options.notesWarnings : options.notesWarnings
        let notes = verdict.notes.filter { note in
            (told || !note.isWarning) && (note.code != 8 || note.elements.contains { told || !$0.isWarning })
        }
        let isNoted = verdict.state == .acceptedWithWarnings && options.notesWarnings
        let code =
            isRejected ? "R" : isNoted && !(notes.isEmpty && verdict.setNotes.isEmpty) ? "E" : "A"
        if code != "R" { acceptedCount += 1 }
        if code == "E" { hasNotes = true }
        if code == "A" && options.acceptedSets == .omit { return }
        segments.append("AK2", [set.id, set.control])
        if code != "A" {
            for note in notes { append(note, withWarnings: told) }
        }
        segments.append("AK5", [code] + setCodes(verdict, code: code, hasSegments: !notes.isEmpty))
    }

    /// Ends the group. nil for a group of acknowledgments (GS01 FA): an acknowledgment is never acknowledged.
    public mutating func finish(_ group: X12GroupScan) -> Content? {
        guard self.group.functionalID != "FA" else { return nil }
        let received = max(addedCount, group.setCount)
        let accepted = group.disposition == .refused ? 0 : acceptedCount
        let included = min(max(0, group.declaredSetCount ?? received), Self.includedCountMax)
        let code =
            if group.disposition == .refused || (accepted == 0 && received > 0) {
                "R"
            } else if accepted < received {
                "P"
            } else {
                hasNotes || !group.notes.isEmpty ? "E" : "A"
            }
        segments.append(
            "AK9",
            [code, String(included), String(received), String(accepted)]
                + group.notes.prefix(Self.codesMax).map { String($0) })
        return Content(
            functionalID: self.group.functionalID, control: self.group.control, code: code, includedCount: included,
            receivedCount: received, acceptedCount: accepted, segments: segments)
    }

    // MARK: segments

    /// AK502 to AK506; 5, "segments in error", goes without saying where a verdict forgot it.
    private func setCodes(_ verdict: X12Verdict, code: String, hasSegments: Bool) -> [String] {
        guard code != "A" else { return [] }
        var codes = verdict.setNotes
        if hasSegments, !codes.contains(5), codes.count < Self.codesMax { codes.append(5) }
        return codes.prefix(Self.codesMax).map { String($0) }
    }

    private mutating func append(_ note: X12SegmentNote, withWarnings: Bool) {
        // Element 447 is AN 1/4 in this place: a longer loop id of a guide's own would be an error of ours.
        let loop = note.loop.map { $0.utf8.count <= 4 ? $0 : "" } ?? ""
        segments.append("AK3", [note.tag.description, String(note.ordinal), loop, String(note.code)])
        let elements = note.elements.lazy.filter { withWarnings || !$0.isWarning }
        for element in elements.prefix(Self.elementNotesMax) {
            let place = String(element.element) + (element.component.map { "\u{1D}\($0)" } ?? "")
            // Element 725 is a number: a composite (C040) has none.
            let number = element.number.flatMap { $0.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? $0 : nil } ?? ""
            segments.append("AK4", [place, number, String(element.code), copy(of: element.found)])
        }
    }

    /// A copy of bad data: whole characters, no control characters, none of the separators it came with.
    private func copy(of found: [UInt8]) -> String {
        var text = ""
        var count = 0
        for scalar in String(decoding: found.prefix(Self.foundByteCountMax), as: UTF8.self).unicodeScalars {
            let isControl = scalar.value < 0x20 || (scalar.value >= 0x7F && scalar.value < 0xA0)
            let isSeparator = scalar.value < 0x80 && delimiters.contains(UInt8(truncatingIfNeeded: scalar.value))
            let isWhole = scalar.value != 0xFFFD
            let kept = isControl || isSeparator || !isWhole ? " " : scalar
            count += UTF8.width(kept)
            guard count <= Self.foundByteCountMax else { break }
            text.unicodeScalars.append(kept)
        }
        return text
    }
}
