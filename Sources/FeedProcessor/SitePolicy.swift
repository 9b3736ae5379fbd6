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
        policy.numbers.invoice = rules.invoicing.numberPrefix
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

    private var routingPolicy: RoutingPolicy {
        var routing = RoutingPolicy()
        routing.allowsSplit = rules.routing.split.isAllowed
        routing.allowsLineSplit = rules.routing.split.splitsLines
        routing.shipmentsMax = rules.routing.split.maxShipments
        for rule in rules.routing.order {
            let route = CountryRoute(
                locations: rule.locations, isRanked: (rule.sort ?? rules.routing.sort) == .listed)
            for country in rule.country where routing.countries[country] == nil {
                routing.countries[country] = route
            }
        }
        return routing
    }

    private var addressPolicy: AddressPolicy {
        var policy = AddressPolicy()
        for required in rules.validation.address {
            var country = policy.countries[required.name] ?? AddressPolicy.Country()
            country.required = required.value.compactMap { field in
                switch field {
                case .region: .region
                case .postalCode: .postalCode
                // Every address needs these; the rules ask for them in any country.
                case .name, .street, .city, .country, .phone: nil
                }
            }
            policy.countries[required.name] = country
        }
        for pattern in rules.validation.postalPatterns {
            policy.countries[pattern.name, default: AddressPolicy.Country()].postalPatterns = [pattern.value]
        }
        return policy
    }

    private func channelPolicy(_ channel: InboundChannel, of partner: Partner) -> ChannelPolicy {
        var policy = ChannelPolicy()
        if let currency = partner.defaultCurrency { policy.currency = currency }
        policy.totalToleranceMinor =
            rules.validation.totalTolerance.units(atScale: policy.currency.exponent) ?? 0
        policy.addressCheck = rules.holds.address ? .required : .ifGiven
        policy.contentChange = channel.dedupe.document.onSameKeyNewContent == .refuse ? .refuse : .hold
        let short = channel.correlate?.shortShip ?? .backorder
        policy.allowsBackorders =
            rules.routing.backorder.choice(for: channel.id) == .allowed && short != .cancel
        policy.allowsDropShip = rules.dropship.mode != .never
        policy.invoicesOnShipment =
            rules.invoicing.on == .shipment
            && (rules.invoicing.partners.isEmpty || rules.invoicing.partners.contains(partner.id))
        policy.termsNetDays = partner.termsDays
        if channel.options["stock_basis"] == "net_of_open_orders" { policy.stockBasis = .netOfOpenOrders }
        if let fall = channel.guardLimits?.maxFallToZero {
            policy.fallToZeroPercentMax = fall.multiplied(by: ScaledDecimal(100), scale: 0).map { Int($0) }
            policy.fallToZeroRowsMin = channel.guardLimits?.minRows ?? policy.fallToZeroRowsMin
        }
        return policy
    }
}
