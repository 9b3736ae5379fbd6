import Canonical
import Diagnostics

extension StockCount {
    /// One line of a count after its article and place were found.
    private struct Counted {
        var item: ItemRow
        var location: LocationRow
        /// On the shelves at the as-of, as we would count it.
        var units: Int64
        var source: SourceRange
    }

    /// Takes over one count: what we have on hand becomes what was counted plus what moved since.
    mutating func takeReport(_ incoming: IncomingDocument) -> RuleResult {
        let header = incoming.document.header
        let asOf = StockRules.asOf(header, incoming.channel, context)
        var findings: [Diagnostic] = []
        var counted: [Counted] = []
        var seen: Set<Place> = []
        var locations: [LocationRow] = []
        var refusedPlaces: Set<String> = []
        for line in header[group: StockReportGroup.lines] {
            let isOwn = line.stated(StockLineField.location) != nil
            let code = line.stated(StockLineField.location) ?? header.stated(StockReportField.warehouse)
            let source =
                isOwn ? line.source(StockLineField.location) : header.source(StockReportField.warehouse)
            let (row, refusal) = location(code, partner: incoming.partner, at: source)
            guard let row else {
                // A location is refused once, not once a line.
                if refusedPlaces.insert(code ?? "").inserted, let refusal { findings.append(refusal) }
                continue
            }
            if !locations.contains(where: { $0.id == row.id }) {
                if let last = facts.lastSnapshot[row.id], asOf < last {
                    return RuleResult(.refused, findings: [stale(row, asOf: asOf, last: last, header)])
                }
                locations.append(row)
            }
            if let one = read(line, row, incoming.channel, &seen, &findings) { counted.append(one) }
        }
        if counted.isEmpty { return RuleResult(.refused, findings: findings) }
        if let guarded = zeroGuard(counted, incoming, header) {
            findings.append(guarded)
            switch context.policy.channel(incoming.channel).guardAction {
            case .hold: return RuleResult(.documentHeld, findings: findings)
            case .refuse: return RuleResult(.refused, findings: findings)
            case .warn: break
            }
        }
        for one in counted { correct(one, asOf: asOf, &findings) }
        for row in locations {
            facts.lastSnapshot[row.id] = asOf
            outcome.changes.snapshots.removeAll { $0.location == row.id }
            outcome.changes.snapshots.append((row.id, asOf))
        }
        return RuleResult(.applied, findings: findings)
    }

    private struct Place: Hashable {
        var item: ItemID
        var location: LocationID
    }

    private func stale(_ row: LocationRow, asOf: Instant, last: Instant, _ header: Record) -> Diagnostic {
        Diagnostic(
            "OMS.INV.STALE", at: header.source(StockReportField.asOf).location,
            "count of '\(row.code)' as of \(asOf) is older than the last one, \(last)",
            found: asOf.description,
            expected: "\(last) or later", remedy: "ask the warehouse for a new count; the newer figures stay")
    }

