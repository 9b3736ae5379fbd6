public import Canonical
public import Diagnostics
import Environment
import Exchange
import Formats
import Mapping

/// Reads, checks and converts files without a ledger and without partners: `check`, `convert`, `ack`. It needs the library
/// of guides, maps and codes, and a site's own where a configuration is named.
public final class Workbench {
    private let library: Library
    private let store = PosixFileStore()
    private let clock: any WallClock
    private var guides: GuideLibrary

    /// - Parameter config: the path of a `channels.yaml`; its folder is where guides and maps are looked for first.
    public init(config: String) throws {
        let folder = parentDirectory(of: config)
        let library = Library(siteFolder: folder, programFolder: Site.programFolder(), sources: .system)
        self.library = library
        clock = try Site.clock()
        guides = GuideLibrary { id in library.path(.guides, id) == nil ? nil : try library.read(.guides, id) }
    }

    private var today: CalendarDate { Instant(milliseconds: clock.now()).local(offsetSeconds: 0).date }

    private var todayNumber: Int {
        let (year, month, day) = today.parts
        return year * 10_000 + month * 100 + day
    }

    /// - Parameter guideID: the guide for every set; found by document and version where nil.
    public func check(_ path: String, as form: FileCheck.Form?, guideID: String?) throws -> FileCheck {
        let named = try guideID.map { try guides.guide($0) }
        return try FileChecker(store: store, today: todayNumber) { [self] document, version in
            if let named { return named.document == document ? (named, false) : nil }
            return try guides.guide(document: document, version: version)
        }.check(path, as: form)
    }

    // MARK: Convert

    /// The canonical documents that a file holds, one after the other.
    ///
    /// - Parameter mapID: the map to read by; found by format and document where nil.
    /// - Returns: the findings; documents that could not be mapped are not among those handed over.
    public func convert(
        _ path: String, mapID: String?, _ each: (CanonicalDocument) throws -> Void
    ) throws -> [Diagnostic] {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let form = try check(path, as: nil, guideID: nil)
        switch form.format {
        case "x12": return try convertX12(path, name, mapID, each)
        case "csv": return try convertRows(path, name, mapID, each)
        case "xml": return try convertXML(path, name, mapID, each)
        default:
            throw Diagnostic(
                "USAGE.FORMAT", .error, "format of '\(visibleText(name))' cannot be converted",
                found: form.format,
                expected: "X12, CSV or XML", remedy: "convert another file", move: .ours)
        }
    }

    private func convertX12(
        _ path: String, _ name: String, _ mapID: String?, _ each: (CanonicalDocument) throws -> Void
    ) throws -> [Diagnostic] {
        let options = X12ScanOptions(drop: name)
        let scan = try X12EnvelopeScan.scan(StagedSource(path, in: store), options: options)
        var findings = scan.findings + scan.interchanges.flatMap(\.findings)
        var reader = X12SetReader(try StagedSource(path, in: store), scan: scan, options: options)
        var mappers: [String: X12Mapper] = [:]
        while var set = try reader.next() {
            let found = try guides.guide(document: set.id, version: set.envelope.group.standardVersion)
            var checking = X12ValidatorOptions(drop: name)
            checking.today = todayNumber
            var validator = X12Validator(
                guide: found?.guide, isFallback: found?.isFallback ?? false, options: checking)
            let verdict = validator.validate(&set)
            findings += verdict.findings
            guard verdict.state != .rejected, let guide = found?.guide else { continue }
            let id = mapID ?? "x12-\(set.id)"
            if mappers[id] == nil, library.path(.maps, id) != nil {
                mappers[id] = X12Mapper(try plan(id, guide: guide), drop: name)
            }
            guard let mapped = mappers[id]?.map(set) else {
                findings.append(noMap(id, name, at: set.byteOffset))
                continue
            }
            findings += mapped.findings.map(\.diagnostic)
            if mapped.disposition == .accepted { try each(mapped.document) }
        }
        return findings
    }

