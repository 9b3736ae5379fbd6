import Canonical
import Diagnostics
import Environment
import Formats
import Ledger
import Mapping

/// What one inbound channel needs to read its sets.
struct X12ChannelReading: Sendable {
    var channel: String
    var guide: Guide?
    /// The guide is that of another version.
    var isFallback = false
    var lenient: [GuideLeniency] = []
    var plan: InboundPlan?
    /// What a violated partner guide does: true refuses the set, false holds the document.
    var refusesGuideFaults = false
}

/// What mapping a set, row group or element came to.
struct MappedUnit: Sendable {
    enum Fate: Sendable { case mapped, refused, held }
    var fate: Fate
    var documents: [CanonicalDocument]
    var findings: [Diagnostic]
    /// `(table, code)` that the maps do not know.
    var missing: [(table: String, code: String)]
    /// The partner's own key of the document, where it could be read.
    var key: String?
}

/// Reads an X12 drop: the second pass, over the interchanges that were admitted.
struct X12DropReader: DropReader {
    let drop: String
    let partner: String
    let scan: X12Scan
    /// By interchange: the row, and the finding that keeps it out where one does.
    let interchanges: [(row: InterchangeRow, admission: X12Admission)]
    let options: X12ScanOptions
    /// The reading of a set id and version, nil where no channel takes it.
    let reading: @Sendable (_ document: String, _ version: String) throws -> X12ChannelReading?
    let acknowledgment: Formats.FunctionalAcknowledgment.Options
    /// CCYYMMDD as a number, for leniency with an end.
    let today: Int
    let open: @Sendable () throws -> any Formats.ByteSource

    func read(from resumeOffset: Int64, _ deliver: (ReadBatch) throws -> Bool) throws {
        var assembly = Assembly(self, resumeOffset: resumeOffset)
        // Sets before the resume offset are read again for the acknowledgment of the group they share with others.
        let restart = scan.groups.last { $0.span.lowerBound <= Int(resumeOffset) }?.span.lowerBound ?? 0
        var reader = X12SetReader(try open(), scan: admittedScan, options: options, resumeOffset: restart)
        var current: X12Set?
        while try reader.next(into: &current) {
            guard let set = current else { break }
            try fault(.parseSet, drop)
            try assembly.advance(to: set)
            try assembly.add(set)
            if assembly.isFull, try !deliver(assembly.takeBatch(isLast: false)) { return }
        }
        try assembly.finish()
        _ = try deliver(assembly.takeBatch(isLast: true))
    }

    /// The scan with refused interchanges marked, so that the set reader passes over them.
    private var admittedScan: X12Scan {
        var scan = scan
        for (index, entry) in interchanges.enumerated() where entry.admission != .admitted {
            scan.interchanges[index].disposition = .quarantined
        }
        return scan
    }
}

/// Whether an interchange is applied.
enum X12Admission: Sendable, Hashable {
    case admitted
    /// Kept out with this finding.
    case quarantined(Diagnostic)
    /// The same bytes were applied before.
    case duplicate(Diagnostic)
}

extension X12DropReader {
    /// Builds spans that tile the drop, groups with their acknowledgments, and batches.
    struct Assembly {
        private let reader: X12DropReader
        private let resumeOffset: Int64
        private var batch = ReadBatch()
        private var ordinal = 0
        /// Everything before it has its span.
        private var cursor = 0
        /// The set read last; its span ends where the next one begins.
        private var pending: ReadUnit?
        private var nextInterchange = 0
        private var nextGap = 0
        private var group: (index: Int, header: X12GroupHeader, words: Formats.FunctionalAcknowledgment)?
        private var readings: [String: X12ChannelReading?] = [:]
        private var validators: [String: X12Validator] = [:]
        /// By channel; a mapper reuses its storage from set to set.
        private var mappers: [String: X12Mapper] = [:]
        private var documentCount = 0
        private var isFinal = false

        init(_ reader: X12DropReader, resumeOffset: Int64) {
            self.reader = reader
            self.resumeOffset = resumeOffset
            if resumeOffset == 0 { batch.findings = reader.scan.findings }
        }

        var isFull: Bool { documentCount >= ReadBatch.unitMax }

        mutating func takeBatch(isLast: Bool) -> ReadBatch {
            batch.isLast = isLast
            batch.reached = Int64(isLast ? reader.scan.byteCount : cursor)
            defer {
                batch = ReadBatch()
                documentCount = 0
            }
            return batch
        }

