import Diagnostics

/// `extends`: a map laid over another.
enum MapInheritance {
    /// Maps that extend maps, at most this deep; deeper is a circle in all likelihood.
    static let depthMax = 8

    /// The map with all that it extends merged in.
    static func resolved(
        _ node: DeclarationNode, map: (String) -> DeclarationNode?, _ reader: inout DeclarationReader
    ) -> DeclarationNode {
        var chain = [node]
        var seen: Set<String> = node["map"]?.text.map { [$0] } ?? []
        while let name = chain[chain.count - 1]["extends"] {
            guard let id = name.text, let base = map(id) else {
                reader.refuse(
                    .mapExtends, name, "'\(name.text ?? "")' is not a map", expected: "the id of a map",
                    remedy: "correct `extends`")
                break
            }
            guard seen.insert(id).inserted, chain.count < depthMax else {
                reader.refuse(
                    .mapExtends, name, "'\(id)' extends itself",
                    expected: "a chain of at most \(depthMax) maps",
                    remedy: "remove one `extends`")
                break
            }
            chain.append(base)
        }
        var result = chain[chain.count - 1]
        for over in chain.dropLast().reversed() { result = merged(result, over) }
        return result
    }

    /// Mappings are merged key by key, lists of bindings by what they bind, everything else is replaced.
    private static func merged(_ base: DeclarationNode, _ over: DeclarationNode) -> DeclarationNode {
        guard let baseEntries = base.entries, let overEntries = over.entries else { return over }
        var entries = baseEntries
        for entry in overEntries {
            guard let index = entries.firstIndex(where: { $0.key == entry.key }) else {
                entries.append(entry)
                continue
            }
            if entry.key == "bindings" {
                entries[index].value = mergedBindings(entries[index].value, entry.value)
            } else if entry.value.entries != nil,
                ["options", "in", "out", "namespaces", "dialect"].contains(entry.key)
            {
                entries[index].value = merged(entries[index].value, entry.value)
            } else {
                entries[index] = entry
            }
        }
        return DeclarationNode(.mapping(entries), at: over.location)
    }

    private static func mergedBindings(_ base: DeclarationNode, _ over: DeclarationNode) -> DeclarationNode {
        guard var list = base.elements, let changes = over.elements else { return over }
        for change in changes {
            let matches = list.indices.filter { isSame(list[$0], change) }
            let index = matches.count > 1 ? matches.first { hasSamePlace(list[$0], change) } : matches.first
            if let index {
                if change["remove"]?.text == "true" {
                    list.remove(at: index)
                } else {
                    list[index] = merged(list[index], change)
                }
            } else if change["remove"] == nil {
                list.append(change)
            }
        }
        return DeclarationNode(.sequence(list), at: over.location)
    }

    private static func isSame(_ left: DeclarationNode, _ right: DeclarationNode) -> Bool {
        for key in ["field", "group"] {
            if let name = right[key]?.text { return left[key]?.text == name }
        }
        return left["field"] == nil && left["group"] == nil && hasSamePlace(left, right)
    }

    private static func hasSamePlace(_ left: DeclarationNode, _ right: DeclarationNode) -> Bool {
        guard let place = right["at"]?.text else { return false }
        return left["at"]?.text == place
    }
}
