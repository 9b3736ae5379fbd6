import Glibc

/// A file operation that the system refused, with enough to tell an operator what to do and a caller whether
/// trying again can help.
public struct FileError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What was being done, in the word of the system call.
    public enum Operation: String, Sendable, Hashable {
        case create, open, read, write, sync, rename, list, status, remove, makeDirectory, space, lock, thread
        case syncDirectory = "sync directory"
    }

    /// The call that failed.
    public let operation: Operation
    /// The path as it was given.
    public let path: String
    /// The system's error number (`errno`).
    public let number: CInt

    /// An error with the system's number, as read from `errno` right after the call.
    public init(_ operation: Operation, _ path: String, number: CInt) {
        self.operation = operation
        self.path = path
        self.number = number
    }

    /// There is no room left: the disk, the quota or the largest file size is used up.
    public var isFull: Bool { number == ENOSPC || number == EDQUOT || number == EFBIG }
    /// The file system is mounted read-only.
    public var isReadOnly: Bool { number == EROFS }
    /// There is nothing under the path, or a part of it is no directory.
    public var isMissing: Bool { number == ENOENT || number == ENOTDIR }
    /// The name is taken.
    public var isExisting: Bool { number == EEXIST || number == ENOTEMPTY }
    /// The user of this process may not.
    public var isDenied: Bool { number == EACCES || number == EPERM }
    /// The name is a symbolic link, a directory or a device where a regular file was meant.
    public var isNotRegular: Bool { number == ELOOP || number == EISDIR || number == ENXIO }
    /// Trying again later can help without anybody changing the configuration.
    public var isTemporary: Bool {
        switch number {
        case EINTR, EAGAIN, EIO, ENOMEM, EMFILE, ENFILE, EBUSY, ENOSPC, EDQUOT, ESTALE, ETIMEDOUT: true
        default: false
        }
    }

    /// The system's own words: `No space left on device`.
    public var reason: String { systemMessage(number) }
    /// `write /state/x: No space left on device`.
    public var description: String { "\(operation.rawValue) \(path): \(reason)" }
}

/// The system's words for an error number.
func systemMessage(_ number: CInt) -> String {
    // strerror's buffer is shared between threads; the re-entrant variant fills ours.
    var buffer = [CChar](repeating: 0, count: 128)
    guard strerror_r(number, &buffer, buffer.count) == 0 else { return "error \(number)" }
    return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
