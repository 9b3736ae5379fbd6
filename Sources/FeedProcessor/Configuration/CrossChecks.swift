import Canonical
import Diagnostics

/// What the parts of a configuration must be to each other: names that lead somewhere, one owner for each file, an
/// answer for each question. Each finding stands where the value stands.
struct CrossChecks {
    private(set) var reading: ConfigurationReading
    let site: SiteConfiguration
    let connections: KnownNames
    let calendars: KnownNames
    let policies: KnownNames
    let identities: KnownNames
    let partners: KnownNames
    let channels: KnownNames
    private let sources: ConfigurationSources
    private let zones: ZoneCatalog

    init(
        _ site: SiteConfiguration, _ reading: ConfigurationReading, sources: ConfigurationSources,
        zones: ZoneCatalog
    ) {
        self.site = site
        connections = KnownNames(site.connections.map(\.id))
        calendars = KnownNames(site.calendars.map(\.id))
        policies = KnownNames(site.policies.map(\.id))
        identities = KnownNames(site.identities.map(\.id))
        partners = KnownNames(site.partners.map(\.id))
        channels = KnownNames(site.channelIDs)
        self.reading = reading
        self.sources = sources
        self.zones = zones
    }

    mutating func checkAll() {
        checkZones()
        checkSecrets()
        checkDefaults()
        checkAlerts()
        checkRules()
        checkChannelIDs()
        for partner in site.partners {
            checkPartner(partner)
            for channel in partner.inbound { checkInbound(channel, of: partner) }
            for channel in partner.outbound { checkOutbound(channel, of: partner) }
        }
        checkPickups()
        checkPlaces()
        checkUsage()
        checkWhatIsObeyed()
    }

    mutating func add(_ finding: Diagnostic) { reading.add(finding) }

    mutating func refuseDuplicate(_ id: String, at location: SourceLocation, first: SourceLocation) {
        reading.refuseDuplicate(id, at: location, first: first)
    }

    func hasFile(_ path: String) -> Bool { sources.file(path).bytes != nil }

    func location(_ path: String) -> SourceLocation? { reading.locations[path] }

    mutating func refuse(
        _ code: DiagnosticCode, _ severity: Severity = .error, at path: String, _ message: String,
        found: String? = nil, expected: String? = nil, remedy: String? = nil
    ) {
        reading.refuse(
            code, severity, at: location(path), message, found: found, expected: expected, remedy: remedy)
    }

    mutating func need(_ id: String?, at path: String, _ kind: String, in known: KnownNames) {
        guard let id, !id.isEmpty, !known.contains(id) else { return }
        reading.refuseReference(id, at: location(path), kind, known.list)
    }

    private mutating func checkZones() {
        var named = [("instance.timezone", site.instance.timezone)]
        for calendar in site.calendars {
            named.append(("calendars.\(calendar.id).timezone", calendar.timezone ?? ""))
        }
        for partner in site.partners {
            named.append((partner.place.path + ".timezone", partner.timezone ?? ""))
            for channel in partner.inbound {
                named.append((channel.place.path + ".timezone", channel.timezone ?? ""))
            }
            for channel in partner.outbound {
                named.append((channel.place.path + ".timezone", channel.timezone ?? ""))
            }
        }
        for (path, name) in named where !name.isEmpty && zones.zone(name) == nil {
            let near = Suggestion.nearest(to: name, in: zones.names())
            refuse(
                "CONFIG.TIMEZONE", at: path,
                "'\(name)' is not a time zone of this machine"
                    + (near.map { "; did you mean '\($0)'?" } ?? ""),
                found: name, expected: "an IANA time zone, like America/New_York",
                remedy: near.map { "write '\($0)'" }
                    ?? "write an IANA name; install the package tzdata if there are none")
        }
        for calendar in site.calendars where calendar.days.isEmpty {
            refuse(
                "CONFIG.VALUE", at: "calendars.\(calendar.id).days", "calendar '\(calendar.id)' has no days",
                expected: "at least one weekday, like [ mon ]")
        }
    }

    private mutating func checkSecrets() {
        for use in reading.secrets {
            switch use.reference {
            case .environment(let name):
                guard sources.variable(name) == nil else { continue }
                reading.refuse(
                    "CONFIG.ENV.MISSING", at: use.place.location,
                    "\(use.place.path) is not set: environment variable \(name)", found: name,
                    expected: "a variable \(name) in the environment of the run", remedy: "export \(name)")
            case .file(let path):
                checkSecretFile(path, use.place)
            }
        }
    }

