/// The TA1 for one interchange.
///
/// - Source: X12.5, TA1: control number, date and time of the interchange answered, verdict, note.
public struct InterchangeAcknowledgment: Sendable, Hashable {
    /// TA101 to TA103, as the interchange has them.
    public var control: String
    /// TA102, ISA09.
    public var date: String
    /// TA103, ISA10.
    public var time: String
    /// TA104: `A`, `E` or `R`.
    public var code: String
    /// TA105.
    public var note: InterchangeNote
    /// ISA14 asked for it.
    public var isRequested: Bool

    /// The answer to an interchange as the first pass left it.
    ///
    /// - Shape: nil where nobody can be answered, and for an interchange that itself only acknowledges.
    public init?(_ scan: X12InterchangeScan) {
        guard let header = scan.header else { return nil }
        if scan.acknowledgmentCount > 0 && scan.groups.isEmpty { return nil }
        let isSound = scan.disposition == .sound
        self.init(header, note: isSound ? .none : scan.note ?? .structure, isRejected: !isSound)
    }

    /// The answer where somebody above knows better: an unknown sender, a duplicate.
    public init(_ header: X12InterchangeHeader, note: InterchangeNote, isRejected: Bool) {
        control = header.control
        date = header.date
        time = header.time
        code = isRejected ? "R" : "A"
        self.note = note
        isRequested = header.wantsAcknowledgment
    }

    /// The TA1 segment.
    public var segments: SegmentBuffer {
        func digits(_ text: String, _ width: Int) -> String {
            let kept = text.utf8.filter { $0 > 0x20 && $0 < 0x7F }.prefix(width)
            return String(repeating: "0", count: width - kept.count) + String(decoding: kept, as: UTF8.self)
        }
        var buffer = SegmentBuffer()
        buffer.append("TA1", [digits(control, 9), digits(date, 6), digits(time, 4), code, note.code])
        return buffer
    }
}
