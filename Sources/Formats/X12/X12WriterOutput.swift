import Diagnostics

/// The bytes written so far and how elements get into them: every value is appended as it is and looked over in place;
/// only one that holds more than plain characters, or is too long, is written anew.
struct X12WriterOutput: Sendable {
    private enum ByteClass {
        static let plain: UInt8 = 0
        static let control: UInt8 = 1
        static let delimiter: UInt8 = 2
        static let other: UInt8 = 3
    }

    var bytes: [UInt8] = []
    private(set) var log = DiagnosticLog()
    private(set) var delimiters = X12Delimiters()
    var policy = DelimiterPolicy.replace
    var lineEnd: [UInt8] = []
    /// ST02 of the set being written, for findings.
    var setControl: String?
    /// Position of the segment being written, for findings.
    var ordinal = 0
    /// The rules of the set being written.
    var rules: X12WriterRules?
    /// Which bytes stand in data; kept while separators are still to be chosen.
    private(set) var used = [Bool](repeating: false, count: 256)
    var recordsUse = false

    private var classes = [UInt8](repeating: 0, count: 256)
    private var scratch: [UInt8] = []
    private var tag: X12Tag = ""
    private var number = 0
    /// Separators owed before the next element that is not empty.
    private var pending = 0

    mutating func adopt(_ delimiters: X12Delimiters) {
        self.delimiters = delimiters
        for byte in 0..<256 {
            classes[byte] =
                byte < 0x20 || byte == 0x7F ? ByteClass.control : byte >= 0x80 ? ByteClass.other : ByteClass.plain
        }
        for byte in [delimiters.element, delimiters.component, delimiters.repetition ?? delimiters.element]
            + delimiters.terminator where byte < 0x80
        {
            // In an interchange whose separators are still to be chosen they are controls, which no value keeps.
            classes[Int(byte)] = recordsUse ? ByteClass.control : ByteClass.delimiter
        }
    }

    mutating func forgetUse() {
        for byte in used.indices { used[byte] = false }
    }

    mutating func noteUse(_ byte: UInt8) { used[Int(byte)] = true }

    mutating func add(_ finding: Diagnostic) { log.add(finding) }

    // MARK: segments

    mutating func open(_ tag: X12Tag) {
        self.tag = tag
        number = 0
        pending = 0
        var rest = tag.rawValue
        while rest != 0 {
            bytes.append(UInt8(rest >> 24))
            rest <<= 8
        }
    }

    mutating func close() {
        bytes.append(contentsOf: delimiters.terminator)
        bytes.append(contentsOf: lineEnd)
    }

    /// Adds the next element. Trailing blanks, and separators with nothing after them, are left out.
    mutating func element(_ value: some Collection<UInt8>, _ rule: X12WriterRule) {
        number += 1
        pending += 1
        guard !value.isEmpty else { return }
        let mark = bytes.count
        for _ in 0..<pending { bytes.append(delimiters.element) }
        let start = bytes.count
        bytes.append(contentsOf: value)
        if !isPlain(from: start, rule) { rewrite(from: start, rule) }
        while bytes.count > start, bytes[bytes.count - 1] == 0x20 { bytes.removeLast() }
        if bytes.count == start {
            bytes.removeLast(start - mark)
        } else {
            pending = 0
            if recordsUse { for byte in bytes[start...] { used[Int(byte)] = true } }
        }
    }

    private func isPlain(from start: Int, _ rule: X12WriterRule) -> Bool {
        guard rule.role != .composite, bytes.count - start <= Int(rule.lengthMax) else { return false }
        return bytes.withUnsafeBufferPointer { bytes in
            classes.withUnsafeBufferPointer { classes in
                var seen: UInt8 = 0
                for index in start..<bytes.count { seen |= classes[Int(bytes[index])] }
                return seen == 0
            }
        }
    }

    // MARK: values that need more

    private mutating func rewrite(from start: Int, _ rule: X12WriterRule) {
        scratch.removeAll(keepingCapacity: true)
        scratch.append(contentsOf: bytes[start...])
        bytes.removeLast(bytes.count - start)
        guard rule.role == .composite || rule.role == .unknown else {
            return clean(0..<scratch.count, rule, component: nil)
        }
        var begin = 0
        var component = 0
        var owed = 0
        let isComposite = rule.role == .composite || scratch.contains(SegmentBuffer.component)
        while begin <= scratch.count {
            let end = scratch[begin...].firstIndex(of: SegmentBuffer.component) ?? scratch.count
            component += 1
            let inner = rule.role == .composite ? rules?.component(component, of: rule) : nil
            let mark = bytes.count
            for _ in 0..<owed { bytes.append(delimiters.component) }
            let first = bytes.count
            clean(begin..<end, inner ?? .unknown, component: isComposite ? component : nil)
            if bytes.count == first { bytes.removeLast(first - mark) } else { owed = 0 }
            owed += 1
            begin = end + 1
        }
    }

