package import Canonical

/// What happens to what is wrong, class by class. The defaults are the built-in policy `standard`.
public struct ErrorPolicy: Sendable, Hashable {
    /// The kinds of error, from the wire inwards.
    public enum ErrorClass: String, Sendable, CaseIterable {
        /// The partner was not reached.
        case transport
        /// Bytes that are no text, or no archive; too large.
        case decode
        /// The interchange does not add up.
        case envelope
        /// The base standard is violated.
        case syntax
        /// The partner's guide is violated.
        case guide
        /// A value has no meaning for us.
        case mapping
        /// A business rule is violated.
        case business
        /// It came before.
        case duplicate
        /// Nobody waits for it.
        case unrouted
    }

    package var id = "standard"
    package var place = ConfigurationPlace()
    package var extends: String?
    package var transport = TransportPolicy()
    package var decode = ClassPolicy(.file, .hold)
    package var envelope = ClassPolicy(.interchange, .reject, acknowledgment: .ta1)
    package var syntax = ClassPolicy(.transaction, .reject)
    package var guide = ClassPolicy(.transaction, .hold)
    package var mapping = ClassPolicy(.document, .hold)
    package var business = ClassPolicy(.document, .hold)
    package var duplicate = ClassPolicy(.interchange, .skip)
    package var unrouted = ClassPolicy(.document, .hold)
    package var breaker = Breaker()
    package init() {}

    /// What happens to errors of a class; nil for transport, which is retried.
    package subscript(errorClass: ErrorClass) -> ClassPolicy? {
        switch errorClass {
        case .transport: nil
        case .decode: decode
        case .envelope: envelope
        case .syntax: syntax
        case .guide: guide
        case .mapping: mapping
        case .business: business
        case .duplicate: duplicate
        case .unrouted: unrouted
        }
    }
}

extension ErrorPolicy: Declared {
    static let shape = Shape<ErrorPolicy>(
        "policy", "What happens to what is wrong, class by class. The built-in policy is called `standard`."
    ) {
        $0.notYet("breaker", "every document of a file is looked at, however many fail")
        $0.optional(
            "extends", \.extends, .identifier, "the policy whose classes are taken where this one has none")
        $0.value("transport", \.transport, .section, "the partner was not reached")
        $0.value("decode", \.decode, .section, "bytes that are no text or no archive; too large")
        $0.value("envelope", \.envelope, .section, "the interchange does not add up")
        $0.value("syntax", \.syntax, .section, "the base standard is violated (997 AK5 R)")
        $0.value("guide", \.guide, .section, "the partner's guide is violated (held: 997 AK5 E; rejected: R)")
        $0.value("mapping", \.mapping, .section, "a value has no meaning for us (997 A)")
        $0.value("business", \.business, .section, "a business rule is violated (997 A)")
        $0.value("duplicate", \.duplicate, .section, "it came before")
        $0.value("unrouted", \.unrouted, .section, "unknown partner or document")
        $0.value("breaker", \.breaker, .section, "when so much is wrong that the rest should wait")
    }

    mutating func finish(at place: ConfigurationPlace, _ reading: inout ConfigurationReading) {
        self.place = place
    }
}

/// What happens to errors of one class.
public struct ClassPolicy: Sendable, Hashable {
    /// How much is taken out of the flow.
    public enum Scope: String, Sendable, CaseIterable {
        /// One row of a table.
        case row
        /// One document.
        case document
        /// One transaction set or message.
        case transaction
        /// One interchange.
        case interchange
        /// The whole file.
        case file
        /// The channel.
        case channel
    }

    /// What is done with it.
    public enum Action: String, Sendable, CaseIterable {
        /// Tried again.
        case retry
        /// Taken, with a warning.
        case warn
        /// Kept for a person to decide.
        case hold
        /// Refused.
        case reject
        /// Recorded, without effect.
        case skip
        /// The channel stops until a person looks.
        case pauseChannel = "pause_channel"
        /// The file stops until a person looks.
        case holdFile = "hold_file"
    }

    /// What the partner is told beyond the usual.
    public enum Answer: String, Sendable, CaseIterable {
        /// A TA1 where the interchange asks for one.
        case ta1
        /// The acknowledgment of the first time again.
        case repeatFirst = "repeat_first"
        /// Nothing.
        case none
    }

    package var scope = Scope.document
    package var action = Action.hold
    package var acknowledgment: Answer?
    package var makesReportFile = false
    package init() {}

    init(_ scope: Scope, _ action: Action, acknowledgment: Answer? = nil) {
        self.scope = scope
        self.action = action
        self.acknowledgment = acknowledgment
    }
}

extension ClassPolicy: Declared {
    static let shape = Shape<ClassPolicy>("error class", "What happens to errors of one class.") {
        $0.notYet("report_file", except: ["false"], "refused rows stand in `failures`")
        $0.required("scope", \.scope, .choice, "how much is taken out of the flow", example: "transaction")
        $0.required("action", \.action, .choice, "what is done with it", example: "hold")
        $0.optional("ack", \.acknowledgment, .choice, "what the partner is told", example: "ta1")
        $0.value("report_file", \.makesReportFile, .flag, "whether refused rows go back as a file")
    }
}

/// How often an unreachable partner is tried.
public struct TransportPolicy: Sendable, Hashable {
    /// What happens when all tries are spent.
    public enum Afterwards: String, Sendable, CaseIterable {
        /// Somebody is told; the next run tries again.
        case alert
        /// The channel stops until a person looks.
        case pauseChannel = "pause_channel"
    }

    package var retry = RetrySettings()
    package var then = Afterwards.alert
    package init() {}
}

extension TransportPolicy: Declared {
    static let shape = Shape<TransportPolicy>(
        "transport errors", "How often an unreachable partner is tried."
    ) {
        $0.notYet("then", except: ["alert"], "the next run tries again")
        $0.value("retry", \.retry, .section, "how often and when")
        $0.value("then", \.then, .choice, "what happens when all tries are spent")
    }
}

/// When to try again: after `first`, then `factor` times longer each time, up to `max`.
public struct RetrySettings: Sendable, Hashable {
    package var attempts = 8
    package var first = ConfiguredDuration(30, .seconds)
    package var factor = 2
    package var max = ConfiguredDuration(1, .hours)
    package var hasJitter = true
    package init() {}
}

extension RetrySettings: Declared {
    static let shape = Shape<RetrySettings>(
        "retry", "When to try again: after `first`, then `factor` times longer each time, up to `max`."
    ) {
        $0.value("attempts", \.attempts, .count(1...100), "tries in all")
        $0.value("first", \.first, .clockDuration, "the wait before the second try")
        $0.value("factor", \.factor, .count(1...10), "how much longer each wait is")
        $0.value("max", \.max, .clockDuration, "the longest wait")
        $0.value("jitter", \.hasJitter, .flag, "whether waits are spread at random")
    }
}

/// When so much of a file or channel is wrong that the rest should wait.
public struct Breaker: Sendable, Hashable {
    package var failedRatio = ScaledDecimal(units: 5, scale: 1)
    package var atLeast = 10
    package var action = ClassPolicy.Action.pauseChannel
    package init() {}
}

extension Breaker: Declared {
    static let shape = Shape<Breaker>(
        "breaker", "When so much of a file or channel is wrong that the rest should wait."
    ) {
        $0.value("failed_ratio", \.failedRatio, .ratio, "the part of the documents that failed")
        $0.value("at_least", \.atLeast, .count(1...1_000_000), "documents looked at before it can act")
        $0.value("action", \.action, .choice, "what is stopped", example: "hold_file")
    }
}
