import Canonical
import Diagnostics
import OMSRules

/// A digest good enough to tell test documents apart: FNV-1a over 64 bits, twice.
func testDigest(_ bytes: [UInt8]) -> [UInt8] {
    var (a, b): (UInt64, UInt64) = (14_695_981_039_346_656_037, 1_099_511_628_211)
    for byte in bytes {
        a = (a ^ UInt64(byte)) &* 1_099_511_628_211
        b = (b &+ UInt64(byte)) &* 14_695_981_039_346_656_037
    }
    return withUnsafeBytes(of: (a, b)) { Array($0) }
}

/// A seeded generator, so that a failing property can be run again.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64
    init(_ seed: UInt64) { state = seed }
    mutating func next() -> UInt64 {
        state = state &+ 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

func decimal(_ text: String) -> ScaledDecimal { ScaledDecimal(text) ?? .zero }

/// The evening of the tests.
let testNow = Instant(rfc3339: "2025-11-22T02:00:00Z") ?? Instant(milliseconds: 0)

func testCentroids() -> PostalCentroids {
    let table = """
        country,prefix,latitude,longitude
        US,787,30.33,-97.75
        US,895,39.53,-119.81
        US,071,40.73,-74.17
        US,381,35.12,-89.97
        US,,39.8,-98.6
        """
    return (try? PostalCentroids(tables: [("test.csv", table)])) ?? PostalCentroids()
}

func testContext(_ change: (inout RulesPolicy) -> Void = { _ in }) -> RuleContext {
    var policy = RulesPolicy()
    policy.locationPartners = ["reno": ["acme3pl"], "newark": ["acme3pl"], "memphis": ["other3pl"]]
    change(&policy)
    return RuleContext(policy: policy, centroids: testCentroids(), now: testNow, digest: testDigest)
}

func testLocation(
    _ id: Int64, _ code: String, postal: String, safety: Int64 = 0, active: Bool = true, priority: Int64 = 0
) -> LocationRow {
    LocationRow(
        id: LocationID(id), code: code, name: code, address1: "1 Dock St", city: code, region: "NV",
        postalCode: postal, country: "US", latitude: nil, longitude: nil, safetyStock: safety,
        priority: priority,
        isActive: active)
}

func testItem(
    _ id: Int64, _ sku: String, gtin: String? = nil, pack: Int64? = nil, cost: String? = "5.00",
    price: String? = nil, status: ItemStatus = .active, supplier: String? = nil,
    dropShip: DropShipMode = .never
) -> ItemRow {
    ItemRow(
        id: ItemID(id), sku: sku, gtin: gtin, vendorPart: nil, buyerPart: nil, description: sku, unit: "EA",
        packQuantity: pack, weightGrams: 100, cost: cost.map(decimal), price: price.map(decimal),
        currency: .usd,
        status: status, supplier: supplier, dropShip: dropShip)
}

/// Reno, Memphis and Newark, with articles and stock as given: `["A": ["reno": 5]]`.
func testFacts(_ stock: [(item: ItemRow, at: [String: Int64])], locations: [LocationRow]? = nil) -> OrderFacts
{
    var facts = OrderFacts()
    facts.locations =
        locations ?? [
            testLocation(1, "memphis", postal: "38118"), testLocation(2, "newark", postal: "07114"),
            testLocation(3, "reno", postal: "89506"),
        ]
    for (item, at) in stock {
        facts.items[.sku(item.sku)] = item
        if let gtin = item.gtin { facts.items[.gtin(gtin)] = item }
        facts.positions[item.id] = facts.locations.compactMap { row in
            at[row.code].map { StockPosition(location: row.id, available: $0, reserved: 0) }
        }.sorted { $0.location < $1.location }
    }
    return facts
}

struct TestLine {
    var sku: String
    var quantity: String
    var price: String?
    var number: String?
    var unit: String?
    var discount: String?

    init(
        _ sku: String, _ quantity: String, _ price: String? = "10.00", number: String? = nil,
        unit: String? = nil,
        discount: String? = nil
    ) {
        self.sku = sku
        self.quantity = quantity
        self.price = price
        self.number = number
        self.unit = unit
        self.discount = discount
    }
}

/// An order to Austin that is right in every way.
func testOrder(
    _ number: String?, _ lines: [TestLine], postal: String = "78701",
    _ change: (inout CanonicalDocument) -> Void = { _ in }
) -> CanonicalDocument {
    var document = CanonicalDocument(.order, span: SourceRange(offset: 100, length: 400))
    document.header.put(OrderField.number, number)
    document.header.put(OrderField.currency, "USD")
    document.header.put(OrderField.orderedOn, CalendarDate(year: 2025, month: 11, day: 20))
    document.header.put(OrderField.shipToName, "Jane Roe")
    document.header.put(OrderField.shipToAddress1, "1 Main St")
    document.header.put(OrderField.shipToCity, "Austin")
    document.header.put(OrderField.shipToRegion, "TX")
    document.header.put(OrderField.shipToPostalCode, postal)
    document.header.put(OrderField.shipToCountry, "US")
    let schema = DocumentKind.order.schema.groups[OrderGroup.lines.rawValue]
    for (index, line) in lines.enumerated() {
        var record = Record(schema)
        record.put(OrderLineField.lineNumber, line.number ?? String(index + 1))
        record.put(OrderLineField.sku, line.sku.isEmpty ? nil : line.sku)
        record.set(
            OrderLineField.quantity.rawValue, .decimal(decimal(line.quantity)),
            from: SourceRange(offset: Int64(200 + index), length: 3))
        record.put(OrderLineField.unitPrice, line.price.map(decimal))
        record.put(OrderLineField.unit, line.unit)
        record.put(OrderLineField.discount, line.discount.map(decimal))
        document.header[group: OrderGroup.lines].append(record)
    }
    change(&document)
    return document
}

func incoming(
    _ document: CanonicalDocument, drop: Int64 = 1, channel: String = "shop", partner: String = "shopco"
) -> IncomingDocument {
    IncomingDocument(document, drop: DropID(drop), channel: channel, partner: partner)
}

/// Decides orders against facts that the caller keeps.
func take(
    _ documents: [CanonicalDocument], _ facts: inout OrderFacts, _ context: RuleContext = testContext(),
    from ids: IdentifierSequence = IdentifierSequence()
) -> RuleOutcome {
    OrderIntake.decide(
        documents.enumerated().map { incoming($1, drop: Int64($0 + 1)) }, facts: &facts, identifiers: ids,
        context: context)
}

extension RuleResult {
    var codes: [String] { findings.map(\.code.rawValue) }
    var isAccepted: Bool { if case .accepted = verdict { true } else { false } }
    var isHeld: Bool { if case .held = verdict { true } else { false } }
}