    private mutating func checkSecretFile(_ path: String, _ place: ConfigurationPlace) {
        switch sources.file(path) {
        case .missing:
            reading.refuse(
                "CONFIG.SECRET.MISSING", at: place.location, "\(place.path) is not there: file '\(path)'",
                found: path,
                expected: "a file of mode 0600", remedy: "create '\(path)' with mode 0600")
        case .tooLarge:
            reading.refuse(
                "CONFIG.SECRET.MISSING", at: place.location, "\(place.path) is a file too large for a secret",
                found: path, expected: "a file with the secret alone", remedy: "name the file that is meant")
        case .unreadable(let reason):
            reading.refuse(
                "CONFIG.SECRET.MISSING", at: place.location, "\(place.path) is not readable: \(reason)",
                found: path,
                expected: "a file of mode 0600 that belongs to this user",
                remedy: "chown it to the user of the run")
        case .content(_, let mode):
            guard mode & 0o077 != 0 else { return }
            let digits = String(mode & 0o7777, radix: 8)
            let shown = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            reading.refuse(
                "CONFIG.SECRET.PERMISSIONS", at: place.location,
                "\(place.path) is a file that others can read: \(shown), need 0600", found: shown,
                expected: "0600",
                remedy: "chmod 600 '\(path)'")
        }
    }

    private mutating func checkDefaults() {
        need(site.defaults.inbound.onError, at: "defaults.inbound.on_error", "policy", in: policies)
        need(site.defaults.outbound.onError, at: "defaults.outbound.on_error", "policy", in: policies)
    }

    private mutating func checkAlerts() {
        let targets = KnownNames(site.alerts.targets.map(\.id))
        for route in site.alerts.routes {
            let path = route.place.path
            for (index, id) in route.to.enumerated() {
                need(id, at: "\(path).to[\(index)]", "alert target", in: targets)
            }
            for (index, id) in route.match.partner.enumerated() {
                need(id, at: "\(path).match.partner[\(index)]", "partner", in: partners)
            }
            for (index, id) in route.match.channel.enumerated() {
                need(id, at: "\(path).match.channel[\(index)]", "channel", in: channels)
            }
        }
    }

    private mutating func checkChannelIDs() {
        var first: [String: SourceLocation] = [:]
        for partner in site.partners {
            // Two channels of one list with the same id share their path, so their own places are compared.
            let places =
                partner.inbound.map { ($0.id, $0.place) } + partner.outbound.map { ($0.id, $0.place) }
            for (id, place) in places {
                guard let location = place.location else { continue }
                if let known = first[id] {
                    reading.refuseDuplicate(id, at: location, first: known)
                } else {
                    first[id] = location
                }
            }
        }
    }

    private mutating func checkPartner(_ partner: Partner) {
        let path = partner.place.path
        need(partner.us, at: path + ".us", "identity", in: identities)
        need(partner.calendar, at: path + ".calendar", "calendar", in: calendars)
        need(
            partner.acknowledgments.send?.to.connection, at: path + ".acks.send.to.connection", "connection",
            in: connections)
        let speaksX12 =
            partner.inbound.contains { $0.document.format == .x12 }
            || partner.outbound.contains { $0.document.format == .x12 }
        if speaksX12, partner.x12 == nil {
            reading.refuse(
                "CONFIG.KEY.MISSING", at: partner.place.location, "\(path) has X12 documents and no 'x12'",
                expected: "x12: { isa: { qualifier: \"08\", id: … }, gs: … }",
                remedy: "add 'x12': how it speaks X12")
        }
        if speaksX12, let us = site.identity(partner.us), us.x12 == nil {
            reading.refuse(
                "CONFIG.KEY.MISSING", at: location("identities.\(us.id)"), "identities.\(us.id) has no 'x12'",
                expected: "x12: { isa: { qualifier: ZZ, id: … }, gs: … }",
                remedy: "add 'x12': how X12 names us")
        }
        if let expect = partner.acknowledgments.expect, expect.functional != .none,
            !partner.inbound.contains(where: { $0.pickup.connection != nil })
        {
            refuse(
                "CONFIG.ACK.NO_PATH", at: path + ".acks.expect",
                "\(path) expects a \(expect.functional.rawValue) and has no inbound path for it",
                expected:
                    "an inbound channel with a pickup; acknowledgments are taken from every pickup of a partner",
                remedy: "add an inbound channel, or set functional to none")
        }
    }

    private mutating func checkInbound(_ channel: InboundChannel, of partner: Partner) {
        let path = channel.place.path
        need(
            channel.pickup.connection, at: path + ".pickup.connection", "connection",
            in: connections)
        checkPickupKeys(channel)
        need(channel.onError, at: path + ".on_error", "policy", in: policies)
        need(channel.schedule?.calendar, at: path + ".schedule.calendar", "calendar", in: calendars)
        need(channel.expect?.calendar, at: path + ".expect.calendar", "calendar", in: calendars)
        if let other = channel.pickup.sharedWith {
            let owners = partner.inbound.filter { $0.pickup.connection != nil && $0.id != channel.id }.map(
                \.id)
            need(
                other, at: path + ".pickup.shared_with", "inbound channel of \(partner.id) with a pickup",
                in: KnownNames(owners))
        }
        if let correlate = channel.correlate {
            needDocument(
                correlate.to, in: partner.outbound.map(\.document), at: path + ".correlate.to", partner,
                "sends")
        }
        for response in channel.responses {
            needDocument(
                response.document, in: partner.outbound.map(\.document),
                at: response.place.path + ".document", partner,
                "sends")
        }
    }

