package import Canonical
import Diagnostics

/// A company at the other end, with everything agreed with it.
public struct Partner: Sendable, Hashable {
    /// What the company does for us.
    public enum Kind: String, Sendable, CaseIterable {
        /// A shop of ours.
        case salesChannel = "sales_channel"
        /// A marketplace that we sell on.
        case marketplace
        /// A retailer that buys from us.
        case retailer
        /// A warehouse of our own.
        case warehouse
        /// A warehouse of somebody else's.
        case warehouse3PL = "warehouse_3pl"
        /// A supplier that we buy from.
        case supplier
        /// A carrier.
        case carrier
        /// A bookkeeping system.
        case accounting
    }

    package var id = ""
    package var place = ConfigurationPlace()
    package var kind = Kind.retailer
    package var name: String?
    package var us = ""
    package var x12: PartnerX12?
    package var contacts: [NamedValue<[String]>] = []
    package var calendar: String?
    package var timezone: String?
    /// Nil means the instance's.
    package var usage: InstanceSettings.Usage?
    /// Their code for a warehouse, and our location.
    package var warehouses: [NamedValue<String>] = []
    /// Our locations that this partner runs, where no codes of theirs are needed.
    package var locations: [String] = []
    package var packing: PackingSettings?
    package var termsDays: Int?
    package var defaultCurrency: CurrencyCode?
    package var acknowledgments = AcknowledgmentSettings()
    package var inbound: [InboundChannel] = []
    package var outbound: [OutboundChannel] = []
    package init() {}

    /// All our locations that this partner runs.
    package var allLocations: [String] {
        var all = locations
        for warehouse in warehouses where !all.contains(warehouse.value) { all.append(warehouse.value) }
        return all
    }
}

extension Partner: Declared {
    static let shape = Shape<Partner>(
        "partner", "A company at the other end, with everything agreed with it."
    ) {
        $0.notYet("contacts", "nobody is written to")
        $0.required("kind", \.kind, .choice, "what the company does for us", example: "retailer")
        $0.optional("name", \.name, .text, "its name on documents", example: "MegaMart Inc.")
        $0.required("us", \.us, .identifier, "the identity that we are towards it", example: "northwind")
        $0.optional("x12", \.x12, .section, "how it speaks X12")
        $0.value(
            "contacts", \.contacts, .map(of: .list(of: .text, orSingle: true)),
            "mail addresses by what they are for",
            example: "{ edi: [ edi-support@megamart.example ] }")
        $0.optional("calendar", \.calendar, .identifier, "its business days", example: "us-banking")
        $0.optional("timezone", \.timezone, .timeZone, "its zone; else the instance's")
        $0.optional(
            "usage", \.usage, .choice, "test or production, where it differs from the instance",
            example: "test")
        $0.value(
            "warehouses", \.warehouses, .map(of: .identifier), "its code for a warehouse, and our location",
            example: "{ DOCK1: newark, DOCK2: reno }")
        $0.value(
            "locations", \.locations, .list(of: .identifier),
            "our locations that it runs, where it has no codes of its own", example: "[ columbus ]")
        $0.optional("packing", \.packing, .section, "how a warehouse packs, and numbers what it packs")
        $0.optional("terms_days", \.termsDays, .count(0...3650), "days to pay an invoice", example: "30")
        $0.optional(
            "default_currency", \.defaultCurrency, .currency, "the currency of prices that name none",
            example: "USD")
        $0.value("acks", \.acknowledgments, .section, "technical acknowledgments, both directions")
        $0.value("inbound", \.inbound, .list(of: .section), "documents that it sends")
        $0.value("outbound", \.outbound, .list(of: .section), "documents that it gets")
    }

    mutating func finish(at place: ConfigurationPlace, _ reading: inout ConfigurationReading) {
        self.place = place
    }
}

extension ValueKind where Value == CurrencyCode {
    static let currency = ValueKind.scalar("ISO 4217 currency", like: "USD", show: { $0.description }) {
        CurrencyCode($0)
    }
}

/// How a warehouse packs, and numbers what it packs (SSCC-18, GS1 General Specifications 3.3.1).
public struct PackingSettings: Sendable, Hashable {
    package var maxUnits: Int?
    package var companyPrefix = ""
    package var `extension` = "0"
    package init() {}
}

