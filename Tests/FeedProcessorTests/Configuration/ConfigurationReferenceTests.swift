import Diagnostics
import Testing

@testable import FeedProcessor

@Suite struct ConfigurationReferenceTests {
    @Test func thePageNamesEverySectionAndKey() {
        let page = ConfigurationReference.markdown()
        for word in [
            "## channels.yaml", "## connection", "## inbound channel", "## rules.yaml",
            "At `partners.<id>.inbound[]`",
            "| `host_keys` |", "| `stable_for` | duration | `60s` |", "| `accepted_sets` |",
            "| `company_prefix` | digits | required |",
        ] {
            #expect(page.contains(word), "\(word)")
        }
        // A table row has its four cells, whatever an example holds.
        for line in page.split(separator: "\n") where line.hasPrefix("| `") {
            #expect(line.replacing("\\|", with: "").filter { $0 == "|" }.count == 5, "\(line)")
        }
    }

    @Test func everyKeyOfASectionIsDeclaredOnce() {
        var open = [SectionOutline(SiteConfiguration.self), SectionOutline(RulesConfiguration.self)]
        var seen: Set<String> = []
        while let section = open.popLast() {
            guard seen.insert(section.name).inserted else { continue }
            let keys = section.keys.map(\.key)
            #expect(Set(keys).count == keys.count, "\(section.name)")
            for key in section.keys {
                #expect(!key.text.isEmpty)
                if let below = key.kind.section { open.append(below) }
            }
        }
        #expect(seen.count > 50)
    }

    @Test func codesAreListedOnce() {
        let codes = ConfigurationCodes.all.map(\.code.rawValue)
        #expect(Set(codes).count == codes.count)
    }
}
