import Canonical
import Diagnostics
import Formats
import FoundationEssentials
import Testing

@testable import Mapping

@Suite struct OutboundTests {
    static func invoice() -> CanonicalDocument {
        var invoice = CanonicalDocument(.invoice)
        invoice.header.put(InvoiceField.number, "INV-1")
        invoice.header.put(InvoiceField.invoicedOn, CalendarDate(iso: "2026-03-09"))
        invoice.header.put(InvoiceField.dueOn, CalendarDate(iso: "2026-04-08"))
        invoice.header.put(InvoiceField.orderNumber, "PO-77001")
        invoice.header.put(InvoiceField.currency, "USD")
        invoice.header.put(InvoiceField.sellerName, "Crossdock LLC")
        invoice.header.put(InvoiceField.buyerName, "Big Retail & Sons")
        invoice.header.put(InvoiceField.billToCity, "Columbus")
        invoice.header.put(InvoiceField.billToCountry, "US")
        invoice.header.put(InvoiceField.totalGoods, ScaledDecimal("99.50"))
        invoice.header.put(InvoiceField.totalAllowances, ScaledDecimal("10.00"))
        invoice.header.put(InvoiceField.totalBeforeTax, ScaledDecimal("89.50"))
        invoice.header.put(InvoiceField.totalTax, ScaledDecimal("0.00"))
        invoice.header.put(InvoiceField.totalAll, ScaledDecimal("89.50"))
        var line = Record(DocumentKind.invoice.schema.groups[InvoiceGroup.lines.rawValue])
        line.put(InvoiceLineField.lineNumber, "1")
        line.put(InvoiceLineField.sku, "TEE-1")
        line.put(InvoiceLineField.description, "Crew <Tee>")
        line.put(InvoiceLineField.quantity, ScaledDecimal(10))
        line.put(InvoiceLineField.unit, "EA")
        line.put(InvoiceLineField.unitPrice, ScaledDecimal("9.95"))
        line.put(InvoiceLineField.lineAmount, ScaledDecimal("99.50"))
        invoice.header[group: InvoiceGroup.lines] = [line]
        var allowance = Record(DocumentKind.invoice.schema.groups[InvoiceGroup.adjustments.rawValue])
        allowance.put(InvoiceAdjustmentField.kind, "allowance")
        allowance.put(InvoiceAdjustmentField.amount, ScaledDecimal("10.00"))
        allowance.put(InvoiceAdjustmentField.text, "Volume discount")
        invoice.header[group: InvoiceGroup.adjustments] = [allowance]
        return invoice
    }

    @Test func anInvoiceIsValidUBL() throws {
        let plan = try Library.outbound("ubl-invoice")
        let drop = plan.render([Self.invoice()], drop: "invoice.xml", context: Sending.context)
        #expect(drop.findings.map(\.diagnostic.message) == [])
        Sending.checkOrigins(drop)
        let text = Sending.text(drop)
        #expect(text.contains("<cbc:ID>INV-1</cbc:ID>"))
        #expect(text.contains("<cbc:Name>Crew &lt;Tee&gt;</cbc:Name>"))
        #expect(!text.contains("<cac:DespatchDocumentReference>"))
        guard let shared = Library.shared else {
            return print("skipped: ../shared is not beside the repository")
        }
        let schema = shared.appendingPathComponent("schemas/ubl-2.1/maindoc/UBL-Invoice-2.1.xsd").path
        let path = "/tmp/mapping-invoice.xml"
        try Data(drop.bytes).write(to: URL(fileURLWithPath: path))
        guard FileManager.default.fileExists(atPath: "/usr/bin/xmllint"),
            FileManager.default.fileExists(atPath: schema)
        else { return print("skipped: xmllint or the UBL schemas are not there") }
        #expect(Shell.run(["xmllint", "--noout", "--nonet", "--schema", schema, path]), "\(text)")
    }

