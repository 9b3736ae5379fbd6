public import Canonical
public import Diagnostics

/// Where a drop is: `staged → applying → applied`, or quarantined, or a duplicate of another.
public enum DropState: String, Sendable, CaseIterable {
    case staged, applying, applied, quarantined, duplicate
}

/// A file whose bytes are staged, about to be written down.
public struct StagedDrop: Sendable, Hashable {
    /// The inbound channel that it came through.
    public var channel: String
    /// The partner that it came from, by id.
    public var partner: String
    /// The partner's file name, as found.
    public var name: String
    /// Where it was found, for the remote clean-up: connection id and folder.
    public var connection: String
    /// The folder, below the connection's root.
    public var path: String
    /// SHA-256 of the bytes.
    public var digest: [UInt8]
    /// Size in bytes.
    public var byteCount: Int64
    /// The remote modification time, where known.
    public var modifiedAt: Instant?
    /// When it was staged, by the site's clock.
    public var receivedAt: Instant
    /// What is to be done with the remote file once the row stands; nil leaves it.
    public var cleanup: RemoteCleanup?

    /// Holds what each property says.
    public init(
        channel: String, partner: String, name: String, connection: String, path: String, digest: [UInt8],
        byteCount: Int64, modifiedAt: Instant?, receivedAt: Instant, cleanup: RemoteCleanup?
    ) {
        self.channel = channel
        self.partner = partner
        self.name = name
        self.connection = connection
        self.path = path
        self.digest = digest
        self.byteCount = byteCount
        self.modifiedAt = modifiedAt
        self.receivedAt = receivedAt
        self.cleanup = cleanup
    }
}

/// What happens to the partner's copy, as a retried step of its own.
public enum RemoteCleanup: Sendable, Hashable {
    case delete
    /// To this folder, below the connection's root.
    case move(to: String)
}

/// What staging a file came to.
public enum StageOutcome: Sendable, Hashable {
    /// New: a row was written.
    case staged(DropID)
    /// The same file seen again while its clean-up is still due, or left in place on purpose: nothing was written.
    case sameDrop(DropID)
    /// Known bytes again: recorded as a duplicate row, no effect; its clean-up is due.
    case duplicate(DropID, of: DropID)
}

/// A drop as the books know it.
public struct DropRow: Sendable, Hashable {
    /// Its number, `d-1042` on screen.
    public var id: DropID
    /// What was staged.
    public var file: StagedDrop
    /// How far it is.
    public var state: DropState
    /// Times it was claimed; the third claim quarantines it (`UNIT.POISON`).
    public var attempts: Int
    /// Bytes applied so far; applying goes on here after a crash.
    public var reached: Int64
    /// The first drop with these bytes on the channel; nil unless this one repeats it.
    public var duplicateOf: DropID?

    init(
        id: DropID, file: StagedDrop, state: DropState, attempts: Int, reached: Int64, duplicateOf: DropID?
    ) {
        self.id = id
        self.file = file
        self.state = state
        self.attempts = attempts
        self.reached = reached
        self.duplicateOf = duplicateOf
    }
}

/// What became of a stretch of bytes.
public enum SpanState: String, Sendable, CaseIterable {
    /// Applied, or rightly without effect (envelopes, blank lines, acknowledgments).
    case accepted
    /// Will not be applied: the partner must send it again.
    case refused
    /// Kept for a person or a missing code: `replay` takes it up.
    case held
    /// Of an interchange that was not applied at all.
    case quarantined
    /// Was applied before, from other bytes.
    case duplicate
}

/// A stretch of a drop's bytes and what became of it. The spans of an applied drop tile it; those that a replay read out
/// of a quarantined interchange tile the span of that interchange.
public struct SpanRow: Sendable, Hashable {
    /// 0-based, unique in the drop, in byte order.
    public var ordinal: Int
    /// 0-based offset of its first byte in the drop.
    public var offset: Int64
    /// Bytes.
    public var length: Int64
    /// `set`, `rows` (of one document), `row` (refused alone), `element`, `envelope`, `gap`, `interchange` (passed over
    /// whole).
    public var kind: String
    /// 0-based interchange and group in the drop; -1 where there is none.
    public var interchange: Int
    /// The group, likewise.
    public var group: Int
    /// ST02, row number or element ordinal, as text.
    public var control: String
    /// `850`, `csv/orders`.
    public var document: String
    /// What became of it.
    public var state: SpanState
    /// `A`, `E`, `R`: what the functional acknowledgment says; nil where none is owed.
    public var acknowledgment: String?
    /// The finding that decided, where one did.
    public var code: DiagnosticCode?
    /// What it became: `order 12`, `shipment 4`.
    public var subject: String?
    /// The identity of the document as the partner wrote it: order number, shipment number.
    public var key: String?

