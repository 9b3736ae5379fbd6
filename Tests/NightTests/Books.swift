import Foundation

/// Any JSON, as far as rows of a dump need it.
enum JSON: Decodable, Sendable, Hashable {
    case null
    case flag(Bool)
    case number(Int)
    case text(String)
    case list([JSON])
    case object([String: JSON])

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let flag = try? value.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? value.decode(Int.self) {
            self = .number(number)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let list = try? value.decode([JSON].self) {
            self = .list(list)
        } else {
            self = .object(try value.decode([String: JSON].self))
        }
    }

    init(_ text: some StringProtocol) throws {
        self = try JSONDecoder().decode(JSON.self, from: Data(text.utf8))
    }

    subscript(key: String) -> JSON {
        if case .object(let members) = self { members[key] ?? .null } else { .null }
    }
    var text: String? { if case .text(let text) = self { text } else { nil } }
    var number: Int? { if case .number(let number) = self { number } else { nil } }
    var list: [JSON] { if case .list(let list) = self { list } else { [] } }
}

/// A canonical dump: its text, and its rows by kind.
struct Books: Sendable {
    let dump: String
    private let rows: [String: [JSON]]

    init(dump: String) throws {
        self.dump = dump
        var rows: [String: [JSON]] = [:]
        for line in dump.split(separator: "\n") {
            let row = try JSON(line)
            rows[row["row"].text ?? "", default: []].append(row)
        }
        self.rows = rows
    }

    subscript(kind: String) -> [JSON] { rows[kind] ?? [] }

    func rows(_ kind: String, of order: Expected.Order, named number: String = "order") -> [JSON] {
        self[kind].filter { $0["partner"].text == order.partner && $0[number].text == order.number }
    }

    static let buckets = [
        "open", "backordered", "preordered", "reserved", "released", "shipped", "cancelled",
    ]

    /// The buckets of a line that hold something.
    static func buckets(of line: JSON) -> [String: Int] {
        var held: [String: Int] = [:]
        for bucket in buckets {
            if let units = line[bucket].number, units != 0 { held[bucket] = units }
        }
        return held
    }

    /// The locations that an order ships from, in the order in which they were chosen.
    func locations(of order: Expected.Order) -> [String] {
        rows("fulfilment", of: order)
            .sorted { Self.ordinal($0["number"]) < Self.ordinal($1["number"]) }
            .compactMap { $0["location"].text }
    }

    private static func ordinal(_ number: JSON) -> Int {
        number.text?.split(separator: "-").last.flatMap { Int($0) } ?? 0
    }
}
