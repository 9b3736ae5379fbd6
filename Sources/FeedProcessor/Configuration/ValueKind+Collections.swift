import Diagnostics

extension ValueKind where Value: Declared {
    /// A section with keys of its own.
    static var section: ValueKind {
        ValueKind(
            .init(name: Value.shape.name, section: SectionOutline(Value.self)), show: { _ in nil },
            list: { section, path, reading in
                for field in Value.shape.fields { field.list(section, path + "." + field.key, &reading) }
            },
            read: { node, place, reading in reading.section(Value.self, node, place) })
    }

    /// A section that may be written as one word, which is short for one of its keys.
    static func section(orText key: String) -> ValueKind {
        let whole = section
        var outline = whole.outline
        outline.name += ", or its `\(key)` alone"
        return ValueKind(outline, show: whole.show, list: whole.list) { node, place, reading in
            guard case .scalar = node.content else { return whole.read(node, place, &reading) }
            let entry = DeclarationNode.Entry(key: key, keyLocation: node.location, value: node)
            return whole.read(DeclarationNode(.mapping([entry]), at: node.location), place, &reading)
        }
    }

    /// Sections under names of the user's own: `partners: { megamart: … }`. The name becomes the section's id.
    static func named(_ id: Property<Value, String>) -> ValueKind<[Value]> {
        .init(
            .init(
                name: "sections by id", section: SectionOutline(Value.self),
                reach: ".<id>"), show: { _ in nil },
            list: { sections, path, reading in
                for section in sections {
                    ValueKind<Value>.section.list(section, path + "." + section[keyPath: id], &reading)
                }
            },
            read: { node, place, reading in
                guard let entries = reading.entries(node, place) else { return nil }
                var sections: [Value] = []
                for entry in entries {
                    let inner = place.path + "." + entry.key
                    guard ValueKind<String>.isIdentifier(entry.key) else {
                        reading.refuse(
                            "CONFIG.VALUE", at: entry.keyLocation,
                            "'\(entry.key)' is not usable as an id", found: entry.key,
                            expected: "letters, digits, '-', '_' and '.', like megamart-850")
                        continue
                    }
                    reading.locations[inner] = entry.keyLocation
                    let inside = ConfigurationPlace(path: inner, location: entry.keyLocation)
                    guard var section = reading.section(Value.self, entry.value, inside) else { continue }
                    section[keyPath: id] = entry.key
                    sections.append(section)
                }
                return sections
            })
    }
}

extension ValueKind {
    /// A list; one element alone may be written without brackets where `orSingle`.
    static func list<Element: Sendable>(of element: ValueKind<Element>, orSingle: Bool = false) -> ValueKind
    where Value == [Element] {
        ValueKind(
            .init(
                name: "list of \(element.outline.name)", example: element.outline.example.map { "[ \($0) ]" },
                section: element.outline.section, reach: "[]"),
            show: { values in
                let shown = values.compactMap(element.show)
                return shown.count == values.count && !(values.isEmpty && element.outline.section != nil)
                    ? "[\(shown.joined(separator: ", "))]" : nil
            },
            read: { node, place, reading in
                var nodes = node.elements
                if orSingle, case .scalar = node.content { nodes = [node] }
                guard let nodes else {
                    reading.refuse(node, at: place, isNot: "a list", like: "[ a, b ]")
                    return nil
                }
                var values: [Element] = []
                for (index, child) in nodes.enumerated() {
                    // A list of sections is addressed by their ids, which survive a new neighbour.
                    let step = child["id"]?.text.map { "." + $0 } ?? "[\(index)]"
                    let inside = ConfigurationPlace(path: place.path + step, location: child.location)
                    reading.locations[inside.path] = child.location
                    if let value = element.read(child, inside, &reading) { values.append(value) }
                }
                return values
            })
    }

    /// Values under names of the user's own, in the order of the file.
    static func map<Element: Sendable & Hashable>(of element: ValueKind<Element>) -> ValueKind
    where Value == [NamedValue<Element>] {
        ValueKind(
            .init(
                name: "\(element.outline.name) by name", section: element.outline.section, reach: ".<name>"),
            show: { pairs in
                let shown = pairs.compactMap { pair in element.show(pair.value).map { "\(pair.name): \($0)" }
                }
                return shown.count == pairs.count ? "{\(shown.joined(separator: ", "))}" : nil
            },
            read: { node, place, reading in
                guard let entries = reading.entries(node, place) else { return nil }
                var pairs: [NamedValue<Element>] = []
                for entry in entries {
                    let inside = ConfigurationPlace(
                        path: place.path + "." + entry.key, location: entry.value.location)
                    reading.locations[inside.path] = entry.value.location
                    if let value = element.read(entry.value, inside, &reading) {
                        pairs.append(NamedValue(entry.key, value))
                    }
                }
                return pairs
            })
    }
}

extension ValueKind where Value == SecretReference {
    /// A secret by reference. A literal is refused without being repeated, and is blanked in what is kept of the
    /// file for printing.
    static let secret = ValueKind(
        .init(name: "secret: { env: NAME } or { file: PATH }", example: "{ env: MEGAMART_PASSWORD }"),
        show: { $0.description }
    ) { node, place, reading in
        guard case .mapping(let entries) = node.content else {
            reading.refuseLiteral(node, place)
            return nil
        }
        guard entries.count == 1, let entry = entries.first, let text = entry.value.text, !text.isEmpty,
            entry.key == "env" || entry.key == "file"
        else {
            reading.refuseLiteral(node, place)
            return nil
        }
        let reference: SecretReference
        if entry.key == "env" {
            guard isVariableName(text) else {
                // Somebody may have put the secret where its name belongs.
                reading.refuseLiteral(node, place)
                return nil
            }
            reference = .environment(text)
        } else {
            reference = .file(reading.resolved(text, near: node.location))
        }
        reading.secrets.append(SecretUse(reference: reference, place: place))
        return reference
    }

    private static func isVariableName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
        return text.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x61...0x7A).contains($0 | 0x20) || $0 == 0x5F
        }
    }
}

/// A secret that the configuration names, and where.
struct SecretUse: Sendable, Hashable {
    var reference: SecretReference
    var place: ConfigurationPlace
}
