import GRDB
import GRDBSQLite

/// Binds values to a prepared statement and steps it, by the C interface that GRDB hands out: a row costs no
/// allocation of ours.
///
/// The order of binding is the order of the parameters. After `run` or `each` the statement may be bound again.
struct BoundStatement {
    private let statement: Statement
    let raw: OpaquePointer
    private(set) var index: CInt = 0

    init(_ statement: Statement) {
        self.statement = statement
        raw = statement.sqliteStatement
        sqlite3_reset(raw)
    }

    mutating func bind(_ value: Int64) {
        index += 1
        sqlite3_bind_int64(raw, index, value)
    }

    mutating func bind(_ value: Int64?) {
        if let value {
            bind(value)
        } else {
            bindNull()
        }
    }

    mutating func bindNull() {
        index += 1
        sqlite3_bind_null(raw, index)
    }

    mutating func bind(_ text: String) {
        index += 1
        var text = text
        _ = text.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) {
                if $0.isEmpty {
                    // An empty text may have no address, and no address would bind NULL.
                    sqlite3_bind_text(raw, index, "", 0, Self.copied)
                } else {
                    sqlite3_bind_text(raw, index, $0.baseAddress, CInt($0.count), Self.copied)
                }
            }
        }
    }

    mutating func bind(_ text: String?) {
        if let text {
            bind(text)
        } else {
            bindNull()
        }
    }

    mutating func bind(_ bytes: [UInt8]) {
        index += 1
        bytes.withUnsafeBytes {
            if let address = $0.baseAddress {
                _ = sqlite3_bind_blob64(raw, index, address, UInt64($0.count), Self.copied)
            } else {
                _ = sqlite3_bind_zeroblob(raw, index, 0)
            }
        }
    }

    mutating func bind(_ bytes: [UInt8]?) {
        if let bytes {
            bind(bytes)
        } else {
            bindNull()
        }
    }

    /// Steps to the end.
    mutating func run() throws {
        index = 0
        let code = sqlite3_step(raw)
        guard code == SQLITE_DONE || code == SQLITE_ROW else { throw failure() }
        if code == SQLITE_ROW {
            while true {
                let next = sqlite3_step(raw)
                if next == SQLITE_DONE { break }
                guard next == SQLITE_ROW else { throw failure() }
            }
        }
        sqlite3_reset(raw)
    }

    /// Steps through the rows; `body` returns false to stop.
    mutating func each(_ body: (RowView) throws -> Bool) throws {
        index = 0
        defer { sqlite3_reset(raw) }
        while true {
            switch sqlite3_step(raw) {
            case SQLITE_ROW: if try !body(RowView(raw: raw)) { return }
            case SQLITE_DONE: return
            default: throw failure()
            }
        }
    }

    private func failure() -> SQLiteFailure {
        let handle = sqlite3_db_handle(raw)
        let failure = SQLiteFailure(
            code: sqlite3_extended_errcode(handle), message: String(cString: sqlite3_errmsg(handle)))
        sqlite3_reset(raw)
        return failure
    }

    /// SQLite copies the bytes before the call returns (SQLITE_TRANSIENT, which C spells as a cast of -1).
    private static let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}

/// The current row of a statement.
struct RowView {
    let raw: OpaquePointer

    func int(_ column: CInt) -> Int64 { sqlite3_column_int64(raw, column) }
    func isNull(_ column: CInt) -> Bool { sqlite3_column_type(raw, column) == SQLITE_NULL }
    func optional(_ column: CInt) -> Int64? { isNull(column) ? nil : int(column) }
    func flag(_ column: CInt) -> Bool { int(column) != 0 }
    func count(_ column: CInt) -> Int { Int(int(column)) }

    func text(_ column: CInt) -> String {
        guard let bytes = sqlite3_column_text(raw, column) else { return "" }
        let count = Int(sqlite3_column_bytes(raw, column))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    func optionalText(_ column: CInt) -> String? { isNull(column) ? nil : text(column) }

    func blob(_ column: CInt) -> [UInt8] {
        guard let bytes = sqlite3_column_blob(raw, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: bytes, count: Int(sqlite3_column_bytes(raw, column))))
    }

    func type(_ column: CInt) -> CInt { sqlite3_column_type(raw, column) }

    /// The bytes of a text or blob, valid within `body`.
    func withBytes<T>(_ column: CInt, _ body: (UnsafeRawBufferPointer) throws -> T) rethrows -> T {
        let start =
            type(column) == SQLITE_TEXT
            ? UnsafeRawPointer(sqlite3_column_text(raw, column)) : sqlite3_column_blob(raw, column)
        return try body(
            UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(raw, column))))
    }
}
