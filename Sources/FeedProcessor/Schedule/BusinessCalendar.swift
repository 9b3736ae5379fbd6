public import Canonical

/// Business days in a zone.
public struct BusinessCalendar: Sendable, Hashable {
    /// The zone in which days begin.
    public let zone: ZoneRules
    /// Bit n is a weekday, Monday being 1 (ISO 8601).
    private let weekdays: UInt8
    private let holidays: Set<CalendarDate>

    /// - Parameter weekdays: Monday is 1, Sunday 7.
    public init(
        zone: ZoneRules, weekdays: some Sequence<Int> = 1...5, holidays: some Sequence<CalendarDate> = []
    ) {
        self.zone = zone
        self.weekdays = weekdays.reduce(0) { (1...7).contains($1) ? $0 | 1 << $1 : $0 }
        self.holidays = Set(holidays)
    }

    /// Whether a day counts.
    public func isBusinessDay(_ date: CalendarDate) -> Bool {
        weekdays >> date.weekday & 1 != 0 && !holidays.contains(date)
    }

    /// Whether the day on which a moment falls counts.
    public func isBusinessDay(_ moment: Instant) -> Bool { isBusinessDay(zone.local(moment).date) }

    /// The first business day after `date`.
    ///
    /// - Limit: ten years of holidays; nil beyond.
    public func nextBusinessDay(after date: CalendarDate) -> CalendarDate? {
        businessDay(from: date, step: 1)
    }

    /// The last business day before `date`, under the same limit.
    public func previousBusinessDay(before date: CalendarDate) -> CalendarDate? {
        businessDay(from: date, step: -1)
    }

    private func businessDay(from date: CalendarDate, step: Int) -> CalendarDate? {
        var day = date
        for _ in 0..<3_660 {
            day = day.adding(days: step)
            if isBusinessDay(day) { return day }
        }
        return nil
    }

    /// The same time of day `count` business days later; from a day that does not count, the first that does is one
    /// later. Nil beyond ten years of holidays.
    public func moment(_ count: Int, businessDaysAfter start: Instant) -> Instant? {
        shift(start, count) { nextBusinessDay(after: $0) }
    }

    /// The same time of day `count` business days earlier, counted in the same way.
    public func moment(_ count: Int, businessDaysBefore end: Instant) -> Instant? {
        shift(end, count) { previousBusinessDay(before: $0) }
    }

    private func shift(_ start: Instant, _ count: Int, _ step: (CalendarDate) -> CalendarDate?) -> Instant? {
        guard count > 0 else { return start }
        let (date, seconds) = zone.local(start)
        var day = date
        for _ in 0..<count {
            guard let next = step(day) else { return nil }
            day = next
        }
        let minute = zone.moment(day, minuteOfDay: seconds / 60)
        return minute.adding(seconds: seconds % 60)
    }
}

extension ConfiguredDuration {
    /// The moment this long after another; business days by the calendar. Nil beyond the calendar's limit.
    public func after(_ start: Instant, _ calendar: BusinessCalendar) -> Instant? {
        seconds.map { start.adding(seconds: $0) } ?? calendar.moment(amount, businessDaysAfter: start)
    }

    /// The moment this long before another.
    public func before(_ end: Instant, _ calendar: BusinessCalendar) -> Instant? {
        seconds.map { end.adding(seconds: -$0) } ?? calendar.moment(amount, businessDaysBefore: end)
    }
}
