/// Which sites give, and how.
struct SiteChoice {
    /// Sites, the preferred first.
    var sites: [Int]
    /// Whether a demand may be served by several of them.
    var splitsDemands: Bool
    /// Whether less than all of a demand is taken where there is no more.
    var takesPart = false
}

extension Router {
    /// The sites that an order ships from.
    ///
    /// - Shape: the first in order that has everything; else the smallest set that has every demand whole; else, where
    ///   allowed, the smallest that has everything together; else the one that has most, unless orders may not be split.
    ///   Sets of one size are compared by what the route sorts by, then by the sum of their distances, then by the codes
    ///   of their sites.
    /// - Limit: sets are searched among the first `RuleLimits.splitCandidatesMax` sites that have anything.
    func chooseSet(_ order: [Int], isBackorder: Bool) -> SiteChoice {
        for site in order where covers([site]) { return SiteChoice(sites: [site], splitsDemands: false) }
        // One place with everything, or the order waits whole: a part now would make the rest a second place's.
        guard routing.allowsSplit else { return SiteChoice(sites: [], splitsDemands: false) }
        let useful = Array(order.filter { hasAnything($0) }.prefix(RuleLimits.splitCandidatesMax))
        let largest = min(routing.shipmentsMax, RuleLimits.shipmentsMax, useful.count)
        guard largest > 0 else { return SiteChoice(sites: [], splitsDemands: false) }
        if largest >= 2 {
            for isTogether in routing.allowsLineSplit ? [false, true] : [false] {
                for size in 2...largest {
                    var best: [Int]?
                    forEachSet(of: size, among: useful) { set in
                        guard isTogether ? coversTogether(set) : covers(set) else { return }
                        if best.map({ isBefore(set, $0) }) ?? true { best = set }
                    }
                    if let best { return SiteChoice(sites: best, splitsDemands: isTogether) }
                }
            }
        }
        return mostOf(useful, largest: largest, isBackorder: isBackorder)
    }

    /// The set that gives most units, then the smallest, nearest and first by code.
    private func mostOf(_ useful: [Int], largest: Int, isBackorder: Bool) -> SiteChoice {
        let isPartial = !isBackorder || routing.fillsBackordersPartly
        let splits = routing.allowsLineSplit && isPartial
        var best: [Int] = []
        var most: Int64 = 0
        for size in 1...largest {
            forEachSet(of: size, among: useful) { set in
                let units = given(by: set, splits: splits, isPartial: isPartial)
                if units > most
                    || (units == most && units > 0 && set.count == best.count && isBefore(set, best))
                {
                    best = set
                    most = units
                }
            }
        }
        return SiteChoice(sites: best, splitsDemands: splits, takesPart: isPartial)
    }

    private func hasAnything(_ site: Int) -> Bool {
        demands.indices.contains { free[$0 * sites.count + site] > 0 }
    }

    /// Whether each demand finds one site of the set that has all of it.
    private func covers(_ set: [Int]) -> Bool {
        for (row, demand) in demands.enumerated()
        where !set.contains(where: { free[row * sites.count + $0] >= demand.units }) { return false }
        return true
    }

    private func coversTogether(_ set: [Int]) -> Bool {
        for (row, demand) in demands.enumerated() {
            var rest = demand.units
            for site in set { rest -= min(rest, free[row * sites.count + site]) }
            if rest > 0 { return false }
        }
        return true
    }

    /// How many units the set gives when less than everything is welcome.
    private func given(by set: [Int], splits: Bool, isPartial: Bool) -> Int64 {
        var sum: Int64 = 0
        for (row, demand) in demands.enumerated() {
            if splits {
                var rest = demand.units
                for site in set { rest -= min(rest, free[row * sites.count + site]) }
                sum += demand.units - rest
            } else {
                let most = set.map { min(demand.units, free[row * sites.count + $0]) }.max() ?? 0
                sum += isPartial || most == demand.units ? most : 0
            }
        }
        return sum
    }

    /// Of two sets of one size, whether the first is preferred, then nearer, then first by code.
    private func isBefore(_ left: [Int], _ right: [Int]) -> Bool {
        let (wanted, other) = (preference(of: left), preference(of: right))
        if wanted != other { return wanted < other }
        let (a, b) = (distance(left), distance(right))
        if a != b { return a < b }
        // Sites are numbered in the order of their codes.
        return left.sorted().lexicographicallyPrecedes(right.sorted())
    }

    private func preference(of set: [Int]) -> Int64 {
        var sum: Int64 = 0
        for site in set { sum += preference[site] }
        return sum
    }

    private func distance(_ set: [Int]) -> Int64 {
        var sum: Int64 = 0
        for site in set {
            let (value, over) = sum.addingReportingOverflow(metres[site])
            sum = over ? Self.unknownMetres : value
        }
        return sum
    }

    /// All sets of a size, elements in the order of `candidates`.
    private func forEachSet(of size: Int, among candidates: [Int], _ body: ([Int]) -> Void) {
        guard size <= candidates.count else { return }
        var picks = Array(0..<size)
        while true {
            body(picks.map { candidates[$0] })
            var place = size - 1
            while place >= 0, picks[place] == candidates.count - size + place { place -= 1 }
            if place < 0 { return }
            picks[place] += 1
            for next in (place + 1)..<max(size, place + 1) { picks[next] = picks[next - 1] + 1 }
        }
    }
}
