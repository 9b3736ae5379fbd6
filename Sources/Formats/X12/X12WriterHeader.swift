import Diagnostics

// The ISA, the one segment of fixed width.
extension X12WriterOutput {
    /// Writes the ISA and returns ISA13, which IEA02 repeats.
    mutating func interchangeHeader(_ header: X12InterchangeHeader) -> String {
        ordinal = 1
        open("ISA")
        let control = String(repeating: "0", count: max(0, 9 - header.control.utf8.count)) + header.control
        let fields: [(value: String, width: Int)] = [
            (header.authorizationQualifier, 2), (header.authorization, 10), (header.securityQualifier, 2),
            (header.security, 10), (header.senderQualifier, 2), (header.sender, 15), (header.receiverQualifier, 2),
            (header.receiver, 15), (header.date, 6), (header.time, 4), ("", 0), (header.version, 5), (control, 9),
            (header.wantsAcknowledgment ? "1" : "0", 1), (header.usage, 1),
        ]
        var writtenControl = ""
        for (index, field) in fields.enumerated() {
            bytes.append(delimiters.element)
            if index == 10 {
                bytes.append(delimiters.repetition ?? UInt8(ascii: "U"))
                continue
            }
            let start = bytes.count
            fixed(field.value, width: field.width, number: index + 1)
            if index == 12 { writtenControl = String(decoding: bytes[start...], as: UTF8.self) }
        }
        bytes.append(delimiters.element)
        bytes.append(delimiters.component)
        close()
        return writtenControl
    }

    private mutating func fixed(_ value: String, width: Int, number: Int) {
        let start = bytes.count
        var isReplaced = false
        for scalar in value.unicodeScalars.prefix(width) {
            let byte = UInt8(exactly: scalar.value) ?? 0
            let isFit = byte >= 0x20 && byte < 0x7F && !delimiters.contains(byte)
            if !isFit { isReplaced = true }
            bytes.append(isFit ? byte : 0x20)
            if isFit { noteUse(byte) }
        }
        while bytes.count - start < width { bytes.append(0x20) }
        let name = "ISA" + (number < 10 ? "0\(number)" : "\(number)")
        let length = value.unicodeScalars.count
        if length > width {
            add(
                Diagnostic(
                    "OUT.ELEM.TOO_LONG", .error, at: headerLocation(number),
                    "\(name) \(length) > \(width): value is longer than its element",
                    found: ByteText.quoted(value.utf8), expected: "at most \(width) characters",
                    remedy: "correct the identification in the channel"))
        }
        if isReplaced {
            add(
                Diagnostic(
                    "OUT.DELIM.REJECTED", .error, at: headerLocation(number),
                    "\(name) has characters that may not be replaced", found: ByteText.quoted(value.utf8),
                    expected: "printable ASCII without separators",
                    remedy: "correct the identification in the channel, or choose other separators"))
        }
    }

    private func headerLocation(_ number: Int) -> SourceLocation {
        SourceLocation(
            drop: "outbound", byteOffset: bytes.count, segment: SegmentPosition(ordinal: 1, tag: "ISA", element: number))
    }
}
