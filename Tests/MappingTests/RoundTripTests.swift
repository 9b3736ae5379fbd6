import Canonical
import Diagnostics
import Formats
import FoundationEssentials
import Testing

@testable import Mapping

/// `read(write(d)) = d`, over the maps that run both ways.
@Suite struct RoundTripTests {
    @Test(arguments: [
        ("850", "850"), ("850-dropship", "850"), ("855", "855"), ("856", "856"), ("810", "810"),
        ("846", "846"), ("940", "940"),
    ])
    func specimensAreWrittenAgain(file: String, set: String) throws {
        guard let bytes = try X12InboundTests.shared("specs/examples/x12/\(file).edi") else { return }
        let guide = try Library.guide(set)
        let inbound = try Library.inbound("x12-\(set)", guide: guide)
        let outbound = try Library.outbound("x12-\(set)", guide: guide)
        let first = try Mapped.x12(bytes, inbound, guide)
        let documents = first.documents.map(\.document)
        let drop = outbound.render(
            documents, envelope: Sending.envelope(guide.functionalID, sets: documents.count),
            context: Sending.context)
        #expect(drop.findings.map(\.diagnostic.message) == [])
        #expect(drop.spans.count == documents.count)
        Sending.checkOrigins(drop)
        let second = try Mapped.x12(drop.bytes, inbound, guide)
        #expect(second.readerFindings.map { "\($0.code) \($0.message)" } == [])
        // A stock report's moment is told by its day and time; counts that the specimen leaves out are written.
        // What is read only (pack, colour, retail price) is not written again.
        let computed = ["totals.lineCount", "asOf", "lines[1].packQ", "lines[2].packQ"]
        func comparable(_ document: CanonicalDocument) -> [Substring] {
            Dump.text(document).split(separator: "\n").filter { line in
                !computed.contains { line.hasPrefix($0) }
            }
        }
        #expect(second.documents.map { comparable($0.document) } == documents.map(comparable))
    }

    /// Maps that run both ways, with the guide of those that need one.
    static var both: [String] {
        Library.mapIDs.filter { (try? Library.map($0).direction) == .both }
    }

    /// What a map adds to every document that it reads.
    private static func fillDefaults(_ document: inout CanonicalDocument, _ plan: InboundPlan) {
        guard case .delimited(let rows) = plan.body, rows.rowGroup >= 0 else { return }
        for index in document.header.groups[rows.rowGroup].indices {
            rows.rowRules.fill(&document.header.groups[rows.rowGroup][index], ordinal: index + 1)
        }
    }

    @Test(arguments: both) func whatIsWrittenIsReadAsItWas(id: String) throws {
        let map = try Library.map(id)
        let guide = map.form.family == .x12 ? try Library.guide(map.form.name) : nil
        let inbound = try Library.inbound(map, guide: guide)
        let outbound = try Library.outbound(map, guide: guide)
        var binder = MapBinder(map, inbound: true, options: [:], table: Library.table)
        let seed = UInt64(850)
        var generator = Generator(seed: seed, outbound: outbound.bound, inbound: binder.bind())
        for round in 0..<40 {
            var documents = [generator.document(), generator.document()]
            for index in documents.indices {
                for field in map.kind.schema.fields.indices
                where map.kind.schema.fields[field].name == map.key {
                    documents[index].header.set(field, .text("N\(round)\(index)"))
                }
            }
            let drop: RenderedDrop
            let read: Mapped
            switch map.form.family {
            case .x12:
                let guide = try #require(guide)
                drop = outbound.render(
                    documents, envelope: Sending.envelope(guide.functionalID, sets: 2),
                    context: Sending.context)
                read = try Mapped.x12(drop.bytes, inbound, guide, validates: false)
            case .xml:
                drop = outbound.render(documents, drop: "drop.xml", context: Sending.context)
                read = Mapped.xml(drop.bytes, inbound)
            default:
                drop = outbound.render(documents, drop: "drop.csv", context: Sending.context)
                read = Mapped.csv(drop.bytes, inbound)
            }
            #expect(drop.findings.map(\.diagnostic.message) == [])
            Sending.checkOrigins(drop)
            #expect(read.findings.map(\.diagnostic.message) == [])
            for index in documents.indices { Self.fillDefaults(&documents[index], inbound) }
            let wanted = documents.map(Dump.text)
            let found = read.documents.map { Dump.text($0.document) }
            guard found == wanted else {
                let lost = Set(wanted.joined(separator: "\n").split(separator: "\n"))
                let kept = Set(found.joined(separator: "\n").split(separator: "\n"))
                Issue.record(
                    "seed \(seed), round \(round): lost \(lost.subtracting(kept).sorted()), new \(kept.subtracting(lost).sorted())\n\(Sending.text(drop))"
                )
                return
            }
        }
    }
}
