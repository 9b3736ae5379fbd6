import Canonical

/// An article that a line was found to mean, by reference: lines are copied from step to step, and the row is large.
final class KnownItem: Sendable {
    private let row: ItemRow

    init(_ row: ItemRow) { self.row = row }

    var id: ItemID { row.id }
    var sku: String { row.sku }
    var unit: String { row.unit }
    var packQuantity: Int64? { row.packQuantity }
    var cost: ScaledDecimal? { row.cost }
    var price: ScaledDecimal? { row.price }
    var currency: CurrencyCode? { row.currency }
    var status: ItemStatus { row.status }
    var supplier: String? { row.supplier }
    var dropShip: DropShipMode { row.dropShip }
}
