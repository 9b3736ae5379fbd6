/// What a TA1 says of an interchange.
///
/// - Source: X12.5, segment TA1.
public struct InterchangeAcknowledgment: Sendable, Hashable {
    /// TA101: ISA13 of the interchange that is answered.
    public var control: String
    /// TA102 and TA103: its ISA09 and ISA10.
    public var date: String
    public var time: String
    /// TA104: A, E (accepted, with an error noted) or R.
    public var code: String
    /// TA105.
    public var note: InterchangeNote

    /// nil when nobody can be answered (no ISA, or none to be relied on), or ISA14 does not ask and all is well.
    public init?(_ scan: X12InterchangeScan) {
        guard let header = scan.header else { return nil }
        let note = scan.note ?? .none
        switch scan.disposition {
        case .sound:
            guard header.wantsAcknowledgment || note != .none else { return nil }
            code = note == .none ? "A" : "E"
        case .quarantined, .refused:
            guard note != .none else { return nil }
            code = "R"
        }
        control = header.control
        date = header.date
        time = header.time
        self.note = note
    }

    /// The TA1 segment, for `X12Writer.segments` between `beginInterchange` and the first group.
    public var segments: SegmentBuffer {
        var buffer = SegmentBuffer()
        buffer.append("TA1", [control, date, time, code, note.code])
        return buffer
    }
}
