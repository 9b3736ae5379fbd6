import Canonical
import Diagnostics
import Environment
import Formats
import Ledger
import Mapping

/// Maps compiled for channels, kept for the length of a run.
struct SiteMappings {
    var inbound: [String: InboundPlan] = [:]
    var codes: [String: CodeTable] = [:]
}

extension Site {
    /// How a drop is read: by the channel whose pickup found it.
    ///
    /// - Throws: `Quarantine` where it cannot be read at all.
    func reader(for drop: DropRow, ledger: any LedgerStore) throws -> any DropReader {
        guard let (partner, channel) = configuration.inbound(drop.file.channel) else {
            throw Quarantine(findings: [
                Diagnostic(
                    "CHANNEL.UNKNOWN", .error, at: SourceLocation(drop: drop.file.name, byteOffset: 0),
                    "channel '\(drop.file.channel)' is not configured any more", found: drop.file.channel,
                    expected: "the channel that fetched this drop",
                    remedy: "bring the channel back, then replay the drop",
                    move: .ours)
            ])
        }
        try checkForm(drop, channel)
        switch channel.document.format {
        case .x12:
            return try X12Opening(site: self, ledger: ledger, drop: drop, partner: partner, channel: channel)
                .reader()
        case .csv: return try delimitedReader(drop, channel, partner)
        case .xml: return try xmlReader(drop, channel, partner)
        case .edifact, .json, .fixed, .zpl:
            throw Quarantine(findings: [
                Diagnostic(
                    "USAGE.FORMAT", .error, at: SourceLocation(drop: drop.file.name, byteOffset: 0),
                    "format of \(channel.document) is not there yet", expected: "x12, csv or xml",
                    remedy: "keep the drop; replay it when the format is there", move: .wait)
            ])
        }
    }

    /// Refuses what is plainly something else: a login page, a spreadsheet, nothing at all.
    private func checkForm(_ drop: DropRow, _ channel: InboundChannel) throws {
        let expected: DropFormat =
            switch channel.document.format {
            case .x12: .x12
            case .xml: .xml
            default: .delimited
            }
        let reader = try state.store.open(state.stagedPath(drop.file.digest))
        var head = [UInt8](repeating: 0, count: DropSniffer.headByteCount)
        let count = try head.withUnsafeMutableBytes { try reader.read(into: $0) }
        let isWhole = Int64(count) == drop.file.byteCount
        if let finding = DropSniffer.finding(
            head: head[..<count], expected: expected, drop: drop.file.name, isWholeDrop: isWhole)
        {
            throw Quarantine(findings: [finding])
        }
    }

    /// A drop of delimited text by its channel's dialect and map.
    func delimitedReader(
        _ drop: DropRow, _ channel: InboundChannel, _ partner: Partner
    ) throws -> DelimitedDropReader {
        let plan = try plan(for: channel, of: partner, guide: nil)
        var dialect = plan.dialect ?? .csv
        if let format = channel.format {
            if let delimiter = format.delimiter?.utf8.first { dialect.delimiter = delimiter }
            if let quote = format.quote { dialect.quote = quote.utf8.first }
            if let charset = format.charset.flatMap({ TextCharset(named: $0) }) { dialect.charset = charset }
            if let hasHeader = format.hasHeader { dialect.hasHeader = hasHeader }
        }
        let columns = plan.columns ?? .none
        let path = state.stagedPath(drop.file.digest)
        let store = state.store
        let check = try DelimitedCheck(
            drop: drop.file.name, source: StagedSource(path, in: store), dialect: dialect, columns: columns)
        if check.isQuarantined { throw Quarantine(findings: check.log.kept) }
        return DelimitedDropReader(
            drop: drop.file.name, partner: partner.id, channel: channel.id,
            document: channel.document.description,
            byteCount: drop.file.byteCount, plan: plan, dialect: dialect, columns: columns,
            open: { try StagedSource(path, in: store) })
    }

    private func xmlReader(_ drop: DropRow, _ channel: InboundChannel, _ partner: Partner) throws
        -> XMLDropReader
    {
        let plan = try plan(for: channel, of: partner, guide: nil)
        let selection = plan.selection ?? .wholeDrop
        let path = state.stagedPath(drop.file.digest)
        let store = state.store
        let check = try XMLCheck(
            drop: drop.file.name, source: StagedSource(path, in: store), selection: selection)
        if check.isQuarantined { throw Quarantine(findings: check.log.kept) }
        return XMLDropReader(
            drop: drop.file.name, partner: partner.id, channel: channel.id,
            document: channel.document.description,
            byteCount: drop.file.byteCount, plan: plan, selection: selection,
            open: { try StagedSource(path, in: store) })
    }

