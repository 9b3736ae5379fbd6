public import Diagnostics

/// Tells what a drop is from its first bytes: for `check` without `--as`, and to say in the partner's words
/// what came instead of what was expected (a login page, a spreadsheet).
public enum DropSniffer {
    /// How many bytes are looked at.
    public static let headByteCount = 4_096

    /// What the first bytes look like.
    ///
    /// - Shape: `head` is the beginning of the drop, all of it when the drop is shorter than
    ///   `headByteCount`. A byte order mark and blanks before the first character do not matter. What is text
    ///   and none of the known formats is `.delimited` when a delimiter repeats on its lines, else `.text`.
    public static func format(of head: some Collection<UInt8>) -> DropFormat {
        let bytes = Array(head.prefix(headByteCount))
        if bytes.isEmpty { return .empty }
        if let known = binaryFormat(bytes) { return known }
        let text = asciiView(bytes)
        guard let first = text.firstIndex(where: { !isBlank($0) }) else { return .blank }
        let body = text[first...]
        if let known = markupFormat(body) { return known }
        if body.starts(with: "ISA".utf8), body.count > 3, !isWordByte(body[body.startIndex + 3]) {
            return .x12
        }
        if body.starts(with: "UNA".utf8) || body.starts(with: "UNB+".utf8) || looksLikeUNB(body) {
            return .edifact
        }
        if looksLikeJSON(body) { return .json }
        if looksBinary(text) { return .binary }
        return DelimitedDialect.detected(in: bytes) == nil ? .text : .delimited
    }

    /// Whether the bytes are UTF-16, by byte order mark or by where the zero bytes stand.
    public static func isUTF16(_ head: some Collection<UInt8>) -> Bool {
        let bytes = Array(head.prefix(headByteCount))
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) { return true }
        guard bytes.count >= 4, bytes.count % 2 == 0 || bytes.count == headByteCount else { return false }
        let (even, odd) = zeroCounts(bytes)
        let pairs = bytes.count / 2
        return (even * 10 >= pairs * 7 && odd * 10 < pairs) || (odd * 10 >= pairs * 7 && even * 10 < pairs)
    }

    /// The finding when a drop is not what was expected; nil when it is, or when it may be.
    ///
    /// - Shape: `FILE.EMPTY` ("0 bytes", or "no segments" for blanks), `FILE.NOT_EXPECTED_FORMAT`, and
    ///   `X12.ENCODING` where X12 comes in UTF-16 or EBCDIC. Text of no known format is never refused here:
    ///   the reader says better what is wrong with it.
    public static func finding(
        head: some Collection<UInt8>, expected: DropFormat, drop: String, isWholeDrop: Bool
    ) -> Diagnostic? {
        let location = SourceLocation(drop: drop, byteOffset: 0, line: 1, column: 1)
        let seen = format(of: head)
        switch seen {
        case .empty: return emptyFinding("drop has 0 bytes", at: location)
        case .blank:
            guard isWholeDrop else { return nil }
            return emptyFinding("drop has \(missing(expected)), only blanks and line ends", at: location)
        default: break
        }
        let isEDI = expected == .x12 || expected == .edifact
        if isEDI, isUTF16(head) {
            return Diagnostic(
                "X12.ENCODING", at: location, "drop is in UTF-16", found: "UTF-16",
                expected: "one byte a character, US-ASCII or the charset agreed with the partner",
                remedy: "ask the partner to send \(expected.words) in US-ASCII or UTF-8")
        }
        if isEDI, seen == .ebcdicX12 {
            return Diagnostic(
                "X12.ENCODING", at: location, "drop is in EBCDIC", found: "EBCDIC",
                expected: "US-ASCII or the charset agreed with the partner",
                remedy: "ask the partner to transfer in text mode, which converts EBCDIC to ASCII")
        }
        guard seen != expected, isForeign(seen, to: expected) else { return nil }
        return Diagnostic(
            "FILE.NOT_EXPECTED_FORMAT", at: location,
            "drop looks like \(seen.words), expected \(expected.words)", found: Excerpt.of(printable(head)),
            expected: expected.words, remedy: remedy(for: seen))
    }

    /// Whether the zero bytes say that UTF-16 without a byte order mark has its high byte first.
    static func looksBigEndian(_ bytes: [UInt8]) -> Bool {
        let (even, odd) = zeroCounts(bytes)
        return even > odd
    }

    private static func zeroCounts(_ bytes: [UInt8]) -> (even: Int, odd: Int) {
        var counts = [0, 0]
        for (index, byte) in bytes.enumerated() where byte == 0 { counts[index & 1] += 1 }
        return (counts[0], counts[1])
    }

    private static func emptyFinding(_ message: String, at location: SourceLocation) -> Diagnostic {
        Diagnostic(
            "FILE.EMPTY", at: location, message, expected: "at least one document",
            remedy: "ask the partner to send the drop again")
    }

    private static func missing(_ expected: DropFormat) -> String {
        switch expected {
        case .x12, .edifact: "no segments"
        case .delimited, .fixed: "no rows"
        case .xml: "no elements"
        default: "no content"
        }
    }

    private static func isForeign(_ seen: DropFormat, to expected: DropFormat) -> Bool {
        switch seen {
        case .text, .empty, .blank: false
        // One column of anything may look like nothing; a delimiter in EDI or JSON is no sign of CSV.
        case .delimited: expected == .xml
        case .fixed: false
        case .json: expected != .delimited && expected != .fixed
        case .binary: true
        // Rows may begin with any word, so only markup and magic numbers speak against CSV and fixed width.
        default: true
        }
    }

    private static func remedy(for seen: DropFormat) -> String {
        switch seen {
        case .html: "open the address in a browser: it answers with a page, most often a login or an error"
        case .zip: "ask the partner for the text export, or unpack the archive"
        default: "ask the partner to send the document itself"
        }
    }

    private static func printable(_ head: some Collection<UInt8>) -> [UInt8] {
        head.prefix(headByteCount).filter { (0x20...0x7E).contains($0) }
    }
}
