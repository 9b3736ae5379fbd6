import Canonical
import Environment
import Ledger

/// One file to be written: its documents with their numbers, and what its row will say.
struct PaperJob {
    var intents: [IntentRow]
    /// The running number in the file's name, where its channel has one.
    var sequenceText: String?
    var documents: [CanonicalDocument] = []
    /// The order of each document.
    var orders: [OrderID] = []
    var items: [OutboundItem] = []
    var waived: [(intent: Int64, reason: String)] = []
    var numbers = PaperNumbers(controls: [])
    /// The numbers drawn so far when the file counts as written.
    var numbersAfter: ControlNumbers

    init(intents: [IntentRow], sequenceText: String?, numbersAfter: ControlNumbers) {
        self.intents = intents
        self.sequenceText = sequenceText
        self.numbersAfter = numbersAfter
    }
}

/// A file whose bytes lie where their digest says.
struct FrozenFile: Sendable {
    /// Without its bytes.
    var file: WrittenFile
    var digest: [UInt8]
    var byteCount: Int64

    /// - Twice: nothing; the same bytes are there already.
    init(_ file: WrittenFile, in state: StateFolder) throws {
        self.file = file
        digest = SHA256Hasher.digest(of: file.bytes).bytes
        byteCount = Int64(file.bytes.count)
        try state.freeze(file.bytes, digest: digest)
        self.file.bytes = []
    }
}

/// A thread that writes files, reads them back and freezes their bytes, one after the other.
///
/// - Limit: one file waits while one is written. After the first that fails none is written any more.
final class PaperDesk {
    private struct Job: Sendable {
        var documents: [CanonicalDocument]
        var numbers: PaperNumbers
    }
    private typealias Outcome = Result<FrozenFile, any Error>

    private let jobs = BoundedChannel<Job>(capacity: 1)
    private let outcomes: BoundedChannel<Outcome>
    private let thread: WorkThread<Void>

    /// - Parameter fileCount: the most files that it will be given.
    init(writer: any PaperWriting, state: StateFolder, fileCount: Int) throws {
        let outcomes = BoundedChannel<Outcome>(capacity: fileCount)
        self.outcomes = outcomes
        thread = try runThread(stackSize: 8 << 20) { [jobs] in
            while let job = jobs.receive() {
                let outcome = Outcome { try FrozenFile(writer.write(job.documents, job.numbers), in: state) }
                outcomes.send(outcome)
                if case .failure = outcome { jobs.close(discarding: true) }
            }
            outcomes.close()
        }
    }

    /// - Returns: false after a file has failed.
    func take(_ job: PaperJob) -> Bool {
        jobs.send(Job(documents: job.documents, numbers: job.numbers))
    }

    func noMore() { jobs.close() }

    /// The next file, in the order in which they were given.
    ///
    /// - Throws: why it could not be written.
    func next() throws -> FrozenFile {
        guard let outcome = outcomes.receive() else {
            preconditionFailure("a file was asked for that nobody gave")
        }
        return try outcome.get()
    }

    /// Ends the thread. - Twice: nothing.
    func close() {
        jobs.close(discarding: true)
        try? thread.join()
    }
}
