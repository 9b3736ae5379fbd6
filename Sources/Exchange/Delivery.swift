import Diagnostics
public import Environment

/// A document frozen for sending: its bytes never change, whatever number of attempts it takes.
public struct OutboundFile: Sendable, Hashable {
    /// The document's id, such as `x-88`: part of the temporary name and the idempotency key.
    public var documentID: String
    /// The final name; over HTTP it may be empty where `directory` is the whole path.
    public var name: String
    /// Where it goes, in the words of the channel's configuration.
    public var directory: String
    /// Its length.
    public var byteCount: Int
    /// SHA-256 of its bytes.
    public var digest: Digest256
    /// How it is sent over HTTP; its idempotency key is the document's id where it is empty.
    public var options: PutOptions

    /// A document to be sent.
    public init(
        documentID: String, name: String, directory: String, byteCount: Int, digest: Digest256,
        options: PutOptions = PutOptions()
    ) {
        self.documentID = documentID
        self.name = name
        self.directory = directory
        self.byteCount = byteCount
        self.digest = digest
        self.options = options
        if self.options.idempotencyKey.isEmpty { self.options.idempotencyKey = documentID }
    }

    /// The name under which it is uploaded before it gets its own.
    public func partName(suffix: String) -> String { ".\(name).\(documentID)\(suffix)" }
}

/// How a document was found to be at the partner's.
public enum DeliveryOutcome: String, Sendable, Hashable {
    /// Sent in this call.
    case sent
    /// It was there already, with our bytes; nothing was sent.
    case alreadyThere
    /// Nothing is there and the channel asks a person (`SettleAction.ask`); nothing was sent.
    case asks
}

/// Sends documents so that a partner never sees half of one, and finds out after a crash how far it came.
///
/// Part name, upload, look at its size, rename, look again; over HTTP one request with an idempotency key.
public struct Delivery: Sendable {
    /// What makes an uploaded part good enough to be renamed.
    public enum Verification: String, Sendable, Hashable { case size, digest }

    /// What ends a part's name: `.part`.
    public var partSuffix: String
    /// What is compared before a part is renamed.
    public var verification: Verification
    /// `SettleAction.decide`'s policy.
    public var asksWhenAbsent: Bool

    /// How documents of one channel are sent.
    public init(
        partSuffix: String = ".part", verification: Verification = .size, asksWhenAbsent: Bool = false
    ) {
        self.partSuffix = partSuffix
        self.verification = verification
        self.asksWhenAbsent = asksWhenAbsent
    }

    /// Sends a document that was never begun.
    ///
    /// - Returns: `alreadyThere` where the final name has exactly our bytes, else `sent`.
    /// - Throws: `ExchangeError`: `DELIVER.EXISTS` where the name is taken by other bytes,
    ///   `DELIVER.INCOMPLETE` (temporary) where the upload broke off or has another size; or what the source
    ///   threw.
    /// - Twice: the second call finds our bytes and sends nothing, where the protocol lets us look.
    public func deliver(
        _ file: OutboundFile, from source: any ByteSource, over endpoint: any Endpoint
    ) throws -> DeliveryOutcome {
        guard endpoint.style == .partThenRename else {
            return try send(file, from: source, over: endpoint)
        }
        switch try finalState(of: file, over: endpoint) {
        case .same: return .alreadyThere
        case .other: throw conflict(file, "DELIVER.EXISTS")
        case .absent: return try upload(file, from: source, over: endpoint)
        }
    }

    /// Finds out what became of a document whose sending began, and brings it to an end.
    ///
    /// - Throws: as `deliver`; `DELIVER.CONFLICT` where other bytes have the name.
    /// - Twice: harmless.
    public func settle(
        _ file: OutboundFile, from source: any ByteSource, over endpoint: any Endpoint
    ) throws -> DeliveryOutcome {
        guard endpoint.style == .partThenRename else {
            // The server knows the key: the same request again is the question and the answer.
            try fault(.settleDecision, file.name)
            return try send(file, from: source, over: endpoint)
        }
        let final = try finalState(of: file, over: endpoint)
        let part = file.partName(suffix: partSuffix)
        let hasPart = try endpoint.status(of: part, in: file.directory) != nil
        try fault(.settleDecision, file.name)
        switch SettleAction.decide(final: final, hasPart: hasPart, asksWhenAbsent: asksWhenAbsent) {
        case .delivered:
            if hasPart { try endpoint.delete(part, in: file.directory) }
            return .alreadyThere
        case .conflict: throw conflict(file, "DELIVER.CONFLICT")
        case .ask: return .asks
        case .deletePartAndResend:
            try endpoint.delete(part, in: file.directory)
            return try upload(file, from: source, over: endpoint)
        case .resend: return try upload(file, from: source, over: endpoint)
        }
    }

