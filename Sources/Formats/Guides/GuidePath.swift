/// A place in a guide as people write it: `BEG03`, `N1/N104`, `/N1/N104`, `PO1/PID`, `PO106-02`.
///
/// - Shape: loops from the outside in, then a segment, with its element as two digits and a component after a dash.
///   Without a leading slash the loops need only be the last ones; without any loop every place is meant.
public struct GuidePath: Sendable, Hashable {
    /// Ids of loops.
    public var loops: [String]
    /// True where `loops` are all there are.
    public var isAbsolute: Bool
    /// The segment.
    public var tag: X12Tag
    /// 1-based; nil where the segment is meant.
    public var element: Int?
    /// 1-based; nil where the element is meant.
    public var component: Int?

    /// Reads a path; nil where it is none.
    public init?(_ text: String) {
        var parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        isAbsolute = parts.first == ""
        if isAbsolute { parts.removeFirst() }
        guard let last = parts.popLast(), !parts.contains("") else { return nil }
        loops = parts
        let pieces = last.split(separator: "-", omittingEmptySubsequences: false)
        guard pieces.count <= 2 else { return nil }
        if pieces.count == 2 {
            guard let number = X12Number.digits(pieces[1].utf8), number >= 1 else { return nil }
            component = number
        }
        let bytes = Array(pieces[0].utf8)
        guard bytes.count >= 2, bytes.count <= 5 else { return nil }
        guard bytes.allSatisfy({ ($0 >= 0x30 && $0 <= 0x39) || ($0 >= 0x41 && $0 <= 0x5A) }) else {
            return nil
        }
        // Two digits after a two- or three-letter tag are an element: N104 is N1-04, PO1 is the segment.
        if bytes.count >= 4, let number = X12Number.digits(bytes.suffix(2)), number >= 1 {
            element = number
            tag = X12Tag(String(decoding: bytes.dropLast(2), as: UTF8.self))
        } else {
            guard bytes.count <= 3, component == nil else { return nil }
            tag = X12Tag(String(decoding: bytes, as: UTF8.self))
        }
    }

    /// Whether a segment in a loop is meant. `path` is that of the loop, `isTrigger` whether the segment begins it.
    func matches(tag: X12Tag, in path: [String], isTrigger: Bool) -> Bool {
        guard tag == self.tag else { return false }
        return matches(path) || (isTrigger && matches(path.dropLast()))
    }

    private func matches(_ path: some BidirectionalCollection<String>) -> Bool {
        guard path.count >= loops.count, !isAbsolute || path.count == loops.count else { return false }
        return zip(path.reversed(), loops.reversed()).allSatisfy { $0 == $1 }
    }
}
