import Diagnostics

/// One kind of document that a partner gets.
public struct OutboundChannel: Sendable, Hashable {
    package var id = ""
    package var place = ConfigurationPlace()
    package var document = DocumentName()
    package var guide: String?
    package var layout: String?
    package var format: FormatSettings?
    package var trigger = Trigger()
    package var map: String?
    package var checks: [DocumentCheck] = []
    package var guardLimits: FeedGuard?
    package var sequence: SequenceSettings?
    package var deliver = Delivery()
    package var upload = UploadSettings()
    package var retriesSameBytes = true
    /// The id of the policy.
    package var onError = "standard"
    package var deadline: Deadline?
    package var responses: [ResponseDue] = []
    package var mode = ChannelMode.active
    package var timezone: String?
    /// Handed to the map.
    package var options: [NamedValue<String>] = []
    package init() {}
}

extension OutboundChannel: Declared {
    static let shape = Shape<OutboundChannel>("outbound channel", "One kind of document that a partner gets.")
    {
        $0.notYet("layout", "files of fixed columns are not written")
        $0.notYet("format", "files are written as the map says")
        $0.notYet("checks", "what is written is read back and held against its guide, and nothing more")
        $0.notYet("retry_same_bytes", except: ["true"], "a document is always sent again as it is")
        $0.notYet(
            "mode", except: ["active", "hold_send", "paused"],
            "documents are made and not sent, as with `hold_send`")
        $0.notYet("deadline", "nothing watches when documents leave")
        $0.required("id", \.id, .identifier, "its id, unique over all files", example: "megamart-855")
        $0.required("document", \.document, .documentName, "format and document", example: "x12/855")
        $0.optional("guide", \.guide, .declaration, "the guide it is held against", example: "megamart-855")
        $0.optional(
            "layout", \.layout, .path, "the layout of fixed columns", example: "layouts/manifest.layout.yaml")
        $0.optional("format", \.format, .section, "the dialect of CSV")
        $0.required("trigger", \.trigger, .section, "what makes a document due")
        $0.optional("map", \.map, .declaration, "the map out of our words", example: "megamart-855")
        $0.value(
            "checks", \.checks, .list(of: .choice), "what must hold before it leaves",
            example: "[ totals_match_lines ]")
        $0.optional("guard", \.guardLimits, .section, "holds a feed that would change too much")
        $0.optional("sequence", \.sequence, .section, "a number of its own, counted up")
        $0.required("deliver", \.deliver, .section, "where it is put")
        $0.value("upload", \.upload, .section, "how it is put there")
        $0.value("retry_same_bytes", \.retriesSameBytes, .flag, "whether it is sent again as it is")
        $0.value("on_error", \.onError, .identifier, "the policy for what is wrong")
        $0.optional("deadline", \.deadline, .section, "by when it must have left")
        $0.value("responses", \.responses, .list(of: .section), "the answers that are owed to us")
        $0.value("mode", \.mode, .choice, "whether it works")
        $0.optional("timezone", \.timezone, .timeZone, "the zone of its times; else the partner's")
        $0.value(
            "options", \.options, .map(of: .rawText), "values handed to the map", example: "{ store: east }")
    }

    mutating func finish(at place: ConfigurationPlace, _ reading: inout ConfigurationReading) {
        self.place = place
    }
}

/// What must hold before a document leaves.
public enum DocumentCheck: String, Sendable, CaseIterable {
    /// No SSCC was used before.
    case ssccUnique = "sscc_unique"
    /// Every level of the hierarchy has what the guide wants.
    case hlComplete = "hl_complete"
    /// Quantities are those of the shipment.
    case quantitiesMatchShipment = "quantities_match_shipment"
    /// Totals are the sums of the lines.
    case totalsMatchLines = "totals_match_lines"
}

/// What makes a document due: an event, or a schedule with a source.
public struct Trigger: Sendable, Hashable {
    /// What happens when a source has nothing to say.
    public enum Empty: String, Sendable, CaseIterable {
        /// No document.
        case skip
        /// An empty one.
        case send
    }

    package var event: BusinessEvent?
    package var schedule: Schedule?
    package var source: FeedSource?
    package var filter = TriggerFilter()
    package var batch: BatchSettings?
    package var empty = Empty.skip
    package init() {}
}

