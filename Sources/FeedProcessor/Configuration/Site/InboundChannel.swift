import Diagnostics

/// One kind of document that a partner sends.
public struct InboundChannel: Sendable, Hashable {
    package var id = ""
    package var place = ConfigurationPlace()
    /// `x12/850`, `csv/orders`: format and document.
    package var document = DocumentName()
    package var guide: String?
    package var layout: String?
    package var format: FormatSettings?
    package var pickup = Pickup()
    package var schedule: Schedule?
    package var ready = Readiness()
    package var after = AfterPickup()
    package var map: String?
    package var businessKey: [String] = []
    package var dedupe = Deduplication()
    package var correlate: Correlation?
    package var guardLimits: FeedGuard?
    package var lenient: [Leniency] = []
    /// The id of the policy.
    package var onError = "standard"
    package var expect: FileExpectation?
    package var responses: [ResponseDue] = []
    package var mode = ChannelMode.active
    package var may: [DocumentRole] = []
    package var usage: InstanceSettings.Usage?
    package var timezone: String?
    /// Handed to the map.
    package var options: [NamedValue<String>] = []
    package init() {}
}

extension InboundChannel: Declared {
    static let shape = Shape<InboundChannel>("inbound channel", "One kind of document that a partner sends.")
    {
        $0.notYet("layout", "files of fixed columns are not read")
        $0.notYet("business_key", "the map's `key` says what makes a document the same")
        $0.notYet(
            "mode", except: ["active", "paused"], isRefused: true,
            "documents are read and change the books")
        $0.notYet("may", "a channel brings what its map reads")
        $0.required("id", \.id, .identifier, "its id, unique over all files", example: "megamart-850")
        $0.required("document", \.document, .documentName, "format and document", example: "x12/850")
        $0.optional("guide", \.guide, .declaration, "the guide it is held against", example: "megamart-850")
        $0.optional(
            "layout", \.layout, .path, "the layout of fixed columns", example: "layouts/manifest.layout.yaml")
        $0.optional("format", \.format, .section, "the dialect of CSV")
        $0.required("pickup", \.pickup, .section, "where its files lie")
        $0.optional("schedule", \.schedule, .section, "when to look; absent only with `shared_with`")
        $0.value("ready", \.ready, .section, "when a file is complete")
        $0.value("after", \.after, .section, "what becomes of the partner's copy, once ours is safe")
        $0.optional("map", \.map, .declaration, "the map into our words", example: "megamart-850")
        $0.value(
            "business_key", \.businessKey, .list(of: .text, orSingle: true),
            "the elements or columns that make a document the same again", example: "[ BEG03, BEG02 ]")
        $0.value("dedupe", \.dedupe, .section, "what counts as the same again")
        $0.optional("correlate", \.correlate, .section, "which document of ours it answers")
        $0.optional("guard", \.guardLimits, .section, "holds a feed that would change too much")
        $0.value(
            "lenient", \.lenient, .list(of: .section), "deviations that are taken, with a reason and an end")
        $0.value("on_error", \.onError, .identifier, "the policy for what is wrong")
        $0.optional("expect", \.expect, .section, "what should come, and by when")
        $0.value("responses", \.responses, .list(of: .section), "the answers that we owe")
        $0.value("mode", \.mode, .choice, "whether it works")
        $0.value(
            "may", \.may, .list(of: .choice, orSingle: true),
            "what its documents may do; everything its partner's kind may when absent",
            example: "[ orders, acks ]")
        $0.optional(
            "usage", \.usage, .choice, "test or production, where it differs from the instance",
            example: "test")
        $0.optional("timezone", \.timezone, .timeZone, "the zone of its times; else the partner's")
        $0.value(
            "options", \.options, .map(of: .rawText), "values handed to the map", example: "{ store: east }")
    }

