import Canonical

/// Copies fields that two kinds of record share by name: parties, carrier, terms. Resolved once, run by index.
struct FieldCopy {
    private let pairs: [(from: Int, to: Int)]

    /// - Parameter prefixes: names to copy, or their beginning up to a point: `shipTo.`, `currency`.
    init(from source: RecordSchema, to target: RecordSchema, _ prefixes: [String]) {
        var pairs: [(from: Int, to: Int)] = []
        for (index, field) in source.fields.enumerated() {
            let isWanted = prefixes.contains { prefix in
                prefix.hasSuffix(".") ? field.name.hasPrefix(prefix) : field.name == prefix
            }
            guard isWanted, let other = target.fieldIndex(field.name) else { continue }
            pairs.append((index, other))
        }
        self.pairs = pairs
    }

    func apply(_ source: Record, to target: inout Record) {
        for (from, to) in pairs where source.values[from] != nil {
            target.set(to, source.values[from], from: source.sources[from])
        }
    }
}
