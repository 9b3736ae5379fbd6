/// A row's number in the books; the entity keeps an order's number from being taken for an item's.
public struct Identifier<Entity>: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The number, from 1 on; never used twice.
    public let value: Int64
    /// Says which number of this entity is meant; whether the books have it is not asked.
    public init(_ value: Int64) { self.value = value }
    /// The bare number, without the letter that it has on screen.
    public var description: String { String(value) }
    /// By number, which is the order of coming.
    public static func < (left: Identifier, right: Identifier) -> Bool { left.value < right.value }
}

/// A drop, `d-1042` on screen.
public enum DropEntity {}
/// A drop's number.
public typealias DropID = Identifier<DropEntity>
/// A run, `r-17` on screen.
public enum RunEntity {}
/// A run's number.
public typealias RunID = Identifier<RunEntity>
/// An outbound document, `x-88` on screen.
public enum OutboundEntity {}
/// An outbound document's number.
public typealias OutboundID = Identifier<OutboundEntity>
/// Our number of an order; partners know it by their own.
public typealias OrderID = Identifier<OrderRow>
/// Our number of an order line.
public typealias LineID = Identifier<OrderLineRow>
/// Our number of an article; partners know it by SKU, GTIN or part number.
public typealias ItemID = Identifier<ItemRow>
/// Our number of a place with stock; people know it by its code.
public typealias LocationID = Identifier<LocationRow>
/// Our number of the work of one warehouse for one order.
public typealias FulfilmentID = Identifier<FulfilmentRow>
/// Our number of a carton.
public typealias PackageID = Identifier<PackageRow>
/// Our number of a shipment.
public typealias ShipmentID = Identifier<ShipmentRow>
/// Our number of an invoice.
public typealias InvoiceID = Identifier<InvoiceRow>
/// Our number of a purchase order.
public typealias PurchaseOrderID = Identifier<PurchaseOrderRow>

/// The next free numbers of the books, drawn in memory while a batch is decided and written with it.
///
/// - Twice: a batch that was rolled back draws the same numbers again, which keeps a crashed night equal to a whole one.
public struct IdentifierSequence: Sendable, Hashable {
    /// The next free order number.
    public var order: Int64
    /// The next free order line number.
    public var line: Int64
    /// The next free article number.
    public var item: Int64
    /// The next free location number.
    public var location: Int64
    /// The next free fulfilment number.
    public var fulfilment: Int64
    /// The next free carton number, and so the next serial number of an SSCC.
    public var package: Int64
    /// The next free shipment number.
    public var shipment: Int64
    /// The next free invoice number.
    public var invoice: Int64
    /// The next free purchase order number.
    public var purchaseOrder: Int64

    /// - Parameter next: the first free number of every entity.
    public init(startingAt next: Int64 = 1) {
        order = next
        line = next
        item = next
        location = next
        fulfilment = next
        package = next
        shipment = next
        invoice = next
        purchaseOrder = next
    }

    /// Takes the next number of one entity: `ids.next(\.order)`.
    public mutating func next<Entity>(_ path: WritableKeyPath<IdentifierSequence, Int64>) -> Identifier<
        Entity
    > {
        defer { self[keyPath: path] += 1 }
        return Identifier(self[keyPath: path])
    }
}
