import Canonical
import Diagnostics
import Environment
import Ledger

/// A file as written, read back and found good, with everything that its row will say.
struct WrittenFile: Sendable {
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

/// The numbers that one file bears.
struct PaperNumbers: Sendable {
    /// Of the interchange and its group; nil for files without an envelope.
    var envelope: X12Envelope.Numbers?
    /// Of each document in it, in order.
    var controls: [String]
}

/// Writes canonical documents of one outbound channel as one file. What draws numbers and what writes are apart, so that
/// a file is written while the documents of the next are looked up.
protocol PaperWriting: Sendable {
    /// What the channel's map writes.
    var kind: DocumentKind { get }
    func draw(count: Int, _ numbers: inout ControlNumbers) throws -> PaperNumbers
    /// - Throws: `Diagnostic` where the documents cannot be written as the partner's guide demands.
    func write(_ documents: [CanonicalDocument], _ numbers: PaperNumbers) throws -> WrittenFile
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
            let intents = try ledger.intents(channel: route.channel, dueBy: now, limit: wanted)
            isDone = intents.count < wanted
            var groups = stride(from: 0, to: intents.count, by: route.documentsMax).map {
                Array(intents[$0..<min($0 + route.documentsMax, intents.count)])
            }[...]
            while !groups.isEmpty {
                // A file that cannot be written gives its numbers back, and those after it are written anew.
                let failure = try write(&groups, route, &numbers, to: &batch, findings: &result.findings)
                if let failure {
                    result.findings.append(failure)
                    isDone = true
                }
            }
            batch.controlNumbers = numbers.drawn
            guard !batch.documents.isEmpty || !batch.waivedIntents.isEmpty else { break }
            result.documents += try ledger.commit(batch)
        }
        return result
    }

    /// Looks up the documents of file after file on this thread while another one writes them.
    ///
    /// - Parameter groups: the intents of each file; those dealt with are taken away.
    /// - Returns: why the last file that was taken away could not be written; nil when all were.
    private func write(
        _ groups: inout ArraySlice<[IntentRow]>, _ route: OutboundRoute, _ numbers: inout ControlNumbers,
        to batch: inout RenderBatch, findings: inout [Diagnostic]
    ) throws -> Diagnostic? {
        let desk = try PaperDesk(writer: route.writer, state: state, fileCount: groups.count)
        defer { desk.close() }
        var jobs: [PaperJob] = []
        var failure: Diagnostic?
        var drawn = numbers
        for group in groups {
            do {
                var job = try job(for: group, route, &drawn)
                let goesOn = job.documents.isEmpty || desk.take(job)
                job.documents = []
                jobs.append(job)
                if !goesOn { break }
            } catch let finding as Diagnostic {
                failure = finding
                break
            }
        }
        desk.noMore()
        for job in jobs {
            groups = groups.dropFirst()
            if !job.items.isEmpty {
                do {
                    let written = try desk.next()
                    findings += written.file.findings
                    add(job, written, route, to: &batch)
                } catch let finding as Diagnostic {
                    return finding
                }
                numbers = job.numbersAfter
            }
            batch.waivedIntents += job.waived
        }
        if failure != nil { groups = groups.dropFirst() }
        return failure
    }

    /// The documents of one file, and the numbers it will bear.
    private func job(
        for intents: [IntentRow], _ route: OutboundRoute, _ numbers: inout ControlNumbers
    ) throws -> PaperJob {
        var drawn = numbers
        var sequenceText: String?
        if let sequence = route.sequence {
            let digits = String(try drawn.next("sequence \(sequence.name)", start: sequence.start))
            sequenceText = String(repeating: "0", count: max(0, sequence.width - digits.count)) + digits
        }
        var job = PaperJob(intents: intents, sequenceText: sequenceText, numbersAfter: numbers)
        for (intent, paper) in try papers.papers(
            for: intents, kind: route.writer.kind, manifestNumber: sequenceText ?? "")
        {
            switch paper {
            case .none(let reason): job.waived.append((intent.id, reason))
            case .document(let document, let subject, let order):
                job.documents.append(document)
                job.orders.append(order)
                job.items.append(OutboundItem(intent: intent.id, subject: subject, control: ""))
            }
        }
        if job.documents.isEmpty { return job }
        try fault(.render, route.channel)
        job.numbers = try route.writer.draw(count: job.documents.count, &drawn)
        for index in job.items.indices { job.items[index].control = job.numbers.controls[index] }
        job.numbersAfter = drawn
        numbers = drawn
        return job
    }

    private func add(
        _ job: PaperJob, _ written: FrozenFile, _ route: OutboundRoute, to batch: inout RenderBatch
    ) {
        var file = written.file
        if let sequence = route.sequence, let text = job.sequenceText {
            file.names.append((sequence.name, text))
        }
        for order in job.orders {
            batch.metExpectations.append(Obligations.responseKey(route.document, order))
        }
        batch.documents.append(document(file, written, route, items: job.items))
        if route.writer.kind == .shippingOrder {
            batch.releasedFulfilments += job.intents.map { FulfilmentID($0.subject) }
        }
        if job.intents.first?.kind == Canonical.BusinessEvent.Kind.purchaseOrderApproved.rawValue {
            batch.sentPurchaseOrders += job.intents.map { PurchaseOrderID($0.subject) }
        }
    }

    /// Puts the bytes where their digest says, and describes the row that will name them.
    func freeze(_ file: WrittenFile, _ route: OutboundRoute, items: [OutboundItem]) throws -> FrozenDocument {
        document(file, try FrozenFile(file, in: state), route, items: items)
    }

    private func document(
        _ file: WrittenFile, _ frozen: FrozenFile, _ route: OutboundRoute, items: [OutboundItem]
    ) -> FrozenDocument {
        let local = papers.now.local(offsetSeconds: papers.offsetSeconds)
        let naming = FileNaming(
            values: file.names + [
                ("isa_control", file.interchangeControl ?? ""), ("gs_control", file.groupControl ?? ""),
                ("date", local.date.compact), ("time", ClockText.hoursMinutes(local.secondsOfDay)),
                ("channel", route.channel), ("sha256", String(hexText(frozen.digest).prefix(12))),
            ])
        return FrozenDocument(
            channel: route.channel, partner: route.partner, document: route.document,
            connection: route.connection,
            path: route.path, name: naming.name(route.filename), digest: frozen.digest,
            byteCount: frozen.byteCount,
            functionalID: file.functionalID, groupControl: file.groupControl,
            interchangeControl: file.interchangeControl,
            acknowledgment: route.expectsAcknowledgment ? .pending : .notExpected, state: route.state,
            items: items,
            lineage: file.lineage)
    }
}
