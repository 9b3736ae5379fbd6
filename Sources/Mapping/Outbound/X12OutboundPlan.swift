import Canonical
import Diagnostics
import Formats

/// A map compiled for writing sets: segments, loops and groups of records in the order of the guide.
struct X12OutboundPlan: Sendable {
    /// One value of a segment. A class: it is met for every value that is written, and a copy of its rule has a dozen
    /// references.
    final class Element: Sendable {
        let binding: BoundBinding
        /// Scope of the record that has it.
        let scope: Int
        /// 1-based; for pairs where they begin.
        let number: Int
        /// 1-based; 0 for the whole element.
        let component: Int
        /// Elements that stand at fixed codes when this value is there: 01 is `DP`.
        let constants: [(number: Int, code: String)]
        /// Qualifiers to choose from; empty where the element is no pair.
        let qualifiers: [X12Place.PairQualifier]
        /// Where pairs may stand after the first; empty where they follow each other.
        let laterPairs: [Int]

        init(
            binding: BoundBinding, scope: Int, number: Int, component: Int,
            constants: [(number: Int, code: String)], qualifiers: [X12Place.PairQualifier], laterPairs: [Int]
        ) {
            self.binding = binding
            self.scope = scope
            self.number = number
            self.component = component
            self.constants = constants
            self.qualifiers = qualifiers
            self.laterPairs = laterPairs
        }
    }

    enum Kind: Sendable {
        /// Loop of the guide, and what its first segment must say.
        case loop(Int)
        /// Node of the guide.
        case segment(Int)
        /// Records of a scope, one after another.
        case group(Int)
    }

    struct Part: Sendable {
        var kind: Kind
        var parent: Int
        /// Position in the guide, among the children of the loop around it.
        var position: Int
        /// In the order of writing.
        var children: [Int] = []
        var elements: [Element] = []
        /// What the first segment of the loop, or the segment, says at fixed places.
        var filters: [X12Place.Filter] = []
        /// Whether a field is written in it or below it.
        var hasField = false
        /// Whether it is an HL loop, and of which scope.
        var isLevel = false
        var condition: BoundCondition?
        /// Scope in which its condition is asked.
        var scope = 0
    }

    let guide: Guide
    var parts: [Part]
    var writesChildCode: Bool

    func render(
        _ documents: [CanonicalDocument], _ bound: BoundMap, _ envelope: X12RenderEnvelope,
        _ context: RenderContext
    ) -> RenderedDrop {
        var drop = RenderedDrop()
        var log = RenderLog()
        var writer = X12Writer(options: envelope.writer)
        var sets: [[RenderedSegment]] = []
        writer.beginInterchange(envelope.interchange)
        writer.beginGroup(envelope.group)
        for (index, document) in documents.enumerated() {
            var renderer = X12SetRenderer(self, RenderScope(document, bound, context), bound)
            let segments = renderer.segments(&log)
            let control = index < envelope.setControls.count ? envelope.setControls[index] : String(index + 1)
            writer.beginSet(
                id: guide.document, control: control, convention: envelope.convention, guide: guide)
            for segment in segments { writer.segment(segment.tag, segment.elements, node: segment.node) }
            writer.endSet()
            sets.append(segments)
        }
        writer.endGroup()
        writer.endInterchange()
        drop.bytes = writer.takeBytes()
        X12Origins.add(sets, to: &drop)
        log.add(writer.log.kept)
        drop.findings = log.findings
        return drop
    }
}

/// Finds in a written interchange where the elements of its sets stand. The writer may have shortened and cleaned
/// values and chosen other separators, so what it wrote is looked at, not what it was given.
enum X12Origins {
    /// - Source: X12.5: ISA is 105 bytes and the terminator; element separator is byte 3.
    static func add(_ sets: [[RenderedSegment]], to drop: inout RenderedDrop) {
        let bytes = drop.bytes
        guard bytes.count > 108, let groupStart = start(of: [0x47, 0x53], in: bytes, from: 106) else {
            return
        }
        let separator = bytes[3]
        let terminator = bytes[105]
        let gap = groupStart - 105
        var position = groupStart
        func next() -> (start: Int, end: Int)? {
            guard position < bytes.count else { return nil }
            let start = position
            var end = start
            while end < bytes.count, bytes[end] != terminator { end += 1 }
            position = end + gap
            return (start, end)
        }
        _ = next()
        for (document, segments) in sets.enumerated() {
            guard let first = next() else { return }
            for segment in segments {
                guard let place = next() else { return }
                add(segment, bytes, place, separator, document: document, to: &drop)
            }
            guard let last = next() else { return }
            drop.spans.append(first.start..<min(last.end + 1, bytes.count))
        }
    }

    private static func start(of tag: [UInt8], in bytes: [UInt8], from: Int) -> Int? {
        var index = from
        while index + tag.count < bytes.count, index < from + 8 {
            if bytes[index..<index + tag.count].elementsEqual(tag) { return index }
            index += 1
        }
        return nil
    }

    private static func add(
        _ segment: RenderedSegment, _ bytes: [UInt8], _ place: (start: Int, end: Int), _ separator: UInt8,
        document: Int, to drop: inout RenderedDrop
    ) {
        guard !segment.origins.isEmpty else { return }
        var ends: [Int] = []
        for index in place.start..<place.end where bytes[index] == separator { ends.append(index) }
        ends.append(place.end)
        for origin in segment.origins.sorted(by: { $0.element < $1.element })
        where origin.element < ends.count {
            drop.origins.append(
                OutboundOrigin(
                    ends[origin.element - 1] + 1..<ends[origin.element], document: document,
                    (origin.scope, origin.record, origin.field)))
        }
    }
}

/// A segment that is to be written.
struct RenderedSegment {
    struct Origin {
        var element: Int
        var scope: Int
        var record: Int
        var field: Int
    }

    var tag: X12Tag
    var node: Int
    var elements: [String]
    var origins: [Origin] = []
}
