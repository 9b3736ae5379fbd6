/// Dates and times as X12 writes them, checked without a calendar of the system's.
public enum X12Calendar {
    /// Whether such a day exists in the Gregorian calendar.
    public static func isDate(year: Int, month: Int, day: Int) -> Bool {
        guard month >= 1, month <= 12, day >= 1 else { return false }
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        return day <= (month == 2 && isLeap ? 29 : lengths[month - 1])
    }

    /// Whether the bytes are a date CCYYMMDD or YYMMDD. In a two-digit year every fourth is a leap year.
    @inline(__always)
    static func isDate(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count == 8 || bytes.count == 6 else { return false }
        var value = 0
        for index in bytes.indices {
            let byte = bytes[index]
            guard byte >= 0x30, byte <= 0x39 else { return false }
            value = value &* 10 &+ Int(byte &- 0x30)
        }
        let day = value % 100
        let month = value / 100 % 100
        guard month >= 1, month <= 12, day >= 1, day <= 31 else { return false }
        return day <= 28
            || isDate(year: bytes.count == 8 ? value / 10_000 : 2000 + value / 10_000, month: month, day: day)
    }

    /// Whether the bytes are a time HHMM, HHMMSS, HHMMSSD or HHMMSSDD.
    @inline(__always)
    static func isTime(_ bytes: Span<UInt8>) -> Bool {
        guard bytes.count == 4 || (bytes.count >= 6 && bytes.count <= 8) else { return false }
        for index in bytes.indices where bytes[index] < 0x30 || bytes[index] > 0x39 { return false }
        guard bytes[0] < 0x32 || (bytes[0] == 0x32 && bytes[1] <= 0x33) else { return false }
        return bytes[2] <= 0x35 && (bytes.count == 4 || bytes[4] <= 0x35)
    }
}
