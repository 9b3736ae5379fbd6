/// An exact decimal: `units / 10^scale`. What prices, quantities and rates are made of; never floating point.
///
/// - Shape: scale 0 to 6. Two values are equal when they are the same number (`1.50 == 1.5`).
public struct ScaledDecimal: Sendable {
    /// The digits, as an integer.
    public let units: Int64
    /// How many of the digits stand after the point, 0 to 6.
    public let scale: UInt8

    /// The most digits after the point that are kept anywhere.
    public static let scaleMax: UInt8 = 6
    /// Zero.
    public static let zero = ScaledDecimal(0)

    /// A whole number.
    public init(_ whole: Int64) {
        units = whole
        scale = 0
    }

    /// - Parameter scale: 0 to 6; more is a bug of the caller.
    public init(units: Int64, scale: UInt8) {
        precondition(scale <= Self.scaleMax)
        self.units = units
        self.scale = scale
    }

    /// Reads `-12.50`: an optional minus, digits, at most one point with at most six digits after it.
    /// No plus, no exponent, no grouping, no blank. Nil for anything else and for what does not fit in 64 bits.
    public init?(ascii bytes: some Sequence<UInt8>) {
        var units: Int64 = 0
        var scale: UInt8 = 0
        var isNegative = false
        var digitCount = 0
        var sawPoint = false
        for (position, byte) in bytes.enumerated() {
            switch byte {
            case 0x2D where position == 0: isNegative = true
            case 0x2E where !sawPoint: sawPoint = true
            case 0x30...0x39:
                if sawPoint {
                    guard scale < Self.scaleMax else { return nil }
                    scale += 1
                }
                let (times, over) = units.multipliedReportingOverflow(by: 10)
                let (sum, overAgain) = times.addingReportingOverflow(Int64(byte - 0x30))
                guard !over, !overAgain else { return nil }
                units = sum
                digitCount += 1
            default: return nil
            }
        }
        guard digitCount > 0 else { return nil }
        self.units = isNegative ? -units : units
        self.scale = scale
    }

    /// The same, from text.
    public init?(_ text: String) { self.init(ascii: text.utf8) }

    /// The value at another scale.
    ///
    /// - Returns: nil when digits would be lost or the value does not fit.
    public func units(atScale wanted: UInt8) -> Int64? {
        if wanted >= scale {
            let (value, over) = units.multipliedReportingOverflow(by: Self.powers[Int(wanted - scale)])
            return over ? nil : value
        }
        let divisor = Self.powers[Int(scale - wanted)]
        return units % divisor == 0 ? units / divisor : nil
    }

    /// The whole number that this is; nil when it has a fraction.
    public var whole: Int64? { units(atScale: 0) }
    /// Whether the value is below zero.
    public var isNegative: Bool { units < 0 }
    /// Whether the value is zero, at whatever scale.
    public var isZero: Bool { units == 0 }

    /// The value without trailing zeros after the point.
    public var reduced: ScaledDecimal {
        var units = units
        var scale = scale
        while scale > 0, units % 10 == 0 {
            units /= 10
            scale -= 1
        }
        return ScaledDecimal(units: units, scale: scale)
    }

    /// `self × other`, rounded half away from zero to `scale` digits.
    ///
    /// - Returns: nil when the result does not fit.
    public func multiplied(by other: ScaledDecimal, scale wanted: UInt8) -> Int64? {
        let product = Int128(units) * Int128(other.units)
        let have = Int(scale) + Int(other.scale)
        var result: Int128
        if have <= Int(wanted) {
            result = product * Int128(Self.powers[Int(wanted) - have])
        } else {
            var divisor: Int128 = 1
            for _ in 0..<(have - Int(wanted)) { divisor *= 10 }
            let half = divisor / 2
            result = (product >= 0 ? product + half : product - half) / divisor
        }
        return Int64(exactly: result)
    }

    static let powers: [Int64] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000]
}

extension ScaledDecimal: Hashable, Comparable {
    /// By value: `1.50` equals `1.5`.
    public static func == (left: ScaledDecimal, right: ScaledDecimal) -> Bool {
        let (a, b) = (left.reduced, right.reduced)
        return a.units == b.units && a.scale == b.scale
    }

    /// Equal values at different scales hash alike.
    public func hash(into hasher: inout Hasher) {
        let value = reduced
        hasher.combine(value.units)
        hasher.combine(value.scale)
    }

    /// By value, in 128 bits: nothing overflows.
    public static func < (left: ScaledDecimal, right: ScaledDecimal) -> Bool {
        Int128(left.units) * Int128(powers[Int(right.scale)]) < Int128(right.units)
            * Int128(powers[Int(left.scale)])
    }
}

extension ScaledDecimal: CustomStringConvertible {
    /// The decimal text with all digits of the scale: `12.50`.
    public var description: String {
        guard scale > 0 else { return String(units) }
        let digits = String(units.magnitude)
        let padded = String(repeating: "0", count: max(0, Int(scale) + 1 - digits.count)) + digits
        let point = padded.index(padded.endIndex, offsetBy: -Int(scale))
        return (units < 0 ? "-" : "") + padded[..<point] + "." + padded[point...]
    }
}
