import Canonical
import Diagnostics
import Environment
import GRDB
import GRDBSQLite

/// Recomputes what the books say of themselves. A check that meets damage tells it and the next one goes on.
struct Verification {
    let books: Books
    private(set) var result = LedgerVerification()
    private var countByTable: [UInt8: Int64] = [:]

    static let findingMax = 200

    init(_ books: Books) { self.books = books }

    mutating func run(fileDigest: ((StoredFile) -> [UInt8]?)?) {
        attempt("the file") { try $0.checkFile() }
        attempt("the schema") { try $0.checkSchema() }
        attempt("the hash chain") { try $0.checkChain() }
        attempt("the number of rows") { try $0.checkCounts() }
        attempt("the seals") { try $0.checkSeals() }
        for rule in VerificationRules.all {
            attempt(rule.name) { try $0.check(rule) }
        }
        attempt("the spans") { try $0.checkSpans() }
        attempt("the free numbers") { try $0.checkSequence() }
        if let fileDigest { attempt("the kept files") { try $0.checkFiles(fileDigest) } }
    }

    /// Damage that stops a check is a finding, not the end.
    private mutating func attempt(_ what: String, _ check: (inout Verification) throws -> Void) {
        do { try check(&self) } catch {
            let failure = LedgerError(error, path: books.connection.path)
            add("STORE.CORRUPT", "\(what) cannot be checked, its integrity is lost", found: failure.message)
        }
    }

    private mutating func add(
        _ code: DiagnosticCode, _ message: String, found: String, expected: String? = nil
    ) {
        guard result.findings.count < Self.findingMax else { return }
        let isTold = code != "STORE.CORRUPT" || message.contains("integrity")
        let message = isTold ? message : "integrity is lost: \(message)"
        result.findings.append(
            Diagnostic(
                code, .error, at: SourceLocation(drop: books.connection.path, byteOffset: 0), message,
                found: found, expected: expected,
                remedy: "keep the ledger as it is and restore it from a backup", move: .ours))
    }

    // MARK: The file

    private mutating func checkFile() throws {
        var damage: [String] = []
        try books.each("PRAGMA integrity_check(20)") { damage.append($0.text(0)) }
        for message in damage where message != "ok" {
            add("STORE.CORRUPT", "the ledger's file has lost its integrity", found: message)
        }
        var orphans: [String] = []
        try books.each("PRAGMA foreign_key_check") {
            if orphans.count < 20 { orphans.append("\($0.text(0)) \($0.text(1)) of \($0.text(2))") }
        }
        for row in orphans { add("STORE.CORRUPT", "a row points to one that is not there", found: row) }
    }

    /// Compares the schema with one made anew, in memory.
    private mutating func checkSchema() throws {
        let sql = "SELECT name, coalesce(sql, '') FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%'"
        var here: [String: String] = [:]
        try books.each(sql) { here[$0.text(0)] = $0.text(1) }
        let model = try DatabaseQueue()
        let expected = try model.write { database in
            try database.execute(sql: Schema.migrationTable + Schema.steps.map(\.sql).joined())
            var expected: [String: String] = [:]
            var statement = BoundStatement(try database.makeStatement(sql: sql))
            try statement.each {
                expected[$0.text(0)] = $0.text(1)
                return true
            }
            return expected
        }
        for name in Set(here.keys).union(expected.keys).sorted() where here[name] != expected[name] {
            add(
                "STORE.CORRUPT", "'\(name)' of the schema is not as it was made",
                found: here[name] ?? "nothing")
        }
        for step in try SchemaMigration.list(books) where !step.hasSameChecksum {
            add(
                "STORE.CORRUPT", "step \(step.version) of the schema is not the one known here",
                found: "checksum")
        }
        let described = Dictionary(
            uniqueKeysWithValues: Schema.steps.map { (Int64($0.version), $0.description) })
        try books.each("SELECT version, description FROM migration") {
            guard described[$0.int(0)] != $0.text(1) else { return }
            add(
                "STORE.CORRUPT", "step \($0.int(0)) of the schema is not described as it was",
                found: $0.text(1))
        }
    }

    // MARK: The chain

