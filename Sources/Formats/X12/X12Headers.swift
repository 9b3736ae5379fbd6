/// What an ISA says, blanks trimmed.
///
/// - Source: X12.5, interchange control structures; ISA01 to ISA16.
public struct X12InterchangeHeader: Sendable, Hashable {
    /// ISA01 to ISA04, authorization and security, with their qualifiers.
    public var authorizationQualifier = "00"
    /// ISA02.
    public var authorization = ""
    /// ISA03.
    public var securityQualifier = "00"
    /// ISA04.
    public var security = ""
    /// ISA05 and ISA06.
    public var senderQualifier: String
    /// ISA06.
    public var sender: String
    /// ISA07 and ISA08.
    public var receiverQualifier: String
    /// ISA08.
    public var receiver: String
    /// ISA09, YYMMDD.
    public var date: String
    /// ISA10, HHMM.
    public var time: String
    /// ISA11: `U` up to version 00401, from then on the repetition separator.
    public var standards = "U"
    /// ISA12.
    public var version: String
    /// ISA13 as it stands in the file.
    public var control: String
    /// ISA14 is `1`: a TA1 is wanted.
    public var wantsAcknowledgment: Bool
    /// ISA15: `P`, `T` or `I`.
    public var usage: String

    /// Takes what an interchange needs; ISA01 to ISA04 say that there is no password.
    public init(
        senderQualifier: String, sender: String, receiverQualifier: String, receiver: String, date: String,
        time: String, version: String, control: String, wantsAcknowledgment: Bool = false, usage: String = "P"
    ) {
        self.senderQualifier = senderQualifier
        self.sender = sender
        self.receiverQualifier = receiverQualifier
        self.receiver = receiver
        self.date = date
        self.time = time
        self.version = version
        self.control = control
        self.wantsAcknowledgment = wantsAcknowledgment
        self.usage = usage
    }

    /// ISA13 as a number; nil when it is none in 1…999999999.
    public var controlNumber: Int? { X12Number.control(control) }
}

/// What a GS says.
///
/// - Source: X12.6, functional group header; GS01 to GS08.
public struct X12GroupHeader: Sendable, Hashable {
    /// GS01, such as `PO`.
    public var functionalID: String
    /// GS02.
    public var sender: String
    /// GS03.
    public var receiver: String
    /// GS04, CCYYMMDD.
    public var date: String
    /// GS05, HHMM to HHMMSSDD.
    public var time: String
    /// GS06 as it stands in the file.
    public var control: String
    /// GS07, `X` or `T`.
    public var agency: String
    /// GS08, such as `004010VICS`.
    public var version: String

    /// Takes the eight elements of a GS.
    public init(
        functionalID: String, sender: String, receiver: String, date: String, time: String, control: String,
        agency: String = "X", version: String
    ) {
        self.functionalID = functionalID
        self.sender = sender
        self.receiver = receiver
        self.date = date
        self.time = time
        self.control = control
        self.agency = agency
        self.version = version
    }

    /// GS06 as a number; nil when it is none in 1…999999999.
    public var controlNumber: Int? { X12Number.control(control) }
    /// The version a guide is named by: the first six characters of GS08.
    public var standardVersion: String { String(version.prefix(6)) }
}
