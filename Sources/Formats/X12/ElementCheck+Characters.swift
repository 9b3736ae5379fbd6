import Diagnostics

/// The closer look at segments that hold more than printable ASCII, and at composites and repetitions.
extension ElementCheck {
    /// Checks an element byte by byte: its characters, then each repetition, then each component.
    func checkClosely(
        _ check: GuideTables.Check, _ element: Int, _ context: SegmentContext, bytes: Span<UInt8>,
        range: Range<Int>,
        _ findings: inout FindingCollector
    ) {
        if check.kind == .binary { return }
        if !characters(element, context, bytes, range, &findings) { return }
        var start = range.lowerBound
        repeat {
            let end = next(delimiters.repetition, bytes, start, range.upperBound)
            if check.kind == .composite {
                checkComposite(check, element, context, bytes: bytes, range: start..<end, &findings)
            } else if end > start {
                checkValue(check, element, nil, context, bytes: bytes, range: start..<end, &findings)
            }
            start = end + 1
        } while start <= range.upperBound
    }

    /// Characters of a segment the guide has no place for.
    func checkCharacters(
        _ segment: X12Segment, _ context: SegmentContext, bytes: Span<UInt8>, ranges: Span<ByteRange>,
        _ findings: inout FindingCollector
    ) {
        if segment.tag == "BIN" || segment.tag == "BDS" { return }
        for position in 0..<min(Int(segment.elementCount), X12Limits.elementsPerSegmentMax) {
            _ = characters(
                position + 1, context, bytes, ranges[Int(segment.firstElement) + position].range, &findings)
        }
    }

    private func next(_ separator: UInt8?, _ bytes: Span<UInt8>, _ start: Int, _ end: Int) -> Int {
        guard let separator else { return end }
        var index = start
        while index < end && bytes[index] != separator { index += 1 }
        return index
    }

    private func checkValue(
        _ check: GuideTables.Check, _ element: Int, _ component: Int?, _ context: SegmentContext,
        bytes: Span<UInt8>,
        range: Range<Int>, _ findings: inout FindingCollector
    ) {
        guard let codes = guide?.tables.codes else { return }
        var fault = Self.fault(check, bytes, range.lowerBound, range.upperBound, codes.span)
        if fault == .tooLong || fault == .tooShort, check.kind == .text {
            // Bytes are no characters outside ASCII.
            let count = findings.characterCount(range, charset)
            fault = count > Int(check.lengthMax) ? .tooLong : count < Int(check.lengthMin) ? .tooShort : .none
        }
        if fault != .none { report(fault, element, component, context, range, &findings) }
    }

    private func checkComposite(
        _ check: GuideTables.Check, _ element: Int, _ context: SegmentContext, bytes: Span<UInt8>,
        range: Range<Int>,
        _ findings: inout FindingCollector
    ) {
        guard let guide, check.composite >= 0 else { return }
        let tables = guide.tables
        let rule = tables.compositeChecks[Int(check.composite)]
        var present: UInt64 = 0
        var start = range.lowerBound
        var position = 0
        var surplus: Range<Int>?
        while start <= range.upperBound {
            let end = next(delimiters.component, bytes, start, range.upperBound)
            if end > start {
                if position < rule.count {
                    present |= 1 << UInt64(position & 63)
                    checkValue(
                        tables.checks[rule.first + position], element, position + 1, context, bytes: bytes,
                        range: start..<end, &findings)
                } else if surplus == nil {
                    surplus = start..<end
                }
            }
            position += 1
            start = end + 1
        }
        for missing in 0..<rule.count
        where tables.checks[rule.first + missing].use == .mandatory
            && present & (1 << UInt64(missing & 63)) == 0
        {
            findings.add(
                "X12.ELEM.MISSING", at: context.place(element: element, component: missing + 1, range: range),
                "\(context.name(element, missing + 1)) is missing",
                expected: "component \(missing + 1) of the composite")
        }
        if let surplus {
            findings.add(
                "X12.ELEM.TOO_MANY_COMPONENTS",
                at: context.place(element: element, component: rule.count + 1, range: surplus),
                "\(context.name(element)) has \(position) components, at most \(rule.count)", found: surplus,
                expected: "at most \(rule.count) components")
        }
        if rule.noteCount > 0 {
            let segment = findings.segment(context.segment)
            checkNotes(rule, present, element, context, segment, ranges: findings.ranges.span, &findings)
        }
    }

    /// Checks the characters of one element; false where a finding says enough about it.
    private func characters(
        _ element: Int, _ context: SegmentContext, _ bytes: Span<UInt8>, _ range: Range<Int>,
        _ findings: inout FindingCollector
    ) -> Bool {
        var hasHigh = false
        for index in range {
            let byte = bytes[index]
            if byte < 0x20 || byte == 0x7F {
                let name = context.name(element)
                findings.add(
                    "X12.CHAR.INVALID", at: context.place(element: element, range: index..<index + 1),
                    "\(name) has the control character 0x\(ByteText.hex(byte))", found: index..<index + 1,
                    expected: "printable characters")
                return false
            }
            hasHigh = hasHigh || byte >= 0x80
        }
        guard hasHigh else { return true }
        return highBytes(element, context, range, &findings)
    }

    private func highBytes(
        _ element: Int, _ context: SegmentContext, _ range: Range<Int>, _ findings: inout FindingCollector
    ) -> Bool {
        let slice = findings.bytes(range)
        let first = slice.firstIndex { $0 >= 0x80 } ?? range.lowerBound
        switch charset {
        case .utf8:
            guard let wrong = ByteText.firstInvalidUTF8(slice) else { return true }
            findings.add(
                "X12.CHAR.DECODE", at: context.place(element: element, range: wrong..<wrong + 1),
                "\(context.name(element)) byte 0x\(ByteText.hex(slice[wrong])) is not valid UTF-8 at offset "
                    + "\(findings.dropOffset(wrong))", found: range, expected: "UTF-8",
                remedy: "set `charset: iso-8859-1` on the channel if the partner sends Latin-1")
            return false
        case .latin1:
            findings.add(
                "X12.CHAR.DECODE", .warning, at: context.place(element: element, range: first..<first + 1),
                "\(context.name(element)) byte 0x\(ByteText.hex(slice[first])) read as ISO 8859-1 at offset "
                    + "\(findings.dropOffset(first))", found: range, expected: "ASCII")
            return true
        case .ascii:
            findings.add(
                "X12.CHAR.INVALID", at: context.place(element: element, range: first..<first + 1),
                "\(context.name(element)) has the byte 0x\(ByteText.hex(slice[first]))", found: range,
                expected: "ASCII",
                remedy: "set the channel's charset if the partner may send other characters")
            return false
        }
    }
}
