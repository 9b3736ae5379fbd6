public import Diagnostics

extension DiagnosticCode {
    static let mapKey: DiagnosticCode = "CONFIG.MAP.KEY"
    static let mapValue: DiagnosticCode = "CONFIG.MAP.VALUE"
    static let mapField: DiagnosticCode = "CONFIG.MAP.FIELD"
    static let mapPlace: DiagnosticCode = "CONFIG.MAP.PLACE"
    static let mapTable: DiagnosticCode = "CONFIG.MAP.TABLE"
    static let mapExtends: DiagnosticCode = "CONFIG.MAP.EXTENDS"
    static let mapOption: DiagnosticCode = "CONFIG.MAP.OPTION"
    static let codesValue: DiagnosticCode = "CONFIG.CODES.VALUE"
    static let codesDuplicate: DiagnosticCode = "CONFIG.CODES.DUPLICATE"
    static let fieldInt: DiagnosticCode = "FIELD.INT"
    static let fieldDecimal: DiagnosticCode = "FIELD.DECIMAL"
    static let fieldDate: DiagnosticCode = "FIELD.DATE"
    static let fieldTime: DiagnosticCode = "FIELD.TIME"
    static let fieldTimeNonexistent: DiagnosticCode = "FIELD.TIME.NONEXISTENT"
    static let fieldFlag: DiagnosticCode = "FIELD.FLAG"
    static let fieldScientific: DiagnosticCode = "FIELD.SKU.SCIENTIFIC"
    static let fieldTrimmed: DiagnosticCode = "FIELD.TRIMMED"
    static let fieldIDCharacters: DiagnosticCode = "FIELD.ID.CHARS"
    static let fieldControl: DiagnosticCode = "FIELD.CONTROL_CHAR"
    static let fieldMissing: DiagnosticCode = "FIELD.MISSING"
    static let moneyCurrency: DiagnosticCode = "MONEY.CURRENCY"
    static let moneyMixed: DiagnosticCode = "MONEY.MIXED"
    static let unitUnknown: DiagnosticCode = "MAP.UNIT.UNKNOWN"
    static let codeUnknown: DiagnosticCode = "MAP.CODE.UNKNOWN"
    static let lineDuplicate: DiagnosticCode = "OMS.LINE.DUPLICATE"
    static let orderConflict: DiagnosticCode = "OMS.ORDER.CONFLICT"
    static let orderTwice: DiagnosticCode = "DUP.ORDER"
    static let keyInherited: DiagnosticCode = "CSV.KEY.INHERITED"
    static let attributeMissing: DiagnosticCode = "XML.ATTR.MISSING"
    static let elementMissing: DiagnosticCode = "XML.ELEMENT.MISSING"
    static let linesTooMany: DiagnosticCode = "LIMIT.LINES"
    static let hierarchy: DiagnosticCode = "MAP.HIERARCHY"
    static let outputMissing: DiagnosticCode = "OUT.FIELD.MISSING"
}

/// What `docs/codes.md` says about the findings of this module.
public enum MappingCodes {
    /// Every code that mapping uses.
    public static let all: [CodeEntry] = declarationCodes + valueCodes + documentCodes

    private static let declarationCodes: [CodeEntry] = [
        CodeEntry(
            .mapKey, meaning: "A key in a map or code table is not a word of the map language.",
            cause: "A spelling mistake, or a key that belongs to another form of document.",
            remedy: "Correct the key; docs/reference/maps.md lists all.", move: .ours),
        CodeEntry(
            .mapValue, meaning: "A value in a map has the wrong shape or is not one of those allowed.",
            cause: "A spelling mistake, or a list where a single value belongs.",
            remedy: "Write one of the values that the message lists.", move: .ours),
        CodeEntry(
            .mapField, meaning: "A map names a field or group that the canonical document does not have.",
            cause: "A spelling mistake, or a field of another kind of document.",
            remedy: "Use the name that the message suggests.", move: .ours),
        CodeEntry(
            .mapPlace, meaning: "A place in a map cannot be read, or the guide has no such place.",
            cause: "A segment, element, column or path that the partner's document does not have.",
            remedy: "Correct the place, or add it to the guide.", move: .ours),
        CodeEntry(
            .mapTable, meaning: "A map names a code table or a list in it that does not exist.",
            cause: "The file config/codes/<table>.yaml is missing, or it has no such list.",
            remedy: "Add the table or the list.", move: .ours),
        CodeEntry(
            .mapExtends, meaning: "A map extends a map that does not exist, or itself.",
            cause: "A spelling mistake, or a circle of maps.", remedy: "Correct `extends`.", move: .ours),
        CodeEntry(
            .mapOption,
            meaning: "An option is set that the map does not have, or to a value that it does not know.",
            cause: "A channel sets an option of another map.", remedy: "Correct the option in the channel.",
            move: .ours),
        CodeEntry(
            .codesValue, meaning: "A code table has an entry of the wrong shape.",
            cause: "A list name that the table does not declare, or a code that is not text.",
            remedy: "Correct the entry.", move: .ours),
        CodeEntry(
            .codesDuplicate, meaning: "One partner code stands under two canonical codes of a table.",
            cause: "A row was copied.", remedy: "Remove one of the two.", move: .ours),
    ]

