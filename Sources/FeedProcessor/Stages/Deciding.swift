import Canonical
import Diagnostics
import Environment
import Ledger
import OMSRules

/// Rules that are asked together: documents of one family share their facts.
enum DecisionFamily: Sendable {
    case orders, shipments, supplierReplies, stock, masters

    init?(_ kind: DocumentKind) {
        switch kind {
        case .order: self = .orders
        case .shippingAdvice, .shipNotice: self = .shipments
        case .orderAcknowledgment: self = .supplierReplies
        case .stockReport, .receipt: self = .stock
        case .item, .location, .price: self = .masters
        case .shippingOrder, .invoice, .labelManifest, .label, .fulfilment: return nil
        }
    }
}

/// Asks the rules about the documents of a batch: loads their facts with a handful of queries, and writes down what
/// became of every unit.
struct Deciding {
    let ledger: any LedgerStore
    let context: RuleContext
    let drop: DropRow
    /// Our location codes by the partner's own.
    let locations: [String: String]

    /// Decides units of one family.
    ///
    /// - Returns: the changes, and orders that want to be decided again.
    func decide(_ units: inout [ReadUnit], family: DecisionFamily) throws -> RuleOutcome {
        var items: [IncomingDocument] = []
        var owners: [Int] = []
        for (index, unit) in units.enumerated() {
            for document in unit.documents {
                items.append(
                    IncomingDocument(
                        LocationCodes.translate(document, locations), drop: drop.id, channel: unit.channel,
                        partner: drop.file.partner))
                owners.append(index)
            }
        }
        let outcome = try outcome(of: items, family: family)
        for (position, result) in outcome.results.enumerated() where position < owners.count {
            record(result, of: items[position].document, on: &units[owners[position]])
        }
        return outcome
    }

    private func outcome(of items: [IncomingDocument], family: DecisionFamily) throws -> RuleOutcome {
        let documents = items.map(\.document)
        let identifiers = try ledger.identifiers()
        let partner = drop.file.partner
        switch family {
        case .orders:
            for item in items { try fault(.decideOrder, item.document.header.text(OrderField.number) ?? "") }
            let wanted = OrderIntake.wanted(by: documents)
            var facts = try ledger.orderFacts(partner: partner, numbers: wanted.numbers, items: wanted.items)
            let outcome = OrderIntake.decide(items, facts: &facts, identifiers: identifiers, context: context)
            for allocation in outcome.changes.allocations {
                try fault(.allocateLine, allocation.line.description)
            }
            return outcome
        case .shipments:
            var facts = try shipmentFacts(ShipmentRules.wanted(by: documents))
            return ShipmentRules.apply(items, facts: &facts, identifiers: identifiers, context: context)
        case .supplierReplies:
            var facts = try shipmentFacts(SupplierReply.wanted(by: documents))
            return SupplierReply.apply(items, facts: &facts, identifiers: identifiers, context: context)
        case .stock:
            let wanted = StockRules.wanted(
                by: documents, channel: items.first?.channel ?? "", context: context)
            var facts = try ledger.stockFacts(
                locations: wanted.locations, items: wanted.items, receipts: wanted.receipts)
            var known = facts
            let outcome = StockRules.apply(items, facts: &facts, identifiers: identifiers, context: context)
            guard !outcome.shortItems.isEmpty else { return outcome }
            known.planned = try ledger.plannedReservations(of: outcome.shortItems)
            return StockRules.apply(items, facts: &known, identifiers: identifiers, context: context)
        case .masters:
            let skus = MasterRules.wantedSKUs(by: documents)
            let locations = try ledger.locations()
            let facts = MasterFacts(
                items: try ledger.itemsBySKU(skus),
                locations: Dictionary(locations.map { ($0.code, $0) }) { first, _ in first })
            var mutable = facts
            return MasterRules.apply(items, facts: &mutable, identifiers: identifiers, context: context)
        }
    }

    private func shipmentFacts(_ wanted: ShipmentRules.Wanted) throws -> ShipmentFacts {
        try ledger.shipmentFacts(
            shipper: drop.file.partner, shipperNumbers: wanted.shipperNumbers,
            fulfilments: wanted.fulfilments,
            purchaseOrders: wanted.purchaseOrders, cartons: wanted.cartons, items: wanted.items)
    }

    /// A unit takes the hardest fate of its documents.
    private func record(_ result: RuleResult, of document: CanonicalDocument, on unit: inout ReadUnit) {
        unit.findings += result.findings.map(located)
        let decisive = result.findings.first { $0.severity == .error }?.code
        switch result.verdict {
        case .accepted(let order), .held(let order):
            unit.span.subject = "order \(order)"
            unit.span.key = unit.span.key ?? document.header.text(OrderField.number)
        case .duplicate(let order):
            unit.span.state = .duplicate
            unit.span.subject = "order \(order)"
            unit.span.code = "DUP.ORDER"
        case .applied: break
        case .noEffect:
            if unit.span.state == .accepted { unit.span.code = result.findings.first?.code }
        case .documentHeld:
            if unit.span.state != .refused { unit.span.state = .held }
            unit.span.code = unit.span.code ?? decisive
        case .refused:
            unit.span.state = .refused
            unit.span.code = decisive ?? unit.span.code
        }
    }

    /// Rules know the bytes of a value, not the name of the file they are in.
    private func located(_ finding: Diagnostic) -> Diagnostic {
        var finding = finding
        if finding.location == nil {
            finding.location = SourceLocation(drop: drop.file.name, byteOffset: 0)
        } else {
            finding.location?.drop = drop.file.name
        }
        return finding
    }
}
