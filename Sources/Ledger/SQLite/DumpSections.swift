/// What a canonical dump prints: a query a section, in the order of what people call things, never of row numbers.
///
/// - Shape: a column's alias is its name and, after a colon, how it is printed: `decimal` (its scale is the next
///   column), `date`, `time`, `flag`, `word`, the name of an enumeration, `reasons`, `document`.
/// - Left out: row numbers, transactions, runs, wall-clock times, attempts, leases, links, duplicates of drops.
enum DumpSections {
    struct Section {
        var name: String
        var sql: String
        /// Whether the query is asked once for every partner (`?1`), in the order of their names.
        var isByPartner = false
    }

    static let all: [Section] = drops + orders + units + papers + outbound

    private static let drops = [
        Section(
            name: "drop",
            sql: """
                SELECT c.text AS channel, p.text AS partner, d.name, d.path, d.digest, d.byte_count AS bytes, d.state
                FROM drops d JOIN word c ON c.id = d.channel JOIN word p ON p.id = d.partner
                WHERE d.duplicate_of IS NULL ORDER BY c.text, d.digest
                """),
        Section(
            name: "interchange",
            sql: """
                SELECT c.text AS channel, d.digest AS "drop", i.ordinal, i.byte_offset AS "offset",
                  i.byte_count AS length, i.sender_qualifier AS senderQualifier, i.sender,
                  i.receiver_qualifier AS receiverQualifier, i.receiver, i.control, i.usage, i.version,
                  CASE i.fate WHEN 0 THEN 'applied' WHEN 1 THEN 'quarantined' ELSE 'repeated' END AS fate, i.note, i.digest
                FROM interchange i JOIN drops d ON d.id = i.drop_id JOIN word c ON c.id = d.channel
                ORDER BY c.text, d.digest, i.ordinal
                """),
        Section(
            name: "group",
            sql: """
                SELECT c.text AS channel, d.digest AS "drop", g.ordinal, g.interchange,
                  g.functional_id AS functionalId, g.sender, g.receiver, g.control, g.version,
                  g.declared, g.received, g.notes, g.refused AS "refused:flag"
                FROM fgroup g JOIN drops d ON d.id = g.drop_id JOIN word c ON c.id = d.channel
                ORDER BY c.text, d.digest, g.ordinal
                """),
        Section(
            name: "span",
            sql: """
                SELECT c.text AS channel, d.digest AS "drop", s.id & 4294967295 AS ordinal,
                  s.byte_offset AS "offset", s.byte_count AS length, s.kind AS "kind:word",
                  s.interchange, s.fgroup AS "group", s.control, s.document AS "document:word",
                  s.state AS "state:span", s.acknowledgment, s.code AS "code:word", s.subject,
                  s.business_key AS "key"
                FROM drops d JOIN word c ON c.id = d.channel
                  JOIN span s ON s.id BETWEEN d.id << 32 AND (d.id << 32) + 4294967295
                WHERE d.duplicate_of IS NULL ORDER BY c.text, d.digest, s.id
                """),
        Section(
            name: "finding",
            sql: """
                SELECT c.text AS channel, d.digest AS "drop", f.span, f.code AS "code:word",
                  f.severity AS "severity:severity", f.body AS ":finding"
                FROM finding f JOIN drops d ON d.id = f.drop_id JOIN word c ON c.id = d.channel
                ORDER BY c.text, d.digest, f.id
                """),
        Section(
            name: "missingCode",
            sql: """
                SELECT p.text AS partner, m.code_table AS "table", m.code,
                  (SELECT count(*) FROM missing_wait w JOIN span s ON s.id = w.span
                   WHERE w.missing = m.id AND s.state IN (1, 2)) AS waiting
                FROM missing_code m JOIN word p ON p.id = m.partner ORDER BY p.text, m.code_table, m.code
                """),
        Section(
            name: "act",
            sql: "SELECT act, subject, done_by AS \"by\", why FROM act ORDER BY act, subject, done_by, why"),
    ]

