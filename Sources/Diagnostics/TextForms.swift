/// Text from outside made fit for a terminal: control characters, escapes and marks that turn or hide what follows
/// become `\\u{1B}`; nothing is longer than `characters`.
public func visibleText(_ value: String, characters: Int = .max) -> String {
    var text = ""
    var count = 0
    for scalar in value.unicodeScalars {
        guard count < characters else { return text + "…" }
        count += 1
        if isUnfitForTerminals(scalar) {
            text += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
        } else {
            text.unicodeScalars.append(scalar)
        }
    }
    return text
}

/// A JSON string, quotes included, with everything escaped that JSON, a terminal or a log line could stumble over.
public func jsonText(_ value: String) -> String {
    // Nearly every text is plain ASCII; going through its scalars costs ten times as much as looking at its bytes.
    let isPlain = value.utf8.allSatisfy { (0x20..<0x7F).contains($0) && $0 != 0x22 && $0 != 0x5C }
    if isPlain { return "\"" + value + "\"" }
    var text = "\""
    text.reserveCapacity(value.utf8.count + 2)
    for scalar in value.unicodeScalars {
        switch scalar {
        case "\"": text += "\\\""
        case "\\": text += "\\\\"
        case "\n": text += "\\n"
        case "\r": text += "\\r"
        case "\t": text += "\\t"
        default:
            if isUnfitForTerminals(scalar) {
                let digits = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
    }
    return text + "\""
}

/// Controls, bidirectional and zero-width marks, line separators and the byte order mark.
private func isUnfitForTerminals(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0..<0x20, 0x7F...0x9F, 0x061C, 0x200B...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
}
