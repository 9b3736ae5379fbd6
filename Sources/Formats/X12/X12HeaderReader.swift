import Diagnostics

/// What was made of the bytes of an ISA.
struct HeaderReading {
    var header: X12InterchangeHeader?
    var delimiters: X12Delimiters?
    /// Bytes of the ISA with its terminator.
    var byteCount = 0
    var faults: [EnvelopeFault] = []
}

/// Something wrong with an interchange or a group, and how it would be acknowledged.
struct EnvelopeFault {
    var finding: Diagnostic
    var note: InterchangeNote?
    var groupNote: UInt8?
}

/// Reads the ISA: the one segment whose separators are its own content.
///
/// - Source: X12.5; ISA is 106 bytes with its terminator, so separators are read by position. Partners that strip the
///   padding exist (37 of 377 files seen): their sixteen elements are found by the separator instead.
struct X12HeaderReader {
    let bytes: [UInt8]
    let isAtEnd: Bool
    let byteOffset: Int
    let place: (line: Int, column: Int)
    let options: X12ScanOptions

    static let widths = [2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1, 1]
    static let byteCount = 106

    private var reading = HeaderReading()

    init(
        bytes: [UInt8], isAtEnd: Bool, byteOffset: Int, place: (line: Int, column: Int),
        options: X12ScanOptions
    ) {
        self.bytes = bytes
        self.isAtEnd = isAtEnd
        self.byteOffset = byteOffset
        self.place = place
        self.options = options
    }

    mutating func read() -> HeaderReading {
        guard bytes.count > 3 else {
            short()
            return reading
        }
        let separator = bytes[3]
        if Self.isWord(separator) || separator == 0x20 {
            fault(
                "X12.DELIM.INVALID", .elementSeparator, at: 3,
                "element separator \(ByteText.name(of: separator)) is \(separator == 0x20 ? "a blank" : "alphanumeric")",
                found: [separator], expected: "a byte that no data holds, like *")
            reading.header = bytes.count >= Self.byteCount ? header(fixedElements()) : nil
            return reading
        }
        guard let elements = separatedElements(separator) else {
            short()
            return reading
        }
        guard let closing = closing(after: elements[15].lowerBound, separator) else {
            short()
            return reading
        }
        reading.header = header(elements)
        var delimiters = X12Delimiters(
            element: separator, component: closing.component ?? Self.noComponent,
            terminator: closing.terminator)
        reading.byteCount = closing.end
        checkDelimiters(delimiters, closing, at: elements[15].lowerBound)
        delimiters.repetition = repetition(elements, delimiters)
        checkWidths(elements, closing)
        checkContent(elements)
        // A component separator that cannot be used refuses the interchange, but it can still be counted.
        let terminator = delimiters.terminator[0]
        if terminator != separator && !Self.isWord(terminator) { reading.delimiters = delimiters }
        return reading
    }

    /// What stands in for a component separator that is none: a byte that no data may hold.
    static let noComponent: UInt8 = 0x1D

    /// What follows the sixteenth separator: ISA16 and the terminator.
    private struct Closing {
        /// Nil where ISA16 is missing or is more than one byte.
        var component: UInt8?
        var isMultibyte = false
        var isMissing = false
        var hasBlanks = false
        var terminator: [UInt8]
        /// After the terminator.
        var end: Int
    }

    private func closing(after start: Int, _ separator: UInt8) -> Closing? {
        let component = character(at: start)
        var next = start + component.count
        guard next < bytes.count else { return nil }
        if component.count == 1, isMissing(at: start, separator) {
            return Closing(component: nil, isMissing: true, terminator: component, end: next)
        }
        // Some partners put blanks before every terminator.
        var following = next
        while following < bytes.count, bytes[following] == 0x20 { following += 1 }
        let hasBlanks = following > next && following < bytes.count && bytes[following] <= 0x20
        if hasBlanks { next = following }
        let terminator = character(at: next)
        return Closing(
            component: component.count == 1 ? component[0] : nil, isMultibyte: component.count > 1,
            hasBlanks: hasBlanks,
            terminator: terminator, end: next + terminator.count)
    }

    /// Whether what looks like ISA16 is the terminator already: a line ends after it, and the next line ends with it too.
    private func isMissing(at index: Int, _ separator: UInt8) -> Bool {
        var next = index + 1
        guard bytes[next] == 0x0D || bytes[next] == 0x0A else { return false }
        while next < bytes.count, bytes[next] == 0x0D || bytes[next] == 0x0A { next += 1 }
        guard next + 3 < bytes.count, bytes[next] == 0x47, bytes[next + 1] == 0x53,
            bytes[next + 2] == separator,
            let end = bytes[next...].firstIndex(where: { $0 == 0x0D || $0 == 0x0A })
        else { return false }
        return bytes[end - 1] == bytes[index]
    }

