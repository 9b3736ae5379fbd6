import Canonical
import Formats

/// The state of walking one set: the records that are open, and the loop variants in force.
struct X12Walk {
    /// By scope, the record that is being filled.
    private var open: [Record]
    private var isOpen: [Bool]
    private var isVariant: [Bool]
    /// By scope, how many records its parent record has so far.
    private var counts: [Int]
    /// Records of HL levels that are complete, with the position of what they belong to.
    private var levels: [X12Level] = []
    /// By scope, the position in `levels` that its open record will take.
    private var levelOfScope: [Int]
    /// By slot, the rank of the place that a field with several places was read from.
    private var ranks: [Int8]
    /// The element that a condition asked for last: many conditions ask for one qualifier.
    private var asked: (segment: Int, element: Int16, packed: UInt64, isEmpty: Bool) = (-1, 0, 0, true)
    private(set) var troubles: [X12Trouble] = []
    private(set) var missing: [(scope: Int, required: Int, ordinal: Int)] = []
    private(set) var hierarchyFault: Int?

    init(_ plan: X12InboundPlan) {
        open = plan.scopes.map { Record($0.schema) }
        isOpen = plan.scopes.map { _ in false }
        counts = plan.scopes.map { _ in 0 }
        levelOfScope = plan.scopes.map { _ in -1 }
        isVariant = Array(repeating: false, count: plan.variantCount)
        ranks = Array(repeating: 0, count: plan.slotCount)
    }

    mutating func begin(_ plan: X12InboundPlan, _ set: borrowing X12Set) {
        open[0] = Record(plan.scopes[0].schema)
        for scope in isOpen.indices {
            isOpen[scope] = scope == 0
            counts[scope] = 0
            levelOfScope[scope] = -1
        }
        for variant in isVariant.indices { isVariant[variant] = false }
        levels.removeAll(keepingCapacity: true)
        troubles.removeAll(keepingCapacity: true)
        missing.removeAll(keepingCapacity: true)
        hierarchyFault = nil
        asked.segment = -1
    }

    /// Does what a segment asks for.
    mutating func take(
        _ range: Range<Int32>, _ plan: X12InboundPlan, _ set: borrowing X12Set, _ bytes: Span<UInt8>,
        segment: Int
    ) {
        for index in range {
            let action = plan.actions[Int(index)]
            let isIn = action.variant < 0 || isVariant[Int(action.variant)]
            switch action.kind {
            case .enter:
                isVariant[Int(action.target)] = isIn && matches(action.filters, plan, set, bytes, segment)
            case .begin:
                if isIn, matches(action.filters, plan, set, bytes, segment) {
                    beginRecord(Int(action.target), plan)
                    readOuters(Int(action.target), plan, set, bytes, segment: segment)
                } else if !action.filters.isEmpty {
                    close(Int(action.target), plan)
                }
            case .level:
                if isIn { beginLevel(Int(action.target), plan, set, segment: segment) }
            case .value:
                guard isIn, isOpen[Int(action.target)], matches(action.filters, plan, set, bytes, segment)
                else {
                    continue
                }
                read(action, plan, set, bytes, segment: segment)
            case .pairs:
                guard isIn, isOpen[Int(action.target)], matches(action.filters, plan, set, bytes, segment)
                else {
                    continue
                }
                readPairs(action, plan, set, bytes, segment: segment)
            }
        }
    }

    private mutating func matches(
        _ filters: Range<Int32>, _ plan: X12InboundPlan, _ set: borrowing X12Set, _ bytes: Span<UInt8>,
        _ segment: Int
    ) -> Bool {
        for index in filters {
            let filter = plan.filters[Int(index)]
            if asked.segment != segment || asked.element != filter.element {
                let range = set.range(Int(filter.element), of: segment)
                asked = (segment, filter.element, CodeIndex.pack(bytes.extracting(range)), range.isEmpty)
            }
            var holds = asked.isEmpty && filter.allowsEmpty
            let packed = asked.packed
            if packed != 0 {
                for code in filter.codes where plan.filterCodes[Int(code)] == packed {
                    holds = true
                    break
                }
            }
            if holds == filter.isNegated { return false }
        }
        return true
    }

