import Diagnostics

/// Gathers what is wrong with one set: findings for people, notes for the acknowledgment.
struct FindingCollector {
    private let set: X12Set
    private let guide: Guide?
    private let filter: LeniencyFilter
    private let options: X12ValidatorOptions
    private var result = X12Verdict()
    private var hasErrors = false
    private var hasWarnings = false
    private var hasSegmentErrors = false
    /// Where lines have been counted up to.
    private var counted = (offset: 0, line: 1, lineStart: 0)

    init(set: X12Set, guide: Guide?, filter: LeniencyFilter, options: X12ValidatorOptions) {
        self.set = set
        self.guide = guide
        self.filter = filter
        self.options = options
        result.guide = guide?.id
        counted = (0, set.line, 1 - set.column)
    }

    private var control: String { self.set.control }

    /// Where a finding stands in the set.
    struct Place {
        var segment: Int
        var element: Int?
        var component: Int?
        /// Bytes of the set that are meant; nil for the segment as a whole.
        var range: Range<Int>?
        /// The loop around it, index into `Guide.loops`; 0 for the set itself or where it is not known.
        var loop = 0
        /// 1-based occurrence of that loop.
        var loopOrdinal = 0
        var isTrigger = false
        /// Another tag than the segment's own, for one that is missing here.
        var tag: X12Tag?
        /// The dictionary's number of the element.
        var number: String?
    }

    // What the checks ask of the set while they word a finding.
    var ranges: [ByteRange] { self.set.elements }
    func segment(_ index: Int) -> X12Segment { set.segments[index] }
    func bytes(_ range: Range<Int>) -> ArraySlice<UInt8> { set.bytes[range] }
    func dropOffset(_ index: Int) -> Int { set.byteOffset + index }
    func quoted(_ range: Range<Int>) -> String { ByteText.quoted(set.bytes[range]) }
    func digitCount(_ range: Range<Int>) -> Int { set.bytes[range].count { $0 >= 0x30 && $0 <= 0x39 } }

    /// Characters of a value: every byte, or in UTF-8 every byte that is no continuation.
    func characterCount(_ range: Range<Int>, _ charset: Charset) -> Int {
        charset == .utf8 ? set.bytes[range].count { $0 & 0xC0 != 0x80 } : range.count
    }

    /// Nothing more is kept: callers that would only look for words may stop.
    var isFull: Bool { result.findings.count >= X12Limits.findingsPerSetMax }

    mutating func add(
        _ code: DiagnosticCode, _ severity: Severity = .error, at place: Place, _ message: String,
        found: Range<Int>? = nil, expected: String,
        remedy: String = "ask the partner to correct the set and send it again"
    ) {
        let tag = place.tag ?? set.segments[place.segment].tag
        var finding = Diagnostic(
            code, severity, at: nil, "set \(control) \(message)",
            found: found.map { ByteText.quoted(set.bytes[$0]) }, expected: expected, remedy: remedy)
        let leniency = filter.entry(
            for: code, tag: tag, element: place.element, component: place.component,
            loops: loopPath(place.loop),
            isTrigger: place.isTrigger)
        if let leniency {
            guard let softened = LeniencyFilter.soften(finding, by: leniency) else { return }
            finding = softened
        }
        let isWarning = finding.severity != .error
        if isWarning { hasWarnings = hasWarnings || finding.severity == .warning } else { hasErrors = true }
        let word = AcknowledgmentWords.word(for: code)
        if let note = word.set, !isWarning { addSetNote(note) }
        if word.segment != nil && !isWarning { hasSegmentErrors = true }
        guard !isFull else {
            result.omittedCount += 1
            return
        }
        finding.location = location(place, tag: tag)
        result.findings.append(finding)
        if let segment = word.segment {
            addNote(segment, word.element, place, tag, found, isWarning: isWarning)
        }
    }

    /// Something to be told with `--verbose` only, about the set as a whole.
    mutating func note(_ code: DiagnosticCode, _ message: String, remedy: String) {
        var location: SourceLocation?
        if !set.segments.isEmpty { location = self.location(Place(segment: 0), tag: set.segments[0].tag) }
        result.findings.append(Diagnostic(code, .note, at: location, message, remedy: remedy, move: .ours))
    }

    consuming func verdict(refused: Bool) -> X12Verdict {
        if hasSegmentErrors { addSetNote(5) }
        result.state = hasErrors || refused ? .rejected : hasWarnings ? .acceptedWithWarnings : .accepted
        return result
    }

    private mutating func addSetNote(_ note: UInt8) {
        if result.setNotes.count < 5 && !result.setNotes.contains(note) { result.setNotes.append(note) }
    }

    private mutating func addNote(
        _ segment: UInt8, _ element: UInt8?, _ place: Place, _ tag: X12Tag, _ found: Range<Int>?,
        isWarning: Bool
    ) {
        let ordinal = place.segment + 1
        var index = result.notes.indices.last
        // Element errors of one segment share its AK3.
        if let last = index,
            segment != 8 || result.notes[last].ordinal != ordinal || result.notes[last].code != 8
        {
            index = nil
        }
        if index == nil {
            let loop = place.loop > 0 ? guide?.loops[place.loop].id : nil
            result.notes.append(
                X12SegmentNote(
                    tag: tag, ordinal: ordinal, loop: loop, code: segment, isWarning: isWarning, elements: [])
            )
            index = result.notes.count - 1
        }
        guard let index, let element, let position = place.element else { return }
        result.notes[index].isWarning = result.notes[index].isWarning && isWarning
        result.notes[index].elements.append(
            X12ElementNote(
                element: position, component: place.component, number: place.number, code: element,
                found: copy(found), isWarning: isWarning))
    }

