import Canonical

/// Partners call our locations by names of their own (`warehouses:` of the partner).
enum LocationCodes {
    /// The document with our codes in place of theirs; what the partner does not list stays.
    static func translate(_ document: CanonicalDocument, _ codes: [String: String]) -> CanonicalDocument {
        guard !codes.isEmpty else { return document }
        var document = document
        let schema = document.kind.schema
        translate("warehouse", schema, &document.header, codes)
        guard let lines = schema.groupIndex("lines"), schema.groups[lines].fieldIndex("location") != nil
        else {
            return document
        }
        for index in document.header.groups[lines].indices {
            translate("location", schema.groups[lines], &document.header.groups[lines][index], codes)
        }
        return document
    }

    private static func translate(
        _ field: String, _ schema: RecordSchema, _ record: inout Record, _ codes: [String: String]
    ) {
        guard let index = schema.fieldIndex(field), case .text(let code)? = record.values[index],
            let ours = codes[code]
        else { return }
        record.set(index, .text(ours), from: record.sources[index])
    }
}
