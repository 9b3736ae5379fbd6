import Foundation
import Testing

/// What `plan` says is what `run --plan` does, or nothing is done.
@Suite struct PlanTests {
    private func plan(_ site: NightSite, _ arguments: [String] = []) throws -> String {
        let outcome = try site.crossdock(["plan", "--json"] + arguments, at: .evening)
        try #require(outcome.status == 0, "\(outcome.errors)")
        return try #require(JSON(outcome.output)["plan"].text)
    }

    @Test func aPlanIsDoneAsItWasSaid() throws {
        let undisturbed = try PlayedNight.shared.get()
        let site = try NightSite()
        defer { site.remove() }
        try site.lay(.evening)
        let name = try plan(site)
        #expect(try plan(site) == name, "a plan changes nothing")
        let said = try site.crossdock(["plan"], at: .evening).output
        #expect(said.contains("Would fetch  harbor-mart-850  2 new"), "\(said)")
        #expect(try plan(site, ["--channel", "plum-street-orders"]) != name)

        // A file that comes after the plan was made, and after it was checked, is left for the next run.
        let outcome = try site.crossdock(["run", "--plan", name], at: .evening)
        #expect(outcome.status == 3, "\(outcome.output)\(outcome.errors)")
        #expect(try site.books().dump == undisturbed.evening.dump)
        #expect(try site.delivered() == undisturbed.delivered["evening"])
    }

    @Test func aStalePlanDoesNothing() throws {
        let site = try NightSite()
        defer { site.remove() }
        try site.lay(.evening)
        let name = try plan(site)
        let inbox = site.partners.appending(path: "harbor-mart/outbound")
        try FileManager.default.removeItem(at: inbox.appending(path: "PO850_20251121_0002.TXT"))
        let outcome = try site.crossdock(["run", "--plan", name], at: .evening)
        #expect(outcome.status == 75)
        #expect(outcome.errors.contains("PLAN.STALE"), "\(outcome.errors)")
        #expect(try site.delivered().isEmpty)
        #expect(!FileManager.default.fileExists(atPath: site.state.appending(path: "ledger.db").path))
    }
}