    private func convertRows(
        _ path: String, _ name: String, _ mapID: String?, _ each: (CanonicalDocument) throws -> Void
    ) throws -> [Diagnostic] {
        let plan = try plan(try mapID ?? mapForColumns(path, name), guide: nil)
        guard var mapper = RowMapper(plan, drop: name) else { return [noMap(plan.map, name, at: 0)] }
        var reader = DelimitedReader(
            drop: name, source: try StagedSource(path, in: store), dialect: plan.dialect ?? .csv,
            columns: plan.columns ?? .none)
        var findings: [Diagnostic] = []
        var mapped: [MappedDocument] = []
        func take() throws {
            for document in mapped {
                findings += document.findings.map(\.diagnostic)
                if document.disposition == .accepted { try each(document.document) }
            }
            mapped.removeAll(keepingCapacity: true)
        }
        do {
            while let row = try reader.next() {
                mapper.add(row, header: reader.header, into: &mapped)
                try take()
            }
            mapper.finish(into: &mapped)
            try take()
        } catch is Diagnostic {
            // The reader has told it in its log.
        }
        return reader.log.kept + findings
    }

    private func convertXML(
        _ path: String, _ name: String, _ mapID: String?, _ each: (CanonicalDocument) throws -> Void
    ) throws -> [Diagnostic] {
        let plan = try plan(try mapID ?? mapForDocuments(path, name), guide: nil)
        let reader = XMLReader(
            drop: name, source: try StagedSource(path, in: store), selection: plan.selection ?? .wholeDrop)
        guard var mapper = XMLMapper(plan, drop: name, reader: reader) else {
            return [noMap(plan.map, name, at: 0)]
        }
        var findings: [Diagnostic] = []
        do {
            while let record = try reader.next() {
                let mapped = mapper.map(record)
                findings += mapped.findings.map(\.diagnostic)
                if mapped.disposition == .accepted { try each(mapped.document) }
            }
        } catch is Diagnostic {
            // The reader has told it in its log.
        }
        return reader.log.kept + findings
    }

    /// The map of delimited text whose required columns the file has; the one that asks for most of them.
    private func mapForColumns(_ path: String, _ name: String) throws -> String {
        let header = try DelimitedCheck(drop: name, source: StagedSource(path, in: store)).columnNames
            .map { DelimitedColumns.normalized($0) }
        var best: (id: String, count: Int)?
        for id in library.ids(.maps) where !id.contains("/") {
            guard let plan = try? plan(id, guide: nil), let columns = plan.columns else { continue }
            let wanted = columns.columns.filter(\.isRequired)
            let isThere = wanted.allSatisfy { column in
                ([column.name] + column.aliases).contains { header.contains(DelimitedColumns.normalized($0)) }
            }
            if isThere, wanted.count > (best?.count ?? 0) { best = (id, wanted.count) }
        }
        guard let best else { throw noMap("for these columns", name, at: 0) }
        return best.id
    }

    private func mapForDocuments(_ path: String, _ name: String) throws -> String {
        let root = try XMLCheck(drop: name, source: StagedSource(path, in: store)).rootName
        for id in library.ids(.maps) where !id.contains("/") {
            guard let plan = try? plan(id, guide: nil), let selection = plan.selection else { continue }
            if selection.root == root || selection.documents.contains(where: { $0 == root }) { return id }
        }
        throw noMap(root.map { "for root \($0)" } ?? "for no root", name, at: 0)
    }

    private func plan(_ id: String, guide: Guide?) throws -> InboundPlan {
        let library = library
        let (map, mapFindings) = MapDeclaration.read(try library.read(.maps, id)) {
            try? library.read(.maps, $0)
        }
        guard let map else { throw SiteFailure(findings: mapFindings) }
        let (plan, findings) = InboundPlan.compile(
            map,
            codes: { id in
                guard let node = try? library.read(.codes, id) else { return nil }
                return CodeTable.read(node) { try? library.readShipped(.codes, $0) }.table
            }, guide: guide)
        guard let plan else { throw SiteFailure(findings: findings) }
        return plan
    }

    private func noMap(_ what: String, _ name: String, at offset: Int) -> Diagnostic {
        Diagnostic(
            "MAP.NONE", .error, at: SourceLocation(drop: name, byteOffset: offset), "there is no map \(what)",
            expected: "a map that reads this document",
            remedy: "name one with --map, or add one to config/maps",
            move: .ours)
    }

    // MARK: Acknowledge

    /// A kind of acknowledgment that can be asked for.
    public enum AcknowledgmentKind: String, Sendable, CaseIterable {
        case ta1, functional = "997", implementation = "999", contrl
    }

