public import Diagnostics

/// An element of an `XMLRecord`, by position in document order. The document element is
/// `XMLElementIndex.root`.
public struct XMLElementIndex: Sendable, Hashable, Comparable {
    let position: Int

    /// The element that is the document.
    public static let root = XMLElementIndex(position: 0)

    /// Document order.
    public static func < (left: XMLElementIndex, right: XMLElementIndex) -> Bool {
        left.position < right.position
    }
}

/// One document of an XML drop as a flat tree: owned, immutable, a few arrays, whatever its number of
/// elements. Comments and processing instructions are left out, blank text between elements too; CDATA and
/// references are joined with the text around them.
///
/// - Unit: text is UTF-8; offsets are of the drop as the partner wrote it.
public struct XMLRecord: Sendable {
    let tree: XMLTree

    init(tree: XMLTree) { self.tree = tree }

    /// 1-based position of this document among those of the drop.
    public var ordinal: Int { tree.ordinal }
    /// Where the document stands in the drop, from the `<` of its start tag to behind the `>` of its end tag.
    public var byteRange: Range<Int> { tree.byteRange }
    /// How many elements it has, the document element included.
    public var elementCount: Int { tree.nodes.count }

    /// The number of an element's name.
    public func nameID(of element: XMLElementIndex) -> XMLNameID { tree.nodes[element.position].name }
    /// The name of an element.
    public func name(of element: XMLElementIndex) -> XMLName { tree.name(nameID(of: element)) }
    /// The element around it; nil for the document element.
    public func parent(of element: XMLElementIndex) -> XMLElementIndex? {
        element.position == 0 ? nil : XMLElementIndex(position: Int(tree.nodes[element.position].parent))
    }

    /// The first child element; nil when there is none.
    public func firstChild(of element: XMLElementIndex) -> XMLElementIndex? {
        let next = element.position + 1
        return next < Int(tree.nodes[element.position].end) ? XMLElementIndex(position: next) : nil
    }

    /// The next element with the same parent; nil after the last.
    public func nextSibling(of element: XMLElementIndex) -> XMLElementIndex? {
        guard element.position > 0 else { return nil }
        let node = tree.nodes[element.position]
        return node.end < tree.nodes[Int(node.parent)].end ? XMLElementIndex(position: Int(node.end)) : nil
    }

    /// The first child with this name.
    public func child(_ name: XMLNameID, of element: XMLElementIndex) -> XMLElementIndex? {
        var next = firstChild(of: element)
        while let child = next {
            if tree.nodes[child.position].name == name { return child }
            next = nextSibling(of: child)
        }
        return nil
    }

    /// The next sibling with the same name: with `child(_:of:)`, all repetitions.
    public func nextSameNamed(after element: XMLElementIndex) -> XMLElementIndex? {
        let name = nameID(of: element)
        var next = nextSibling(of: element)
        while let sibling = next {
            if tree.nodes[sibling.position].name == name { return sibling }
            next = nextSibling(of: sibling)
        }
        return nil
    }

    /// All children, in order.
    public func children(of element: XMLElementIndex) -> [XMLElementIndex] {
        var result: [XMLElementIndex] = []
        var next = firstChild(of: element)
        while let child = next {
            result.append(child)
            next = nextSibling(of: child)
        }
        return result
    }

    /// The element's own text, not that of elements inside it, references resolved and CDATA joined.
    public func bytes(of element: XMLElementIndex) -> ArraySlice<UInt8> {
        tree.textBytes(of: element.position)
    }
    /// The element's own text.
    public func text(of element: XMLElementIndex) -> String {
        String(decoding: bytes(of: element), as: UTF8.self)
    }

    /// Where the element's text stands in the drop: from behind its start tag to its first child or end tag,
    /// raw, so that CDATA brackets and references are included. The bytes there are the value where neither
    /// is used.
    public func textRange(of element: XMLElementIndex) -> Range<Int> {
        tree.nodes[element.position].textRange(in: tree.byteRange.lowerBound)
    }

    /// Where the element stands in the drop, its tags included.
    public func byteRange(of element: XMLElementIndex) -> Range<Int> {
        tree.nodes[element.position].range(in: tree.byteRange.lowerBound)
    }

    /// How many attributes the element has, namespace declarations not counted.
    public func attributeCount(of element: XMLElementIndex) -> Int {
        Int(tree.nodes[element.position].attributeCount)
    }

    /// The name of an attribute, by its position in the start tag.
    public func attributeNameID(_ index: Int, of element: XMLElementIndex) -> XMLNameID? {
        tree.attribute(index, of: element.position)?.name
    }

    /// The value of an attribute, references resolved; nil when the element does not have it.
    public func attribute(_ name: XMLNameID, of element: XMLElementIndex) -> ArraySlice<UInt8>? {
        tree.attribute(named: name, of: element.position).map { tree.bytes[$0.valueRange] }
    }

    /// Where an attribute's value stands in the drop, quotes not included; nil when the element does not have
    /// it.
    public func attributeRange(_ name: XMLNameID, of element: XMLElementIndex) -> Range<Int>? {
        tree.attribute(named: name, of: element.position).map { $0.range(in: tree.byteRange.lowerBound) }
    }

    /// The name that a number stands for.
    public func name(_ id: XMLNameID) -> XMLName { tree.name(id) }

    /// The location of a byte range inside this document, with line and column.
    public func location(of range: Range<Int>) -> SourceLocation { tree.location(of: range) }
    /// The location of an element's start tag.
    public func location(of element: XMLElementIndex) -> SourceLocation {
        tree.location(of: byteRange(of: element))
    }
}
