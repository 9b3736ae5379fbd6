import Diagnostics

/// The first pass over a drop: interchanges and groups, their counts and control numbers.
///
/// - Limit: constant memory, whatever the size of the drop; `X12Limits` bounds what is kept.
/// - Source: X12.5 and X12.6 control structures; what breaks an interchange and what only a group: `X12Disposition`.
public enum X12EnvelopeScan {
    /// Scans a whole drop.
    ///
    /// - Throws: what the source throws. What is wrong with the drop is in the result.
    public static func scan(_ source: any ByteSource, options: X12ScanOptions) throws -> X12Scan {
        var scanner = EnvelopeScanner(source, options: options)
        return try scanner.run()
    }
}

private struct EnvelopeScanner: ~Copyable {
    private var walker: EnvelopeWalker
    private let options: X12ScanOptions
    private let filter: LeniencyFilter
    private var result = X12Scan()

    private var interchange: X12InterchangeScan?
    private var header: X12InterchangeHeader?
    private var group: OpenGroup?
    private var groupControls: Set<String> = []
    private var hasSetOutside = false

    /// A group between its GS and its GE.
    private struct OpenGroup {
        var scan: X12GroupScan
        var control: String
        var setControl = ""
    }

    init(_ source: any ByteSource, options: X12ScanOptions) {
        walker = EnvelopeWalker(source, options: options)
        self.options = options
        filter = LeniencyFilter(options.lenient, today: options.today)
    }

    mutating func run() throws -> X12Scan {
        while true {
            switch try walker.next() {
            case .gap(let range): gap(range)
            case .interchange(let reading): begin(reading)
            case .control(let control): self.control(control)
            case .trouble(let trouble): self.trouble(trouble)
            case .end:
                endOfDrop()
                return result
            }
        }
    }

    // MARK: interchanges

    private mutating func begin(_ reading: HeaderReading) {
        header = reading.header
        groupControls.removeAll(keepingCapacity: true)
        hasSetOutside = false
        let offset = walker.segmentOffset
        interchange = X12InterchangeScan(
            ordinal: result.interchanges.count + 1, span: offset..<offset, header: reading.header,
            delimiters: reading.delimiters, groups: result.groups.count..<result.groups.count, setCount: 0, segmentCount: 0,
            acknowledgmentCount: 0, disposition: .sound, note: nil, findings: [])
        for fault in reading.faults { add(fault) }
        if result.interchanges.count >= X12Limits.interchangesPerDropMax {
            fault(
                "X12.LIMIT.INTERCHANGES", .structure,
                "drop has more than \(X12Limits.interchangesPerDropMax) interchanges", found: "",
                expected: "at most \(X12Limits.interchangesPerDropMax) in a drop")
        }
    }

    private mutating func end(at offset: Int) {
        guard var found = interchange else { return }
        found.span = found.span.lowerBound..<offset
        found.groups = found.groups.lowerBound..<result.groups.count
        found.segmentCount = walker.segmentCount
        result.segmentCount += found.segmentCount
        result.setCount += found.setCount
        if found.findings.contains(where: { $0.severity == .error }) {
            found.disposition = .quarantined
        } else {
            found.note = found.note == nil ? InterchangeNote.none : found.note
        }
        // Past the bound one record stands for all that follow, so that the spans still tile the drop.
        if result.interchanges.count > X12Limits.interchangesPerDropMax {
            let last = result.interchanges.count - 1
            result.interchanges[last].span = result.interchanges[last].span.lowerBound..<offset
        } else {
            result.interchanges.append(found)
        }
        result.byteCount = offset
        interchange = nil
        group = nil
    }

    private mutating func control(_ control: EnvelopeWalker.Control) {
        switch control {
        case .iea:
            endSet()
            endGroup(before: "IEA")
            checkTrailer()
            end(at: walker.offset)
        case .isa:
            endSet()
            endGroup(before: "ISA")
            missingTrailer("X12.IEA.MISSING", "ISA before IEA of interchange \(header?.control ?? "")")
            end(at: walker.segmentOffset)
        case .gs: beginGroup()
        case .ge:
            endSet()
            closeGroup()
        case .st: beginSet()
        case .se:
            if walker.isInSet { endSet() } else { outside() }
        case .ta1:
            interchange?.acknowledgmentCount += 1
        case .other: outside()
        }
    }

