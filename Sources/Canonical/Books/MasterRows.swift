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
    /// Its number in the books; it keeps it when the row is replaced.
    public var id: ItemID
    /// Our name for it, unique.
    public var sku: String
    /// 14 digits, with zeros in front; a wrong check digit is kept. Nil where none is known.
    public var gtin: String?
    /// A vendor's part number for it (X12 element 235, VN).
    public var vendorPart: String?
    /// A buyer's part number for it (X12 element 235, BP or IN).
    public var buyerPart: String?
    /// For papers; empty where none is known.
    public var description: String
    /// The unit that stock is counted in, `EA` unless the article says otherwise.
    public var unit: String
    /// Stock units in a case (unit CS); nil when it is not sold by the case.
    public var packQuantity: Int64?
    /// Grams a stock unit.
    public var weightGrams: Int64?
    /// What the supplier takes for one stock unit, in `currency`; a drop-ship article needs it.
    public var cost: ScaledDecimal?
    /// What a customer pays for one stock unit in `currency`, where no `PriceRow` holds.
    public var price: ScaledDecimal?
    /// Of cost and price; nil means that of the order.
    public var currency: CurrencyCode?
    /// Whether it may be sold.
    public var status: ItemStatus
    /// The partner that supplies it.
    public var supplier: String?
    /// Whether its supplier sends it straight to the customer.
    public var dropShip: DropShipMode

    /// Holds what each property says.
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
    /// Its number in the books; it keeps it when the row is replaced.
    public var id: LocationID
    /// Our name for it, unique; partners' names for it are configuration.
    public var code: String
    /// For papers; the code where none is given.
    public var name: String
    /// Street and number; empty where unknown.
    public var address1: String
    /// Empty where unknown.
    public var city: String
    /// State or province, as given; empty where unknown.
    public var region: String
    /// As given; where coordinates are unknown it says where the place is.
    public var postalCode: String
    /// Upper case, ISO 3166-1 alpha-2 where the map knows the word; the home country where none is given.
    public var country: String
    /// Millionths of a degree; nil when unknown.
    public var latitude: Int32?
    /// Millionths of a degree, east positive; nil when unknown.
    public var longitude: Int32?
    /// Units of every item that routing leaves untouched.
    public var safetyStock: Int64
    /// Lower is preferred where distances tie.
    public var priority: Int64
    /// Whether routing may choose it; stock and counts of an inactive one are kept.
    public var isActive: Bool

    /// Holds what each property says.
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
    /// The article that it is for.
    public var item: ItemID
    /// The inbound channel that it is for; nil for all, and a channel's own goes first.
    public var channel: String?
    /// It holds for orders in this currency only.
    public var currency: CurrencyCode
    /// For one stock unit.
    public var unitPrice: ScaledDecimal
    /// The first day; nil for always.
    public var validFrom: CalendarDate?
    /// The last day, included; nil for no end.
    public var validThrough: CalendarDate?

    /// Holds what each property says.
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
