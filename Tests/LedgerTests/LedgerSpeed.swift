import Canonical
import Environment
import Glibc
import Testing

import Ledger

/// By hand: `CROSSDOCK_LEDGER_SPEED=20000 swift test -c release --filter LedgerSpeed`.
struct LedgerSpeed {
    @Test(.enabled(if: readEnvironment("CROSSDOCK_LEDGER_SPEED") != nil))
    func ordersASecond() throws {
        let count = Int(readEnvironment("CROSSDOCK_LEDGER_SPEED") ?? "") ?? 20_000
        let scratch = ScratchFolder()
        let ledger = try SQLiteLedger(path: scratch.ledger, at: BookFixtures.night)
        let run = try ledger.beginRun(command: "run", configuration: [], at: BookFixtures.night)
        var fixtures = BookFixtures()
        fixtures.itemCount = 5000
        fixtures.unitsEach = 1_000_000_000
        try ledger.commit(fixtures.masterBatch(ledger, run: run))
        try apply(count, to: ledger, run: run)
        try time("render") { try render(ledger, run: run) }
        try time("verify") {
            let findings = try ledger.reader().verify(fileDigest: nil).findings
            #expect(findings == [])
        }
        try time("dump") {
            var size = 0
            try ledger.reader().dumpCanonical { size += $0.count }
            print("dump of \(size >> 20) MiB")
        }
        try time("status") { _ = try ledger.reader().channels(dayStart: BookFixtures.night) }
        try time("counts") { _ = try ledger.reader().counts(of: run) }
        try time("failures") { _ = try ledger.reader().failures(FailureFilter()) }
        try time("order") { _ = try ledger.reader().order(OrderID(Int64(count / 2))) }
        let status = try PosixFileStore().contents(of: "/proc/self/status", limit: 1 << 16)
        let lines = String(decoding: status, as: UTF8.self).split(separator: "\n")
        print(lines.filter { $0.hasPrefix("VmHWM") }.joined())
    }

    /// Batches of 500, as a run makes them: facts asked, rows written; told every 10,000 orders.
    private func apply(_ count: Int, to ledger: SQLiteLedger, run: RunID) throws {
        guard case .staged(let drop) = try ledger.stage(BookFixtures.drop("load.edi"), run: run) else {
            return
        }
        _ = try ledger.claim(drop, run: run)
        var maker = OrderMaker()
        maker.itemCount = 5000
        var (asking, writing, computing): (UInt64, UInt64, UInt64) = (0, 0, 0)
        var made = 0
        while made < count {
            var batch = ApplyBatch(
                drop: drop, at: BookFixtures.night, run: run, identifiers: try ledger.identifiers())
            for _ in 0..<500 {
                maker.lineCount = 5 + made % 2
                maker.add("PO-\(made)", to: &batch, spanOrdinal: made, offset: Int64(made) * 100)
                made += 1
            }
            batch.reached = Int64(made) * 100
            batch.state = .applying
            let before = clock.monotonicNanoseconds()
            let facts = try ledger.orderFacts(
                partner: "harbor-mart", numbers: batch.changes.orders.map(\.number),
                items: Set(batch.changes.lines.map { .sku($0.sku) }))
            #expect(facts.existing.isEmpty)
            let between = clock.monotonicNanoseconds()
            let computed = processorNanoseconds()
            try ledger.commit(batch)
            computing += processorNanoseconds() - computed
            asking += between - before
            writing += clock.monotonicNanoseconds() - between
            guard made % 10_000 == 0 else { continue }
            print(
                "\(made): \(rate(writing)) orders/s written, \(rate(computing)) a second of processor time, "
                    + "\(rate(asking)) asked")
            (asking, writing, computing) = (0, 0, 0)
        }
    }

    private func render(_ ledger: SQLiteLedger, run: RunID) throws {
        var at = 0
        while true {
            let intents = try ledger.intents(
                channel: "meridian-940", dueBy: BookFixtures.night, limit: 2000)
            if intents.isEmpty { return }
            var batch = RenderBatch(at: BookFixtures.night, run: run)
            batch.controlNumbers = ["group": Int64(at + 1)]
            batch.releasedFulfilments = intents.map { FulfilmentID($0.subject) }
            for start in stride(from: 0, to: intents.count, by: 50) {
                let part = intents[start..<min(start + 50, intents.count)]
                batch.documents.append(
                    FrozenDocument(
                        channel: "meridian-940", partner: "meridian", document: "x12/940", connection: "s",
                        path: "/in", name: "940-\(at + start).edi", digest: BookFixtures.key, byteCount: 77,
                        functionalID: "OW", groupControl: String(at + start), acknowledgment: .pending,
                        items: part.map {
                            OutboundItem(intent: $0.id, subject: "fulfilment \($0.subject)", control: "1")
                        }, lineage: [1, 2]))
            }
            _ = try ledger.commit(batch)
            at += intents.count
        }
    }

    private let clock = SystemClock()

    private func time(_ what: String, _ body: () throws -> Void) throws {
        let before = clock.monotonicNanoseconds()
        try body()
        print("\(what): \((clock.monotonicNanoseconds() - before) / 1_000_000) ms")
    }

    private func processorNanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Orders a second, for 10,000 of them.
    private func rate(_ nanoseconds: UInt64) -> Int { Int(1e13 / Double(max(1, nanoseconds))) }
}
