import Canonical
import Diagnostics

/// An SSCC that a paper names, and where.
struct NamedCarton {
    var code: String
    var source: SourceRange
}

extension ShipmentDock {
    /// SSCCs of an advice: of its packages and of its lines, each once.
    func namedCartons(_ header: Record) -> [NamedCarton] {
        var seen: Set<String> = []
        var named: [NamedCarton] = []
        for package in header[group: ShippingAdviceGroup.packages] {
            guard let code = package.stated(AdvicePackageField.sscc), seen.insert(code).inserted else {
                continue
            }
            named.append(NamedCarton(code: code, source: package.source(AdvicePackageField.sscc)))
        }
        for line in header[group: ShippingAdviceGroup.lines] {
            guard let code = line.stated(AdviceLineField.sscc), seen.insert(code).inserted else { continue }
            named.append(NamedCarton(code: code, source: line.source(AdviceLineField.sscc)))
        }
        return named
    }

    /// Cartons that the advice names, each once: its packages, else those of its lines.
    func cartons(_ header: Record) -> [ShippedCarton] {
        let packages = header[group: ShippingAdviceGroup.packages].compactMap { package in
            ShippedCarton(
                sscc: package.stated(AdvicePackageField.sscc),
                tracking: package.stated(AdvicePackageField.tracking))
        }
        if !packages.isEmpty { return ShippedCarton.distinct(packages) }
        return ShippedCarton.distinct(
            header[group: ShippingAdviceGroup.lines].compactMap { line in
                ShippedCarton(
                    sscc: line.stated(AdviceLineField.sscc), tracking: line.stated(AdviceLineField.tracking))
            })
    }

    /// The first carton that cannot be this one: its number is that of another carton in the books, or one of ours that
    /// we have not given out. A carton that we planned for this fulfilment and that has not left is simply that carton.
    func reusedCarton(
        _ named: [NamedCarton], of fulfilment: FulfilmentID?, _ channel: String
    ) -> RuleResult? {
        for carton in named {
            if let row = facts.cartons[carton.code] {
                if row.shipment == nil, let fulfilment, row.fulfilment == fulfilment { continue }
                let other =
                    row.shipment.map { "left with shipment \(context.policy.numbers.shipment)\($0)" }
                    ?? row.fulfilment.map {
                        "is planned for shipping order \(context.policy.numbers.fulfilment)\($0)"
                    } ?? "is in the books"
                return heldCarton(
                    "OMS.CARTON.REUSED", carton, "carton \(carton.code) \(other) already",
                    expected: "a carton number that no other carton has", channel)
            }
            guard let serial = ourSerial(carton.code) else { continue }
            let free = outcome.changes.identifiers.package
            if serial >= free + RuleLimits.cartonsMax {
                return heldCarton(
                    "OMS.CARTON.OURS", carton,
                    "carton \(carton.code) has a number of our own range that we have not given out",
                    expected: "a number from a label of ours, or from the shipper's own range", channel)
            }
        }
        return nil
    }

    /// A carton that stands in two orders of one paper.
    func twice(_ carton: NamedCarton, _ channel: String) -> RuleResult {
        heldCarton(
            "OMS.CARTON.REUSED", carton, "carton \(carton.code) stands twice in the notice",
            expected: "a carton number that no other carton has", channel)
    }

    private func heldCarton(
        _ code: DiagnosticCode, _ carton: NamedCarton, _ message: String, expected: String, _ channel: String
    ) -> RuleResult {
        let finding = Diagnostic(
            code, at: carton.source.location, message, found: String(carton.code.prefix(40)),
            expected: expected,
            remedy: "ask the shipper which carton it means; nothing of the paper was taken over")
        return RuleResult(held(by: channel), findings: [finding])
    }

    /// Numbers that are no SSCC; they are passed on as they are.
    func wrongNumbers(_ named: [NamedCarton]) -> [Diagnostic] {
        named.filter { !SSCC.isValid($0.code) }.map { carton in
            Diagnostic(
                "OMS.CARTON.CHECK", .warning, at: carton.source.location,
                "carton number '\(carton.code.prefix(40))' is not 18 digits with a right check digit",
                found: String(carton.code.prefix(40)), expected: "an SSCC, like 006141410000123452",
                remedy: "tell the shipper: the customer may refuse the label; the shipment was taken over")
        }
    }

