public import Diagnostics

/// What is to become of an interchange or a group as a whole.
public enum X12Disposition: String, Sendable, Hashable {
    /// Its sets are read, each on its own merits.
    case sound
    /// Interchange only: nothing of it is applied; the bytes wait.
    case quarantined
    /// Group only: all its sets are refused; its neighbours go on.
    case refused
}

/// One interchange as the first pass found it.
public struct X12InterchangeScan: Sendable {
    /// 1-based, in the order of the drop.
    public var ordinal: Int
    /// Bytes from the I of ISA to the terminator of IEA, or to where the interchange was given up.
    public var span: Range<Int>
    /// Nil where the ISA could not be read.
    public var header: X12InterchangeHeader?
    /// Nil where the ISA could not be read or its separators contradict each other.
    public var delimiters: X12Delimiters?
    /// Its groups, as indexes of `X12Scan.groups`.
    public var groups: Range<Int>
    /// ST segments found.
    public var setCount: Int
    /// Segments found, ISA and IEA included, blank ones not.
    public var segmentCount: Int
    /// TA1 segments found.
    public var acknowledgmentCount: Int
    /// Whether its sets may be read.
    public var disposition: X12Disposition
    /// The TA105 note of what is wrong; nil when nothing is, or when nobody could be answered.
    public var note: InterchangeNote?
    /// What is wrong with its envelope; at most 20.
    public var findings: [Diagnostic]
}

/// One functional group as the first pass found it: numbers, so that a drop of many groups stays small.
public struct X12GroupScan: Sendable {
    /// GS to GE, terminators included.
    public var span: Range<Int>
    /// 0-based index of the interchange in `X12Scan.interchanges`.
    public var interchange: Int
    /// ST segments found.
    public var setCount: Int
    /// GE01 as declared; nil when it is missing or no number.
    public var declaredSetCount: Int?
    /// Whether its sets may be accepted.
    public var disposition: X12Disposition
    /// AK905 to AK909: codes of element 716.
    public var notes: [UInt8]
    /// What is wrong with the group itself; at most 20.
    public var findings: [Diagnostic]
}

/// What the first pass over a drop found. Interchanges and gaps tile the drop: every byte belongs to exactly one.
public struct X12Scan: Sendable {
    /// In the order of the drop.
    public var interchanges: [X12InterchangeScan] = []
    /// Of all interchanges, in the order of the drop.
    public var groups: [X12GroupScan] = []
    /// What lies outside interchanges: blank lines, a byte order mark, VAN headers.
    public var gaps: [Range<Int>] = []
    /// Findings about the drop as a whole and about its gaps.
    public var findings: [Diagnostic] = []
    /// Bytes of the drop.
    public var byteCount = 0
    /// Segments and sets over all interchanges.
    public var segmentCount = 0
    /// ST segments over all interchanges.
    public var setCount = 0

    /// A drop of which nothing is known yet.
    public init() {}

    /// No interchange could be found at all: the drop is quarantined as a whole, `findings` say why.
    public var isUnreadable: Bool { interchanges.isEmpty }
}

/// What the first pass may let pass, from the channel.
public struct X12ScanOptions: Sendable {
    /// The name used in locations.
    public var drop: String
    /// An ISA that is not 106 bytes long, but whose sixteen elements can be found, is read with a warning.
    public var allowsUnpaddedHeader = true
    /// Leniency of the channel's guide and of its `lenient:` list, as far as envelope rules are named.
    public var lenient: [GuideLeniency] = []
    /// The day, as year × 10,000 + month × 100 + day, that ends leniency; nil: all of it holds.
    public var today: Int?

    /// Everything as usual, under a name.
    public init(drop: String) { self.drop = drop }
}
