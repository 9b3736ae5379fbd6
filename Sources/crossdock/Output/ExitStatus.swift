import ArgumentParser
import Diagnostics

/// The exit codes of every command; numbers above 63 follow sysexits.h.
enum ExitStatus: Int32, CaseIterable {
    case done = 0
    case failed = 1
    case partial = 3
    case usage = 64
    case dataRefused = 65
    case noInput = 66
    case unreachable = 69
    case bug = 70
    case cannotWrite = 73
    case ledgerDamaged = 74
    case temporary = 75
    case noPermission = 77
    case configuration = 78

    var code: ExitCode { ExitCode(rawValue) }

    /// The status that a finding which ended a command stands for.
    init(endingWith code: DiagnosticCode) {
        let name = code.rawValue
        self =
            switch name {
            case "RUN.LOCKED", "STORE.BUSY", "PLAN.STALE": .temporary
            case "STORE.FULL", "STORE.READ_ONLY": .cannotWrite
            case "STORE.NOT_A_DATABASE", "STORE.CORRUPT": .ledgerDamaged
            case "STORE.SCHEMA.NEWER", "STORE.SCHEMA.PENDING": .configuration
            case "CHANNEL.UNKNOWN", "REPLAY.UNKNOWN", "USAGE", "USAGE.FORMAT", "GUIDE.UNKNOWN", "MAP.UNKNOWN":
                .usage
            case "FILE.NOT_FOUND", "FILE.UNREADABLE": .noInput
            case "INTERNAL.INVARIANT": .bug
            default: name.hasPrefix("CONFIG.") ? .configuration : .failed
            }
    }
}
