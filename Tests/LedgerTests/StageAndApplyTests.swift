import Canonical
import Diagnostics
import Testing

import Ledger

struct StagingTests {
    @Test func theSameFileSeenAgainWhileItsCleanUpIsDueIsTheSameDrop() throws {
        let books = try OpenBooks()
        let file = BookFixtures.drop("850.edi")
        guard case .staged(let first) = try books.ledger.stage(file, run: books.run) else {
            Issue.record("not staged")
            return
        }
        #expect(try books.ledger.stage(file, run: books.run) == .sameDrop(first))
        #expect(try books.ledger.cleanupsDue().map(\.id) == [first])
        try books.ledger.markCleanedUp([first])
        #expect(try books.ledger.cleanupsDue().isEmpty)
        guard case .duplicate(let again, of: first) = try books.ledger.stage(file, run: books.run) else {
            Issue.record("the file came back after its clean-up: a duplicate")
            return
        }
        #expect(try books.ledger.cleanupsDue().map(\.id) == [again])
        #expect(try books.ledger.stage(file, run: books.run) == .sameDrop(again))
    }

    @Test func knownBytesUnderAnotherNameAreADuplicateWithoutEffect() throws {
        let books = try OpenBooks()
        let first = try books.stagedDrop("a.edi")
        var renamed = BookFixtures.drop("b.edi", bytes: "a.edi")
        guard case .duplicate(_, of: first) = try books.ledger.stage(renamed, run: books.run) else {
            Issue.record("not a duplicate")
            return
        }
        #expect(try books.ledger.dropsToApply().map(\.id) == [first])
        renamed.channel = "other-channel"
        guard case .staged = try books.ledger.stage(renamed, run: books.run) else {
            Issue.record("the same bytes on another channel are news")
            return
        }
    }

    @Test func aFileLeftInPlaceOnPurposeIsNeverNewsAgain() throws {
        let books = try OpenBooks()
        let file = BookFixtures.drop("left.csv", cleanup: nil)
        guard case .staged(let id) = try books.ledger.stage(file, run: books.run) else {
            Issue.record("not staged")
            return
        }
        for _ in 0..<3 { #expect(try books.ledger.stage(file, run: books.run) == .sameDrop(id)) }
        let copy = BookFixtures.drop("copy.csv", bytes: "left.csv", cleanup: nil)
        guard case .duplicate(let other, of: id) = try books.ledger.stage(copy, run: books.run) else {
            Issue.record("not a duplicate")
            return
        }
        for _ in 0..<3 { #expect(try books.ledger.stage(copy, run: books.run) == .sameDrop(other)) }
    }

    @Test func dropsAreCountedWithoutDuplicates() throws {
        let books = try OpenBooks()
        _ = try books.stagedDrop("a.edi")
        _ = try books.ledger.stage(BookFixtures.drop("b.edi", bytes: "a.edi"), run: books.run)
        let night = BookFixtures.night
        let count = try books.ledger.dropCount(
            channel: "harbor-mart-850", from: night, to: night.adding(seconds: 1))
        #expect(count == 1)
        #expect(
            try books.ledger.dropCount(channel: "harbor-mart-850", from: night.adding(seconds: 1), to: night)
                == 0)
    }

    @Test func theFileOfADropComesBackAsItWentIn() throws {
        let books = try OpenBooks()
        var file = BookFixtures.drop("ünï.edi", cleanup: .move(to: "/archive"))
        file.modifiedAt = Instant(milliseconds: 5)
        guard case .staged(let id) = try books.ledger.stage(file, run: books.run) else {
            Issue.record("not staged")
            return
        }
        #expect(try books.ledger.drop(id)?.file == file)
    }
}

struct ApplyTests {
    @Test func aClaimCountsBeforeAnythingIsParsed() throws {
        let books = try OpenBooks()
        let drop = try books.stagedDrop()
        #expect(try books.ledger.claim(drop, run: books.run).attempts == 1)
        let second = try books.ledger.claim(drop, run: books.run)
        #expect(second.attempts == 2)
        #expect(second.state == .applying)
        #expect(try books.ledger.dropsToApply().map(\.id) == [drop])
    }

    @Test func onlyAttemptsSinceTheLastCommittedBatchCount() throws {
        let books = try OpenBooks()
        let drop = try books.stagedDrop(byteCount: 200)
        for reached: Int64 in [50, 100, 150] {
            #expect(try books.ledger.claim(drop, run: books.run).attempts <= 2)
            var batch = try books.batch(drop)
            batch.reached = reached
            try books.ledger.commit(batch)
        }
        _ = try books.ledger.claim(drop, run: books.run)
        #expect(try books.ledger.claim(drop, run: books.run).attempts == 3)
    }

