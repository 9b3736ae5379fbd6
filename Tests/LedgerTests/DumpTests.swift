import Canonical
import Diagnostics
import Testing

import Ledger

struct DumpTests {
    @Test func theSameOrdersInOtherBatchesMakeTheSameDump() throws {
        let numbers = (1...30).map { "PO-\($0)" }
        let dumps = try [1, 7, 30].map { size in
            let books = try OpenBooks()
            try books.apply(orders: numbers, batchSize: size)
            return try books.dump()
        }
        #expect(dumps[0] == dumps[1])
        #expect(dumps[1] == dumps[2])
    }

    @Test func attemptsRunsDuplicatesAndClocksAreNotDumped() throws {
        let plain = try OpenBooks()
        try plain.apply(orders: ["PO-1", "PO-2"])
        let busy = try OpenBooks()
        _ = try busy.ledger.beginRun(command: "run", configuration: [], at: BookFixtures.night)
        let drop = try busy.stagedDrop(byteCount: 200)
        for _ in 0..<2 { _ = try busy.ledger.claim(drop, run: busy.run) }
        _ = try busy.ledger.stage(BookFixtures.drop("again.edi", bytes: "drop-1.edi"), run: busy.run)
        for (ordinal, number) in ["PO-1", "PO-2"].enumerated() {
            var batch = try busy.batch(drop)
            batch.at = BookFixtures.night.adding(seconds: 77)
            busy.maker.add(number, to: &batch, spanOrdinal: ordinal, offset: Int64(ordinal) * 100)
            for index in batch.changes.movements.indices {
                batch.changes.movements[index].effectiveAt = batch.at
            }
            batch.state = ordinal == 1 ? .applied : .applying
            try busy.ledger.commit(batch)
        }
        #expect(try busy.dump() == plain.dump())
    }

    @Test func aDumpIsOneJSONObjectALineWithDocumentsAndReasons() throws {
        let books = try OpenBooks()
        try books.apply(orders: ["PO-2", "PO-10"])
        let lines = try books.dump().split(separator: "\n")
        #expect(lines.allSatisfy { $0.hasPrefix("{\"row\":\"") && $0.hasSuffix("}") })
        let orders = lines.filter { $0.hasPrefix("{\"row\":\"order\"") }
        #expect(orders.count == 2)
        #expect(orders[0].contains("\"number\":\"PO-10\""))
        #expect(orders[0].contains("\"document\":{\"kind\":\"order\",\"number\":\"PO-10\""))
        #expect(orders[0].contains("\"lifecycle\":\"inProgress\""))
        #expect(orders[0].contains("\"orderedOn\":\"2025-11-08\""))
        #expect(lines.contains { $0.contains("[\"route.nearest-stocked\",\"columbus\",\"chosen\",\"212 km") })
        #expect(lines.contains { $0.contains("\"kind\":\"reserve\"") && !$0.contains("effectiveAt") })
        #expect(
            lines.contains {
                $0.contains("\"kind\":\"receipt\"") && $0.contains("\"effectiveAt\":\"2025-11-22T02:00:00Z\"")
            })
        #expect(lines.contains { $0.contains("\"row\":\"line\"") && $0.contains("\"unitPrice\":\"10.00\"") })
    }
}

struct ReaderTests {
    @Test func runsAreCountedInTheBooks() throws {
        let books = try OpenBooks(unitsEach: 1000)
        try books.apply(orders: ["PO-1", "PO-2"])
        _ = try books.ledger.stage(BookFixtures.drop("x", bytes: "drop-1.edi"), run: books.run)
        let second = try books.ledger.beginRun(command: "run", configuration: [], at: BookFixtures.night)
        let drop = try books.stagedDrop("later.edi", byteCount: 200)
        var batch = ApplyBatch(
            drop: drop, at: BookFixtures.night, run: second, identifiers: try books.ledger.identifiers())
        books.maker.add("PO-3", to: &batch, spanOrdinal: 0, offset: 0)
        batch.spans.append(
            SpanRow(
                ordinal: 1, offset: 100, length: 100, kind: "set", document: "850", state: .refused,
                code: "X12.ELEM.NUMERIC"))
        batch.changes.holds = [HoldRow(order: OrderID(3), code: "OMS.CREDIT", reason: "limit")]
        batch.state = .applied
        try books.ledger.commit(batch)
        let first = try books.reader.counts(of: books.run)
        #expect(first.drops == ["harbor-mart-850": 2])
        #expect(first.duplicateDrops == ["harbor-mart-850": 1])
        #expect(first.orders == ["harbor-mart-850": 2])
        #expect(first.routed == 2)
        #expect(first.held == 0)
        let counts = try books.reader.counts(of: second)
        #expect(counts.orders == ["harbor-mart-850": 1])
        #expect(counts.held == 1)
        #expect(counts.spans.map(\.state) == [.accepted, .refused])
        #expect(try books.reader.counts(of: RunID(99)) == RunCounts())
        #expect(try books.reader.runs(limit: 1).map(\.id) == [second])
        try books.ledger.finishRun(
            second, outcome: "partial", summary: "1 refused", at: BookFixtures.night.adding(seconds: 3))
        #expect(try books.ledger.lastRunEnded() == BookFixtures.night.adding(seconds: 3))
        #expect(try books.reader.run(second)?.outcome == "partial")
    }

