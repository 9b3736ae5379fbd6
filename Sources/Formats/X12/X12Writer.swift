public import Diagnostics

/// What becomes of separators that stand in a value: X12 before 007040 has no release character.
public enum DelimiterPolicy: String, Sendable {
    /// Every one is an error.
    case reject
    /// In free text they become blanks, with a warning; in identifiers, codes and numbers they are an error.
    case replace
    /// Separators are chosen that no value of the interchange holds. The interchange is kept until it ends.
    case switchDelimiters = "switch"
}

/// How an interchange is written.
public struct X12WriterOptions: Sendable {
    public var delimiters = X12Delimiters()
    /// What follows every terminator: nothing, LF or CR LF.
    public var lineEnd: [UInt8] = []
    public var policy = DelimiterPolicy.replace
    public init() {}
}

/// Writes interchanges: the envelope with its counts, and segments whose values are made fit for it.
///
/// Whatever values hold, what is written has the structure it was asked for. An error among the findings means that it
/// may not be sent: a value could not be written as it is.
///
/// - Shape: what is still open is closed by the next `begin…` or `end…` around it. Trailing blanks and empty trailing
///   elements are left out. Text is UTF-8.
/// - Limits: 200 findings are kept (`DiagnosticLog`).
/// - Source: X12.5 interchange control structures (ISA, IEA), X12.6 application control structure (GS, GE, ST, SE).
public struct X12Writer: Sendable {
    private var output = X12WriterOutput()
    private let options: X12WriterOptions
    private var interchangeControl: String?
    private var groupControl: String?
    private var setControl: String?
    private var groupCount = 0
    private var setCount = 0
    /// Segments of the set so far, ST included.
    private var segmentCount = 0
    /// Where the interchange begins whose separators are still to be chosen.
    private var heldStart: Int?
    private var heldDelimiters = X12Delimiters()

    public init(options: X12WriterOptions = X12WriterOptions()) {
        self.options = options
        output.policy = options.policy
        output.recordsUse = options.policy == .switchDelimiters
        output.adopt(options.policy == .switchDelimiters ? X12WriterDelimiters.held : options.delimiters)
        output.lineEnd = options.policy == .switchDelimiters ? [] : options.lineEnd
    }

    // MARK: interchanges

    /// Writes the ISA: 106 bytes with a terminator of one byte.
    ///
    /// ISA11 is the repetition separator from version 00402 on where the options have one, else `U`. ISA13 is padded
    /// with zeros. A value that is too long or not ASCII is an error.
    public mutating func beginInterchange(_ header: X12InterchangeHeader) {
        endInterchange()
        groupCount = 0
        let delimiters = X12WriterDelimiters.effective(options.delimiters, header)
        if options.policy == .switchDelimiters {
            heldStart = output.bytes.count
            heldDelimiters = delimiters
            output.forgetUse()
            var held = X12WriterDelimiters.held
            if delimiters.repetition == nil { held.repetition = nil }
            output.adopt(held)
        } else {
            output.adopt(delimiters)
        }
        interchangeControl = output.interchangeHeader(header)
    }

    /// Writes the IEA, and before it what is still open.
    public mutating func endInterchange() {
        endGroup()
        guard let control = interchangeControl else { return }
        output.open("IEA")
        output.element(String(groupCount).utf8, .unknown)
        output.element(control.utf8, .unknown)
        output.close()
        interchangeControl = nil
        guard let start = heldStart else { return }
        heldStart = nil
        let chosen = X12WriterDelimiters.choose(heldDelimiters, avoiding: output.used)
        X12WriterDelimiters.translate(&output.bytes, from: start, to: chosen, lineEnd: options.lineEnd)
    }

    // MARK: groups

    /// Writes the GS. A value that is too long or holds separators is an error.
    public mutating func beginGroup(_ header: X12GroupHeader) {
        endGroup()
        setCount = 0
        groupCount += 1
        output.ordinal = 1
        output.open("GS")
        output.element(header.functionalID.utf8, .identifier(2))
        output.element(header.sender.utf8, .identifier(15))
        output.element(header.receiver.utf8, .identifier(15))
        output.element(header.date.utf8, .identifier(8))
        output.element(header.time.utf8, .identifier(8))
        groupControl = written { $0.element(header.control.utf8, .identifier(9)) }
        output.element(header.agency.utf8, .identifier(2))
        output.element(header.version.utf8, .identifier(12))
        output.close()
    }

