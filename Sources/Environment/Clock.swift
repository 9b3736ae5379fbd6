#if canImport(Glibc)
    import Glibc
#endif

/// The time of day and the passing of time, so that a night can be played at any date.
public protocol WallClock: Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    func now() -> Int64
    /// Nanoseconds that never go back; for durations only.
    func monotonicNanoseconds() -> UInt64
    /// Waits.
    func sleep(milliseconds: Int)
}

/// The machine's clock.
public struct SystemClock: WallClock {
    /// A clock without state.
    public init() {}

    /// Reads CLOCK_REALTIME.
    public func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Reads CLOCK_MONOTONIC.
    public func monotonicNanoseconds() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Waits the whole time, signals or not.
    public func sleep(milliseconds: Int) {
        guard milliseconds > 0 else { return }
        var left = timespec(tv_sec: milliseconds / 1000, tv_nsec: milliseconds % 1000 * 1_000_000)
        var rest = timespec()
        while nanosleep(&left, &rest) != 0 && errno == EINTR { left = rest }
    }
}

/// A clock that stands at one moment (`CROSSDOCK_NOW`); durations still pass.
public struct FixedClock: WallClock {
    private let moment: Int64
    private let system = SystemClock()

    /// - Parameter milliseconds: since 1970-01-01T00:00:00Z.
    public init(milliseconds: Int64) { moment = milliseconds }

    /// Always the same moment.
    public func now() -> Int64 { moment }
    /// Passes as on the machine's clock.
    public func monotonicNanoseconds() -> UInt64 { system.monotonicNanoseconds() }
    /// Waits as on the machine's clock.
    public func sleep(milliseconds: Int) { system.sleep(milliseconds: milliseconds) }
}
