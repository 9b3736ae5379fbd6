public import Diagnostics

/// A code table as its file says it: canonical codes, and in each partner's list the codes that mean the same.
///
/// - Shape: several partner codes may mean one canonical code; the first of them is written.
public struct CodeTable: Sendable, Hashable {
    /// One canonical code.
    public struct Row: Sendable, Hashable {
        /// Our code.
        public var canonical: String
        /// What people call it.
        public var name: String?
        /// By position in `lists`, the partner's codes.
        public var codes: [[String]]
    }

    /// The file name without `.yaml`.
    public let id: String
    /// The names of the lists.
    public let lists: [String]
    /// The canonical codes, in the order of the file.
    public let rows: [Row]

    /// Reads a table.
    ///
    /// - Parameters:
    ///   - node: the file.
    ///   - library: the table of an id that `extends` names, without this file in the way.
    /// - Returns: the table, nil when it has errors; and what was found.
    public static func read(
        _ node: DeclarationNode, library: (String) -> DeclarationNode? = { _ in nil }
    ) -> (table: CodeTable?, findings: [Diagnostic]) {
        var reader = DeclarationReader()
        let table = CodeTableReader.read(node, library: library, depth: 0, &reader)
        return (reader.hasErrors ? nil : table, reader.findings)
    }
}

/// Decodes code tables.
enum CodeTableReader {
    static func read(
        _ node: DeclarationNode, library: (String) -> DeclarationNode?, depth: Int,
        _ reader: inout DeclarationReader
    ) -> CodeTable? {
        reader.checkKeys(of: node, section: .table)
        guard let id = reader.text(node, "table", required: true) else { return nil }
        var lists: [String] = []
        var rows: [CodeTable.Row] = []
        if let base = reader.text(node, "extends") {
            guard depth == 0, let found = library(base) else {
                reader.refuse(
                    .mapExtends, node["extends"] ?? node, "'\(base)' is not a code table of the library",
                    remedy: "correct `extends`, or remove it")
                return nil
            }
            guard let table = read(found, library: library, depth: depth + 1, &reader) else { return nil }
            lists = table.lists
            rows = table.rows
        }
        for name in reader.texts(node, "lists") where !lists.contains(name) { lists.append(name) }
        for index in rows.indices {
            while rows[index].codes.count < lists.count { rows[index].codes.append([]) }
        }
        for entry in node["codes"]?.entries ?? [] {
            add(entry, lists: lists, to: &rows, &reader)
        }
        checkDuplicates(rows, lists: lists, node, &reader)
        return CodeTable(id: id, lists: lists, rows: rows)
    }

    /// A row of a site's table adds to the row of the library's: its codes come first, so that they are written.
    private static func add(
        _ entry: DeclarationNode.Entry, lists: [String], to rows: inout [CodeTable.Row],
        _ reader: inout DeclarationReader
    ) {
        let position: Int
        if let known = rows.firstIndex(where: { $0.canonical == entry.key }) {
            position = known
        } else {
            position = rows.count
            rows.append(
                CodeTable.Row(
                    canonical: entry.key, name: nil, codes: Array(repeating: [], count: lists.count)))
        }
        guard let cells = entry.value.entries else {
            reader.refuse(
                .codesValue, entry.value, "code '\(entry.key)' has no lists",
                expected: "a mapping such as { x12: [ CA, CS ] }", remedy: "write the partner's codes by list"
            )
            return
        }
        for cell in cells {
            if cell.key == "name" {
                rows[position].name = cell.value.text
                continue
            }
            guard let list = lists.firstIndex(of: cell.key) else {
                reader.refuse(
                    .codesValue, at: cell.keyLocation, "'\(cell.key)' is not a list of this table",
                    expected: "one of \(lists.joined(separator: ", "))", remedy: "add it to `lists`")
                continue
            }
            let codes = reader.textList(cell.value)
            rows[position].codes[list] = codes + rows[position].codes[list].filter { !codes.contains($0) }
        }
    }

    private static func checkDuplicates(
        _ rows: [CodeTable.Row], lists: [String], _ node: DeclarationNode, _ reader: inout DeclarationReader
    ) {
        for list in lists.indices {
            var owners: [String: String] = [:]
            for row in rows {
                for code in row.codes[list] {
                    if let owner = owners[code], owner != row.canonical {
                        reader.refuse(
                            .codesDuplicate, node,
                            "'\(code)' of list \(lists[list]) stands under \(owner) and \(row.canonical)",
                            remedy: "remove it from one of the two")
                    }
                    owners[code] = row.canonical
                }
            }
        }
    }
}
