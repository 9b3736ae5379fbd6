public import Diagnostics
import Glibc

/// A place on the Earth as a point on the unit sphere, so that a distance costs one arc sine.
public struct GeoPoint: Sendable, Hashable {
    private let x: Double
    private let y: Double
    private let z: Double

    /// Mean radius of the Earth in metres.
    ///
    /// - Source: IUGG, R1 of the Geodetic Reference System 1980.
    static let earthRadius = 6_371_008.8

    /// - Parameter latitude: millionths of a degree, north positive.
    /// - Parameter longitude: millionths of a degree, east positive.
    public init(latitude: Int32, longitude: Int32) {
        let phi = Double(latitude) / 1e6 * Double.pi / 180
        let lambda = Double(longitude) / 1e6 * Double.pi / 180
        x = cos(phi) * cos(lambda)
        y = cos(phi) * sin(lambda)
        z = sin(phi)
    }

    /// The great-circle distance in metres: the haversine formula, written as the arc over half the chord.
    public func metres(to other: GeoPoint) -> Int64 {
        let (dx, dy, dz) = (x - other.x, y - other.y, z - other.z)
        let halfChord = ((dx * dx + dy * dy + dz * dz).squareRoot()) / 2
        return Int64(2 * Self.earthRadius * asin(min(1, halfChord)))
    }
}

/// Where postal codes lie, by the longest prefix known in their country.
public struct PostalCentroids: Sendable {
    /// By country and prefix, packed; the places lie side by side.
    private var indexes: [UInt64: Int32] = [:]
    private var points: [GeoPoint] = []

    /// Prefixes longer than this are cut: with two letters of the country they fill 64 bits.
    static let prefixMax = 6

    /// Knows no place.
    public init() {}

    /// Reads tables `country,prefix,latitude,longitude` with a header line; lines that begin with `#` are remarks, an
    /// empty prefix is the middle of the country, and a later line replaces an earlier one.
    ///
    /// - Throws: `GEO.TABLE` at the line, with the file's name.
    public init(tables: [(name: String, text: String)]) throws(Diagnostic) {
        for table in tables {
            var offset = 0
            var number = 0
            var sawHeader = false
            for line in table.text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
                number += 1
                let start = offset
                offset += line.count + 1
                let content = line.last == 0x0D ? line.dropLast() : line
                if content.isEmpty || content.first == 0x23 { continue }
                if !sawHeader {
                    sawHeader = true
                    continue
                }
                if let (key, point) = Self.row(content) {
                    insert(key, point)
                    continue
                }
                throw Diagnostic(
                    "GEO.TABLE",
                    at: SourceLocation(
                        drop: table.name, byteOffset: start, byteCount: content.count, line: number, column: 1
                    ),
                    "line of a table of postal codes is not readable",
                    found: String(String(decoding: content, as: UTF8.self).prefix(40)),
                    expected: "country,prefix,latitude,longitude, like US,787,30.33,-97.75",
                    remedy: "correct the line or take the table of the library")
            }
        }
    }

    private mutating func insert(_ key: UInt64, _ point: GeoPoint) {
        if let known = indexes[key] {
            points[Int(known)] = point
        } else {
            indexes[key] = Int32(points.count)
            points.append(point)
        }
    }

    private static func row(_ line: Substring.UTF8View.SubSequence) -> (UInt64, GeoPoint)? {
        let fields = line.split(separator: 0x2C, maxSplits: 4, omittingEmptySubsequences: false)
        guard fields.count == 4, let country = packed(country: fields[0]),
            let latitude = Degrees.micro(fields[2], limit: 90),
            let longitude = Degrees.micro(fields[3], limit: 180)
        else { return nil }
        var key = country
        var length = 0
        for byte in fields[1] {
            guard let byte = upper(byte), length < prefixMax else { return nil }
            key = key << 8 | UInt64(byte)
            length += 1
        }
        return (key, GeoPoint(latitude: latitude, longitude: longitude))
    }

    private static func packed(country: some Sequence<UInt8>) -> UInt64? {
        var packed: UInt64 = 0
        var count = 0
        for byte in country {
            guard let letter = upper(byte), letter >= 0x41 else { return nil }
            packed = packed << 8 | UInt64(letter)
            count += 1
        }
        return count == 2 ? packed : nil
    }

    /// A letter in upper case or a digit; nil for blanks, hyphens and everything else.
    private static func upper(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39, 0x41...0x5A: byte
        case 0x61...0x7A: byte - 0x20
        default: nil
        }
    }

    /// The place of a postal code; nil when neither a prefix nor the country is known.
    public func point(country: String, postalCode: String) -> GeoPoint? {
        guard !points.isEmpty, let base = Self.packed(country: country.utf8) else { return nil }
        var key = base
        var length = 0
        for byte in postalCode.utf8 {
            guard let byte = Self.upper(byte) else { continue }
            key = key << 8 | UInt64(byte)
            length += 1
            if length == Self.prefixMax { break }
        }
        while true {
            if let index = indexes[key] { return points[Int(index)] }
            if length == 0 { return nil }
            key >>= 8
            length -= 1
        }
    }
}

/// Degrees in decimal text.
enum Degrees {
    /// Millionths of a degree of `-97.75`; nil outside the limits and for anything that is no number.
    static func micro(_ text: some Sequence<UInt8>, limit: Int64) -> Int32? {
        var negative = false
        var value: Int64 = 0
        var decimals = -1
        var digits = 0
        for (position, byte) in text.enumerated() {
            switch byte {
            case 0x2D where position == 0: negative = true
            case 0x2E where decimals < 0: decimals = 0
            case 0x30...0x39:
                guard digits < 12, decimals < 6 else { return nil }
                value = value * 10 + Int64(byte - 0x30)
                digits += 1
                if decimals >= 0 { decimals += 1 }
            default: return nil
            }
        }
        guard digits > 0 else { return nil }
        for _ in max(0, decimals)..<6 { value *= 10 }
        guard value <= limit * 1_000_000 else { return nil }
        return Int32(negative ? -value : value)
    }
}
