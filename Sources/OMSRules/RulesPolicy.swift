public import Canonical

/// Everything a site may settle about deciding, as a plain value; the defaults are a careful shop in the US.
/// `FeedProcessor` fills it from the configuration.
public struct RulesPolicy: Sendable {
    /// What differs by the inbound channel of the order (or of the count), by channel name.
    public var channels: [String: ChannelPolicy] = [:]
    /// For channels that `channels` does not name.
    public var otherChannels = ChannelPolicy()
    /// What addresses must have.
    public var addresses = AddressPolicy()
    /// How orders find their warehouse.
    public var routing = RoutingPolicy()
    /// Which articles go straight from supplier to customer.
    public var dropShip = DropShipPolicy()
    /// Which orders a person looks at before they go on.
    public var review = ReviewPolicy()
    /// What our papers are called.
    public var numbers = NumberPrefixes()
    /// By location code; a location without one gets no planned cartons.
    public var packing: [String: PackingPolicy] = [:]
    /// Who may report shipments, counts and receipts of a location, by location code.
    public var locationPartners: [String: [String]] = [:]
    /// Whether a location that `locationPartners` does not name may be reported on by any partner.
    public var trustsUnlistedLocations = false
    /// Days of a month-end belong to our zone: seconds ahead of UTC, for today's date and invoice dates.
    public var zoneOffsetSeconds = 0
    /// The country of an address that names none, ISO 3166-1 alpha-2.
    public var homeCountry = "US"

    /// The defaults.
    public init() {}

    /// The policy of one channel.
    public func channel(_ name: String) -> ChannelPolicy { channels[name] ?? otherChannels }

    /// Whether this partner may report on this location.
    public func runs(_ partner: String, location code: String) -> Bool {
        locationPartners[code].map { $0.contains(partner) } ?? trustsUnlistedLocations
    }
}

/// What happens to a document with the number of an order or shipment in the books and other content.
public enum ContentChangePolicy: String, Sendable, CaseIterable {
    /// The document waits for a person.
    case hold
    case refuse
}

/// Which sum the partner means by the total it gives.
public enum TotalBasis: String, Sendable, CaseIterable {
    /// Goods, less discounts, plus shipping, charges and tax.
    case complete
    /// The same without adding tax: the prices include it.
    case taxIncluded
    /// Goods alone, before discounts (AMT*TT of some 850s).
    case goods
    /// Goods less discounts.
    case goodsAfterDiscounts
}

/// When an order's address is looked at.
public enum AddressCheck: String, Sendable, CaseIterable {
    case required, ifGiven, off
}

/// What the figure of a stock report counts, where it says `available`.
public enum StockBasis: String, Sendable, CaseIterable {
    /// Everything on the shelves.
    case physical
    /// What is left after the open orders that we gave the warehouse.
    case netOfOpenOrders
}

/// What one inbound channel settles.
public struct ChannelPolicy: Sendable {
    /// The currency of documents that name none.
    public var currency = CurrencyCode.usd
    /// By how much a given total may differ, in minor units.
    public var totalToleranceMinor: Int64 = 0
    /// Which sums a given total may be; the first that fits is taken.
    public var totalBases: [TotalBasis] = [.complete, .taxIncluded]
    /// Whether an order waits whose given total is none that its lines come to; otherwise it is told and goes on.
    public var holdsTotals = true
    /// By how much a line's price may differ from our price list, in millionths of the list price; nil: not looked at.
    public var priceToleranceMillionths: Int64?
    /// When addresses are looked at.
    public var addressCheck = AddressCheck.required
    /// What a changed repeat of an order does.
    public var contentChange = ContentChangePolicy.hold
    /// Whether what is not in stock waits for it. Otherwise the order waits whole, and what a warehouse could not
    /// find is cancelled.
    public var allowsBackorders = true
    /// SKUs that are never back-ordered.
    public var unbackorderedSKUs: Set<String> = []
    /// Whether a paper with more than was open waits for a person; otherwise it is refused.
    public var holdsOverShipped = false
    /// Days and times of the partner's counts without a zone are on a clock so many seconds ahead of UTC; nil: ours.
    public var zoneOffsetSeconds: Int?
    /// Whether orders that the shop says are not yet paid wait.
    public var waitsForPayment = true
    /// Whether orders whose cancel-after day is past wait.
    public var checksCancelAfter = true
    /// Whether articles may go straight from supplier to customer.
    public var allowsDropShip = true
    /// Whether a shipment is invoiced at once.
    public var invoicesOnShipment = true
    /// Days until an invoice is due where the order says nothing; nil: the invoice names no day.
    public var termsNetDays: Int?
    /// What the figures of the channel's stock reports count.
    public var stockBasis = StockBasis.physical
    /// Hold a count that would bring more than this share of its stocked articles to nothing, in percent; nil: no guard.
    public var fallToZeroPercentMax: Int?
    /// The guard looks only at counts with this many stocked articles or more.
    public var fallToZeroRowsMin = 20
    /// What happens to a count that the guard stops.
    public var guardAction = CountGuardAction.hold

