/// A row's number in the books; the entity keeps an order's number from being taken for an item's.
public struct Identifier<Entity>: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let value: Int64
    public init(_ value: Int64) { self.value = value }
    public var description: String { String(value) }
    public static func < (left: Identifier, right: Identifier) -> Bool { left.value < right.value }
}

/// A drop, `d-1042` on screen.
public enum DropEntity {}
public typealias DropID = Identifier<DropEntity>
/// A run, `r-17` on screen.
public enum RunEntity {}
public typealias RunID = Identifier<RunEntity>
/// An outbound document, `x-88` on screen.
public enum OutboundEntity {}
public typealias OutboundID = Identifier<OutboundEntity>
public typealias OrderID = Identifier<OrderRow>
public typealias LineID = Identifier<OrderLineRow>
public typealias ItemID = Identifier<ItemRow>
public typealias LocationID = Identifier<LocationRow>
public typealias FulfilmentID = Identifier<FulfilmentRow>
public typealias PackageID = Identifier<PackageRow>
public typealias ShipmentID = Identifier<ShipmentRow>
public typealias InvoiceID = Identifier<InvoiceRow>
public typealias PurchaseOrderID = Identifier<PurchaseOrderRow>

/// The next free numbers of the books, drawn in memory while a batch is decided and written with it.
///
/// - Twice: a batch that was rolled back draws the same numbers again, which keeps a crashed night equal to a whole one.
public struct IdentifierSequence: Sendable, Hashable {
    public var order: Int64
    public var line: Int64
    public var item: Int64
    public var location: Int64
    public var fulfilment: Int64
    public var package: Int64
    public var shipment: Int64
    public var invoice: Int64
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
