import Glibc

/// A program started for a test, ended with it. It never outlives `secondsMax`, even where the test crashes.
public final class ServerProcess: Sendable {
    /// The number of the process that was started.
    public let number: Int32

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - arguments: the program's path first, then its arguments.
    ///   - output: a file for its standard output and error.
    public init(_ arguments: [String], output: String, secondsMax: Int = 900) throws {
        number = try Self.spawn(["/usr/bin/timeout", "--kill-after=5", "\(secondsMax)"] + arguments, output)
    }

    /// Runs a program to its end.
    ///
    /// - Returns: its exit code; -1 where a signal ended it.
    public static func run(_ arguments: [String], output: String = "/dev/null") throws -> Int32 {
        try wait(for: spawn(arguments, output))
    }

    /// Ends the program and everything it started, at once. - Twice: nothing more happens.
    public func stop() {
        // From the leaves up: a parent that goes first would hide its children from us.
        for process in Self.descendants(of: number).reversed() { _ = kill(process, SIGKILL) }
        _ = kill(number, SIGKILL)
        var status: CInt = 0
        while waitpid(number, &status, 0) < 0 && errno == EINTR {}
    }

    /// Processes started by `number`, by those, and so on; parents before children.
    public static func descendants(of number: Int32) -> [Int32] {
        var children: [Int32: [Int32]] = [:]
        for name in names(in: "/proc") {
            guard let process = Int32(name), let parent = parent(of: process) else { continue }
            children[parent, default: []].append(process)
        }
        var found: [Int32] = []
        var pending = [number]
        while let next = pending.popLast() {
            let own = children[next] ?? []
            found += own
            pending += own
        }
        return found
    }

    private static func parent(of process: Int32) -> Int32? {
        guard let text = readText("/proc/\(process)/stat"), let end = text.lastIndex(of: ")") else {
            return nil
        }
        // After the command in brackets: state, parent.
        let fields = text[text.index(after: end)...].split(separator: " ")
        return fields.count > 1 ? Int32(fields[1]) : nil
    }

    private static func spawn(_ arguments: [String], _ output: String) throws -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        posix_spawn_file_actions_adddup2(&actions, 1, 2)
        var texts: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        defer { for text in texts { free(text) } }
        texts.append(nil)
        var process: Int32 = 0
        let result = posix_spawn(&process, arguments[0], &actions, nil, texts, environ)
        guard result == 0 else { throw TestServerError("\(arguments[0]) did not start: error \(result)") }
        return process
    }

    private static func wait(for process: Int32) -> Int32 {
        var status: CInt = 0
        while waitpid(process, &status, 0) < 0 {
            if errno != EINTR { return -1 }
        }
        return status & 0x7F == 0 ? status >> 8 & 0xFF : -1
    }
}

/// A server that cannot do what a test needs.
public struct TestServerError: Error, CustomStringConvertible {
    /// What is missing or went wrong.
    public let description: String
    /// An error in these words.
    public init(_ description: String) { self.description = description }
}

/// A folder of its own for one test, removed by `remove`.
public struct TestFolder: Sendable {
    /// Absolute, without a trailing slash.
    public let path: String

    /// Makes an empty folder below /tmp.
    public init() throws {
        var template = Array("/tmp/crossdock-test-XXXXXX\0".utf8CString)
        guard mkdtemp(&template) != nil else { throw TestServerError("no folder for tests: error \(errno)") }
        path = String(decoding: template.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Makes a folder below, and those on the way.
    @discardableResult
    public func makeFolder(_ name: String) -> String {
        var path = self.path
        for component in name.split(separator: "/") {
            path += "/" + component
            mkdir(path, 0o755)
        }
        return path
    }

    /// Writes a file below; its folder must be there.
    public func write(_ bytes: some Sequence<UInt8>, to name: String) throws {
        try writeBytes(Array(bytes), to: path + "/" + name)
    }

    /// The bytes of a file below; nil where there is none.
    public func read(_ name: String) -> [UInt8]? { readBytes(path + "/" + name) }

    /// The names in a folder below, sorted.
    public func names(in name: String = "") -> [String] { TestSupport.names(in: path + "/" + name).sorted() }

    /// Removes the folder with all it holds.
    public func remove() { removeTree(Array(path.utf8)) }
}

/// A port of 127.0.0.1 that is free now.
public func freePort() throws -> Int {
    let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    return try bindToLoopback(descriptor, port: 0)
}

/// Binds to 127.0.0.1.
///
/// - Returns: the port, chosen by the system where 0 is given.
func bindToLoopback(_ descriptor: CInt, port: Int) throws -> Int {
    var address = loopback(port)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
            bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
        }
    }
    guard isBound else { throw TestServerError("no port on 127.0.0.1: error \(errno)") }
    return Int(UInt16(bigEndian: address.sin_port))
}

private func loopback(_ port: Int) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return address
}

func names(in directory: String) -> [String] {
    rawNames(in: Array(directory.utf8)).map { String(decoding: $0, as: UTF8.self) }
}

private func rawNames(in directory: [UInt8]) -> [[UInt8]] {
    guard let stream = opendir(path(directory)) else { return [] }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: &entry.pointee.d_name) { raw in Array(raw.prefix { $0 != 0 }) }
        if name != [0x2E] && name != [0x2E, 0x2E] { names.append(name) }
    }
    return names
}

private func path(_ bytes: [UInt8]) -> [CChar] { bytes.map { CChar(bitPattern: $0) } + [0] }

func readBytes(_ path: String) -> [UInt8]? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = read(descriptor, &chunk, chunk.count)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return count == 0 ? bytes : nil }
        bytes += chunk[..<count]
    }
}

func readText(_ path: String) -> String? { readBytes(path).map { String(decoding: $0, as: UTF8.self) } }

func writeBytes(_ bytes: [UInt8], to path: String) throws {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw TestServerError("\(path) is not writable: error \(errno)") }
    defer { close(descriptor) }
    var offset = 0
    while offset < bytes.count {
        let count = bytes.withUnsafeBytes {
            write(descriptor, $0.baseAddress.map { $0 + offset }, bytes.count - offset)
        }
        guard count > 0 else { throw TestServerError("\(path) is not writable: error \(errno)") }
        offset += count
    }
}

/// Names are bytes here: a test may have made one that is no text.
private func removeTree(_ bytes: [UInt8]) {
    var status = stat()
    guard lstat(path(bytes), &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFDIR else {
        unlink(path(bytes))
        return
    }
    for name in rawNames(in: bytes) { removeTree(bytes + [0x2F] + name) }
    rmdir(path(bytes))
}
