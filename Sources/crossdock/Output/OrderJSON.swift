import Canonical
import Diagnostics
import Ledger

/// An order with everything known about it, as one JSON object.
struct OrderJSON {
    private let order: OrderDetail

    init(_ order: OrderDetail) { self.order = order }

    /// The word a person uses: on hold first, then where the units are.
    static func state(_ order: OrderDetail) -> String {
        if order.holds.contains(where: \.isOpen) { return "on_hold" }
        func sum(_ bucket: LineBucket) -> Int64 { order.state.lines.reduce(0) { $0 + $1[bucket] } }
        let ordered = order.state.lines.reduce(0) { $0 + $1.row.ordered }
        if sum(.cancelled) == ordered { return "cancelled" }
        if sum(.shipped) + sum(.cancelled) == ordered { return "shipped" }
        if sum(.shipped) > 0 { return "partially_shipped" }
        if sum(.backordered) == ordered { return "backordered" }
        if sum(.backordered) > 0 { return "partially_allocated" }
        if sum(.released) > 0 { return "released" }
        return sum(.reserved) > 0 ? "allocated" : "accepted"
    }

    var text: String {
        let row = order.state.row
        return JSONLine([
            ("type", .text("order")), ("id", .text("o-\(row.id)")), ("number", .text(row.number)),
            ("partner", .text(row.partner)), ("channel", .text(row.channel)),
            ("state", .text(Self.state(order))),
            ("lifecycle", .text(row.lifecycle.rawValue)), ("drop", .text("d-\(row.drop)")),
            ("file", .optional(order.drop?.file.name)), ("byteOffset", .raw(String(row.span.offset))),
            ("byteCount", .raw(String(row.span.length))), ("total", money(row.totalMinor)), ("lines", lines),
            ("holds", holds), ("decisions", decisions), ("fulfilments", fulfilments),
            ("purchaseOrders", purchaseOrders),
            ("shipments", shipments), ("invoices", invoices), ("outbound", outbound),
        ]).text
    }

    private func money(_ minor: Int64) -> JSONLine.Value {
        let currency = order.state.row.currency
        return .raw(
            JSONLine([
                ("amount", .text(Money(minor: minor, currency: currency).amount.description)),
                ("currency", .text(currency.description)),
            ]).text)
    }

    private func array(_ items: [String]) -> JSONLine.Value { .raw("[" + items.joined(separator: ",") + "]") }

    private var lines: JSONLine.Value {
        array(
            order.state.lines.map { line in
                let buckets = LineBucket.allCases.map { ("\($0)", JSONLine.Value.text(String(line[$0]))) }
                return JSONLine(
                    [
                        ("line", .text(line.row.lineNumber)), ("sku", .text(line.row.sku)),
                        ("ordered", .text(String(line.row.ordered))),
                    ] + buckets + [("invoiced", .text(String(line.invoiced)))]
                ).text
            })
    }

    private var holds: JSONLine.Value {
        array(
            order.holds.map {
                JSONLine([
                    ("code", .text($0.row.code.rawValue)), ("reason", .text($0.row.reason)),
                    ("open", .flag($0.isOpen)),
                    ("since", .optional($0.since?.description)),
                ]).text
            })
    }

    private var decisions: JSONLine.Value {
        array(
            order.decisions.map { decision in
                let reasons = decision.row.reasons.map {
                    JSONLine([
                        ("rule", .text($0.rule)), ("subject", .text($0.subject)),
                        ("verdict", .text($0.verdict.rawValue)),
                        ("because", .text($0.because)),
                    ]).text
                }
                return JSONLine([
                    ("occasion", .text(decision.row.occasion)), ("outcome", .text(decision.row.outcome)),
                    ("at", .optional(decision.at?.description)),
                    ("run", .optional(decision.run.map { "r-\($0)" })),
                    ("reasons", array(reasons)),
                ]).text
            })
    }

    private var fulfilments: JSONLine.Value {
        array(
            order.fulfilments.map { fulfilment in
                JSONLine([
                    ("number", .text(fulfilment.row.number)), ("location", .text(fulfilment.location.code)),
                    ("state", .text(fulfilment.state.rawValue)),
                    ("units", .text(String(fulfilment.allocations.reduce(0) { $0 + $1.row.quantity }))),
                    ("shipped", .text(String(fulfilment.allocations.reduce(0) { $0 + $1.shipped }))),
                ]).text
            })
    }

    private var purchaseOrders: JSONLine.Value {
        array(
            order.purchaseOrders.map {
                JSONLine([
                    ("number", .text($0.row.number)), ("supplier", .text($0.row.supplier)),
                    ("state", .text($0.state.rawValue)),
                ]).text
            })
    }

    private var shipments: JSONLine.Value {
        array(
            order.shipments.map { shipment in
                JSONLine([
                    ("number", .text(shipment.row.number)), ("shipper", .text(shipment.row.shipper)),
                    ("shippedAt", .text(shipment.row.shippedAt.description)),
                    ("units", .text(String(shipment.lines.reduce(0) { $0 + $1.quantity }))),
                    ("sscc", .list(shipment.packages.compactMap(\.sscc))),
                ]).text
            })
    }

    private var invoices: JSONLine.Value {
        array(
            order.invoices.map { invoice in
                JSONLine([
                    ("number", .text(invoice.row.number)), ("total", money(invoice.row.totalMinor)),
                    ("units", .text(String(invoice.lines.reduce(0) { $0 + $1.quantity }))),
                ]).text
            })
    }

    private var outbound: JSONLine.Value {
        array(
            order.outbound.map {
                JSONLine([
                    ("id", .text("x-\($0.id)")), ("document", .text($0.document.document)),
                    ("partner", .text($0.document.partner)), ("name", .text($0.document.name)),
                    ("state", .text($0.document.state.rawValue)),
                    ("acknowledgment", .text($0.document.acknowledgment.rawValue)),
                ]).text
            })
    }
}
