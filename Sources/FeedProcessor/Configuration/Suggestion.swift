/// "Did you mean": the nearest of a few known words.
enum Suggestion {
    /// The word of `known` nearest to `text`, if it is near enough to be a slip of the keyboard; the first of
    /// several equally near ones.
    ///
    /// - Limit: words longer than 60 bytes have no suggestion.
    static func nearest(to text: String, in known: some Sequence<String>) -> String? {
        let wanted = Array(text.lowercased().utf8)
        guard !wanted.isEmpty, wanted.count <= 60 else { return nil }
        var best: (word: String, distance: Int)?
        for word in known where word.utf8.count <= 60 {
            let distance = distance(wanted, Array(word.lowercased().utf8))
            if distance < best?.distance ?? Int.max { best = (word, distance) }
        }
        // A third of the word may be wrong: 'chanel' finds 'channel', 'x' finds nothing.
        guard let best, best.distance <= max(1, max(wanted.count, best.word.utf8.count) / 3), wanted.count > 1
        else { return nil }
        return best.word
    }

    /// The least number of insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for i in 1...left.count {
            var row = [Int](repeating: i, count: right.count + 1)
            for j in 1...right.count {
                let isSame = left[i - 1] == right[j - 1]
                row[j] = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (isSame ? 0 : 1))
                if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                    row[j] = min(row[j], beforeLast[j - 2] + 1)
                }
            }
            beforeLast = last
            last = row
        }
        return last[right.count]
    }
}