    /// The defaults.
    public init() {}
}

/// What happens to a count that looks like a broken export.
public enum CountGuardAction: String, Sendable, CaseIterable {
    /// It waits for a person.
    case hold
    /// It is told, and taken over.
    case warn
    case refuse
}

/// What decides between the locations that may serve an order.
public enum RouteSort: String, Sendable, CaseIterable {
    /// The nearest to the customer.
    case nearest
    /// The order in which the route lists them; the nearest where there is no list.
    case listed
    /// The one with the most units of what the order wants, safety stock not counted.
    case mostStock
}

/// How orders find their warehouse.
public struct RoutingPolicy: Sendable {
    /// Locations that orders of a country may come from, by country.
    public var countries: [String: CountryRoute] = [:]
    /// The locations for every other country; nil: all of them.
    public var elsewhere: CountryRoute?
    /// What decides between locations where no route says it.
    public var sort = RouteSort.nearest
    /// Units of every article that each location keeps back; a location's own safety stock counts where it is higher.
    public var safetyStock: Int64 = 0
    /// Codes of locations that never ship orders.
    public var excluded: Set<String> = []
    /// Whether an order may come from several locations; otherwise it waits until one of them has everything.
    public var allowsSplit = true
    /// Whether one line may come from several locations, where nothing else covers it.
    public var allowsLineSplit = true
    /// The most locations that one order is split over.
    public var shipmentsMax = 3
    /// Whether a back-order is filled when there is less than it wants.
    public var fillsBackordersPartly = true

    /// The defaults.
    public init() {}

    /// What is said about orders to a country; nil: any location may serve them.
    public func route(for country: String) -> CountryRoute? { countries[country] ?? elsewhere }

    /// Units of every article that a location keeps back.
    public func keptBack(at location: LocationRow) -> Int64 { max(0, location.safetyStock, safetyStock) }
}

/// Which locations serve a country.
public struct CountryRoute: Sendable, Hashable {
    /// Codes of locations.
    public var locations: [String]
    /// What decides between them.
    public var sort: RouteSort
    /// What explanations call it.
    public var name: String?

    /// A country's locations.
    public init(locations: [String], sort: RouteSort = .nearest, name: String? = nil) {
        self.locations = locations
        self.sort = sort
        self.name = name
    }
}

/// Which articles go straight from supplier to customer, besides those that say so themselves.
public struct DropShipPolicy: Sendable, Hashable {
    /// Whether our own stock of these articles is left alone. An article may say so itself.
    public var isAlways = false
    /// Who sends an article, by SKU, whatever its own record says.
    public var supplierBySKU: [String: String] = [:]
    /// Suppliers that send every article that names them.
    public var suppliers: Set<String> = []

    /// No article that does not say so itself.
    public init() {}
}

/// Which orders a person looks at before they go on.
public struct ReviewPolicy: Sendable, Hashable {
    /// Orders with a total above this, in their own currency.
    public var above: ScaledDecimal?
    /// Orders to these countries.
    public var countries: Set<String> = []

    /// None.
    public init() {}
}

/// What stands before the number in the names of our papers.
public struct NumberPrefixes: Sendable, Hashable {
    /// Shipping orders.
    public var fulfilment = "SO-"
    /// Shipments.
    public var shipment = "SH-"
    /// Purchase orders.
    public var purchaseOrder = "PO-"
    /// Invoices.
    public var invoice = "INV-"
    /// The number of the first invoice.
    public var invoiceStart: Int64 = 1
    /// Digits of invoice numbers, with zeros in front; 0 for as many as it takes.
    public var invoiceWidth = 0

    /// The defaults.
    public init() {}

    /// The name of an invoice: `INV-000017`.
    func name(of invoice: InvoiceID) -> String {
        let digits = String(invoice.value + invoiceStart - 1)
        return self.invoice + String(repeating: "0", count: max(0, invoiceWidth - digits.count)) + digits
    }
}

/// How a location packs, so that we can print its carton labels before it packs.
public struct PackingPolicy: Sendable, Hashable {
    /// Units of any article in one carton, 1 or more.
    public var unitsPerCartonMax: Int64
    /// GS1 company prefix, 7 to 10 digits.
    public var companyPrefix: String
    /// The first digit of the SSCC, 0 to 9.
    public var extensionDigit: Int

    /// Nil when the prefix has other than 7 to 10 digits, the extension is no digit or the carton holds nothing.
    public init?(unitsPerCartonMax: Int64, companyPrefix: String, extensionDigit: Int = 0) {
        guard unitsPerCartonMax > 0, (0...9).contains(extensionDigit),
            (7...10).contains(companyPrefix.utf8.count),
            companyPrefix.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        self.unitsPerCartonMax = unitsPerCartonMax
        self.companyPrefix = companyPrefix
        self.extensionDigit = extensionDigit
    }
}
