/// The tables of the books. A step, once released, never changes; what comes later is a new step.
///
/// Words of the configuration (channels, partners, codes, kinds) are numbers into `word`, to keep rows and keys short.
/// `seal` is the check over the columns that may change. Keys made of two numbers in one: a span is its drop and its
/// ordinal, a decision its order and its ordinal; rows of one owner lie together and need no second index.
/// Foreign keys are declared where rows are few; of the bulk rows `verify` looks for orphans.
enum Schema {
    struct Step {
        var version: Int
        var description: String
        var sql: String
    }

    /// `xdck`, so that `file` and we know a ledger when we see one.
    static let applicationID: Int64 = 0x7864_636B

    static let steps = [
        Step(version: 1, description: "drops and spans", sql: drops),
        Step(version: 2, description: "orders and stock", sql: orders),
        Step(version: 3, description: "shipments, invoices, purchasing", sql: shipments),
        Step(version: 4, description: "outbound and deadlines", sql: outbound),
        Step(version: 5, description: "receipts by number", sql: receipts),
        Step(version: 6, description: "troubles of channels, documents sent elsewhere", sql: troubles),
    ]

    static var version: Int { steps.last?.version ?? 0 }

    static let migrationTable = """
        CREATE TABLE IF NOT EXISTS migration (
          version INTEGER PRIMARY KEY, description TEXT NOT NULL, checksum TEXT NOT NULL,
          applied_at INTEGER NOT NULL) STRICT;
        """

    private static let drops = """
        CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE txn (
          id INTEGER PRIMARY KEY, kind TEXT NOT NULL, run INTEGER, drop_id INTEGER, act INTEGER, at INTEGER,
          next_order INTEGER NOT NULL, digests BLOB NOT NULL, link BLOB NOT NULL) STRICT;
        CREATE INDEX txn_run ON txn (run);
        CREATE INDEX txn_drop ON txn (drop_id) WHERE drop_id IS NOT NULL;
        CREATE TABLE word (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, text TEXT NOT NULL UNIQUE) STRICT;
        CREATE TABLE sequence (entity TEXT PRIMARY KEY, next INTEGER NOT NULL, seal INTEGER NOT NULL)
          STRICT, WITHOUT ROWID;
        CREATE TABLE run (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, command TEXT NOT NULL, configuration BLOB NOT NULL,
          started_at INTEGER NOT NULL, finished_at INTEGER, outcome TEXT, summary TEXT, seal INTEGER NOT NULL)
          STRICT;
        CREATE TABLE act (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, act TEXT NOT NULL, subject TEXT NOT NULL,
          done_by TEXT NOT NULL, why TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
        CREATE TABLE drops (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, channel INTEGER NOT NULL REFERENCES word,
          partner INTEGER NOT NULL REFERENCES word, name TEXT NOT NULL, connection TEXT NOT NULL,
          path TEXT NOT NULL, digest BLOB NOT NULL CHECK (length(digest) = 32),
          byte_count INTEGER NOT NULL CHECK (byte_count >= 0), modified_at INTEGER, received_at INTEGER NOT NULL,
          cleanup INTEGER NOT NULL CHECK (cleanup IN (0, 1, 2)), cleanup_to TEXT, duplicate_of INTEGER,
          state TEXT NOT NULL CHECK (state IN ('staged', 'applying', 'applied', 'quarantined', 'duplicate')),
          attempts INTEGER NOT NULL CHECK (attempts >= 0), reached INTEGER NOT NULL CHECK (reached >= 0),
          cleanup_due INTEGER NOT NULL CHECK (cleanup_due IN (0, 1)), seal INTEGER NOT NULL,
          CHECK ((state = 'duplicate') = (duplicate_of IS NOT NULL))) STRICT;
        CREATE UNIQUE INDEX drops_digest ON drops (digest, channel) WHERE duplicate_of IS NULL;
        CREATE INDEX drops_duplicates ON drops (duplicate_of) WHERE duplicate_of IS NOT NULL;
        CREATE INDEX drops_open ON drops (state) WHERE state IN ('staged', 'applying', 'quarantined');
        CREATE INDEX drops_cleanup ON drops (id) WHERE cleanup_due = 1;
        CREATE INDEX drops_received ON drops (channel, received_at);
        CREATE TABLE interchange (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, drop_id INTEGER NOT NULL REFERENCES drops,
          ordinal INTEGER NOT NULL, byte_offset INTEGER NOT NULL, byte_count INTEGER NOT NULL,
          sender_qualifier TEXT NOT NULL, sender TEXT NOT NULL, receiver_qualifier TEXT NOT NULL,
          receiver TEXT NOT NULL, control TEXT NOT NULL, usage TEXT NOT NULL, version TEXT NOT NULL,
          digest BLOB NOT NULL, fate INTEGER NOT NULL CHECK (fate IN (0, 1, 2)),
          note TEXT NOT NULL, acknowledgment BLOB NOT NULL, seal INTEGER NOT NULL, UNIQUE (drop_id, ordinal))
          STRICT;
        CREATE UNIQUE INDEX interchange_identity
          ON interchange (control, sender, receiver, sender_qualifier, receiver_qualifier)
          WHERE fate = 0;
        CREATE TABLE fgroup (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, drop_id INTEGER NOT NULL REFERENCES drops,
          ordinal INTEGER NOT NULL, interchange INTEGER NOT NULL, functional_id TEXT NOT NULL,
          sender TEXT NOT NULL, receiver TEXT NOT NULL, control TEXT NOT NULL, version TEXT NOT NULL,
          declared INTEGER NOT NULL, received INTEGER NOT NULL, notes TEXT NOT NULL,
          refused INTEGER NOT NULL CHECK (refused IN (0, 1)), acknowledgment BLOB NOT NULL,
          seal INTEGER NOT NULL, UNIQUE (drop_id, ordinal)) STRICT;
        CREATE TABLE span (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, byte_offset INTEGER NOT NULL CHECK (byte_offset >= 0),
          byte_count INTEGER NOT NULL CHECK (byte_count >= 0), kind INTEGER NOT NULL,
          interchange INTEGER NOT NULL, fgroup INTEGER NOT NULL, control TEXT NOT NULL,
          document INTEGER NOT NULL, business_key TEXT, state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 4),
          acknowledgment TEXT, code INTEGER, subject TEXT, changed INTEGER NOT NULL, seal INTEGER NOT NULL) STRICT;
        CREATE INDEX span_open ON span (state, id) WHERE state IN (1, 2, 3);
        CREATE TABLE finding (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, drop_id INTEGER NOT NULL REFERENCES drops,
          span INTEGER, severity INTEGER NOT NULL, code INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
        CREATE INDEX finding_drop ON finding (drop_id, span);
        CREATE TABLE missing_code (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, partner INTEGER NOT NULL REFERENCES word,
          code_table TEXT NOT NULL, code TEXT NOT NULL, UNIQUE (partner, code_table, code)) STRICT;
        CREATE TABLE missing_wait (
          missing INTEGER NOT NULL REFERENCES missing_code, span INTEGER NOT NULL, txn INTEGER NOT NULL,
          PRIMARY KEY (missing, span)) STRICT, WITHOUT ROWID;
        """

