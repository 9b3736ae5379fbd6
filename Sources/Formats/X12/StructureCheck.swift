import Diagnostics

/// Matches the segments of a set to the places of a guide, loop by loop, without going back, and has each checked.
struct StructureCheck {
    private let guide: Guide
    private let tables: GuideTables

    /// A loop being read: where in it we are.
    private struct Frame {
        var loop: Int
        /// Position among the loop's children of what was matched last.
        var child: Int
        /// How often that child came in a row.
        var count: Int
        /// The occurrence, index into `loops`; -1 for the set itself.
        var instance: Int
    }

    private var frames: [Frame] = []
    /// Mandatory segments that were not where they belong, but stand further on.
    private var late: Set<X12Tag> = []
    private var lookAheadCount = 0
    private var nodes: [Int32] = []
    private var instances: [Int32] = []
    private var loops: [X12LoopInstance] = []

    /// How often a missing segment is looked for further on in one set: each time costs a pass over it.
    private static let lookAheadMax = 20

    init(_ guide: Guide) {
        self.guide = guide
        tables = guide.tables
    }

    mutating func check(_ set: X12Set, charset: Charset, _ findings: inout FindingCollector) {
        frames.removeAll(keepingCapacity: true)
        frames.append(Frame(loop: 0, child: 0, count: 0, instance: -1))
        late.removeAll()
        lookAheadCount = 0
        nodes.removeAll(keepingCapacity: true)
        instances.removeAll(keepingCapacity: true)
        loops.removeAll(keepingCapacity: true)
        let elements = ElementCheck(guide: guide, delimiters: set.envelope.delimiters, charset: charset)
        var hierarchy = HierarchyCheck()
        var bounds: [Range<Int>] = []
        let bytes = set.bytes.span
        let ranges = set.elements.span
        let allChecks = tables.checks
        let allRules = tables.segmentChecks
        let checks = allChecks.span
        let rules = allRules.span
        let allCodes = tables.codes
        let codes = allCodes.span
        for index in set.segments.indices {
            let segment = set.segments[index]
            match(segment.tag, index, set, &findings)
            let context = context(index, segment.tag)
            elements.check(
                segment, context, bytes: bytes, ranges: ranges, checks: checks, rules: rules, codes: codes,
                &findings)
            switch segment.tag.rawValue {
            case 0x484C_0000:  // HL
                hierarchy.check(context, set: set, &findings)
            case 0x4C53_0000:  // LS
                bounds.append(set.range(1, of: index))
            case 0x4C45_0000:  // LE
                checkBound(bounds.popLast(), set, context, &findings)
            default: break
            }
        }
        hierarchy.finish(&findings)
        let end = UInt32(set.segments.count)
        for frame in frames where frame.instance >= 0 { loops[frame.instance].endSegment = end }
    }

    /// Gives the set what was matched, and takes its old storage for the next one.
    mutating func hand(over set: inout X12Set) {
        swap(&nodes, &set.nodes)
        swap(&instances, &set.instances)
        swap(&loops, &set.loops)
    }

    private func context(_ index: Int, _ tag: X12Tag) -> SegmentContext {
        let node = Int(nodes[index])
        var context = SegmentContext(segment: index, tag: tag, rule: node < 0 ? -1 : guide.nodes[node].rule)
        let instance = Int(instances[index])
        if instance >= 0 {
            context.loop = Int(loops[instance].loop)
            context.loopOrdinal = Int(loops[instance].ordinal)
            context.isTrigger = Int(loops[instance].firstSegment) == index
        }
        return context
    }

    // MARK: matching

