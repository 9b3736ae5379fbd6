/// From positions in converted text to positions in the drop as the partner wrote it.
///
/// - Shape: for text that was not converted, one number; for converted text one entry a byte, because a
///   location must be exact and converted drops are the exception.
struct OffsetOrigin: Sendable {
    /// Offset in the drop of position 0.
    let base: Int
    /// For converted text: offset in the drop, relative to `base`, of each position, and of the end.
    let converted: [UInt32]?

    /// Offset in the drop of a position.
    func offset(_ position: Int) -> Int {
        guard let converted else { return base + position }
        guard let last = converted.last else { return base }
        return base + Int(position < converted.count ? converted[position] : last)
    }
}
