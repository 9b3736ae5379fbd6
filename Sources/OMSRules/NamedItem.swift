import Canonical

/// How a line of some document names an article.
struct NamedItem {
    var sku: String?
    var gtin: String?
    var vendorPart: String?
    var buyerPart: String?

    /// What the names lead to.
    enum Found {
        case one(ItemRow)
        case none
        /// Two of the names belong to different articles. It is rare, and two rows would make every answer large.
        indirect case several(ItemRow, ItemRow)
    }

    /// The names to look up, the most particular first: the partner's own part number, ours, the GTIN, the SKU.
    var keys: [ItemKey] {
        var keys: [ItemKey] = []
        if let buyerPart { keys.append(.buyerPart(buyerPart)) }
        if let vendorPart {
            keys.append(.vendorPart(vendorPart))
            keys.append(.sku(vendorPart))
        }
        if let gtin = gtin.flatMap(GTIN.normalised) { keys.append(.gtin(gtin)) }
        if let sku { keys.append(.sku(sku)) }
        return keys
    }

    func find(in items: [ItemKey: ItemRow]) -> Found {
        var first: Dictionary<ItemKey, ItemRow>.Index?
        var other: Dictionary<ItemKey, ItemRow>.Index?
        func look(_ key: ItemKey) {
            guard other == nil, let index = items.index(forKey: key) else { return }
            guard let known = first else { return first = index }
            if items.values[known].id != items.values[index].id { other = index }
        }
        if let buyerPart { look(.buyerPart(buyerPart)) }
        if let vendorPart { look(.vendorPart(vendorPart)) }
        if let gtin = gtin.flatMap(GTIN.normalised) { look(.gtin(gtin)) }
        if let sku { look(.sku(sku)) }
        // A buyer calls our SKU the vendor's part number; it counts when nothing else is known.
        if first == nil, let vendorPart { look(.sku(vendorPart)) }
        guard let first else { return .none }
        if let other { return .several(items.values[first], items.values[other]) }
        return .one(items.values[first])
    }

    /// The name to show for an article that is not known.
    var shown: String { sku ?? gtin ?? vendorPart ?? buyerPart ?? "" }
    var isEmpty: Bool { sku == nil && gtin == nil && vendorPart == nil && buyerPart == nil }

    init(order line: Record) {
        sku = line.stated(OrderLineField.sku)
        gtin = line.stated(OrderLineField.gtin)
        vendorPart = line.stated(OrderLineField.vendorPart)
        buyerPart = line.stated(OrderLineField.buyerPart)
    }

    init(advice line: Record) {
        sku = line.stated(AdviceLineField.sku)
        gtin = line.stated(AdviceLineField.gtin)
        vendorPart = line.stated(AdviceLineField.vendorPart)
        buyerPart = line.stated(AdviceLineField.buyerPart)
    }

    init(notice item: Record) {
        sku = item.stated(NoticeItemField.sku)
        gtin = item.stated(NoticeItemField.gtin)
        vendorPart = item.stated(NoticeItemField.vendorPart)
        buyerPart = item.stated(NoticeItemField.buyerPart)
    }

    init(reply line: Record) {
        sku = line.stated(OrderAcknowledgmentLineField.sku)
        gtin = line.stated(OrderAcknowledgmentLineField.gtin)
        vendorPart = line.stated(OrderAcknowledgmentLineField.vendorPart)
        buyerPart = line.stated(OrderAcknowledgmentLineField.buyerPart)
    }

    init(stock line: Record) {
        sku = line.stated(StockLineField.sku)
        gtin = line.stated(StockLineField.gtin)
        vendorPart = line.stated(StockLineField.vendorPart)
        buyerPart = line.stated(StockLineField.buyerPart)
    }

    init(receipt line: Record) {
        sku = line.stated(ReceiptLineField.sku)
        gtin = line.stated(ReceiptLineField.gtin)
    }
}

/// Quantities in stock units.
enum StockUnits {
    enum Answer {
        case units(Int64)
        /// Not a whole number of stock units.
        case fraction
        /// The unit is neither the stock unit nor the case of the article.
        case unknownUnit(String)
        case tooMany
    }

    /// How many stock units a quantity in a unit is.
    ///
    /// - Shape: no unit, the article's own unit and `EA` are stock units; `CS` and `CA` are cases of the article's pack,
    ///   and `DZ` is twelve of an article that is counted in `EA`.
    static func of(_ quantity: ScaledDecimal, unit: String?, item: ItemRow?) -> Answer {
        of(quantity, unit: unit, stockUnit: item?.unit, pack: item?.packQuantity)
    }

    static func of(_ quantity: ScaledDecimal, unit: String?, stockUnit: String?, pack: Int64?) -> Answer {
        var factor: Int64 = 1
        if unit == "DZ", stockUnit == "EA" {
            factor = 12
        } else if let unit, unit != stockUnit, unit != "EA" {
            guard unit == "CS" || unit == "CA", let pack, pack > 0 else {
                return .unknownUnit(unit)
            }
            factor = pack
        }
        let (scaled, over) = quantity.units.multipliedReportingOverflow(by: factor)
        guard !over else { return .tooMany }
        guard let whole = ScaledDecimal(units: scaled, scale: quantity.scale).whole else { return .fraction }
        return whole.magnitude <= RuleLimits.unitsPerLineMax.magnitude ? .units(whole) : .tooMany
    }
}