    /// The acknowledgments that a file earns, as the bytes that would be sent.
    public func acknowledge(_ path: String, _ kind: AcknowledgmentKind) throws -> [UInt8] {
        guard kind == .ta1 || kind == .functional else {
            throw Diagnostic(
                "USAGE.FORMAT", .error, "acknowledgment \(kind.rawValue) is not there yet",
                found: kind.rawValue,
                expected: "ta1 or 997", remedy: "ask for another kind", move: .ours)
        }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        guard try store.status(of: path) != nil else {
            throw Diagnostic(
                "FILE.UNREADABLE", .error, "file '\(visibleText(path))' is not there",
                expected: "an X12 file",
                remedy: "check the path", move: .ours)
        }
        let options = X12ScanOptions(drop: name)
        let scan = try X12EnvelopeScan.scan(StagedSource(path, in: store), options: options)
        if scan.isUnreadable { throw SiteFailure(findings: scan.findings) }
        return kind == .ta1 ? try interchangeAnswers(scan) : try functionalAnswers(path, name, scan, options)
    }

    private func interchangeAnswers(_ scan: X12Scan) throws -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, found) in scan.interchanges.enumerated() {
            guard let header = found.header, let answer = InterchangeAcknowledgment(found) else { continue }
            var writer = X12Writer(options: answerOptions(found))
            writer.beginInterchange(answerHeader(header, control: index + 1))
            writer.segments(answer.segments)
            writer.endInterchange()
            bytes += writer.takeBytes()
        }
        return bytes
    }

    private func functionalAnswers(
        _ path: String, _ name: String, _ scan: X12Scan, _ options: X12ScanOptions
    ) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var open: (envelope: X12SetEnvelope, words: Formats.FunctionalAcknowledgment)?
        var control = 0
        func close() throws {
            guard let group = open else { return }
            open = nil
            guard let content = group.words.finish(scan.groups[group.envelope.groupIndex]) else { return }
            control += 1
            var writer = X12Writer(options: answerOptions(scan.interchanges[group.envelope.interchangeIndex]))
            writer.beginInterchange(answerHeader(group.envelope.interchange, control: control))
            var header = group.envelope.group
            (header.sender, header.receiver) = (header.receiver, header.sender)
            header.functionalID = "FA"
            header.date = today.compact
            header.control = String(control)
            writer.beginGroup(header)
            writer.beginSet(id: "997", control: "0001", guide: try? guides.guide("x12-004010-997"))
            writer.segments(content.segments)
            writer.endSet()
            writer.endGroup()
            writer.endInterchange()
            bytes += writer.takeBytes()
        }
        var reader = X12SetReader(try StagedSource(path, in: store), scan: scan, options: options)
        while var set = try reader.next() {
            if let group = open, group.envelope.groupIndex != set.envelope.groupIndex { try close() }
            if open == nil {
                open = (
                    set.envelope,
                    Formats.FunctionalAcknowledgment(group: set.envelope.group)
                )
            }
            let found = try guides.guide(document: set.id, version: set.envelope.group.standardVersion)
            var checking = X12ValidatorOptions(drop: name)
            checking.today = todayNumber
            var validator = X12Validator(
                guide: found?.guide, isFallback: found?.isFallback ?? false, options: checking)
            let verdict = validator.validate(&set)
            open?.words.add(set, verdict)
        }
        try close()
        return bytes
    }

    private func answerOptions(_ found: X12InterchangeScan) -> X12WriterOptions {
        var options = X12WriterOptions()
        if let delimiters = found.delimiters { options.delimiters = delimiters }
        options.lineEnd = options.delimiters.terminator.contains(0x0A) ? [] : [0x0A]
        return options
    }

    private func answerHeader(_ header: X12InterchangeHeader, control: Int) -> X12InterchangeHeader {
        var answer = header
        (answer.senderQualifier, answer.receiverQualifier) = (
            header.receiverQualifier, header.senderQualifier
        )
        (answer.sender, answer.receiver) = (header.receiver, header.sender)
        answer.date = String(today.compact.dropFirst(2))
        answer.control = String(repeating: "0", count: 9 - String(control).count) + String(control)
        answer.wantsAcknowledgment = false
        return answer
    }
}
