import Canonical
import Diagnostics
import Formats
import Testing

@testable import Mapping

@Suite struct RowMapperTests {
    private static let header = "order_id,sku,qty,unit_price,currency,ship_name,ship_country,order_date\n"

    private static func orders(_ rows: String, _ map: String = "orders-csv") throws -> Mapped {
        Mapped.csv(Array((header + rows).utf8), try Library.inbound(map))
    }

    @Test func rowsThatStandApartAreOneOrder() throws {
        let mapped = try Self.orders(
            "A-1,S1,1,1.00,USD,Jane,US,2026-11-22\nB-1,S2,1,1.00,USD,Joe,US,2026-11-22\nA-1,S3,2,1.00,USD,Jane,US,2026-11-22\n"
        )
        #expect(mapped.documents.map { $0.document.header.text(OrderField.number) } == ["A-1", "B-1"])
        #expect(mapped.documents.map { $0.document.header.groups[0].count } == [2, 1])
        #expect(mapped.codes == [])
    }

    @Test func aBadRowIsRefusedAndTheRestOfItsOrderStands() throws {
        let mapped = try Self.orders(
            "A-1,S1,x,1.00,USD,Jane,US,2026-11-22\nA-1,S2,2,1.00,USD,Jane,US,2026-11-22\n")
        let order = try #require(mapped.documents.first)
        #expect(order.disposition == .accepted)
        #expect(order.refusedRowCount == 1)
        #expect(order.document.header[group: OrderGroup.lines].map { $0.text(OrderLineField.sku) } == ["S2"])
        #expect(order.findings.map(\.effect) == [.refuseRow])
        #expect(order.findings.first?.diagnostic.location?.line == 2)
        #expect(order.findings.first?.diagnostic.location?.column == 8)
    }

    @Test func rowsThatDoNotFollowEachOtherAreASecondDocumentWhereTheMapDoesNotAllowIt() throws {
        let map = try Library.map(
            yaml: """
                map: strict
                extends: orders-csv
                scattered: false
                """)
        let rows =
            "A-1,S1,1,1.00,USD,Jane,US,2026-11-22\nB-1,S2,1,1.00,USD,Joe,US,2026-11-22\nA-1,S3,2,1.00,USD,Jane,US,2026-11-22\n"
        let mapped = Mapped.csv(Array((Self.header + rows).utf8), try Library.inbound(map))
        #expect(mapped.documents.map(\.disposition) == [.accepted, .accepted, .refused])
        #expect(mapped.codes == ["DUP.ORDER"])
    }

    @Test func valuesOfTheWholeOrderStandOnItsFirstRowOnly() throws {
        let bytes = Array(
            """
            Name,Email,Currency,Total,Created at,Lineitem quantity,Lineitem price,Lineitem sku,Shipping Name,Shipping Zip
            #2001,pat@example.com,USD,19.99,2024-05-01 10:00:00 +0000,1,9.99,TEE-BLK-S,"Pat ""P"" Sample",'02134
            #2001,pat@example.com,,,2024-05-01 10:00:00 +0000,1,10.00,MUG-1,,
            #2002,x@example.com,USD,1.00,2024-05-01 10:00:00 +0000,1,1.00,MUG-1,Q,1

            """.utf8)
        let mapped = Mapped.csv(bytes, try Library.inbound("shopify-orders"))
        #expect(mapped.codes == [])
        let order = try #require(mapped.documents.first?.document)
        #expect(order.header.text(OrderField.number) == "#2001")
        #expect(order.header.text(OrderField.shipToPostalCode) == "02134")
        #expect(order.header.text(OrderField.shipToName) == "Pat \"P\" Sample")
        #expect(order.header.instant(OrderField.orderedAt) == Instant(rfc3339: "2024-05-01T10:00:00Z"))
        #expect(
            order.header[group: OrderGroup.lines].map { $0.text(OrderLineField.lineNumber) } == ["1", "2"])
        let zip = order.header.source(OrderField.shipToPostalCode)
        #expect(
            String(decoding: bytes[Int(zip.offset)..<Int(zip.offset) + Int(zip.length)], as: UTF8.self)
                == "02134")
        try Lineage.check(order, in: bytes)
    }

    @Test func aRowWithoutAKeyBelongsToTheDocumentBeforeItWhereTheMapSaysSo() throws {
        let map = try Library.map(yaml: "map: heir\nextends: shopify-orders\nblank_key: inherit")
        let text =
            "Name,Currency,Lineitem quantity,Lineitem price,Lineitem sku\n#1,USD,1,2.00,A\n,,1,2.00,B\n"
        let mapped = Mapped.csv(Array(text.utf8), try Library.inbound(map))
        #expect(mapped.documents.map { $0.document.header.groups[0].count } == [2])
        #expect(mapped.codes == ["CSV.KEY.INHERITED"])
    }

    @Test func longReportsComeInPieces() throws {
        let map = try Library.map(yaml: "map: pieces\nextends: stock-csv\nchunk: 2")
        let rows = (1...5).map { "RENO,SKU-\($0),\($0),2025-01-0\($0)T00:00:00Z" }.joined(separator: "\n")
        let mapped = Mapped.csv(
            Array("location,sku,on_hand,as_of\n\(rows)\nNEWARK,SKU-1,4,\n".utf8), try Library.inbound(map))
        #expect(mapped.documents.map { $0.document.header.groups[0].count } == [2, 2, 1, 1])
        #expect(mapped.codes == [])
    }

    @Test func decimalCommasSignsAndSpreadsheetDaysAreReadWhereTheMapSaysSo() throws {
        let map = try Library.map(
            yaml: """
                map: german
                kind: order
                document: csv/de
                direction: in
                decimal_mark: ","
                dialect: { delimiter: ";" }
                group_by: [ Bestellung ]
                rows: lines
                bindings:
                  - { field: number, at: Bestellung, required: true }
                  - { field: orderedOn, at: Datum, format: [ DD.MM.YYYY, excel_serial ] }
                  - { field: lines.sku, at: Artikel }
                  - { field: lines.quantity, at: Menge }
                  - { field: lines.unitPrice, at: Preis, symbols: [ € ] }
                  - group: taxes
                    bindings:
                      - { field: name, at: Steuer }
                      - { field: amount, at: Steuerbetrag }
                """)
        let text =
            "Bestellung;Datum;Artikel;Menge;Preis;Steuer;Steuerbetrag\n7;22.11.2026;A;1,5;19,99 €;MwSt;3,80\n8;46348;A;1;5;;\n"
        let mapped = Mapped.csv(Array(text.utf8), try Library.inbound(map))
        #expect(mapped.codes == [])
        #expect(
            mapped.documents.map { $0.document.header.date(OrderField.orderedOn)?.description } == [
                "2026-11-22", "2026-11-22",
            ])
        let order = try #require(mapped.documents.first?.document)
        #expect(
            order.header[group: OrderGroup.lines].first?.decimal(OrderLineField.unitPrice)
                == ScaledDecimal("19.99"))
        #expect(
            order.header[group: OrderGroup.lines].first?.decimal(OrderLineField.quantity)
                == ScaledDecimal("1.5"))
        #expect(order.header[group: OrderGroup.taxes].map { $0.text(OrderTaxField.name) } == ["MwSt"])
        #expect(mapped.documents.last?.document.header[group: OrderGroup.taxes].isEmpty == true)
    }
}