        /// Closes what lies before the set: the last set, its group, interchanges without sets, gaps.
        mutating func advance(to set: X12Set) throws {
            let index = set.envelope.groupIndex
            if let open = group, open.index != index {
                closePending(at: reader.scan.groups[open.index].span.upperBound, isGroupEnd: true)
                try closeGroup()
            }
            if group == nil {
                closePending(at: nil, isGroupEnd: true)
                passInterchanges(before: set.envelope.interchangeIndex)
                openInterchange(set.envelope.interchangeIndex)
                group = (
                    index, set.envelope.group,
                    Formats.FunctionalAcknowledgment(
                        group: set.envelope.group, options: reader.acknowledgment)
                )
            }
            closePending(at: set.span.lowerBound, isGroupEnd: false)
            cover(upTo: set.span.lowerBound, kind: "envelope")
        }

        mutating func add(_ set: X12Set) throws {
            var set = set
            let key = set.id + " " + set.envelope.group.standardVersion
            if readings[key] == nil {
                readings[key] = .some(try reader.reading(set.id, set.envelope.group.standardVersion))
            }
            let reading = readings[key] ?? nil
            if validators[key] == nil {
                var options = X12ValidatorOptions(drop: reader.drop)
                options.today = reader.today
                options.lenient = reading?.lenient ?? []
                validators[key] = X12Validator(
                    guide: reading?.guide, isFallback: reading?.isFallback ?? false, options: options)
            }
            guard let verdict = validators[key]?.validate(&set) else { return }
            group?.words.add(set, verdict)
            var unit = ReadUnit(
                span: SpanRow(
                    ordinal: 0, offset: Int64(set.span.lowerBound), length: Int64(set.span.count),
                    kind: "set",
                    interchange: set.envelope.interchangeIndex, group: set.envelope.groupIndex,
                    control: set.control, document: "x12/" + set.id, state: .accepted, acknowledgment: "A"))
            unit.findings = verdict.findings
            if set.envelope.groupDisposition != .sound {
                let group = reader.scan.groups[set.envelope.groupIndex]
                let decisive = (verdict.findings + group.findings).first { $0.severity == .error }
                refuse(&unit, decisive?.code ?? "X12.GS.REFUSED")
            } else if verdict.state == .rejected {
                refuse(&unit, verdict.findings.first { $0.severity == .error }?.code)
            } else {
                try read(set, reading, into: &unit)
            }
            pending = unit
        }

        mutating func finish() throws {
            if let open = group {
                closePending(at: reader.scan.groups[open.index].span.upperBound, isGroupEnd: true)
                try closeGroup()
            }
            passInterchanges(before: reader.interchanges.count)
            if let last = reader.scan.interchanges.last {
                cover(upTo: last.span.upperBound, kind: "envelope")
            }
            passGaps(upTo: reader.scan.byteCount)
            cover(upTo: reader.scan.byteCount, kind: "gap")
        }

        private func refuse(_ unit: inout ReadUnit, _ code: DiagnosticCode?) {
            unit.span.state = .refused
            unit.span.acknowledgment = "R"
            unit.span.code = code
        }

        /// What an accepted set says.
        private mutating func read(_ set: X12Set, _ reading: X12ChannelReading?, into unit: inout ReadUnit)
            throws
        {
            if let answer = ReceivedAcknowledgment(set) {
                unit.acknowledgment = answer
                unit.span.acknowledgment = nil
                return
            }
            guard let reading else {
                unit.span.state = .held
                unit.span.code = "ROUTE.NONE"
                unit.findings.append(
                    Diagnostic(
                        "ROUTE.NONE", .error,
                        at: SourceLocation(
                            drop: reader.drop, byteOffset: set.byteOffset, line: set.line, column: set.column,
                            segment: SegmentPosition(ordinal: 1, tag: "ST", set: set.control)),
                        "document x12/\(visibleText(set.id)) has no channel of partner '\(reader.partner)'",
                        found: set.id, expected: "an inbound channel with this document",
                        remedy:
                            "add a channel with `document: x12/\(visibleText(set.id))`, then replay the drop",
                        move: .ours))
                return
            }
            unit.channel = reading.channel
            if mappers[reading.channel] == nil, let plan = reading.plan {
                mappers[reading.channel] = X12Mapper(plan, drop: reader.drop)
            }
            try fault(.mapDocument, reader.drop)
            guard let mapped = mappers[reading.channel]?.map(set) else {
                unit.span.state = .held
                unit.span.code = "MAP.NONE"
                return
            }
            unit.take(mapped.unit, partner: reader.partner)
        }

        // MARK: Tiling