extension PackingSettings: Declared {
    static let shape = Shape<PackingSettings>(
        "packing", "How a warehouse packs, and numbers what it packs (SSCC-18)."
    ) {
        $0.optional(
            "max_units", \.maxUnits, .count(1...1_000_000), "units in one carton; all in one when absent",
            example: "12")
        $0.required(
            "company_prefix", \.companyPrefix, .digits(4...12), "our GS1 company prefix",
            example: "\"0614141\"")
        $0.value("extension", \.`extension`, .digits(1...1), "the extension digit, first of the SSCC")
    }
}

/// How a partner speaks X12.
public struct PartnerX12: Sendable, Hashable {
    package var isa = InterchangeIdentity()
    package var gs = ""
    package var version = "004010"
    package var delimiters = X12Delimiters()
    package var controlNumbers = ControlNumberSettings()
    package init() {}
}

extension PartnerX12: Declared {
    static let shape = Shape<PartnerX12>("partner's X12", "How a partner speaks X12.") {
        $0.required("isa", \.isa, .section, "its interchange qualifier and id")
        $0.required(
            "gs", \.gs, .x12Text(2...15), "its application code (GS02, GS03)", example: "\"6112390050\"")
        $0.value(
            "version", \.version, .digits(6...6), "version, release and subrelease that it gets (GS08)",
            example: "\"005010\"")
        $0.value("delimiters", \.delimiters, .section, "the delimiters that it gets")
        $0.value("control_numbers", \.controlNumbers, .section, "how control numbers are counted")
    }
}

/// The delimiters of X12 that we write.
public struct X12Delimiters: Sendable, Hashable {
    /// What follows a segment terminator.
    public enum Newline: String, Sendable, CaseIterable {
        /// Nothing.
        case none
        /// A line feed.
        case lf
        /// Carriage return and line feed.
        case crlf
    }

    package var element = "*"
    package var component = ">"
    package var segment = "~"
    package var repetition = "^"
    package var newline = Newline.none
    package init() {}
}

extension X12Delimiters: Declared {
    static let shape = Shape<X12Delimiters>("delimiters", "The delimiters of X12 that we write.") {
        $0.value("element", \.element, .delimiter, "between elements")
        $0.value("component", \.component, .delimiter, "between components (ISA16)")
        $0.value("segment", \.segment, .delimiter, "behind segments")
        $0.value("repetition", \.repetition, .delimiter, "between repetitions (ISA11, from 00402)")
        $0.value("newline", \.newline, .choice, "what follows a segment terminator")
    }

    mutating func finish(at place: ConfigurationPlace, _ reading: inout ConfigurationReading) {
        let all = [element, component, segment, repetition]
        guard Set(all).count < all.count else { return }
        reading.refuse(
            "CONFIG.CONFLICT", at: place.location, "\(place.path) has the same delimiter twice",
            expected: "four different characters")
    }
}

extension ValueKind where Value == String {
    /// One character of ASCII that cannot be taken for data: no letter, digit or blank.
    static let delimiter = ValueKind.scalar("delimiter", like: "\"*\"", show: { $0 }) { text in
        guard text.utf8.count == 1, let byte = text.utf8.first, byte < 0x7F, byte != 0x20, byte != 0 else {
            return nil
        }
        return (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) ? nil : text
    }
}

/// How control numbers are counted.
public struct ControlNumberSettings: Sendable, Hashable {
    /// What shares one sequence.
    public enum Scope: String, Sendable, CaseIterable {
        /// All that this partner gets.
        case partner
        /// All that we send as this identity.
        case identity
    }

    package var scope = Scope.partner
    package var isaStart = 1
    package var isGroupUnique = true
    package var isSetUnique = false
    package init() {}
}

extension ControlNumberSettings: Declared {
    static let shape = Shape<ControlNumberSettings>("control numbers", "How control numbers are counted.") {
        $0.notYet(
            "gs_unique", except: ["true"], isRefused: true,
            "acknowledgments name a group by its number, and which interchange is meant could not be told")
        $0.value("scope", \.scope, .choice, "what shares one sequence")
        $0.value("isa_start", \.isaStart, .count(1...999_999_999), "the first interchange control number")
        $0.value(
            "gs_unique", \.isGroupUnique, .flag, "whether group numbers never come again, over interchanges")
        $0.value("st_unique", \.isSetUnique, .flag, "whether set numbers never come again, over groups")
    }
}