    private mutating func short() {
        // Past the name only: another ISA may stand close behind.
        reading.byteCount = 3
        if isAtEnd && bytes.count < X12Limits.headerByteCountMax {
            fault(
                "X12.ISA.SHORT", nil, at: 0,
                "ISA is cut off: expected \(Self.byteCount) bytes, found \(bytes.count)",
                found: [], expected: "an ISA of \(Self.byteCount) bytes with its terminator",
                remedy: "ask the partner to send the file again")
        } else {
            fault(
                "X12.ISA.FIXED_WIDTH", .structure, at: 0, "ISA has no sixteen elements",
                found: Array(bytes.prefix(40)),
                expected: "sixteen elements, 106 bytes with the terminator")
        }
    }

    /// The elements by their separators; nil where there are no sixteen.
    private func separatedElements(_ separator: UInt8) -> [Range<Int>]? {
        var elements: [Range<Int>] = []
        var start = 4
        for index in 4..<max(4, min(bytes.count, X12Limits.headerByteCountMax)) {
            if elements.count == 15 { break }
            guard bytes[index] == separator else { continue }
            elements.append(start..<index)
            start = index + 1
        }
        guard elements.count == 15, start < bytes.count else { return nil }
        elements.append(start..<start + 1)
        return elements
    }

    private func fixedElements() -> [Range<Int>] {
        var start = 4
        return Self.widths.map { width in
            defer { start += width + 1 }
            return start..<start + width
        }
    }

    /// One byte, or the whole of a multibyte character such as NEL (C2 85) or an ellipsis (E2 80 A6).
    private func character(at index: Int) -> [UInt8] {
        let lead = bytes[index]
        let count = lead >= 0xE2 && lead <= 0xEF ? 3 : lead >= 0xC2 && lead <= 0xDF ? 2 : 1
        guard count > 1, index + count <= bytes.count else { return [lead] }
        let all = bytes[index..<index + count]
        return ByteText.firstInvalidUTF8(all) == nil ? Array(all) : [lead]
    }

    private func repetition(_ elements: [Range<Int>], _ delimiters: X12Delimiters) -> UInt8? {
        let standards = elements[10]
        guard standards.count == 1, text(elements[11]) >= "00402" else { return nil }
        let byte = bytes[standards.lowerBound]
        guard !Self.isWord(byte), byte != 0x20, !delimiters.contains(byte) else { return nil }
        return byte
    }

    private mutating func checkDelimiters(_ delimiters: X12Delimiters, _ closing: Closing, at last: Int) {
        let terminator = delimiters.terminator[0]
        let end = closing.end - closing.terminator.count
        if let component = closing.component {
            if component == delimiters.element {
                conflict(.componentSeparator, at: last, "component separator equals element separator")
            } else if Self.isWord(component) {
                invalid(.componentSeparator, at: last, "component separator", component)
            }
        } else if closing.isMultibyte {
            fault(
                "X12.DELIM.MULTIBYTE", .componentSeparator, at: last,
                "component separator is more than one byte",
                found: character(at: last), expected: "one byte, like >; composites are not taken apart",
                severity: .warning)
        }
        if terminator == delimiters.element {
            conflict(.segmentTerminator, at: end, "segment terminator equals element separator")
        } else if terminator == delimiters.component {
            conflict(.segmentTerminator, at: end, "segment terminator equals component separator")
        } else if Self.isWord(terminator) || terminator == 0x20 {
            invalid(.segmentTerminator, at: end, "segment terminator", terminator)
        }
    }

    private mutating func conflict(_ note: InterchangeNote, at index: Int, _ what: String) {
        fault(
            "X12.DELIM.CONFLICT", note, at: index, "\(what) \(ByteText.name(of: bytes[index]))",
            found: [bytes[index]],
            expected: "three different bytes, like * > ~",
            remedy: "ask the partner to correct the separators and resend")
    }

    private mutating func invalid(_ note: InterchangeNote, at index: Int, _ what: String, _ byte: UInt8) {
        fault(
            "X12.DELIM.INVALID", note, at: index,
            "\(what) \(ByteText.name(of: byte)) is alphanumeric or blank",
            found: [byte], expected: "a byte that no data holds, like > or ~")
    }

    private mutating func checkWidths(_ elements: [Range<Int>], _ closing: Closing) {
        // Characters, not bytes: some pad with no-break spaces.
        let counts = elements.map { range in bytes[range].count { $0 & 0xC0 != 0x80 } }
        let wrong = counts.indices.filter { counts[$0] != Self.widths[$0] && $0 != 15 }
        guard let first = wrong.first else {
            if closing.isMissing || closing.hasBlanks { unpadded(closing, at: elements[15].lowerBound) }
            return
        }
        // Padding may be missing; an element that is too long, or a date of another shape, moves what it means.
        let isPadding = wrong.allSatisfy { counts[$0] < Self.widths[$0] && $0 != 8 && $0 != 9 }
        let name = Self.name(first + 1)
        let note: InterchangeNote =
            first == 8 ? .date : first == 9 ? .time : first == 12 ? .controlNumber : .structure
        fault(
            "X12.ISA.FIXED_WIDTH", note, at: elements[first].lowerBound,
            "ISA is not of fixed width: \(name) has \(counts[first]) characters instead of \(Self.widths[first])",
            found: Array(bytes[elements[first]]), expected: "ISA of 106 bytes, elements padded with blanks",
            remedy: "ask the partner to pad the ISA",
            severity: isPadding && options.allowsUnpaddedHeader ? .warning : .error, element: first + 1)
    }

