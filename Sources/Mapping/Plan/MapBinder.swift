import Canonical
import Diagnostics

/// Resolves a map's names: fields, groups, options, code tables, computed values. Whatever is wrong with them is found
/// here, once, with file and line.
struct MapBinder {
    /// Context names that every caller knows: the moment of rendering.
    static let contextNames = ["date", "time", "instant"]

    private let map: MapDeclaration
    private let inbound: Bool
    private let table: (String) -> CodeTable?
    private var bound: BoundMap
    private var codeNames: [String: Int] = [:]
    var reader = DeclarationReader()

    init(
        _ map: MapDeclaration, inbound: Bool, options: [String: String],
        table: @escaping (String) -> CodeTable?
    ) {
        self.map = map
        self.inbound = inbound
        self.table = table
        bound = BoundMap(map: map.id, kind: map.kind)
        bound.contextNames = Self.contextNames
        setOptions(options)
    }

    /// The bound map; findings are in `reader`.
    mutating func bind() -> BoundMap {
        let schema = map.kind.schema
        bound.scopes = [BoundScope(schema: schema, path: "", parent: -1, group: -1, location: map.location)]
        if let key = map.key {
            if let index = schema.fieldIndex(key) {
                bound.key = index
            } else {
                refuseField(Placed(text: key, location: map.location), in: schema)
            }
        }
        bind(map.bindings, scope: 0)
        if let each = map.settings.textEach, let group = schema.groupIndex(each.text) {
            // A template repeats one group: its records are named by origins as those of other forms are.
            bound.scopes.insert(
                BoundScope(
                    schema: schema.groups[group], path: each.text, parent: 0, group: group,
                    location: each.location),
                at: 1)
        }
        return bound
    }

    private mutating func setOptions(_ given: [String: String]) {
        for option in map.options { bound.options[option.name] = option.initial }
        for (name, value) in given.sorted(by: { $0.key < $1.key }) {
            guard let option = map.options.first(where: { $0.name == name }) else {
                reader.refuse(
                    .mapOption, at: map.location,
                    "'\(name)' is not an option of map \(map.id)"
                        + Suggestion.sentence(for: name, among: map.options.map(\.name)), found: name,
                    remedy: "remove it from the channel")
                continue
            }
            guard option.values.isEmpty || option.values.contains(value) else {
                reader.refuse(
                    .mapOption, at: map.location, "option \(name) is '\(value)'", found: value,
                    expected: "one of \(option.values.joined(separator: ", "))",
                    remedy: "correct it in the channel")
                continue
            }
            bound.options[name] = value
        }
    }

    private mutating func bind(_ declarations: [BindingDeclaration], scope: Int) {
        for declaration in declarations {
            guard let side = inbound ? declaration.inbound : declaration.outbound else { continue }
            if let condition = side.condition, condition.option != nil, !holds(condition) { continue }
            switch declaration.subject {
            case .group(let name, let each, let inner):
                bindGroup(name, each: each, inner, declaration, side, scope: scope)
            case .field(let name):
                let schema = bound.scopes[scope].schema
                if let index = schema.fieldIndex(name.text) {
                    bindField(index, declaration, side, scope: scope)
                } else if let (inner, index) = fieldOfGroup(name, scope: scope, declaration.location) {
                    bindField(index, declaration, side, scope: inner)
                } else {
                    refuseField(name, in: schema)
                }
            case .place:
                guard !inbound else { continue }
                bindField(-1, declaration, side, scope: scope)
            }
        }
    }

    private mutating func bindGroup(
        _ name: Placed, each: Placed?, _ inner: [BindingDeclaration], _ declaration: BindingDeclaration,
        _ side: BindingSide, scope: Int
    ) {
        let parent = bound.scopes[scope]
        guard let group = parent.schema.groupIndex(name.text) else {
            let names = parent.schema.groups.map(\.name)
            reader.refuse(
                .mapField, at: name.location,
                "'\(name.text)' is not a group of \(parent.schema.name)"
                    + Suggestion.sentence(for: name.text, among: names),
                found: name.text, expected: "one of \(names.joined(separator: ", "))",
                remedy: "correct the group")
            return
        }
        let index = bound.scopes.count
        bound.scopes.append(
            BoundScope(
                schema: parent.schema.groups[group],
                path: parent.path.isEmpty ? name.text : parent.path + "." + name.text,
                parent: scope, group: group, each: each, condition: nil, location: declaration.location))
        bound.scopes[index].condition = condition(side.condition, scope: scope)
        bound.scopes[scope].items.append(.group(index))
        bind(inner, scope: index)
    }

