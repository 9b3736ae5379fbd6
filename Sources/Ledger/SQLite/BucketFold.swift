import Canonical

/// Where the units of a batch's movements go, folded in memory so that every line, position and allocation is
/// written once.
struct BucketFold {
    /// Units by bucket, and invoiced ones; changes for lines in the books, the whole for new ones.
    struct Line {
        var buckets: (Int64, Int64, Int64, Int64, Int64, Int64, Int64) = (0, 0, 0, 0, 0, 0, 0)
        var invoiced: Int64 = 0

        mutating func add(_ quantity: Int64, to bucket: LineBucket) throws {
            switch bucket {
            case .open: buckets.0 = try sum(buckets.0, quantity)
            case .backordered: buckets.1 = try sum(buckets.1, quantity)
            case .preordered: buckets.2 = try sum(buckets.2, quantity)
            case .reserved: buckets.3 = try sum(buckets.3, quantity)
            case .released: buckets.4 = try sum(buckets.4, quantity)
            case .shipped: buckets.5 = try sum(buckets.5, quantity)
            case .cancelled: buckets.6 = try sum(buckets.6, quantity)
            }
        }
    }

    struct PositionKey: Hashable, Comparable {
        var item: Int64
        var location: Int64
        static func < (left: PositionKey, right: PositionKey) -> Bool {
            (left.item, left.location) < (right.item, right.location)
        }
    }

    /// A line within a fulfilment or a purchase order.
    struct ShareKey: Hashable, Comparable {
        var owner: Int64
        var line: Int64
        static func < (left: ShareKey, right: ShareKey) -> Bool {
            (left.owner, left.line) < (right.owner, right.line)
        }
    }

    /// New lines of the batch, in order of their numbers, with their first one.
    private(set) var newLines: [Line] = []
    private var newLineIndexes: [Int64: Int] = [:]
    private(set) var lines: [Int64: Line] = [:]
    private(set) var positions: [PositionKey: (available: Int64, reserved: Int64)] = [:]
    private(set) var allocations: [ShareKey: (shipped: Int64, short: Int64)] = [:]
    private(set) var purchases: [ShareKey: (shipped: Int64, refused: Int64)] = [:]

    /// - Parameter newLines: sorted by number.
    init(_ changes: BookChanges, newLines rows: [OrderLineRow]) throws {
        newLines.reserveCapacity(rows.count)
        newLineIndexes.reserveCapacity(rows.count)
        for row in rows {
            newLineIndexes[row.id.value] = newLines.count
            var line = Line()
            try line.add(row.ordered, to: .open)
            newLines.append(line)
        }
        positions.reserveCapacity(min(changes.movements.count, 4096))
        for movement in changes.movements { try add(movement) }
        for row in changes.invoiceLines {
            try change(row.line.value) { $0.invoiced = try sum($0.invoiced, row.quantity) }
        }
    }

    private mutating func change(_ line: Int64, _ body: (inout Line) throws -> Void) throws {
        if let index = newLineIndexes[line] {
            try body(&newLines[index])
        } else {
            try body(&lines[line, default: Line()])
        }
    }

    private mutating func add(_ movement: Movement) throws {
        let quantity = movement.quantity
        guard quantity > 0 else { throw refused(movement, "moves nothing") }
        if let (from, to) = movement.kind.buckets {
            guard let line = movement.line?.value else { throw refused(movement, "names no line") }
            try change(line) {
                try $0.add(-quantity, to: from)
                try $0.add(quantity, to: to)
            }
        }
        if let (from, to) = movement.kind.accounts {
            guard let location = movement.location?.value else {
                throw refused(movement, "names no location")
            }
            let key = PositionKey(item: movement.item.value, location: location)
            var delta = positions[key] ?? (0, 0)
            if from == .available { delta.available = try sum(delta.available, -quantity) }
            if from == .reserved { delta.reserved = try sum(delta.reserved, -quantity) }
            if to == .available { delta.available = try sum(delta.available, quantity) }
            if to == .reserved { delta.reserved = try sum(delta.reserved, quantity) }
            positions[key] = delta
        }
        try addShare(movement)
    }

    /// What a fulfilment or a purchase order has done of its lines.
    private mutating func addShare(_ movement: Movement) throws {
        let quantity = movement.quantity
        switch movement.kind {
        case .reserve, .fillBackorder, .release:
            guard movement.fulfilment != nil else { throw refused(movement, "names no fulfilment") }
        case .ship, .shortShip, .shortCancel, .displace, .unreserve:
            guard let fulfilment = movement.fulfilment, let line = movement.line else {
                throw refused(movement, "names no fulfilment")
            }
            let key = ShareKey(owner: fulfilment.value, line: line.value)
            var share = allocations[key] ?? (0, 0)
            if movement.kind == .ship {
                share.shipped = try sum(share.shipped, quantity)
            } else {
                share.short = try sum(share.short, quantity)
            }
            allocations[key] = share
        case .shipDirect, .supplierRefused:
            guard let order = movement.purchaseOrder, let line = movement.line else {
                throw refused(movement, "names no purchase order")
            }
            let key = ShareKey(owner: order.value, line: line.value)
            var share = purchases[key] ?? (0, 0)
            if movement.kind == .shipDirect {
                share.shipped = try sum(share.shipped, quantity)
            } else {
                share.refused = try sum(share.refused, quantity)
            }
            purchases[key] = share
        default: break
        }
    }

    private func refused(_ movement: Movement, _ why: String) -> LedgerError {
        .invariant("movement \(movement.kind) of item \(movement.item) \(why)")
    }
}

private func sum(_ left: Int64, _ right: Int64) throws -> Int64 {
    let (value, over) = left.addingReportingOverflow(right)
    if over { throw LedgerError.invariant("a quantity exceeds 64 bits") }
    return value
}
