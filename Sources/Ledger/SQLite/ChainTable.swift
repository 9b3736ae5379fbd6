/// The tables whose rows enter the hash chain, with the columns that never change.
///
/// The raw value is the table's tag in the digests of a transaction; it never changes its meaning.
enum ChainTable: UInt8, CaseIterable {
    case word = 1
    case run, act, drops, interchange, fgroup, span, finding, missingCode, missingWait
    case orders, orderDocument, line, lineTerm, hold, decision, item, location, price, snapshot
    case fulfilment, allocation, movement
    case package, shipment, shipmentLine, invoice, invoiceLine, purchaseOrder, purchaseOrderLine
    case intent, outbound, outboundLineage, outboundItem, controlDraw, slot, expectation
    case receipt, trouble, readdress

    /// Name, columns and what may change.
    struct Shape {
        var table: String
        /// Hashed, in this order, the key first. One that begins with `*` is personal: its keyed token is hashed.
        var fixed: [String]
        /// Not hashed.
        var changing: [String]
        /// The whole key, where it is more than the first column.
        var key: [String]
        var hasSeal = false
        var insertSQL = ""
        var updateSQL = ""

        init(_ table: String, _ fixed: String, changing: String = "", key: [String] = []) {
            self.table = table
            self.fixed = fixed.split(separator: " ").map(String.init)
            self.changing = changing.split(separator: " ").map(String.init)
            self.key = key.isEmpty ? [self.fixed[0]] : key
            hasSeal = self.changing.last == "seal"
            insertSQL = makeInsertSQL()
            updateSQL = makeUpdateSQL()
        }
    }

    /// Made once: the texts of the statements are asked for in every transaction.
    private static let shapes: [Shape] = {
        var shapes = [Shape](repeating: ChainTable.word.declaration, count: 256)
        for table in allCases { shapes[Int(table.rawValue)] = table.declaration }
        return shapes
    }()

    var shape: Shape { Self.shapes[Int(rawValue)] }

    private var declaration: Shape {
        switch self {
        case .word: Shape("word", "id text")
        case .run:
            Shape(
                "run", "id command configuration started_at", changing: "finished_at outcome summary seal")
        case .act: Shape("act", "id act subject done_by why at")
        case .drops:
            Shape(
                "drops",
                """
                id channel partner name connection path digest byte_count modified_at received_at cleanup \
                cleanup_to duplicate_of
                """, changing: "state attempts reached cleanup_due seal")
        case .interchange:
            Shape(
                "interchange",
                """
                id drop_id ordinal byte_offset byte_count sender_qualifier sender receiver_qualifier receiver \
                control usage version digest
                """, changing: "fate note acknowledgment seal")
        case .fgroup:
            Shape(
                "fgroup",
                "id drop_id ordinal interchange functional_id sender receiver control version",
                changing: "declared received notes refused acknowledgment seal")
        case .span:
            Shape(
                "span",
                "id byte_offset byte_count kind interchange fgroup control document",
                changing: "business_key state acknowledgment code subject changed seal")
        case .finding: Shape("finding", "id drop_id span severity code *body")
        case .missingCode: Shape("missing_code", "id partner code_table code")
        case .missingWait: Shape("missing_wait", "missing span", key: ["missing", "span"])
        case .trouble: Shape("trouble", "id channel", changing: "since run code severity body seal")
        case .readdress: Shape("readdress", "id outbound connection path")
        case .intent, .outbound, .outboundLineage, .outboundItem, .controlDraw, .slot, .expectation:
            outboundShape
        case .package, .shipment, .shipmentLine, .invoice, .invoiceLine, .purchaseOrder, .purchaseOrderLine:
            shipmentShape
        default: orderShape
        }
    }

    private var orderShape: Shape {
        switch self {
        case .orders:
            Shape(
                "orders",
                """
                id channel partner number content_digest currency ordered_on ship_on cancel_after drop_id \
                span_offset span_length first_line last_line
                """, changing: "goods total lifecycle seal")
        case .orderDocument: Shape("order_document", "order_id *document")
        case .line:
            Shape(
                "line", "id order_id ordinal line_number ordered price_units price_scale amount item sku",
                changing: "open backordered preordered reserved released shipped cancelled invoiced")
        case .lineTerm:
            Shape(
                "line_term",
                """
                id line ordered price_units price_scale amount item sku was_ordered was_price_units \
                was_price_scale was_amount was_item was_sku
                """)
        case .hold: Shape("hold", "id order_id line code *reason", changing: "released_txn released_by seal")
        case .decision: Shape("decision", "id occasion outcome *reasons")
        case .item:
            Shape(
                "item", "id sku",
                changing: """
                    gtin vendor_part buyer_part description unit pack_quantity weight_grams cost_units cost_scale \
                    price_units price_scale currency status supplier drop_ship seal
                    """)
        case .location:
            Shape(
                "location", "id code",
                changing: """
                    name address1 city region postal_code country latitude longitude safety_stock priority active \
                    seal
                    """)
        case .price:
            Shape(
                "price", "item channel currency valid_from",
                changing: "price_units price_scale valid_through seal",
                key: ["item", "channel", "currency", "valid_from"])
        case .snapshot: Shape("snapshot", "id location as_of")
        case .receipt:
            Shape("receipt", "location number item quantity", key: ["location", "number", "item"])
        case .fulfilment: Shape("fulfilment", "id order_id location number", changing: "state seal")
        case .allocation:
            Shape(
                "allocation", "fulfilment line item quantity", changing: "shipped short",
                key: ["fulfilment", "line"])
        default:
            Shape(
                "movement", "id kind item location line fulfilment purchase_order quantity effective_at")
        }
    }

