import Foundation
import Testing

/// Settings of `rules.yaml` and the channels, as an operator sees them work.
@Suite struct PolicyTests {
    /// A site whose rules have something else in place of some text.
    private func site(_ changes: [(file: String, from: String, to: String)]) throws -> NightSite {
        let site = try NightSite()
        for (file, from, to) in changes {
            let url = site.folder.appending(path: "config").appending(path: file)
            let text = try String(contentsOf: url, encoding: .utf8)
            try #require(text.contains(from), "\(file)")
            try text.replacing(from, with: to).write(to: url, atomically: true, encoding: .utf8)
        }
        return site
    }

    private func reasons(_ site: NightSite, _ rule: String) throws -> [String] {
        var texts: [String] = []
        for row in try site.books()["decision"] {
            // A reason is its rule, subject, verdict and sentence.
            for reason in row["reasons"].list where reason.list.first?.text == rule {
                texts.append(reason.list.last?.text ?? "")
            }
        }
        return texts
    }

    @Test func safetyStockIsLeftOnTheShelves() throws {
        let site = try site([("rules.yaml", "routing:\n", "routing:\n  safety_stock: 5\n")])
        defer { site.remove() }
        try site.play(.evening)
        let taken = try site.books()["stock"].filter { ($0["reserved"].number ?? 0) > 0 }
        #expect(!taken.isEmpty)
        #expect(taken.allSatisfy { ($0["available"].number ?? 0) >= 5 })
        #expect(try reasons(site, "route.nearest-stocked").contains { $0.contains("safety stock of ") })
        #expect(try site.crossdock("verify").status == 0)
    }

    @Test func aRouteWithoutACountryServesEveryOrder() throws {
        let site = try site([
            (
                "rules.yaml", "routing:\n",
                "routing:\n  order: [ { id: columbus-only, locations: [ COLUMBUS ] } ]\n"
            )
        ])
        defer { site.remove() }
        try site.play(.evening)
        let places = try site.books()["fulfilment"].compactMap { $0["location"].text }
        #expect(!places.isEmpty && Set(places) == ["COLUMBUS"])
        let order = try #require(
            site.expected.orders.first { $0.isInTheBooks && $0.locations?.isEmpty == false })
        let explained = try site.crossdock("explain", order.number, "--partner", order.partner)
        #expect(explained.output.contains("columbus-only"), "\(explained.output)")
    }

    @Test func pricesBeyondTheToleranceHoldTheOrder() throws {
        let site = try site([
            ("rules.yaml", "validation:\n", "validation:\n  price_tolerance: 0.02\n")
        ])
        defer { site.remove() }
        let list = site.partners.appending(path: "larkfield-erp/masters/30_prices.csv")
        try site.lay(.evening)
        let text = try String(contentsOf: list, encoding: .utf8)
        try text.replacing(",USD,5.20,", with: ",USD,5.60,").write(
            to: list, atomically: true, encoding: .utf8)
        try site.crossdock("run", at: .evening)
        let holds = try site.books()["hold"].filter { $0["code"].text == "OMS.PRICE.DIFFERS" }
        let hold = try #require(holds.first)
        let number = try #require(hold["number"].text)
        let explained = try site.crossdock("explain", number)
        #expect(explained.output.contains("price 5.20 is not our price 5.60"), "\(explained.output)")
        #expect(try reasons(site, "validate.price").contains { $0.hasSuffix("within 2 % of our list") })
    }

    @Test func aReceiptUnderAnotherNameIsReceivedOnce() throws {
        let site = try NightSite()
        defer { site.remove() }
        try site.play(.evening)
        try site.play(.morning)
        let before = try site.books()
        let name = "larkfield-erp/receipts/receipts_20251122"
        let sent = try String(
            contentsOf: Repository.night.appending(path: "morning/\(name).csv"), encoding: .utf8)
        // Other bytes, the same receipt: what an export made a second time looks like.
        try sent.replacing(",EA\n", with: ",EA\r\n").write(
            to: site.partners.appending(path: "\(name)_again.csv"), atomically: true, encoding: .utf8)
        let run = try site.crossdock("run")
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        let after = try site.books()
        #expect(after["stock"] == before["stock"])
        #expect(after["receipt"] == before["receipt"] && !after["receipt"].isEmpty)
        let drop = after["drop"].first { $0["name"].text == "receipts_20251122_again.csv" }
        #expect(drop?["state"].text == "applied")
        #expect(after["finding"].contains { $0["code"].text == "DUP.RECEIPT" })
    }

    @Test func aLowCountDisplacesWhatNoWarehouseWasToldOf() throws {
        let quiet = "        map: shipping-order-csv\n"
        let site = try site([
            ("partners.d/21-eastdock.yaml", quiet, quiet + "        mode: paused\n")
        ])
        defer { site.remove() }
        try site.play(.evening)
        let position = try #require(
            try site.books()["stock"].first {
                $0["location"].text == "COLUMBUS" && ($0["reserved"].number ?? 0) > 1
            })
        let sku = try #require(position["item"].text)
        let reserved = try #require(position["reserved"].number)
        try "location,sku,on_hand,as_of\nCOLUMBUS,\(sku),\(reserved - 1),2025-11-22T10:00:00Z\n".write(
            to: site.partners.appending(path: "eastdock/counts/count_low.csv"), atomically: true,
            encoding: .utf8)
        let run = try site.crossdock("run")
        #expect(run.status == 0, "\(run.output)\(run.errors)")
        let books = try site.books()
        let now = try #require(
            books["stock"].first { $0["location"].text == "COLUMBUS" && $0["item"].text == sku })
        #expect(now["reserved"].number == reserved - 1 && now["available"].number == 0)
        let because = try #require(try reasons(site, "stock.displace").first)
        #expect(because.contains("found \(reserved - 1) and \(reserved) were reserved: 1 back-ordered"))
        #expect(try site.crossdock("verify").status == 0)
    }

    @Test func anAnswerEndsTheWaitForIt() throws {
        let night = try PlayedNight.shared.get()
        for (document, partner) in [("x12/945", "meridian-3pl"), ("x12/855", "alder-supply")] {
            func states(_ books: Books) -> Set<String> {
                let rows = books["expectation"].filter {
                    $0["partner"].text == partner && $0["kind"].text == "response"
                        && $0["what"].text?.hasPrefix(document) == true
                }
                return Set(rows.compactMap { $0["state"].text })
            }
            #expect(states(night.evening) == ["waiting"])
            #expect(states(night.morning).contains("met"), "\(document)")
        }
    }

    @Test func configCheckTellsWhatIsNotObeyed() throws {
        let site = try site([
            ("channels.yaml", "defaults:\n", "defaults:\n  retention: { raw: 30d }\n")
        ])
        defer { site.remove() }
        let check = try site.crossdock("config", "check")
        #expect(check.status == 0)
        #expect(check.output.contains("CONFIG.KEY.NOT_YET"))
        #expect(check.output.contains("'retention' is a key that is not obeyed yet: nothing is deleted"))
        #expect(check.output.contains("0 errors, 1 warnings"))
    }
}
