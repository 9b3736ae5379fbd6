import Canonical

extension Router {
    static let rule = "route.nearest-stocked"

    /// Spreads the demands over the chosen sites and says about every location why.
    func makePlan(_ wants: [Want], order: [Int], split: SiteChoice, country: String) -> RoutePlan {
        var plan = RoutePlan()
        plan.short = wants.map(\.units)
        for (row, demand) in demands.enumerated() {
            spread(demand, row: row, over: split, to: &plan)
        }
        plan.takes.sort { left, right in
            let (a, b) = (place(of: left.site, in: split.sites), place(of: right.site, in: split.sites))
            return a != b ? a < b : left.want < right.want
        }
        plan.chosen = split.sites.filter { site in plan.takes.contains { $0.site == site } }
        plan.reasons = reasons(plan, order: order, wantCount: wants.count, country: country)
        return plan
    }

    private func place(of site: Int, in sites: [Int]) -> Int { sites.firstIndex(of: site) ?? Int.max }

    private func spread(_ demand: Demand, row: Int, over split: SiteChoice, to plan: inout RoutePlan) {
        let base = row * sites.count
        var givers = split.sites.filter { free[base + $0] > 0 }
        let whole = givers.first { free[base + $0] >= demand.units }
        if let whole {
            givers = [whole]
        } else if !split.splitsDemands, let most = givers.max(by: { free[base + $0] < free[base + $1] }) {
            givers = split.takesPart ? [most] : []
        }
        var want = 0
        for site in givers {
            var rest = free[base + site]
            while rest > 0, want < demand.wants.count {
                let index = demand.wants[want]
                let units = min(rest, plan.short[index])
                plan.takes.append(Take(site: site, want: index, units: units))
                plan.short[index] -= units
                rest -= units
                if plan.short[index] == 0 { want += 1 }
            }
        }
    }

    // MARK: Reasons

    /// One reason for each location, the preferred first, those that were not allowed last.
    private func reasons(_ plan: RoutePlan, order: [Int], wantCount: Int, country: String) -> [Reason] {
        var reasons: [Reason] = []
        reasons.reserveCapacity(sites.count)
        let isWhole = plan.chosen.count == 1 && plan.isComplete
        for site in order {
            let isChosen = plan.chosen.contains(site)
            let because =
                if isChosen {
                    isWhole
                        ? "\(far(site)), \(wantCount == 1 ? "" : "all \(wantCount) lines ")in stock"
                        : "\(far(site)), ships \(share(of: site, plan)) of \(wantCount)"
                } else {
                    refusal(site, plan)
                }
            reasons.append(
                Reason(
                    rule: Self.rule, subject: sites[site].code, verdict: isChosen ? .chosen : .refused,
                    because: because))
        }
        guard reasons.count < sites.count else { return reasons }
        for (index, site) in sites.enumerated() where !order.contains(index) {
            let because = site.isExcluded ? "excluded by the policy" : "not a location for \(country)"
            reasons.append(
                Reason(rule: Self.rule, subject: site.code, verdict: .refused, because: because))
        }
        return reasons
    }

    private func refusal(_ site: Int, _ plan: RoutePlan) -> String {
        var lacking = 0
        var first: (sku: String, has: Int64, wants: Int64)?
        for (row, demand) in demands.enumerated() {
            let has = free[row * sites.count + site]
            guard has < demand.units else { continue }
            lacking += 1
            if first == nil { first = (demand.sku, has, demand.units) }
        }
        guard let first else {
            if let best = plan.chosen.first {
                return plan.chosen.count == 1
                    ? "\(far(site)), all in stock, but \(sites[best].code) comes first"
                    : "\(far(site)), all in stock"
            }
            return "\(far(site)), all in stock"
        }
        let others = lacking > 1 ? " and \(lacking - 1) more short" : ""
        let safety = sites[site].safety > 0 ? " above safety stock" : ""
        if first.has == 0 { return "\(far(site)), no \(first.sku) available\(safety)\(others)" }
        return "\(far(site)), only \(first.has) of \(first.wants) \(first.sku) available\(safety)\(others)"
    }

    private func far(_ site: Int) -> String {
        metres[site] == Self.unknownMetres ? "no coordinates" : "\((metres[site] + 500) / 1000) km"
    }

    /// `3 units, lines 2`: what the site ships, to be followed by the number of lines.
    private func share(of site: Int, _ plan: RoutePlan) -> String {
        var count = 0
        var units: Int64 = 0
        for take in plan.takes where take.site == site {
            count += 1
            units += take.units
        }
        return (units == 1 ? "1 unit" : "\(units) units") + ", lines: \(count)"
    }
}