    private static let orders = """
        CREATE TABLE orders (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, channel INTEGER NOT NULL, partner INTEGER NOT NULL,
          number TEXT NOT NULL, content_digest BLOB NOT NULL, currency INTEGER NOT NULL, ordered_on INTEGER, ship_on INTEGER, cancel_after INTEGER,
          drop_id INTEGER NOT NULL, span_offset INTEGER NOT NULL, span_length INTEGER NOT NULL,
          first_line INTEGER NOT NULL, last_line INTEGER NOT NULL, goods INTEGER NOT NULL,
          total INTEGER NOT NULL, lifecycle INTEGER NOT NULL CHECK (lifecycle BETWEEN 0 AND 3), seal INTEGER NOT NULL,
          UNIQUE (partner, number)) STRICT;
        CREATE TABLE order_document (
          order_id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, document BLOB NOT NULL) STRICT;
        CREATE TABLE line (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, order_id INTEGER NOT NULL, ordinal INTEGER NOT NULL,
          line_number TEXT NOT NULL, ordered INTEGER NOT NULL, price_units INTEGER NOT NULL,
          price_scale INTEGER NOT NULL, amount INTEGER NOT NULL, item INTEGER, sku TEXT NOT NULL,
          open INTEGER NOT NULL CHECK (open >= 0), backordered INTEGER NOT NULL CHECK (backordered >= 0),
          preordered INTEGER NOT NULL CHECK (preordered >= 0), reserved INTEGER NOT NULL CHECK (reserved >= 0),
          released INTEGER NOT NULL CHECK (released >= 0), shipped INTEGER NOT NULL CHECK (shipped >= 0),
          cancelled INTEGER NOT NULL CHECK (cancelled >= 0),
          invoiced INTEGER NOT NULL CHECK (invoiced >= 0 AND invoiced <= shipped),
          CHECK (ordered = open + backordered + preordered + reserved + released + shipped + cancelled))
          STRICT;
        CREATE INDEX line_backordered ON line (item) WHERE backordered > 0;
        CREATE TABLE line_term (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, line INTEGER NOT NULL, ordered INTEGER NOT NULL,
          price_units INTEGER NOT NULL, price_scale INTEGER NOT NULL, amount INTEGER NOT NULL, item INTEGER,
          sku TEXT NOT NULL, was_ordered INTEGER NOT NULL, was_price_units INTEGER NOT NULL,
          was_price_scale INTEGER NOT NULL, was_amount INTEGER NOT NULL, was_item INTEGER,
          was_sku TEXT NOT NULL) STRICT;
        CREATE INDEX line_term_line ON line_term (line);
        CREATE TABLE hold (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, order_id INTEGER NOT NULL REFERENCES orders,
          line INTEGER, code INTEGER NOT NULL REFERENCES word, reason TEXT NOT NULL, released_txn INTEGER,
          released_by TEXT, seal INTEGER NOT NULL) STRICT;
        CREATE INDEX hold_order ON hold (order_id);
        CREATE INDEX hold_open ON hold (code, order_id) WHERE released_txn IS NULL;
        CREATE TABLE decision (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, occasion INTEGER NOT NULL, outcome TEXT NOT NULL,
          reasons BLOB NOT NULL) STRICT;
        CREATE TABLE item (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, sku TEXT NOT NULL UNIQUE, gtin TEXT, vendor_part TEXT,
          buyer_part TEXT, description TEXT NOT NULL, unit TEXT NOT NULL, pack_quantity INTEGER,
          weight_grams INTEGER, cost_units INTEGER, cost_scale INTEGER, price_units INTEGER,
          price_scale INTEGER, currency TEXT, status INTEGER NOT NULL, supplier TEXT,
          drop_ship INTEGER NOT NULL, seal INTEGER NOT NULL) STRICT;
        CREATE INDEX item_gtin ON item (gtin) WHERE gtin IS NOT NULL;
        CREATE INDEX item_vendor_part ON item (vendor_part) WHERE vendor_part IS NOT NULL;
        CREATE INDEX item_buyer_part ON item (buyer_part) WHERE buyer_part IS NOT NULL;
        CREATE TABLE location (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, code TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
          address1 TEXT NOT NULL, city TEXT NOT NULL, region TEXT NOT NULL, postal_code TEXT NOT NULL,
          country TEXT NOT NULL, latitude INTEGER, longitude INTEGER, safety_stock INTEGER NOT NULL,
          priority INTEGER NOT NULL, active INTEGER NOT NULL, seal INTEGER NOT NULL) STRICT;
        CREATE TABLE price (
          item INTEGER NOT NULL REFERENCES item, channel TEXT NOT NULL, currency TEXT NOT NULL,
          valid_from INTEGER NOT NULL, txn INTEGER NOT NULL, price_units INTEGER NOT NULL,
          price_scale INTEGER NOT NULL, valid_through INTEGER, seal INTEGER NOT NULL,
          PRIMARY KEY (item, channel, currency, valid_from)) STRICT, WITHOUT ROWID;
        CREATE TABLE position (
          item INTEGER NOT NULL, location INTEGER NOT NULL, available INTEGER NOT NULL CHECK (available >= 0),
          reserved INTEGER NOT NULL CHECK (reserved >= 0), PRIMARY KEY (item, location)) STRICT, WITHOUT ROWID;
        CREATE TABLE snapshot (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, location INTEGER NOT NULL REFERENCES location,
          as_of INTEGER NOT NULL) STRICT;
        CREATE INDEX snapshot_location ON snapshot (location, as_of);
        CREATE TABLE fulfilment (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, order_id INTEGER NOT NULL, location INTEGER NOT NULL,
          number TEXT NOT NULL UNIQUE, state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 5),
          seal INTEGER NOT NULL) STRICT;
        CREATE INDEX fulfilment_order ON fulfilment (order_id);
        CREATE TABLE allocation (
          fulfilment INTEGER NOT NULL, line INTEGER NOT NULL, txn INTEGER NOT NULL, item INTEGER NOT NULL,
          quantity INTEGER NOT NULL CHECK (quantity > 0), shipped INTEGER NOT NULL CHECK (shipped >= 0),
          short INTEGER NOT NULL CHECK (short >= 0 AND shipped + short <= quantity),
          PRIMARY KEY (fulfilment, line)) STRICT, WITHOUT ROWID;
        CREATE TABLE movement (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, kind INTEGER NOT NULL, item INTEGER NOT NULL,
          location INTEGER, line INTEGER, fulfilment INTEGER, purchase_order INTEGER,
          quantity INTEGER NOT NULL CHECK (quantity > 0), effective_at INTEGER NOT NULL) STRICT;
        CREATE INDEX movement_physical ON movement (item, location, effective_at)
          WHERE kind IN (1, 2, 3, 20, 22, 24);
        CREATE TABLE release_queue (item INTEGER PRIMARY KEY, seal INTEGER NOT NULL) STRICT;
        CREATE TABLE redecide_queue (order_id INTEGER PRIMARY KEY, seal INTEGER NOT NULL) STRICT;
        """

