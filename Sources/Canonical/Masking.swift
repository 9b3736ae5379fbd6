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
}