    @Test func aTextTemplateIsWrittenForEveryRecordAndEscapesZPL() throws {
        var label = CanonicalDocument(.label)
        var package = Record(DocumentKind.label.schema.groups[0])
        package.put(LabelPackageField.sscc, "006141410000123452")
        package.put(LabelPackageField.ssccText, "0 0614141 000012345 2")
        package.put(LabelPackageField.shipToName, "PAT ^FS~ SAMPLE_1")
        package.put(LabelPackageField.shipToCity, "BOISE")
        package.put(LabelPackageField.packageNumber, ScaledDecimal(1))
        package.put(LabelPackageField.packageCount, ScaledDecimal(2))
        label.header[group: LabelGroup.packages] = [package, package]
        let plan = try Library.outbound("label-zpl")
        let drop = plan.render([label], drop: "labels.zpl", context: Sending.context)
        let text = Sending.text(drop)
        #expect(text.split(separator: "\n").filter { $0.hasPrefix("^XA") }.count == 2)
        #expect(text.contains("TO: PAT _5EFS_7E SAMPLE_5F1^FS"))
        #expect(text.contains("^BCN,200,N,N,N,D^FH^FD(00)006141410000123452^FS"))
        #expect(!text.contains("SERVICE"))
        let sscc = try #require(drop.origins.first { plan.fieldName($0) == "packages[2].sscc" })
        let start = Int(sscc.offset)
        #expect(
            String(decoding: drop.bytes[start..<start + Int(sscc.length)], as: UTF8.self)
                == "006141410000123452")
    }

    @Test func rowsHaveTheColumnsOfTheMapInItsOrder() throws {
        let map = try Library.map(
            yaml: """
                map: out
                kind: shippingOrder
                document: csv/out
                direction: out
                rows: lines
                options: { sender: { default: "ACME, Inc" } }
                columns: [ order, no, sku, qty, sender, day, total ]
                bindings:
                  - { field: number, at: order }
                  - { at: no, write: { sequence: true } }
                  - { field: lines.lineNumber, at: no }
                  - { field: lines.sku, at: sku }
                  - { field: lines.quantity, at: qty, scale: 2 }
                  - { at: sender, write: { option: sender } }
                  - { at: day, write: { context: date }, format: DD.MM.YYYY }
                  - { at: total, write: { sum: lines.quantity } }
                """)
        let plan = try Library.outbound(map)
        var order = CanonicalDocument(.shippingOrder)
        order.header.put(ShippingOrderField.number, "SO-1")
        for (index, quantity) in [3, 4].enumerated() {
            var line = Record(DocumentKind.shippingOrder.schema.groups[0])
            line.put(ShippingOrderLineField.sku, "SKU-\(index)")
            line.put(ShippingOrderLineField.quantity, ScaledDecimal(Int64(quantity)))
            order.header.groups[0].append(line)
        }
        let drop = plan.render([order], drop: "out.csv", context: Sending.context)
        #expect(
            Sending.text(drop)
                == """
                order,no,sku,qty,sender,day,total\r
                SO-1,1,SKU-0,3.00,"ACME, Inc",09.03.2026,7\r
                SO-1,1,SKU-1,4.00,"ACME, Inc",09.03.2026,7\r

                """)
        #expect(
            drop.origins.map(plan.fieldName).prefix(3) == ["number", "lines[1].sku", "lines[1].quantity"])
    }

    @Test func aCodeThatAListDoesNotHaveHoldsWhatIsSent() throws {
        let guide = try Library.guide("855")
        let plan = try Library.outbound("x12-855", guide: guide)
        var document = CanonicalDocument(.orderAcknowledgment)
        document.header.put(OrderAcknowledgmentField.number, "PO-1")
        var line = Record(DocumentKind.orderAcknowledgment.schema.groups[0])
        line.put(OrderAcknowledgmentLineField.unit, "FURLONG")
        document.header.groups[0] = [line, line]
        let drop = plan.render(
            [document], envelope: Sending.envelope("PR", sets: 1), context: Sending.context)
        #expect(drop.isRefused)
        #expect(
            drop.missingCodes == [MissingCode(table: "units", list: "x12", code: "FURLONG", isOutbound: true)]
        )
        #expect(drop.findings.count == 1)
    }

    @Test func separatorsInValuesStayValues() throws {
        let guide = try Library.guide("940")
        let plan = try Library.outbound("x12-940", guide: guide)
        var document = CanonicalDocument(.shippingOrder)
        document.header.put(ShippingOrderField.number, "SO-1")
        document.header.put(ShippingOrderField.shipToName, "A*B~IEA*1*000000101~")
        document.header.put(ShippingOrderField.shipToCity, String(repeating: "X", count: 80))
        let drop = plan.render(
            [document], envelope: Sending.envelope("OW", sets: 1), context: Sending.context)
        #expect(
            drop.findings.map(\.diagnostic.code.rawValue).sorted() == [
                "OUT.DELIM.REPLACED", "OUT.ELEM.TRUNCATED",
            ])
        #expect(!drop.isRefused)
        let city = try #require(drop.origins.first { plan.fieldName($0) == "shipTo.city" })
        #expect(city.length == 30)
    }
}