    private func read(
        _ line: Record, _ row: LocationRow, _ channel: String, _ seen: inout Set<Place>,
        _ findings: inout [Diagnostic]
    ) -> Counted? {
        let name = NamedItem(stock: line)
        guard case .one(let item) = name.find(in: facts.items) else {
            findings.append(unknownItem(name, at: line.source(StockLineField.sku)))
            return nil
        }
        let basis = context.policy.channel(channel).stockBasis
        let onHand = line.decimal(StockLineField.onHand)
        let available = line.decimal(StockLineField.available)
        let isNet = basis == .netOfOpenOrders && available != nil
        guard let given = isNet ? available : onHand ?? available else {
            findings.append(
                Diagnostic(
                    "OMS.QTY.MISSING", at: line.source(StockLineField.sku).location,
                    "count of '\(item.sku)' has no quantity",
                    expected: "a whole number of stock units, like 3",
                    remedy: "ask the warehouse to correct the count; the last figure stays"))
            return nil
        }
        let isOnHand = !isNet && onHand != nil
        let source = line.source(isOnHand ? StockLineField.onHand : .available)
        if given.isNegative {
            findings.append(
                Diagnostic(
                    "OMS.INV.NEGATIVE", at: source.location, "count of \(item.sku) \(given) is negative",
                    found: given.description, expected: "zero or more",
                    remedy: "ask the warehouse to correct the count; the last figure stays"))
            return nil
        }
        guard
            case .units(let units) = StockUnits.of(given, unit: line.stated(StockLineField.unit), item: item)
        else {
            findings.append(
                Diagnostic(
                    "OMS.QTY.FRACTION", at: source.location,
                    "count of '\(item.sku)' \(given) must be whole units",
                    found: given.description, expected: "a whole number of stock units, like 3",
                    remedy: "ask the warehouse to correct the count; the last figure stays"))
            return nil
        }
        guard seen.insert(Place(item: item.id, location: row.id)).inserted else {
            findings.append(
                Diagnostic(
                    "OMS.LINE.DUPLICATE", at: source.location,
                    "count has article '\(item.sku)' at '\(row.code)' twice",
                    found: given.description, expected: "each article once a location",
                    remedy: "the first figure counts; ask the warehouse for one figure an article"))
            return nil
        }
        let reserved = facts.positions[item.id]?.first { $0.location == row.id }?.reserved ?? 0
        return Counted(item: item, location: row, units: isNet ? units + reserved : units, source: source)
    }

    // MARK: Guard

    /// A file that would empty the shelves is more often a broken export than a fire.
    private func zeroGuard(_ counted: [Counted], _ incoming: IncomingDocument, _ header: Record)
        -> Diagnostic?
    {
        let policy = context.policy.channel(incoming.channel)
        guard let most = policy.fallToZeroPercentMax else { return nil }
        var stocked = 0
        var emptied = 0
        for one in counted {
            let position = facts.positions[one.item.id]?.first { $0.location == one.location.id }
            guard let position, position.onHand > 0 else { continue }
            stocked += 1
            if one.units == 0 { emptied += 1 }
        }
        guard stocked >= policy.fallToZeroRowsMin, emptied * 100 > stocked * most else { return nil }
        return Diagnostic(
            "OMS.INV.ZEROED", policy.guardAction == .warn ? .warning : .error,
            at: header.source(StockReportField.number).location,
            "count has \(emptied) of \(stocked) stocked articles fall to zero",
            found: "\(emptied * 100 / stocked) %",
            expected: "at most \(most) %",
            remedy: "look at the file; if it is right, raise `guard.max_fall_to_zero` and replay this drop")
    }

    // MARK: Correcting

    private mutating func correct(_ one: Counted, asOf: Instant, _ findings: inout [Diagnostic]) {
        let (item, location) = (one.item.id, one.location.id)
        let moved = facts.movedSince[item]?[location] ?? 0
        let index = position(item, location)
        guard let known = facts.positions[item]?[index] else { return }
        // More may have left since than was counted: the shelf is then empty, not below.
        let target = max(0, one.units + moved)
        let difference = target - known.onHand
        if difference > 0 {
            move(.adjustUp, difference, item, location, at: asOf)
        } else if difference < 0 {
            let down = min(-difference, known.available)
            let given = displace(-difference - down, one, counted: target, at: asOf)
            if down + given > 0 { move(.adjustDown, down + given, item, location, at: asOf) }
            let missing = -difference - down - given
            guard missing > 0 else { return }
            findings.append(
                Diagnostic(
                    "OMS.INV.SHORT", .warning, at: one.source.location,
                    "reserved units of '\(one.item.sku)' at '\(one.location.code)' are \(missing) more than counted",
                    found: String(target),
                    expected: "\(known.reserved - given) or more, as the warehouse was told to ship them",
                    remedy: "have the warehouse count again; it will report what it cannot ship as short"))
        }
    }

