public import Diagnostics

/// The findings of the ledger.
public enum LedgerCodes {
    /// Their entries in the catalogue.
    public static let all: [CodeEntry] = [
        CodeEntry(
            "STORE.FULL", meaning: "The disk has no room left for the ledger.",
            cause: "The file system of the state folder, or its quota, is used up.",
            remedy: "Free room where the state folder lies and run again; nothing was half written.",
            move: .ours),
        CodeEntry(
            "STORE.READ_ONLY", meaning: "The ledger cannot be written.",
            cause: "The state folder is mounted read-only or belongs to another user.",
            remedy: "Make the state folder writable for the user that runs crossdock, then run again.",
            move: .ours),
        CodeEntry(
            "STORE.BUSY", meaning: "Another process is writing the ledger.",
            cause: "A run, a migration or a database tool holds the ledger's lock.",
            remedy: "Run again when the other process has ended.", move: .wait),
        CodeEntry(
            "STORE.IO", meaning: "The system could not read or write the ledger's file.",
            cause: "A failing disk, a network file system, or no memory or descriptors left.",
            remedy: "Look at the system's log for the disk, then run again.", move: .ours),
        CodeEntry(
            "STORE.MISSING", meaning: "There is no ledger where one is looked for.",
            cause: "No run has taken place yet, or --state names another folder.",
            remedy: "Run `crossdock run` once, or name the state folder with --state.", move: .ours),
        CodeEntry(
            "STORE.NOT_A_DATABASE", meaning: "The ledger's file is not a ledger of crossdock.",
            cause: "Another file lies under its name, or its first bytes are damaged.",
            remedy: "Restore the ledger from a backup, or name the right state folder with --state.",
            move: .ours),
        CodeEntry(
            "STORE.CORRUPT", meaning: "The ledger's file or a row in it is damaged.",
            cause: "A failing disk, a copy taken while a run was writing, or a row edited by hand.",
            remedy: "Run `crossdock verify`, then restore the ledger from a backup.", move: .ours),
        CodeEntry(
            "STORE.FILE.MISSING", meaning: "The bytes of a drop or of an outbound document are gone.",
            cause: "A file was deleted from the state folder by hand.",
            remedy: "Restore the file from a backup of the state folder.", move: .ours),
        CodeEntry(
            "STORE.FILE.CHANGED", meaning: "A kept file has other bytes than when it was written down.",
            cause: "A failing disk, or somebody edited the file.",
            remedy: "Restore the file from a backup of the state folder.", move: .ours),
        CodeEntry(
            "STORE.SCHEMA.NEWER", meaning: "The ledger was written by a newer crossdock.",
            cause: "An older program was started on a ledger that a newer one has migrated.",
            remedy: "Start the newer program; a ledger is never taken back.", move: .ours),
        CodeEntry(
            "STORE.SCHEMA.PENDING", meaning: "The ledger was written by an older crossdock.",
            cause: "The program was upgraded, and nothing has migrated the ledger yet.",
            remedy: "Run `crossdock migrate`.", move: .ours),
        CodeEntry(
            "INTERNAL.INVARIANT",
            meaning: "A change of the books contradicts them, or the books contradict themselves.",
            cause: "A fault of crossdock, or a row edited by hand.",
            remedy: "Keep the ledger, run `crossdock verify`, and report it; the change was not made.",
            move: .ours),
    ]
}
