import ArgumentParser
import Canonical
import Diagnostics
import Environment
import FeedProcessor
import Ledger

/// `crossdock dump --canonical`: the books as sorted JSON.
struct DumpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dump", abstract: "Prints the books as sorted JSON lines.",
        discussion: """
            Without wall-clock times, attempts, run numbers and chain hashes: two ledgers with the same business content
            print the same bytes.
            """)

    @OptionGroup var site: SiteOptions
    @Flag(help: "The canonical form; the only one there is.") var canonical = false

    func run() throws {
        let site = try site.open()
        var out = Output()
        try site.books().dumpCanonical { out.bytes($0) }
        out.flush()
    }
}

/// `crossdock verify`: recomputes the books.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Recomputes the books and compares.",
        discussion: """
            Hash chain, stock and buckets as the fold of their movements, spans, control numbers, and the digests of staged
            and frozen files.

            EXIT STATUS: 0 whole, 74 damaged.
            """)

    @OptionGroup var site: SiteOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let site = try site.open()
        let result = try site.verify()
        var out = Output()
        for finding in result.findings {
            if output.json {
                out.line(DiagnosticRenderer.json(finding, move: .ours))
            } else {
                out.line(DiagnosticRenderer.text(finding).trimmedLineEnd)
            }
        }
        if output.json {
            out.line(
                JSONLine([
                    ("type", .text("verify.finished")), ("transactions", .number(result.transactions)),
                    ("rows", .number(result.rows)), ("findings", .number(result.findings.count)),
                    ("head", .text(hexText(result.head))),
                ]).text)
        } else {
            out.line(
                "\(result.findings.isEmpty ? "whole" : "damaged"): \(result.transactions) transactions, \(result.rows) rows, "
                    + "chain head \(hexText(result.head).prefix(16))")
        }
        out.flush()
        if !result.findings.isEmpty { throw ExitStatus.ledgerDamaged.code }
    }
}

/// `crossdock migrate`: creates or upgrades the ledger.
struct MigrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Creates or upgrades the ledger.",
        discussion: "crossdock migrate --info    shows the steps and changes nothing")

    @OptionGroup var site: SiteOptions
    @OptionGroup var output: OutputOptions
    @Flag(help: "Shows the steps of the schema and changes nothing.") var info = false

    func run() throws {
        let site = try site.open()
        if !info { try site.locked(for: "migrate") { try $0.migrate() } }
        let steps = try site.books().migrations()
        var out = Output()
        var table = Table(["VERSION", "DESCRIPTION", "STATE", "APPLIED", "CHECKSUM"])
        for step in steps {
            let state = step.appliedAt == nil ? "pending" : "applied"
            if output.json {
                out.line(
                    JSONLine([
                        ("version", .number(step.version)), ("description", .text(step.description)),
                        ("state", .text(state)), ("appliedAt", .optional(step.appliedAt?.description)),
                        ("checksum", .text(step.hasSameChecksum ? "ok" : "differs")),
                    ]).text)
            }
            table.add([
                String(step.version), step.description, state, step.appliedAt?.description ?? "–",
                step.hasSameChecksum ? "ok" : "differs",
            ])
        }
        if !output.json { for line in table.lines(for: Terminal(color: output.color)) { out.line(line) } }
        out.flush()
    }
}

/// `crossdock fault-points`: the places at which a test can make the process fail.
struct FaultPointsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fault-points", abstract: "Lists the fault points that tests can use.",
        shouldDisplay: false)

    @OptionGroup var output: OutputOptions

    func run() {
        var out = Output()
        for point in FaultPoint.allCases {
            out.line(
                output.json
                    ? JSONLine([("id", .text(point.rawValue)), ("name", .text("\(point)"))]).text
                    : "\(point.rawValue)  \(point)")
        }
        out.flush()
    }
}
