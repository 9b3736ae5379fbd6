/// What channels inherit, and how long things are kept.
public struct ChannelDefaults: Sendable, Hashable {
    package var inbound = InboundDefaults()
    package var outbound = OutboundDefaults()
    package var retention = Retention()
    package init() {}
}

extension ChannelDefaults: Declared {
    static let shape = Shape<ChannelDefaults>(
        "defaults",
        "What channels inherit. A channel's own key wins; in `ready`, `dedupe` and `upload` key by key."
    ) {
        $0.notYet("retention", "nothing is deleted")
        $0.value("inbound", \.inbound, .section, "for inbound channels")
        $0.value("outbound", \.outbound, .section, "for outbound channels")
        $0.value("retention", \.retention, .section, "how long things are kept")
    }
}

/// What inbound channels inherit.
public struct InboundDefaults: Sendable, Hashable {
    package var onError = "standard"
    package var ready = Readiness()
    package var after = AfterPickup()
    package var dedupe = Deduplication()
    package var runMissed = Schedule.Missed.once
    package init() {}
}

extension InboundDefaults: Declared {
    static let shape = Shape<InboundDefaults>("inbound defaults", "What inbound channels inherit.") {
        $0.notYet("run_missed", except: ["once"], "slots that passed are served once, together")
        $0.value("on_error", \.onError, .identifier, "the policy")
        $0.value("ready", \.ready, .section, "when a file is complete")
        $0.value("after", \.after, .section, "what becomes of the partner's copy")
        $0.value("dedupe", \.dedupe, .section, "what counts as the same again")
        $0.value("run_missed", \.runMissed, .choice, "what happens to slots that passed while nothing ran")
    }
}

/// What outbound channels inherit.
public struct OutboundDefaults: Sendable, Hashable {
    package var onError = "standard"
    package var upload = UploadSettings()
    package var retriesSameBytes = true
    package init() {}
}

extension OutboundDefaults: Declared {
    static let shape = Shape<OutboundDefaults>("outbound defaults", "What outbound channels inherit.") {
        $0.notYet("retry_same_bytes", except: ["true"], "a document is always sent again as it is")
        $0.value("on_error", \.onError, .identifier, "the policy")
        $0.value("upload", \.upload, .section, "how a file is put there")
        $0.value(
            "retry_same_bytes", \.retriesSameBytes, .flag,
            "whether a document is sent again as it is, control numbers included")
    }
}

/// How long things are kept.
public struct Retention: Sendable, Hashable {
    package var raw = ConfiguredDuration(400, .days)
    package var documents = ConfiguredDuration(7, .years)
    package var lineage = ConfiguredDuration(400, .days)
    package var keepsWhileHeld = true
    package init() {}
}

extension Retention: Declared {
    static let shape = Shape<Retention>("retention", "How long things are kept.") {
        $0.value("raw", \.raw, .clockDuration, "the bytes of drops")
        $0.value("documents", \.documents, .clockDuration, "canonical and outbound documents")
        $0.value("lineage", \.lineage, .clockDuration, "where each value came from")
        $0.value("keep_while_held", \.keepsWhileHeld, .flag, "whether what is on hold stays longer")
    }
}