    private static let valueCodes: [CodeEntry] = [
        CodeEntry(
            .fieldInt, meaning: "A quantity is not a plain number.",
            cause: "Thousands separators, exponents or letters, usually from a spreadsheet.",
            remedy: "Ask the partner to write digits only.", move: .partner),
        CodeEntry(
            .fieldDecimal, meaning: "A price or an amount is not a plain decimal number.",
            cause: "A currency sign, a decimal comma, or a number that a spreadsheet rewrote.",
            remedy: "Set decimal_mark or symbols in the map, or ask the partner to correct the drop.",
            move: .partner),
        CodeEntry(
            .fieldDate, meaning: "A date does not exist or has another format than the map says.",
            cause: "Another date format, or a spreadsheet's day number.",
            remedy: "Add the format to the map, or ask the partner to correct the drop.", move: .partner),
        CodeEntry(
            .fieldTime, meaning: "A time of day does not exist or has another format than the map says.",
            cause: "Another time format.", remedy: "Add the format to the map.", move: .partner),
        CodeEntry(
            .fieldTimeNonexistent, meaning: "A local time was skipped when clocks went forward.",
            cause: "The partner's system adds hours without regard to summer time.",
            remedy: "Look whether the time matters; it was moved forward by the gap.", move: .ours),
        CodeEntry(
            .fieldFlag, meaning: "A yes-or-no value is neither.", cause: "Another spelling of yes and no.",
            remedy: "Ask the partner to write true or false.", move: .partner),
        CodeEntry(
            .fieldScientific, meaning: "An identifier looks like a number that a spreadsheet rewrote.",
            cause: "The file was opened and saved with a spreadsheet.",
            remedy: "Ask the partner for the file as it was exported.", move: .partner),
        CodeEntry(
            .fieldTrimmed, meaning: "Blanks around an identifier were taken away.",
            cause: "Fixed-width fields in the partner's system.", remedy: "Nothing.", move: .ours),
        CodeEntry(
            .fieldIDCharacters, meaning: "An identifier holds characters that no identifier has.",
            cause: "Text in the wrong column, or an attempt to inject commands.",
            remedy: "Ask the partner to correct the identifier.", move: .partner),
        CodeEntry(
            .fieldControl, meaning: "A text holds a control character.",
            cause: "Text copied from another program.", remedy: "Ask the partner to remove it.",
            move: .partner),
        CodeEntry(
            .fieldMissing, meaning: "A value that the map requires is missing.",
            cause: "An empty field or element.", remedy: "Ask the partner to fill it.", move: .partner),
        CodeEntry(
            .moneyCurrency, meaning: "A currency is not a code of ISO 4217.",
            cause: "A sign such as US$ instead of the code, or an empty field.",
            remedy: "Ask the partner to write the three-letter code.", move: .partner),
    ]

    private static let documentCodes: [CodeEntry] = [
        CodeEntry(
            .moneyMixed, meaning: "One document has amounts in two currencies.",
            cause: "Two orders under one number.", remedy: "Ask the partner to correct the document.",
            move: .partner),
        CodeEntry(
            .unitUnknown, meaning: "A partner's unit of measure has no canonical unit.",
            cause: "A valid code that the code table does not list.",
            remedy: "Add the code to config/codes/units.yaml, then `crossdock replay DROP --from map`.",
            move: .ours),
        CodeEntry(
            .codeUnknown, meaning: "A code has no counterpart in the code table.",
            cause: "A valid code that the code table does not list.",
            remedy: "Add the code to config/codes/<table>.yaml, then `crossdock replay DROP --from map`.",
            move: .ours),
        CodeEntry(
            .lineDuplicate, meaning: "A row says the same as an earlier row of its document.",
            cause: "The export ran twice into one file.", remedy: "Nothing, if the row was meant once.",
            move: .partner),
        CodeEntry(
            .orderConflict, meaning: "Rows of one document disagree about a value of the whole document.",
            cause: "Two documents under one number.", remedy: "Ask the partner which value holds.",
            move: .partner),
        CodeEntry(
            .orderTwice, meaning: "A document number occurs twice in one drop.",
            cause: "The document was exported twice, or its rows do not follow each other.",
            remedy: "Set `scattered: true` in the map if rows of one document may stand apart.",
            move: .partner),
        CodeEntry(
            .keyInherited, meaning: "A row without a number was taken as part of the document before it.",
            cause: "An export that writes the number on the first row only.", remedy: "Nothing.", move: .ours),
        CodeEntry(
            .attributeMissing, meaning: "An attribute that the map requires is missing.",
            cause: "An incomplete export.", remedy: "Ask the partner to fill it.", move: .partner),
        CodeEntry(
            .elementMissing, meaning: "An element that the map requires is missing.",
            cause: "An incomplete export.", remedy: "Ask the partner to fill it.", move: .partner),
        CodeEntry(
            .linesTooMany, meaning: "A document has more lines than are kept in memory.",
            cause: "Rows of many documents under one number.",
            remedy: "Ask the partner to split the document.",
            move: .partner),
        CodeEntry(
            .hierarchy, meaning: "The levels of a ship notice have an order that the map does not know.",
            cause: "Items around packages, or a level that stands in itself.",
            remedy: "Correct the levels in the map, then `crossdock replay DROP --from map`.", move: .ours),
        CodeEntry(
            .outputMissing, meaning: "A value that the outgoing document must have is missing.",
            cause: "The order came in without it.", remedy: "Add it to the order, or a default to the map.",
            move: .ours),
    ]
}
