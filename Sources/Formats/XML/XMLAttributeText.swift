/// Attribute values that libxml2 had to rewrite: those with references, line ends or letters beyond ASCII.
enum XMLAttributeText {
    /// Appends a value, with the one reference that SAX2 leaves in it, `&#38;` for an ampersand, resolved.
    static func append(_ value: UnsafeBufferPointer<UInt8>, to bytes: inout [UInt8]) {
        let reference: [UInt8] = Array("&#38;".utf8)
        var index = 0
        while index < value.count {
            let byte = value[index]
            bytes.append(byte)
            let isReference =
                byte == reference[0] && value[index...].prefix(reference.count).elementsEqual(reference)
            index += isReference ? reference.count : 1
        }
    }

    /// Where the value of the `number`th attribute (0-based, namespace declarations not counted) stands in
    /// the text of a well-formed start tag, quotes not included.
    static func rawRange(ofAttribute number: Int, inTag tag: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        var index = 0
        var left = number
        var nameStart = 0
        while index < tag.count {
            let byte = tag[index]
            if byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
                // Blanks may stand around `=`, but a name begins behind the last one before it.
                if tag[(index + 1)...].first(where: { $0 > 0x20 }) != UInt8(ascii: "=") {
                    nameStart = index + 1
                }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                guard let close = tag[(index + 1)...].firstIndex(of: byte) else { return nil }
                let name = tag[nameStart..<index]
                let isDeclaration =
                    name.starts(with: "xmlns:".utf8)
                    || name.starts(with: "xmlns".utf8)
                        && (name.dropFirst(5).first.map { $0 == UInt8(ascii: "=") || $0 <= 0x20 } ?? false)
                if !isDeclaration {
                    if left == 0 { return index + 1..<close }
                    left -= 1
                }
                index = close
            }
            index += 1
        }
        return nil
    }
}
