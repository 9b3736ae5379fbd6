import Diagnostics
import Environment
import GRDB
import GRDBSQLite

/// One connection to a ledger's file with what it keeps in memory: the words and the key. Used by one thread.
final class Connection {
    let path: String
    let isReadOnly: Bool
    private let queue: DatabaseQueue
    /// What a person's data is hashed with, and what seals are made with.
    private(set) var tokenKey = HMACSHA256(key: [])
    private(set) var sealKey = SealKey(bytes: [])
    private var idByWord: [String: Int64] = [:]
    private var wordByID: [Int64: String] = [:]

    /// Opens a file that is known to be a ledger or empty. The schema is the caller's business.
    ///
    /// - Parameter patienceSeconds: how long a lock of another process is waited for.
    init(path: String, isReadOnly: Bool, patienceSeconds: Double = 5) throws(LedgerError) {
        self.path = path
        self.isReadOnly = isReadOnly
        var configuration = Configuration()
        configuration.readonly = isReadOnly
        configuration.foreignKeysEnabled = true
        configuration.busyMode = .timeout(patienceSeconds)
        configuration.label = "ledger"
        configuration.prepareDatabase { database in
            try database.execute(sql: isReadOnly ? Self.readingPragmas : Self.writingPragmas)
        }
        do {
            queue = try DatabaseQueue(path: path, configuration: configuration)
        } catch {
            throw LedgerError(error, path: path)
        }
    }

    /// Pages of 4 KiB; 16 MiB of cache; the WAL is folded in about every 16 MiB.
    private static let writingPragmas = """
        PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cell_size_check = ON;
        PRAGMA trusted_schema = OFF; PRAGMA secure_delete = ON; PRAGMA cache_size = -16384;
        PRAGMA wal_autocheckpoint = 4000; PRAGMA journal_size_limit = 67108864;
        """
    private static let readingPragmas = """
        PRAGMA cell_size_check = ON; PRAGMA trusted_schema = OFF; PRAGMA cache_size = -16384;
        """

    func close() throws(LedgerError) {
        do { try queue.close() } catch { throw LedgerError(error, path: path) }
    }

    /// Takes the ledger's key and words into memory. Called once the schema stands.
    func load() throws(LedgerError) {
        try read { books in
            guard let key = try books.meta("key"), key.count == 32 else {
                throw LedgerError.corrupt(self.path, "its key is missing")
            }
            self.tokenKey = HMACSHA256(key: key)
            self.sealKey = SealKey(bytes: Array(key[16...]))
            try self.loadWords(books)
        }
    }

    private func loadWords(_ books: Books) throws {
        try books.each("SELECT id, text FROM word WHERE id > ?", Int64(wordByID.count)) { row in
            let text = row.text(1)
            idByWord[text] = row.int(0)
            wordByID[row.int(0)] = text
        }
    }

    // MARK: Calls

    /// Reads, all queries of `body` from one committed state.
    func read<T>(_ body: (Books) throws -> T) throws(LedgerError) -> T {
        do {
            return try queue.inDatabase { database in
                let books = Books(database: database, connection: self)
                try books.run("BEGIN")
                defer { if database.isInsideTransaction { try? books.run("ROLLBACK") } }
                return try body(books)
            }
        } catch {
            throw LedgerError(error, path: path)
        }
    }

    /// Runs statements outside any transaction.
    func bare<T>(_ body: (Books) throws -> T) throws(LedgerError) -> T {
        do {
            return try queue.inDatabase { try body(Books(database: $0, connection: self)) }
        } catch {
            throw LedgerError(error, path: path)
        }
    }

    /// One transaction without a link: migrations only.
    func migrate(_ body: (Books) throws -> Void) throws(LedgerError) {
        try bare { books in
            try books.database.inTransaction(.immediate) {
                try body(books)
                return .commit
            }
        }
    }

    /// One durable transaction with its link of the hash chain.
    func write<T>(
        _ kind: String, run: Int64? = nil, drop: Int64? = nil, at: Int64? = nil,
        _ body: (BookTransaction) throws -> T
    ) throws(LedgerError) -> T {
        let knownWords = wordByID.count
        do {
            return try queue.inDatabase { database in
                let books = Books(database: database, connection: self)
                var result: T?
                try database.inTransaction(.immediate) {
                    let transaction = try BookTransaction(
                        books, kind: kind, run: run, drop: drop, at: at)
                    result = try body(transaction)
                    try transaction.finish()
                    return .commit
                }
                guard let result else { throw LedgerError.invariant("a transaction without a result") }
                return result
            }
        } catch {
            forgetWords(after: knownWords)
            throw LedgerError(error, path: path)
        }
    }

    // MARK: Words

