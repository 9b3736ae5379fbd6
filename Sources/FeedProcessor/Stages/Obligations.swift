import Canonical
import Diagnostics
import Environment
import Formats
import Ledger

/// Who owes whom an answer: acknowledgments that we owe, business answers with their deadlines, and what partners said to
/// documents of ours.
struct Obligations {
    let configuration: SiteConfiguration
    let ledger: any LedgerStore
    /// When something is due that is owed from `start` on within a duration, by a partner's calendar.
    let due: (_ start: Instant, _ within: ConfiguredDuration, _ partner: Partner) -> Instant

    /// The pseudo-channel of a partner's functional acknowledgments.
    static func functionalChannel(_ partner: String) -> String { partner + "/997" }
    /// The pseudo-channel of a partner's interchange acknowledgments.
    static func interchangeChannel(_ partner: String) -> String { partner + "/ta1" }
    static func responseKey(_ document: String, _ order: OrderID) -> String {
        "response \(document) order \(order)"
    }
    /// What a partner owes for a document of ours; the first answer to any paper in it ends the wait.
    static func answerKey(_ document: String, _ outbound: OutboundID) -> String {
        "response \(document) x-\(outbound)"
    }
    static func acknowledgmentKey(_ outbound: OutboundID) -> String { "ack x-\(outbound)" }

    /// Our location codes by those of a partner.
    func locationCodes(_ partner: String) -> [String: String] {
        Dictionary(configuration.partner(partner)?.warehouses.map { ($0.name, $0.value) } ?? []) { first, _ in
            first
        }
    }

    /// Writes down what is owed because of a decided batch.
    func record(_ part: ReadBatch, of drop: DropRow, batch: inout ApplyBatch) {
        guard let partner = configuration.partner(drop.file.partner) else { return }
        if let sending = partner.acknowledgments.send {
            for group in part.groups where !group.acknowledgment.isEmpty && sending.functional == .x997 {
                batch.acknowledgmentIntents.append(
                    (group.interchange, group.ordinal, Self.functionalChannel(partner.id), batch.at))
            }
            for row in part.interchanges where !row.acknowledgment.isEmpty {
                batch.interchangeIntents.append((row.ordinal, Self.interchangeChannel(partner.id), batch.at))
            }
        }
        for order in batch.changes.orders {
            guard let channel = configuration.inbound(order.channel)?.channel else { continue }
            for response in channel.responses {
                guard let within = response.within else { continue }
                batch.expectations.append(
                    ExpectationRow(
                        key: Self.responseKey(response.document.description, order.id), kind: .response,
                        partner: partner.id, channel: channel.id,
                        what: "\(response.document) for order \(order.number), owed by us",
                        dueAt: due(batch.at, within, partner), severity: response.severity.rawValue))
            }
        }
    }

    /// Ends the waits for what shipping advices, ship notices and suppliers' replies answer.
    func settleResponses(in units: [ReadUnit], batch: inout ApplyBatch) throws {
        let changes = batch.changes
        let fulfilments =
            changes.shipments.compactMap(\.fulfilment) + changes.fulfilmentStates.map(\.fulfilment)
        let purchases =
            changes.shipments.compactMap(\.purchaseOrder) + changes.purchaseOrderStates.map(\.purchaseOrder)
        guard !fulfilments.isEmpty || !purchases.isEmpty else { return }
        let answered =
            try ledger.outbounds(about: Set(fulfilments.map(\.value)).sorted(), event: .fulfilmentReleased)
            + ledger.outbounds(about: Set(purchases.map(\.value)).sorted(), event: .purchaseOrderApproved)
        let documents = Set(
            Set(units.map(\.channel)).compactMap { configuration.inbound($0)?.channel.document.description })
        for document in documents.sorted() {
            batch.metExpectations += answered.map { Self.answerKey(document, $0) }
        }
    }

    /// Matches partners' answers to the documents that they name. An answer is never answered.
    func settleAcknowledgments(in units: inout [ReadUnit], of drop: DropRow, batch: inout ApplyBatch) throws {
        for index in units.indices {
            guard let answer = units[index].acknowledgment else { continue }
            try fault(.acknowledgmentParsed, drop.file.name)
            guard
                let sent = try ledger.outbound(
                    partner: drop.file.partner, functionalID: answer.functionalID,
                    groupControl: answer.control)
            else {
                units[index].span.state = .quarantined
                units[index].span.code = "ACK.UNKNOWN"
                units[index].findings.append(
                    Diagnostic(
                        "ACK.UNKNOWN", .error,
                        at: SourceLocation(drop: drop.file.name, byteOffset: Int(units[index].span.offset)),
                        "group \(visibleText(answer.control, characters: 20)) was not sent to '\(drop.file.partner)'",
                        found: "\(answer.functionalID) \(answer.control)",
                        expected: "the functional id and group control number of a document of ours",
                        remedy: "ask the partner which document they mean", move: .partner))
                continue
            }
            units[index].span.subject = "outbound \(sent.id)"
            let state = Self.state(answer)
            batch.acknowledged.append((sent.id, state, Self.detail(answer)))
            batch.metExpectations.append(Self.acknowledgmentKey(sent.id))
            guard state == .rejected else { continue }
            units[index].findings.append(
                Diagnostic(
                    "ACK.REJECTED", .error,
                    at: SourceLocation(drop: drop.file.name, byteOffset: Int(units[index].span.offset)),
                    "outbound \(sent.document.document) rejected by partner", found: Self.detail(answer),
                    expected: "AK9 A",
                    remedy:
                        "see crossdock show x-\(sent.id); mend the map or the data for what follows, and agree with "
                        + "the partner how this one is corrected",
                    move: .ours))
        }
    }

    /// A file of which one set was rejected has to be looked at like one that was rejected whole: what the set said did
    /// not arrive.
    private static func state(_ answer: ReceivedAcknowledgment) -> AcknowledgmentState {
        guard answer.sets.allSatisfy(\.isAccepted) else { return .rejected }
        return switch answer.code {
        case "A": .accepted
        case "E": .acceptedWithErrors
        default: .rejected
        }
    }

    /// `AK9 P; set 0002 R: PO1 segment 6 element 2: 6`.
    private static func detail(_ answer: ReceivedAcknowledgment) -> String {
        let sets = answer.sets.filter { $0.code != "A" }.prefix(20).map { set in
            "set \(set.control) \(set.code)"
                + (set.errors.isEmpty ? "" : ": " + set.errors.joined(separator: ", "))
        }
        return visibleText((["AK9 \(answer.code)"] + sets).joined(separator: "; "), characters: 500)
    }
}
