/// Bounds of delimited reading. A drop that passes one is quarantined, or its row refused, in constant
/// memory.
public struct DelimitedLimits: Sendable, Hashable {
    /// Most bytes of one row, line end not counted: 1 MiB. The longest honest row seen is a product with its
    /// description in HTML, 40 KB; 25 times that. Two rows of it and one chunk stay under 4 MiB.
    public var rowByteCountMax = 1_048_576
    /// Most columns: 512. The widest honest header seen has 226 columns (marketplace listing templates).
    public var columnCountMax = 512
    /// Most bytes between two quotes: 65,536. A quote that is never closed swallows the drop, so it is called
    /// unclosed after this many bytes and reported where it was opened.
    public var quotedByteCountMax = 65_536
    /// Most lines looked at for the header named by `headerFirstColumn`.
    public var headerSearchLineCountMax = 100
    /// Bytes asked of the source at a time: 256 KiB. A block of rows lives as long as one of its rows is
    /// held, so it is kept small; a block, its field index (4 bytes a field, 4 fields in 5 bytes at worst)
    /// and its original offsets (4 bytes a byte, only when converted) stay under 3 MiB.
    public var chunkByteCount = 262_144

    /// The bounds above.
    public init() {}
}
