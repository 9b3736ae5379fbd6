import Canonical
import OMSRules
import Testing

@Suite struct AddressPolicyTests {
    @Test(arguments: [
        ("US", "78701", true), ("US", "78701-1234", true), ("US", "787011234", true), ("US", "7870", false),
        ("US", "7870A", false), ("CA", "M5V 2T6", true), ("CA", "m5v2t6", true), ("CA", "M5V-2T6", false),
        ("GB", "SW1A 1AA", true), ("GB", "M1 1AE", true), ("GB", "SW1A1AA", true), ("GB", "12345", false),
        ("DE", "10115", true), ("DE", "D-10115", false), ("IE", "anything", true),
    ])
    func postalCodesFitTheirCountry(_ country: String, _ code: String, _ fits: Bool) {
        let patterns = AddressPolicy.standard[country]?.postalPatterns ?? []
        #expect(AddressPolicy.fits(code, patterns: patterns) == fits)
    }

    @Test(arguments: [
        ([AddressPolicy.Field.street], []), ([.street, .phone], ["OMS.ADDRESS.INCOMPLETE"]),
        ([.name, .street, .city, .region, .postalCode, .country], []),
    ])
    func anAddressHasWhatItsCountryAsksFor(_ required: [AddressPolicy.Field], _ codes: [String]) {
        for isNamed in [true, false] {
            var facts = testFacts([(testItem(1, "A"), ["reno": 9])])
            let context = testContext {
                let rule = AddressPolicy.Country(required: required)
                if isNamed {
                    $0.addresses.countries["US"] = rule
                } else {
                    $0.addresses.countries = [:]
                    $0.addresses.others = rule
                }
            }
            #expect(take([testOrder("1", [TestLine("A", "1")])], &facts, context).results[0].codes == codes)
        }
    }
}
