import Canonical
import Diagnostics
import OMSRules
import Testing

@Suite struct ReceiptTests {
    private func receipt(_ number: String?, _ lines: [(String, String)], at warehouse: String = "reno")
        -> CanonicalDocument
    {
        var receipt = CanonicalDocument(.receipt)
        receipt.header.put(ReceiptField.number, number)
        receipt.header.put(ReceiptField.warehouse, warehouse)
        let schema = DocumentKind.receipt.schema.groups[ReceiptGroup.lines.rawValue]
        for (sku, quantity) in lines {
            var record = Record(schema)
            record.put(ReceiptLineField.sku, sku)
            record.put(ReceiptLineField.quantity, decimal(quantity))
            receipt.header[group: ReceiptGroup.lines].append(record)
        }
        return receipt
    }

    private static var facts: StockFacts {
        var facts = StockFacts()
        facts.locations = [
            testLocation(1, "memphis", postal: "38118"), testLocation(3, "reno", postal: "89506"),
        ]
        facts.items = [.sku("A"): testItem(1, "A"), .sku("B"): testItem(2, "B")]
        return facts
    }

    private func take(_ document: CanonicalDocument, _ facts: inout StockFacts) -> RuleOutcome {
        let context = testContext { $0.locationPartners["memphis"] = ["acme3pl"] }
        return StockRules.apply(
            [incoming(document, channel: "receipts", partner: "acme3pl")], facts: &facts,
            identifiers: IdentifierSequence(), context: context)
    }

    @Test func theSameReceiptAgainReceivesNothing() {
        var facts = Self.facts
        let document = receipt("R-1", [("A", "5"), ("B", "2"), ("A", "1")])
        let first = take(document, &facts)
        #expect(first.results.map(\.verdict) == [.applied])
        #expect(first.changes.movements.map(\.quantity) == [5, 2, 1])
        #expect(first.changes.receipts.map(\.quantity) == [6, 2])
        let again = take(document, &facts)
        #expect(again.results.map(\.verdict) == [.noEffect])
        #expect(again.results[0].codes == ["DUP.RECEIPT"])
        #expect(again.changes.movements.isEmpty && again.changes.receipts.isEmpty)
    }

    @Test func whatCouldNotBeTakenTheFirstTimeIsTakenThen() {
        var facts = Self.facts
        let document = receipt("R-1", [("A", "5"), ("NEW", "2")])
        #expect(take(document, &facts).results[0].codes == ["OMS.SKU.UNKNOWN"])
        facts.items[.sku("NEW")] = testItem(3, "NEW")
        let again = take(document, &facts)
        #expect(again.results.map(\.verdict) == [.applied])
        #expect(again.changes.movements.map(\.item) == [ItemID(3)])
        #expect(again.results[0].codes == ["DUP.RECEIPT"])
    }

    @Test func aKnownReceiptThatSaysSomethingElseWaits() {
        var facts = Self.facts
        _ = take(receipt("R-1", [("A", "5")]), &facts)
        let changed = take(receipt("R-1", [("B", "1"), ("A", "7")]), &facts)
        #expect(changed.results.map(\.verdict) == [.documentHeld])
        #expect(changed.results[0].codes == ["OMS.RECEIPT.CHANGED"])
        #expect(changed.changes.movements.isEmpty)
    }

    @Test func anotherNumberOrPlaceIsAnotherReceipt() {
        var facts = Self.facts
        for (number, place) in [("R-1", "reno"), ("R-2", "reno"), ("R-1", "memphis")] {
            let outcome = take(receipt(number, [("A", "5")], at: place), &facts)
            #expect(outcome.changes.movements.map(\.quantity) == [5])
        }
    }

    @Test func aReceiptWithoutANumberIsTaken() {
        var facts = Self.facts
        #expect(take(receipt(nil, [("A", "5")]), &facts).results.map(\.verdict) == [.applied])
    }
}