    private static let orders = [
        Section(
            name: "order",
            sql: """
                SELECT o.partner AS "partner:word", o.number, o.channel AS "channel:word", o.content_digest AS digest,
                  o.currency AS "currency:word", o.goods, o.total, o.ordered_on AS "orderedOn:date",
                  o.ship_on AS "requestedShipOn:date", o.cancel_after AS "cancelAfter:date",
                  o.lifecycle AS "lifecycle:order", d.digest AS "drop", o.span_offset AS "offset",
                  o.span_length AS length, x.document AS ":document"
                FROM orders o JOIN order_document x ON x.order_id = o.id LEFT JOIN drops d ON d.id = o.drop_id
                WHERE o.partner = ?1 ORDER BY o.number
                """, isByPartner: true),
        Section(
            name: "line",
            sql: """
                SELECT o.partner AS "partner:word", o.number, l.ordinal, l.line_number AS lineNumber,
                  i.sku AS item, l.sku, l.ordered, l.price_units AS "unitPrice:decimal", l.price_scale,
                  l.amount, l.open, l.backordered, l.preordered, l.reserved, l.released, l.shipped,
                  l.cancelled, l.invoiced
                FROM orders o JOIN line l ON l.id BETWEEN o.first_line AND o.last_line AND l.order_id = o.id
                  LEFT JOIN item i ON i.id = l.item
                WHERE o.partner = ?1 ORDER BY o.number, l.ordinal
                """, isByPartner: true),
        Section(
            name: "hold",
            sql: """
                SELECT o.partner AS "partner:word", o.number, l.ordinal AS line, h.code AS "code:word", h.reason,
                  h.released_txn IS NULL AS "open:flag", h.released_by AS releasedBy
                FROM orders o JOIN hold h ON h.order_id = o.id LEFT JOIN line l ON l.id = h.line
                WHERE o.partner = ?1 ORDER BY o.number, h.id
                """, isByPartner: true),
        Section(
            name: "decision",
            sql: """
                SELECT o.partner AS "partner:word", o.number, e.occasion AS "occasion:word", e.outcome,
                  e.reasons AS "reasons:reasons"
                FROM orders o JOIN decision e ON e.id BETWEEN o.id << 16 AND (o.id << 16) + 65535
                WHERE o.partner = ?1 ORDER BY o.number, e.id
                """, isByPartner: true),
        Section(
            name: "fulfilment",
            sql: """
                SELECT o.partner AS "partner:word", o.number AS "order", f.number, p.code AS location,
                  f.state AS "state:fulfilment"
                FROM orders o JOIN fulfilment f ON f.order_id = o.id LEFT JOIN location p ON p.id = f.location
                WHERE o.partner = ?1 ORDER BY o.number, f.number
                """, isByPartner: true),
        Section(
            name: "allocation",
            sql: """
                SELECT o.partner AS "partner:word", o.number AS "order", f.number AS fulfilment, l.ordinal AS line,
                  i.sku AS item, a.quantity, a.shipped, a.short
                FROM orders o JOIN fulfilment f ON f.order_id = o.id JOIN allocation a ON a.fulfilment = f.id
                  LEFT JOIN line l ON l.id = a.line LEFT JOIN item i ON i.id = a.item
                WHERE o.partner = ?1 ORDER BY o.number, f.number, l.ordinal
                """, isByPartner: true),
    ]

