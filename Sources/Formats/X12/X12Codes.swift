public import Diagnostics

/// The findings of the X12 reader and writer and of guides, for `docs/codes.md` and `crossdock explain`.
public enum X12Codes {
    /// Every code, from drop to element, then those of writing and of guides.
    public static let all: [CodeEntry] =
        drops + interchanges + groups + sets + segments + elements + outbound + guides

    private static let resend = "ask the partner to correct it and send the file again"

    private static func partner(
        _ code: DiagnosticCode, _ meaning: String, _ cause: String, _ remedy: String = resend
    ) -> CodeEntry {
        CodeEntry(code, meaning: meaning, cause: cause, remedy: remedy, move: .partner)
    }

    private static func ours(
        _ code: DiagnosticCode, _ meaning: String, _ cause: String, _ remedy: String
    ) -> CodeEntry {
        CodeEntry(code, meaning: meaning, cause: cause, remedy: remedy, move: .ours)
    }

    private static let drops: [CodeEntry] = [
        partner(
            "FILE.EMPTY", "the file has no content",
            "a transfer that broke off, or a job that ran without data"),
        ours(
            "FILE.NOT_EXPECTED_FORMAT", "the file is something else than X12",
            "a login page or an error page was saved under the file's name",
            "look at the file, then fetch it again"),
        partner(
            "X12.ENCODING", "the file is in an encoding of two bytes or in EBCDIC",
            "an export with the wrong setting"),
        partner(
            "X12.BOM", "a byte order mark stands before the ISA and is skipped",
            "the file was saved by an editor"),
        partner(
            "X12.JUNK", "bytes outside any interchange are skipped",
            "headers of a network, or text after the IEA"),
        partner(
            "X12.LIMIT.INTERCHANGES", "the drop has more interchanges than are read",
            "files joined without end"),
        partner(
            "X12.LIMIT.GROUPS", "the drop has more groups than are read",
            "a broken loop in the partner's export"),
    ]

    private static let interchanges: [CodeEntry] = [
        partner("X12.ISA.SHORT", "the file ends inside the ISA", "a transfer that broke off"),
        partner(
            "X12.ISA.FIXED_WIDTH", "the ISA is not 106 bytes long",
            "padding was stripped, or an element is too long",
            "ask the partner to pad the ISA; without padding it is read with a warning"),
        partner("X12.ISA.ICN", "ISA13 is no control number", "a counter that was not set"),
        partner("X12.ISA.DATE", "ISA09 is not a date", "another form of the date"),
        partner("X12.ISA.TIME", "ISA10 is not a time", "another form of the time"),
        partner("X12.ISA.USAGE", "ISA15 is not P, T or I", "a wrong setting"),
        partner("X12.ISA.ACK_REQUEST", "ISA14 is not 0 or 1", "a wrong setting"),
        partner("X12.DELIM.INVALID", "a separator is a letter, a digit or a blank", "the ISA is shifted"),
        partner("X12.DELIM.CONFLICT", "two separators are the same", "a wrong setting"),
        partner(
            "X12.DELIM.MULTIBYTE", "the component separator is more than one byte", "a template in UTF-8"),
        partner(
            "X12.SEG.UNTERMINATED", "the terminator of the ISA does not occur",
            "lines end otherwise than the ISA says"),
        partner("X12.TRUNCATED", "the file ends inside a segment", "a transfer that broke off"),
        partner("X12.IEA.MISSING", "the interchange has no IEA", "a transfer that broke off"),
        partner(
            "X12.IEA.ICN_MISMATCH", "ISA13 and IEA02 differ",
            "two files were mixed, or a template was not filled"),
        partner("X12.IEA.GROUP_COUNT", "IEA01 is not the number of groups", "groups were lost or added"),
        partner("X12.GS.MISSING", "a set or a GE stands before any GS", "the group's header was lost"),
        partner("X12.SEGMENT.OUTSIDE_SET", "a segment stands outside any set", "an ST is missing"),
        partner("X12.LIMIT.ELEMENT", "an element is longer than any may be", "a terminator is missing"),
        partner("X12.LIMIT.SEGMENT", "a segment is longer than any may be", "a terminator is missing"),
    ]

