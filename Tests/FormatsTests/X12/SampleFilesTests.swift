import Diagnostics
import Testing

@testable import Formats

/// Real files: what we count equals what an independent reader counted.
@Suite struct SampleFilesTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var file: String
        var interchanges: Int
        var groups: Int
        var sets: Int
        var segments: Int
        var faults: [String: Int]
        var testDescription: String { file }
    }

    static let cases: [Case] = X12Fixtures.lines("samples/expected.jsonl").compactMap { line in
        guard line["syntax"] as? String == "x12", let file = line["file"] as? String,
            let interchanges = line["interchanges"] as? Int, let groups = line["groups"] as? Int,
            let sets = line["sets"] as? [String: Int], let segments = line["segments"] as? Int
        else { return nil }
        return Case(
            file: file, interchanges: interchanges, groups: groups, sets: sets.values.reduce(0, +),
            segments: segments,
            faults: line["faults"] as? [String: Int] ?? [:])
    }

    @Test(arguments: cases) func countsEqualThoseOfAnIndependentReader(_ sample: Case) throws {
        let bytes = try #require(X12Fixtures.bytes("samples/" + sample.file))
        let scan = try X12EnvelopeScan.scan(
            ByteArraySource(bytes), options: X12ScanOptions(drop: sample.file))
        #expect(scan.interchanges.count == sample.interchanges)
        #expect(scan.groups.count == sample.groups)
        #expect(scan.setCount == sample.sets)
        #expect(scan.segmentCount == sample.segments)
        #expect(scan.byteCount == bytes.count)
        let covered = scan.gaps.map(\.count).reduce(0, +) + scan.interchanges.map(\.span.count).reduce(0, +)
        #expect(covered == bytes.count)
    }

    /// Where we judge otherwise, and why.
    static let judgedOtherwise: [String: String] = [
        "bad/no-ST__gozer__x12.wrong.GS.txt": "a GE without a GS is X12.GS.MISSING, not a wrong count",
        "x12/TA1__OBOE__justTA1TestCase.edi": "IEA01 may count the TA1s where there are no groups",
        "x12/820__X12Parser__Example2_ScanaEnergy.txt": "a blank before the terminator is not part of SE02",
        "x12/850__EDI-Net__x12.850.issue135.edi": "see the test of a missing ISA16",
    ]

    @Test(arguments: cases.filter { judgedOtherwise[$0.file] == nil })
    func envelopeFaultsAreThoseOfAnIndependentReader(_ sample: Case) throws {
        let bytes = try #require(X12Fixtures.bytes("samples/" + sample.file))
        // Nothing may be quarantined here, so that the second pass sees every set.
        let scan = try X12EnvelopeScan.scan(
            ByteArraySource(bytes), options: X12ScanOptions(drop: sample.file))
        var sound = scan
        for index in sound.interchanges.indices { sound.interchanges[index].disposition = .sound }
        var found: Set<String> = []
        for finding in scan.interchanges.flatMap(\.findings) + scan.groups.flatMap(\.findings) {
            found.insert(finding.code.rawValue)
        }
        var reader = X12SetReader(
            ByteArraySource(bytes), scan: sound, options: X12ScanOptions(drop: sample.file))
        while let set = try reader.next() {
            for fault in set.faults {
                switch fault.kind {
                case .trailerCount: found.insert("X12.SE.COUNT")
                case .trailerControl: found.insert("X12.SE.TSN_MISMATCH")
                case .trailerMissing: found.insert("X12.SE.MISSING")
                default: break
                }
            }
        }
        let compared: Set<String> = [
            "X12.IEA.ICN_MISMATCH", "X12.GE.GCN_MISMATCH", "X12.SE.TSN_MISMATCH", "X12.GE.COUNT",
            "X12.SE.COUNT",
            "X12.SE.MISSING", "X12.GE.MISSING", "X12.IEA.MISSING", "X12.ISA.FIXED_WIDTH",
            "X12.IEA.GROUP_COUNT",
        ]
        #expect(found.intersection(compared) == Set(sample.faults.keys).intersection(compared))
    }
}