    // MARK: Displacing

    /// Takes units that a count did not find from orders that no warehouse was told of: those that want them latest give
    /// way first, in the reverse of the order in which back-orders are filled. Their units are back-ordered, and may be
    /// filled from elsewhere at once.
    ///
    /// - Returns: how many units were given up.
    private mutating func displace(
        _ missing: Int64, _ one: Counted, counted: Int64, at asOf: Instant
    ) -> Int64 {
        guard missing > 0 else { return 0 }
        let (item, location) = (one.item.id, one.location.id)
        guard let planned = facts.planned?[item] else {
            if facts.planned == nil { outcome.shortItems.insert(item) }
            return 0
        }
        let place = position(item, location)
        let reserved = facts.positions[item]?[place].reserved ?? 0
        var rest = missing
        let victims = planned.indices.filter { planned[$0].location == location && planned[$0].units > 0 }
            .sorted { planned[$1].isFilled(before: planned[$0]) }
        for index in victims where rest > 0 {
            let known = planned[index]
            let units = min(rest, known.units)
            rest -= units
            facts.planned?[item]?[index].units -= units
            outcome.changes.movements.append(
                Movement(
                    .displace, item: item, location: location, line: known.line, fulfilment: known.fulfilment,
                    quantity: units, effectiveAt: asOf))
            shrink(known.fulfilment, by: units, of: known.fulfilmentUnits)
            explain(units, of: known, one, counted: counted, reserved: reserved)
        }
        let given = missing - rest
        guard given > 0 else { return 0 }
        facts.positions[item]?[place].reserved -= given
        facts.positions[item]?[place].available += given
        grown.insert(item)
        return given
    }

    /// A fulfilment with nothing left is cancelled: there is nothing to tell the warehouse.
    private mutating func shrink(_ fulfilment: FulfilmentID, by units: Int64, of all: Int64) {
        let left = (fulfilmentUnits[fulfilment] ?? all) - units
        fulfilmentUnits[fulfilment] = left
        if left == 0 { outcome.changes.fulfilmentStates.append((fulfilment, .cancelled)) }
    }

    /// Says in the order why; a channel without back-orders leaves it to a person.
    private mutating func explain(
        _ units: Int64, of known: PlannedReservation, _ one: Counted, counted: Int64, reserved: Int64
    ) {
        let (sku, code) = (one.item.sku, one.location.code)
        let because =
            "count of \(code) found \(counted) and \(reserved) were reserved: \(units) back-ordered, "
            + "as orders that want it later give way first"
        outcome.changes.decisions.append(
            DecisionRow(
                order: known.order, occasion: "count",
                outcome: "\(units) of \(sku) not found at \(code), back-ordered",
                reasons: [
                    Reason(rule: "stock.displace", subject: sku, verdict: .refused, because: because)
                ]))
        let policy = context.policy.channel(known.channel)
        guard !policy.allowsBackorders || policy.unbackorderedSKUs.contains(sku) else { return }
        outcome.changes.holds.append(
            HoldRow(
                order: known.order, line: known.line, code: "OMS.STOCK.NONE",
                reason: "\(units) of SKU '\(sku)' were not found at \(code), and it is not back-ordered"))
    }
}

extension PlannedReservation {
    /// Whether its order comes before another's when stock is scarce: as back-orders are filled.
    fileprivate func isFilled(before other: PlannedReservation) -> Bool {
        let (ends, otherEnds) = (cancelAfter?.dayNumber ?? .max, other.cancelAfter?.dayNumber ?? .max)
        if ends != otherEnds { return ends < otherEnds }
        let (day, otherDay) = (orderedOn?.dayNumber ?? .max, other.orderedOn?.dayNumber ?? .max)
        if day != otherDay { return day < otherDay }
        return (order, fulfilment, line) < (other.order, other.fulfilment, other.line)
    }
}