    private mutating func checkTrailer() {
        let declared = walker.field(1)
        let count = result.groups.count - (interchange?.groups.lowerBound ?? 0)
        // Where only acknowledgments travel, some partners count these.
        let isAcknowledgments = count == 0 && X12Number.digits(declared) == interchange?.acknowledgmentCount
        if X12Number.digits(declared) != count && !isAcknowledgments {
            let text = String(decoding: declared, as: UTF8.self)
            fault(
                "X12.IEA.GROUP_COUNT", .groupCount, "IEA01 says \(text.isEmpty ? "nothing" : text), found \(count)",
                found: text, expected: "the number of groups, \(count)", element: 1)
        }
        let control = String(decoding: walker.field(2), as: UTF8.self)
        if let sent = header?.control, !Self.isSame(sent, control) {
            fault(
                "X12.IEA.ICN_MISMATCH", .controlMismatch, "ISA13 \(sent), IEA02 \(control): control numbers differ",
                found: control, expected: "the number of ISA13, \(sent)", element: 2)
        }
    }

    private mutating func missingTrailer(_ code: DiagnosticCode, _ message: String) {
        fault(
            code, .endOfFile, message, found: "", expected: "IEA with the control number of ISA13",
            remedy: "ask the partner to send the file again: the transfer was cut off")
    }

    private mutating func endOfDrop() {
        if interchange != nil {
            endSet()
            let isUnreadable = interchange?.delimiters == nil
            let hasTrouble = interchange?.findings.contains { $0.code == "X12.SEG.UNTERMINATED" } == true
            endGroup(before: "end of file")
            if !isUnreadable && !hasTrouble { missingTrailer("X12.IEA.MISSING", "end of file before IEA") }
            end(at: walker.offset)
        }
        result.byteCount = walker.offset
        if result.interchanges.count > 1 {
            let count = result.interchanges.count
            for index in result.interchanges.indices {
                for finding in result.interchanges[index].findings.indices {
                    result.interchanges[index].findings[finding].message += " (interchange \(index + 1) of \(count))"
                }
            }
        }
        if result.interchanges.isEmpty { DropWithoutInterchange.explain(&result, head: walker.gapHead, options: options) }
    }

    private mutating func trouble(_ trouble: EnvelopeWalker.Trouble) {
        switch trouble {
        case .truncated:
            endSet()
            fault(
                "X12.TRUNCATED", .endOfFile, "end of file inside segment", found: "",
                expected: "a terminator after every segment, and IEA at the end",
                remedy: "ask the partner to send the file again: the transfer was cut off")
            end(at: walker.offset)
        case .unterminated:
            let terminator = interchange?.delimiters?.terminator.first.map(ByteText.name) ?? ""
            fault(
                "X12.SEG.UNTERMINATED", .segmentTerminator,
                "no segment terminator found within \(X12Limits.firstSegmentByteCountMax) bytes after ISA", found: "",
                expected: "the terminator \(terminator) that the ISA declares after every segment",
                remedy: "ask the partner to end all segments as the ISA does")
        case .elementTooLong:
            fault(
                "X12.LIMIT.ELEMENT", .structure, "element > \(X12Limits.elementByteCountMax) bytes", found: "",
                expected: "elements of at most \(X12Limits.elementByteCountMax) bytes")
        case .segmentTooLong:
            fault(
                "X12.LIMIT.SEGMENT", .structure, "segment > \(X12Limits.segmentByteCountMax) bytes", found: "",
                expected: "segments of at most \(X12Limits.segmentByteCountMax) bytes")
        }
    }

    private mutating func gap(_ range: Range<Int>) {
        result.gaps.append(range)
        result.byteCount = range.upperBound
        let location = SourceLocation(drop: options.drop, byteOffset: range.lowerBound, byteCount: range.count)
        if range.lowerBound == 0 && walker.startsWithMark {
            result.findings.append(
                Diagnostic(
                    "X12.BOM", .warning, at: location, "UTF-8 byte order mark skipped", found: "EF BB BF",
                    expected: "ISA as the first bytes"))
        }
        guard !walker.gapHead.isEmpty, result.findings.count < DiagnosticLog.keptMax else { return }
        result.findings.append(
            Diagnostic(
                "X12.JUNK", .warning, at: location,
                "\(range.count) bytes outside any interchange skipped", found: ByteText.quoted(walker.gapHead),
                expected: "nothing but line ends between interchanges"))
    }

