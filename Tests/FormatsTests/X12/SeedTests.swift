import Diagnostics
import Testing

@testable import Formats

/// The catalogue of bad inputs, as far as this module can see it.
@Suite struct SeedTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var id: String
        var title: String
        var code: String
        var message: String
        var disposition: String
        var acknowledgment: String
        var seed: String
        var testDescription: String { "\(id) \(title)" }
    }

    /// Cases that need partners, books or a history: other modules test them.
    static let elsewhere: Set<String> = [
        "X12-019", "X12-021", "X12-025", "X12-026", "X12-041", "X12-061", "X12-062", "X12-065", "X12-069",
        "X12-074",
        "X12-077", "X12-078", "X12-079",
    ]

    static let cases: [Case] = X12Fixtures.lines("reliability/manifest.jsonl").compactMap { line in
        func text(_ key: String) -> String { line[key] as? String ?? "" }
        guard text("id").hasPrefix("X12-"), !text("seed").isEmpty, !elsewhere.contains(text("id")) else {
            return nil
        }
        return Case(
            id: text("id"), title: text("title"), code: text("code"), message: text("msg"),
            disposition: text("disp"),
            acknowledgment: text("ack"), seed: text("seed"))
    }

    @Test(arguments: cases) func badInputIsRefusedWhereTheCatalogueSays(_ seed: Case) throws {
        let bytes = try #require(X12Fixtures.bytes("reliability/" + seed.seed))
        // One character is a legal qualifier in the dictionary (element 66 is 1 to 2): a partner's guide forbids it.
        let guide = seed.id == "X12-058" ? Self.twoCharacterQualifiers : X12Fixtures.guide
        let outcome = try X12Fixtures.read(bytes, detail: .all, guide: guide)
        if seed.code != "-" {
            let finding = try #require(
                outcome.findings.first { $0.code.rawValue == seed.code },
                "found \(outcome.findings.map(\.code)) instead of \(seed.code)")
            #expect(finding.message.contains(seed.message), "\(finding.message)")
            #expect(finding.expected != nil)
        }
        let quarantined = outcome.scan.interchanges.map { $0.disposition == .quarantined }
        let rejected = outcome.sets.map { !$0.isAccepted }
        switch seed.disposition {
        case "Q": #expect(outcome.scan.isUnreadable || quarantined.allSatisfy { $0 })
        case "Q(2nd)": #expect(quarantined == [false, true])
        case "G": #expect(outcome.scan.groups.map(\.disposition) == [.refused] && rejected.allSatisfy { $0 })
        case "G(2nd)": #expect(outcome.scan.groups.map(\.disposition) == [.sound, .refused])
        case "T": #expect(rejected.contains(true))
        case "T(2nd)": #expect(rejected == [false, true])
        default:
            #expect(!quarantined.contains(true) && !rejected.contains(true))
            #expect(outcome.findings.allSatisfy { $0.severity != .error })
        }
        acknowledge(seed, outcome)
        let covered =
            outcome.scan.gaps.map(\.count).reduce(0, +)
            + outcome.scan.interchanges.map(\.span.count).reduce(0, +)
        #expect(covered == bytes.count)
    }

    private func acknowledge(_ seed: Case, _ outcome: X12Fixtures.Outcome) {
        let words = seed.acknowledgment.split(separator: " ").map(String.init)
        switch words.first {
        case "TA1":
            let scan = outcome.scan.interchanges.last { $0.disposition == .quarantined }
            let answer = scan.flatMap(InterchangeAcknowledgment.init)
            #expect(answer?.code == "R")
            #expect(answer?.note.code == words[2])
        case "999":
            guard let answer = outcome.acknowledgments.last, seed.id != "X12-058" else { return }
            let text = X12Fixtures.words(answer.segments)
            // `R` in the catalogue means the set; a group of which another set is good says `P`.
            let expected = String(words[1].prefix(1))
            #expect(answer.code == expected || (expected == "R" && answer.code == "P"), "\(text)")
            for word in words.dropFirst(2) {
                let parts = word.split(separator: "=").map(String.init)
                guard parts.count == 2 else { continue }
                check(parts[0], parts[1], text)
            }
        default: break
        }
    }

    private func check(_ position: String, _ value: String, _ text: [String]) {
        func has(_ tag: String, _ element: Int) -> Bool {
            text.contains { segment in
                let fields = segment.split(separator: "*", omittingEmptySubsequences: false)
                return fields[0] == tag
                    && (element < fields.count && fields[element] == value
                        || (tag == "AK5" || tag == "AK9")
                            && fields.dropFirst(element).contains(Substring(value)))
            }
        }
        switch position {
        case "IK403":
            // A finding about GS has no place in a 997.
            if value != "9" { #expect(has("AK4", 3), "\(text)") }
        case "IK304": #expect(has("AK3", 4), "\(text)")
        case "IK502": #expect(has("AK5", 2), "\(text)")
        case "AK905": #expect(has("AK9", 5), "\(text)")
        default: break
        }
    }

    static func twoCharacterQualifiers(_ document: String, _ version: String) throws -> (
        guide: Guide, isFallback: Bool
    )? {
        var library = X12Fixtures.library([
            "strict-850": """
            guide: strict-850
            extends: "x12-004010-850"
            changes:
              - {path: N103, min: "2"}
            """
        ])
        return (try library.guide("strict-850"), true)
    }
}
