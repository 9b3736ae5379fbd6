import Foundation
import Testing

/// What warehouses tell of shipments and counts, as an operator sees it.
@Suite struct ShippingTests {
    /// Lays an interchange of the X12 warehouse.
    private func lay(_ sets: [[String]], group: String = "SW", control: Int, in site: NightSite) throws {
        var text =
            "ISA*00*          *00*          *02*MERI           *ZZ*LARKFIELD      *251122*0610*U*00401*"
        text += String(format: "%09d", control) + "*0*T*>~"
        text += "GS*\(group)*MERIDIAN3PL*LARKFIELD*20251122*0610*\(control)*X*004010~"
        for (index, set) in sets.enumerated() {
            let number = String(format: "%04d", index + 1)
            text += "ST*\(set[0])*\(number)~" + set.dropFirst().joined(separator: "~")
            text += "~SE*\(set.count + 1)*\(number)~"
        }
        text += "GE*\(sets.count)*\(control)~IEA*1*" + String(format: "%09d", control) + "~"
        let file = "meridian-3pl/from_meridian/story_\(control).x12"
        try text.write(to: site.partners.appending(path: file), atomically: true, encoding: .utf8)
    }

    private func advice(
        _ order: String, _ shipment: String, _ word: String, _ line: String, sscc: String, units: Int
    ) -> [String] {
        [
            "945", "W06*\(word)*\(order)*20251122*\(shipment)**PO", "N1*SF*MERIDIAN RENO*92*WH-RNO",
            "W27*M*SWLN", "LX*1", "MAN*GM*00\(sscc)", line, "W03*\(units)",
        ]
    }

    /// The buckets of the only line of an order of harbor-mart.
    private func buckets(_ number: String, _ books: Books) throws -> [String: Int] {
        let line = try #require(books["line"].first { $0["number"].text == number })
        return Books.buckets(of: line)
    }

    @Test func aShippingOrderLeavesInTwoPartsAndGoodsLeaveOnce() throws {
        let site = try NightSite()
        defer { site.remove() }
        try site.play(.evening)
        let told = try site.delivered().keys.filter { $0.contains("940_") }
        try lay(
            [
                advice(
                    "SO-6", "P-1", "P", "W12*CC*10*3*7*EA**VN*TRAY-LRG", sscc: "106141410000071019", units: 3),
                // The label of the first carton again, then one with a wrong check digit.
                advice(
                    "SO-3", "P-2", "F", "W12*CC*3*3*0*EA**VN*KETTLE-1L", sscc: "106141410000071019", units: 3),
                advice(
                    "SO-9", "P-3", "F", "W12*CC*1*1*0*EA**VN*TEE-BLK-L", sscc: "106141410000071027", units: 1),
            ], control: 88_201, in: site)
        let first = try site.crossdock("run")
        #expect(first.status == 3, "\(first.output)\(first.errors)")
        var books = try site.books()
        #expect(try buckets("4412986", books) == ["shipped": 3, "released": 7])
        #expect(try buckets("P-88301", books) == ["shipped": 1])
        let kettle = try #require(
            books["line"].first { $0["number"].text == "4412981" && $0["sku"].text == "KETTLE-1L" })
        #expect(Books.buckets(of: kettle) == ["released": 3])
        let codes = Set(books["finding"].compactMap { $0["code"].text })
        #expect(codes.isSuperset(of: ["OMS.CARTON.REUSED", "OMS.CARTON.CHECK", "OMS.SHIP.DIFFERENCE"]))
        let failures = try site.crossdock("failures")
        #expect(failures.output.contains("OMS.CARTON.REUSED"), "\(failures.output)")

        let rest = "W12*CC*7*7*0*EA**VN*TRAY-LRG"
        try lay(
            [advice("SO-6", "P-4", "F", rest, sscc: "106141410000071026", units: 7)], control: 88_202,
            in: site)
        #expect(try site.crossdock("run").status == 0)
        books = try site.books()
        #expect(try buckets("4412986", books) == ["shipped": 10])
        // Nothing was asked for a second time.
        #expect(try site.delivered().keys.filter { $0.contains("940_") } == told)

