/// Finding a dialect from the first lines, for `check` without a channel.
extension DelimitedDialect {
    /// Delimiters that partners use, in the order in which ties are broken.
    static let candidates: [UInt8] = [
        UInt8(ascii: ","), UInt8(ascii: "\t"), UInt8(ascii: ";"), UInt8(ascii: "|"),
    ]

    /// The dialect that the first lines speak for: the delimiter that stands most evenly on them. Nil when
    /// none stands on the first line and half of the others.
    ///
    /// - Shape: `head` is the beginning of a drop; the last line may be cut.
    public static func detected(in head: some Collection<UInt8>) -> DelimitedDialect? {
        let bytes = Array(head.prefix(DropSniffer.headByteCount))
        let text = Array(DropSniffer.asciiView(bytes))
        var dialect = DelimitedDialect()
        if DropSniffer.isUTF16(bytes) {
            dialect.charset = .utf16
        } else if case .invalid = UTF8Check.verdict(bytes) {
            dialect.charset = .windows1252
        }
        var counts = delimiterCounts(text)
        if counts.count > 1, bytes.count == DropSniffer.headByteCount { counts.removeLast() }
        guard let best = bestDelimiter(counts) else { return nil }
        dialect.delimiter = best
        return dialect
    }

    /// Of each line with something on it, how often each candidate stands outside quotes.
    static func delimiterCounts(_ text: [UInt8]) -> [[Int]] {
        var lines: [[Int]] = []
        var line = [Int](repeating: 0, count: candidates.count)
        var isInQuotes = false
        var hasBytes = false
        for byte in text {
            if byte == UInt8(ascii: "\"") { isInQuotes.toggle() }
            if !isInQuotes, byte == 0x0A || byte == 0x0D {
                if hasBytes { lines.append(line) }
                line = [Int](repeating: 0, count: candidates.count)
                hasBytes = false
                continue
            }
            hasBytes = true
            if !isInQuotes, let index = candidates.firstIndex(of: byte) { line[index] += 1 }
        }
        if hasBytes { lines.append(line) }
        return lines
    }

    private static func bestDelimiter(_ lines: [[Int]]) -> UInt8? {
        guard let first = lines.first else { return nil }
        var best: (delimiter: UInt8, score: Int)?
        for (index, delimiter) in candidates.enumerated() where first[index] > 0 {
            let alike = lines.filter { $0[index] == first[index] }.count
            let some = lines.filter { $0[index] > 0 }.count
            guard some * 2 >= lines.count else { continue }
            let score = alike * 1_000 + min(first[index], 999)
            if best.map({ score > $0.score }) ?? true { best = (delimiter, score) }
        }
        return best?.delimiter
    }
}