    @Test func onlyARunThatWasKilledCostsADropItsAttempt() throws {
        let books = try OpenBooks()
        let drop = try books.stagedDrop()
        func next(wasKilled: Bool) throws -> RunID {
            try books.ledger.beginRun(
                command: "run", configuration: [], at: BookFixtures.night, wasKilled: wasKilled)
        }
        func attempts(in run: RunID) throws -> Int { try books.ledger.claim(drop, run: run).attempts }
        var run = books.run
        for _ in 0..<3 {
            // The disk was full: nothing could be written down, and nobody was killed.
            #expect(try attempts(in: run) == 1)
            run = try next(wasKilled: false)
        }
        #expect(try attempts(in: run) == 1)
        // A run that could say that it failed is believed.
        try books.ledger.finishRun(run, outcome: "failed", summary: "STORE.FULL", at: BookFixtures.night)
        #expect(try books.ledger.lastRunEnded() == nil)
        run = try next(wasKilled: true)
        #expect(try attempts(in: run) == 1)
        run = try next(wasKilled: true)
        // A run that never came to the drop has no attempt of it to give back.
        run = try next(wasKilled: false)
        #expect(try attempts(in: run) == 2)
        #expect(try books.findings() == [])
    }

    @Test func aTroubleKeepsItsBeginningUntilItEnds() throws {
        let books = try OpenBooks()
        let later = BookFixtures.night.adding(seconds: 60)
        let missing = Diagnostic(
            "NET.PATH.MISSING", .error, "folder is missing", remedy: "make it", move: .ours)
        try books.ledger.mark(troubles: ["a": missing, "b": nil], run: books.run, at: BookFixtures.night)
        try books.ledger.mark(troubles: ["a": missing], run: RunID(9), at: later)
        let row = try #require(try books.ledger.troubles().first)
        #expect(row.channel == "a" && row.since == BookFixtures.night && row.run == books.run)
        #expect(row.finding == missing)
        let reader = books.ledger.reader()
        #expect(try reader.failures(FailureFilter(channel: "a")).map(\.finding) == [missing])
        #expect(try reader.channels(dayStart: later).first { $0.channel == "a" }?.trouble == row)
        try books.ledger.mark(troubles: ["a": nil], run: RunID(9), at: later)
        #expect(try books.ledger.troubles().isEmpty)
        try books.ledger.mark(troubles: ["a": missing], run: RunID(9), at: later)
        #expect(try books.ledger.troubles().map(\.since) == [later])
        #expect(try books.findings() == [])
    }

    @Test func aDropStagedAgainStartsAnew() throws {
        let books = try OpenBooks()
        let drop = try books.stagedDrop()
        for _ in 1...3 { _ = try books.ledger.claim(drop, run: books.run) }
        for state in [DropState.quarantined, .staged] {
            var batch = try books.batch(drop)
            batch.state = state
            try books.ledger.commit(batch)
        }
        #expect(try books.ledger.claim(drop, run: books.run).attempts == 1)
    }

    @Test func applyingGoesOnWhereTheLastBatchReached() throws {
        let books = try OpenBooks()
        let drop = try books.stagedDrop(byteCount: 200)
        var batch = try books.batch(drop)
        books.maker.add("PO-1", to: &batch, spanOrdinal: 0, offset: 0)
        batch.reached = 100
        batch.state = .applying
        try books.ledger.commit(batch)
        let claimed = try books.ledger.claim(drop, run: books.run)
        #expect(claimed.reached == 100)
        var rest = try books.batch(drop)
        #expect(rest.changes.identifiers.order == 2)
        books.maker.add("PO-2", to: &rest, spanOrdinal: 1, offset: 100)
        rest.reached = 200
        rest.state = .applied
        try books.ledger.commit(rest)
        #expect(try books.ledger.dropsToApply().isEmpty)
        #expect(try books.ledger.spans(of: drop, from: 0, limit: 10).map(\.offset) == [0, 100])
        #expect(try books.ledger.spans(of: drop, from: 1, limit: 10).map(\.key) == ["PO-2"])
        #expect(try books.findings() == [])
    }

    @Test func aRefusedBatchLeavesNoTrace() throws {
        let books = try OpenBooks()
        try books.apply(orders: ["PO-1"])
        let before = try books.dump()
        var batch = try books.batch(try books.stagedDrop())
        let afterStage = try books.dump()
        books.maker.add("PO-2", to: &batch, spanOrdinal: 0, offset: 0)
        books.maker.add("PO-1", to: &batch, spanOrdinal: 1, offset: 100)
        batch.changes.events = []
        let error = #expect(throws: LedgerError.self) { try books.ledger.commit(batch) }
        #expect(error?.code == "INTERNAL.INVARIANT")
        #expect(try books.dump() == afterStage)
        #expect(before != afterStage)
        #expect(try books.findings() == [])
        // Words that the rolled-back batch had learnt are learnt again.
        try books.apply(orders: ["PO-3"])
        #expect(try books.findings() == [])
    }

