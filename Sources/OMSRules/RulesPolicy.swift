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

/// What happens to a document with the number of an order in the books and other content.
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
    /// By how much a line's price may differ from our price list, in hundredths of a percent; nil: not looked at.
    public var priceToleranceBasisPoints: Int64?
    /// When addresses are looked at.
    public var addressCheck = AddressCheck.required
    /// What a changed repeat of an order does.
    public var contentChange = ContentChangePolicy.hold
    /// Whether what is not in stock waits for it. Otherwise the order waits whole, and what a warehouse could not
    /// find is cancelled.
    public var allowsBackorders = true
    /// SKUs that are never back-ordered.
    public var unbackorderedSKUs: Set<String> = []
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

    /// The defaults.
    public init() {}
}

/// How orders find their warehouse.
public struct RoutingPolicy: Sendable {
    /// Locations that orders of a country may come from, by country. A country without an entry may be served from
    /// everywhere.
    public var countries: [String: CountryRoute] = [:]
    /// Codes of locations that never ship orders.
    public var excluded: Set<String> = []
    /// Whether an order may come from several locations.
    public var allowsSplit = true
    /// Whether one line may come from several locations, where nothing else covers it.
    public var allowsLineSplit = true
    /// The most locations that one order is split over.
    public var shipmentsMax = 3
    /// Whether a back-order is filled when there is less than it wants.
    public var fillsBackordersPartly = true

    /// The defaults.
    public init() {}
}

/// Which locations serve a country.
public struct CountryRoute: Sendable, Hashable {
    /// Codes of locations.
    public var locations: [String]
    /// Whether their order in the list counts before the distance.
    public var isRanked: Bool

    /// A country's locations.
    public init(locations: [String], isRanked: Bool = false) {
        self.locations = locations
        self.isRanked = isRanked
    }
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

    /// The defaults.
    public init() {}
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
