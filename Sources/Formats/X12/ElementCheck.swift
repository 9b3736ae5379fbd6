import Diagnostics

/// Which segment is being checked, and where it stands.
struct SegmentContext {
    var segment: Int
    var tag: X12Tag
    /// Index into `Guide.segmentRules`; -1 where the guide has no place for the segment.
    var rule: Int
    /// Index into `Guide.loops`, and the 1-based occurrence; 0 at the top of the set.
    var loop = 0
    var loopOrdinal = 0
    var isTrigger = false

    func place(element: Int? = nil, component: Int? = nil, range: Range<Int>? = nil) -> FindingCollector.Place
    {
        FindingCollector.Place(
            segment: segment, element: element, component: component, range: range, loop: loop,
            loopOrdinal: loopOrdinal, isTrigger: isTrigger)
    }

    /// `PO104`, `REF04-02`.
    func name(_ element: Int, _ component: Int? = nil) -> String {
        let name = tag.description + (element < 10 ? "0" : "") + String(element)
        guard let component else { return name }
        return name + (component < 10 ? "-0" : "-") + String(component)
    }
}

/// Checks the elements of segments: presence, type, length, characters, codes, syntax notes.
///
/// - Source: X12.6 data element types; minus and point are not counted in a length.
struct ElementCheck {
    let guide: Guide?
    let delimiters: X12Delimiters
    let charset: Charset

    enum Fault { case none, tooShort, tooLong, notNumber, notDate, notTime, code, strictCode }

    /// Checks one segment.
    @inline(__always)
    func check(
        _ segment: X12Segment, _ context: SegmentContext, bytes: Span<UInt8>, ranges: Span<ByteRange>,
        checks: Span<GuideTables.Check>, rules: Span<GuideTables.SegmentCheck>, codes: Span<UInt64>,
        _ findings: inout FindingCollector
    ) {
        guard context.rule >= 0 else {
            if !segment.isPlain { checkCharacters(segment, context, bytes: bytes, ranges: ranges, &findings) }
            return
        }
        let rule = rules[context.rule]
        let count = Int(segment.elementCount)
        let first = Int(segment.firstElement)
        var present: UInt64 = 0
        for position in 0..<min(count, rule.count) {
            let range = ranges[first + position]
            let check = checks[rule.first + position]
            if range.start == range.end {
                if check.use == .mandatory {
                    missing(position + 1, context, ranges: ranges, segment, &findings)
                }
                continue
            }
            present |= 1 << UInt64(position & 63)
            if check.use == .forbidden { forbidden(position + 1, context, range.range, &findings) }
            if segment.isPlain && check.kind != .composite {
                let fault = Self.fault(check, bytes, Int(range.start), Int(range.end), codes)
                if fault != .none { report(fault, position + 1, nil, context, range.range, &findings) }
            } else {
                checkClosely(check, position + 1, context, bytes: bytes, range: range.range, &findings)
            }
        }
        if count < rule.lastMandatory {
            for position in count..<rule.lastMandatory where checks[rule.first + position].use == .mandatory {
                missing(position + 1, context, ranges: ranges, segment, &findings)
            }
        }
        if count > rule.count { surplus(segment, context, rule.count, ranges: ranges, &findings) }
        if rule.noteCount > 0 { checkNotes(rule, present, nil, context, segment, ranges: ranges, &findings) }
    }

    // MARK: values

    /// What is wrong with a value of printable characters.
    @inline(__always)
    static func fault(
        _ check: GuideTables.Check, _ bytes: Span<UInt8>, _ start: Int, _ end: Int, _ codes: Span<UInt64>
    ) -> Fault {
        switch check.kind {
        case .text:
            return length(of: bytes, start, end, check)
        case .code:
            let fault = length(of: bytes, start, end, check)
            if fault != .none || check.codeBase < 0 { return fault }
            var packed: UInt64 = 0
            for index in start..<end { packed = packed << 8 | UInt64(bytes[index]) }
            if end - start <= 8,
                CodeList.contains(packed, in: codes, base: Int(check.codeBase), mask: Int(check.codeMask))
            {
                return .none
            }
            return check.isStrict ? .strictCode : .code
        case .integer, .decimal:
            return number(check, bytes, start, end)
        case .date:
            if end - start > Int(check.lengthMax) || end - start < Int(check.lengthMin) { return .notDate }
            return X12Calendar.isDate(bytes.extracting(start..<end)) ? .none : .notDate
        case .time:
            if end - start > Int(check.lengthMax) { return .tooLong }
            return X12Calendar.isTime(bytes.extracting(start..<end)) ? .none : .notTime
        case .binary, .composite:
            return .none
        }
    }

    @inline(__always)
    private static func length(of bytes: Span<UInt8>, _ start: Int, _ end: Int, _ check: GuideTables.Check)
        -> Fault
    {
        if end - start < Int(check.lengthMin) { return .tooShort }
        if end - start <= Int(check.lengthMax) { return .none }
        // Trailing blanks are padding that should not be there and do no harm.
        var end = end
        while end > start, bytes[end - 1] == 0x20 { end -= 1 }
        return end - start <= Int(check.lengthMax) ? .none : .tooLong
    }

    @inline(__always)
    private static func number(_ check: GuideTables.Check, _ bytes: Span<UInt8>, _ start: Int, _ end: Int)
        -> Fault
    {
        var digits = 0
        var hasPoint = false
        for index in start..<end {
            let byte = bytes[index]
            if byte >= 0x30 && byte <= 0x39 {
                digits += 1
            } else if byte == 0x2D && index == start {
                continue
            } else if byte == 0x2E && check.kind == .decimal && !hasPoint {
                hasPoint = true
            } else {
                return .notNumber
            }
        }
        if digits == 0 { return .notNumber }
        return digits > Int(check.lengthMax) ? .tooLong : digits < Int(check.lengthMin) ? .tooShort : .none
    }

    // MARK: notes

    func checkNotes(
        _ rule: GuideTables.SegmentCheck, _ present: UInt64, _ composite: Int?, _ context: SegmentContext,
        _ segment: X12Segment, ranges: Span<ByteRange>, _ findings: inout FindingCollector
    ) {
        guard let tables = guide?.tables else { return }
        for index in rule.firstNote..<rule.firstNote + rule.noteCount
        where !tables.noteChecks[index].isSatisfied(by: present) {
            report(tables.notes[index], present, composite, context, segment, ranges: ranges, &findings)
        }
    }
}
