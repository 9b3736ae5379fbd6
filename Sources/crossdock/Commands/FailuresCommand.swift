import ArgumentParser
import Canonical
import Diagnostics
import FeedProcessor
import Ledger

/// `crossdock failures`: what was refused or is stuck, and whose move it is.
struct FailuresCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "failures", abstract: "What was refused or is stuck, and whose move it is.",
        discussion: """
            crossdock failures --channel harbor-mart-850
            crossdock failures --run r-17 --json
            """)

    @OptionGroup var site: SiteOptions
    @OptionGroup var output: OutputOptions
    @Option(help: ArgumentHelp("Only of this channel.", valueName: "id")) var channel: String?
    @Option(name: .customLong("run"), help: ArgumentHelp("Only of this run.", valueName: "r-17")) var inRun:
        String?
    @Option(help: "Rows at most.") var limit = 200
    @Flag(help: "Exits with 2 when there are rows.") var detailedExitCode = false

    func run() throws {
        let site = try site.open()
        let books = try site.books()
        var filter = FailureFilter(channel: channel, limit: limit)
        if let inRun { filter.run = try Reference.run(inRun) }
        let rows = try books.failures(filter)
        let codes = try books.missingCodes()
        var out = Output()
        if output.json {
            for row in rows { out.line(json(row, site)) }
            for (code, waiting) in codes {
                out.line(
                    JSONLine([
                        ("type", .text("missing-code")), ("whoseMove", .text("ours")),
                        ("partner", .text(code.partner)),
                        ("table", .text(code.table)), ("code", .text(code.code)),
                        ("waiting", .number(waiting)),
                    ]).text)
            }
            out.line(
                JSONLine([("type", .text("failures")), ("count", .number(rows.count + codes.count))]).text)
        } else {
            text(rows, codes, site, &out)
        }
        out.flush()
        if detailedExitCode && !(rows.isEmpty && codes.isEmpty) { throw ExitCode(2) }
    }

    private func text(
        _ rows: [FailureRow], _ codes: [(code: MissingCode, waiting: Int)], _ site: Site, _ out: inout Output
    ) {
        var table = Table(["WHOSE MOVE", "SINCE", "WHAT", "WHERE", "DO"])
        for row in rows {
            let (what, place, remedy) = Self.words(row)
            table.add([Self.move(row, site), row.since.description, what, place, remedy])
        }
        for (code, waiting) in codes {
            table.add([
                "ours", "", "no canonical code for '\(code.code)' in table \(code.table)",
                "\(code.partner), \(waiting) document(s) wait",
                "add it to config/codes/\(code.table).yaml, then replay the drop",
            ])
        }
        guard !table.isEmpty else { return out.line("nothing is refused, held or stuck") }
        for line in table.lines(for: Terminal(color: output.color)) { out.line(line) }
    }

    static func move(_ row: FailureRow, _ site: Site) -> String {
        let move =
            row.finding.map { $0.move ?? site.move(for: $0.code) }
            ?? {
                switch row.subject {
                case .drop, .span: Move.partner
                case .order: .ours
                case .outbound(let sent) where sent.document.state == .conflict: .ours
                case .outbound(let sent):
                    switch sent.document.acknowledgment {
                    case .rejected: .ours
                    case .overdue: .partner
                    default: lastCode(sent).map { site.move(for: $0) } ?? .wait
                    }
                case .expectation: .partner
                case .channel: .ours
                }
            }()
        return move == .partner ? "theirs" : move.rawValue
    }

    /// What, where, and what to do.
    static func words(_ row: FailureRow) -> (what: String, place: String, remedy: String) {
        let code = row.finding.map { "\($0.code) \($0.message)" }
        let remedy = row.finding?.remedy ?? ""
        switch row.subject {
        case .drop(let drop):
            return (
                "\(drop.state.rawValue): \(code ?? "")", "\(row.channel) d-\(drop.id) \(drop.file.name)",
                remedy
            )
        case .span(let drop, let span):
            let place = row.finding?.location?.segment.map { " " + DiagnosticRenderer.place($0) } ?? ""
            return (
                code ?? span.code?.rawValue ?? span.state.rawValue,
                "\(row.channel) d-\(drop.id) \(span.kind) \(span.control)\(place)", remedy
            )
        case .order(let order, let holds):
            return (
                holds.map { "\($0.code) \($0.reason)" }.joined(separator: "; "),
                "\(order.partner) order \(order.number)",
                remedy.isEmpty ? "crossdock explain \(order.number)" : remedy
            )
        case .outbound(let document):
            return (
                code ?? document.lastError ?? answer(document) ?? document.document.state.rawValue,
                "\(row.channel) x-\(document.id) \(document.document.name)",
                remedy.isEmpty ? Self.remedy(document) : remedy
            )
        case .expectation(let expectation):
            let ask =
                switch expectation.kind {
                case .file: "ask \(expectation.partner) to send it"
                case .acknowledgment: "ask \(expectation.partner) whether they took it"
                case .response where expectation.outbound == nil && expectation.what.hasSuffix("owed by us"):
                    "see what the order waits for: crossdock explain"
                case .response: "ask \(expectation.partner) to answer"
                case .delivery: "see crossdock status"
                }
            return (
                "overdue: \(expectation.what)", row.channel,
                remedy.isEmpty ? ask + sentDocument(expectation) : remedy
            )
        case .channel:
            return (code ?? "not served", row.channel, remedy)
        }
    }

    /// Where to look at the document that an expectation is about.
    private static func sentDocument(_ expectation: ExpectationRow) -> String {
        expectation.outbound.map { "; crossdock show x-\($0)" } ?? ""
    }

    /// What a partner said to a document that arrived.
    private static func answer(_ sent: OutboundRow) -> String? {
        guard sent.document.state == .delivered else { return nil }
        let detail = sent.acknowledgmentDetail.map { ": \($0)" } ?? ""
        return sent.document.acknowledgment == .rejected
            ? "ACK.REJECTED \(sent.document.document) rejected by partner\(detail)"
            : "acknowledgment \(sent.document.acknowledgment.rawValue)\(detail)"
    }

    private static func remedy(_ sent: OutboundRow) -> String {
        if sent.document.state == .conflict {
            return "clear the way at the partner's, then: crossdock replay x-\(sent.id)"
        }
        guard let code = lastCode(sent), let advice = Site.catalogueRemedy(for: code) else {
            return "crossdock show x-\(sent.id)"
        }
        return "\(advice); crossdock show x-\(sent.id)"
    }

    /// The code of the last failure of a document that has not arrived.
    private static func lastCode(_ sent: OutboundRow) -> DiagnosticCode? {
        guard sent.document.state != .delivered, let error = sent.lastError,
            let end = error.firstIndex(of: ":")
        else { return nil }
        return DiagnosticCode(rawValue: String(error[..<end]))
    }

    private func json(_ row: FailureRow, _ site: Site) -> String {
        let (what, place, remedy) = Self.words(row)
        var members: [(String, JSONLine.Value)] = [
            ("type", .text("failure")), ("whoseMove", .text(Self.move(row, site))),
            ("since", .text(row.since.description)),
            ("channel", .text(row.channel)), ("what", .text(what)), ("where", .text(place)),
            ("do", .text(remedy)),
        ]
        switch row.subject {
        case .drop(let drop): members.append(("drop", .text("d-\(drop.id)")))
        case .span(let drop, let span):
            members.append(("drop", .text("d-\(drop.id)")))
            members.append(("set", .text(span.control)))
            members.append(("state", .text(span.state.rawValue)))
        case .order(let order, _): members.append(("order", .text(order.number)))
        case .outbound(let document): members.append(("document", .text("x-\(document.id)")))
        case .expectation(let expectation): members.append(("expectation", .text(expectation.key)))
        case .channel: break
        }
        if let finding = row.finding {
            members.append(
                ("finding", .raw(DiagnosticRenderer.json(finding, move: site.move(for: finding.code)))))
        }
        return JSONLine(members).text
    }
}

/// Ids as people paste them.
enum Reference {
    static func run(_ text: String) throws -> RunID {
        guard let id = number(text, prefix: "r-") else { throw unknown(text, "r-17") }
        return RunID(id)
    }

    /// The number behind a prefix; nil for anything else.
    static func number(_ text: String, prefix: String) -> Int64? {
        text.hasPrefix(prefix) ? Int64(text.dropFirst(prefix.count)) : nil
    }

    static func unknown(_ text: String, _ example: String) -> Diagnostic {
        Diagnostic(
            "USAGE", .error, "'\(visibleText(text, characters: 40))' is not an id", found: text,
            expected: "an id such as \(example)", remedy: "copy it from the screen", move: .ours)
    }
}
