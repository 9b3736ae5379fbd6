/// Hides personal data on screens, in logs and in pages; the staged drop stays the only full copy.
public enum Masking {
    /// The first character of every word and dots for the rest: `Pat Sample` → `P•• S•••••`.
    public static func mask(_ value: String) -> String {
        var text = ""
        var isWordStart = true
        for character in value {
            if character.isWhitespace || character == "@" || character == "." {
                text.append(character)
                isWordStart = true
            } else {
                text.append(isWordStart ? character : "•")
                isWordStart = false
            }
        }
        return text
    }

    /// Text from outside made fit for a terminal: control characters, escapes and bidirectional marks become
    /// `\u{1B}`, and nothing is longer than `characters`.
    public static func visible(_ value: String, characters: Int = .max) -> String {
        var text = ""
        var count = 0
        for scalar in value.unicodeScalars {
            guard count < characters else { return text + "…" }
            count += 1
            let isUnsafe =
                scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
                || (0x200B...0x200F).contains(scalar.value)
                || (0x2028...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
                || scalar.value == 0xFEFF
            if isUnsafe {
                text += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
