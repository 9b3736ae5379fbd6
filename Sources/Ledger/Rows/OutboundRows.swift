public import Canonical

/// Something that must leave, not yet its bytes. `(channel, kind, subject)` is unique: an intent recorded twice is one.
public struct IntentRow: Sendable, Hashable {
    /// 0 until written.
    public var id: Int64
    /// The outbound channel; `<partner>/997` and `<partner>/ta1` for acknowledgments.
    public var channel: String
    /// The event, `997`, `ta1` or `slot`.
    public var kind: String
    /// What it is about: the event's subject, the group's or interchange's row id, the slot in milliseconds.
    public var subject: Int64
    /// When it may be rendered at the earliest.
    public var dueAt: Instant

    /// Not written yet, unless an id is given.
    public init(id: Int64 = 0, channel: String, kind: String, subject: Int64, dueAt: Instant) {
        self.id = id
        self.channel = channel
        self.kind = kind
        self.subject = subject
        self.dueAt = dueAt
    }
}

/// Where an outbound document is on its way.
public enum DeliveryState: String, Sendable, CaseIterable {
    /// Frozen, to be sent.
    case ready
    /// Being sent; after a crash its fate is looked up, never guessed.
    case sending
    case delivered
    /// The partner has other bytes under this name: a person must look.
    case conflict
    /// Its channel is paused or holds its sends.
    case held
}

/// What a partner said to a document of ours.
public enum AcknowledgmentState: String, Sendable, CaseIterable {
    case notExpected, pending, accepted, acceptedWithErrors, rejected, overdue
}

/// One business paper inside an outbound document.
public struct OutboundItem: Sendable, Hashable {
    /// The intent that it answers; 0 for a scheduled feed, which has none.
    public var intent: Int64
    /// `order 12`, `fulfilment 4`, `group 3`.
    public var subject: String
    /// ST02, row range or ordinal.
    public var control: String
    /// Holds what each property says.
    public init(intent: Int64, subject: String, control: String) {
        self.intent = intent
        self.subject = subject
        self.control = control
    }
}

/// A document about to be frozen: its bytes lie fsynced under their digest before the row names them.
public struct FrozenDocument: Sendable, Hashable {
    /// The outbound channel; `<partner>/997` and `<partner>/ta1` for acknowledgments.
    public var channel: String
    /// The partner that it goes to, by id.
    public var partner: String
    /// `x12/940`.
    public var document: String
    /// The connection that it is sent over, by id.
    public var connection: String
    /// The folder at the partner's, below the connection's root.
    public var path: String
    /// The final name at the partner's.
    public var name: String
    /// SHA-256 of the bytes, and so their file in the outbox.
    public var digest: [UInt8]
    /// Size in bytes.
    public var byteCount: Int64
    /// GS01 and GS06, by which a 997 names it; nil for other formats.
    public var functionalID: String?
    /// GS06, as text; nil for other formats.
    public var groupControl: String?
    /// ISA13, nine digits; nil for other formats.
    public var interchangeControl: String?
    /// `pending` where the partner owes a functional acknowledgment, else `notExpected`.
    public var acknowledgment: AcknowledgmentState
    /// `ready`, or `held` where the channel is paused.
    public var state: DeliveryState
    /// The papers inside, in their order in the document.
    public var items: [OutboundItem]
    /// What each place in the bytes was made of (`CanonicalCodec` lineage form); empty where not kept.
    public var lineage: [UInt8]

    /// To be sent, with no acknowledgment expected, unless more is said.
    public init(
        channel: String, partner: String, document: String, connection: String, path: String, name: String,
        digest: [UInt8], byteCount: Int64, functionalID: String? = nil, groupControl: String? = nil,
        interchangeControl: String? = nil, acknowledgment: AcknowledgmentState = .notExpected,
        state: DeliveryState = .ready, items: [OutboundItem], lineage: [UInt8] = []
    ) {
        self.channel = channel
        self.partner = partner
        self.document = document
        self.connection = connection
        self.path = path
        self.name = name
        self.digest = digest
        self.byteCount = byteCount
        self.functionalID = functionalID
        self.groupControl = groupControl
        self.interchangeControl = interchangeControl
        self.acknowledgment = acknowledgment
        self.state = state
        self.items = items
        self.lineage = lineage
    }
}

/// An outbound document as the books know it.
public struct OutboundRow: Sendable, Hashable {
    /// Its number, `x-88` on screen.
    public var id: OutboundID
    /// What is frozen; acknowledgment and state in it are those of now.
    public var document: FrozenDocument
    /// Times that sending was begun.
    public var attempts: Int
    /// Not before this moment; nil for at once.
    public var nextAttemptAt: Instant?
    /// When it had arrived, at first; nil until then.
    public var deliveredAt: Instant?
    /// The code and sentence of the last failure.
    public var lastError: String?
    /// What the partner's acknowledgment said, such as `AK9 P; set 0005 R: …`; nil before there is one.
    public var acknowledgmentDetail: String?

    init(
        id: OutboundID, document: FrozenDocument, attempts: Int, nextAttemptAt: Instant?,
        deliveredAt: Instant?, lastError: String?, acknowledgmentDetail: String?
    ) {
        self.id = id
        self.document = document
        self.attempts = attempts
        self.nextAttemptAt = nextAttemptAt
        self.deliveredAt = deliveredAt
        self.lastError = lastError
        self.acknowledgmentDetail = acknowledgmentDetail
    }
}

/// Something that somebody owes somebody by a time: an acknowledgment, a business answer, a nightly file.
public struct ExpectationRow: Sendable, Hashable {
    /// What is awaited: a functional acknowledgment, a business answer, a file, a delivery.
    public enum Kind: String, Sendable, CaseIterable {
        case acknowledgment, response, file, delivery
    }
    /// Where it is; `lateMet` came after its time, `waived` is no longer asked for.
    public enum State: String, Sendable, CaseIterable {
        case waiting, met, lateMet, overdue, waived
    }

    /// Unique: the same expectation recorded twice is one.
    public var key: String
    /// What is awaited.
    public var kind: Kind
    /// The partner that owes it, or to whom we do; by id.
    public var partner: String
    /// The channel of the document that it is about, or on which it is awaited.
    public var channel: String
    /// What is awaited, for a person: `997 for x-88`, `x12/855 for order 4412`.
    public var what: String
    /// When it becomes overdue.
    public var dueAt: Instant
    /// How urgent it is then: `info`, `warning` or `critical` as configured.
    public var severity: String
    /// Where it is.
    public var state: State
    /// The document of ours that an acknowledgment is awaited for: overdue with it.
    public var outbound: OutboundID?

    /// Waiting, and for no document, unless more is said.
    public init(
        key: String, kind: Kind, partner: String, channel: String, what: String, dueAt: Instant,
        severity: String, state: State = .waiting, outbound: OutboundID? = nil
    ) {
        self.key = key
        self.kind = kind
        self.partner = partner
        self.channel = channel
        self.what = what
        self.dueAt = dueAt
        self.severity = severity
        self.state = state
        self.outbound = outbound
    }
}
