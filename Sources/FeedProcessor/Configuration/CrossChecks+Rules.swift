import Diagnostics

/// What is declared and would do nothing, or something else than it says.
extension CrossChecks {
    mutating func checkWhatIsObeyed() {
        checkReach(site.rules.routing.order)
        checkDropshipOwners()
        for policy in site.policies { check(policy) }
        for partner in site.partners { for channel in partner.outbound { checkOutboundOnly(channel) } }
    }

    /// A routing rule whose countries are all served by rules above it is never asked.
    private mutating func checkReach(_ rules: [RoutingRule]) {
        var served: Set<String> = []
        var catchAll: RoutingRule?
        for rule in rules {
            let isServed = !rule.country.isEmpty && rule.country.allSatisfy { served.contains($0) }
            if let above = catchAll {
                warnUnreachable(rule, "'\(above.id ?? above.place.path)' takes every country")
            } else if isServed {
                warnUnreachable(rule, "rules above it take \(rule.country.joined(separator: ", "))")
            }
            served.formUnion(rule.country)
            if rule.country.isEmpty, catchAll == nil { catchAll = rule }
        }
    }

    private mutating func warnUnreachable(_ rule: RoutingRule, _ because: String) {
        warn(
            "CONFIG.RULE.UNREACHABLE", at: rule.place.path,
            "routing rule '\(rule.id ?? rule.place.path)' is never asked: \(because)",
            expected: "a rule without `country` last", remedy: "move it up, or remove it")
    }

    /// An article has one supplier.
    private mutating func checkDropshipOwners() {
        var owners: [String: String] = [:]
        for supplier in site.rules.dropship.items {
            for sku in supplier.value {
                if let other = owners[sku], other != supplier.name {
                    refuse(
                        "CONFIG.CONFLICT", at: "rules.dropship.items.\(supplier.name)",
                        "'\(sku)' is sent by '\(other)' and by '\(supplier.name)'", found: sku,
                        expected: "each SKU under one supplier", remedy: "remove it from one of the two")
                }
                owners[sku] = supplier.name
            }
        }
    }

    /// Classes of errors are handled in one way; a policy that says so is right, another is not obeyed yet.
    private mutating func check(_ policy: ErrorPolicy) {
        let standard = ErrorPolicy()
        for errorClass in ErrorPolicy.ErrorClass.allCases {
            guard let wanted = policy[errorClass], let done = standard[errorClass] else { continue }
            let answer = wanted.acknowledgment == ClassPolicy.Answer.none ? nil : wanted.acknowledgment
            var isSame =
                wanted.scope == done.scope && wanted.action == done.action
                && (answer ?? done.acknowledgment) == done.acknowledgment
            // Of a table the rows are what a transaction set is elsewhere.
            if errorClass == .syntax, wanted.scope == .row, wanted.action == .reject { isSame = true }
            guard !isSame else { continue }
            let answers = errorClass == .duplicate ? ", and nothing is answered again" : ""
            let does = "\(done.action.rawValue), by \(done.scope.rawValue)\(answers)"
            warn(
                "CONFIG.KEY.NOT_YET", at: "policies.\(policy.id).\(errorClass.rawValue)",
                "'\(errorClass.rawValue)' is a class whose handling is not obeyed yet: it is \(does)",
                expected: "{ scope: \(done.scope.rawValue), action: \(done.action.rawValue) }",
                remedy: "write it so, or remove the line")
        }
    }

    /// Keys that both directions have and only the other one obeys.
    private mutating func checkOutboundOnly(_ channel: OutboundChannel) {
        let path = channel.place.path
        if channel.guardLimits?.maxFallToZero != nil {
            warn(
                "CONFIG.KEY.NOT_YET", at: path + ".guard.max_fall_to_zero",
                "'max_fall_to_zero' is a key that is not obeyed yet in feeds: only `min_rows` holds one",
                expected: "guard: { min_rows: … }", remedy: "remove the key")
        }
        let filter = channel.trigger.filter
        let isFiltered = filter.warehouseOf != nil || filter.supplier != nil || !filter.location.isEmpty
        if isFiltered, channel.trigger.event == .orderAcknowledged {
            warn(
                "CONFIG.KEY.NOT_YET", at: path + ".trigger.where",
                "'where' is a key that is not obeyed yet with order.acknowledged: papers of all orders are written",
                expected: "no 'where'", remedy: "remove the key")
        }
    }

    private mutating func warn(
        _ code: DiagnosticCode, at path: String, _ message: String, expected: String, remedy: String
    ) {
        refuse(code, .warning, at: path, message, expected: expected, remedy: remedy)
    }
}