    /// `lines.sku` beside the document's own fields, where rows or a template repeat the group.
    private mutating func fieldOfGroup(
        _ name: Placed, scope: Int, _ location: SourceLocation
    ) -> (scope: Int, field: Int)? {
        let parent = bound.scopes[scope]
        guard map.form.family == .csv, let dot = name.text.firstIndex(of: "."),
            let group = parent.schema.groupIndex(String(name.text[..<dot])),
            let field = parent.schema.groups[group].fieldIndex(
                String(name.text[name.text.index(after: dot)...]))
        else { return nil }
        let path = String(name.text[..<dot])
        if let known = bound.scopes.firstIndex(where: {
            $0.parent == scope && $0.path == path && $0.each == nil
        }) {
            return (known, field)
        }
        bound.scopes.append(
            BoundScope(
                schema: parent.schema.groups[group], path: path, parent: scope, group: group,
                location: location))
        bound.scopes[scope].items.append(.group(bound.scopes.count - 1))
        return (bound.scopes.count - 1, field)
    }

    private mutating func bindField(
        _ field: Int, _ declaration: BindingDeclaration, _ side: BindingSide, scope: Int
    ) {
        let rule = rule(for: field, side, declaration, scope: scope)
        let binding = BoundBinding(
            field: field, side: side, rule: rule,
            write: value(side.write, rule, scope: scope, isWritten: true),
            fallback: value(side.fallback, rule, scope: scope, isWritten: false),
            condition: condition(side.condition, scope: scope), location: declaration.location)
        bound.scopes[scope].items.append(.binding(binding))
    }

    private mutating func refuseField(_ name: Placed, in schema: RecordSchema) {
        let names = schema.fields.map(\.name)
        reader.refuse(
            .mapField, at: name.location,
            "'\(name.text)' is not a field of \(schema.name)"
                + Suggestion.sentence(for: name.text, among: names),
            found: name.text, expected: "a field of \(schema.name)", remedy: "correct the field")
    }

    // MARK: Rules

    private mutating func rule(
        for field: Int, _ side: BindingSide, _ declaration: BindingDeclaration, scope: Int
    ) -> ValueRule {
        var rule = ValueRuleDraft()
        let schema = bound.scopes[scope].schema
        rule.fieldName = bound.name(scope: scope, field: field)
        rule.placeName = side.at.first?.text ?? rule.fieldName
        rule.stripsGuard = side.stripsGuard
        rule.uppercases = side.uppercases
        // X12 has its own character sets, and inches are written in part numbers there.
        rule.allowsAnyCharacter = side.allowsAnyCharacter || map.form.family == .x12
        rule.usesDecimalComma = map.settings.usesDecimalComma
        rule.negates = side.negates
        rule.skipsUnreadable = side.skipsUnreadable
        rule.keepsUnknownCodes = side.unknown == .keep
        rule.impliedDecimals = Int8(side.decimals ?? -1)
        rule.writtenScale = Int8(side.scale ?? -1)
        rule.symbols = side.symbols.map { Array($0.utf8) }
        rule.prefix = Array(side.prefix.utf8)
        for format in side.formats {
            guard let known = TimeFormat(format.text) else {
                reader.refuse(
                    .mapValue, at: format.location, "format '\(format.text)' is not known",
                    found: format.text,
                    expected: "such as CCYYMMDD or YYYY-MM-DD HH:MM:SS", remedy: "correct the format")
                continue
            }
            rule.formats.append(known)
        }
        if field >= 0 {
            rule.kind = kind(of: schema.fields[field], rule)
            if rule.formats.isEmpty { rule.formats = standardFormats(rule.kind) }
        } else if !rule.formats.isEmpty {
            rule.kind = rule.formats[0].hasDate ? .date : .time
        }
        if let codes = side.codes { rule.codes = Int16(clamping: codeIndex(codes)) }
        return ValueRule(rule)
    }

    private func kind(of field: FieldDeclaration, _ rule: ValueRuleDraft) -> ValueRule.Kind {
        switch field.type {
        case .text: .text
        case .identifier: rule.formats.isEmpty ? .identifier : .time
        case .code: field.name == "currency" || field.name.hasSuffix(".currency") ? .currency : .code
        case .quantity: .quantity
        case .amount, .decimal: .decimal
        case .date: .date
        case .instant: .instant
        case .flag: .flag
        }
    }

    private func standardFormats(_ kind: ValueRule.Kind) -> [TimeFormat] {
        let isX12 = map.form.family == .x12
        let texts: [String] =
            switch kind {
            case .date: isX12 ? ["CCYYMMDD"] : ["YYYY-MM-DD"]
            case .instant:
                isX12
                    ? ["CCYYMMDDHHMMSS"]
                    : ["YYYY-MM-DDTHH:MM:SSZ", "YYYY-MM-DDTHH:MM:SS", "YYYY-MM-DDTHH:MM:SS.FFFZ"]
            default: []
            }
        return texts.compactMap(TimeFormat.init)
    }

