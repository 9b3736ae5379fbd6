import Canonical

extension Router {
    static let rule = "route.nearest-stocked"

    /// Spreads the demands over the chosen sites and says about every location why.
    func makePlan(
        _ wants: [Want], order: [Int], split: SiteChoice, route: CountryRoute?, country: String
    ) -> RoutePlan {
        var plan = RoutePlan()
        plan.short = wants.map(\.units)
        for (row, demand) in demands.enumerated() {
            spread(demand, row: row, over: split, to: &plan)
        }
        if split.sites.count > 1 || demands.count < wants.count {
            plan.takes.sort { left, right in
                let (a, b) = (place(of: left.site, in: split.sites), place(of: right.site, in: split.sites))
                return a != b ? a < b : left.want < right.want
            }
        }
        plan.chosen = split.sites.filter { site in plan.takes.contains { $0.site == site } }
        plan.reasons = reasons(plan, order: order, wantCount: wants.count, route: route, country: country)
        return plan
    }

    private func place(of site: Int, in sites: [Int]) -> Int { sites.firstIndex(of: site) ?? Int.max }

    private func spread(_ demand: Demand, row: Int, over split: SiteChoice, to plan: inout RoutePlan) {
        let base = row * sites.count
        for site in split.sites where free[base + site] >= demand.units {
            for want in demand.wants {
                plan.takes.append(Take(site: site, want: want, units: plan.short[want]))
                plan.short[want] = 0
            }
            return
        }
        var givers = split.sites.filter { free[base + $0] > 0 }
        if !split.splitsDemands, let most = givers.max(by: { free[base + $0] < free[base + $1] }) {
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

    /// The route where it has a name, then one reason for each location, the preferred first, those that were not
    /// allowed last.
    private func reasons(
        _ plan: RoutePlan, order: [Int], wantCount: Int, route: CountryRoute?, country: String
    ) -> [Reason] {
        var reasons: [Reason] = []
        reasons.reserveCapacity(sites.count + 1)
        if let route, let name = route.name {
            reasons.append(
                Reason(
                    rule: "route.rule", subject: name, verdict: .passed,
                    because: "\(country) is served from \(route.locations.joined(separator: ", "))"))
        }
        let sort = route?.sort ?? routing.sort
        var text = TextLine()
        for site in order {
            let isChosen = plan.chosen.contains(site)
            addFar(site, to: &text)
            if !isChosen {
                addRefusal(site, plan, sort, to: &text)
            } else if plan.chosen.count == 1 && plan.isComplete {
                addWhole(wantCount, to: &text)
            } else {
                addShare(of: site, plan, wantCount: wantCount, to: &text)
            }
            reasons.append(
                Reason(
                    rule: Self.rule, subject: sites[site].code, verdict: isChosen ? .chosen : .refused,
                    because: text.take()))
        }
        guard order.count < sites.count else { return reasons }
        for (index, site) in sites.enumerated() where !order.contains(index) {
            let because = site.isExcluded ? "excluded by the policy" : "not a location for \(country)"
            reasons.append(Reason(rule: Self.rule, subject: site.code, verdict: .refused, because: because))
        }
        return reasons
    }

    private func addFar(_ site: Int, to text: inout TextLine) {
        guard metres[site] != Self.unknownMetres else { return text.word("no coordinates, ") }
        text.add((metres[site] + 500) / 1000)
        text.word(" km, ")
    }

    private func addWhole(_ wantCount: Int, to text: inout TextLine) {
        guard wantCount > 1 else { return text.word("in stock") }
        text.word("all ")
        text.add(Int64(wantCount))
        text.word(" lines in stock")
    }

    /// `only 3 of 5 KT-88 available and 1 more short`.
    private func addRefusal(_ site: Int, _ plan: RoutePlan, _ sort: RouteSort, to text: inout TextLine) {
        var lacking: Int64 = 0
        var first = -1
        for row in demands.indices where free[row * sites.count + site] < demands[row].units {
            lacking += 1
            if first < 0 { first = row }
        }
        guard first >= 0 else {
            text.word("all in stock")
            if plan.chosen.count == 1 {
                text.word(", but ")
                text.add(sites[plan.chosen[0]].code)
                let has = plan.chosen[0]
                switch sort {
                case .mostStock where preference[has] < preference[site]: text.word(" has more")
                case .listed where preference[has] < preference[site]: text.word(" is listed first")
                default: text.word(" comes first")
                }
            }
            return
        }
        let has = free[first * sites.count + site]
        if has == 0 {
            text.word("no ")
        } else {
            text.word("only ")
            text.add(has)
            text.word(" of ")
            text.add(demands[first].units)
            text.word(" ")
        }
        text.add(demands[first].sku)
        text.word(" available")
        if sites[site].safety > 0 {
            text.word(" above safety stock of ")
            text.add(sites[site].safety)
        }
        if lacking > 1 {
            text.word(" and ")
            text.add(lacking - 1)
            text.word(" more short")
        }
    }

    /// `ships 3 units, lines: 2 of 5`.
    private func addShare(of site: Int, _ plan: RoutePlan, wantCount: Int, to text: inout TextLine) {
        var count: Int64 = 0
        var units: Int64 = 0
        for take in plan.takes where take.site == site {
            count += 1
            units += take.units
        }
        text.word("ships ")
        text.add(units)
        text.word(units == 1 ? " unit, lines: " : " units, lines: ")
        text.add(count)
        text.word(" of ")
        text.add(Int64(wantCount))
        guard sites[site].safety > 0 else { return }
        text.word(", safety stock of ")
        text.add(sites[site].safety)
        text.word(" kept back")
    }
}
