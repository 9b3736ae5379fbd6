/// Where a secret is kept. The configuration never holds the secret itself.
public enum SecretReference: Sendable, Hashable, CustomStringConvertible {
    /// An environment variable, by name.
    case environment(String)
    /// A file that only its owner can read, by path; its content without the line end is the secret.
    case file(String)

    /// `env:PAGER_WEBHOOK`, `file:/run/secrets/key`: names the place, never the content.
    public var description: String {
        switch self {
        case .environment(let name): "env:\(name)"
        case .file(let path): "file:\(path)"
        }
    }
}

/// A secret that has been read. It prints as `(secret)`, whichever way it is printed.
public struct SecretText: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The secret itself, for the one call that needs it.
    public func reveal() -> String { String(decoding: bytes, as: UTF8.self) }

    /// `(secret)`.
    public var description: String { "(secret)" }
    /// `(secret)`.
    public var debugDescription: String { description }
    /// Has no children, so that `dump` shows nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
