import Diagnostics

/// Follows the HL segments of a set: each parent must come before its child, and the tree must not be deep.
///
/// - Limit: one number for each HL; no recursion.
/// - Source: X12.6, HL: HL01 identifies, HL02 names the parent.
struct HierarchyCheck {
    /// Depth of each HL in order; 1 for one without a parent.
    private var depths: [Int32] = []
    /// Indexes of `depths` by HL01, made only once the numbers are not 1, 2, 3…
    private var names: [[UInt8]: Int] = [:]
    private var isCounting = true
    private var depthMax: Int32 = 0
    private var deepest: SegmentContext?

    mutating func check(_ context: SegmentContext, set: X12Set, _ findings: inout FindingCollector) {
        let id = set.range(1, of: context.segment)
        let parent = set.range(2, of: context.segment)
        let own = Array(set.bytes[id])
        var depth: Int32 = 1
        if !parent.isEmpty {
            let name = Array(set.bytes[parent])
            if let index = index(of: name) {
                depth = depths[index] + 1
            } else {
                var place = context.place(element: 2, range: parent)
                place.number = "734"
                findings.add(
                    "X12.HL.PARENT", at: place,
                    "HL \(ByteText.quoted(own)) parent \(ByteText.quoted(name)) is not an HL before it",
                    found: parent,
                    expected: "HL01 of an earlier HL")
            }
        }
        enter(own, context, range: id, &findings)
        depths.append(depth)
        if depth > depthMax {
            depthMax = depth
            if depth == Int32(X12Limits.hierarchyDepthMax) + 1 { deepest = context }
        }
    }

    private func index(of name: [UInt8]) -> Int? {
        guard isCounting else { return names[name] }
        guard let number = X12Number.digits(name), number >= 1, number <= depths.count, name.first != 0x30
        else { return nil }
        return number - 1
    }

    private mutating func enter(
        _ own: [UInt8], _ context: SegmentContext, range: Range<Int>, _ findings: inout FindingCollector
    ) {
        let ordinal = depths.count + 1
        if isCounting {
            if Array(String(ordinal).utf8) == own { return }
            isCounting = false
            for index in depths.indices { names[Array(String(index + 1).utf8)] = index }
            findings.add(
                "X12.HL.SEQUENCE", .warning, at: context.place(element: 1, range: range),
                "HL01 \(ByteText.quoted(own)) is not the next number", found: range, expected: String(ordinal)
            )
        }
        if names.updateValue(depths.count, forKey: own) != nil {
            var place = context.place(element: 1, range: range)
            place.number = "628"
            findings.add(
                "X12.HL.PARENT", at: place, "HL \(ByteText.quoted(own)) is there twice", found: range,
                expected: "a number of its own for each HL")
        }
    }

    /// Says once how deep the tree is, when it is too deep.
    func finish(_ findings: inout FindingCollector) {
        guard let deepest else { return }
        findings.add(
            "X12.LIMIT.HL_DEPTH", at: deepest.place(),
            "HL depth \(depthMax) > \(X12Limits.hierarchyDepthMax)",
            expected: "at most \(X12Limits.hierarchyDepthMax) levels")
    }
}
