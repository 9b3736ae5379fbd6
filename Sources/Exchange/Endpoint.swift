import Diagnostics
public import Environment

/// One connection to a partner: a folder, an HTTP server or an SFTP server.
///
/// An endpoint is used by one thread at a time and keeps its network connection between calls. All calls
/// block. Names go through `RemoteName`; directories come from the configuration.
public protocol Endpoint: AnyObject {
    /// Where it is, without secrets, for people: `sftp://northwind@sftp.megamart.example:22`.
    var address: String { get }
    /// How a document gets there.
    var style: DeliveryStyle { get }

    /// What lies in a directory.
    func list(_ directory: String, _ request: ListingRequest) throws(ExchangeError) -> Listing

    /// Reads a file and gives its bytes to `sink` piece by piece.
    ///
    /// - Throws: `ExchangeError`, or what the sink threw. Bytes given to the sink before an error mean
    ///   nothing. `NET.VANISHED` where the file is not there any more, `NET.UNSTABLE` where it has another
    ///   size than listed.
    /// - Limit: the connection's `byteCountMax`, counted after decompression: `NET.LIMIT.BYTES`.
    func fetch(
        _ file: RemoteFile, _ conditions: FetchConditions,
        into sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> FetchReport

    /// Writes a file. With style `partThenRename` a file of that name is replaced, so only names of our own
    /// making (`.….part`) belong here; see `Delivery`.
    ///
    /// - Throws: `ExchangeError`, or what the source threw.
    func put(_ source: any ByteSource, as name: String, in directory: String, _ options: PutOptions) throws

    /// Looks at one file; nil where there is none.
    func status(of name: String, in directory: String) throws(ExchangeError) -> RemoteFile?

    /// Renames; an existing target is left alone and `DELIVER.EXISTS` thrown, a missing source is
    /// `NET.VANISHED`.
    func rename(
        _ name: String, in directory: String, to newName: String, in newDirectory: String
    ) throws(ExchangeError)

    /// Removes a file.
    ///
    /// - Returns: whether it was there. - Twice: false.
    @discardableResult func delete(_ name: String, in directory: String) throws(ExchangeError) -> Bool

    /// Makes a directory and those above it. - Twice: nothing.
    func makeDirectory(_ directory: String) throws(ExchangeError)
}

/// How a document reaches its place.
public enum DeliveryStyle: String, Sendable, Hashable {
    /// Under a temporary name first, then by a rename: nobody sees half a file.
    case partThenRename
    /// In one request with an idempotency key: the server takes all or nothing.
    case oneRequest
}

/// What goes along with a document sent over HTTP; other protocols ignore it.
public struct PutOptions: Sendable, Hashable {
    /// The request's method.
    public enum Method: String, Sendable, Hashable { case put = "PUT", post = "POST" }

    /// `PUT` to a name of ours, `POST` to a place that names for itself.
    public var method: Method
    /// The header that carries `idempotencyKey`; nil for none.
    public var idempotencyHeader: String?
    /// The document's own id: the same for each attempt.
    public var idempotencyKey: String
    /// The media type of the body.
    public var contentType: String
    /// Whether a PUT says `If-None-Match: *`, so that an existing resource is `DELIVER.EXISTS`.
    public var onlyIfAbsent: Bool

    /// Collects the options; the defaults suit a PUT of a file with an idempotency key.
    public init(
        method: Method = .put, idempotencyHeader: String? = "Idempotency-Key", idempotencyKey: String = "",
        contentType: String = "application/octet-stream", onlyIfAbsent: Bool = false
    ) {
        self.method = method
        self.idempotencyHeader = idempotencyHeader
        self.idempotencyKey = idempotencyKey
        self.contentType = contentType
        self.onlyIfAbsent = onlyIfAbsent
    }
}

/// How long and how much one transfer may take.
public struct TransferLimits: Sendable, Hashable {
    /// Until the connection stands, with TLS or SSH.
    public var connectMilliseconds: Int
    /// For the whole transfer.
    public var totalMilliseconds: Int
    /// Slower than this many bytes a second for `slowSeconds` is `NET.TIMEOUT`.
    public var slowBytesPerSecond: Int
    /// How long a transfer may be slower than `slowBytesPerSecond`.
    public var slowSeconds: Int
    /// The largest file that is fetched, after decompression.
    public var byteCountMax: Int

    /// Collects the limits; the defaults suit a partner's nightly files.
    public init(
        connectMilliseconds: Int = 10_000, totalMilliseconds: Int = 120_000, slowBytesPerSecond: Int = 100,
        slowSeconds: Int = 30, byteCountMax: Int = 64 << 20
    ) {
        self.connectMilliseconds = connectMilliseconds
        self.totalMilliseconds = totalMilliseconds
        self.slowBytesPerSecond = slowBytesPerSecond
        self.slowSeconds = slowSeconds
        self.byteCountMax = byteCountMax
    }
}

/// The bytes of a document, as often as they are needed. Used by one thread.
public protocol ByteSource: AnyObject {
    var byteCount: Int { get }
    /// Fills the buffer from where the last read ended.
    ///
    /// - Returns: how many bytes; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
    /// Goes back to the first byte.
    func rewind() throws
}

/// A document in memory.
public final class MemorySource: ByteSource {
    private let bytes: [UInt8]
    private var offset = 0

    /// A source over bytes that are all there.
    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// How many there are in all.
    public var byteCount: Int { bytes.count }

    /// Copies the next bytes.
    public func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, bytes.count - offset)
        bytes.withUnsafeBytes { buffer.copyMemory(from: .init(rebasing: $0[offset..<offset + count])) }
        offset += count
        return count
    }

    /// Goes back to the first byte.
    public func rewind() { offset = 0 }
}

/// A document in a file, read as it is sent.
public final class FileSource: ByteSource {
    private let reader: any FileReader

    /// Opens the file; it stays open as long as this lives.
    public init(_ path: String, in store: any FileStore = PosixFileStore()) throws(FileError) {
        reader = try store.open(path)
    }

    /// The file's length when it was opened.
    public var byteCount: Int { reader.status.byteCount }
    /// Reads the next bytes of the file.
    public func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        try reader.read(into: buffer)
    }
    /// Goes back to the first byte.
    public func rewind() throws { try reader.rewind() }
}

/// The digest of a file at a partner's, with its length.
public struct RemoteDigest: Sendable, Hashable {
    /// SHA-256 of the bytes.
    public var digest: Digest256
    /// How many bytes were hashed.
    public var byteCount: Int

    /// A digest together with its length.
    public init(digest: Digest256, byteCount: Int) {
        self.digest = digest
        self.byteCount = byteCount
    }
}

extension Endpoint {
    /// Reads a file back and hashes it.
    ///
    /// - Returns: nil where there is none.
    public func digest(of name: String, in directory: String) throws -> RemoteDigest? {
        var hasher = SHA256Hasher()
        do {
            let report = try fetch(RemoteFile(name: name, directory: directory), FetchConditions()) { bytes in
                hasher.update(bytes)
            }
            return RemoteDigest(digest: hasher.finish(), byteCount: report.byteCount)
        } catch let error as ExchangeError where error.code == "NET.VANISHED" {
            return nil
        }
    }
}
