import Canonical
import Diagnostics
import Environment
import Testing

import Ledger

/// Promise P17: whatever changes a row is found by opening or by `verify`.
struct DamageTests {
    /// A ledger with something in most tables, closed, as bytes.
    private static func night() throws -> [UInt8] {
        let books = try OpenBooks()
        try books.apply(orders: (1...40).map { "PO-\($0)" }, batchSize: 7)
        var batch = RenderBatch(at: BookFixtures.night, run: books.run)
        batch.controlNumbers = ["group": 1]
        batch.releasedFulfilments = (1...20).map { FulfilmentID($0) }
        let intents = try books.ledger.intents(
            channel: "meridian-940", dueBy: BookFixtures.night, limit: 10)
        batch.documents = [
            FrozenDocument(
                channel: "meridian-940", partner: "meridian", document: "x12/940", connection: "s", path: "/in",
                name: "940.edi", digest: BookFixtures.key, byteCount: 77, functionalID: "OW",
                groupControl: "1", acknowledgment: .pending,
                items: intents.map { OutboundItem(intent: $0.id, subject: "x", control: "1") },
                lineage: Array(repeating: 9, count: 3000))
        ]
        batch.expectations = [
            ExpectationRow(
                key: "k", kind: .file, partner: "p", channel: "c", what: "w", dueAt: BookFixtures.night,
                severity: "error")
        ]
        _ = try books.ledger.commit(batch)
        try books.ledger.finishRun(books.run, outcome: "ok", summary: "all well", at: BookFixtures.night)
        try books.ledger.close()
        return try PosixFileStore().contents(of: books.scratch.ledger, limit: 1 << 28)
    }

    private func place(_ bytes: [UInt8], _ scratch: ScratchFolder) throws {
        let writer = try PosixFileStore().create(scratch.ledger)
        try writer.write(bytes)
        try writer.close()
    }

    /// What opening or verifying says; empty where nothing is noticed.
    private func verdict(_ bytes: [UInt8]) throws -> [Diagnostic] {
        let scratch = ScratchFolder()
        try place(bytes, scratch)
        do throws(LedgerError) {
            return try SQLiteLedgerReader(path: scratch.ledger).verify(fileDigest: nil).findings
        } catch {
            return [Diagnostic(error.code, .error, error.message)]
        }
    }

    /// Where rows lie: the cells of table and index leaves, without what is free (file format, section 1.6).
    private func rowBytes(_ file: [UInt8]) -> [Int] {
        let pageSize = 4096
        var places: [Int] = []
        for page in 0..<(file.count / pageSize) {
            let start = page * pageSize
            let header = page == 0 ? start + 100 : start
            guard file[header] == 13 || file[header] == 10 else { continue }
            let content = Int(file[header + 5]) << 8 | Int(file[header + 6])
            guard page > 0, content > 0 else { continue }
            // Freed cells are zeroed by secure_delete; a flip there changes no row.
            for at in (start + content)..<(start + pageSize) where file[at] != 0 { places.append(at) }
        }
        return places
    }

    @Test func everyBitFlippedInsideARowIsFound() throws {
        let whole = try Self.night()
        #expect(try verdict(whole).isEmpty)
        let places = rowBytes(whole)
        #expect(places.count > 40_000)
        var numbers = SeededNumbers(seed: 40)
        var missed: [Int] = []
        for _ in 0..<60 {
            var file = whole
            let at = places[numbers.below(places.count)]
            file[at] ^= 1 << UInt8(numbers.below(8))
            if try verdict(file).isEmpty { missed.append(at) }
        }
        #expect(missed.isEmpty, "60 flips, not found at \(missed)")
    }

    @Test(arguments: [0.2, 0.5, 0.9])
    func aTruncatedFileIsFound(_ part: Double) throws {
        let whole = try Self.night()
        let pages = Int(Double(whole.count / 4096) * part)
        #expect(try !verdict(Array(whole[..<(pages * 4096)])).isEmpty)
        #expect(try !verdict(Array(whole[..<(pages * 4096 + 100)])).isEmpty)
    }
}
