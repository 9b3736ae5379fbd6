public import Diagnostics

/// A length of time as written: `30s`, `15m`, `24h`, `2bd`.
///
/// - Unit: `s m h d w y` are fixed lengths (a day is 24 hours, a year 365 days); `bd` are business days of the
///   calendar that the reader of the value names, and have no fixed length.
public struct ConfiguredDuration: Sendable, Hashable, CustomStringConvertible {
    /// The unit that was written.
    public enum Unit: String, Sendable, CaseIterable {
        case seconds = "s"
        case minutes = "m"
        case hours = "h"
        case days = "d"
        case weeks = "w"
        case years = "y"
        case businessDays = "bd"

        /// The length of one unit; nil for business days.
        var seconds: Int? {
            switch self {
            case .seconds: 1
            case .minutes: 60
            case .hours: 3_600
            case .days: 86_400
            case .weeks: 604_800
            case .years: 31_536_000
            case .businessDays: nil
            }
        }
    }

    /// How many units, 0 or more.
    public let amount: Int
    /// What is counted.
    public let unit: Unit

    /// - Limit: a century; more is a slip of the keyboard, and keeps every sum with a clock inside 64 bits.
    static let secondsMax = 100 * 31_536_000

    /// Makes a duration of `amount` units; a negative amount counts as 0.
    public init(_ amount: Int, _ unit: Unit) {
        self.amount = max(0, amount)
        self.unit = unit
    }

    /// Reads `15m`; nil for anything else, a missing unit included.
    public init?(_ text: some StringProtocol) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let amount = Int(digits), let unit = Unit(rawValue: String(text.dropFirst(digits.count))) else {
            return nil
        }
        guard amount <= Self.secondsMax / (unit.seconds ?? 86_400) else { return nil }
        self.init(amount, unit)
    }

    /// The length in seconds; nil for business days.
    public var seconds: Int? { unit.seconds.map { $0 * amount } }
    /// The length as it is written: `15m`.
    public var description: String { "\(amount)\(unit.rawValue)" }
}

/// A number of bytes as written: `64MiB`, `500kB`, `1024`.
public struct ByteSize: Sendable, Hashable, CustomStringConvertible {
    /// The number of bytes, 0 or more.
    public let byteCount: Int

    /// Makes a size of that many bytes.
    public init(byteCount: Int) { self.byteCount = max(0, byteCount) }

    private static let units: [(String, Int)] = [
        ("TiB", 1 << 40), ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("TB", 1_000_000_000_000),
        ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000), ("B", 1),
    ]

    /// Reads `64MiB`; without a unit, bytes are meant. Nil for anything else.
    public init?(_ text: some StringProtocol) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let suffix = text.dropFirst(digits.count)
        guard let amount = Int(digits),
            let factor = suffix.isEmpty ? 1 : Self.units.first(where: { $0.0 == suffix })?.1
        else { return nil }
        let (count, over) = amount.multipliedReportingOverflow(by: factor)
        guard !over else { return nil }
        self.init(byteCount: count)
    }

    /// The size in the largest unit that divides it: `64MiB`.
    public var description: String {
        let unit = Self.units.first { byteCount >= $0.1 && byteCount % $0.1 == 0 } ?? ("B", 1)
        return "\(byteCount / unit.1)\(unit.0)"
    }
}

/// A time of day in a zone that is named elsewhere: `07:30`.
public struct TimeOfDay: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Minutes since midnight, 0 to 1439.
    public let minuteOfDay: Int

    /// Nil outside 00:00 to 23:59.
    public init?(hour: Int, minute: Int) {
        guard (0...23).contains(hour), (0...59).contains(minute) else { return nil }
        minuteOfDay = hour * 60 + minute
    }

    /// Reads `7:30` and `07:30`; nil for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...2).contains(parts[0].utf8.count), parts[1].utf8.count == 2,
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }), let hour = Int(parts[0]),
            let minute = Int(parts[1])
        else { return nil }
        self.init(hour: hour, minute: minute)
    }

    /// `07:30`.
    public var description: String {
        let (hour, minute) = (minuteOfDay / 60, minuteOfDay % 60)
        return "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
    }

    /// Earlier in the day is less.
    public static func < (left: TimeOfDay, right: TimeOfDay) -> Bool { left.minuteOfDay < right.minuteOfDay }
}

/// A name and what stands under it, where the names are the user's own. Lists of these keep the order of the file.
public struct NamedValue<Value: Sendable & Hashable>: Sendable, Hashable {
    /// The key as written.
    public var name: String
    /// What stands under it.
    public var value: Value

    /// Pairs a name with its value.
    public init(_ name: String, _ value: Value) {
        self.name = name
        self.value = value
    }
}

extension Array {
    /// The value under `name`; nil when there is none.
    package subscript<Value>(name: String) -> Value? where Element == NamedValue<Value> {
        first { $0.name == name }?.value
    }
}

/// Where a part of the configuration stands: its path in words of the file, and its place in it.
public struct ConfigurationPlace: Sendable, Hashable {
    /// `partners.megamart.inbound.megamart-850`; what `config explain` prints.
    public var path: String
    /// The file, line and column; nil for what is built in.
    public var location: SourceLocation?

    /// The place of something that is built in.
    public init(path: String = "", location: SourceLocation? = nil) {
        self.path = path
        self.location = location
    }
}