    /// When goods moved is told; when a decision reserved them is the clock of a run.
    private static let units = [
        Section(
            name: "movement",
            sql: """
                SELECT i.sku AS item, p.code AS location, m.kind AS "kind:movement", w.text AS partner,
                  o.number AS "order", l.ordinal AS line, f.number AS fulfilment, b.number AS purchaseOrder,
                  m.quantity,
                  CASE WHEN m.kind IN (1, 2, 3, 20, 21, 22, 24) THEN m.effective_at END AS "effectiveAt:time"
                FROM movement m JOIN item i ON i.id = m.item LEFT JOIN location p ON p.id = m.location
                  LEFT JOIN line l ON l.id = m.line LEFT JOIN orders o ON o.id = l.order_id
                  LEFT JOIN word w ON w.id = o.partner LEFT JOIN fulfilment f ON f.id = m.fulfilment
                  LEFT JOIN purchase_order b ON b.id = m.purchase_order
                ORDER BY i.sku, p.code, m.kind, w.text, o.number, l.ordinal, f.number, b.number, m.quantity, 10
                """),
        Section(
            name: "stock",
            sql: """
                SELECT i.sku AS item, p.code AS location, s.available, s.reserved
                FROM position s JOIN item i ON i.id = s.item JOIN location p ON p.id = s.location
                ORDER BY i.sku, p.code
                """),
        Section(
            name: "item",
            sql: """
                SELECT sku, gtin, vendor_part AS vendorPart, buyer_part AS buyerPart, description, unit,
                  pack_quantity AS packQuantity, weight_grams AS weightGrams, cost_units AS "cost:decimal",
                  cost_scale, price_units AS "price:decimal", price_scale, currency, status AS "status:item",
                  supplier, drop_ship AS "dropShip:dropShip" FROM item ORDER BY sku
                """),
        Section(
            name: "location",
            sql: """
                SELECT code, name, address1, city, region, postal_code AS postalCode, country, latitude, longitude,
                  safety_stock AS safetyStock, priority, active AS "active:flag",
                  (SELECT max(as_of) FROM snapshot s WHERE s.location = location.id) AS "countedAt:time"
                FROM location ORDER BY code
                """),
        Section(
            name: "price",
            sql: """
                SELECT i.sku AS item, p.channel, p.currency, nullif(p.valid_from, -2147483648) AS "validFrom:date",
                  p.valid_through AS "validThrough:date", p.price_units AS "unitPrice:decimal", p.price_scale
                FROM price p JOIN item i ON i.id = p.item ORDER BY i.sku, p.channel, p.currency, p.valid_from
                """),
        Section(
            name: "receipt",
            sql: """
                SELECT p.code AS location, r.number, i.sku AS item, r.quantity
                FROM receipt r JOIN location p ON p.id = r.location JOIN item i ON i.id = r.item
                ORDER BY p.code, r.number, i.sku
                """),
        Section(
            name: "toRelease",
            sql: "SELECT i.sku AS item FROM release_queue q JOIN item i ON i.id = q.item ORDER BY i.sku"),
        Section(
            name: "toRedecide",
            sql: """
                SELECT w.text AS partner, o.number FROM redecide_queue q JOIN orders o ON o.id = q.order_id
                  JOIN word w ON w.id = o.partner ORDER BY w.text, o.number
                """),
    ]