    private static let groups: [CodeEntry] = [
        partner("X12.GS.CONTROL", "GS06 is no control number", "a counter that was not set"),
        partner("X12.GS.EMPTY", "the group has no sets", "an export without data"),
        partner("X12.LIMIT.SETS", "the group has more sets than GE01 can count", "groups joined without end"),
        partner("X12.GE.MISSING", "the group has no GE", "sets were lost"),
        partner("X12.GE.COUNT", "GE01 is not the number of sets", "sets were lost or added"),
        partner("X12.GE.GCN_MISMATCH", "GS06 and GE02 differ", "two files were mixed"),
        partner(
            "DUP.GROUP", "the group's control number is there twice in the interchange",
            "a counter that does not count"),
    ]

    private static let sets: [CodeEntry] = [
        partner("X12.ST.ID", "ST01 is not three characters", "a wrong setting"),
        partner("X12.ST.CONTROL", "ST02 is not four to nine characters", "a wrong setting"),
        partner("X12.GS.ID_MISMATCH", "the set does not belong in its group", "a set in the wrong group"),
        partner("X12.SE.MISSING", "the set has no SE", "segments were lost"),
        partner(
            "X12.SE.COUNT", "SE01 is not the number of segments", "the partner does not count ST and SE",
            "add a `lenient` entry for SE01 to the channel, or ask the partner to count right"),
        partner("X12.SE.TSN_MISMATCH", "ST02 and SE02 differ", "two sets were mixed"),
        partner(
            "DUP.SET", "the set's control number is there twice in the group", "a counter that does not count"
        ),
        partner("X12.LIMIT.SET", "the set is larger than any may be", "a terminator or an SE is missing"),
        ours(
            "X12.GUIDE.FALLBACK", "the set is checked against the guide of another version",
            "there is no guide of its own",
            "add a guide for the version where the differences matter"),
        ours(
            "X12.GUIDE.NONE", "there is no guide for the set", "a document nobody has described yet",
            "add a guide for the document"),
    ]

    private static let segments: [CodeEntry] = [
        partner(
            "X12.SEG.UNKNOWN", "no such segment exists in the dictionary",
            "a private segment, or a wrong terminator"),
        partner(
            "X12.SEG.NOT_IN_SET", "the segment belongs to other documents", "another version, or a habit"),
        partner("X12.SEG.FORBIDDEN", "the guide does not use the segment here", "a habit of the partner's"),
        partner("X12.SEG.MISSING", "a mandatory segment or loop is missing", "data that was not there"),
        partner(
            "X12.SEG.ORDER", "the segment is not where the document has it", "another version, or a habit"),
        partner(
            "X12.SEG.UNEXPECTED", "the segment belongs in a loop that has not begun",
            "a missing first segment of a loop"),
        partner("X12.SEG.MAX_USE", "the segment comes more often than allowed", "a habit of the partner's"),
        partner("X12.LOOP.MAX_USE", "the loop comes more often than allowed", "a habit of the partner's"),
        partner("X12.LOOP.ID", "LS and LE name different loops", "a wrong setting"),
        partner(
            "X12.SEG.TOO_MANY_ELEMENTS", "the segment has more elements than exist", "a separator in the data"
        ),
        partner(
            "X12.LIMIT.ELEMENTS", "the segment has more elements than any may have", "a wrong terminator"),
        partner(
            "X12.HL.PARENT", "HL02 names no earlier HL, or HL01 is there twice", "levels in the wrong order"),
        partner("X12.HL.SEQUENCE", "HL01 does not count 1, 2, 3", "a habit of the partner's"),
        partner(
            "X12.LIMIT.HL_DEPTH", "the hierarchy is deeper than any may be",
            "each HL made the child of the one before"),
    ]

