import Canonical

/// Invariants as queries that give back what breaks them (`reliability/fault-plan.md` section 6). Each folds with
/// one sort, whatever the size of the books.
enum VerificationRules {
    struct Rule {
        /// The invariant.
        var name: String
        /// What is wrong where a row comes back.
        var message: String
        /// Gives at most twenty rows.
        var sql: String
    }

    static let all: [Rule] = folds + states + papers + links

    private static let kinds: [MovementKind] = (0...99).compactMap { MovementKind(rawValue: $0) }

    /// `CASE kind` with the sign of what a kind does to a bucket.
    private static func sign(_ bucket: LineBucket) -> String {
        sign {
            guard let (from, to) = $0.buckets else { return 0 }
            return (to == bucket ? 1 : 0) - (from == bucket ? 1 : 0)
        }
    }

    private static func sign(_ account: StockAccount) -> String {
        sign {
            guard let (from, to) = $0.accounts else { return 0 }
            return (to == account ? 1 : 0) - (from == account ? 1 : 0)
        }
    }

    private static func sign(_ sign: (MovementKind) -> Int) -> String {
        let plus = kinds.filter { sign($0) > 0 }.map { String($0.rawValue) }.joined(separator: ", ")
        let minus = kinds.filter { sign($0) < 0 }.map { String($0.rawValue) }.joined(separator: ", ")
        return "CASE WHEN kind IN (\(plus)) THEN quantity WHEN kind IN (\(minus)) THEN -quantity ELSE 0 END"
    }

    private static let buckets: [(column: String, bucket: LineBucket)] = [
        ("open", .open), ("backordered", .backordered), ("preordered", .preordered), ("reserved", .reserved),
        ("released", .released), ("shipped", .shipped), ("cancelled", .cancelled),
    ]

    private static let folds: [Rule] = {
        let moved = buckets.map { "\(sign($0.bucket)) AS \($0.column)" }.joined(separator: ", ")
        let stands = buckets.map { $0.column == "open" ? "ordered - open" : "-\($0.column)" }
            .joined(separator: ", ")
        let unequal = buckets.map { "sum(\($0.column)) <> 0" }.joined(separator: " OR ")
        return [
            Rule(
                name: "I4: the buckets of a line are the fold of its movements",
                message: "the buckets of a line differ from its movements",
                sql: """
                    SELECT 'line ' || line FROM (
                      SELECT line, \(moved) FROM movement WHERE line IS NOT NULL
                      UNION ALL SELECT id, \(stands) FROM line)
                    GROUP BY line HAVING \(unequal) LIMIT 20
                    """),
            Rule(
                name: "I1: positions are the fold of movements",
                message: "a stock position differs from its movements",
                sql: """
                    SELECT 'item ' || item, 'location ' || location FROM (
                      SELECT item, location, \(sign(StockAccount.available)) AS available,
                        \(sign(StockAccount.reserved)) AS reserved
                      FROM movement WHERE location IS NOT NULL
                      UNION ALL SELECT item, location, -available, -reserved FROM position)
                    GROUP BY item, location HAVING sum(available) <> 0 OR sum(reserved) <> 0 LIMIT 20
                    """),
            Rule(
                name: "I5: what is reserved at a location is what its fulfilments still have to ship",
                message: "reserved stock differs from what fulfilments hold",
                sql: """
                    SELECT 'item ' || item, 'location ' || location FROM (
                      SELECT a.item, f.location, a.quantity - a.shipped - a.short AS units
                      FROM allocation a JOIN fulfilment f ON f.id = a.fulfilment
                      UNION ALL SELECT item, location, -reserved FROM position)
                    GROUP BY item, location HAVING sum(units) <> 0 LIMIT 20
                    """),
            Rule(
                name: "I5: an allocation is what was reserved for it, less what was shipped or given up",
                message: "an allocation differs from its movements",
                sql: """
                    SELECT 'fulfilment ' || fulfilment, 'line ' || line FROM (
                      SELECT fulfilment, line,
                        CASE WHEN kind IN (10, 11) THEN quantity ELSE 0 END AS quantity,
                        CASE WHEN kind = 20 THEN quantity ELSE 0 END AS shipped,
                        CASE WHEN kind IN (12, 13, 22, 24) THEN quantity ELSE 0 END AS short
                      FROM movement WHERE fulfilment IS NOT NULL AND line IS NOT NULL
                      UNION ALL SELECT fulfilment, line, -quantity, -shipped, -short FROM allocation)
                    GROUP BY fulfilment, line
                    HAVING sum(quantity) <> 0 OR sum(shipped) <> 0 OR sum(short) <> 0 LIMIT 20
                    """),
            Rule(
                name: "I11: a purchase order line is what the supplier said of it",
                message: "a purchase order line differs from its movements",
                sql: """
                    SELECT 'purchase order ' || owner, 'line ' || line FROM (
                      SELECT purchase_order AS owner, line,
                        CASE WHEN kind = 21 THEN quantity ELSE 0 END AS shipped,
                        CASE WHEN kind = 23 THEN quantity ELSE 0 END AS refused
                      FROM movement WHERE purchase_order IS NOT NULL AND line IS NOT NULL
                      UNION ALL SELECT purchase_order, line, -shipped, -refused FROM purchase_order_line)
                    GROUP BY owner, line HAVING sum(shipped) <> 0 OR sum(refused) <> 0 LIMIT 20
                    """),
            Rule(
                name: "I7: what is invoiced of a line is the sum of its invoice lines",
                message: "the invoiced units of a line differ from its invoices",
                sql: """
                    SELECT 'line ' || line FROM (
                      SELECT line, quantity FROM invoice_line
                      UNION ALL SELECT id, -invoiced FROM line WHERE invoiced <> 0)
                    GROUP BY line HAVING sum(quantity) <> 0 LIMIT 20
                    """),
            Rule(
                name: "I11: each shipped unit is on one shipment",
                message: "the shipped units of a line differ from its shipments",
                sql: """
                    SELECT 'line ' || line FROM (
                      SELECT line, quantity FROM shipment_line
                      UNION ALL SELECT id, -shipped FROM line WHERE shipped <> 0)
                    GROUP BY line HAVING sum(quantity) <> 0 LIMIT 20
                    """),
        ]
    }()

