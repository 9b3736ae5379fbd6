public import Environment

/// How often and when a temporary failure is tried again. Pure.
public struct RetryBudget: Sendable, Hashable {
    /// Attempts in all, the first included.
    public var attempts: Int
    /// The wait after the first failure.
    public var firstMilliseconds: Int64
    /// Each wait is so many times the one before.
    public var factor: Int64
    /// The longest wait.
    public var maxMilliseconds: Int64
    /// Whether a wait is drawn between half and all of its length, so that many clients do not come back at
    /// once.
    public var hasJitter: Bool

    /// A budget; the defaults are the configuration's.
    public init(
        attempts: Int = 8, firstMilliseconds: Int64 = 30_000, factor: Int64 = 2,
        maxMilliseconds: Int64 = 3_600_000, hasJitter: Bool = true
    ) {
        self.attempts = attempts
        self.firstMilliseconds = firstMilliseconds
        self.factor = factor
        self.maxMilliseconds = maxMilliseconds
        self.hasJitter = hasJitter
    }

    /// The wait before the next attempt.
    ///
    /// - Parameters:
    ///   - failedCount: attempts that failed so far, at least 1.
    ///   - retryAfterSeconds: what the other side asked for; it lengthens the wait, up to `maxMilliseconds`.
    /// - Returns: milliseconds; nil when the budget is used up.
    public func wait(afterFailures failedCount: Int, retryAfterSeconds: Int? = nil, _ random: any Randomness)
        -> Int64?
    {
        guard failedCount < attempts else { return nil }
        var wait = max(0, firstMilliseconds)
        for _ in 1..<max(1, failedCount) {
            let (longer, isOver) = wait.multipliedReportingOverflow(by: max(1, factor))
            if isOver || longer >= maxMilliseconds {
                wait = maxMilliseconds
                break
            }
            wait = longer
        }
        wait = min(wait, maxMilliseconds)
        if hasJitter, wait > 1 { wait = wait / 2 + Int64(random.below(UInt64(wait - wait / 2) + 1)) }
        guard let retryAfterSeconds, retryAfterSeconds > 0 else { return wait }
        let (asked, isOver) = Int64(retryAfterSeconds).multipliedReportingOverflow(by: 1000)
        return max(wait, min(isOver ? .max : asked, maxMilliseconds))
    }
}
