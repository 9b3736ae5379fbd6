public import Canonical

/// The clock of a place: which offset from UTC it shows at a local time. Mapping reads no files, so whoever knows the
/// zone database hands one in.
public protocol LocalZone: Sendable {
    /// Such as `America/New_York`.
    var name: String { get }
    /// What a clock of the place makes of a day and a time on it.
    func reading(of date: CalendarDate, secondsOfDay: Int) -> LocalReading
    /// Seconds ahead of UTC at a moment.
    func offsetSeconds(at instant: Instant) -> Int
}

/// What a local time means.
public struct LocalReading: Sendable, Hashable {
    /// Seconds ahead of UTC; at a time that occurs twice the earlier of the two, at a skipped one that before the gap,
    /// so that the moment is the local time shifted forward by the gap.
    public var offsetSeconds: Int
    /// Whether clocks skipped this time.
    public var isSkipped: Bool

    /// What a clock shows.
    public init(offsetSeconds: Int, isSkipped: Bool = false) {
        self.offsetSeconds = offsetSeconds
        self.isSkipped = isSkipped
    }
}

/// A zone with one offset all year; UTC unless said otherwise.
public struct FixedZone: LocalZone {
    /// The name that findings carry.
    public let name: String
    private let seconds: Int

    /// - Parameter offsetSeconds: seconds ahead of UTC.
    public init(name: String = "UTC", offsetSeconds: Int = 0) {
        self.name = name
        seconds = offsetSeconds
    }

    /// The same offset at every time.
    public func reading(of date: CalendarDate, secondsOfDay: Int) -> LocalReading {
        LocalReading(offsetSeconds: seconds)
    }

    /// The same offset at every moment.
    public func offsetSeconds(at instant: Instant) -> Int { seconds }
}
