/// A guide as tables of integers: which child a tag leads to from every place, and what an element must be.
struct GuideTables: Sendable {
    /// What the checker needs of an element, packed.
    struct Check: Sendable {
        enum Kind: UInt8, Sendable { case text, code, integer, decimal, date, time, binary, composite }
        var kind: Kind
        var use: ElementRule.Use
        var isStrict: Bool
        var lengthMin: UInt16
        var lengthMax: UInt16
        var composite: Int16
        /// First place of the code list in `codes`, and the mask of its places; -1 where any value goes.
        var codeBase: Int32
        var codeMask: Int32
    }

    /// What the checker needs of a segment.
    struct SegmentCheck: Sendable {
        var first: Int
        var count: Int
        var firstNote: Int
        var noteCount: Int
        /// Positions up to here hold a mandatory element.
        var lastMandatory: Int
    }

    /// A syntax note as bit masks: bit 0 is element 1.
    struct NoteCheck: Sendable {
        var kind: SyntaxNote.Kind
        /// The first position, which C and L depend on.
        var first: UInt64
        var all: UInt64

        init(_ note: SyntaxNote) {
            kind = note.kind
            first = note.positions.first.map { Self.bit($0) } ?? 0
            all = note.positions.reduce(0) { $0 | Self.bit($1) }
        }

        private static func bit(_ position: UInt8) -> UInt64 { 1 << UInt64(min(position, 64) - 1) }

        /// Whether the elements that are there satisfy the note.
        @inline(__always)
        func isSatisfied(by present: UInt64) -> Bool {
            switch kind {
            case .paired: present & all == 0 || present & all == all
            case .required: present & all != 0
            case .exclusive: (present & all).nonzeroBitCount <= 1
            case .conditional: present & first == 0 || present & all == all
            case .listConditional: present & first == 0 || present & (all & ~first) != 0
            }
        }
    }

    /// A child of a loop.
    struct Slot: Sendable {
        /// Its node, for a loop its trigger.
        var node: Int32
        /// Its loop; -1 for a segment.
        var loop: Int32
        var use: ElementRule.Use
        var repeatMax: Int
        /// Child position of the next mandatory child after this one; the number of children where there is none.
        var nextMandatory: Int32
    }

    /// First slot of each loop.
    let slotBase: [Int]
    let slots: [Slot]
    /// For each slot and tag: the child position in the same loop, this slot or later, that the tag leads to; -1.
    let next: [Int16]
    let tagCount: Int
    private let tagTable: [UInt64]
    private let tagMask: Int
    let checks: [Check]
    let segmentChecks: [SegmentCheck]
    let compositeChecks: [SegmentCheck]
    let noteChecks: [NoteCheck]
    let notes: [SyntaxNote]
    /// The hash tables of all code lists, one after another.
    let codes: [UInt64]
    let knownTags: Set<X12Tag>

    init(_ parts: GuideParts) {
        var tags: [X12Tag] = []
        var ids: [X12Tag: Int] = [:]
        for node in parts.nodes where ids[node.tag] == nil {
            ids[node.tag] = tags.count
            tags.append(node.tag)
        }
        tagCount = tags.count
        knownTags = Set(parts.knownTags)
        (tagTable, tagMask) = Self.table(of: tags)
        (slotBase, slots) = Self.slots(of: parts)
        next = Self.transitions(parts, base: slotBase, slots: slots, ids: ids)
        var codes: [UInt64] = []
        var bases: [(base: Int, mask: Int)] = []
        for list in parts.codeLists {
            bases.append((codes.count, list.table.count - 1))
            codes += list.table
        }
        self.codes = codes
        (checks, segmentChecks, compositeChecks, notes) = Self.checks(of: parts, bases)
        noteChecks = notes.map(NoteCheck.init)
    }

    /// The number of a tag in this guide; -1 for one it does not use.
    @inline(__always)
    func tagNumber(_ tag: X12Tag) -> Int {
        var place = Int(truncatingIfNeeded: (tag.rawValue &* 0x9E37_79B1) >> 16) & tagMask
        while true {
            let entry = tagTable[place]
            if entry == 0 { return -1 }
            if UInt32(truncatingIfNeeded: entry) == tag.rawValue { return Int(entry >> 32) - 1 }
            place = (place + 1) & tagMask
        }
    }

