import Diagnostics

/// Who is told of what.
public struct AlertSettings: Sendable, Hashable {
    package var routes: [AlertRoute] = []
    package var targets: [AlertTarget] = []
    package init() {}
}

extension AlertSettings: Declared {
    static let shape = Shape<AlertSettings>(
        "alerts", "Who is told of what. The first route that matches counts."
    ) {
        $0.value("routes", \.routes, .list(of: .section), "from top to bottom")
        $0.value("targets", \.targets, ValueKind.named(\.id), "where alerts go")
    }
}

/// Which alerts go to which targets.
public struct AlertRoute: Sendable, Hashable {
    package var place = ConfigurationPlace()
    package var match = AlertMatch()
    package var to: [String] = []
    package init() {}
}

extension AlertRoute: Declared {
    static let shape = Shape<AlertRoute>("alert route", "Which alerts go to which targets.") {
        $0.required("match", \.match, .section, "what it takes; `{}` takes everything")
        $0.required(
            "to", \.to, .list(of: .identifier, orSingle: true), "ids of targets", example: "[ pager ]")
    }

    mutating func finish(at place: ConfigurationPlace, _ reading: inout ConfigurationReading) {
        self.place = place
    }
}

/// What an alert route takes; all that is given must hold.
public struct AlertMatch: Sendable, Hashable {
    /// How urgent something is.
    public enum Level: String, Sendable, CaseIterable {
        /// Worth knowing.
        case info
        /// Somebody may want to look today.
        case warning
        /// Somebody must look now.
        case critical
    }

    /// Whose move it is.
    public enum Owner: String, Sendable, CaseIterable {
        /// Ours.
        case ours
        /// The partner's.
        case partner
        /// Nobody's yet.
        case wait
    }

    package var severity: [Level] = []
    package var owner: Owner?
    package var partner: [String] = []
    package var channel: [String] = []
    package init() {}
}

extension AlertMatch: Declared {
    static let shape = Shape<AlertMatch>(
        "alert match", "What an alert route takes; all that is given must hold."
    ) {
        $0.value(
            "severity", \.severity, .list(of: .choice, orSingle: true), "one of these",
            example: "[ critical ]")
        $0.optional("owner", \.owner, .choice, "whose move it is", example: "partner")
        $0.value("partner", \.partner, .list(of: .identifier, orSingle: true), "one of these partners")
        $0.value("channel", \.channel, .list(of: .identifier, orSingle: true), "one of these channels")
    }
}

/// Where alerts go.
public struct AlertTarget: Sendable, Hashable {
    /// How they go there.
    public enum Way: String, Sendable, CaseIterable {
        /// An HTTP POST.
        case webhook
        /// Mail.
        case smtp
    }

    package var id = ""
    package var type = Way.webhook
    package var url: SecretReference?
    package var server: SecretReference?
    package var to: [String] = []
    package var toContact: String?
    package var digest: ConfiguredDuration?
    package init() {}
}

extension AlertTarget: Declared {
    static let shape = Shape<AlertTarget>("alert target", "Where alerts go.") {
        $0.required("type", \.type, .choice, "how they go there", example: "smtp")
        $0.optional("url", \.url, .secret, "webhook: its address, a secret because it holds a token")
        $0.optional("server", \.server, .secret, "smtp: the server's address with user and password")
        $0.value(
            "to", \.to, .list(of: .text, orSingle: true), "smtp: mail addresses",
            example: "[ edi-ops@northwind.example ]")
        $0.optional(
            "to_contact", \.toContact, .text, "smtp: a contact of the partner concerned", example: "edi")
        $0.optional("digest", \.digest, .clockDuration, "gathers alerts for so long into one", example: "15m")
    }

    mutating func finish(at place: ConfigurationPlace, _ reading: inout ConfigurationReading) {
        let isWhole =
            switch type {
            case .webhook: url != nil && server == nil && to.isEmpty && toContact == nil
            case .smtp: url == nil && server != nil && (to.isEmpty != (toContact == nil))
            }
        guard !isWhole else { return }
        reading.refuse(
            "CONFIG.CONFLICT", at: place.location, "\(place.path) is not a whole \(type.rawValue) target",
            expected: type == .webhook ? "url" : "server, and to or to_contact")
    }
}
