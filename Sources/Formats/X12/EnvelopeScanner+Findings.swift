import Diagnostics

/// How the first pass says what is wrong, and where.
extension EnvelopeScanner {
    mutating func fault(
        _ code: DiagnosticCode, _ note: InterchangeNote?, _ message: String, found: String, expected: String,
        remedy: String = "ask the partner to correct the envelope and send the file again",
        severity: Severity = .error, element: Int? = nil
    ) {
        let finding = Diagnostic(
            code, severity, at: location(element), message,
            found: found.isEmpty ? nil : ByteText.quoted(found.utf8),
            expected: expected, remedy: remedy)
        add(EnvelopeFault(finding: finding, note: note))
    }

    mutating func add(_ fault: EnvelopeFault) {
        guard let softened = soften(fault.finding) else { return }
        if softened.severity == .error, interchange?.note == nil { interchange?.note = fault.note }
        guard let count = interchange?.findings.count, count < Self.findingsPerPartMax else { return }
        interchange?.findings.append(softened)
    }

    mutating func groupFault(
        _ code: DiagnosticCode, _ note: UInt8?, _ message: String, found: String, expected: String,
        element: Int? = nil, severity: Severity = .error
    ) {
        let finding = Diagnostic(
            code, severity, at: location(element), message,
            found: found.isEmpty ? nil : ByteText.quoted(found.utf8),
            expected: expected, remedy: "ask the partner to correct the group and send it again")
        guard let softened = soften(finding) else { return }
        if let note, softened.severity == .error, group?.scan.notes.contains(note) == false,
            (group?.scan.notes.count ?? 5) < 5
        {
            group?.scan.notes.append(note)
        }
        guard let count = group?.scan.findings.count, count < Self.findingsPerPartMax else { return }
        group?.scan.findings.append(softened)
    }

    /// Findings kept of one interchange or group itself.
    static let findingsPerPartMax = 20

    func soften(_ finding: Diagnostic) -> Diagnostic? {
        guard let position = finding.location?.segment else { return finding }
        let leniency = filter.entry(
            for: finding.code, tag: X12Tag(position.tag), element: position.element, component: nil, loops: []
        )
        guard let leniency else { return finding }
        return LeniencyFilter.soften(finding, by: leniency)
    }

    mutating func location(_ element: Int?) -> SourceLocation {
        let place = walker.segmentPlace()
        let tag = walker.field(0)
        return SourceLocation(
            drop: options.drop, byteOffset: walker.segmentOffset, byteCount: tag.count, line: place.line,
            column: place.column,
            segment: SegmentPosition(
                ordinal: walker.segmentCount, tag: String(decoding: tag.prefix(4), as: UTF8.self),
                element: element))
    }

    /// Whether two control numbers are equal: as numbers where both are, else as text.
    static func isSame(_ left: String, _ right: String) -> Bool {
        func number(_ text: String) -> Int? { X12Number.digits(text.utf8.filter { $0 != 0x20 }) }
        if let first = number(left), let second = number(right) { return first == second }
        return left == right
    }
}
