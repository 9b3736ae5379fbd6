import Canonical
@_spi(_Unicode) import Swift

/// Reads values: bytes to field values, without an allocation but for the strings that are kept.
enum ValueReading {
    /// Reads the bytes of one place.
    ///
    /// - Shape: empty where only blanks stand; otherwise a value, a problem, or (trimmed, unknown code) both.
    static func read(_ bytes: Span<UInt8>, _ rule: ValueRule, _ context: borrowing ValueContext) -> ReadValue
    {
        var start = 0
        var end = bytes.count
        while end > start, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
        while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
        let wasTrimmed = end - start != bytes.count
        if rule.stripsGuard, start < end, bytes[start] == UInt8(ascii: "'") { start += 1 }
        if rule.hasPrefix { start += prefixCount(rule.prefix, bytes, start, end) }
        guard start < end else { return .empty }
        var result = convert(bytes.extracting(start..<end), rule, context)
        result.start = start
        result.count = end - start
        if wasTrimmed, result.problem == .none, rule.kind == .identifier { result.problem = .trimmed }
        return result
    }

    private static func prefixCount(_ prefix: [UInt8], _ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int
    {
        guard end - start > prefix.count else { return 0 }
        for index in prefix.indices where bytes[start + index] != prefix[index] { return 0 }
        return prefix.count
    }

    private static func convert(
        _ bytes: Span<UInt8>, _ rule: ValueRule, _ context: borrowing ValueContext
    ) -> ReadValue {
        switch rule.kind {
        case .text: text(bytes, rule)
        case .identifier: identifier(bytes, rule)
        case .code: code(bytes, rule, context)
        case .currency: currency(bytes)
        case .quantity, .decimal: number(bytes, rule)
        case .date, .time, .instant: moment(bytes, rule, context)
        case .flag: flag(bytes)
        }
    }

    private struct Look {
        /// Nothing but printable ASCII.
        var isPlain = true
        var hasControl = false
        var hasNull = false
        /// One of `'`, `"`, `;` and backtick.
        var hasQuote = false
    }

    /// What kinds of bytes there are.
    private static func look(_ bytes: Span<UInt8>) -> Look {
        var result = Look()
        for index in bytes.indices {
            let byte = bytes[index]
            if byte > 0x3B, byte < 0x7F, byte != 0x60 { continue }
            if byte >= 0x80 {
                result.isPlain = false
                // C1 control characters are C2 80 to C2 9F.
                if byte == 0xC2, index + 1 < bytes.count, bytes[index + 1] < 0xA0 { result.hasControl = true }
            } else if byte < 0x20 || byte == 0x7F {
                result.isPlain = false
                if byte == 0 { result.hasNull = true }
                result.hasControl = true
            } else if byte == 0x27 || byte == 0x22 || byte == 0x3B || byte == 0x60 {
                result.hasQuote = true
            }
        }
        return result
    }

    static func string(_ bytes: Span<UInt8>) -> String {
        bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }

    private static func uppercased(_ bytes: Span<UInt8>) -> String {
        String(unsafeUninitializedCapacity: bytes.count) { buffer in
            for index in bytes.indices {
                let byte = bytes[index]
                buffer.initializeElement(at: index, to: byte >= 0x61 && byte <= 0x7A ? byte - 0x20 : byte)
            }
            return bytes.count
        }
    }

    private static func text(_ bytes: Span<UInt8>, _ rule: ValueRule) -> ReadValue {
        if look(bytes).hasControl, holdsForbiddenControl(bytes) {
            return ReadValue(value: nil, problem: .controlCharacter)
        }
        return ReadValue(value: .text(rule.uppercases ? uppercased(bytes) : string(bytes)))
    }

    /// TAB and line ends are layout; every other control character is an accident or worse.
    private static func holdsForbiddenControl(_ bytes: Span<UInt8>) -> Bool {
        for index in bytes.indices {
            let byte = bytes[index]
            if byte < 0x20 ? byte != 0x09 && byte != 0x0A && byte != 0x0D : byte == 0x7F { return true }
            if byte == 0xC2, index + 1 < bytes.count, bytes[index + 1] < 0xA0 { return true }
        }
        return false
    }

    private static func identifier(_ bytes: Span<UInt8>, _ rule: ValueRule) -> ReadValue {
        let found = look(bytes)
        if found.hasNull { return ReadValue(value: nil, problem: .controlCharacter) }
        if found.hasControl || found.hasQuote && !rule.allowsAnyCharacter {
            return ReadValue(value: nil, problem: .identifierCharacter)
        }
        let text = rule.uppercases ? uppercased(bytes) : string(bytes)
        if NumberReading.isScientific(bytes) { return ReadValue(value: .text(text), problem: .scientific) }
        return ReadValue(value: .text(found.isPlain ? text : composed(text)))
    }

    /// The text in Unicode normalization form C, so that equal keys have equal bytes in every layer.
    ///
    /// The standard library has it as system programming interface only; FoundationEssentials has none.
    static func composed(_ text: String) -> String {
        var result = ""
        result.unicodeScalars.append(contentsOf: text._nfc)
        return result
    }

    private static func code(
        _ bytes: Span<UInt8>, _ rule: ValueRule, _ context: borrowing ValueContext
    ) -> ReadValue {
        if rule.codes >= 0 {
            if let canonical = context.codes[Int(rule.codes)].canonical(for: bytes) {
                return ReadValue(value: .text(canonical))
            }
            if !rule.keepsUnknownCodes {
                return ReadValue(value: nil, problem: .unknownCode)
            }
        }
        if look(bytes).hasControl { return ReadValue(value: nil, problem: .controlCharacter) }
        return ReadValue(value: .text(rule.uppercases ? uppercased(bytes) : string(bytes)))
    }

    private static func currency(_ bytes: Span<UInt8>) -> ReadValue {
        let text = string(bytes)
        guard CurrencyCode(text) != nil else { return ReadValue(value: nil, problem: .currency) }
        return ReadValue(value: .text(text))
    }

    private static func number(_ bytes: Span<UInt8>, _ rule: ValueRule) -> ReadValue {
        var start = 0
        var end = bytes.count
        if rule.hasSymbols {
            for symbol in rule.symbols where !symbol.isEmpty && end - start > symbol.count {
                if matches(symbol, bytes, at: start) { start += symbol.count }
                if end - start > symbol.count, matches(symbol, bytes, at: end - symbol.count) {
                    end -= symbol.count
                }
            }
            while start < end, bytes[start] == 0x20 { start += 1 }
            while end > start, bytes[end - 1] == 0x20 { end -= 1 }
        }
        let mark: UInt8 = rule.usesDecimalComma ? 0x2C : 0x2E
        guard
            var value = NumberReading.decimal(
                bytes.extracting(start..<end), implied: Int(rule.impliedDecimals), mark: mark)
        else { return ReadValue(value: nil, problem: rule.kind == .quantity ? .notWhole : .notDecimal) }
        if rule.negates { value = ScaledDecimal(units: 0 &- value.units, scale: value.scale) }
        return ReadValue(value: .decimal(rule.kind == .quantity ? value.reduced : value))
    }

    private static func matches(_ symbol: [UInt8], _ bytes: Span<UInt8>, at start: Int) -> Bool {
        guard start >= 0, start + symbol.count <= bytes.count else { return false }
        for index in symbol.indices where bytes[start + index] != symbol[index] { return false }
        return true
    }

    private static func flag(_ bytes: Span<UInt8>) -> ReadValue {
        switch uppercased(bytes) {
        case "TRUE", "YES", "Y", "1": ReadValue(value: .flag(true))
        case "FALSE", "NO", "N", "0": ReadValue(value: .flag(false))
        default: ReadValue(value: nil, problem: .notFlag)
        }
    }

    private static func moment(
        _ bytes: Span<UInt8>, _ rule: ValueRule, _ context: borrowing ValueContext
    ) -> ReadValue {
        for format in rule.formats {
            guard let parts = format.parts(of: bytes) else { continue }
            switch rule.kind {
            case .time:
                guard parts.secondsOfDay != nil else { return ReadValue(value: nil, problem: .notTime) }
                return ReadValue(value: .text(string(bytes)))
            case .date:
                guard let date = parts.date else { continue }
                return ReadValue(value: .date(date), problem: skippedTime(date, parts, format, context))
            default:
                guard let date = parts.date, let seconds = parts.secondsOfDay else { continue }
                if let offset = parts.offsetSeconds {
                    return ReadValue(
                        value: .instant(
                            Instant(
                                date: date, secondsOfDay: seconds, offsetSeconds: offset,
                                milliseconds: parts.milliseconds)))
                }
                let local = context.zone?.reading(of: date, secondsOfDay: seconds)
                return ReadValue(
                    value: .instant(
                        Instant(
                            date: date, secondsOfDay: seconds, offsetSeconds: local?.offsetSeconds ?? 0,
                            milliseconds: parts.milliseconds)),
                    problem: local?.isSkipped == true ? .nonexistentTime : .none)
            }
        }
        if rule.skipsUnreadable { return .empty }
        if rule.kind == .time { return ReadValue(value: nil, problem: .notTime) }
        var isSerial = bytes.count == 5 && !rule.formats.contains { $0.steps == [.serial] }
        for index in bytes.indices where bytes[index] < 0x30 || bytes[index] > 0x39 { isSerial = false }
        return ReadValue(value: nil, problem: isSerial ? .serialDate : .notDate)
    }

    /// A day read off a local time is told too when clocks skipped that time.
    private static func skippedTime(
        _ date: CalendarDate, _ parts: TimeFormat.Parts, _ format: TimeFormat,
        _ context: borrowing ValueContext
    ) -> ValueProblem {
        guard format.hasTime, !format.hasOffset, let zone = context.zone, let seconds = parts.secondsOfDay
        else {
            return .none
        }
        return zone.reading(of: date, secondsOfDay: seconds).isSkipped ? .nonexistentTime : .none
    }
}
