import Canonical
import Diagnostics
import Environment
import Formats
import Mapping

/// Writes papers by a channel's map, and reads back what it wrote before it counts as written.
struct PlannedPaperWriter: PaperWriting {
    let channel: String
    let plan: OutboundPlan
    let context: RenderContext
    /// For X12: with whom, and by which guide it is read back.
    let envelope: X12Envelope?
    let guide: Guide?
    /// Local day as CCYYMMDD, for the guide's leniency.
    let today: Int

    var kind: DocumentKind { plan.kind }

    func draw(count: Int, _ numbers: inout ControlNumbers) throws -> PaperNumbers {
        guard let envelope, plan.functionalID != nil else {
            return PaperNumbers(controls: (0..<count).map { String($0 + 1) })
        }
        let drawn = try envelope.draw(&numbers)
        var controls: [String] = []
        for index in 0..<count { controls.append(try envelope.setControl(index, &numbers)) }
        return PaperNumbers(envelope: drawn, controls: controls)
    }

    func write(_ documents: [CanonicalDocument], _ numbers: PaperNumbers) throws -> WrittenFile {
        let rendered: RenderedDrop
        var file: WrittenFile
        if let envelope, let functionalID = plan.functionalID, let drawn = numbers.envelope {
            rendered = plan.render(
                documents,
                envelope: X12RenderEnvelope(
                    interchange: envelope.interchangeHeader(drawn),
                    group: envelope.groupHeader(functionalID, drawn),
                    setControls: numbers.controls, writer: envelope.options), context: context)
            file = WrittenFile(
                bytes: rendered.bytes, controls: numbers.controls, functionalID: functionalID,
                groupControl: String(drawn.group), interchangeControl: drawn.interchangeText)
        } else {
            rendered = plan.render(documents, drop: channel, context: context)
            file = WrittenFile(bytes: rendered.bytes, controls: numbers.controls)
        }
        if let refusal = rendered.findings.first(where: { $0.effect != .none }) { throw refusal.diagnostic }
        file.findings = rendered.findings.map(\.diagnostic)
        file.names = names(documents)
        try readBack(file, count: documents.count)
        return file
    }

    /// What a file name can say about its content.
    private func names(_ documents: [CanonicalDocument]) -> [(name: String, text: String)] {
        let number = documents.first.flatMap { document in
            document.kind.schema.fieldIndex("number").flatMap { document.header.values[$0]?.description }
        }
        let safe = (number ?? "").map { $0.isLetter || $0.isNumber || $0 == "-" ? $0 : "_" }
        return [("number", String(safe)), ("count", String(documents.count))]
    }

    /// What a partner could not read must not leave the house.
    private func readBack(_ file: WrittenFile, count: Int) throws {
        switch plan.form.family {
        case .x12: try readBackX12(file, count: count)
        case .csv:
            let check = try DelimitedCheck(
                drop: channel, source: ByteArraySource(file.bytes), dialect: plan.dialect ?? .csv)
            if check.isQuarantined || check.refusedRowCount > 0 { throw unreadable(check.log.kept.first) }
        case .xml:
            let check = try XMLCheck(drop: channel, source: ByteArraySource(file.bytes))
            if check.isQuarantined { throw unreadable(check.log.kept.first) }
        case .text: break
        }
    }

    private func readBackX12(_ file: WrittenFile, count: Int) throws {
        let options = X12ScanOptions(drop: channel)
        let scan = try X12EnvelopeScan.scan(ByteArraySource(file.bytes), options: options)
        guard scan.interchanges.count == 1, scan.interchanges[0].disposition == .sound, scan.setCount == count
        else {
            throw unreadable(scan.findings.first ?? scan.interchanges.first?.findings.first)
        }
        var checking = X12ValidatorOptions(drop: channel)
        checking.today = today
        var validator = X12Validator(guide: guide, options: checking)
        var reader = X12SetReader(ByteArraySource(file.bytes), scan: scan, options: options)
        while var set = try reader.next() {
            let verdict = validator.validate(&set)
            if verdict.state == .rejected {
                throw unreadable(verdict.findings.first { $0.severity == .error })
            }
        }
    }

    private func unreadable(_ cause: Diagnostic?) -> Diagnostic {
        Diagnostic(
            "OUT.READBACK", .error, at: cause?.location,
            "document for channel '\(channel)' is not what its guide demands: "
                + (cause.map { "\($0.code) \($0.message)" } ?? "its counts differ"),
            found: cause?.found, expected: cause?.expected,
            remedy: "mend the map '\(plan.map)' or the data; it is tried again",
            move: .ours)
    }
}

extension Site {
    /// What writes the papers of an outbound channel.
    func writer(for channel: OutboundChannel, of partner: Partner) throws -> any PaperWriting {
        guard let id = channel.map else {
            throw Diagnostic(
                "MAP.NONE", .error, at: channel.place.location, "channel '\(channel.id)' has no map",
                expected: "map: <id>", remedy: "name a map", move: .ours)
        }
        let zone = loaded.zone(channel: channel.timezone, of: partner)
        let context = RenderContext(
            now: Instant(milliseconds: clock.now()), zone: ZoneOfMaps(zone),
            values: [
                "us": configuration.identity(partner.us)?.name ?? partner.us,
                "partner": partner.name ?? partner.id,
            ])
        var guide: Guide?
        var envelope: X12Envelope?
        if channel.document.format == .x12 {
            envelope = self.envelope(partner)
            guard let envelope else {
                throw Diagnostic(
                    "CONFIG.REFERENCE", .error, at: channel.place.location,
                    "partner '\(partner.id)' or identity '\(partner.us)' has no `x12`",
                    expected: "x12: with isa and gs on both sides", remedy: "add it", move: .ours)
            }
            guide =
                try channel.guide.map { try self.guide($0) }
                ?? self.guide(document: channel.document.name, version: envelope.partner.version)?.guide
        }
        let map = try mapDeclaration(id)
        let options = Dictionary(channel.options.map { ($0.name, $0.value) }) { _, last in last }
        let declared = Set(map.options.map(\.name))
        let (plan, findings) = OutboundPlan.compile(
            map, options: options.filter { declared.contains($0.key) }, codes: { [self] in codeTable($0) },
            guide: guide)
        guard let plan else {
            throw SiteFailure(
                findings: located(findings.filter { $0.severity == .error }, channel.options, channel.place))
        }
        return PlannedPaperWriter(
            channel: channel.id, plan: plan, context: context, envelope: envelope, guide: guide,
            today: todayNumber)
    }
}
