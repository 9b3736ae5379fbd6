/// The second pass over a drop: its sets, one at a time and owned, of the interchanges that the first pass found sound.
///
/// - Shape: in the order of the drop. Sets of refused groups come too, to be acknowledged: ask
///   `set.envelope.groupDisposition`. Sets of quarantined interchanges do not.
/// - Limit: constant memory: the window, one set, and the control numbers of one group.
/// - Twice: the same drop gives the same sets; with `resumeOffset` those that begin before it are passed over.
public struct X12SetReader: ~Copyable {
    private var walker: EnvelopeWalker
    private let scan: X12Scan
    private let resumeOffset: Int

    private var interchangeIndex = -1
    private var groupIndex = -1
    private var tokenizer: SetTokenizer?
    private var envelope: X12SetEnvelope?
    private var controls = ControlNumberSet()
    private var ordinal = 0
    /// Sets that belong in the group; nil where anything goes.
    private var documents: Set<String>?

    // The set being collected.
    private var isOpen = false
    private var openOffset = 0
    private var openPlace = (line: 1, column: 1)
    private var openFaults: [X12SetFault] = []
    private var openControl: [UInt8] = []
    private var hasLongElement = false
    /// An envelope segment that ended the set before, still to be acted upon.
    private var pending: EnvelopeWalker.Control?

    /// - Parameter resumeOffset: sets that begin before this offset in the drop were dealt with already.
    public init(_ source: any ByteSource, scan: X12Scan, options: X12ScanOptions, resumeOffset: Int = 0) {
        walker = EnvelopeWalker(source, options: options)
        self.scan = scan
        self.resumeOffset = resumeOffset
    }

    /// The next set; nil at the end.
    ///
    /// - Throws: what the source throws.
    public mutating func next() throws -> X12Set? {
        var set: X12Set?
        return try next(into: &set) ? set : nil
    }

    /// The next set in the storage of the one before, so that nothing is allocated; false at the end.
    public mutating func next(into set: inout X12Set?) throws -> Bool {
        while true {
            let step: EnvelopeWalker.Step
            if let control = pending {
                pending = nil
                step = .control(control)
            } else {
                step = try walker.next()
            }
            switch step {
            case .gap: continue
            case .interchange: beginInterchange()
            case .trouble: continue
            case .end: return false
            case .control(let control):
                if isOpen && control != .se && control != .other && control != .ta1 {
                    pending = control
                    openFaults.append(
                        X12SetFault(kind: .trailerMissing(before: Self.name(control, walker)), segment: 0))
                    if close(isTrailed: false, into: &set) { return true }
                    continue
                }
                if act(on: control, &set) { return true }
            }
        }
    }

    private mutating func act(on control: EnvelopeWalker.Control, _ set: inout X12Set?) -> Bool {
        switch control {
        case .gs: beginGroup()
        case .st: beginSet()
        case .se: if isOpen { return closeTrailed(into: &set) }
        case .ge, .iea, .isa: envelope = nil
        case .ta1, .other: break
        }
        return false
    }

    private mutating func beginInterchange() {
        interchangeIndex += 1
        isOpen = false
        envelope = nil
        tokenizer = nil
        guard interchangeIndex < scan.interchanges.count else { return }
        let found = scan.interchanges[interchangeIndex]
        // Groups of a quarantined interchange before this one were not met.
        groupIndex = found.groups.lowerBound - 1
        guard found.disposition == .sound, let delimiters = found.delimiters else { return }
        tokenizer = SetTokenizer(delimiters)
    }

    private mutating func beginGroup() {
        groupIndex += 1
        ordinal = 0
        controls.removeAll()
        envelope = nil
        guard tokenizer != nil, groupIndex < scan.groups.count, interchangeIndex < scan.interchanges.count,
            let header = scan.interchanges[interchangeIndex].header,
            let delimiters = scan.interchanges[interchangeIndex].delimiters
        else { return }
        envelope = X12SetEnvelope(
            interchange: header, group: groupHeader(), delimiters: delimiters,
            interchangeIndex: interchangeIndex,
            groupIndex: groupIndex, groupDisposition: scan.groups[groupIndex].disposition)
        documents = envelope.flatMap { X12FunctionalID.documents(of: $0.group.functionalID) }
    }

