import Canonical
import Diagnostics

/// Decodes a map, its inheritance already resolved.
enum MapReader {
    static func read(_ node: DeclarationNode, _ reader: inout DeclarationReader) -> MapDeclaration? {
        reader.checkKeys(of: node, section: .map)
        let id = reader.text(node, "map", required: true)
        let kind = reader.word(node, "kind", DocumentKind.self)
        let direction = reader.word(node, "direction", MapDirection.self) ?? .both
        if node["kind"] == nil {
            reader.refuse(.mapValue, node, "kind is missing", expected: "kind: order", remedy: "add `kind`")
        }
        var form: DocumentForm?
        if let text = reader.text(node, "document", required: true) {
            form = DocumentForm(text)
            if form == nil {
                reader.refuse(
                    .mapValue, node["document"] ?? node, "document '\(text)' is not known",
                    expected: "x12/850, csv/orders, xml/ubl-order or text/zpl", remedy: "write form and name")
            }
        }
        let options = optionList(node["options"], &reader)
        let settings = SettingsReader.read(node, &reader)
        let bindings = (node["bindings"]?.elements ?? []).compactMap {
            BindingReader.read($0, direction: direction, &reader)
        }
        if node["bindings"]?.elements == nil, node["template"] == nil {
            reader.refuse(
                .mapValue, node, "bindings are missing", expected: "bindings: [ … ]", remedy: "add `bindings`"
            )
        }
        guard let id, let kind, let form else { return nil }
        return MapDeclaration(
            id: id, about: reader.text(node, "about"), kind: kind, form: form, direction: direction,
            options: options,
            key: reader.text(node, "key"), location: node.location, settings: settings, bindings: bindings)
    }

    private static func optionList(_ node: DeclarationNode?, _ reader: inout DeclarationReader) -> [MapOption]
    {
        var options: [MapOption] = []
        for entry in node?.entries ?? [] {
            reader.checkKeys(of: entry.value, section: .option)
            options.append(
                MapOption(
                    name: entry.key, initial: reader.text(entry.value, "default") ?? "",
                    values: reader.texts(entry.value, "values"), about: reader.text(entry.value, "about")))
        }
        return options
    }
}

/// Decodes what a map says besides its bindings.
enum SettingsReader {
    static func read(_ node: DeclarationNode, _ reader: inout DeclarationReader) -> MapSettings {
        var settings = MapSettings()
        if let mark = reader.text(node, "decimal_mark") {
            settings.usesDecimalComma = mark == ","
            if mark != ",", mark != "." {
                reader.refuse(
                    .mapValue, node["decimal_mark"] ?? node, "decimal_mark '\(mark)' is not known",
                    expected: "'.' or ','", remedy: "write one of them")
            }
        }
        settings.zone = reader.text(node, "zone")
        readDelimited(node, &settings, &reader)
        for entry in node["namespaces"]?.entries ?? [] {
            if let uri = entry.value.text { settings.namespaces[entry.key] = uri }
        }
        if let xml = node["xml"] {
            reader.checkKeys(of: xml, section: .xml)
            settings.xmlElement = placed(xml, "element", &reader)
            settings.xmlRoot = placed(xml, "root", &reader)
        }
        if let hierarchy = node["hierarchy"] {
            reader.checkKeys(of: hierarchy, section: .hierarchy)
            settings.writesChildCode = reader.flag(hierarchy, "child_code") ?? false
        }
        settings.template = placed(node, "template", &reader)
        if let text = node["text"] {
            reader.checkKeys(of: text, section: .text)
            settings.textEach = placed(text, "each", &reader)
            settings.textEscape = reader.text(text, "escape")
            settings.usesCRLF = reader.text(text, "line_end") == "crlf"
        }
        return settings
    }

    private static func readDelimited(
        _ node: DeclarationNode, _ settings: inout MapSettings, _ reader: inout DeclarationReader
    ) {
        if let dialect = node["dialect"] {
            reader.checkKeys(of: dialect, section: .dialect)
            let delimiter = reader.text(dialect, "delimiter") ?? ","
            settings.dialect = DialectDeclaration(
                delimiter: delimiter == "tab" ? 0x09 : delimiter.utf8.first ?? 0x2C,
                charset: reader.text(dialect, "charset"), shortRows: reader.text(dialect, "short_rows"),
                usesCRLF: reader.text(dialect, "line_end") == "crlf",
                quotesAll: reader.text(dialect, "quote") == "all")
        }
        for element in node["columns"]?.elements ?? [] {
            if let name = element.text {
                settings.columns.append(ColumnDeclaration(name: name, aliases: [], isRequired: false))
                continue
            }
            reader.checkKeys(of: element, section: .column)
            guard let name = reader.text(element, "name", required: true) else { continue }
            settings.columns.append(
                ColumnDeclaration(
                    name: name, aliases: reader.texts(element, "aliases"),
                    isRequired: reader.flag(element, "required") ?? false))
        }
        settings.groupBy = node["group_by"].map { reader.placedList($0) } ?? []
        settings.rows = placed(node, "rows", &reader)
        settings.isScattered = reader.flag(node, "scattered") ?? false
        settings.chunk = reader.number(node, "chunk", 1...10_000)
        settings.headerValues = reader.word(node, "header_values", MapSettings.HeaderValues.self) ?? .every
        settings.blankKey = reader.word(node, "blank_key", MapSettings.BlankKey.self) ?? .refuse
        settings.duplicateRows = reader.word(node, "duplicate_rows", MapSettings.DuplicateRows.self) ?? .keep
    }

    static func placed(_ node: DeclarationNode, _ key: String, _ reader: inout DeclarationReader) -> Placed? {
        reader.text(node, key).map { Placed(text: $0, location: node[key]?.location ?? node.location) }
    }
}
