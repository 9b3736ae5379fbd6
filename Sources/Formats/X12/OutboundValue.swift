import Diagnostics

/// One value on its way out: made fit to stand between separators, with a finding for whatever was changed.
struct OutboundValue {
    let text: String
    /// `N102`.
    let name: String
    let rule: ElementRule?
    let isFreeText: Bool
    let options: X12WriterOptions
    let delimiters: X12Delimiters
    let control: String?
    private(set) var findings: [Diagnostic] = []

    init(
        text: String, name: String, rule: ElementRule?, isFreeText: Bool, options: X12WriterOptions,
        delimiters: X12Delimiters, control: String?
    ) {
        self.text = text
        self.name = name
        self.rule = rule
        self.isFreeText = isFreeText
        self.options = options
        self.delimiters = delimiters
        self.control = control
    }

    mutating func written() -> String {
        // Nearly every value is fine as it is.
        if isPlain { return limited(text) }
        var result: [Unicode.Scalar] = []
        var separators = 0
        var characters = 0
        var isAfterReturn = false
        for scalar in text.unicodeScalars {
            let isReturn = scalar == "\r"
            if scalar == "\n" && isAfterReturn {
                isAfterReturn = false
                continue
            }
            isAfterReturn = isReturn
            if scalar.value == UInt32(SegmentBuffer.component) {
                result.append(scalar)
            } else if options.policy != .switchDelimiters, scalar.value < 0x80,
                delimiters.contains(UInt8(scalar.value))
            {
                separators += 1
                result.append(" ")
            } else if !isWritable(scalar) {
                characters += 1
                result.append(" ")
            } else {
                result.append(scalar)
            }
        }
        report(separators: separators, characters: characters)
        var written = ""
        written.unicodeScalars.append(contentsOf: result)
        return limited(written)
    }

    private var isPlain: Bool {
        text.utf8.allSatisfy {
            $0 >= 0x20 && $0 < 0x7F && (options.policy == .switchDelimiters || !delimiters.contains($0))
        }
    }

    private func isWritable(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x20 || scalar.value == 0x7F || (scalar.value >= 0x80 && scalar.value < 0xA0) {
            return false
        }
        // Bytes are written as UTF-8; in ASCII nothing else can be said, and Latin-1 is not written.
        guard scalar.value >= 0x80 else { return true }
        guard options.charset == .utf8 else { return false }
        return !Array(String(Character(scalar)).utf8).contains { delimiters.contains($0) }
    }

    private mutating func report(separators: Int, characters: Int) {
        if separators > 0 {
            if options.policy == .reject || !isFreeText {
                add(
                    "OUT.DELIM.REJECTED", .error,
                    "\(separators) delimiter characters in a value that may not be changed",
                    expected: "no separator in identifiers, numbers and codes",
                    remedy: "correct the value, or choose other separators")
            } else {
                add(
                    "OUT.DELIM.REPLACED", .warning, "\(separators) delimiter characters replaced",
                    expected: "text without separators", remedy: nil)
            }
        }
        if characters > 0 {
            let severity: Severity = isFreeText ? .warning : .error
            add(
                isFreeText ? "OUT.CHAR.REPLACED" : "OUT.CHAR.REJECTED", severity,
                isFreeText
                    ? "\(characters) characters replaced by blanks"
                    : "\(characters) characters cannot be written",
                expected: "printable characters of \(options.charset.rawValue)", remedy: nil)
        }
    }

    /// Shortens free text; anything else that is too long is an error.
    private mutating func limited(_ value: String) -> String {
        guard let rule, rule.type != .composite, rule.lengthMax > 0 else { return value }
        let count: Int
        switch rule.type {
        case .integer, .decimal: count = value.utf8.count { $0 >= 0x30 && $0 <= 0x39 }
        default: count = value.unicodeScalars.count
        }
        guard count > rule.lengthMax else { return value }
        guard isFreeText else {
            add(
                "OUT.ELEM.TOO_LONG", .error,
                "\(count) > \(rule.lengthMax) characters, and may not be shortened",
                expected: "at most \(rule.lengthMax) characters",
                remedy: "correct the value, or widen the partner's guide")
            return value
        }
        add(
            "OUT.ELEM.TRUNCATED", .warning, "\(count) > \(rule.lengthMax) characters, shortened",
            expected: "at most \(rule.lengthMax) characters", remedy: nil)
        var kept = ""
        kept.unicodeScalars.append(contentsOf: value.unicodeScalars.prefix(rule.lengthMax))
        while kept.last == " " { kept.removeLast() }
        return kept
    }

    private mutating func add(
        _ code: DiagnosticCode, _ severity: Severity, _ state: String, expected: String, remedy: String?
    ) {
        let colon = code.rawValue.hasPrefix("OUT.ELEM") ? "" : ":"
        let location = SourceLocation(
            drop: options.drop, byteOffset: 0,
            segment: SegmentPosition(ordinal: 0, tag: String(name.dropLast(2)), set: control))
        findings.append(
            Diagnostic(
                code, severity, at: location, "\(name)\(colon) \(state)", found: ByteText.quoted(text.utf8),
                expected: expected,
                remedy: remedy, move: .ours))
    }
}
