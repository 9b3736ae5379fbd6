import Canonical
import Testing

/// Documents as text, a value a line: what goldens compare.
enum Dump {
    static func text(_ document: CanonicalDocument) -> String {
        var lines = ["\(document.kind.rawValue)"]
        add(document.header, document.kind.schema, "", to: &lines)
        return lines.joined(separator: "\n")
    }

    private static func add(
        _ record: Record, _ schema: RecordSchema, _ prefix: String, to lines: inout [String]
    ) {
        for (index, field) in schema.fields.enumerated() {
            if let value = record.values[index] {
                lines.append("\(prefix)\(field.name) = \(value.description)")
            }
        }
        for (index, group) in schema.groups.enumerated() {
            for (ordinal, inner) in record.groups[index].enumerated() {
                add(inner, group, "\(prefix)\(group.name)[\(ordinal + 1)].", to: &lines)
            }
        }
    }
}

/// The promise that the bytes at a value's address are the value as the partner wrote it.
enum Lineage {
    /// Every text stands at its address byte for byte; numbers and dates are read again from there.
    static func check(_ document: CanonicalDocument, in bytes: [UInt8]) throws {
        try check(document.header, document.kind.schema, bytes)
    }

    private static func check(_ record: Record, _ schema: RecordSchema, _ bytes: [UInt8]) throws {
        for (index, field) in schema.fields.enumerated() {
            let source = record.sources[index]
            guard let value = record.values[index], !source.isNone else { continue }
            let start = Int(source.offset)
            let end = start + Int(source.length)
            try #require(
                start >= 0 && end <= bytes.count && start < end, "\(field.name) at \(start)..<\(end)")
            let text = String(decoding: bytes[start..<end], as: UTF8.self)
            switch value {
            case .text(let wanted):
                if field.type != .code, !wanted.contains("\n") {
                    #expect(text == wanted || text.contains("&") || text.contains("\"\""), "\(field.name)")
                }
            case .decimal(let wanted):
                // Implied decimals and zeros in front change the digits' number, not their order.
                let digits = text.filter(\.isNumber).drop { $0 == "0" }
                let known = wanted.description.filter(\.isNumber).drop { $0 == "0" }
                #expect(known.hasPrefix(digits) || ScaledDecimal(text) == wanted, "\(field.name): \(text)")
            case .date(let wanted):
                #expect(text.filter(\.isNumber).hasPrefix(wanted.compact), "\(field.name): \(text)")
            default: break
            }
        }
        for (index, group) in schema.groups.enumerated() {
            for inner in record.groups[index] { try check(inner, group, bytes) }
        }
    }
}