    /// Appends a part of `scratch`, made fit for an interchange.
    private mutating func clean(_ part: Range<Int>, _ rule: X12WriterRule, component: Int?) {
        let start = bytes.count
        var delimiterCount = 0
        var controlCount = 0
        var firstControl = Int.max
        var index = part.lowerBound
        while index < part.upperBound {
            let byte = scratch[index]
            var next = index + 1
            var kind = classes[Int(byte)]
            if kind == ByteClass.other { (kind, next) = classify(index, part.upperBound) }
            switch kind {
            case ByteClass.plain:
                bytes.append(contentsOf: scratch[index..<next])
            case ByteClass.delimiter:
                delimiterCount += 1
                bytes.append(0x20)
            default:
                controlCount += 1
                firstControl = min(firstControl, bytes.count)
                bytes.append(0x20)
            }
            index = next
        }
        while bytes.count > start, bytes[bytes.count - 1] == 0x20 { bytes.removeLast() }
        if delimiterCount > 0 { reportDelimiters(delimiterCount, part, rule, component) }
        if controlCount > 0 {
            // A line end after an identifier does no harm; one inside makes it another one.
            let isHarm = rule.role != .freeText && rule.role != .unknown && firstControl < bytes.count
            reportControls(controlCount, part, isHarm: isHarm, component)
        }
        limit(from: start, part, rule, component)
    }

    /// What a byte from 0x80 on begins: text, a control character, a separator of several bytes, or nothing at all.
    private func classify(_ index: Int, _ end: Int) -> (kind: UInt8, next: Int) {
        let lead = scratch[index]
        let count = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
        guard lead >= 0xC2, index + count <= end else { return (ByteClass.control, index + 1) }
        let character = scratch[index..<index + count]
        guard ByteText.firstInvalidUTF8(character) == nil else { return (ByteClass.control, index + 1) }
        if character.elementsEqual(delimiters.terminator)
            || character.contains(where: { byte in
                byte == delimiters.element || byte == delimiters.component || byte == delimiters.repetition
                    || (delimiters.terminator.count == 1 && byte == delimiters.terminator[0])
            })
        {
            return (ByteClass.delimiter, index + count)
        }
        // C1 control characters, NEL among them.
        if lead == 0xC2, scratch[index + 1] < 0xA0 { return (ByteClass.control, index + count) }
        return (ByteClass.plain, index + count)
    }

    /// Shortens free text; reports anything else that is too long.
    private mutating func limit(from start: Int, _ part: Range<Int>, _ rule: X12WriterRule, _ component: Int?) {
        let lengthMax = Int(rule.lengthMax)
        guard bytes.count - start > lengthMax else { return }
        var length = 0
        var cut = bytes.count
        for index in start..<bytes.count where bytes[index] & 0xC0 != 0x80 {
            if rule.role == .number, bytes[index] == 0x2D || bytes[index] == 0x2E { continue }
            if length == lengthMax { cut = min(cut, index) }
            length += 1
        }
        guard length > lengthMax else { return }
        if rule.role == .freeText {
            bytes.removeLast(bytes.count - cut)
            while bytes.count > start, bytes[bytes.count - 1] == 0x20 { bytes.removeLast() }
        }
        let isShortened = rule.role == .freeText
        add(
            Diagnostic(
                isShortened ? "OUT.ELEM.TRUNCATED" : "OUT.ELEM.TOO_LONG", isShortened ? .warning : .error,
                at: location(component),
                "\(name(component)) \(length) > \(lengthMax): "
                    + (isShortened ? "text is shortened" : "value is longer than its element"),
                found: ByteText.quoted(scratch[part]), expected: "at most \(lengthMax) characters",
                remedy: isShortened
                    ? "shorten the text where it is kept" : "change the mapping, or the value where it is kept"))
    }
}

// MARK: findings

extension X12WriterOutput {
    private mutating func reportDelimiters(
        _ count: Int, _ part: Range<Int>, _ rule: X12WriterRule, _ component: Int?
    ) {
        let mayReplace = policy != .reject && (rule.role == .freeText || rule.role == .unknown)
        let noun = count == 1 ? "delimiter character" : "delimiter characters"
        add(
            Diagnostic(
                mayReplace ? "OUT.DELIM.REPLACED" : "OUT.DELIM.REJECTED", mayReplace ? .warning : .error,
                at: location(component),
                mayReplace
                    ? "\(name(component)): \(count) \(noun) replaced"
                    : "\(name(component)) has \(count) \(noun), which may not be replaced",
                found: ByteText.quoted(scratch[part]), expected: "no separator of the interchange in data",
                remedy: mayReplace
                    ? "choose separators that the data does not hold"
                    : "correct the value, or choose separators that it does not hold"))
    }

    private mutating func reportControls(_ count: Int, _ part: Range<Int>, isHarm: Bool, _ component: Int?) {
        let noun = count == 1 ? "control character" : "control characters"
        add(
            Diagnostic(
                "OUT.CHAR.REPLACED", isHarm ? .error : .warning, at: location(component),
                "\(name(component)): \(count) \(noun) replaced", found: ByteText.quoted(scratch[part]),
                expected: "printable characters", remedy: "correct the value where it is kept"))
    }

    /// `N102`, or `SV101-2` for a component.
    private func name(_ component: Int?) -> String {
        let digits = number < 10 ? "0\(number)" : "\(number)"
        return "\(tag)\(digits)" + (component.map { "-\($0)" } ?? "")
    }

    private func location(_ component: Int?) -> SourceLocation {
        SourceLocation(
            drop: "outbound", byteOffset: bytes.count,
            segment: SegmentPosition(
                ordinal: ordinal, tag: tag.description, element: number, component: component, set: setControl))
    }
}
