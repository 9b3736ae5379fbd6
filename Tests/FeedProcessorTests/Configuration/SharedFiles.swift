import Environment

/// Files of `shared/`, which lies beside the repository where there is one.
enum SharedFiles {
    /// The bytes of a file; nil, and said, where it is not there.
    static func bytes(_ path: String) throws -> [UInt8]? {
        let here = #filePath.split(separator: "/").dropLast(4).map(String.init)
        let full = "/" + here.dropLast().joined(separator: "/") + "/shared/" + path
        guard let content = try? OperatorFiles.read(full, limit: 64 << 20) else {
            print("skipped: \(full) is not there")
            return nil
        }
        return content.bytes
    }

    /// The lines of a file without their ends.
    static func lines(_ path: String) throws -> [String]? {
        try bytes(path)?.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
    }
}
