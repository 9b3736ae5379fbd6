import Canonical
import Diagnostics
import Environment
import Glibc

import Ledger

/// A folder of its own for one test, removed with the last reference.
final class ScratchFolder {
    let path: String

    init() {
        var template = Array("/tmp/crossdock-ledger-XXXXXX".utf8CString)
        let made = mkdtemp(&template) != nil
        precondition(made, "no folder for the test")
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        let files = PosixFileStore()
        for entry in (try? files.entries(of: path)) ?? [] { _ = try? files.remove(path + "/" + entry.name) }
        rmdir(path)
    }

    var ledger: String { path + "/ledger.db" }
}

/// Rows for tests: one partner, a few articles, two places.
struct BookFixtures {
    static let night = Instant(milliseconds: 1_763_776_800_000)
    static let key: [UInt8] = Array(repeating: 7, count: 32)

    var itemCount = 10
    var unitsEach: Int64 = 1_000_000

    static func digest(_ text: String) -> [UInt8] { SHA256Hasher.digest(of: text).bytes }

    static func drop(
        _ name: String, bytes: String? = nil, channel: String = "harbor-mart-850",
        cleanup: RemoteCleanup? = .delete, byteCount: Int64 = 1000
    ) -> StagedDrop {
        StagedDrop(
            channel: channel, partner: "harbor-mart", name: name, connection: "hm-sftp", path: "/out",
            digest: digest(bytes ?? name), byteCount: byteCount, modifiedAt: nil, receivedAt: night,
            cleanup: cleanup)
    }

    func item(_ number: Int64) -> ItemRow {
        ItemRow(
            id: ItemID(number), sku: "SKU-\(number)", gtin: nil, vendorPart: "V-\(number)", buyerPart: nil,
            description: "Article \(number)", unit: "EA", packQuantity: nil, weightGrams: 250,
            cost: ScaledDecimal(units: 500, scale: 2), price: ScaledDecimal(units: 1000, scale: 2),
            currency: .usd, status: .active, supplier: nil, dropShip: .never)
    }

    static func location(_ number: Int64, _ code: String) -> LocationRow {
        LocationRow(
            id: LocationID(number), code: code, name: code, address1: "1 Dock Road", city: "Reno",
            region: "NV", postalCode: "89502", country: "US", latitude: 39_500_000, longitude: -119_800_000,
            safetyStock: 0, priority: number, isActive: true)
    }

    /// Articles, two locations, stock of everything in the first.
    func masterBatch(_ ledger: any LedgerStore, run: RunID) throws -> ApplyBatch {
        var batch = ApplyBatch(
            drop: nil, at: Self.night, run: run, identifiers: try ledger.identifiers())
        for _ in 0..<itemCount {
            let id: ItemID = batch.changes.identifiers.next(\.item)
            batch.changes.items.append(item(id.value))
        }
        for code in ["columbus", "reno"] {
            let id: LocationID = batch.changes.identifiers.next(\.location)
            batch.changes.locations.append(Self.location(id.value, code))
        }
        for item in batch.changes.items {
            batch.changes.movements.append(
                Movement(
                    .receipt, item: item.id, location: LocationID(1), quantity: unitsEach,
                    effectiveAt: Self.night))
        }
        return batch
    }

}

/// A ledger with stock, and the shortest way to fill it.
final class OpenBooks {
    let scratch = ScratchFolder()
    let ledger: SQLiteLedger
    let run: RunID
    var fixtures = BookFixtures()
    var maker = OrderMaker()
    private var dropCount = 0

    init(unitsEach: Int64 = 1000) throws {
        ledger = try SQLiteLedger(path: scratch.ledger, at: BookFixtures.night)
        run = try ledger.beginRun(command: "run", configuration: [1, 2], at: BookFixtures.night)
        fixtures.unitsEach = unitsEach
        try ledger.commit(fixtures.masterBatch(ledger, run: run))
    }

    var reader: SQLiteLedgerReader { ledger.reader() }

    func batch(_ drop: DropID? = nil) throws -> ApplyBatch {
        ApplyBatch(drop: drop, at: BookFixtures.night, run: run, identifiers: try ledger.identifiers())
    }

    func stagedDrop(_ name: String? = nil, byteCount: Int64 = 1000) throws -> DropID {
        dropCount += 1
        let drop = BookFixtures.drop(name ?? "drop-\(dropCount).edi", byteCount: byteCount)
        guard case .staged(let id) = try ledger.stage(drop, run: run) else {
            throw LedgerError("TEST.SETUP", "the drop is not new", remedy: "")
        }
        return id
    }