    private static let receipts = """
        CREATE TABLE receipt (
          location INTEGER NOT NULL REFERENCES location, number TEXT NOT NULL, item INTEGER NOT NULL,
          txn INTEGER NOT NULL, quantity INTEGER NOT NULL CHECK (quantity > 0),
          PRIMARY KEY (location, number, item)) STRICT, WITHOUT ROWID;
        """

    private static let troubles = """
        CREATE TABLE trouble (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, channel INTEGER NOT NULL UNIQUE REFERENCES word,
          since INTEGER, run INTEGER, code INTEGER, severity INTEGER NOT NULL, body BLOB NOT NULL,
          seal INTEGER NOT NULL) STRICT;
        CREATE TABLE readdress (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, outbound INTEGER NOT NULL REFERENCES outbound,
          connection TEXT NOT NULL, path TEXT NOT NULL) STRICT;
        CREATE INDEX readdress_outbound ON readdress (outbound, id);
        """

    private static let shipments = """
        CREATE TABLE package (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, fulfilment INTEGER, sscc TEXT UNIQUE,
          shipment INTEGER, tracking TEXT, ordinal INTEGER NOT NULL, carton_count INTEGER NOT NULL,
          seal INTEGER NOT NULL) STRICT;
        CREATE INDEX package_fulfilment ON package (fulfilment) WHERE fulfilment IS NOT NULL;
        CREATE INDEX package_shipment ON package (shipment) WHERE shipment IS NOT NULL;
        CREATE TABLE shipment (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, order_id INTEGER NOT NULL REFERENCES orders,
          fulfilment INTEGER REFERENCES fulfilment, purchase_order INTEGER, number TEXT NOT NULL UNIQUE,
          shipper_number TEXT NOT NULL, shipper INTEGER NOT NULL REFERENCES word, shipped_at INTEGER NOT NULL,
          carrier_scac TEXT, tracking TEXT, bill_of_lading TEXT, drop_id INTEGER NOT NULL,
          UNIQUE (shipper_number, shipper)) STRICT;
        CREATE INDEX shipment_order ON shipment (order_id);
        CREATE TABLE shipment_line (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, shipment INTEGER NOT NULL REFERENCES shipment,
          line INTEGER NOT NULL, package INTEGER, quantity INTEGER NOT NULL CHECK (quantity > 0)) STRICT;
        CREATE INDEX shipment_line_shipment ON shipment_line (shipment);
        CREATE TABLE invoice (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, order_id INTEGER NOT NULL REFERENCES orders,
          shipment INTEGER NOT NULL UNIQUE REFERENCES shipment, number TEXT NOT NULL UNIQUE,
          invoiced_on INTEGER NOT NULL, due_on INTEGER, currency TEXT NOT NULL, goods INTEGER NOT NULL,
          allowances INTEGER NOT NULL, charges INTEGER NOT NULL, tax INTEGER NOT NULL, total INTEGER NOT NULL,
          CHECK (total = goods - allowances + charges + tax)) STRICT;
        CREATE INDEX invoice_order ON invoice (order_id);
        CREATE TABLE invoice_line (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, invoice INTEGER NOT NULL REFERENCES invoice,
          line INTEGER NOT NULL, quantity INTEGER NOT NULL CHECK (quantity > 0), price_units INTEGER NOT NULL,
          price_scale INTEGER NOT NULL, amount INTEGER NOT NULL) STRICT;
        CREATE INDEX invoice_line_invoice ON invoice_line (invoice);
        CREATE TABLE purchase_order (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, supplier INTEGER NOT NULL REFERENCES word,
          order_id INTEGER NOT NULL REFERENCES orders, number TEXT NOT NULL UNIQUE, ordered_on INTEGER NOT NULL,
          currency TEXT NOT NULL, state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 7), seal INTEGER NOT NULL)
          STRICT;
        CREATE INDEX purchase_order_order ON purchase_order (order_id);
        CREATE TABLE purchase_order_line (
          purchase_order INTEGER NOT NULL REFERENCES purchase_order, ordinal INTEGER NOT NULL,
          txn INTEGER NOT NULL, line INTEGER NOT NULL, item INTEGER NOT NULL,
          quantity INTEGER NOT NULL CHECK (quantity > 0), cost_units INTEGER NOT NULL,
          cost_scale INTEGER NOT NULL, shipped INTEGER NOT NULL CHECK (shipped >= 0),
          refused INTEGER NOT NULL CHECK (refused >= 0 AND shipped + refused <= quantity),
          PRIMARY KEY (purchase_order, ordinal)) STRICT, WITHOUT ROWID;
        """

