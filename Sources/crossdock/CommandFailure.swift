import ArgumentParser
import Diagnostics
import Environment
import FeedProcessor

/// A command that ended because of something outside it, in words and with its exit status.
struct CommandFailure {
    let text: String
    /// One object a line.
    let json: String
    let status: ExitStatus

    /// Nil for what ArgumentParser ends with by itself.
    init?(_ error: any Error) {
        let findings: [Diagnostic]
        switch error {
        case let finding as Diagnostic: findings = [finding]
        case let failure as SiteFailure: findings = failure.findings
        case let file as FileError:
            findings = [
                Diagnostic(
                    file.isFull
                        ? "STORE.FULL" : Self.cannotWrite(file) ? "STORE.READ_ONLY" : "FILE.UNREADABLE",
                    .error,
                    file.isFull ? "disk is full, the state needs more room: \(file)" : "\(file)",
                    remedy: file.isFull
                        ? "make room, then run again"
                        : Self.cannotWrite(file)
                            ? "make the folder writable for this user, then run again"
                            : "check the path and its permissions")
            ]
        case is ExitCode, is ValidationError, is CleanExit: return nil
        default:
            guard let known = Self.storeFinding(error) else { return nil }
            findings = [known]
        }
        guard let decisive = findings.first(where: { $0.severity == .error }) ?? findings.first else {
            return nil
        }
        json = findings.map { DiagnosticRenderer.json($0, move: $0.move ?? Site.catalogueMove(for: $0.code)) }
            .joined(separator: "\n")
        text = findings.map { DiagnosticRenderer.text($0) }.joined().trimmedLineEnd
        status = ExitStatus(endingWith: decisive.code)
    }

    /// Whether something of ours could not be written, rather than something named could not be read.
    private static func cannotWrite(_ file: FileError) -> Bool {
        switch file.operation {
        case .makeDirectory: true
        case .open, .read, .list, .status, .thread: file.isReadOnly
        default: file.isReadOnly || file.isDenied
        }
    }

    private static func storeFinding(_ error: any Error) -> Diagnostic? {
        Site.finding(for: error)
    }
}

extension String {
    /// Without one line end at the end.
    var trimmedLineEnd: String { hasSuffix("\n") ? String(dropLast()) : self }
}

/// `Unknown command 'rum'. Did you mean 'run'?`
enum UnknownCommand {
    static func suggestion(_ arguments: [String], _ error: any Error, known: [String]) -> String? {
        guard arguments.count > 1, !arguments[1].hasPrefix("-"), !known.contains(arguments[1]),
            arguments[1] != "help"
        else { return nil }
        let word = arguments[1]
        let near = known.map { ($0, distance(word, $0)) }.min { $0.1 < $1.1 }
        let hint = near.flatMap { $0.1 <= 2 ? " Did you mean '\($0.0)'?" : nil } ?? ""
        return "USAGE: unknown command '\(visibleText(word, characters: 40))'.\(hint) See crossdock --help"
    }

    /// Letters to add, drop or change to get from one word to the other.
    private static func distance(_ left: String, _ right: String) -> Int {
        let (a, b) = (Array(left), Array(right))
        var row = Array(0...b.count)
        for (i, letter) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in b.enumerated() {
                let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (letter == other ? 0 : 1))
                diagonal = row[j + 1]
                row[j + 1] = next
            }
        }
        return row[b.count]
    }
}
