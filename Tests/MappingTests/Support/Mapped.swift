import Canonical
import Diagnostics
import Formats

@testable import Mapping

/// Drops mapped whole, as tests want them.
struct Mapped {
    var documents: [MappedDocument] = []
    /// What the reader found, and whether it gave the drop up.
    var readerFindings: [Diagnostic] = []
    var isQuarantined = false
    let bytes: [UInt8]

    var findings: [MappingFinding] { documents.flatMap(\.findings) }
    var codes: [String] { findings.map(\.diagnostic.code.rawValue) + readerFindings.map(\.code.rawValue) }
    var accepted: [MappedDocument] { documents.filter { $0.disposition != .refused } }

    static func csv(_ bytes: [UInt8], _ plan: InboundPlan, drop: String = "drop.csv") -> Mapped {
        var result = Mapped(bytes: bytes)
        guard var mapper = RowMapper(plan, drop: drop), let dialect = plan.dialect, let columns = plan.columns
        else {
            return result
        }
        var reader = DelimitedReader(
            drop: drop, source: ByteArraySource(bytes), dialect: dialect, columns: columns)
        do {
            while let row = try reader.next() {
                mapper.add(row, header: reader.header, into: &result.documents)
            }
            mapper.finish(into: &result.documents)
        } catch {
            result.isQuarantined = true
        }
        result.readerFindings = reader.log.kept
        return result
    }

    /// Sets that the guide refuses are left out, unless only their structure is wanted.
    static func x12(
        _ bytes: [UInt8], _ plan: InboundPlan, _ guide: Guide, drop: String = "drop.edi",
        validates: Bool = true
    ) throws -> Mapped {
        var result = Mapped(bytes: bytes)
        guard var mapper = X12Mapper(plan, drop: drop) else { return result }
        let options = X12ScanOptions(drop: drop)
        let scan = try X12EnvelopeScan.scan(ByteArraySource(bytes), options: options)
        result.readerFindings = scan.findings + scan.interchanges.flatMap(\.findings)
        var reader = X12SetReader(ByteArraySource(bytes), scan: scan, options: options)
        var validator = X12Validator(guide: guide, options: X12ValidatorOptions(drop: drop))
        while var set = try reader.next() {
            let verdict = validator.validate(&set)
            result.readerFindings += verdict.findings
            if !validates || verdict.state != .rejected { result.documents.append(mapper.map(set)) }
        }
        return result
    }

    static func xml(_ bytes: [UInt8], _ plan: InboundPlan, drop: String = "drop.xml") -> Mapped {
        var result = Mapped(bytes: bytes)
        guard let selection = plan.selection else { return result }
        let reader = XMLReader(drop: drop, source: ByteArraySource(bytes), selection: selection)
        guard var mapper = XMLMapper(plan, drop: drop, reader: reader) else { return result }
        do {
            while let record = try reader.next() { result.documents.append(mapper.map(record)) }
        } catch {
            result.isQuarantined = true
        }
        result.readerFindings = reader.log.kept
        return result
    }
}
