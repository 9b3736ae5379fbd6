/// One key of the map language, declared once: unknown keys are refused against this list, and the reference page
/// `docs/reference/maps.md` is printed from it.
public struct MapKey: Sendable, Hashable {
    /// Where in a map a key may stand.
    public enum Section: String, Sendable, Hashable, CaseIterable {
        case map, option, dialect, column, xml, hierarchy, text, binding, write, condition, table
    }

    /// Where it may stand.
    public let section: Section
    /// The key as maps write it.
    public let name: String
    /// What may be written there, in words.
    public let shape: String
    /// What it does.
    public let about: String
    /// A line as it stands in a map.
    public let example: String

    init(_ section: Section, _ name: String, _ shape: String, _ about: String, _ example: String) {
        self.section = section
        self.name = name
        self.shape = shape
        self.about = about
        self.example = example
    }
}

/// The declaration of the map language itself.
public enum MapLanguage {
    /// Every key, in the order in which the reference page tells them.
    public static let keys: [MapKey] = headerKeys + formKeys + bindingKeys + tableKeys

    /// The names of the keys of a section.
    static func names(_ section: MapKey.Section) -> [String] {
        keys.filter { $0.section == section }.map(\.name)
    }

    private static let headerKeys: [MapKey] = [
        .init(
            .map, "map", "id", "The id by which channels name the map; the file name without `.yaml`.",
            "map: x12-850"),
        .init(
            .map, "extends", "id of another map",
            "Starts from that map. Bindings with the same `field`, `group` or `at` are merged over its own; others "
                + "are added at the end; `remove: true` takes one out.", "extends: x12-850"),
        .init(
            .map, "kind", "canonical kind", "Which canonical document the map reads or writes.", "kind: order"
        ),
        .init(
            .map, "document", "form/name",
            "The partner's document: `x12/<set>`, `csv/<name>`, `xml/<name>` or `text/<name>`.",
            "document: x12/850"),
        .init(
            .map, "direction", "in, out or both", "Which ways the map runs; `both` unless said.",
            "direction: in"),
        .init(
            .map, "about", "text", "What the map is for, for people.",
            "about: Orders as this shop exports them"),
        .init(
            .map, "options", "name: option", "What a channel may set.",
            "options: { amt_tt: { default: total } }"),
        .init(
            .map, "key", "field",
            "The document's own number; what findings call it by, and what must be unique in a CSV or XML drop.",
            "key: number"),
        .init(
            .map, "decimal_mark", "`.` or `,`", "How numbers are written; a point unless said.",
            "decimal_mark: \",\""),
        .init(
            .map, "zone", "name of the zone database",
            "The zone of times without an offset; the channel's unless said.", "zone: America/New_York"),
        .init(
            .map, "dialect", "mapping", "How delimited text is written; see below.",
            "dialect: { delimiter: \";\" }"),
        .init(
            .map, "columns", "list of columns",
            "CSV: the columns in the order of writing, with other names under which they arrive.",
            "columns: [ order_id, { name: sku, aliases: [ item ], required: true } ]"),
        .init(
            .map, "group_by", "columns",
            "CSV: rows that agree in these columns are one document. Without it every row is one.",
            "group_by: [ Name ]"),
        .init(
            .map, "rows", "group",
            "CSV: each row adds a record to this group; the other bindings are of the document.",
            "rows: lines"),
        .init(
            .map, "scattered", "true or false",
            "CSV: rows of one document may stand apart. Up to 4,096 documents are then kept open.",
            "scattered: true"),
        .init(
            .map, "chunk", "rows",
            "CSV: a document is closed after so many rows and another one with the same key begun; "
                + "for reports without an end.", "chunk: 1000"),
        .init(
            .map, "header_values", "first or every",
            "CSV: document-level columns are filled on the first row only, or on every row. `every` unless said.",
            "header_values: first"),
        .init(
            .map, "blank_key", "refuse or inherit",
            "CSV: a row with empty `group_by` columns is refused, or belongs to the document before it.",
            "blank_key: inherit"),
        .init(
            .map, "duplicate_rows", "keep or refuse",
            "CSV: a row equal to an earlier one of the same document is kept, or refused.",
            "duplicate_rows: refuse"),
        .init(
            .map, "namespaces", "prefix: URI", "XML: the prefixes that places use.",
            "namespaces: { cbc: \"urn:…\" }"),
        .init(
            .map, "xml", "mapping", "XML: which element is a document; see below.",
            "xml: { element: o:order }"),
        .init(
            .map, "hierarchy", "mapping", "X12: how HL loops are written; see below.",
            "hierarchy: { child_code: true }"),
        .init(.map, "template", "text", "Text: what is written, with `<field>` for values.", "template: |"),
        .init(
            .map, "text", "mapping", "Text: how the template is repeated and escaped; see below.",
            "text: { each: packages }"),
        .init(
            .map, "bindings", "list of bindings", "Which place is which field.",
            "bindings: [ { field: number, at: BEG03 } ]"),
        .init(.option, "default", "value", "What holds when the channel says nothing.", "default: total"),
        .init(
            .option, "values", "list", "The values allowed; any when left out.", "values: [ total, goods ]"),
        .init(.option, "about", "text", "What the option decides.", "about: what AMT*TT says"),
    ]

