import Environment

/// Inserts rows of one table, each value bound, hashed and sealed in one go.
///
/// - Shape: `begin`, then `put` for the fixed columns after the key in the order of `ChainTable.Shape.fixed`,
///   `change` for the changing ones without the seal, `insert`.
final class RowInsert {
    private var statement: BoundStatement
    private let digest: TableDigest
    private let transaction: Int64
    private let shape: ChainTable.Shape
    private let connection: Connection
    private var seal: Seal
    private var fixedCount = 0
    private var isFixedDone = false

    init(
        _ statement: BoundStatement, _ digest: TableDigest, transaction: Int64, shape: ChainTable.Shape,
        connection: Connection
    ) {
        self.statement = statement
        self.digest = digest
        self.transaction = transaction
        self.shape = shape
        self.connection = connection
        seal = Seal(connection.sealKey)
    }

    func begin(_ key: Int64) throws {
        guard digest.beginRow(key: key) else {
            throw LedgerError.invariant("rows of \(shape.table) are out of order at \(key)")
        }
        if shape.hasSeal { seal = Seal(connection.sealKey) }
        fixedCount = 0
        isFixedDone = false
        put(key)
    }

    /// Whether the column at hand is a part of the key, which the seal covers.
    private func isSealed() -> Bool {
        fixedCount += 1
        return shape.hasSeal && fixedCount <= shape.key.count
    }

    func put(_ value: Int64) {
        statement.bind(value)
        digest.add(value)
        if isSealed() { seal.add(value) }
    }

    func put(_ value: Int) { put(Int64(value)) }

    func put(_ value: Int64?) {
        if let value { return put(value) }
        _ = isSealed()
        statement.bindNull()
        digest.addNull()
    }

    func put(_ text: String) {
        statement.bind(text)
        digest.add(text)
        if isSealed() { seal.add(text) }
    }

    func put(_ text: String?) {
        if let text { return put(text) }
        _ = isSealed()
        statement.bindNull()
        digest.addNull()
    }

    func put(_ bytes: [UInt8]) {
        _ = isSealed()
        statement.bind(bytes)
        digest.add(bytes)
    }

    /// A value that may name a person: hashed as its keyed token.
    func putPersonal(_ bytes: [UInt8]) {
        _ = isSealed()
        statement.bind(bytes)
        digest.add(token: connection.tokenKey.code(for: bytes))
    }

    func putPersonal(_ text: String) {
        _ = isSealed()
        statement.bind(text)
        digest.add(token: connection.tokenKey.code(for: text))
    }

    func change(_ value: Int64) {
        endFixed()
        statement.bind(value)
        if shape.hasSeal { seal.add(value) }
    }

    func change(_ value: Int) { change(Int64(value)) }

    func change(_ value: Int64?) {
        if let value { return change(value) }
        endFixed()
        statement.bindNull()
        if shape.hasSeal { seal.addNull() }
    }

    func change(_ text: String?) {
        endFixed()
        statement.bind(text)
        guard shape.hasSeal else { return }
        if let text {
            seal.add(text)
        } else {
            seal.addNull()
        }
    }

    func change(_ bytes: [UInt8]) {
        endFixed()
        statement.bind(bytes)
        if shape.hasSeal { bytes.withUnsafeBytes { seal.add($0) } }
    }

    private func endFixed() {
        if isFixedDone { return }
        isFixedDone = true
        statement.bind(transaction)
    }

    func insert() throws {
        endFixed()
        if shape.hasSeal { statement.bind(seal.finish()) }
        try statement.run()
    }
}

/// Changes what may change in one row, sealed anew.
///
/// - Shape: `begin` with the whole key, `change` for every changing column in order, `update`.
final class RowUpdate {
    private var statement: BoundStatement
    private let shape: ChainTable.Shape
    private let connection: Connection
    private var seal: Seal
    private var keys: [SealedValue] = []

    enum SealedValue {
        case integer(Int64)
        case text(String)
    }

    init(_ statement: BoundStatement, shape: ChainTable.Shape, connection: Connection) {
        self.statement = statement
        self.shape = shape
        self.connection = connection
        seal = Seal(connection.sealKey)
    }

    func begin(_ key: Int64) { begin([.integer(key)]) }

    func begin(_ keys: [SealedValue]) {
        self.keys = keys
        seal = Seal(connection.sealKey)
        for key in keys {
            switch key {
            case .integer(let value): seal.add(value)
            case .text(let text): seal.add(text)
            }
        }
    }

    func change(_ value: Int64?) {
        statement.bind(value)
        seal.add(value)
    }

    func change(_ value: Int) { change(Int64(value)) }

    func change(_ text: String?) {
        statement.bind(text)
        if let text {
            seal.add(text)
        } else {
            seal.addNull()
        }
    }

    func change(_ bytes: [UInt8]) {
        statement.bind(bytes)
        bytes.withUnsafeBytes { seal.add($0) }
    }

    func update() throws {
        statement.bind(seal.finish())
        for key in keys {
            switch key {
            case .integer(let value): statement.bind(value)
            case .text(let text): statement.bind(text)
            }
        }
        try statement.run()
    }
}
