import Glibc
import Synchronization

/// A disk in memory that can lose power: what was synced stays, of the rest each piece stays or goes by the
/// seed.
///
/// It is harsher than a real one: names are certain only after `syncDirectory`, unsynced bytes may be torn at
/// every 512th, and of several unsynced renames any may be lost.
public final class InMemoryFileStore: FileStore {
    /// The bytes of one file, whatever names lead to it.
    fileprivate struct Content: Sendable {
        /// As of the last sync.
        var durable: [UInt8] = []
        var volatile: [UInt8] = []
        var modified: Int64
    }

    /// A change of names that no `syncDirectory` has made certain.
    private struct NameChange: Sendable {
        var path: String
        /// The file that the name leads to from now on; nil for a removal.
        var file: Int?
        /// Changes that belong together (a rename) share a number: all of them happen, or none.
        var group: Int
    }

    private struct State: Sendable {
        var files: [Int: Content] = [:]
        var names: [String: Int] = [:]
        var durableNames: [String: Int] = [:]
        var changes: [NameChange] = []
        var directories: Set<String> = ["/", "."]
        var lastNumber = 0
        var capacity = Int.max
        /// Counts crashes: writers from before one are dead.
        var life = 0

        var usedByteCount: Int { names.values.reduce(0) { $0 + (files[$1]?.volatile.count ?? 0) } }

        mutating func change(_ pairs: [(path: String, file: Int?)]) {
            lastNumber += 1
            for pair in pairs {
                names[pair.path] = pair.file
                changes.append(NameChange(path: pair.path, file: pair.file, group: lastNumber))
            }
        }
    }

    private let state = Mutex(State())
    private let clock: any WallClock

    /// An empty disk with a root directory; `clock` gives files their times.
    public init(clock: any WallClock = FixedClock(milliseconds: 1_763_683_200_000)) { self.clock = clock }

    /// From now on more bytes than these do not fit (ENOSPC).
    public func limit(toByteCount capacity: Int) { state.withLock { $0.capacity = capacity } }

    /// The power fails and comes back: every unsynced rename, removal and creation happened or did not, every
    /// file that was not synced has some of its new bytes. The same seed loses the same.
    public func crash(seed: UInt64) {
        let random = SeededRandomness(seed: seed)
        state.withLock { state in
            state.life += 1
            var kept: [Int: Bool] = [:]
            for change in state.changes {
                let isKept = kept[change.group] ?? (random.below(2) == 0)
                kept[change.group] = isKept
                guard isKept else { continue }
                state.durableNames[change.path] = change.file
            }
            state.changes = []
            state.names = state.durableNames
            for number in state.files.keys.sorted() {
                guard var content = state.files[number] else { continue }
                content.durable = Self.torn(content, random)
                content.volatile = content.durable
                state.files[number] = content
            }
        }
    }

    /// The bytes that a file written but not synced may have: old or new, 512 at a time, and any length
    /// between.
    private static func torn(_ content: Content, _ random: SeededRandomness) -> [UInt8] {
        guard content.durable != content.volatile else { return content.durable }
        var bytes = content.durable
        let longest = max(content.durable.count, content.volatile.count)
        for start in stride(from: 0, to: longest, by: 512) where random.below(2) == 0 {
            let end = min(start + 512, content.volatile.count)
            guard start < end else { break }
            // A block that arrived after one that did not leaves a hole of zeros.
            if bytes.count < end { bytes += [UInt8](repeating: 0, count: end - bytes.count) }
            bytes.replaceSubrange(start..<end, with: content.volatile[start..<end])
        }
        return bytes
    }
}

extension InMemoryFileStore {
    /// Creates a file whose name is certain after `syncDirectory` only.
    public func create(_ path: String, isShared: Bool) throws(FileError) -> any FileWriter {
        let now = clock.now()
        let path = normal(path)
        let created: Result<(number: Int, life: Int), FileError> = state.withLock { state in
            if state.names[path] != nil || state.directories.contains(path) {
                return .failure(FileError(.create, path, number: EEXIST))
            }
            guard state.directories.contains(parentDirectory(of: path)) else {
                return .failure(FileError(.create, path, number: ENOENT))
            }
            state.lastNumber += 1
            let number = state.lastNumber
            state.files[number] = Content(modified: now)
            state.change([(path, number)])
            return .success((number, state.life))
        }
        let file = try created.get()
        return MemoryFileWriter(store: self, path: path, number: file.number, life: file.life)
    }

    /// Opens a file as it is now; later writes do not show.
    public func open(_ path: String) throws(FileError) -> any FileReader {
        let path = normal(path)
        let opened: Result<Content, FileError> = state.withLock { state in
            if state.directories.contains(path) { return .failure(FileError(.open, path, number: EISDIR)) }
            guard let number = state.names[path], let content = state.files[number] else {
                return .failure(FileError(.open, path, number: ENOENT))
            }
            return .success(content)
        }
        return MemoryFileReader(path: path, content: try opened.get())
    }

