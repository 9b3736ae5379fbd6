public import Canonical
import Diagnostics

/// What is in the books of the master data that a batch names.
public struct MasterFacts: Sendable {
    /// By SKU.
    public var items: [String: ItemRow] = [:]
    /// By code.
    public var locations: [String: LocationRow] = [:]

    /// Facts of a batch; both may be empty.
    public init(items: [String: ItemRow] = [:], locations: [String: LocationRow] = [:]) {
        self.items = items
        self.locations = locations
    }
}

/// Takes over items, locations and prices.
public enum MasterRules {
    /// The SKUs that items and prices name.
    public static func wantedSKUs(by documents: [CanonicalDocument]) -> Set<String> {
        var skus: Set<String> = []
        for document in documents {
            let sku: String? =
                switch document.kind {
                case .item: document.header.stated(ItemField.sku)
                case .price: document.header.stated(PriceField.sku)
                default: nil
                }
            if let sku { skus.insert(sku) }
        }
        return skus
    }

    /// Makes rows of documents of the kinds `item`, `location` and `price`; a known SKU or code keeps its number.
    ///
    /// - Parameter facts: what is known; new rows are added to it.
    /// - Returns: `applied`, `noEffect` where the row is as it was, or `refused`, a document each.
    public static func apply(
        _ items: [IncomingDocument], facts: inout MasterFacts, identifiers: IdentifierSequence,
        context: RuleContext
    ) -> RuleOutcome {
        var intake = MasterIntake(
            facts: facts, context: context, outcome: RuleOutcome(identifiers: identifiers))
        facts = MasterFacts()
        for item in items {
            let result: RuleResult
            switch item.document.kind {
            case .item: result = intake.takeItem(item)
            case .location: result = intake.takeLocation(item)
            case .price: result = intake.takePrice(item)
            default: result = .unexpected(item.document)
            }
            intake.outcome.results.append(result)
        }
        facts = intake.facts
        return intake.outcome
    }
}

/// The state that a batch of master data shares.
struct MasterIntake {
    var facts: MasterFacts
    let context: RuleContext
    var outcome: RuleOutcome

    func refused(
        _ code: DiagnosticCode, at source: SourceRange, _ message: String, found: String? = nil,
        expected: String
    ) -> RuleResult {
        let finding = Diagnostic(
            code, at: source.location, message, found: found.map { String($0.prefix(40)) },
            expected: expected,
            remedy: "correct the row at its source and send it again")
        return RuleResult(.refused, findings: [finding])
    }

    // MARK: Prices

    mutating func takePrice(_ incoming: IncomingDocument) -> RuleResult {
        let header = incoming.document.header
        guard let sku = header.stated(PriceField.sku), let item = facts.items[sku] else {
            let sku = header.stated(PriceField.sku) ?? ""
            return refused(
                "OMS.SKU.UNKNOWN", at: header.source(PriceField.sku),
                "article '\(sku)' of the price is unknown",
                found: sku, expected: "an SKU of the catalogue")
        }
        guard let price = header.decimal(PriceField.unitPrice), !price.isNegative else {
            return refused(
                "OMS.PRICE.NEGATIVE", at: header.source(PriceField.unitPrice),
                "price of '\(sku)' is missing or negative",
                found: header.decimal(PriceField.unitPrice)?.description, expected: "zero or more, like 19.99"
            )
        }
        let stated = header.stated(PriceField.currency)
        guard
            let currency = stated.map({ CurrencyCode($0) })
                ?? context.policy.channel(incoming.channel).currency
        else {
            return refused(
                "OMS.CURRENCY.UNKNOWN", at: header.source(PriceField.currency), "currency is not known",
                found: stated, expected: "a code of ISO 4217, like USD")
        }
        let from = header.date(PriceField.validFrom)
        let through = header.date(PriceField.validThrough)
        if let from, let through, through < from {
            return refused(
                "OMS.DATE.ORDER", at: header.source(PriceField.validThrough),
                "price of '\(sku)' ends before it begins",
                found: through.description, expected: "\(from) or later")
        }
        outcome.changes.prices.append(
            PriceRow(
                item: item.id, channel: header.stated(PriceField.channel), currency: currency,
                unitPrice: price,
                validFrom: from, validThrough: through))
        return RuleResult(.applied)
    }

    // MARK: Locations

    mutating func takeLocation(_ incoming: IncomingDocument) -> RuleResult {
        let header = incoming.document.header
        guard let code = header.stated(LocationField.code) else {
            return refused(
                "OMS.LOCATION.CODE", at: incoming.document.span, "location has no code",
                expected: "a code, like RENO")
        }
        guard let isActive = Self.isActive(header.stated(LocationField.status)) else {
            return refused(
                "OMS.STATUS.UNKNOWN", at: header.source(LocationField.status),
                "status of location '\(code)' is unknown",
                found: header.stated(LocationField.status), expected: "active or inactive")
        }
        let safety = header.decimal(LocationField.safetyStock) ?? .zero
        guard let safetyStock = safety.whole, (0...RuleLimits.unitsPerLineMax).contains(safetyStock) else {
            return refused(
                "OMS.QTY.RANGE", at: header.source(LocationField.safetyStock),
                "safety stock of location '\(code)' is not a whole number of units",
                found: safety.description,
                expected: "zero or more, like 5")
        }
        let latitude = micro(header.decimal(LocationField.latitude), limit: 90)
        let longitude = micro(header.decimal(LocationField.longitude), limit: 180)
        var findings: [Diagnostic] = []
        let isGiven = header[LocationField.latitude] != nil || header[LocationField.longitude] != nil
        let hasPlace = latitude != nil && longitude != nil
        if isGiven, !hasPlace {
            findings.append(
                Diagnostic(
                    "OMS.LOCATION.COORDINATES", .warning, at: header.source(LocationField.latitude).location,
                    "coordinates of location '\(code)' are not on the Earth",
                    expected: "degrees, like 39.53 and -119.81",
                    remedy: "correct them; until then the postal code says where it is"))
        }
        let known = facts.locations[code]
        let row = LocationRow(
            id: known?.id ?? outcome.changes.identifiers.next(\.location), code: code,
            name: header.stated(LocationField.name) ?? code,
            address1: header.stated(LocationField.address1) ?? "",
            city: header.stated(LocationField.city) ?? "", region: header.stated(LocationField.region) ?? "",
            postalCode: header.stated(LocationField.postalCode) ?? "",
            country: header.stated(LocationField.country)?.uppercased() ?? context.policy.homeCountry,
            latitude: hasPlace ? latitude : nil, longitude: hasPlace ? longitude : nil,
            safetyStock: safetyStock,
            priority: header.decimal(LocationField.priority)?.whole ?? 0, isActive: isActive)
        if known == row { return RuleResult(.noEffect, findings: findings) }
        facts.locations[code] = row
        outcome.changes.locations.append(row)
        return RuleResult(.applied, findings: findings)
    }

    private static func isActive(_ status: String?) -> Bool? {
        switch status?.lowercased() {
        case nil, "active", "open", "enabled": true
        case "inactive", "closed", "disabled": false
        default: nil
        }
    }

    private func micro(_ degrees: ScaledDecimal?, limit: Int64) -> Int32? {
        guard let units = degrees?.units(atScale: 6), units.magnitude <= limit.magnitude * 1_000_000 else {
            return nil
        }
        return Int32(exactly: units)
    }
}