    private func forgetWords(after count: Int) {
        for id in stride(from: Int64(wordByID.count), to: Int64(count), by: -1) {
            if let text = wordByID.removeValue(forKey: id) { idByWord[text] = nil }
        }
    }

    /// The number of a word; nil where the books have never seen it.
    func wordID(_ text: String, _ books: Books) throws -> Int64? {
        if let id = idByWord[text] { return id }
        guard isReadOnly else { return nil }
        try loadWords(books)
        return idByWord[text]
    }

    func word(_ id: Int64, _ books: Books) throws -> String {
        if let text = wordByID[id] { return text }
        try loadWords(books)
        guard let text = wordByID[id] else { throw LedgerError.corrupt(path, "word \(id) is missing") }
        return text
    }

    func learn(_ text: String, id: Int64) {
        idByWord[text] = id
        wordByID[id] = text
    }

    var wordCount: Int { wordByID.count }
}

/// The books within one call: prepared statements, by their text, and words.
struct Books {
    let database: Database
    let connection: Connection

    func statement(_ sql: String) throws -> BoundStatement {
        BoundStatement(try database.cachedStatement(sql: sql))
    }

    func run(_ sql: String) throws {
        var statement = try statement(sql)
        try statement.run()
    }

    /// Binds integers, steps to the end.
    func run(_ sql: String, _ values: Int64?...) throws {
        var statement = try statement(sql)
        for value in values { statement.bind(value) }
        try statement.run()
    }

    func each(_ sql: String, _ values: Int64?..., body: (RowView) throws -> Void) throws {
        var statement = try statement(sql)
        for value in values { statement.bind(value) }
        try statement.each {
            try body($0)
            return true
        }
    }

    func each(
        _ sql: String, bind: (inout BoundStatement) throws -> Void, body: (RowView) throws -> Void
    ) throws {
        var statement = try statement(sql)
        try bind(&statement)
        try statement.each {
            try body($0)
            return true
        }
    }

    /// The first row, made into something; nil where there is none.
    func first<T>(
        _ sql: String, bind: (inout BoundStatement) throws -> Void = { _ in }, _ body: (RowView) throws -> T
    ) throws -> T? {
        var statement = try statement(sql)
        try bind(&statement)
        var result: T?
        try statement.each {
            result = try body($0)
            return false
        }
        return result
    }

    func integer(_ sql: String, _ values: Int64?...) throws -> Int64? {
        try first(sql, bind: { for value in values { $0.bind(value) } }, { $0.optional(0) }) ?? nil
    }

    /// How many rows the last INSERT, UPDATE or DELETE touched.
    var changedCount: Int { database.changesCount }

    func meta(_ name: String) throws -> [UInt8]? {
        try first("SELECT value FROM meta WHERE name = ?", bind: { $0.bind(name) }, { $0.blob(0) })
    }

    func word(_ id: Int64) throws -> String { try connection.word(id, self) }
    func wordID(_ text: String) throws -> Int64? { try connection.wordID(text, self) }
    var seal: Seal { Seal(connection.sealKey) }
}

extension Books {
    /// Asks a set question: `sql` has `…` where the marks of up to 256 keys go. Keys are asked for in chunks of 1, 16
    /// or 256, the last filled up with NULL, so that few statements are prepared.
    ///
    /// - Parameter before: binds what stands before the keys.
    func eachOf<Key>(
        _ keys: [Key], _ sql: String, before: (inout BoundStatement) -> Void = { _ in },
        bind: (inout BoundStatement, Key) -> Void, body: (RowView) throws -> Void
    ) throws {
        var at = 0
        while at < keys.count {
            let left = keys.count - at
            let size = left >= 17 ? 256 : left > 1 ? 16 : 1
            let marks = size == 256 ? Self.marks256 : size == 16 ? Self.marks16 : "?"
            let parts = sql.split(separator: "…", omittingEmptySubsequences: false)
            var statement = try statement(parts.joined(separator: marks))
            before(&statement)
            for offset in 0..<size {
                if offset < left {
                    bind(&statement, keys[at + offset])
                } else {
                    statement.bindNull()
                }
            }
            try statement.each {
                try body($0)
                return true
            }
            at += size
        }
    }

    func eachOf(
        _ keys: [Int64], _ sql: String, before: (inout BoundStatement) -> Void = { _ in },
        body: (RowView) throws -> Void
    ) throws {
        // A key asked for twice must not give its rows twice.
        try eachOf(Set(keys).sorted(), sql, before: before, bind: { $0.bind($1) }, body: body)
    }

    private static let marks16 = Array(repeating: "?", count: 16).joined(separator: ",")
    private static let marks256 = Array(repeating: "?", count: 256).joined(separator: ",")
}
