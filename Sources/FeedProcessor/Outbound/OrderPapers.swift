import Canonical

/// An order in the books together with the canonical document it was read from: what every outbound paper about it
/// is made of.
struct OrderPaper {
    let state: OrderState
    let document: CanonicalDocument
    /// By line, where it stands in `state.lines`.
    private let positions: [LineID: Int]

    /// Nil when the stored document is damaged; `crossdock verify` tells where.
    init?(_ state: OrderState) {
        guard let document = CanonicalCodec.decode(state.row.document) else { return nil }
        self.state = state
        self.document = document
        var positions: [LineID: Int] = [:]
        positions.reserveCapacity(state.lines.count)
        for (index, line) in state.lines.enumerated() { positions[line.row.id] = index }
        self.positions = positions
    }

    var number: String { state.row.number }
    var header: Record { document.header }

    /// The document's line that stands for a row.
    func record(of line: LineID) -> Record? {
        guard let index = positions[line] else { return nil }
        let records = document.header[group: OrderGroup.lines]
        let position = state.lines[index].row.ordinal - 1
        return records.indices.contains(position) ? records[position] : nil
    }

    func line(_ id: LineID) -> LineState? { positions[id].map { state.lines[$0] } }
}

extension ScaledDecimal {
    init(minor: Int64, _ currency: CurrencyCode) { self.init(units: minor, scale: currency.exponent) }
}

/// Copies how the partner and we name an article into a line of an outbound paper.
struct LineIdentity {
    private let copy: FieldCopy
    private let sku: Int?
    private let gtin: Int?
    private let vendorPart: Int?
    private let description: Int?
    private let unit: Int?

    init(to target: RecordSchema) {
        copy = FieldCopy(
            from: DocumentKind.order.schema.groups[OrderGroup.lines.rawValue], to: target,
            ["lineNumber", "sku", "gtin", "buyerPart", "vendorPart", "description", "unit"])
        sku = target.fieldIndex("sku")
        gtin = target.fieldIndex("gtin")
        vendorPart = target.fieldIndex("vendorPart")
        description = target.fieldIndex("description")
        unit = target.fieldIndex("unit")
    }

    /// The partner's words win; what the order did not say comes from our catalogue.
    func apply(_ ordered: Record?, _ item: ItemRow?, to target: inout Record) {
        if let ordered { copy.apply(ordered, to: &target) }
        guard let item else { return }
        func fill(_ index: Int?, _ text: String?) {
            guard let index, let text, target.values[index] == nil else { return }
            target.set(index, .text(text))
        }
        fill(sku, item.sku)
        fill(gtin, item.gtin)
        fill(vendorPart, item.vendorPart)
        fill(description, item.description.isEmpty ? nil : item.description)
        if let unit { target.set(unit, .text(item.unit)) }
    }
}
