import Canonical
import Ledger

/// Turns business events into intents: which outbound channels have to write something, and when at the earliest.
struct IntentPlanner {
    /// An outbound channel that an event can trigger.
    struct Subscription: Sendable {
        var channel: String
        var partner: String
        var events: Set<Canonical.BusinessEvent.Kind>
        /// Only for goods that leave from one of these locations; nil for all.
        var locations: Set<String>?
        var supplier: String?
        /// Whether papers about shipments, too, are only written for those locations.
        var isForLocations = false
        /// When a document about something that happens now is due.
        var dueAt: @Sendable (Instant) -> Instant
    }

    let subscriptions: [Subscription]

    func intents(for events: [Canonical.BusinessEvent], at now: Instant) -> [IntentRow] {
        var rows: [IntentRow] = []
        for event in events {
            for subscription in subscriptions where concerns(event, subscription) {
                rows.append(
                    IntentRow(
                        channel: subscription.channel, kind: event.kind.rawValue, subject: event.subject,
                        dueAt: subscription.dueAt(now)))
            }
        }
        return rows
    }

    /// Papers about an order go to the partner who placed it; papers about goods to whoever handles them.
    private func concerns(_ event: Canonical.BusinessEvent, _ subscription: Subscription) -> Bool {
        guard subscription.events.contains(event.kind) else { return false }
        switch event.kind {
        case .orderAcknowledged: return event.orderPartner == subscription.partner
        case .shipmentConfirmed, .invoicePosted:
            guard event.orderPartner == subscription.partner else { return false }
            if let supplier = subscription.supplier, event.supplier != supplier { return false }
            guard subscription.isForLocations, let locations = subscription.locations else { return true }
            return event.location.map { locations.contains($0) } ?? false
        case .purchaseOrderApproved:
            return event.supplier == (subscription.supplier ?? subscription.partner)
        case .fulfilmentReleased:
            guard let locations = subscription.locations else { return false }
            return event.location.map { locations.contains($0) } ?? false
        }
    }
}
