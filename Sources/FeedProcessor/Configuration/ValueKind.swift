import Canonical
import Diagnostics

/// What may stand under a key: how it is read, how it is shown, what the reference page calls it.
struct ValueKind<Value: Sendable>: Sendable {
    let outline: KindOutline
    /// Reads a node; nil when it is not of this kind, which has then been said.
    let read: @Sendable (DeclarationNode, ConfigurationPlace, inout ConfigurationReading) -> Value?
    /// The value in the words of the file; nil where its parts are listed one by one.
    let show: @Sendable (Value) -> String?
    /// Lists a value that the file does not give.
    let list: @Sendable (Value, String, inout ConfigurationReading) -> Void

    init(
        _ outline: KindOutline, show: @escaping @Sendable (Value) -> String?,
        list: (@Sendable (Value, String, inout ConfigurationReading) -> Void)? = nil,
        read: @escaping @Sendable (DeclarationNode, ConfigurationPlace, inout ConfigurationReading) -> Value?
    ) {
        self.outline = outline
        self.read = read
        self.show = show
        self.list =
            list ?? { value, path, reading in
                if let shown = show(value) { reading.list(path, shown, nil) }
            }
    }

    /// A kind written as one piece of text.
    static func scalar(
        _ name: String, like example: String, show: @escaping @Sendable (Value) -> String,
        parse: @escaping @Sendable (String) -> Value?
    ) -> ValueKind {
        ValueKind(.init(name: name, example: example), show: show) { node, place, reading in
            guard let text = node.text, let value = parse(text) else {
                reading.refuse(node, at: place, isNot: name, like: example)
                return nil
            }
            return value
        }
    }

    /// Another value made of this one; nil refuses it with a `CONFIG.VALUE` that says `rule`.
    func checked(_ rule: String, _ holds: @escaping @Sendable (Value) -> Bool) -> ValueKind {
        ValueKind(outline, show: show, list: list) { node, place, reading in
            guard let value = read(node, place, &reading) else { return nil }
            guard holds(value) else {
                reading.refuse(
                    "CONFIG.VALUE", at: node.location, "\(place.path) is out of range",
                    found: reading.isPrivate(place.path) ? nil : node.text,
                    expected: rule)
                return nil
            }
            return value
        }
    }
}

/// What the reference page says about a kind.
struct KindOutline: Sendable {
    var name: String
    var example: String?
    /// The section that stands under the key, where it is one.
    var section: SectionOutline?
    /// How the section is reached: under the key itself, under each name, in each element.
    var reach = ""

    init(name: String, example: String? = nil, section: SectionOutline? = nil, reach: String = "") {
        self.name = name
        self.example = example
        self.section = section
        self.reach = reach
    }
}

extension ValueKind where Value == String {
    /// Text that is not empty and has no control characters.
    static let text = ValueKind.scalar("text", like: "anything", show: { $0 }) { text in
        text.isEmpty || text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F } ? nil : text
    }
    /// Text that may be empty or hold control characters: delimiters.
    static let rawText = ValueKind.scalar("text", like: "\"|\"", show: { $0 }) { $0 }
    /// The name of something else in the configuration, or of a file without `.yaml`.
    static let identifier = ValueKind.scalar("id", like: "megamart-850", show: { $0 }) { text in
        isIdentifier(text) ? text : nil
    }
    /// The name of a guide or map: an id, or with its folders where one name is not enough.
    static let declaration = ValueKind.scalar("id of a file", like: "megamart-850", show: { $0 }) { text in
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.allSatisfy { isIdentifier(String($0)) } ? text : nil
    }
    /// A path with `/`; what it is relative to, the key says.
    static let path = ValueKind.scalar("path", like: "out/po/", show: { $0 }) { text in
        text.isEmpty || text.utf8.contains(0) ? nil : text
    }
    /// An IANA time zone; whether it exists is checked where the zone files are.
    static let timeZone = ValueKind.scalar("time zone", like: "America/New_York", show: { $0 }) { text in
        text.isEmpty ? nil : text
    }

    /// Letters, digits, `-`, `_` and `.`, beginning with a letter or a digit: safe in a path and on a command line.
    static func isIdentifier(_ text: String) -> Bool {
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20)
        }
        guard let first = text.utf8.first, isAlphanumeric(first), text.utf8.count <= 100 else { return false }
        return text.utf8.allSatisfy { isAlphanumeric($0) || $0 == 0x2D || $0 == 0x5F || $0 == 0x2E }
    }
}

