public import Diagnostics

/// What becomes of a separator inside free text that we write. X12 before 007040 has no release character.
public enum DelimiterPolicy: String, Sendable, Hashable {
    /// An error: nothing may be sent.
    case reject
    /// A blank stands in its place, with a warning.
    case replace
    /// Other separators are chosen, such that no value holds one; needs the interchange in memory.
    case switchDelimiters = "switch"
}

/// How a partner wants its interchanges written.
public struct X12WriterOptions: Sendable {
    /// The separators.
    public var delimiters = X12Delimiters()
    /// What follows each terminator: nothing, LF, or CR LF.
    public var lineEnd: [UInt8] = []
    /// What becomes of a separator inside free text.
    public var policy = DelimiterPolicy.replace
    /// What may be written beyond ASCII: UTF-8, or nothing.
    public var charset = Charset.utf8
    /// The name used in findings.
    public var drop = ""
    /// The usual separators, no line ends, blanks for separators in text.
    public init() {}
}

/// Writes interchanges: envelope, counts, control numbers. What it writes can be read back and keeps its elements.
///
/// - Shape: begin and end interchange, groups and sets in order; `takeBytes` at any time between segments.
/// - Limit: free text is shortened to what the guide allows; identifiers, numbers and codes never: they become errors.
public struct X12Writer {
    private let options: X12WriterOptions
    /// OUT.* findings; with an error among them nothing of this may leave.
    public private(set) var log = DiagnosticLog()

    private var interchange: X12InterchangeHeader?
    private var group: X12GroupHeader?
    private var set: (id: String, control: String)?
    private var guide: Guide?
    /// By tag, the rule of its first place in `rulesOwner`.
    private var rules: [X12Tag: Int] = [:]
    private var rulesOwner: Guide?
    private var groupCount = 0
    private var setCount = 0
    private var segmentCount = 0
    /// Segments not yet delimited.
    private var pending = SegmentBuffer()
    private var bytes: [UInt8] = []
    private var delimiters: X12Delimiters {
        didSet { isPlain = Self.plainBytes(delimiters) }
    }
    /// By byte, whether it is written as it is.
    private var isPlain: [Bool]

    /// Separates the components of a composite in an element's text.
    public static let componentMark = "\u{1D}"

    /// A writer of any number of interchanges.
    public init(options: X12WriterOptions = X12WriterOptions()) {
        self.options = options
        delimiters = options.delimiters
        isPlain = Self.plainBytes(options.delimiters)
    }

    private static func plainBytes(_ delimiters: X12Delimiters) -> [Bool] {
        (0..<256).map { $0 >= 0x20 && $0 < 0x7F && !delimiters.contains(UInt8($0)) }
    }

    // MARK: envelope

    /// Begins an interchange; one that is still open is ended.
    public mutating func beginInterchange(_ header: X12InterchangeHeader) {
        endInterchange()
        interchange = header
        groupCount = 0
        delimiters = options.delimiters
        if options.policy != .switchDelimiters { writeHeader(header) }
    }

    /// Begins a group; one that is still open is ended.
    public mutating func beginGroup(_ header: X12GroupHeader) {
        endGroup()
        group = header
        setCount = 0
        groupCount += 1
        append(
            "GS",
            [
                header.functionalID, header.sender, header.receiver, header.date, header.time, header.control,
                header.agency, header.version,
            ], rule: nil, isFreeText: false)
    }

    /// Begins a set.
    ///
    /// - Parameter guide: gives lengths, and says what is free text; without it all values are.
    public mutating func beginSet(id: String, control: String, convention: String? = nil, guide: Guide? = nil)
    {
        endSet()
        set = (id, control)
        setCount += 1
        segmentCount = 0
        if let guide, guide !== rulesOwner {
            rules.removeAll(keepingCapacity: true)
            for node in guide.nodes where rules[node.tag] == nil { rules[node.tag] = node.rule }
            rulesOwner = guide
        }
        self.guide = guide
        segmentCount += 1
        append("ST", [id, control] + (convention.map { [$0] } ?? []), rule: nil, isFreeText: false)
    }

