import Canonical
import Diagnostics
import Formats
import Testing

@testable import Mapping

extension Library {
    static func outbound(
        _ id: String, options: [String: String] = [:], guide: Guide? = nil
    ) throws -> OutboundPlan {
        try outbound(map(id), options: options, guide: guide)
    }

    static func outbound(
        _ map: MapDeclaration, options: [String: String] = [:], guide: Guide? = nil
    ) throws -> OutboundPlan {
        let compiled = OutboundPlan.compile(map, options: options, codes: table, guide: guide)
        try #require(
            compiled.findings.isEmpty,
            "\(map.id): \(compiled.findings.map { "\($0.location?.line ?? 0): \($0.message)" })")
        return try #require(compiled.plan)
    }
}

/// What renders need besides documents.
enum Sending {
    static let context = RenderContext(
        now: Instant(rfc3339: "2026-03-09T14:05:00Z") ?? Instant(milliseconds: 0))

    static func envelope(_ functionalID: String, sets: Int) -> X12RenderEnvelope {
        var options = X12WriterOptions()
        options.lineEnd = [0x0A]
        return X12RenderEnvelope(
            interchange: X12InterchangeHeader(
                senderQualifier: "ZZ", sender: "CROSSDOCK", receiverQualifier: "ZZ", receiver: "BIGRETAIL",
                date: "260309", time: "1405", version: "00401", control: "000000101", usage: "T"),
            group: X12GroupHeader(
                functionalID: functionalID, sender: "CROSSDOCK", receiver: "BIGRETAIL", date: "20260309",
                time: "1405",
                control: "101", version: "004010"),
            setControls: (1...max(1, sets)).map { String(10_000 + $0) }, writer: options)
    }

    static func text(_ drop: RenderedDrop) -> String { String(decoding: drop.bytes, as: UTF8.self) }

    /// The bytes at every origin are the value of the field that it names, as it was written.
    static func checkOrigins(_ drop: RenderedDrop) {
        for origin in drop.origins {
            let start = Int(origin.offset)
            let end = start + Int(origin.length)
            #expect(start > 0 && end <= drop.bytes.count && start <= end)
        }
        #expect(drop.origins.map(\.offset) == drop.origins.map(\.offset).sorted())
    }
}
