import Canonical
public import Diagnostics
import Environment
import Exchange
import Mapping

/// What `config check` and `config explain` say: the configuration with everything it names, read and compiled.
public struct ConfigurationCheck: Sendable {
    /// Of all that was read: the configuration, its library, its keys, its maps.
    public let findings: [Diagnostic]
    /// Channels declared, inbound and outbound.
    public let channelCount: Int
    /// Partners declared.
    public let partnerCount: Int
    private let loaded: LoadedConfiguration

    /// One value in force.
    public struct Value: Sendable {
        /// Where it stands in the configuration: `partners.harbor-mart.inbound.harbor-mart-850.pickup.path`.
        public let path: String
        /// The value as text, secrets as references.
        public let text: String
        /// `config/channels.yaml:41`, `default`, `env:NAME`.
        public let origin: String
    }

    /// Reads the configuration at a path, its guides and maps, and looks into its private keys.
    public static func run(_ path: String) -> ConfigurationCheck {
        let loaded = ConfigurationLoader.load(
            path, extent: [.effective, .library], programFolder: Site.programFolder())
        var findings = loaded.findings
        for (key, place) in loaded.privateKeys {
            guard let problem = sftpKeyProblem(key) else { continue }
            findings.append(
                Diagnostic(
                    "CONFIG.KEY.UNSIGNABLE", .error, at: place.location,
                    "private key '\(key)' cannot be used: \(problem)",
                    expected: "an Ed25519 or ECDSA key",
                    remedy: "make one with `ssh-keygen -t ed25519` and give the partner its public half",
                    move: .ours))
        }
        if loaded.isUsable { findings += compileFindings(loaded) }
        return ConfigurationCheck(loaded, findings)
    }

    private init(_ loaded: LoadedConfiguration, _ findings: [Diagnostic]) {
        self.loaded = loaded
        self.findings = findings
        channelCount = loaded.site.channelIDs.count
        partnerCount = loaded.site.partners.count
    }

    /// Compiles every map against its guide, as a run would.
    private static func compileFindings(_ loaded: LoadedConfiguration) -> [Diagnostic] {
        let site = Site(
            loaded, state: StateFolder(root: "."), clock: SystemClock(), random: SystemRandomness())
        var findings: [Diagnostic] = []
        func collect(_ work: () throws -> Void) {
            do { try work() } catch let failure as SiteFailure {
                findings += failure.findings
            } catch let quarantine as Quarantine {
                findings += quarantine.findings
            } catch let finding as Diagnostic {
                findings.append(finding)
            } catch {
                if let finding = Site.finding(for: error) { findings.append(finding) }
            }
        }
        for partner in loaded.site.partners {
            for channel in partner.inbound where channel.map != nil {
                collect {
                    if channel.document.format == .x12 {
                        _ = try site.reading(channel, of: partner)
                    } else {
                        _ = try site.plan(for: channel, of: partner, guide: nil)
                    }
                }
            }
            for channel in partner.outbound {
                collect {
                    let kind = try site.writer(for: channel, of: partner).kind
                    if let finding = neverWritten(kind, channel) { findings.append(finding) }
                }
            }
        }
        return findings
    }

    /// A channel whose event makes other papers than its map writes.
    private static func neverWritten(_ kind: DocumentKind, _ channel: OutboundChannel) -> Diagnostic? {
        guard let event = channel.trigger.event else { return nil }
        let kinds: [DocumentKind] =
            switch event {
            case .orderAcknowledged: [.orderAcknowledgment]
            case .fulfilmentReleased: [.shippingOrder, .label, .labelManifest]
            case .shipmentConfirmed, .shipmentDeparted: [.shipNotice, .fulfilment]
            case .invoicePosted: [.invoice]
            case .purchaseOrderApproved: [.order]
            case .shipmentPacked, .transferShipped: []
            }
        guard !kinds.isEmpty, !kinds.contains(kind) else { return nil }
        return Diagnostic(
            "CONFIG.CONFLICT", .error, at: channel.place.location,
            "channel '\(channel.id)' would never be written: '\(event.rawValue)' makes no \(kind.rawValue)",
            found: "map '\(channel.map ?? "")' writes \(kind.rawValue)",
            expected: "an event for \(kind.rawValue), or a map for "
                + kinds.map(\.rawValue).joined(separator: " or "),
            remedy: "correct the trigger or the map", move: .ours)
    }

    /// The line of the file around a finding, secrets blanked, and the 0-based column in it.
    public func excerpt(of finding: Diagnostic) -> (line: String, column: Int)? {
        guard let location = finding.location, let bytes = loaded.printableFiles[location.drop],
            location.line > 0
        else {
            return nil
        }
        var line = 1
        var start = 0
        for (index, byte) in bytes.enumerated() where byte == 0x0A {
            if line == location.line { return (text(bytes[start..<index]), max(0, location.column - 1)) }
            line += 1
            start = index + 1
        }
        return line == location.line ? (text(bytes[start...]), max(0, location.column - 1)) : nil
    }

    private func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes.prefix(110), as: UTF8.self)
    }

    /// The values in force at a path and below it, or of the channel with that id; all where it is empty.
    ///
    /// - Throws: `USAGE` for what is neither.
    public func effective(_ path: String) throws -> [Value] {
        var found = loaded.effective(at: path)
        if found.isEmpty,
            let place = loaded.site.inbound(path)?.channel.place ?? loaded.site.outbound(path)?.channel.place
        {
            found = loaded.effective(at: place.path)
        }
        if found.isEmpty, !path.isEmpty { throw unknown(path) }
        return found.map { value in
            let origin =
                switch value.origin {
                case .file(let location): "\(location.drop):\(location.line)"
                case .builtIn: "default"
                case .environment(let name): "env:\(name)"
                }
            return Value(path: value.path, text: value.text, origin: origin)
        }
    }
}

extension ConfigurationCheck {
    private func unknown(_ path: String) -> Diagnostic {
        // Every path and every part of one that something stands below.
        var known = Set(loaded.site.channelIDs)
        for value in loaded.effective(at: "") {
            var part = Substring(value.path)
            while known.insert(String(part)).inserted, let dot = part.lastIndex(of: ".") {
                part = part[..<dot]
            }
        }
        let near = Suggestion.nearest(to: path, in: known.sorted())
        let shown = visibleText(path, characters: 80)
        return Diagnostic(
            "USAGE", .error,
            "'\(shown)' is no path of this configuration and no channel"
                + (near.map { "; did you mean '\($0)'?" } ?? ""),
            found: shown, expected: "a path like partners.harbor-mart.inbound, or the id of a channel",
            remedy: near.map { "write '\($0)'" } ?? "see all paths: crossdock config explain", move: .ours)
    }
}

/// The pages of `docs/` that are made from the code.
public enum ReferencePages {
    /// Where each page is kept in the repository, by its name.
    public static let paths = [
        "configuration": "docs/reference/configuration.md", "codes": "docs/codes.md",
        "maps": "docs/reference/maps.md",
    ]

    /// A page of `paths` in Markdown; nil for another name.
    public static func page(_ name: String) -> String? {
        switch name {
        case "configuration": ConfigurationReference.markdown()
        case "codes": CodeCatalogue.markdown
        case "maps": MapReference.page
        default: nil
        }
    }
}
