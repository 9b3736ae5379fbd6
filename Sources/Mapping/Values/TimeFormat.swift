import Canonical

/// A format of dates and times as a map writes it, `YYYY-MM-DD HH:MM:SS ZZZZ`, resolved into steps.
struct TimeFormat: Sendable, Hashable {
    enum Step: Sendable, Hashable {
        case century, year2, year4, month, day, hour, minute, second, fraction, offsetBasic, offsetExtended
        case literal(UInt8)
        case serial
    }

    let text: String
    let steps: [Step]

    var hasDate: Bool { steps.contains(.day) || steps.contains(.serial) }
    var hasTime: Bool { steps.contains(.hour) }
    var hasOffset: Bool { steps.contains(.offsetBasic) || steps.contains(.offsetExtended) }

    /// Nil when `text` has letters that mean nothing.
    init?(_ text: String) {
        self.text = text
        if text == "excel_serial" {
            steps = [.serial]
            return
        }
        var steps: [Step] = []
        var rest = Array(text.utf8)[...]
        var sawHour = false
        while let byte = rest.first {
            let run = rest.prefix { $0 == byte }.count
            switch (byte, run) {
            case (UInt8(ascii: "C"), 2): steps.append(.century)
            case (UInt8(ascii: "Y"), 4): steps.append(.year4)
            case (UInt8(ascii: "Y"), 2): steps.append(.year2)
            case (UInt8(ascii: "D"), 2): steps.append(.day)
            case (UInt8(ascii: "H"), 2):
                steps.append(.hour)
                sawHour = true
            case (UInt8(ascii: "M"), 2): steps.append(sawHour ? .minute : .month)
            case (UInt8(ascii: "S"), 2): steps.append(.second)
            case (UInt8(ascii: "F"), 1...): steps.append(.fraction)
            case (UInt8(ascii: "Z"), 4): steps.append(.offsetBasic)
            case (UInt8(ascii: "Z"), 1): steps.append(.offsetExtended)
            case (UInt8(ascii: "T"), 1): steps.append(.literal(byte))
            case (UInt8(ascii: "A")...UInt8(ascii: "Z"), _), (UInt8(ascii: "a")...UInt8(ascii: "z"), _):
                return nil
            default: steps += Array(repeating: .literal(byte), count: run)
            }
            rest = rest.dropFirst(run)
        }
        guard !steps.isEmpty else { return nil }
        self.steps = steps
    }

    /// The parts that a text in this format says.
    struct Parts {
        var century = -1
        var year = 0
        var month = 1
        var day = 1
        var hour = 0
        var minute = 0
        var second = 0
        var milliseconds = 0
        var offsetSeconds: Int?
        var serial: Int?
    }

    /// Reads a text in this format, all of it; nil where it has another form. Ranges are checked by who asks.
    func parts(of bytes: Span<UInt8>) -> Parts? {
        var parts = Parts()
        var at = 0
        for step in steps {
            switch step {
            case .literal(let byte):
                guard at < bytes.count, bytes[at] == byte else { return nil }
                at += 1
            case .fraction:
                guard let (value, count) = Self.digits(bytes, from: at, most: 9), count > 0 else {
                    return nil
                }
                var milliseconds = value
                if count < 3 { for _ in count..<3 { milliseconds *= 10 } }
                if count > 3 { for _ in 3..<count { milliseconds /= 10 } }
                parts.milliseconds = milliseconds
                at += count
            case .offsetBasic, .offsetExtended:
                guard let (offset, next) = Self.offset(bytes, from: at, isExtended: step == .offsetExtended)
                else {
                    return nil
                }
                parts.offsetSeconds = offset
                at = next
            case .serial:
                guard let (value, count) = Self.digits(bytes, from: at, most: 6), count > 0 else {
                    return nil
                }
                parts.serial = value
                at += count
            case .year4:
                guard let value = Self.fixed(bytes, from: at, width: 4) else { return nil }
                parts.year = value
                at += 4
            default:
                guard let value = Self.fixed(bytes, from: at, width: 2) else { return nil }
                Self.put(value, step, into: &parts)
                at += 2
            }
        }
        return at == bytes.count ? parts : nil
    }

