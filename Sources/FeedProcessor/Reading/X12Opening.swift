import Canonical
import Diagnostics
import Environment
import Formats
import Ledger

/// The first pass over an X12 drop: scans its envelopes, and decides interchange by interchange whether it is admitted:
/// sound, from this partner to us, of the right usage, never seen before.
struct X12Opening {
    let site: Site
    let ledger: any LedgerStore
    let drop: DropRow
    let partner: Partner
    /// The channel whose pickup found the drop.
    let channel: InboundChannel

    func reader() throws -> X12DropReader {
        let path = site.state.stagedPath(drop.file.digest)
        let store = site.state.store
        var options = X12ScanOptions(drop: drop.file.name)
        options.lenient = channel.lenient.map(\.asGuideLeniency)
        let scan = try X12EnvelopeScan.scan(StagedSource(path, in: store), options: options)
        guard !scan.isUnreadable else { throw Quarantine(findings: scan.findings) }
        let digests = try InterchangeDigests.read(scan.interchanges.map(\.span), path: path, store: store)
        let known = try knownInterchanges(scan)
        var seen: Set<String> = []
        let entries = scan.interchanges.enumerated().map { index, found in
            let admission = admission(found, digest: digests[index], known: known, seen: &seen)
            return (row(found, index, digests[index], admission), admission)
        }
        var acknowledgment = Formats.FunctionalAcknowledgment.Options()
        if let sending = partner.acknowledgments.send {
            acknowledgment.detail = sending.detail == .all ? .all : .errors
            acknowledgment.acceptedSets = sending.acceptedSets == .omit ? .omit : .list
        }
        let readings = try readings()
        return X12DropReader(
            drop: drop.file.name, partner: partner.id, scan: scan, interchanges: entries, options: options,
            reading: { document, version in readings[document]?(version) }, acknowledgment: acknowledgment,
            today: site.todayNumber, open: { try StagedSource(path, in: store) })
    }

    /// How sets are read, by ST01: the channels that share this pickup, each with its guide and map.
    private func readings() throws -> [String: @Sendable (String) -> X12ChannelReading?] {
        var table: [String: @Sendable (String) -> X12ChannelReading?] = [:]
        let root = channel.pickup.sharedWith ?? channel.id
        for candidate in partner.inbound where candidate.id == root || candidate.pickup.sharedWith == root {
            guard candidate.document.format == .x12, table[candidate.document.name] == nil else { continue }
            let reading = try site.reading(candidate, of: partner)
            table[candidate.document.name] = { reading($0) }
        }
        return table
    }

    // MARK: Admission

    private func knownInterchanges(_ scan: X12Scan) throws -> [String: (drop: DropID, digest: [UInt8])] {
        var known: [String: (drop: DropID, digest: [UInt8])] = [:]
        guard channel.dedupe.interchange.key == .controlNumber else { return known }
        let headers = scan.interchanges.compactMap(\.header)
        for (identity, group) in Dictionary(grouping: headers, by: { Self.identity($0) }).sorted(by: {
            $0.key < $1.key
        }) {
            guard let first = group.first else { continue }
            for row in try ledger.knownInterchanges(
                senderQualifier: first.senderQualifier, sender: first.sender,
                receiverQualifier: first.receiverQualifier, receiver: first.receiver,
                controls: group.map(\.control)) where row.drop != drop.id
            {
                known[identity + " " + row.control] = (row.drop, row.digest)
            }
        }
        return known
    }

    private static func identity(_ header: X12InterchangeHeader) -> String {
        "\(header.senderQualifier)/\(header.sender) \(header.receiverQualifier)/\(header.receiver)"
    }

    private func admission(
        _ found: X12InterchangeScan, digest: [UInt8], known: [String: (drop: DropID, digest: [UInt8])],
        seen: inout Set<String>
    ) -> X12Admission {
        let place = SourceLocation(
            drop: drop.file.name, byteOffset: found.span.lowerBound,
            segment: SegmentPosition(ordinal: 1, tag: "ISA"))
        guard found.disposition != .quarantined, let header = found.header else {
            return .quarantined(
                found.findings.first { $0.severity == .error }
                    ?? Diagnostic("X12.ISA.SHORT", .error, at: place, "interchange cannot be read"))
        }
        if let finding = partnerFinding(header, place) { return .quarantined(finding) }
        let key = Self.identity(header) + " " + header.control
        let isNewHere = seen.insert(key).inserted
        if let earlier = known[key] {
            if earlier.digest == digest {
                return .duplicate(
                    Diagnostic(
                        "DUP.INTERCHANGE", .warning, at: place,
                        "ISA13 \(visibleText(header.control)) from \(visibleText(header.senderQualifier))/"
                            + "\(visibleText(header.sender)) already received with d-\(earlier.drop), same bytes"
                    ))
            }
            return .quarantined(duplicate(header, place, "with d-\(earlier.drop), other bytes"))
        }
        return isNewHere ? .admitted : .quarantined(duplicate(header, place, "earlier in this drop"))
    }

    private func duplicate(_ header: X12InterchangeHeader, _ place: SourceLocation, _ how: String)
        -> Diagnostic
    {
        Diagnostic(
            "DUP.INTERCHANGE", .error, at: place,
            "ISA13 \(visibleText(header.control)) from \(visibleText(header.senderQualifier))/"
                + "\(visibleText(header.sender)) already received \(how)",
            found: header.control, expected: "a control number that was never used between us",
            remedy: "ask the partner to send it again under a new control number", move: .partner)
    }