    private mutating func unpadded(_ closing: Closing, at index: Int) {
        fault(
            "X12.ISA.FIXED_WIDTH", .componentSeparator, at: index,
            "ISA is not of fixed width: \(closing.isMissing ? "ISA16 is missing" : "blanks stand before the terminator")",
            found: [], expected: "ISA of 106 bytes", remedy: "ask the partner to correct the ISA",
            severity: options.allowsUnpaddedHeader ? .warning : .error, element: 16)
    }

    private mutating func checkContent(_ elements: [Range<Int>]) {
        guard let header = reading.header else { return }
        if !header.date.utf8.allSatisfy(Self.isDigit) || !isDate(header.date) {
            if elements[8].count == 6 {
                contentFault(
                    "X12.ISA.DATE", .date, elements, 9, "is not a date YYMMDD", "like 261122", .warning)
            }
        }
        if !isTime(header.time), elements[9].count == 4 {
            contentFault("X12.ISA.TIME", .time, elements, 10, "is not a time HHMM", "like 0230", .warning)
        }
        if header.controlNumber == nil {
            let isNumber = X12Number.digits(header.control.utf8) != nil
            contentFault(
                "X12.ISA.ICN", .controlNumber, elements, 13,
                isNumber ? "must be 1..999999999" : "is not a number, must be 1..999999999",
                "nine digits, like 000000101")
        }
        if header.usage != "P" && header.usage != "T" && header.usage != "I" {
            contentFault(
                "X12.ISA.USAGE", .usage, elements, 15, "is not P, T or I",
                "P production, T test, I information")
        }
        let request = text(elements[13])
        if request != "0" && request != "1" {
            contentFault(
                "X12.ISA.ACK_REQUEST", .acknowledgmentRequest, elements, 14, "is not 0 or 1", "0 or 1",
                .warning)
        }
    }

    private func isDate(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.count == 6 && X12Calendar.isDate(bytes.span)
    }

    private func isTime(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.count == 4 && X12Calendar.isTime(bytes.span)
    }

    private mutating func contentFault(
        _ code: DiagnosticCode, _ note: InterchangeNote, _ elements: [Range<Int>], _ number: Int,
        _ state: String,
        _ expected: String, _ severity: Severity = .error
    ) {
        let range = elements[number - 1]
        fault(
            code, note, at: range.lowerBound, "\(Self.name(number)) \(state)", found: Array(bytes[range]),
            expected: expected, severity: severity, element: number)
    }

    private mutating func fault(
        _ code: DiagnosticCode, _ note: InterchangeNote?, at index: Int, _ message: String, found: [UInt8],
        expected: String, remedy: String? = nil, severity: Severity = .error, element: Int? = nil
    ) {
        let location = SourceLocation(
            drop: options.drop, byteOffset: byteOffset + index, byteCount: found.count, line: place.line,
            column: place.line == 0 ? 0 : place.column + index,
            segment: SegmentPosition(ordinal: 1, tag: "ISA", element: element))
        reading.faults.append(
            EnvelopeFault(
                finding: Diagnostic(
                    code, severity, at: location, message,
                    found: found.isEmpty ? nil : ByteText.quoted(found),
                    expected: expected,
                    remedy: remedy ?? "ask the partner to correct the ISA and send the file again"),
                note: note))
    }

    private func header(_ elements: [Range<Int>]) -> X12InterchangeHeader {
        var header = X12InterchangeHeader(
            senderQualifier: text(elements[4]), sender: text(elements[5]),
            receiverQualifier: text(elements[6]),
            receiver: text(elements[7]), date: text(elements[8]), time: text(elements[9]),
            version: text(elements[11]),
            control: text(elements[12]), wantsAcknowledgment: text(elements[13]) == "1",
            usage: text(elements[14]))
        header.authorizationQualifier = text(elements[0])
        header.authorization = text(elements[1])
        header.securityQualifier = text(elements[2])
        header.security = text(elements[3])
        header.standards = text(elements[10])
        return header
    }

    private func text(_ range: Range<Int>) -> String {
        var range = range
        // A no-break space is a blank too: C2 A0 in UTF-8.
        func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0xA0 || byte == 0xC2 }
        while let last = range.last, isBlank(bytes[last]) { range = range.lowerBound..<last }
        while let first = range.first, isBlank(bytes[first]) { range = first + 1..<range.upperBound }
        return String(decoding: bytes[range], as: UTF8.self)
    }

    private static func name(_ number: Int) -> String { number < 10 ? "ISA0\(number)" : "ISA\(number)" }
    private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    /// A letter or digit, which no separator may be.
    static func isWord(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte >= 0x41 && byte <= 0x5A) || (byte >= 0x61 && byte <= 0x7A)
    }
}
