import Canonical
import Diagnostics
import Environment
import Exchange
import Ledger

/// How the documents of one channel are sent.
struct DeliveryTarget {
    /// Whether the path is the resource that takes every document, and a document's name is only ours.
    var isResource = false
    var delivery: Exchange.Delivery
    var options: PutOptions
    var retry: RetryBudget
    /// What the partner then owes us, by the document.
    var expectations: (OutboundRow, Instant) -> [ExpectationRow]
}

/// What delivering came to.
struct DeliveryResult {
    var delivered: [OutboundID] = []
    /// Documents that wait, with the reason.
    var waiting: [(id: OutboundID, finding: Diagnostic)] = []
}

/// Sends frozen documents, never rendering or numbering anything again, and settles what a dead run left in doubt.
///
/// - Twice: a document that is there already is found there and not sent again.
struct Delivering {
    let state: StateFolder
    let ledger: any LedgerStore
    let clock: any WallClock
    let random: any Randomness
    let run: RunID

    /// Documents whose delivery states are committed together.
    static let groupMax = 50

    /// Brings documents in state sending to an end, before anything new is sent.
    func settle(
        _ documents: [OutboundRow], over endpoint: any Endpoint, target: (OutboundRow) -> DeliveryTarget
    ) throws -> DeliveryResult {
        var result = DeliveryResult()
        for row in documents {
            let how = target(row)
            try finish(row, how, into: &result) { file, source in
                try how.delivery.settle(file, from: source, over: endpoint)
            }
        }
        return result
    }

    /// Sends documents in state ready, in groups.
    func deliver(
        _ documents: [OutboundRow], over endpoint: any Endpoint, target: (OutboundRow) -> DeliveryTarget
    ) throws -> DeliveryResult {
        var result = DeliveryResult()
        var rest = documents[...]
        while !rest.isEmpty, !Termination.isRequested {
            let group = rest.prefix(Self.groupMax)
            rest = rest.dropFirst(Self.groupMax)
            try ledger.markSending(group.map(\.id), run: run)
            try fault(.afterSendingCommit)
            var sent: [(row: OutboundRow, target: DeliveryTarget)] = []
            for row in group {
                let how = target(row)
                do {
                    let source = try FileSource(state.frozenPath(row.document.digest), in: state.store)
                    _ = try how.delivery.deliver(file(row, how), from: source, over: endpoint)
                    sent.append((row, how))
                } catch let error as ExchangeError {
                    result.waiting.append((row.id, try postpone(row, error, how)))
                }
            }
            try commit(sent, into: &result)
        }
        return result
    }

    private func finish(
        _ row: OutboundRow, _ how: DeliveryTarget, into result: inout DeliveryResult,
        _ send: (OutboundFile, FileSource) throws -> DeliveryOutcome
    ) throws {
        do {
            let source = try FileSource(state.frozenPath(row.document.digest), in: state.store)
            if try send(file(row, how), source) == .asks {
                let error = ExchangeError(
                    "DELIVER.UNKNOWN", "fate of '\(row.document.name)' is unknown: nothing of it is there",
                    expected: "the file or its temporary part at the partner's",
                    remedy: "ask the partner whether they took it, then: crossdock replay x-\(row.id)")
                result.waiting.append((row.id, try postpone(row, error, how)))
                return
            }
            try commit([(row, how)], into: &result)
        } catch let error as ExchangeError {
            result.waiting.append((row.id, try postpone(row, error, how)))
        }
    }

    private func commit(
        _ sent: [(row: OutboundRow, target: DeliveryTarget)], into result: inout DeliveryResult
    ) throws {
        guard !sent.isEmpty else { return }
        let now = Instant(milliseconds: clock.now())
        let expectations = sent.flatMap { $0.target.expectations($0.row, now) }
        try ledger.markDelivered(sent.map(\.row.id), at: now, expectations: expectations)
        try fault(.afterDeliveredCommit)
        result.delivered += sent.map(\.row.id)
    }

    private func file(_ row: OutboundRow, _ how: DeliveryTarget) throws(ExchangeError) -> OutboundFile {
        guard let digest = Digest256(bytes: row.document.digest) else {
            throw ExchangeError(
                "STORE.CORRUPT", "digest of x-\(row.id) is not a SHA-256",
                remedy: "run crossdock verify", isTemporary: false)
        }
        var (name, directory) = (row.document.name, row.document.path)
        if how.isResource {
            let parts = directory.split(separator: "/")
            name = parts.last.map(String.init) ?? ""
            directory = "/" + parts.dropLast().joined(separator: "/")
        }
        return OutboundFile(
            documentID: "x-\(row.id)", name: name, directory: directory,
            byteCount: Int(row.document.byteCount), digest: digest, options: how.options)
    }

    /// Puts a document back in line, or to a person where trying again cannot help.
    private func postpone(
        _ row: OutboundRow, _ error: ExchangeError, _ how: DeliveryTarget
    ) throws(LedgerError) -> Diagnostic {
        let isConflict = ["DELIVER.CONFLICT", "DELIVER.EXISTS", "DELIVER.UNKNOWN"].contains(error.code)
        // A used-up budget is told by `failures`; the document is still tried, as seldom as the budget ever waits.
        let wait =
            how.retry.wait(
                afterFailures: row.attempts + 1, retryAfterSeconds: error.retryAfterSeconds, random)
            ?? how.retry.maxMilliseconds
        let next = isConflict ? nil : Instant(milliseconds: clock.now() + wait)
        try ledger.markUndelivered(
            row.id, state: isConflict ? .conflict : .ready,
            error: "\(error.code): \(error.message), at \(row.document.connection) "
                + RemoteName.displayed(row.document.path),
            nextAttemptAt: next)
        var finding = error.diagnostic
        finding.message =
            "x-\(row.id) \(row.document.name) to \(row.document.connection) "
            + "\(RemoteName.displayed(row.document.path)): \(finding.message)"
        return finding
    }
}
