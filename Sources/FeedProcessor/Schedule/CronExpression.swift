/// What is wrong with a cron expression, in words.
struct CronProblem: Error, Hashable {
    let reason: String
}

/// The days and minutes that a cron expression of five fields names, without a zone.
///
/// - Shape: minute, hour, day of month, month, day of week; `*`, lists, ranges, steps on `*` or a range, names of
///   months and weekdays. `L` is the last day of a month; `FRI#2` the second Friday, `FRI#L` the last. Where both days
///   are restricted, either is enough. The nicknames `@hourly`, `@daily`, `@midnight`, `@weekly`, `@monthly`, `@yearly`
///   and `@annually` stand for their patterns.
/// - Source: Open Cron Pattern Specification 1.0 (revision 2); the nicknames from increment 1.1, `L` and `#` from 1.3.
struct CronExpression: Sendable, Hashable {
    /// Bit n is minute n.
    let minutes: UInt64
    /// Bit n is hour n.
    let hours: UInt32
    /// Bit n is day n; bit 0 is the last day of the month.
    let days: UInt32
    /// Bit n is month n.
    let months: UInt16
    /// Bit n is a weekday in any week, Sunday being 0.
    let weekdays: UInt8
    /// For each weekday from Sunday: bit n is its n-th in the month, bit 0 its last.
    let nthWeekdays: [UInt8]
    let isAnyDay: Bool
    let isAnyWeekday: Bool

    private static let nicknames = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
        "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
    ]
    private static let monthNames = [
        "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
    ]
    private static let weekdayNames = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]

    init(_ text: String) throws(CronProblem) {
        let trimmed = try Self.pattern(text).split { $0 == " " || $0 == "\t" }
        guard trimmed.count == 5 else {
            throw CronProblem(reason: "it has \(trimmed.count) fields, not 5")
        }
        minutes = try CronField("minute", 0...59).bits(trimmed[0])
        hours = UInt32(truncatingIfNeeded: try CronField("hour", 0...23).bits(trimmed[1]))
        isAnyDay = trimmed[2] == "*"
        days = UInt32(
            truncatingIfNeeded: try CronField("day of month", 1...31, allowsLast: true).bits(trimmed[2]))
        months = UInt16(
            truncatingIfNeeded: try CronField("month", 1...12, names: Self.monthNames).bits(trimmed[3]))
        isAnyWeekday = trimmed[4] == "*"
        let field = CronField("day of week", 0...7, names: Self.weekdayNames)
        var plain: [Substring] = []
        var nth = [UInt8](repeating: 0, count: 7)
        for part in trimmed[4].split(separator: ",", omittingEmptySubsequences: false) {
            guard let mark = part.firstIndex(of: "#") else {
                plain.append(part)
                continue
            }
            let day = try field.number(part[..<mark]) % 7
            let occurrence = part[part.index(after: mark)...]
            if occurrence == "L" {
                nth[day] |= 1
            } else if occurrence.utf8.count == 1, let number = Int(occurrence), (1...5).contains(number) {
                nth[day] |= 1 << number
            } else {
                throw CronProblem(reason: "'\(part)' is not a weekday of a month, like FRI#2 or FRI#L")
            }
        }
        var bits: UInt64 = 0
        if !plain.isEmpty { bits = try field.bits(Substring(plain.joined(separator: ","))) }
        if bits & 1 << 7 != 0 { bits |= 1 }
        weekdays = UInt8(truncatingIfNeeded: bits & 0x7F)
        nthWeekdays = nth
    }

    /// Whether no day of any year fits: 31 February.
    var isNever: Bool {
        guard isAnyWeekday, !isAnyDay else { return false }
        let longest = [0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return !(1...12).contains { month in
            months & 1 << month != 0
                && (days & 1 != 0 || (1...longest[month]).contains { days & 1 << $0 != 0 })
        }
    }

    /// The text, or the pattern that its nickname stands for.
    private static func pattern(_ text: String) throws(CronProblem) -> String {
        guard let start = text.firstIndex(where: { $0 != " " && $0 != "\t" }), text[start] == "@" else {
            return text
        }
        let word = String(text[start...].prefix { $0 != " " && $0 != "\t" })
        let rest = text[start...].dropFirst(word.count)
        guard let pattern = nicknames[word], rest.allSatisfy({ $0 == " " || $0 == "\t" }) else {
            let known = nicknames.keys.sorted().joined(separator: ", ")
            throw CronProblem(reason: "'\(word)' is not a nickname that stands alone; one of \(known)")
        }
        return pattern
    }
}

/// One field of a cron expression.
private struct CronField {
    let name: String
    let range: ClosedRange<Int>
    let names: [String]
    let allowsLast: Bool

    init(_ name: String, _ range: ClosedRange<Int>, names: [String] = [], allowsLast: Bool = false) {
        self.name = name
        self.range = range
        self.names = names
        self.allowsLast = allowsLast
    }

    /// Bit n is value n; bit 0 of a field that begins at 1 is `L`.
    func bits(_ text: Substring) throws(CronProblem) -> UInt64 {
        var bits: UInt64 = 0
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            if allowsLast, part == "L" {
                bits |= 1
                continue
            }
            let pieces = part.split(separator: "/", omittingEmptySubsequences: false)
            guard (1...2).contains(pieces.count), !pieces[0].isEmpty else { throw wrong(part) }
            var span = range
            var isRange = true
            if pieces[0] != "*" {
                let ends = pieces[0].split(separator: "-", omittingEmptySubsequences: false)
                guard (1...2).contains(ends.count) else { throw wrong(part) }
                let low = try number(ends[0])
                let high = try ends.count == 2 ? number(ends[1]) : low
                guard low <= high else {
                    throw CronProblem(reason: "the \(name) range '\(part)' runs backwards; write two ranges")
                }
                span = low...high
                isRange = ends.count == 2
            }
            var step = 1
            if pieces.count == 2 {
                guard isRange else {
                    throw CronProblem(reason: "the step in '\(part)' needs '*' or a range before it")
                }
                guard pieces[1].utf8.count <= 4, pieces[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                    let value = Int(pieces[1]), value > 0
                else { throw wrong(part) }
                step = value
            }
            for value in stride(from: span.lowerBound, through: span.upperBound, by: step) {
                bits |= 1 << value
            }
        }
        return bits
    }

    func number(_ text: Substring) throws(CronProblem) -> Int {
        if let index = names.firstIndex(of: text.uppercased()) { return index + range.lowerBound }
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let value = Int(text)
        else { throw wrong(text) }
        guard range.contains(value) else {
            throw CronProblem(reason: "\(name) \(value) is not in \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    private func wrong(_ part: Substring) -> CronProblem {
        CronProblem(reason: "'\(part)' is not a \(name)")
    }
}
