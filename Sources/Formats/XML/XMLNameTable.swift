/// The names of one reader, numbered in the order in which they were asked for or met.
///
/// libxml2 keeps one copy of every name, so the addresses of local name and namespace are looked up in a
/// small direct table first, and text is compared only at the first meeting.
struct XMLNameTable {
    private(set) var names: [XMLName] = []
    private var numbers: [XMLName: UInt32] = [:]
    private var cache: [Entry]

    private struct Entry {
        var local: UInt = 0
        var namespace: UInt = 0
        var number: UInt32 = 0
    }

    /// 10 bits: the highest of the mixed addresses.
    private static let cacheCount = 1_024

    init() { cache = [Entry](repeating: Entry(), count: Self.cacheCount) }

    /// The number of a name, new or known.
    mutating func id(_ name: XMLName) -> XMLNameID {
        if let number = numbers[name] { return XMLNameID(number: number) }
        let number = UInt32(truncatingIfNeeded: names.count)
        names.append(name)
        numbers[name] = number
        return XMLNameID(number: number)
    }

    /// The number of a name that libxml2 holds; `local` and `namespace` end in NUL.
    mutating func id(local: UnsafePointer<UInt8>, namespace: UnsafePointer<UInt8>?) -> XMLNameID {
        let keys = (UInt(bitPattern: local), UInt(bitPattern: namespace))
        let mixed = (keys.0 ^ keys.1 << 7) &* 0x9E37_79B9_7F4A_7C15
        let slot = Int(truncatingIfNeeded: mixed >> 54)
        if cache[slot].local == keys.0, cache[slot].namespace == keys.1 {
            return XMLNameID(number: cache[slot].number)
        }
        let name = XMLName(String(cString: local), namespace: namespace.map { String(cString: $0) } ?? "")
        let id = id(name)
        cache[slot] = Entry(local: keys.0, namespace: keys.1, number: id.number)
        return id
    }

    /// The name that a number stands for.
    subscript(id: XMLNameID) -> XMLName { names[Int(id.number)] }
}
