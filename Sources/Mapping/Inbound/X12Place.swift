import Diagnostics
import Formats

/// A place in an X12 set as a map writes it: `N1[01=ST]/N3-01`, `BEG03`, `PO1{06}[UP:12|EN:13]`, `QTY-03-1`.
///
/// - Shape: loops from the outside in, each with conditions on its first segment; a segment with conditions; an element
///   as two digits after the tag or after a dash; a component after another dash. `{06}` looks through pairs of
///   qualifier and value from element 6 on, `{04,06,15}` through those that begin there; `UP:12` is written for values
///   of twelve characters. `../` goes up one loop.
struct X12Place: Sendable {
    struct Filter: Sendable, Hashable {
        var element: Int
        var isNegated: Bool
        /// May hold the empty text.
        var alternatives: [String]
    }

    struct Part: Sendable, Hashable {
        var tag: String
        var filters: [Filter] = []
    }

    struct PairQualifier: Sendable, Hashable {
        var code: String
        /// Written for values of this many characters; any when nil.
        var count: Int?
    }

    var upCount = 0
    /// Loops, then the segment.
    var parts: [Part] = []
    var element: Int?
    var component: Int?
    /// First element of pairs; nil where a single element is meant.
    var pairsFrom: Int?
    /// Where the pairs after the first one begin, `{04,06,15}`; empty where they follow each other without end, `{06}`.
    var laterPairs: [Int] = []
    var qualifiers: [PairQualifier] = []

    /// Nil for text that is no place.
    init?(_ text: String) {
        var pieces = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        while pieces.first == ".." {
            upCount += 1
            pieces.removeFirst()
        }
        guard let last = pieces.popLast() else { return nil }
        for piece in pieces {
            guard let part = Self.part(piece[...]), part.rest.isEmpty else { return nil }
            parts.append(part.part)
        }
        guard let (part, rest) = Self.part(last[...]) else { return nil }
        var tail = rest
        var segment = part
        if tail.first == "{" {
            guard let end = tail.firstIndex(of: "}") else { return nil }
            let numbers = tail[tail.index(after: tail.startIndex)..<end].split(separator: ",").map { Int($0) }
            guard let first = numbers.first, let from = first, from >= 1, !numbers.contains(nil) else {
                return nil
            }
            pairsFrom = from
            laterPairs = numbers.dropFirst().compactMap { $0 }
            tail = tail[tail.index(after: end)...]
            guard let (codes, after) = Self.bracket(tail), after.isEmpty else { return nil }
            for code in codes.split(separator: "|") {
                let pair = code.split(separator: ":", maxSplits: 1)
                qualifiers.append(
                    PairQualifier(code: String(pair[0]), count: pair.count > 1 ? Int(pair[1]) : nil))
            }
            guard !qualifiers.isEmpty else { return nil }
        } else if tail.first == "-" {
            let numbers = tail.dropFirst().split(separator: "-", omittingEmptySubsequences: false).map {
                Int($0)
            }
            guard numbers.count <= 2, let first = numbers.first, let element = first, element >= 1 else {
                return nil
            }
            self.element = element
            if numbers.count == 2 {
                guard let number = numbers[1], number >= 1 else { return nil }
                component = number
            }
        } else if !tail.isEmpty {
            return nil
        } else if segment.filters.isEmpty, segment.tag.utf8.count >= 4,
            let number = Int(segment.tag.suffix(2))
        {
            element = number
            segment.tag = String(segment.tag.dropLast(2))
        }
        guard (2...3).contains(segment.tag.utf8.count) else { return nil }
        parts.append(segment)
    }

    private static func part(_ text: Substring) -> (part: Part, rest: Substring)? {
        let tag = text.prefix { $0.isASCII && ($0.isUppercase || $0.isNumber) }
        guard !tag.isEmpty else { return nil }
        var part = Part(tag: String(tag))
        var rest = text[tag.endIndex...]
        if rest.first == "[" {
            guard let (inside, after) = bracket(rest) else { return nil }
            for condition in inside.split(separator: ",") {
                guard let filter = filter(condition) else { return nil }
                part.filters.append(filter)
            }
            rest = after
        }
        return (part, rest)
    }

    private static func bracket(_ text: Substring) -> (inside: Substring, rest: Substring)? {
        guard text.first == "[", let end = text.firstIndex(of: "]") else { return nil }
        return (text[text.index(after: text.startIndex)..<end], text[text.index(after: end)...])
    }

    private static func filter(_ text: Substring) -> Filter? {
        guard let equals = text.firstIndex(of: "=") else { return nil }
        var name = text[..<equals]
        let isNegated = name.last == "!"
        if isNegated { name = name.dropLast() }
        guard let element = Int(name), element >= 1 else { return nil }
        let alternatives = text[text.index(after: equals)...].split(
            separator: "|", omittingEmptySubsequences: false)
        return Filter(element: element, isNegated: isNegated, alternatives: alternatives.map(String.init))
    }
}

/// A place resolved in a guide.
struct ResolvedX12Place: Sendable {
    /// Loops from the outside in, each with the conditions on its first segment. A segment that begins a loop counts
    /// that loop too.
    var loops: [(loop: Int, filters: [X12Place.Filter])]
    /// Every node of the guide at which the segment may stand there; the first is written.
    var nodes: [Int]
    /// Conditions on the segment itself, where it begins no loop.
    var filters: [X12Place.Filter]
    var place: X12Place

    /// Whether the segment begins the innermost loop.
    var isTrigger: Bool
}

extension X12Place {
    /// Looks the place up in a guide.
    ///
    /// - Parameter scope: the loop in which the place stands; 0 for the whole set.
    /// - Returns: nil where the guide has no such place.
    func resolved(in guide: Guide, scope: Int) -> ResolvedX12Place? {
        var current = scope
        for _ in 0..<upCount { current = max(0, guide.loops[current].parent) }
        // HL loops follow each other without standing in each other: the hierarchy is in their elements.
        if parts[0].tag == "HL" { current = 0 }
        var loops: [(loop: Int, filters: [Filter])] = []
        for part in parts.dropLast() {
            guard let next = Self.loop(part.tag, in: current, guide) else { return nil }
            loops.append((next, part.filters))
            current = next
        }
        let last = parts[parts.count - 1]
        // The segment that the scope itself begins with.
        if loops.isEmpty, current > 0, guide.nodes[guide.loops[current].trigger].tag == X12Tag(last.tag) {
            return ResolvedX12Place(
                loops: [], nodes: [guide.loops[current].trigger], filters: last.filters, place: self,
                isTrigger: false)
        }
        if let next = Self.loop(last.tag, in: current, guide) {
            loops.append((next, last.filters))
            return ResolvedX12Place(
                loops: loops, nodes: [guide.loops[next].trigger], filters: [], place: self, isTrigger: true)
        }
        let nodes = guide.nodes(of: X12Tag(last.tag), in: current)
        guard !nodes.isEmpty else { return nil }
        return ResolvedX12Place(
            loops: loops, nodes: nodes, filters: last.filters, place: self, isTrigger: false)
    }

    private static func loop(_ name: String, in loop: Int, _ guide: Guide) -> Int? {
        if let found = guide.loop(at: guide.path(of: loop).split(separator: "/").map(String.init) + [name]) {
            return found
        }
        for case .loop(let index) in guide.loops[loop].children
        where guide.nodes[guide.loops[index].trigger].tag == X12Tag(name) {
            return index
        }
        return nil
    }
}
