public import Canonical
import Diagnostics

extension SQLiteLedgerReader: LedgerReader {
    // MARK: Runs

    /// The newest runs, newest first.
    public func runs(limit: Int) throws(LedgerError) -> [RunRow] {
        try connection.read { try $0.runs("ORDER BY id DESC LIMIT ?", Int64(limit)) }
    }

    /// A run by its number; nil where there is none.
    public func run(_ id: RunID) throws(LedgerError) -> RunRow? {
        try connection.read { try $0.runs("WHERE id = ?", id.value).first }
    }

    /// The newest acts, newest first.
    public func acts(limit: Int) throws(LedgerError) -> [ActRow] {
        try connection.read { books in
            var acts: [ActRow] = []
            try books.each(
                "SELECT id, act, subject, done_by, why, at FROM act ORDER BY id DESC LIMIT ?", Int64(limit)
            ) {
                acts.append(
                    ActRow(
                        id: $0.int(0), act: $0.text(1), subject: $0.text(2), by: $0.text(3), why: $0.text(4),
                        at: Instant(milliseconds: $0.int(5))))
            }
            return acts
        }
    }

    // MARK: Status

    /// The figures of every channel that has drops, orders, documents, intents, expectations or trouble.
    public func channels(dayStart: Instant) throws(LedgerError) -> [ChannelStatus] {
        try connection.read { books in
            var board = ChannelBoard(books)
            try board.countDrops(since: dayStart)
            try board.countOrders(since: dayStart)
            try board.countSpans(since: dayStart)
            try board.countOutbound()
            try board.countWaiting()
            try board.addTroubles()
            return board.rows
        }
    }

    /// The figures of the house; `unanswered` lists a hundred documents at most.
    public func house() throws(LedgerError) -> HouseStatus {
        try connection.read { books in
            let pageCount = try books.integer("PRAGMA page_count") ?? 0
            let pageSize = try books.integer("PRAGMA page_size") ?? 0
            var house = HouseStatus(
                path: books.connection.path,
                schemaVersion: Int(try books.integer("PRAGMA user_version") ?? 0),
                byteCount: pageCount * pageSize)
            house.lastRun = try books.runs("ORDER BY id DESC LIMIT 1").first
            house.orderCount = Int(try books.integer("SELECT count(*) FROM orders") ?? 0)
            house.openHolds = Int(
                try books.integer("SELECT count(DISTINCT order_id) FROM hold WHERE released_txn IS NULL") ?? 0
            )
            house.dropsOpen = Int(
                try books.integer("SELECT count(*) FROM drops WHERE state IN ('staged', 'applying')") ?? 0)
            house.unanswered = try books.outbound(
                """
                WHERE acknowledgment IN ('rejected', 'overdue') AND acknowledgment = 'overdue'
                ORDER BY id LIMIT 100
                """)
            house.oldestHold = try books.oldestHold()
            return house
        }
    }

    /// The steps of the schema, oldest first.
    public func migrations() throws(LedgerError) -> [MigrationStep] {
        try connection.read { try SchemaMigration.list($0) }
    }
}

extension Books {
    func runs(_ rest: String, _ values: Int64?...) throws -> [RunRow] {
        var found: [RunRow] = []
        try each(
            "SELECT id, command, started_at, finished_at, outcome, summary FROM run \(rest)",
            bind: { for value in values { $0.bind(value) } }
        ) {
            found.append(
                RunRow(
                    id: RunID($0.int(0)), command: $0.text(1), startedAt: Instant(milliseconds: $0.int(2)),
                    finishedAt: Instant($0.optional(3)), outcome: $0.optionalText(4),
                    summary: $0.optionalText(5)))
        }
        return found
    }

    fileprivate func oldestHold() throws -> OldestHold? {
        let oldest = try first(
            """
            SELECT h.order_id, h.code, t.at FROM hold h JOIN txn t ON t.id = h.txn
            WHERE h.released_txn IS NULL ORDER BY h.id LIMIT 1
            """, { (order: $0.int(0), code: $0.int(1), at: $0.optional(2)) })
        guard let oldest, let order = try orders("WHERE o.id = ?", oldest.order).first else { return nil }
        return OldestHold(
            order: order, code: DiagnosticCode(rawValue: try word(oldest.code)), since: Instant(oldest.at))
    }

    /// Orders without their documents.
    func orders(_ rest: String, _ values: Int64?...) throws -> [OrderRow] {
        var found: [OrderRow] = []
        try each(
            "SELECT \(Self.orderColumns) FROM orders o \(rest)",
            bind: { for value in values { $0.bind(value) } }
        ) { found.append(try order($0, document: nil)) }
        return found
    }

