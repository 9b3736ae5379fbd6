import Glibc
import Synchronization

/// A queue between threads that holds at most so many values: a fast sender waits for a slow receiver, so
/// that memory is bounded. Any number of senders and receivers.
public final class BoundedChannel<Element: Sendable>: Sendable {
    private struct State {
        var queue: [Element?]
        var first = 0
        var count = 0
        var isClosed = false
        var waitingSenders = 0
        var waitingReceivers = 0
    }

    private let state: Mutex<State>
    private let room = Semaphore()
    private let arrival = Semaphore()

    /// - Parameter capacity: values held at most, at least 1.
    public init(capacity: Int) {
        state = Mutex(State(queue: [Element?](repeating: nil, count: max(1, capacity))))
    }

    /// Puts a value in, waiting for room.
    ///
    /// - Returns: whether it was taken; false once the channel is closed.
    @discardableResult
    public func send(_ element: Element) -> Bool {
        while true {
            let isTaken: Bool? = state.withLock { state in
                if state.isClosed { return false }
                guard state.count < state.queue.count else {
                    state.waitingSenders += 1
                    return nil
                }
                state.queue[(state.first + state.count) % state.queue.count] = element
                state.count += 1
                if state.waitingReceivers > 0 {
                    state.waitingReceivers -= 1
                    arrival.signal()
                }
                return true
            }
            if let isTaken { return isTaken }
            room.wait()
        }
    }

    /// Takes the oldest value, waiting for one.
    ///
    /// - Returns: nil once the channel is closed and empty.
    public func receive() -> Element? {
        while true {
            let step: Step = state.withLock { state in
                guard state.count > 0 else {
                    if state.isClosed { return .ended }
                    state.waitingReceivers += 1
                    return .wait
                }
                guard let element = state.queue[state.first] else { return .ended }
                state.queue[state.first] = nil
                state.first = (state.first + 1) % state.queue.count
                state.count -= 1
                if state.waitingSenders > 0 {
                    state.waitingSenders -= 1
                    room.signal()
                }
                return .element(element)
            }
            switch step {
            case .element(let element): return element
            case .ended: return nil
            case .wait: arrival.wait()
            }
        }
    }

    /// No more values: senders are told false, receivers get what is left and then nil.
    ///
    /// - Parameter discarding: whether what is left is thrown away, for a receiver that gives up.
    /// - Twice: nothing.
    public func close(discarding: Bool = false) {
        state.withLock { state in
            state.isClosed = true
            if discarding {
                state.queue = [Element?](repeating: nil, count: state.queue.count)
                state.count = 0
            }
            for _ in 0..<state.waitingSenders { room.signal() }
            for _ in 0..<state.waitingReceivers { arrival.signal() }
            state.waitingSenders = 0
            state.waitingReceivers = 0
        }
    }

    private enum Step {
        case element(Element)
        case ended, wait
    }
}

/// A counting semaphore. (A `Mutex` of the Synchronization module cannot be waited on together with a
/// condition.)
final class Semaphore: Sendable {
    // sem_t may be used by several threads at once (POSIX sem_wait, sem_post) as long as its address stays;
    // the pointer is made once and freed once, when nobody can hold it any more.
    nonisolated(unsafe) private let raw: UnsafeMutablePointer<sem_t>

    init() {
        raw = .allocate(capacity: 1)
        raw.initialize(to: sem_t())
        _ = sem_init(raw, 0, 0)
    }

    deinit {
        _ = sem_destroy(raw)
        raw.deallocate()
    }

    func signal() { _ = sem_post(raw) }

    func wait() {
        while sem_wait(raw) != 0 && errno == EINTR {}
    }
}