        private mutating func closePending(at end: Int?, isGroupEnd: Bool) {
            guard var unit = pending else { return }
            pending = nil
            let start = Int(unit.span.offset)
            // Line ends after SE belong to the set, but GE and what follows it do not.
            let setEnd = start + Int(unit.span.length)
            let until = isGroupEnd ? setEnd : (end ?? setEnd)
            unit.span.length = Int64(until - start)
            append(unit, until: until)
        }

        private mutating func append(_ unit: ReadUnit, until end: Int) {
            var unit = unit
            unit.span.ordinal = ordinal
            ordinal += 1
            cursor = end
            guard Int64(end) > resumeOffset else { return }
            documentCount += 1
            batch.units.append(unit)
        }

        private mutating func cover(
            upTo end: Int, kind: String, state: SpanState = .accepted, interchange: Int = -1,
            code: DiagnosticCode? = nil, findings: [Diagnostic] = []
        ) {
            guard end > cursor else { return }
            var unit = ReadUnit(
                span: SpanRow(
                    ordinal: ordinal, offset: Int64(cursor), length: Int64(end - cursor), kind: kind,
                    interchange: interchange, state: state, code: code))
            unit.findings = findings
            ordinal += 1
            cursor = end
            guard Int64(end) > resumeOffset else { return }
            batch.units.append(unit)
        }

        private mutating func passGaps(upTo end: Int) {
            while nextGap < reader.scan.gaps.count, reader.scan.gaps[nextGap].upperBound <= end {
                cover(upTo: reader.scan.gaps[nextGap].upperBound, kind: "gap")
                nextGap += 1
            }
        }

        /// Interchanges without any set to read: quarantined ones, duplicates, empty ones.
        private mutating func passInterchanges(before index: Int) {
            while nextInterchange < index {
                let number = nextInterchange
                openInterchange(number)
                let span = reader.scan.interchanges[number].span
                switch reader.interchanges[number].admission {
                case .admitted: cover(upTo: span.upperBound, kind: "envelope", interchange: number)
                case .quarantined(let finding):
                    cover(
                        upTo: span.upperBound, kind: "interchange", state: .quarantined, interchange: number,
                        code: finding.code, findings: reader.scan.interchanges[number].findings + [finding])
                case .duplicate(let finding):
                    cover(
                        upTo: span.upperBound, kind: "interchange", state: .duplicate, interchange: number,
                        code: finding.code, findings: [finding])
                }
            }
        }

        private mutating func openInterchange(_ number: Int) {
            guard number >= nextInterchange else { return }
            nextInterchange = number + 1
            let entry = reader.interchanges[number]
            // What is left of the interchange before: its trailer.
            if number > 0 {
                cover(upTo: reader.scan.interchanges[number - 1].span.upperBound, kind: "envelope")
            }
            passGaps(upTo: reader.scan.interchanges[number].span.lowerBound)
            cover(upTo: reader.scan.interchanges[number].span.lowerBound, kind: "gap")
            guard entry.row.offset >= resumeOffset else { return }
            batch.interchanges.append(entry.row)
            guard entry.admission == .admitted else { return }
            let found = reader.scan.interchanges[number]
            batch.findings += found.findings
            // A group without sets is never opened: what is wrong with it is told with its interchange.
            for group in reader.scan.groups[found.groups] where group.setCount == 0 {
                batch.findings += group.findings
            }
        }

        private mutating func closeGroup() throws {
            guard let open = group else { return }
            group = nil
            let found = reader.scan.groups[open.index]
            cover(upTo: found.span.upperBound, kind: "envelope", interchange: found.interchange)
            guard Int64(found.span.upperBound) > resumeOffset else { return }
            let content = open.words.finish(found)
            let header = open.header
            batch.findings += found.findings
            batch.groups.append(
                GroupRow(
                    interchange: found.interchange, ordinal: open.index, functionalID: header.functionalID,
                    sender: header.sender, receiver: header.receiver, control: header.control,
                    version: header.version, declaredCount: found.declaredSetCount ?? 0,
                    receivedCount: found.setCount, notes: found.notes.map { String($0) },
                    isRefused: found.disposition != .sound, acknowledgment: content?.segments.bytes ?? []))
        }
    }
}

extension ReadUnit {
    /// Takes over what mapping said.
    mutating func take(_ mapped: MappedUnit, partner: String) {
        findings += mapped.findings
        span.key = mapped.key
        switch mapped.fate {
        case .mapped: documents = mapped.documents
        case .refused:
            span.state = .refused
            span.code = mapped.findings.first { $0.severity == .error }?.code
        case .held:
            span.state = .held
            span.code = mapped.findings.first { $0.severity == .error }?.code
            missingCodes = mapped.missing.map {
                MissingCode(partner: partner, table: $0.table, code: $0.code)
            }
        }
    }
}
