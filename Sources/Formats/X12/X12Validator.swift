import Diagnostics

/// How a channel wants sets checked.
public struct X12ValidatorOptions: Sendable {
    /// The name used in locations.
    public var drop: String
    /// What bytes from 0x80 up mean. With `us-ascii` they are wrong, with `iso-8859-1` they warn.
    public var charset = Charset.utf8
    /// The day, as year × 10,000 + month × 100 + day, that ends leniency; nil: all of it holds.
    public var today: Int?
    /// The channel's own leniency, before that of the guide.
    public var lenient: [GuideLeniency] = []

    /// Everything as usual, under a name.
    public init(drop: String) { self.drop = drop }
}

/// Checks sets against a guide: structure, elements, codes, syntax notes, hierarchy. Goes on after every finding.
///
/// - Shape: fills `nodes`, `instances` and `loops` of the set, which maps read by.
/// - Limit: `X12Limits.findingsPerSetMax` findings a set, the rest counted; time linear in the set.
/// - Source: X12.6, sections on segments, loops and relational conditions.
public struct X12Validator {
    let guide: Guide?
    private let isFallback: Bool
    let options: X12ValidatorOptions
    private let filter: LeniencyFilter
    private var structure: StructureCheck?

    /// - Parameters:
    ///   - guide: nil where there is none: then only the set's own envelope and its characters are looked at.
    ///   - isFallback: the guide is one of another version, as `GuideLibrary` said.
    public init(guide: Guide?, isFallback: Bool = false, options: X12ValidatorOptions) {
        self.guide = guide
        self.isFallback = isFallback
        self.options = options
        filter = LeniencyFilter(options.lenient + (guide?.lenient ?? []), today: options.today)
        structure = guide.map(StructureCheck.init)
    }

    /// Checks one set.
    ///
    /// - Twice: the same set gives the same verdict.
    public mutating func validate(_ set: inout X12Set) -> X12Verdict {
        var findings = FindingCollector(set: set, guide: guide, filter: filter, options: options)
        findings.addFaults()
        noteGuide(set, &findings)
        if set.segments.isEmpty { return findings.verdict(refused: true) }
        if structure != nil {
            structure?.check(set, charset: options.charset, &findings)
            structure?.hand(over: &set)
        } else {
            checkSyntax(set, &findings)
        }
        return findings.verdict(refused: set.envelope.groupDisposition == .refused)
    }

    private func checkSyntax(_ set: X12Set, _ findings: inout FindingCollector) {
        let elements = ElementCheck(guide: nil, delimiters: set.envelope.delimiters, charset: options.charset)
        for (index, segment) in set.segments.enumerated() where !segment.isPlain {
            let context = SegmentContext(segment: index, tag: segment.tag, rule: -1)
            elements.checkCharacters(
                segment, context, bytes: set.bytes.span, ranges: set.elements.span, &findings)
        }
    }

    private func noteGuide(_ set: X12Set, _ findings: inout FindingCollector) {
        guard guide == nil || isFallback else { return }
        let version = set.envelope.group.standardVersion
        if let guide {
            findings.note(
                "X12.GUIDE.FALLBACK",
                "set is checked against \(guide.id): there is no guide for version \(version)",
                remedy: "add a guide for \(version) where the differences matter")
        } else {
            findings.note(
                "X12.GUIDE.NONE",
                "there is no guide for \(set.id) in version \(version): only the syntax was checked",
                remedy: "add a guide for the document")
        }
    }
}
