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
        // The set that was refused in the same file is refused still.
        #expect(outcome.status == 3, "\(outcome.output)\(outcome.errors)")
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
        #expect(twice.status == 3, "\(twice.output)\(twice.errors)")
        let last = try site.books()
        #expect(last["order"] == after["order"])
        #expect(last["finding"] == after["finding"], "a finding was told a second time")
        #expect(last["finding"].count == before["finding"].count, "a finding was told a second time")
    }

    @Test func anInterchangeKeptOutByAMistakeOfOursIsTakenUpWhenItIsMended() throws {
        let undisturbed = try PlayedNight.shared.get()
        let partner = "config/partners.d/30-harbor-mart.yaml"
        let site = try NightSite()
        defer { site.remove() }
        try site.rewrite(partner, "6112390050000", "6112390050001")
        try site.lay(.evening)
        let evening = try site.crossdock("run", at: .evening)
        #expect(evening.status == 3)
        let kept = try site.books()
        #expect(kept["order"].allSatisfy { $0["partner"].text != "harbor-mart" })
        let drops = try ["PO850_20251121_0001.TXT", "PO850_20251121_0002.TXT"].map {
            try site.drop(named: $0, in: kept)
        }
        func replay() throws -> [Outcome] {
            try drops.map {
                try site.crossdock(["replay", $0, "--from", "read", "--yes", "--no-input"], at: .evening)
            }
        }

        try site.rewrite(partner, "6112390050001", "6112390050000")
        let outcomes = try replay()
        #expect(outcomes.contains { $0.status == 3 }, "the set that is wrong by itself is told")
        #expect(outcomes.allSatisfy { [0, 3].contains($0.status) }, "\(outcomes)")
        let books = try site.books()
        func numbers(_ books: Books) -> Set<String> {
            Set(
                books["order"].filter { $0["partner"].text == "harbor-mart" }.compactMap { $0["number"].text }
            )
        }
        #expect(!numbers(books).isEmpty)
        #expect(numbers(books) == numbers(undisturbed.evening))
        let delivered = try site.delivered()
        #expect(
            delivered.keys.filter { $0.hasPrefix("harbor-mart/inbound/997") }.count
                == undisturbed.delivered["evening"]?.keys.filter { $0.hasPrefix("harbor-mart/inbound/997") }
                .count)
        let failures = try site.crossdock(["failures"], at: .evening)
        #expect(!failures.output.contains("X12.PARTNER.UNKNOWN"), "\(failures.output)")

        // Taken up once is enough.
        _ = try replay()
        #expect(try site.books()["order"] == books["order"])
        #expect(try site.delivered() == delivered)
        let verified = try site.crossdock(["verify"], at: .evening)
        #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    }

    @Test func aDocumentInConflictIsSentOnceAPersonHasClearedTheWay() throws {
        let undisturbed = try PlayedNight.shared.get()
        let site = try NightSite()
        defer { site.remove() }
        let name = "harbor-mart/inbound/855_000005001.TXT"
        let other = Data("somebody else's\n".utf8)
        try other.write(to: site.partners.appending(path: name))
        #expect(try site.play(.evening).status == 3)
        #expect(try site.delivered()[name] == other, "another's file was overwritten")
        let failures = try site.crossdock(["failures", "--json"], at: .evening).output
        let rows = try failures.split(separator: "\n").map { try JSON($0) }
        let row = try #require(rows.first { $0["channel"].text == "harbor-mart-855" })
        #expect(row["what"].text?.hasPrefix("DELIVER.EXISTS") == true, "\(row)")
        #expect(row["whoseMove"].text == "ours")

        try FileManager.default.removeItem(at: site.partners.appending(path: name))
        try site.crossdock(["run"], at: .evening)
        #expect(try site.delivered()[name] == nil, "a conflict waits for a person")
        let document = try #require(row["document"].text)
        #expect(try site.crossdock(["replay", document], at: .evening).status == 0)
        try site.crossdock(["run"], at: .evening)
        #expect(try site.delivered() == undisturbed.delivered["evening"])
        let again = try site.crossdock(["replay", document], at: .evening)
        #expect(again.status == 64)
        #expect(again.errors.contains("was delivered"), "\(again.errors)")
    }
}
