import Foundation
import Testing

/// `crossdock explain` over every order of the night.
@Suite struct ExplainTests {
    let night: PlayedNight

    init() throws { night = try PlayedNight.shared.get() }

    private static let booked = ((try? Expected.load().orders) ?? []).filter(\.isInTheBooks)

    private func explain(_ order: Expected.Order, _ more: String...) throws -> JSON {
        let outcome = try night.site.crossdock(
            ["explain", order.number, "--partner", order.partner, "--json"] + more)
        try #require(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
        return try JSON(outcome.output)
    }

    @Test(arguments: booked.filter { $0.locations?.isEmpty == false })
    func eachLocationLookedAtHasAVerdictAndAReason(order: Expected.Order) throws {
        let explained = try explain(order)
        let intake = try #require(explained["decisions"].list.first)
        let looked = intake["reasons"].list.filter { $0["rule"].text == "route.nearest-stocked" }
        let subjects = looked.compactMap { $0["subject"].text }
        #expect(Set(subjects) == ["RENO", "COLUMBUS"])
        #expect(subjects.count == 2)
        for reason in looked {
            let location = try #require(reason["subject"].text)
            let isChosen = order.locations?.contains(location) ?? false
            #expect(reason["verdict"].text == (isChosen ? "chosen" : "refused"), "\(location)")
            #expect(reason["because"].text?.isEmpty == false)
        }
    }

    @Test(arguments: booked)
    func everyOrderHasReasons(order: Expected.Order) throws {
        let explained = try explain(order)
        #expect(explained["number"].text == order.number)
        let decisions = explained["decisions"].list
        #expect(!decisions.isEmpty)
        for decision in decisions { #expect(!decision["reasons"].list.isEmpty, "\(decision)") }
    }

    @Test(arguments: booked)
    func thePostalCodeLeadsBackToItsBytes(order: Expected.Order) throws {
        let traced = try explain(order, "--field", "shipTo.postalCode")
        let value = try #require(traced["value"].text)
        let offset = try #require(traced["byteOffset"].number)
        let count = try #require(traced["byteCount"].number)
        let name = try #require(traced["file"].text)
        let files = try Repository.files(below: Repository.night.appending(path: "evening"))
        let file = try #require(files.first { $0.key.hasSuffix("/" + name) }).value
        let bytes = try Data(contentsOf: file)
        try #require(offset + count <= bytes.count)
        let found = String(decoding: bytes[offset..<(offset + count)], as: UTF8.self)
        #expect(found == traced["found"].text)
        // A spreadsheet's guard in front of the code is no part of the value.
        #expect(found == value || found == "'" + value)
    }
}