    private static let outbound = """
        CREATE TABLE intent (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, channel INTEGER NOT NULL, kind INTEGER NOT NULL,
          subject INTEGER NOT NULL, due_at INTEGER NOT NULL, outbound INTEGER, reason TEXT,
          seal INTEGER NOT NULL, UNIQUE (subject, kind, channel)) STRICT;
        CREATE INDEX intent_pending ON intent (channel, id) WHERE outbound IS NULL;
        CREATE TABLE outbound (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, channel INTEGER NOT NULL REFERENCES word,
          partner INTEGER NOT NULL REFERENCES word, document TEXT NOT NULL, connection TEXT NOT NULL,
          path TEXT NOT NULL, name TEXT NOT NULL, digest BLOB NOT NULL CHECK (length(digest) = 32),
          byte_count INTEGER NOT NULL, functional_id TEXT, group_control TEXT, interchange_control TEXT,
          acknowledgment TEXT NOT NULL CHECK (acknowledgment IN
            ('notExpected', 'pending', 'accepted', 'acceptedWithErrors', 'rejected', 'overdue')),
          acknowledgment_detail TEXT,
          state TEXT NOT NULL CHECK (state IN ('ready', 'sending', 'delivered', 'conflict', 'held')),
          attempts INTEGER NOT NULL CHECK (attempts >= 0), next_attempt_at INTEGER, delivered_at INTEGER,
          last_error TEXT, sending_run INTEGER, seal INTEGER NOT NULL) STRICT;
        CREATE UNIQUE INDEX outbound_control ON outbound (group_control, functional_id, partner)
          WHERE functional_id IS NOT NULL;
        CREATE INDEX outbound_open ON outbound (id) WHERE state <> 'delivered';
        CREATE INDEX outbound_unanswered ON outbound (id) WHERE acknowledgment IN ('rejected', 'overdue');
        CREATE INDEX outbound_txn ON outbound (txn);
        CREATE TABLE outbound_lineage (
          outbound INTEGER PRIMARY KEY REFERENCES outbound, txn INTEGER NOT NULL, lineage BLOB NOT NULL) STRICT;
        CREATE TABLE outbound_item (
          outbound INTEGER NOT NULL REFERENCES outbound, ordinal INTEGER NOT NULL, txn INTEGER NOT NULL,
          intent INTEGER NOT NULL, subject TEXT NOT NULL, control TEXT NOT NULL,
          PRIMARY KEY (outbound, ordinal)) STRICT, WITHOUT ROWID;
        CREATE TABLE control_draw (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, scope TEXT NOT NULL, last INTEGER NOT NULL) STRICT;
        CREATE INDEX control_draw_scope ON control_draw (scope, last);
        CREATE TABLE slot (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, channel INTEGER NOT NULL REFERENCES word,
          served_at INTEGER NOT NULL) STRICT;
        CREATE INDEX slot_channel ON slot (channel, served_at);
        CREATE TABLE expectation (
          id INTEGER PRIMARY KEY, txn INTEGER NOT NULL, expectation_key TEXT NOT NULL UNIQUE,
          kind TEXT NOT NULL CHECK (kind IN ('acknowledgment', 'response', 'file', 'delivery')),
          partner INTEGER NOT NULL REFERENCES word, channel INTEGER NOT NULL REFERENCES word,
          what TEXT NOT NULL, due_at INTEGER NOT NULL, severity TEXT NOT NULL, outbound INTEGER,
          state TEXT NOT NULL CHECK (state IN ('waiting', 'met', 'lateMet', 'overdue', 'waived')),
          met_at INTEGER, seal INTEGER NOT NULL) STRICT;
        CREATE INDEX expectation_due ON expectation (due_at) WHERE state = 'waiting';
        CREATE INDEX expectation_overdue ON expectation (id) WHERE state = 'overdue';
        """
}
