import Diagnostics
import Glibc
import OMSRules
import Testing

@Suite struct PostalCentroidsTests {
    /// The haversine formula as it stands in the books.
    private func haversine(_ a: (Double, Double), _ b: (Double, Double)) -> Double {
        let rad = Double.pi / 180
        let (dLat, dLon) = ((b.0 - a.0) * rad, (b.1 - a.1) * rad)
        let h = pow(sin(dLat / 2), 2) + cos(a.0 * rad) * cos(b.0 * rad) * pow(sin(dLon / 2), 2)
        return 2 * 6_371_008.8 * asin(min(1, h.squareRoot()))
    }

    private func point(_ place: (Double, Double)) -> GeoPoint {
        GeoPoint(latitude: Int32((place.0 * 1e6).rounded()), longitude: Int32((place.1 * 1e6).rounded()))
    }

    @Test func distancesAreThoseOfTheHaversineFormula() {
        var random = Seeded(7)
        for _ in 0..<1000 {
            let a = (
                Double.random(in: -90...90, using: &random), Double.random(in: -180...180, using: &random)
            )
            let b = (
                Double.random(in: -90...90, using: &random), Double.random(in: -180...180, using: &random)
            )
            let metres = Double(point(a).metres(to: point(b)))
            #expect(abs(metres - haversine(a, b)) < 2, "\(a) \(b)")
        }
        #expect(point((40, -75)).metres(to: point((40, -75))) == 0)
    }

    @Test func theLongestPrefixOfTheCountryWins() throws {
        let table =
            "country,prefix,lat,lon\nUS,,39,-98\nUS,78,30,-97\nUS,787,31,-97\nCA,,50,-90\nCA,M,43,-79\n"
        let centroids = try PostalCentroids(tables: [("t", table)])
        let places: [(String, String, (Double, Double)?)] = [
            ("US", "78701", (31, -97)), ("US", "78801", (30, -97)), ("US", "10001", (39, -98)),
            ("us", "787", (31, -97)), ("CA", "m5v 2t6", (43, -79)), ("CA", "", (50, -90)),
            ("DE", "10115", nil),
            ("USA", "78701", nil),
        ]
        for (country, code, place) in places {
            #expect(
                centroids.point(country: country, postalCode: code) == place.map(point), "\(country) \(code)")
        }
    }

    @Test func aLineThatCannotBeReadIsNamed() {
        let table = "# remark\ncountry,prefix,lat,lon\nUS,787,30,-97\nUS,788,91,-97\n"
        #expect(throws: Diagnostic.self) { try PostalCentroids(tables: [("geo.csv", table)]) }
        do throws(Diagnostic) {
            _ = try PostalCentroids(tables: [("geo.csv", table)])
        } catch {
            #expect(error.code == "GEO.TABLE")
            #expect(error.location?.drop == "geo.csv")
            #expect(error.location?.line == 4)
        }
    }
}
