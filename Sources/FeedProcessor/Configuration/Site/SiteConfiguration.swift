/// Everything `channels.yaml`, what it includes and `rules.yaml` say, decoded and checked. Plain values; the words of
/// each key are in its `shape`, and in `docs/reference/configuration.md`, which is made from it.
public struct SiteConfiguration: Sendable, Hashable {
    /// The version of the file's layout; 1 is the only one.
    package var version = 1
    package var instance = InstanceSettings()
    /// The path of the rules file as written; nil when there is none.
    package var rulesPath: String?
    /// What the rules file says; the defaults when there is none.
    package var rules = RulesConfiguration()
    package var include: [String] = []
    package var identities: [Identity] = []
    package var calendars: [CalendarDeclaration] = []
    package var connections: [Connection] = []
    /// The declared policies, with what they extend filled in, and the built-in `standard` unless declared.
    package var policies: [ErrorPolicy] = []
    package var defaults = ChannelDefaults()
    package var alerts = AlertSettings()
    package var partners: [Partner] = []

    package init() {}

    package func identity(_ id: String) -> Identity? { identities.first { $0.id == id } }
    package func calendar(_ id: String) -> CalendarDeclaration? { calendars.first { $0.id == id } }
    package func connection(_ id: String) -> Connection? { connections.first { $0.id == id } }
    package func partner(_ id: String) -> Partner? { partners.first { $0.id == id } }
    /// Whether documents with a partner are real: what ISA15 and UNB 0035 say.
    package func usage(of partner: Partner) -> InstanceSettings.Usage { partner.usage ?? instance.usage }
    /// The policy of that name; the built-in one when there is none.
    package func policy(_ id: String) -> ErrorPolicy { policies.first { $0.id == id } ?? ErrorPolicy() }

    /// The partner and the inbound channel of that id.
    package func inbound(_ id: String) -> (partner: Partner, channel: InboundChannel)? {
        for partner in partners {
            if let channel = partner.inbound.first(where: { $0.id == id }) { return (partner, channel) }
        }
        return nil
    }

    /// The partner and the outbound channel of that id.
    package func outbound(_ id: String) -> (partner: Partner, channel: OutboundChannel)? {
        for partner in partners {
            if let channel = partner.outbound.first(where: { $0.id == id }) { return (partner, channel) }
        }
        return nil
    }

    /// The ids of all channels, in the order of the files.
    package var channelIDs: [String] {
        partners.flatMap { $0.inbound.map(\.id) + $0.outbound.map(\.id) }
    }
}

extension SiteConfiguration: Declared {
    static let shape = Shape<SiteConfiguration>(
        "channels.yaml",
        """
        The business configuration of one installation. Database, ports and log level are options or environment.
        """
    ) {
        $0.notYet("alerts", "nobody is told; `status` and `failures` say what is wrong")
        $0.required("version", \.version, .count(1...1), "the version of this layout", example: "1")
        $0.required("instance", \.instance, .section, "what this installation is")
        $0.optional(
            "rules", \.rulesPath, .path, "the rules file, from the folder of this file", example: "rules.yaml"
        )
        $0.value(
            "include", \.include, .list(of: .path),
            "more files with identities, calendars, connections, policies and partners; `*` in a file name stands for "
                + "anything; from the folder of this file", example: "[ partners.d/*.yaml ]")
        $0.value("identities", \.identities, ValueKind.named(\.id), "who we are; a partner names one")
        $0.value("calendars", \.calendars, ValueKind.named(\.id), "business days")
        $0.value("connections", \.connections, ValueKind.named(\.id), "how bytes move; no business meaning")
        $0.value("policies", \.policies, ValueKind.named(\.id), "what happens to what is wrong, by class")
        $0.value("defaults", \.defaults, .section, "what channels inherit, key by key")
        $0.value("alerts", \.alerts, .section, "who is told")
        $0.value(
            "partners", \.partners, ValueKind.named(\.id),
            "the companies at the other end, with their channels")
    }
}

/// What this installation is.
public struct InstanceSettings: Sendable, Hashable {
    /// Whether documents are real.
    public enum Usage: String, Sendable, CaseIterable {
        /// Test documents only, over connections marked for tests.
        case test
        /// Real documents.
        case production
    }

