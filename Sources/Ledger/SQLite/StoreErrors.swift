import Diagnostics
import Environment
import GRDB
import GRDBSQLite

/// A result code of SQLite with its words, before it is put in ours.
struct SQLiteFailure: Error {
    /// The extended result code.
    var code: CInt
    var message: String
}

extension LedgerError {
    /// Puts what went wrong below in the words of the field.
    ///
    /// - Parameter path: the ledger's file.
    init(_ error: any Error, path: String) {
        switch error {
        case let error as LedgerError: self = error
        case let error as SQLiteFailure: self.init(sqlite: error.code, error.message, path: path)
        case let error as DatabaseError:
            self.init(
                sqlite: error.extendedResultCode.rawValue, error.message ?? error.description, path: path)
        case let error as FileError: self.init(file: error)
        case let error as FaultError:
            self.init("STORE.IO", error.description, remedy: "disarm the fault plan", isTemporary: true)
        default:
            self.init(
                "INTERNAL.INVARIANT", "the ledger has an unforeseen error: \(error)",
                remedy: "report this with the ledger's state folder")
        }
    }

    private init(file error: FileError) {
        if error.isFull {
            self = .full(error.path)
        } else if error.isReadOnly || error.isDenied {
            self = .readOnly(error.path)
        } else {
            self.init(
                "STORE.IO", "'\(error.path)' has an input/output error: \(error.reason)",
                remedy: "look at the system's log for the disk, then run again",
                isTemporary: error.isTemporary)
        }
    }

    private init(sqlite code: CInt, _ message: String, path: String) {
        switch code & 0xFF {
        case SQLITE_FULL: self = .full(path)
        case SQLITE_READONLY, SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH: self = .readOnly(path)
        case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_PROTOCOL:
            self.init(
                "STORE.BUSY", "the ledger '\(path)' is being written by another process",
                remedy: "run again when the other process has ended", isTemporary: true)
        case SQLITE_NOTADB: self = .notADatabase(path, "its first bytes are not those of SQLite")
        case SQLITE_CORRUPT, SQLITE_FORMAT: self = .corrupt(path, message)
        case SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_TOOBIG: self = .invariant(message)
        case SQLITE_IOERR, SQLITE_NOMEM, SQLITE_INTERRUPT:
            self.init(
                "STORE.IO", "the ledger '\(path)' has an input/output error: \(message)",
                remedy: "look at the system's log for the disk, then run again", isTemporary: true)
        default:
            // SQLITE_ERROR on a schema that we know means that the schema is not the one we know.
            self = .corrupt(path, message)
        }
    }

    static func full(_ path: String) -> LedgerError {
        LedgerError(
            "STORE.FULL", "the disk of '\(path)' is full; the ledger needs more room",
            remedy: "free room where the state folder lies, then run again", isTemporary: true)
    }

    static func readOnly(_ path: String) -> LedgerError {
        LedgerError(
            "STORE.READ_ONLY", "path '\(path)' is not writable",
            remedy: "make the state folder writable for this user, then run again")
    }

    static func notADatabase(_ path: String, _ why: String) -> LedgerError {
        LedgerError(
            "STORE.NOT_A_DATABASE", "'\(path)' is not a ledger of crossdock: \(why)",
            remedy: "restore the ledger from a backup, or name the right folder with --state")
    }

    static func corrupt(_ path: String, _ why: String) -> LedgerError {
        LedgerError(
            "STORE.CORRUPT", "the ledger '\(path)' has lost its integrity: \(why)",
            remedy: "run `crossdock verify`, then restore the ledger from a backup")
    }

    static func missing(_ path: String) -> LedgerError {
        LedgerError(
            "STORE.MISSING", "the ledger '\(path)' is not there",
            remedy: "run `crossdock run` once, or name the state folder with --state")
    }

    /// A change that the books refuse.
    static func invariant(_ what: String) -> LedgerError {
        LedgerError(
            "INTERNAL.INVARIANT", "a change of the books is refused: \(what)",
            remedy: "keep the ledger, run `crossdock verify`, and report it; nothing was changed")
    }
}
