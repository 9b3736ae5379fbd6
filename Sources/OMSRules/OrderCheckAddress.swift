import Canonical
import Diagnostics

extension OrderCheck {
    /// The country that the order goes to, upper case; the site's own where it names none.
    static func country(of header: Record, policy: RulesPolicy) -> String {
        header.stated(OrderField.shipToCountry)?.uppercased() ?? policy.homeCountry
    }

    /// Whether the ship-to can be delivered to: a name, a street, a city, and what its country wants.
    mutating func checkAddress() {
        guard policy.addressCheck != .off else { return }
        let named = header.stated(OrderField.shipToName) ?? header.stated(OrderField.shipToCompany)
        let street = header.stated(OrderField.shipToAddress1) ?? header.stated(OrderField.shipToAddress2)
        let city = header.stated(OrderField.shipToCity)
        let region = header.stated(OrderField.shipToRegion)
        let postal = header.stated(OrderField.shipToPostalCode)
        if policy.addressCheck == .ifGiven, street == nil, city == nil, region == nil, postal == nil {
            return
        }

        let country = Self.country(of: header, policy: context.policy)
        let rule = context.policy.addresses.countries[country] ?? AddressPolicy.Country(required: [])
        var missing: [String] = []
        if named == nil { missing.append("a name") }
        if street == nil { missing.append("a street") }
        if city == nil { missing.append("a city") }
        if region == nil, rule.required.contains(.region) { missing.append("a region") }
        if postal == nil, rule.required.contains(.postalCode) { missing.append("a postal code") }
        if !missing.isEmpty {
            hold(
                "OMS.ADDRESS.INCOMPLETE", rule: "validate.address", subject: "order",
                at: header.source(postal == nil ? OrderField.shipToPostalCode : .shipToCity),
                "ship-to address has not \(missing.joined(separator: ", not "))",
                expected:
                    "name, street, city\(rule.required.map { ", " + $0.words }.joined()) for \(country)",
                remedy: "ask the partner for the complete address")
            return
        }
        if let postal, !AddressPolicy.fits(postal, patterns: rule.postalPatterns) {
            hold(
                "OMS.ADDRESS.POSTAL", rule: "validate.address", subject: "order",
                at: header.source(OrderField.shipToPostalCode), "postal code is not one of \(country)",
                found: postal, expected: "like " + rule.postalPatterns.prefix(3).joined(separator: " or "),
                remedy: "ask the partner for the right postal code")
            return
        }
        pass("validate.address", "complete for \(country)")
    }
}

extension AddressPolicy.Field {
    /// As a sentence names it.
    var words: String {
        switch self {
        case .region: "region"
        case .postalCode: "postal code"
        }
    }
}
