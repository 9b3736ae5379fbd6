import Diagnostics

/// Groups and sets of the first pass.
extension EnvelopeScanner {
    mutating func beginGroup() {
        endSet()
        endGroup(before: "GS")
        let control = String(decoding: walker.field(6), as: UTF8.self)
        let functionalID = String(decoding: walker.field(1), as: UTF8.self)
        group = OpenGroup(
            scan: X12GroupScan(
                span: walker.segmentOffset..<walker.offset, interchange: result.interchanges.count,
                setCount: 0,
                declaredSetCount: nil, disposition: .sound, notes: [], findings: []),
            control: control)
        if result.groups.count >= X12Limits.groupsPerDropMax {
            fault(
                "X12.LIMIT.GROUPS", .structure, "drop has more than \(X12Limits.groupsPerDropMax) groups",
                found: "",
                expected: "at most \(X12Limits.groupsPerDropMax) in a drop")
        }
        if X12Number.control(control) == nil {
            groupFault(
                "X12.GS.CONTROL", 6, "GS06 is no number in 1..999999999", found: control,
                expected: "one to nine digits, like 101", element: 6)
        }
        // Numbers are compared as numbers: 101 and 000000101 are the same group.
        let key = functionalID + "/" + (X12Number.control(control).map(String.init) ?? control)
        if groupControls.count < X12Limits.groupsPerDropMax, !groupControls.insert(key).inserted {
            groupFault(
                "DUP.GROUP", 19, "GS06 \(control) twice in the interchange", found: control,
                expected: "a control number of its own for each group", element: 6)
        }
        checkMoment()
    }

    mutating func checkMoment() {
        let date = walker.field(4)
        if !X12Calendar.isDate(date.span) || date.count == 6 {
            let text = String(decoding: date, as: UTF8.self)
            groupFault(
                "X12.ELEM.DATE", nil, "GS04 \(text) is not a date CCYYMMDD", found: text,
                expected: "like 20261122",
                element: 4, severity: .warning)
        }
        let time = walker.field(5)
        if !X12Calendar.isTime(time.span) {
            let text = String(decoding: time, as: UTF8.self)
            groupFault(
                "X12.ELEM.TIME", nil, "GS05 \(text) is not a time HHMM", found: text,
                expected: "HHMM to HHMMSSDD, like 0230", element: 5, severity: .warning)
        }
    }

    mutating func closeGroup() {
        guard let open = group else {
            outside(isGroupTrailer: true)
            return
        }
        let declared = walker.field(1)
        group?.scan.declaredSetCount = X12Number.digits(declared)
        let text = String(decoding: declared, as: UTF8.self)
        if X12Number.digits(declared) != open.scan.setCount {
            groupFault(
                "X12.GE.COUNT", 5,
                "GE01 says \(text.isEmpty ? "nothing" : text), found \(open.scan.setCount)",
                found: text, expected: "the number of sets, \(open.scan.setCount)", element: 1)
        }
        let control = String(decoding: walker.field(2), as: UTF8.self)
        if !Self.isSame(open.control, control) {
            groupFault(
                "X12.GE.GCN_MISMATCH", 4, "GS06 \(open.control), GE02 \(control): control numbers differ",
                found: control,
                expected: "the number of GS06, \(open.control)", element: 2)
        }
        if open.scan.setCount == 0 && X12Number.digits(declared) == 0 {
            groupFault(
                "X12.GS.EMPTY", nil, "group has no transaction sets", found: "", expected: "at least one ST",
                severity: .warning)
        }
        finishGroup(at: walker.offset)
    }

    mutating func endGroup(before what: String) {
        guard group != nil else { return }
        groupFault(
            "X12.GE.MISSING", 3, "\(what) before GE", found: "",
            expected: "GE with the control number of GS06")
        finishGroup(at: walker.segmentOffset)
    }

    mutating func finishGroup(at offset: Int) {
        guard var found = group?.scan else { return }
        found.span = found.span.lowerBound..<offset
        if found.findings.contains(where: { $0.severity == .error }) { found.disposition = .refused }
        if result.groups.count <= X12Limits.groupsPerDropMax { result.groups.append(found) }
        group = nil
    }

    // MARK: sets

    mutating func beginSet() {
        endSet()
        walker.isInSet = true
        interchange?.setCount += 1
        if group == nil {
            if !hasSetOutside {
                hasSetOutside = true
                fault(
                    "X12.GS.MISSING", .content, "ST before GS",
                    found: String(decoding: walker.field(2), as: UTF8.self),
                    expected: "GS before the first set")
            }
        } else {
            group?.scan.setCount += 1
            if group?.scan.setCount == X12Limits.setsPerGroupMax + 1 {
                groupFault(
                    "X12.LIMIT.SETS", 5, "group has more than \(X12Limits.setsPerGroupMax) sets", found: "",
                    expected: "at most \(X12Limits.setsPerGroupMax) in a group")
            }
        }
    }

    /// Leaves the set, whether its trailer was there or not: that is the second pass's to say.
    mutating func endSet() { walker.isInSet = false }

    mutating func outside(isGroupTrailer: Bool = false) {
        let tag = String(decoding: walker.field(0), as: UTF8.self)
        let message = "\(ByteText.quoted(tag.utf8)) is outside any set"
        let expected = "segments between ST and SE"
        if group != nil {
            groupFault("X12.SEGMENT.OUTSIDE_SET", nil, message, found: tag, expected: expected)
        } else if tag == "ISB" || tag == "ISE" || tag == "TA3" {
            // Interchange services of X12.5, which nobody uses and nothing depends on.
            fault("X12.SEGMENT.OUTSIDE_SET", nil, message, found: tag, expected: expected, severity: .warning)
        } else if isGroupTrailer {
            fault("X12.GS.MISSING", .content, "GE before GS", found: tag, expected: "GS before GE")
        } else {
            fault("X12.SEGMENT.OUTSIDE_SET", .content, message, found: tag, expected: expected)
        }
    }
}
