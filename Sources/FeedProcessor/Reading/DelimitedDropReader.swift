import Canonical
import Diagnostics
import Environment
import Formats
import Ledger
import Mapping

/// Reads a drop of delimited text: rows become documents, refused rows spans of their own.
struct DelimitedDropReader: DropReader {
    let drop: String
    let partner: String
    let channel: String
    let document: String
    let byteCount: Int64
    let plan: InboundPlan
    let dialect: DelimitedDialect
    let columns: DelimitedColumns
    let open: @Sendable () throws -> any Formats.ByteSource

    func read(from resumeOffset: Int64, _ deliver: (ReadBatch) throws -> Bool) throws {
        guard var mapper = RowMapper(plan, drop: drop) else { return }
        var reader = DelimitedReader(drop: drop, source: try open(), dialect: dialect, columns: columns)
        var assembly = DocumentAssembly(self, resumeOffset: resumeOffset)
        var mapped: [MappedDocument] = []
        var seenFindings = 0
        while let row = try reader.next() {
            try fault(.parseSet, drop)
            let start = Int64(row.byteRange.lowerBound)
            assembly.refuse(reader.takeRefusedRows())
            assembly.takeWarnings(reader.log, &seenFindings)
            assembly.rows.append(start..<Int64(row.byteRange.upperBound))
            mapper.add(row, header: reader.header, into: &mapped)
            if !mapped.isEmpty {
                try fault(.mapDocument, drop)
                assembly.add(mapped)
                mapped.removeAll(keepingCapacity: true)
                if assembly.isFull, try !deliver(assembly.takeBatch(isLast: false)) { return }
            }
        }
        mapper.finish(into: &mapped)
        assembly.refuse(reader.takeRefusedRows())
        assembly.takeWarnings(reader.log, &seenFindings)
        assembly.add(mapped)
        assembly.finish()
        _ = try deliver(assembly.takeBatch(isLast: true))
    }
}

/// Reads an XML drop: every element that the map names is a document.
struct XMLDropReader: DropReader {
    let drop: String
    let partner: String
    let channel: String
    let document: String
    let byteCount: Int64
    let plan: InboundPlan
    let selection: XMLSelection
    let open: @Sendable () throws -> any Formats.ByteSource

    func read(from resumeOffset: Int64, _ deliver: (ReadBatch) throws -> Bool) throws {
        let reader = XMLReader(drop: drop, source: try open(), selection: selection)
        guard var mapper = XMLMapper(plan, drop: drop, reader: reader) else { return }
        var assembly = DocumentAssembly(
            drop: drop, partner: partner, channel: channel, document: document, kind: "element",
            byteCount: byteCount,
            resumeOffset: resumeOffset)
        while let record = try reader.next() {
            try fault(.parseSet, drop)
            try fault(.mapDocument, drop)
            assembly.add([mapper.map(record)])
            if assembly.isFull, try !deliver(assembly.takeBatch(isLast: false)) { return }
        }
        assembly.wholeDropFindings += reader.log.kept
        assembly.finish()
        _ = try deliver(assembly.takeBatch(isLast: true))
    }
}

/// Gathers mapped documents into batches whose spans tile the drop.
struct DocumentAssembly {
    private let drop: String
    private let partner: String
    private let channel: String
    private let byteCount: Int64
    private let resumeOffset: Int64
    private var tiling: RowTiling
    private var batch = ReadBatch()
    private var documentCount = 0
    /// The document that waits for the beginning of the next one, to know where it ends.
    private var pending: (unit: ReadUnit, start: Int64)?
    /// Byte ranges of rows since the last batch: what a refused row covers.
    var rows: [Range<Int64>] = []
    /// Warnings about the drop as a whole.
    var wholeDropFindings: [Diagnostic] = []

    init(_ reader: DelimitedDropReader, resumeOffset: Int64) {
        self.init(
            drop: reader.drop, partner: reader.partner, channel: reader.channel, document: reader.document,
            kind: "rows",
            byteCount: reader.byteCount, resumeOffset: resumeOffset)
    }

    init(
        drop: String, partner: String, channel: String, document: String, kind: String, byteCount: Int64,
        resumeOffset: Int64
    ) {
        self.drop = drop
        self.partner = partner
        self.channel = channel
        self.byteCount = byteCount
        self.resumeOffset = resumeOffset
        tiling = RowTiling(document: document, kind: kind)
    }

    var isFull: Bool { documentCount >= ReadBatch.unitMax }

    /// Rows that are none.
    mutating func refuse(_ rows: [RefusedRow]) {
        for row in rows {
            tiling.refuse(
                Int64(row.byteRange.lowerBound)..<Int64(row.byteRange.upperBound), row.code, row.finding)
        }
    }

    /// Warnings of the reader since they were last taken; what refuses a row goes with the row.
    mutating func takeWarnings(_ log: DiagnosticLog, _ seen: inout Int) {
        guard log.kept.count > seen else { return }
        wholeDropFindings += log.kept[seen...].filter { $0.severity != .error }
        seen = log.kept.count
    }

    mutating func add(_ documents: [MappedDocument]) {
        for mapped in documents {
            let start = mapped.document.span.offset
            closePending(at: start)
            for finding in mapped.findings where finding.effect == .refuseRow {
                if let row = row(at: finding.diagnostic.location?.byteOffset) {
                    tiling.refuse(row, finding.diagnostic.code, finding.diagnostic)
                }
            }
            var unit = ReadUnit(
                span: SpanRow(ordinal: 0, offset: start, length: 0, kind: "", state: .accepted),
                channel: channel)
            unit.take(mapped.unit, partner: partner)
            pending = (unit, start)
        }
    }

    /// The row in which a byte stands.
    private func row(at offset: Int?) -> Range<Int64>? {
        guard let offset else { return nil }
        var (low, high) = (0, rows.count)
        while low < high {
            let middle = (low + high) / 2
            if rows[middle].upperBound <= Int64(offset) { low = middle + 1 } else { high = middle }
        }
        return low < rows.count && rows[low].contains(Int64(offset)) ? rows[low] : nil
    }

    private mutating func closePending(at end: Int64) {
        guard let (unit, start) = pending else { return }
        pending = nil
        for laid in tiling.lay(unit, from: start, to: max(end, start)) { append(laid) }
    }

    private mutating func append(_ unit: ReadUnit) {
        guard unit.span.offset + unit.span.length > resumeOffset else { return }
        if !unit.documents.isEmpty || unit.span.state != .accepted { documentCount += 1 }
        batch.units.append(unit)
    }

    mutating func finish() {
        closePending(at: byteCount)
        for unit in tiling.finish(to: byteCount) { append(unit) }
    }

    mutating func takeBatch(isLast: Bool) -> ReadBatch {
        batch.isLast = isLast
        batch.reached = isLast ? byteCount : tiling.cursor
        if isLast { batch.findings = wholeDropFindings }
        if rows.count > 4 * ReadBatch.unitMax { rows.removeAll { $0.upperBound <= tiling.cursor } }
        defer {
            batch = ReadBatch()
            documentCount = 0
        }
        return batch
    }
}

extension MappedDocument {
    /// The same in the words of reading.
    var unit: MappedUnit {
        let fate: MappedUnit.Fate =
            switch disposition {
            case .accepted: .mapped
            case .held: .held
            case .refused: .refused
            }
        let kept = findings.filter { $0.effect != .refuseRow }
        return MappedUnit(
            fate: fate, documents: fate == .mapped ? [document] : [], findings: kept.map(\.diagnostic),
            missing: missingCodes.map { ($0.table, $0.code) },
            key: document.header.values.first?.flatMap { $0.description })
    }
}
