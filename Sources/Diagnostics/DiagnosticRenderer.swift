/// Prints findings: for a person with the place marked under the source line, for a program as one JSON object.
public enum DiagnosticRenderer {
    /// The form for terminals and `findings.txt`.
    ///
    /// - Parameter excerpt: the source line around the place and the 0-based column in it, where it can be had.
    public static func text(_ finding: Diagnostic, excerpt: (line: String, column: Int)? = nil) -> String {
        var text = "\(finding.severity.rawValue) \(finding.code): \(visibleText(finding.message))\n"
        if let location = finding.location { text += "  --> \(place(location))\n" }
        if let excerpt {
            text += "   |  \(visibleText(excerpt.line))\n"
            let width = max(1, min(finding.location?.byteCount ?? 1, 40))
            text +=
                "   |  \(String(repeating: " ", count: excerpt.column))\(String(repeating: "^", count: width))\n"
        }
        if let found = finding.found { text += "  found:    '\(visibleText(found, characters: 40))'\n" }
        if let expected = finding.expected { text += "  expected: \(visibleText(expected))\n" }
        if let remedy = finding.remedy { text += "  do:       \(visibleText(remedy))\n" }
        return text
    }

    /// `850.edi:14:7  PO1-02 (segment 12, loop PO1[3])  byte 512`.
    public static func place(_ location: SourceLocation) -> String {
        var text = visibleText(location.drop)
        if location.line > 0 { text += ":\(location.line)" }
        if location.line > 0, location.column > 0 { text += ":\(location.column)" }
        if let segment = location.segment { text += "  \(place(segment))" }
        return text + "  byte \(location.byteOffset)"
    }

    /// `PO1-02 (segment 12, loop PO1[3])`.
    public static func place(_ segment: SegmentPosition) -> String {
        var text = visibleText(segment.tag)
        if let element = segment.element {
            text += element < 10 ? "-0\(element)" : "-\(element)"
            if let component = segment.component { text += "-\(component)" }
        }
        text += " (segment \(segment.ordinal)"
        if let loop = segment.loop { text += ", loop \(visibleText(loop))" }
        if let set = segment.set { text += ", set \(visibleText(set))" }
        return text + ")"
    }

    /// One object on one line; the shape is the same in every command.
    ///
    /// - Parameter extra: further members, already JSON: `("run", "\"r-17\"")`.
    public static func json(_ finding: Diagnostic, move: Move?, extra: [(String, String)] = []) -> String {
        var members: [(String, String)] = [
            ("type", "\"finding\""), ("code", jsonText(finding.code.rawValue)),
            ("severity", jsonText(finding.severity.rawValue)), ("message", jsonText(finding.message)),
        ]
        if let found = finding.found { members.append(("found", jsonText(found))) }
        if let expected = finding.expected { members.append(("expected", jsonText(expected))) }
        if let remedy = finding.remedy { members.append(("remedy", jsonText(remedy))) }
        if let move = finding.move ?? move { members.append(("whoseMove", jsonText(move.rawValue))) }
        if let location = finding.location { members.append(("location", json(location))) }
        return object(members + extra)
    }

    private static func json(_ location: SourceLocation) -> String {
        var members: [(String, String)] = [
            ("drop", jsonText(location.drop)), ("byteOffset", String(location.byteOffset)),
        ]
        if location.byteCount > 0 { members.append(("byteCount", String(location.byteCount))) }
        if location.line > 0 { members.append(("line", String(location.line))) }
        if location.column > 0 { members.append(("column", String(location.column))) }
        if let segment = location.segment {
            var inner: [(String, String)] = [
                ("ordinal", String(segment.ordinal)), ("tag", jsonText(segment.tag)),
            ]
            if let loop = segment.loop { inner.append(("loop", jsonText(loop))) }
            if let element = segment.element { inner.append(("element", String(element))) }
            if let component = segment.component { inner.append(("component", String(component))) }
            if let set = segment.set { inner.append(("set", jsonText(set))) }
            members.append(("segment", object(inner)))
        }
        return object(members)
    }

    private static func object(_ members: [(String, String)]) -> String {
        "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }
}
