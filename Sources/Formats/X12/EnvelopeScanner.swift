import Diagnostics

/// The state of a first pass: the open interchange, the open group, what was found so far.
struct EnvelopeScanner: ~Copyable {
    var walker: EnvelopeWalker
    let options: X12ScanOptions
    let filter: LeniencyFilter
    var result = X12Scan()

    var interchange: X12InterchangeScan?
    var header: X12InterchangeHeader?
    var group: OpenGroup?
    var groupControls: Set<String> = []
    var hasSetOutside = false

    /// A group between its GS and its GE.
    struct OpenGroup {
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

    mutating func begin(_ reading: HeaderReading) {
        header = reading.header
        groupControls.removeAll(keepingCapacity: true)
        hasSetOutside = false
        let offset = walker.segmentOffset
        interchange = X12InterchangeScan(
            ordinal: result.interchanges.count + 1, span: offset..<offset, header: reading.header,
            delimiters: reading.delimiters, groups: result.groups.count..<result.groups.count, setCount: 0,
            segmentCount: 0,
            acknowledgmentCount: 0, disposition: .sound, note: nil, findings: [])
        for fault in reading.faults { add(fault) }
        if result.interchanges.count >= X12Limits.interchangesPerDropMax {
            fault(
                "X12.LIMIT.INTERCHANGES", .structure,
                "drop has more than \(X12Limits.interchangesPerDropMax) interchanges", found: "",
                expected: "at most \(X12Limits.interchangesPerDropMax) in a drop")
        }
    }

    mutating func end(at offset: Int) {
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
            extendLast(to: offset)
        } else {
            result.interchanges.append(found)
        }
        result.byteCount = offset
        interchange = nil
        group = nil
    }

    mutating func extendLast(to offset: Int) {
        let last = result.interchanges.count - 1
        result.interchanges[last].span = result.interchanges[last].span.lowerBound..<offset
    }

    mutating func control(_ control: EnvelopeWalker.Control) {
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

    mutating func checkTrailer() {
        let declared = walker.field(1)
        let count = result.groups.count - (interchange?.groups.lowerBound ?? 0)
        // Where only acknowledgments travel, some partners count these.
        let isAcknowledgments = count == 0 && X12Number.digits(declared) == interchange?.acknowledgmentCount
        if X12Number.digits(declared) != count && !isAcknowledgments {
            let text = String(decoding: declared, as: UTF8.self)
            fault(
                "X12.IEA.GROUP_COUNT", .groupCount,
                "IEA01 says \(text.isEmpty ? "nothing" : text), found \(count)",
                found: text, expected: "the number of groups, \(count)", element: 1)
        }
        let control = String(decoding: walker.field(2), as: UTF8.self)
        if let sent = header?.control, !Self.isSame(sent, control) {
            fault(
                "X12.IEA.ICN_MISMATCH", .controlMismatch,
                "ISA13 \(sent), IEA02 \(control): control numbers differ",
                found: control, expected: "the number of ISA13, \(sent)", element: 2)
        }
    }

    mutating func missingTrailer(_ code: DiagnosticCode, _ message: String) {
        fault(
            code, .endOfFile, message, found: "", expected: "IEA with the control number of ISA13",
            remedy: "ask the partner to send the file again: the transfer was cut off")
    }

    mutating func endOfDrop() {
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
                    result.interchanges[index].findings[finding].message +=
                        " (interchange \(index + 1) of \(count))"
                }
            }
        }
        if result.interchanges.isEmpty {
            DropWithoutInterchange.explain(&result, head: walker.gapHead, options: options)
        }
    }

    mutating func trouble(_ trouble: EnvelopeWalker.Trouble) {
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
                "no segment terminator found within \(X12Limits.firstSegmentByteCountMax) bytes after ISA",
                found: "",
                expected: "the terminator \(terminator) that the ISA declares after every segment",
                remedy: "ask the partner to end all segments as the ISA does")
        case .elementTooLong:
            fault(
                "X12.LIMIT.ELEMENT", .structure, "element > \(X12Limits.elementByteCountMax) bytes",
                found: "",
                expected: "elements of at most \(X12Limits.elementByteCountMax) bytes")
        case .segmentTooLong:
            fault(
                "X12.LIMIT.SEGMENT", .structure, "segment > \(X12Limits.segmentByteCountMax) bytes",
                found: "",
                expected: "segments of at most \(X12Limits.segmentByteCountMax) bytes")
        }
    }

    mutating func gap(_ range: Range<Int>) {
        result.byteCount = range.upperBound
        if result.interchanges.count > X12Limits.interchangesPerDropMax {
            extendLast(to: range.upperBound)
            return
        }
        result.gaps.append(range)
        let location = SourceLocation(
            drop: options.drop, byteOffset: range.lowerBound, byteCount: range.count)
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
                "\(range.count) bytes outside any interchange skipped",
                found: ByteText.quoted(walker.gapHead),
                expected: "nothing but line ends between interchanges"))
    }
}
