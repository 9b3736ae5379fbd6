import Diagnostics

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
                text += jsonText(Masking.mask(value.description))
            } else {
                text += jsonText(value.description)
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
}
