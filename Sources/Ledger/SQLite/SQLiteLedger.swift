public import Canonical
import Diagnostics
public import Environment

/// The books in one SQLite file: WAL, `synchronous = FULL`, one writer.
///
/// - Twice: opening a ledger whose last writer died takes up at its last committed transaction.
public final class SQLiteLedger: LedgerStore {
    let connection: Connection
    /// Articles and locations asked for over and over; forgotten when one of them changes.
    var cache = MasterCache()

    /// What opening may do to the schema.
    public enum Opening: Sendable {
        /// A new ledger is made; an older one is refused.
        case creating
        /// A new ledger is made, an older one is taken to the current schema.
        case migrating
    }

    /// Opens the ledger at `path`.
    ///
    /// - Parameter at: written down with the steps of a schema that is made here.
    /// - Throws: `STORE.NOT_A_DATABASE`, `STORE.SCHEMA.NEWER`, `STORE.SCHEMA.PENDING`, `STORE.CORRUPT`,
    ///   `STORE.READ_ONLY`, `STORE.FULL`, `STORE.BUSY`. A file that is refused is not written.
    public init(
        path: String, opening: Opening = .creating, at: Instant,
        files: any FileStore = PosixFileStore(), randomness: any Randomness = SystemRandomness()
    ) throws(LedgerError) {
        let state = try SchemaMigration.inspect(path, files: files)
        if case .pending(let version) = state, opening == .creating {
            throw LedgerError(
                "STORE.SCHEMA.PENDING",
                "the ledger '\(path)' has an older schema: \(version) < \(Schema.version)",
                remedy: "run `crossdock migrate`")
        }
        if state == .missing { try SchemaMigration.create(path, files: files) }
        connection = try Connection(path: path, isReadOnly: false)
        if state != .current {
            _ = try SchemaMigration.apply(to: connection, at: at, randomness: randomness)
        }
        try connection.load()
    }

    /// Folds the WAL into the file and closes. - Twice: nothing.
    public func close() throws(LedgerError) { try connection.close() }

    /// A reader on this ledger's own connection, for the summary of a run. It is used by the same thread.
    public func reader() -> SQLiteLedgerReader { SQLiteLedgerReader(sharing: connection) }

    // MARK: Runs

    /// Writes a new run down as unfinished; returns its number. The drop that the run before was applying when it
    /// ended, not killed, gets its attempt back.
    public func beginRun(
        command: String, configuration: [UInt8], at: Instant, wasKilled: Bool
    ) throws(LedgerError) -> RunID {
        try connection.write("run.begin", at: at.milliseconds) { transaction in
            let id = try transaction.nextKey("run")
            try Self.returnAttempt(of: id - 1, wasKilled: wasKilled, transaction)
            let rows = try transaction.rows(.run)
            try rows.begin(id)
            rows.put(command)
            rows.put(configuration)
            rows.put(at.milliseconds)
            for _ in 0..<3 { rows.change(nil as Int64?) }
            try rows.insert()
            transaction.run = id
            return RunID(id)
        }
    }

    /// Only a drop on which a run died has had its attempt: one that ended with a full disk or a signal says nothing
    /// about the drop that it was at.
    private static func returnAttempt(
        of run: Int64, wasKilled: Bool, _ transaction: BookTransaction
    ) throws {
        let books = transaction.books
        guard
            try !wasKilled
                || books.integer("SELECT 1 FROM run WHERE id = ? AND finished_at IS NOT NULL", run) != nil,
            let drop = try books.integer(
                "SELECT drop_id FROM txn WHERE run = ? AND kind = 'claim' ORDER BY id DESC LIMIT 1", run),
            try books.integer("SELECT 1 FROM drops WHERE id = ? AND state = 'applying'", drop) != nil
        else { return }
        try transaction.changeDrop(drop) { $0.attempts = max(0, $0.attempts - 1) }
    }

    /// Gives a run its end. One that died has none for ever.
    public func finishRun(
        _ run: RunID, outcome: String, summary: String, at: Instant
    ) throws(LedgerError) {
        try connection.write("run.finish", run: run.value, at: at.milliseconds) { transaction in
            let rows = try transaction.updates(.run)
            rows.begin(run.value)
            rows.change(at.milliseconds)
            rows.change(outcome)
            rows.change(summary)
            try rows.update()
        }
    }

    /// When the newest run ended that did not fail; nil before the first.
    public func lastRunEnded() throws(LedgerError) -> Instant? {
        try connection.read { books in
            try books.integer(
                """
                SELECT finished_at FROM run WHERE finished_at IS NOT NULL AND outcome <> 'failed'
                ORDER BY id DESC LIMIT 1
                """
            )
            .map { Instant(milliseconds: $0) }
        }
    }

    /// Writes down what a person did before its effect; returns the number that batches carry as `act`.
    public func recordAct(
        _ act: String, subject: String, by: String, why: String, at: Instant
    ) throws(LedgerError) -> Int64 {
        try connection.write("act", at: at.milliseconds) { transaction in
            let id = try transaction.nextKey("act")
            let rows = try transaction.rows(.act)
            try rows.begin(id)
            for text in [act, subject, by, why] { rows.put(text) }
            rows.put(at.milliseconds)
            try rows.insert()
            transaction.act = id
            return id
        }
    }
}

extension Instant {
    init?(_ milliseconds: Int64?) {
        guard let milliseconds else { return nil }
        self.init(milliseconds: milliseconds)
    }
}