        // The same number with other content is not swallowed; the same content is.
        let fewer = "W12*CC*7*6*1*EA**VN*TRAY-LRG"
        try lay(
            [
                advice("SO-6", "P-4", "F", rest, sscc: "106141410000071026", units: 7),
                advice("SO-6", "P-4", "F", fewer, sscc: "106141410000071026", units: 6),
            ], control: 88_203, in: site)
        let again = try site.crossdock("run")
        #expect(again.status == 3, "\(again.output)\(again.errors)")
        let after = try site.books()
        #expect(after["shipment"] == books["shipment"] && after["line"] == books["line"])
        let drop = try site.drop(named: "story_88203.x12", in: after)
        let shown = try site.crossdock("show", drop, "--findings")
        #expect(shown.output.contains("OMS.SHIPMENT.CHANGED"), "\(shown.output)")
        #expect(shown.output.contains("DUP.SHIPMENT"), "\(shown.output)")
        #expect(try site.crossdock("verify").status == 0)
    }

    @Test func aCountIsOfItsTimeNotOfItsMidnight() throws {
        let site = try NightSite()
        defer { site.remove() }
        try site.play(.evening)
        try lay(
            [
                [
                    "846", "BIA*00*DD*N1*20251122*0600", "DTM*007*20251122", "N1*WH*MERIDIAN RENO*92*WH-RNO",
                    "LIN*1*VN*TRAY-LRG", "QTY*17*10*EA", "CTT*1",
                ]
            ], group: "IB", control: 88_204, in: site)
        let run = try site.crossdock("run")
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        let reno = try #require(try site.books()["location"].first { $0["code"].text == "RENO" })
        // Six in the morning in New York.
        #expect(reno["countedAt"].text == "2025-11-22T11:00:00Z")
    }

    @Test func noLabelIsPrintedForWhatACountTookBack() throws {
        let site = try NightSite()
        defer { site.remove() }
        let partner = "config/partners.d/21-eastdock.yaml"
        // Both papers of the evening are due in the morning, when the count has come.
        let trigger = "{ event: fulfilment.released, where: { warehouse_of: eastdock } }"
        try site.rewrite(
            partner, trigger, trigger.dropLast(2) + ", batch: { cron: \"0 6 * * *\" } }")
        try site.play(.evening)
        let position = try #require(
            try site.books()["stock"].first {
                $0["location"].text == "COLUMBUS" && $0["item"].text == "MUG-WHT"
            })
        let reserved = try #require(position["reserved"].number)
        // Those that want them latest give way first: one mug of #1045, and twelve of two cartons of twelve. The other
        // warehouse has as many.
        try "location,sku,on_hand,as_of\nCOLUMBUS,MUG-WHT,\(reserved - 13),2025-11-22T10:00:00Z\n".write(
            to: site.partners.appending(path: "eastdock/counts/count_low.csv"), atomically: true,
            encoding: .utf8)
        #expect(try site.crossdock("run").status == 0)
        #expect(try buckets("4412987", try site.books()) == ["released": 24])
        let printed = try site.delivered().filter { $0.key.hasPrefix("eastdock/labels/") }
        let text = printed.sorted { $0.key < $1.key }.map { String(decoding: $0.value, as: UTF8.self) }
        #expect(text.joined().components(separatedBy: "ORDER: 4412987").count - 1 == 1)
        #expect(text.joined().contains("CARTON 1 OF 1"))
        #expect(try site.crossdock("verify").status == 0)
    }

    @Test func anOrderThatIsNotToBeSplitWaitsWhole() throws {
        let site = try NightSite()
        defer { site.remove() }
        try site.rewrite("config/rules.yaml", "allowed: true", "allowed: false")
        try site.play(.evening)
        let books = try site.books()
        let places = Dictionary(grouping: books["fulfilment"]) { $0["order"].text ?? "" }
        #expect(places.values.allSatisfy { $0.count == 1 })
        // Six of one article, three in each place.
        #expect(try buckets("P-88302", books) == ["backordered": 6])
    }
}