    @Test func factsKnowArticlesPositionsPricesAndEarlierOrders() throws {
        let books = try OpenBooks()
        let drop = try books.apply(orders: ["PO-1", "PO-2"])
        var prices = try books.batch()
        prices.changes.prices = [
            PriceRow(
                item: ItemID(1), channel: nil, currency: .usd,
                unitPrice: ScaledDecimal(units: 12_345, scale: 4),
                validFrom: nil, validThrough: CalendarDate(dayNumber: 30_000)),
            PriceRow(
                item: ItemID(1), channel: "shop", currency: .usd, unitPrice: ScaledDecimal(9),
                validFrom: CalendarDate(dayNumber: 20_000), validThrough: nil),
        ]
        try books.ledger.commit(prices)
        let facts = try books.ledger.orderFacts(
            partner: "harbor-mart", numbers: ["PO-1", "PO-9"],
            items: [.sku("SKU-1"), .vendorPart("V-2"), .sku("nope"), .gtin("00012345678905")])
        #expect(Set(facts.items.keys) == [.sku("SKU-1"), .vendorPart("V-2")])
        #expect(facts.positions[ItemID(1)]?.first?.onHand == 1000)
        #expect(facts.locations.map(\.code) == ["columbus", "reno"])
        #expect(facts.existing.keys.sorted() == ["PO-1"])
        #expect(facts.existing["PO-1"]?.drop == drop)
        #expect(facts.existing["PO-1"]?.contentDigest == BookFixtures.digest("PO-1"))
        #expect(facts.prices[ItemID(1)] == prices.changes.prices)
        let stranger = try books.ledger.orderFacts(partner: "nobody", numbers: ["PO-1"], items: [])
        #expect(stranger.existing.isEmpty)
    }

    @Test func setQuestionsTakeAnyNumberOfKeys() throws {
        let books = try OpenBooks()
        let numbers = (1...600).map { "PO-\($0)" }
        books.maker.lineCount = 1
        books.maker.quantity = 1
        try books.apply(orders: numbers, batchSize: 300)
        let facts = try books.ledger.orderFacts(partner: "harbor-mart", numbers: numbers, items: [])
        #expect(facts.existing.count == 600)
        let states = try books.ledger.orderStates((1...600).map { OrderID($0) } + [OrderID(1), OrderID(900)])
        #expect(states.count == 601)
        #expect(states.allSatisfy { $0.lines.count == 1 })
    }

    @Test func anOrderComesBackWithLinesBucketsAndHolds() throws {
        let books = try OpenBooks()
        let drop = try books.stagedDrop(byteCount: 100)
        var batch = try books.batch(drop)
        books.maker.lineCount = 2
        books.maker.add("PO-1", to: &batch, spanOrdinal: 0, offset: 0)
        let order = batch.changes.orders[0]
        batch.changes.holds = [HoldRow(order: order.id, code: "OMS.ADDRESS.BAD", reason: "no such street")]
        batch.state = .applied
        try books.ledger.commit(batch)
        let state = try #require(try books.ledger.orderStates([order.id]).first)
        #expect(state.row == order)
        #expect(state.lines.map(\.row) == batch.changes.lines)
        #expect(state.lines.allSatisfy { $0[.reserved] == 2 && $0[.open] == 0 })
        #expect(state.holds == batch.changes.holds)
        let facts = try books.ledger.orderFacts(partner: "harbor-mart", numbers: ["PO-1"], items: [])
        #expect(facts.existing["PO-1"]?.openHolds == ["OMS.ADDRESS.BAD"])
        var release = try books.batch()
        release.changes.holdReleases = [(order.id, "OMS.ADDRESS.BAD", "pat")]
        release.changes.lifecycles = [(order.id, .inProgress)]
        try books.ledger.commit(release)
        #expect(try books.ledger.orderStates([order.id]).first?.holds == [])
        let detail = try #require(try books.reader.order(order.id))
        #expect(detail.holds.map(\.isOpen) == [false])
        #expect(detail.holds.first?.releasedBy == "pat")
        #expect(detail.decisions.first?.row == batch.changes.decisions.first)
        #expect(detail.fulfilments.first?.allocations.map(\.row) == batch.changes.allocations)
        #expect(detail.span?.key == "PO-1")
        #expect(detail.drop?.id == drop)
    }

