/// Bounds of the X12 reader, each with its arithmetic. Past a bound stands a finding, never a trap and never memory
/// that grows with the partner's file.
public enum X12Limits {
    /// One element, bytes. The longest in the eight sets is 4,096 characters (element 1551), at most four bytes
    /// each in UTF-8: 16 KiB. Four times that.
    public static let elementByteCountMax = 65_536
    /// One segment, bytes: sixteen elements of the largest size. It is also what the window must be able to hold.
    public static let segmentByteCountMax = 1 << 20
    /// Elements in a segment. The longest in the dictionary has 32; the rest is for private ones.
    public static let elementsPerSegmentMax = 200
    /// Segments in a set: the 856 allows 200,000 HL loops, and no ordering document comes near.
    public static let segmentsPerSetMax = 200_000
    /// Bytes in a set, which is owned in memory as a whole: 200,000 segments of 335 bytes.
    public static let setByteCountMax = 64 << 20
    /// Groups in a drop: each keeps some 100 bytes of what was found while the drop is read.
    public static let groupsPerDropMax = 100_000
    /// Sets in a group: GE01 has six digits. It also bounds what is kept to find control numbers used twice.
    public static let setsPerGroupMax = 999_999
    /// Interchanges in a drop: each keeps its header, some 600 bytes.
    public static let interchangesPerDropMax = 10_000
    /// How far after the ISA a first terminator is looked for before it is held to be a different one.
    public static let firstSegmentByteCountMax = 10_000
    /// How many bytes are looked at for the sixteen separators of an ISA that is not 106 bytes long.
    public static let headerByteCountMax = 256
    /// Findings kept of one set. An acknowledgment of more helps nobody; the rest are counted.
    public static let findingsPerSetMax = 200
    /// Levels of HL: shipment, order, tare, pack, item and their kits need eight at most.
    public static let hierarchyDepthMax = 16
    /// Bytes pulled at a time.
    static let chunkByteCount = 1 << 20
}
