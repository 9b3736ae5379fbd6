import Diagnostics
import Testing

@testable import Formats

/// How a drop arrives changes nothing of what is read.
@Suite struct ChunkingTests {
    static let files = [
        "samples/x12/940__EdiEngine__MultipleInterchangesAndGroups.edi",
        "samples/x12/850__EDI-Net__x12.850.issue135.edi",
        "samples/x12/016-090-094__X12Parser__essarsteelalgoma.txt",
        "samples/bad/no-ST__gozer__x12.wrong.GS.txt", "reliability/seeds/x12-046.edi",
        "reliability/seeds/good-850.edi",
        "samples/bad/275__staedi__sample275_with_HL7_invalid_BIN01.edi",
    ]

    @Test(arguments: files, [1, 2, 7, 61, 64, 65, 4096]) func chunksOfAnySizeReadTheSame(
        file: String, chunk: Int
    ) throws {
        guard let bytes = X12Fixtures.bytes(file) else {
            print("skipped: ../shared/\(file) is not there")
            return
        }
        let whole = try X12Fixtures.read(bytes)
        let cut = try X12Fixtures.read(bytes, chunk: chunk)
        #expect(cut.sets == whole.sets)
        #expect(cut.findings == whole.findings)
        #expect(cut.scan.gaps == whole.scan.gaps)
        #expect(cut.scan.interchanges.map(\.span) == whole.scan.interchanges.map(\.span))
        #expect(cut.owned.map(\.bytes) == whole.owned.map(\.bytes))
        #expect(cut.owned.map(\.line) == whole.owned.map(\.line))
    }

    /// A small generator with a seed, so that a failure can be repeated.
    struct Dice {
        var state: UInt64
        mutating func roll(_ sides: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % sides
        }
    }

    @Test(arguments: 1...40) func damagedBytesNeverTrapAndTileTheDrop(seed: Int) throws {
        var dice = Dice(state: UInt64(seed))
        var bytes = X12Builder.interchange(sets: [X12Builder.order, X12Builder.order, X12Builder.order])
        bytes += bytes
        for _ in 0..<(1 + dice.roll(12)) {
            let place = dice.roll(bytes.count)
            switch dice.roll(4) {
            case 0: bytes[place] = UInt8(dice.roll(256))
            case 1: bytes.remove(at: place)
            case 2: bytes.insert(contentsOf: "~ISA*GS*ST*SE*".utf8.prefix(1 + dice.roll(14)), at: place)
            default: bytes.removeSubrange(place..<min(bytes.count, place + dice.roll(200)))
            }
        }
        let whole = try X12Fixtures.read(bytes)
        let covered =
            whole.scan.gaps.map(\.count).reduce(0, +) + whole.scan.interchanges.map(\.span.count).reduce(0, +)
        #expect(covered == bytes.count, "seed \(seed)")
        let cut = try X12Fixtures.read(bytes, chunk: 1 + dice.roll(40))
        #expect(cut.findings == whole.findings, "seed \(seed)")
        #expect(cut.owned.map(\.bytes) == whole.owned.map(\.bytes), "seed \(seed)")
        for (set, _) in zip(whole.owned, whole.verdicts) {
            #expect(Array(bytes[set.span]) == set.bytes)
            #expect(set.nodes.count == set.segments.count || set.nodes.isEmpty)
        }
    }

    @Test func setsBeforeTheResumeOffsetArePassedOver() throws {
        let bytes = X12Builder.interchange(sets: [X12Builder.order, X12Builder.order, X12Builder.order])
        let options = X12ScanOptions(drop: "test.edi")
        let scan = try X12EnvelopeScan.scan(ByteArraySource(bytes), options: options)
        let all = try X12Fixtures.read(bytes).owned
        var reader = X12SetReader(
            ByteArraySource(bytes), scan: scan, options: options, resumeOffset: all[1].byteOffset)
        var controls: [String] = []
        while let set = try reader.next() { controls.append(set.control) }
        #expect(controls == ["0002", "0003"])
    }

    @Test func lineAndColumnAreThoseOfAnEditor() throws {
        let text = String(decoding: X12Builder.interchange(sets: [X12Builder.order]), as: UTF8.self)
        let lines = text.split(separator: "~").map { $0 == "N3*1 MAIN ST" ? "  N3*\u{7}" : String($0) }
        let outcome = try X12Fixtures.read(Array((lines.joined(separator: "~\r\n") + "~\r\n").utf8))
        let finding = try #require(outcome.findings.first { $0.code == "X12.CHAR.INVALID" })
        #expect(finding.location?.line == 6)
        #expect(finding.location?.column == 6)
        #expect(finding.location?.segment?.ordinal == 4)
        #expect(finding.location?.segment?.loop == "N1[1]")
    }

    @Test func runsOfControlNumbersFindEveryDuplicate() {
        var seen = ControlNumberSet()
        var plain: Set<[UInt8]> = []
        var dice = Dice(state: 7)
        for _ in 0..<20_000 {
            let number = dice.roll(9000)
            let control =
                dice.roll(20) == 0 ? Array("\(number)".utf8) : Array(String(10_000 + number).dropFirst().utf8)
            #expect(seen.insert(control) == plain.insert(control).inserted)
        }
    }
}
