public import Diagnostics

/// The codes of what is wrong with a drop before its format matters.
public enum SniffCodes {
    /// Every code that a look at a drop's bytes can find.
    public static let all: [CodeEntry] = [
        CodeEntry(
            "FILE.EMPTY", meaning: "The drop has no bytes, or only blanks and line ends.",
            cause: "The partner's export failed, or the drop was fetched before it was written.",
            remedy: "Ask the partner to send the drop again.", move: .partner),
        CodeEntry(
            "FILE.NOT_EXPECTED_FORMAT",
            meaning: "The first bytes belong to another format than the channel's.",
            cause:
                "A login or error page was saved, or a spreadsheet instead of its text export.",
            remedy: "Open the drop, and ask the partner to send the document itself.", move: .partner),
        CodeEntry(
            "FILE.NUL_TAIL", meaning: "The drop ends in NUL bytes.",
            cause:
                "The sender lost power while writing, and the file system filled up with zeros.",
            remedy: "Ask the partner to send the drop again.", move: .partner),
        CodeEntry(
            "X12.ENCODING", meaning: "The interchange is in UTF-16 or EBCDIC.",
            cause: "It went through an editor, or was transferred in binary from a mainframe.",
            remedy: "Ask the partner to send it in US-ASCII, or in the charset agreed.", move: .partner),
    ]
}
