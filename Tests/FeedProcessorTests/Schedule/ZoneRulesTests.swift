import Canonical
import Testing

@testable import FeedProcessor

@Suite struct ZoneRulesTests {
    static let zones = ConfigurationSources.system.zones()

    private func zone(_ name: String) throws -> ZoneRules { try #require(Self.zones.zone(name), "\(name)") }

    @Test func offsetsAreThoseOfZoneinfo() throws {
        for row in ZoneTable.offsets {
            let moment = try #require(Instant(rfc3339: row.moment))
            #expect(try zone(row.zone).offsetSeconds(at: moment) == row.seconds, "\(row)")
        }
    }

    @Test func localTimesBecomeTheMomentsOfZoneinfo() throws {
        for row in ZoneTable.walls {
            let (date, seconds) = try #require(Instant(rfc3339: row.wall)).local(offsetSeconds: 0)
            let moment = try zone(row.zone).moment(date, minuteOfDay: seconds / 60)
            #expect(moment.description == row.moment, "\(row)")
        }
    }

    @Test(arguments: [
        "Mars/Base", "../etc/passwd", "/etc/passwd", "America", "", "UTC\u{0}", "tzdata.zi",
        "America//New_York",
    ])
    func whatIsNoZoneIsNone(_ name: String) { #expect(Self.zones.zone(name) == nil) }

    @Test func everyZoneOfThisMachineIsRead() {
        let names = Self.zones.names()
        #expect(names.count > 300)
        for name in names { #expect(Self.zones.zone(name) != nil, "\(name)") }
    }

    @Test func utcNeedsNoFiles() {
        let none = ZoneCatalog { _ in nil }
        #expect(none.zone("UTC") == .utc)
        #expect(none.zone("Europe/Berlin") == nil)
        #expect(none.names() == ["UTC"])
    }

    @Test(arguments: [
        ("EST5EDT,M3.2.0,M11.1.0", "2026-07-01T00:00:00Z", -14_400),
        ("EST5EDT,M3.2.0,M11.1.0", "2026-01-01T00:00:00Z", -18_000),
        ("IST-5:30", "2026-07-01T00:00:00Z", 19_800),
        ("<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "2026-01-01T00:00:00Z", 39_600),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2026-07-01T00:00:00Z", -3_600),
        ("XXX0YYY,J60,J300", "2024-02-29T12:00:00Z", 0),
        ("XXX0YYY,J60,J300", "2024-03-01T12:00:00Z", 3_600),
        ("XXX0YYY,59/0,300", "2024-02-29T12:00:00Z", 3_600),
        ("XXX3EDT4,0/0,J365/23", "2026-01-01T03:00:00Z", -14_400),
        ("XXX3EDT4,0/0,J365/23", "2026-06-01T00:00:00Z", -14_400),
    ])
    func posixRulesAreRead(_ text: String, _ moment: String, _ seconds: Int) throws {
        let rule = try #require(PosixZone(Array(text.utf8)))
        #expect(rule.offset(at: try #require(Instant(rfc3339: moment)).seconds) == Int32(seconds))
    }

    @Test(arguments: [
        "", "EST", "E5", "EST5EDT", "EST5EDT,M3.2.0", "EST5EDT,M13.2.0,M11.1.0", "EST5EDT,M3.2.0,M11.1.0,",
        "EST168", "<X5",
    ])
    func whatIsNoPosixRuleIsNone(_ text: String) { #expect(PosixZone(Array(text.utf8)) == nil) }

    /// Cut short or with a byte changed, a zone file is refused or read; it never traps.
    @Test func noZoneFileTraps() throws {
        let whole = try #require(
            ConfigurationSources.system.file("/usr/share/zoneinfo/America/New_York").bytes)
        for end in 0..<whole.count { _ = TZifReader.read(Array(whole[..<end]), name: "cut") }
        for index in whole.indices {
            for value in [0x00, 0xFF] as [UInt8] {
                var bytes = whole
                bytes[index] = value
                guard let zone = TZifReader.read(bytes, name: "changed") else { continue }
                _ = zone.offset(at: 1_800_000_000)
                _ = zone.moment(CalendarDate(dayNumber: 20_000), minuteOfDay: 90)
            }
        }
    }
}
