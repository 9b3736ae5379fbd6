import Canonical
import Diagnostics
import Formats
import FoundationEssentials
import Testing

#if canImport(Glibc)
    import Glibc
#endif

@testable import Mapping

@Suite struct MapReadingTests {
    private static func findings(_ yaml: String) throws -> [String] {
        let read = MapDeclaration.read(try PlainYAML.read(yaml), map: Library.mapNode)
        var findings = read.findings
        if let map = read.map, map.direction.reads, map.form.family != .x12 {
            findings += InboundPlan.compile(map, codes: Library.table).findings
        }
        return findings.map { "\($0.code) \($0.location?.line ?? 0): \($0.message)" }
    }

    private static func map(_ bindings: String) -> String {
        "map: m\nkind: order\ndocument: csv/x\ndirection: in\nrows: lines\nbindings:\n" + bindings
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        var yaml: String
        var finding: String
        var testDescription: String { finding }
    }

    @Test(arguments: [
        Fault(
            yaml: map("  - { field: lines.qtyy, at: q }"),
            finding: "CONFIG.MAP.FIELD 7: 'lines.qtyy' is not a field of order"),
        Fault(
            yaml: map("  - { field: numbr, at: q }"),
            finding: "CONFIG.MAP.FIELD 7: 'numbr' is not a field of order; did you mean 'number'?"),
        Fault(
            yaml: map("  - { feld: number, at: q }"),
            finding: "CONFIG.MAP.KEY 7: 'feld' is not a key here; did you mean 'field'?"),
        Fault(
            yaml: map("  - { field: orderedOn, at: q, format: QQ }"),
            finding: "CONFIG.MAP.VALUE 7: format 'QQ' is not known"),
        Fault(
            yaml: map("  - { field: lines.unit, at: q, codes: unitz.x12 }"),
            finding: "CONFIG.MAP.TABLE 7: code table 'unitz.x12' is not there"),
        Fault(
            yaml: map("  - { group: linez, bindings: [] }"),
            finding: "CONFIG.MAP.FIELD 7: 'linez' is not a group of order; did you mean 'lines'?"),
        Fault(
            yaml: map("  - { field: number, at: q, decimals: 9 }"),
            finding: "CONFIG.MAP.VALUE 7: decimals '9' is not a number that is allowed here"),
        Fault(
            yaml: "map: m\nkind: ordr\ndocument: csv/x\nbindings: []",
            finding: "CONFIG.MAP.VALUE 2: kind 'ordr' is not known; did you mean 'order'?"),
        Fault(
            yaml: "map: m\nkind: order\ndocument: pdf\nbindings: []",
            finding: "CONFIG.MAP.VALUE 3: document 'pdf' is not known"),
        Fault(
            yaml: "map: m\nextends: nowhere\nkind: order\ndocument: csv/x\nbindings: []",
            finding: "CONFIG.MAP.EXTENDS 2: 'nowhere' is not a map"),
    ])
    func whatIsWrongInAMapIsSaidWithItsLine(fault: Fault) throws {
        let found = try Self.findings(fault.yaml)
        #expect(found.contains { $0.hasPrefix(fault.finding) }, "\(found)")
    }

    @Test func aPlaceThatTheGuideDoesNotHaveIsRefused() throws {
        let map = try Library.map(
            yaml:
                "map: m\nkind: order\ndocument: x12/850\ndirection: in\nbindings:\n  - { field: number, at: BEG99 }\n  - { field: externalId, at: \"ZZZ-01\" }\n  - { field: notes, at: \"N1[01=ST]/ZZ-01\" }"
        )
        let compiled = InboundPlan.compile(map, codes: Library.table, guide: try Library.guide("850"))
        #expect(
            compiled.findings.map { "\($0.code) \($0.location?.line ?? 0)" } == [
                "CONFIG.MAP.PLACE 6", "CONFIG.MAP.PLACE 7", "CONFIG.MAP.PLACE 8",
            ])
    }

    @Test func everyMapThatShipsCompilesTheWaysItRuns() throws {
        for id in Library.mapIDs {
            let map = try Library.map(id)
            #expect(map.id == id)
            let guide = map.form.family == .x12 ? try Library.guide(map.form.name) : nil
            if map.direction.reads { _ = try Library.inbound(map, guide: guide) }
            if map.direction.writes { _ = try Library.outbound(map, guide: guide) }
        }
        #expect(Library.mapIDs.count >= 22)
    }

    @Test func aMapExtendsAnother() throws {
        let map = try Library.map(
            yaml: """
                map: harbor-mart-850
                extends: x12-850
                options: { amt_tt: { default: goods } }
                bindings:
                  - { field: customerReference, at: "REF[01=CO]-02" }
                  - { field: contact.email, remove: true }
                  - group: references
                    each: "REF[01!=DP|IA|CO]"
                  - group: lines
                    bindings:
                      - { field: sku, at: "PO1{06}[VN]" }
                      - { field: vendorPart, remove: true }
                """)
        #expect(map.kind == .order)
        let guide = try Library.guide("850")
        guard let bytes = try X12InboundTests.shared("specs/examples/x12/850.edi") else { return }
        let mapped = try Mapped.x12(bytes, Library.inbound(map, guide: guide), guide)
        let order = try #require(mapped.documents.first?.document)
        #expect(
            order.header[group: OrderGroup.lines].map { $0.text(OrderLineField.sku) } == [
                "TEE-BLK-S", "MUG-CASE",
            ])
        #expect(
            order.header[group: OrderGroup.lines].map { $0.text(OrderLineField.vendorPart) } == [nil, nil])
        #expect(order.header.decimal(OrderField.totalGoods) == ScaledDecimal("239.4"))
        #expect(order.header.decimal(OrderField.totalAll) == nil)
    }

    @Test func anOptionThatAMapDoesNotHaveIsRefused() throws {
        let map = try Library.map("x12-850")
        let guide = try Library.guide("850")
        let compiled = InboundPlan.compile(
            map, options: ["amt_tt": "goodz", "amt": "x"], codes: Library.table, guide: guide)
        #expect(
            compiled.findings.map(\.message) == [
                "'amt' is not an option of map x12-850", "option amt_tt is 'goodz'",
            ])
    }
}