    private func partnerFinding(_ header: X12InterchangeHeader, _ place: SourceLocation) -> Diagnostic? {
        guard let theirs = partner.x12,
            theirs.isa.qualifier == header.senderQualifier && theirs.isa.id == header.sender
        else {
            return Diagnostic(
                "X12.PARTNER.UNKNOWN", .error, at: place,
                "\(visibleText(header.senderQualifier))/\(visibleText(header.sender)) is not a partner of channel "
                    + "'\(channel.id)'",
                found: "\(header.senderQualifier)/\(header.sender)",
                expected: partner.x12.map { "\($0.isa.qualifier)/\($0.isa.id)" } ?? "a partner with `x12:`",
                remedy: "ask who sent it, or correct `x12.isa` of '\(partner.id)'", move: .ours)
        }
        if let us = site.configuration.identity(partner.us)?.x12,
            us.isa.qualifier != header.receiverQualifier || us.isa.id != header.receiver
        {
            return Diagnostic(
                "X12.RECEIVER.UNKNOWN", .error, at: place,
                "\(visibleText(header.receiverQualifier))/\(visibleText(header.receiver)) is not us",
                found: "\(header.receiverQualifier)/\(header.receiver)",
                expected: "\(us.isa.qualifier)/\(us.isa.id)", remedy: "ask the partner whom they meant",
                move: .partner)
        }
        let usage = channel.usage ?? site.configuration.usage(of: partner)
        if usage == .production, header.usage == "T" {
            return Diagnostic(
                "X12.USAGE.TEST_IN_PROD", .error, at: place, "ISA15 T on production channel '\(channel.id)'",
                found: "T", expected: "P", remedy: "ask the partner to send test files to the test system",
                move: .partner)
        }
        if usage == .test, header.usage == "P" {
            return Diagnostic(
                "X12.USAGE.PROD_IN_TEST", .error, at: place, "ISA15 P on test channel '\(channel.id)'",
                found: "P",
                expected: "T", remedy: "ask the partner to send production files to the production system",
                move: .partner)
        }
        return nil
    }

    private func row(
        _ found: X12InterchangeScan, _ index: Int, _ digest: [UInt8], _ admission: X12Admission
    ) -> InterchangeRow {
        let header = found.header
        var isQuarantined = false
        var found = found
        if case .quarantined(let finding) = admission {
            isQuarantined = true
            // What the scan found sound may still be somebody else's, or known already: then that is its note.
            if found.disposition != .quarantined || found.note == nil {
                found.note = AcknowledgmentWords.word(for: finding.code).interchange
            }
            found.disposition = .quarantined
        }
        return InterchangeRow(
            ordinal: index, offset: Int64(found.span.lowerBound), length: Int64(found.span.count),
            senderQualifier: header?.senderQualifier ?? "", sender: header?.sender ?? "",
            receiverQualifier: header?.receiverQualifier ?? "", receiver: header?.receiver ?? "",
            control: header?.control ?? "", usage: header?.usage ?? "", version: header?.version ?? "",
            isQuarantined: isQuarantined, note: found.note?.code ?? "000", digest: digest,
            acknowledgment: interchangeAnswer(found))
    }

    /// The TA1 that is owed: where the ISA asks, or the partner always wants one.
    private func interchangeAnswer(_ found: X12InterchangeScan) -> [UInt8] {
        guard let sending = partner.acknowledgments.send, sending.interchange != .never,
            let header = found.header,
            partner.x12?.isa.id == header.sender, header.wantsAcknowledgment || sending.interchange == .always
        else { return [] }
        return InterchangeAcknowledgment(found)?.segments.bytes ?? []
    }
}

/// Hashes the interchanges of a drop in one pass.
enum InterchangeDigests {
    /// - Parameter spans: in the order of the drop, not overlapping.
    static func read(_ spans: [Range<Int>], path: String, store: any FileStore) throws -> [[UInt8]] {
        let reader = try store.open(path)
        var digests: [[UInt8]] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var offset = 0
        for span in spans {
            var hasher = SHA256Hasher()
            while offset < span.upperBound {
                let wanted = min(
                    buffer.count, (offset < span.lowerBound ? span.lowerBound : span.upperBound) - offset)
                let isInside = offset >= span.lowerBound
                let count = try buffer.withUnsafeMutableBytes { raw in
                    let count = try reader.read(into: UnsafeMutableRawBufferPointer(rebasing: raw[..<wanted]))
                    if isInside { hasher.update(UnsafeRawBufferPointer(rebasing: raw[..<count])) }
                    return count
                }
                guard count > 0 else { break }
                offset += count
            }
            digests.append(hasher.finish().bytes)
        }
        return digests
    }
}

extension Leniency {
    /// The same, as guides want it.
    var asGuideLeniency: GuideLeniency {
        let day = until.map { date in
            let (year, month, day) = date.parts
            return year * 10_000 + month * 100 + day
        }
        return GuideLeniency(
            path: path, rule: rule, action: action == .warn ? .warn : .ignore, reason: reason, until: day)
    }
}
