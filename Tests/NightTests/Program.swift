import Foundation

/// What a command said and how it ended.
struct Outcome: Sendable {
    var status: Int32
    var output: String
    var errors: String
}

/// The executable that the package builds.
enum Program {
    /// Beside the bundle of tests, which is how both `swift test` and an IDE lay them; `CROSSDOCK_EXECUTABLE` wins.
    static let path: String = {
        let process = ProcessInfo.processInfo
        if let given = process.environment["CROSSDOCK_EXECUTABLE"] { return given }
        let arguments = process.arguments
        if let flag = arguments.firstIndex(of: "--test-bundle-path"), flag + 1 < arguments.count {
            let folder = URL(filePath: arguments[flag + 1]).deletingLastPathComponent()
            return folder.appending(path: "crossdock").path
        }
        return URL(filePath: arguments[0]).deletingLastPathComponent().appending(path: "crossdock").path
    }()

    /// Runs a command to its end. Both outputs are files, so that a long one fills no pipe.
    static func run(
        _ arguments: [String], environment: [String: String], in folder: URL, timeoutSeconds: Double = 120
    ) throws -> Outcome {
        let name = UUID().uuidString
        let output = folder.appending(path: ".\(name).out")
        let errors = folder.appending(path: ".\(name).err")
        for file in [output, errors] where !FileManager.default.createFile(atPath: file.path, contents: nil) {
            throw CocoaError(.fileWriteUnknown)
        }
        defer { for file in [output, errors] { try? FileManager.default.removeItem(at: file) } }
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        let deadline = Date(timeIntervalSinceNow: timeoutSeconds)
        while process.isRunning {
            if Date() > deadline { process.terminate() }
            Thread.sleep(forTimeInterval: 0.005)
        }
        return Outcome(
            status: process.terminationStatus,
            output: try String(contentsOf: output, encoding: .utf8),
            errors: try String(contentsOf: errors, encoding: .utf8))
    }
}

/// The repository and what lies beside it.
enum Repository {
    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    static let night = root.appending(path: "fixtures/night")

    /// The regular files below a folder, by their path from it.
    static func files(below folder: URL) throws -> [String: URL] {
        var files: [String: URL] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path) {
            let url = folder.appending(path: path)
            var isDirectory: ObjCBool = false
            if FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory),
                !isDirectory.boolValue
            {
                files[path] = url
            }
        }
        return files
    }
}
