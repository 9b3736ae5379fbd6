import Diagnostics
import Environment
import Exchange
import Testing

@Suite struct GlobPatternTests {
    @Test(arguments: [
        ("PO*.edi", "PO850_1.edi", true), ("PO*.edi", "po850.edi", false), ("*", "", true), ("*", "a", true),
        ("?", "", false), ("?", "é", true), ("a?c", "abc", true), ("*.x12", "a.x12.done", false),
        ("INV[0-9]*.x12", "INV7a.x12", true), ("INV[0-9].x12", "INVa.x12", false), ("[!a]*", "b", true),
        ("[!a]*", "ab", false), ("[]x]", "]", true), ("[a-", "[a-", true), ("*a*b*c", "xxaxxbxxc", true),
        ("*a*b*c", "xxaxxbxx", false), ("**a", "ba", true), ("a*", "ba", false), (".*", ".hidden", true),
        ("MAN*.RES", "MAN000000001.RES", true), ("", "", true), ("", "a", false), ("a[b-b]c", "abc", true),
    ])
    func aPatternMatchesWholeNames(_ pattern: String, _ name: String, _ isMatching: Bool) {
        #expect(GlobPattern(pattern).matches(name) == isMatching)
    }

    @Test func manyStarsDoNotTakeForEver() {
        let pattern = GlobPattern(String(repeating: "*a", count: 100) + "b")
        #expect(!pattern.matches(String(repeating: "a", count: 255)))
    }
}

@Suite struct ReadinessTests {
    private let now: Int64 = 1_763_683_200_000

    private func file(_ name: String, _ count: Int? = 100, age: Int64? = 120_000) -> RemoteFile {
        RemoteFile(name: name, directory: "out", byteCount: count, modified: age.map { now - $0 })
    }

    @Test func readyFilesComeInTheOrderOfTheirNames() {
        let files = [file("b"), file("a"), file("x.tmp"), file(".hidden"), file("c.part"), file("B")]
        let readiness = Readiness(of: files, by: ReadinessRules(), now: now)
        #expect(readiness.ready.map(\.name) == ["B", "a", "b"])
        #expect(readiness.waiting.isEmpty && readiness.findings.isEmpty)
    }

    @Test func aFileIsStableAtOnceWhenItIsOldEnough() {
        let rules = ReadinessRules(stableMilliseconds: 60_000)
        let files = [file("old", age: 60_000), file("young", age: 59_999), file("future", age: -5000)]
        let readiness = Readiness(of: files, by: rules, now: now)
        #expect(readiness.ready.map(\.name) == ["old"])
        #expect(
            readiness.waiting.map(\.reason) == [.unstable(milliseconds: 60_000), .unstable(milliseconds: 1)])
        let all = Readiness(of: files, by: ReadinessRules(stableMilliseconds: 0), now: now)
        #expect(all.ready.count == 3)
    }

    @Test func withoutATimeAFileIsStableWhenItKeepsItsSize() {
        let rules = ReadinessRules(stableMilliseconds: 60_000)
        let first = Readiness(of: [file("a", age: nil)], by: rules, now: now)
        #expect(first.ready.isEmpty)
        let growing = Readiness(
            of: [file("a", 220, age: nil)], by: rules, earlier: first.sightings, now: now + 60_000)
        #expect(growing.ready.isEmpty)
        let same = Readiness(
            of: [file("a", age: nil)], by: rules, earlier: first.sightings, now: now + 60_000)
        #expect(same.ready.map(\.name) == ["a"])
        // A clock that went back tells nothing.
        let back = Readiness(of: [file("a", age: nil)], by: rules, earlier: first.sightings, now: now - 1)
        #expect(back.ready.isEmpty)
    }

    @Test func smallFilesAndFilesWithoutTheirMarkerWait() {
        let rules = ReadinessRules(match: GlobPattern("*.x12"), byteCountMin: 106, doneFile: "<name>.done")
        let files = [
            file("a.x12", 200), file("a.x12.done", 0), file("b.x12", 200), file("c.x12", 20),
            file("c.x12.done"),
        ]
        let readiness = Readiness(of: files, by: rules, now: now)
        #expect(readiness.ready.map(\.name) == ["a.x12"])
        #expect(readiness.waiting.map(\.reason) == [.withoutMarker("b.x12.done"), .tooSmall(byteCount: 20)])
        #expect(ReadinessRules(doneFile: "<stem>.ok").marker(for: "a.b.x12") == "a.b.ok")
        #expect(ReadinessRules(doneFile: "<stem>.ok").marker(for: ".rc") == ".rc.ok")
        #expect(ReadinessRules().marker(for: "a") == nil)
        // Where everything matches, markers still are no drops.
        let open = Readiness(
            of: [file("a"), file("a.done", 0)], by: ReadinessRules(doneFile: "<name>.done"), now: now)
        #expect(open.ready.map(\.name) == ["a"])
    }

    @Test func whatIsTooMuchForOneRunIsLeftForTheNext() {
        let files = (0..<25).map { file("f\(100 + $0)") }.reversed()
        let readiness = Readiness(of: Array(files), by: ReadinessRules(filesMax: 10), now: now)
        #expect(readiness.ready.map(\.name) == (0..<10).map { "f\(100 + $0)" })
        #expect(readiness.leftCount == 15)
        #expect(readiness.findings.map(\.code) == ["LIMIT.FILES"])
        #expect(readiness.findings.first?.message.contains("rest in next run") == true)
        #expect(readiness.findings.first?.severity == .warning)
    }

    @Test func aHundredThousandFilesAreDecidedQuickly() {
        let files = (0..<100_000).map { file("PO\($0).edi") }
        let start = SystemClock().monotonicNanoseconds()
        let readiness = Readiness(of: files, by: ReadinessRules(match: GlobPattern("PO*.edi")), now: now)
        #expect(readiness.ready.count == 10_000 && readiness.leftCount == 90_000)
        #expect(SystemClock().monotonicNanoseconds() - start < 20_000_000_000)
    }
}

@Suite struct RetryBudgetTests {
    private let random = SeededRandomness(seed: 1)

    @Test func waitsGrowToTheirLimitAndThenEnd() {
        var budget = RetryBudget(hasJitter: false)
        let waits = (1...8).map { budget.wait(afterFailures: $0, random) }
        #expect(waits == [30_000, 60_000, 120_000, 240_000, 480_000, 960_000, 1_920_000, nil])
        budget.attempts = 100
        #expect(budget.wait(afterFailures: 99, random) == 3_600_000)
        budget.factor = .max
        #expect(budget.wait(afterFailures: 50, random) == 3_600_000)
        #expect(RetryBudget(attempts: 1).wait(afterFailures: 1, random) == nil)
    }

    @Test func jitterStaysBetweenHalfAndAll() {
        let budget = RetryBudget()
        let waits = (0..<500).compactMap { _ in budget.wait(afterFailures: 1, random) }
        #expect(
            waits.count == 500 && waits.allSatisfy { (15_000...30_000).contains($0) }
                && Set(waits).count > 100)
    }

    @Test func theOtherSidesWishLengthensAWait() {
        let budget = RetryBudget(hasJitter: false)
        #expect(budget.wait(afterFailures: 1, retryAfterSeconds: 7200, random) == 3_600_000)
        #expect(budget.wait(afterFailures: 1, retryAfterSeconds: 90, random) == 90_000)
        #expect(budget.wait(afterFailures: 1, retryAfterSeconds: 1, random) == 30_000)
        #expect(budget.wait(afterFailures: 1, retryAfterSeconds: .max, random) == 3_600_000)
    }
}
