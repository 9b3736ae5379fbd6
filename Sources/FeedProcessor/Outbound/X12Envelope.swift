import Canonical
import Diagnostics
import Formats

/// Who writes to whom in X12, with which separators and numbers.
struct X12Envelope: Sendable {
    let us: X12Identity
    let partner: PartnerX12
    /// ISA15.
    let isTest: Bool
    /// The moment on the site's clock.
    let date: CalendarDate
    let secondsOfDay: Int

    /// The control numbers of one interchange with one group.
    struct Numbers: Sendable {
        var interchange: Int64
        var group: Int64
        /// ISA13, nine digits.
        var interchangeText: String {
            String(repeating: "0", count: max(0, 9 - String(interchange).count)) + String(interchange)
        }
    }

    private var scope: String {
        let ours = "\(us.isa.qualifier):\(us.isa.id)"
        return partner.controlNumbers.scope == .identity
            ? ours : "\(ours) \(partner.isa.qualifier):\(partner.isa.id)"
    }

    func draw(_ numbers: inout ControlNumbers) throws -> Numbers {
        let start = Int64(partner.controlNumbers.isaStart)
        let interchange = try numbers.next("isa \(scope)", start: start)
        let group =
            partner.controlNumbers.isGroupUnique ? try numbers.next("gs \(scope)", start: start) : Int64(1)
        return Numbers(interchange: interchange, group: group)
    }

    /// ST02 of a set: its place in the group, or a number that never comes again where the partner wants that.
    func setControl(_ position: Int, _ numbers: inout ControlNumbers) throws -> String {
        let number =
            partner.controlNumbers.isSetUnique
            ? try numbers.next("st \(scope)", start: 1) : Int64(position + 1)
        let digits = String(number)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }

    var options: X12WriterOptions {
        var options = X12WriterOptions()
        let declared = partner.delimiters
        options.delimiters = Formats.X12Delimiters(
            element: byte(declared.element), component: byte(declared.component),
            repetition: interchangeVersion < "00402" ? nil : byte(declared.repetition),
            terminator: Array(declared.segment.utf8))
        switch declared.newline {
        case .none: options.lineEnd = []
        case .lf: options.lineEnd = [0x0A]
        case .crlf: options.lineEnd = [0x0D, 0x0A]
        }
        return options
    }

    private func byte(_ text: String) -> UInt8 { text.utf8.first ?? 0x2A }

    /// ISA12: `00401` for 004010, `00501` for 005010.
    private var interchangeVersion: String { String(partner.version.prefix(5)) }

    func interchangeHeader(_ numbers: Numbers) -> X12InterchangeHeader {
        X12InterchangeHeader(
            senderQualifier: us.isa.qualifier, sender: us.isa.id, receiverQualifier: partner.isa.qualifier,
            receiver: partner.isa.id, date: String(date.compact.dropFirst(2)),
            time: ClockText.hoursMinutes(secondsOfDay), version: interchangeVersion,
            control: numbers.interchangeText, wantsAcknowledgment: false, usage: isTest ? "T" : "P")
    }

    func groupHeader(_ functionalID: String, _ numbers: Numbers) -> X12GroupHeader {
        X12GroupHeader(
            functionalID: functionalID, sender: us.gs, receiver: partner.gs, date: date.compact,
            time: ClockText.hoursMinutes(secondsOfDay), control: String(numbers.group), agency: "X",
            version: partner.version)
    }
}

extension X12Envelope {
    /// A functional acknowledgment in an interchange of its own (997).
    ///
    /// - Parameter content: the segments from AK1 to AK9.
    func functionalAcknowledgment(
        _ content: [UInt8], guide: Guide?, numbers: inout ControlNumbers
    ) throws -> WrittenFile {
        let drawn = try draw(&numbers)
        let control = try setControl(0, &numbers)
        var writer = X12Writer(options: options)
        writer.beginInterchange(interchangeHeader(drawn))
        writer.beginGroup(groupHeader("FA", drawn))
        writer.beginSet(id: "997", control: control, guide: guide)
        writer.segments(SegmentBuffer(bytes: content))
        writer.endSet()
        writer.endGroup()
        writer.endInterchange()
        let bytes = writer.takeBytes()
        return WrittenFile(
            bytes: bytes, controls: [control], functionalID: "FA", groupControl: String(drawn.group),
            interchangeControl: drawn.interchangeText, findings: writer.log.kept)
    }

    /// An interchange acknowledgment (TA1): an interchange without groups.
    func interchangeAcknowledgment(_ content: [UInt8], numbers: inout ControlNumbers) throws -> WrittenFile {
        let drawn = try draw(&numbers)
        var writer = X12Writer(options: options)
        writer.beginInterchange(interchangeHeader(drawn))
        writer.segments(SegmentBuffer(bytes: content))
        writer.endInterchange()
        let bytes = writer.takeBytes()
        return WrittenFile(
            bytes: bytes, controls: [""], interchangeControl: drawn.interchangeText, findings: writer.log.kept
        )
    }
}
