import Glibc
import Synchronization

/// A thread of our own, with a result. Blocking work (network, disk, the store) belongs on such threads,
/// never on the cooperative pool.
public final class WorkThread<Success: Sendable>: Sendable {
    private let outcome = Mutex<Result<Success, any Error>?>(nil)
    private let thread = Mutex<pthread_t?>(nil)

    fileprivate init() {}

    deinit {
        // Nobody joined: the system may forget the thread when it ends.
        thread.withLock { thread in
            if let thread { _ = pthread_detach(thread) }
        }
    }

    fileprivate func start(stackSize: Int, _ body: @escaping @Sendable () throws -> Success) throws(FileError)
    {
        var attributes = pthread_attr_t()
        _ = pthread_attr_init(&attributes)
        defer { _ = pthread_attr_destroy(&attributes) }
        _ = pthread_attr_setstacksize(&attributes, max(stackSize, 64 * 1024))
        let work = Unmanaged.passRetained(ThreadBody { self.finish(Result(catching: body)) })
        var started = pthread_t()
        let number = pthread_create(&started, &attributes, threadEntry, work.toOpaque())
        guard number == 0 else {
            work.release()
            throw FileError(.thread, "pthread_create", number: number)
        }
        thread.withLock { $0 = started }
    }

    private func finish(_ result: Result<Success, any Error>) {
        outcome.withLock { $0 = result }
    }

    /// Waits for the end of the thread.
    ///
    /// - Returns: what its body returned. - Throws: what its body threw.
    /// - Twice: the same again; not from two threads at once.
    public func join() throws -> Success {
        let joining = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        if let joining { _ = pthread_join(joining, nil) }
        guard let result = outcome.withLock({ $0 }) else {
            preconditionFailure("a thread was joined by two threads at once")
        }
        return try result.get()
    }
}

/// Runs `body` on a new thread.
///
/// - Parameter stackSize: bytes; the default is enough for everything here, since nothing recurses on input.
/// - Throws: `FileError` (operation `thread`) where the system gives no more threads.
public func runThread<Success: Sendable>(
    stackSize: Int = 1 << 20, _ body: @escaping @Sendable () throws -> Success
) throws(FileError) -> WorkThread<Success> {
    let thread = WorkThread<Success>()
    try thread.start(stackSize: stackSize, body)
    return thread
}

private final class ThreadBody {
    let run: () -> Void
    init(_ run: @escaping () -> Void) { self.run = run }
}

private func threadEntry(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let argument { Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run() }
    return nil
}
