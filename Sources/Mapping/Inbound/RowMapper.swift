import Canonical
import Diagnostics
public import Formats

/// Maps rows to canonical documents: one row each, or all rows that agree in the columns of `group_by`.
///
/// - Shape: documents come out when they are complete, in the order in which they began.
/// - Limit: one document open; with `scattered` up to `MappingLimits.openDocumentsMax`.
public struct RowMapper {
    let plan: DelimitedInboundPlan
    private let drop: String
    private let words: ValueFinding
    /// Position of each declared column in the drop's rows; -1 where the drop does not have it.
    private(set) var positions: [Int] = []
    private var open: [OpenDocument] = []
    private var openByKey: [[UInt8]: Int] = [:]
    private var seen: Set<UInt64> = []
    private var key: [UInt8] = []

    /// A mapper for the rows of one drop.
    ///
    /// - Returns: nil when the plan is not for rows.
    public init?(_ plan: InboundPlan, drop: String) {
        guard case .delimited(let delimited) = plan.body else { return nil }
        self.plan = delimited
        self.drop = drop
        words = ValueFinding(refusal: .refuseRow, zoneName: delimited.context.zone?.name)
    }

    /// Maps the next row. The header is that of the reader after its first row.
    ///
    /// - Parameter documents: complete documents are added to it.
    public mutating func add(
        _ row: DelimitedRow, header: DelimitedHeader?, into documents: inout [MappedDocument]
    ) {
        if positions.isEmpty {
            positions = plan.columns.columns.indices.map { header?.position(ofColumn: $0) ?? -1 }
        }
        guard !plan.keyColumns.isEmpty else {
            var single = OpenDocument(plan.kind, key: [], row: row)
            take(row, into: &single)
            documents.append(complete(&single))
            return
        }
        let isBlank = readKey(of: row)
        if isBlank, plan.settings.blankKey == .inherit, !open.isEmpty {
            open[open.count - 1].add(inherited(row))
            take(row, at: open.count - 1)
            return
        }
        if let position = find() {
            if let chunk = plan.settings.chunk, open[position].rowCount >= chunk {
                emit(position, into: &documents)
                begin(row, isContinuation: true)
            } else {
                take(row, at: position)
            }
            return
        }
        if !plan.settings.isScattered || open.count >= MappingLimits.openDocumentsMax, !open.isEmpty {
            emit(0, into: &documents)
        }
        begin(row, isContinuation: plan.settings.chunk != nil)
    }

    /// Ends the drop: the documents that are still open.
    public mutating func finish(into documents: inout [MappedDocument]) {
        for position in open.indices { documents.append(complete(&open[position])) }
        open.removeAll()
        openByKey.removeAll()
    }

    // MARK: Documents

    private func find() -> Int? {
        if plan.settings.isScattered { return openByKey[key] }
        return open.first?.key == key ? 0 : nil
    }

    private mutating func begin(_ row: DelimitedRow, isContinuation: Bool) {
        var document = OpenDocument(plan.kind, key: key, row: row)
        if !isContinuation, seen.count < MappingLimits.keysRememberedMax {
            document.isTwice = !seen.insert(KeyHash.of(key)).inserted
        }
        take(row, into: &document)
        if plan.settings.isScattered { openByKey[key] = open.count }
        open.append(document)
    }

    private mutating func emit(_ position: Int, into documents: inout [MappedDocument]) {
        if plan.settings.isScattered {
            // The oldest is the first; what follows moves up.
            let closed = open.remove(at: position)
            openByKey[closed.key] = nil
            for (index, document) in open.enumerated() { openByKey[document.key] = index }
            var last = closed
            documents.append(complete(&last))
            return
        }
        documents.append(complete(&open[position]))
        open.remove(at: position)
    }

    /// Reads the columns of the key into `key`; whether all are empty.
    private mutating func readKey(of row: DelimitedRow) -> Bool {
        key.removeAll(keepingCapacity: true)
        var isBlank = true
        for column in plan.keyColumns {
            let position = positions[column]
            if position >= 0 {
                row.withBytes(of: position) { bytes in
                    for index in bytes.indices
                    where bytes[index] != 0x20 || index > 0 && index < bytes.count - 1 {
                        key.append(bytes[index])
                        isBlank = false
                    }
                }
            }
            key.append(0x1F)
        }
        return isBlank
    }

    // MARK: Rows

    /// The open document is taken out while the row is read, so that nothing is copied.
    private mutating func take(_ row: DelimitedRow, at position: Int) {
        var document = OpenDocument(plan.kind, key: [], row: row)
        swap(&document, &open[position])
        take(row, into: &document)
        swap(&document, &open[position])
    }

