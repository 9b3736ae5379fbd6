import Diagnostics

extension CrossChecks {
    /// Channels that would take each other's files.
    mutating func checkPickups() {
        struct Owner {
            let channel: InboundChannel
            let pattern: NamePattern
        }
        var owners: [String: [Owner]] = [:]
        for partner in site.partners {
            for channel in partner.inbound {
                guard let connection = channel.pickup.connection, let path = channel.pickup.path else {
                    continue
                }
                let folder = path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
                // What an HTTP server answers depends on the query as well.
                let query = channel.pickup.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
                let key = "\(connection)\n\(folder)\n\(channel.pickup.method.rawValue)\n\(query)"
                let pattern = NamePattern(channel.pickup.match)
                if let other = owners[key]?.first(where: { $0.pattern.overlaps(pattern) }) {
                    refuseOverlap(channel, other.channel)
                }
                owners[key, default: []].append(Owner(channel: channel, pattern: pattern))
            }
        }
    }

    private mutating func refuseOverlap(_ channel: InboundChannel, _ other: InboundChannel) {
        let place = other.place.location.map { " at \($0.drop):\($0.line)" } ?? ""
        refuse(
            "CONFIG.PICKUP.OVERLAP", at: channel.place.path + ".pickup",
            "pickup of '\(channel.id)' is also that of '\(other.id)': a file could match both",
            found: channel.pickup.match,
            expected: "file names that '\(other.pickup.match)'\(place) does not match",
            remedy: "write pickup: { shared_with: \(other.id) }, or other patterns")
    }

    /// Test installations, partners' test channels, and production connections.
    mutating func checkUsage() {
        for partner in site.partners {
            var used: [(path: String, id: String, usage: InstanceSettings.Usage)] = []
            let usage = site.usage(of: partner)
            if let send = partner.acknowledgments.send {
                used.append((partner.place.path + ".acks.send.to.connection", send.to.connection, usage))
            }
            for channel in partner.inbound {
                guard let connection = channel.pickup.connection else { continue }
                used.append((channel.place.path + ".pickup.connection", connection, channel.usage ?? usage))
            }
            for channel in partner.outbound {
                used.append((channel.place.path + ".deliver.connection", channel.deliver.connection, usage))
            }
            for (path, id, usage) in used where usage == .test {
                guard let connection = site.connection(id), !connection.isTest else { continue }
                refuse(
                    "CONFIG.USAGE.TEST", at: path,
                    "connection '\(id)' is not marked for tests, and usage is test",
                    found: id, expected: "a connection with test: true",
                    remedy: "name a test connection, or mark this one with test: true")
            }
        }
    }

    /// Guides, maps and layouts that channels name.
    mutating func checkLibrary(_ library: Library, folder: String) {
        for partner in site.partners {
            for channel in partner.inbound {
                checkDeclarations(
                    library, folder, channel.place.path, guide: channel.guide, map: channel.map,
                    layout: channel.layout)
            }
            for channel in partner.outbound {
                checkDeclarations(
                    library, folder, channel.place.path, guide: channel.guide, map: channel.map,
                    layout: channel.layout)
            }
        }
    }

    private mutating func checkDeclarations(
        _ library: Library, _ folder: String, _ path: String, guide: String?, map: String?, layout: String?
    ) {
        if let guide, let problem = library.problem(.guides, guide, at: location(path + ".guide")) {
            add(problem)
        }
        if let map, let problem = library.problem(.maps, map, at: location(path + ".map")) { add(problem) }
        if let layout, !hasFile(layout.hasPrefix("/") ? layout : "\(folder)/\(layout)") {
            refuse(
                "CONFIG.LIBRARY.MISSING", at: path + ".layout", "layout '\(layout)' is not there",
                found: layout,
                expected: "a file below \(folder)", remedy: "add the file, or name another")
        }
    }

    /// Names in the rules, and rules that come before each other in a circle.
    mutating func checkRules() {
        let rules = site.rules
        for pair in rules.routing.backorder.channels {
            need(
                pair.name, at: "rules.routing.backorder.channels.\(pair.name)", "channel or partner",
                in: KnownNames(channels.list + partners.list))
        }
        for pair in rules.dropship.items {
            need(pair.name, at: "rules.dropship.items.\(pair.name)", "partner", in: partners)
        }
        for (index, id) in rules.dropship.suppliers.enumerated() {
            need(id, at: "rules.dropship.suppliers[\(index)]", "partner", in: partners)
        }
        for (index, id) in rules.invoicing.partners.enumerated() {
            need(id, at: "rules.invoicing.partners[\(index)]", "partner", in: partners)
        }
        checkRoutingOrder(rules.routing.order)
    }

    private mutating func checkRoutingOrder(_ rules: [RoutingRule]) {
        let ids = KnownNames(rules.compactMap(\.id))
        for rule in rules {
            for (index, id) in rule.after.enumerated() {
                need(id, at: "\(rule.place.path).after[\(index)]", "routing rule", in: ids)
            }
        }
        for (index, rule) in rules.enumerated() {
            guard let id = rule.id, let first = rules.firstIndex(where: { $0.id == id }), first != index
            else { continue }
            if let place = rule.place.location, let known = rules[first].place.location {
                refuseDuplicate(id, at: place, first: known)
            }
        }
        if let circle = Self.circle(in: rules), let rule = rules.first(where: { $0.id == circle.first }) {
            refuse(
                "CONFIG.RULE.CYCLE", at: rule.place.path + ".after",
                "rules come before each other: \(circle.joined(separator: " -> "))",
                found: circle.joined(separator: " -> "),
                expected: "rules that lead from first to last",
                remedy: "remove one of these names from 'after'")
        }
    }

    /// The first circle found by following `after`, its first name again at its end; nil when there is none.
    static func circle(in rules: [RoutingRule]) -> [String]? {
        var above: [String: [String]] = [:]
        for rule in rules { if let id = rule.id { above[id] = rule.after } }
        var done: Set<String> = []
        for start in rules.compactMap(\.id) where !done.contains(start) {
            // A walk with its own stack: the names on the way, and how many of each one's predecessors were followed.
            var way: [(id: String, next: Int)] = [(start, 0)]
            while let last = way.last {
                let names = above[last.id] ?? []
                guard last.next < names.count else {
                    done.insert(last.id)
                    way.removeLast()
                    continue
                }
                way[way.count - 1].next += 1
                let next = names[last.next]
                if let begin = way.firstIndex(where: { $0.id == next }) {
                    return way[begin...].map(\.id) + [next]
                }
                if !done.contains(next) { way.append((next, 0)) }
            }
        }
        return nil
    }
}
