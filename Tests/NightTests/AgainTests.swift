import Foundation
import Testing

/// What happens the second time: to the same drops, and to what was held.
@Suite struct AgainTests {
    @Test(arguments: [false, true])
    func twiceIsOnce(underOtherNames: Bool) throws {
        let site = try NightSite()
        defer { site.remove() }
        try site.play(.evening)
        try site.play(.morning)
        let books = try site.books()
        let delivered = try site.delivered()
        for half in NightSite.Half.allCases {
            let outcome = try site.play(half, renamed: underOtherNames)
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        }
        let again = try site.books()
        #expect(again.dump == books.dump)
        #expect(try site.delivered() == delivered)
    }

    @Test func aMissingUnitCodeIsAddedAndItsOrderReplayed() throws {
        let site = try NightSite()
        defer { site.remove() }
        try site.play(.evening)
        try site.play(.morning)
        let before = try site.books()
        let delivered = try site.delivered()
        let order = try #require(site.expected.orders.first { $0.afterReplay != nil })
        let wanted = try #require(order.afterReplay)

        let codes = site.folder.appending(path: "config/codes")
        try FileManager.default.createDirectory(at: codes, withIntermediateDirectories: true)
        try """
        table: units
        about: The library's units, and what our partners say besides.
        extends: units
        codes:
          EA: { x12: [ EA, JR ] }
        """.write(
            to: codes.appending(path: "units.yaml"), atomically: true, encoding: .utf8)
        let drop = try site.drop(named: "PO850_20251121_0001.TXT", in: before)
        let outcome = try site.crossdock("replay", drop, "--from", "map", "--yes", "--no-input")
        #expect([0, 3].contains(outcome.status), "\(outcome.output)\(outcome.errors)")
        try site.crossdock("run")

        let after = try site.books()
        let rows = after.rows("line", of: order, named: "number")
        #expect(rows.map { $0["sku"].text } == wanted.lines.map(\.sku))
        #expect(rows.map { Books.buckets(of: $0) } == wanted.lines.map(\.buckets))
        #expect(after.locations(of: order) == wanted.locations)

        // Every other order stays as it was, and what was sent is what was sent; its own papers are new.
        for other in site.expected.orders where other.number != order.number {
            for kind in ["line", "hold", "decision"] {
                #expect(
                    after.rows(kind, of: other, named: "number")
                        == before.rows(kind, of: other, named: "number"))
            }
            #expect(after.rows("fulfilment", of: other) == before.rows("fulfilment", of: other))
        }
        let now = try site.delivered()
        for (path, bytes) in delivered { #expect(now[path] == bytes, "\(path)") }
        let new = Set(now.keys).subtracting(delivered.keys)
        #expect(new.count == 2, "\(new.sorted())")
        #expect(new.contains { $0.hasPrefix("harbor-mart/inbound/855_") })
        #expect(new.contains { $0.hasPrefix("meridian-3pl/to_meridian/940_") })

        let twice = try site.crossdock("replay", drop, "--from", "map", "--yes", "--no-input")
        #expect([0, 3].contains(twice.status), "\(twice.output)\(twice.errors)")
        #expect(try site.books()["order"] == after["order"])
    }
}
