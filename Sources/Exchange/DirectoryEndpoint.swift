import Diagnostics
import Environment

/// A folder as a partner.
public final class DirectoryEndpoint: Endpoint {
    private let root: String
    private let limits: TransferLimits
    private let store: any FileStore

    /// A folder; nothing is looked at yet.
    public init(_ connection: DirectoryConnection) {
        root = connection.root
        limits = connection.limits
        store = connection.store
    }

    /// The folder's path.
    public var address: String { root }
    /// A part first, then a rename that never replaces.
    public var style: DeliveryStyle { .partThenRename }

    /// Looks at each entry, so sizes and times are those of now.
    public func list(_ directory: String, _ request: ListingRequest) throws(ExchangeError) -> Listing {
        let folder = try path(of: directory)
        var listing = Listing(files: [])
        for entry in try attempt(directory, { () throws(FileError) in try store.entries(of: folder) }) {
            if let match = request.match, !match.matches(entry.name) { continue }
            if let finding = RemoteName.finding(for: entry) {
                listing.skipped.append(finding)
                continue
            }
            let status = try attempt(directory) { () throws(FileError) in
                try store.status(of: folder + "/" + entry.name)
            }
            // Gone between the two looks: as if it had never been listed.
            guard let status else { continue }
            if status.kind == .regular {
                listing.files.append(
                    RemoteFile(
                        name: entry.name, directory: directory, byteCount: status.byteCount,
                        modified: status.modified))
            } else {
                listing.skipped.append(notRegular(entry.name, status.kind.rawValue))
            }
        }
        return listing
    }

    /// Reads a regular file; links are not followed, and a file that changed meanwhile is `NET.UNSTABLE`.
    public func fetch(
        _ file: RemoteFile, _ conditions: FetchConditions,
        into sink: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> FetchReport {
        let path = try path(of: file.directory, file.name)
        let reader = try attempt(file.name) { () throws(FileError) in try store.open(path) }
        if let listed = file.byteCount, listed != reader.status.byteCount {
            throw unstable(file.name, from: listed, to: reader.status.byteCount)
        }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 16)
        defer { buffer.deallocate() }
        var total = 0
        while true {
            let count = try attempt(file.name) { () throws(FileError) in try reader.read(into: buffer) }
            if count == 0 { break }
            total += count
            if total > limits.byteCountMax { throw tooLarge(file.name, limits.byteCountMax) }
            try sink(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
        let after = try attempt(file.name) { () throws(FileError) in try store.status(of: path) }
        if total != reader.status.byteCount || (after.map { $0.byteCount != total } ?? false) {
            throw unstable(file.name, from: reader.status.byteCount, to: max(total, after?.byteCount ?? 0))
        }
        return FetchReport(byteCount: total, modified: reader.status.modified)
    }

    /// Writes and syncs a file that others may read.
    public func put(
        _ source: any ByteSource, as name: String, in directory: String, _ options: PutOptions
    ) throws {
        let path = try path(of: directory, name)
        _ = try attempt(name) { () throws(FileError) in try store.remove(path) }
        let writer = try attempt(name) { () throws(FileError) in try store.create(path, isShared: true) }
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 * 1024, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = try source.read(into: buffer)
            if count == 0 { break }
            let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            try attempt(name) { () throws(FileError) in try writer.write(piece) }
        }
        try attempt(name) { () throws(FileError) in
            try writer.sync()
            try writer.close()
        }
    }

    /// Looks at one file; a link, directory or device of that name is `NET.NAME.NOT_REGULAR`.
    public func status(of name: String, in directory: String) throws(ExchangeError) -> RemoteFile? {
        let path = try path(of: directory, name)
        let status = try attempt(name) { () throws(FileError) in try store.status(of: path) }
        guard let status else { return nil }
        guard status.kind == .regular else {
            throw ExchangeError(notRegular(name, status.kind.rawValue))
        }
        return RemoteFile(
            name: name, directory: directory, byteCount: status.byteCount, modified: status.modified)
    }

    /// Renames and makes the new name durable.
    public func rename(
        _ name: String, in directory: String, to newName: String, in newDirectory: String
    ) throws(ExchangeError) {
        let source = try path(of: directory, name)
        let target = try path(of: newDirectory, newName)
        do throws(FileError) {
            try store.rename(source, to: target, replacing: false)
            try store.syncDirectory(parentDirectory(of: target))
            if parentDirectory(of: source) != parentDirectory(of: target) {
                try store.syncDirectory(parentDirectory(of: source))
            }
        } catch {
            if error.isExisting { throw existing(newName) }
            throw ExchangeError(error, subject: name)
        }
    }

    /// Removes a file and makes that durable.
    @discardableResult
    public func delete(_ name: String, in directory: String) throws(ExchangeError) -> Bool {
        let path = try path(of: directory, name)
        return try attempt(name) { () throws(FileError) in
            guard try store.remove(path) else { return false }
            try store.syncDirectory(parentDirectory(of: path))
            return true
        }
    }

    /// Makes directories that others may enter.
    public func makeDirectory(_ directory: String) throws(ExchangeError) {
        let folder = try path(of: directory)
        try attempt(directory) { () throws(FileError) in try store.makeDirectories(folder, isShared: true) }
    }

    /// The path of a directory or of a file in it, under the root whatever it says.
    private func path(of directory: String, _ name: String? = nil) throws(ExchangeError) -> String {
        var components = directory.split(separator: "/").filter { $0 != "." }.map(String.init)
        guard !components.contains("..") else { throw unsafeDirectory(directory) }
        if let name {
            if let finding = RemoteName.finding(for: DirectoryEntry(name: name)) {
                throw ExchangeError(finding)
            }
            components.append(name)
        }
        return ([root] + components).joined(separator: "/")
    }

    private func attempt<Result>(
        _ subject: String, _ call: () throws(FileError) -> Result
    ) throws(ExchangeError) -> Result {
        do throws(FileError) { return try call() } catch { throw ExchangeError(error, subject: subject) }
    }
}
