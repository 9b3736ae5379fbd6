import Diagnostics
import Foundation
import Synchronization
import Testing

@testable import Formats

/// What the tests of X12 share: the library's guides, files beside the repository, a whole read in one call.
enum X12Fixtures {
    static let repository = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The folder of shared test input; nil where it is absent.
    static let shared: URL? = {
        let folder = repository.deletingLastPathComponent().appendingPathComponent("shared")
        return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
    }()

    static func bytes(_ path: String) -> [UInt8]? {
        guard let shared, let data = try? Data(contentsOf: shared.appendingPathComponent(path)) else {
            return nil
        }
        return Array(data)
    }

    static func lines(_ path: String) -> [[String: Any]] {
        guard let bytes = bytes(path) else {
            print("skipped: ../shared/\(path) is not there")
            return []
        }
        return bytes.split(separator: 0x0A).compactMap {
            (try? JSONSerialization.jsonObject(with: Data($0))) as? [String: Any]
        }
    }

    /// The library that ships, and declarations of a test's own before it.
    static func library(_ own: [String: String] = [:]) -> GuideLibrary {
        let folder = repository.appendingPathComponent("config/library/guides/x12/004010")
        return GuideLibrary { id in
            if let text = own[id] { return GuideYAML.parse(text, name: id) }
            return declarations.withLock { known in
                if let node = known[id] { return node }
                guard let data = try? Data(contentsOf: folder.appendingPathComponent("\(id).yaml")) else {
                    return nil
                }
                let node = GuideYAML.parse(String(decoding: data, as: UTF8.self), name: id)
                known[id] = node
                return node
            }
        }
    }

    /// Parsed once: the small reader of tests is slow.
    private static let declarations = Mutex<[String: DeclarationNode]>([:])

    /// Compiled once: a hundred tests ask for them.
    private static let compiled = Mutex<[String: (guide: Guide, isFallback: Bool)]>([:])

    static func guide(_ document: String, _ version: String) throws -> (guide: Guide, isFallback: Bool)? {
        let key = document + "/" + version
        if let known = compiled.withLock({ $0[key] }) { return known }
        var library = library()
        guard let found = try library.guide(document: document, version: version) else { return nil }
        compiled.withLock { $0[key] = found }
        return found
    }

    struct Outcome {
        var scan: X12Scan
        var sets: [X12Check.SetLine] = []
        var verdicts: [X12Verdict] = []
        var owned: [X12Set] = []
        var findings: [Diagnostic] = []
        var acknowledgments: [FunctionalAcknowledgment.Content] = []
    }

    /// Both passes, all verdicts, and the answer to each group.
    static func read(
        _ bytes: [UInt8], chunk: Int = .max, options: X12ScanOptions = X12ScanOptions(drop: "test.edi"),
        charset: Charset = .utf8, detail: FunctionalAcknowledgment.Detail = .errors,
        guide: @escaping (String, String) throws -> (guide: Guide, isFallback: Bool)? = X12Fixtures.guide
    ) throws -> Outcome {
        var wanted = X12Check.Options(scan: options, guide: guide)
        wanted.charset = charset
        var outcome = Outcome(scan: X12Scan())
        let summary = try X12Check.run(wanted, open: { ByteArraySource(bytes, chunkByteCount: chunk) }) {
            line, set, verdict in
            outcome.sets.append(line)
            outcome.owned.append(set)
            outcome.verdicts.append(verdict)
        }
        outcome.scan = summary.scan
        outcome.findings = summary.log.kept
        for (index, group) in summary.scan.groups.enumerated() {
            guard let first = outcome.owned.firstIndex(where: { $0.envelope.groupIndex == index }) else {
                continue
            }
            var words = FunctionalAcknowledgment.Options()
            words.detail = detail
            var answer = FunctionalAcknowledgment(group: outcome.owned[first].envelope.group, options: words)
            for (set, verdict) in zip(outcome.owned, outcome.verdicts) where set.envelope.groupIndex == index
            {
                answer.add(set, verdict)
            }
            if let content = answer.finish(group) { outcome.acknowledgments.append(content) }
        }
        return outcome
    }

    /// Segments of a buffer as readable text: `AK9*P*2*2*1`.
    static func words(_ buffer: SegmentBuffer) -> [String] {
        buffer.bytes.split(separator: SegmentBuffer.terminator).map { segment in
            String(
                decoding: segment.map {
                    $0 == SegmentBuffer.element
                        ? UInt8(ascii: "*") : $0 == SegmentBuffer.component ? UInt8(ascii: ":") : $0
                }, as: UTF8.self)
        }
    }
}
