import Foundation

/// `fixtures/night/expected.json`: what the night must come to.
struct Expected: Decodable, Sendable {
    struct Half: Decodable, Sendable {
        var now: String
        var exit: Int32
        var documents: [String: Documents]
    }

    /// How many files one outbound channel gets in a half, and how many papers they hold.
    struct Documents: Decodable, Sendable {
        var files: Int
        var papers: Int
        var of: String
    }

    struct Order: Decodable, Sendable, CustomStringConvertible {
        var partner: String
        var number: String
        var why: String
        var fate: String
        /// Where it ships from, the preferred first.
        var locations: [String]?
        /// Where what was back-ordered ships from.
        var locationsInTheMorning: [String]?
        var supplier: String?
        var lines: [Line]?
        var invoices: [String]?
        /// The set that brought it, and why it is no order or waits.
        var set: String?
        var code: String?
        /// What the partner is told about it.
        var acknowledgment: [String]?
        var afterReplay: AfterReplay?

        var isInTheBooks: Bool { fate == "accepted" || fate == "on hold" }
        var description: String { "\(partner) \(number): \(why)" }
    }

    struct Line: Decodable, Sendable {
        var sku: String
        var ordered: Int
        /// Units by bucket after each half; a bucket that is not named holds nothing.
        var evening: [String: Int]
        var morning: [String: Int]
        var invoiced: Int
    }

    struct AfterReplay: Decodable, Sendable {
        struct Line: Decodable, Sendable {
            var sku: String
            var ordered: Int
            var buckets: [String: Int]
        }
        var locations: [String]
        var lines: [Line]
    }

    struct Duplicate: Decodable, Sendable {
        var partner: String
        var number: String
        var drop: String
        var set: String
    }

    var halves: [String: Half]
    var orders: [Order]
    var duplicates: [Duplicate]
    /// Available and reserved by location and article, after the morning.
    var stock: Stock
    /// What partners said to the documents of the evening, by channel.
    var acknowledged: [String: String]

    struct Stock: Decodable, Sendable {
        var byLocation: [String: [String: [Int]]] = [:]

        init(from decoder: any Decoder) throws {
            let all = try decoder.container(keyedBy: Name.self)
            for key in all.allKeys where key.stringValue != "about" {
                byLocation[key.stringValue] = try all.decode([String: [Int]].self, forKey: key)
            }
        }
    }

    private struct Name: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    private enum CodingKeys: CodingKey { case halves, orders, duplicates, stock, acknowledged }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        halves = try values.decode([String: Half].self, forKey: .halves)
        orders = try values.decode([Order].self, forKey: .orders)
        duplicates = try values.decode([Duplicate].self, forKey: .duplicates)
        stock = try values.decode(Stock.self, forKey: .stock)
        let said = try values.decode([String: String].self, forKey: .acknowledged)
        acknowledged = said.filter { $0.key != "about" }
    }

    static func load() throws -> Expected {
        try JSONDecoder().decode(
            Expected.self, from: Data(contentsOf: Repository.night.appending(path: "expected.json")))
    }
}
