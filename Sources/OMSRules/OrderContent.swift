import Canonical

/// The bytes whose digest tells a repeated order from a changed one.
///
/// - Shape: for every field with a value the FNV-1a of its name, a type and the value, groups likewise; names instead of
///   positions, so that a field added to the schema changes no digest. Lineage is left out, and so are the
///   purpose (a repeat may call itself one) and what a shop tells about our own progress: payment and fulfilment status.
enum OrderContent {
    static func bytes(of document: CanonicalDocument) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1024)
        append(document.header, tags, to: &bytes)
        return bytes
    }

    /// The tags of a schema's fields and groups; nil for fields that do not count.
    private struct Tags: Sendable {
        var fields: [UInt32?]
        var groups: [(tag: UInt32, tags: Tags)]
    }

    private static let tags = tags(of: DocumentKind.order.schema)
    private static let uncounted: Set<String> = ["purpose", "financialStatus", "fulfilmentStatus"]

    private static func tags(of schema: RecordSchema) -> Tags {
        Tags(
            fields: schema.fields.map { uncounted.contains($0.name) ? nil : fnv($0.name) },
            groups: schema.groups.map { (fnv($0.name), tags(of: $0)) })
    }

    private static func fnv(_ name: String) -> UInt32 {
        name.utf8.reduce(2_166_136_261) { ($0 ^ UInt32($1)) &* 16_777_619 }
    }

    private static func append(_ record: Record, _ tags: Tags, to bytes: inout [UInt8]) {
        for index in record.values.indices {
            guard let tag = tags.fields[index], let value = record.values[index] else { continue }
            append(tag, to: &bytes)
            append(value, to: &bytes)
        }
        for (index, group) in tags.groups.enumerated() where !record.groups[index].isEmpty {
            append(group.tag, to: &bytes)
            append(UInt32(truncatingIfNeeded: record.groups[index].count), to: &bytes)
            for child in record.groups[index] {
                append(child, group.tags, to: &bytes)
                bytes.append(0)
            }
        }
    }

    private static func append(_ value: FieldValue, to bytes: inout [UInt8]) {
        switch value {
        case .text(var text):
            bytes.append(1)
            text.withUTF8 {
                append(UInt32(truncatingIfNeeded: $0.count), to: &bytes)
                bytes.append(contentsOf: $0)
            }
        case .decimal(let value):
            let value = value.reduced
            bytes.append(2)
            bytes.append(value.scale)
            append(value.units, to: &bytes)
        case .date(let date):
            bytes.append(3)
            append(Int64(date.dayNumber), to: &bytes)
        case .instant(let instant):
            bytes.append(4)
            append(instant.milliseconds, to: &bytes)
        case .flag(let flag):
            bytes.append(flag ? 6 : 5)
        }
    }

    private static func append(_ value: UInt32, to bytes: inout [UInt8]) {
        bytes.append(UInt8(truncatingIfNeeded: value))
        bytes.append(UInt8(truncatingIfNeeded: value >> 8))
        bytes.append(UInt8(truncatingIfNeeded: value >> 16))
        bytes.append(UInt8(truncatingIfNeeded: value >> 24))
    }

    private static func append(_ value: Int64, to bytes: inout [UInt8]) {
        append(UInt32(truncatingIfNeeded: value), to: &bytes)
        append(UInt32(truncatingIfNeeded: value >> 32), to: &bytes)
    }
}