    private static let formKeys: [MapKey] = [
        .init(
            .dialect, "delimiter", "one character or `tab`", "Between fields; a comma unless said.",
            "delimiter: \";\""),
        .init(
            .dialect, "charset", "name", "How bytes are text; `utf-8` unless said.", "charset: windows-1252"),
        .init(
            .dialect, "short_rows", "refuse, pad or ragged", "What a row with too few fields is.",
            "short_rows: pad"),
        .init(.dialect, "line_end", "lf or crlf", "What ends a row on the way out.", "line_end: crlf"),
        .init(.dialect, "quote", "needed or all", "Which fields are quoted on the way out.", "quote: all"),
        .init(.column, "name", "text", "The column as it is written in the header.", "name: sku"),
        .init(
            .column, "aliases", "list", "Other names under which it arrives.", "aliases: [ item, article ]"),
        .init(
            .column, "required", "true or false", "Whether a drop without it is quarantined.",
            "required: true"),
        .init(.xml, "element", "prefixed name", "The element that is one document.", "element: o:order"),
        .init(
            .xml, "root", "prefixed name", "The root element that must stand around the documents.",
            "root: o:orders"),
        .init(.hierarchy, "child_code", "true or false", "Whether HL04 is written.", "child_code: true"),
        .init(
            .text, "each", "group", "The template is written once for each record of it.", "each: packages"),
        .init(
            .text, "escape", "zpl", "How values are made harmless in the language of the template.",
            "escape: zpl"),
        .init(.text, "line_end", "lf or crlf", "What ends a line.", "line_end: lf"),
    ]