    private static func table(of tags: [X12Tag]) -> ([UInt64], Int) {
        var size = 16
        while size < tags.count * 4 { size *= 2 }
        var table = [UInt64](repeating: 0, count: size)
        for (number, tag) in tags.enumerated() {
            var place = Int(truncatingIfNeeded: (tag.rawValue &* 0x9E37_79B1) >> 16) & (size - 1)
            while table[place] != 0 { place = (place + 1) & (size - 1) }
            table[place] = UInt64(number + 1) << 32 | UInt64(tag.rawValue)
        }
        return (table, size - 1)
    }

    private static func slots(of parts: GuideParts) -> ([Int], [Slot]) {
        var base: [Int] = []
        var slots: [Slot] = []
        for loop in parts.loops {
            base.append(slots.count)
            for child in loop.children {
                switch child {
                case .node(let index):
                    let node = parts.nodes[index]
                    slots.append(
                        Slot(
                            node: Int32(index), loop: -1, use: node.use, repeatMax: node.repeatMax,
                            nextMandatory: 0))
                case .loop(let index):
                    let inner = parts.loops[index]
                    slots.append(
                        Slot(
                            node: Int32(inner.trigger), loop: Int32(index), use: inner.use,
                            repeatMax: inner.repeatMax, nextMandatory: 0))
                }
            }
            var following = Int32(loop.children.count)
            for child in loop.children.indices.reversed() {
                let slot = base[base.count - 1] + child
                slots[slot].nextMandatory = following
                if slots[slot].use == .mandatory { following = Int32(child) }
            }
        }
        return (base, slots)
    }

    private static func transitions(
        _ parts: GuideParts, base: [Int], slots: [Slot], ids: [X12Tag: Int]
    ) -> [Int16] {
        let width = ids.count
        var next = [Int16](repeating: -1, count: slots.count * width)
        for (index, loop) in parts.loops.enumerated() {
            var row = [Int16](repeating: -1, count: width)
            for child in loop.children.indices.reversed() {
                let slot = base[index] + child
                // The trigger of a loop comes again only by the loop being repeated, which its parent decides.
                if !(index > 0 && child == 0), let tag = ids[parts.nodes[Int(slots[slot].node)].tag] {
                    row[tag] = Int16(child)
                }
                next.replaceSubrange(slot * width..<(slot + 1) * width, with: row)
            }
        }
        return next
    }

    private static func checks(
        of parts: GuideParts, _ bases: [(base: Int, mask: Int)]
    ) -> ([Check], [SegmentCheck], [SegmentCheck], [SyntaxNote]) {
        var checks: [Check] = []
        var notes: [SyntaxNote] = []
        func add(_ elements: [ElementRule], _ added: [SyntaxNote]) -> SegmentCheck {
            let last = elements.lastIndex { $0.use == .mandatory }
            defer {
                checks += elements.map { check($0, bases) }
                notes += added
            }
            return SegmentCheck(
                first: checks.count, count: elements.count, firstNote: notes.count, noteCount: added.count,
                lastMandatory: (last ?? -1) + 1)
        }
        let segments = parts.segmentRules.map { add($0.elements, $0.notes) }
        let composites = parts.composites.map { add($0.components, $0.notes) }
        return (checks, segments, composites, notes)
    }

    private static func check(_ rule: ElementRule, _ bases: [(base: Int, mask: Int)]) -> Check {
        let kind: Check.Kind =
            switch rule.type {
            case .text: .text
            case .code: .code
            case .binary: .binary
            case .date: .date
            case .time: .time
            case .decimal: .decimal
            case .integer: .integer
            case .composite: .composite
            }
        let list = rule.codeList >= 0 ? bases[rule.codeList] : (base: -1, mask: 0)
        return Check(
            kind: kind, use: rule.use, isStrict: rule.isStrict, lengthMin: UInt16(clamping: rule.lengthMin),
            lengthMax: UInt16(clamping: rule.lengthMax), composite: Int16(clamping: rule.composite),
            codeBase: Int32(clamping: list.base), codeMask: Int32(clamping: list.mask))
    }
}
