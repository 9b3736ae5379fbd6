public import Diagnostics
public import Environment

/// A file at a partner's, as a listing or a look at it tells.
public struct RemoteFile: Sendable, Hashable {
    /// Its name in its directory: data, never a local path. Checked by `RemoteName`.
    public var name: String
    /// The directory as asked for: relative to the connection's root or home, or absolute.
    public var directory: String
    /// Nil where the protocol does not tell before the transfer.
    public var byteCount: Int?
    /// Milliseconds since 1970-01-01T00:00:00Z, by the partner's clock; nil where unknown.
    public var modified: Int64?

    /// A file as far as it is known.
    public init(name: String, directory: String, byteCount: Int? = nil, modified: Int64? = nil) {
        self.name = name
        self.directory = directory
        self.byteCount = byteCount
        self.modified = modified
    }
}

/// What lies in a partner's directory.
public struct Listing: Sendable, Hashable {
    /// Regular files with acceptable names, sorted by the bytes of their names.
    public var files: [RemoteFile]
    /// A finding for each entry left out: links, directories (as notes) and unsafe names.
    public var skipped: [Diagnostic]

    /// What was found, and what was left out.
    public init(files: [RemoteFile], skipped: [Diagnostic] = []) {
        self.files = files
        self.skipped = skipped
    }
}

/// What a listing is wanted for.
public struct ListingRequest: Sendable, Hashable {
    /// Only names that match are looked at; nil for all.
    public var match: GlobPattern?
    /// Whether `modified` is needed. SFTP asks for it file by file, so only where something must be stable.
    public var needsModified: Bool

    /// What a listing is wanted for; by default names and sizes of everything.
    public init(match: GlobPattern? = nil, needsModified: Bool = false) {
        self.match = match
        self.needsModified = needsModified
    }
}

/// What is sent along with a fetch over HTTP; other protocols ignore it.
public struct FetchConditions: Sendable, Hashable {
    /// Query items in order, not yet encoded, such as a cursor.
    public var query: [QueryItem]
    /// The ETag of the last content: the answer may then be "nothing new".
    public var knownTag: String?

    /// What goes along; nothing by default.
    public init(query: [QueryItem] = [], knownTag: String? = nil) {
        self.query = query
        self.knownTag = knownTag
    }
}

/// A name and a value in a URL's query.
public struct QueryItem: Sendable, Hashable {
    /// The name, not yet encoded.
    public var name: String
    /// The value, not yet encoded.
    public var value: String

    /// A query item.
    public init(name: String, value: String) {
        self.name = name
        self.value = value
    }
}

/// What a fetch brought.
public struct FetchReport: Sendable, Hashable {
    /// Bytes given to the sink, after decompression.
    public var byteCount: Int
    /// There was nothing to fetch: HTTP 204 or 304.
    public var isNothing: Bool
    /// The ETag that HTTP gave.
    public var tag: String?
    /// Milliseconds since 1970-01-01T00:00:00Z; nil where unknown.
    public var modified: Int64?

    /// What a fetch brought.
    public init(byteCount: Int, isNothing: Bool = false, tag: String? = nil, modified: Int64? = nil) {
        self.byteCount = byteCount
        self.isNothing = isNothing
        self.tag = tag
        self.modified = modified
    }
}

/// Whether a name that a partner chose may be used at all, and how it is shown.
public enum RemoteName {
    /// The longest name that common file systems take, in bytes.
    public static let byteCountMax = 255

    /// - Returns: nil for an acceptable name; otherwise `NET.NAME.UNSAFE` with the name escaped. Nothing that
    ///   could be a path, a device or a terminal sequence passes; leading dashes, blanks and `$(…)` do, since
    ///   no shell is ever involved.
    public static func finding(for entry: DirectoryEntry) -> Diagnostic? {
        let reason = entry.isUTF8 ? flaw(in: entry.name) : "is not UTF-8"
        guard let reason else { return nil }
        return Diagnostic(
            "NET.NAME.UNSAFE", .error, "remote file name '\(displayed(entry.name))' \(reason)",
            found: String(displayed(entry.name).prefix(40)),
            expected: "a plain name of at most \(byteCountMax) bytes, like PO_20251121.edi",
            remedy: "ask the partner to rename the file; it stays where it is")
    }

    /// The name fit for a line on a terminal or in a log: control and direction characters as `\u{…}`, at
    /// most 120 characters.
    public static func displayed(_ name: String) -> String {
        var text = ""
        var count = 0
        for scalar in name.unicodeScalars {
            if count == 120 { return text + "…" }
            count += 1
            if isControl(scalar) || isDirection(scalar) {
                text += "\\u{" + String(scalar.value, radix: 16) + "}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    private static func flaw(in name: String) -> String? {
        if name.isEmpty { return "is empty" }
        if name == "." || name == ".." { return "is a directory reference" }
        if name.utf8.count > byteCountMax { return "has \(name.utf8.count) bytes" }
        if name.utf8.contains(0x2F) || name.utf8.contains(0x5C) { return "has a path separator" }
        if name.unicodeScalars.contains(where: isControl) { return "has control characters" }
        let stem = name.prefix { $0 != "." }.uppercased()
        return reserved.contains(stem) ? "is a device name" : nil
    }

    /// Names that open a device on Windows, with or without an extension.
    private static let reserved: Set<String> = [
        "CON", "PRN", "AUX", "NUL", "COM1", "COM2", "COM3", "COM4", "COM5", "COM6", "COM7", "COM8", "COM9",
        "LPT1", "LPT2", "LPT3", "LPT4", "LPT5", "LPT6", "LPT7", "LPT8", "LPT9",
    ]

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028
            || scalar.value == 0x2029
    }

    /// Marks that turn or hide what follows them on a terminal (Unicode Bidi_Control, zero-width characters).
    private static func isDirection(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x061C, 0x200B...0x200F, 0x202A...0x202E, 0x2066...0x2069, 0xFEFF: true
        default: false
        }
    }
}
