import Canonical

@testable import Mapping

/// Documents by chance, of the fields that a map both writes and reads. The same seed gives the same documents.
struct Generator {
    private var state: UInt64
    private let outbound: BoundMap
    private let inbound: Set<String>

    init(seed: UInt64, outbound: BoundMap, inbound: BoundMap) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        self.outbound = outbound
        var names: Set<String> = []
        for (index, scope) in inbound.scopes.enumerated() {
            for binding in scope.bindings where binding.field >= 0 {
                names.insert(inbound.name(scope: index, field: binding.field))
            }
        }
        self.inbound = names
    }

    mutating func number(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(truncatingIfNeeded: state >> 33) % bound
    }

    mutating func document() -> CanonicalDocument {
        var document = CanonicalDocument(outbound.kind)
        document.header = record(0)
        return document
    }

    private mutating func record(_ index: Int) -> Record {
        let scope = outbound.scopes[index]
        var record = Record(scope.schema)
        for binding in scope.bindings where binding.field >= 0 {
            guard !binding.places.isEmpty, inbound.contains(outbound.name(scope: index, field: binding.field))
            else { continue }
            // What has a default, or must be there, is always there.
            let isWanted =
                binding.side.isRequired || binding.fallback != nil || binding.side.usesOrdinal
                || binding.rule.codes >= 0 || scope.parent > 0
            if isWanted || number(4) > 0 { record.set(binding.field, value(binding, scope.schema)) }
        }
        for item in scope.items {
            guard case .group(let inner) = item else { continue }
            let count = 1 + number(3)
            for _ in 0..<count { record.groups[outbound.scopes[inner].group].append(self.record(inner)) }
        }
        return record
    }

    private mutating func value(_ binding: BoundBinding, _ schema: RecordSchema) -> FieldValue {
        let rule = binding.rule
        let field = schema.fields[binding.field]
        switch rule.kind {
        case .text:
            guard binding.side.join == nil else { return .text("\(letters(6)) \(letters(3))\n\(letters(8))") }
            return .text("\(letters(5)) \(letters(4))")
        case .identifier: return .text(field.name == "gtin" ? digits(12 + number(3)) : digits(6))
        case .time: return .text("0\(number(10))\(10 + number(50))")
        case .code:
            if field.name == "qualifier" { return .text(["CO", "PD", "MR"][number(3)]) }
            guard rule.codes >= 0 else { return .text(letters(2)) }
            let codes = outbound.codes[Int(rule.codes)].writable
            return .text(codes[number(codes.count)])
        case .currency: return .text("CAD")
        case .quantity: return .decimal(ScaledDecimal(Int64(1 + number(999))))
        case .decimal:
            let scale: UInt8 = field.type == .amount ? 2 : UInt8(1 + number(4))
            return .decimal(ScaledDecimal(units: Int64(1 + number(99_999)), scale: scale))
        case .date: return .date(CalendarDate(dayNumber: Int32(19_000 + number(2_000))))
        case .instant:
            return .instant(Instant(milliseconds: Int64(1_700_000_000 + number(90_000_000)) * 1000))
        case .flag: return .flag(number(2) == 0)
        }
    }

    private mutating func letters(_ count: Int) -> String {
        String(decoding: (0..<count).map { _ in UInt8(0x41 + number(26)) }, as: UTF8.self)
    }

    private mutating func digits(_ count: Int) -> String {
        String(decoding: (0..<count).map { _ in UInt8(0x31 + number(9)) }, as: UTF8.self)
    }
}