    /// Ends the set with its count, if one is open.
    public mutating func endSet() {
        guard let set else { return }
        append("SE", [String(segmentCount + 1), set.control], rule: nil, isFreeText: false)
        self.set = nil
        guide = nil
    }

    /// Ends the group with its count, if one is open.
    public mutating func endGroup() {
        endSet()
        guard let group else { return }
        append("GE", [String(setCount), group.control], rule: nil, isFreeText: false)
        self.group = nil
    }

    /// Ends the interchange with its count, if one is open.
    public mutating func endInterchange() {
        endGroup()
        guard let interchange else { return }
        append("IEA", [String(groupCount), Self.padded(interchange.control)], rule: nil, isFreeText: false)
        if options.policy == .switchDelimiters {
            chooseDelimiters()
            let body = pending
            pending = SegmentBuffer()
            writeHeader(interchange)
            delimit(body)
        }
        self.interchange = nil
    }

    // MARK: segments

    /// One segment; elements as text, components separated by `componentMark`, trailing empty ones dropped.
    ///
    /// - Parameter node: its place in the guide; nil: the first place of its tag.
    public mutating func segment(_ tag: X12Tag, _ elements: [String], node: Int? = nil) {
        segmentCount += 1
        var rule = guide == nil ? nil : rules[tag]
        if let node, let guide, node >= 0, node < guide.nodes.count { rule = guide.nodes[node].rule }
        append(tag, elements, rule: rule, isFreeText: rule == nil)
    }

    /// The segments of a buffer, such as an acknowledgment's, in order.
    public mutating func segments(_ buffer: SegmentBuffer) {
        for piece in buffer.bytes.split(separator: SegmentBuffer.terminator) {
            let fields = piece.split(separator: SegmentBuffer.element, omittingEmptySubsequences: false)
                .map { String(decoding: $0, as: UTF8.self) }
            guard let tag = fields.first else { continue }
            if set != nil {
                segment(X12Tag(tag), Array(fields.dropFirst()))
            } else {
                append(X12Tag(tag), Array(fields.dropFirst()), rule: nil, isFreeText: false)
            }
        }
    }

    /// What has been written since the last call, handed over.
    public mutating func takeBytes() -> [UInt8] {
        var taken: [UInt8] = []
        swap(&taken, &bytes)
        return taken
    }

    private mutating func append(_ tag: X12Tag, _ elements: [String], rule: Int?, isFreeText: Bool) {
        let rules = rule.flatMap { guide?.segmentRules[$0].elements } ?? []
        if options.policy == .switchDelimiters {
            var fields = elements.enumerated().map {
                written($1, tag, $0, $0 < rules.count ? rules[$0] : nil, isFreeText: isFreeText)
            }
            while fields.last?.isEmpty == true { fields.removeLast() }
            pending.append(tag, fields)
            return
        }
        tag.append(to: &bytes)
        var end = bytes.count
        for (index, element) in elements.enumerated() {
            bytes.append(delimiters.element)
            if element.isEmpty { continue }
            let lengthMax =
                index < rules.count && rules[index].lengthMax > 0 ? rules[index].lengthMax : Int.max
            let start = bytes.count
            if !appendPlain(element, lengthMax: lengthMax) {
                let rule = index < rules.count ? rules[index] : nil
                for byte in written(element, tag, index, rule, isFreeText: isFreeText).utf8 {
                    bytes.append(byte == SegmentBuffer.component ? delimiters.component : byte)
                }
            }
            if bytes.count > start { end = bytes.count }
        }
        bytes.removeLast(bytes.count - end)
        endSegment()
    }

    /// Appends a value that is fine as it is, as nearly every one is.
    ///
    /// - Returns: false when it has to be looked at more closely; nothing is appended then.
    private mutating func appendPlain(_ element: String, lengthMax: Int) -> Bool {
        var element = element
        return element.withUTF8 { text in
            guard text.count <= lengthMax else { return false }
            for byte in text where !isPlain[Int(byte)] { return false }
            bytes.append(contentsOf: text)
            return true
        }
    }

