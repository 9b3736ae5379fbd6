import OMSRules
import Testing

@Suite struct CheckDigitsTests {
    @Test(arguments: [
        ("00614141000012345", UInt8(2)), ("01234567890", 5), ("629104150021", 3), ("9638507", 4), ("1", 7),
    ])
    func theCheckDigitIsThatOfTheStandard(_ body: String, _ digit: UInt8) {
        #expect(CheckDigit.of(body.utf8) == digit)
        #expect(CheckDigit.holds(for: body + String(digit)))
        #expect(!CheckDigit.holds(for: body + String((digit + 1) % 10)))
    }

    @Test func lettersHaveNoCheckDigit() {
        #expect(CheckDigit.of("12A4".utf8) == nil)
        #expect(CheckDigit.of("".utf8) == nil)
        #expect(!CheckDigit.holds(for: "7"))
    }

    @Test(arguments: [
        ("012345678905", "00012345678905"), ("96385074", "00000096385074"),
        ("6291041500213", "06291041500213"),
        ("10012345678902", "10012345678902"),
    ])
    func everyGTINHasFourteenDigits(_ given: String, _ normalised: String) {
        #expect(GTIN.normalised(given) == normalised)
    }

    @Test(arguments: ["", "123", "1234567890", "01234567890A", "123456789012345"])
    func otherTextIsNoGTIN(_ given: String) { #expect(GTIN.normalised(given) == nil) }

    @Test func anSSCCIsBuiltOfItsParts() {
        let code = SSCC.code(extensionDigit: 0, companyPrefix: "0614141", serial: 12_345)
        #expect(code == "006141410000123452")
        #expect(SSCC.isValid("006141410000123452"))
        #expect(!SSCC.isValid("006141410000123453"))
        #expect(!SSCC.isValid("06141410000123452"))
    }

    @Test func aSerialThatIsTooLongStartsAgain() {
        let short = SSCC.code(extensionDigit: 3, companyPrefix: "0614141234", serial: 123_456)
        let long = SSCC.code(extensionDigit: 3, companyPrefix: "0614141234", serial: 9_123_456)
        #expect(short == long)
    }

    @Test func anSSCCNeedsAPrefixOfSevenToTenDigits() {
        #expect(SSCC.code(extensionDigit: 0, companyPrefix: "061414", serial: 1) == nil)
        #expect(SSCC.code(extensionDigit: 0, companyPrefix: "061414X", serial: 1) == nil)
        #expect(SSCC.code(extensionDigit: 10, companyPrefix: "0614141", serial: 1) == nil)
    }
}
