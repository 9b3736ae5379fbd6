import Diagnostics
import Environment
public import Ledger

/// Checks what a run needs, without running.
public enum Doctor {
    /// One thing looked at.
    public struct Check: Sendable {
        /// How it is: `fail` keeps a run from working, `warn` may soon.
        public enum State: String, Sendable { case ok, warn, fail }
        /// How it is.
        public var state: State
        /// What was looked at and found, one line.
        public var what: String
        /// What to do, an order or a command; nil where nothing needs to be done.
        public var remedy: String?
    }

    /// Free space below which a run is likely to fail: a night's bytes and the ledger's growth.
    private static let freeByteCountMin: UInt64 = 512 << 20

    /// Looks at configuration, secrets, ledger and disk.
    ///
    /// - Parameters:
    ///   - config: path of `channels.yaml`.
    ///   - state: path of the state folder; it need not exist.
    /// - Returns: what was looked at, in a fixed order. Nothing is written, and no partner is called.
    public static func examine(config: String, state: String) -> [Check] {
        var checks: [Check] = []
        let checked = ConfigurationCheck.run(config)
        let errors = checked.findings.filter { $0.severity == .error }
        checks.append(
            Check(
                state: errors.isEmpty ? .ok : .fail,
                what:
                    "\(config): \(checked.channelCount) channels, \(checked.partnerCount) partners, \(errors.count) errors",
                remedy: errors.isEmpty ? nil : "crossdock config check"))
        for error in errors where error.code == "CONFIG.ENV.MISSING" {
            checks.append(Check(state: .fail, what: error.message, remedy: error.remedy))
        }
        checks.append(ledger(state))
        let store = PosixFileStore()
        let folder = ((try? store.status(of: state)) ?? nil) == nil ? parentDirectory(of: state) : state
        if let free = try? store.freeByteCount(at: folder) {
            let isLow = free < freeByteCountMin
            checks.append(
                Check(
                    state: isLow ? .warn : .ok, what: "disk at \(folder): \(free >> 20) MiB free",
                    remedy: isLow ? "make room, or move the state with --state" : nil))
        }
        return checks
    }

    private static func ledger(_ state: String) -> Check {
        let path = StateFolder(root: state).ledger
        guard let status = try? PosixFileStore().status(of: path), status.kind == .regular else {
            return Check(state: .ok, what: "ledger \(path): not made yet; the first run makes it")
        }
        do {
            let steps = try SQLiteLedgerReader(path: path).migrations()
            let pending = steps.count { $0.appliedAt == nil }
            return Check(
                state: pending == 0 ? .ok : .fail,
                what: "ledger \(path): schema \(steps.count - pending), \(pending) pending",
                remedy: pending == 0 ? nil : "crossdock migrate")
        } catch {
            let finding = Site.finding(for: error)
            return Check(
                state: .fail, what: "ledger \(path): \(finding?.message ?? "cannot be opened")",
                remedy: finding?.remedy)
        }
    }
}

extension Site {
    /// The bytes of a drop as they came.
    public func rawBytes(of drop: DropRow, _ each: ([UInt8]) -> Void) throws {
        try state.read(state.stagedPath(drop.file.digest), each)
    }

    /// The bytes of an outbound document as they left.
    public func rawBytes(of document: OutboundRow, _ each: ([UInt8]) -> Void) throws {
        try state.read(state.frozenPath(document.document.digest), each)
    }
}

extension StateFolder {
    fileprivate func read(_ path: String, _ each: ([UInt8]) -> Void) throws {
        let reader = try store.open(path)
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = try buffer.withUnsafeMutableBytes { try reader.read(into: $0) }
            if count == 0 { return }
            each(Array(buffer[..<count]))
        }
    }
}
