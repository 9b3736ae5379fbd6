public import Diagnostics

/// Writes XML 1.0 in UTF-8: namespaces by declared prefixes, escapes, indentation. What was written is
/// well-formed as long as every `start` has its `end`; `finish()` sees to that.
///
/// - Shape: `takeBytes()` hands over what was written since the last call. Characters that XML cannot carry
///   are left out, with the finding `XML.CHAR.ILLEGAL`; nothing else is changed, so reading it back gives the
///   same values.
/// - Source: XML 1.0 (Fifth Edition) sections 2.2, 2.4, 2.11 and 3.3.3.
public struct XMLWriter {
    /// A prefix and the namespace it stands for; an empty prefix is the default namespace.
    public struct Prefix: Sendable, Hashable {
        /// `cbc`, or empty.
        public var prefix: String
        /// The namespace URI.
        public var namespace: String

        /// Declares a prefix.
        public init(_ prefix: String, _ namespace: String) {
            self.prefix = prefix
            self.namespace = namespace
        }
    }

    /// An attribute to write.
    public struct Attribute: Sendable, Hashable {
        /// Its name; with a namespace only where one of the prefixes stands for it.
        public var name: XMLName
        /// Its value, not escaped.
        public var value: String

        /// An attribute and its value.
        public init(_ name: XMLName, _ value: String) {
            self.name = name
            self.value = value
        }

        /// An attribute without a namespace and its value.
        public init(_ name: String, _ value: String) { self.init(XMLName(name), value) }
    }

    /// What could not be written as given.
    public private(set) var log = DiagnosticLog()
    /// Bytes written so far, handed over or not: the offset in the drop of what comes next.
    public private(set) var byteCount = 0

    private let drop: String
    private let prefixes: [Prefix]
    private let indent: Int
    private var bytes: [UInt8] = []
    /// Names as written of the open elements, and whether they hold elements or text.
    private var open: [(name: String, hasElements: Bool, hasText: Bool)] = []
    /// Whether the last start tag still waits for its `>`.
    private var isTagOpen = false

    /// A writer of one drop, which begins with the XML declaration. The prefixes are declared on the root
    /// element. `indent` is blanks a level; 0 writes everything on one line.
    public init(drop: String, prefixes: [Prefix] = [], indent: Int = 2) {
        self.drop = drop
        self.prefixes = prefixes
        self.indent = max(0, indent)
        append("<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
    }

    /// Begins an element. Inside an element with text nothing is indented, because blanks would be text
    /// there.
    public mutating func start(_ name: XMLName, _ attributes: [Attribute] = []) {
        closeTag()
        let isRoot = open.isEmpty
        if !open.isEmpty { open[open.count - 1].hasElements = true }
        if isRoot || open.last?.hasText == false { newLine(open.count) }
        let written = qualified(name)
        append("<" + written.name)
        if isRoot {
            for prefix in prefixes {
                declare(prefix.prefix, prefix.namespace)
            }
        }
        if let undeclared = written.undeclared { declare("", undeclared) }
        for attribute in attributes {
            append(" " + qualified(attribute.name, isAttribute: true).name + "=\"")
            escape(attribute.value, isAttribute: true)
            append("\"")
        }
        open.append((written.name, false, false))
        isTagOpen = true
    }

    /// Writes text into the open element. Returns where it stands in the drop.
    @discardableResult
    public mutating func text(_ text: String) -> Range<Int> {
        guard !open.isEmpty else { return byteCount..<byteCount }
        closeTag()
        if !text.isEmpty { open[open.count - 1].hasText = true }
        let start = byteCount
        escape(text, isAttribute: false)
        return start..<byteCount
    }

    /// Ends the open element; an element without content becomes `<a/>`.
    public mutating func end() {
        guard let last = open.popLast() else { return }
        if isTagOpen {
            append("/>")
            isTagOpen = false
        } else {
            if last.hasElements, !last.hasText { newLine(open.count) }
            append("</" + last.name + ">")
        }
    }

    /// Writes an element with text. Returns where the text stands in the drop.
    @discardableResult
    public mutating func element(_ name: XMLName, _ attributes: [Attribute] = [], text value: String)
        -> Range<Int>
    {
        start(name, attributes)
        let range = text(value)
        end()
        return range
    }

    /// Ends all that is open and the last line.
    public mutating func finish() {
        while !open.isEmpty { end() }
        append("\n")
    }

    /// What was written since the last call.
    public mutating func takeBytes() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        return taken
    }

    private mutating func append(_ text: String) {
        bytes.append(contentsOf: text.utf8)
        byteCount += text.utf8.count
    }

    private mutating func closeTag() {
        if isTagOpen { append(">") }
        isTagOpen = false
    }

    private mutating func newLine(_ level: Int) {
        guard indent > 0 else { return }
        append("\n" + String(repeating: " ", count: level * indent))
    }

    private mutating func declare(_ prefix: String, _ namespace: String) {
        append(prefix.isEmpty ? " xmlns=\"" : " xmlns:\(prefix)=\"")
        escape(namespace, isAttribute: true)
        append("\"")
    }

    /// The name with its prefix. An element of a namespace without one declares it as default where it
    /// stands; an attribute has no default namespace, so one without a prefix keeps its local name.
    private func qualified(_ name: XMLName, isAttribute: Bool = false) -> (name: String, undeclared: String?)
    {
        if isAttribute, name.namespace.isEmpty { return (name.local, nil) }
        if isAttribute, name.namespace == "http://www.w3.org/XML/1998/namespace" {
            return ("xml:" + name.local, nil)
        }
        for prefix in prefixes where prefix.namespace == name.namespace {
            if prefix.prefix.isEmpty {
                if !isAttribute { return (name.local, nil) }
            } else {
                return (prefix.prefix + ":" + name.local, nil)
            }
        }
        let hasDefault = prefixes.contains { $0.prefix.isEmpty }
        return (name.local, isAttribute || name.namespace.isEmpty && !hasDefault ? nil : name.namespace)
    }

    private mutating func escape(_ text: String, isAttribute: Bool) {
        let start = byteCount
        var left: [UnicodeScalar] = []
        for scalar in text.unicodeScalars {
            guard Self.isAllowed(scalar) else {
                left.append(scalar)
                continue
            }
            if let reference = Self.reference(scalar, isAttribute: isAttribute) {
                append(reference)
            } else {
                let encoded = UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
                bytes.append(contentsOf: encoded)
                byteCount += encoded.count
            }
        }
        guard let first = left.first else { return }
        log.add(
            Diagnostic(
                "XML.CHAR.ILLEGAL", .warning, at: SourceLocation(drop: drop, byteOffset: start),
                "value in element \(open.last?.name ?? "") has \(left.count) characters XML cannot carry",
                found: "U+" + String(first.value, radix: 16, uppercase: true),
                expected: "TAB, line ends, and characters from U+0020 on",
                remedy: "correct the value where it came from"))
    }

    private static func isAllowed(_ scalar: UnicodeScalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D, 0x20...0xD7FF, 0xE000...0xFFFD, 0x1_0000...0x10_FFFF: true
        default: false
        }
    }

    /// What stands for a character that cannot stand for itself. CR, and TAB and LF in attributes, would be
    /// normalised away on reading.
    private static func reference(_ scalar: UnicodeScalar, isAttribute: Bool) -> String? {
        switch scalar {
        case "&": "&amp;"
        case "<": "&lt;"
        case ">": "&gt;"
        case "\r": "&#13;"
        case "\"" where isAttribute: "&quot;"
        case "\n" where isAttribute: "&#10;"
        case "\t" where isAttribute: "&#9;"
        default: nil
        }
    }
}