    private var shipmentShape: Shape {
        switch self {
        case .package:
            Shape("package", "id fulfilment sscc", changing: "shipment tracking ordinal carton_count seal")
        case .shipment:
            Shape(
                "shipment",
                """
                id order_id fulfilment purchase_order number shipper_number shipper shipped_at carrier_scac \
                tracking bill_of_lading drop_id
                """)
        case .shipmentLine: Shape("shipment_line", "id shipment line package quantity")
        case .invoice:
            Shape(
                "invoice",
                """
                id order_id shipment number invoiced_on due_on currency goods allowances charges tax total
                """)
        case .invoiceLine:
            Shape("invoice_line", "id invoice line quantity price_units price_scale amount")
        case .purchaseOrder:
            Shape(
                "purchase_order", "id supplier order_id number ordered_on currency", changing: "state seal")
        default:
            Shape(
                "purchase_order_line", "purchase_order ordinal line item quantity cost_units cost_scale",
                changing: "shipped refused", key: ["purchase_order", "ordinal"])
        }
    }

    private var outboundShape: Shape {
        switch self {
        case .intent:
            Shape("intent", "id channel kind subject due_at", changing: "outbound reason seal")
        case .outbound:
            Shape(
                "outbound",
                """
                id channel partner document connection path name digest byte_count functional_id group_control \
                interchange_control
                """,
                changing: """
                    acknowledgment acknowledgment_detail state attempts next_attempt_at delivered_at last_error \
                    sending_run seal
                    """)
        case .outboundLineage: Shape("outbound_lineage", "outbound lineage")
        case .outboundItem:
            Shape(
                "outbound_item", "outbound ordinal intent subject control", key: ["outbound", "ordinal"])
        case .controlDraw: Shape("control_draw", "id scope last")
        case .slot: Shape("slot", "id channel served_at")
        default:
            Shape(
                "expectation", "id expectation_key kind partner channel what due_at severity outbound",
                changing: "state met_at seal")
        }
    }
}

extension ChainTable.Shape {
    /// Columns without the mark of what is personal.
    var fixedNames: [String] { fixed.map { $0.hasPrefix("*") ? String($0.dropFirst()) : $0 } }
    var personal: [Bool] { fixed.map { $0.hasPrefix("*") } }

    /// Parameters: the fixed columns, the transaction, the changing ones.
    fileprivate func makeInsertSQL() -> String {
        let names = fixedNames + ["txn"] + changing
        let marks = Array(repeating: "?", count: names.count).joined(separator: ", ")
        return "INSERT INTO \(table) (\(names.joined(separator: ", "))) VALUES (\(marks))"
    }

    /// Parameters: the changing columns, the key.
    fileprivate func makeUpdateSQL() -> String {
        let sets = changing.map { "\($0) = ?" }.joined(separator: ", ")
        return "UPDATE \(table) SET \(sets) WHERE \(key.map { "\($0) = ?" }.joined(separator: " AND "))"
    }

    /// The key and what changes, the seal last: what a seal is made of.
    var sealSQL: String { "SELECT \((key + changing).joined(separator: ", ")) FROM \(table)" }

    /// The fixed columns as they were inserted; parameters: first key, last key, transaction.
    var chainSQL: String {
        var names = fixedNames.map { "\(table).\($0)" }
        var from = table
        if table == "line" {
            // Terms found later stand in the row; what was inserted stands with the first of those that changed it.
            for column in ["ordered", "price_units", "price_scale", "amount", "item", "sku"] {
                guard let at = names.firstIndex(of: "line.\(column)") else { continue }
                names[at] = "CASE WHEN r.id IS NULL THEN line.\(column) ELSE r.was_\(column) END"
            }
            from = """
                line LEFT JOIN line_term r
                ON r.id = (SELECT min(x.id) FROM line_term x WHERE x.line = line.id)
                """
        }
        return """
            SELECT \(names.joined(separator: ", ")) FROM \(from)
            WHERE \(table).\(key[0]) BETWEEN ? AND ? AND \(table).txn = ?
            ORDER BY \(key.map { "\(table).\($0)" }.joined(separator: ", "))
            """
    }
}