    /// The first order number that came at or after a moment.
    func firstOrder(since: Instant) throws -> Int64 {
        try integer(
            "SELECT next_order FROM txn WHERE at < ? ORDER BY id DESC LIMIT 1", since.milliseconds) ?? 1
    }
}

/// Collects the figures of all channels, one query a figure.
private struct ChannelBoard {
    let books: Books
    private var byChannel: [Int64: ChannelStatus] = [:]

    init(_ books: Books) { self.books = books }

    var rows: [ChannelStatus] { byChannel.values.sorted { $0.channel < $1.channel } }

    private mutating func change(
        _ channel: Int64, partner: Int64? = nil, _ body: (inout ChannelStatus) -> Void
    ) throws {
        var status =
            try byChannel[channel] ?? ChannelStatus(channel: books.word(channel), partner: "")
        if let partner, status.partner.isEmpty { status.partner = try books.word(partner) }
        body(&status)
        byChannel[channel] = status
    }

    mutating func countDrops(since: Instant) throws {
        var found: [(Int64, Int64, Int64, Int, Int)] = []
        try books.each(
            """
            SELECT channel, max(partner), max(received_at),
              sum(received_at >= ?1 AND duplicate_of IS NULL), sum(state = 'quarantined')
            FROM drops GROUP BY channel
            """, since.milliseconds
        ) { found.append(($0.int(0), $0.int(1), $0.int(2), $0.count(3), $0.count(4))) }
        for (channel, partner, last, today, quarantined) in found {
            try change(channel, partner: partner) {
                $0.lastDropAt = Instant(milliseconds: last)
                $0.dropsToday = today
                $0.quarantinedDrops = quarantined
            }
        }
    }

    private mutating func count(
        _ sql: String, _ values: Int64?..., set: (inout ChannelStatus, Int) -> Void
    ) throws {
        var found: [(Int64, Int)] = []
        try books.each(sql, bind: { for value in values { $0.bind(value) } }) {
            found.append(($0.int(0), $0.count(1)))
        }
        for (channel, count) in found { try change(channel) { set(&$0, count) } }
    }

    mutating func countOrders(since: Instant) throws {
        try count(
            "SELECT channel, count(*) FROM orders WHERE id >= ? GROUP BY channel",
            try books.firstOrder(since: since)
        ) { $0.ordersToday = $1 }
        try count(
            """
            SELECT o.channel, count(DISTINCT o.id) FROM hold h JOIN orders o ON o.id = h.order_id
            WHERE h.released_txn IS NULL GROUP BY o.channel
            """
        ) { $0.heldOrders = $1 }
    }

    mutating func countSpans(since: Instant) throws {
        try count(
            """
            SELECT d.channel, count(*) FROM span s JOIN drops d ON d.id = s.id >> 32
            WHERE s.state = 1 AND s.state IN (1, 2, 3) AND d.received_at >= ? GROUP BY d.channel
            """, since.milliseconds
        ) { $0.refusedSpans = $1 }
        try count(
            """
            SELECT d.channel, count(*) FROM span s JOIN drops d ON d.id = s.id >> 32
            WHERE s.state = 2 AND s.state IN (1, 2, 3) GROUP BY d.channel
            """
        ) { $0.heldSpans = $1 }
    }

    mutating func countOutbound() throws {
        var found: [(channel: Int64, partner: Int64, status: ChannelStatus)] = []
        try books.each(
            """
            SELECT channel, max(partner), sum(state <> 'delivered'), sum(state = 'conflict'),
              sum(acknowledgment = 'rejected'), max(delivered_at) FROM outbound GROUP BY channel
            """
        ) {
            var status = ChannelStatus(channel: "", partner: "")
            status.waitingDocuments = $0.count(2)
            status.conflicts = $0.count(3)
            status.rejectedDocuments = $0.count(4)
            status.lastDeliveredAt = Instant($0.optional(5))
            found.append(($0.int(0), $0.int(1), status))
        }
        for (channel, partner, status) in found {
            try change(channel, partner: partner) {
                $0.waitingDocuments = status.waitingDocuments
                $0.conflicts = status.conflicts
                $0.rejectedDocuments = status.rejectedDocuments
                $0.lastDeliveredAt = status.lastDeliveredAt
            }
        }
    }

    mutating func addTroubles() throws {
        for (channel, trouble) in try books.troubles() {
            guard let word = try books.wordID(channel) else { continue }
            try change(word) { $0.trouble = trouble }
        }
    }

    mutating func countWaiting() throws {
        try count("SELECT channel, count(*) FROM intent WHERE outbound IS NULL GROUP BY channel") {
            $0.waitingIntents = $1
        }
        try count("SELECT channel, count(*) FROM expectation WHERE state = 'overdue' GROUP BY channel") {
            $0.overdueExpectations = $1
        }
    }
}
