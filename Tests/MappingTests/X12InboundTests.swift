import Canonical
import Diagnostics
import Formats
import FoundationEssentials
import Testing

@testable import Mapping

@Suite struct X12InboundTests {
    static func shared(_ path: String) throws -> [UInt8]? {
        guard let shared = Library.shared else {
            print("skipped: ../shared is not beside the repository")
            return nil
        }
        return try [UInt8](Data(contentsOf: shared.appendingPathComponent(path)))
    }

    @Test(arguments: [
        ("850", "850"), ("850-dropship", "850"), ("855", "855"), ("856", "856"), ("810", "810"),
        ("846", "846"),
        ("940", "940"), ("945", "945"),
    ])
    func specimensAreMappedWithTheirAddresses(file: String, set: String) throws {
        guard let bytes = try Self.shared("specs/examples/x12/\(file).edi") else { return }
        let guide = try Library.guide(set)
        let mapped = try Mapped.x12(bytes, Library.inbound("x12-\(set)", guide: guide), guide)
        #expect(mapped.readerFindings.filter { $0.severity == .error }.map(\.message) == [])
        let document = try #require(mapped.documents.first)
        #expect(document.findings.map(\.diagnostic.message) == [])
        print(Dump.text(document.document))
        try Lineage.check(document.document, in: bytes)
    }
}

extension X12InboundTests {
    /// A small order with these lines.
    static func order(line: String, header: String = "") -> [UInt8] {
        let body = "ST*850*0001~BEG*00*SA*PO-1001**20261122~\(header)\(line)~CTT*1~"
        let count = body.split(separator: "~").count + 1
        return interchange("PO", "\(body)SE*\(count)*0001~")
    }

    static func interchange(_ group: String, _ sets: String) -> [UInt8] {
        Array(
            ("ISA*00*          *00*          *ZZ*ACMESTORE      *ZZ*CROSSDOCK      *261122*0230*U*00401*000000101*0*T*>~"
                + "GS*\(group)*ACMESTORE*CROSSDOCK*20261122*0230*101*X*004010~\(sets)GE*1*101~IEA*1*000000101~")
                .utf8)
    }

    private static func notice(_ levels: String) throws -> MappedDocument {
        let body = "ST*856*0001~BSN*00*SH-1*20261122*0230~\(levels)CTT*1~"
        let count = body.split(separator: "~").count + 1
        let guide = try Library.guide("856")
        let mapped = try Mapped.x12(
            interchange("SH", "\(body)SE*\(count)*0001~"), Library.inbound("x12-856", guide: guide), guide,
            validates: false)
        return try #require(mapped.documents.first)
    }

    @Test func levelsStandWhereTheirParentsAre() throws {
        let notice = try Self.notice(
            "HL*1**S~HL*2*1*O~PRF*PO-1~HL*3*2*P~MAN*GM*00000000000000000001~HL*4*3*I~LIN**SK*A~SN1**1*EA~"
                + "HL*5*1*O~PRF*PO-2~HL*6*5*P~MAN*GM*00000000000000000002~HL*7*6*I~LIN**SK*B~SN1**2*EA~HL*8*3*I~LIN**SK*C~SN1**3*EA~"
        )
        let orders = notice.document.header[group: ShipNoticeGroup.orders]
        #expect(orders.map { $0.text(NoticeOrderField.number) } == ["PO-1", "PO-2"])
        let items = orders.map {
            $0[group: NoticeOrderGroup.packages].map {
                $0[group: NoticePackageGroup.items].map { $0.text(NoticeItemField.sku) }
            }
        }
        #expect(items == [[["A", "C"]], [["B"]]])
    }

    @Test func aShipmentWithoutPackagesAndPalletsAroundCartonsAreRead() throws {
        let bare = try Self.notice(
            "HL*1**S~HL*2*1*O~PRF*PO-1~HL*3*2*I~LIN**SK*A~SN1**1*EA~HL*4*2*I~LIN**SK*B~SN1**1*EA~")
        let packages = try #require(bare.document.header[group: ShipNoticeGroup.orders].first)[
            group: NoticeOrderGroup.packages]
        #expect(packages.map { $0[group: NoticePackageGroup.items].count } == [2])
        #expect(packages.first?.text(NoticePackageField.sscc) == nil)
        let tare = try Self.notice(
            "HL*1**S~HL*2*1*O~PRF*PO-1~HL*3*2*T~MAN*GM*00000000000000000009~HL*4*3*P~MAN*GM*00000000000000000001~HL*5*4*I~LIN**SK*A~SN1**1*EA~"
        )
        let cartons = try #require(tare.document.header[group: ShipNoticeGroup.orders].first)[
            group: NoticeOrderGroup.packages]
        #expect(cartons.map { $0.text(NoticePackageField.sscc) } == ["000000000000000001"])
    }

    @Test func packagesInsideItemsAreHeldBecauseNoMapKnowsThem() throws {
        let notice = try Self.notice(
            "HL*1**S~HL*2*1*O~PRF*PO-1~HL*3*2*I~LIN**SK*A~SN1**1*EA~HL*4*3*P~MAN*GM*00000000000000000001~")
        #expect(notice.disposition == .held)
        #expect(notice.findings.map(\.diagnostic.code.rawValue) == ["MAP.HIERARCHY"])
    }

    @Test func aNoticeOfManyPackagesKeepsEveryUnit() throws {
        guard let shared = Library.shared else {
            return print("skipped: ../shared is not beside the repository")
        }
        let path = "/tmp/mapping-load-856"
        guard
            Shell.run([
                "python3", shared.appendingPathComponent("loadgen.py").path, "x12-856", "--out", path,
                "--orders", "60",
            ])
        else { return print("skipped: python3 could not run loadgen.py") }
        let guide = try Library.guide("856")
        let mapped = try Mapped.x12(
            [UInt8](Data(contentsOf: URL(fileURLWithPath: path))), Library.inbound("x12-856", guide: guide),
            guide)
        #expect(mapped.documents.count == 60)
        for document in mapped.documents {
            #expect(document.findings.map(\.diagnostic.message) == [])
            var units: Int64 = 0
            for order in document.document.header[group: ShipNoticeGroup.orders] {
                for package in order[group: NoticeOrderGroup.packages] {
                    #expect(package.text(NoticePackageField.sscc)?.utf8.count == 18)
                    for item in package[group: NoticePackageGroup.items] {
                        units += item.decimal(NoticeItemField.quantity)?.whole ?? 0
                    }
                }
            }
            #expect(units == document.document.header.decimal(ShipNoticeField.totalQuantity)?.whole)
        }
    }
}
