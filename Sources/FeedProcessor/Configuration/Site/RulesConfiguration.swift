package import Canonical
import Diagnostics

/// What `rules.yaml` says: how orders are checked, routed, split, bought for and invoiced.
public struct RulesConfiguration: Sendable, Hashable {
    package var version = 1
    package var routing = RoutingRules()
    package var validation = ValidationRules()
    package var dropship = DropshipRules()
    package var invoicing = InvoicingRules()
    package var holds = HoldRules()
    package init() {}
}

extension RulesConfiguration: Declared {
    static let shape = Shape<RulesConfiguration>(
        "rules.yaml", "How orders are checked, routed, split, bought for and invoiced."
    ) {
        $0.value("version", \.version, .count(1...1), "the version of this layout")
        $0.value("routing", \.routing, .section, "where an order is served from")
        $0.value("validation", \.validation, .section, "what an order is checked for")
        $0.value("dropship", \.dropship, .section, "what suppliers send directly")
        $0.value("invoicing", \.invoicing, .section, "when and how invoices are made")
        $0.value("holds", \.holds, .section, "what stops an order until somebody decides")
    }
}

/// Where an order is served from.
public struct RoutingRules: Sendable, Hashable {
    /// What decides between locations that a rule leaves.
    public enum Sort: String, Sendable, CaseIterable {
        /// The nearest to the customer.
        case nearest
        /// The order in which the rule lists them.
        case listed
        /// The one with the most left.
        case mostStock = "most_stock"
    }

    package var order: [RoutingRule] = []
    package var sort = Sort.nearest
    package var split = SplitRules()
    package var backorder = BackorderRules()
    package var safetyStock = 0
    package init() {}

    /// Moves each rule behind those that its `after` names; otherwise the order of the file stays. Rules that come
    /// before each other in a circle, which is a finding, stay where they are.
    mutating func putInOrder() {
        var waiting = order
        var done: Set<String> = []
        let known = Set(order.compactMap(\.id))
        var sorted: [RoutingRule] = []
        while let next = waiting.firstIndex(where: {
            $0.after.allSatisfy { done.contains($0) || !known.contains($0) }
        }) {
            let rule = waiting.remove(at: next)
            if let id = rule.id { done.insert(id) }
            sorted.append(rule)
        }
        order = sorted + waiting
    }
}

extension RoutingRules: Declared {
    static let shape = Shape<RoutingRules>("routing", "Where an order is served from.") {
        $0.value(
            "order", \.order, .list(of: .section),
            "rules from top to bottom, unless `after` says otherwise; the first that matches the country counts, and one "
                + "without a country matches all"
        )
        $0.value("sort", \.sort, .choice, "what decides between the locations that are left")
        $0.value("split", \.split, .section, "whether an order may leave from several locations")
        $0.value("backorder", \.backorder, .section, "what happens to what is nowhere")
        $0.value(
            "safety_stock", \.safetyStock, .count(),
            "units of every item that each location keeps back, from orders and from feeds; a location's own safety stock "
                + "counts where it is higher", example: "2")
    }
}

/// Which locations serve which countries.
public struct RoutingRule: Sendable, Hashable {
    package var id: String?
    package var place = ConfigurationPlace()
    package var country: [String] = []
    package var locations: [String] = []
    package var sort: RoutingRules.Sort?
    package var after: [String] = []
    package init() {}
}

extension RoutingRule: Declared {
    static let shape = Shape<RoutingRule>("routing rule", "Which locations serve which countries.") {
        $0.optional("id", \.id, .identifier, "its name in explanations", example: "west-first")
        $0.value(
            "country", \.country, .list(of: .country, orSingle: true),
            "countries (ISO 3166); all when absent", example: "[ US, CA ]")
        $0.required(
            "locations", \.locations, .list(of: .identifier, orSingle: true),
            "the locations that may serve them", example: "[ reno, newark ]")
        $0.optional("sort", \.sort, .choice, "what decides between them, where it differs", example: "listed")
        $0.value(
            "after", \.after, .list(of: .identifier, orSingle: true), "rules that come before this one",
            example: "[ west-first ]")
    }

