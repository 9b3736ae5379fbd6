/// What an address must have, by country.
public struct AddressPolicy: Sendable {
    /// A field that a country's addresses must have. A company stands for a name.
    public enum Field: String, Sendable, CaseIterable {
        case name, street, city, region, postalCode, country, phone
    }

    /// What one country wants.
    public struct Country: Sendable, Hashable {
        /// What its addresses must have.
        public var required: [Field]
        /// Patterns of postal codes, any of which fits: `9` a digit, `A` a letter, everything else itself. Empty:
        /// anything fits.
        public var postalPatterns: [String]

        /// These fields alone.
        public init(required: [Field], postalPatterns: [String] = []) {
            self.required = required
            self.postalPatterns = postalPatterns
        }

        /// Name, street and city, and these; by default a postal code of any form.
        public init(more: [Field] = [.postalCode], postalPatterns: [String] = []) {
            self.init(required: [.name, .street, .city] + more, postalPatterns: postalPatterns)
        }
    }

    /// By ISO 3166-1 alpha-2; a site's entry replaces the one that ships.
    public var countries: [String: Country]
    /// For countries that `countries` does not name.
    public var others = Country(more: [])

    /// With the rules that ship, or a site's own.
    public init(countries: [String: Country] = AddressPolicy.standard) { self.countries = countries }

    /// What ships: form of postal codes as the postal services write them, and without the blank.
    public static let standard: [String: Country] = [
        "US": Country(
            more: [.region, .postalCode], postalPatterns: ["99999", "99999-9999", "999999999"]),
        "CA": Country(more: [.region, .postalCode], postalPatterns: ["A9A 9A9", "A9A9A9"]),
        "GB": Country(postalPatterns: [
            "A9 9AA", "A99 9AA", "AA9 9AA", "AA99 9AA", "A9A 9AA", "AA9A 9AA", "A99AA", "A999AA", "AA99AA",
            "AA999AA", "A9A9AA", "AA9A9AA",
        ]),
        "DE": Country(postalPatterns: ["99999"]), "FR": Country(postalPatterns: ["99999"]),
        "IT": Country(postalPatterns: ["99999"]), "ES": Country(postalPatterns: ["99999"]),
        "MX": Country(more: [.region, .postalCode], postalPatterns: ["99999"]),
        "NL": Country(postalPatterns: ["9999 AA", "9999AA"]), "BE": Country(postalPatterns: ["9999"]),
        "AT": Country(postalPatterns: ["9999"]), "CH": Country(postalPatterns: ["9999"]),
        "DK": Country(postalPatterns: ["9999"]), "NO": Country(postalPatterns: ["9999"]),
        "SE": Country(postalPatterns: ["999 99", "99999"]), "PL": Country(postalPatterns: ["99-999"]),
        "PT": Country(postalPatterns: ["9999-999"]), "JP": Country(postalPatterns: ["999-9999", "9999999"]),
        "AU": Country(more: [.region, .postalCode], postalPatterns: ["9999"]),
        "IE": Country(more: []), "HK": Country(more: []), "AE": Country(more: []),
    ]

    /// Whether a postal code has the form of one of the patterns. Letters count in either case.
    public static func fits(_ code: String, patterns: [String]) -> Bool {
        patterns.isEmpty || patterns.contains { fits(code, $0) }
    }

    private static func fits(_ code: String, _ pattern: String) -> Bool {
        guard code.utf8.count == pattern.utf8.count else { return false }
        for (byte, wanted) in zip(code.utf8, pattern.utf8) {
            let isFitting =
                switch wanted {
                case 0x39: (0x30...0x39).contains(byte)
                case 0x41: (0x41...0x5A).contains(byte & 0xDF)
                default: byte == wanted
                }
            if !isFitting { return false }
        }
        return true
    }
}