    /// A copy of bad data that may be written back: no separators of theirs, no control characters.
    private func copy(_ range: Range<Int>?) -> [UInt8] {
        guard let range else { return [] }
        let delimiters = set.envelope.delimiters
        return set.bytes[range].lazy.filter { $0 >= 0x20 && $0 < 0x7F && !delimiters.contains($0) }.prefix(99)
            .map { $0 }
    }

    private func loopPath(_ loop: Int) -> [String] {
        guard let guide, loop > 0 else { return [] }
        return guide.path(of: loop).split(separator: "/").map(String.init)
    }

    private mutating func location(_ place: Place, tag: X12Tag) -> SourceLocation {
        let segment = set.segments[place.segment]
        // What is missing is looked for at the end of the segment before.
        var start = place.range?.lowerBound ?? Int(segment.start)
        if place.tag != nil, place.segment > 0 { start = Int(set.segments[place.segment - 1].end) }
        let count = place.tag != nil ? 0 : place.range?.count ?? segment.tag.description.utf8.count
        let (line, column) = lineAndColumn(start)
        let loop = place.loop > 0 ? guide.map { "\($0.loops[place.loop].id)[\(place.loopOrdinal)]" } : nil
        return SourceLocation(
            drop: options.drop, byteOffset: set.byteOffset + start, byteCount: count, line: line,
            column: column,
            segment: SegmentPosition(
                ordinal: place.segment + 1, tag: tag.description, loop: loop, element: place.element,
                component: place.component, set: control))
    }

    private mutating func lineAndColumn(_ offset: Int) -> (Int, Int) {
        if offset < counted.offset { counted = (0, set.line, 1 - set.column) }
        var index = counted.offset
        while index < offset && index < set.bytes.count {
            if set.bytes[index] == 0x0A {
                counted.line += 1
                counted.lineStart = index + 1
            }
            index += 1
        }
        counted.offset = index
        return (counted.line, offset - counted.lineStart + 1)
    }

    // MARK: faults of the set's own envelope

    mutating func addFaults() {
        for fault in set.faults where fault.segment < set.segments.count { add(fault) }
        // A set of which nothing could be cut has its faults told without a place.
    }

    private mutating func add(_ fault: X12SetFault) {
        let segment = fault.segment
        func place(_ element: Int) -> Place {
            Place(segment: segment, element: element, range: set.range(element, of: segment))
        }
        switch fault.kind {
        case .trailerMissing(let before):
            add(
                "X12.SE.MISSING", at: Place(segment: set.segments.count - 1),
                "\(before) before SE of \(control)",
                expected: "SE with the control number of ST02")
        case .trailerCount(let declared, let counted):
            add(
                "X12.SE.COUNT", at: place(1),
                "SE01 says \(declared.isEmpty ? "nothing" : ByteText.quoted(declared.utf8)), counted \(counted)",
                found: place(1).range, expected: "the number of segments with ST and SE, \(counted)",
                remedy: "add a `lenient` entry for SE01 to the channel, or ask the partner to count right")
        case .trailerControl(let found):
            add(
                "X12.SE.TSN_MISMATCH", at: place(2),
                "ST02 \(control), SE02 \(ByteText.quoted(found.utf8)) differ",
                found: place(2).range, expected: "SE02 equal to ST02, \(control)")
        case .duplicateControl:
            add(
                "DUP.SET", at: place(2), "ST02 \(control) twice in the group", found: place(2).range,
                expected: "a control number of its own for each set")
        case .controlInvalid:
            add(
                "X12.ST.CONTROL", at: place(2), "ST02 has \(set.range(2, of: 0).count) characters",
                found: place(2).range, expected: "4 to 9 characters, like 0001")
        case .functionalID(let group):
            add(
                "X12.GS.ID_MISMATCH", at: place(1), "GS01 \(group) does not match ST01 \(set.id)",
                found: place(1).range, expected: "a set that belongs in a group \(group)")
        case .identifierInvalid:
            add(
                "X12.ST.ID", at: place(1), "ST01 \(ByteText.quoted(set.id.utf8)) is not three characters",
                found: place(1).range, expected: "the number of a set, like 850")
        case .tooManySegments:
            add(
                "X12.LIMIT.SET", at: Place(segment: 0),
                "set has more than \(X12Limits.segmentsPerSetMax) segments",
                expected: "at most \(X12Limits.segmentsPerSetMax) segments in a set")
        case .tooManyBytes:
            add(
                "X12.LIMIT.SET", at: Place(segment: 0),
                "set has more than \(X12Limits.setByteCountMax) bytes",
                expected: "at most \(X12Limits.setByteCountMax) bytes in a set")
        case .tooManyElements(let count):
            add(
                "X12.LIMIT.ELEMENTS",
                at: Place(segment: segment, element: X12Limits.elementsPerSegmentMax + 1),
                "\(set.segments[segment].tag) has too many elements: \(count) > \(X12Limits.elementsPerSegmentMax)",
                expected: "at most \(X12Limits.elementsPerSegmentMax) elements in a segment")
        }
    }
}
