import ArgumentParser
import Canonical
import Diagnostics
import FeedProcessor
import Ledger

/// `crossdock show`: one drop, order, run or outbound document.
struct ShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "One drop, order, run or outbound document, in any of its forms.",
        discussion: """
            crossdock show d-12                what became of a drop
            crossdock show d-12 --findings     every finding in full
            crossdock show x-88 --raw          the bytes as they left
            crossdock show PO-4412 --canonical the order in our words
            """)

    @OptionGroup var site: SiteOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "d-12, x-88, r-3, four or more digits of a drop's SHA-256, or an order number.")
    var subject: String
    @Flag(help: "The bytes as they came or left.") var raw = false
    @Flag(help: "Every finding in full.") var findings = false
    @Flag(help: "An order's canonical document; personal data is masked.") var canonical = false
    @Flag(help: "Shows personal data.") var unmasked = false

    func run() throws {
        let site = try site.open()
        var out = Output()
        if let id = Reference.number(subject, prefix: "x-") {
            try showOutbound(OutboundID(id), site, &out)
        } else if let id = Reference.number(subject, prefix: "r-") {
            try showRun(RunID(id), site, &out)
        } else if Reference.number(subject, prefix: "d-") != nil {
            try showDrop(site.findDrop(subject), site, &out)
        } else if let drop = try? site.findDrop(subject) {
            try showDrop(drop, site, &out)
        } else {
            try showOrder(site.findOrder(subject, partner: nil), &out)
        }
        out.flush()
    }

    private func showDrop(_ drop: DropRow, _ site: Site, _ out: inout Output) throws {
        if raw { return try site.rawBytes(of: drop) { out.bytes($0) } }
        let books = try site.books()
        let all = try books.findings(of: drop.id)
        if findings {
            for row in all {
                out.line(
                    output.json
                        ? DiagnosticRenderer.json(row.finding, move: site.move(for: row.finding.code))
                        : DiagnosticRenderer.text(row.finding).trimmedLineEnd)
            }
            if !output.json { out.line("\(all.count) findings") }
            return
        }
        let counts = try books.spanCounts(of: drop.id)
        let documents = try books.outbound(causedBy: drop.id)
        if output.json {
            out.line(dropJSON(drop, counts, all, documents))
            return
        }
        out.line(
            "drop d-\(drop.id)  \(visibleText(drop.file.name))  \(drop.file.channel)  \(drop.file.byteCount) bytes  received "
                + "\(drop.file.receivedAt)")
        out.line("  sha256 \(hexText(drop.file.digest))   state \(drop.state.rawValue)")
        let modified = drop.file.modifiedAt.map { "   modified there \($0)" } ?? ""
        out.line(
            "  from \(drop.file.connection)  \(visibleText(drop.file.path.isEmpty ? "/" : drop.file.path))\(modified)"
        )
        for row in try books.interchanges(of: drop.id) {
            out.line(
                "  interchange \(visibleText(row.control))  \(visibleText(row.sender)) → \(visibleText(row.receiver))  "
                    + "\(row.version)\(row.isQuarantined ? "  quarantined, TA1 \(row.note)" : "")")
        }
        for row in try books.groups(of: drop.id) {
            out.line("  group \(visibleText(row.control))  \(row.functionalID)  \(row.receivedCount) sets")
        }
        for count in counts where count.kind != "envelope" && count.kind != "gap" {
            out.line(
                "  \(count.count) \(count.document.isEmpty ? count.kind : count.document)  \(count.state.rawValue)"
            )
        }
        for document in documents {
            out.line(
                "  → x-\(document.id) \(document.document.document) to \(document.document.partner)  "
                    + "\(document.document.name)  \(document.document.state.rawValue)")
        }
        if !all.isEmpty { out.line("\(all.count) findings: crossdock show d-\(drop.id) --findings") }
    }

    private func dropJSON(
        _ drop: DropRow, _ counts: [SpanCount], _ findings: [FindingRow], _ documents: [OutboundRow]
    ) -> String {
        let spans = counts.map {
            JSONLine([
                ("document", .text($0.document)), ("kind", .text($0.kind)),
                ("state", .text($0.state.rawValue)),
                ("count", .number($0.count)),
            ]).text
        }
        return JSONLine([
            ("type", .text("drop")), ("id", .text("d-\(drop.id)")), ("name", .text(drop.file.name)),
            ("channel", .text(drop.file.channel)), ("partner", .text(drop.file.partner)),
            ("connection", .text(drop.file.connection)), ("path", .text(drop.file.path)),
            ("bytes", .number(Int(drop.file.byteCount))), ("sha256", .text(hexText(drop.file.digest))),
            ("modifiedAt", .optional(drop.file.modifiedAt?.description)),
            ("receivedAt", .text(drop.file.receivedAt.description)), ("state", .text(drop.state.rawValue)),
            ("spans", .raw("[" + spans.joined(separator: ",") + "]")),
            ("findings", .number(findings.count)), ("outbound", .list(documents.map { "x-\($0.id)" })),
        ]).text
    }

    private func showOutbound(_ id: OutboundID, _ site: Site, _ out: inout Output) throws {
        guard let row = try site.books().outbound(id) else { throw Reference.unknown(subject, "x-88") }
        if raw { return try site.rawBytes(of: row) { out.bytes($0) } }
        let document = row.document
        if output.json {
            out.line(
                JSONLine([
                    ("type", .text("outbound")), ("id", .text("x-\(row.id)")),
                    ("channel", .text(document.channel)),
                    ("partner", .text(document.partner)), ("document", .text(document.document)),
                    ("connection", .text(document.connection)), ("path", .text(document.path)),
                    ("name", .text(document.name)), ("bytes", .number(Int(document.byteCount))),
                    ("sha256", .text(hexText(document.digest))), ("state", .text(document.state.rawValue)),
                    ("acknowledgment", .text(document.acknowledgment.rawValue)),
                    ("acknowledgmentDetail", .optional(row.acknowledgmentDetail)),
                    ("interchange", .optional(document.interchangeControl)),
                    ("attempts", .number(row.attempts)),
                    ("deliveredAt", .optional(row.deliveredAt?.description)),
                    ("lastError", .optional(row.lastError)),
                    ("items", .list(document.items.map(\.subject))),
                ]).text)
            return
        }
        out.line(
            "x-\(row.id)  \(document.document) to \(document.partner)  \(document.connection) "
                + "\(visibleText(Self.place(document)))  \(document.byteCount) bytes"
        )
        out.line(
            "  sha256 \(hexText(document.digest))   \(document.state.rawValue)   acknowledgment \(document.acknowledgment.rawValue)"
        )
        if let control = document.interchangeControl {
            out.line("  interchange \(control)  group \(document.groupControl ?? "–")")
        }
        if let detail = row.acknowledgmentDetail { out.line("  partner said  \(visibleText(detail))") }
        if let error = row.lastError { out.line("  last failure  \(visibleText(error))") }
        for item in document.items { out.line("  \(item.control)  \(item.subject)") }
    }

    /// Folder and name, with one slash between them.
    private static func place(_ document: FrozenDocument) -> String {
        document.path.isEmpty || document.path.hasSuffix("/")
            ? document.path + document.name : "\(document.path)/\(document.name)"
    }

    private func showRun(_ id: RunID, _ site: Site, _ out: inout Output) throws {
        let books = try site.books()
        guard let row = try books.run(id) else { throw Reference.unknown(subject, "r-17") }
        let counts = try books.counts(of: id)
        let orders = counts.orders.sorted { $0.key < $1.key }
        if output.json {
            out.line(
                JSONLine([
                    ("type", .text("run")), ("id", .text("r-\(row.id)")), ("command", .text(row.command)),
                    ("startedAt", .text(row.startedAt.description)), ("outcome", .optional(row.outcome)),
                    ("summary", .optional(row.summary)),
                    ("orders", .number(orders.reduce(0) { $0 + $1.value })),
                    ("held", .number(counts.held)), ("split", .number(counts.split)),
                    ("backordered", .number(counts.backordered)), ("shipments", .number(counts.shipments)),
                    ("invoices", .number(counts.invoices)),
                ]).text)
            return
        }
        out.line("run r-\(row.id)  \(row.command)  \(row.startedAt)  \(row.outcome ?? "not finished")")
        for (channel, count) in orders { out.line("  \(channel)  \(count) orders") }
        for document in counts.documents {
            out.line(
                "  \(document.channel)  \(document.count) × \(document.document)  \(document.state.rawValue)")
        }
    }

    private func orderText(_ order: OrderDetail, _ out: inout Output) {
        let row = order.state.row
        out.line(
            "order \(visibleText(row.number))  \(row.partner)  \(row.channel)  \(OrderJSON.state(order))  "
                + "\(Money(minor: row.totalMinor, currency: row.currency).amount) \(row.currency)  from d-\(row.drop)"
        )
        for line in order.state.lines {
            let buckets = LineBucket.allCases.filter { line[$0] != 0 }.map { "\($0) \(line[$0])" }
            out.line(
                "  line \(visibleText(line.row.lineNumber))  \(visibleText(line.row.sku))  ordered "
                    + "\(line.row.ordered)   \(buckets.joined(separator: ", "))")
        }
        for hold in order.holds where hold.isOpen {
            out.line("  on hold  \(hold.row.code) \(visibleText(hold.row.reason))")
        }
        for shipment in order.shipments {
            out.line("  shipment \(visibleText(shipment.row.number))  \(shipment.row.shippedAt)")
        }
        for invoice in order.invoices { out.line("  invoice \(visibleText(invoice.row.number))") }
        for document in order.outbound {
            out.line(
                "  → x-\(document.id) \(document.document.document) to \(document.document.partner)  "
                    + "\(document.document.name)  \(document.document.state.rawValue)")
        }
        out.line("why: crossdock explain \(visibleText(row.number))")
    }

    private func showOrder(_ order: OrderDetail, _ out: inout Output) throws {
        guard canonical, let document = CanonicalCodec.decode(order.state.row.document) else {
            return output.json ? out.line(OrderJSON(order).text) : orderText(order, &out)
        }
        out.line(CanonicalJSON.line(document, masked: !unmasked))
    }
}

/// Lower-case hexadecimal digits.
private func hexText(_ bytes: [UInt8]) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
