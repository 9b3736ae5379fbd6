/// One list of a code table, made ready for looking up both ways.
///
/// - Limit: partner codes of up to eight bytes are found without a string; longer ones, such as country names, with.
final class CodeIndex: Sendable {
    /// The table's id and the list's name, for findings.
    let table: String
    let list: String
    /// Open addressing over packed codes; a place with key 0 is empty, as no code is.
    private let keys: [UInt64]
    private let values: [Int32]
    private let canonical: [String]
    private let longer: [String: Int32]
    private let partner: [String: [UInt8]]

    init(_ codes: CodeTable, list: Int) {
        table = codes.id
        self.list = codes.lists[list]
        canonical = codes.rows.map(\.canonical)
        var short: [(UInt64, Int32)] = []
        var longer: [String: Int32] = [:]
        var partner: [String: [UInt8]] = [:]
        for (position, row) in codes.rows.enumerated() {
            for code in row.codes[list] {
                let packed = Self.pack(Array(code.utf8).span)
                if packed != 0 {
                    short.append((packed, Int32(position)))
                } else {
                    longer[code] = Int32(position)
                }
            }
            if let first = row.codes[list].first { partner[row.canonical] = Array(first.utf8) }
        }
        var size = 8
        while size < short.count * 2 { size *= 2 }
        var keys = [UInt64](repeating: 0, count: size)
        var values = [Int32](repeating: -1, count: size)
        for (packed, position) in short {
            var place = Self.place(packed) & (size - 1)
            while keys[place] != 0, keys[place] != packed { place = (place + 1) & (size - 1) }
            keys[place] = packed
            values[place] = position
        }
        self.keys = keys
        self.values = values
        self.longer = longer
        self.partner = partner
    }

    /// The canonical code for a partner's; nil when the list does not have it.
    func canonical(for bytes: Span<UInt8>) -> String? {
        let packed = Self.pack(bytes)
        guard packed != 0 else {
            return longer.isEmpty ? nil : longer[ValueReading.string(bytes)].map { canonical[Int($0)] }
        }
        let mask = keys.count - 1
        var place = Self.place(packed) & mask
        while keys[place] != 0 {
            if keys[place] == packed { return canonical[Int(values[place])] }
            place = (place + 1) & mask
        }
        return nil
    }

    /// The partner's code to write for a canonical one; nil when the list has none.
    func partner(for code: String) -> [UInt8]? { partner[code] }

    /// The canonical codes that can be written, sorted.
    var writable: [String] { partner.keys.sorted() }

    /// The bytes as one number; 0 for none or more than eight.
    static func pack(_ bytes: Span<UInt8>) -> UInt64 {
        guard bytes.count <= 8 else { return 0 }
        var packed: UInt64 = 0
        for index in bytes.indices { packed = packed << 8 | UInt64(bytes[index]) }
        return packed
    }

    private static func place(_ packed: UInt64) -> Int {
        Int(truncatingIfNeeded: (packed &* 0x9E37_79B9_7F4A_7C15) >> 40)
    }
}
