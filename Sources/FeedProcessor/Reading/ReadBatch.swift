import Canonical
import Diagnostics
import Formats
import Ledger

/// A stretch of a drop, read: what it says in canonical form, or why it cannot be taken.
struct ReadUnit: Sendable {
    /// Its bytes and what is known of their fate so far; deciding may still change the state.
    var span: SpanRow
    /// The inbound channel that governs it; empty for envelopes and gaps.
    var channel = ""
    /// Canonical documents still to be decided; empty where the state is final.
    var documents: [CanonicalDocument] = []
    var findings: [Diagnostic] = []
    /// Codes that have to be added before it can be mapped.
    var missingCodes: [MissingCode] = []
    /// A partner's answer to what we sent.
    var acknowledgment: ReceivedAcknowledgment?
}

/// What is applied in one transaction: up to 500 sets or documents, in the order of the drop's bytes.
struct ReadBatch: Sendable {
    /// The most documents a transaction takes: a commit costs about 3 ms, an order must cost microseconds.
    static let unitMax = 500

    var units: [ReadUnit] = []
    var interchanges: [InterchangeRow] = []
    /// Groups that ended in this batch.
    var groups: [GroupRow] = []
    /// Findings about the drop as a whole.
    var findings: [Diagnostic] = []
    /// Bytes that are dealt with once this batch is committed.
    var reached: Int64 = 0
    var isLast = false
}

/// A drop being read, batch by batch. Batches are cut by what the drop says alone, never by timing, so that a resumed
/// drop goes on exactly where a batch ended.
protocol DropReader: Sendable {
    /// Reads the drop on the calling thread and hands over batch after batch.
    ///
    /// - Parameter resumeOffset: the bytes before it were committed by an earlier run.
    /// - Returns: whether the receiver still wants more.
    func read(from resumeOffset: Int64, _ deliver: (ReadBatch) throws -> Bool) throws
}

/// Why a drop is not applied at all.
struct Quarantine: Error {
    var findings: [Diagnostic]
}