    private static let states = [
        Rule(
            name: "I6: an order is complete or cancelled when no unit of it is open any more",
            message: "the state of an order differs from its units",
            sql: """
                SELECT 'order ' || o.id, o.number FROM orders o JOIN (
                  SELECT order_id, sum(open + backordered + preordered + reserved + released) AS active,
                    sum(reserved + released + shipped) AS begun, sum(ordered) AS ordered
                  FROM line GROUP BY order_id) l ON l.order_id = o.id
                WHERE l.ordered > 0 AND ((o.lifecycle IN (2, 3)) <> (l.active = 0)
                  OR (o.lifecycle = 0 AND l.begun > 0)) LIMIT 20
                """),
        Rule(
            name: "I7: the goods of an order are the sum of its lines",
            message: "the goods value of an order differs from its lines",
            sql: """
                SELECT 'order ' || id, number FROM orders JOIN (
                  SELECT order_id, sum(amount) AS amount FROM line GROUP BY order_id) ON order_id = id
                WHERE goods <> amount LIMIT 20
                """),
        Rule(
            name: "I7: the goods of an invoice are the sum of its lines, in the order's currency",
            message: "an invoice differs from its lines or its order",
            sql: """
                SELECT 'invoice ' || v.number FROM invoice v JOIN orders o ON o.id = v.order_id
                  JOIN word c ON c.id = o.currency
                WHERE v.currency <> c.text OR v.goods <>
                  (SELECT coalesce(sum(amount), 0) FROM invoice_line x WHERE x.invoice = v.id) LIMIT 20
                """),
        Rule(
            name: "a line's terms are those found last",
            message: "the terms of a line differ from those that were found",
            sql: """
                SELECT 'line ' || l.id FROM line_term r JOIN line l ON l.id = r.line
                WHERE r.id = (SELECT max(id) FROM line_term x WHERE x.line = r.line)
                  AND (l.item IS NOT r.item OR l.sku <> r.sku OR l.ordered <> r.ordered OR l.amount <> r.amount
                    OR l.price_units <> r.price_units OR l.price_scale <> r.price_scale) LIMIT 20
                """),
    ]

    private static let papers = [
        Rule(
            name: "I10: control numbers never go back",
            message: "a control number has gone back",
            sql: """
                SELECT scope, last FROM (
                  SELECT scope, last, lag(last) OVER (PARTITION BY scope ORDER BY id) AS before FROM control_draw)
                WHERE last <= before LIMIT 20
                """),
        Rule(
            name: "I10: an intent is consumed by the document that names it",
            message: "an intent and its document disagree",
            sql: """
                SELECT 'intent ' || id, 'x-' || outbound FROM (
                  SELECT id, outbound FROM intent WHERE outbound > 0
                  EXCEPT SELECT intent, outbound FROM outbound_item) LIMIT 20
                """),
        Rule(
            name: "I10: a document's papers come from intents that it consumed",
            message: "a document names an intent that it did not consume",
            sql: """
                SELECT 'x-' || outbound, 'intent ' || intent FROM (
                  SELECT outbound, intent FROM outbound_item WHERE intent <> 0
                  EXCEPT SELECT outbound, id FROM intent WHERE outbound > 0) LIMIT 20
                """),
    ]

    private static func orphans(_ child: String, _ column: String, of parent: String) -> Rule {
        Rule(
            name: "every \(column) of \(child) is there",
            message: "a row of '\(child)' points to one that is not there",
            sql: """
                SELECT '\(child) of \(column) ' || c.\(column) FROM \(child) c
                WHERE c.\(column) IS NOT NULL
                  AND NOT EXISTS (SELECT 1 FROM \(parent) p WHERE p.\(parentKey(parent)) = c.\(column)) LIMIT 20
                """)
    }

    private static func parentKey(_ parent: String) -> String {
        parent == "order_document" ? "order_id" : "id"
    }

    /// Bulk rows carry no foreign keys, for speed.
    private static let links = [
        orphans("line", "order_id", of: "orders"), orphans("orders", "id", of: "order_document"),
        orphans("fulfilment", "order_id", of: "orders"), orphans("fulfilment", "location", of: "location"),
        orphans("allocation", "fulfilment", of: "fulfilment"), orphans("allocation", "line", of: "line"),
        orphans("movement", "line", of: "line"), orphans("movement", "item", of: "item"),
        orphans("movement", "location", of: "location"), orphans("line", "item", of: "item"),
        orphans("position", "item", of: "item"), orphans("shipment_line", "line", of: "line"),
        orphans("invoice_line", "line", of: "line"), orphans("redecide_queue", "order_id", of: "orders"),
        orphans("release_queue", "item", of: "item"), orphans("receipt", "item", of: "item"),
    ]
}
