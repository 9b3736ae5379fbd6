import Canonical
import Diagnostics
import Environment
import Glibc
import TestSupport
import Testing

@testable import Ledger

/// The ledger as a file: made, opened, refused, damaged.
@Suite(.serialized)
struct StoreFileTests {
    private func write(_ bytes: [UInt8], to path: String) throws {
        let files = PosixFileStore()
        try files.remove(path)
        let writer = try files.create(path)
        try writer.write(bytes)
        try writer.close()
    }

    private func bytes(of path: String) throws -> [UInt8] {
        try PosixFileStore().contents(of: path, limit: 1 << 28)
    }

    private func open(_ path: String) throws(LedgerError) -> SQLiteLedger {
        try SQLiteLedger(path: path, at: BookFixtures.night)
    }

    @Test func aNewLedgerIsForItsOwnerOnlyAndKnowsItsSteps() throws {
        let scratch = ScratchFolder()
        let ledger = try open(scratch.ledger)
        var status = stat()
        for suffix in ["", "-wal", "-shm"] {
            #expect(stat(scratch.ledger + suffix, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o600)
        }
        let steps = try ledger.reader().migrations()
        #expect(steps.map(\.version) == Array(1...steps.count))
        #expect(steps.allSatisfy { $0.appliedAt == BookFixtures.night && $0.hasSameChecksum })
        #expect(try ledger.reader().verify(fileDigest: nil).findings == [])
        try ledger.close()
        #expect(try open(scratch.ledger).lastRunEnded() == nil)
    }

    @Test func aMissingLedgerIsNotMadeByAReader() throws {
        let scratch = ScratchFolder()
        let error = #expect(throws: LedgerError.self) { try SQLiteLedgerReader(path: scratch.ledger) }
        #expect(error?.code == "STORE.MISSING")
        #expect(try PosixFileStore().status(of: scratch.ledger) == nil)
    }

    @Test(arguments: [
        Array("x\n".utf8), Array("SQLite format 3\0garbage".utf8), [UInt8](repeating: 0, count: 8192),
        Array("SQLite format 3\0".utf8) + [UInt8](repeating: 0xA5, count: 8192),
    ])
    func garbageIsRefusedAndNotTouched(_ garbage: [UInt8]) throws {
        let scratch = ScratchFolder()
        try write(garbage, to: scratch.ledger)
        let error = #expect(throws: LedgerError.self) { try open(scratch.ledger) }
        #expect(error?.code == "STORE.NOT_A_DATABASE" || error?.code == "STORE.CORRUPT")
        #expect(try bytes(of: scratch.ledger) == garbage)
        #expect(throws: LedgerError.self) { try SQLiteLedgerReader(path: scratch.ledger) }
    }

    @Test func aNewerSchemaIsRefusedWithBothNumbers() throws {
        let scratch = ScratchFolder()
        try open(scratch.ledger).close()
        var file = try bytes(of: scratch.ledger)
        // The user version stands in the file's header, big-endian (SQLite file format, section 1.3).
        file.replaceSubrange(60..<64, with: [0, 0, 3, 231])
        try write(file, to: scratch.ledger)
        let error = #expect(throws: LedgerError.self) { try open(scratch.ledger) }
        #expect(error?.code == "STORE.SCHEMA.NEWER")
        #expect(error?.message.contains("999 > 6") == true)
        #expect(try bytes(of: scratch.ledger) == file)
    }

    @Test func anotherProgramsDatabaseIsForeign() throws {
        let scratch = ScratchFolder()
        try open(scratch.ledger).close()
        var file = try bytes(of: scratch.ledger)
        file.replaceSubrange(68..<72, with: [1, 2, 3, 4])
        try write(file, to: scratch.ledger)
        let error = #expect(throws: LedgerError.self) { try open(scratch.ledger) }
        #expect(error?.code == "STORE.NOT_A_DATABASE")
    }

    /// Runs `body` under a plan that concerns nobody else's ledger, channel or document: other tests run meanwhile.
    @discardableResult
    private func under<Result>(_ plan: String, _ body: () throws -> Result) throws -> Result {
        try FaultTurn.take {
            try FaultPlan(plan).arm()
            defer { FaultPlan.disarm() }
            return try body()
        }
    }

    @Test func aLedgerWhoseMakingWasBrokenOffIsMadeToTheEnd() throws {
        for step in 1...6 {
            let scratch = ScratchFolder()
            try under("F03[\(scratch.ledger)]@\(step)=throw") {
                #expect(throws: LedgerError.self) { try open(scratch.ledger) }
            }
            let error = #expect(throws: LedgerError.self) { try SQLiteLedgerReader(path: scratch.ledger) }
            #expect(error?.code == "STORE.MISSING")
            let ledger = try open(scratch.ledger)
            #expect(try ledger.reader().verify(fileDigest: nil).findings == [])
        }
    }

    @Test(arguments: ["F17[KEY]@1=throw", "F19[KEY]@1=throw", "F19[KEY]@1=enospc", "F17[KEY]@1=eio"])
    func aFaultInsideRenderingLeavesNothing(_ plan: String) throws {
        let books = try OpenBooks()
        try books.apply(orders: ["PO-1"])
        let before = try books.dump()
        var batch = RenderBatch(at: BookFixtures.night, run: books.run)
        batch.controlNumbers = ["rendering-fault": 1]
        batch.documents = [
            FrozenDocument(
                channel: "c", partner: "p", document: "x12/997", connection: "s", path: "/",
                name: "rendering-fault", digest: BookFixtures.key, byteCount: 1, items: [])
        ]
        let error = try under(plan.replacing("KEY", with: "rendering-fault")) {
            #expect(throws: LedgerError.self) { try books.ledger.commit(batch) }
        }
        #expect(error?.code == (plan.hasSuffix("enospc") ? "STORE.FULL" : "STORE.IO"))
        #expect(error?.isTemporary == true)
        #expect(try books.dump() == before)
        #expect(try books.ledger.commit(batch) == [OutboundID(1)])
        #expect(try books.findings() == [])
    }