    private static let elements: [CodeEntry] = [
        partner("X12.ELEM.MISSING", "a mandatory element is empty", "data that was not there"),
        partner("X12.ELEM.FORBIDDEN", "the guide does not use the element", "a habit of the partner's"),
        partner("X12.ELEM.TOO_SHORT", "the value is shorter than allowed", "leading zeros were lost"),
        partner(
            "X12.ELEM.TOO_LONG", "the value is longer than allowed",
            "another version, or data from a free field"),
        partner("X12.ELEM.NUMERIC", "the value is not a number", "a comma, a thousands mark or a letter"),
        partner("X12.ELEM.DATE", "the value is not a date", "another form of the date"),
        partner("X12.ELEM.TIME", "the value is not a time", "another form of the time"),
        ours(
            "X12.ELEM.CODE", "the value is not in the code list",
            "a code of the partner's own, or of a later version",
            "add the code to the guide where the partner may use it, else ask the partner to correct it"),
        partner(
            "X12.ELEM.PAIR", "of elements that go together one is missing", "a qualifier without its value"),
        partner("X12.ELEM.ONE_OF", "none of several elements is there", "data that was not there"),
        partner(
            "X12.ELEM.EXCLUSION", "of several elements at most one may be there", "a habit of the partner's"),
        partner(
            "X12.ELEM.CONDITION", "an element asks for others that are missing", "data that was not there"),
        partner(
            "X12.ELEM.TOO_MANY_COMPONENTS", "the composite has more components than exist",
            "a separator in the data"),
        partner(
            "X12.CHAR.INVALID", "the value holds a character that may not be there", "data from a free field"),
        partner(
            "X12.CHAR.DECODE", "the bytes are not valid in the channel's charset", "another charset",
            "set the channel's `charset` to what the partner sends"),
    ]

    private static let outbound: [CodeEntry] = [
        ours(
            "OUT.DELIM.REPLACED", "separators in free text were replaced by blanks",
            "text from a shop or a person",
            "nothing, or set `policy: switch` for the channel"),
        ours(
            "OUT.DELIM.REJECTED", "a separator stands in a value that may not be changed",
            "an identifier with a separator in it",
            "correct the value, or choose other separators for the channel"),
        ours(
            "OUT.CHAR.REPLACED", "characters in free text were replaced by blanks",
            "line ends, or characters outside the charset",
            "nothing, or set the channel's charset"),
        ours(
            "OUT.CHAR.REJECTED", "a value that may not be changed holds characters that cannot be written",
            "an identifier with a control character", "correct the value"),
        ours(
            "OUT.ELEM.TRUNCATED", "free text was shortened to what fits", "a long name or address",
            "shorten the text at its source"),
        ours(
            "OUT.ELEM.TOO_LONG", "a value that may not be shortened is too long",
            "an identifier longer than the document allows",
            "correct the value, or widen the partner's guide"),
    ]

    private static let guides: [CodeEntry] = [
        ours(
            "GUIDE.NOT_FOUND", "a guide or dictionary is not there", "a name was changed or mistyped",
            "correct the id"),
        ours(
            "GUIDE.ID", "a guide is named otherwise than its file", "a copied file",
            "make id and file name equal"),
        ours(
            "GUIDE.EXTENDS", "guides extend each other without end", "a cycle",
            "let the chain end in a guide that stands by itself"),
        ours("GUIDE.KEY.UNKNOWN", "a key means nothing here", "a mistyped key", "correct the key"),
        ours("GUIDE.KEY.MISSING", "a key is missing", "an unfinished declaration", "add the key"),
        ours(
            "GUIDE.SHAPE", "a part has the wrong shape", "a list where a mapping belongs, or the reverse",
            "correct the declaration"),
        ours("GUIDE.VALUE", "a value cannot be read", "a mistyped value", "correct the value"),
        ours("GUIDE.PATH", "a path leads nowhere", "a mistyped path", "correct the path"),
        ours(
            "GUIDE.DEPTH", "loops are nested too deeply", "a mistake in indentation",
            "correct the declaration"),
        ours(
            "GUIDE.LOOP.TWICE", "two loops beside each other have one name",
            "two loops with the same first segment", "name one otherwise"),
        ours(
            "GUIDE.SEGMENT.UNKNOWN", "a segment is not in the dictionary", "a mistyped tag",
            "correct the tag or add the segment"),
        ours(
            "GUIDE.ELEMENT.UNKNOWN", "an element is not in the dictionary", "a mistyped number",
            "correct the number or add the element"),
    ]
}