    mutating func finish(at place: ConfigurationPlace, _ reading: inout ConfigurationReading) {
        self.place = place
    }
}

/// Whether an order may leave from several locations.
public struct SplitRules: Sendable, Hashable {
    package var isAllowed = true
    package var maxShipments = 2
    package var splitsLines = false
    package init() {}
}

extension SplitRules: Declared {
    static let shape = Shape<SplitRules>("split", "Whether an order may leave from several locations.") {
        $0.value("allowed", \.isAllowed, .flag, "whether it may")
        $0.value("max_shipments", \.maxShipments, .count(1...3), "from how many at most")
        $0.value("lines", \.splitsLines, .flag, "whether one line may leave from several")
    }
}

/// What happens to what is nowhere.
public struct BackorderRules: Sendable, Hashable {
    /// What happens to the quantity.
    public enum Choice: String, Sendable, CaseIterable {
        /// It waits for stock.
        case allowed
        /// It is refused.
        case refuse
    }

    package var standard = Choice.allowed
    package var channels: [NamedValue<Choice>] = []
    package init() {}

    /// What a channel of a partner gets.
    package func choice(for channel: String, of partner: String) -> Choice {
        channels[channel] ?? channels[partner] ?? standard
    }
}

extension BackorderRules: Declared {
    static let shape = Shape<BackorderRules>("backorder", "What happens to what is nowhere.") {
        $0.value("default", \.standard, .choice, "where the channel says nothing")
        $0.value(
            "channels", \.channels, .map(of: .choice),
            "by inbound channel, or by partner for all its channels",
            example: "{ megamart: refuse }")
    }
}

extension ValueKind where Value == String {
    /// A country by its two letters (ISO 3166-1), or one of its parts (ISO 3166-2).
    static let country = ValueKind.scalar("country", like: "US", show: { $0 }) { text in
        let letters = Array(text.utf8)
        guard letters.count == 2, letters.allSatisfy({ (0x41...0x5A).contains($0) }) else { return nil }
        return text
    }
}

/// What an order is checked for.
public struct ValidationRules: Sendable, Hashable {
    package var priceTolerance: ScaledDecimal?
    package var totalTolerance = ScaledDecimal(units: 1, scale: 2)
    package var address: [NamedValue<[AddressField]>] = []
    package var postalPatterns: [NamedValue<[String]>] = []
    package init() {}

}

/// A part of an address that can be required.
public enum AddressField: String, Sendable, CaseIterable {
    /// Who.
    case name
    /// The first line.
    case street
    /// The city.
    case city
    /// State, province or region.
    case region
    /// Postal code.
    case postalCode = "postal_code"
    /// The country.
    case country
    /// Telephone.
    case phone
}

extension ValidationRules: Declared {
    static let shape = Shape<ValidationRules>("validation", "What an order is checked for.") {
        $0.optional(
            "price_tolerance", \.priceTolerance, .ratio,
            "part of the list price by which a line's price may differ; prices are not compared when absent",
            example: "0.02")
        $0.value(
            "total_tolerance", \.totalTolerance, .decimal, "amount by which a total may differ from its lines"
        )
        $0.value(
            "address", \.address, .map(of: .list(of: .choice)),
            "by country or `default`, all that an address must have; each country's own rules when absent",
            example: "{ US: [ name, street, city, region, postal_code, country ] }")
        $0.value(
            "postal_patterns", \.postalPatterns, .map(of: .postalPattern),
            "by country, the shapes of postal codes: 9 is a digit, A a letter, blanks and hyphens themselves; several with "
                + "`|` between them. No regular expressions",
            example: "{ US: \"99999|99999-9999\", CA: \"A9A 9A9\" }")
    }
}

extension ValueKind where Value == [String] {
    /// Shapes with `|` between them. What looks like a regular expression is refused: as a shape it fits no code at all,
    /// and every order of the country would wait.
    static let postalPattern = ValueKind.scalar(
        "postal pattern", like: "\"99999|99999-9999\"", show: { $0.joined(separator: "|") }
    ) { text in
        let shapes = text.split(separator: "|", omittingEmptySubsequences: false).map { part in
            let start = part.drop { $0 == " " }
            return String(start.reversed().drop { $0 == " " }.reversed())
        }
        let arePlain = shapes.allSatisfy { shape in
            (1...20).contains(shape.utf8.count) && shape.utf8.allSatisfy { isPostal($0) }
        }
        return arePlain ? shapes : nil
    }

