import Canonical
import Diagnostics
import Formats

/// A map compiled for writing sets: segments, loops and groups of records in the order of the guide.
struct X12OutboundPlan: Sendable {
    /// One value of a segment.
    struct Element: Sendable {
        var binding: BoundBinding
        /// Scope of the record that has it.
        var scope: Int
        /// 1-based; for pairs where they begin.
        var number: Int
        /// 1-based; 0 for the whole element.
        var component: Int
        /// Elements that stand at fixed codes when this value is there: 01 is `DP`.
        var constants: [(number: Int, code: String)]
        /// Qualifiers to choose from; empty where the element is no pair.
        var qualifiers: [X12Place.PairQualifier]
        /// Where pairs may stand after the first; empty where they follow each other.
        var laterPairs: [Int]
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
        _ documents: [CanonicalDocument], _ bound: BoundMap, _ envelope: X12RenderEnvelope, _ context: RenderContext
    ) -> RenderedDrop {
        var drop = RenderedDrop()
        var log = RenderLog()
        var writer = X12Writer(options: envelope.writer)
        writer.beginInterchange(envelope.interchange)
        writer.beginGroup(envelope.group)
        drop.bytes += writer.takeBytes()
        for (index, document) in documents.enumerated() {
            var renderer = X12SetRenderer(self, RenderScope(document, bound, context), bound)
            let segments = renderer.segments(&log)
            let start = drop.bytes.count
            let control = index < envelope.setControls.count ? envelope.setControls[index] : String(index + 1)
            writer.beginSet(id: guide.document, control: control, convention: envelope.convention, guide: guide)
            drop.bytes += writer.takeBytes()
            for segment in segments {
                let offset = drop.bytes.count
                writer.segment(segment.tag, segment.elements, node: segment.node)
                let bytes = writer.takeBytes()
                Self.addOrigins(
                    of: segment, bytes, offset, document: index, separator: envelope.writer.delimiters.element, to: &drop)
                drop.bytes += bytes
            }
            writer.endSet()
            drop.bytes += writer.takeBytes()
            drop.spans.append(start..<drop.bytes.count)
        }
        writer.endGroup()
        writer.endInterchange()
        drop.bytes += writer.takeBytes()
        log.add(writer.log.kept)
        drop.findings = log.findings
        return drop
    }

    /// Finds the elements of a segment as it was written: the writer may have shortened or cleaned them.
    private static func addOrigins(
        of segment: RenderedSegment, _ bytes: [UInt8], _ offset: Int, document: Int, separator: UInt8,
        to drop: inout RenderedDrop
    ) {
        guard !segment.origins.isEmpty else { return }
        var starts: [Int] = []
        for (position, byte) in bytes.enumerated() where byte == separator { starts.append(position + 1) }
        for origin in segment.origins where origin.element <= starts.count {
            let start = starts[origin.element - 1]
            var end = start
            while end < bytes.count, bytes[end] != separator, bytes[end] > 0x1F, bytes[end] != bytes.last { end += 1 }
            if origin.element < starts.count { end = starts[origin.element] - 1 }
            drop.origins.append(
                OutboundOrigin(
                    offset: Int64(offset + start), length: Int32(clamping: end - start), document: Int32(document),
                    scope: Int16(clamping: origin.scope), field: Int16(clamping: origin.field),
                    record: Int32(clamping: origin.record)))
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
