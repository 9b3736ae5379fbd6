/// The values a coded element may take, packed for a look-up without allocation.
///
/// - Limit: codes of 1 to 8 bytes; longer ones exist in no list and are refused when a guide is read.
public struct CodeList: Sendable, Hashable {
    /// The codes as written, sorted.
    public let codes: [String]
    /// Open addressing over packed codes; 0 is an empty place, as no code is empty.
    let table: [UInt64]

    /// Packs the codes; their order does not matter.
    public init(_ codes: some Sequence<String>) {
        let sorted = Set(codes).sorted()
        self.codes = sorted
        var size = 8
        while size < sorted.count * 2 { size *= 2 }
        var table = [UInt64](repeating: 0, count: size)
        let mask = size - 1
        for code in sorted {
            let packed = Self.pack(Array(code.utf8)[...])
            guard packed != 0 else { continue }
            var place = Self.hash(packed) & mask
            while table[place] != 0 { place = (place + 1) & mask }
            table[place] = packed
        }
        self.table = table
    }

    /// Whether the value is in the list.
    public func contains(_ value: String) -> Bool {
        Self.contains(Self.pack(Array(value.utf8)[...]), in: table.span, base: 0, mask: table.count - 1)
    }

    /// Looks a packed code up in a hash table that begins at `base` of many.
    @inline(__always)
    static func contains(_ packed: UInt64, in tables: Span<UInt64>, base: Int, mask: Int) -> Bool {
        guard packed != 0 else { return false }
        var place = hash(packed) & mask
        while true {
            let found = tables[base + place]
            if found == packed { return true }
            if found == 0 { return false }
            place = (place + 1) & mask
        }
    }

    /// The bytes as one number; 0 for none or more than eight.
    static func pack(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        guard bytes.count <= 8 else { return 0 }
        var packed: UInt64 = 0
        for byte in bytes { packed = packed << 8 | UInt64(byte) }
        return packed
    }

    @inline(__always)
    private static func hash(_ packed: UInt64) -> Int {
        Int(truncatingIfNeeded: (packed &* 0x9E37_79B9_7F4A_7C15) >> 40)
    }
}
