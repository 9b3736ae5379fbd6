import Glibc

/// EFBIG, for files that need no system call to be too large.
let fileTooLarge = EFBIG

/// The machine's disk.
public struct PosixFileStore: FileStore {
    /// A store without state: paths are the system's.
    public init() {}

    /// Creates with O_EXCL and O_NOFOLLOW.
    public func create(_ path: String, isShared: Bool) throws(FileError) -> any FileWriter {
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
        let descriptor = retryingInterrupts { Glibc.open(path, flags, 0o600) }
        guard descriptor >= 0 else { throw FileError(.create, path, number: errno) }
        // Said outright: the process's umask is 077, for everything else.
        if isShared, fchmod(descriptor, 0o644) != 0 {
            let number = errno
            _ = Glibc.close(descriptor)
            throw FileError(.create, path, number: number)
        }
        return PosixFileWriter(path: path, descriptor: descriptor)
    }

    /// Opens with O_NOFOLLOW and without waiting for a pipe's other end.
    public func open(_ path: String) throws(FileError) -> any FileReader {
        // O_NONBLOCK: opening a FIFO must not wait for its writer. It changes nothing for regular files.
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        let descriptor = retryingInterrupts { Glibc.open(path, flags) }
        guard descriptor >= 0 else { throw FileError(.open, path, number: errno) }
        var raw = stat()
        guard fstat(descriptor, &raw) == 0 else {
            let number = errno
            _ = Glibc.close(descriptor)
            throw FileError(.open, path, number: number)
        }
        let status = FileStatus(raw)
        guard status.kind == .regular else {
            _ = Glibc.close(descriptor)
            throw FileError(.open, path, number: status.kind == .directory ? EISDIR : ENXIO)
        }
        return PosixFileReader(path: path, descriptor: descriptor, status: status)
    }

    /// Renames by rename(2), or by link(2) and unlink(2) where nothing may be replaced.
    public func rename(_ source: String, to target: String, replacing: Bool) throws(FileError) {
        if replacing {
            guard Glibc.rename(source, target) == 0 else { throw FileError(.rename, source, number: errno) }
            return
        }
        // link() is the portable "rename unless it exists". Between the two calls both names stand; whoever
        // comes back after a crash finds the target complete and takes the source away.
        if link(source, target) == 0 {
            guard unlink(source) == 0 || errno == ENOENT else {
                throw FileError(.rename, source, number: errno)
            }
            return
        }
        let number = errno
        // File systems without hard links (FAT, some network shares) leave only the look before the rename.
        guard number == EPERM || number == ENOTSUP || number == EMLINK else {
            throw FileError(.rename, number == EEXIST ? target : source, number: number)
        }
        if try status(of: target) != nil { throw FileError(.rename, target, number: EEXIST) }
        guard Glibc.rename(source, target) == 0 else { throw FileError(.rename, source, number: errno) }
    }