    private func groupHeader() -> X12GroupHeader {
        func text(_ number: Int) -> String { String(decoding: walker.field(number), as: UTF8.self) }
        return X12GroupHeader(
            functionalID: text(1), sender: text(2), receiver: text(3), date: text(4), time: text(5),
            control: text(6),
            agency: text(7), version: text(8))
    }

    // MARK: sets

    private mutating func beginSet() {
        walker.isInSet = true
        guard let envelope else { return }
        isOpen = true
        ordinal += 1
        openOffset = walker.segmentOffset
        openPlace = walker.segmentPlace()
        openFaults.removeAll(keepingCapacity: true)
        openControl = walker.field(2)
        walker.beginCollecting()
        if !controls.insert(openControl) {
            openFaults.append(X12SetFault(kind: .duplicateControl, segment: 0))
        } else if openControl.isEmpty || openControl.count > 9 {
            openFaults.append(X12SetFault(kind: .controlInvalid, segment: 0))
        }
        let id = walker.field(1)
        if id.count != 3 {
            openFaults.append(X12SetFault(kind: .identifierInvalid, segment: 0))
        } else if let documents, !documents.contains(String(decoding: id, as: UTF8.self)) {
            openFaults.append(
                X12SetFault(kind: .functionalID(expected: envelope.group.functionalID), segment: 0))
        }
    }

    private mutating func closeTrailed(into set: inout X12Set?) -> Bool {
        let trailer = walker.setSegmentCount - 1
        let declared = walker.field(1)
        if X12Number.digits(declared) != walker.setSegmentCount {
            openFaults.append(
                X12SetFault(
                    kind: .trailerCount(
                        declared: String(decoding: declared, as: UTF8.self), counted: walker.setSegmentCount),
                    segment: trailer))
        }
        let control = walker.field(2)
        if control != openControl {
            openFaults.append(
                X12SetFault(kind: .trailerControl(String(decoding: control, as: UTF8.self)), segment: trailer)
            )
        }
        return close(isTrailed: true, into: &set)
    }

    /// Ends the open set; false where it was dealt with already.
    private mutating func close(isTrailed: Bool, into set: inout X12Set?) -> Bool {
        isOpen = false
        walker.isInSet = false
        walker.endCollecting(includingSegment: isTrailed)
        guard openOffset >= resumeOffset, let envelope, tokenizer != nil else { return false }
        if walker.collectedIsTooLong { openFaults.append(X12SetFault(kind: .tooManyBytes, segment: 0)) }
        if walker.setSegmentCount > X12Limits.segmentsPerSetMax {
            openFaults.append(X12SetFault(kind: .tooManySegments, segment: 0))
        }
        var filled = set ?? X12Set(envelope: envelope)
        set = nil
        filled.envelope = envelope
        walker.swapCollected(with: &filled.bytes)
        filled.byteOffset = openOffset
        filled.line = openPlace.line
        filled.column = openPlace.column
        filled.ordinal = ordinal
        filled.faults = openFaults
        filled.nodes.removeAll(keepingCapacity: true)
        filled.instances.removeAll(keepingCapacity: true)
        filled.loops.removeAll(keepingCapacity: true)
        tokenizer?.cut(&filled)
        set = filled
        return true
    }

    private static func name(_ control: EnvelopeWalker.Control, _ walker: borrowing EnvelopeWalker) -> String
    {
        switch control {
        case .st: "ST \(String(decoding: walker.field(2), as: UTF8.self))"
        case .gs: "GS"
        case .ge: "GE"
        case .iea: "IEA"
        case .isa: "ISA"
        case .se, .ta1, .other: "end of file"
        }
    }
}
