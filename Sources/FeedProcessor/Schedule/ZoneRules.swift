public import Canonical

/// A time zone: its offset from UTC at every moment, past and future.
///
/// - Source: RFC 8536 (TZif), POSIX 1003.1 section 8.3 for the rule of the years to come. No clock is read and no
///   library's tables are used: what the file says is what holds.
public struct ZoneRules: Sendable, Hashable {
    /// `America/New_York`.
    public let name: String
    /// Moments at which the offset changes, in seconds since 1970, ascending.
    private let times: [Int64]
    /// The offset from each of those moments on, in seconds ahead of UTC.
    private let offsets: [Int32]
    /// The offset before the first.
    private let firstOffset: Int32
    /// The rule behind the last.
    private let future: PosixZone?

    /// UTC, for when there are no zone files.
    public static let utc = ZoneRules(name: "UTC", times: [], offsets: [], firstOffset: 0, future: nil)

    init(name: String, times: [Int64], offsets: [Int32], firstOffset: Int32, future: PosixZone?) {
        self.name = name
        self.times = times
        self.offsets = offsets
        self.firstOffset = firstOffset
        self.future = future
    }

    /// A change of the offset.
    struct Transition: Hashable {
        /// Seconds since 1970.
        let time: Int64
        let before: Int32
        let after: Int32
    }

    /// Seconds ahead of UTC at a moment.
    public func offsetSeconds(at moment: Instant) -> Int {
        Int(offset(at: moment.seconds))
    }

    /// The day and the second of the day that a clock shows.
    public func local(_ moment: Instant) -> (date: CalendarDate, secondsOfDay: Int) {
        moment.local(offsetSeconds: offsetSeconds(at: moment))
    }

    /// When a clock shows this day and minute. A time that the clock skips is the first moment behind the gap; of a
    /// time that comes twice it is the first.
    public func moment(_ date: CalendarDate, minuteOfDay: Int) -> Instant {
        let wall = Int64(date.dayNumber) * 86_400 + Int64(minuteOfDay) * 60
        // No offset is further than 26 hours from another.
        let near = transitions(from: wall - 26 * 3_600, to: wall + 26 * 3_600)
        var best: Int64?
        var candidates = [offset(at: wall - 26 * 3_600)]
        candidates.append(contentsOf: near.map(\.after))
        for candidate in candidates {
            let moment = wall - Int64(candidate)
            if offset(at: moment) == candidate, moment < best ?? Int64.max { best = moment }
        }
        if let best { return Instant(seconds: best) }
        let gap = near.first { wall >= $0.time + Int64($0.before) && wall < $0.time + Int64($0.after) }
        return Instant(seconds: gap?.time ?? wall - Int64(candidates[0]))
    }

    func offset(at time: Int64) -> Int32 {
        guard let last = times.last else { return future?.offset(at: time) ?? firstOffset }
        if time >= last { return future?.offset(at: time) ?? offsets[offsets.count - 1] }
        let index = firstIndex(after: time)
        return index == 0 ? firstOffset : offsets[index - 1]
    }

    /// The changes in a span, ascending, both ends included.
    func transitions(from start: Int64, to end: Int64) -> [Transition] {
        var found: [Transition] = []
        var index = firstIndex(after: start - 1)
        while index < times.count, times[index] <= end {
            let before = index == 0 ? firstOffset : offsets[index - 1]
            // The offset from the last moment on is the rule's, where there is one.
            found.append(Transition(time: times[index], before: before, after: offset(at: times[index])))
            index += 1
        }
        let behind = times.last ?? Int64.min
        for transition in future?.transitions(from: start, to: end) ?? [] where transition.time > behind {
            found.append(transition)
        }
        return found.filter { $0.before != $0.after }
    }

    /// The index of the first change after `time`.
    private func firstIndex(after time: Int64) -> Int {
        var (low, high) = (0, times.count)
        while low < high {
            let middle = (low + high) / 2
            if times[middle] <= time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

extension Instant {
    /// Whole seconds since 1970, rounded down.
    var seconds: Int64 {
        milliseconds >= 0 ? milliseconds / 1000 : (milliseconds - 999) / 1000
    }

    init(seconds: Int64) { self.init(milliseconds: seconds * 1000) }
}