    /// A drop with orders, applied in batches of a size.
    @discardableResult
    func apply(orders numbers: [String], batchSize: Int = 100) throws -> DropID {
        let drop = try stagedDrop(byteCount: Int64(numbers.count) * 100)
        _ = try ledger.claim(drop, run: run)
        var ordinal = 0
        while ordinal < numbers.count {
            var batch = try batch(drop)
            for number in numbers[ordinal..<min(ordinal + batchSize, numbers.count)] {
                maker.add(number, to: &batch, spanOrdinal: ordinal, offset: Int64(ordinal) * 100)
                ordinal += 1
            }
            batch.reached = Int64(ordinal) * 100
            batch.state = ordinal == numbers.count ? .applied : .applying
            try ledger.commit(batch)
        }
        return drop
    }

    func dump() throws -> String {
        var bytes: [UInt8] = []
        try reader.dumpCanonical { bytes += $0 }
        return String(decoding: bytes, as: UTF8.self)
    }

    func findings() throws -> [String] {
        try reader.verify(fileDigest: nil).findings.map { "\($0.code) \($0.message): \($0.found ?? "")" }
    }
}

/// Orders as the rules would decide them: every line reserved at one place, one fulfilment, one intent.
struct OrderMaker {
    var lineCount = 5
    var quantity: Int64 = 2
    var itemCount: Int64 = 10
    var documentSize = 1100

    /// Adds one order with lines, fulfilment, movements, decision, span and intents.
    func add(_ number: String, to batch: inout ApplyBatch, spanOrdinal: Int, offset: Int64) {
        let drop = batch.drop ?? DropID(0)
        let order: OrderID = batch.changes.identifiers.next(\.order)
        let fulfilment: FulfilmentID = batch.changes.identifiers.next(\.fulfilment)
        batch.changes.orders.append(
            OrderRow(
                id: order, channel: "harbor-mart-850", partner: "harbor-mart", number: number,
                contentDigest: BookFixtures.digest(number), currency: .usd,
                goodsMinor: Int64(lineCount) * 2000,
                totalMinor: Int64(lineCount) * 2000, orderedOn: CalendarDate(dayNumber: 20_400),
                requestedShipOn: nil,
                cancelAfter: nil, lifecycle: .inProgress, drop: drop,
                span: SourceRange(offset: offset, length: 100), document: document(number)))
        batch.changes.fulfilments.append(
            FulfilmentRow(id: fulfilment, order: order, location: LocationID(1), number: "F\(fulfilment)"))
        for ordinal in 1...lineCount {
            let line: LineID = batch.changes.identifiers.next(\.line)
            let item = ItemID((line.value * 7919) % itemCount + 1)
            batch.changes.lines.append(
                OrderLineRow(
                    id: line, order: order, ordinal: ordinal, lineNumber: String(ordinal), item: item,
                    sku: "SKU-\(item)", ordered: quantity, unitPrice: ScaledDecimal(units: 1000, scale: 2),
                    amountMinor: 2000))
            batch.changes.allocations.append(
                AllocationRow(fulfilment: fulfilment, line: line, item: item, quantity: quantity))
            batch.changes.movements.append(
                Movement(
                    .reserve, item: item, location: LocationID(1), line: line, fulfilment: fulfilment,
                    quantity: quantity, effectiveAt: BookFixtures.night))
        }
        batch.changes.decisions.append(
            DecisionRow(order: order, occasion: "intake", outcome: "routed to columbus", reasons: reasons))
        batch.intents.append(
            IntentRow(
                channel: "meridian-940", kind: "fulfilment.released", subject: fulfilment.value,
                dueAt: BookFixtures.night))
        batch.intents.append(
            IntentRow(
                channel: "harbor-mart-855", kind: "order.acknowledged", subject: order.value,
                dueAt: BookFixtures.night))
        batch.spans.append(
            SpanRow(
                ordinal: spanOrdinal, offset: offset, length: 100, kind: "set", interchange: 0, group: 0,
                control: "0001", document: "850", state: .accepted, acknowledgment: "A",
                subject: "order \(order)", key: number))
    }

    private func document(_ number: String) -> [UInt8] {
        var document = CanonicalDocument(.order)
        document.header.put(OrderField.number, number)
        document.header.put(OrderField.shipToName, "Pat Sample \(number)")
        document.header.put(OrderField.notes, String(repeating: "n", count: max(0, documentSize - 60)))
        return CanonicalCodec.encode(document)
    }

    private var reasons: [Reason] {
        [
            Reason(rule: "validate.items", subject: "order", verdict: .passed, because: "5 of 5 known"),
            Reason(rule: "validate.totals", subject: "order", verdict: .passed, because: "100.00 = 100.00"),
            Reason(rule: "validate.address", subject: "order", verdict: .passed, because: "complete"),
            Reason(rule: "duplicate", subject: "order", verdict: .passed, because: "no earlier order"),
            Reason(
                rule: "route.nearest-stocked", subject: "columbus", verdict: .chosen,
                because: "212 km, 5 of 5 lines"),
            Reason(
                rule: "route.nearest-stocked", subject: "reno", verdict: .refused,
                because: "3010 km, only 3 of 5 units available"),
        ]
    }
}
