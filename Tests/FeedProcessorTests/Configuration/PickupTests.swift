import Canonical
import Diagnostics
import Testing

@testable import FeedProcessor

/// Pickups over HTTP: keys that must fit each other, and the times that cursors are made of.
@Suite struct PickupTests {
    private func load(_ pickup: String, document: String = "csv/orders") -> LoadedConfiguration {
        ConfigurationTestSite(
            """
            connections:
              shop: { type: http, base_url: "https://shop.example.com" }
              box: { type: directory, root: /srv/box }
            partners:
              shop:
                kind: sales_channel
                us: us
                x12: { isa: { qualifier: ZZ, id: SHOP }, gs: SHOP }
                inbound:
                  - { id: shop-orders, document: \(document), pickup: { \(pickup) }, schedule: { every: 10m } }

            """
        ).load()
    }

    @Test(arguments: [
        "connection: shop, path: /o.csv, query: { since: cursor }, cursor: { from: max_field, field: T, overlap: 1m }",
        "connection: shop, path: /o.csv, method: GET, query: { since: cursor }, cursor: { from: request_time }",
        "connection: shop, path: /o.csv, query: { status: any }",
        "connection: box, path: out, done_file: \"<name>.done\"",
    ])
    func aWholePickupIsTaken(_ pickup: String) {
        #expect(load(pickup).isUsable, "\(load(pickup).codes)")
    }

    @Test(arguments: [
        ("connection: shop, path: /o.csv, query: { since: cursor }", "CONFIG.KEY.MISSING"),
        ("connection: shop, path: /o.csv, cursor: { from: request_time }", "CONFIG.CONFLICT"),
        (
            "connection: shop, path: /o.csv, query: { a: b }, cursor: { from: request_time }",
            "CONFIG.CONFLICT"
        ),
        (
            "connection: shop, path: /o.csv, query: { a: cursor }, cursor: { from: max_field }",
            "CONFIG.KEY.MISSING"
        ),
        ("connection: shop, path: /o.csv, done_file: x", "CONFIG.CONFLICT"),
        ("connection: shop, path: /o.csv, method: POST", "CONFIG.VALUE"),
        ("connection: box, path: out, query: { a: b }", "CONFIG.CONFLICT"),
        ("connection: box, path: out, cursor: { from: request_time }", "CONFIG.CONFLICT"),
    ])
    func halfAPickupIsRefused(_ pickup: String, _ code: String) {
        #expect(load(pickup).codes == [code])
    }

    @Test func onlyRowsHaveAGreatestField() {
        let pickup =
            "connection: shop, path: /o.xml, query: { a: cursor }, cursor: { from: max_field, field: T }"
        #expect(load(pickup, document: "xml/orders").codes == ["CONFIG.CONFLICT"])
    }

    @Test func aRateOfNothingIsRefused() {
        let site = ConfigurationTestSite(
            "connections: { a: { type: http, base_url: \"https://a\", limits: { requests_per_second: 0 } } }\n"
        )
        #expect(site.load().codes.contains("CONFIG.VALUE"))
    }

    @Test(arguments: [("2", 500), ("0.5", 2000), ("3", 334), ("1000", 1)])
    func aRateIsAPauseBetweenRequests(_ rate: String, _ milliseconds: Int) throws {
        var limits = ConnectionLimits()
        #expect(limits.requestIntervalMilliseconds == nil)
        let allowed = try #require(ScaledDecimal(rate))
        limits.requestsPerSecond = allowed
        #expect(limits.requestIntervalMilliseconds == milliseconds)
    }

    @Test(arguments: [
        ("2025-11-21T10:00:00Z", "2025-11-21T10:00:00Z"),
        ("2025-11-21 14:02:11 -0500", "2025-11-21T19:02:11Z"),
        ("2025-11-21T10:00:00.250+01:00", "2025-11-21T09:00:00.250Z"),
        ("2025-11-21 10:00:00 UTC", "2025-11-21T10:00:00Z"), (" 2025-11-21 10:00 ", "2025-11-21T15:00:00Z"),
        ("2025-07-21 10:00:30", "2025-07-21T14:00:30Z"), ("2025-11-21", "2025-11-21T05:00:00Z"),
    ])
    func timesOfShopsAreRead(_ text: String, _ moment: String) throws {
        let zone = try #require(ConfigurationSources.system.zones().zone("America/New_York"))
        #expect(PartnerTime.read(text, zone)?.description == moment)
    }

    @Test(arguments: [
        "", "yesterday", "2025-13-01", "2025-11-21x", "2025-11-21 25:00", "1763683200", "2025-11-21T",
    ])
    func whatIsNoTimeIsNone(_ text: String) {
        #expect(PartnerTime.read(text, .utc) == nil)
    }
}
