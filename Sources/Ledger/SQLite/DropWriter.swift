import Canonical
import Diagnostics

/// Writes what a batch says about its drop: interchanges, groups, spans, findings, missing codes.
struct DropWriter {
    private let transaction: BookTransaction
    private let batch: ApplyBatch
    private let drop: DropID

    init(_ transaction: BookTransaction, _ batch: ApplyBatch) throws {
        self.transaction = transaction
        self.batch = batch
        drop = batch.drop ?? DropID(0)
        let isAboutDrop =
            !batch.interchanges.isEmpty || !batch.groups.isEmpty || !batch.spans.isEmpty
            || !batch.respans.isEmpty || !batch.findings.isEmpty
        guard batch.drop != nil || !isAboutDrop else {
            throw LedgerError.invariant("a batch has spans or findings but no drop")
        }
    }

    func write() throws {
        try writeInterchanges()
        try writeGroups()
        try writeSpans()
        try writeRespans()
        try writeFindings()
        try writeMissingCodes()
    }

    private func known(_ table: String, _ ordinal: Int) throws -> Int64? {
        try transaction.books.integer(
            "SELECT id FROM \(table) WHERE drop_id = ? AND ordinal = ?", drop.value, Int64(ordinal))
    }

    /// An interchange of the drop that the books have already (a replay) is only told anew.
    private func writeInterchanges() throws {
        for row in batch.interchanges {
            if let known = try known("interchange", row.ordinal) {
                let rows = try transaction.updates(.interchange)
                rows.begin(known)
                rows.change(try fate(of: row, id: known).rawValue)
                rows.change(row.note)
                rows.change(row.acknowledgment)
                try rows.update()
                continue
            }
            let id = try transaction.nextKey("interchange")
            let rows = try transaction.rows(.interchange)
            try rows.begin(id)
            rows.put(drop.value)
            rows.put(row.ordinal)
            rows.put(row.offset)
            rows.put(row.length)
            for text in [
                row.senderQualifier, row.sender, row.receiverQualifier, row.receiver, row.control, row.usage,
                row.version,
            ] {
                rows.put(text)
            }
            rows.put(row.digest)
            rows.change(try fate(of: row, id: nil).rawValue)
            rows.change(row.note)
            rows.change(row.acknowledgment)
            try rows.insert()
        }
    }

    /// How the books keep what became of an interchange.
    private enum InterchangeFate: Int64 {
        case applied = 0
        case quarantined, repeated
    }

    /// The same bytes under the same control numbers, in another drop, are a repeat: the first keeps the identity.
    private func fate(of row: InterchangeRow, id: Int64?) throws -> InterchangeFate {
        if row.isQuarantined { return .quarantined }
        let earlier = try transaction.books.first(
            """
            SELECT id FROM interchange WHERE fate = 0 AND control = ? AND sender = ? AND receiver = ?
              AND sender_qualifier = ? AND receiver_qualifier = ? AND digest = ?
            """,
            bind: {
                for text in [
                    row.control, row.sender, row.receiver, row.senderQualifier, row.receiverQualifier,
                ] {
                    $0.bind(text)
                }
                $0.bind(row.digest)
            }, { $0.int(0) })
        return earlier == nil || earlier == id ? .applied : .repeated
    }

    private func writeGroups() throws {
        for row in batch.groups {
            if let id = try known("fgroup", row.ordinal) {
                let rows = try transaction.updates(.fgroup)
                rows.begin(id)
                rows.change(row.declaredCount)
                rows.change(row.receivedCount)
                rows.change(row.notes.joined(separator: " "))
                rows.change(row.isRefused ? 1 : 0)
                rows.change(row.acknowledgment)
                try rows.update()
                continue
            }
            let id = try transaction.nextKey("fgroup")
            let rows = try transaction.rows(.fgroup)
            try rows.begin(id)
            rows.put(drop.value)
            rows.put(row.ordinal)
            rows.put(row.interchange)
            for text in [row.functionalID, row.sender, row.receiver, row.control, row.version] {
                rows.put(text)
            }
            rows.change(row.declaredCount)
            rows.change(row.receivedCount)
            rows.change(row.notes.joined(separator: " "))
            rows.change(row.isRefused ? 1 : 0)
            rows.change(row.acknowledgment)
            try rows.insert()
        }
    }

