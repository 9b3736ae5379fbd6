import Canonical
import Diagnostics
import Environment
import GRDB

/// Makes a ledger's schema, step by step, and tells what is there.
enum SchemaMigration {
    /// What lies under the ledger's name.
    enum State: Equatable {
        case missing
        /// An empty file, or one whose creation was broken off.
        case new
        case current
        /// Written by an older program, with transactions in it.
        case pending(Int)
    }

    /// Looks without writing.
    ///
    /// - Throws: `STORE.NOT_A_DATABASE`, `STORE.SCHEMA.NEWER`, `STORE.CORRUPT`.
    static func inspect(_ path: String, files: any FileStore) throws(LedgerError) -> State {
        let head: [UInt8]
        do {
            guard let status = try files.status(of: path) else { return .missing }
            guard status.kind == .regular else {
                throw LedgerError.notADatabase(path, "it is no regular file")
            }
            if status.byteCount == 0 { return .new }
            head = try magic(of: path, files: files)
        } catch {
            throw LedgerError(error, path: path)
        }
        guard head == Array("SQLite format 3\0".utf8) else {
            throw LedgerError.notADatabase(path, "its first bytes are not those of SQLite")
        }
        let connection = try Connection(path: path, isReadOnly: true)
        let state = try connection.read { try inspect($0, path) }
        try connection.close()
        return state
    }

    private static func magic(of path: String, files: any FileStore) throws -> [UInt8] {
        let reader = try files.open(path)
        var head = [UInt8](repeating: 0, count: 16)
        let count = try head.withUnsafeMutableBytes { try reader.read(into: $0) }
        return Array(head[..<count])
    }

    private static func inspect(_ books: Books, _ path: String) throws -> State {
        let version = try books.integer("PRAGMA user_version") ?? 0
        let application = try books.integer("PRAGMA application_id") ?? 0
        let tableCount = try books.integer("SELECT count(*) FROM sqlite_schema") ?? 0
        if application != Schema.applicationID {
            if application == 0, version == 0, tableCount == 0 { return .new }
            throw LedgerError.notADatabase(path, "it is the database of another program")
        }
        try checkVersion(Int(version), path)
        try checkSteps(books, path, upTo: Int(version))
        let hasBooks = try version > 0 && books.integer("SELECT id FROM txn LIMIT 1") != nil
        if version == Schema.version { return .current }
        return hasBooks ? .pending(Int(version)) : .new
    }

    private static func checkVersion(_ version: Int, _ path: String) throws {
        guard version > Schema.version else { return }
        throw LedgerError(
            "STORE.SCHEMA.NEWER",
            "the ledger '\(path)' has a newer schema: \(version) > \(Schema.version) of this program",
            remedy: "start the newer crossdock that wrote it; a ledger is never taken back")
    }

    private static func checkSteps(_ books: Books, _ path: String, upTo version: Int) throws {
        let applied = try self.applied(books)
        for step in Schema.steps where step.version <= version {
            guard applied[step.version]?.checksum == step.checksum else {
                throw LedgerError.corrupt(
                    path, "step \(step.version) of its schema is not the one known here")
            }
        }
    }

    private static func applied(_ books: Books) throws -> [Int: (checksum: String, at: Int64)] {
        var applied: [Int: (checksum: String, at: Int64)] = [:]
        try books.each("SELECT version, checksum, applied_at FROM migration") {
            applied[$0.count(0)] = ($0.text(1), $0.int(2))
        }
        return applied
    }

    /// Creates the file, for its owner only, and its entry in the folder.
    static func create(_ path: String, files: any FileStore) throws(LedgerError) {
        do {
            let writer = try files.create(path)
            try writer.sync()
            try writer.close()
            try files.syncDirectory(parentDirectory(of: path))
        } catch {
            throw LedgerError(error, path: path)
        }
    }

    /// Takes every step that is missing, each in a transaction of its own.
    ///
    /// - Twice: nothing.
    static func apply(
        to connection: Connection, at: Instant, randomness: any Randomness
    ) throws(LedgerError) -> [MigrationStep] {
        var done: [MigrationStep] = []
        let version = try connection.read { Int(try $0.integer("PRAGMA user_version") ?? 0) }
        for step in Schema.steps where step.version > version {
            try connection.migrate { books in
                try fault(.storeMigrationStep, "\(step.version) \(connection.path)")
                try take(step, books, at: at, randomness: randomness)
            }
            done.append(
                MigrationStep(
                    version: step.version, description: step.description, appliedAt: at,
                    hasSameChecksum: true))
        }
        return done
    }

    private static func take(
        _ step: Schema.Step, _ books: Books, at: Instant, randomness: any Randomness
    ) throws {
        try books.database.execute(sql: Schema.migrationTable + step.sql)
        if step.version == 1 {
            try books.run("PRAGMA application_id = \(Schema.applicationID)")
            var statement = try books.statement("INSERT INTO meta (name, value) VALUES ('key', ?)")
            statement.bind(randomness.bytes(count: 32))
            try statement.run()
        }
        var statement = try books.statement(
            "INSERT INTO migration (version, description, checksum, applied_at) VALUES (?, ?, ?, ?)")
        statement.bind(Int64(step.version))
        statement.bind(step.description)
        statement.bind(step.checksum)
        statement.bind(at.milliseconds)
        try statement.run()
        try books.run("PRAGMA user_version = \(step.version)")
    }

    /// Every step that this program knows, with what the ledger says of it.
    static func list(_ books: Books) throws -> [MigrationStep] {
        let applied = try self.applied(books)
        return Schema.steps.map { step in
            let known = applied[step.version]
            return MigrationStep(
                version: step.version, description: step.description,
                appliedAt: known.map { Instant(milliseconds: $0.at) },
                hasSameChecksum: known.map { $0.checksum == step.checksum } ?? true)
        }
    }
}

extension Schema.Step {
    /// SHA-256 of the step's text, in hexadecimal.
    var checksum: String { SHA256Hasher.digest(of: sql).hex }
}
