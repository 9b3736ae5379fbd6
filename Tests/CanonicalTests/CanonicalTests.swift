import Canonical
import Testing

@Suite struct ScaledDecimalTests {
    @Test(arguments: [
        ("19.99", "19.99"), ("0", "0"), ("-3", "-3"), ("007.50", "7.50"), (".5", "0.5"),
        ("12.345678", "12.345678"),
        ("-0.05", "-0.05"),
    ])
    func readsAndPrintsExactly(given: String, printed: String) {
        #expect(ScaledDecimal(given)?.description == printed)
    }

    @Test(arguments: [
        "", "-", ".", "1,5", "1e3", "+1", " 1", "1 ", "1.2.3", "12.3456789", "99999999999999999999", "١",
    ])
    func refusesWhatIsNoPlainDecimal(given: String) {
        #expect(ScaledDecimal(given) == nil)
    }

    @Test func valuesAreEqualAcrossScales() {
        #expect(ScaledDecimal("1.50") == ScaledDecimal("1.5"))
        #expect(ScaledDecimal("1.50")?.hashValue == ScaledDecimal("1.5")?.hashValue)
    }

    @Test func multipliesWithOneRounding() throws {
        let price = try #require(ScaledDecimal("0.333"))
        #expect(price.multiplied(by: ScaledDecimal(3), scale: 2) == 100)
        let odd = try #require(ScaledDecimal("-0.005"))
        #expect(odd.multiplied(by: ScaledDecimal(1), scale: 2) == -1)
    }
}

@Suite struct CalendarTests {
    @Test(arguments: [
        ("1970-01-01", 0), ("2000-02-29", 11_016), ("2025-11-22", 20_414), ("1969-12-31", -1),
        ("9999-12-31", 2_932_896),
    ])
    func daysCountFromTheEpoch(text: String, number: Int32) {
        #expect(CalendarDate(iso: text)?.dayNumber == number)
        #expect(CalendarDate(dayNumber: number).description == text)
    }

    @Test(arguments: ["2026-02-30", "2026-13-01", "2026-00-10", "26-01-01", "2026/01/01", "1900-02-29"])
    func daysThatDoNotExistAreRefused(text: String) {
        #expect(CalendarDate(iso: text) == nil)
    }

    @Test func weekdaysAreISO() {
        #expect(CalendarDate(iso: "2025-11-22")?.weekday == 6)
        #expect(CalendarDate(iso: "1969-12-29")?.weekday == 1)
    }

    @Test(arguments: [
        ("2025-11-22T02:00:00Z", "2025-11-22T02:00:00Z"),
        ("2025-11-21T21:00:00.250-05:00", "2025-11-22T02:00:00.250Z"),
    ])
    func instantsReadRFC3339(given: String, printed: String) {
        #expect(Instant(rfc3339: given)?.description == printed)
    }
}

@Suite struct CanonicalDocumentTests {
    @Test func everySchemaDeclaresOneFieldPerKey() {
        #expect(OrderField.declarations.count == OrderField.allCases.count)
        #expect(OrderLineField.declarations.count == OrderLineField.allCases.count)
        #expect(ShipNoticeField.declarations.count == ShipNoticeField.allCases.count)
        #expect(InvoiceField.declarations.count == InvoiceField.allCases.count)
        #expect(ShippingOrderField.declarations.count == ShippingOrderField.allCases.count)
        for kind in DocumentKind.allCases {
            #expect(Set(kind.schema.fields.map(\.name)).count == kind.schema.fields.count, "\(kind)")
        }
    }

    private func order() -> CanonicalDocument {
        var document = CanonicalDocument(.order, span: SourceRange(offset: 106, length: 900))
        document.header.set(
            OrderField.number.rawValue, .text("PO-1"), from: SourceRange(offset: 120, length: 4))
        document.header[OrderField.shipToName] = .text("Pat \"P\" Sample")
        document.header[OrderField.orderedOn] = CalendarDate(iso: "2025-11-22").map { .date($0) }
        var line = Record(DocumentKind.order.schema.groups[OrderGroup.lines.rawValue])
        line.set(
            OrderLineField.quantity.rawValue, .decimal(ScaledDecimal(3)),
            from: SourceRange(offset: 40, length: 1))
        document.header[group: OrderGroup.lines] = [line, line]
        return document
    }

    @Test func theCompactFormKeepsValuesAndLineage() {
        let document = order()
        #expect(CanonicalCodec.decode(CanonicalCodec.encode(document)) == document)
    }

    @Test func damagedBytesAreRefusedAndNeverTrap() {
        let bytes = CanonicalCodec.encode(order())
        for cut in bytes.indices { #expect(CanonicalCodec.decode(Array(bytes[..<cut])) == nil) }
        for position in bytes.indices {
            var flipped = bytes
            flipped[position] ^= 0xFF
            _ = CanonicalCodec.decode(flipped)
        }
    }

    @Test func jsonHasDecimalsAsStringsAndMasksOnRequest() {
        let plain = CanonicalJSON.line(order())
        #expect(plain.contains(#""shipTo.name":"Pat \"P\" Sample""#))
        #expect(plain.hasSuffix(#""lines":[{"quantity":"3"},{"quantity":"3"}]}"#))
        #expect(!CanonicalJSON.line(order(), masked: true).contains("Sample"))
    }
}