    private mutating func match(
        _ tag: X12Tag, _ index: Int, _ set: X12Set, _ findings: inout FindingCollector
    ) {
        let number = tables.tagNumber(tag)
        guard number >= 0 else {
            assign(-1, frames.count - 1)
            unknown(tag, index, &findings)
            return
        }
        var over: (depth: Int, child: Int)?
        var depth = frames.count - 1
        while depth >= 0 {
            let frame = frames[depth]
            let base = tables.slotBase[frame.loop]
            var child = Int(tables.next[(base + frame.child) * tables.tagCount + number])
            if child == frame.child && child >= 0 && frame.count >= tables.slots[base + child].repeatMax {
                over = over ?? (depth, child)
                // A later place for the same segment takes what is too many for this one.
                let isLast = child + 1 >= guide.loops[frame.loop].children.count
                child = isLast ? -1 : Int(tables.next[(base + child + 1) * tables.tagCount + number])
            }
            if child >= 0 {
                advance(to: child, at: depth, index, set, &findings)
                return
            }
            depth -= 1
        }
        if let over {
            advance(to: over.child, at: over.depth, index, set, &findings)
            tooMany(tag, index, over.depth, &findings)
        } else {
            goBack(tag, number, index, &findings)
        }
    }

    /// Moves on to a child of an open loop: closes what is inside, tells what was passed over, opens a loop it begins.
    private mutating func advance(
        to child: Int, at depth: Int, _ index: Int, _ set: X12Set, _ findings: inout FindingCollector
    ) {
        for open in stride(from: frames.count - 1, to: depth, by: -1) {
            let frame = frames[open]
            let slot = tables.slots[tables.slotBase[frame.loop] + frame.child]
            if Int(slot.nextMandatory) < guide.loops[frame.loop].children.count {
                missing(
                    frame.loop, from: Int(slot.nextMandatory), to: guide.loops[frame.loop].children.count,
                    index, set, &findings)
            }
            if frame.instance >= 0 { loops[frame.instance].endSegment = UInt32(index) }
        }
        if frames.count > depth + 1 { frames.removeLast(frames.count - depth - 1) }
        let frame = frames[depth]
        let base = tables.slotBase[frame.loop]
        if child != frame.child {
            let mandatory = Int(tables.slots[base + frame.child].nextMandatory)
            if mandatory < child { missing(frame.loop, from: mandatory, to: child, index, set, &findings) }
            frames[depth].child = child
            frames[depth].count = 1
        } else {
            frames[depth].count += 1
        }
        let slot = tables.slots[base + child]
        if slot.loop >= 0 { open(Int(slot.loop), depth, index) }
        assign(slot.node, frames.count - 1)
        if slot.use == .forbidden { forbidden(index, &findings) }
    }

    private mutating func open(_ loop: Int, _ depth: Int, _ index: Int) {
        loops.append(
            X12LoopInstance(
                loop: UInt16(loop), parent: Int32(frames[depth].instance),
                ordinal: UInt32(frames[depth].count),
                firstSegment: UInt32(index), endSegment: UInt32(index + 1)))
        frames.append(Frame(loop: loop, child: 0, count: 1, instance: loops.count - 1))
    }

    @inline(__always)
    private mutating func assign(_ node: Int32, _ depth: Int) {
        nodes.append(node)
        instances.append(Int32(frames[depth].instance))
    }

    /// A segment that nothing further on leads to: it belongs to a place that is past, or to a loop that is not open.
    private mutating func goBack(
        _ tag: X12Tag, _ number: Int, _ index: Int, _ findings: inout FindingCollector
    ) {
        let isLate = late.remove(tag) != nil
        for depth in frames.indices.reversed() {
            let loop = guide.loops[frames[depth].loop]
            let base = tables.slotBase[frames[depth].loop]
            for child in 0..<min(frames[depth].child, loop.children.count)
            where guide.nodes[Int(tables.slots[base + child].node)].tag == tag
                && (child > 0 || frames[depth].loop == 0)
            {
                let slot = tables.slots[base + child]
                if slot.loop >= 0 {
                    for frame in frames[(depth + 1)...] { loops[frame.instance].endSegment = UInt32(index) }
                    frames.removeLast(frames.count - depth - 1)
                    frames[depth].child = child
                    frames[depth].count = 1
                    open(Int(slot.loop), depth, index)
                    assign(slot.node, frames.count - 1)
                } else {
                    assign(slot.node, depth)
                }
                if !isLate { outOfOrder(tag, index, "after its place", &findings) }
                return
            }
        }
        assign(-1, frames.count - 1)
        findings.add(
            "X12.SEG.UNEXPECTED", at: context(index, tag).place(),
            "\(tag) at segment \(index + 1) is in a loop that has not begun",
            expected: "the order of \(guide.id)")
    }