extension ValueKind where Value == Bool {
    /// `true` or `false`; YAML's other words for them are refused, because `no` is also a country.
    static let flag = ValueKind.scalar("true or false", like: "true", show: { String($0) }) { text in
        text == "true" ? true : text == "false" ? false : nil
    }
}

extension ValueKind where Value == Int {
    /// A whole number without sign, at most 18 digits.
    static func count(_ range: ClosedRange<Int> = 0...999_999_999) -> ValueKind {
        scalar(
            "whole number", like: String(max(range.lowerBound, min(10, range.upperBound))),
            show: { String($0) }
        ) {
            $0.utf8.count <= 18 && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int($0) : nil
        }.checked("\(range.lowerBound) to \(range.upperBound)") { range.contains($0) }
    }
}

extension ValueKind where Value == ScaledDecimal {
    /// A decimal number, exact, 0 or more, at most six digits after the point.
    static let decimal = ValueKind.scalar("decimal number", like: "0.01", show: { $0.description }) {
        ScaledDecimal($0)
    }.checked("0 or more") { !$0.isNegative }
    /// A part of a whole, 0 to 1.
    static let ratio = ValueKind.scalar("ratio", like: "0.30", show: { $0.description }) {
        ScaledDecimal($0)
    }.checked("0 to 1") { !$0.isNegative && $0 <= ScaledDecimal(1) }
}

extension ValueKind where Value == ConfiguredDuration {
    /// A length of time.
    static let duration = ValueKind.scalar("duration", like: "15m", show: { $0.description }) {
        ConfiguredDuration($0)
    }
    /// A length of time that a clock alone can measure: no business days.
    static let clockDuration = duration.checked("a length that needs no calendar, like 24h") {
        $0.seconds != nil
    }
}

extension ValueKind where Value == ByteSize {
    static let byteSize = ValueKind.scalar("size", like: "64MiB", show: { $0.description }) { ByteSize($0) }
}

extension ValueKind where Value == TimeOfDay {
    static let timeOfDay = ValueKind.scalar("time of day", like: "17:30", show: { $0.description }) {
        TimeOfDay($0)
    }
}

extension ValueKind where Value == CalendarDate {
    static let date = ValueKind.scalar("date", like: "2027-01-31", show: { $0.description }) {
        CalendarDate(iso: $0)
    }
}

extension ValueKind where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of a few words.
    static var choice: ValueKind {
        let words = Value.allCases.map(\.rawValue)
        let list = words.joined(separator: ", ")
        return ValueKind(.init(name: "one of " + list, example: words.first), show: { $0.rawValue }) {
            node, place, reading in
            guard let text = node.text else {
                reading.refuse(node, at: place, isNot: "a word", like: words.first ?? "")
                return nil
            }
            guard let value = Value(rawValue: text) else {
                let near = Suggestion.nearest(to: text, in: words)
                let isPrivate = reading.isPrivate(place.path)
                if isPrivate { reading.blank(node) }
                let subject = isPrivate ? "the word" : "'\(text)'"
                reading.refuse(
                    "CONFIG.VALUE", at: node.location,
                    "\(subject) is not a value of \(place.path)"
                        + (near.map { "; did you mean '\($0)'?" } ?? ""),
                    found: isPrivate ? nil : text, expected: "one of \(list)",
                    remedy: near.map { "write '\($0)'" })
                return nil
            }
            return value
        }
    }
}
