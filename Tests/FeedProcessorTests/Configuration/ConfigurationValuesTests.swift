import Canonical
import Testing

@testable import FeedProcessor

@Suite struct ConfigurationValuesTests {
    @Test(arguments: [
        ("30s", 30), ("15m", 900), ("24h", 86_400), ("2d", 172_800), ("1w", 604_800), ("7y", 220_752_000),
        ("0s", 0),
    ])
    func durationsAreRead(_ text: String, _ seconds: Int) {
        let duration = ConfiguredDuration(text)
        #expect(duration?.seconds == seconds)
        #expect(duration?.description == text)
    }

    @Test(arguments: [
        "", "5", "m", "-5m", "5 m", "1.5h", "5min", "101y", "99999999999999999999s", "٥m", "5M",
    ])
    func whatIsNoDurationIsNone(_ text: String) { #expect(ConfiguredDuration(text) == nil) }

    @Test func businessDaysHaveNoFixedLength() {
        #expect(ConfiguredDuration("2bd") == ConfiguredDuration(2, .businessDays))
        #expect(ConfiguredDuration("2bd")?.seconds == nil)
    }

    @Test(arguments: [
        ("64MiB", 67_108_864), ("500kB", 500_000), ("0", 0), ("1024", 1024), ("1KiB", 1024), ("7B", 7),
    ])
    func sizesAreRead(_ text: String, _ count: Int) {
        #expect(ByteSize(text)?.byteCount == count)
        #expect(ByteSize(ByteSize(text)?.description ?? "")?.byteCount == count)
    }

    @Test(arguments: ["", "MiB", "64 MiB", "64mb", "-1", "9999999999TiB"])
    func whatIsNoSizeIsNone(_ text: String) { #expect(ByteSize(text) == nil) }

    @Test(arguments: [("07:30", 450), ("7:30", 450), ("00:00", 0), ("23:59", 1439)])
    func timesOfDayAreRead(_ text: String, _ minute: Int) { #expect(TimeOfDay(text)?.minuteOfDay == minute) }

    @Test(arguments: ["24:00", "1050", "7:3", "-1:00", "+7:30", "07:60", "007:30", "7:30:00"])
    func whatIsNoTimeOfDayIsNone(_ text: String) { #expect(TimeOfDay(text) == nil) }

    @Test(
        arguments: [
            ("chanel", "channel"), ("pikcup", "pickup"), ("shedule", "schedule"), ("Map", "map"), ("x", nil),
            ("zzzzzz", nil),
        ] as [(String, String?)])
    func theNearestWordIsSuggested(_ text: String, _ expected: String?) {
        #expect(
            Suggestion.nearest(to: text, in: ["channel", "map", "pickup", "schedule", "channels"]) == expected
        )
    }

    @Test(arguments: [
        ("PO*.edi", "PO1.edi", true), ("PO*.edi", "po1.edi", false), ("*", "", true), ("?", "", false),
        ("a?c", "abc", true),
        ("*a*a*a*a*b", String(repeating: "a", count: 200), false), ("a*", "*", false), ("[x]", "[x]", true),
    ])
    func patternsMatchNames(_ pattern: String, _ name: String, _ expected: Bool) {
        #expect(NamePattern(pattern).matches(name) == expected)
    }

    @Test(arguments: [
        ("PO*.edi", "PC*.edi", false), ("*.edi", "PO*", true), ("a?c", "ab*", true), ("*x", "y*", true),
        ("a", "a", true),
        ("INV*.x12", "*.csv", false), ("?", "??", false), ("*", "*", true),
    ])
    func patternsOverlapWhereOneNameFitsBoth(_ left: String, _ right: String, _ expected: Bool) {
        #expect(NamePattern(left).overlaps(NamePattern(right)) == expected)
        #expect(NamePattern(right).overlaps(NamePattern(left)) == expected)
    }
}