    /// Writes the GE, and before it the SE of an open set.
    public mutating func endGroup() {
        endSet()
        guard let control = groupControl else { return }
        output.open("GE")
        output.element(String(setCount).utf8, .unknown)
        output.element(control.utf8, .unknown)
        output.close()
        groupControl = nil
    }

    // MARK: sets

    /// Writes the ST. ST02 is padded with zeros to four characters.
    ///
    /// - Parameters:
    ///   - convention: ST03, from version 005010 on.
    ///   - guide: gives the lengths and roles of elements. Without it nothing is shortened.
    public mutating func beginSet(id: String, control: String, convention: String? = nil, guide: Guide? = nil) {
        endSet()
        if let guide {
            if output.rules?.guide !== guide { output.rules = X12WriterRules(guide) }
        } else {
            output.rules = nil
        }
        setCount += 1
        segmentCount = 1
        output.setControl = control
        output.ordinal = 1
        output.open("ST")
        output.element(id.utf8, .identifier(3))
        let padded = String(repeating: "0", count: max(0, 4 - control.utf8.count)) + control
        setControl = written { $0.element(padded.utf8, .identifier(9)) }
        if let convention { output.element(convention.utf8, .identifier(35)) }
        output.close()
    }

    /// Writes one segment.
    ///
    /// - Parameters:
    ///   - elements: from element 1 on. A GS (0x1D) separates components, except where the guide has no composite:
    ///     there it is a control character like any other.
    ///   - node: place in the guide, for its element rules; nil: those of the first segment with this tag.
    public mutating func segment(_ tag: X12Tag, _ elements: [String], node: Int? = nil) {
        let rules = beginSegment(tag, node)
        for (index, value) in elements.enumerated() { output.element(value.utf8, rule(index + 1, rules)) }
        output.close()
    }

    /// Writes the segments of a buffer, in a set by the rules of their tags. Outside groups they are TA1 segments.
    public mutating func segments(_ buffer: SegmentBuffer) {
        let bytes = buffer.bytes
        var start = 0
        while start < bytes.count {
            var end = start
            while end < bytes.count, bytes[end] != SegmentBuffer.terminator { end += 1 }
            var first = start
            while first < end, bytes[first] != SegmentBuffer.element { first += 1 }
            var packed: UInt32 = 0
            var shift: UInt32 = 32
            for byte in bytes[start..<first].prefix(4) {
                shift -= 8
                packed |= UInt32(byte) << shift
            }
            let tag = X12Tag(rawValue: packed)
            let rules = beginSegment(tag, nil)
            var number = 0
            while first < end {
                var next = first + 1
                while next < end, bytes[next] != SegmentBuffer.element { next += 1 }
                number += 1
                output.element(bytes[first + 1..<next], rule(number, rules))
                first = next
            }
            output.close()
            start = end + 1
        }
    }

    /// Writes the SE.
    public mutating func endSet() {
        guard let control = setControl else { return }
        output.open("SE")
        output.element(String(segmentCount + 1).utf8, .unknown)
        output.element(control.utf8, .unknown)
        output.close()
        setControl = nil
        output.setControl = nil
    }

    private mutating func beginSegment(_ tag: X12Tag, _ node: Int?) -> Range<Int> {
        let isInSet = setControl != nil
        if isInSet { segmentCount += 1 }
        output.ordinal = isInSet ? segmentCount : 0
        output.open(tag)
        return isInSet ? output.rules?.elements(of: tag, node: node) ?? 0..<0 : 0..<0
    }

    private func rule(_ number: Int, _ rules: Range<Int>) -> X12WriterRule {
        output.rules?.rule(number, in: rules) ?? .unknown
    }

    /// What a step wrote, without the separator before it: the trailer repeats it.
    private mutating func written(_ step: (inout X12WriterOutput) -> Void) -> String {
        let start = output.bytes.count
        step(&output)
        return String(decoding: output.bytes[start...].drop { $0 == output.delimiters.element }, as: UTF8.self)
    }

    // MARK: results

    /// What was written so far, handed over (call as often as you like).
    ///
    /// While separators are still to be chosen (`DelimiterPolicy.switchDelimiters`), only interchanges that ended.
    public mutating func takeBytes() -> [UInt8] {
        guard let start = heldStart else {
            let bytes = output.bytes
            output.bytes = []
            return bytes
        }
        guard start > 0 else { return [] }
        let bytes = Array(output.bytes[..<start])
        output.bytes.removeFirst(start)
        heldStart = 0
        return bytes
    }

    /// OUT.* findings, the first 200.
    public var findings: [Diagnostic] { output.log.kept }
    /// All findings, with the number of those not kept.
    public var log: DiagnosticLog { output.log }
}