    /// Outside interchanges and groups, with nothing owed, unless more is said.
    public init(
        ordinal: Int, offset: Int64, length: Int64, kind: String, interchange: Int = -1, group: Int = -1,
        control: String = "", document: String = "", state: SpanState, acknowledgment: String? = nil,
        code: DiagnosticCode? = nil, subject: String? = nil, key: String? = nil
    ) {
        self.ordinal = ordinal
        self.offset = offset
        self.length = length
        self.kind = kind
        self.interchange = interchange
        self.group = group
        self.control = control
        self.document = document
        self.state = state
        self.acknowledgment = acknowledgment
        self.code = code
        self.subject = subject
        self.key = key
    }
}

/// An interchange as received. `(senderQualifier, sender, receiverQualifier, receiver, control)` of an applied one
/// never comes again with other bytes.
public struct InterchangeRow: Sendable, Hashable {
    /// 0-based in the drop.
    public var ordinal: Int
    /// 0-based offset of its first byte in the drop.
    public var offset: Int64
    /// Bytes, envelope included.
    public var length: Int64
    /// ISA05.
    public var senderQualifier: String
    /// ISA06, blanks around it removed.
    public var sender: String
    /// ISA07.
    public var receiverQualifier: String
    /// ISA08, blanks around it removed.
    public var receiver: String
    /// ISA13.
    public var control: String
    /// ISA15.
    public var usage: String
    /// ISA12.
    public var version: String
    /// Whether nothing of it was applied because it is broken or not for us.
    public var isQuarantined: Bool
    /// TA105, `000` where nothing is wrong.
    public var note: String
    /// SHA-256 of the interchange's bytes.
    public var digest: [UInt8]
    /// The TA1 that it earns (`SegmentBuffer.bytes`); empty where none is owed.
    public var acknowledgment: [UInt8]

    /// No TA1 is owed unless one is given.
    public init(
        ordinal: Int, offset: Int64, length: Int64, senderQualifier: String, sender: String,
        receiverQualifier: String, receiver: String, control: String, usage: String, version: String,
        isQuarantined: Bool, note: String, digest: [UInt8], acknowledgment: [UInt8] = []
    ) {
        self.ordinal = ordinal
        self.offset = offset
        self.length = length
        self.senderQualifier = senderQualifier
        self.sender = sender
        self.receiverQualifier = receiverQualifier
        self.receiver = receiver
        self.control = control
        self.usage = usage
        self.version = version
        self.isQuarantined = isQuarantined
        self.note = note
        self.digest = digest
        self.acknowledgment = acknowledgment
    }
}

/// A functional group as received, once all its sets are decided.
public struct GroupRow: Sendable, Hashable {
    /// 0-based interchange in the drop.
    public var interchange: Int
    /// 0-based in the drop.
    public var ordinal: Int
    /// GS01, GS02, GS03, GS06, GS08.
    public var functionalID: String
    /// GS02.
    public var sender: String
    /// GS03.
    public var receiver: String
    /// GS06.
    public var control: String
    /// GS08.
    public var version: String
    /// GE01 as declared, and what was counted.
    public var declaredCount: Int
    /// ST segments found in it.
    public var receivedCount: Int
    /// AK905 codes.
    public var notes: [String]
    /// Whether the group as a whole is refused.
    public var isRefused: Bool
    /// What the functional acknowledgment says, from AK1 to AK9, without envelope (`SegmentBuffer.bytes`); empty where
    /// none is owed.
    public var acknowledgment: [UInt8]

    /// Nothing is owed unless an acknowledgment is given.
    public init(
        interchange: Int, ordinal: Int, functionalID: String, sender: String, receiver: String,
        control: String, version: String, declaredCount: Int, receivedCount: Int, notes: [String],
        isRefused: Bool, acknowledgment: [UInt8] = []
    ) {
        self.interchange = interchange
        self.ordinal = ordinal
        self.functionalID = functionalID
        self.sender = sender
        self.receiver = receiver
        self.control = control
        self.version = version
        self.declaredCount = declaredCount
        self.receivedCount = receivedCount
        self.notes = notes
        self.isRefused = isRefused
        self.acknowledgment = acknowledgment
    }
}

/// A finding kept with its drop and, where it has one, its span.
public struct FindingRow: Sendable, Hashable {
    /// The span's ordinal; nil where the finding is about the drop, an interchange or a group.
    public var span: Int?
    /// What was found, with its place in the drop; the books keep it as personal data.
    public var finding: Diagnostic
    /// Holds what each property says.
    public init(span: Int?, finding: Diagnostic) {
        self.span = span
        self.finding = finding
    }
}

/// A code that a partner uses and we have no word for: one work item, however many documents wait for it.
public struct MissingCode: Sendable, Hashable {
    /// The partner that uses the code.
    public var partner: String
    /// The code table, such as `units`.
    public var table: String
    /// The code, as the partner writes it.
    public var code: String
    /// The span of the batch's drop that waits for it; what `failures` counts. Nil where none does.
    public var span: Int?

    /// Nobody waits for it unless a span is said.
    public init(partner: String, table: String, code: String, span: Int? = nil) {
        self.partner = partner
        self.table = table
        self.code = code
        self.span = span
    }
}