    /// A value made fit to stand between separators; what was changed is in the log.
    private mutating func written(
        _ element: String, _ tag: X12Tag, _ index: Int, _ rule: ElementRule?, isFreeText: Bool
    ) -> String {
        var value = OutboundValue(
            text: element, name: tag.description + (index < 9 ? "0" : "") + String(index + 1), rule: rule,
            isFreeText: rule?.isFreeText ?? isFreeText, options: options, delimiters: delimiters,
            control: set?.control)
        let text = value.written()
        log.add(contentsOf: value.findings)
        return text
    }

    private mutating func endSegment() {
        bytes.append(contentsOf: delimiters.terminator)
        bytes.append(contentsOf: options.lineEnd)
    }

    // MARK: delimiting

    private mutating func writeHeader(_ header: X12InterchangeHeader) {
        var usesRepetition = header.version >= "00402"
        if delimiters.repetition == nil { usesRepetition = false }
        let standards = usesRepetition ? delimiters.repetition.map { [$0] } ?? [] : Array("U".utf8)
        let fields: [[UInt8]] =
            [
                header.authorizationQualifier, header.authorization, header.securityQualifier,
                header.security,
                header.senderQualifier, header.sender, header.receiverQualifier, header.receiver, header.date,
                header.time,
            ].map { Array($0.utf8) } + [standards]
            + [
                header.version, Self.padded(header.control), header.wantsAcknowledgment ? "1" : "0",
                header.usage,
            ].map { Array($0.utf8) }
        bytes.append(contentsOf: "ISA".utf8)
        for (index, field) in fields.enumerated() {
            bytes.append(delimiters.element)
            let width = X12HeaderReader.widths[index]
            let isSeparator = index == 10
            for place in 0..<width {
                let byte = place < field.count ? field[place] : 0x20
                let isPlain = byte >= 0x20 && byte < 0x7F && (isSeparator || !delimiters.contains(byte))
                bytes.append(isPlain ? byte : 0x20)
            }
            if field.count > width { headerFault(index + 1, field, width) }
        }
        bytes.append(delimiters.element)
        bytes.append(delimiters.component)
        bytes.append(contentsOf: delimiters.terminator)
        bytes.append(contentsOf: options.lineEnd)
    }

    private mutating func headerFault(_ number: Int, _ field: [UInt8], _ width: Int) {
        log.add(
            Diagnostic(
                "OUT.ELEM.TOO_LONG", .error, at: nil,
                "ISA\(number < 10 ? "0" : "")\(number) \(field.count) > \(width) characters",
                found: ByteText.quoted(field),
                expected: "at most \(width) characters",
                remedy: "correct the ids of the partner in channels.yaml", move: .ours))
    }

    private static func padded(_ control: String) -> String {
        control.utf8.count >= 9 ? control : String(repeating: "0", count: 9 - control.utf8.count) + control
    }

    private mutating func delimit(_ buffer: SegmentBuffer) {
        for byte in buffer.bytes {
            switch byte {
            case SegmentBuffer.element: bytes.append(delimiters.element)
            case SegmentBuffer.component: bytes.append(delimiters.component)
            case SegmentBuffer.terminator: endSegment()
            default: bytes.append(byte)
            }
        }
    }

    /// Replaces those separators that stand in the data by others that do not.
    private mutating func chooseDelimiters() {
        var seen = [Bool](repeating: false, count: 256)
        for byte in pending.bytes { seen[Int(byte)] = true }
        var taken: Set<UInt8> = []
        func choose(_ wanted: UInt8, _ others: String) -> UInt8 {
            let found = ([wanted] + others.utf8).first { !seen[Int($0)] && !taken.contains($0) }
            taken.insert(found ?? wanted)
            return found ?? wanted
        }
        delimiters.element = choose(options.delimiters.element, "*|^{}\\`")
        delimiters.component = choose(options.delimiters.component, ">:<@}\\`")
        delimiters.terminator = [choose(options.delimiters.terminator.first ?? 0x7E, "~!}\\\u{1C}\u{15}")]
        if let repetition = options.delimiters.repetition {
            delimiters.repetition = choose(repetition, "^{}`\\")
        }
        if taken.contains(where: { seen[Int($0)] }) {
            log.add(
                Diagnostic(
                    "OUT.DELIM.REJECTED", .error, at: nil, "every separator is somewhere in the data",
                    expected: "a separator that no value holds",
                    remedy: "set `policy: replace` for the channel", move: .ours))
        }
    }
}
