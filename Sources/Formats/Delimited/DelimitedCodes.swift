public import Diagnostics

/// The codes of delimited text.
public enum DelimitedCodes {
    /// Every code that reading or writing delimited text can find.
    public static let all: [CodeEntry] = headerCodes + rowCodes + dropCodes

    private static let headerCodes: [CodeEntry] = [
        CodeEntry(
            "CSV.HEADER.MISSING", meaning: "A column that the map needs is not in the header.",
            cause: "The partner's export changed, or a preamble stands above the header.",
            remedy: "Ask the partner if the layout changed, or add an alias to the map.", move: .partner),
        CodeEntry(
            "CSV.HEADER.DUPLICATE", meaning: "A column that the map reads is in the header twice.",
            cause: "Two exports were joined, or a column was renamed by hand.",
            remedy: "Ask the partner which of the two columns is meant.", move: .partner),
        CodeEntry(
            "CSV.DELIM.WRONG", meaning: "The header has one column, and another delimiter in its name.",
            cause: "A spreadsheet in another locale writes semicolons, or the export is tab separated.",
            remedy: "Set the channel's delimiter, or ask the partner to send the agreed one.", move: .ours),
        CodeEntry(
            "CSV.LIMIT.COLUMNS", meaning: "A header or row has more than 512 columns.",
            cause: "The drop is no table, or its line ends were lost.",
            remedy: "Ask the partner for a drop with the columns agreed.", move: .partner),
    ]

    private static let rowCodes: [CodeEntry] = [
        CodeEntry(
            "CSV.ROW.FIELDS", meaning: "A row has fewer or more fields than the header.",
            cause: "The row was torn, or a field holds the delimiter without quotes.",
            remedy: "Ask the partner to send the row again, with such fields in quotes.", move: .partner),
        CodeEntry(
            "CSV.QUOTE.TRAILING", meaning: "Text stands between a closing quote and the next delimiter.",
            cause: "A quote inside a quoted field was not doubled.",
            remedy: "Ask the partner to double quotes inside fields.", move: .partner),
        CodeEntry(
            "CSV.QUOTE.STRAY", meaning: "A quote stands inside an unquoted field; it was kept.",
            cause: "The sender does not quote fields that hold quotes.",
            remedy: "Look at the field, and ask the partner to quote it.", move: .partner),
        CodeEntry(
            "CSV.CHAR.DECODE", meaning: "A row or header is not text in the drop's charset.",
            cause: "The drop is in another charset than declared, or bytes were damaged.",
            remedy: "Ask the partner which charset the drop is in, and set it for the channel.", move: .ours),
    ]

    private static let dropCodes: [CodeEntry] = [
        CodeEntry(
            "CSV.NO_ROWS", meaning: "The drop has a header and no rows.",
            cause: "The partner had nothing to send, or a filter in the export is wrong.",
            remedy: "Check that the partner had nothing to send.", move: .wait),
        CodeEntry(
            "CSV.EOF.NO_NEWLINE", meaning: "The last row has no line end.",
            cause: "Many programs leave it out; a transfer that was cut looks the same.",
            remedy: "Compare the number of rows with the partner's.", move: .ours),
        CodeEntry(
            "CSV.QUOTE.UNCLOSED", meaning: "A quote is opened and not closed within 65,536 bytes.",
            cause: "A field begins with a quote that is data, such as a size in inches.",
            remedy: "Ask the partner to double quotes inside fields.", move: .partner),
        CodeEntry(
            "CSV.LIMIT.ROW", meaning: "A row is longer than 1 MiB.",
            cause: "The drop is no text with line ends.",
            remedy: "Ask the partner whether the drop is text with line ends.", move: .partner),
        CodeEntry(
            "CSV.CHAR.ENCODE",
            meaning: "A character cannot be written in the drop's charset; it became a question mark.",
            cause: "A name or address holds a letter that the partner's charset does not have.",
            remedy: "Agree on UTF-8 with the partner, and set the channel's charset.", move: .ours),
    ]
}
