public import Diagnostics
import Exchange
import Formats
import Ledger
import Mapping
import OMSRules

/// Every finding code of the product, sorted: what `docs/codes.md` and `crossdock explain CODE` print.
public enum CodeCatalogue {
    /// A code that two modules use stands once; they must agree on it (a house test holds that).
    public static let all: [CodeEntry] = {
        let lists = [
            ExchangeCodes.all, DelimitedCodes.all, XMLCodes.all, SniffCodes.all, X12Codes.all,
            MappingCodes.all, RulesCodes.all, LedgerCodes.all,
            ConfigurationCodes.all, ProcessorCodes.all,
        ]
        var known: Set<DiagnosticCode> = []
        return lists.joined().filter { known.insert($0.code).inserted }.sorted {
            $0.code.rawValue < $1.code.rawValue
        }
    }()

    private static let byName = Dictionary(all.map { ($0.code.rawValue, $0) }) { first, _ in first }

    /// The entry of a code; nil for what is none.
    public static func entry(_ code: String) -> CodeEntry? { byName[code] }

    /// `docs/codes.md`.
    public static var markdown: String {
        var text = """
            # Finding codes

            Made from the code; do not edit. `crossdock explain CODE` prints the same.

            | code | meaning | usual cause | do | whose move |
            |---|---|---|---|---|

            """
        for entry in all {
            let cells = [entry.meaning, entry.cause, entry.remedy].map { $0.replacing("|", with: "\\|") }
            text += "| `\(entry.code)` | \(cells.joined(separator: " | ")) | \(entry.move.rawValue) |\n"
        }
        return text
    }
}

