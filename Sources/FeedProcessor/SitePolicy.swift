import Canonical
import OMSRules

extension SiteConfiguration {
    /// What the rules need to know of the configuration, as they want it.
    ///
    /// - Parameter offsetSeconds: how far the site's clock is ahead of UTC today.
    func rulesPolicy(offsetSeconds: Int) -> RulesPolicy {
        var policy = RulesPolicy()
        policy.zoneOffsetSeconds = offsetSeconds
        policy.routing = routingPolicy
        policy.addresses = addressPolicy
        policy.dropShip = dropShipPolicy
        policy.review.above = rules.holds.reviewAbove
        policy.review.countries = Set(rules.holds.countries)
        policy.numbers.invoice = rules.invoicing.numberPrefix
        policy.numbers.invoiceStart = Int64(rules.invoicing.numberStart)
        policy.numbers.invoiceWidth = rules.invoicing.numberWidth
        policy.trustsUnlistedLocations = true
        for partner in partners {
            for location in partner.allLocations {
                policy.locationPartners[location, default: []].append(partner.id)
                if let packing = partner.packing {
                    policy.packing[location] = PackingPolicy(
                        unitsPerCartonMax: Int64(packing.maxUnits ?? Int(Int32.max)),
                        companyPrefix: packing.companyPrefix, extensionDigit: Int(packing.`extension`) ?? 0)
                }
            }
            for channel in partner.inbound {
                policy.channels[channel.id] = channelPolicy(channel, of: partner)
            }
        }
        return policy
    }

    /// How many units a carton takes, by location; without an entry nothing is said about it.
    var unitsPerCarton: [String: Int64] {
        var units: [String: Int64] = [:]
        for partner in partners {
            guard let most = partner.packing?.maxUnits else { continue }
            for location in partner.allLocations { units[location] = Int64(most) }
        }
        return units
    }

    private var routingPolicy: RoutingPolicy {
        var routing = RoutingPolicy()
        routing.allowsSplit = rules.routing.split.isAllowed
        routing.allowsLineSplit = rules.routing.split.splitsLines
        routing.shipmentsMax = rules.routing.split.maxShipments
        routing.sort = RouteSort(rules.routing.sort)
        routing.safetyStock = Int64(rules.routing.safetyStock)
        for rule in rules.routing.order {
            let route = CountryRoute(
                locations: rule.locations, sort: RouteSort(rule.sort ?? rules.routing.sort), name: rule.id)
            for country in rule.country where routing.countries[country] == nil {
                routing.countries[country] = route
            }
            if rule.country.isEmpty {
                // It matches every country: what comes below it is never asked.
                routing.elsewhere = route
                break
            }
        }
        return routing
    }

    private var dropShipPolicy: DropShipPolicy {
        var policy = DropShipPolicy()
        policy.isAlways = rules.dropship.mode == .always
        policy.suppliers = Set(rules.dropship.suppliers)
        for supplier in rules.dropship.items {
            for sku in supplier.value { policy.supplierBySKU[sku] = supplier.name }
        }
        return policy
    }

    private var addressPolicy: AddressPolicy {
        var policy = AddressPolicy()
        if let fallback = rules.validation.address["default"] {
            let fields = fallback.map { AddressPolicy.Field($0) }
            policy.others.required = fields
            for country in policy.countries.keys.sorted() { policy.countries[country]?.required = fields }
        }
        for required in rules.validation.address where required.name != "default" {
            policy.countries[required.name, default: policy.others].required = required.value.map {
                AddressPolicy.Field($0)
            }
        }
        for pattern in rules.validation.postalPatterns {
            policy.countries[pattern.name, default: policy.others].postalPatterns = pattern.value
        }
        return policy
    }

    private func channelPolicy(_ channel: InboundChannel, of partner: Partner) -> ChannelPolicy {
        var policy = ChannelPolicy()
        if let currency = partner.defaultCurrency { policy.currency = currency }
        policy.totalToleranceMinor =
            rules.validation.totalTolerance.units(atScale: policy.currency.exponent) ?? 0
        policy.holdsTotals = rules.holds.totals
        if rules.holds.price {
            policy.priceToleranceMillionths = rules.validation.priceTolerance?.units(atScale: 6)
        }
        policy.addressCheck = rules.holds.address ? .required : .ifGiven
        policy.contentChange = channel.dedupe.document.onSameKeyNewContent == .refuse ? .refuse : .hold
        let short = channel.correlate?.shortShip ?? .backorder
        policy.allowsBackorders =
            rules.routing.backorder.choice(for: channel.id, of: partner.id) == .allowed && short != .cancel
        policy.holdsOverShipped = channel.correlate?.overShip == .hold
        policy.allowsDropShip = rules.dropship.mode != .never
        policy.invoicesOnShipment =
            rules.invoicing.on == .shipment
            && (rules.invoicing.partners.isEmpty || rules.invoicing.partners.contains(partner.id))
        policy.termsNetDays = partner.termsDays
        if channel.options["stock_basis"] == "net_of_open_orders" { policy.stockBasis = .netOfOpenOrders }
        if let fall = channel.guardLimits?.maxFallToZero {
            policy.fallToZeroPercentMax = fall.multiplied(by: ScaledDecimal(100), scale: 0).map { Int($0) }
            policy.fallToZeroRowsMin = channel.guardLimits?.minRows ?? policy.fallToZeroRowsMin
            switch channel.guardLimits?.action {
            case .warn: policy.guardAction = .warn
            case .reject: policy.guardAction = .refuse
            case .hold, nil: policy.guardAction = .hold
            }
        }
        return policy
    }
}

extension RouteSort {
    fileprivate init(_ sort: RoutingRules.Sort) {
        switch sort {
        case .nearest: self = .nearest
        case .listed: self = .listed
        case .mostStock: self = .mostStock
        }
    }
}

extension AddressPolicy.Field {
    fileprivate init(_ field: AddressField) {
        switch field {
        case .name: self = .name
        case .street: self = .street
        case .city: self = .city
        case .region: self = .region
        case .postalCode: self = .postalCode
        case .country: self = .country
        case .phone: self = .phone
        }
    }
}
