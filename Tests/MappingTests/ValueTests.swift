import Canonical
import Diagnostics
import Testing

@testable import Mapping

@Suite struct ValueTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var rule: ValueRuleDraft
        var value: String?
        var problem: ValueProblem
        var testDescription: String { text }

        init(
            _ text: String, _ kind: ValueRule.Kind, _ value: String?, _ problem: ValueProblem = .none,
            formats: [String] = [], _ change: (inout ValueRuleDraft) -> Void = { _ in }
        ) {
            self.text = text
            self.value = value
            self.problem = problem
            rule = ValueRuleDraft()
            rule.kind = kind
            rule.formats = formats.compactMap(TimeFormat.init)
            change(&rule)
        }
    }

    private static func read(_ test: Case, zone: (any LocalZone)? = nil) -> ReadValue {
        ValueReading.read(
            Array(test.text.utf8).span, ValueRule(test.rule), ValueContext(codes: [], zone: zone))
    }

    static let numbers: [Case] = [
        .init("3", .quantity, "3"), .init("3.0", .quantity, "3"), .init("1.5", .quantity, "1.5"),
        .init("-3", .quantity, "-3"),
        .init("1,000", .quantity, nil, .notWhole), .init("1e3", .quantity, nil, .notWhole),
        .init("٣", .quantity, nil, .notWhole), .init("+3", .quantity, nil, .notWhole),
        .init("-0", .quantity, nil, .notWhole),
        .init("99999999999999999999", .quantity, nil, .notWhole), .init("  ", .quantity, nil, .empty),
        .init("19.99", .decimal, "19.99"), .init(".5", .decimal, "0.5"),
        .init("19,99", .decimal, nil, .notDecimal),
        .init("$19.99", .decimal, nil, .notDecimal), .init("NaN", .decimal, nil, .notDecimal),
        .init("inf", .decimal, nil, .notDecimal), .init("1e999", .decimal, nil, .notDecimal),
        .init("-0", .decimal, nil, .notDecimal),
        .init("1.2345670000", .decimal, "1.234567"), .init("1.2345678", .decimal, nil, .notDecimal),
        .init("1.2.3", .decimal, nil, .notDecimal),
        .init("-", .decimal, nil, .notDecimal), .init("0x10", .decimal, nil, .notDecimal),
        .init("19,99", .decimal, "19.99") { $0.usesDecimalComma = true },
        .init("19.99", .decimal, nil, .notDecimal) { $0.usesDecimalComma = true },
        .init("$19.99", .decimal, "19.99") { $0.symbols = [Array("$".utf8)] },
        .init("19,99 €", .decimal, "19.99") {
            $0.symbols = [Array("€".utf8)]; $0.usesDecimalComma = true
        },
        .init("2500", .decimal, "25.00") { $0.impliedDecimals = 2 },
        .init("25.5", .decimal, "25.5") { $0.impliedDecimals = 2 },
        .init("-5", .decimal, "-0.05") { $0.impliedDecimals = 2 },
        .init("12", .decimal, "-12") { $0.negates = true },
        .init("9223372036854775807", .decimal, "9223372036854775807"),
        .init("9223372036854775808", .decimal, nil, .notDecimal),
    ]

    static let texts: [Case] = [
        .init("Jane Roe", .text, "Jane Roe"), .init(" Jane  Roe ", .text, "Jane  Roe"),
        .init("a\tb\nc", .text, "a\tb\nc"),
        .init("a\u{7}b", .text, nil, .controlCharacter), .init("a\u{85}b", .text, nil, .controlCharacter),
        .init("Çelik", .text, "Çelik"),
        .init("SKU-1", .identifier, "SKU-1"), .init("SKU-1 ", .identifier, "SKU-1", .trimmed),
        .init("CAFE\u{301}", .identifier, "CAF\u{C9}"),
        .init("1.23E+12", .identifier, "1.23E+12", .scientific),
        .init("1E-05", .identifier, "1E-05", .scientific), .init("12E5", .identifier, "12E5"),
        .init("1E5", .identifier, "1E5"),
        .init("A'); DROP TABLE orders;--", .identifier, nil, .identifierCharacter),
        .init("A\u{1B}[2J", .identifier, nil, .identifierCharacter),
        .init("A\u{0}B", .identifier, nil, .controlCharacter),
        .init("PIPE-12\"", .identifier, "PIPE-12\"") { $0.allowsAnyCharacter = true },
        .init("'07102", .identifier, "07102") { $0.stripsGuard = true },
        .init("ab-1", .identifier, "AB-1") { $0.uppercases = true },
        .init("00006141410000123452", .identifier, "006141410000123452") { $0.prefix = Array("00".utf8) },
        .init("USD", .currency, "USD"), .init("US$", .currency, nil, .currency),
        .init("XXX", .currency, nil, .currency), .init("usd", .currency, nil, .currency),
        .init("yes", .flag, "true"), .init("FALSE", .flag, "false"), .init("maybe", .flag, nil, .notFlag),
    ]

    static let dates: [Case] = [
        .init("20260304", .date, "2026-03-04", formats: ["CCYYMMDD"]),
        .init("20260230", .date, nil, .notDate, formats: ["CCYYMMDD"]),
        .init("260304", .date, "2026-03-04", formats: ["CCYYMMDD", "YYMMDD"]),
        .init("03/04/2026", .date, "2026-03-04", formats: ["MM/DD/YYYY"]),
        .init("2026-11-2", .date, nil, .notDate, formats: ["YYYY-MM-DD"]),
        .init("46348", .date, nil, .serialDate, formats: ["YYYY-MM-DD"]),
        .init("46348", .date, "2026-11-22", formats: ["YYYY-MM-DD", "excel_serial"]),
        .init("2026-11-22T10:00:00", .date, "2026-11-22", formats: ["YYYY-MM-DD", "YYYY-MM-DDTHH:MM:SS"]),
        .init("n/a", .date, nil, .empty, formats: ["YYYY-MM-DD"]) { $0.skipsUnreadable = true },
        .init("1530", .time, "1530", formats: ["HHMM"]),
        .init("2561", .time, nil, .notTime, formats: ["HHMM"]),
        .init(
            "2025-11-22 10:00:07 -0500", .instant, "2025-11-22T15:00:07Z",
            formats: ["YYYY-MM-DD HH:MM:SS ZZZZ"]),
        .init(
            "2025-11-22T10:00:07+01:00", .instant, "2025-11-22T09:00:07Z", formats: ["YYYY-MM-DDTHH:MM:SSZ"]),
        .init("2025-11-22T10:00:07Z", .instant, "2025-11-22T10:00:07Z", formats: ["YYYY-MM-DDTHH:MM:SSZ"]),
        .init(
            "2025-11-22T10:00:07.25Z", .instant, "2025-11-22T10:00:07.250Z",
            formats: ["YYYY-MM-DDTHH:MM:SS.FFFZ"]),
        .init("2025-11-22 25:00:07 -0500", .instant, nil, .notDate, formats: ["YYYY-MM-DD HH:MM:SS ZZZZ"]),
    ]

    @Test(arguments: numbers + texts + dates) func valuesAreReadExactly(test: Case) {
        let read = Self.read(test)
        #expect(read.value?.description == test.value)
        #expect(read.problem == test.problem)
        // Swift's strings are equal whatever their normal form; keys are compared by their bytes.
        if case .text(let text)? = read.value, let wanted = test.value {
            #expect(Array(text.utf8) == Array(wanted.utf8))
        }
    }

    @Test func aSkippedLocalTimeIsMovedForwardByTheGap() {
        let test = Case("2026-03-08T02:30:00", .instant, nil, formats: ["YYYY-MM-DDTHH:MM:SS"])
        let read = Self.read(test, zone: NewYork())
        #expect(read.value == .instant(Instant(rfc3339: "2026-03-08T07:30:00Z") ?? Instant(milliseconds: 0)))
        #expect(read.problem == .nonexistentTime)
    }

    /// Nothing that a partner writes makes reading trap, and what is read stands in what was written.
    @Test func anyBytesAreReadWithoutATrap() {
        var state: UInt64 = 42
        func next() -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(truncatingIfNeeded: state >> 33)
        }
        let alphabet: [UInt8] = Array("0123456789.,-+eE $'\" \u{1B}ÀZ:T".utf8) + [0, 0xFF, 0xC2]
        let formats = ["CCYYMMDD", "YYYY-MM-DD HH:MM:SS ZZZZ", "YYYY-MM-DDTHH:MM:SS.FFFZ", "excel_serial"]
            .compactMap(TimeFormat.init)
        for _ in 0..<20_000 {
            let bytes = (0..<next() % 26).map { _ in alphabet[next() % alphabet.count] }
            for kind: ValueRule.Kind in [
                .text, .identifier, .code, .currency, .quantity, .decimal, .date, .instant, .flag,
            ] {
                var rule = ValueRuleDraft()
                rule.kind = kind
                rule.formats = formats
                rule.stripsGuard = next() % 2 == 0
                rule.impliedDecimals = next() % 2 == 0 ? 2 : -1
                rule.symbols = [[0x24]]
                let read = ValueReading.read(
                    bytes.span, ValueRule(rule), ValueContext(codes: [], zone: NewYork()))
                #expect(read.start >= 0 && read.start + read.count <= bytes.count)
            }
        }
    }
}
