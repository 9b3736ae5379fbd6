import Glibc

/// Files that the operator of this machine names: configuration, secrets, zone files. Unlike a `FileStore`, which holds
/// what partners sent, they may be symbolic links: zone files and mounted secrets usually are.
public enum OperatorFiles {
    /// A file's content and its permission bits (`0o600`).
    public struct Content: Sendable {
        /// All bytes.
        public let bytes: [UInt8]
        /// The permission bits of the file that the name leads to.
        public let mode: UInt16
    }

    /// Reads a regular file.
    ///
    /// - Limit: more than `limit` bytes are refused with the number EFBIG; directories and devices with EISDIR.
    public static func read(_ path: String, limit: Int) throws(FileError) -> Content {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw FileError(.open, path, number: errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError(.status, path, number: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw FileError(.open, path, number: EISDIR) }
        guard Int(status.st_size) <= limit else { throw FileError(.read, path, number: EFBIG) }
        // One byte more than the file had, to see whether it has grown meanwhile.
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size) + 1)
        var filled = 0
        while filled < bytes.count {
            let space = filled
            let count = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress.map { $0 + space }, buffer.count - space)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileError(.read, path, number: errno) }
            if count == 0 { break }
            filled += count
            if filled == bytes.count, filled <= limit {
                bytes.append(contentsOf: [UInt8](repeating: 0, count: min(filled, limit + 1 - filled)))
            }
        }
        guard filled <= limit else { throw FileError(.read, path, number: EFBIG) }
        bytes.removeLast(bytes.count - filled)
        return Content(bytes: bytes, mode: UInt16(truncatingIfNeeded: status.st_mode & 0o7777))
    }

    /// An entry of a folder.
    public struct Entry: Sendable, Hashable {
        /// The name.
        public let name: String
        /// Whether it leads to a folder.
        public let isDirectory: Bool

        /// Describes an entry, for simulated folders.
        public init(name: String, isDirectory: Bool) {
            self.name = name
            self.isDirectory = isDirectory
        }
    }

    /// The entries of a folder, sorted by name; names that are no UTF-8 are left out.
    public static func entries(of path: String) throws(FileError) -> [Entry] {
        guard let folder = opendir(path) else { throw FileError(.list, path, number: errno) }
        defer { closedir(folder) }
        var entries: [Entry] = []
        while let entry = readdir(folder) {
            let length = Int(strnlen(name(of: entry), 256))
            let bytes = UnsafeRawBufferPointer(start: name(of: entry), count: length)
            guard let name = String(validating: bytes, as: UTF8.self), name != ".", name != ".." else {
                continue
            }
            var status = stat()
            guard fstatat(dirfd(folder), name, &status, 0) == 0 else { continue }
            entries.append(Entry(name: name, isDirectory: status.st_mode & S_IFMT == S_IFDIR))
        }
        return entries.sorted { $0.name < $1.name }
    }

    /// The name inside a directory entry: a C array at the end of the struct.
    private static func name(of entry: UnsafeMutablePointer<dirent>) -> UnsafePointer<CChar> {
        let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 0
        return UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
    }
}
