/// How a partner writes delimited text. The defaults are RFC 4180 with a header, in UTF-8.
public struct DelimitedDialect: Sendable, Hashable {
    /// What a row with fewer fields than the header is.
    public enum ShortRows: String, Sendable, Hashable {
        /// Refused as `CSV.ROW.FIELDS`: usually a torn line.
        case refuse
        /// Accepted, the missing fields are empty: partners that cut trailing empty columns (Amazon reports).
        case pad
        /// Accepted as it is: several kinds of rows in one drop. Long rows are accepted too.
        case ragged
    }

    /// Between fields: comma, semicolon, TAB, pipe; any single byte but quote, CR and LF.
    public var delimiter: UInt8
    /// Around fields; nil when a quote is data (Amazon flat files).
    public var quote: UInt8?
    /// How bytes become text. A byte order mark is always skipped, and one of UTF-16 always believed.
    public var charset: TextCharset
    /// Whether the first row names the columns.
    public var hasHeader: Bool
    /// Physical lines before the header (or before the first row) that are not data.
    public var preambleLineCount: Int
    /// When set, lines are skipped until one whose first field has this name: it is the header. At most 100
    /// lines.
    public var headerFirstColumn: String?
    /// When set, a row whose first field begins with it ends the data; it and all after it are footer.
    public var footerPrefix: String?
    /// What a row with too few fields is.
    public var shortRows: ShortRows
    /// Whether `'007` and `="007"` are read as `007`, as spreadsheets write text that must stay text.
    public var stripsSpreadsheetGuards: Bool

    /// A dialect; everything not named is as in RFC 4180 with a header, in UTF-8.
    public init(
        delimiter: UInt8 = UInt8(ascii: ","), quote: UInt8? = UInt8(ascii: "\""),
        charset: TextCharset = .utf8,
        hasHeader: Bool = true, preambleLineCount: Int = 0, headerFirstColumn: String? = nil,
        footerPrefix: String? = nil, shortRows: ShortRows = .refuse, stripsSpreadsheetGuards: Bool = false
    ) {
        self.delimiter = delimiter
        self.quote = quote
        self.charset = charset
        self.hasHeader = hasHeader
        self.preambleLineCount = preambleLineCount
        self.headerFirstColumn = headerFirstColumn
        self.footerPrefix = footerPrefix
        self.shortRows = shortRows
        self.stripsSpreadsheetGuards = stripsSpreadsheetGuards
    }

    /// Comma, quotes, header, UTF-8.
    public static let csv = DelimitedDialect()
    /// TAB, no quoting, header, UTF-8.
    public static let tsv = DelimitedDialect(delimiter: UInt8(ascii: "\t"), quote: nil)
}