    /// Renames; the old and the new name change together or, after a crash, not at all.
    public func rename(_ source: String, to target: String, replacing: Bool) throws(FileError) {
        let (source, target) = (normal(source), normal(target))
        let failure: FileError? = state.withLock { state in
            guard let number = state.names[source] else { return FileError(.rename, source, number: ENOENT) }
            guard state.directories.contains(parentDirectory(of: target)) else {
                return FileError(.rename, target, number: ENOENT)
            }
            if !replacing, state.names[target] != nil { return FileError(.rename, target, number: EEXIST) }
            state.change([(target, number), (source, nil)])
            return nil
        }
        if let failure { throw failure }
    }

    /// Makes the names in a directory certain, both sides of a rename included.
    public func syncDirectory(_ path: String) throws(FileError) {
        let path = normal(path)
        let isThere = state.withLock { state in
            guard state.directories.contains(path) else { return false }
            // A rename between two directories is certain as a whole once either is synced.
            let groups = Set(state.changes.filter { parentDirectory(of: $0.path) == path }.map(\.group))
            for change in state.changes where groups.contains(change.group) {
                state.durableNames[change.path] = change.file
            }
            state.changes.removeAll { groups.contains($0.group) }
            return true
        }
        if !isThere { throw FileError(.syncDirectory, path, number: ENOENT) }
    }

    /// Files and directories, sorted by the bytes of their names.
    public func entries(of directory: String) throws(FileError) -> [DirectoryEntry] {
        let directory = normal(directory)
        let paths: [String]? = state.withLock { state in
            guard state.directories.contains(directory) else { return nil }
            return Array(state.names.keys) + Array(state.directories)
        }
        guard let paths else { throw FileError(.list, directory, number: ENOENT) }
        let names = paths.filter { $0 != directory && $0 != "/" && parentDirectory(of: $0) == directory }
            .map { path in path.split(separator: "/").last.map(String.init) ?? path }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map { DirectoryEntry(name: $0) }
    }

    /// What lies under a path now, synced or not.
    public func status(of path: String) throws(FileError) -> FileStatus? {
        let path = normal(path)
        return state.withLock { state in
            if state.directories.contains(path) {
                return FileStatus(kind: .directory, byteCount: 0, modified: 0)
            }
            guard let number = state.names[path], let content = state.files[number] else { return nil }
            return FileStatus(kind: .regular, byteCount: content.volatile.count, modified: content.modified)
        }
    }

    /// Removes a name, certain after `syncDirectory`.
    @discardableResult
    public func remove(_ path: String) throws(FileError) -> Bool {
        let path = normal(path)
        return state.withLock { state in
            guard state.names[path] != nil else { return false }
            state.change([(path, nil)])
            return true
        }
    }

    /// Directories are durable as soon as they are made.
    public func makeDirectories(_ path: String, isShared: Bool) throws(FileError) {
        let path = normal(path)
        state.withLock { state in
            var current = path
            while state.directories.insert(current).inserted { current = parentDirectory(of: current) }
        }
    }

    /// What is left of the limit.
    public func freeByteCount(at path: String) throws(FileError) -> UInt64 {
        state.withLock { UInt64(max(0, $0.capacity - $0.usedByteCount)) }
    }

    fileprivate func append(_ bytes: UnsafeRawBufferPointer, to number: Int, life: Int) -> CInt {
        let now = clock.now()
        return state.withLock { state in
            guard state.life == life else { return EIO }
            if state.capacity < .max, state.usedByteCount + bytes.count > state.capacity { return ENOSPC }
            state.files[number]?.volatile.append(contentsOf: bytes)
            state.files[number]?.modified = now
            return 0
        }
    }

    fileprivate func sync(_ number: Int, life: Int) -> CInt {
        state.withLock { state in
            guard state.life == life, let content = state.files[number] else { return EIO }
            state.files[number]?.durable = content.volatile
            return 0
        }
    }

    private func normal(_ path: String) -> String {
        let components = path.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
        return path.hasPrefix("/") ? "/" + components : (components.isEmpty ? "." : components)
    }
}

private final class MemoryFileWriter: FileWriter {
    let path: String
    private(set) var byteCount = 0
    private let store: InMemoryFileStore
    private let number: Int
    private let life: Int

    init(store: InMemoryFileStore, path: String, number: Int, life: Int) {
        self.store = store
        self.path = path
        self.number = number
        self.life = life
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        let failure = store.append(bytes, to: number, life: life)
        if failure != 0 { throw FileError(.write, path, number: failure) }
        byteCount += bytes.count
    }

    func sync() throws(FileError) {
        let failure = store.sync(number, life: life)
        if failure != 0 { throw FileError(.sync, path, number: failure) }
    }

    func close() throws(FileError) {}
}

private final class MemoryFileReader: FileReader {
    let path: String
    let status: FileStatus
    private let bytes: [UInt8]
    private var offset = 0

    init(path: String, content: InMemoryFileStore.Content) {
        self.path = path
        bytes = content.volatile
        status = FileStatus(kind: .regular, byteCount: bytes.count, modified: content.modified)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        let count = min(buffer.count, bytes.count - offset)
        bytes.withUnsafeBytes { buffer.copyMemory(from: .init(rebasing: $0[offset..<offset + count])) }
        offset += count
        return count
    }

    func rewind() throws(FileError) { offset = 0 }
}
