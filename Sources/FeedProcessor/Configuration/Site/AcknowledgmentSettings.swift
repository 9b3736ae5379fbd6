/// Technical acknowledgments, both directions.
public struct AcknowledgmentSettings: Sendable, Hashable {
    package var send: AcknowledgmentSending?
    package var expect: AcknowledgmentExpectation?
    package init() {}
}

extension AcknowledgmentSettings: Declared {
    static let shape = Shape<AcknowledgmentSettings>("acks", "Technical acknowledgments, both directions.") {
        $0.optional("send", \.send, .section, "what we send back")
        $0.optional("expect", \.expect, .section, "what we wait for")
    }
}

/// The functional acknowledgment of a standard.
public enum FunctionalAcknowledgment: String, Sendable, CaseIterable {
    /// X12 functional acknowledgment.
    case x997 = "997"
    /// X12 implementation acknowledgment.
    case x999 = "999"
    /// EDIFACT syntax and service report.
    case contrl
    /// None.
    case none
}

/// What we send back.
public struct AcknowledgmentSending: Sendable, Hashable {
    /// When an interchange is acknowledged.
    public enum InterchangeAnswer: String, Sendable, CaseIterable {
        /// Never.
        case never
        /// When ISA14 is 1.
        case whenRequested = "when_requested"
        /// Always.
        case always
    }

    /// How much a functional acknowledgment says.
    public enum Detail: String, Sendable, CaseIterable {
        /// Segments and elements with errors.
        case errors
        /// Those, and warnings as noted.
        case all
        /// Only the state of each set.
        case sets
    }

    /// Whether accepted sets are listed.
    public enum AcceptedSets: String, Sendable, CaseIterable {
        /// With AK2 and AK5 each.
        case list
        /// Left out.
        case omit
    }

    /// When a set is acknowledged that an operator must decide on.
    public enum OnHold: String, Sendable, CaseIterable {
        /// At once, as accepted with errors.
        case now
        /// When decided, inside the deadline.
        case decide
    }

    package var interchange = InterchangeAnswer.whenRequested
    package var functional = FunctionalAcknowledgment.x997
    package var detail = Detail.errors
    package var acceptedSets = AcceptedSets.list
    package var onHold = OnHold.now
    package var within: ConfiguredDuration?
    package var to = DeliveryPlace()
    package init() {}
}

extension AcknowledgmentSending: Declared {
    static let shape = Shape<AcknowledgmentSending>("acks sent", "What we send back.") {
        $0.notYet(
            "functional", except: ["997", "none"], isRefused: true,
            "a 997 is the only functional acknowledgment that is written")
        $0.notYet(
            "within",
            "acknowledgments leave in the run that read the file, and nothing watches how long that took")
        $0.notYet("on_hold", except: ["now"], "groups are acknowledged when they are read")
        $0.value("ta1", \.interchange, .choice, "when an interchange is acknowledged")
        $0.value("functional", \.functional, .choice, "the functional acknowledgment")
        $0.value("detail", \.detail, .choice, "how much it says")
        $0.value("accepted_sets", \.acceptedSets, .choice, "whether accepted sets are listed (AK2, AK5)")
        $0.value(
            "on_hold", \.onHold, .choice, "when a held set is acknowledged: at once (E), or when decided")
        $0.optional("within", \.within, .duration, "how soon", example: "1h")
        $0.required(
            "to", \.to, .section, "where it is put", example: "{ connection: megamart-sftp, path: in/ack/ }")
    }
}

/// A folder of a connection, and how a file there is called.
public struct DeliveryPlace: Sendable, Hashable {
    package var connection = ""
    package var path = ""
    package var filename: String?
    package init() {}
}

extension DeliveryPlace: Declared {
    static let shape = Shape<DeliveryPlace>(
        "delivery place", "A folder of a connection, and how a file there is called."
    ) {
        $0.required("connection", \.connection, .identifier, "the connection", example: "megamart-sftp")
        $0.required("path", \.path, .path, "the folder", example: "in/ack/")
        $0.optional(
            "filename", \.filename, .text, "the file's name, with placeholders",
            example: "\"997_<isa_control>.edi\"")
    }
}

/// What we wait for.
public struct AcknowledgmentExpectation: Sendable, Hashable {
    /// What happens to one that comes after its time.
    public enum Late: String, Sendable, CaseIterable {
        /// It counts, and is marked late.
        case reconcile
        /// It is recorded, and changes nothing.
        case ignore
    }

    package var functional = FunctionalAcknowledgment.x997
    package var within = ConfiguredDuration(24, .hours)
    package var grace: ConfiguredDuration?
    package var onOverdue: [OverdueAction] = [.alert]
    package var late = Late.reconcile
    package var resend: ResendSettings?
    package init() {}
}

/// What happens when something is overdue.
public enum OverdueAction: String, Sendable, CaseIterable {
    /// Somebody is told.
    case alert
    /// A work item is made.
    case task
}

extension AcknowledgmentExpectation: Declared {
    static let shape = Shape<AcknowledgmentExpectation>("acks expected", "What we wait for.") {
        $0.notYet("on_overdue", except: ["alert"], "what is overdue stands in `status` and `failures`")
        $0.notYet("late", except: ["reconcile"], "a late acknowledgment is taken")
        $0.notYet("resend", "nothing is sent again by itself; `replay x-…` does it")
        $0.value("functional", \.functional, .choice, "the functional acknowledgment")
        $0.value("within", \.within, .duration, "how soon")
        $0.optional("grace", \.grace, .duration, "how much later before it is overdue", example: "4h")
        $0.value("on_overdue", \.onOverdue, .list(of: .choice, orSingle: true), "what happens then")
        $0.value("late", \.late, .choice, "what happens to one that comes after its time")
        $0.optional(
            "resend", \.resend, .section, "sends the same bytes again", example: "{ after: 48h, max: 1 }")
    }
}

/// When the same bytes are sent again.
public struct ResendSettings: Sendable, Hashable {
    package var after = ConfiguredDuration(48, .hours)
    package var max = 1
    package init() {}
}

extension ResendSettings: Declared {
    static let shape = Shape<ResendSettings>("resend", "When the same bytes are sent again.") {
        $0.required("after", \.after, .duration, "how long after they were sent", example: "48h")
        $0.value("max", \.max, .count(1...10), "how often")
    }
}
