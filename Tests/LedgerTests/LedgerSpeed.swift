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
        guard case .staged(let drop) = try ledger.stage(BookFixtures.drop("load.edi"), run: run) else {
            return
        }
        _ = try ledger.claim(drop, run: run)
        var maker = OrderMaker()
        maker.itemCount = 5000
        let clock = SystemClock()
        var writing: UInt64 = 0
        var computing: UInt64 = 0
        var asking: UInt64 = 0
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
            let after = clock.monotonicNanoseconds()
            asking += between - before
            writing += after - between
            if made % 10_000 == 0 {
                print("\(made): \(rate(made, writing)) orders/s written, \(rate(made, asking)) asked")
            }
        }
        print(
            "facts \(rate(count, asking)) orders/s, commit \(rate(count, writing)) orders/s, "
                + "\(rate(count, computing)) a second of processor time")
        let before = clock.monotonicNanoseconds()
        var at = 0
        while at < count {
            let intents = try ledger.intents(
                channel: "meridian-940", dueBy: BookFixtures.night, limit: 2000)
            if intents.isEmpty { break }
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
        print("render \(rate(at, clock.monotonicNanoseconds() - before)) orders/s")
        try time("verify", clock) {
            let findings = try ledger.reader().verify(fileDigest: nil).findings
            #expect(findings == [])
        }
        try time("dump", clock) {
            var size = 0
            try ledger.reader().dumpCanonical { size += $0.count }
            print("dump of \(size >> 20) MiB")
        }
        try time("status", clock) { _ = try ledger.reader().channels(dayStart: BookFixtures.night) }
        try time("counts", clock) { _ = try ledger.reader().counts(of: run) }
        try time("failures", clock) { _ = try ledger.reader().failures(FailureFilter()) }
        try time("order", clock) { _ = try ledger.reader().order(OrderID(Int64(count / 2))) }
        let status = try PosixFileStore().contents(of: "/proc/self/status", limit: 1 << 16)
        let lines = String(decoding: status, as: UTF8.self).split(separator: "\n")
        print(lines.filter { $0.hasPrefix("VmHWM") }.joined())
    }

    private func time(_ what: String, _ clock: SystemClock, _ body: () throws -> Void) throws {
        let before = clock.monotonicNanoseconds()
        try body()
        print("\(what): \((clock.monotonicNanoseconds() - before) / 1_000_000) ms")
    }

    private func processorNanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    private func rate(_ count: Int, _ nanoseconds: UInt64) -> Int {
        Int(Double(count) / (Double(nanoseconds) / 1e9))
    }
}
