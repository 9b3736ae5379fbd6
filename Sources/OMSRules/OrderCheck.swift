import Canonical
import Diagnostics

/// A line as the books will hold it.
struct CheckedLine {
    /// 1-based position in the document.
    var ordinal: Int
    var lineNumber: String
    var item: KnownItem?
    var sku: String
    /// Stock units; provisional while the item is unknown.
    var units: Int64
    /// A stock unit.
    var unitPrice: ScaledDecimal
    /// Quantity times price, before discounts.
    var amountMinor: Int64
    var discountMinor: Int64
}

/// A reason to wait.
struct CheckedHold {
    var code: DiagnosticCode
    var reason: String
    /// 1-based position of the line; nil for the order.
    var ordinal: Int?
}

/// Looks at one order against the facts: what is refused, what must wait, and what it comes to. Routing is not its
/// business. A hold is a finding, too.
struct OrderCheck {
    let header: Record
    let lineRecords: [Record]
    let channel: String
    let policy: ChannelPolicy
    let context: RuleContext

    var lines: [CheckedLine] = []
    var holds: [CheckedHold] = []
    var findings: [Diagnostic] = []
    var reasons: [Reason] = []
    /// Whether no order comes of it.
    var isRefused = false
    var currency: CurrencyCode
    var goodsMinor: Int64 = 0
    var totalMinor: Int64 = 0
    /// Goods and discounts of lines that were refused: the document adds up with them, the order without.
    var refusedGoods: Int64 = 0
    var refusedDiscounts: Int64 = 0
    /// Lines whose price was held against our list.
    var comparedPrices = 0

    /// The holds that this type raises and may therefore end; others are somebody else's.
    static let ownCodes: Set<DiagnosticCode> = [
        "OMS.SKU.UNKNOWN", "OMS.SKU.AMBIGUOUS", "OMS.ITEM.BLOCKED", "OMS.UNIT.UNKNOWN", "OMS.PRICE.MISSING",
        "OMS.PRICE.DIFFERS", "OMS.PRICE.NEGATIVE", "OMS.TOTAL.MISMATCH", "OMS.AMOUNT.PRECISION",
        "OMS.CURRENCY.UNKNOWN", "OMS.CURRENCY.MIXED", "OMS.ADDRESS.INCOMPLETE", "OMS.ADDRESS.POSTAL",
        "OMS.ORDER.EXPIRED", "OMS.STOCK.NONE", "OMS.DROPSHIP.INCOMPLETE", "OMS.ORDER.REVIEW",
        "OMS.ADDRESS.COUNTRY",
    ]

    init(_ document: CanonicalDocument, channel: String, context: RuleContext) {
        header = document.header
        lineRecords = document.header[group: OrderGroup.lines]
        self.channel = channel
        self.context = context
        policy = context.policy.channel(channel)
        currency = policy.currency
    }

    /// Runs every check in its fixed order; a refused document is not looked at further.
    mutating func run(_ facts: OrderFacts, checksPayment: Bool) {
        checkCurrency()
        checkLines(facts)
        if isRefused { return }
        passPrices()
        checkTotals()
        if isRefused { return }
        checkReview()
        checkAddress()
        checkDates()
        if checksPayment { checkPayment() }
    }

    // MARK: Noting

    mutating func hold(
        _ code: DiagnosticCode, rule: String, subject: String, ordinal: Int? = nil, at source: SourceRange,
        _ message: String, found: String? = nil, expected: String? = nil, remedy: String
    ) {
        holds.append(CheckedHold(code: code, reason: message, ordinal: ordinal))
        reasons.append(Reason(rule: rule, subject: subject, verdict: .failed, because: message))
        findings.append(
            Diagnostic(
                code, at: source.location, message, found: found.map { String($0.prefix(40)) },
                expected: expected, remedy: remedy))
    }

    mutating func refuse(
        _ code: DiagnosticCode, at source: SourceRange, _ message: String, found: String? = nil,
        expected: String? = nil, remedy: String
    ) {
        isRefused = true
        findings.append(
            Diagnostic(
                code, at: source.location, message, found: found.map { String($0.prefix(40)) },
                expected: expected, remedy: remedy))
    }

    mutating func pass(_ rule: String, _ because: String) {
        reasons.append(Reason(rule: rule, subject: "order", verdict: .passed, because: because))
    }