    private func upload(
        _ file: OutboundFile, from source: any ByteSource, over endpoint: any Endpoint
    ) throws -> DeliveryOutcome {
        let part = file.partName(suffix: partSuffix)
        guard part.utf8.count <= RemoteName.byteCountMax else {
            throw ExchangeError(
                "NET.NAME.UNSAFE",
                "temporary name of '\(RemoteName.displayed(file.name))' has too many bytes",
                found: "\(part.utf8.count) bytes", expected: "at most \(RemoteName.byteCountMax) bytes",
                remedy: "shorten `filename` of the channel")
        }
        try source.rewind()
        try endpoint.put(observed(source, file), as: part, in: file.directory, file.options)
        try fault(.uploadClosed, file.name)
        try checkPart(part, of: file, over: endpoint)
        do {
            try endpoint.rename(part, in: file.directory, to: file.name, in: file.directory)
        } catch {
            guard error.code == "DELIVER.EXISTS" else { throw error }
            guard try finalState(of: file, over: endpoint) == .same else {
                throw conflict(file, "DELIVER.CONFLICT")
            }
            try endpoint.delete(part, in: file.directory)
            return .alreadyThere
        }
        try fault(.remoteRenamed, file.name)
        // Looking again. A partner may have taken it by now: then it is not there, and that is good.
        if let final = try endpoint.status(of: file.name, in: file.directory), let size = final.byteCount,
            size != file.byteCount
        {
            throw conflict(file, "DELIVER.CONFLICT")
        }
        return .sent
    }

    private func checkPart(_ part: String, of file: OutboundFile, over endpoint: any Endpoint) throws {
        guard let status = try endpoint.status(of: part, in: file.directory) else {
            throw incomplete(file, found: "no temporary file")
        }
        if let size = status.byteCount, size != file.byteCount {
            throw incomplete(file, found: "\(size) of \(file.byteCount) bytes")
        }
        guard verification == .digest else { return }
        guard try endpoint.digest(of: part, in: file.directory)?.digest == file.digest else {
            throw incomplete(file, found: "other bytes under the temporary name")
        }
    }

    private func send(
        _ file: OutboundFile, from source: any ByteSource, over endpoint: any Endpoint
    ) throws -> DeliveryOutcome {
        try source.rewind()
        do {
            try endpoint.put(observed(source, file), as: file.name, in: file.directory, file.options)
        } catch let error as ExchangeError where error.code == "DELIVER.EXISTS" {
            // `If-None-Match: *` was refused: something is there. Ours, if an answer got lost.
            guard let found = try endpoint.digest(of: file.name, in: file.directory),
                found.digest == file.digest
            else { throw conflict(file, "DELIVER.CONFLICT") }
            return .alreadyThere
        }
        try fault(.uploadClosed, file.name)
        return .sent
    }

    /// Reads back what has the final name. Where reading is not allowed, the length decides.
    private func finalState(of file: OutboundFile, over endpoint: any Endpoint) throws -> FinalState {
        guard let status = try endpoint.status(of: file.name, in: file.directory) else { return .absent }
        if let size = status.byteCount, size != file.byteCount { return .other }
        do {
            guard let found = try endpoint.digest(of: file.name, in: file.directory) else { return .absent }
            return found.digest == file.digest ? .same : .other
        } catch let error as ExchangeError where error.code == "NET.PERMISSION" && status.byteCount != nil {
            return .same
        }
    }

    private func observed(_ source: any ByteSource, _ file: OutboundFile) -> any ByteSource {
        FaultPlan.isArmed ? ObservedSource(source, key: file.name) : source
    }

    private func conflict(_ file: OutboundFile, _ code: DiagnosticCode) -> ExchangeError {
        ExchangeError(
            code,
            "remote name '\(RemoteName.displayed(file.name))' is taken by other bytes: compare size and hash",
            found: "another file",
            expected: "\(file.byteCount) bytes with sha256 \(file.digest.hex.prefix(12))",
            remedy: "ask the partner what '\(RemoteName.displayed(file.name))' is; nothing was overwritten")
    }

    private func incomplete(_ file: OutboundFile, found: String) -> ExchangeError {
        ExchangeError(
            "DELIVER.INCOMPLETE",
            "upload of '\(RemoteName.displayed(file.name))' is incomplete, temp name left: \(found)",
            found: found, expected: "\(file.byteCount) bytes",
            remedy: "run again: the same bytes are sent anew",
            isTemporary: true)
    }
}

/// Fires the fault points of an upload: the first read is `uploadOpened`, and after at most half of the bytes
/// `uploadMiddle`.
private final class ObservedSource: ByteSource {
    private let source: any ByteSource
    private let key: String
    private var offset = 0
    private var hasPassedMiddle = false

    init(_ source: any ByteSource, key: String) {
        self.source = source
        self.key = key
    }

    var byteCount: Int { source.byteCount }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        if offset == 0 { try fault(.uploadOpened, key) }
        let half = byteCount / 2
        if offset >= half, !hasPassedMiddle {
            hasPassedMiddle = true
            try fault(.uploadMiddle, key)
        }
        let room = offset < half ? min(buffer.count, half - offset) : buffer.count
        let count = try source.read(into: .init(rebasing: buffer[..<room]))
        offset += count
        return count
    }

    func rewind() throws {
        offset = 0
        try source.rewind()
    }
}