    private mutating func checkChain() throws {
        var previous: [UInt8] = []
        var last: Int64 = 0
        // Transactions are read in pages: their own statement must not stand open while rows are read by others.
        while true {
            let page = try transactions(after: last)
            guard let final = page.last else { break }
            for transaction in page {
                let id = transaction.header.id
                if id != last + 1 {
                    add("STORE.CORRUPT", "transactions of the hash chain are missing", found: "\(last + 1)")
                }
                let link = transaction.header.link(after: previous, digests: transaction.digests).bytes
                if link != transaction.link {
                    add("STORE.CORRUPT", "a link of the hash chain is wrong", found: name(transaction.header))
                }
                try checkRows(of: transaction)
                previous = transaction.link
                last = id
                result.transactions += 1
            }
            last = final.header.id
        }
        result.head = previous
    }

    private struct StoredTransaction {
        var header: TransactionHeader
        var digests: [UInt8]
        var link: [UInt8]
    }

    private func name(_ header: TransactionHeader) -> String {
        "transaction \(header.id) (\(header.kind)\(header.drop.map { ", drop d-\($0)" } ?? ""))"
    }

    private func transactions(after id: Int64) throws -> [StoredTransaction] {
        var page: [StoredTransaction] = []
        try books.each(
            """
            SELECT id, kind, run, drop_id, act, at, next_order, digests, link FROM txn WHERE id > ?
            ORDER BY id LIMIT 100
            """, id
        ) {
            page.append(
                StoredTransaction(
                    header: TransactionHeader(
                        id: $0.int(0), kind: $0.text(1), run: $0.optional(2), drop: $0.optional(3),
                        act: $0.optional(4), at: $0.optional(5), nextOrder: $0.int(6)),
                    digests: $0.blob(7), link: $0.blob(8)))
        }
        return page
    }

    private mutating func checkRows(of transaction: StoredTransaction) throws {
        guard let entries = DigestEntry.decode(transaction.digests) else {
            return add(
                "STORE.CORRUPT", "the digests of a transaction are cut", found: name(transaction.header))
        }
        for entry in entries {
            guard let table = ChainTable(rawValue: entry.table) else {
                add(
                    "STORE.CORRUPT", "a transaction names a table that is not there",
                    found: name(transaction.header))
                continue
            }
            let shape = table.shape
            let digest = TableDigest()
            let personal = shape.personal
            let key = books.connection.tokenKey
            try books.each(shape.chainSQL, entry.firstKey, entry.lastKey, transaction.header.id) { row in
                _ = digest.beginRow(key: row.int(0))
                for (column, isPersonal) in personal.enumerated() {
                    digest.add(row, CInt(column), isPersonal: isPersonal, key: key)
                }
            }
            countByTable[entry.table, default: 0] += entry.count
            result.rows += Int(digest.count)
            if digest.count != entry.count {
                add(
                    "STORE.CORRUPT", "rows of '\(shape.table)' are missing or too many",
                    found: "\(digest.count) of \(entry.count) in \(name(transaction.header))")
            } else if digest.finish() != entry.digest {
                add(
                    "STORE.CORRUPT", "a row of '\(shape.table)' is not as it was written",
                    found: "keys \(entry.firstKey) to \(entry.lastKey) of \(name(transaction.header))")
            }
        }
    }

    /// Rows that no transaction has written.
    private mutating func checkCounts() throws {
        for table in ChainTable.allCases {
            let count = try books.integer("SELECT count(*) FROM \(table.shape.table)") ?? 0
            let written = countByTable[table.rawValue] ?? 0
            if count != written {
                add(
                    "STORE.CORRUPT",
                    "'\(table.shape.table)' has rows that no transaction wrote, or lacks some",
                    found: "\(count)", expected: "\(written)")
            }
        }
    }

    // MARK: Seals

    private mutating func checkSeals() throws {
        for table in ChainTable.allCases where table.shape.hasSeal {
            let width = table.shape.key.count + table.shape.changing.count
            try checkSeals(table.shape.table, table.shape.sealSQL, width: width)
        }
        try checkSeals("sequence", "SELECT entity, next, seal FROM sequence", width: 3)
        try checkSeals("release_queue", "SELECT item, seal FROM release_queue", width: 2)
        try checkSeals("redecide_queue", "SELECT order_id, seal FROM redecide_queue", width: 2)
    }

