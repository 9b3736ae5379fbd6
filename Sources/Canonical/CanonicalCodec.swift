/// The compact form in which the books keep a canonical document with its lineage.
///
/// - Shape: a version byte, the kind's name, the span, then the header record; a record is its set fields
///   (index, value, source) and its groups. Integers are LEB128, signed ones zigzag; a source offset is the distance from
///   the one before, so that lineage costs two or three bytes a value.
/// - Limit: nesting follows the schema, at most four levels.
public enum CanonicalCodec {
    /// Raised when the form changes; older forms stay readable.
    static let version: UInt8 = 1

    /// The document in the newest form, lineage included: what `decode` reads back as an equal document.
    public static func encode(_ document: CanonicalDocument) -> [UInt8] {
        var writer = Writer()
        writer.bytes.reserveCapacity(1024)
        writer.bytes.append(version)
        writer.text(document.kind.rawValue)
        writer.source(document.span)
        writer.record(document.header)
        return writer.bytes
    }

    /// - Returns: nil when the bytes are not a document of this form: the row was damaged.
    public static func decode(_ bytes: [UInt8]) -> CanonicalDocument? {
        var reader = Reader(bytes: bytes)
        guard reader.byte() == version, let name = reader.text(), let kind = DocumentKind(rawValue: name),
            let span = reader.source()
        else { return nil }
        var document = CanonicalDocument(kind, span: span)
        guard let header = reader.record(kind.schema), reader.isAtEnd else { return nil }
        document.header = header
        return document
    }

    private struct Writer {
        var bytes: [UInt8] = []
        var lastOffset: Int64 = 0

        mutating func unsigned(_ value: UInt64) {
            var value = value
            while value >= 0x80 {
                bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
                value >>= 7
            }
            bytes.append(UInt8(value))
        }

        mutating func signed(_ value: Int64) { unsigned(UInt64(bitPattern: value << 1 ^ value >> 63)) }

        mutating func text(_ text: String) {
            var text = text
            text.withUTF8 {
                unsigned(UInt64($0.count))
                bytes.append(contentsOf: $0)
            }
        }

        /// Length plus one first: zero means that the value came from no byte.
        mutating func source(_ source: SourceRange) {
            guard !source.isNone else { return unsigned(0) }
            unsigned(UInt64(source.length) + 1)
            signed(source.offset - lastOffset)
            lastOffset = source.offset
        }

        mutating func value(_ value: FieldValue) {
            switch value {
            case .text(let text):
                bytes.append(1)
                self.text(text)
            case .decimal(let decimal):
                bytes.append(2)
                bytes.append(decimal.scale)
                signed(decimal.units)
            case .date(let date):
                bytes.append(3)
                signed(Int64(date.dayNumber))
            case .instant(let instant):
                bytes.append(4)
                signed(instant.milliseconds)
            case .flag(let flag):
                bytes.append(flag ? 6 : 5)
            }
        }

        mutating func record(_ record: Record) {
            for index in record.values.indices {
                guard let value = record.values[index] else { continue }
                unsigned(UInt64(index) + 1)
                self.value(value)
                source(record.sources[index])
            }
            bytes.append(0)
            for group in record.groups {
                unsigned(UInt64(group.count))
                for child in group { self.record(child) }
            }
        }
    }

    private struct Reader {
        let bytes: [UInt8]
        var at = 0
        var lastOffset: Int64 = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        var isAtEnd: Bool { at == bytes.count }

        mutating func byte() -> UInt8? {
            guard at < bytes.count else { return nil }
            defer { at += 1 }
            return bytes[at]
        }

        mutating func unsigned() -> UInt64? {
            var value: UInt64 = 0
            var shift: UInt64 = 0
            while let next = byte() {
                guard shift < 64 else { return nil }
                value |= UInt64(next & 0x7F) << shift
                if next < 0x80 { return value }
                shift += 7
            }
            return nil
        }

        mutating func signed() -> Int64? {
            unsigned().map { Int64(bitPattern: $0 >> 1) ^ -Int64(bitPattern: $0 & 1) }
        }

        mutating func text() -> String? {
            guard let count = unsigned(), count <= UInt64(bytes.count - at) else { return nil }
            defer { at += Int(count) }
            return String(decoding: bytes[at..<at + Int(count)], as: UTF8.self)
        }

        mutating func source() -> SourceRange? {
            guard let length = unsigned() else { return nil }
            guard length > 0 else { return SourceRange.none }
            guard let distance = signed(), let size = Int32(exactly: length - 1) else { return nil }
            lastOffset &+= distance
            return SourceRange(offset: lastOffset, length: size)
        }

        mutating func value() -> FieldValue? {
            switch byte() {
            case 1: return text().map { .text($0) }
            case 2:
                guard let scale = byte(), scale <= ScaledDecimal.scaleMax, let units = signed() else {
                    return nil
                }
                return .decimal(ScaledDecimal(units: units, scale: scale))
            case 3: return signed().flatMap { Int32(exactly: $0) }.map { .date(CalendarDate(dayNumber: $0)) }
            case 4: return signed().map { .instant(Instant(milliseconds: $0)) }
            case 5: return .flag(false)
            case 6: return .flag(true)
            default: return nil
            }
        }

        mutating func record(_ schema: RecordSchema) -> Record? {
            var record = Record(schema)
            while let index = unsigned(), index > 0 {
                guard index <= UInt64(schema.fields.count), let value = value(), let source = source() else {
                    return nil
                }
                record.set(Int(index) - 1, value, from: source)
            }
            for (position, group) in schema.groups.enumerated() {
                guard let count = unsigned(), count <= UInt64(bytes.count - at) else { return nil }
                for _ in 0..<count {
                    guard let child = self.record(group) else { return nil }
                    record.groups[position].append(child)
                }
            }
            return record
        }
    }
}
