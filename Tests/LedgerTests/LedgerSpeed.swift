import Canonical
import Environment
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
        guard case .staged(let drop) = try ledger.stage(BookFixtures.drop("load.edi"), run: run) else { return }
        _ = try ledger.claim(drop, run: run)
        var maker = OrderMaker()
        maker.itemCount = 5000
        let clock = SystemClock()
        var writing: UInt64 = 0
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
            try ledger.commit(batch)
            let after = clock.monotonicNanoseconds()
            asking += between - before
            writing += after - between
            if made % 10_000 == 0 {
                print("\(made): \(rate(made, writing)) orders/s written, \(rate(made, asking)) asked")
            }
        }
        print("facts \(rate(count, asking)) orders/s, commit \(rate(count, writing)) orders/s")
    }

    private func rate(_ count: Int, _ nanoseconds: UInt64) -> Int {
        Int(Double(count) / (Double(nanoseconds) / 1e9))
    }
}
