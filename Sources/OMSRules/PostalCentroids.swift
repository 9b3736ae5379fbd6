public import Diagnostics

/// A place on the Earth as a point on the unit sphere, so that a distance costs one arc sine.
public struct GeoPoint: Sendable, Hashable {
    let x: Double
    let y: Double
    let z: Double

    /// - Parameter latitude: millionths of a degree, north positive.
    /// - Parameter longitude: millionths of a degree, east positive.
    public init(latitude: Int32, longitude: Int32) {
        x = 0
        y = 0
        z = 0
    }

    /// The great-circle distance in metres.
    public func metres(to other: GeoPoint) -> Int64 { 0 }
}

/// Where postal codes lie, by the longest prefix known in their country.
public struct PostalCentroids: Sendable {
    /// Knows no place.
    public init() {}

    /// Reads tables `country,prefix,latitude,longitude` with a header line; lines that begin with `#` are remarks, an
    /// empty prefix is the middle of the country, and a later line replaces an earlier one.
    ///
    /// - Throws: `GEO.TABLE` at the line, with the file's name.
    public init(tables: [(name: String, text: String)]) throws(Diagnostic) {}

    /// The place of a postal code; nil when neither a prefix nor the country is known.
    public func point(country: String, postalCode: String) -> GeoPoint? { nil }
}
