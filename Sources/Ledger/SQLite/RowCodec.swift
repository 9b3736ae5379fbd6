import Canonical
import Diagnostics

/// Bytes of the small lists that the books keep in one column: reasons, findings. Integers are LEB128, texts have
/// their length in front, what is absent is a zero where a length plus one would stand.
struct RowEncoder {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int = 256) { bytes.reserveCapacity(capacity) }

    mutating func put(_ value: Int) {
        var value = UInt64(bitPattern: Int64(value))
        while value >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        bytes.append(UInt8(value))
    }

    mutating func put(_ text: String) {
        var text = text
        text.withUTF8 {
            put($0.count)
            bytes.append(contentsOf: $0)
        }
    }

    mutating func put(_ text: String?) {
        guard var text else { return put(0) }
        text.withUTF8 {
            put($0.count + 1)
            bytes.append(contentsOf: $0)
        }
    }
}

/// Reads what `RowEncoder` wrote; nil at the first byte that makes no sense.
struct RowDecoder {
    private let bytes: [UInt8]
    private var at = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func number() -> Int? {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while at < bytes.count, shift < 64 {
            let byte = bytes[at]
            at += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return Int(Int64(bitPattern: value)) }
            shift += 7
        }
        return nil
    }

    private mutating func take(_ count: Int) -> String? {
        guard count >= 0, count <= bytes.count - at else { return nil }
        defer { at += count }
        return String(decoding: bytes[at..<at + count], as: UTF8.self)
    }

    mutating func text() -> String? { number().flatMap { take($0) } }

    /// The outer nil is damage, the inner one an absent text.
    mutating func optionalText() -> String?? {
        guard let count = number(), count >= 0 else { return nil }
        if count == 0 { return .some(nil) }
        return take(count - 1).map { .some($0) }
    }
}

extension Books {
    /// The reasons of a decision; rules are words of the books.
    func reasons(_ bytes: [UInt8]) throws -> [Reason] {
        var decoder = RowDecoder(bytes)
        var reasons: [Reason] = []
        for _ in 0..<max(0, decoder.number() ?? 0) {
            guard let rule = decoder.number(), let verdict = decoder.number(),
                Reason.Verdict.allCases.indices.contains(verdict), let subject = decoder.text(),
                let because = decoder.text()
            else { throw LedgerError.corrupt(connection.path, "the reasons of a decision cannot be read") }
            reasons.append(
                Reason(
                    rule: try word(Int64(rule)), subject: subject,
                    verdict: Reason.Verdict.allCases[verdict], because: because))
        }
        return reasons
    }

    /// A finding as it was kept.
    func finding(code: Int64, severity: Int64, _ bytes: [UInt8]) throws -> Diagnostic {
        var decoder = RowDecoder(bytes)
        guard let message = decoder.text(), let found = decoder.optionalText(),
            let expected = decoder.optionalText(), let remedy = decoder.optionalText(),
            let move = decoder.optionalText(), let hasLocation = decoder.number()
        else { throw LedgerError.corrupt(connection.path, "a finding cannot be read") }
        var finding = Diagnostic(
            DiagnosticCode(rawValue: try word(code)), try enumerated(severity, "finding"), message,
            found: found, expected: expected, remedy: remedy, move: move.flatMap { Move(rawValue: $0) })
        if hasLocation == 1 {
            guard let location = decoder.location() else {
                throw LedgerError.corrupt(connection.path, "the place of a finding cannot be read")
            }
            finding.location = location
        }
        return finding
    }
}

extension BookTransaction {
    func encode(_ reasons: [Reason]) throws -> [UInt8] {
        var encoder = RowEncoder(capacity: 64 + reasons.count * 48)
        encoder.put(reasons.count)
        for reason in reasons {
            encoder.put(Int(try word(reason.rule)))
            encoder.put(Int(reason.verdict.position))
            encoder.put(reason.subject)
            encoder.put(reason.because)
        }
        return encoder.bytes
    }

    func encode(_ finding: Diagnostic) -> [UInt8] {
        var encoder = RowEncoder()
        encoder.put(finding.message)
        encoder.put(finding.found as String?)
        encoder.put(finding.expected as String?)
        encoder.put(finding.remedy as String?)
        encoder.put(finding.move?.rawValue)
        guard let location = finding.location else {
            encoder.put(0)
            return encoder.bytes
        }
        encoder.put(1)
        encoder.put(location.drop)
        for number in [location.byteOffset, location.byteCount, location.line, location.column] {
            encoder.put(number)
        }
        guard let segment = location.segment else {
            encoder.put(0)
            return encoder.bytes
        }
        encoder.put(1)
        encoder.put(segment.ordinal)
        encoder.put(segment.tag)
        encoder.put(segment.loop)
        encoder.put(segment.element ?? 0)
        encoder.put(segment.component ?? 0)
        encoder.put(segment.set)
        return encoder.bytes
    }
}

extension RowDecoder {
    fileprivate mutating func location() -> SourceLocation? {
        guard let drop = text(), let offset = number(), let count = number(), let line = number(),
            let column = number(), let hasSegment = number()
        else { return nil }
        var location = SourceLocation(
            drop: drop, byteOffset: offset, byteCount: count, line: line, column: column)
        if hasSegment == 1 {
            guard let ordinal = number(), let tag = text(), let loop = optionalText(), let element = number(),
                let component = number(), let set = optionalText()
            else { return nil }
            location.segment = SegmentPosition(
                ordinal: ordinal, tag: tag, loop: loop, element: element == 0 ? nil : element,
                component: component == 0 ? nil : component, set: set)
        }
        return location
    }
}
