import Canonical
import Diagnostics
import Foundation
import OMSRules
import Testing

@testable import FeedProcessor

/// What the configuration says is what the rules are given; what is not obeyed is told.
@Suite struct ObedienceTests {
    private static let shop = """
        rules: rules.yaml
        connections: { box: { type: directory, root: box } }
        partners:
          shop:
            kind: sales_channel
            us: us
            inbound:
              - { id: shop-orders, document: csv/orders, pickup: { connection: box, path: in }, schedule: { every: 10m } }

        """

    private func load(rules: String, _ text: String = shop) -> LoadedConfiguration {
        var site = ConfigurationTestSite(text)
        site.files["/site/rules.yaml"] = rules
        return site.load()
    }

    private func policy(_ rules: String) throws -> RulesPolicy {
        let loaded = load(rules: rules)
        try #require(loaded.findings == [], "\(loaded.words)")
        return loaded.site.rulesPolicy(offsetSeconds: 0)
    }

    @Test func aRuleWithoutACountryServesAllThatNoRuleAboveItTakes() throws {
        let routing = try policy(
            """
            routing:
              sort: most_stock
              order:
                - { id: south, country: MX, locations: [ laredo ] }
                - { id: rest, locations: [ reno, newark ], sort: listed }
            """
        ).routing
        #expect(
            routing.route(for: "MX") == CountryRoute(locations: ["laredo"], sort: .mostStock, name: "south"))
        for country in ["US", "DE"] {
            #expect(
                routing.route(for: country)
                    == CountryRoute(locations: ["reno", "newark"], sort: .listed, name: "rest"))
        }
        #expect(routing.sort == .mostStock)
    }

    @Test func aRuleBelowOneForAllCountriesIsNeverAskedAndTold() throws {
        let loaded = load(
            rules:
                "routing: { order: [ { id: all, locations: [ a ] }, { id: us, country: US, locations: [ b ] } ] }"
        )
        #expect(loaded.codes == ["CONFIG.RULE.UNREACHABLE"])
        #expect(loaded.words.contains("'us' is never asked: 'all' takes every country"))
        #expect(loaded.isUsable)
        let routing = loaded.site.rulesPolicy(offsetSeconds: 0).routing
        #expect(routing.route(for: "US")?.locations == ["a"])
    }

    @Test func figuresReachTheRules() throws {
        let given = try policy(
            """
            routing: { safety_stock: 3, backorder: { channels: { shop: refuse } } }
            validation: { price_tolerance: 0.0225 }
            dropship: { mode: always, items: { shop: [ A, B ] }, suppliers: [ shop ] }
            invoicing: { number_prefix: N-, number_start: 100, number_width: 6 }
            holds: { totals: false, review_above: 500, countries: [ CU ] }
            """)
        let channel = given.channel("shop-orders")
        #expect(given.routing.safetyStock == 3)
        #expect(!channel.allowsBackorders)
        #expect(channel.priceToleranceMillionths == 22_500)
        #expect(given.dropShip.isAlways && given.dropShip.suppliers == ["shop"])
        #expect(given.dropShip.supplierBySKU == ["A": "shop", "B": "shop"])
        #expect(given.numbers.invoiceStart == 100 && given.numbers.invoiceWidth == 6)
        #expect(!channel.holdsTotals)
        #expect(given.review.above == ScaledDecimal(500) && given.review.countries == ["CU"])
    }

    @Test func pricesAreNotComparedUnlessSomebodyAsks() throws {
        #expect(try policy("version: 1").channel("shop-orders").priceToleranceMillionths == nil)
        let off = try policy("{ validation: { price_tolerance: 0 }, holds: { price: false } }")
        #expect(off.channel("shop-orders").priceToleranceMillionths == nil)
    }

    @Test func addressesAreWhatTheSiteAsksFor() throws {
        let addresses = try policy(
            "validation: { address: { default: [ name, city ], US: [ street, postal_code, phone ] } }"
        ).addresses
        #expect(addresses.countries["US"]?.required == [.street, .postalCode, .phone])
        #expect(addresses.countries["DE"]?.required == [.name, .city])
        #expect(addresses.others.required == [.name, .city])
        #expect(addresses.countries["DE"]?.postalPatterns == ["99999"])
    }

    @Test(arguments: [("12345", true), ("12345-6789", true), ("1234", false), ("12345|12345-6789", false)])
    func postalPatternsAreShapesWithABarBetweenThem(_ code: String, _ fits: Bool) throws {
        let patterns = try #require(
            try policy("validation: { postal_patterns: { US: \"99999 | 99999-9999\" } }").addresses.countries[
                "US"]
        ).postalPatterns
        #expect(patterns == ["99999", "99999-9999"])
        #expect(AddressPolicy.fits(code, patterns: patterns) == fits)
    }

    @Test(arguments: ["^[0-9]{5}$", "(99999|9999)", "99999|", "|", "\\\\d+", "9.9"])
    func aRegularExpressionIsNoPostalPattern(_ pattern: String) {
        let loaded = load(rules: "validation: { postal_patterns: { US: \"\(pattern)\" } }")
        #expect(loaded.codes == ["CONFIG.TYPE"], "\(loaded.words)")
        #expect(!loaded.isUsable)
    }

    @Test func anArticleHasOneSupplier() {
        let loaded = load(
            rules: "dropship: { items: { shop: [ A ], mill: [ A ] } }",
            Self.shop + "  mill: { kind: supplier, us: us }\n")
        #expect(loaded.codes == ["CONFIG.CONFLICT"])
        #expect(loaded.words.contains("'A' is sent by 'shop' and by 'mill'"))
    }

    struct Unheeded: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var text = ""
        var rules = "version: 1"
        /// What the message says happens instead.
        var says: String
        var isRefused = false
    }

    static let unheeded = [
        Unheeded(
            testDescription: "retention", text: "defaults: { retention: { raw: 30d } }",
            says: "'retention' is a key that is not obeyed yet: nothing is deleted"),
        Unheeded(
            testDescription: "alerts", text: "alerts: { routes: [] }",
            says: "'alerts' is a key that is not obeyed yet: nobody is told"),
        Unheeded(
            testDescription: "a policy of one's own",
            text: "policies: { p: { guide: { scope: document, action: reject } } }",
            says: "'guide' is a class whose handling is not obeyed yet: it is hold, by transaction"),
        Unheeded(
            testDescription: "an acknowledgment for a duplicate",
            text: "policies: { p: { duplicate: { scope: interchange, action: skip, ack: repeat_first } } }",
            says:
                "'duplicate' is a class whose handling is not obeyed yet: it is skip, by interchange, and nothing is"
        ),
        Unheeded(
            testDescription: "a breaker", text: "policies: { p: { breaker: { at_least: 5 } } }",
            says: "'breaker' is a key that is not obeyed yet"),
        Unheeded(
            testDescription: "missed slots", text: "defaults: { inbound: { run_missed: all } }",
            says: "'run_missed' is a key that is not obeyed yet"),
        Unheeded(
            testDescription: "invoices at the end", rules: "invoicing: { on: order_complete }",
            says: "'on' is a key that is not obeyed yet: no invoice would be made", isRefused: true),
        Unheeded(
            testDescription: "unknown articles let through", rules: "holds: { unknown_item: false }",
            says: "'unknown_item' is a key that is not obeyed yet"),
    ]

    @Test(arguments: unheeded)
    func whatIsNotObeyedIsTold(_ example: Unheeded) throws {
        let loaded = load(rules: example.rules, Self.shop + example.text)
        #expect(loaded.codes == ["CONFIG.KEY.NOT_YET"], "\(loaded.words)")
        let finding = try #require(loaded.findings.first)
        #expect(finding.message.hasPrefix(example.says), "\(finding.message)")
        #expect(finding.location != nil)
        #expect(loaded.isUsable == !example.isRefused)
        #expect(finding.severity == (example.isRefused ? .error : .warning))
    }

    @Test(arguments: [
        "defaults: { inbound: { run_missed: once } }",
        "defaults: { outbound: { upload: { if_exists: fail } } }",
        "policies: { p: { syntax: { scope: row, action: reject }, guide: { scope: transaction, action: hold } } }",
    ])
    func whatHappensAnywayIsNotTold(_ text: String) {
        #expect(load(rules: "version: 1", Self.shop + text).findings == [])
    }

    @Test func theConfigurationThatShipsIsObeyed() {
        let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appending(path: "config/channels.yaml")
        let loaded = ConfigurationLoader.load(path.path)
        #expect(loaded.findings == [], "\(loaded.words)")
    }
}