/// What happens in the books and can make a document due.
public enum BusinessEvent: String, Sendable, CaseIterable {
    /// An order is in the books, priced and free of holds.
    case orderAcknowledged = "order.acknowledged"
    /// A supplier's or warehouse's part of an order may be worked on.
    case fulfilmentReleased = "fulfilment.released"
    /// A shipment is packed, and what was packed is known.
    case shipmentConfirmed = "shipment.confirmed"
    /// A shipment has left.
    case shipmentDeparted = "shipment.departed"
    /// Packages are known, and labels can be printed.
    case shipmentPacked = "shipment.packed"
    /// An invoice has its number.
    case invoicePosted = "invoice.posted"
    /// A purchase order may go to the supplier.
    case purchaseOrderApproved = "purchase_order.approved"
    /// Goods are on their way between locations of ours.
    case transferShipped = "transfer.shipped"
}

/// What a scheduled document is made of.
public enum FeedSource: String, Sendable, CaseIterable {
    /// What can be promised, per item.
    case availableToPromise = "inventory.available_to_promise"
    /// Packages that no manifest has told the carrier of.
    case packagesNotManifested = "packages.closed_not_manifested"
}

extension Trigger: Declared {
    static let shape = Shape<Trigger>(
        "trigger", "What makes a document due: an event, or a schedule with a source."
    ) {
        $0.notYet(
            "event",
            except: [
                "order.acknowledged", "fulfilment.released", "shipment.confirmed", "shipment.departed",
                "invoice.posted", "purchase_order.approved",
            ],
            "it never happens, and nothing would be written")
        $0.notYet(
            "source", except: ["inventory.available_to_promise"],
            "nothing would be written")
        $0.optional("event", \.event, .choice, "what happens in the books", example: "order.acknowledged")
        $0.optional("schedule", \.schedule, .section, "when it is made")
        $0.optional(
            "source", \.source, .choice, "what it is made of, with a schedule",
            example: "inventory.available_to_promise")
        $0.value("where", \.filter, .section, "which of the events count")
        $0.optional("batch", \.batch, .section, "gathers documents into one file")
        $0.value("empty", \.empty, .choice, "what happens when the source has nothing to say")
    }

    mutating func finish(at place: ConfigurationPlace, _ reading: inout ConfigurationReading) {
        let isEvent = event != nil && schedule == nil && source == nil
        let isFeed = event == nil && schedule != nil && source != nil
        guard !isEvent && !isFeed else { return }
        reading.refuse(
            "CONFIG.CONFLICT", at: place.location, "\(place.path) is not one trigger",
            expected: "event, or schedule with source")
    }
}

/// Which of the events count; all that is given must hold. An id means that partner, or with `origin` a sales channel.
public struct TriggerFilter: Sendable, Hashable {
    package var warehouseOf: String?
    package var destinationOf: String?
    package var supplier: String?
    package var location: [String] = []
    package var carrier: [String] = []
    package init() {}
}

extension TriggerFilter: Declared {
    static let shape = Shape<TriggerFilter>(
        "trigger filter", "Which of the events count; all that is given must hold."
    ) {
        $0.notYet("destination_of", "transfers are not known")
        $0.notYet("carrier", "papers of every carrier are written")
        $0.optional(
            "warehouse_of", \.warehouseOf, .identifier, "it leaves a warehouse of this partner",
            example: "dockside")
        $0.optional(
            "destination_of", \.destinationOf, .identifier, "it goes to a warehouse of this partner",
            example: "dockside")
        $0.optional("supplier", \.supplier, .identifier, "it concerns this supplier", example: "acme-supply")
        $0.value(
            "location", \.location, .list(of: .identifier, orSingle: true),
            "it leaves one of these locations", example: "[ newark ]")
        $0.value(
            "carrier", \.carrier, .list(of: .text, orSingle: true), "it goes by one of these carriers",
            example: "[ parcelco ]")
    }
}

/// Gathers documents into one file: by the clock, and up to a number.
public struct BatchSettings: Sendable, Hashable {
    package var every: ConfiguredDuration?
    package var cron: String?
    package var calendar: String?
    package var maxDocuments: Int?
    package init() {}
}

extension BatchSettings: Declared {
    static let shape = Shape<BatchSettings>(
        "batch", "Gathers documents into one file: by the clock, and up to a number."
    ) {
        $0.optional(
            "every", \.every, .clockDuration,
            "windows of this length; they end at its multiples since 1970 in UTC", example: "10m")
        $0.optional("cron", \.cron, .cron, "windows that end at these times", example: "\"0 18 * * *\"")
        $0.optional(
            "calendar", \.calendar, .identifier, "with cron: on business days of this calendar",
            example: "us-banking")
        $0.optional(
            "max_documents", \.maxDocuments, .count(1...100_000), "documents in one file", example: "500")
    }