    private mutating func checkCurrency() {
        var stated = header.stated(OrderField.currency)
        var source = header.source(OrderField.currency)
        for line in lineRecords {
            guard let code = line.stated(OrderLineField.currency) else { continue }
            if stated == nil {
                stated = code
                source = line.source(OrderLineField.currency)
            }
            guard code != stated else { continue }
            hold(
                "OMS.CURRENCY.MIXED", rule: "validate.currency", subject: "order",
                at: line.source(OrderLineField.currency), "order has two currencies", found: code,
                expected: "one currency, like \(stated ?? "USD")",
                remedy: "ask the partner to send one order for each currency")
            break
        }
        guard let stated else { return }
        if let known = CurrencyCode(stated) {
            currency = known
        } else {
            hold(
                "OMS.CURRENCY.UNKNOWN", rule: "validate.currency", subject: "order", at: source,
                "currency is not known", found: stated, expected: "a code of ISO 4217, like USD",
                remedy: "add the partner's word to the currency codes of its map")
        }
    }

    // MARK: Review, dates and payment

    /// Orders that somebody wants to see, whatever else is right with them.
    private mutating func checkReview() {
        let review = context.policy.review
        if let limit = review.above, let minor = limit.units(atScale: currency.exponent), totalMinor > minor {
            let total = ScaledDecimal(units: totalMinor, scale: UInt8(currency.exponent))
            hold(
                "OMS.ORDER.REVIEW", rule: "validate.review", subject: "order",
                at: header.source(OrderField.number), "total \(total) \(currency) is above \(limit)",
                found: total.description, expected: "\(limit) or less, as `holds.review_above` says",
                remedy: "look at the order, then release it")
        }
        guard !review.countries.isEmpty else { return }
        let country = Self.country(of: header, policy: context.policy)
        guard review.countries.contains(country) else { return }
        hold(
            "OMS.ADDRESS.COUNTRY", rule: "validate.review", subject: "order",
            at: header.source(OrderField.shipToCountry), "orders to \(country) wait for a person",
            found: country, expected: "a country that `holds.countries` does not name",
            remedy: "look whether the goods may go there, then release or cancel the order")
    }

    private mutating func checkDates() {
        guard policy.checksCancelAfter, let last = header.date(OrderField.cancelAfter), last < context.today
        else { return }
        hold(
            "OMS.ORDER.EXPIRED", rule: "validate.dates", subject: "order",
            at: header.source(OrderField.cancelAfter), "cancel-after day \(last) is past",
            found: last.description, expected: "\(context.today) or later",
            remedy: "ask the partner whether it still wants the goods, then release or cancel the order")
    }

    private mutating func checkPayment() {
        guard policy.waitsForPayment, let status = header.stated(OrderField.financialStatus),
            Self.unpaid.contains(status.lowercased())
        else { return }
        hold(
            OrderCheck.paymentPending, rule: "validate.payment", subject: "order",
            at: header.source(OrderField.financialStatus), "payment is '\(status)'", found: status,
            expected: "paid or authorized",
            remedy: "wait for the shop to report the payment, or release the order")
    }

    static let paymentPending: DiagnosticCode = "OMS.PAYMENT.PENDING"
    static let cancellationPending: DiagnosticCode = "OMS.ORDER.CANCEL_ASKED"
    private static let unpaid: Set<String> = [
        "pending", "unpaid", "partially_paid", "partiallypaid", "expired",
    ]
    private static let voided: Set<String> = ["refunded", "voided", "cancelled", "canceled"]

    /// Whether the shop says that the money is there.
    static func isPaid(_ header: Record) -> Bool {
        header.stated(OrderField.financialStatus).map { ["paid", "authorized"].contains($0.lowercased()) }
            ?? false
    }

    /// Why there is nothing to ship of a new order; nil when there is.
    static func closed(_ header: Record) -> (because: String, source: SourceRange)? {
        if let status = header.stated(OrderField.financialStatus), voided.contains(status.lowercased()) {
            return ("payment is '\(status)'", header.source(OrderField.financialStatus))
        }
        if header.instant(OrderField.cancelledAt) != nil {
            return ("order was cancelled at the shop", header.source(OrderField.cancelledAt))
        }
        if let status = header.stated(OrderField.fulfilmentStatus), isFulfilled(status) {
            return ("order is '\(status)' at the shop", header.source(OrderField.fulfilmentStatus))
        }
        return nil
    }

    static func isFulfilled(_ status: String) -> Bool {
        switch status.lowercased() {
        case "fulfilled", "shipped", "restocked": true
        default: false
        }
    }
}