    // MARK: groups

    private mutating func beginGroup() {
        endSet()
        endGroup(before: "GS")
        let control = String(decoding: walker.field(6), as: UTF8.self)
        let functionalID = String(decoding: walker.field(1), as: UTF8.self)
        group = OpenGroup(
            scan: X12GroupScan(
                span: walker.segmentOffset..<walker.offset, interchange: result.interchanges.count, setCount: 0,
                declaredSetCount: nil, disposition: .sound, notes: [], findings: []),
            control: control)
        if result.groups.count >= X12Limits.groupsPerDropMax {
            fault(
                "X12.LIMIT.GROUPS", .structure, "drop has more than \(X12Limits.groupsPerDropMax) groups", found: "",
                expected: "at most \(X12Limits.groupsPerDropMax) in a drop")
        }
        if X12Number.control(control) == nil {
            groupFault(
                "X12.GS.CONTROL", 6, "GS06 is no number in 1..999999999", found: control,
                expected: "one to nine digits, like 101", element: 6)
        }
        // Numbers are compared as numbers: 101 and 000000101 are the same group.
        let key = functionalID + "/" + (X12Number.control(control).map(String.init) ?? control)
        if !groupControls.insert(key).inserted {
            groupFault(
                "DUP.GROUP", 19, "GS06 \(control) twice in the interchange", found: control,
                expected: "a control number of its own for each group", element: 6)
        }
        checkMoment()
    }

    private mutating func checkMoment() {
        let date = walker.field(4)
        if !X12Calendar.isDate(date.span) || date.count == 6 {
            let text = String(decoding: date, as: UTF8.self)
            groupFault(
                "X12.ELEM.DATE", nil, "GS04 \(text) is not a date CCYYMMDD", found: text, expected: "like 20261122",
                element: 4, severity: .warning)
        }
        let time = walker.field(5)
        if !X12Calendar.isTime(time.span) {
            let text = String(decoding: time, as: UTF8.self)
            groupFault(
                "X12.ELEM.TIME", nil, "GS05 \(text) is not a time HHMM", found: text,
                expected: "HHMM to HHMMSSDD, like 0230", element: 5, severity: .warning)
        }
    }

    private mutating func closeGroup() {
        guard let open = group else {
            outside(isGroupTrailer: true)
            return
        }
        let declared = walker.field(1)
        group?.scan.declaredSetCount = X12Number.digits(declared)
        let text = String(decoding: declared, as: UTF8.self)
        if X12Number.digits(declared) != open.scan.setCount {
            groupFault(
                "X12.GE.COUNT", 5, "GE01 says \(text.isEmpty ? "nothing" : text), found \(open.scan.setCount)",
                found: text, expected: "the number of sets, \(open.scan.setCount)", element: 1)
        }
        let control = String(decoding: walker.field(2), as: UTF8.self)
        if !Self.isSame(open.control, control) {
            groupFault(
                "X12.GE.GCN_MISMATCH", 4, "GS06 \(open.control), GE02 \(control): control numbers differ", found: control,
                expected: "the number of GS06, \(open.control)", element: 2)
        }
        if open.scan.setCount == 0 && X12Number.digits(declared) == 0 {
            groupFault(
                "X12.GS.EMPTY", nil, "group has no transaction sets", found: "", expected: "at least one ST",
                severity: .warning)
        }
        finishGroup(at: walker.offset)
    }

    private mutating func endGroup(before what: String) {
        guard group != nil else { return }
        groupFault(
            "X12.GE.MISSING", 3, "\(what) before GE", found: "", expected: "GE with the control number of GS06")
        finishGroup(at: walker.segmentOffset)
    }

    private mutating func finishGroup(at offset: Int) {
        guard var found = group?.scan else { return }
        found.span = found.span.lowerBound..<offset
        if found.findings.contains(where: { $0.severity == .error }) { found.disposition = .refused }
        if result.groups.count <= X12Limits.groupsPerDropMax { result.groups.append(found) }
        group = nil
    }

    // MARK: sets

