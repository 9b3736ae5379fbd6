import Glibc

/// The value of an environment variable; nil where it is not set.
public func readEnvironment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
}

/// The number of this process.
public func processNumber() -> Int32 { getpid() }

/// A password, key or token. It prints as `(secret)` wherever it is printed, dumped or interpolated; who
/// needs the text asks for it by name.
public struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let text: String

    /// Keeps a text from being printed.
    public init(_ text: String) { self.text = text }

    /// The text itself, for the one call that sends it.
    public func revealed() -> String { text }

    /// Whether there is nothing to keep.
    public var isEmpty: Bool { text.isEmpty }
    /// Always `(secret)`.
    public var description: String { "(secret)" }
    /// Always `(secret)`.
    public var debugDescription: String { "(secret)" }
    /// Shows nothing.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
