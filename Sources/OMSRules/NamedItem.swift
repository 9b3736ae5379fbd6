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
        /// Two of the names belong to different articles.
        case several(ItemRow, ItemRow)
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
        var found: ItemRow?
        func differs(_ key: ItemKey) -> ItemRow? {
            guard let item = items[key] else { return nil }
            guard let known = found else {
                found = item
                return nil
            }
            return known.id == item.id ? nil : item
        }
        if let buyerPart, let other = differs(.buyerPart(buyerPart)), let found {
            return .several(found, other)
        }
        if let vendorPart, let other = differs(.vendorPart(vendorPart)), let found {
            return .several(found, other)
        }
        if let gtin = gtin.flatMap(GTIN.normalised), let other = differs(.gtin(gtin)), let found {
            return .several(found, other)
        }
        if let sku, let other = differs(.sku(sku)), let found { return .several(found, other) }
        // A buyer calls our SKU the vendor's part number; it counts when nothing else is known.
        if found == nil, let vendorPart { found = items[.sku(vendorPart)] }
        return found.map { .one($0) } ?? .none
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
    /// - Shape: no unit, the article's own unit and `EA` are stock units; `CS` and `CA` are cases of the article's pack.
    static func of(_ quantity: ScaledDecimal, unit: String?, item: ItemRow?) -> Answer {
        var factor: Int64 = 1
        if let unit, unit != item?.unit, unit != "EA" {
            guard unit == "CS" || unit == "CA", let pack = item?.packQuantity, pack > 0 else {
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