    private func take(_ row: DelimitedRow, into document: inout OpenDocument) {
        document.rowCount += 1
        document.end = row.byteRange.upperBound
        var isRefused = false
        var refusesDocument = false
        if plan.settings.duplicateRows == .refuse {
            let hash = KeyHash.of(row)
            if let earlier = document.rows[hash] {
                document.refusedRowCount += 1
                document.add(duplicate(row, of: earlier))
                return
            }
            document.rows[hash] = row.rowNumber
        }
        for binding in plan.header {
            let problem = readHeader(binding, row, into: &document)
            if problem { isRefused = true }
            if problem, plan.settings.headerValues == .first { refusesDocument = true }
        }
        if document.rowCount == 1 { readColumnGroups(row, into: &document, isRefused: &isRefused) }
        if plan.rowGroup >= 0 {
            var record = Record(plan.rowSchema)
            for binding in plan.row where read(binding, row, into: &record, &document) { isRefused = true }
            plan.rowRules.fill(&record, ordinal: document.rowCount)
            for binding in plan.row where binding.isRequired && record.values[binding.field] == nil {
                if isEmpty(binding, row) { document.add(missing(binding, row)) }
                isRefused = true
            }
            let isFull =
                document.document.header.groups[plan.rowGroup].count >= MappingLimits.recordsPerGroupMax
            if isFull, !document.isFull {
                document.isFull = true
                document.add(tooMany(row))
            }
            if !isRefused, !isFull { document.document.header.groups[plan.rowGroup].append(record) }
        }
        if isRefused { document.refusedRowCount += 1 }
        if refusesDocument { document.isBroken = true }
    }

    /// Reads a value of the whole document; whether the row is to be refused.
    private func readHeader(
        _ binding: DelimitedInboundPlan.Binding, _ row: DelimitedRow, into document: inout OpenDocument
    ) -> Bool {
        if document.document.header.values[binding.field] == nil {
            let found = value(of: binding, row)
            if let finding = found.finding { document.add(finding) }
            if found.isRefused { return true }
            if let value = found.value {
                document.document.header.set(binding.field, value, from: found.source)
            }
            let isMissing = document.document.header.values[binding.field] == nil
            guard isMissing, binding.isRequired, plan.settings.headerValues == .every else { return false }
            if isEmpty(binding, row) { document.add(missing(binding, row)) }
            return true
        }
        if isEmpty(binding, row) {
            guard binding.isRequired, plan.settings.headerValues == .every else { return false }
            document.add(missing(binding, row))
            return true
        }
        if binding.keepsFirst { return false }
        let found = value(of: binding, row)
        if let finding = found.finding { document.add(finding) }
        if found.isRefused { return true }
        guard let value = found.value, let known = document.document.header.values[binding.field],
            value != known
        else {
            return false
        }
        document.add(conflict(binding, known, value, row, document))
        return false
    }

    private func readColumnGroups(
        _ row: DelimitedRow, into document: inout OpenDocument, isRefused: inout Bool
    ) {
        for group in plan.columnGroups {
            var record = Record(group.schema)
            for binding in group.bindings where read(binding, row, into: &record, &document) {
                isRefused = true
            }
            guard record.values.contains(where: { $0 != nil }) else { continue }
            let ordinal = document.document.header.groups[group.group].count + 1
            group.rules.fill(&record, ordinal: ordinal)
            document.document.header.groups[group.group].append(record)
        }
    }

    private func isEmpty(_ binding: DelimitedInboundPlan.Binding, _ row: DelimitedRow) -> Bool {
        binding.columns.allSatisfy { positions[$0] < 0 || row.isEmpty(positions[$0]) }
    }

    /// Reads one value into a record; whether it refuses the row.
    private func read(
        _ binding: DelimitedInboundPlan.Binding, _ row: DelimitedRow, into record: inout Record,
        _ document: inout OpenDocument
    ) -> Bool {
        let found = value(of: binding, row)
        if let finding = found.finding { document.add(finding) }
        if let value = found.value { record.set(binding.field, value, from: found.source) }
        return found.isRefused
    }

    private struct FoundValue {
        var value: FieldValue?
        var source = SourceRange.none
        var finding: MappingFinding?
        var isRefused: Bool { finding?.effect == .refuseRow }
    }

    /// The value of a binding: that of the first of its columns that has one.
    private func value(of binding: DelimitedInboundPlan.Binding, _ row: DelimitedRow) -> FoundValue {
        for column in binding.columns {
            let position = positions[column]
            guard position >= 0, !row.isEmpty(position) else { continue }
            let found = row.withBytes(of: position) { bytes -> FoundValue in
                let read = ValueReading.read(bytes, binding.rule, plan.context)
                var found = FoundValue(value: read.value)
                if read.value != nil { found.source = source(of: position, row, read, count: bytes.count) }
                guard read.problem != .none, read.problem != .empty else { return found }
                found.finding = words.finding(
                    read.problem, binding.rule,
                    subject: "row \(row.rowNumber) \(plan.columns.columns[column].name)",
                    bytes: bytes, at: row.location(of: position), codes: plan.context.codes)
                return found
            }
            if found.value != nil || found.finding != nil { return found }
        }
        return FoundValue()
    }

    /// The bytes that are the value. Where quotes are doubled or the drop was converted, the whole field.
    private func source(of position: Int, _ row: DelimitedRow, _ value: ReadValue, count: Int) -> SourceRange
    {
        let range = row.byteRange(of: position)
        guard range.count == count else {
            return SourceRange(offset: Int64(range.lowerBound), length: Int32(clamping: range.count))
        }
        return SourceRange(
            offset: Int64(range.lowerBound + value.start), length: Int32(clamping: value.count))
    }
}