    @Test func channelsTellWhatWaitsAndWhatWasRefused() throws {
        let books = try OpenBooks()
        try books.apply(orders: ["PO-1"])
        let drop = try books.stagedDrop("bad.edi", byteCount: 100)
        var batch = try books.batch(drop)
        batch.spans = [
            SpanRow(ordinal: 0, offset: 0, length: 100, kind: "set", document: "850", state: .refused)
        ]
        batch.state = .applied
        try books.ledger.commit(batch)
        var broken = try books.batch(try books.stagedDrop("broken.edi", byteCount: 10))
        broken.state = .quarantined
        broken.findings = [
            FindingRow(span: nil, finding: Diagnostic("X12.IEA.GROUP_COUNT", .error, "counts differ"))
        ]
        try books.ledger.commit(broken)
        let day = BookFixtures.night.adding(seconds: -7200)
        let channels = try books.reader.channels(dayStart: day)
        #expect(channels.map(\.channel) == ["harbor-mart-850", "harbor-mart-855", "meridian-940"])
        let mart = channels[0]
        #expect(mart.partner == "harbor-mart")
        #expect(mart.lastDropAt == BookFixtures.night)
        #expect(mart.dropsToday == 3)
        #expect(mart.ordersToday == 1)
        #expect(mart.refusedSpans == 1)
        #expect(mart.quarantinedDrops == 1)
        #expect(channels[2].waitingIntents == 1)
        let tomorrow = try books.reader.channels(dayStart: BookFixtures.night.adding(seconds: 1))
        #expect(tomorrow[0].dropsToday == 0)
        #expect(tomorrow[0].ordersToday == 0)
        let failures = try books.reader.failures(FailureFilter(channel: "harbor-mart-850"))
        #expect(failures.count == 2)
        #expect(failures.contains { $0.finding?.code == "X12.IEA.GROUP_COUNT" })
        #expect(try books.reader.failures(FailureFilter(channel: "nobody")).isEmpty)
        #expect(try books.reader.failures(FailureFilter(run: books.run)).count == 2)
        #expect(try books.reader.failures(FailureFilter(run: RunID(44))).isEmpty)
        #expect(
            try books.reader.failures(FailureFilter(since: BookFixtures.night.adding(seconds: 1))).isEmpty)
        let house = try books.reader.house()
        #expect(house.orderCount == 1)
        #expect(house.schemaVersion == 6)
        #expect(house.byteCount > 0)
    }

    @Test func heldOrdersAreFailuresWithTheirReasons() throws {
        let books = try OpenBooks()
        let drop = try books.apply(orders: ["PO-1", "PO-2"])
        var batch = try books.batch()
        let hold = HoldRow(
            order: OrderID(2), line: LineID(7), code: "OMS.SKU.UNKNOWN", reason: "SKU 'x' is unknown")
        batch.changes.holds = [hold]
        try books.ledger.commit(batch)
        let failures = try books.reader.failures(FailureFilter())
        guard case .order(let order, let holds)? = failures.first?.subject else {
            Issue.record("no held order")
            return
        }
        #expect(order.number == "PO-2")
        #expect(holds == [hold])
        #expect(try books.reader.house().oldestHold?.order.number == "PO-2")
        #expect(try books.reader.house().openHolds == 1)
        #expect(try books.reader.spanCounts(of: drop).map(\.count) == [2])
        #expect(try books.reader.outbound(causedBy: drop).isEmpty)
    }

    @Test func aDropIsFoundByFourDigitsOfItsDigest() throws {
        let books = try OpenBooks()
        let drop = try books.stagedDrop("a.edi")
        let row = try #require(try books.ledger.drop(drop))
        let digits = row.file.digest.prefix(2).map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }.joined()
        #expect(try books.reader.drops(digestPrefix: digits, limit: 5).map(\.id) == [drop])
        #expect(try books.reader.drops(digestPrefix: digits.uppercased(), limit: 5).map(\.id) == [drop])
        #expect(try books.reader.drops(digestPrefix: String(digits.prefix(3)), limit: 5).isEmpty)
        #expect(try books.reader.drops(digestPrefix: "zzzz", limit: 5).isEmpty)
    }

    @Test func actsAreKeptWithWhoAndWhy() throws {
        let books = try OpenBooks()
        let act = try books.ledger.recordAct(
            "release", subject: "order 1", by: "pat", why: "paid", at: BookFixtures.night)
        #expect(act == 1)
        #expect(try books.reader.acts(limit: 5).map(\.why) == ["paid"])
        #expect(try books.findings() == [])
    }
}