/// The codes of this module.
enum ProcessorCodes {
    static let all: [CodeEntry] = [
        CodeEntry(
            "RUN.LOCKED", meaning: "another run works on this state", cause: "a run that is still going",
            remedy: "try again when it has ended", move: .wait),
        CodeEntry(
            "RUN.INTERRUPTED", meaning: "a run was asked to stop before its end",
            cause: "SIGTERM from the system, or an operator's interrupt",
            remedy: "run again: it goes on where that one stopped", move: .wait),
        CodeEntry(
            "CLOCK.BACKWARDS", meaning: "the clock stands before the end of the last run",
            cause: "a clock set back, or a test with a fixed clock",
            remedy: "check the clock; order is kept by sequence numbers", move: .ours),
        CodeEntry(
            "CHANNEL.UNKNOWN", meaning: "no channel has this name", cause: "a misspelt name",
            remedy: "look at crossdock config explain", move: .ours),
        CodeEntry(
            "PICKUP.CURSOR", meaning: "how far a channel has read cannot be told, so everything is asked for",
            cause: "a cursor field that is not a column of the export, or holds no times",
            remedy: "correct pickup.cursor.field, or use from: request_time", move: .ours),
        CodeEntry(
            "UNIT.POISON", meaning: "a drop ended the program twice while it was applied",
            cause: "a bug of ours",
            remedy: "report it with the file, then replay the drop", move: .ours),
        CodeEntry(
            "ROUTE.NONE", meaning: "a document came for which its partner has no channel",
            cause: "a new document, or a missing channel", remedy: "add the channel, then replay the drop",
            move: .ours),
        CodeEntry(
            "MAP.NONE", meaning: "a document's channel has no map", cause: "an unfinished channel",
            remedy: "name a map, then replay the drop", move: .ours),
        CodeEntry(
            "X12.PARTNER.UNKNOWN", meaning: "the sender of an interchange is not the channel's partner",
            cause: "a file in the wrong folder, or a changed ISA id",
            remedy: "ask who sent it, or correct x12.isa",
            move: .ours),
        CodeEntry(
            "X12.RECEIVER.UNKNOWN", meaning: "an interchange is not addressed to us",
            cause: "a misrouted file",
            remedy: "ask the partner whom they meant", move: .partner),
        CodeEntry(
            "X12.USAGE.TEST_IN_PROD", meaning: "a test interchange came on a production channel",
            cause: "a partner's test that went to the wrong place",
            remedy: "ask the partner to use the test system",
            move: .partner),
        CodeEntry(
            "X12.USAGE.PROD_IN_TEST", meaning: "a production interchange came on a test channel",
            cause: "a partner's file that went to the wrong place",
            remedy: "ask the partner to use the production system",
            move: .partner),
        CodeEntry(
            "DUP.INTERCHANGE", meaning: "an interchange control number was used before between the same two",
            cause: "a file sent again with changes, or a counter that was reset",
            remedy: "ask the partner to send it under a new control number", move: .partner),
        CodeEntry(
            "DUP.FILE", meaning: "the same bytes came before", cause: "a file sent or found twice",
            remedy: "nothing: it had no effect", move: .wait),
        CodeEntry(
            "ACK.UNKNOWN", meaning: "an acknowledgment names a group that was never sent to its partner",
            cause: "a partner's mistake, or another system that sends for us",
            remedy: "ask which document they mean",
            move: .partner),
        CodeEntry(
            "ACK.REJECTED", meaning: "a partner rejected a document of ours",
            cause: "a map or data they do not take",
            remedy: "mend it and send it again", move: .ours),
        CodeEntry(
            "DELIVER.UNKNOWN", meaning: "nobody knows whether a document arrived",
            cause: "a crash in mid-delivery",
            remedy: "ask the partner", move: .ours),
        CodeEntry(
            "OUT.READBACK", meaning: "a document of ours did not read back as its guide demands",
            cause: "a map or data that the partner's guide does not allow",
            remedy: "mend the map or the data; the document is tried again", move: .ours),
        CodeEntry(
            "OUT.FEED.GUARD", meaning: "a feed is far shorter than it should be and was not sent",
            cause: "items or stock that were not loaded", remedy: "load them, or lower the guard", move: .ours
        ),
        CodeEntry(
            "PLAN.STALE", meaning: "a plan is not what a run would do now",
            cause: "drops, stock or the configuration changed since, or other options were given",
            remedy: "plan again and look at it", move: .ours),
        CodeEntry(
            "REPLAY.UNKNOWN", meaning: "there is no such drop to replay", cause: "a misspelt id",
            remedy: "copy the id from crossdock failures", move: .ours),
        CodeEntry(
            "REPLAY.ALREADY_APPLIED", meaning: "everything of the drop is applied; a replay changes nothing",
            cause: "a replay of a good drop", remedy: "nothing", move: .wait),
        CodeEntry(
            "ORDER.UNKNOWN", meaning: "no order has this number",
            cause: "a misspelt number, or an order never taken",
            remedy: "look at crossdock failures", move: .ours),
        CodeEntry(
            "ORDER.AMBIGUOUS", meaning: "several partners use this order number",
            cause: "numbers are unique per partner",
            remedy: "add --partner", move: .ours),
        CodeEntry(
            "FILE.UNREADABLE", meaning: "a named file cannot be read", cause: "a wrong path or permission",
            remedy: "check both", move: .ours),
        CodeEntry(
            "USAGE", meaning: "a command was called with something it does not take",
            cause: "a slip of the keyboard",
            remedy: "see --help", move: .ours),
        CodeEntry(
            "USAGE.FORMAT", meaning: "a format or kind that is not there yet was asked for",
            cause: "a command ahead of the product", remedy: "name another", move: .ours),
        CodeEntry(
            "INTERNAL.FAULT", meaning: "a test made the program fail here", cause: "CROSSDOCK_FAULT",
            remedy: "unset it", move: .ours),
        CodeEntry(
            "CONFIG.FAULTS", meaning: "faults are armed on a production instance", cause: "CROSSDOCK_FAULT",
            remedy: "unset it", move: .ours),
    ]
}