    private mutating func codeIndex(_ codes: Placed) -> Int {
        if let known = codeNames[codes.text] { return known }
        let parts = codes.text.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2, let table = table(parts[0]), let list = table.lists.firstIndex(of: parts[1])
        else {
            reader.refuse(
                .mapTable, at: codes.location, "code table '\(codes.text)' is not there", found: codes.text,
                expected: "table.list, such as units.x12", remedy: "add it as config/codes/\(parts[0]).yaml")
            return -1
        }
        let index = bound.codes.count
        bound.codes.append(CodeIndex(table, list: list))
        codeNames[codes.text] = index
        return index
    }

    // MARK: Computed values and conditions

    private mutating func value(
        _ write: WriteDeclaration?, _ rule: ValueRule, scope: Int, isWritten: Bool
    ) -> BoundValue? {
        guard let write else { return nil }
        switch write.source {
        case .const(let text): return constant(text, rule, write.location, isWritten: isWritten)
        case .option(let name):
            guard let text = bound.options[name] else {
                reader.refuse(
                    .mapOption, at: write.location, "'\(name)' is not an option of map \(map.id)",
                    found: name,
                    remedy: "declare it under `options`")
                return nil
            }
            return text.isEmpty ? nil : constant(text, rule, write.location, isWritten: isWritten)
        case .count(let path): return groupPath(path, write.location).map { .count($0.path) }
        case .sum(let path):
            guard let dot = path.lastIndex(of: ".") else {
                reader.refuse(
                    .mapValue, at: write.location, "'\(path)' is not a field of a group", found: path,
                    expected: "such as lines.quantity", remedy: "write group and field")
                return nil
            }
            guard let (groups, schema) = groupPath(String(path[..<dot]), write.location) else { return nil }
            let name = Placed(text: String(path[path.index(after: dot)...]), location: write.location)
            guard let field = schema.fieldIndex(name.text) else {
                refuseField(name, in: schema)
                return nil
            }
            return .sum(groups, field: field)
        case .sequence: return .sequence
        case .hierarchyCount: return .hierarchyCount
        case .context(let name):
            if let index = bound.contextNames.firstIndex(of: name) { return .context(index) }
            bound.contextNames.append(name)
            return .context(bound.contextNames.count - 1)
        case .field(let name):
            return reference(Placed(text: name, location: write.location), scope: scope).map { .field($0) }
        }
    }

    private mutating func constant(
        _ text: String, _ rule: ValueRule, _ location: SourceLocation, isWritten: Bool
    ) -> BoundValue? {
        // On the way in a constant is stored as what the field holds. On the way out it is written as the map says it;
        // only a default is a canonical value, which goes through code tables and formats as a field's own would.
        guard inbound || !isWritten else { return .const(.text(text)) }
        var plain = rule.draft
        plain.codes = -1
        plain.prefix = []
        let read = ValueReading.read(
            Array(text.utf8).span, ValueRule(plain), ValueContext(codes: [], zone: nil))
        guard let value = read.value else {
            reader.refuse(
                .mapValue, at: location, "'\(text)' is no value of \(rule.fieldName)", found: text,
                remedy: "correct the value")
            return nil
        }
        return .const(value)
    }

    private mutating func groupPath(_ path: String, _ location: SourceLocation) -> (
        path: [Int], schema: RecordSchema
    )? {
        var schema = map.kind.schema
        var indexes: [Int] = []
        for name in path.split(separator: ".") {
            guard let index = schema.groupIndex(String(name)) else {
                reader.refuse(
                    .mapField, at: location, "'\(name)' is not a group of \(schema.name)",
                    found: String(name),
                    expected: "one of \(schema.groups.map(\.name).joined(separator: ", "))",
                    remedy: "correct the group")
                return nil
            }
            indexes.append(index)
            schema = schema.groups[index]
        }
        return (indexes, schema)
    }

    private mutating func reference(_ name: Placed, scope: Int) -> FieldReference? {
        if let index = bound.scopes[scope].schema.fieldIndex(name.text) {
            return FieldReference(isOfDocument: scope == 0, field: index)
        }
        if let index = map.kind.schema.fieldIndex(name.text) {
            return FieldReference(isOfDocument: true, field: index)
        }
        refuseField(name, in: bound.scopes[scope].schema)
        return nil
    }

    private func holds(_ condition: ConditionDeclaration) -> Bool {
        guard let name = condition.option else { return true }
        let value = bound.options[name] ?? ""
        return condition.values.isEmpty ? !value.isEmpty : condition.values.contains(value)
    }

    private mutating func condition(_ condition: ConditionDeclaration?, scope: Int) -> BoundCondition? {
        guard let condition, let field = condition.field else { return nil }
        let absent = condition.absent.map {
            reference(Placed(text: $0, location: condition.location), scope: scope)
        }
        return reference(Placed(text: field, location: condition.location), scope: scope).map {
            BoundCondition(reference: $0, values: condition.values, absent: absent ?? nil)
        }
    }
}
