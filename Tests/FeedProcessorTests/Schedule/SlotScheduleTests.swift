import Canonical
import Testing

@testable import FeedProcessor

@Suite struct SlotScheduleTests {
    private static let zones = ConfigurationSources.system.zones()

    private func schedule(_ cron: String, _ zone: String, _ calendar: BusinessCalendar? = nil) throws
        -> SlotSchedule
    {
        let zone = try #require(Self.zones.zone(zone))
        return try #require(SlotSchedule(cron: cron, zone: zone, calendar: calendar))
    }

    private func moment(_ text: String) throws -> Instant { try #require(Instant(rfc3339: text)) }

    struct Row: Sendable, CustomTestStringConvertible {
        var cron: String
        var zone: String
        var after: String
        var next: String?
        var testDescription: String { "\(cron) in \(zone) after \(after)" }
        init(_ cron: String, _ zone: String, _ after: String, _ next: String?) {
            self.cron = cron
            self.zone = zone
            self.after = after
            self.next = next
        }
    }

    static let rows: [Row] = [
        Row("*/10 5-22 * * *", "UTC", "2026-03-01T05:00:00Z", "2026-03-01T05:10:00Z"),
        Row("*/10 5-22 * * *", "UTC", "2026-03-01T04:59:59.999Z", "2026-03-01T05:00:00Z"),
        Row("*/10 5-22 * * *", "UTC", "2026-03-01T22:50:00Z", "2026-03-02T05:00:00Z"),
        Row("0 0 29 2 *", "UTC", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z"),
        Row("0 0 31 2 *", "UTC", "2026-03-01T00:00:00Z", nil),
        // New York skips 02:00 to 03:00 on 8 March 2026: at the next minute, once.
        Row("30 2 * * *", "America/New_York", "2026-03-07T08:00:00Z", "2026-03-08T07:00:00Z"),
        Row("30 2 * * *", "America/New_York", "2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z"),
        Row("*/10 2 * * *", "America/New_York", "2026-03-08T06:59:00Z", "2026-03-08T07:00:00Z"),
        Row("*/10 2 * * *", "America/New_York", "2026-03-08T07:00:00Z", "2026-03-09T06:00:00Z"),
        Row("*/30 * * * *", "America/New_York", "2026-03-08T06:30:00Z", "2026-03-08T07:00:00Z"),
        Row("*/30 * * * *", "America/New_York", "2026-03-08T07:00:00Z", "2026-03-08T07:30:00Z"),
        // 01:00 to 02:00 comes twice on 1 November 2026: the first time.
        Row("30 1 * * *", "America/New_York", "2026-11-01T05:00:00Z", "2026-11-01T05:30:00Z"),
        Row("30 1 * * *", "America/New_York", "2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"),
        Row("0 2 * * *", "America/New_York", "2026-11-01T05:30:00Z", "2026-11-01T07:00:00Z"),
        // Lord Howe moves by half an hour.
        Row("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T15:00:00Z", "2026-10-03T15:30:00Z"),
        Row("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T14:00:00Z", "2026-04-04T14:45:00Z"),
        Row("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T14:45:00Z", "2026-04-05T15:15:00Z"),
        // Kiritimati skipped 31 December 1994, Apia 30 December 2011: a whole day of slots is one.
        Row("0 9 * * *", "Pacific/Apia", "2011-12-30T00:00:00Z", "2011-12-30T10:00:00Z"),
        Row("0 9 * * *", "Pacific/Apia", "2011-12-30T10:00:00Z", "2011-12-30T19:00:00Z"),
        Row("0 0 * * *", "Asia/Kolkata", "2026-01-01T00:00:00Z", "2026-01-01T18:30:00Z"),
        Row("0 18 * * *", "Europe/Berlin", "2060-07-01T12:00:00Z", "2060-07-01T16:00:00Z"),
    ]

    @Test(arguments: rows)
    func theNextSlotIsFound(_ row: Row) throws {
        #expect(try schedule(row.cron, row.zone).next(after: try moment(row.after))?.description == row.next)
    }

    @Test(arguments: [
        "America/New_York", "Australia/Lord_Howe", "Europe/Dublin", "Pacific/Apia", "Asia/Kolkata", "UTC",
    ])
    func lookingBackFindsWhatLookingAheadFound(_ zone: String) throws {
        for cron in ["*/17 * * * *", "30 2 * * *", "0 0 L * *", "5 1-3 * * SUN", "0 */6 * * *"] {
            let schedule = try schedule(cron, zone)
            for start in [
                "2011-12-28T00:00:00Z", "2026-03-07T00:00:00Z", "2026-10-03T00:00:00Z",
                "2026-10-31T12:00:00Z",
            ] {
                let from = try moment(start)
                let slots = schedule.all(after: from, upTo: from.adding(seconds: 4 * 86_400))
                #expect(slots == slots.sorted() && Set(slots).count == slots.count)
                for (index, slot) in slots.enumerated() {
                    #expect(schedule.latest(upTo: slot) == slot)
                    #expect(
                        schedule.latest(upTo: slot.adding(seconds: -1))
                            == (index > 0 ? slots[index - 1] : schedule.latest(upTo: from)))
                    #expect(schedule.latest(after: slot, upTo: slot) == nil)
                }
            }
        }
    }

    @Test func slotsKeepToBusinessDays() throws {
        let zone = try #require(Self.zones.zone("America/New_York"))
        let thanksgiving = try #require(CalendarDate(iso: "2026-11-26"))
        let calendar = BusinessCalendar(zone: zone, holidays: [thanksgiving])
        let schedule = try schedule("30 17 * * *", "America/New_York", calendar)
        let slots = schedule.all(
            after: try moment("2026-11-25T00:00:00Z"), upTo: try moment("2026-12-01T23:00:00Z"))
        #expect(
            slots.map(\.description) == [
                "2026-11-25T22:30:00Z", "2026-11-27T22:30:00Z", "2026-11-30T22:30:00Z",
                "2026-12-01T22:30:00Z",
            ])
        #expect(
            schedule.latest(upTo: try moment("2026-11-29T23:00:00Z"))?.description == "2026-11-27T22:30:00Z")
        let never = BusinessCalendar(zone: zone, weekdays: [])
        #expect(
            try self.schedule("0 0 * * *", "America/New_York", never).next(
                after: try moment("2026-01-01T00:00:00Z")) == nil)
        #expect(
            try self.schedule("0 0 * * *", "America/New_York", never).latest(
                upTo: try moment("2026-01-01T00:00:00Z")) == nil)
    }

    @Test func intervalsCountFromTheEpoch() throws {
        let schedule = try #require(SlotSchedule(every: ConfiguredDuration(10, .minutes), zone: .utc))
        #expect(
            schedule.next(after: try moment("2026-01-01T00:00:00Z"))?.description == "2026-01-01T00:10:00Z")
        #expect(
            schedule.next(after: try moment("1969-12-31T23:55:00Z"))?.description == "1970-01-01T00:00:00Z")
        #expect(
            schedule.latest(upTo: try moment("1969-12-31T23:55:00Z"))?.description == "1969-12-31T23:50:00Z")
        #expect(
            schedule.latest(upTo: try moment("2026-01-01T00:19:59.999Z"))?.description
                == "2026-01-01T00:10:00Z")
        #expect(
            schedule.all(after: try moment("2026-01-01T00:00:00Z"), upTo: try moment("2026-01-02T00:00:00Z"))
                .count == 144)
        #expect(
            schedule.all(
                after: try moment("2026-01-01T00:00:00Z"), upTo: try moment("2027-01-01T00:00:00Z"), limit: 5
            ).count == 5)
        #expect(SlotSchedule(every: ConfiguredDuration(1, .seconds), zone: .utc) == nil)
        #expect(SlotSchedule(every: ConfiguredDuration(1, .businessDays), zone: .utc) == nil)
    }

    @Test func businessDaysAreCounted() throws {
        let zone = try #require(Self.zones.zone("America/New_York"))
        let calendar = BusinessCalendar(zone: zone, holidays: [try #require(CalendarDate(iso: "2026-11-26"))])
        // Wednesday 10:00, two business days over Thanksgiving and the weekend: Monday 10:00.
        let start = try moment("2026-11-25T15:00:00Z")
        #expect(
            ConfiguredDuration(2, .businessDays).after(start, calendar)?.description == "2026-11-30T15:00:00Z"
        )
        #expect(ConfiguredDuration(0, .businessDays).after(start, calendar) == start)
        #expect(
            ConfiguredDuration(1, .businessDays).after(try moment("2026-11-28T15:00:00Z"), calendar)?
                .description == "2026-11-30T15:00:00Z")
        #expect(
            ConfiguredDuration(1, .businessDays).before(try moment("2026-11-27T15:00:00Z"), calendar) == start
        )
        // The clock changes over the weekend: the same time of day, not the same number of hours.
        #expect(
            ConfiguredDuration(1, .businessDays).after(try moment("2026-03-06T15:00:30Z"), calendar)?
                .description == "2026-03-09T14:00:30Z")
        #expect(ConfiguredDuration(24, .hours).after(start, calendar)?.description == "2026-11-26T15:00:00Z")
        #expect(ConfiguredDuration(24, .hours).before(start, calendar)?.description == "2026-11-24T15:00:00Z")
    }

    @Test func yearsOfSlotsAreFoundWithoutCountingMinutes() throws {
        let schedule = try schedule("0 0 29 2 *", "America/New_York")
        let time = try ContinuousClock().measure {
            for _ in 0..<200 { _ = schedule.next(after: try moment("2096-03-01T12:00:00Z")) }
        }
        #expect(time < .seconds(5))
    }
}
