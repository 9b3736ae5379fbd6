import Canonical
import Diagnostics
import Environment
import Testing

@testable import Ledger

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
                channel: "meridian-940", partner: "meridian", document: "x12/940", connection: "s",
                path: "/in",
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
            // The schema and its steps are compared as text: what SQLite keeps besides tells nothing of a row.
            let text = file[start..<start + pageSize]
            if ["CREATE TABLE", "sqlite_autoindex", "drops and spans"].contains(where: {
                text.firstRange(of: Array($0.utf8)) != nil
            }) {
                continue
            }
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

    @Test(arguments: [
        "UPDATE orders SET total = total + 1 WHERE id = 3", "UPDATE orders SET lifecycle = 0 WHERE id = 3",
        "UPDATE order_document SET document = x'00' WHERE order_id = 3",
        "UPDATE line SET reserved = reserved - 1, open = open + 1 WHERE id = 30",
        "UPDATE line SET sku = 'other' WHERE id = 30", "UPDATE movement SET quantity = 1 WHERE id = 30",
        "UPDATE position SET available = available + 1 WHERE item = 1",
        "UPDATE outbound SET state = 'delivered' WHERE id = 1",
        "UPDATE drops SET attempts = 0 WHERE id = 1", "UPDATE span SET state = 3 WHERE id & 255 = 4",
        "UPDATE expectation SET state = 'met'", "UPDATE item SET description = 'x' WHERE id = 2",
        "UPDATE run SET outcome = 'failed'", "UPDATE intent SET outbound = NULL WHERE id = 1",
        "UPDATE word SET text = 'x' WHERE id = 2", "UPDATE sequence SET next = 1 WHERE entity = 'order'",
        "UPDATE txn SET at = at + 1 WHERE id = 1", "UPDATE allocation SET short = 1 WHERE line = 30",
        "UPDATE fulfilment SET state = 3 WHERE id = 2", "UPDATE outbound_lineage SET lineage = x'01'",
        "DELETE FROM decision WHERE id >> 16 = 5", "DELETE FROM txn WHERE id = (SELECT max(id) FROM txn) - 1",
        "DELETE FROM movement WHERE id = (SELECT max(id) FROM movement)", "DELETE FROM control_draw",
        "INSERT INTO act VALUES (9, 1, 'release', 'x', 'nobody', 'because', 1)",
        "INSERT INTO position VALUES (2, 2, 5, 0)", "UPDATE trouble SET since = since + 1",
        "UPDATE readdress SET path = '/elsewhere'", "DELETE FROM readdress", "DROP INDEX intent_pending",
        "CREATE TABLE mine (x)",
    ])
    func everyEditByHandIsFound(_ edit: String) throws {
        let books = try OpenBooks()
        try books.apply(orders: (1...10).map { "PO-\($0)" }, batchSize: 4)
        var batch = RenderBatch(at: BookFixtures.night, run: books.run)
        batch.controlNumbers = ["group": 1]
        batch.releasedFulfilments = [FulfilmentID(1)]
        let intents = try books.ledger.intents(channel: "meridian-940", dueBy: BookFixtures.night, limit: 2)
        batch.documents = [
            FrozenDocument(
                channel: "meridian-940", partner: "meridian", document: "x12/940", connection: "s",
                path: "/in",
                name: "940.edi", digest: BookFixtures.key, byteCount: 77,
                items: intents.map { OutboundItem(intent: $0.id, subject: "x", control: "1") },
                lineage: [1, 2])
        ]
        batch.expectations = [
            ExpectationRow(
                key: "k", kind: .file, partner: "p", channel: "c", what: "w", dueAt: BookFixtures.night,
                severity: "error")
        ]
        let documents = try books.ledger.commit(batch)
        try books.ledger.readdress(documents.map { ($0, "s", "/in2") })
        try books.ledger.mark(
            troubles: ["c": Diagnostic("NET.PATH.MISSING", .error, "gone")], run: books.run,
            at: BookFixtures.night)
        #expect(try books.findings() == [])
        try books.ledger.connection.bare { try $0.run(edit) }
        #expect(try !books.findings().isEmpty)
    }

    @Test func keptFilesAreComparedWithTheirDigests() throws {
        let books = try OpenBooks()
        let drop = try books.apply(orders: ["PO-1"])
        let known = try #require(try books.ledger.drop(drop)).file.digest
        #expect(try books.reader.verify { _ in known }.findings.isEmpty)
        #expect(try books.reader.verify { _ in nil }.findings.map(\.code) == ["STORE.FILE.MISSING"])
        #expect(
            try books.reader.verify { _ in BookFixtures.key }.findings.map(\.code) == ["STORE.FILE.CHANGED"])
    }

    @Test func spansThatDoNotTileTheirDropAreFound() throws {
        let books = try OpenBooks()
        let drop = try books.stagedDrop(byteCount: 300)
        var batch = try books.batch(drop)
        books.maker.add("PO-1", to: &batch, spanOrdinal: 0, offset: 0)
        books.maker.add("PO-2", to: &batch, spanOrdinal: 1, offset: 200)
        batch.state = .applied
        try books.ledger.commit(batch)
        #expect(
            try books.findings() == [
                "INTERNAL.INVARIANT the spans of a drop do not tile it: drop d-\(drop) at byte 100"
            ])
    }
}