    private mutating func checkOutbound(_ channel: OutboundChannel, of partner: Partner) {
        let path = channel.place.path
        need(
            channel.deliver.connection, at: path + ".deliver.connection", "connection",
            in: connections)
        need(channel.onError, at: path + ".on_error", "policy", in: policies)
        need(
            channel.trigger.schedule?.calendar, at: path + ".trigger.schedule.calendar", "calendar",
            in: calendars)
        need(channel.trigger.batch?.calendar, at: path + ".trigger.batch.calendar", "calendar", in: calendars)
        need(
            channel.trigger.filter.warehouseOf, at: path + ".trigger.where.warehouse_of", "partner",
            in: partners)
        need(
            channel.trigger.filter.destinationOf, at: path + ".trigger.where.destination_of", "partner",
            in: partners)
        need(channel.trigger.filter.supplier, at: path + ".trigger.where.supplier", "partner", in: partners)
        for response in channel.responses {
            needDocument(
                response.document, in: partner.inbound.map(\.document), at: response.place.path + ".document",
                partner,
                "receives")
        }
        checkFilename(channel)
    }

    private mutating func needDocument(
        _ document: DocumentName, in known: [DocumentName], at path: String, _ partner: Partner,
        _ verb: String
    ) {
        guard !known.contains(document), !document.name.isEmpty else { return }
        let words = known.map(\.description)
        let near = Suggestion.nearest(to: document.description, in: words)
        refuse(
            "CONFIG.RESPONSE.CHANNEL", at: path,
            "'\(document)' is a document that no channel of \(partner.id) \(verb)"
                + (near.map { "; did you mean '\($0)'?" } ?? ""),
            found: document.description,
            expected: words.isEmpty ? "a channel for \(document)" : "one of " + words.joined(separator: ", "),
            remedy: near.map { "write '\($0)'" } ?? "add a channel for \(document) to \(partner.id)")
    }

    /// The placeholders that a file name may have, besides the channel's own sequence.
    static let placeholders = [
        "isa_control", "gs_control", "date", "time", "document", "order", "id", "channel", "partner",
    ]

    private mutating func checkFilename(_ channel: OutboundChannel) {
        let path = channel.place.path + ".deliver"
        guard let filename = channel.deliver.filename else {
            guard let connection = site.connection(channel.deliver.connection) else { return }
            if connection.type == .http {
                guard channel.deliver.path.split(separator: "/").isEmpty else { return }
                refuse(
                    "CONFIG.VALUE", at: path + ".path", "\(path).path names no resource",
                    found: channel.deliver.path,
                    expected: "the resource that takes the documents, like /imports/orders, or a 'filename'",
                    remedy: "complete 'path', or add 'filename'")
                return
            }
            refuse(
                "CONFIG.KEY.MISSING", at: path, "\(path) has no 'filename'",
                expected: "filename: \"855_<isa_control>.edi\"",
                remedy: "add 'filename': the file's name, with placeholders")
            return
        }
        if filename.contains("/") || filename == "." || filename == ".." {
            refuse(
                "CONFIG.VALUE", at: path + ".filename", "\(path).filename is not one name", found: filename,
                expected: "a name without '/'", remedy: "put the folder into 'path'")
        }
        let known = Self.placeholders + (channel.sequence.map { [$0.name] } ?? [])
        for word in Self.marks(in: filename) where !known.contains(word) {
            let near = Suggestion.nearest(to: word, in: known)
            refuse(
                "CONFIG.VALUE", at: path + ".filename",
                "'<\(word)>' is not a placeholder" + (near.map { "; did you mean '<\($0)>'?" } ?? ""),
                found: filename,
                expected: "one of " + known.map { "<\($0)>" }.joined(separator: ", "),
                remedy: near.map { "write '<\($0)>'" })
        }
    }

    /// The words between `<` and `>`.
    private static func marks(in text: String) -> [String] {
        text.split(separator: "<", omittingEmptySubsequences: false).dropFirst().compactMap { part in
            part.firstIndex(of: ">").map { String(part[..<$0]) }
        }
    }
}

extension ConfigurationReading {
    mutating func refuseDuplicate(_ id: String, at location: SourceLocation, first: SourceLocation) {
        refuse(
            "CONFIG.ID.DUPLICATE", at: location, "'\(id)' is an id that stands twice", found: id,
            expected: "an id of its own; the first is at \(first.drop):\(first.line)",
            remedy: "rename one of the two")
    }
}

/// The names that a reference may lead to, in the order of the files.
struct KnownNames {
    let list: [String]
    private let set: Set<String>

    init(_ names: [String]) {
        list = names
        set = Set(names)
    }

    func contains(_ name: String) -> Bool { set.contains(name) }
}
