public import Canonical

/// The moments at which something is due: the slots of a cron expression in a zone, or of an interval; on business days
/// only, where there is a calendar.
///
/// A slot that the clock skips is due at the first minute behind the gap; one that comes twice is due once, the first
/// time. Looking for a slot goes day by day and never minute by minute.
public struct SlotSchedule: Sendable, Hashable {
    private enum Pattern: Sendable, Hashable {
        case cron(CronExpression)
        /// Multiples of so many seconds since 1970-01-01T00:00:00Z.
        case interval(Int64)
    }

    private let pattern: Pattern
    private let zone: ZoneRules
    private let calendar: BusinessCalendar?

    /// Nil when the text is not a cron expression.
    public init?(cron text: String, zone: ZoneRules, calendar: BusinessCalendar? = nil) {
        guard let expression = try? CronExpression(text) else { return nil }
        pattern = .cron(expression)
        self.zone = zone
        self.calendar = calendar
    }

    /// Nil unless the duration has a length of at least a minute.
    public init?(every duration: ConfiguredDuration, zone: ZoneRules, calendar: BusinessCalendar? = nil) {
        guard let seconds = duration.seconds, seconds >= 60 else { return nil }
        pattern = .interval(Int64(seconds))
        self.zone = zone
        self.calendar = calendar
    }

    /// The first slot after a moment; nil when there is none within nine years.
    public func next(after moment: Instant) -> Instant? {
        var from = moment
        // Each turn but the last leaps over a day that does not count.
        for _ in 0..<3_660 {
            guard let slot = anyNext(after: from) else { return nil }
            guard let calendar, !calendar.isBusinessDay(slot) else { return slot }
            guard let day = calendar.nextBusinessDay(after: calendar.zone.local(slot).date) else {
                return nil
            }
            from = max(slot, calendar.zone.moment(day, minuteOfDay: 0).adding(seconds: -1))
        }
        return nil
    }

    /// The last slot at or before a moment; nil when there is none within nine years.
    public func latest(upTo moment: Instant) -> Instant? {
        var upTo = moment
        for _ in 0..<3_660 {
            guard let slot = anyLatest(upTo: upTo) else { return nil }
            guard let calendar, !calendar.isBusinessDay(slot) else { return slot }
            let date = calendar.zone.local(slot).date
            guard let day = calendar.previousBusinessDay(before: date) else { return nil }
            let end = calendar.zone.moment(day.adding(days: 1), minuteOfDay: 0).adding(seconds: -1)
            upTo = min(slot.adding(seconds: -1), end)
        }
        return nil
    }

    /// The last slot since the last run: after `after`, at or before `upTo`. Nil when none is due.
    public func latest(after: Instant, upTo: Instant) -> Instant? {
        guard let slot = latest(upTo: upTo), slot > after else { return nil }
        return slot
    }

    /// The slots after `after`, at or before `upTo`, ascending.
    ///
    /// - Limit: `limit` slots; the later ones are left out.
    public func all(after: Instant, upTo: Instant, limit: Int = 10_000) -> [Instant] {
        var slots: [Instant] = []
        var from = after
        while slots.count < limit, let slot = next(after: from), slot <= upTo {
            slots.append(slot)
            from = slot
        }
        return slots
    }

    private func anyNext(after moment: Instant) -> Instant? {
        switch pattern {
        case .interval(let length):
            let (quotient, remainder) = moment.seconds.quotientAndRemainder(dividingBy: length)
            return Instant(seconds: (remainder < 0 ? quotient : quotient + 1) * length)
        case .cron(let cron): return cronNext(cron, after: moment)
        }
    }

    private func anyLatest(upTo moment: Instant) -> Instant? {
        switch pattern {
        case .interval(let length):
            let (quotient, remainder) = moment.seconds.quotientAndRemainder(dividingBy: length)
            return Instant(seconds: (remainder < 0 ? quotient - 1 : quotient) * length)
        case .cron(let cron): return cronLatest(cron, upTo: moment)
        }
    }

    private func cronNext(_ cron: CronExpression, after moment: Instant) -> Instant? {
        // A slot of the day before may have been moved behind a gap at midnight.
        var date = zone.local(moment).date.adding(days: -1)
        while let day = cron.firstDay(from: date) {
            if let offset = steadyOffset(on: day) {
                let midnight = Int64(day.dayNumber) * 86_400 - Int64(offset)
                let elapsed = moment.seconds - midnight
                let from = elapsed < 0 ? 0 : Int(clamping: elapsed / 60 + 1)
                if let minute = cron.firstMinute(from: from) {
                    return Instant(seconds: midnight + Int64(minute) * 60)
                }
            } else if let slot = slots(of: cron, on: day).filter({ $0 > moment }).min() {
                return slot
            }
            date = day.adding(days: 1)
            // The search of `firstDay` is bounded from where it starts; its start is near the moment only once.
            guard date.dayNumber - zone.local(moment).date.dayNumber < 9 * 366 else { return nil }
        }
        return nil
    }

    private func cronLatest(_ cron: CronExpression, upTo moment: Instant) -> Instant? {
        var date = zone.local(moment).date.adding(days: 1)
        while let day = cron.lastDay(upTo: date) {
            if let offset = steadyOffset(on: day) {
                let midnight = Int64(day.dayNumber) * 86_400 - Int64(offset)
                let elapsed = moment.seconds - midnight
                let upTo = elapsed < 0 ? -1 : Int(clamping: elapsed / 60)
                if let minute = cron.lastMinute(upTo: upTo) {
                    return Instant(seconds: midnight + Int64(minute) * 60)
                }
            } else if let slot = slots(of: cron, on: day).filter({ $0 <= moment }).max() {
                return slot
            }
            date = day.adding(days: -1)
            guard zone.local(moment).date.dayNumber - date.dayNumber < 9 * 366 else { return nil }
        }
        return nil
    }

    /// The day's offset where the clock does not change on it; nil on the two days a year on which it does.
    private func steadyOffset(on day: CalendarDate) -> Int32? {
        let start = Int64(day.dayNumber) * 86_400
        let window: Int64 = 26 * 3_600
        guard zone.transitions(from: start - window, to: start + 86_400 + window).isEmpty else { return nil }
        return zone.offset(at: start)
    }

    /// All slots of a day, each resolved by itself.
    private func slots(of cron: CronExpression, on day: CalendarDate) -> [Instant] {
        var slots: [Instant] = []
        var minute = cron.firstMinute(from: 0)
        while let next = minute {
            slots.append(zone.moment(day, minuteOfDay: next))
            minute = cron.firstMinute(from: next + 1)
        }
        return slots
    }
}
