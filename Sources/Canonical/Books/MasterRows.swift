/// Whether an article may be sold.
public enum ItemStatus: String, Sendable, CaseIterable {
    case active, discontinued, blocked
}

/// When an article goes straight from its supplier to the customer.
public enum DropShipMode: String, Sendable, CaseIterable {
    case never, ifNoStock, always
}

/// An article of the catalogue. A second row with the same SKU replaces the first.
public struct ItemRow: Sendable, Hashable {
    public var id: ItemID
    public var sku: String
    public var gtin: String?
    public var vendorPart: String?
    public var buyerPart: String?
    public var description: String
    public var unit: String
    /// Stock units in a case (unit CS); nil when it is not sold by the case.
    public var packQuantity: Int64?
    /// Grams a stock unit.
    public var weightGrams: Int64?
    public var cost: ScaledDecimal?
    public var price: ScaledDecimal?
    public var currency: CurrencyCode?
    public var status: ItemStatus
    /// The partner that supplies it.
    public var supplier: String?
    public var dropShip: DropShipMode

    public init(
        id: ItemID, sku: String, gtin: String?, vendorPart: String?, buyerPart: String?, description: String,
        unit: String, packQuantity: Int64?, weightGrams: Int64?, cost: ScaledDecimal?, price: ScaledDecimal?,
        currency: CurrencyCode?, status: ItemStatus, supplier: String?, dropShip: DropShipMode
    ) {
        self.id = id
        self.sku = sku
        self.gtin = gtin
        self.vendorPart = vendorPart
        self.buyerPart = buyerPart
        self.description = description
        self.unit = unit
        self.packQuantity = packQuantity
        self.weightGrams = weightGrams
        self.cost = cost
        self.price = price
        self.currency = currency
        self.status = status
        self.supplier = supplier
        self.dropShip = dropShip
    }
}

/// A place with stock. A second row with the same code replaces the first.
public struct LocationRow: Sendable, Hashable {
    public var id: LocationID
    public var code: String
    public var name: String
    public var address1: String
    public var city: String
    public var region: String
    public var postalCode: String
    public var country: String
    /// Millionths of a degree; nil when unknown.
    public var latitude: Int32?
    public var longitude: Int32?
    /// Units of every item that routing leaves untouched.
    public var safetyStock: Int64
    /// Lower is preferred where distances tie.
    public var priority: Int64
    public var isActive: Bool

    public init(
        id: LocationID, code: String, name: String, address1: String, city: String, region: String,
        postalCode: String, country: String, latitude: Int32?, longitude: Int32?, safetyStock: Int64,
        priority: Int64, isActive: Bool
    ) {
        self.id = id
        self.code = code
        self.name = name
        self.address1 = address1
        self.city = city
        self.region = region
        self.postalCode = postalCode
        self.country = country
        self.latitude = latitude
        self.longitude = longitude
        self.safetyStock = safetyStock
        self.priority = priority
        self.isActive = isActive
    }
}

/// What an article costs one sales channel (nil: all) from a day on.
public struct PriceRow: Sendable, Hashable {
    public var item: ItemID
    public var channel: String?
    public var currency: CurrencyCode
    public var unitPrice: ScaledDecimal
    public var validFrom: CalendarDate?
    public var validThrough: CalendarDate?

    public init(
        item: ItemID, channel: String?, currency: CurrencyCode, unitPrice: ScaledDecimal,
        validFrom: CalendarDate?,
        validThrough: CalendarDate?
    ) {
        self.item = item
        self.channel = channel
        self.currency = currency
        self.unitPrice = unitPrice
        self.validFrom = validFrom
        self.validThrough = validThrough
    }
}