    // MARK: findings

    private func unknown(_ tag: X12Tag, _ index: Int, _ findings: inout FindingCollector) {
        let isKnown = tables.knownTags.contains(tag)
        findings.add(
            isKnown ? "X12.SEG.NOT_IN_SET" : "X12.SEG.UNKNOWN", at: FindingCollector.Place(segment: index),
            "\(tag) at segment \(index + 1) is \(isKnown ? "not a segment of \(guide.document)" : "unknown")",
            expected: "a segment of \(guide.id)",
            remedy: "add a `lenient` entry for \(tag), or ask the partner to leave it out")
    }

    private func outOfOrder(_ tag: X12Tag, _ index: Int, _ state: String, _ findings: inout FindingCollector)
    {
        findings.add(
            "X12.SEG.ORDER", at: context(index, tag).place(), "\(tag) at segment \(index + 1) is \(state)",
            expected: "the order of \(guide.id)")
    }

    private func forbidden(_ index: Int, _ findings: inout FindingCollector) {
        let tag = guide.nodes[Int(nodes[index])].tag
        findings.add(
            "X12.SEG.FORBIDDEN", at: context(index, tag).place(), "\(tag) is not used in this guide",
            expected: "nothing")
    }

    private func tooMany(_ tag: X12Tag, _ index: Int, _ depth: Int, _ findings: inout FindingCollector) {
        let frame = frames[depth]
        let slot = tables.slots[tables.slotBase[frame.loop] + frame.child]
        let isLoop = slot.loop >= 0
        findings.add(
            isLoop ? "X12.LOOP.MAX_USE" : "X12.SEG.MAX_USE", at: context(index, tag).place(),
            "\(isLoop ? "loop " : "")\(tag) has \(frame.count) repetitions, at most \(slot.repeatMax)",
            expected: "at most \(slot.repeatMax)")
    }

    /// Tells the mandatory children of a loop that were passed over.
    private mutating func missing(
        _ loop: Int, from first: Int, to end: Int, _ index: Int, _ set: X12Set,
        _ findings: inout FindingCollector
    ) {
        let base = tables.slotBase[loop]
        var child = first
        while child < end {
            let slot = tables.slots[base + child]
            let tag = guide.nodes[Int(slot.node)].tag
            if standsLater(tag, after: index, set) {
                late.insert(tag)
                let found = set.segments[index].tag
                findings.add(
                    "X12.SEG.ORDER", at: FindingCollector.Place(segment: index),
                    "\(found) at segment \(index + 1) is before \(tag)", expected: "\(tag) before \(found)")
            } else {
                var place = FindingCollector.Place(segment: index, loop: loop)
                place.tag = tag
                place.loopOrdinal = frames.last { $0.loop == loop }.map { ordinal($0) } ?? 0
                findings.add(
                    "X12.SEG.MISSING", at: place, "\(slot.loop >= 0 ? "loop " : "")\(tag) is missing",
                    expected: "\(tag) before \(set.segments[index].tag)")
            }
            child = Int(slot.nextMandatory)
        }
    }

    private func ordinal(_ frame: Frame) -> Int {
        frame.instance < 0 ? 0 : Int(loops[frame.instance].ordinal)
    }

    /// Whether a segment that has only one place in the guide stands further on in the set.
    private mutating func standsLater(_ tag: X12Tag, after index: Int, _ set: X12Set) -> Bool {
        guard lookAheadCount < Self.lookAheadMax, guide.nodes.count(where: { $0.tag == tag }) == 1 else {
            return false
        }
        lookAheadCount += 1
        return set.segments[index...].contains { $0.tag == tag }
    }

    private func checkBound(
        _ opened: Range<Int>?, _ set: X12Set, _ context: SegmentContext, _ findings: inout FindingCollector
    ) {
        let closed = set.range(1, of: context.segment)
        guard let opened, !set.bytes[opened].elementsEqual(set.bytes[closed]) else { return }
        var place = context.place(element: 1, range: closed)
        place.number = "447"
        findings.add(
            "X12.LOOP.ID", .warning, at: place, "LE01 is not the loop that LS opened", found: closed,
            expected: ByteText.quoted(set.bytes[opened]))
    }
}