    mutating func finish(at place: ConfigurationPlace, _ reading: inout ConfigurationReading) {
        self.place = place
        if schedule == nil, pickup.sharedWith == nil, pickup.connection != nil {
            reading.refuse(
                "CONFIG.KEY.MISSING", at: place.location, "\(place.path) has no 'schedule'",
                expected: "schedule, like { cron: \"*/10 * * * *\" }", remedy: "add 'schedule': when to look")
        }
    }
}

/// Format and document of a channel: `x12/850`.
public struct DocumentName: Sendable, Hashable, CustomStringConvertible {
    /// The formats that a channel can carry.
    public enum Format: String, Sendable, CaseIterable {
        /// ANSI ASC X12.
        case x12
        /// UN/EDIFACT.
        case edifact
        /// Delimited text.
        case csv
        /// XML.
        case xml
        /// JSON.
        case json
        /// Fixed columns.
        case fixed
        /// Zebra label language.
        case zpl
    }

    package var format = Format.csv
    /// `850`, `orders`, `ubl-order`.
    package var name = ""
    package init() {}

    /// `x12/850`.
    public var description: String { "\(format.rawValue)/\(name)" }
}

extension ValueKind where Value == DocumentName {
    static let documentName = ValueKind.scalar("document", like: "x12/850", show: { $0.description }) {
        text in
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let format = DocumentName.Format(rawValue: String(parts[0])),
            ValueKind<String>.isIdentifier(String(parts[1]))
        else { return nil }
        var document = DocumentName()
        document.format = format
        document.name = String(parts[1])
        return document
    }
}

/// Whether a channel works.
public enum ChannelMode: String, Sendable, CaseIterable {
    /// It does.
    case active
    /// Documents are read and checked, and change nothing.
    case validateOnly = "validate_only"
    /// Documents are made, and not sent.
    case holdSend = "hold_send"
    /// It rests.
    case paused
}

/// What a channel's documents may do.
public enum DocumentRole: String, Sendable, CaseIterable {
    /// Bring, change and cancel orders.
    case orders
    /// Say what is in stock.
    case inventory
    /// Say what was shipped or received.
    case shipments
    /// Acknowledge.
    case acks
    /// Bring items, prices and locations.
    case catalog
    /// Bring invoices and settlements.
    case invoices
    /// Bring returns.
    case returns
}

/// Where a channel's files lie.
public struct Pickup: Sendable, Hashable {
    /// How an HTTP server is asked. There is one way; an export that must be asked for by POST is refused here and
    /// not in the night.
    public enum Method: String, Sendable, CaseIterable {
        /// GET.
        case get = "GET"
    }

    /// The value in `query` that stands for the cursor.
    static let cursorMark = "cursor"

    package var connection: String?
    package var path: String?
    /// A pattern of file names: `*` and `?`.
    package var match = "*"
    package var doneFile: String?
    /// The channel whose files are looked at.
    package var sharedWith: String?
    package var method = Method.get
    package var query: [NamedValue<String>] = []
    package var cursor: CursorSettings?
    package init() {}
}

extension Pickup: Declared {
    static let shape = Shape<Pickup>(
        "pickup",
        "Where a channel's files lie: a connection and a path, or another channel that shares its files."
    ) {
        $0.optional("connection", \.connection, .identifier, "the connection", example: "megamart-sftp")
        $0.optional("path", \.path, .path, "the folder, or with http the file", example: "out/po/")
        $0.value(
            "match", \.match, .text, "which file names; `*` stands for anything, `?` for one character",
            example: "\"PO*.edi\"")
        $0.optional(
            "done_file", \.doneFile, .text,
            "a second file that says the first is complete; `<name>` is the first's name",
            example: "\"<name>.done\"")
        $0.optional(
            "shared_with", \.sharedWith, .identifier,
            "another channel of this partner that looks at the same folder; documents are told apart by what they are",
            example: "acme-855")
        $0.value("method", \.method, .choice, "http: how to ask")
        $0.value(
            "query", \.query, .map(of: .text),
            "http: parameters; the value `cursor` stands for the cursor, and is left out before the first answer is applied",
            example: "{ updated_since: cursor }")
        $0.optional("cursor", \.cursor, .section, "http: how far we have read")
    }