    // MARK: Values

    private mutating func read(
        _ action: X12InboundPlan.Action, _ plan: X12InboundPlan, _ set: borrowing X12Set,
        _ bytes: Span<UInt8>,
        segment: Int
    ) {
        var range = set.range(Int(action.element), of: segment)
        guard !range.isEmpty else { return }
        if action.component > 0 {
            guard let part = component(Int(action.component), of: range, set, bytes) else { return }
            range = part
        }
        store(action.binding, scope: Int(action.target), range, plan, set, bytes, segment, action.element)
    }

    private func component(
        _ number: Int, of range: Range<Int>, _ set: borrowing X12Set, _ bytes: Span<UInt8>
    ) -> Range<Int>? {
        let separator = set.envelope.delimiters.component
        var start = range.lowerBound
        var left = number
        for index in range where bytes[index] == separator {
            left -= 1
            if left == 0 { return start..<index }
            start = index + 1
        }
        return left == 1 ? start..<range.upperBound : nil
    }

    private mutating func readPairs(
        _ action: X12InboundPlan.Action, _ plan: X12InboundPlan, _ set: borrowing X12Set,
        _ bytes: Span<UInt8>,
        segment: Int
    ) {
        let count = Int(set.segments[segment].elementCount)
        guard action.laterPairs.isEmpty else {
            readPair(at: Int(action.element), action, plan, set, bytes, segment: segment)
            for index in action.laterPairs {
                readPair(at: Int(plan.pairPlaces[Int(index)]), action, plan, set, bytes, segment: segment)
            }
            return
        }
        var element = Int(action.element)
        while element + 1 <= count {
            readPair(at: element, action, plan, set, bytes, segment: segment)
            element += 2
        }
    }

    private mutating func readPair(
        at element: Int, _ action: X12InboundPlan.Action, _ plan: X12InboundPlan, _ set: borrowing X12Set,
        _ bytes: Span<UInt8>, segment: Int
    ) {
        let qualifier = set.range(element, of: segment)
        guard !qualifier.isEmpty, qualifier.count <= 8 else { return }
        let packed = CodeIndex.pack(bytes.extracting(qualifier))
        for index in action.pairs where plan.pairs[Int(index)].qualifier == packed {
            let value = set.range(element + 1, of: segment)
            if !value.isEmpty {
                store(
                    plan.pairs[Int(index)].binding, scope: Int(action.target), value, plan, set, bytes,
                    segment,
                    Int16(element + 1))
            }
            return
        }
    }

    private mutating func store(
        _ number: Int32, scope: Int, _ range: Range<Int>, _ plan: X12InboundPlan, _ set: borrowing X12Set,
        _ bytes: Span<UInt8>, _ segment: Int, _ element: Int16
    ) {
        let target = plan.targets[Int(number)]
        let field = Int(target.field)
        let isJoined = target.isJoined
        let slot = Int(target.slot)
        let rank = target.rank
        if open[scope].values[field] != nil, !isJoined, slot < 0 || ranks[slot] <= rank { return }
        let read = ValueReading.read(bytes.extracting(range), plan.rules[Int(number)], plan.context)
        if read.problem != .none, read.problem != .empty,
            troubles.count < MappingLimits.findingsPerDocumentMax
        {
            troubles.append(
                X12Trouble(
                    problem: read.problem, binding: number, segment: Int32(segment), element: element,
                    range: range))
        }
        guard let value = read.value else { return }
        if slot >= 0 { ranks[slot] = rank }
        let offset = set.byteOffset + range.lowerBound + read.start
        var source = SourceRange(offset: Int64(offset), length: Int32(clamping: read.count))
        if isJoined, let join = plan.joins[Int(number)], let before = open[scope].values[field] {
            // Text in several segments: its address reaches from the first to the last.
            let first = open[scope].sources[field]
            if !first.isNone {
                source = SourceRange(
                    offset: first.offset, length: Int32(clamping: Int64(offset + read.count) - first.offset))
            }
            open[scope].set(field, .text(before.description + join + value.description), from: source)
        } else {
            open[scope].set(field, value, from: source)
        }
    }

