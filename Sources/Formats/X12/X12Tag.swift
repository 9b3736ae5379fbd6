/// A segment identifier, packed: `BEG` is 0x42454700. Ordered as text is.
///
/// Longer identifiers than four bytes exist in no version and keep their first four.
public struct X12Tag: RawRepresentable, Sendable, Hashable, Comparable, ExpressibleByStringLiteral,
    CustomStringConvertible
{
    /// Up to four bytes, the first in the highest.
    public let rawValue: UInt32

    /// Takes a packed identifier.
    @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

    /// Packs a literal.
    public init(stringLiteral value: StaticString) {
        self.init(value.description)
    }

    /// Packs the first four bytes of a text.
    public init(_ text: String) {
        var packed: UInt32 = 0
        var shift: UInt32 = 24
        for byte in text.utf8.prefix(4) {
            packed |= UInt32(byte) << shift
            shift &-= 8
        }
        rawValue = packed
    }

    /// The identifier as text; a byte that is not printable shows as `?`.
    public var description: String {
        var text = ""
        var rest = rawValue
        while rest != 0 {
            let byte = UInt8(rest >> 24)
            text.unicodeScalars.append(byte > 0x20 && byte < 0x7F ? Unicode.Scalar(byte) : "?")
            rest <<= 8
        }
        return text
    }

    /// Appends the identifier; a byte that is not printable becomes `?`.
    func append(to bytes: inout [UInt8]) {
        var rest = rawValue
        while rest != 0 {
            let byte = UInt8(truncatingIfNeeded: rest >> 24)
            bytes.append(byte > 0x20 && byte < 0x7F ? byte : 0x3F)
            rest <<= 8
        }
    }

    /// In the order of text.
    public static func < (left: X12Tag, right: X12Tag) -> Bool { left.rawValue < right.rawValue }
}