    /// The serial number of an SSCC of our own range; nil for all others.
    private func ourSerial(_ code: String) -> Int64? {
        guard let prefix = ourPrefixes.first(where: { code.hasPrefix($0) }), SSCC.isValid(code) else {
            return nil
        }
        return Int64(code.dropFirst(prefix.count).dropLast())
    }

    /// Numbers up to one that a shipper took from our range are not given out any more: the next carton that we plan would
    /// have it.
    mutating func leaveOut(_ code: String?) {
        guard let code, let serial = ourSerial(code) else { return }
        outcome.changes.identifiers.package = max(outcome.changes.identifiers.package, serial + 1)
    }

    // MARK: Repeats

    /// What becomes of a paper that contradicts the books about a number: the channel says.
    func held(by channel: String) -> RuleResult.Verdict {
        context.policy.channel(channel).contentChange == .hold ? .documentHeld : .refused
    }

    /// The number of a shipment that is in the books already: the same again has no effect, other content waits.
    ///
    /// - Parameter closesMore: it ends what the first one left open.
    func again(
        _ number: String, _ before: KnownShipment, _ now: KnownShipment, closesMore: Bool = false,
        _ channel: String, at source: SourceRange
    ) -> RuleResult {
        let change = difference(before, now) ?? (closesMore ? "it says that the rest will not come" : nil)
        guard let change else { return repeated(number, at: source) }
        let finding = Diagnostic(
            "OMS.SHIPMENT.CHANGED", at: source.location,
            before.drop == now.drop
                ? "shipment \(number) is told twice in this drop: \(change)"
                : "shipment \(number) was taken over from drop d-\(before.drop): \(change)",
            found: number, expected: "the same content, or a shipment number of its own",
            remedy: "ask the shipper what really left; the books say what it told first")
        return RuleResult(held(by: channel), findings: [finding])
    }

    /// What differs, in words; nil where nothing does.
    private func difference(_ before: KnownShipment, _ now: KnownShipment) -> String? {
        if let item = Set(before.units.keys).union(now.units.keys).sorted().first(where: {
            before.units[$0] != now.units[$0]
        }) {
            let sku = facts.items[item]?.sku ?? item.description
            return "\(before.units[item] ?? 0) of '\(sku)' then, \(now.units[item] ?? 0) now"
        }
        // Cartons that the first paper did not name are ours by number.
        if !now.cartons.isEmpty, now.cartons != before.cartons { return "the cartons are other ones now" }
        for (name, was, is_) in [
            ("carrier", before.carrierSCAC, now.carrierSCAC),
            ("tracking number", before.tracking, now.tracking),
            ("bill of lading", before.billOfLading, now.billOfLading),
        ] where was != is_ {
            return "\(name) '\(was ?? "")' then, '\(is_ ?? "")' now"
        }
        return nil
    }

    /// Takes a shipment into the facts, so that a repeat in the same batch is known.
    mutating func remember(
        _ number: String, _ shipment: KnownShipment, _ units: [(units: Int64, item: ItemID?)],
        cartons: [ShippedCarton]
    ) {
        var shipment = shipment
        for (units, item) in units { if let item { shipment.units[item, default: 0] += units } }
        shipment.cartons = Set(cartons.compactMap(\.sscc))
        facts.knownShipments[number] = shipment
    }

    /// Takes the cartons of the last shipment into the facts: their numbers are used up.
    mutating func markPacked(_ number: String?, told: Int, planned: Int) {
        for row in outcome.changes.packages[told...] {
            if let code = row.sscc { facts.cartons[code] = row }
        }
        guard let number, let packages = facts.fulfilments[number]?.packages else { return }
        var indexes: [PackageID: Int] = [:]
        for (index, package) in packages.enumerated() { indexes[package.id] = index }
        for (id, shipment, _) in outcome.changes.packedShipments[planned...] {
            guard let index = indexes[id] else { continue }
            facts.fulfilments[number]?.packages[index].shipment = shipment
            if let code = packages[index].sscc { facts.cartons[code]?.shipment = shipment }
        }
    }
}
