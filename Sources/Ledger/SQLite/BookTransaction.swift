import Environment
import GRDBSQLite

/// One transaction of the books while it is being written: rows go in through it, so that none escapes the chain.
final class BookTransaction {
    let books: Books
    let id: Int64
    private var header: TransactionHeader
    private let previousLink: [UInt8]
    private var digests: [(table: ChainTable, digest: TableDigest)] = []

    init(_ books: Books, kind: String, run: Int64?, drop: Int64?, at: Int64?) throws {
        self.books = books
        let last = try books.first(
            "SELECT id, link, next_order FROM txn ORDER BY id DESC LIMIT 1",
            { (id: $0.int(0), link: $0.blob(1), nextOrder: $0.int(2)) })
        id = (last?.id ?? 0) + 1
        previousLink = last?.link ?? []
        header = TransactionHeader(
            id: id, kind: kind, run: run, drop: drop, act: nil, at: at, nextOrder: last?.nextOrder ?? 1)
    }

    var act: Int64? {
        get { header.act }
        set { header.act = newValue }
    }
    var run: Int64? {
        get { header.run }
        set { header.run = newValue }
    }
    var drop: Int64? {
        get { header.drop }
        set { header.drop = newValue }
    }
    /// The number that the next order will have.
    var nextOrder: Int64 {
        get { header.nextOrder }
        set { header.nextOrder = newValue }
    }

    /// The digest of what this transaction inserts into a table.
    func digest(_ table: ChainTable) -> TableDigest {
        if let known = digests.first(where: { $0.table == table }) { return known.digest }
        let digest = TableDigest()
        digests.append((table, digest))
        return digest
    }

    /// Opens a table for inserting. Rows come in the order of their keys.
    func rows(_ table: ChainTable) throws -> RowInsert {
        RowInsert(
            try books.statement(table.shape.insertSQL), digest(table), transaction: id, shape: table.shape,
            connection: books.connection)
    }

    /// Opens a table for changing what may change in its rows.
    func updates(_ table: ChainTable) throws -> RowUpdate {
        RowUpdate(
            try books.statement(table.shape.updateSQL), shape: table.shape, connection: books.connection)
    }

    /// The next key of a table whose rows are numbered as they come.
    func nextKey(_ table: String) throws -> Int64 {
        try books.integer("SELECT max(id) FROM \(table)").map { $0 + 1 } ?? 1
    }

    /// The number of a word, written down where it is new.
    func word(_ text: String) throws -> Int64 {
        if let known = try books.wordID(text) { return known }
        let id = Int64(books.connection.wordCount) + 1
        let rows = try rows(.word)
        try rows.begin(id)
        rows.put(text)
        try rows.insert()
        books.connection.learn(text, id: id)
        return id
    }

    /// Writes the transaction's own row: digests by table, and the link.
    func finish() throws {
        let entries = digests.filter { $0.digest.count > 0 }
            .sorted { $0.table.rawValue < $1.table.rawValue }
            .map {
                DigestEntry(
                    table: $0.table.rawValue, firstKey: $0.digest.firstKey, lastKey: $0.digest.lastKey,
                    count: $0.digest.count, digest: $0.digest.finish())
            }
        let bytes = DigestEntry.encode(entries)
        var statement = try books.statement(
            """
            INSERT INTO txn (id, kind, run, drop_id, act, at, next_order, digests, link)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
            """)
        statement.bind(id)
        statement.bind(header.kind)
        for value in [header.run, header.drop, header.act, header.at] { statement.bind(value) }
        statement.bind(header.nextOrder)
        statement.bind(bytes)
        statement.bind(header.link(after: previousLink, digests: bytes).bytes)
        try statement.run()
    }
}
