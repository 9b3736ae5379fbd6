import Canonical
import Diagnostics
import Ledger

/// Makes the canonical documents that intents ask for, from the books.
struct PaperSource {
    let ledger: any LedgerStore
    let us: Identity
    let today: CalendarDate
    let now: Instant
    /// How far the site's clock is ahead of UTC.
    let offsetSeconds: Int
    /// Our location codes in the partner's words.
    let warehouseCodes: [String: String]
    /// How many units a carton takes, by location.
    var unitsPerCarton: [String: Int64] = [:]

    /// An intent with its document, or the reason why there is none.
    enum Paper {
        case document(CanonicalDocument, subject: String, order: OrderID)
        case none(reason: String)
    }

    /// The papers of some intents of one channel, in their order.
    ///
    /// - Parameter kind: what the channel's map writes.
    /// - Parameter manifestNumber: the running number of a manifest, where the channel has one.
    func papers(
        for intents: [IntentRow], kind: DocumentKind, manifestNumber: String
    ) throws -> [(intent: IntentRow, paper: Paper)] {
        guard let event = intents.first.flatMap({ Canonical.BusinessEvent.Kind(rawValue: $0.kind) }) else {
            return []
        }
        let subjects = intents.map(\.subject)
        switch event {
        case .orderAcknowledged: return try acknowledgments(intents, subjects)
        case .fulfilmentReleased: return try warehousePapers(intents, subjects, kind, manifestNumber)
        case .purchaseOrderApproved: return try purchaseOrders(intents, subjects)
        case .shipmentConfirmed: return try shipmentPapers(intents, subjects, kind)
        case .invoicePosted: return try invoices(intents, subjects)
        }
    }

    /// Orders by number with everything that papers about them need.
    private func orders(_ ids: [OrderID]) throws -> (papers: [OrderID: OrderPaper], items: [ItemID: ItemRow])
    {
        let states = try ledger.orderStates(Array(Set(ids)).sorted())
        var papers: [OrderID: OrderPaper] = [:]
        var items: Set<ItemID> = []
        for state in states {
            papers[state.row.id] = OrderPaper(state)
            for line in state.lines { if let item = line.row.item { items.insert(item) } }
        }
        return (papers, try ledger.items(items))
    }

    private func acknowledgments(
        _ intents: [IntentRow], _ subjects: [Int64]
    ) throws -> [(intent: IntentRow, paper: Paper)] {
        let known = try orders(subjects.map { OrderID($0) })
        return intents.map { intent in
            guard let order = known.papers[OrderID(intent.subject)] else { return (intent, damaged("order")) }
            return (
                intent,
                .document(
                    order.acknowledgment(on: today, items: known.items), subject: "order \(intent.subject)",
                    order: order.state.row.id)
            )
        }
    }

    private func warehousePapers(
        _ intents: [IntentRow], _ subjects: [Int64], _ kind: DocumentKind, _ manifestNumber: String
    ) throws -> [(intent: IntentRow, paper: Paper)] {
        let rows = try ledger.fulfilments(subjects.map { FulfilmentID($0) })
        let fulfilments = Dictionary(rows.map { ($0.row.id, $0) }) { first, _ in first }
        let known = try orders(rows.map(\.row.order))
        return intents.map { intent in
            guard var fulfilment = fulfilments[FulfilmentID(intent.subject)],
                let order = known.papers[fulfilment.row.order]
            else { return (intent, damaged("fulfilment")) }
            fulfilment.packages = neededCartons(of: fulfilment)
            let code = fulfilment.location.code
            guard fulfilment.allocations.contains(where: { $0.row.quantity > $0.short }) else {
                return (intent, .none(reason: "nothing is left to ship from \(code): a count found less"))
            }
            let document: CanonicalDocument
            switch kind {
            case .labelManifest, .label:
                guard !fulfilment.packages.isEmpty else {
                    return (
                        intent,
                        .none(reason: "no cartons are planned at \(code): its partner has no `packing`")
                    )
                }
                document =
                    kind == .label
                    ? order.labels(fulfilment, on: today)
                    : order.manifest(fulfilment, number: manifestNumber, on: today, items: known.items)
            default:
                document = order.shippingOrder(
                    fulfilment, on: today, items: known.items, warehouse: warehouseCodes[code] ?? code)
            }
            return (
                intent,
                .document(document, subject: "fulfilment \(intent.subject)", order: order.state.row.id)
            )
        }
    }

