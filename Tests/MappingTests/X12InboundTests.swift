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
        ("850", "850"), ("850-dropship", "850"), ("855", "855"), ("856", "856"), ("810", "810"), ("846", "846"),
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
