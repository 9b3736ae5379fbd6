/// Finds the first byte that is not UTF-8, at memory speed through ASCII.
///
/// - Source: RFC 3629 section 4: no overlong forms, no surrogates, nothing above U+10FFFF.
enum UTF8Check {
    /// How far bytes are valid.
    enum Verdict: Equatable {
        case valid
        /// The byte at this position begins, or breaks, an invalid sequence.
        case invalid(at: Int)
        /// All valid but for a sequence that begins at this position and is cut by the end.
        case cut(at: Int)
    }

    /// Checks `bytes[start..<end]`.
    static func verdict(_ bytes: [UInt8], from start: Int = 0, to end: Int? = nil) -> Verdict {
        let limit = end ?? bytes.count
        return bytes.withUnsafeBytes { raw in
            var index = start
            while index < limit {
                if index + 8 <= limit,
                    raw.loadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
                {
                    index += 8
                    continue
                }
                let first = raw[index]
                if first < 0x80 {
                    index += 1
                    continue
                }
                guard let form = form(first) else { return .invalid(at: index) }
                for step in 1..<form.length {
                    guard index + step < limit else { return .cut(at: index) }
                    let byte = raw[index + step]
                    let isAllowed = step == 1 ? form.second.contains(byte) : byte & 0xC0 == 0x80
                    if !isAllowed { return .invalid(at: index) }
                }
                index += form.length
            }
            return .valid
        }
    }

    /// Length of the sequence that `first` begins, and what may follow; nil when it begins none.
    private static func form(_ first: UInt8) -> (length: Int, second: ClosedRange<UInt8>)? {
        switch first {
        case 0xC2...0xDF: (2, 0x80...0xBF)
        case 0xE0: (3, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE...0xEF: (3, 0x80...0xBF)
        case 0xED: (3, 0x80...0x9F)
        case 0xF0: (4, 0x90...0xBF)
        case 0xF1...0xF3: (4, 0x80...0xBF)
        case 0xF4: (4, 0x80...0x8F)
        default: nil
        }
    }
}