    private mutating func checkSeals(_ table: String, _ sql: String, width: Int) throws {
        var wrong: [String] = []
        try books.each(sql) { row in
            var seal = books.seal
            for column in 0..<CInt(width - 1) {
                switch row.type(column) {
                case SQLITE_NULL: seal.addNull()
                case SQLITE_INTEGER: seal.add(row.int(column))
                default: row.withBytes(column) { seal.add($0) }
                }
            }
            if seal.finish() != row.int(CInt(width - 1)), wrong.count < 20 { wrong.append(row.text(0)) }
        }
        for key in wrong {
            add("STORE.CORRUPT", "a row of '\(table)' was changed outside crossdock", found: "row \(key)")
        }
    }

    // MARK: Rules

    private mutating func check(_ rule: VerificationRules.Rule) throws {
        var found: [String] = []
        try books.each(rule.sql) { row in
            let columns = (0..<sqlite3_column_count(row.raw)).map {
                row.isNull($0) ? "nothing" : row.text($0)
            }
            found.append(columns.joined(separator: ", "))
        }
        for text in found { add("INTERNAL.INVARIANT", rule.message, found: text, expected: rule.name) }
    }

    /// I8: the spans of an applied drop tile it; those that a replay read out of a span tile that one.
    private mutating func checkSpans() throws {
        var drop: (id: Int64, tiling: SpanTiling)?
        var wrong: [(id: Int64, at: Int64)] = []
        func end() {
            guard var last = drop else { return }
            if let at = last.tiling.finish() { wrong.append((last.id, at)) }
        }
        try books.each(
            """
            SELECT d.id, d.byte_count, s.byte_offset, s.byte_count, s.state FROM drops d
              LEFT JOIN span s ON s.id BETWEEN d.id << 32 AND (d.id << 32) + 4294967295
            WHERE d.state = 'applied' ORDER BY d.id, s.byte_offset, s.byte_count DESC, s.id
            """
        ) { row in
            if drop?.id != row.int(0) {
                end()
                drop = (row.int(0), SpanTiling(byteCount: row.int(1)))
            }
            if row.isNull(2) { return }
            drop?.tiling.add(
                row.int(2)..<row.int(2) &+ max(0, row.int(3)), isApplied: (row.int(4) == 0 || row.int(4) == 4)
            )
        }
        end()
        for (id, at) in wrong.prefix(Self.findingMax) {
            add(
                "INTERNAL.INVARIANT", "the spans of a drop do not tile it",
                found: "drop d-\(id) at byte \(at)")
        }
    }

    private mutating func checkSequence() throws {
        let next = try books.identifiers()
        let tables = [
            "orders", "line", "item", "location", "fulfilment", "package", "shipment", "invoice",
            "purchase_order",
        ]
        for (table, (name, path)) in zip(tables, IdentifierSequence.columns) {
            let last = try books.integer("SELECT max(id) FROM \(table)") ?? 0
            if last >= next[keyPath: path] {
                add("INTERNAL.INVARIANT", "the next \(name) number is taken already", found: "\(last)")
            }
        }
    }

    // MARK: Files

    private mutating func checkFiles(_ digest: (StoredFile) -> [UInt8]?) throws {
        var files: [(name: String, file: StoredFile, digest: [UInt8])] = []
        try books.each("SELECT id, digest FROM drops WHERE duplicate_of IS NULL ORDER BY id") {
            let bytes = $0.blob(1)
            files.append(("d-\($0.int(0))", .staged(drop: DropID($0.int(0)), digest: bytes), bytes))
        }
        try books.each("SELECT id, digest FROM outbound ORDER BY id") {
            let bytes = $0.blob(1)
            files.append(("x-\($0.int(0))", .frozen(outbound: OutboundID($0.int(0)), digest: bytes), bytes))
        }
        for (name, file, expected) in files {
            guard let found = digest(file) else {
                add("STORE.FILE.MISSING", "the kept file is missing", found: name)
                continue
            }
            if found != expected {
                add(
                    "STORE.FILE.CHANGED", "the kept file has other bytes", found: "\(name) \(hexText(found))",
                    expected: hexText(expected))
            }
        }
    }
}

extension SQLiteLedgerReader {
    /// Runs every check, one after the other; what stops a check is a finding of its own.
    public func verify(
        fileDigest: ((StoredFile) -> [UInt8]?)?
    ) throws(LedgerError) -> LedgerVerification {
        try connection.read { books in
            var verification = Verification(books)
            verification.run(fileDigest: fileDigest)
            return verification.result
        }
    }
}
