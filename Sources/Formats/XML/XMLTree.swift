import Diagnostics

/// The arrays behind an `XMLRecord`.
final class XMLTree: Sendable {
    /// One element. Offsets are relative to the start of the document, which is at most 16 MiB long.
    struct Node: Sendable {
        var name: XMLNameID
        var parent: UInt32 = 0
        /// Position of the first node behind this element's subtree.
        var end: UInt32 = 0
        var firstAttribute: UInt32 = 0
        var attributeCount: UInt32 = 0
        /// Own text in `bytes`.
        var textStart: UInt32 = 0
        var textEnd: UInt32 = 0
        /// The start tag's `<`, and behind the end tag's `>`.
        var startOffset: UInt32 = 0
        var endOffset: UInt32 = 0
        /// The raw text in the drop.
        var rawTextStart: UInt32 = 0
        var rawTextEnd: UInt32 = 0

        func textRange(in base: Int) -> Range<Int> {
            base + Int(rawTextStart)..<base + Int(max(rawTextStart, rawTextEnd))
        }
        func range(in base: Int) -> Range<Int> {
            base + Int(startOffset)..<base + Int(max(startOffset, endOffset))
        }
    }

    /// One attribute: its value in `bytes` and in the drop.
    struct Attribute: Sendable {
        var name: XMLNameID
        var valueStart: UInt32
        var valueEnd: UInt32
        var rawStart: UInt32
        var rawEnd: UInt32

        var valueRange: Range<Int> { Int(valueStart)..<Int(valueEnd) }
        func range(in base: Int) -> Range<Int> { base + Int(rawStart)..<base + Int(max(rawStart, rawEnd)) }
    }

    /// Text of an element behind a child of it (mixed content), to be joined with its first text.
    struct LaterText: Sendable {
        var element: UInt32
        var start: UInt32
        var end: UInt32
    }

    let drop: String
    let ordinal: Int
    let byteRange: Range<Int>
    let nodes: [Node]
    let attributes: [Attribute]
    /// Ordered by element, and for each in the order of the drop.
    let laterTexts: [LaterText]
    /// Texts and attribute values, references resolved.
    let bytes: [UInt8]
    let names: [XMLName]
    /// 1-based line of the document's first byte, and the offset in the drop at which that line begins.
    let firstLine: Int
    let firstLineStart: Int
    /// Offsets of the bytes behind each LF, relative to the start of the document.
    let lineStarts: [UInt32]

    init(
        drop: String, ordinal: Int, byteRange: Range<Int>, nodes: [Node], attributes: [Attribute],
        laterTexts: [LaterText], bytes: [UInt8], names: [XMLName], firstLine: Int, firstLineStart: Int,
        lineStarts: [UInt32]
    ) {
        self.drop = drop
        self.ordinal = ordinal
        self.byteRange = byteRange
        self.nodes = nodes
        self.attributes = attributes
        self.laterTexts = laterTexts
        self.bytes = bytes
        self.names = names
        self.firstLine = firstLine
        self.firstLineStart = firstLineStart
        self.lineStarts = lineStarts
    }

    func name(_ id: XMLNameID) -> XMLName {
        let number = Int(id.number)
        return names.indices.contains(number) ? names[number] : XMLName("")
    }

    func textBytes(of position: Int) -> ArraySlice<UInt8> {
        let node = nodes[position]
        let first = bytes[Int(node.textStart)..<Int(node.textEnd)]
        if laterTexts.isEmpty { return first }
        var index = firstLaterText(of: position)
        guard index < laterTexts.count, Int(laterTexts[index].element) == position else { return first }
        var joined = Array(first)
        while index < laterTexts.count, Int(laterTexts[index].element) == position {
            joined += bytes[Int(laterTexts[index].start)..<Int(laterTexts[index].end)]
            index += 1
        }
        return joined[...]
    }

    private func firstLaterText(of position: Int) -> Int {
        var low = 0
        var high = laterTexts.count
        while low < high {
            let middle = (low + high) / 2
            if Int(laterTexts[middle].element) < position { low = middle + 1 } else { high = middle }
        }
        return low
    }

    func attribute(_ index: Int, of position: Int) -> Attribute? {
        let node = nodes[position]
        guard index >= 0, index < Int(node.attributeCount) else { return nil }
        return attributes[Int(node.firstAttribute) + index]
    }

    func attribute(named name: XMLNameID, of position: Int) -> Attribute? {
        let node = nodes[position]
        let first = Int(node.firstAttribute)
        for index in first..<first + Int(node.attributeCount) where attributes[index].name == name {
            return attributes[index]
        }
        return nil
    }

    func location(of range: Range<Int>) -> SourceLocation {
        let relative = range.lowerBound - byteRange.lowerBound
        var low = 0
        var high = lineStarts.count
        while low < high {
            let middle = (low + high) / 2
            if Int(lineStarts[middle]) <= relative { low = middle + 1 } else { high = middle }
        }
        let lineStart = low == 0 ? firstLineStart : byteRange.lowerBound + Int(lineStarts[low - 1])
        return SourceLocation(
            drop: drop, byteOffset: range.lowerBound, byteCount: range.count, line: firstLine + low,
            column: range.lowerBound - lineStart + 1)
    }
}
