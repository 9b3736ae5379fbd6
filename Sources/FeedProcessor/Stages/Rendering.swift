import Canonical
import Diagnostics
import Environment
import Ledger

/// A file as written, read back and found good, with everything that its row will say.
struct WrittenFile {
    var bytes: [UInt8]
    /// The control (ST02, row range, ordinal) of each document in it, in order.
    var controls: [String]
    var functionalID: String?
    var groupControl: String?
    var interchangeControl: String?
    /// Placeholders of the file name that only the writer knows.
    var names: [(name: String, text: String)] = []
    var findings: [Diagnostic] = []
    /// What each place was made of.
    var lineage: [UInt8] = []
}

/// Writes canonical documents of one outbound channel as one file.
protocol PaperWriting {
    /// What the channel's map writes.
    var kind: DocumentKind { get }
    /// - Throws: `Diagnostic` where the documents cannot be written as the partner's guide demands.
    func write(_ documents: [CanonicalDocument], numbers: inout ControlNumbers) throws -> WrittenFile
}

/// Where the documents of a channel go, and what is due about them.
struct OutboundRoute {
    var channel: String
    var partner: String
    /// `x12/940`.
    var document: String
    var connection: String
    var path: String
    /// The file name with placeholders.
    var filename: String
    /// The most business papers in one file.
    var documentsMax: Int
    var state: DeliveryState
    var expectsAcknowledgment: Bool
    var writer: any PaperWriting
    /// The scope, start and width of the running number in the file name, if there is one.
    var sequence: (name: String, start: Int64, width: Int)?
}

/// Turns due intents into frozen documents: in a fixed order, with control numbers, read back before they count.
///
/// - Twice: consumed intents are not there any more; a transaction that did not commit is done again with the same
///   numbers and the same bytes.
struct Rendering {
    let state: StateFolder
    let ledger: any LedgerStore
    let clock: any WallClock
    let run: RunID
    let papers: PaperSource

    /// Files made in one transaction.
    static let filesPerBatch = 50

    /// What rendering came to.
    struct Result {
        var documents: [OutboundID] = []
        var findings: [Diagnostic] = []
    }

    /// Renders everything due for one event channel.
    func render(_ route: OutboundRoute) throws -> Result {
        var result = Result()
        let now = Instant(milliseconds: clock.now())
        var isDone = false
        while !isDone, !Termination.isRequested {
            var batch = RenderBatch(at: now, run: run)
            var numbers = ControlNumbers(ledger)
            // The intents of this transaction are still listed until it commits, so they are taken by position.
            let wanted = route.documentsMax * Self.filesPerBatch
            var intents = try ledger.intents(channel: route.channel, dueBy: now, limit: wanted)[...]
            isDone = intents.count < wanted
            while !intents.isEmpty {
                let group = Array(intents.prefix(route.documentsMax))
                intents = intents.dropFirst(route.documentsMax)
                do {
                    try add(group, route, &numbers, to: &batch, findings: &result.findings)
                } catch let finding as Diagnostic {
                    result.findings.append(finding)
                    isDone = true
                }
            }
            batch.controlNumbers = numbers.drawn
            guard !batch.documents.isEmpty || !batch.waivedIntents.isEmpty else { break }
            result.documents += try ledger.commit(batch)
        }
        return result
    }

    private func add(
        _ intents: [IntentRow], _ route: OutboundRoute, _ numbers: inout ControlNumbers,
        to batch: inout RenderBatch,
        findings: inout [Diagnostic]
    ) throws {
        var drawn = numbers
        var sequenceText = ""
        if let sequence = route.sequence {
            let number = try drawn.next("sequence \(sequence.name)", start: sequence.start)
            let digits = String(number)
            sequenceText = String(repeating: "0", count: max(0, sequence.width - digits.count)) + digits
        }
        var documents: [CanonicalDocument] = []
        var items: [OutboundItem] = []
        var waived: [(intent: Int64, reason: String)] = []
        for (intent, paper) in try papers.papers(
            for: intents, kind: route.writer.kind, manifestNumber: sequenceText)
        {
            switch paper {
            case .none(let reason): waived.append((intent.id, reason))
            case .document(let document, let subject, let order):
                documents.append(document)
                batch.metExpectations.append(Obligations.responseKey(route.document, order))
                items.append(OutboundItem(intent: intent.id, subject: subject, control: ""))
            }
        }
        if !documents.isEmpty {
            try fault(.render, route.channel)
            var file = try route.writer.write(documents, numbers: &drawn)
            for index in items.indices where index < file.controls.count {
                items[index].control = file.controls[index]
            }
            if let sequence = route.sequence { file.names.append((sequence.name, sequenceText)) }
            findings += file.findings
            batch.documents.append(try freeze(file, route, items: items))
            if route.writer.kind == .shippingOrder {
                batch.releasedFulfilments += intents.map { FulfilmentID($0.subject) }
            }
            if intents.first?.kind == Canonical.BusinessEvent.Kind.purchaseOrderApproved.rawValue {
                batch.sentPurchaseOrders += intents.map { PurchaseOrderID($0.subject) }
            }
            numbers = drawn
        }
        batch.waivedIntents += waived
    }

    /// Puts the bytes where their digest says, and describes the row that will name them.
    func freeze(_ file: WrittenFile, _ route: OutboundRoute, items: [OutboundItem]) throws -> FrozenDocument {
        let digest = SHA256Hasher.digest(of: file.bytes).bytes
        try state.freeze(file.bytes, digest: digest)
        let local = papers.now.local(offsetSeconds: papers.offsetSeconds)
        let naming = FileNaming(
            values: file.names + [
                ("isa_control", file.interchangeControl ?? ""), ("gs_control", file.groupControl ?? ""),
                ("date", local.date.compact), ("time", ClockText.hoursMinutes(local.secondsOfDay)),
                ("channel", route.channel), ("sha256", String(hexText(digest).prefix(12))),
            ])
        return FrozenDocument(
            channel: route.channel, partner: route.partner, document: route.document,
            connection: route.connection,
            path: route.path, name: naming.name(route.filename), digest: digest,
            byteCount: Int64(file.bytes.count),
            functionalID: file.functionalID, groupControl: file.groupControl,
            interchangeControl: file.interchangeControl,
            acknowledgment: route.expectsAcknowledgment ? .pending : .notExpected, state: route.state,
            items: items,
            lineage: file.lineage)
    }
}
