/// Prints canonical documents as JSON: keys in the schema's order, absent values left out, amounts and quantities as
/// decimal strings, dates as `2025-11-22`, moments in RFC 3339.
public enum CanonicalJSON {
    /// One document on one line, `{"kind":"order",…}`.
    ///
    /// - Parameter masked: personal values are printed as `…` followed by nothing of them.
    public static func line(_ document: CanonicalDocument, masked: Bool = false) -> String {
        var text = "{\"kind\":\"\(document.kind.rawValue)\""
        append(document.header, document.kind.schema, masked: masked, to: &text)
        text += "}"
        return text
    }

    private static func append(_ record: Record, _ schema: RecordSchema, masked: Bool, to text: inout String)
    {
        for (index, field) in schema.fields.enumerated() {
            guard let value = record.values[index] else { continue }
            text += ",\"\(field.name)\":"
            if case .flag(let flag) = value {
                text += flag ? "true" : "false"
            } else if masked && field.isPersonal {
                text += quoted(Masking.mask(value.description))
            } else {
                text += quoted(value.description)
            }
        }
        for (position, group) in schema.groups.enumerated() where !record.groups[position].isEmpty {
            text += ",\"\(group.name)\":["
            for (number, child) in record.groups[position].enumerated() {
                var inner = ""
                append(child, group, masked: masked, to: &inner)
                text += (number > 0 ? ",{" : "{") + inner.dropFirst() + "}"
            }
            text += "]"
        }
    }

    /// A JSON string with everything escaped that JSON, a terminal or a log line could stumble over.
    public static func quoted(_ value: String) -> String {
        var text = "\""
        text.reserveCapacity(value.utf8.count + 2)
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            default:
                if scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
                    || (0x2028...0x202E).contains(scalar.value)
                    || (0x2066...0x2069).contains(scalar.value)
                {
                    let digits = String(scalar.value, radix: 16)
                    text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                } else {
                    text.unicodeScalars.append(scalar)
                }
            }
        }
        return text + "\""
    }
}
