import Diagnostics

/// A table: aligned columns on a terminal, tab-separated with its header, undecorated and untruncated, in a pipe.
struct Table {
    private let header: [String]
    private var rows: [[String]] = []

    init(_ header: [String]) { self.header = header }

    mutating func add(_ row: [String]) { rows.append(row.map { visibleText($0) }) }

    var isEmpty: Bool { rows.isEmpty }

    func lines(for terminal: Terminal) -> [String] {
        let all = [header] + rows
        guard terminal.isOutputTerminal else { return all.map { $0.joined(separator: "\t") } }
        var widths = header.map(\.count)
        for row in rows {
            for (column, cell) in row.enumerated() where column < widths.count {
                widths[column] = max(widths[column], cell.count)
            }
        }
        return all.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let isLast = column == row.count - 1
                let padding = isLast ? 0 : max(0, widths[column] - cell.count) + 2
                line += cell + String(repeating: " ", count: padding)
            }
            return line
        }
    }
}
