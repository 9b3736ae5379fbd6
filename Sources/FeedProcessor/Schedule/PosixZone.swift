import Canonical

/// The rule of a zone for the years that its file does not list: `CET-1CEST,M3.5.0,M10.5.0/3`.
///
/// - Source: POSIX 1003.1 section 8.3, with the hours of RFC 8536 section 3.3.1 (-167 to 167).
struct PosixZone: Sendable, Hashable {
    /// A day of each year and a second of it.
    struct Change: Sendable, Hashable {
        enum Day: Sendable, Hashable {
            /// Day 1 to 365; 29 February is never counted.
            case julian(Int)
            /// Day 0 to 365.
            case ordinal(Int)
            /// A weekday (0 is Sunday) of a week (5 is the last) of a month.
            case weekday(month: Int, week: Int, day: Int)
        }

        var day: Day
        /// Seconds of the local clock since that midnight.
        var seconds: Int

        /// The local second, counted from 1970, in a year.
        func wall(in year: Int) -> Int64? {
            guard let first = CalendarDate(year: year, month: 1, day: 1) else { return nil }
            let isLeap = CalendarDate.dayCount(year: year, month: 2) == 29
            let date: CalendarDate
            switch day {
            case .julian(let number): date = first.adding(days: number - 1 + (isLeap && number >= 60 ? 1 : 0))
            case .ordinal(let number): date = first.adding(days: number)
            case .weekday(let month, let week, let weekday):
                guard let start = CalendarDate(year: year, month: month, day: 1) else { return nil }
                var day = 1 + (weekday - start.weekday % 7 + 7) % 7 + (week - 1) * 7
                if day > CalendarDate.dayCount(year: year, month: month) { day -= 7 }
                date = start.adding(days: day - 1)
            }
            return Int64(date.dayNumber) * 86_400 + Int64(seconds)
        }
    }

    /// Seconds ahead of UTC.
    let standard: Int32
    /// Nil where the clock never changes.
    let summer: (offset: Int32, start: Change, end: Change)?

    static func == (left: PosixZone, right: PosixZone) -> Bool {
        left.standard == right.standard && left.summer?.offset == right.summer?.offset
            && left.summer?.start == right.summer?.start && left.summer?.end == right.summer?.end
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(standard)
        hasher.combine(summer?.offset)
        hasher.combine(summer?.start)
        hasher.combine(summer?.end)
    }

    func offset(at time: Int64) -> Int32 {
        let year = year(of: time)
        return changes(in: year - 1...year + 1).last { $0.time <= time }?.after ?? standard
    }

    /// The changes in a span, ascending, both ends included.
    func transitions(from start: Int64, to end: Int64) -> [ZoneRules.Transition] {
        guard start <= end else { return [] }
        return changes(in: year(of: start) - 1...year(of: end) + 1).filter {
            $0.time >= start && $0.time <= end
        }
    }

    private func changes(in years: ClosedRange<Int>) -> [ZoneRules.Transition] {
        guard let summer else { return [] }
        var found: [ZoneRules.Transition] = []
        for year in years {
            if let wall = summer.start.wall(in: year) {
                found.append(.init(time: wall - Int64(standard), before: standard, after: summer.offset))
            }
            if let wall = summer.end.wall(in: year) {
                found.append(.init(time: wall - Int64(summer.offset), before: summer.offset, after: standard))
            }
        }
        found.sort { $0.time < $1.time }
        // Where the end of one year's summer falls on the start of the next one's, the clock does not change:
        // that is how summer time all year long is written (RFC 8536 section 3.3.1).
        var kept: [ZoneRules.Transition] = []
        for change in found {
            if kept.last?.time == change.time { kept.removeLast() } else { kept.append(change) }
        }
        return kept
    }

    private func year(of time: Int64) -> Int {
        Instant(seconds: time).local(offsetSeconds: 0).date.parts.year
    }
}

extension PosixZone {
    /// Reads a rule; nil when it is not one.
    init?(_ text: some Sequence<UInt8>) {
        var scan = PosixScan(Array(text))
        guard scan.skipName(), let west = scan.time() else { return nil }
        let standard = -west
        guard !scan.isAtEnd else {
            self.init(standard: Int32(standard), summer: nil)
            return
        }
        guard scan.skipName() else { return nil }
        var offset = standard + 3_600
        if scan.peek != 0x2C {
            guard let west = scan.time() else { return nil }
            offset = -west
        }
        guard scan.take(0x2C), let start = scan.change(), scan.take(0x2C), let end = scan.change(),
            scan.isAtEnd
        else { return nil }
        self.init(standard: Int32(standard), summer: (Int32(offset), start, end))
    }
}

private struct PosixScan {
    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var isAtEnd: Bool { at == bytes.count }
    var peek: UInt8? { at < bytes.count ? bytes[at] : nil }

    mutating func take(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        at += 1
        return true
    }

    /// `EST`, `<+1030>`.
    mutating func skipName() -> Bool {
        let start = at
        if take(0x3C) {
            while let byte = peek, byte != 0x3E { at += byte == 0 ? 0 : 1 }
            return take(0x3E)
        }
        while let byte = peek, (0x61...0x7A).contains(byte | 0x20) { at += 1 }
        return at - start >= 3
    }

    mutating func number() -> Int? {
        let start = at
        var value = 0
        while let byte = peek, (0x30...0x39).contains(byte), at - start < 4 {
            value = value * 10 + Int(byte - 0x30)
            at += 1
        }
        return at > start ? value : nil
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    mutating func time() -> Int? {
        let isNegative = take(0x2D)
        if !isNegative { _ = take(0x2B) }
        guard let hours = number(), hours <= 167 else { return nil }
        var seconds = hours * 3_600
        if take(0x3A) {
            guard let minutes = number(), minutes < 60 else { return nil }
            seconds += minutes * 60
            if take(0x3A) {
                guard let rest = number(), rest < 60 else { return nil }
                seconds += rest
            }
        }
        return isNegative ? -seconds : seconds
    }

    /// `M3.2.0/2`, `J60`, `59`; at two o'clock when no time is given.
    mutating func change() -> PosixZone.Change? {
        let day: PosixZone.Change.Day
        if take(0x4D) {
            guard let month = number(), (1...12).contains(month), take(0x2E), let week = number(),
                (1...5).contains(week), take(0x2E), let weekday = number(), (0...6).contains(weekday)
            else { return nil }
            day = .weekday(month: month, week: week, day: weekday)
        } else if take(0x4A) {
            guard let number = number(), (1...365).contains(number) else { return nil }
            day = .julian(number)
        } else {
            guard let number = number(), (0...365).contains(number) else { return nil }
            day = .ordinal(number)
        }
        var seconds = 7_200
        if take(0x2F) {
            guard let time = time() else { return nil }
            seconds = time
        }
        return PosixZone.Change(day: day, seconds: seconds)
    }
}
