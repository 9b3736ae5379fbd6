import Glibc
import Synchronization

/// One process at a time: an advisory lock on a file (flock). The kernel lets it go when the process ends,
/// however it ends, so there is no stale lock. What the file says is for people, and for the next process: a line that is
/// still there when the lock is free was left by one that was killed.
public final class ProcessLock: Sendable {
    /// Who has the lock, as far as the file tells.
    public struct Holder: Sendable, Hashable {
        /// The number of the process; nil where the file does not tell (yet).
        public var process: Int32?
        /// Milliseconds since 1970-01-01T00:00:00Z.
        public var since: Int64?
        /// What it is doing, in its own words.
        public var purpose: String?
    }

    /// How an attempt ended.
    public enum Attempt: Sendable {
        case acquired(ProcessLock)
        case held(by: Holder)
    }

    private let descriptor: Mutex<CInt>
    /// Whether the process before this one did not come to its end: it was killed, or the machine stopped.
    public let wasAbandoned: Bool

    private init(descriptor: CInt, wasAbandoned: Bool) {
        self.descriptor = Mutex(descriptor)
        self.wasAbandoned = wasAbandoned
    }

    deinit { release() }

    /// Takes the lock or tells who has it; never waits.
    ///
    /// - Parameters:
    ///   - path: the lock file, made if absent (0600); it stays there.
    ///   - purpose: one line, such as `run --due`.
    ///   - now: milliseconds since 1970-01-01T00:00:00Z.
    public static func acquire(_ path: String, purpose: String, now: Int64) throws(FileError) -> Attempt {
        let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC
        let descriptor = retryingInterrupts { open(path, flags, 0o600) }
        guard descriptor >= 0 else { throw FileError(.lock, path, number: errno) }
        guard retryingInterrupts({ flock(descriptor, LOCK_EX | LOCK_NB) }) == 0 else {
            let number = errno
            defer { _ = close(descriptor) }
            guard number == EWOULDBLOCK else { throw FileError(.lock, path, number: number) }
            return .held(by: readHolder(descriptor))
        }
        let lock = ProcessLock(
            descriptor: descriptor, wasAbandoned: readHolder(descriptor).process != nil)
        let line = purpose.unicodeScalars.map { $0.value < 0x20 ? " " : String($0) }.joined()
        let bytes = Array("pid=\(getpid()) since=\(now) purpose=\(line)\n".utf8)
        guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, bytes, bytes.count, 0) == bytes.count else {
            throw FileError(.lock, path, number: errno)
        }
        return .acquired(lock)
    }

    /// Says that the work has come to its end, well or not: the next process then knows that nobody was killed. It takes
    /// no room, so it can be said on a full disk. - Twice: nothing.
    public func markEnded() {
        descriptor.withLock { descriptor in
            if descriptor >= 0 { _ = ftruncate(descriptor, 0) }
        }
    }

    /// Lets the lock go. - Twice: nothing.
    public func release() {
        descriptor.withLock { descriptor in
            guard descriptor >= 0 else { return }
            _ = close(descriptor)
            descriptor = -1
        }
    }

    private static func readHolder(_ descriptor: CInt) -> Holder {
        var buffer = [UInt8](repeating: 0, count: 512)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        var holder = Holder()
        guard count > 0 else { return holder }
        let line = String(decoding: buffer[..<count], as: UTF8.self).prefix { $0 != "\n" }
        let fields = line.split(separator: " ", maxSplits: 2)
        for field in fields {
            let pair = field.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { continue }
            switch pair[0] {
            case "pid": holder.process = Int32(pair[1])
            case "since": holder.since = Int64(pair[1])
            case "purpose": holder.purpose = String(pair[1])
            default: break
            }
        }
        return holder
    }
}
