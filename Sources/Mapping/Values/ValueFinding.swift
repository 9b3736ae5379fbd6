import Canonical
import Diagnostics

/// Puts what is wrong with a value into words.
struct ValueFinding {
    /// What a refusal refuses: a row of a delimited drop, a document of any other.
    let refusal: FindingEffect
    let zoneName: String?

    /// - Parameters:
    ///   - subject: what the value is called where it stands: `row 2 sku`, `BEG03`.
    ///   - location: made only when there is a finding.
    func finding(
        _ problem: ValueProblem, _ rule: ValueRule, subject: String, bytes: Span<UInt8>,
        at location: SourceLocation,
        codes: [CodeIndex]
    ) -> MappingFinding? {
        let text = Visible.text(bytes)
        switch problem {
        case .none, .empty: return nil
        case .trimmed:
            return MappingFinding(
                Diagnostic(
                    .fieldTrimmed, .warning, at: location, "\(subject) '\(text)' has blanks around it",
                    found: text,
                    expected: "the identifier alone", remedy: "nothing; the blanks were taken away"),
                effect: .none)
        case .nonexistentTime:
            let zone = zoneName ?? "the zone"
            return MappingFinding(
                Diagnostic(
                    .fieldTimeNonexistent, .warning, at: location,
                    "\(subject) '\(text)' is a time that clocks in \(zone) skipped", found: text,
                    expected: "a time that exists",
                    remedy: "look whether it matters; it was moved forward by the gap"),
                effect: .none)
        case .scientific:
            return MappingFinding(
                Diagnostic(
                    .fieldScientific, at: location, "\(subject) \(text) looks like a spreadsheet number",
                    found: text,
                    expected: "the identifier as it was exported, such as 001230000000",
                    remedy: "ask the partner for the file before a spreadsheet opened it"),
                effect: .holdDocument)
        case .unknownCode: return unknownCode(rule, subject, text, location, codes)
        default:
            let words = Self.words(problem, rule, subject, text, bytes)
            return MappingFinding(
                Diagnostic(
                    words.code, at: location, words.message, found: text, expected: words.expected,
                    remedy: words.remedy), effect: refusal)
        }
    }

    private func unknownCode(
        _ rule: ValueRule, _ subject: String, _ text: String, _ location: SourceLocation, _ codes: [CodeIndex]
    ) -> MappingFinding? {
        guard rule.codes >= 0, Int(rule.codes) < codes.count else { return nil }
        let index = codes[Int(rule.codes)]
        let isUnit = index.table == "units"
        return MappingFinding(
            Diagnostic(
                isUnit ? .unitUnknown : .codeUnknown, at: location,
                isUnit
                    ? "\(subject) has no canonical unit for '\(text)'"
                    : "\(subject) has no canonical code for '\(text)' in table \(index.table)", found: text,
                expected: "a code of list \(index.list) in table \(index.table)",
                remedy: "add it to config/codes/\(index.table).yaml, then replay the drop from map"),
            effect: .holdDocument,
            missingCode: MissingCode(table: index.table, list: index.list, code: text))
    }

    private struct Words {
        var code: DiagnosticCode
        var message: String
        var expected: String
        var remedy: String
    }

    private static func words(
        _ problem: ValueProblem, _ rule: ValueRule, _ subject: String, _ text: String, _ bytes: Span<UInt8>
    ) -> Words {
        let formats = rule.formats.map(\.text).joined(separator: " or ")
        switch problem {
        case .notWhole:
            let state = hasForeignDigit(bytes) ? "has a non-ASCII digit" : "is not a plain number"
            return Words(
                code: .fieldInt, message: "\(subject) '\(text)' \(state)",
                expected: "digits only, such as 1000",
                remedy: "ask the partner to write digits only")
        case .notDecimal:
            return Words(
                code: .fieldDecimal, message: "\(subject) '\(text)' is not a plain decimal number",
                expected:
                    "digits and a \(rule.usesDecimalComma ? "comma" : "point"), such as 19\(rule.usesDecimalComma ? "," : ".")99",
                remedy: "set decimal_mark or symbols in the map, or ask the partner to correct it")
        case .serialDate:
            return Words(
                code: .fieldDate,
                message:
                    "\(subject) '\(text)' is not a date, but may be a spreadsheet's day number (format excel_serial)",
                expected: formats, remedy: "add excel_serial to the formats of the binding if it is one")
        case .notDate:
            return Words(
                code: .fieldDate, message: "\(subject) '\(text)' is not a date", expected: formats,
                remedy: "add the format to the map, or ask the partner to correct it")
        case .notTime:
            return Words(
                code: .fieldTime, message: "\(subject) '\(text)' is not a time of day", expected: formats,
                remedy: "ask the partner to correct it")
        case .notFlag:
            return Words(
                code: .fieldFlag, message: "\(subject) '\(text)' is neither yes nor no",
                expected: "true or false",
                remedy: "ask the partner to write true or false")
        case .identifierCharacter:
            return Words(
                code: .fieldIDCharacters,
                message: "\(subject) '\(text)' has characters that no identifier has",
                expected: "no quotes, semicolons or control characters",
                remedy: "ask the partner to correct it")
        case .controlCharacter:
            return Words(
                code: .fieldControl, message: "\(subject) \(firstControl(bytes)) is a control character",
                expected: "printable text", remedy: "ask the partner to remove it")
        default:
            return Words(
                code: .moneyCurrency, message: "\(subject) '\(text)' is not a currency",
                expected: "a code of ISO 4217, such as USD", remedy: "ask the partner to write the code")
        }
    }

    private static func hasForeignDigit(_ bytes: Span<UInt8>) -> Bool {
        ValueReading.string(bytes).unicodeScalars.contains {
            $0.value >= 0x80 && $0.properties.numericType == .decimal
        }
    }

    /// `U+0007`: the first control character as people look it up.
    private static func firstControl(_ bytes: Span<UInt8>) -> String {
        for scalar in ValueReading.string(bytes).unicodeScalars {
            let value = scalar.value
            if value < 0x20 && value != 9 && value != 10 && value != 13 || (0x7F..<0xA0).contains(value) {
                let digits = String(value, radix: 16, uppercase: true)
                return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
            }
        }
        return "U+0000"
    }
}

/// Partners' text made visible in messages.
enum Visible {
    /// Most characters of a partner's value that a finding quotes.
    static let countMax = 40

    /// The text with control and invisible characters escaped as `\u{1B}`, at most 40 characters.
    static func text(_ bytes: Span<UInt8>) -> String {
        var result = ""
        var count = 0
        let shown = bytes.count > countMax * 4 ? bytes.extracting(0..<countMax * 4) : bytes
        for scalar in ValueReading.string(shown).unicodeScalars {
            guard count < countMax else { return result + "…" }
            count += 1
            if isInvisible(scalar.value) {
                result += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    static func text(_ text: String) -> String { Self.text(Array(text.utf8).span) }

    private static func isInvisible(_ value: UInt32) -> Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0xAD, 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF,
            0xE0000...0xE0FFF:
            true
        default: false
        }
    }
}
