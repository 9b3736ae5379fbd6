public import Canonical

/// How much of our stock a sales channel is told of.
public struct FeedPolicy: Sendable {
    /// Codes of the locations that count, in any order; nil: all active ones.
    public var locations: [String]?
    /// The channel's share of what is available, in hundredths of a percent.
    public var shareBasisPoints: Int64 = 10_000
    /// Units of every article that each location keeps back; its own safety stock counts where it is higher.
    public var safetyStock: Int64 = 0
    /// Units kept back of every article.
    public var buffer: Int64 = 0
    /// Never more than this is told.
    public var cap: Int64?
    /// Less than this is told as nothing.
    public var publishMin: Int64 = 0

    /// All locations, everything, without a buffer.
    public init() {}
}

/// What a channel is told of one article.
public struct FeedLine: Sendable, Hashable {
    /// The article.
    public var item: ItemID
    /// Stock units, zero or more.
    public var quantity: Int64
    /// How it comes about: `available 17, share 100 %, buffer 2`.
    public var because: String

    /// One line.
    public init(item: ItemID, quantity: Int64, because: String) {
        self.item = item
        self.quantity = quantity
        self.because = because
    }
}

/// Computes availability feeds.
public enum AvailabilityFeed {
    /// One line for every article handed in, in that order:
    /// `clamp(floor(share × Σ max(0, available − safety stock)) − buffer, 0, cap)`, nothing for blocked articles.
    ///
    /// - Parameter stock: articles with their positions.
    /// - Parameter locations: all locations; inactive ones never count.
    public static func lines(
        _ stock: [(item: ItemRow, positions: [StockPosition])], locations: [LocationRow], policy: FeedPolicy
    ) -> [FeedLine] {
        var safety: [LocationID: Int64] = [:]
        for row in locations where row.isActive && (policy.locations?.contains(row.code) ?? true) {
            safety[row.id] = max(0, row.safetyStock, policy.safetyStock)
        }
        return stock.map { item, positions in
            var sum: Int64 = 0
            for position in positions {
                guard let kept = safety[position.location] else { continue }
                sum += max(0, position.available - kept)
            }
            return line(item, available: sum, policy: policy)
        }
    }

    private static func line(_ item: ItemRow, available: Int64, policy: FeedPolicy) -> FeedLine {
        if item.status == .blocked { return FeedLine(item: item.id, quantity: 0, because: "blocked") }
        let share = Int64(clamping: Int128(available) * Int128(max(0, policy.shareBasisPoints)) / 10_000)
        var quantity = max(0, share - max(0, policy.buffer))
        var because = "available \(available)"
        if policy.shareBasisPoints != 10_000 {
            let percent = ScaledDecimal(units: policy.shareBasisPoints, scale: 2).reduced
            because += ", share \(percent) %"
        }
        if policy.buffer > 0 { because += ", buffer \(policy.buffer)" }
        if let cap = policy.cap, quantity > cap {
            quantity = max(0, cap)
            because += ", cap \(cap)"
        }
        if quantity < policy.publishMin {
            quantity = 0
            because += ", below \(policy.publishMin)"
        }
        return FeedLine(item: item.id, quantity: quantity, because: because)
    }
}
