import Canonical
import Diagnostics
public import Environment

/// The books for those who only look.
public final class SQLiteLedgerReader {
    let connection: Connection

    /// Opens an existing ledger for reading, also while a run writes it.
    ///
    /// - Throws: `STORE.MISSING`, `STORE.NOT_A_DATABASE`, `STORE.SCHEMA.NEWER`, `STORE.SCHEMA.PENDING`,
    ///   `STORE.CORRUPT`, `STORE.BUSY`, `STORE.READ_ONLY`.
    public init(path: String, files: any FileStore = PosixFileStore()) throws(LedgerError) {
        do throws(LedgerError) {
            connection = try Self.open(path, files)
        } catch {
            guard error.code == "STORE.READ_ONLY" else { throw error }
            throw LedgerError(
                "STORE.READ_ONLY",
                "the ledger '\(path)' cannot be looked at by a user who may not write in its folder: "
                    + "SQLite keeps the index of its log there",
                remedy: "use the user of the runs, or make the state folder writable for this one")
        }
    }

    private static func open(_ path: String, _ files: any FileStore) throws(LedgerError) -> Connection {
        switch try SchemaMigration.inspect(path, files: files) {
        case .missing, .new: throw LedgerError.missing(path)
        case .pending(let version):
            throw LedgerError(
                "STORE.SCHEMA.PENDING",
                "the ledger '\(path)' has an older schema: \(version) < \(Schema.version)",
                remedy: "run `crossdock migrate`")
        case .current: break
        }
        let connection = try Connection(path: path, isReadOnly: true)
        try connection.load()
        return connection
    }

    init(sharing connection: Connection) { self.connection = connection }

    /// - Twice: nothing.
    public func close() throws(LedgerError) { try connection.close() }
}

extension SQLiteLedgerReader {
    /// Writes one committed state of the books to a file that must not exist yet.
    public func copy(to path: String) throws(LedgerError) {
        try connection.bare { books in
            var statement = try books.statement("VACUUM INTO ?")
            statement.bind(path)
            try statement.run()
        }
    }
}
