import Diagnostics

/// Says why a drop has no interchange at all: what it looks like instead.
enum DropWithoutInterchange {
    static func explain(_ scan: inout X12Scan, head: [UInt8], options: X12ScanOptions) {
        let location = SourceLocation(
            drop: options.drop, byteOffset: 0, byteCount: min(scan.byteCount, 64), line: 1, column: 1)
        scan.findings.removeAll { $0.code == "X12.JUNK" }
        func add(_ code: DiagnosticCode, _ message: String, _ expected: String, _ remedy: String) {
            scan.findings.append(
                Diagnostic(
                    code, .error, at: location, message, found: head.isEmpty ? nil : ByteText.quoted(head),
                    expected: expected, remedy: remedy))
        }
        if scan.byteCount == 0 {
            add(
                "FILE.EMPTY", "file is empty: 0 bytes", "an interchange ISA…IEA",
                "ask the partner to send the file again")
        } else if head.isEmpty {
            add(
                "FILE.EMPTY", "file has no segments, \(scan.byteCount) bytes of blanks",
                "an interchange ISA…IEA",
                "ask the partner to send the file again")
        } else if let encoding = encoding(of: head) {
            add(
                "X12.ENCODING", "file is encoded as \(encoding)", "single bytes or UTF-8",
                "ask the partner to send the file as ASCII or UTF-8")
        } else {
            add(
                "FILE.NOT_EXPECTED_FORMAT", "file looks like \(kind(of: head)), expected X12",
                "ISA as the first bytes",
                "look at what the other side really sent, then fetch it again")
        }
    }

    /// Encodings in which no `ISA` is found: two-byte ones and EBCDIC.
    private static func encoding(of head: [UInt8]) -> String? {
        let start = Array(head.prefix(4))
        guard start.count >= 3 else { return nil }
        if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) { return "UTF-16" }
        if start.starts(with: [0x49, 0x00, 0x53]) || start.starts(with: [0x00, 0x49, 0x00]) {
            return "UTF-16"
        }
        // Zero bytes count as blanks between interchanges, so that big-endian text shows without its first one.
        if start.starts(with: [0xC9, 0xE2, 0xC1]) { return "EBCDIC" }
        return nil
    }

    private static func kind(of head: [UInt8]) -> String {
        let text = String(decoding: head, as: UTF8.self).lowercased()
        if text.hasPrefix("<!doctype html") || text.hasPrefix("<html") { return "HTML" }
        if text.hasPrefix("<") { return "XML" }
        if text.hasPrefix("{") || text.hasPrefix("[") { return "JSON" }
        if text.hasPrefix("una") || text.hasPrefix("unb") { return "EDIFACT" }
        if text.hasPrefix("pk\u{3}\u{4}") { return "a ZIP archive" }
        if head.starts(with: [0x1F, 0x8B]) { return "gzip" }
        return "something else"
    }
}
