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