    private mutating func beginSet() {
        endSet()
        walker.isInSet = true
        interchange?.setCount += 1
        if group == nil {
            if !hasSetOutside {
                hasSetOutside = true
                fault(
                    "X12.GS.MISSING", .content, "ST before GS", found: String(decoding: walker.field(2), as: UTF8.self),
                    expected: "GS before the first set")
            }
        } else {
            group?.scan.setCount += 1
        }
    }

    /// Leaves the set, whether its trailer was there or not: that is the second pass's to say.
    private mutating func endSet() { walker.isInSet = false }

    private mutating func outside(isGroupTrailer: Bool = false) {
        let tag = String(decoding: walker.field(0), as: UTF8.self)
        let message = "\(ByteText.quoted(tag.utf8)) is outside any set"
        let expected = "segments between ST and SE"
        if group != nil {
            groupFault("X12.SEGMENT.OUTSIDE_SET", nil, message, found: tag, expected: expected)
        } else if tag == "ISB" || tag == "ISE" || tag == "TA3" {
            // Interchange services of X12.5, which nobody uses and nothing depends on.
            fault("X12.SEGMENT.OUTSIDE_SET", nil, message, found: tag, expected: expected, severity: .warning)
        } else if isGroupTrailer {
            fault("X12.GS.MISSING", .content, "GE before GS", found: tag, expected: "GS before GE")
        } else {
            fault("X12.SEGMENT.OUTSIDE_SET", .content, message, found: tag, expected: expected)
        }
    }

    // MARK: findings

    private mutating func fault(
        _ code: DiagnosticCode, _ note: InterchangeNote?, _ message: String, found: String, expected: String,
        remedy: String = "ask the partner to correct the envelope and send the file again",
        severity: Severity = .error, element: Int? = nil
    ) {
        let finding = Diagnostic(
            code, severity, at: location(element), message, found: found.isEmpty ? nil : ByteText.quoted(found.utf8),
            expected: expected, remedy: remedy)
        add(EnvelopeFault(finding: finding, note: note))
    }

    private mutating func add(_ fault: EnvelopeFault) {
        guard let softened = soften(fault.finding) else { return }
        if softened.severity == .error, interchange?.note == nil { interchange?.note = fault.note }
        guard let count = interchange?.findings.count, count < Self.findingsPerPartMax else { return }
        interchange?.findings.append(softened)
    }

    private mutating func groupFault(
        _ code: DiagnosticCode, _ note: UInt8?, _ message: String, found: String, expected: String,
        element: Int? = nil, severity: Severity = .error
    ) {
        let finding = Diagnostic(
            code, severity, at: location(element), message, found: found.isEmpty ? nil : ByteText.quoted(found.utf8),
            expected: expected, remedy: "ask the partner to correct the group and send it again")
        guard let softened = soften(finding) else { return }
        if let note, softened.severity == .error, group?.scan.notes.contains(note) == false, (group?.scan.notes.count ?? 5) < 5 {
            group?.scan.notes.append(note)
        }
        guard let count = group?.scan.findings.count, count < Self.findingsPerPartMax else { return }
        group?.scan.findings.append(softened)
    }

    /// Findings kept of one interchange or group itself.
    private static let findingsPerPartMax = 20

    private func soften(_ finding: Diagnostic) -> Diagnostic? {
        guard let position = finding.location?.segment else { return finding }
        let leniency = filter.entry(
            for: finding.code, tag: X12Tag(position.tag), element: position.element, component: nil, loops: [])
        guard let leniency else { return finding }
        return LeniencyFilter.soften(finding, by: leniency)
    }

    private mutating func location(_ element: Int?) -> SourceLocation {
        let place = walker.segmentPlace()
        let tag = walker.field(0)
        return SourceLocation(
            drop: options.drop, byteOffset: walker.segmentOffset, byteCount: tag.count, line: place.line,
            column: place.column,
            segment: SegmentPosition(
                ordinal: walker.segmentCount, tag: String(decoding: tag.prefix(4), as: UTF8.self), element: element))
    }

    /// Whether two control numbers are equal: as numbers where both are, else as text.
    static func isSame(_ left: String, _ right: String) -> Bool {
        func number(_ text: String) -> Int? { X12Number.digits(text.utf8.filter { $0 != 0x20 }) }
        if let first = number(left), let second = number(right) { return first == second }
        return left == right
    }
}
