/// A day of the Gregorian calendar, without a time or a zone.
public struct CalendarDate: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Days since 1970-01-01.
    public let dayNumber: Int32

    /// Any number is taken, days before 1970 too; the books keep days so.
    public init(dayNumber: Int32) { self.dayNumber = dayNumber }

    /// Nil for a day that does not exist (30 February), and outside the years 1 to 9999.
    public init?(year: Int, month: Int, day: Int) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1 else { return nil }
        guard day <= Self.dayCount(year: year, month: month) else { return nil }
        // Days from civil, counted in eras of 400 years that begin in March.
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        dayNumber = Int32(era * 146_097 + dayOfEra - 719_468)
    }

    /// Reads `2025-11-22`.
    public init?(iso text: some StringProtocol) {
        let digits = Array(text.utf8)
        guard digits.count == 10, digits[4] == 0x2D, digits[7] == 0x2D else { return nil }
        guard let year = Self.number(digits[0..<4]), let month = Self.number(digits[5..<7]),
            let day = Self.number(digits[8..<10])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// Reads `CCYYMMDD`, the form of X12 and EDIFACT (format 102).
    public init?(compact digits: some Collection<UInt8>) {
        let digits = Array(digits)
        guard digits.count == 8, let year = Self.number(digits[0..<4]),
            let month = Self.number(digits[4..<6]),
            let day = Self.number(digits[6..<8])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        var value = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            value = value * 10 + Int(digit - 0x30)
        }
        return value
    }

    /// How many days the month has.
    public static func dayCount(year: Int, month: Int) -> Int {
        switch month {
        case 4, 6, 9, 11: 30
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: 31
        }
    }

    /// Year, month and day, each from 1.
    public var parts: (year: Int, month: Int, day: Int) {
        let shifted = Int(dayNumber) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthIndex + 2) / 5 + 1
        let month = monthIndex + (monthIndex < 10 ? 3 : -9)
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// Monday is 1, Sunday 7 (ISO 8601).
    public var weekday: Int { (Int(dayNumber) % 7 + 10) % 7 + 1 }

    /// The day so many days later, earlier where negative; a count that 32 bits do not hold is taken as the
    /// nearest that they do.
    public func adding(days: Int) -> CalendarDate {
        CalendarDate(dayNumber: dayNumber &+ Int32(clamping: days))
    }

    /// `2025-11-22`.
    public var description: String {
        let (year, month, day) = parts
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    /// `20251122`.
    public var compact: String {
        let (year, month, day) = parts
        return padded(year, 4) + padded(month, 2) + padded(day, 2)
    }

    /// By time: the earlier day first.
    public static func < (left: CalendarDate, right: CalendarDate) -> Bool {
        left.dayNumber < right.dayNumber
    }
}

/// `value` in decimal with zeros in front, at least `width` wide.
func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

/// A moment in UTC, to the millisecond.
public struct Instant: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public let milliseconds: Int64

    /// Any number is taken, moments before 1970 too; the books keep moments so.
    public init(milliseconds: Int64) { self.milliseconds = milliseconds }

    /// The moment at which a clock with the given offset from UTC shows this day and time.
    public init(date: CalendarDate, secondsOfDay: Int, offsetSeconds: Int = 0, milliseconds: Int = 0) {
        let seconds = Int64(date.dayNumber) * 86_400 + Int64(secondsOfDay) - Int64(offsetSeconds)
        self.milliseconds = seconds * 1000 + Int64(milliseconds)
    }

    /// Reads RFC 3339: `2025-11-22T02:00:00Z`, `2025-11-22T02:00:00.250-05:00`.
    public init?(rfc3339 text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, let date = CalendarDate(iso: String(decoding: bytes[0..<10], as: UTF8.self))
        else {
            return nil
        }
        func two(_ at: Int) -> Int? {
            guard at + 1 < bytes.count, (0x30...0x39).contains(bytes[at]),
                (0x30...0x39).contains(bytes[at + 1])
            else {
                return nil
            }
            return Int(bytes[at] - 0x30) * 10 + Int(bytes[at + 1] - 0x30)
        }
        guard bytes[10] == 0x54 || bytes[10] == 0x20, bytes[13] == 0x3A, bytes[16] == 0x3A,
            let hour = two(11), hour < 24, let minute = two(14), minute < 60, let second = two(17),
            second < 60
        else { return nil }
        var at = 19
        var fraction = 0
        if bytes[at] == 0x2E {
            var digits = 0
            at += 1
            while at < bytes.count, (0x30...0x39).contains(bytes[at]) {
                if digits < 3 { fraction = fraction * 10 + Int(bytes[at] - 0x30) }
                digits += 1
                at += 1
            }
            guard (1...9).contains(digits) else { return nil }
            for _ in digits..<max(3, digits) { fraction *= 10 }
        }
        guard at < bytes.count else { return nil }
        var offset = 0
        if bytes[at] == 0x5A {
            guard at + 1 == bytes.count else { return nil }
        } else {
            guard bytes[at] == 0x2B || bytes[at] == 0x2D, at + 6 == bytes.count, bytes[at + 3] == 0x3A,
                let hours = two(at + 1), hours < 24, let minutes = two(at + 4), minutes < 60
            else { return nil }
            offset = (hours * 3600 + minutes * 60) * (bytes[at] == 0x2D ? -1 : 1)
        }
        self.init(
            date: date, secondsOfDay: hour * 3600 + minute * 60 + second, offsetSeconds: offset,
            milliseconds: fraction)
    }

    /// The day and the seconds since midnight in a zone that is `offsetSeconds` ahead of UTC.
    public func local(offsetSeconds: Int) -> (date: CalendarDate, secondsOfDay: Int) {
        let shifted = milliseconds + Int64(offsetSeconds) * 1000
        let seconds = shifted >= 0 ? shifted / 1000 : (shifted - 999) / 1000
        let day = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
        return (CalendarDate(dayNumber: Int32(clamping: day)), Int(seconds - day * 86_400))
    }

    /// The moment so many seconds later, earlier where negative.
    public func adding(seconds: Int) -> Instant {
        Instant(milliseconds: milliseconds + Int64(seconds) * 1000)
    }

    /// `2025-11-22T02:00:00Z`, with milliseconds only where there are any.
    public var description: String {
        let (date, seconds) = local(offsetSeconds: 0)
        let rest = Int((milliseconds % 1000 + 1000) % 1000)
        let time = "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
        return "\(date)T\(time)\(rest == 0 ? "" : "." + padded(rest, 3))Z"
    }

    /// By time: the earlier moment first.
    public static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }
}
