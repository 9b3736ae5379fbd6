/// The reference page of the map language, `docs/reference/maps.md`, printed from its declaration.
public enum MapReference {
    /// The page in Markdown.
    public static var page: String {
        var lines = introduction.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for section in MapKey.Section.allCases {
            lines += [
                "", "## \(title(section))", "", lead(section), "", "| key | value | what it does | example |",
                "|---|---|---|---|",
            ]
            for key in MapLanguage.keys where key.section == section {
                lines.append(
                    "| `\(key.name)` | \(escaped(key.shape)) | \(escaped(key.about)) | `\(escaped(key.example))` |"
                )
            }
        }
        lines +=
            ["", "## Places", ""]
            + places.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        return lines.joined(separator: "\n") + "\n"
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("|", with: "\\|").replacing("\n", with: " ")
    }

    private static func title(_ section: MapKey.Section) -> String {
        switch section {
        case .map: "The map"
        case .option: "An option"
        case .dialect: "`dialect`"
        case .column: "A column"
        case .xml: "`xml`"
        case .hierarchy: "`hierarchy`"
        case .text: "`text`"
        case .binding: "A binding"
        case .write: "A computed value"
        case .condition: "A condition"
        case .table: "A code table"
        }
    }

    private static func lead(_ section: MapKey.Section) -> String {
        switch section {
        case .map: "What stands at the top of the file."
        case .option: "Below `options`, by name."
        case .dialect: "Delimited text only."
        case .column: "An entry of `columns`: a name, or these keys."
        case .xml: "XML only."
        case .hierarchy: "X12 with HL loops only."
        case .text: "Text only."
        case .binding:
            "An entry of `bindings`. It names a `field`, a `group`, or only a place with what is written there."
        case .write: "The value of `write` and of `default`: a text, or one of these keys."
        case .condition: "The value of `when`."
        case .table: "A file of its own in `codes/`; maps name it as `codes: table.list`."
        }
    }

    private static let introduction = """
        # The map language

        <!-- Printed from the declaration of the language in Sources/Mapping; a test compares the two. -->

        A **map** says which place in a partner's document is which canonical field. It is a file: the maps that ship lie in
        `config/library/maps`, a site's own in `config/maps`, and a site's map with the same id wins. Plain bindings run both
        ways: what is read from a place is written to it.

        ```yaml
        map: harbor-mart-850
        extends: x12-850
        bindings:
          - { field: department, at: "REF[01=DP]-02" }
          - group: lines
            bindings:
              - { field: sku, at: "PO1{06}[VN]" }
        ```
        """

    private static let places = """
        | form | place | means |
        |---|---|---|
        | X12 | `BEG03` or `BEG-03` | element 3 of BEG |
        | X12 | `REF[01=DP]-02` | element 2 of the REF whose element 1 is `DP`; on the way out element 1 is written too |
        | X12 | `DTM[01=001\\|175]-02` | either code is read, the first is written; an empty code means an empty element |
        | X12 | `REF[01!=DP\\|IA]` | every REF but those |
        | X12 | `N1[01=ST]/N3-01` | N3 inside the N1 loop that begins with `N1*ST` |
        | X12 | `N1[01=ST]/N1-02` | the first segment of that loop |
        | X12 | `QTY-03-1` | component 1 of a composite |
        | X12 | `PO1{06}[UP:12\\|EN:13\\|UK]` | the value after one of these qualifiers, in pairs from element 6 on; written with the qualifier for the value's length, else with the first that names none |
        | X12 | `W01{04,06,15}[VN]` | the same, where pairs stand at these elements only |
        | X12 | `../MAN[01=GM]-02` | a segment of the loop around the record's own |
        | X12 | `HL[03=O]` | a level of the hierarchy; HL02 says what it belongs to |
        | CSV | `Lineitem sku` | a column, by its name in the header; case and blanks do not matter |
        | XML | `cac:Delivery/cbc:ID` | an element, from the document's (or record's) element down |
        | XML | `o:line/@sku` | an attribute; `@id` one of the element itself |
        | XML | `cac:AllowanceCharge[cbc:ChargeIndicator=true]/cbc:Amount` | an element with such a child, or such an attribute (`[@schemeID=0088]`) |
        | text | `<shipTo.name>` | a field of the record, else of the document, in the template |
        """
}