    mutating func finish(at place: ConfigurationPlace, _ reading: inout ConfigurationReading) {
        guard every != nil, cron != nil else { return }
        reading.refuse(
            "CONFIG.CONFLICT", at: place.location, "\(place.path) has both every and cron",
            expected: "one of them")
    }
}

/// A number of the channel's own, counted up with each document.
public struct SequenceSettings: Sendable, Hashable {
    package var name = ""
    package var start = 1
    package var width = 0
    package init() {}
}

extension SequenceSettings: Declared {
    static let shape = Shape<SequenceSettings>(
        "sequence", "A number of the channel's own, counted up with each document."
    ) {
        $0.required(
            "name", \.name, .identifier, "its name, and its placeholder in file names",
            example: "manifest_number")
        $0.value("start", \.start, .count(), "the first number")
        $0.value(
            "width", \.width, .count(0...18), "digits, with zeros in front; 0 for as many as it takes",
            example: "9")
    }
}

/// Where a document is put.
public struct Delivery: Sendable, Hashable {
    /// How it is sent to an HTTP server.
    public enum Method: String, Sendable, CaseIterable {
        /// PUT.
        case put = "PUT"
        /// POST.
        case post = "POST"
    }

    package var connection = ""
    package var path = ""
    package var filename: String?
    package var method = Method.put
    package var idempotencyHeader: String?
    package init() {}
}

extension Delivery: Declared {
    static let shape = Shape<Delivery>("deliver", "Where a document is put.") {
        $0.required("connection", \.connection, .identifier, "the connection", example: "megamart-sftp")
        $0.required(
            "path", \.path, .path,
            "the folder; with http and without `filename` the resource that takes every document",
            example: "in/")
        $0.optional(
            "filename", \.filename, .text,
            "the file's name, with http the last part of the address; placeholders are `<isa_control>`, `<date>`, `<time>`, `<document>`, `<order>`, `<id>` and "
                + "the name of the channel's sequence", example: "\"855_<isa_control>.edi\"")
        $0.value("method", \.method, .choice, "http: how to send")
        $0.optional(
            "idempotency_header", \.idempotencyHeader, .text, "http: the header that holds the document's id",
            example: "Idempotency-Key")
    }
}

/// How a file is put there.
public struct UploadSettings: Sendable, Hashable {
    /// How the result is looked at.
    public enum Verification: String, Sendable, CaseIterable {
        /// By its size.
        case size
        /// By reading it back.
        case content
        /// Not at all.
        case none
    }

    /// What happens when a file of that name is there.
    public enum IfExists: String, Sendable, CaseIterable {
        /// The document waits for a person.
        case fail
        /// It is replaced.
        case replace
    }

    package var tempSuffix = ".part"
    package var renames = true
    package var verify = Verification.size
    package var ifExists = IfExists.fail
    package init() {}
}

extension UploadSettings: Declared {
    static let shape = Shape<UploadSettings>("upload", "How a file is put there.") {
        $0.notYet("rename", except: ["true"], "files get their names when they are complete")
        $0.notYet("verify", except: ["size", "content"], "the size is looked at")
        $0.notYet(
            "if_exists", except: ["fail"],
            "a file that is there is left, and the document waits for a person")
        $0.value("temp_suffix", \.tempSuffix, .text, "the end of its name until it is complete")
        $0.value("rename", \.renames, .flag, "whether it gets its name only when complete")
        $0.value("verify", \.verify, .choice, "how the result is looked at")
        $0.value("if_exists", \.ifExists, .choice, "what happens when a file of that name is there")
    }
}

/// By when a document must have left: at a time of day, or so long after an event.
public struct Deadline: Sendable, Hashable {
    package var at: TimeOfDay?
    package var from: BusinessEvent?
    package var within: ConfiguredDuration?
    package var severity = AlertMatch.Level.warning
    package init() {}
}

extension Deadline: Declared {
    static let shape = Shape<Deadline>("deadline", "By when a document must have left.") {
        $0.optional("at", \.at, .timeOfDay, "a time of day", example: "\"18:00\"")
        $0.optional("from", \.from, .choice, "an event", example: "shipment.confirmed")
        $0.optional("within", \.within, .duration, "how long after the event", example: "2h")
        $0.value("severity", \.severity, .choice, "how urgent it is when missed")
    }

    mutating func finish(at place: ConfigurationPlace, _ reading: inout ConfigurationReading) {
        let isTime = at != nil && from == nil && within == nil
        let isSpan = at == nil && from != nil && within != nil
        guard !isTime && !isSpan else { return }
        reading.refuse(
            "CONFIG.CONFLICT", at: place.location, "\(place.path) is not one deadline",
            expected: "at, or from with within")
    }
}
