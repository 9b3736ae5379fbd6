import FeedProcessor
import Foundation
import Testing

/// Pages that are printed from the program say what the program does.
@Suite struct ReferencePagesTests {
    @Test(arguments: ReferencePages.paths.keys.sorted())
    func aPageIsWhatTheProgramPrints(name: String) throws {
        let path = try #require(ReferencePages.paths[name])
        let kept = try String(contentsOf: SourceTree.root.appendingPathComponent(path), encoding: .utf8)
        let printed = try #require(ReferencePages.page(name))
        let same = kept.split(separator: "\n") == printed.split(separator: "\n")
        #expect(same, "print it anew: crossdock config reference \(name) >\(path)")
    }
}
