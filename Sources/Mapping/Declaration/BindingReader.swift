import Diagnostics

/// Decodes the entries of a list of bindings.
enum BindingReader {
    private enum Only: String, CaseIterable { case `in`, out }

    static func read(
        _ node: DeclarationNode, direction: MapDirection, _ reader: inout DeclarationReader
    ) -> BindingDeclaration? {
        reader.checkKeys(of: node, section: .binding)
        guard node.entries != nil else { return nil }
        let only = reader.word(node, "only", Only.self)
        guard let subject = subject(of: node, direction: direction, &reader) else { return nil }
        var binding = BindingDeclaration(subject: subject, location: node.location)
        let common = side(BindingSide(), node, &reader)
        if direction.reads, only != .out { binding.inbound = variant(common, node["in"], &reader) }
        if direction.writes, only != .in { binding.outbound = variant(common, node["out"], &reader) }
        return binding
    }

    private static func subject(
        of node: DeclarationNode, direction: MapDirection, _ reader: inout DeclarationReader
    ) -> BindingDeclaration.Subject? {
        if let field = SettingsReader.placed(node, "field", &reader) { return .field(field) }
        if let group = SettingsReader.placed(node, "group", &reader) {
            let bindings = (node["bindings"]?.elements ?? []).compactMap {
                read($0, direction: direction, &reader)
            }
            return .group(group, each: SettingsReader.placed(node, "each", &reader), bindings: bindings)
        }
        if node["at"] != nil { return .place }
        reader.refuse(
            .mapValue, node, "this binding has neither field nor group nor place",
            expected: "{ field: number, at: BEG03 }", remedy: "add `field`, `group` or `at`")
        return nil
    }

    private static func variant(
        _ common: BindingSide, _ node: DeclarationNode?, _ reader: inout DeclarationReader
    ) -> BindingSide {
        guard let node else { return common }
        reader.checkKeys(of: node, section: .binding)
        return side(common, node, &reader)
    }

    private static func side(
        _ base: BindingSide, _ node: DeclarationNode, _ reader: inout DeclarationReader
    ) -> BindingSide {
        var side = base
        if let at = node["at"] { side.at = reader.placedList(at) }
        if let write = node["write"] { side.write = value(write, &reader) }
        if let fallback = node["default"] { side.fallback = value(fallback, &reader) }
        if let required = reader.flag(node, "required") { side.isRequired = required }
        if let codes = SettingsReader.placed(node, "codes", &reader) { side.codes = codes }
        if let unknown = reader.word(node, "unknown", BindingSide.Unknown.self) { side.unknown = unknown }
        if let format = node["format"] { side.formats = reader.placedList(format) }
        if let otherwise = reader.text(node, "otherwise") {
            side.skipsUnreadable = otherwise == "skip"
            if otherwise != "skip" {
                reader.refuse(
                    .mapValue, node["otherwise"] ?? node, "otherwise '\(otherwise)' is not known",
                    expected: "skip",
                    remedy: "write skip")
            }
        }
        if let decimals = reader.number(node, "decimals", 0...6) { side.decimals = decimals }
        if let scale = reader.number(node, "scale", 0...6) { side.scale = scale }
        if node["symbols"] != nil { side.symbols = reader.texts(node, "symbols") }
        if let strips = reader.flag(node, "strip_guard") { side.stripsGuard = strips }
        if let upper = reader.flag(node, "upper") { side.uppercases = upper }
        if let prefix = reader.text(node, "strip_prefix") { side.prefix = prefix }
        if let characters = reader.text(node, "characters") { side.allowsAnyCharacter = characters == "any" }
        if let join = reader.text(node, "join") { side.join = join }
        if let conflicts = reader.word(node, "conflicts", BindingSide.Conflicts.self) {
            side.conflicts = conflicts
        }
        if let negates = reader.flag(node, "negate") { side.negates = negates }
        if let ordinal = reader.flag(node, "ordinal") { side.usesOrdinal = ordinal }
        if let when = node["when"] { side.condition = condition(when, &reader) }
        return side
    }

    private static func value(_ node: DeclarationNode, _ reader: inout DeclarationReader) -> WriteDeclaration?
    {
        if let text = node.text { return WriteDeclaration(source: .const(text), location: node.location) }
        reader.checkKeys(of: node, section: .write)
        guard let entry = node.entries?.first, node.entries?.count == 1, let text = entry.value.text else {
            reader.refuse(
                .mapValue, node, "this is not a value",
                expected: "a text, or one of { count: lines }, { sum: … }",
                remedy: "write one of them")
            return nil
        }
        let source: WriteDeclaration.Source
        switch entry.key {
        case "const": source = .const(text)
        case "count": source = .count(text)
        case "sum": source = .sum(text)
        case "sequence": source = .sequence
        case "hl_count": source = .hierarchyCount
        case "context": source = .context(text)
        case "option": source = .option(text)
        case "field": source = .field(text)
        default: return nil
        }
        return WriteDeclaration(source: source, location: entry.value.location)
    }

    private static func condition(
        _ node: DeclarationNode, _ reader: inout DeclarationReader
    ) -> ConditionDeclaration? {
        reader.checkKeys(of: node, section: .condition)
        let option = reader.text(node, "option")
        let field = reader.text(node, "field")
        let absent = reader.text(node, "unless")
        if absent != nil && field == nil {
            reader.refuse(
                .mapValue, node, "`unless` stands beside no `field`",
                expected: "{ field: contact.name, unless: contact.phone }",
                remedy: "name the field that is written")
        }
        guard (option == nil) != (field == nil) else {
            reader.refuse(
                .mapValue, node, "this condition names neither one option nor one field",
                expected: "{ option: amt_tt, is: total }", remedy: "name one of them")
            return nil
        }
        return ConditionDeclaration(
            option: option, field: field, values: reader.texts(node, "is"), absent: absent,
            location: node.location)
    }
}
