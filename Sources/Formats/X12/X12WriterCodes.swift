public import Diagnostics

/// Findings about what we write.
public enum X12WriterCodes {
    public static let all: [CodeEntry] = [
        CodeEntry(
            "OUT.ELEM.TRUNCATED", meaning: "Free text was longer than its element allows and was shortened.",
            cause: "A name, street or description from another format is longer than X12 allows.",
            remedy: "Shorten the text where it is kept, or map it to several elements.", move: .ours),
        CodeEntry(
            "OUT.ELEM.TOO_LONG",
            meaning: "An identifier, quantity, amount, date or code is longer than its element allows.",
            cause: "A mapping puts a value into an element that is too small for it.",
            remedy: "Change the mapping or the value; such elements are never shortened.", move: .ours),
        CodeEntry(
            "OUT.DELIM.REPLACED", meaning: "Free text held separators of the interchange; they became blanks.",
            cause: "X12 before 007040 has no release character, so that no separator may stand in data.",
            remedy: "Choose separators that the data does not hold: `delimiters: switch` in the channel.",
            move: .ours),
        CodeEntry(
            "OUT.DELIM.REJECTED",
            meaning: "A value holds separators of the interchange and may not be changed; the document is not sent.",
            cause: "An identifier holds a separator, or the channel's policy is `reject`.",
            remedy: "Correct the value, or let the channel switch separators.", move: .ours),
        CodeEntry(
            "OUT.CHAR.REPLACED", meaning: "A value held control characters or bytes that are no text; they became blanks.",
            cause: "Line ends or tabs in an address or description, or text in another encoding.",
            remedy: "Correct the value where it is kept.", move: .ours),
    ]
}