    mutating func finish(at place: ConfigurationPlace, _ reading: inout ConfigurationReading) {
        let isOwn = connection != nil && path != nil && sharedWith == nil
        let isShared = connection == nil && path == nil && sharedWith != nil
        guard !isOwn && !isShared else { return }
        reading.refuse(
            "CONFIG.CONFLICT", at: place.location, "\(place.path) is not one place to look",
            expected: "connection and path, or shared_with alone")
    }
}

/// How far a channel has read, where a server is asked for what is new.
public struct CursorSettings: Sendable, Hashable {
    /// What the next cursor is made of.
    public enum Source: String, Sendable, CaseIterable {
        /// The greatest value of a field in what came.
        case maxField = "max_field"
        /// The time of the request.
        case requestTime = "request_time"
    }

    package var from = Source.maxField
    package var field: String?
    package var overlap = ConfiguredDuration(0, .seconds)
    package init() {}
}

extension CursorSettings: Declared {
    static let shape = Shape<CursorSettings>(
        "cursor",
        "How far we have read, where a server is asked for what is new: a moment in UTC, taken from the newest answer that "
            + "was wholly applied."
    ) {
        $0.required("from", \.from, .choice, "what the next cursor is made of", example: "max_field")
        $0.optional(
            "field", \.field, .text, "for max_field: the column with the times, in csv", example: "Updated at"
        )
        $0.value(
            "overlap", \.overlap, .clockDuration, "how far to step back, because clocks differ",
            example: "10m")
    }

    mutating func finish(at place: ConfigurationPlace, _ reading: inout ConfigurationReading) {
        guard from == .maxField, field == nil else { return }
        reading.refuse(
            "CONFIG.KEY.MISSING", at: place.location, "\(place.path) has no 'field'",
            expected: "field, like Updated at",
            remedy: "add 'field': the field whose greatest value is the cursor")
    }
}

/// When a file is complete.
public struct Readiness: Sendable, Hashable {
    package var stableFor = ConfiguredDuration(60, .seconds)
    package var minBytes = ByteSize(byteCount: 1)
    package var ignore = ["*.tmp", "*.part", ".*"]
    package init() {}
}

extension Readiness: Declared {
    static let shape = Shape<Readiness>("ready", "When a file is complete.") {
        $0.value(
            "stable_for", \.stableFor, .clockDuration,
            "how old, or how long unchanged, it must be; what a server answers over http is whole at once")
        $0.value("min_bytes", \.minBytes, .byteSize, "how large it must be")
        $0.value("ignore", \.ignore, .list(of: .text), "names that are never files of ours")
    }
}

/// What becomes of the partner's copy, once ours is safe: a step of its own, tried again until done.
public struct AfterPickup: Sendable, Hashable {
    /// What is done.
    public enum Action: String, Sendable, CaseIterable {
        /// Moved to another folder.
        case move
        /// Deleted.
        case delete
        /// Left there.
        case keep
    }

    package var action = Action.keep
    /// The folder, for `move`, from the pickup path; `<date>` is the day.
    package var to: String?
    package init() {}
}

extension AfterPickup: Declared {
    static let shape = Shape<AfterPickup>(
        "after",
        "What becomes of the partner's copy, once ours is safe. Over http it stays, whatever is said here."
    ) {
        $0.required("action", \.action, .choice, "what is done", example: "move")
        $0.optional(
            "to", \.to, .path, "the folder, for move, from the pickup path; `<date>` is the day",
            example: "archive/<date>/")
    }

    mutating func finish(at place: ConfigurationPlace, _ reading: inout ConfigurationReading) {
        guard (action == .move) != (to != nil) else { return }
        reading.refuse(
            "CONFIG.CONFLICT", at: place.location,
            action == .move
                ? "\(place.path) has no 'to' to move to" : "\(place.path) has a 'to' and does not move",
            expected:
                "{ action: move, to: archive/<date>/ } or { action: \(action == .move ? "keep" : action.rawValue) }"
        )
    }
}
