import Canonical
import Diagnostics
import Environment
import GRDBSQLite

extension SQLiteLedgerReader {
    /// Prints the books, section by section, in one committed state; what the sink throws ends it.
    public func dumpCanonical(to sink: ([UInt8]) throws -> Void) throws(LedgerError) {
        try connection.read { books in
            let partners = try books.orderPartners().sorted { $0.name < $1.name }
            try withoutActuallyEscaping(sink) { sink in
                var page = DumpPage(books, sink)
                for section in DumpSections.all {
                    if section.isByPartner {
                        for partner in partners { try page.print(section, partner.id) }
                    } else {
                        try page.print(section)
                    }
                }
                try page.flush()
            }
        }
    }
}

extension Books {
    /// Every partner that has orders; found by hopping over the index, not by reading all orders.
    fileprivate func orderPartners() throws -> [(name: String, id: Int64)] {
        var partners: [(name: String, id: Int64)] = []
        var last: Int64 = -1
        while let next = try integer("SELECT min(partner) FROM orders WHERE partner > ?", last) {
            partners.append((try word(next), next))
            last = next
        }
        return partners
    }
}

/// Prints rows as JSON lines, 64 KiB at a time.
private struct DumpPage {
    private let books: Books
    private let sink: ([UInt8]) throws -> Void
    private var bytes: [UInt8] = []

    init(_ books: Books, _ sink: @escaping ([UInt8]) throws -> Void) {
        self.books = books
        self.sink = sink
        bytes.reserveCapacity(80 * 1024)
    }

    mutating func flush() throws {
        if bytes.isEmpty { return }
        try sink(bytes)
        bytes.removeAll(keepingCapacity: true)
    }

    /// A column: its name, and how it is printed.
    private struct Column {
        var name: String
        var form: String
    }

    mutating func print(_ section: DumpSections.Section, _ partner: Int64? = nil) throws {
        var statement = try books.statement(section.sql)
        if let partner { statement.bind(partner) }
        var columns: [Column] = []
        for index in 0..<sqlite3_column_count(statement.raw) {
            let alias = sqlite3_column_name(statement.raw, index).map { String(cString: $0) } ?? ""
            let parts = alias.split(separator: ":", omittingEmptySubsequences: false)
            columns.append(
                Column(name: String(parts.first ?? ""), form: parts.count > 1 ? String(parts[1]) : ""))
        }
        let start = "{\"row\":\(jsonText(section.name))"
        try statement.each { row in
            append(start)
            var index = 0
            while index < columns.count { index += try append(row, CInt(index), columns[index]) }
            append("}\n")
            if bytes.count > 64 * 1024 { try flush() }
            return true
        }
    }

    private mutating func append(_ text: String) { bytes.append(contentsOf: text.utf8) }

    private mutating func append(_ name: String, _ json: String) {
        bytes.append(UInt8(ascii: ","))
        append(jsonText(name))
        bytes.append(UInt8(ascii: ":"))
        append(json)
    }

    /// - Returns: how many columns were taken.
    private mutating func append(_ row: RowView, _ index: CInt, _ column: Column) throws -> Int {
        let width = column.form == "decimal" ? 2 : 1
        if row.isNull(index) { return width }
        switch column.form {
        case "":
            switch row.type(index) {
            case SQLITE_INTEGER: append(column.name, String(row.int(index)))
            case SQLITE_BLOB: append(column.name, jsonText(hexText(row.blob(index))))
            default: append(column.name, jsonText(row.text(index)))
            }
        case "decimal":
            append(column.name, jsonText(try books.requiredDecimal(row, index).description))
        case "finding":
            let code = row.int(index - 2)
            let finding = try books.finding(code: code, severity: row.int(index - 1), row.blob(index))
            append("message", jsonText(finding.message))
            if let found = finding.found { append("found", jsonText(found)) }
            if let location = finding.location { append("offset", String(location.byteOffset)) }
        case "document":
            guard let document = CanonicalCodec.decode(row.blob(index)) else {
                append("document", "null")
                return width
            }
            append("document", CanonicalJSON.line(document))
        case "reasons": append(column.name, try reasons(row.blob(index)))
        default: append(column.name, jsonText(try text(row.int(index), column.form)))
        }
        return width
    }

    private func reasons(_ bytes: [UInt8]) throws -> String {
        let items = try books.reasons(bytes).map {
            "[\(jsonText($0.rule)),\(jsonText($0.subject)),\(jsonText($0.verdict.rawValue)),\(jsonText($0.because))]"
        }
        return "[" + items.joined(separator: ",") + "]"
    }

    private func text(_ value: Int64, _ form: String) throws -> String {
        switch form {
        case "word": try books.word(value)
        case "date": try books.date(value).description
        case "time": Instant(milliseconds: value).description
        case "flag": value != 0 ? "true" : "false"
        case "span": try (books.enumerated(value, form) as SpanState).rawValue
        case "severity": try (books.enumerated(value, form) as Severity).rawValue
        case "order": try (books.enumerated(value, form) as OrderLifecycle).rawValue
        case "fulfilment": try (books.enumerated(value, form) as FulfilmentState).rawValue
        case "purchaseOrder": try (books.enumerated(value, form) as PurchaseOrderState).rawValue
        case "item": try (books.enumerated(value, form) as ItemStatus).rawValue
        case "dropShip": try (books.enumerated(value, form) as DropShipMode).rawValue
        case "movement": Int(exactly: value).flatMap { MovementKind(rawValue: $0) }.map { "\($0)" } ?? "?"
        default: String(value)
        }
    }
}
