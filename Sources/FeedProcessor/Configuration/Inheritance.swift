import Diagnostics

/// What parts of the configuration take over from others: channels from `defaults`, policies from what they extend. It
/// happens on the nodes as written, so that every value keeps the line that it stands on.
enum Inheritance {
    /// The keys that channels inherit, and whether key by key inside.
    private static let heritable: [(list: String, key: String, isDeep: Bool)] = [
        ("inbound", "on_error", false), ("inbound", "ready", true), ("inbound", "after", false),
        ("inbound", "dedupe", true), ("outbound", "on_error", false), ("outbound", "upload", true),
        ("outbound", "retry_same_bytes", false),
    ]

    /// The root of a site's configuration with everything inherited filled in.
    static func resolve(_ root: DeclarationNode, _ reading: inout ConfigurationReading) -> DeclarationNode {
        var root = root
        if let policies = root["policies"], let entries = policies.entries {
            root = root.replacing("policies", with: self.policies(policies, entries, &reading))
        }
        guard let partners = root["partners"], var entries = partners.entries, let defaults = root["defaults"]
        else {
            return root
        }
        for index in entries.indices { entries[index].value = partner(entries[index].value, defaults) }
        return root.replacing("partners", with: DeclarationNode(.mapping(entries), at: partners.location))
    }

    private static func partner(_ partner: DeclarationNode, _ defaults: DeclarationNode) -> DeclarationNode {
        var partner = partner
        for list in ["inbound", "outbound"] {
            guard let channels = partner[list], let elements = channels.elements, let given = defaults[list]
            else {
                continue
            }
            let filled = elements.map { channel in
                var channel = channel
                for (owner, key, isDeep) in heritable where owner == list {
                    if let value = given[key] { channel = channel.inheriting(key, value, isDeep: isDeep) }
                }
                if list == "inbound", let missed = given["run_missed"], let schedule = channel["schedule"] {
                    channel = channel.replacing(
                        "schedule", with: schedule.inheriting("run_missed", missed, isDeep: false))
                }
                return channel
            }
            partner = partner.replacing(list, with: DeclarationNode(.sequence(filled), at: channels.location))
        }
        return partner
    }

    private static func policies(
        _ node: DeclarationNode, _ entries: [DeclarationNode.Entry], _ reading: inout ConfigurationReading
    ) -> DeclarationNode {
        let names = entries.map(\.key)
        let filled = entries.map { entry in
            var value = entry.value
            var chain = [entry.key]
            // Each turn goes one step up; a chain is no longer than there are policies.
            var parent = value["extends"]
            while let node = parent, let name = node.text {
                if chain.contains(name) {
                    if name == entry.key {
                        reading.refuse(
                            "CONFIG.RULE.CYCLE", at: node.location,
                            "policies extend each other: \((chain + [name]).joined(separator: " -> "))",
                            expected: "a policy that extends one without leading back to itself",
                            remedy: "remove 'extends' from one of them")
                    }
                    break
                }
                guard let above = entries.first(where: { $0.key == name }) else {
                    // The built-in policy may be extended without being declared.
                    if name != "standard" {
                        reading.refuseReference(name, at: node.location, "policy", names)
                    }
                    break
                }
                chain.append(name)
                for inherited in above.value.entries ?? [] where inherited.key != "extends" {
                    value = value.inheriting(inherited.key, inherited.value, isDeep: false)
                }
                parent = above.value["extends"]
            }
            return DeclarationNode.Entry(key: entry.key, keyLocation: entry.keyLocation, value: value)
        }
        return DeclarationNode(.mapping(filled), at: node.location)
    }
}

extension DeclarationNode {
    /// The same mapping with another value under a key that it has.
    func replacing(_ key: String, with value: DeclarationNode) -> DeclarationNode {
        guard var entries, let index = entries.firstIndex(where: { $0.key == key }) else { return self }
        entries[index].value = value
        return DeclarationNode(.mapping(entries), at: location)
    }

    /// The same mapping with a key that it lacks; where it has it, and `isDeep`, with the keys that lacks.
    func inheriting(_ key: String, _ value: DeclarationNode, isDeep: Bool) -> DeclarationNode {
        guard var entries else { return self }
        guard let own = self[key] else {
            entries.append(Entry(key: key, keyLocation: value.location, value: value))
            return DeclarationNode(.mapping(entries), at: location)
        }
        guard isDeep, own.entries != nil, let inherited = value.entries else { return self }
        var merged = own
        for entry in inherited { merged = merged.inheriting(entry.key, entry.value, isDeep: false) }
        return replacing(key, with: merged)
    }
}
