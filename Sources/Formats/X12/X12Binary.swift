/// The binary data segments, the only ones whose content may hold separators.
///
/// - Source: X12 segments BIN (BIN01 length, BIN02 data) and BDS (BDS02 length, BDS03 data).
enum X12Binary {
    /// Where the data of a BIN or BDS segment begins and ends, from its own beginning, by the length it declares; nil
    /// for other segments and for one that declares none. `head` holds at least its beginning.
    static func layout(of head: [UInt8], _ delimiters: X12Delimiters) -> (dataStart: Int, end: Int)? {
        guard head.count > 5, head[3] == delimiters.element else { return nil }
        var start = 4
        switch (head[0], head[1], head[2]) {
        case (0x42, 0x49, 0x4E): break
        case (0x42, 0x44, 0x53):
            guard let separator = head[4...].firstIndex(of: delimiters.element) else { return nil }
            start = separator + 1
        default: return nil
        }
        guard let end = head[start...].firstIndex(of: delimiters.element),
            let count = X12Number.digits(head[start..<end]), count <= X12Limits.segmentByteCountMax
        else { return nil }
        return (end + 1, end + 1 + count)
    }
}
