import Canonical

extension CronExpression {
    /// Whether the expression names a minute of this day.
    func matches(_ date: CalendarDate) -> Bool {
        let (year, month, day) = date.parts
        guard months >> month & 1 != 0 else { return false }
        let inMonth = isDay(day, last: CalendarDate.dayCount(year: year, month: month))
        let inWeek = isWeekday(
            date.weekday % 7, day: day, last: CalendarDate.dayCount(year: year, month: month))
        switch (isAnyDay, isAnyWeekday) {
        case (true, true): return true
        case (true, false): return inWeek
        case (false, true): return inMonth
        case (false, false): return inMonth || inWeek
        }
    }

    private func isDay(_ day: Int, last: Int) -> Bool {
        days >> day & 1 != 0 || (days & 1 != 0 && day == last)
    }

    private func isWeekday(_ weekday: Int, day: Int, last: Int) -> Bool {
        if weekdays >> weekday & 1 != 0 { return true }
        let nth = nthWeekdays[weekday]
        return nth >> ((day - 1) / 7 + 1) & 1 != 0 || (nth & 1 != 0 && day + 7 > last)
    }

    /// The first matching day from `start` on.
    ///
    /// - Limit: nine years, which 29 February never exceeds; nil beyond, for days that do not exist.
    func firstDay(from start: CalendarDate) -> CalendarDate? { day(from: start, step: 1) }

    /// The last matching day up to `end`, under the same limit.
    func lastDay(upTo end: CalendarDate) -> CalendarDate? { day(from: end, step: -1) }

    private func day(from start: CalendarDate, step: Int) -> CalendarDate? {
        var date = start
        for _ in 0..<(9 * 366) {
            if matches(date) { return date }
            date = date.adding(days: step)
        }
        return nil
    }

    /// The first minute of the day at or after `minute` that the expression names.
    func firstMinute(from minute: Int) -> Int? {
        guard minute < 1440 else { return nil }
        let from = max(0, minute)
        let inHour = minutes & ~0 << UInt64(from % 60)
        if hours >> (from / 60) & 1 != 0, inHour != 0 { return from / 60 * 60 + inHour.trailingZeroBitCount }
        let later = from / 60 < 31 ? hours & ~0 << UInt32(from / 60 + 1) : 0
        guard later != 0, minutes != 0 else { return nil }
        return later.trailingZeroBitCount * 60 + minutes.trailingZeroBitCount
    }

    /// The last minute of the day at or before `minute` that the expression names.
    func lastMinute(upTo minute: Int) -> Int? {
        guard minute >= 0 else { return nil }
        let upTo = min(1439, minute)
        let inHour = minutes & ~0 >> UInt64(63 - upTo % 60)
        if hours >> (upTo / 60) & 1 != 0, inHour != 0 {
            return upTo / 60 * 60 + 63 - inHour.leadingZeroBitCount
        }
        let earlier = hours & ((1 << UInt32(upTo / 60)) - 1)
        guard earlier != 0, minutes != 0 else { return nil }
        return (31 - earlier.leadingZeroBitCount) * 60 + 63 - minutes.leadingZeroBitCount
    }
}
