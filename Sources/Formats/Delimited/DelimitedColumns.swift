/// The columns that a map knows, and how partners spell them. Names are compared after trimming, collapsing
/// blanks and folding case, so that `ORDER_ID ` is `order_id`.
public struct DelimitedColumns: Sendable, Hashable {
    /// One column that a map reads.
    public struct Column: Sendable, Hashable {
        /// The name by which the map calls it, and the first name looked for in the header.
        public var name: String
        /// Whether a drop without it is quarantined as `CSV.HEADER.MISSING`.
        public var isRequired: Bool
        /// Other names that mean the same, from older exports or other languages.
        public var aliases: [String]

        /// A column, optional and without aliases unless said otherwise.
        public init(_ name: String, isRequired: Bool = false, aliases: [String] = []) {
            self.name = name
            self.isRequired = isRequired
            self.aliases = aliases
        }
    }

    /// In the order of the declaration; the position here is the argument of
    /// `DelimitedHeader.position(ofColumn:)`.
    public var columns: [Column]

    /// The columns a map reads, in its own order.
    public init(_ columns: [Column]) { self.columns = columns }

    /// No column is known: every name is read as it stands, none is required.
    public static let none = DelimitedColumns([])

    /// A name as it is compared: blanks trimmed and collapsed, case folded.
    public static func normalized(_ name: some StringProtocol) -> String {
        name.split(whereSeparator: { $0.isWhitespace }).joined(separator: " ").lowercased()
    }
}

/// The header of a drop, with the map's columns found in it once, so that nothing is looked up by name in a
/// row.
public struct DelimitedHeader: Sendable, Hashable {
    /// The names as the partner wrote them, quotes removed. Empty when the drop has no header.
    public let names: [String]
    /// Field position of each column declared, in the order of the declaration; nil where the drop has none.
    public let positions: [Int?]
    private let byName: [String: Int]

    init(names: [String], columns: DelimitedColumns) {
        self.names = names
        var byName: [String: Int] = [:]
        for (position, name) in names.enumerated() {
            let key = DelimitedColumns.normalized(name)
            if !key.isEmpty, byName[key] == nil { byName[key] = position }
        }
        self.byName = byName
        positions = columns.columns.map { column in
            for name in [column.name] + column.aliases {
                if let position = byName[DelimitedColumns.normalized(name)] { return position }
            }
            return nil
        }
    }

    /// Field position (0-based) of the `index`th declared column; nil when the drop does not have it.
    public func position(ofColumn index: Int) -> Int? {
        positions.indices.contains(index) ? positions[index] : nil
    }

    /// Field position (0-based) of the first column with this name, compared as column names are.
    public func position(named name: String) -> Int? { byName[DelimitedColumns.normalized(name)] }
}