    @Test func anOlderLedgerIsOnlyTakenOnByMigrating() throws {
        let scratch = ScratchFolder()
        try under("F03[\(scratch.ledger)]@6=throw") {
            #expect(throws: LedgerError.self) { try open(scratch.ledger) }
        }
        let old = try Connection(path: scratch.ledger, isReadOnly: false)
        try old.load()
        _ = try old.write("act") { try $0.word("x") }
        try old.close()
        let error = #expect(throws: LedgerError.self) { try open(scratch.ledger) }
        #expect(error?.code == "STORE.SCHEMA.PENDING")
        #expect(error?.message.contains("5 < 6") == true)
        let ledger = try SQLiteLedger(path: scratch.ledger, opening: .migrating, at: BookFixtures.night)
        #expect(try ledger.reader().verify(fileDigest: nil).findings == [])
    }

    @Test func aFullDiskRollsBackAndTheNextCallGoesOn() throws {
        let books = try OpenBooks()
        let before = try books.dump()
        try books.ledger.connection.bare {
            try $0.run("PRAGMA max_page_count = \(try $0.integer("PRAGMA page_count") ?? 0)")
        }
        var batch = try books.batch()
        for number in 0..<200 { books.maker.add("PO-\(number)", to: &batch, spanOrdinal: 0, offset: 0) }
        batch.spans = []
        let error = #expect(throws: LedgerError.self) { try books.ledger.commit(batch) }
        #expect(error?.code == "STORE.FULL")
        #expect(error?.message.contains("needs") == true)
        #expect(try books.dump() == before)
        try books.ledger.connection.bare { try $0.run("PRAGMA max_page_count = 100000") }
        try books.ledger.commit(batch)
        #expect(try books.findings() == [])
    }

    @Test func anotherWriterIsToldAsBusy() throws {
        let books = try OpenBooks()
        let other = try Connection(path: books.scratch.ledger, isReadOnly: false, patienceSeconds: 0)
        try other.load()
        try books.ledger.connection.bare { books in
            try books.run("BEGIN IMMEDIATE")
            let error = #expect(throws: LedgerError.self) { try other.write("act") { _ in } }
            #expect(error?.code == "STORE.BUSY")
            #expect(error?.isTemporary == true)
            try books.run("ROLLBACK")
        }
    }

    @Test func aCopyTakenWithoutClosingOpensAtTheLastCommit() throws {
        let books = try OpenBooks()
        try books.apply(orders: ["PO-1", "PO-2"])
        let scratch = ScratchFolder()
        for suffix in ["", "-wal"] {
            try write(bytes(of: books.scratch.ledger + suffix), to: scratch.ledger + suffix)
        }
        let copy = try open(scratch.ledger)
        var bytes: [UInt8] = []
        try copy.reader().dumpCanonical { bytes += $0 }
        #expect(try String(decoding: bytes, as: UTF8.self) == books.dump())
    }

    @Test func aWALCutAnywhereLosesWholeTransactionsOnly() throws {
        let books = try OpenBooks()
        for number in 1...6 { try books.apply(orders: ["PO-\(number)"]) }
        let wal = try bytes(of: books.scratch.ledger + "-wal")
        let file = try bytes(of: books.scratch.ledger)
        var randomness = SeededNumbers(seed: 11)
        for _ in 0..<12 {
            let scratch = ScratchFolder()
            try write(file, to: scratch.ledger)
            try write(Array(wal[..<randomness.below(wal.count)]), to: scratch.ledger + "-wal")
            let ledger: SQLiteLedger
            do throws(LedgerError) { ledger = try open(scratch.ledger) } catch { continue }
            #expect(try ledger.reader().verify(fileDigest: nil).findings.map(\.message) == [])
        }
    }

    @Test func aReaderSeesWholeTransactionsWhileARunWrites() throws {
        let books = try OpenBooks()
        let reader = try SQLiteLedgerReader(path: books.scratch.ledger)
        try books.apply(orders: ["PO-1"])
        #expect(try reader.orders(number: "PO-1").map(\.partner) == ["harbor-mart"])
        try books.apply(orders: ["PO-2"])
        #expect(try reader.house().orderCount == 2)
        #expect(try reader.verify(fileDigest: nil).findings == [])
        #expect(try reader.run(books.run)?.command == "run")
    }

    @Test func aReadOnlyFolderIsToldAsSuch() throws {
        // Root writes everywhere; a folder in place of the file cannot be written by anybody.
        let scratch = ScratchFolder()
        mkdir(scratch.ledger, 0o700)
        defer { rmdir(scratch.ledger) }
        let error = #expect(throws: LedgerError.self) { try open(scratch.ledger) }
        #expect(error?.code == "STORE.NOT_A_DATABASE")
        let missing = #expect(throws: LedgerError.self) { try open(scratch.path + "/no/such/ledger.db") }
        #expect(missing != nil)
    }
}

/// A small generator for tests that cut and flip: the same numbers for the same seed.
struct SeededNumbers {
    private let randomness: SeededRandomness
    init(seed: UInt64) { randomness = SeededRandomness(seed: seed) }
    mutating func below(_ bound: Int) -> Int { Int(randomness.below(UInt64(max(1, bound)))) }
}