    /// Letters, digits, the blank and the hyphen: what postal codes are written with.
    private static func isPostal(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x2D, 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: false
        }
    }
}

/// What suppliers send directly to the customer.
public struct DropshipRules: Sendable, Hashable {
    /// When.
    public enum Mode: String, Sendable, CaseIterable {
        /// Whenever an item has a supplier that does.
        case always
        /// When no location of ours has it.
        case ifNoStock = "if_no_stock"
        /// Never.
        case never
    }

    package var mode = Mode.ifNoStock
    /// Suppliers, and the items that each sends.
    package var items: [NamedValue<[String]>] = []
    /// Suppliers that send whatever item names them as its supplier.
    package var suppliers: [String] = []
    package init() {}
}

extension DropshipRules: Declared {
    static let shape = Shape<DropshipRules>("dropship", "What suppliers send directly to the customer.") {
        $0.value(
            "mode", \.mode, .choice,
            "when; an item whose own record says `always` goes so unless this is `never`")
        $0.value(
            "items", \.items, .map(of: .list(of: .text)),
            "by supplier, the SKUs that it sends, whatever supplier their own records name",
            example: "{ acme-supply: [ KT-88 ] }")
        $0.value(
            "suppliers", \.suppliers, .list(of: .identifier, orSingle: true),
            "suppliers that send every item that names them", example: "[ acme-supply ]")
    }
}

/// When and how invoices are made.
public struct InvoicingRules: Sendable, Hashable {
    /// What makes an invoice due.
    public enum Moment: String, Sendable, CaseIterable {
        /// Each shipment.
        case shipment
        /// The last shipment of an order.
        case orderComplete = "order_complete"
    }

    package var on = Moment.shipment
    package var numberPrefix = "INV-"
    package var numberStart = 1
    package var numberWidth = 0
    /// Partners and channels that get invoices; all with an invoice channel when empty.
    package var partners: [String] = []
    package init() {}
}

extension InvoicingRules: Declared {
    static let shape = Shape<InvoicingRules>("invoicing", "When and how invoices are made.") {
        $0.notYet("on", except: ["shipment"], isRefused: true, "no invoice would be made")
        $0.value("on", \.on, .choice, "what makes an invoice due")
        $0.value("number_prefix", \.numberPrefix, .rawText, "what its number begins with")
        $0.value(
            "number_start", \.numberStart, .count(1...1_000_000_000_000),
            "the number of the first invoice; later only raised, since a number is never used twice")
        $0.value(
            "number_width", \.numberWidth, .count(0...18),
            "digits, with zeros in front; 0 for as many as it takes", example: "6")
        $0.value(
            "partners", \.partners, .list(of: .identifier, orSingle: true),
            "partners that get invoices; all that sell when absent", example: "[ megamart ]")
    }
}

/// What stops an order until somebody decides.
public struct HoldRules: Sendable, Hashable {
    package var unknownItem = true
    package var totals = true
    package var address = true
    package var price = true
    package var reviewAbove: ScaledDecimal?
    package var countries: [String] = []
    package init() {}
}

extension HoldRules: Declared {
    static let shape = Shape<HoldRules>("holds", "What stops an order until somebody decides.") {
        $0.notYet(
            "unknown_item", except: ["true"],
            "orders with unknown articles wait, as nobody could ship them")
        $0.value("unknown_item", \.unknownItem, .flag, "an item that is not in the catalog")
        $0.value("totals", \.totals, .flag, "totals that do not add up; a warning otherwise")
        $0.value("address", \.address, .flag, "an address without what its country needs")
        $0.value("price", \.price, .flag, "a price beyond `validation.price_tolerance`, where that is given")
        $0.optional(
            "review_above", \.reviewAbove, .decimal, "orders with a total above this, in their currency",
            example: "10000")
        $0.value(
            "countries", \.countries, .list(of: .country, orSingle: true), "orders to these countries",
            example: "[ CU ]")
    }
}
