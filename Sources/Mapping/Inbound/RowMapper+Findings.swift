import Canonical
import Diagnostics
import Formats

/// A document whose rows are still coming.
struct OpenDocument {
    let key: [UInt8]
    var document: CanonicalDocument
    var findings: [MappingFinding] = []
    var rowCount = 0
    var refusedRowCount = 0
    /// Digests of its rows, where equal rows are refused, and the number of each.
    var rows: [UInt64: Int] = [:]
    var isTwice = false
    /// A value of the whole document could not be read.
    var isBroken = false
    var isFull = false
    let start: Int
    var end: Int
    let firstRow: DelimitedRow

    init(_ kind: DocumentKind, key: [UInt8], row: DelimitedRow) {
        self.key = key
        document = CanonicalDocument(kind)
        start = row.byteRange.lowerBound
        end = start
        firstRow = row
    }

    mutating func add(_ finding: MappingFinding) {
        // Two fields read from one column say the same about it once.
        if findings.count < MappingLimits.findingsPerDocumentMax, !findings.contains(finding) {
            findings.append(finding)
        }
        if finding.effect == .refuseDocument { isBroken = true }
    }
}

/// Digests of keys and rows: 64 bits of FNV-1a.
enum KeyHash {
    private static let offset: UInt64 = 0xCBF2_9CE4_8422_2325
    private static let prime: UInt64 = 0x100_0000_01B3

    static func of(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(offset) { ($0 ^ UInt64($1)) &* prime }
    }

    static func of(_ row: DelimitedRow) -> UInt64 {
        var hash = offset
        for field in 0..<row.fieldCount {
            row.withBytes(of: field) { bytes in
                for index in bytes.indices { hash = (hash ^ UInt64(bytes[index])) &* prime }
            }
            hash = (hash ^ 0x1F) &* prime
        }
        return hash
    }
}

extension RowMapper {
    /// A document whose rows have all come.
    func complete(_ open: inout OpenDocument) -> MappedDocument {
        open.document.span = SourceRange(
            offset: Int64(open.start), length: Int32(clamping: open.end - open.start))
        let name = X12MappingFindings.name(of: open.document, key: plan.key)
        if open.isTwice {
            open.add(
                MappingFinding(
                    Diagnostic(
                        .orderTwice, at: open.firstRow.location,
                        "\(name) is twice in file; its rows do not follow each other", found: name,
                        expected: "the rows of one document together",
                        remedy: "set `scattered: true` in the map if they may stand apart"),
                    effect: .refuseDocument))
        }
        let isEmpty =
            plan.rowGroup >= 0
            ? open.document.header.groups[plan.rowGroup].isEmpty : open.refusedRowCount == open.rowCount
        if !isEmpty, !open.isBroken {
            plan.headerRules.fill(&open.document.header, ordinal: 1)
            for required in plan.headerRules.required where open.document.header.values[required.field] == nil
            {
                open.add(missing(required, open.firstRow))
            }
        }
        if let (first, second) = plan.currencies.conflict(in: open.document.header), !open.isBroken {
            open.add(
                X12MappingFindings.mixed(
                    first, second, open.document, key: plan.key, at: open.firstRow.location))
        }
        var mapped = MappedDocument(
            open.document, findings: open.findings, refusedRowCount: open.refusedRowCount)
        if isEmpty || open.isBroken { mapped.disposition = .refused }
        return mapped
    }

    func missing(_ binding: DelimitedInboundPlan.Binding, _ row: DelimitedRow) -> MappingFinding {
        let column = plan.columns.columns[binding.columns[0]].name
        let position = positions[binding.columns[0]]
        return MappingFinding(
            Diagnostic(
                binding.rule.kind == .currency ? .moneyCurrency : .fieldMissing,
                at: position >= 0 ? row.location(of: position) : row.location,
                "row \(row.rowNumber) \(column) is empty",
                expected: binding.rule.kind == .currency ? "a code of ISO 4217, such as USD" : "a value",
                remedy: "ask the partner to fill it"), effect: .refuseRow)
    }

    private func missing(_ required: RecordRules.Required, _ row: DelimitedRow) -> MappingFinding {
        MappingFinding(
            Diagnostic(
                required.rule.kind == .currency ? .moneyCurrency : .fieldMissing, at: row.location,
                "row \(row.rowNumber) \(required.rule.placeName) is empty", expected: "a value",
                remedy: "ask the partner to fill it"), effect: .refuseDocument)
    }

    func inherited(_ row: DelimitedRow) -> MappingFinding {
        let column = plan.columns.columns[plan.keyColumns[0]].name
        return MappingFinding(
            Diagnostic(
                .keyInherited, .warning, at: row.location, "row \(row.rowNumber) \(column) is empty",
                expected: "a value",
                remedy: "nothing; the row was taken as part of the document before it"), effect: .none)
    }

    func duplicate(_ row: DelimitedRow, of earlier: Int) -> MappingFinding {
        MappingFinding(
            Diagnostic(
                .lineDuplicate, at: row.location, "row \(row.rowNumber) equals row \(earlier)",
                expected: "each line once", remedy: "nothing, if the line was meant once"), effect: .refuseRow
        )
    }

    func tooMany(_ row: DelimitedRow) -> MappingFinding {
        MappingFinding(
            Diagnostic(
                .linesTooMany, at: row.location,
                "row \(row.rowNumber) belongs to a document with lines > \(MappingLimits.recordsPerGroupMax)",
                expected: "at most \(MappingLimits.recordsPerGroupMax) lines",
                remedy: "ask the partner to split the document"), effect: .refuseDocument)
    }

    func conflict(
        _ binding: DelimitedInboundPlan.Binding, _ known: FieldValue, _ value: FieldValue,
        _ row: DelimitedRow,
        _ document: OpenDocument
    ) -> MappingFinding {
        let column = binding.columns[0]
        let name = plan.columns.columns[column].name
        let location = positions[column] >= 0 ? row.location(of: positions[column]) : row.location
        if binding.rule.kind == .currency {
            var finding = X12MappingFindings.mixed(
                known.description, value.description, document.document, key: plan.key, at: location)
            finding.diagnostic.message = finding.diagnostic.message.replacing("has amounts in ", with: "")
            return finding
        }
        let number = plan.key >= 0 ? document.document.header.values[plan.key]?.description ?? "" : ""
        return MappingFinding(
            Diagnostic(
                .orderConflict, at: location,
                "\(Visible.text(number)) \(name) is '\(Visible.text(value.description))' in row \(row.rowNumber), "
                    + "but '\(Visible.text(known.description))' before",
                found: Visible.text(value.description), expected: Visible.text(known.description),
                remedy: "ask the partner which one holds"), effect: .refuseDocument)
    }
}