    private static let papers = [
        Section(
            name: "shipment",
            sql: """
                SELECT s.number, w.text AS partner, o.number AS "order", f.number AS fulfilment,
                  b.number AS purchaseOrder, s.shipper_number AS shipperNumber, s.shipper AS "shipper:word",
                  s.shipped_at AS "shippedAt:time", s.carrier_scac AS carrierScac, s.tracking,
                  s.bill_of_lading AS billOfLading
                FROM shipment s JOIN orders o ON o.id = s.order_id JOIN word w ON w.id = o.partner
                  LEFT JOIN fulfilment f ON f.id = s.fulfilment
                  LEFT JOIN purchase_order b ON b.id = s.purchase_order ORDER BY s.number
                """),
        Section(
            name: "shipmentLine",
            sql: """
                SELECT s.number AS shipment, l.ordinal AS line, l.sku, k.sscc, x.quantity
                FROM shipment_line x JOIN shipment s ON s.id = x.shipment JOIN line l ON l.id = x.line
                  LEFT JOIN package k ON k.id = x.package ORDER BY s.number, l.ordinal, k.sscc, x.id
                """),
        Section(
            name: "package",
            sql: """
                SELECT f.number AS fulfilment, s.number AS shipment, k.sscc, k.tracking, k.ordinal,
                  k.carton_count AS count
                FROM package k LEFT JOIN fulfilment f ON f.id = k.fulfilment
                  LEFT JOIN shipment s ON s.id = k.shipment
                ORDER BY f.number, s.number, k.ordinal, k.sscc, k.id
                """),
        Section(
            name: "invoice",
            sql: """
                SELECT v.number, w.text AS partner, o.number AS "order", s.number AS shipment,
                  v.invoiced_on AS "invoicedOn:date", v.due_on AS "dueOn:date", v.currency, v.goods,
                  v.allowances, v.charges, v.tax, v.total
                FROM invoice v JOIN orders o ON o.id = v.order_id JOIN word w ON w.id = o.partner
                  JOIN shipment s ON s.id = v.shipment ORDER BY v.number
                """),
        Section(
            name: "invoiceLine",
            sql: """
                SELECT v.number AS invoice, l.ordinal AS line, l.sku, x.quantity,
                  x.price_units AS "unitPrice:decimal", x.price_scale, x.amount
                FROM invoice_line x JOIN invoice v ON v.id = x.invoice JOIN line l ON l.id = x.line
                ORDER BY v.number, l.ordinal, x.id
                """),
        Section(
            name: "purchaseOrder",
            sql: """
                SELECT b.number, b.supplier AS "supplier:word", w.text AS partner, o.number AS "order",
                  b.ordered_on AS "orderedOn:date", b.currency, b.state AS "state:purchaseOrder"
                FROM purchase_order b JOIN orders o ON o.id = b.order_id JOIN word w ON w.id = o.partner
                ORDER BY b.number
                """),
        Section(
            name: "purchaseOrderLine",
            sql: """
                SELECT b.number AS purchaseOrder, x.ordinal, i.sku AS item, l.ordinal AS line, x.quantity,
                  x.cost_units AS "unitCost:decimal", x.cost_scale, x.shipped, x.refused
                FROM purchase_order_line x JOIN purchase_order b ON b.id = x.purchase_order
                  JOIN line l ON l.id = x.line LEFT JOIN item i ON i.id = x.item ORDER BY b.number, x.ordinal
                """),
    ]

    private static let outbound = [
        Section(
            name: "outbound",
            sql: """
                SELECT c.text AS channel, x.partner AS "partner:word", x.document, x.path, x.name, x.digest,
                  x.byte_count AS bytes, x.functional_id AS functionalId, x.group_control AS groupControl,
                  x.interchange_control AS interchangeControl, x.acknowledgment, x.acknowledgment_detail AS detail,
                  x.state
                FROM outbound x JOIN word c ON c.id = x.channel ORDER BY c.text, x.name, x.digest, x.id
                """),
        Section(
            name: "outboundItem",
            sql: """
                SELECT c.text AS channel, x.name, y.ordinal, y.subject, y.control
                FROM outbound_item y JOIN outbound x ON x.id = y.outbound JOIN word c ON c.id = x.channel
                ORDER BY c.text, x.name, x.digest, x.id, y.ordinal
                """),
        Section(
            name: "intent",
            sql: """
                SELECT c.text AS channel, k.text AS kind, n.subject, n.reason
                FROM intent n JOIN word c ON c.id = n.channel JOIN word k ON k.id = n.kind
                WHERE n.outbound IS NULL OR n.outbound = 0 ORDER BY c.text, k.text, n.subject
                """),
        Section(
            name: "expectation",
            sql: """
                SELECT e.expectation_key AS "key", e.kind, e.partner AS "partner:word", e.channel AS "channel:word",
                  e.what, e.due_at AS "dueAt:time", e.severity, e.state FROM expectation e ORDER BY e.expectation_key
                """),
        Section(
            name: "controlNumber",
            sql: "SELECT scope, max(last) AS last FROM control_draw GROUP BY scope ORDER BY scope"),
        Section(
            name: "slot",
            sql: """
                SELECT c.text AS channel, max(s.served_at) AS "servedAt:time" FROM slot s
                  JOIN word c ON c.id = s.channel GROUP BY c.text ORDER BY c.text
                """),
    ]
}
