import Canonical
import Diagnostics

extension MasterIntake {
    /// Takes over one article.
    mutating func takeItem(_ incoming: IncomingDocument) -> RuleResult {
        let header = incoming.document.header
        guard let sku = header.stated(ItemField.sku) else {
            return refused(
                "OMS.ITEM.SKU", at: incoming.document.span, "article has no SKU",
                expected: "an SKU, like AB-100")
        }
        guard let status = Self.status(header.stated(ItemField.status)) else {
            return refused(
                "OMS.STATUS.UNKNOWN", at: header.source(ItemField.status),
                "status of article '\(sku)' is unknown",
                found: header.stated(ItemField.status), expected: "active, discontinued or blocked")
        }
        guard let dropShip = Self.dropShip(header.stated(ItemField.dropShip)) else {
            return refused(
                "OMS.STATUS.UNKNOWN", at: header.source(ItemField.dropShip),
                "drop-ship mode of article '\(sku)' is unknown", found: header.stated(ItemField.dropShip),
                expected: "never, ifNoStock or always")
        }
        let stated = header.stated(ItemField.currency)
        if let stated, CurrencyCode(stated) == nil {
            return refused(
                "OMS.CURRENCY.UNKNOWN", at: header.source(ItemField.currency), "currency is not known",
                found: stated, expected: "a code of ISO 4217, like USD")
        }
        let pack = header.decimal(ItemField.packQuantity)
        if let pack, !(pack.whole.map { (1...RuleLimits.unitsPerLineMax).contains($0) } ?? false) {
            return refused(
                "OMS.QTY.RANGE", at: header.source(ItemField.packQuantity),
                "pack quantity of '\(sku)' is not a whole number above zero", found: pack.description,
                expected: "units in a case, like 12")
        }
        var findings: [Diagnostic] = []
        let gtin = gtin(header, sku: sku, &findings)
        let known = facts.items[sku]
        let row = ItemRow(
            id: known?.id ?? outcome.changes.identifiers.next(\.item), sku: sku, gtin: gtin,
            vendorPart: header.stated(ItemField.vendorPart), buyerPart: header.stated(ItemField.buyerPart),
            description: header.stated(ItemField.description) ?? "",
            unit: header.stated(ItemField.unit) ?? "EA",
            packQuantity: pack?.whole, weightGrams: grams(header, sku: sku, &findings),
            cost: header.decimal(ItemField.cost), price: header.decimal(ItemField.price),
            currency: stated.flatMap { CurrencyCode($0) }, status: status,
            supplier: header.stated(ItemField.supplier),
            dropShip: dropShip)
        if known == row { return RuleResult(.noEffect, findings: findings) }
        facts.items[sku] = row
        outcome.changes.items.append(row)
        return RuleResult(.applied, findings: findings)
    }

    /// The GTIN with 14 digits; one with a wrong check digit is kept, one that is none is left out, both with a warning.
    private func gtin(_ header: Record, sku: String, _ findings: inout [Diagnostic]) -> String? {
        guard let given = header.stated(ItemField.gtin) else { return nil }
        let normalised = GTIN.normalised(given)
        if normalised.map(CheckDigit.holds) ?? false { return normalised }
        let isNumber = normalised != nil
        findings.append(
            Diagnostic(
                "OMS.GTIN.CHECK", .warning, at: header.source(ItemField.gtin).location,
                isNumber
                    ? "GTIN of '\(sku)' has a wrong check digit"
                    : "GTIN of '\(sku)' is not 8, 12, 13 or 14 digits",
                found: String(given.prefix(40)), expected: "a GTIN, like 012345678905",
                remedy:
                    "correct the GTIN at its source; \(isNumber ? "it is taken as it is" : "it is left out")")
        )
        return normalised
    }

    private static func status(_ word: String?) -> ItemStatus? {
        switch word?.lowercased() {
        case nil, "active": .active
        case "discontinued", "archived": .discontinued
        case "blocked", "inactive", "draft": .blocked
        default: nil
        }
    }

    private static func dropShip(_ word: String?) -> DropShipMode? {
        switch word?.lowercased() {
        case nil, "never", "no", "false": .never
        case "ifnostock", "if_no_stock", "if-no-stock": .ifNoStock
        case "always", "yes", "true": .always
        default: nil
        }
    }

    /// Grams of a weight in its unit, rounded half up; kilograms where no unit is given.
    private func grams(_ header: Record, sku: String, _ findings: inout [Diagnostic]) -> Int64? {
        guard let weight = header.decimal(ItemField.weight), !weight.isNegative else { return nil }
        let factor: ScaledDecimal? =
            switch header.stated(ItemField.weightUnit)?.uppercased() {
            case nil, "KG", "KGM", "KILOGRAM", "KILOGRAMS": ScaledDecimal(1000)
            case "G", "GR", "GRM", "GRAM", "GRAMS": ScaledDecimal(1)
            case "LB", "LBS", "LBR", "POUND", "POUNDS": ScaledDecimal(units: 45_359_237, scale: 5)
            case "OZ", "ONZ", "OUNCE", "OUNCES": ScaledDecimal(units: 28_349_523, scale: 6)
            default: nil
            }
        if let factor { return weight.multiplied(by: factor, scale: 0) }
        findings.append(
            Diagnostic(
                "OMS.UNIT.UNKNOWN", .warning, at: header.source(ItemField.weightUnit).location,
                "weight unit of '\(sku)' is unknown", found: header.stated(ItemField.weightUnit),
                expected: "KG, G, LB or OZ",
                remedy: "add the unit to the codes of the map; the weight is left out"))
        return nil
    }
}
