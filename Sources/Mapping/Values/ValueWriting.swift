import Canonical

/// Writes values as a partner reads them.
struct ValueWriting {
    let codes: [CodeIndex]
    /// The zone of times without an offset; UTC when nil.
    let zone: (any LocalZone)?

    enum Written {
        case text(String)
        /// The list has no code for the canonical one.
        case missing(MissingCode)
    }

    func write(_ value: FieldValue, _ rule: ValueRule) -> Written {
        switch value {
        case .text(let text): return self.text(text, rule)
        case .decimal(let value): return .text(number(value, rule))
        case .date(let date):
            guard let format = rule.formats.first else { return .text(prefixed(date.description, rule)) }
            return .text(moment(date, 0, 0, 0, format, rule))
        case .instant(let instant):
            guard let format = rule.formats.first else { return .text(prefixed(instant.description, rule)) }
            let offset = zone?.offsetSeconds(at: instant) ?? 0
            let local = instant.local(offsetSeconds: offset)
            let rest = Int((instant.milliseconds % 1000 + 1000) % 1000)
            return .text(moment(local.date, local.secondsOfDay, rest, offset, format, rule))
        case .flag(let flag): return .text(flag ? "true" : "false")
        }
    }

    private func text(_ text: String, _ rule: ValueRule) -> Written {
        var text = text
        if rule.codes >= 0 {
            let index = codes[Int(rule.codes)]
            if let partner = index.partner(for: text) {
                text = String(decoding: partner, as: UTF8.self)
            } else if !rule.keepsUnknownCodes {
                return .missing(
                    MissingCode(table: index.table, list: index.list, code: text, isOutbound: true))
            }
        }
        if rule.uppercases {
            text = String(
                decoding: text.utf8.map { $0 >= 0x61 && $0 <= 0x7A ? $0 - 0x20 : $0 }, as: UTF8.self)
        }
        return .text(prefixed(text, rule))
    }

    private func prefixed(_ text: String, _ rule: ValueRule) -> String {
        rule.prefix.isEmpty ? text : String(decoding: rule.prefix, as: UTF8.self) + text
    }

    private func number(_ value: ScaledDecimal, _ rule: ValueRule) -> String {
        var value = value
        if rule.negates { value = ScaledDecimal(units: 0 &- value.units, scale: value.scale) }
        if rule.impliedDecimals >= 0, let units = value.units(atScale: UInt8(rule.impliedDecimals)) {
            return String(units)
        }
        if rule.writtenScale >= 0, let units = value.units(atScale: UInt8(rule.writtenScale)) {
            value = ScaledDecimal(units: units, scale: UInt8(rule.writtenScale))
        }
        let text = value.description
        return rule.usesDecimalComma
            ? String(decoding: text.utf8.map { $0 == 0x2E ? 0x2C : $0 }, as: UTF8.self) : text
    }

    private func moment(
        _ date: CalendarDate, _ seconds: Int, _ milliseconds: Int, _ offset: Int, _ format: TimeFormat,
        _ rule: ValueRule
    ) -> String {
        var bytes = rule.prefix
        format.write(
            date, secondsOfDay: seconds, milliseconds: milliseconds, offsetSeconds: offset, into: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
