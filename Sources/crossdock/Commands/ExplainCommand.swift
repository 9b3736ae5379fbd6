import ArgumentParser
import Canonical
import Diagnostics
import FeedProcessor
import Ledger

/// `crossdock explain`: why an order went where it went, where a value came from, what a code means.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Why an order went where it went, or what a code means.",
        discussion: """
            crossdock explain PO-4412985
            crossdock explain PO-4412985 --field shipTo.postalCode
            crossdock explain X12.ELEM.NUMERIC
            """)

    @OptionGroup var site: SiteOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "An order number, o-<id>, or a finding code.") var subject: String
    @Option(
        help: ArgumentHelp(
            "Where this value of the order came from: shipTo.postalCode, lines[2].sku.", valueName: "path"))
    var field: String?
    @Option(help: ArgumentHelp("The partner, where two use one number.", valueName: "id")) var partner:
        String?

    func run() throws {
        var out = Output()
        if let entry = CodeCatalogue.entry(subject) {
            printCode(entry, &out)
        } else {
            let site = try site.open()
            let order = try site.findOrder(subject, partner: partner)
            if let field {
                try printField(site.trace(field, of: order), &out)
            } else {
                printOrder(order, &out)
            }
        }
        out.flush()
    }

    private func printCode(_ entry: CodeEntry, _ out: inout Output) {
        if output.json {
            out.line(
                JSONLine([
                    ("type", .text("code")), ("code", .text(entry.code.rawValue)),
                    ("meaning", .text(entry.meaning)),
                    ("cause", .text(entry.cause)), ("remedy", .text(entry.remedy)),
                    ("whoseMove", .text(entry.move.rawValue)),
                ]).text)
        } else {
            out.line("\(entry.code)   \(entry.meaning)")
            out.line("  usual cause:  \(entry.cause)")
            out.line("  do:           \(entry.remedy)")
            out.line("  whose move:   \(entry.move.rawValue)")
        }
    }

    private func printField(_ trace: FieldTrace, _ out: inout Output) {
        if output.json {
            out.line(
                JSONLine([
                    ("type", .text("field")), ("field", .text(trace.field)), ("value", .text(trace.value)),
                    ("drop", .text("d-\(trace.drop)")), ("file", .text(trace.file)),
                    ("byteOffset", .raw(trace.byteOffset.map { String($0) } ?? "null")),
                    ("byteCount", .number(trace.byteCount)), ("found", .optional(trace.found)),
                    ("map", .optional(trace.map)),
                ]).text)
            return
        }
        guard let offset = trace.byteOffset else {
            out.line(
                "\(trace.field) = '\(visibleText(trace.value))'   no byte of the file: a default or a constant of the map"
            )
            return
        }
        out.line(
            "\(trace.field) = '\(visibleText(trace.value))'   ← \(visibleText(trace.file)) (d-\(trace.drop))  byte \(offset), "
                + "\(trace.byteCount) bytes: '\(visibleText(trace.found ?? ""))'"
                + (trace.map.map { "   map \($0)" } ?? ""))
    }

    private func printOrder(_ order: OrderDetail, _ out: inout Output) {
        if output.json { return out.line(OrderJSON(order).text) }
        let row = order.state.row
        let units = order.state.lines.reduce(0) { $0 + $1.row.ordered }
        out.line(
            "order \(visibleText(row.number))   \(row.partner)   \(order.state.lines.count) lines, \(units) units   from drop "
                + "d-\(row.drop) \(visibleText(order.drop?.file.name ?? "")) byte \(row.span.offset)")
        out.line(
            "state  \(OrderJSON.state(order))   total \(Money(minor: row.totalMinor, currency: row.currency))"
        )
        for decision in order.decisions {
            out.line()
            let when = decision.at.map { "  \($0)" } ?? ""
            let run = decision.run.map { " in run r-\($0)" } ?? ""
            out.line("\(decision.row.occasion)\(when)\(run)   \(visibleText(decision.row.outcome))")
            var rule = ""
            for reason in decision.row.reasons {
                if reason.rule != rule { out.line("  \(reason.rule)") }
                rule = reason.rule
                out.line(
                    "    \(pad(reason.subject, 16)) \(pad(reason.verdict.rawValue, 8)) \(visibleText(reason.because))"
                )
            }
        }
        out.line()
        var table = Table([
            "LINE", "SKU", "ORDERED", "OPEN", "BACKORDERED", "RESERVED", "RELEASED", "SHIPPED", "CANCELLED",
        ])
        for line in order.state.lines {
            table.add(
                [line.row.lineNumber, line.row.sku, String(line.row.ordered)]
                    + [.open, .backordered, .reserved, .released, .shipped, .cancelled].map {
                        String(line[$0])
                    })
        }
        for line in table.lines(for: Terminal(color: output.color)) { out.line(line) }
        for hold in order.holds where hold.isOpen {
            out.line("on hold  \(hold.row.code)  \(visibleText(hold.row.reason))")
        }
        for document in order.outbound {
            out.line(
                "→ x-\(document.id) \(document.document.document) to \(document.document.partner)  \(document.document.state.rawValue)"
            )
        }
    }

    private func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
