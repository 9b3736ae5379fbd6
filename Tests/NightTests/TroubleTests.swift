import Foundation
import TestSupport
import Testing

/// What an operator sees of a channel that cannot be served, and how it mends.
@Suite struct TroubleTests {
    private func rows(_ outcome: Outcome) throws -> [JSON] {
        try outcome.output.split(separator: "\n").map { try JSON($0) }
    }

    private func failure(_ site: NightSite, _ channel: String) throws -> JSON? {
        let outcome = try site.crossdock("failures", "--json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try rows(outcome).first { $0["channel"].text == channel && $0["document"].text == nil }
    }

    @Test func aChannelThatCannotBeReachedIsToldUntilItCan() throws {
        let site = try NightSite()
        defer { site.remove() }
        let partner = "config/partners.d/30-harbor-mart.yaml"
        try site.rewrite(partner, "path: outbound, match", "path: nowhere, match")
        for _ in 0..<2 { #expect(try site.crossdock("run").status == 3) }
        let row = try #require(try failure(site, "harbor-mart-850"))
        #expect(row["finding"]["code"].text == "NET.PATH.MISSING" && row["whoseMove"].text == "ours")
        #expect(row["do"].text?.isEmpty == false)
        let status = try site.crossdock("status")
        #expect(
            status.output.contains(#/harbor-mart-850.*down since .*: NET.PATH.MISSING/#), "\(status.output)")
        #expect(try site.crossdock("verify").status == 0)

        try site.rewrite(partner, "path: nowhere, match", "path: outbound, match")
        try site.crossdock("run")
        #expect(try failure(site, "harbor-mart-850") == nil)
        #expect(!(try site.crossdock("status").output.contains("down since")))
    }

    @Test func anEmptyFileIsToldWhileItLies() throws {
        let site = try NightSite()
        defer { site.remove() }
        let file = site.partners.appending(path: "harbor-mart/outbound/850_EMPTY.TXT")
        try Data().write(to: file)
        #expect(try site.crossdock("run").status == 3)
        let row = try #require(try failure(site, "harbor-mart-850"))
        #expect(row["finding"]["code"].text == "FILE.EMPTY" && row["whoseMove"].text == "theirs")
        #expect(row["what"].text?.contains("850_EMPTY.TXT") == true)
        #expect(try site.crossdock("status").output.contains("look since"))
        try FileManager.default.removeItem(at: file)
        try site.crossdock("run")
        #expect(try failure(site, "harbor-mart-850") == nil)
    }

    @Test func aDocumentFollowsItsChannelToWhereItDeliversNow() throws {
        let undisturbed = try PlayedNight.shared.get()
        let site = try NightSite()
        defer { site.remove() }
        let partner = "config/partners.d/30-harbor-mart.yaml"
        try site.rewrite(partner, "path: inbound", "path: nowhere")
        #expect(try site.play(.evening).status == 3)
        let stuck = try rows(try site.crossdock("failures", "--json")).filter {
            $0["what"].text?.hasPrefix("NET.PATH.MISSING") == true
        }
        #expect(
            !stuck.isEmpty
                && stuck.allSatisfy { $0["what"].text?.hasSuffix("at harbor-mart nowhere") == true })
        #expect(stuck.allSatisfy { $0["whoseMove"].text == "ours" })
        let document = try #require(stuck.first?["document"].text)
        #expect(try site.crossdock("show", document).output.contains("harbor-mart nowhere/"))

        try site.rewrite(partner, "path: nowhere", "path: inbound")
        for row in stuck {
            #expect(try site.crossdock("replay", try #require(row["document"].text)).status == 0)
        }
        try site.crossdock("run", at: .evening)
        #expect(try site.delivered() == undisturbed.delivered["evening"])
        #expect(try site.crossdock("show", document).output.contains("harbor-mart inbound/"))
        #expect(try site.crossdock("verify").status == 0)
    }

    @Test func aFullDiskIsNoFaultOfTheFile() throws {
        let site = try NightSite()
        defer { site.remove() }
        try site.lay(.evening)
        for _ in 0..<3 {
            let full = try site.crossdock(["run"], faults: "F20[850_]@*=enospc")
            #expect(full.status == 73, "\(full.output)\(full.errors)")
            #expect(full.errors.contains("STORE.FULL"))
        }
        #expect(try site.crossdock("show", "r-1").output.contains("failed"))
        try site.crossdock("run", at: .evening)
        #expect(try site.books()["finding"].allSatisfy { $0["code"].text != "UNIT.POISON" })
        #expect(try site.delivered() == PlayedNight.shared.get().delivered["evening"])
    }

    @Test func aFileThatKillsTheProcessTwiceIsPutAside() throws {
        let site = try NightSite()
        defer { site.remove() }
        try site.lay(.evening)
        for fault in ["F20[850_]@1=kill", "F20[850_]@1=enospc", "F20[850_]@1=kill"] {
            #expect(try site.crossdock(["run"], faults: fault).status != 0)
        }
        #expect(try site.crossdock("run", at: .evening).status == 3)
        #expect(try site.books()["finding"].contains { $0["code"].text == "UNIT.POISON" })
    }

    @Test func oneChannelsPaperThatCannotBeKeptDoesNotStopTheOthers() throws {
        let site = try NightSite()
        defer { site.remove() }
        try site.lay(.evening)
        let folder = site.partners.appending(path: "harbor-mart/outbound")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter {
            $0.hasSuffix(".TXT")
        }.sorted()
        let last = folder.appending(path: try #require(names.last))
        let aside = site.folder.appending(path: "later.TXT")
        try FileManager.default.moveItem(at: last, to: aside)
        try site.crossdock("run", at: .evening)
        try FileManager.default.moveItem(at: aside, to: last)
        // Another scope begins to count anew, and the numbers of the first acknowledgments come a second time.
        let partner = "config/partners.d/30-harbor-mart.yaml"
        try site.rewrite(partner, "scope: partner", "scope: identity")
        let broken = try site.crossdock("run", at: .evening)
        #expect(broken.status == 3, "\(broken.output)\(broken.errors)")
        let row = try #require(try failure(site, "harbor-mart-855"))
        #expect(row["finding"]["code"].text == "INTERNAL.INVARIANT" && row["whoseMove"].text == "ours")
        #expect(try site.delivered().keys.count { $0.contains("harbor-mart/inbound/997_") } == names.count)

        try site.rewrite(partner, "scope: identity", "scope: partner")
        try site.crossdock("run", at: .evening)
        #expect(try failure(site, "harbor-mart-855") == nil)
        #expect(try site.delivered().keys.count { $0.contains("/855_") } == names.count)
        #expect(try site.crossdock("verify").status == 0)
    }
}

/// What programs and people are told when a command cannot do what it was asked.
@Suite struct AnswerTests {
    @Test func errorsAreObjectsForThoseWhoAskForJSON() throws {
        let site = try NightSite()
        defer { site.remove() }
        for (arguments, code, status) in [
            (["run", "--channel", "nope", "--json"], "CHANNEL.UNKNOWN", 64),
            (["status", "--json"], "STORE.MISSING", 1), (["run", "--nope", "--json"], "USAGE", 64),
        ] {
            let outcome = try site.crossdock(arguments)
            let lines = try outcome.errors.split(separator: "\n").map { try JSON($0) }
            #expect(lines.first?["code"].text == code, "\(outcome.errors)")
            #expect(lines.last?["type"].text == "exit" && lines.last?["status"].number == status)
            #expect(outcome.status == status)
        }
        let checked = try site.crossdock("config", "check", "--json")
        #expect(checked.status == 0 && checked.output.contains(#""errors":0"#), "\(checked.output)")
        try site.crossdock("run")
        #expect(try site.crossdock("failures", "--json").output.contains(#""type":"failures","count":"#))
    }

    @Test func aStateThatCannotBeWrittenIsToldAsSuch() throws {
        let site = try NightSite()
        defer { site.remove() }
        for command in ["run", "plan"] {
            let outcome = try site.crossdock([command, "--state", "/proc/crossdock"])
            #expect(outcome.status == 73, "\(command): \(outcome.errors)")
        }
    }

    @Test func whatIsAskedForIsNamedInTheAnswer() throws {
        let site = try PlayedNight.shared.get().site
        let drop = try site.crossdock("show", "d-999")
        #expect(drop.status == 64 && drop.errors.contains("drop 'd-999'"), "\(drop.errors)")
        let number = try #require(try site.books()["order"].first?["number"].text)
        let order = try site.crossdock("show", number)
        #expect(order.output.hasPrefix("order \(number)"), "\(order.output)")
        #expect(try site.crossdock("show", number, "--json").output.hasPrefix("{"))
    }

    @Test func explainKnowsPathsAndChannels() throws {
        let site = try PlayedNight.shared.get().site
        let unknown = try site.crossdock("config", "explain", "harbor-mart-851")
        #expect(
            unknown.status == 64 && unknown.errors.contains("did you mean 'harbor-mart-85"),
            "\(unknown.errors)")
        #expect(try site.crossdock("config", "explain", "banana").status == 64)
        let channel = try site.crossdock("config", "explain", "harbor-mart-850")
        #expect(channel.output.contains("partners.harbor-mart.inbound.harbor-mart-850.map = x12-850"))
    }

    @Test(arguments: [
        (
            "30-harbor-mart.yaml", "isa_start: 5001", "isa_start: 5001, gs_unique: false", "gs_unique", 78
        ),
        (
            "30-harbor-mart.yaml", "path: inbound, filename: \"855_", "path: outbound, filename: \"855_",
            "puts files where 'harbor-mart-850' fetches", 78
        ),
        ("30-harbor-mart.yaml", "path: outbound, match", "path: ../outbound, match", "leads upwards", 78),
        ("30-harbor-mart.yaml", "855_<isa_control>.TXT", "855.TXT", "is the same for every document", 0),
        (
            "30-harbor-mart.yaml", "trigger: { event: invoice.posted }",
            "trigger: { event: fulfilment.released }", "would never be written", 78
        ),
        ("32-plum-street.yaml", "15 6,18 * * *", "0 0 31 2 *", "its day never comes", 78),
        (
            "30-harbor-mart.yaml", "qualifier: \"08\", id: \"6112390050000\"", "qualifier: \"02\", id: MERI",
            "also that of partner", 0
        ),
    ])
    func configCheckTells(_ file: String, _ text: String, _ other: String, _ words: String, _ status: Int32)
        throws
    {
        let site = try NightSite()
        defer { site.remove() }
        try site.rewrite("config/partners.d/\(file)", text, other)
        let check = try site.crossdock("config", "check")
        #expect(check.status == status, "\(check.output)")
        #expect(check.output.contains(words), "\(check.output)")
        #expect(check.output.contains("partners.d/\(file):"), "\(check.output)")
    }

    @Test func aResourceTakesDocumentsUnderItsOwnAddress() throws {
        let site = try NightSite()
        let server = try HTTPServer()
        defer {
            server.stop()
            site.remove()
        }
        let file = "config/partners.d/32-plum-street.yaml"
        try site.rewrite(
            file, "{ type: directory, root: <state>/partners/plum-street, test: true }",
            "{ type: http, base_url: \"\(server.baseURL)\", allow_private: true, "
                + "insecure: { reason: loopback }, test: true }")
        try site.rewrite(
            file, "path: imports, filename: \"inventory_<date>_<time>.csv\"",
            "path: /imports/stock.csv, method: POST")
        try site.rewrite(file, "path: exports, match: \"orders_export_*.csv\"", "path: /exports/orders.csv")
        try site.play(.evening)
        let posts = server.requests.filter { $0.method == "POST" }
        #expect(posts.map(\.path) == ["/imports/stock.csv"])
    }
}
