/// A pattern of file names: `*` stands for any characters, `?` for one, everything else for itself. Bytes are compared.
struct NamePattern: Sendable, Hashable {
    private let bytes: [UInt8]

    init(_ text: String) { bytes = Array(text.utf8) }

    func matches(_ name: String) -> Bool { Self.canMeet(bytes, Array(name.utf8), isLiteral: true) }

    /// Whether some name fits both patterns.
    func overlaps(_ other: NamePattern) -> Bool { Self.canMeet(bytes, other.bytes, isLiteral: false) }

    /// One row per byte of the left pattern, one column per byte of the right: whether the rests can meet. Work grows
    /// with the product of the lengths, and never explodes as backtracking does.
    private static func canMeet(_ left: [UInt8], _ right: [UInt8], isLiteral: Bool) -> Bool {
        let (star, question) = (UInt8(0x2A), UInt8(0x3F))
        func isStar(_ byte: UInt8, onRight: Bool) -> Bool { byte == star && !(onRight && isLiteral) }
        var below = [Bool](repeating: false, count: right.count + 1)
        for i in stride(from: left.count, through: 0, by: -1) {
            var row = [Bool](repeating: false, count: right.count + 1)
            for j in stride(from: right.count, through: 0, by: -1) {
                let hasLeft = i < left.count
                let hasRight = j < right.count
                if !hasLeft && !hasRight {
                    row[j] = true
                    continue
                }
                // A star stands for nothing, or swallows what the other has here.
                if hasLeft, isStar(left[i], onRight: false), below[j] || (hasRight && row[j + 1]) {
                    row[j] = true
                } else if hasRight, isStar(right[j], onRight: true), row[j + 1] || (hasLeft && below[j]) {
                    row[j] = true
                } else if hasLeft, hasRight, below[j + 1],
                    !isStar(left[i], onRight: false) && !isStar(right[j], onRight: true)
                {
                    row[j] =
                        left[i] == right[j] || left[i] == question || (right[j] == question && !isLiteral)
                }
            }
            below = row
        }
        return below[0]
    }
}
