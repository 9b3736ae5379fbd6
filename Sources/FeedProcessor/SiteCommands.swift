import Canonical
public import Diagnostics
import Environment
import Exchange
import Formats
public import Ledger
import Mapping
import OMSRules

/// What commands do with a site besides running it.
extension Site {
    /// Loads the configuration and makes ready; nothing is fetched or written.
    ///
    /// - Throws: `SiteFailure` with every error finding of the configuration.
    public static func open(config: String, state: String) throws -> Site {
        let loaded = ConfigurationLoader.load(config, programFolder: programFolder())
        guard loaded.isUsable else {
            throw SiteFailure(findings: loaded.findings.filter { $0.severity == .error })
        }
        if FaultPlan.isActive, loaded.site.instance.usage == .production {
            throw SiteFailure(findings: [
                Diagnostic(
                    "CONFIG.FAULTS", .error,
                    "instance '\(loaded.site.instance.name)' has usage production and faults are armed",
                    expected: "instance.usage: test", remedy: "unset CROSSDOCK_FAULT", move: .ours)
            ])
        }
        try fault(.afterConfigLoad)
        return Site(
            loaded, state: StateFolder(root: state), clock: try clock(), random: SystemRandomness())
    }

    /// `CROSSDOCK_NOW` with `CROSSDOCK_TESTING=1`, else the machine's clock.
    static func clock() throws -> any WallClock {
        guard let text = readEnvironment("CROSSDOCK_NOW"), readEnvironment("CROSSDOCK_TESTING") == "1" else {
            return SystemClock()
        }
        guard let moment = Instant(rfc3339: text) else {
            throw Diagnostic(
                "USAGE", .error, "CROSSDOCK_NOW is not a moment", found: text,
                expected: "RFC 3339: 2025-11-21T23:30:00Z",
                remedy: "write it so, or unset it", move: .ours)
        }
        return FixedClock(milliseconds: moment.milliseconds)
    }

    /// The folder of the executable.
    static func programFolder() -> String? {
        CommandLine.arguments.first.map { parentDirectory(of: $0) }
    }

    /// Runs `work` while no other process works on the state.
    ///
    /// - Throws: `RUN.LOCKED` where one does.
    public func locked<Result>(for purpose: String, _ work: (Site) throws -> Result) throws -> Result {
        try state.prepare()
        switch try ProcessLock.acquire(state.lock, purpose: purpose, now: clock.now()) {
        case .held(let holder):
            let who = holder.process.map { "pid \($0)" } ?? "another process"
            let since = holder.since.map { " since \(Instant(milliseconds: $0))" } ?? ""
            throw Diagnostic(
                "RUN.LOCKED", .error,
                "state '\(state.root)' is in use: \(who)\(since) (\(holder.purpose ?? "run"))",
                expected: "no other run", remedy: "try again when it has ended", move: .wait)
        case .acquired(let lock):
            lastEnd = lock.wasAbandoned ? .killed : .ended
            defer {
                // What the killed process left is forgotten only when a run has looked at it.
                if lastEnd == .ended { lock.markEnded() }
                lock.release()
            }
            try fault(.afterLock)
            let result = try work(self)
            if lastEnd == .ended { lock.markEnded() }
            lock.release()
            try fault(.lockReleased)
            return result
        }
    }

    /// Refuses channels that are not configured.
    public func checkChannels(_ names: [String]) throws {
        let known = configuration.channelIDs
        for name in names where !known.contains(name) {
            throw Diagnostic(
                "CHANNEL.UNKNOWN", .error,
                "channel '\(visibleText(name))' is not configured; known: \(known.prefix(20).joined(separator: ", "))",
                found: name, expected: "a channel of channels.yaml",
                remedy: Suggestion.nearest(to: name, in: known).map { "write '\($0)'" } ?? "name another",
                move: .ours)
        }
    }

    // MARK: The books

    /// The books, for looking.
    public func books() throws -> any LedgerReader {
        try SQLiteLedgerReader(path: state.ledger)
    }