    private mutating func readOuters(
        _ scope: Int, _ plan: X12InboundPlan, _ set: borrowing X12Set, _ bytes: Span<UInt8>, segment: Int
    ) {
        for outer in plan.scopes[scope].outers {
            var instance = Int(set.instances[segment])
            while instance >= 0, Int(set.loops[instance].loop) != outer.loop {
                instance = Int(set.loops[instance].parent)
            }
            guard instance >= 0 else { continue }
            let found = set.loops[instance]
            for other in Int(found.firstSegment)..<Int(found.endSegment)
            where set.nodes[other] == outer.node && matches(outer.action.filters, plan, set, bytes, other) {
                read(outer.action, plan, set, bytes, segment: other)
                break
            }
        }
    }

    // MARK: Records

    private mutating func beginRecord(_ scope: Int, _ plan: X12InboundPlan) {
        close(scope, plan)
        guard isOpen[plan.scopes[scope].parent] else { return }
        open[scope] = Record(plan.scopes[scope].schema)
        isOpen[scope] = true
        for child in plan.scopes[scope].children { counts[child] = 0 }
    }

    /// Ends the open record of a scope and those below it.
    private mutating func close(_ scope: Int, _ plan: X12InboundPlan) {
        guard isOpen[scope] else { return }
        for child in plan.scopes[scope].children { close(child, plan) }
        isOpen[scope] = false
        settle(scope, plan)
        if levelOfScope[scope] >= 0 {
            swap(&levels[levelOfScope[scope]].record, &open[scope])
            levelOfScope[scope] = -1
            return
        }
        let parent = plan.scopes[scope].parent
        open[parent].groups[plan.scopes[scope].group].append(open[scope])
    }

    /// Defaults, positions, and what is missing.
    private mutating func settle(_ scope: Int, _ plan: X12InboundPlan) {
        counts[scope] += 1
        plan.scopes[scope].rules.fill(&open[scope], ordinal: counts[scope])
        for index in plan.scopes[scope].requiredFields.indices
        where open[scope].values[plan.scopes[scope].requiredFields[index]] == nil
            && missing.count < MappingLimits.findingsPerDocumentMax
        {
            missing.append((scope, index, counts[scope]))
        }
    }

    private mutating func beginLevel(
        _ scope: Int, _ plan: X12InboundPlan, _ set: borrowing X12Set, segment: Int
    ) {
        for other in plan.scopes.indices where plan.scopes[other].isLevel { close(other, plan) }
        let level = X12Level(
            id: set.element(1, of: segment), parent: set.element(2, of: segment), scope: scope,
            record: open[scope], segment: segment)
        levels.append(level)
        open[scope] = Record(plan.scopes[scope].schema)
        isOpen[scope] = true
        levelOfScope[scope] = levels.count - 1
        for child in plan.scopes[scope].children { counts[child] = 0 }
    }

    /// The document, complete; the walk is empty afterwards.
    mutating func finish(_ plan: X12InboundPlan, _ set: borrowing X12Set, drop: String) -> MappedDocument {
        for scope in plan.scopes.indices.dropFirst() where isOpen[scope] { close(scope, plan) }
        settle(0, plan)
        if !levels.isEmpty {
            hierarchyFault = X12Hierarchy.assemble(&levels, into: &open[0], plan, set)
        }
        var document = CanonicalDocument(
            plan.kind,
            span: SourceRange(offset: Int64(set.byteOffset), length: Int32(clamping: set.bytes.count)))
        swap(&document.header, &open[0])
        guard
            !troubles.isEmpty || !missing.isEmpty || hierarchyFault != nil
                || plan.currencies.conflict(in: document.header) != nil
        else { return MappedDocument(document, findings: []) }
        return X12MappingFindings.document(document, self, plan, set, drop: drop)
    }
}