    private func writeSpans() throws {
        guard !batch.spans.isEmpty else { return }
        let rows = try transaction.rows(.span)
        for span in batch.spans.sorted(ifNeededBy: { $0.ordinal < $1.ordinal }) {
            let kind = try transaction.word(span.kind)
            let document = try transaction.word(span.document)
            let code = try span.code.map { try transaction.word($0.rawValue) }
            try rows.begin(SpanKey.key(drop, span.ordinal))
            rows.put(span.offset)
            rows.put(span.length)
            rows.put(kind)
            rows.put(span.interchange)
            rows.put(span.group)
            rows.put(span.control)
            rows.put(document)
            rows.change(span.key)
            rows.change(span.state.position)
            rows.change(span.acknowledgment)
            rows.change(code)
            rows.change(span.subject)
            rows.change(0)
            try rows.insert()
        }
    }

    private func writeRespans() throws {
        guard !batch.respans.isEmpty else { return }
        let rows = try transaction.updates(.span)
        for span in batch.respans {
            let code = try span.code.map { try transaction.word($0.rawValue) }
            rows.begin(SpanKey.key(drop, span.ordinal))
            rows.change(span.key)
            rows.change(span.state.position)
            rows.change(span.acknowledgment)
            rows.change(code)
            rows.change(span.subject)
            rows.change(transaction.id)
            try rows.update()
            guard transaction.books.changedCount == 1 else {
                throw LedgerError.invariant("span \(span.ordinal) of drop \(drop) is not in the books")
            }
        }
    }

    private func writeFindings() throws {
        guard !batch.findings.isEmpty else { return }
        var id = try transaction.nextKey("finding")
        for row in batch.findings {
            let code = try transaction.word(row.finding.code.rawValue)
            let rows = try transaction.rows(.finding)
            try rows.begin(id)
            rows.put(drop.value)
            rows.put(row.span.map { Int64($0) })
            rows.put(row.finding.severity.position)
            rows.put(code)
            rows.putPersonal(transaction.encode(row.finding))
            try rows.insert()
            id += 1
        }
    }

    private func writeMissingCodes() throws {
        var waits: [(missing: Int64, span: Int64)] = []
        for missing in batch.missingCodes {
            let partner = try transaction.word(missing.partner)
            let id = try transaction.missingCode(missing, partner: partner)
            if let span = missing.span { waits.append((id, SpanKey.key(drop, span))) }
        }
        let rows = try transaction.rows(.missingWait)
        var last: (missing: Int64, span: Int64)?
        for wait in waits.sorted(by: { ($0.missing, $0.span) < ($1.missing, $1.span) }) {
            if let last, last == wait { continue }
            last = wait
            let known = try transaction.books.integer(
                "SELECT 1 FROM missing_wait WHERE missing = ? AND span = ?", wait.missing, wait.span)
            if known != nil { continue }
            try rows.begin(wait.missing)
            rows.put(wait.span)
            try rows.insert()
        }
    }
}

extension BookTransaction {
    /// The work item of a code, written down where it is new.
    fileprivate func missingCode(_ missing: MissingCode, partner: Int64) throws -> Int64 {
        let known = try books.first(
            "SELECT id FROM missing_code WHERE partner = ? AND code_table = ? AND code = ?",
            bind: {
                $0.bind(partner)
                $0.bind(missing.table)
                $0.bind(missing.code)
            }, { $0.int(0) })
        if let known { return known }
        let id = try nextKey("missing_code")
        let rows = try rows(.missingCode)
        try rows.begin(id)
        rows.put(partner)
        rows.put(missing.table)
        rows.put(missing.code)
        try rows.insert()
        return id
    }
}

extension Array {
    /// The elements in order; themselves where they are in order already, which is the usual case.
    func sorted(ifNeededBy isBefore: (Element, Element) -> Bool) -> [Element] {
        for index in indices.dropFirst() where isBefore(self[index], self[index - 1]) {
            return sorted(by: isBefore)
        }
        return self
    }
}
