import CLibXML2

/// Where libxml2 is in its own buffer: the addresses of four fields, because reading them through `pointee`
/// copies the whole structure, some 700 bytes, at every event.
struct XMLCursor {
    private let currentField: UnsafeMutablePointer<UnsafePointer<UInt8>?>
    private let baseField: UnsafeMutablePointer<UnsafePointer<UInt8>?>
    private let endField: UnsafeMutablePointer<UnsafePointer<UInt8>?>
    private let consumedField: UnsafeMutablePointer<UInt>

    /// Nil when the parser has no input. Without entities it has one, the same from its beginning to its end.
    init?(_ context: xmlParserCtxtPtr) {
        guard let input = context.pointee.input, let current = input.pointer(to: \.cur),
            let base = input.pointer(to: \.base), let end = input.pointer(to: \.end),
            let consumed = input.pointer(to: \.consumed)
        else { return nil }
        currentField = current
        baseField = base
        endField = end
        consumedField = consumed
    }

    var current: UnsafePointer<UInt8>? { currentField.pointee }
    var base: UnsafePointer<UInt8>? { baseField.pointee }
    var end: UnsafePointer<UInt8>? { endField.pointee }

    /// Counted from the first byte pushed.
    var position: Int {
        guard let current = currentField.pointee, let base = baseField.pointee else {
            return Int(truncatingIfNeeded: consumedField.pointee)
        }
        return Int(truncatingIfNeeded: consumedField.pointee) + (current - base)
    }

    /// Where the tag that ends at `current` begins, and its length up to there. No `<` can stand inside a
    /// well-formed tag.
    func tag(endingAt current: UnsafePointer<UInt8>) -> (start: Int, length: Int) {
        guard let base = baseField.pointee else { return (position, 0) }
        var open = current
        while open > base {
            open -= 1
            if open.pointee == UInt8(ascii: "<") { break }
        }
        return (position - (current - open), current - open)
    }
}

/// From libxml2's positions, counted from the first byte pushed, to offsets in the drop and in the open
/// document. Apart from the builder because a method of a structure that large would copy it.
struct XMLPlaces {
    /// From the text at hand to the drop.
    var origin = OffsetOrigin(base: 0, converted: nil)
    /// How many bytes pushed earlier are not at hand.
    var originStart = 0
    /// Where the open document begins in the drop.
    var documentStart = 0

    func dropOffset(_ position: Int) -> Int { origin.offset(position - originStart) }

    func relative(_ position: Int) -> UInt32 { UInt32(clamping: dropOffset(position) - documentStart) }
}