    @Test func controlNumbersOfAppliedInterchangesAreKnown() throws {
        let books = try OpenBooks()
        let drop = try books.stagedDrop()
        var batch = try books.batch(drop)
        batch.interchanges = [
            interchange(0, control: "000000101", isQuarantined: false),
            interchange(1, control: "000000102", isQuarantined: true),
        ]
        batch.groups = [group(0)]
        batch.acknowledgmentIntents = [(0, 0, "harbor-mart/997", BookFixtures.night)]
        batch.interchangeIntents = [(1, "harbor-mart/ta1", BookFixtures.night)]
        try books.ledger.commit(batch)
        let known = try books.ledger.knownInterchanges(
            senderQualifier: "ZZ", sender: "THEM", receiverQualifier: "ZZ", receiver: "US",
            controls: ["000000101", "000000102", "000000103"])
        #expect(known.map(\.control) == ["000000101"])
        #expect(known.first?.drop == drop)
        var again = try books.batch(try books.stagedDrop())
        again.interchanges = [interchange(0, control: "000000101", isQuarantined: false)]
        try books.ledger.commit(again)
        var other = try books.batch(try books.stagedDrop())
        other.interchanges = again.interchanges
        other.interchanges[0].digest = BookFixtures.digest("other bytes")
        #expect(throws: LedgerError.self) { try books.ledger.commit(other) }
        #expect(
            try books.ledger.knownInterchanges(
                senderQualifier: "ZZ", sender: "THEM", receiverQualifier: "ZZ", receiver: "US",
                controls: ["000000101"]
            ).map(\.drop) == [drop])
        let owed = try books.ledger.intents(
            channel: "harbor-mart/997", dueBy: BookFixtures.night, limit: 5)
        #expect(try books.findings() == [])
        let subject = try #require(owed.first?.subject)
        #expect(try books.ledger.group(subject)?.row == batch.groups[0])
        let technical = try books.ledger.intents(
            channel: "harbor-mart/ta1", dueBy: BookFixtures.night, limit: 5)
        #expect(
            try books.ledger.interchange(try #require(technical.first?.subject))?.row == batch.interchanges[1]
        )
    }

    @Test func aReplayTellsSpansAnew() throws {
        let books = try OpenBooks()
        let drop = try books.stagedDrop(byteCount: 100)
        var batch = try books.batch(drop)
        let held = SpanRow(
            ordinal: 0, offset: 0, length: 100, kind: "rows", control: "19", document: "csv/orders",
            state: .held, code: "MAP.UNIT.UNKNOWN", key: "V-20031")
        batch.spans = [held]
        batch.findings = [FindingRow(span: 0, finding: Self.finding)]
        batch.missingCodes = [MissingCode(partner: "harbor-mart", table: "units", code: "BX", span: 0)]
        batch.state = .applied
        try books.ledger.commit(batch)
        #expect(try books.reader.missingCodes().map(\.waiting) == [1])
        let failures = try books.reader.failures(FailureFilter())
        #expect(failures.count == 1)
        #expect(failures.first?.finding == Self.finding)
        #expect(
            try books.reader.drops(
                states: [.quarantined], orWithSpans: [.held], channel: "harbor-mart-850", since: nil, limit: 9
            ).map(\.id) == [drop])
        var replay = try books.batch(drop)
        replay.act = try books.ledger.recordAct(
            "replay", subject: "d-1", by: "pat", why: "BX added", at: BookFixtures.night)
        var accepted = held
        accepted.state = .accepted
        accepted.code = nil
        accepted.subject = "order 1"
        replay.respans = [accepted]
        try books.ledger.commit(replay)
        #expect(try books.ledger.spans(of: drop, from: 0, limit: 2) == [accepted])
        #expect(try books.reader.missingCodes().isEmpty)
        #expect(try books.reader.failures(FailureFilter()).isEmpty)
        #expect(try books.findings() == [])
    }

    private static let finding = Diagnostic(
        "MAP.UNIT.UNKNOWN", .error,
        at: SourceLocation(
            drop: "orders.csv", byteOffset: 88, byteCount: 2, line: 19, column: 5,
            segment: SegmentPosition(ordinal: 3, tag: "PO1", loop: nil, element: 3)),
        "unit 'BX' has no canonical unit", found: "BX", remedy: "add it", move: .ours)

    private func interchange(_ ordinal: Int, control: String, isQuarantined: Bool) -> InterchangeRow {
        InterchangeRow(
            ordinal: ordinal, offset: 0, length: 10, senderQualifier: "ZZ", sender: "THEM",
            receiverQualifier: "ZZ", receiver: "US", control: control, usage: "T", version: "00401",
            isQuarantined: isQuarantined, note: isQuarantined ? "025" : "000", digest: BookFixtures.key,
            acknowledgment: isQuarantined ? [1, 2] : [])
    }

    private func group(_ ordinal: Int) -> GroupRow {
        GroupRow(
            interchange: 0, ordinal: ordinal, functionalID: "PO", sender: "THEM", receiver: "US",
            control: "905", version: "004010", declaredCount: 3, receivedCount: 2, notes: ["5"],
            isRefused: false, acknowledgment: [9, 9, 9])
    }
}
