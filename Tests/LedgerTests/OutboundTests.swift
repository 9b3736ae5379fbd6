import Canonical
import Diagnostics
import Testing

import Ledger

struct OutboundTests {
    private func document(
        _ books: OpenBooks, _ name: String, intents: [IntentRow], control: String? = nil
    ) -> FrozenDocument {
        FrozenDocument(
            channel: "meridian-940", partner: "meridian", document: "x12/940", connection: "sftp",
            path: "/in", name: name, digest: BookFixtures.digest(name), byteCount: 10,
            functionalID: control == nil ? nil : "OW", groupControl: control,
            acknowledgment: control == nil ? .notExpected : .pending,
            items: intents.map {
                OutboundItem(intent: $0.id, subject: "fulfilment \($0.subject)", control: "0001")
            },
            lineage: [1, 2, 3])
    }

    private func due(_ books: OpenBooks, limit: Int = 100) throws -> [IntentRow] {
        try books.ledger.intents(channel: "meridian-940", dueBy: BookFixtures.night, limit: limit)
    }

    @Test func intentsWaitInTheOrderTheyWereRecordedAndOnlyOnce() throws {
        let books = try OpenBooks()
        try books.apply(orders: ["PO-1", "PO-2", "PO-3"])
        var again = try books.batch()
        again.intents = [
            IntentRow(
                channel: "meridian-940", kind: "fulfilment.released", subject: 2, dueAt: BookFixtures.night),
            IntentRow(
                channel: "feed", kind: "slot", subject: 9, dueAt: BookFixtures.night.adding(seconds: 60)),
            IntentRow(channel: "feed", kind: "slot", subject: 9, dueAt: BookFixtures.night),
        ]
        try books.ledger.commit(again)
        #expect(try due(books).map(\.subject) == [1, 2, 3])
        #expect(try due(books, limit: 2).map(\.subject) == [1, 2])
        let channels = try books.ledger.channelsWithIntents(dueBy: BookFixtures.night)
        #expect(channels.map(\.channel) == ["harbor-mart-855", "meridian-940"])
        #expect(channels.map(\.count) == [3, 3])
        #expect(
            try books.ledger.channelsWithIntents(dueBy: BookFixtures.night.adding(seconds: 60)).count == 3)
    }

    @Test func freezingConsumesIntentsDrawsNumbersAndReleasesUnits() throws {
        let books = try OpenBooks()
        try books.apply(orders: ["PO-1", "PO-2", "PO-3"])
        let intents = try due(books)
        var batch = RenderBatch(at: BookFixtures.night, run: books.run)
        batch.documents = [document(books, "940-1.edi", intents: Array(intents[..<2]), control: "317")]
        batch.waivedIntents = [(intents[2].id, "cancelled")]
        batch.controlNumbers = ["isa ZZ:US ZZ:THEM": 1, "group": 317]
        batch.releasedFulfilments = [FulfilmentID(1), FulfilmentID(2)]
        batch.servedSlots = ["feed": BookFixtures.night]
        let ids = try books.ledger.commit(batch)
        #expect(ids == [OutboundID(1)])
        #expect(try due(books).isEmpty)
        #expect(try books.ledger.controlNumber("group") == 317)
        #expect(try books.ledger.controlNumber("nobody") == nil)
        #expect(try books.ledger.servedSlot(channel: "feed") == BookFixtures.night)
        let states = try books.ledger.orderStates([OrderID(1), OrderID(3)])
        #expect(states[0].lines.allSatisfy { $0[.released] == 2 && $0[.reserved] == 0 })
        #expect(states[1].lines.allSatisfy { $0[.reserved] == 2 })
        #expect(
            try books.ledger.fulfilments([FulfilmentID(3), FulfilmentID(1)]).map(\.state)
                == [.planned, .released])
        let detail = try #require(try books.reader.order(OrderID(2)))
        #expect(detail.outbound.map(\.id) == ids)
        #expect(detail.outbound.first?.document.lineage == [1, 2, 3])
        #expect(try books.findings() == [])

        // Released twice is released once.
        var twice = RenderBatch(at: BookFixtures.night, run: books.run)
        twice.releasedFulfilments = [FulfilmentID(1)]
        _ = try books.ledger.commit(twice)
        #expect(try books.findings() == [])
    }

    @Test func aNumberDrawnTwiceOrAnIntentUsedTwiceIsRefused() throws {
        let books = try OpenBooks()
        try books.apply(orders: ["PO-1"])
        let intents = try due(books)
        var batch = RenderBatch(at: BookFixtures.night, run: books.run)
        batch.controlNumbers = ["group": 5]
        batch.documents = [document(books, "a", intents: intents, control: "5")]
        _ = try books.ledger.commit(batch)
        #expect(throws: LedgerError.self) { try books.ledger.commit(batch) }
        batch.controlNumbers = ["group": 4]
        batch.documents = []
        #expect(throws: LedgerError.self) { try books.ledger.commit(batch) }
        batch.controlNumbers = ["group": 6]
        batch.documents = [document(books, "b", intents: intents, control: "6")]
        #expect(throws: LedgerError.self) { try books.ledger.commit(batch) }
        batch.documents = [document(books, "b", intents: [], control: "5")]
        #expect(throws: LedgerError.self) { try books.ledger.commit(batch) }
        #expect(try books.ledger.controlNumber("group") == 5)
    }

    @Test func aDocumentIsSentSettledAndAnswered() throws {
        let books = try OpenBooks()
        try books.apply(orders: ["PO-1"])
        var batch = RenderBatch(at: BookFixtures.night, run: books.run)
        batch.documents = [document(books, "940-1.edi", intents: try due(books), control: "317")]
        let id = try #require(try books.ledger.commit(batch).first)
        let now = BookFixtures.night
        #expect(try books.ledger.documentsToDeliver(at: now, limit: 9).map(\.id) == [id])
        try books.ledger.markSending([id], run: books.run)
        #expect(try books.ledger.documentsToDeliver(at: now, limit: 9).isEmpty)
        #expect(try books.ledger.documentsInDoubt().map(\.attempts) == [1])
        try books.ledger.markUndelivered(
            id, state: .ready, error: "NET.CONNECT.REFUSED refused", nextAttemptAt: now.adding(seconds: 900))
        #expect(try books.ledger.documentsToDeliver(at: now, limit: 9).isEmpty)
        #expect(try books.reader.failures(FailureFilter()).count == 1)
        let later = now.adding(seconds: 900)
        #expect(try books.ledger.documentsToDeliver(at: later, limit: 9).count == 1)
        try books.ledger.markSending([id], run: books.run)
        let key = "acknowledgment \(id)"
        try books.ledger.markDelivered(
            [id], at: later,
            expectations: [
                ExpectationRow(
                    key: key, kind: .acknowledgment, partner: "meridian", channel: "meridian-940",
                    what: "997 for x-\(id)", dueAt: later.adding(seconds: 86_400), severity: "warning",
                    outbound: id)
            ])
        #expect(try books.ledger.documentsInDoubt().isEmpty)

        let sent = try #require(
            try books.ledger.outbound(partner: "meridian", functionalID: "OW", groupControl: "317"))
        #expect(sent.id == id)
        #expect(sent.deliveredAt == later)
        #expect(
            try books.ledger.outbound(partner: "harbor-mart", functionalID: "OW", groupControl: "317") == nil)
        var answer = try books.batch(try books.stagedDrop())
        answer.acknowledged = [(id, .rejected, "AK9 R")]
        answer.metExpectations = [key, "unknown"]
        try books.ledger.commit(answer)
        #expect(try books.reader.outbound(id)?.document.acknowledgment == .rejected)
        #expect(try books.reader.failures(FailureFilter()).count == 1)
        #expect(
            try books.reader.expectations(states: [.met], channel: nil, limit: 9).map(\.key) == [key])
        #expect(try books.findings() == [])
    }

    @Test func deadlinesPassOnceAndCanBeMetLate() throws {
        let books = try OpenBooks()
        try books.apply(orders: ["PO-1"])
        var batch = RenderBatch(at: BookFixtures.night, run: books.run)
        batch.documents = [document(books, "940-1.edi", intents: try due(books), control: "317")]
        let id = try #require(try books.ledger.commit(batch).first)
        let due = BookFixtures.night.adding(seconds: 60)
        let rows = [
            ExpectationRow(
                key: "a", kind: .acknowledgment, partner: "p", channel: "c", what: "997", dueAt: due,
                severity: "warning", outbound: id),
            ExpectationRow(
                key: "b", kind: .file, partner: "p", channel: "c", what: "a file", dueAt: due,
                severity: "error"),
            ExpectationRow(
                key: "c", kind: .file, partner: "p", channel: "c", what: "a file",
                dueAt: due.adding(seconds: 1), severity: "error"),
        ]
        try books.ledger.recordExpectations(rows)
        try books.ledger.recordExpectations(rows)
        try books.ledger.markMet(["b"], at: due)
        #expect(try books.ledger.markOverdue(at: due).isEmpty)
        #expect(try books.ledger.markOverdue(at: due.adding(seconds: 1)).map(\.key) == ["a"])
        #expect(try books.ledger.markOverdue(at: due.adding(seconds: 1)).isEmpty)
        #expect(try books.reader.outbound(id)?.document.acknowledgment == .overdue)
        #expect(try books.reader.house().unanswered.map(\.id) == [id])
        try books.ledger.markMet(["a"], at: due.adding(seconds: 5))
        #expect(
            try books.reader.expectations(states: [.lateMet], channel: "c", limit: 9).map(\.key) == ["a"])
        #expect(try books.findings() == [])
    }

    @Test func whatAGroupEarnedComesInPages() throws {
        let books = try OpenBooks()
        let drop = try books.stagedDrop(byteCount: 500)
        var batch = try books.batch(drop)
        for ordinal in 0..<5 {
            batch.spans.append(
                SpanRow(
                    ordinal: ordinal, offset: Int64(ordinal) * 100, length: 100,
                    kind: ordinal == 0 ? "envelope" : "set", interchange: 0, group: 0,
                    control: "000\(ordinal)", document: "850", state: ordinal == 2 ? .refused : .accepted,
                    acknowledgment: ordinal == 2 ? "R" : "A"))
        }
        let finding = Diagnostic("X12.ELEM.NUMERIC", .error, "quantity is not a number", found: "1O")
        batch.findings = [FindingRow(span: 2, finding: finding)]
        batch.state = .applied
        try books.ledger.commit(batch)
        let first = try books.ledger.groupResults(drop: drop, group: 0, afterSpan: nil, limit: 2)
        #expect(first.map(\.span.ordinal) == [1, 2])
        #expect(first.map(\.findings) == [[], [finding]])
        let rest = try books.ledger.groupResults(drop: drop, group: 0, afterSpan: 2, limit: 9)
        #expect(rest.map(\.span.ordinal) == [3, 4])
    }
}