    private static let bindingKeys: [MapKey] = [
        .init(
            .binding, "field", "canonical field", "The field that is read and written.", "field: shipTo.city"),
        .init(
            .binding, "group", "canonical group", "Begins the bindings of a group's records.", "group: lines"),
        .init(.binding, "each", "place", "What begins a record of the group.", "each: PO1"),
        .init(
            .binding, "bindings", "list of bindings", "The bindings of the group's records.",
            "bindings: [ … ]"),
        .init(
            .binding, "at", "place, or list of places",
            "Where the value stands. Of several places the first that has a value is read, the first is written.",
            "at: \"N1[01=ST]/N4-01\""),
        .init(
            .binding, "write", "text or mapping",
            "A value that no field has: a constant, or a computed one; see below.", "write: \"00\""),
        .init(.binding, "only", "in or out", "The binding runs this way only.", "only: in"),
        .init(.binding, "in", "mapping", "What differs on the way in.", "in: { default: USD }"),
        .init(
            .binding, "out", "mapping", "What differs on the way out.", "out: { default: { count: lines } }"),
        .init(
            .binding, "required", "true or false", "Whether a document or record without it is refused.",
            "required: true"),
        .init(.binding, "default", "text or computed", "What holds where nothing is said.", "default: USD"),
        .init(
            .binding, "codes", "table.list", "The code table, and the partner's list in it.",
            "codes: units.x12"),
        .init(
            .binding, "unknown", "hold or keep", "What a code outside the table does; `hold` unless said.",
            "unknown: keep"),
        .init(
            .binding, "format", "format, or list",
            "How dates and times are written: `CCYYMMDD`, `YYMMDD`, `YYYY-MM-DD`, `MM/DD/YYYY`, `DD.MM.YYYY`, "
                + "`HHMM`, `HH:MM:SS`, `ZZZZ` (+0100), `Z` (+01:00 or Z), `excel_serial`. Any of a list is read, "
                + "the first one is written.", "format: YYYY-MM-DD"),
        .init(
            .binding, "otherwise", "skip", "A text with none of the formats leaves the field empty.",
            "otherwise: skip"),
        .init(
            .binding, "decimals", "number", "Implied decimals: `2` reads 2500 as 25.00 (X12 type N2).",
            "decimals: 2"),
        .init(.binding, "scale", "number", "Digits always written after the point.", "scale: 2"),
        .init(
            .binding, "symbols", "list", "Currency signs that may stand around a number.", "symbols: [ $ ]"),
        .init(
            .binding, "strip_guard", "true or false", "Takes away the `'` that spreadsheets put in front.",
            "strip_guard: true"),
        .init(.binding, "upper", "true or false", "Turns letters A–Z into capitals.", "upper: true"),
        .init(
            .binding, "strip_prefix", "text",
            "Taken off in front on the way in where it stands, put in front on the way out.",
            "strip_prefix: \"00\""),
        .init(
            .binding, "characters", "any", "An identifier may hold quotes and semicolons.", "characters: any"),
        .init(
            .binding, "conflicts", "refuse or first",
            "CSV: where rows of a document disagree about a value of the whole document, it is refused, or the first "
                + "row's value holds.", "conflicts: first"),
        .init(
            .binding, "join", "text", "All occurrences are joined with it, and split again on the way out.",
            "join: \"\\n\""),
        .init(.binding, "negate", "true or false", "The sign is turned round.", "negate: true"),
        .init(
            .binding, "ordinal", "true or false", "Where the place is empty, the record's position counts.",
            "ordinal: true"),
        .init(
            .binding, "when", "condition", "The binding holds under this condition only.",
            "when: { option: amt_tt, is: total }"),
        .init(.binding, "remove", "true", "With `extends`: takes the binding out.", "remove: true"),
        .init(.write, "const", "text", "Always this.", "write: { const: \"00\" }"),
        .init(
            .write, "count", "group", "How many records the group has; `a.b` counts through levels.",
            "write: { count: lines }"),
        .init(
            .write, "sum", "group.field", "The sum of a field over a group.", "write: { sum: lines.quantity }"
        ),
        .init(
            .write, "sequence", "true", "1, 2, 3… over the records of the group.", "write: { sequence: true }"
        ),
        .init(.write, "hl_count", "true", "How many HL segments were written.", "write: { hl_count: true }"),
        .init(
            .write, "context", "name",
            "What the caller says: `date`, `time`, `instant`, or a name of its own.",
            "write: { context: date }"),
        .init(.write, "option", "name", "The value of an option.", "write: { option: sender_name }"),
        .init(
            .write, "field", "canonical field", "Another field, of the record or else of the document.",
            "write: { field: number }"),
        .init(
            .condition, "option", "name", "An option of the map, decided when the map is compiled.",
            "when: { option: amt_tt, is: total }"),
        .init(
            .condition, "field", "canonical field",
            "A field of the record or else of the document; on the way out only.", "when: { field: buyer.id }"
        ),
        .init(.condition, "is", "text, or list", "The value it must have; any, when left out.", "is: total"),
        .init(
            .condition, "unless", "canonical field", "Beside `field`: a field that must have no value.",
            "when: { field: contact.name, unless: contact.phone }"),
    ]

    private static let tableKeys: [MapKey] = [
        .init(
            .table, "table", "id", "The id by which maps name the table; the file name without `.yaml`.",
            "table: units"),
        .init(.table, "about", "text", "What the table is for, and its source.", "about: …"),
        .init(
            .table, "extends", "id",
            "Starts from the table of that id in the library; a site's file of the same name adds to it so.",
            "extends: units"),
        .init(.table, "lists", "names", "The partners' lists, such as `x12`.", "lists: [ x12, rec20 ]"),
        .init(
            .table, "codes", "canonical: codes",
            "For each canonical code the partner's codes in each list; the first is written, all are read.",
            "codes: { CS: { name: case, x12: [ CA, CS ], rec20: XCS } }"),
    ]
}