    /// How the sets of an X12 channel are read, by version.
    func reading(
        _ channel: InboundChannel, of partner: Partner
    ) throws -> @Sendable (String) -> X12ChannelReading? {
        let declared = try channel.guide.map { try guide($0) }
        let version = declared?.version ?? partner.x12?.version ?? GuideLibrary.fallbackVersion
        let found =
            try declared.map { ($0, false) }
            ?? guide(document: channel.document.name, version: version).map {
                ($0.guide, $0.isFallback)
            }
        var reading = X12ChannelReading(channel: channel.id, guide: found?.0, isFallback: found?.1 ?? false)
        reading.lenient = channel.lenient.map(\.asGuideLeniency)
        if let guide = found?.0, channel.map != nil {
            reading.plan = try plan(for: channel, of: partner, guide: guide)
        }
        let made = reading
        return { received in
            var reading = made
            reading.isFallback = made.isFallback || made.guide.map { $0.version != received } ?? false
            return reading
        }
    }

    /// The plan of a channel's map, compiled once.
    func plan(for channel: InboundChannel, of partner: Partner, guide: Guide?) throws -> InboundPlan {
        if let known = mappings.inbound[channel.id] { return known }
        guard let id = channel.map else {
            throw Quarantine(findings: [
                Diagnostic(
                    "MAP.NONE", .error, at: channel.place.location, "channel '\(channel.id)' has no map",
                    expected: "map: <id>", remedy: "name a map, then replay the drop", move: .ours)
            ])
        }
        let map = try mapDeclaration(id)
        let zone = loaded.zone(channel: channel.timezone, of: partner)
        let options = Dictionary(channel.options.map { ($0.name, $0.value) }) { _, last in last }
        let declared = Set(map.options.map(\.name))
        let (plan, findings) = InboundPlan.compile(
            map, options: options.filter { declared.contains($0.key) }, codes: { [self] in codeTable($0) },
            guide: guide, zone: ZoneOfMaps(zone))
        guard let plan else {
            throw SiteFailure(
                findings: located(findings.filter { $0.severity == .error }, channel.options, channel.place))
        }
        mappings.inbound[channel.id] = plan
        return plan
    }

    /// Findings about a value of an option stand where the channel sets it, not in the map that declares it.
    func located(
        _ findings: [Diagnostic], _ options: [NamedValue<String>], _ place: ConfigurationPlace
    ) -> [Diagnostic] {
        findings.map { finding in
            guard finding.code == "CONFIG.MAP.OPTION",
                let option = options.first(where: { $0.value == finding.found })
            else { return finding }
            var finding = finding
            finding.location = place.location
            let path = "\(place.path).options.\(option.name)"
            if case .file(let line)? = loaded.effective(at: path).first?.origin { finding.location = line }
            return finding
        }
    }

    /// A map by id, with what it extends.
    func mapDeclaration(_ id: String) throws -> MapDeclaration {
        let library = loaded.library
        let (map, findings) = MapDeclaration.read(try library.read(.maps, id)) {
            try? library.read(.maps, $0)
        }
        guard let map else { throw SiteFailure(findings: findings.filter { $0.severity == .error }) }
        return map
    }

    /// A code table by id; a site's own adds to the library's where it says `extends`.
    func codeTable(_ id: String) -> CodeTable? {
        if let known = mappings.codes[id] { return known }
        let library = loaded.library
        guard let node = try? library.read(.codes, id) else { return nil }
        let table = CodeTable.read(node) { try? library.readShipped(.codes, $0) }.table
        mappings.codes[id] = table
        return table
    }
}

/// A zone of the zone database as maps want it.
struct ZoneOfMaps: LocalZone {
    private let zone: ZoneRules

    init(_ zone: ZoneRules) { self.zone = zone }

    var name: String { zone.name }

    func offsetSeconds(at instant: Instant) -> Int { zone.offsetSeconds(at: instant) }

    /// No zone changes its clocks twice within two days, so the offsets a day before and after are the candidates.
    func reading(of date: CalendarDate, secondsOfDay: Int) -> LocalReading {
        let naive = Instant(date: date, secondsOfDay: secondsOfDay)
        let before = zone.offsetSeconds(at: naive.adding(seconds: -86_400))
        let after = zone.offsetSeconds(at: naive.adding(seconds: 86_400))
        for offset in [before, after] where zone.offsetSeconds(at: naive.adding(seconds: -offset)) == offset {
            return LocalReading(offsetSeconds: offset)
        }
        return LocalReading(offsetSeconds: before, isSkipped: true)
    }
}
