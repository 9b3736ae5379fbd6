import Environment
import GRDBSQLite

/// Collects the rows of one table in one transaction into a digest.
///
/// - Shape: a row is its values in the order of the columns; a value is a tag and its bytes: nothing 0; integer 1 and
///   eight bytes, lowest first; text 2 and blob 3 with a length of four bytes; the token of a personal value 4 and
///   its 32 bytes.
final class TableDigest {
    private var hasher = SHA256Hasher()
    private var buffer = [UInt8](repeating: 0, count: 16 * 1024)
    private var used = 0
    private(set) var firstKey: Int64 = 0
    private(set) var lastKey: Int64 = 0
    private(set) var count: Int64 = 0

    private func makeRoom(_ byteCount: Int) {
        if used + byteCount > buffer.count { flush() }
    }

    private func flush() {
        buffer.withUnsafeBytes { hasher.update(UnsafeRawBufferPointer(rebasing: $0[..<used])) }
        used = 0
    }

    /// Counts a row. - Returns: false where its key is below the last one.
    func beginRow(key: Int64) -> Bool {
        if count == 0 { firstKey = key } else if key < lastKey { return false }
        lastKey = key
        count += 1
        return true
    }

    func add(_ value: Int64) {
        makeRoom(9)
        buffer.withUnsafeMutableBytes {
            $0[used] = 1
            $0.storeBytes(of: value.littleEndian, toByteOffset: used + 1, as: Int64.self)
        }
        used += 9
    }

    func addNull() {
        makeRoom(1)
        buffer[used] = 0
        used += 1
    }

    func add(_ text: String) {
        var text = text
        text.withUTF8 { add(UnsafeRawBufferPointer($0), tag: 2) }
    }

    func add(_ bytes: [UInt8]) { bytes.withUnsafeBytes { add($0, tag: 3) } }

    func add(_ bytes: UnsafeRawBufferPointer, tag: UInt8) {
        makeRoom(5)
        let count = UInt32(truncatingIfNeeded: bytes.count)
        buffer.withUnsafeMutableBytes {
            $0[used] = tag
            $0.storeBytes(of: count.littleEndian, toByteOffset: used + 1, as: UInt32.self)
        }
        used += 5
        if bytes.count > buffer.count {
            flush()
            hasher.update(bytes)
            return
        }
        makeRoom(bytes.count)
        buffer.withUnsafeMutableBytes { target in
            UnsafeMutableRawBufferPointer(rebasing: target[used..<used + bytes.count]).copyMemory(from: bytes)
        }
        used += bytes.count
    }

    /// The keyed token of a personal value, in its place.
    func add(token: Digest256) {
        makeRoom(33)
        buffer[used] = 4
        buffer.replaceSubrange(used + 1..<used + 33, with: token.bytes)
        used += 33
    }

    /// Adds a column as it stands in the books; the same bytes as when it was bound.
    func add(_ row: RowView, _ column: CInt, isPersonal: Bool, key: HMACSHA256) {
        let type = row.type(column)
        if type == SQLITE_NULL { return addNull() }
        if type == SQLITE_INTEGER { return add(row.int(column)) }
        row.withBytes(column) { bytes in
            if isPersonal {
                add(token: key.code(for: bytes))
            } else {
                add(bytes, tag: type == SQLITE_TEXT ? 2 : 3)
            }
        }
    }

    func finish() -> Digest256 {
        flush()
        return hasher.finish()
    }
}

/// What a transaction's row says about one table: which keys it inserted, how many rows, and their digest.
struct DigestEntry {
    var table: UInt8
    var firstKey: Int64
    var lastKey: Int64
    var count: Int64
    var digest: Digest256

    static let byteCount = 1 + 8 + 8 + 8 + 32

    static func encode(_ entries: [DigestEntry]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entries.count * byteCount)
        for entry in entries {
            bytes.append(entry.table)
            for number in [entry.firstKey, entry.lastKey, entry.count] { appendNumber(number, to: &bytes) }
            bytes += entry.digest.bytes
        }
        return bytes
    }

    /// - Returns: nil for bytes that are no entries.
    static func decode(_ bytes: [UInt8]) -> [DigestEntry]? {
        guard bytes.count % byteCount == 0 else { return nil }
        var entries: [DigestEntry] = []
        for start in stride(from: 0, to: bytes.count, by: byteCount) {
            func number(_ at: Int) -> Int64 {
                var value: UInt64 = 0
                for index in 0..<8 { value |= UInt64(bytes[start + at + index]) << UInt64(8 * index) }
                return Int64(bitPattern: value)
            }
            guard let digest = Digest256(bytes: bytes[(start + 25)..<(start + byteCount)]) else { return nil }
            entries.append(
                DigestEntry(
                    table: bytes[start], firstKey: number(1), lastKey: number(9), count: number(17),
                    digest: digest))
        }
        return entries
    }
}

/// The header of a transaction, as it enters its link.
struct TransactionHeader {
    var id: Int64
    var kind: String
    var run: Int64?
    var drop: Int64?
    var act: Int64?
    var at: Int64?
    var nextOrder: Int64

    /// `sha256(previous link || header || digests)`.
    func link(after previous: [UInt8], digests: [UInt8]) -> Digest256 {
        var hasher = SHA256Hasher()
        hasher.update(previous)
        var header: [UInt8] = []
        appendNumber(id, to: &header)
        for value in [run, drop, act, at] {
            header.append(value == nil ? 0 : 1)
            appendNumber(value ?? 0, to: &header)
        }
        appendNumber(nextOrder, to: &header)
        hasher.update(header)
        hasher.update(kind)
        hasher.update(digests)
        return hasher.finish()
    }
}

/// Eight bytes, the lowest first.
private func appendNumber(_ value: Int64, to bytes: inout [UInt8]) {
    let pattern = UInt64(bitPattern: value)
    for shift in stride(from: UInt64(0), to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: pattern >> shift))
    }
}
