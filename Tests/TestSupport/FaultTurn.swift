import Synchronization

/// Fault plans are one for the whole process, and tests run side by side in one: whoever arms a plan takes a
/// turn.
public enum FaultTurn {
    private static let turn = Mutex(())

    /// Runs `body` while nobody else has a plan armed this way.
    public static func take<Result>(_ body: () throws -> Result) rethrows -> Result {
        try turn.withLock { _ in try body() }
    }
}
