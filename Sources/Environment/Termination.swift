import Glibc
import Synchronization

/// The wish of the operator or the system that this process end: SIGTERM or SIGINT.
public enum Termination {
    /// From now on the first SIGTERM or SIGINT only sets the flag, so that work in hand can be brought to a
    /// safe place; the second of the same kind ends the process at once.
    public static func watch() {
        // Touched once here: making a global comes too late inside a signal handler.
        requestedSignal.store(0, ordering: .relaxed)
        var action = sigaction()
        action.__sigaction_handler.sa_handler = { number in requestedSignal.store(number, ordering: .relaxed)
        }
        action.sa_flags = CInt(bitPattern: UInt32(bitPattern: CInt(SA_RESTART)) | 0x8000_0000)
        _ = sigemptyset(&action.sa_mask)
        _ = sigaction(SIGTERM, &action, nil)
        _ = sigaction(SIGINT, &action, nil)
    }

    /// Whether the end was asked for.
    public static var isRequested: Bool { requestedSignal.load(ordering: .relaxed) != 0 }

    /// The signal that asked: SIGTERM or SIGINT; nil where none did.
    public static var signal: Int32? {
        let number = requestedSignal.load(ordering: .relaxed)
        return number == 0 ? nil : number
    }

    /// A reader that went away becomes an error of `write`, not the end of this process.
    public static func ignoreBrokenPipes() {
        _ = Glibc.signal(SIGPIPE, SIG_IGN)
    }
}

private let requestedSignal = Atomic<Int32>(0)
