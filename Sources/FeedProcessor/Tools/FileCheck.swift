public import Diagnostics
import Environment
import Formats

/// What `crossdock check` says about one file: read and validated, nothing changed, no ledger and no partner needed.
public struct FileCheck: Sendable {
    /// A form that a file can be read as.
    public enum Form: String, Sendable, CaseIterable { case x12, edifact, csv, xml, json, fixed }

    /// One transaction set or message.
    public struct SetLine: Sendable, Hashable {
        /// ST01.
        public var id: String
        /// ST02.
        public var control: String
        /// Segments counted, ST and SE included.
        public var segments: Int
        /// Whether it would be applied: no error in it, its group or its interchange.
        public var isAccepted: Bool
    }

    /// The path as it was given.
    public var file: String
    /// Size of the file in bytes.
    public var byteCount = 0
    /// The form that it was read as, a raw value of `Form`; what it looks like (`ZIP/XLSX`) where it could
    /// not be read.
    public var format = ""
    /// GS08 of the first group; nil for other formats, and where there is none.
    public var version: String?
    /// ISA segments found; 0 for other formats.
    public var interchanges = 0
    /// Functional groups found; 0 for other formats.
    public var groups = 0
    /// The sets in order, at most `setsListedMax`; none for other formats.
    public var sets: [SetLine] = []
    /// Sets beyond those listed.
    public var omittedSets = 0
    /// Rows or elements, for formats without sets.
    public var records: Int?
    /// What was found, bounded as everywhere.
    public var log = DiagnosticLog()

    /// Sets listed of one file; the rest is counted.
    public static let setsListedMax = 100_000

    init(file: String) { self.file = file }
}

/// Checks files from disk.
public struct FileChecker {
    private let store: any FileStore
    /// The guide that an option names, else the one for a document and version.
    private let guide: (_ document: String, _ version: String) throws -> (guide: Guide, isFallback: Bool)?
    /// CCYYMMDD, for leniency with an end.
    private let today: Int?

    init(
        store: any FileStore, today: Int?,
        guide: @escaping (_ document: String, _ version: String) throws -> (guide: Guide, isFallback: Bool)?
    ) {
        self.store = store
        self.today = today
        self.guide = guide
    }

    /// - Parameter form: how to read it; found out from its first bytes where nil.
    /// - Throws: `FILE.UNREADABLE` where there is no such file, `USAGE.FORMAT` for a form that is not there yet.
    public func check(_ path: String, as form: FileCheck.Form?) throws -> FileCheck {
        var result = FileCheck(file: path)
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let head = try self.head(path)
        result.byteCount = head.byteCount
        let looks = DropSniffer.format(of: head.bytes)
        let chosen = try chosenForm(form, looks)
        result.format = chosen?.rawValue ?? looks.words
        guard let chosen else {
            result.log.add(
                DropSniffer.finding(
                    head: head.bytes, expected: .delimited, drop: name,
                    isWholeDrop: head.bytes.count == head.byteCount)
                    ?? Diagnostic(
                        "FILE.NOT_EXPECTED_FORMAT", .error, at: SourceLocation(drop: name, byteOffset: 0),
                        "file looks like \(looks.words), expected X12, CSV or XML",
                        expected: "X12, CSV or XML",
                        remedy: "name its form with --as, or ask for another file"))
            return result
        }
        switch chosen {
        case .x12: try checkX12(path, name, &result)
        case .csv: try checkDelimited(path, name, &result)
        case .xml: try checkXML(path, name, &result)
        case .edifact, .json, .fixed: break
        }
        return result
    }

    private func head(_ path: String) throws -> (bytes: [UInt8], byteCount: Int) {
        do {
            let reader = try store.open(path)
            var bytes = [UInt8](repeating: 0, count: DropSniffer.headByteCount)
            var count = 0
            while count < bytes.count {
                let read = try bytes.withUnsafeMutableBytes {
                    try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[count...]))
                }
                guard read > 0 else { break }
                count += read
            }
            return (Array(bytes.prefix(count)), reader.status.byteCount)
        } catch let error as FileError {
            throw Diagnostic(
                "FILE.UNREADABLE", .error, "file '\(visibleText(path))' cannot be read: \(error)",
                expected: "a regular file that may be read", remedy: "check the path and its permissions",
                move: .ours)
        }
    }

    /// Nil where the bytes are no form that is ever read.
    private func chosenForm(_ form: FileCheck.Form?, _ looks: DropFormat) throws -> FileCheck.Form? {
        let chosen: FileCheck.Form? =
            form
            ?? {
                switch looks {
                case .x12: .x12
                case .edifact: .edifact
                case .delimited, .text, .empty, .blank: .csv
                case .xml: .xml
                case .json: .json
                case .fixed: .fixed
                case .html, .zip, .pdf, .png, .jpeg, .gif, .gzip, .ole, .ebcdicX12, .binary: nil
                }
            }()
        if let chosen, [.edifact, .json, .fixed].contains(chosen) {
            throw Diagnostic(
                "USAGE.FORMAT", .error, "format \(chosen.rawValue) is not there yet", found: chosen.rawValue,
                expected: "x12, csv or xml", remedy: "name another form with --as", move: .ours)
        }
        return chosen
    }

    private func checkX12(_ path: String, _ name: String, _ result: inout FileCheck) throws {
        var sets: [FileCheck.SetLine] = []
        var omitted = 0
        let options = X12Check.Options(scan: X12ScanOptions(drop: name), guide: guide)
        let summary = try X12Check.run(
            options, open: { try StagedSource(path, in: store) },
            onSet: { line, _, _ in
                guard sets.count < FileCheck.setsListedMax else {
                    omitted += 1
                    return
                }
                sets.append(
                    FileCheck.SetLine(
                        id: line.id, control: line.control, segments: line.segmentCount,
                        isAccepted: line.isAccepted))
            })
        result.sets = sets
        result.omittedSets = omitted
        result.version = summary.version
        result.interchanges = summary.interchangeCount
        result.groups = summary.groupCount
        result.log = summary.log
    }

    private func checkDelimited(_ path: String, _ name: String, _ result: inout FileCheck) throws {
        let check = try DelimitedCheck(drop: name, source: StagedSource(path, in: store))
        result.records = check.rowCount
        result.log = check.log
    }

    private func checkXML(_ path: String, _ name: String, _ result: inout FileCheck) throws {
        let check = try XMLCheck(drop: name, source: StagedSource(path, in: store))
        result.records = check.elementCount
        result.log = check.log
    }
}
