import Canonical

/// A line that wants units of an article from somewhere.
struct Want {
    var line: LineID
    var item: ItemID
    var sku: String
    var units: Int64
}

/// Units of one line that one location gives.
struct Take {
    /// Index into `Router.sites`.
    var site: Int
    /// Index into the wants.
    var want: Int
    var units: Int64
}

/// Where an order is to come from, with a reason for every location.
struct RoutePlan {
    /// Sorted by the order of preference of the sites, then by line.
    var takes: [Take] = []
    /// Units that no chosen location gives, by want.
    var short: [Int64] = []
    var reasons: [Reason] = []
    /// The chosen sites, the preferred first.
    var chosen: [Int] = []
    var isComplete: Bool { !short.contains { $0 > 0 } }
}

/// Finds the locations that an order ships from: nearest with everything, else the fewest that have it together.
///
/// - Shape: made once for a batch. Wants of one article are one demand; as long as lines stay whole, all of them come
///   from one location.
struct Router {
    struct Site {
        let id: LocationID
        let code: String
        let point: GeoPoint?
        let safety: Int64
        let priority: Int64
        let isExcluded: Bool
    }

    /// What the lines together want of one article.
    struct Demand {
        var item: ItemID
        var sku: String
        var units: Int64
        /// Indexes of the wants, ascending.
        var wants: [Int]
    }

    let sites: [Site]
    /// Columns by the location's number, and the same for a walk in the order of the numbers.
    private let siteIndexes: [LocationID: Int]
    private let sitesByNumber: [(id: LocationID, site: Int)]
    let routing: RoutingPolicy

    /// Reused from order to order.
    var demands: [Demand] = []
    /// Units that may be taken, demand by demand, site by site.
    var free: [Int64] = []
    var metres: [Int64] = []
    /// What goes before the distance, site by site, lower first: the place in a list, or units less than none.
    var preference: [Int64] = []

    /// A distance that is not known: after all that are.
    static let unknownMetres = Int64.max

    init(_ locations: [LocationRow], context: RuleContext) {
        let sorted = locations.filter(\.isActive).sorted { $0.code < $1.code }
        routing = context.policy.routing
        let excluded = routing.excluded
        let centroids = context.centroids
        sites = sorted.map { row in
            let given: GeoPoint? =
                if let latitude = row.latitude, let longitude = row.longitude {
                    GeoPoint(latitude: latitude, longitude: longitude)
                } else {
                    centroids.point(country: row.country, postalCode: row.postalCode)
                }
            return Site(
                id: row.id, code: row.code, point: given, safety: context.policy.routing.keptBack(at: row),
                priority: row.priority,
                isExcluded: excluded.contains(row.code))
        }
        var indexes: [LocationID: Int] = [:]
        for (index, site) in sites.enumerated() { indexes[site.id] = index }
        siteIndexes = indexes
        sitesByNumber = sites.enumerated().map { ($1.id, $0) }.sorted { $0.id < $1.id }
    }

    /// Plans one order; nothing is taken yet.
    ///
    /// - Parameter wants: lines with units above zero.
    /// - Parameter backorder: the wants are back-orders: less than all of a demand is welcome where the policy says so.
    mutating func plan(
        _ wants: [Want], destination: GeoPoint?, country: String, isBackorder: Bool = false, facts: OrderFacts
    ) -> RoutePlan {
        gather(wants)
        measure(from: destination)
        fill(facts.positions)
        let route = routing.route(for: country)
        prefer(route)
        let order = ranked(route)
        let split = chooseSet(order, isBackorder: isBackorder)
        return makePlan(wants, order: order, split: split, route: route, country: country)
    }

    /// Whether one allowed location has that many of an article to give, safety stock left alone.
    func hasEnough(_ units: Int64, of item: ItemID, country: String, facts: OrderFacts) -> Bool {
        let route = routing.route(for: country)
        for position in facts.positions[item] ?? [] {
            guard let index = siteIndexes[position.location], isAllowed(sites[index], route) else { continue }
            if position.available - sites[index].safety >= units { return true }
        }
        return false
    }

    func isAllowed(_ site: Site, _ route: CountryRoute?) -> Bool {
        !site.isExcluded && (route.map { $0.locations.contains(site.code) } ?? true)
    }

    // MARK: Preparing

    private mutating func gather(_ wants: [Want]) {
        demands.removeAll(keepingCapacity: true)
        var indexes: [ItemID: Int] = [:]
        let isLong = wants.count > 16
        for (index, want) in wants.enumerated() {
            let known =
                isLong ? indexes[want.item] : demands.firstIndex { $0.item == want.item }
            if let known {
                demands[known].units += want.units
                demands[known].wants.append(index)
            } else {
                if isLong { indexes[want.item] = demands.count }
                demands.append(Demand(item: want.item, sku: want.sku, units: want.units, wants: [index]))
            }
        }
    }

    private mutating func measure(from destination: GeoPoint?) {
        metres.removeAll(keepingCapacity: true)
        for site in sites {
            if let destination, let point = site.point {
                metres.append(destination.metres(to: point))
            } else {
                metres.append(Self.unknownMetres)
            }
        }
    }

    private mutating func fill(_ positions: [ItemID: [StockPosition]]) {
        free.removeAll(keepingCapacity: true)
        free.append(contentsOf: repeatElement(0, count: demands.count * sites.count))
        for (row, demand) in demands.enumerated() {
            guard let index = positions.index(forKey: demand.item) else { continue }
            var next = 0
            for position in positions.values[index] {
                // Positions come in the order of their locations' numbers: the next site is nearly always the one.
                if next > 0, position.location <= sitesByNumber[next - 1].id { next = 0 }
                while next < sitesByNumber.count, sitesByNumber[next].id < position.location { next += 1 }
                guard next < sitesByNumber.count, sitesByNumber[next].id == position.location else {
                    continue
                }
                let column = sitesByNumber[next].site
                free[row * sites.count + column] = max(0, position.available - sites[column].safety)
            }
        }
    }

    private mutating func prefer(_ route: CountryRoute?) {
        preference.removeAll(keepingCapacity: true)
        switch route?.sort ?? routing.sort {
        case .nearest: preference.append(contentsOf: repeatElement(0, count: sites.count))
        case .listed:
            for site in sites {
                preference.append(Int64(route?.locations.firstIndex(of: site.code) ?? 0))
            }
        case .mostStock:
            for site in sites.indices {
                var units: Int64 = 0
                for row in demands.indices { units += free[row * sites.count + site] }
                preference.append(-units)
            }
        }
    }

    /// Allowed sites, the preferred first: by what the route sorts by, distance, priority, code.
    private func ranked(_ route: CountryRoute?) -> [Int] {
        var order: [Int] = []
        order.reserveCapacity(sites.count)
        for (index, site) in sites.enumerated() where isAllowed(site, route) { order.append(index) }
        // Locals, so that the closure does not carry the router.
        let (preference, metres, sites) = (preference, metres, sites)
        order.sort { left, right in
            if preference[left] != preference[right] { return preference[left] < preference[right] }
            if metres[left] != metres[right] { return metres[left] < metres[right] }
            if sites[left].priority != sites[right].priority {
                return sites[left].priority < sites[right].priority
            }
            // Sites are sorted by code.
            return left < right
        }
        return order
    }
}