    /// The planned cartons that what is left to ship needs: a count may have taken units back since they were planned, and
    /// a label without a carton is not printed.
    private func neededCartons(of fulfilment: FulfilmentStateFacts) -> [PackageRow] {
        let planned = fulfilment.packages
        guard let perCarton = unitsPerCarton[fulfilment.location.code], perCarton > 0,
            planned.allSatisfy({ $0.shipment == nil })
        else { return planned }
        let units = fulfilment.allocations.reduce(Int64(0)) { $0 + $1.row.quantity - $1.short }
        let needed = Int((units - 1) / perCarton + 1)
        guard units > 0, needed < planned.count else { return planned }
        return planned.prefix(needed).map { package in
            var package = package
            package.count = needed
            return package
        }
    }

    private func purchaseOrders(
        _ intents: [IntentRow], _ subjects: [Int64]
    ) throws -> [(intent: IntentRow, paper: Paper)] {
        let rows = try ledger.purchaseOrders(subjects.map { PurchaseOrderID($0) })
        let purchases = Dictionary(rows.map { ($0.row.id, $0) }) { first, _ in first }
        let known = try orders(rows.map(\.row.order))
        return intents.map { intent in
            guard let purchase = purchases[PurchaseOrderID(intent.subject)],
                let order = known.papers[purchase.row.order]
            else { return (intent, damaged("purchase order")) }
            let document = order.purchaseOrder(purchase, items: known.items, us: us.name ?? us.id)
            return (
                intent,
                .document(document, subject: "purchase order \(intent.subject)", order: order.state.row.id)
            )
        }
    }

    private func shipmentPapers(
        _ intents: [IntentRow], _ subjects: [Int64], _ kind: DocumentKind
    ) throws -> [(intent: IntentRow, paper: Paper)] {
        let rows = try ledger.shipments(subjects.map { ShipmentID($0) })
        let shipments = Dictionary(rows.map { ($0.row.id, $0) }) { first, _ in first }
        let known = try orders(rows.map(\.row.order))
        return intents.map { intent in
            guard let shipment = shipments[ShipmentID(intent.subject)],
                let order = known.papers[shipment.row.order]
            else { return (intent, damaged("shipment")) }
            let document =
                kind == .fulfilment
                ? order.fulfilment(shipment, offsetSeconds: offsetSeconds)
                : order.shipNotice(shipment, items: known.items, created: now, offsetSeconds: offsetSeconds)
            return (
                intent, .document(document, subject: "shipment \(intent.subject)", order: order.state.row.id)
            )
        }
    }

    private func invoices(
        _ intents: [IntentRow], _ subjects: [Int64]
    ) throws -> [(intent: IntentRow, paper: Paper)] {
        let rows = try ledger.invoices(subjects.map { InvoiceID($0) })
        let invoices = Dictionary(rows.map { ($0.row.id, $0) }) { first, _ in first }
        let shipments = Dictionary(try ledger.shipments(rows.map(\.row.shipment)).map { ($0.row.id, $0) }) {
            first, _ in
            first
        }
        let known = try orders(rows.map(\.row.order))
        return intents.map { intent in
            guard let invoice = invoices[InvoiceID(intent.subject)],
                let order = known.papers[invoice.row.order]
            else { return (intent, damaged("invoice")) }
            let document = order.invoice(
                invoice, shipment: shipments[invoice.row.shipment], items: known.items, us: us,
                offsetSeconds: offsetSeconds)
            return (
                intent, .document(document, subject: "invoice \(intent.subject)", order: order.state.row.id)
            )
        }
    }

    private func damaged(_ what: String) -> Paper {
        .none(reason: "\(what) is not in the books; run crossdock verify")
    }
}