    package var name = ""
    package var usage = Usage.production
    package var timezone = ""
    package init() {}
}

extension InstanceSettings: Declared {
    static let shape = Shape<InstanceSettings>("instance", "What this installation is.") {
        $0.required("name", \.name, .identifier, "its name in alerts and reports", example: "northwind-oms")
        $0.required(
            "usage", \.usage, .choice,
            "must agree with ISA15 and UNB 0035, both ways; `test` uses only connections marked `test: true`",
            example: "production")
        $0.required(
            "timezone", \.timezone, .timeZone, "the zone of times and schedules that name none",
            example: "America/New_York")
    }
}

/// A company that we are, towards partners.
public struct Identity: Sendable, Hashable {
    package var id = ""
    package var name: String?
    package var x12: X12Identity?
    package var gln: String?
    package var scac: String?
    package init() {}
}

extension Identity: Declared {
    static let shape = Shape<Identity>("identity", "A company that we are, towards partners.") {
        $0.notYet("scac", "no document says it")
        $0.optional("name", \.name, .text, "the company's name on documents", example: "Northwind Trading")
        $0.optional("x12", \.x12, .section, "how X12 names us")
        $0.optional("gln", \.gln, .digits(13...13), "our GLN", example: "\"0614141000005\"")
        $0.optional(
            "scac", \.scac, .text, "our carrier code, for a company that ships itself", example: "NWTR")
    }
}

/// An X12 sender or receiver.
public struct X12Identity: Sendable, Hashable {
    package var isa = InterchangeIdentity()
    package var gs = ""
    package init() {}
}

extension X12Identity: Declared {
    static let shape = Shape<X12Identity>("X12 identity", "An X12 sender or receiver.") {
        $0.required("isa", \.isa, .section, "interchange qualifier and id (ISA05 to ISA08)")
        $0.required("gs", \.gs, .x12Text(2...15), "application code (GS02, GS03)", example: "NORTHWIND")
    }
}

/// Qualifier and id of an interchange's sender or receiver.
public struct InterchangeIdentity: Sendable, Hashable {
    package var qualifier = ""
    package var id = ""
    package init() {}
}

extension InterchangeIdentity: Declared {
    static let shape = Shape<InterchangeIdentity>(
        "interchange identity", "Qualifier and id of an interchange's sender or receiver."
    ) {
        $0.required("qualifier", \.qualifier, .x12Text(2...2), "ISA05 or ISA07", example: "\"08\"")
        $0.required(
            "id", \.id, .x12Text(1...15), "ISA06 or ISA08, without the blanks behind",
            example: "\"6112390050000\"")
    }
}

/// Which days are business days.
public struct CalendarDeclaration: Sendable, Hashable {
    /// A day of the week; Monday is 1 (ISO 8601).
    public enum Weekday: String, Sendable, CaseIterable {
        /// Monday.
        case mon
        /// Tuesday.
        case tue
        /// Wednesday.
        case wed
        /// Thursday.
        case thu
        /// Friday.
        case fri
        /// Saturday.
        case sat
        /// Sunday.
        case sun

        /// Monday is 1, Sunday 7.
        package var number: Int { (Self.allCases.firstIndex(of: self) ?? 0) + 1 }
    }

    package var id = ""
    package var timezone: String?
    package var days: [Weekday] = [.mon, .tue, .wed, .thu, .fri]
    package var holidays = Holidays()
    package init() {}
}

extension CalendarDeclaration: Declared {
    static let shape = Shape<CalendarDeclaration>("calendar", "Which days are business days.") {
        $0.optional("timezone", \.timezone, .timeZone, "where the days begin; else the instance's zone")
        $0.value(
            "days", \.days, .list(of: .choice), "the weekdays that count",
            example: "[ mon, tue, wed, thu, fri ]")
        $0.value(
            "holidays", \.holidays, .holidays,
            "days that do not count: a list, or a file with one date a line (`#` begins a comment), from the folder of "
                + "this file", example: "{ file: calendars/us-federal.txt }")
    }
}