    /// Syncs the directory's own entries.
    public func syncDirectory(_ path: String) throws(FileError) {
        let descriptor = retryingInterrupts { Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        guard descriptor >= 0 else { throw FileError(.syncDirectory, path, number: errno) }
        defer { _ = Glibc.close(descriptor) }
        // Some network file systems cannot sync directories and say so; their names are certain at once.
        guard retryingInterrupts({ fsync(descriptor) }) == 0 || errno == EINVAL else {
            throw FileError(.syncDirectory, path, number: errno)
        }
    }

    /// Reads the directory whole and sorts it.
    public func entries(of directory: String) throws(FileError) -> [DirectoryEntry] {
        guard let stream = opendir(directory) else { throw FileError(.list, directory, number: errno) }
        defer { _ = closedir(stream) }
        var names: [[UInt8]] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw FileError(.list, directory, number: errno) }
                break
            }
            // d_name is declared with 256 bytes; the name ends at its NUL.
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in Array(raw.prefix { $0 != 0 }) }
            if name != [0x2E] && name != [0x2E, 0x2E] { names.append(name) }
        }
        names.sort { $0.lexicographicallyPrecedes($1) }
        return names.map { bytes in
            if let name = String(validating: bytes, as: UTF8.self) { return DirectoryEntry(name: name) }
            return DirectoryEntry(name: String(decoding: bytes, as: UTF8.self), isUTF8: false)
        }
    }

    /// Looks by lstat(2).
    public func status(of path: String) throws(FileError) -> FileStatus? {
        var raw = stat()
        guard lstat(path, &raw) == 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw FileError(.status, path, number: errno)
        }
        return FileStatus(raw)
    }

    /// Removes by unlink(2).
    @discardableResult
    public func remove(_ path: String) throws(FileError) -> Bool {
        if unlink(path) == 0 { return true }
        if errno == ENOENT { return false }
        throw FileError(.remove, path, number: errno)
    }

    /// Makes directories from the top down and makes them durable; links to directories on the way are
    /// followed.
    public func makeDirectories(_ path: String, isShared: Bool) throws(FileError) {
        var missing: [String] = []
        var current = path
        while true {
            let number = makeDirectory(current, isShared: isShared)
            if number == 0 {
                try syncDirectory(parentDirectory(of: current))
                break
            }
            if number == EEXIST {
                var raw = stat()
                // A link to a directory is the operator's business: state directories are often links.
                guard stat(current, &raw) == 0, raw.st_mode & S_IFMT == S_IFDIR else {
                    throw FileError(.makeDirectory, current, number: ENOTDIR)
                }
                break
            }
            let parent = parentDirectory(of: current)
            guard number == ENOENT, parent != current else {
                throw FileError(.makeDirectory, current, number: number)
            }
            missing.append(current)
            current = parent
        }
        for directory in missing.reversed() {
            let number = makeDirectory(directory, isShared: isShared)
            if number != 0 && number != EEXIST { throw FileError(.makeDirectory, directory, number: number) }
            try syncDirectory(parentDirectory(of: directory))
        }
    }

    /// - Returns: 0, or the system's error number.
    private func makeDirectory(_ path: String, isShared: Bool) -> CInt {
        guard mkdir(path, 0o700) == 0 else { return errno }
        return !isShared || chmod(path, 0o755) == 0 ? 0 : errno
    }

    /// Asks statvfs(2).
    public func freeByteCount(at path: String) throws(FileError) -> UInt64 {
        var raw = statvfs()
        guard retryingInterrupts({ statvfs(path, &raw) }) == 0 else {
            throw FileError(.space, path, number: errno)
        }
        let (bytes, isOver) = UInt64(raw.f_bavail).multipliedReportingOverflow(by: UInt64(raw.f_frsize))
        return isOver ? .max : bytes
    }
}

final class PosixFileWriter: FileWriter {
    let path: String
    private(set) var byteCount = 0
    private var descriptor: CInt

    init(path: String, descriptor: CInt) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { if descriptor >= 0 { _ = Glibc.close(descriptor) } }

    func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Glibc.write(
                descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw FileError(.write, path, number: errno)
            }
            byteCount += count
            rest = rest.dropFirst(count)
        }
    }

    func sync() throws(FileError) {
        // After EIO the kernel may have dropped the pages: a second fsync would lie. Only an interrupt is
        // retried.
        guard retryingInterrupts({ fsync(descriptor) }) == 0 else {
            throw FileError(.sync, path, number: errno)
        }
    }

    func close() throws(FileError) {
        guard descriptor >= 0 else { return }
        let closing = descriptor
        descriptor = -1
        // On Linux the descriptor is gone even when close() was interrupted.
        if Glibc.close(closing) != 0 && errno != EINTR { throw FileError(.write, path, number: errno) }
    }
}

final class PosixFileReader: FileReader {
    let path: String
    let status: FileStatus
    private let descriptor: CInt

    init(path: String, descriptor: CInt, status: FileStatus) {
        self.path = path
        self.descriptor = descriptor
        self.status = status
    }

    deinit { _ = Glibc.close(descriptor) }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        let count = retryingInterrupts { Glibc.read(descriptor, buffer.baseAddress, buffer.count) }
        guard count >= 0 else { throw FileError(.read, path, number: errno) }
        return count
    }

    func rewind() throws(FileError) {
        guard lseek(descriptor, 0, SEEK_SET) == 0 else { throw FileError(.read, path, number: errno) }
    }
}

extension FileStatus {
    init(_ raw: stat) {
        kind =
            switch raw.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            case S_IFLNK: .link
            default: .other
            }
        byteCount = Int(raw.st_size)
        modified = Int64(raw.st_mtim.tv_sec) * 1000 + Int64(raw.st_mtim.tv_nsec) / 1_000_000
    }
}

/// Repeats a system call that a signal interrupted.
func retryingInterrupts<Result: FixedWidthInteger & SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result >= 0 || errno != EINTR { return result }
    }
}
