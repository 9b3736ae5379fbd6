public import Diagnostics

/// Where an order is in its life; what it waits for are holds, and where its units are the buckets say.
public enum OrderLifecycle: String, Sendable, CaseIterable {
    case accepted, inProgress, complete, cancelled
}

/// An order in the books. Holds and buckets are rows of their own.
public struct OrderRow: Sendable, Hashable {
    /// Its number in the books.
    public var id: OrderID
    /// The inbound channel it came through.
    public var channel: String
    /// The partner it belongs to; `(partner, number)` is unique.
    public var partner: String
    /// The partner's order number, as written.
    public var number: String
    /// SHA-256 of the canonical content without envelope facts: tells a repeat from a change.
    public var contentDigest: [UInt8]
    /// Of all amounts of the order and its lines.
    public var currency: CurrencyCode
    /// Sum of the lines' amounts, minor units.
    public var goodsMinor: Int64
    /// What we compute the customer owes, minor units.
    public var totalMinor: Int64
    /// The partner's order date, or the day of its moment in the site's zone; nil where it gives neither.
    public var orderedOn: CalendarDate?
    /// When the partner wants it to leave; nil where it does not say.
    public var requestedShipOn: CalendarDate?
    /// The last day on which it may leave; nil where there is none.
    public var cancelAfter: CalendarDate?
    /// Where it is in its life when the row is written; later changes are `BookChanges.lifecycles`.
    public var lifecycle: OrderLifecycle
    /// The drop and the bytes it was read from.
    public var drop: DropID
    /// The stretch of that drop: what `explain` shows and `replay` reads again.
    public var span: SourceRange
    /// The canonical order with its lineage (`CanonicalCodec`); holds personal data.
    public var document: [UInt8]

    /// Holds what each property says.
    public init(
        id: OrderID, channel: String, partner: String, number: String, contentDigest: [UInt8],
        currency: CurrencyCode, goodsMinor: Int64, totalMinor: Int64, orderedOn: CalendarDate?,
        requestedShipOn: CalendarDate?, cancelAfter: CalendarDate?, lifecycle: OrderLifecycle, drop: DropID,
        span: SourceRange, document: [UInt8]
    ) {
        self.id = id
        self.channel = channel
        self.partner = partner
        self.number = number
        self.contentDigest = contentDigest
        self.currency = currency
        self.goodsMinor = goodsMinor
        self.totalMinor = totalMinor
        self.orderedOn = orderedOn
        self.requestedShipOn = requestedShipOn
        self.cancelAfter = cancelAfter
        self.lifecycle = lifecycle
        self.drop = drop
        self.span = span
        self.document = document
    }
}

/// A line of an order. New lines start with everything in `open`; movements do the rest.
public struct OrderLineRow: Sendable, Hashable {
    /// Its number in the books.
    public var id: LineID
    /// The order that it belongs to.
    public var order: OrderID
    /// 1-based position in the canonical document's `lines`.
    public var ordinal: Int
    /// The partner's line number, as given.
    public var lineNumber: String
    /// Nil while the item is unknown (the order is then on hold).
    public var item: ItemID?
    /// The SKU as resolved, or the identifier as given while unknown.
    public var sku: String
    /// Whole stock units.
    public var ordered: Int64
    /// For one stock unit, in the order's currency; rounded to six digits where the order is priced
    /// otherwise.
    public var unitPrice: ScaledDecimal
    /// What the line costs before its discount, minor units: computed from the price as given, rounded once.
    public var amountMinor: Int64

    /// Holds what each property says.
    public init(
        id: LineID, order: OrderID, ordinal: Int, lineNumber: String, item: ItemID?, sku: String,
        ordered: Int64,
        unitPrice: ScaledDecimal, amountMinor: Int64
    ) {
        self.id = id
        self.order = order
        self.ordinal = ordinal
        self.lineNumber = lineNumber
        self.item = item
        self.sku = sku
        self.ordered = ordered
        self.unitPrice = unitPrice
        self.amountMinor = amountMinor
    }
}

/// Why an order waits. Many at once are normal; an order proceeds when none is open.
public struct HoldRow: Sendable, Hashable {
    /// The order that waits.
    public var order: OrderID
    /// The line that it is about; nil for the order as a whole.
    public var line: LineID?
    /// What it waits for: `OMS.SKU.UNKNOWN`.
    public var code: DiagnosticCode
    /// The sentence for a person, with what was found and expected.
    public var reason: String

    /// About the order as a whole unless a line is said.
    public init(order: OrderID, line: LineID? = nil, code: DiagnosticCode, reason: String) {
        self.order = order
        self.line = line
        self.code = code
        self.reason = reason
    }
}

/// The answer of one rule about one candidate, as `explain` prints it.
public struct Reason: Sendable, Hashable {
    /// What a rule said; the word is what `explain` prints.
    public enum Verdict: String, Sendable, CaseIterable {
        case passed, failed, chosen, refused, kept, noted
    }

    /// The rule: `validate.totals`, `route.nearest-stocked`.
    public var rule: String
    /// What was looked at: a location's code, a line, the order.
    public var subject: String
    /// What the rule said to it.
    public var verdict: Verdict
    /// Why, with the figures: `212 km, only 3 of 5 units available`.
    public var because: String

    /// Holds what each property says.
    public init(rule: String, subject: String, verdict: Verdict, because: String) {
        self.rule = rule
        self.subject = subject
        self.verdict = verdict
        self.because = because
    }
}

/// One decision about one order with every reason, stored when it was made.
public struct DecisionRow: Sendable, Hashable {
    /// The order that was decided about.
    public var order: OrderID
    /// What was decided: `intake`, `release-backorder`, `shipment`, `replay`.
    public var occasion: String
    /// One sentence: `routed to reno`, `held: OMS.SKU.UNKNOWN`.
    public var outcome: String
    /// Every reason, in the order of looking.
    public var reasons: [Reason]

    /// Holds what each property says.
    public init(order: OrderID, occasion: String, outcome: String, reasons: [Reason]) {
        self.order = order
        self.occasion = occasion
        self.outcome = outcome
        self.reasons = reasons
    }
}
