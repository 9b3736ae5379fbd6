/// What the core of the product asks of a disk: enough to stage bytes so that they survive a power cut, and
/// no more.
///
/// A directory entry (creation, rename, removal) is certain only after `syncDirectory`, the bytes of a file
/// only after its writer's `sync`. Paths are absolute or relative to the working directory; `..` is not
/// interpreted.
public protocol FileStore: Sendable {
    /// Creates a file that must not exist yet, for writing. Symbolic links are not followed.
    ///
    /// - Parameter isShared: whether others may read it (0644, for a partner's folder); if not, its owner
    ///   only (0600).
    func create(_ path: String, isShared: Bool) throws(FileError) -> any FileWriter

    /// Opens a regular file for reading. A link, a directory or a device is refused (`isNotRegular`).
    func open(_ path: String) throws(FileError) -> any FileReader

    /// Renames within one file system.
    ///
    /// - Parameter replacing: whether an existing `target` is replaced in one step; if not, `isExisting` is
    ///   thrown and nothing changes.
    func rename(_ source: String, to target: String, replacing: Bool) throws(FileError)

    /// Makes the names in a directory durable.
    func syncDirectory(_ path: String) throws(FileError)

    /// The entries of a directory without `.` and `..`, sorted by the bytes of their names.
    func entries(of directory: String) throws(FileError) -> [DirectoryEntry]

    /// What lies under a path, links not followed; nil where there is nothing.
    func status(of path: String) throws(FileError) -> FileStatus?

    /// Removes a file.
    ///
    /// - Returns: whether it was there. - Twice: false, no error.
    @discardableResult func remove(_ path: String) throws(FileError) -> Bool

    /// Makes a directory and those above it.
    ///
    /// - Parameter isShared: whether others may enter and list them (0755); if not, their owner only (0700).
    /// - Twice: nothing.
    func makeDirectories(_ path: String, isShared: Bool) throws(FileError)

    /// Bytes that may still be written where `path` lies, by a user without privileges.
    func freeByteCount(at path: String) throws(FileError) -> UInt64
}

/// A file being written, from its creation to `close`. Used by one thread.
public protocol FileWriter: AnyObject {
    var path: String { get }
    /// Bytes written so far.
    var byteCount: Int { get }
    /// Appends all bytes.
    func write(_ bytes: UnsafeRawBufferPointer) throws(FileError)
    /// Makes what was written durable. An error here is final: the file is to be thrown away, not synced
    /// again.
    func sync() throws(FileError)
    /// Closes. - Twice: nothing.
    func close() throws(FileError)
}

/// A regular file open for reading. Used by one thread; closed with its last reference.
public protocol FileReader: AnyObject {
    var path: String { get }
    /// What the file was when it was opened.
    var status: FileStatus { get }
    /// Reads the next bytes, as many as there are up to the buffer's length.
    ///
    /// - Returns: how many; 0 at the end.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int
    /// Goes back to the first byte.
    func rewind() throws(FileError)
}

/// A name in a directory.
public struct DirectoryEntry: Sendable, Hashable {
    /// The name; where `isUTF8` is false a repaired form for display, of no use for opening.
    public var name: String
    /// Whether `name` is the real one.
    public var isUTF8: Bool

    /// A name, as read from a directory.
    public init(name: String, isUTF8: Bool = true) {
        self.name = name
        self.isUTF8 = isUTF8
    }
}

/// What lies under a name.
public struct FileStatus: Sendable, Hashable {
    /// What a name leads to.
    public enum Kind: String, Sendable, Hashable { case regular, directory, link, other }

    /// What the name leads to; links are not followed.
    public var kind: Kind
    /// The length; of no meaning for anything but regular files.
    public var byteCount: Int
    /// Milliseconds since 1970-01-01T00:00:00Z of the last change of the content.
    public var modified: Int64

    /// What was seen at one moment.
    public init(kind: Kind, byteCount: Int, modified: Int64) {
        self.kind = kind
        self.byteCount = byteCount
        self.modified = modified
    }
}

extension FileWriter {
    /// Appends all bytes.
    public func write(_ bytes: [UInt8]) throws(FileError) {
        var failure: FileError?
        bytes.withUnsafeBytes { raw in
            do throws(FileError) { try write(raw) } catch { failure = error }
        }
        if let failure { throw failure }
    }
}

extension FileStore {
    /// Creates a file for its owner only.
    public func create(_ path: String) throws(FileError) -> any FileWriter {
        try create(path, isShared: false)
    }

    /// Makes a directory and those above it for their owner only.
    public func makeDirectories(_ path: String) throws(FileError) {
        try makeDirectories(path, isShared: false)
    }

    /// Reads a whole file.
    ///
    /// - Limit: a file of more than `limit` bytes is refused with the number EFBIG.
    public func contents(of path: String, limit: Int) throws(FileError) -> [UInt8] {
        let reader = try open(path)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Swift.min(reader.status.byteCount, limit))
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = try read(reader, into: &chunk)
            if count == 0 { return bytes }
            if bytes.count + count > limit { throw FileError(.read, path, number: fileTooLarge) }
            bytes.append(contentsOf: chunk[..<count])
        }
    }

    /// Writes a file so that after a crash either nothing or all of it stands under `path`: a temporary name
    /// beside it, sync, rename, sync of the directory.
    ///
    /// - Parameter replacing: whether a file already there gives way; if not, `isExisting` is thrown.
    /// - Twice: a temporary file left by a crash is taken away and written anew.
    public func writeDurably(_ bytes: [UInt8], to path: String, replacing: Bool = true) throws(FileError) {
        let temporary = path + ".new"
        try remove(temporary)
        let writer = try create(temporary)
        do throws(FileError) {
            try writer.write(bytes)
            try writer.sync()
            try writer.close()
            try rename(temporary, to: path, replacing: replacing)
        } catch {
            try? writer.close()
            _ = try? remove(temporary)
            throw error
        }
        try syncDirectory(parentDirectory(of: path))
    }

    private func read(_ reader: any FileReader, into chunk: inout [UInt8]) throws(FileError) -> Int {
        var failure: FileError?
        let count = chunk.withUnsafeMutableBytes { raw -> Int in
            do throws(FileError) { return try reader.read(into: raw) } catch {
                failure = error
                return 0
            }
        }
        if let failure { throw failure }
        return count
    }
}

/// The directory in which a path's last component lies; `.` where it has only one.
public func parentDirectory(of path: String) -> String {
    var bytes = Array(path.utf8)
    while bytes.count > 1, bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
    guard let slash = bytes.lastIndex(of: UInt8(ascii: "/")) else { return "." }
    return slash == 0 ? "/" : String(decoding: bytes[..<slash], as: UTF8.self)
}