    /// Takes the ledger to the current schema, making it where there is none.
    ///
    /// - Throws: `LedgerError`, `FileError`.
    /// - Twice: nothing.
    public func migrate() throws {
        try state.prepare()
        let ledger = try SQLiteLedger(
            path: state.ledger, opening: .migrating, at: Instant(milliseconds: clock.now()))
        try ledger.close()
    }

    /// Recomputes the books and hashes every staged and frozen file.
    public func verify() throws -> LedgerVerification {
        try books().verify { [state] file in
            let path =
                switch file {
                case .staged(_, let digest): state.stagedPath(digest)
                case .frozen(_, let digest): state.frozenPath(digest)
                }
            return try? state.digest(of: path)
        }
    }

    /// Whether a run would find nothing to do in the books: no drop to apply, no document to send.
    public func isIdle(_ books: any LedgerReader) throws -> Bool {
        let house = try books.house()
        guard house.dropsOpen == 0 else { return false }
        let waiting = try books.outboundWaiting(channel: nil, limit: 1_000)
        return !waiting.contains { $0.document.state == .ready || $0.document.state == .sending }
    }

    /// Whose move a code is, by the catalogue.
    public func move(for code: DiagnosticCode) -> Move { Self.catalogueMove(for: code) }

    /// The same without a site.
    public static func catalogueMove(for code: DiagnosticCode) -> Move {
        CodeCatalogue.entry(code.rawValue)?.move ?? .ours
    }

    /// What the catalogue advises about a code; nil for one that it does not have.
    public static func catalogueRemedy(for code: DiagnosticCode) -> String? {
        CodeCatalogue.entry(code.rawValue)?.remedy
    }

    /// An order by its number, or by `o-<id>`.
    public func findOrder(_ text: String, partner: String?) throws -> OrderDetail {
        let books = try books()
        if text.hasPrefix("o-"), let id = Int64(text.dropFirst(2)), let order = try books.order(OrderID(id)) {
            return order
        }
        let rows = try books.orders(number: text).filter { partner == nil || $0.partner == partner }
        guard let first = rows.first else {
            throw Diagnostic(
                "ORDER.UNKNOWN", .error, "order '\(visibleText(text, characters: 60))' is not in the books",
                found: text,
                expected: "an order number as the partner wrote it, o-<id>, or a finding code",
                remedy: "look for it with: crossdock failures", move: .ours)
        }
        guard rows.count == 1 else {
            throw Diagnostic(
                "ORDER.AMBIGUOUS", .error,
                "order number '\(visibleText(text))' is used by \(rows.map(\.partner).joined(separator: ", "))",
                found: text, expected: "one order", remedy: "add --partner \(first.partner)", move: .ours)
        }
        guard let order = try books.order(first.id) else {
            return try findOrder("o-\(first.id)", partner: nil)
        }
        return order
    }

    /// The finding behind an error of a lower layer; nil for what is none.
    public static func finding(for error: any Error) -> Diagnostic? {
        switch error {
        case let store as LedgerError:
            Diagnostic(
                store.code, .error, store.message, remedy: store.remedy,
                move: store.isTemporary ? .wait : .ours)
        case let exchange as ExchangeError: exchange.diagnostic
        case let injected as FaultError: Diagnostic("INTERNAL.FAULT", .error, injected.description)
        case let guide as GuideError: guide.findings.first
        default: nil
        }
    }
}

extension StateFolder {
    /// SHA-256 of a file.
    func digest(of path: String) throws -> [UInt8] {
        let reader = try store.open(path)
        var hasher = SHA256Hasher()
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        while true {
            let count = try buffer.withUnsafeMutableBytes { raw in
                let count = try reader.read(into: raw)
                hasher.update(UnsafeRawBufferPointer(rebasing: raw[..<count]))
                return count
            }
            if count == 0 { return hasher.finish().bytes }
        }
    }
}

extension Site {
    /// The guide of a channel; nil where it names none.
    public func guideID(of channel: String) throws -> String? {
        try checkChannels([channel])
        return configuration.inbound(channel)?.channel.guide ?? configuration.outbound(channel)?.channel.guide
    }

    /// The map of a channel; nil where it names none.
    public func mapID(of channel: String) throws -> String? {
        try checkChannels([channel])
        return configuration.inbound(channel)?.channel.map ?? configuration.outbound(channel)?.channel.map
    }
}
