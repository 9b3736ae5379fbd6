public import Environment

/// Where configuration comes from: files, environment variables, and the function that digests them. Tests give their
/// own.
public struct ConfigurationSources: Sendable {
    /// What lies under a path.
    public enum File: Sendable {
        /// Its bytes, and its permission bits.
        case content([UInt8], mode: UInt16)
        /// Nothing.
        case missing
        /// More than any configuration is.
        case tooLarge
        /// Something that cannot be read, with the reason.
        case unreadable(String)

        /// The bytes; nil where there are none to be had.
        public var bytes: [UInt8]? { if case .content(let bytes, _) = self { bytes } else { nil } }
    }

    /// Reads a file, symbolic links followed.
    package var file: @Sendable (_ path: String) -> File
    /// The entries of a folder, by name; none where there is no such folder.
    package var entries: @Sendable (_ folder: String) -> [OperatorFiles.Entry]
    /// The value of an environment variable.
    package var variable: @Sendable (_ name: String) -> String?
    /// SHA-256, as 64 hexadecimal digits.
    package var digest: @Sendable (_ bytes: [UInt8]) -> String

    /// Sources made of closures.
    public init(
        file: @escaping @Sendable (_ path: String) -> File,
        entries: @escaping @Sendable (_ folder: String) -> [OperatorFiles.Entry],
        variable: @escaping @Sendable (_ name: String) -> String?,
        digest: @escaping @Sendable (_ bytes: [UInt8]) -> String
    ) {
        self.file = file
        self.entries = entries
        self.variable = variable
        self.digest = digest
    }

    /// This machine's files and environment.
    public static let system = ConfigurationSources(
        file: { path in
            do throws(FileError) {
                let content = try OperatorFiles.read(path, limit: YAMLReader.byteCountMax)
                return .content(content.bytes, mode: content.mode)
            } catch {
                return error.isMissing ? .missing : error.isFull ? .tooLarge : .unreadable(error.reason)
            }
        },
        entries: { folder in (try? OperatorFiles.entries(of: folder)) ?? [] },
        variable: { readEnvironment($0) },
        digest: { "\(SHA256Hasher.digest(of: $0))" })

    /// The time zones among the files.
    public func zones() -> ZoneCatalog {
        ZoneCatalog { [file] path in file(path).bytes }
    }
}
