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
        let addresses = context.policy.addresses
        let rule = addresses.countries[country] ?? addresses.others
        let missing = rule.required.filter { field in
            switch field {
            case .name: named == nil
            case .street: street == nil
            case .city: city == nil
            case .region: region == nil
            case .postalCode: postal == nil
            case .country: header.stated(OrderField.shipToCountry) == nil
            case .phone: header.stated(OrderField.shipToPhone) == nil
            }
        }
        if !missing.isEmpty {
            hold(
                "OMS.ADDRESS.INCOMPLETE", rule: "validate.address", subject: "order",
                at: header.source(postal == nil ? OrderField.shipToPostalCode : .shipToCity),
                "ship-to address has not \(missing.map { "a " + $0.words }.joined(separator: ", not "))",
                expected: rule.required.map(\.words).joined(separator: ", ") + " for \(country)",
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
        case .name: "name"
        case .street: "street"
        case .city: "city"
        case .country: "country"
        case .phone: "telephone number"
        case .region: "region"
        case .postalCode: "postal code"
        }
    }
}
