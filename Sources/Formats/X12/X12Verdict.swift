public import Diagnostics

/// What the check of one set came to.
public struct X12Verdict: Sendable {
    /// Whether the set may be applied.
    public enum State: String, Sendable, Hashable {
        case accepted
        /// Accepted; somebody may want to look.
        case acceptedWithWarnings
        case rejected
    }

    /// Whether the set may be applied.
    public var state: State = .accepted
    /// In the order of the set; at most `X12Limits.findingsPerSetMax`.
    public var findings: [Diagnostic] = []
    /// Findings beyond those kept.
    public var omittedCount = 0
    /// What a 997 says about segments and elements, in the order of the set.
    public var notes: [X12SegmentNote] = []
    /// AK502 to AK506: codes of element 718, at most five.
    public var setNotes: [UInt8] = []
    /// The guide that was asked; nil when there was none and only the syntax was looked at.
    public var guide: String?

    /// A set with nothing wrong in it.
    public init() {}
}

/// One AK3: a segment with something wrong in it.
public struct X12SegmentNote: Sendable, Hashable {
    /// AK301.
    public var tag: X12Tag
    /// 1-based in the set, ST being 1 (AK302).
    public var ordinal: Int
    /// The loop's id (AK303); nil at the top of the set.
    public var loop: String?
    /// AK304; 8 where the elements below are meant.
    public var code: UInt8
    /// True where the finding was a warning only.
    public var isWarning: Bool
    /// Its AK4s, in order.
    public var elements: [X12ElementNote]
}

/// One AK4: an element with something wrong in it.
public struct X12ElementNote: Sendable, Hashable {
    /// 1-based (AK401-1).
    public var element: Int
    /// 1-based (AK401-2); nil outside composites.
    public var component: Int?
    /// The dictionary's number of the element (AK402); nil where the guide has none.
    public var number: String?
    /// AK403.
    public var code: UInt8
    /// What was found, at most 99 bytes, control characters and delimiters not copied (AK404).
    public var found: [UInt8]
    /// The finding was a warning only.
    public var isWarning: Bool
}
