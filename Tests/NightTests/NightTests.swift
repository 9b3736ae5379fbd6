import Foundation
import Testing

/// The night of `fixtures/night`, played with the built executable, against `expected.json`.
@Suite struct NightTests {
    let night: PlayedNight
    var expected: Expected { night.site.expected }

    init() throws { night = try PlayedNight.shared.get() }

    private static let orders = (try? Expected.load().orders) ?? []
    private static let booked = orders.filter(\.isInTheBooks)
    private static let halves = NightSite.Half.allCases.map(\.rawValue)

    @Test(arguments: halves)
    func aHalfEndsPartial(half: String) {
        #expect(night.exits[half] == expected.halves[half]?.exit)
    }

    @Test(arguments: booked)
    func anOrderIsWhereItShouldBe(order: Expected.Order) throws {
        let lines = try #require(order.lines)
        for (books, isMorning) in [(night.evening, false), (night.morning, true)] {
            let rows = books.rows("line", of: order, named: "number")
            try #require(rows.map { $0["sku"].text } == lines.map(\.sku))
            for (row, line) in zip(rows, lines) {
                #expect(row["ordered"].number == line.ordered)
                #expect(Books.buckets(of: row) == (isMorning ? line.morning : line.evening), "\(line.sku)")
                #expect(row["invoiced"].number == (isMorning ? line.invoiced : 0))
            }
        }
        #expect(night.evening.locations(of: order) == order.locations ?? [])
        #expect(
            night.morning.locations(of: order)
                == (order.locations ?? []) + (order.locationsInTheMorning ?? []))
        #expect(night.morning.rows("purchaseOrder", of: order).first?["supplier"].text == order.supplier)
    }

    @Test(arguments: booked)
    func anOrderIsInvoicedForWhatWasShipped(order: Expected.Order) {
        let totals = night.morning.rows("invoice", of: order).compactMap { $0["total"].number }
        let amounts = totals.map { "\($0 / 100).\($0 % 100 / 10)\($0 % 10)" }
        #expect(amounts.sorted() == (order.invoices ?? []).sorted())
    }

    @Test(arguments: booked)
    func onlyTheOrderWithTheWrongTotalIsOnHold(order: Expected.Order) {
        let open = night.morning.rows("hold", of: order, named: "number").filter { $0["open"].text == "true" }
        #expect(open.compactMap { $0["code"].text } == (order.fate == "on hold" ? [order.code] : []))
    }

    @Test(arguments: orders.filter { !$0.isInTheBooks })
    func whatIsRefusedOrHeldIsNoOrder(order: Expected.Order) throws {
        #expect(night.morning.rows("line", of: order, named: "number").isEmpty)
        let state = order.fate
        let spans = night.morning["span"].filter {
            $0["control"].text == order.set && $0["state"].text == state && $0["code"].text == order.code
        }
        #expect(spans.count == 1)
        for segment in order.acknowledgment ?? [] {
            let said = night.delivered["evening", default: [:]].contains { path, bytes in
                path.hasPrefix(order.partner) && String(decoding: bytes, as: UTF8.self).contains(segment)
            }
            #expect(said, "no acknowledgment says \(segment)")
        }
    }

    @Test func thereAreNoOtherOrders() {
        #expect(night.morning["order"].count == Self.booked.count)
        let duplicates = night.morning["span"].filter { $0["state"].text == "duplicate" }
        #expect(duplicates.compactMap { $0["control"].text } == expected.duplicates.map(\.set))
        #expect(duplicates.compactMap { $0["key"].text } == expected.duplicates.map(\.number))
    }

    @Test(arguments: halves)
    func theDocumentsThatMustLeaveLeave(half: String) throws {
        let channels = try #require(expected.halves[half]).documents
        let delivered = night.delivered[half, default: [:]]
        var files: [String: Int] = [:]
        var papers: [String: Int] = [:]
        for row in night.morning["outbound"] {
            let channel = try #require(row["channel"].text)
            let name = try #require(row["name"].text)
            let partner = try #require(row["partner"].text)
            let path = "\(partner)/\(try #require(row["path"].text))/\(name)"
            guard let bytes = delivered[path] else { continue }
            #expect(row["state"].text == "delivered")
            files[channel, default: 0] += 1
            papers[channel, default: 0] += Self.papers(in: bytes, named: name)
        }
        #expect(files == channels.mapValues(\.files))
        #expect(papers == channels.mapValues(\.papers))
        #expect(files.values.reduce(0, +) == delivered.count, "a file that the books do not know")
    }

    /// Sets of X12, rows of CSV, labels of ZPL; an XML file is one paper.
    private static func papers(in bytes: Data, named name: String) -> Int {
        let text = String(decoding: bytes, as: UTF8.self)
        if text.hasPrefix("ISA") {
            let utf8 = Array(text.utf8)
            let start = [utf8[105], UInt8(ascii: "S"), UInt8(ascii: "T"), utf8[3]]
            let flat = utf8.filter { $0 == utf8[105] || ($0 != 0x0A && $0 != 0x0D) }
            return flat.indices.count { flat[$0...].starts(with: start) }
        }
        if name.hasSuffix(".csv") {
            // A line end inside quotes is part of a field.
            var isQuoted = false
            return text.utf8.count { byte in
                if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
                return byte == 0x0A && !isQuoted
            } - 1
        }
        if name.hasSuffix(".zpl") { return text.components(separatedBy: "^XA").count - 1 }
        return 1
    }

    @Test func stockIsWhatIsLeft() {
        var stock: [String: [String: [Int]]] = [:]
        for row in night.morning["stock"] {
            guard let location = row["location"].text, let item = row["item"].text else { continue }
            stock[location, default: [:]][item] = [
                row["available"].number ?? -1, row["reserved"].number ?? -1,
            ]
        }
        #expect(stock == expected.stock.byLocation)
    }

    @Test func partnersAnswersReachTheirDocuments() {
        for (channel, said) in expected.acknowledged {
            let rows = night.morning["outbound"].filter { $0["channel"].text == channel }
            #expect(rows.contains { $0["acknowledgment"].text == said }, "\(channel)")
        }
    }

    @Test func failuresSayWhoseMoveItIs() throws {
        let outcome = try night.site.crossdock("failures", "--json")
        try #require(outcome.status == 0, "\(outcome.errors)")
        let rows = try outcome.output.split(separator: "\n").map { try JSON($0) }
        func move(_ code: String) -> String? {
            rows.first { $0["finding"]["code"].text == code || $0["what"].text?.hasPrefix(code) == true }?[
                "whoseMove"
            ]
            .text
        }
        #expect(move("X12.ELEM.NUMERIC") == "theirs")
        #expect(move("MAP.UNIT.UNKNOWN") == "ours")
        #expect(move("OMS.TOTAL.MISMATCH") == "ours")
        let rejected = try #require(rows.first { $0["channel"].text == "harbor-mart-855" })
        #expect(rejected["what"].text?.contains("set 0005 R: ACK at segment 10") == true, "\(rejected)")
        #expect(rejected["whoseMove"].text == "ours")
        #expect(rows.contains { $0["type"].text == "missing-code" && $0["code"].text == "JR" })
    }

    @Test func theBooksAreWhole() throws {
        let outcome = try night.site.crossdock("verify")
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
    }

    @Test func checkAcceptsEveryDocumentThatLeft() throws {
        let names = night.delivered.values.flatMap(\.keys).filter { !$0.hasSuffix(".zpl") }.sorted()
        let files = names.map { night.site.partners.appending(path: $0).path }
        let outcome = try night.site.crossdock(["check", "--json"] + files)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.split(separator: "\n").count == files.count)
    }
}
