import Canonical
import Diagnostics
import TestSupport
import Testing

@testable import FeedProcessor

@Suite struct ConfigurationLoaderTests {
    @Test func theSharedExampleLoadsAndIsToldWhatIsNotObeyed() throws {
        guard let bytes = try SharedFiles.bytes("channels.example.yaml") else { return }
        var site = ConfigurationTestSite("")
        site.files[ConfigurationTestSite.path] = String(decoding: bytes, as: UTF8.self)
        site.files["/site/rules.yaml"] = "version: 1\n"
        site.files["/site/calendars/us-federal.txt"] = "# federal\n2026-11-26 # Thanksgiving\n2026-12-25\n"
        let loaded = site.load([.effective])
        let rest = loaded.findings.filter {
            !["CONFIG.ENV.MISSING", "CONFIG.SECRET.MISSING", "CONFIG.KEY.NOT_YET"].contains($0.code.rawValue)
        }
        #expect(rest == [])
        let notYet = loaded.findings.filter { $0.code == "CONFIG.KEY.NOT_YET" }
        #expect(notYet.contains { $0.message.hasPrefix("'three_way_match' ") })
        #expect(notYet.allSatisfy { $0.severity == .warning && $0.location != nil })
        #expect(
            loaded.site.partners.map(\.id) == [
                "shopfront", "megamart", "dockside", "acme-supply", "parcelco",
            ])
        #expect(loaded.site.channelIDs.count == 20)
        let inbound = try #require(loaded.site.inbound("megamart-850")).channel
        #expect(inbound.businessKey == ["BEG03", "BEG02"])
        #expect(inbound.ready.stableFor == ConfiguredDuration(60, .seconds))
        #expect(inbound.after.to == "archive/<date>/")
        #expect(inbound.responses[1].before == .plannedArrival)
        #expect(loaded.site.partner("megamart")?.x12?.version == "004010")
        #expect(
            loaded.site.partner("megamart")?.acknowledgments.expect?.resend?.after
                == ConfiguredDuration(48, .hours))
        let orders = try #require(loaded.site.inbound("shopfront-orders")).channel
        #expect(orders.format?.groupRowsBy == ["Name"])
        #expect(orders.dedupe.document.onSameKeyNewContent == .revision)
        // What the channel does not say it has from the defaults.
        #expect(orders.dedupe.interchange.window == ConfiguredDuration(90, .days))
        let rows = loaded.site.policy("csv-rows")
        #expect(rows.syntax.makesReportFile && rows.syntax.scope == .row)
        #expect(rows.guide.action == .hold && rows.breaker.action == .holdFile)
        #expect(loaded.site.inbound("acme-856")?.channel.correlate?.isEach == true)
        #expect(
            loaded.calendar("us-banking").isBusinessDay(try #require(CalendarDate(iso: "2026-11-26")))
                == false)
        #expect(loaded.privateKeys.map(\.path).contains("/run/secrets/megamart_ed25519"))
    }

    /// A retailer with one channel; the marked text is replaced.
    static func retailer(_ channel: String, more: String = "") -> String {
        """
        connections:
          box: { type: directory, root: <state>/partners/retailer }
        partners:
          retailer:
            kind: retailer
            us: us
            x12: { isa: { qualifier: "08", id: R }, gs: RR }
            inbound:
        \(channel)
        \(more)
        """
    }

    static let plain =
        "      - { id: a, document: x12/850, pickup: { connection: box, path: in }, schedule: { every: 10m } }"

    @Test func aUsualSiteHasNoFindings() {
        let loaded = ConfigurationTestSite(Self.retailer(Self.plain)).load()
        #expect(loaded.findings == [])
        #expect(loaded.site.connection("box")?.resolvedRoot(state: "/var/x") == "/var/x/partners/retailer")
    }

    @Test func anUnknownKeyIsLocatedWithASuggestion() throws {
        let text = Marked(
            ConfigurationTestSite.head
                + Self.retailer(
                    "      - { id: a, ⟦here⟧docment: x12/850, pickup: { connection: box, path: in }, schedule: { every: 10m } }"
                ))
        let loaded = ConfigurationTestSite(text.text, head: "").load()
        let finding = try #require(loaded.findings.first { $0.code == "CONFIG.KEY.UNKNOWN" })
        #expect(finding.message == "'docment' is not a key here; did you mean 'document'?")
        #expect(finding.remedy == "write 'document', or remove the line")
        #expect(finding.location?.byteOffset == text.offsets["here"])
        #expect(finding.location?.byteCount == 7)
        #expect(finding.location?.line == 12)
        #expect(finding.location?.drop == ConfigurationTestSite.path)
    }

    struct Mistake: Sendable, CustomTestStringConvertible {
        var name: String
        var channel = ConfigurationLoaderTests.plain
        var more = ""
        var code: String
        var message: String
        var testDescription: String { name }
    }

    static let mistakes: [Mistake] = [
        Mistake(
            name: "connection", channel: plain.replacing("connection: box", with: "connection: bax"),
            code: "CONFIG.REFERENCE", message: "'bax' is not a connection; did you mean 'box'?"),
        Mistake(
            name: "policy", channel: plain.replacing("id: a,", with: "id: a, on_error: standart,"),
            code: "CONFIG.REFERENCE", message: "'standart' is not a policy; did you mean 'standard'?"),
        Mistake(
            name: "two schedules",
            channel: plain.replacing("every: 10m", with: "every: 10m, cron: \"0 * * * *\""),
            code: "CONFIG.CONFLICT", message: "not one schedule"),
        Mistake(
            name: "cron", channel: plain.replacing("every: 10m", with: "cron: \"61 * * * *\""),
            code: "CONFIG.CRON",
            message: "minute 61 is not in 0 to 59"),
        Mistake(
            name: "seconds in cron", channel: plain.replacing("every: 10m", with: "cron: \"0 0 * * * *\""),
            code: "CONFIG.CRON", message: "it has 6 fields, not 5"),
        Mistake(
            name: "duration", channel: plain.replacing("10m", with: "10"), code: "CONFIG.TYPE",
            message: "partners.retailer.inbound.a.schedule.every is not a duration"),
        Mistake(
            name: "flag", more: "policies: { p: { transport: { retry: { jitter: yes } } } }",
            code: "CONFIG.TYPE",
            message: "is not true or false"),
        Mistake(
            name: "choice", channel: plain.replacing("id: a,", with: "id: a, mode: pause,"),
            code: "CONFIG.VALUE",
            message: "'pause' is not a value of partners.retailer.inbound.a.mode; did you mean 'paused'?"),
        Mistake(
            name: "missing", channel: plain.replacing("document: x12/850, ", with: ""),
            code: "CONFIG.KEY.MISSING",
            message: "partners.retailer.inbound.a has no 'document'"),
        Mistake(
            name: "same id", channel: plain + "\n" + plain.replacing("path: in", with: "path: other"),
            code: "CONFIG.ID.DUPLICATE", message: "'a' is an id that stands twice"),
        Mistake(
            name: "same files",
            channel: plain.replacing("path: in", with: "path: in, match: \"PO*.edi\"") + "\n"
                + plain.replacing("id: a", with: "id: b").replacing(
                    "path: in", with: "path: in/, match: \"*1.edi\""),
            code: "CONFIG.PICKUP.OVERLAP", message: "pickup of 'b' is also that of 'a'"),
        Mistake(
            name: "response",
            channel: plain.replacing(
                "id: a,", with: "id: a, responses: [ { document: x12/855, within: 24h } ],"),
            code: "CONFIG.RESPONSE.CHANNEL",
            message: "'x12/855' is a document that no channel of retailer sends"),
        Mistake(
            name: "acknowledgment without a path", channel: "        []",
            more: "    acks: { expect: { functional: \"997\" } }",
            code: "CONFIG.ACK.NO_PATH", message: "has no inbound path"),
        Mistake(
            name: "shared with itself",
            channel: "      - { id: a, document: x12/850, pickup: { shared_with: a } }",
            code: "CONFIG.REFERENCE", message: "'a' is not an inbound channel of retailer with a pickup"),
        Mistake(
            name: "placeholder",
            more: """
                    outbound:
                      - { id: o, document: x12/855, trigger: { event: order.acknowledged },
                          deliver: { connection: box, path: out, filename: "<isa_controll>.edi" } }
                """, code: "CONFIG.VALUE",
            message: "'<isa_controll>' is not a placeholder; did you mean '<isa_control>'?"),
        Mistake(
            name: "event",
            more: """
                    outbound:
                      - { id: o, document: x12/855, trigger: { event: order.aknowledged },
                          deliver: { connection: box, path: out, filename: x } }
                """, code: "CONFIG.VALUE", message: "did you mean 'order.acknowledged'?"),
    ]

    @Test(arguments: mistakes)
    func aMistakeIsSaidWithItsPlace(_ mistake: Mistake) throws {
        let loaded = ConfigurationTestSite(Self.retailer(mistake.channel, more: mistake.more)).load()
        let finding = try #require(
            loaded.findings.first { $0.code.rawValue == mistake.code }, "\(loaded.words)")
        #expect(finding.message.contains(mistake.message))
        #expect((finding.location?.line ?? 0) > 3)
        #expect(finding.expected != nil)
    }

    @Test func patternsThatCannotMeetAreNoOverlap() {
        let text = Self.retailer(
            Self.plain.replacing("path: in", with: "path: in, match: \"PO*.edi\"") + "\n"
                + Self.plain.replacing("id: a", with: "id: b").replacing(
                    "path: in", with: "path: in, match: \"PC*.edi\""))
        #expect(ConfigurationTestSite(text).load().findings == [])
    }

    @Test func aTestInstanceUsesOnlyTestConnections() throws {
        let head = ConfigurationTestSite.head.replacing("production", with: "test")
        let loaded = ConfigurationTestSite(Self.retailer(Self.plain), head: head).load()
        #expect(loaded.codes == ["CONFIG.USAGE.TEST"])
        let marked = Self.retailer(Self.plain).replacing(
            "type: directory", with: "type: directory, test: true")
        #expect(ConfigurationTestSite(marked, head: head).load().findings == [])
    }

    @Test func includedFilesAddPartnersAndMayNotRepeatThem() throws {
        var site = ConfigurationTestSite("include: [ partners.d/*.yaml ]\n" + Self.retailer(Self.plain))
        site.files["/site/partners.d/10-shop.yaml"] = "partners: { shop: { kind: sales_channel, us: us } }\n"
        site.files["/site/partners.d/readme.txt"] = "not yaml: ["
        let loaded = site.load()
        #expect(loaded.findings == [])
        #expect(loaded.site.partners.map(\.id) == ["retailer", "shop"])

        site.files["/site/partners.d/20-again.yaml"] = "partners: { shop: { kind: sales_channel, us: us } }\n"
        let again = site.load()
        let finding = try #require(again.findings.first)
        #expect(finding.code == "CONFIG.ID.DUPLICATE")
        #expect(finding.location?.drop == "/site/partners.d/20-again.yaml")
        #expect(finding.expected?.contains("10-shop.yaml:1") == true)

        site.files["/site/partners.d/20-again.yaml"] = "instance: { name: other }\n"
        #expect(site.load().codes == ["CONFIG.KEY.UNKNOWN"])
    }

    @Test func inheritedValuesKeepTheirLine() throws {
        let text = "defaults: { inbound: { ready: { stable_for: 5s } } }\n" + Self.retailer(Self.plain)
        let loaded = ConfigurationTestSite(text).load([.effective])
        #expect(loaded.site.inbound("a")?.channel.ready.stableFor == ConfiguredDuration(5, .seconds))
        #expect(loaded.site.inbound("a")?.channel.ready.minBytes == ByteSize(byteCount: 1))
        let lines = loaded.effective(at: "partners.retailer.inbound.a.ready")
        let stable = try #require(lines.first { $0.path.hasSuffix("stable_for") })
        guard case .file(let location) = stable.origin else {
            Issue.record("not from a file: \(stable)")
            return
        }
        #expect(location.line == 4 && stable.text == "5s")
        #expect(lines.first { $0.path.hasSuffix("min_bytes") }?.origin == .builtIn)
    }

    @Test func aMistakeInTheDefaultsIsSaidOnce() {
        let channels =
            Self.plain + "\n"
            + Self.plain.replacing("id: a", with: "id: b").replacing("path: in", with: "path: b")
        let text =
            "defaults: { inbound: { ready: { stable_for: 5, min_byte: 1 } } }\n" + Self.retailer(channels)
        #expect(ConfigurationTestSite(text).load().codes == ["CONFIG.KEY.UNKNOWN", "CONFIG.TYPE"])
    }

    @Test func theHashSeesWordsAndNotFolders() {
        var site = ConfigurationTestSite(Self.retailer(Self.plain) + "\nrules: rules.yaml\n")
        site.files["/site/rules.yaml"] = "version: 1\n"
        let first = site.load().hash
        #expect(first.utf8.count == 64)
        var moved = site
        moved.files = Dictionary(
            uniqueKeysWithValues: site.files.map { ($0.key.replacing("/site", with: "/etc/x"), $0.value) })
        #expect(ConfigurationLoader.load("/etc/x/channels.yaml", sources: moved.sources).hash == first)
        site.files["/site/rules.yaml"] = "version: 1\r\n"
        #expect(site.load().hash == first)
        site.files["/site/rules.yaml"] = "version: 1\nrouting: {}\n"
        #expect(site.load().hash != first)
    }

    @Test func declarationsAreFoundInTheSiteFirst() throws {
        var site = ConfigurationTestSite(
            Self.retailer(
                Self.plain.replacing("id: a,", with: "id: a, map: orders-map, guide: x12/004010/850,")))
        site.files["/site/library/maps/shops/orders-map.yaml"] = "from: library\n"
        site.files["/site/library/guides/x12/004010/850.yaml"] = "v: 4010\n"
        site.files["/site/library/guides/x12/005010/850.yaml"] = "v: 5010\n"
        #expect(site.load([.library]).findings == [])
        #expect(try site.load().library.read(.maps, "orders-map")["from"]?.text == "library")
        site.files["/site/maps/orders-map.yaml"] = "from: site\n"
        let library = site.load().library
        #expect(try library.read(.maps, "orders-map")["from"]?.text == "site")
        #expect(throws: Diagnostic.self) { try library.read(.guides, "850") }
        #expect(try library.read(.guides, "x12/005010/850")["v"]?.text == "5010")
        site.files[ConfigurationTestSite.path] = site.files[ConfigurationTestSite.path]?.replacing(
            "orders-map", with: "order-map")
        let finding = try #require(site.load([.library]).findings.first)
        #expect(finding.code == "CONFIG.LIBRARY.MISSING")
        #expect(finding.message == "map 'order-map' is not there; did you mean 'orders-map'?")
    }

    @Test func rulesStandInTheOrderThatTheyAskFor() {
        var site = ConfigurationTestSite("rules: rules.yaml\n")
        site.files["/site/rules.yaml"] = """
            routing:
              order:
                - { id: rest, locations: x, after: [ west, east ] }
                - { id: east, locations: x }
                - { locations: y }
                - { id: west, locations: x, after: east }
            """
        let loaded = site.load()
        #expect(loaded.isUsable)
        #expect(loaded.site.rules.routing.order.map { $0.id ?? "-" } == ["east", "-", "west", "rest"])
    }

    @Test func aPartnerMayBeInTestByItself() {
        let text = Self.retailer(Self.plain).replacing("us: us", with: "us: us\n    usage: test")
        #expect(ConfigurationTestSite(text).load().codes == ["CONFIG.USAGE.TEST"])
    }

    @Test func aFileOnDiskIsReadAndALargeOneIsNot() {
        let none = ConfigurationLoader.load("/dev/null/none", sources: .system)
        #expect(none.codes == ["CONFIG.NOT_FOUND"])
        let device = ConfigurationLoader.load("/dev/null", sources: .system)
        #expect(device.codes == ["CONFIG.NOT_FOUND"])
        var large = ConfigurationTestSite("").sources
        large.file = { _ in .tooLarge }
        #expect(
            ConfigurationLoader.load("/site/channels.yaml", sources: large).codes == ["CONFIG.LIMIT.SIZE"])
    }

    /// Whatever the bytes, the answer is a configuration or findings.
    @Test func noConfigurationTraps() throws {
        guard let bytes = try SharedFiles.bytes("channels.example.yaml") else { return }
        var state: UInt64 = 7
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let words = [
            "{}", "[]", "~", "\"\"", "-1", "99999999999999999999", "{ a: b }", "[ x ]", "id:", "😀", "0x1F",
            "*",
        ]
        var site = ConfigurationTestSite("")
        for _ in 0..<60 {
            var text = bytes
            for _ in 0...next(5) {
                let at = next(text.count)
                let end = min(text.count, at + next(12))
                text.replaceSubrange(at..<end, with: Array(words[next(words.count)].utf8))
            }
            site.files[ConfigurationTestSite.path] = String(decoding: text, as: UTF8.self)
            let loaded = site.load([.effective, .library])
            #expect(!loaded.findings.isEmpty)
        }
    }
}
