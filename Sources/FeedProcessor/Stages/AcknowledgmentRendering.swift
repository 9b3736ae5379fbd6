import Canonical
import Diagnostics
import Environment
import Formats
import Ledger

/// Writes the acknowledgments that partners are owed: a 997 per functional group, a TA1 per interchange that asked or
/// was refused. What they say was put down when the group was applied.
///
/// - Twice: an intent is consumed once; a replay owes none.
struct AcknowledgmentRendering {
    let rendering: Rendering
    let ledger: any LedgerStore

    func render(_ route: OutboundRoute, envelope: X12Envelope, guide: Guide?) throws -> Rendering.Result {
        var result = Rendering.Result()
        let now = Instant(milliseconds: rendering.clock.now())
        while true {
            let intents = try ledger.intents(
                channel: route.channel, dueBy: now, limit: Rendering.filesPerBatch)
            guard !intents.isEmpty else { return result }
            var batch = RenderBatch(at: now, run: rendering.run)
            var numbers = ControlNumbers(ledger)
            for intent in intents {
                guard let content = try content(of: intent) else {
                    batch.waivedIntents.append((intent.id, "nothing is owed"))
                    continue
                }
                try fault(.acknowledgmentRendered, route.channel)
                let file =
                    intent.kind == "997"
                    ? try envelope.functionalAcknowledgment(content, guide: guide, numbers: &numbers)
                    : try envelope.interchangeAcknowledgment(content, numbers: &numbers)
                result.findings += file.findings
                let subject =
                    intent.kind == "997" ? "group \(intent.subject)" : "interchange \(intent.subject)"
                var route = route
                route.document = intent.kind == "997" ? "x12/997" : "x12/TA1"
                batch.documents.append(
                    try rendering.freeze(
                        file, route,
                        items: [OutboundItem(intent: intent.id, subject: subject, control: file.controls[0])])
                )
            }
            batch.controlNumbers = numbers.drawn
            result.documents += try ledger.commit(batch)
        }
    }

    private func content(of intent: IntentRow) throws -> [UInt8]? {
        let bytes =
            intent.kind == "997"
            ? try ledger.group(intent.subject)?.row.acknowledgment
            : try ledger.interchange(intent.subject)?.row.acknowledgment
        return bytes.flatMap { $0.isEmpty ? nil : $0 }
    }
}
