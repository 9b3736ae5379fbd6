public import ArgumentParser
import Canonical
import Diagnostics
public import FeedProcessor

/// `crossdock check`: reads and validates files, changes nothing.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Reads and validates files; changes nothing.",
        discussion: """
            crossdock check PO850_20251121.edi
            crossdock check --as csv export.txt --json

            EXIT STATUS: 0 without error findings, 65 with, 66 a file cannot be read, 64 a format that is not there yet.
            """)

    @OptionGroup var site: SiteOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "Files.") var files: [String]
    @Option(name: .customLong("as"), help: "Read as x12, edifact, csv, xml, json or fixed.") var form:
        FileCheck.Form?
    @Option(help: ArgumentHelp("Check by this guide.", valueName: "id")) var guide: String?
    @Option(help: ArgumentHelp("Check by the guide of this channel.", valueName: "id")) var channel: String?

    func run() throws {
        let bench = try Workbench(config: site.configPath)
        let guideID = try guide ?? channel.flatMap { try site.open().guideID(of: $0) }
        var hasErrors = false
        var out = Output()
        for file in files {
            let result = try bench.check(file, as: form, guideID: guideID)
            hasErrors = hasErrors || result.log.hasErrors
            if output.json { out.line(json(result)) } else { text(result, &out) }
        }
        out.flush()
        if hasErrors { throw ExitStatus.dataRefused.code }
    }

    private func text(_ result: FileCheck, _ out: inout Output) {
        let rejected = result.sets.count { !$0.isAccepted }
        var line = "\(visibleText(result.file)): \(result.format)"
        if let version = result.version { line += " \(version)" }
        line += ", \(result.byteCount) bytes"
        if let records = result.records {
            line += ", \(records) records"
        } else {
            line +=
                ", \(result.interchanges) interchanges, \(result.groups) groups, "
                + "\(result.sets.count + result.omittedSets) sets, \(rejected) rejected"
        }
        out.line(line + ", \(result.log.errorCount) errors, \(result.log.warningCount) warnings")
        for finding in result.log.kept { out.line(DiagnosticRenderer.text(finding).trimmedLineEnd) }
        for (code, count) in result.log.dropped.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            out.line("and \(count) more like \(code)")
        }
    }

    private func json(_ result: FileCheck) -> String {
        let sets = result.sets.map {
            JSONLine([
                ("id", .text($0.id)), ("control", .text($0.control)), ("segments", .number($0.segments)),
                ("state", .text($0.isAccepted ? "accepted" : "rejected")),
            ]).text
        }
        return JSONLine([
            ("file", .text(result.file)), ("bytes", .number(result.byteCount)),
            ("format", .text(result.format)),
            ("version", .optional(result.version)), ("interchanges", .number(result.interchanges)),
            ("groups", .number(result.groups)), ("sets", .raw("[" + sets.joined(separator: ",") + "]")),
            ("records", .raw(result.records.map { String($0) } ?? "null")),
            (
                "findings",
                .raw(
                    "["
                        + result.log.kept.map { DiagnosticRenderer.json($0, move: nil) }.joined(
                            separator: ",") + "]")
            ),
        ]).text
    }
}

extension FileCheck.Form: ExpressibleByArgument {}

/// `crossdock convert`: what a file says, in another form.
struct ConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert", abstract: "Prints what a file says in another form.",
        discussion: """
            crossdock convert PO850.edi --to canonical       one JSON document a line

            EXIT STATUS: 0, 65 when something could not be read or mapped, 64 for a form that is not there yet.
            """)

    enum Target: String, ExpressibleByArgument, CaseIterable { case canonical, json, x12, edifact, csv, xml }

    @OptionGroup var site: SiteOptions
    @Argument(help: "A file.") var file: String
    @Option(help: "canonical, json, x12, edifact, csv or xml.") var to: Target
    @Option(help: ArgumentHelp("Read by this map.", valueName: "id")) var map: String?
    @Option(help: ArgumentHelp("Read by the map of this channel.", valueName: "id")) var channel: String?
    @Flag(help: "Shows personal data.") var unmasked = false

    func run() throws {
        guard to == .canonical || to == .json else {
            throw Diagnostic(
                "USAGE.FORMAT", .error, "form \(to.rawValue) is not there yet", found: to.rawValue,
                expected: "canonical or json", remedy: "ask for another form", move: .ours)
        }
        let bench = try Workbench(config: site.configPath)
        let mapID = try map ?? channel.flatMap { try site.open().mapID(of: $0) }
        var out = Output()
        var count = 0
        if to == .json { out.line("[") }
        let findings = try bench.convert(file, mapID: mapID) { document in
            let line = CanonicalJSON.line(document)
            out.line(to == .json && count > 0 ? "," + line : line)
            count += 1
        }
        if to == .json { out.line("]") }
        out.flush()
        for finding in findings where finding.severity != .note {
            say(DiagnosticRenderer.text(finding).trimmedLineEnd)
        }
        if findings.contains(where: { $0.severity == .error }) { throw ExitStatus.dataRefused.code }
    }
}

/// `crossdock ack`: the acknowledgment that a file earns.
struct AckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ack", abstract: "Prints the acknowledgment that a file earns.",
        discussion:
            "crossdock ack PO850.edi --kind 997\n\nEXIT STATUS: 0, 65 unreadable envelope, 64 a kind that is not there yet."
    )

    @OptionGroup var site: SiteOptions
    @Argument(help: "An X12 file.") var file: String
    @Option(help: "ta1, 997, 999 or contrl.") var kind: Workbench.AcknowledgmentKind = .functional

    func run() throws {
        let bytes = try Workbench(config: site.configPath).acknowledge(file, kind)
        var out = Output()
        out.bytes(bytes)
        out.flush()
    }
}

extension Workbench.AcknowledgmentKind: ExpressibleByArgument {}