    private static func put(_ value: Int, _ step: Step, into parts: inout Parts) {
        switch step {
        case .century: parts.century = value
        case .year2: parts.year = value
        case .month: parts.month = value
        case .day: parts.day = value
        case .hour: parts.hour = value
        case .minute: parts.minute = value
        case .second: parts.second = value
        default: break
        }
    }

    private static func fixed(_ bytes: Span<UInt8>, from start: Int, width: Int) -> Int? {
        guard start + width <= bytes.count else { return nil }
        var value = 0
        for index in start..<start + width {
            let byte = bytes[index]
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        return value
    }

    private static func digits(_ bytes: Span<UInt8>, from start: Int, most: Int) -> (Int, Int)? {
        var value = 0
        var count = 0
        while start + count < bytes.count, count < most, bytes[start + count] >= 0x30,
            bytes[start + count] <= 0x39
        {
            value = value * 10 + Int(bytes[start + count] - 0x30)
            count += 1
        }
        return (value, count)
    }

    /// `+0100`, `+01:00` or `Z`; each form only where its format asks for it, `Z` in both.
    private static func offset(_ bytes: Span<UInt8>, from start: Int, isExtended: Bool) -> (Int, Int)? {
        guard start < bytes.count else { return nil }
        if bytes[start] == UInt8(ascii: "Z") { return (0, start + 1) }
        let sign: Int
        switch bytes[start] {
        case UInt8(ascii: "+"): sign = 1
        case UInt8(ascii: "-"): sign = -1
        default: return nil
        }
        guard let hours = fixed(bytes, from: start + 1, width: 2), hours < 24 else { return nil }
        var at = start + 3
        if isExtended {
            guard at < bytes.count, bytes[at] == UInt8(ascii: ":") else { return nil }
            at += 1
        }
        guard let minutes = fixed(bytes, from: at, width: 2), minutes < 60 else { return nil }
        return (sign * (hours * 3600 + minutes * 60), at + 2)
    }
}

extension TimeFormat.Parts {
    /// The day; nil where there is no such day. Two-digit years are of 1970 to 2069.
    var date: CalendarDate? {
        if let serial {
            // Day 60 is a 29 February 1900 that never was; days before March 1900 are not used.
            return serial > 60 ? CalendarDate(dayNumber: Int32(clamping: serial - 25_569)) : nil
        }
        var full = year
        if century >= 0 {
            full = century * 100 + year
        } else if year < 100 {
            full = year >= 70 ? 1900 + year : 2000 + year
        }
        return CalendarDate(year: full, month: month, day: day)
    }

    /// Seconds since midnight; nil for a time that no clock shows.
    var secondsOfDay: Int? {
        guard hour < 24, minute < 60, second < 60 else { return nil }
        return hour * 3600 + minute * 60 + second
    }
}

extension TimeFormat {
    /// Writes a day and a time of it.
    func write(
        _ date: CalendarDate, secondsOfDay: Int, milliseconds: Int, offsetSeconds: Int,
        into out: inout [UInt8]
    ) {
        let (year, month, day) = date.parts
        for step in steps {
            switch step {
            case .century: Self.put(year / 100, 2, into: &out)
            case .year2: Self.put(year % 100, 2, into: &out)
            case .year4: Self.put(year, 4, into: &out)
            case .month: Self.put(month, 2, into: &out)
            case .day: Self.put(day, 2, into: &out)
            case .hour: Self.put(secondsOfDay / 3600, 2, into: &out)
            case .minute: Self.put(secondsOfDay / 60 % 60, 2, into: &out)
            case .second: Self.put(secondsOfDay % 60, 2, into: &out)
            case .fraction: Self.put(milliseconds, 3, into: &out)
            case .offsetBasic, .offsetExtended:
                out.append(offsetSeconds < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
                Self.put(abs(offsetSeconds) / 3600, 2, into: &out)
                if step == .offsetExtended { out.append(UInt8(ascii: ":")) }
                Self.put(abs(offsetSeconds) / 60 % 60, 2, into: &out)
            case .literal(let byte): out.append(byte)
            case .serial: out += Array(String(Int(date.dayNumber) + 25_569).utf8)
            }
        }
    }

    private static func put(_ value: Int, _ width: Int, into out: inout [UInt8]) {
        var divisor = 1
        for _ in 1..<width { divisor *= 10 }
        for _ in 0..<width {
            out.append(0x30 + UInt8(value / divisor % 10))
            divisor /= 10
        }
    }
}
