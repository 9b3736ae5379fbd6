/// An ISO 4217 currency, by its three letters.
public struct CurrencyCode: Sendable, Hashable, CustomStringConvertible {
    private let packed: UInt32

    /// Nil unless `text` is a currency of ISO 4217 in use (`USD`; not `US$`, not `XXX`).
    public init?(_ text: some StringProtocol) {
        var packed: UInt32 = 0
        guard text.utf8.count == 3 else { return nil }
        for byte in text.utf8 {
            guard (0x41...0x5A).contains(byte) else { return nil }
            packed = packed << 8 | UInt32(byte)
        }
        guard Self.exponents[packed] != nil else { return nil }
        self.packed = packed
    }

    private init(known text: StaticString) {
        packed = text.withUTF8Buffer { $0.reduce(0) { $0 << 8 | UInt32($1) } }
    }

    /// US dollars.
    public static let usd = CurrencyCode(known: "USD")

    /// Digits after the point of the minor unit: JPY 0, USD 2, KWD 3.
    public var exponent: UInt8 { Self.exponents[packed] ?? 2 }

    /// The three letters: `USD`.
    public var description: String {
        String(
            decoding: [UInt8(packed >> 16 & 0xFF), UInt8(packed >> 8 & 0xFF), UInt8(packed & 0xFF)],
            as: UTF8.self)
    }

    /// ISO 4217 list one: the active codes with a minor unit.
    private static let exponents: [UInt32: UInt8] = {
        let lists: [(UInt8, String)] = [
            (0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
            (3, "BHD IQD JOD KWD LYD OMR TND"), (4, "CLF UYW"),
            (
                2,
                """
                AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD \
                CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD \
                GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD MDL MGA \
                MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR \
                RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD \
                TZS UAH USD USN UYU UZS VED VES WST XCD YER ZAR ZMW ZWG
                """
            ),
        ]
        var table: [UInt32: UInt8] = [:]
        for (exponent, codes) in lists {
            for code in codes.split(separator: " ") {
                table[code.utf8.reduce(0) { $0 << 8 | UInt32($1) }] = exponent
            }
        }
        return table
    }()
}

/// An amount in the smallest unit of its currency.
public struct Money: Sendable, Hashable, CustomStringConvertible {
    /// The amount in the smallest unit of `currency`; below zero for what is taken off.
    public let minor: Int64
    /// What `minor` counts; its exponent says how many digits stand after the point.
    public let currency: CurrencyCode

    /// Holds what each property says.
    public init(minor: Int64, currency: CurrencyCode) {
        self.minor = minor
        self.currency = currency
    }

    /// Nil when the amount has more digits than the currency, or does not fit.
    public init?(_ amount: ScaledDecimal, _ currency: CurrencyCode) {
        guard let minor = amount.units(atScale: currency.exponent) else { return nil }
        self.init(minor: minor, currency: currency)
    }

    /// The amount with all digits of the currency: `124.00`.
    public var amount: ScaledDecimal { ScaledDecimal(units: minor, scale: currency.exponent) }
    /// Amount and currency: `124.00 USD`.
    public var description: String { "\(amount) \(currency)" }
}
