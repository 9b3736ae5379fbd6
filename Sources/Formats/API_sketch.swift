public import Diagnostics

/// Words the 997 for one group after another.
public struct FunctionalAcknowledgment: Sendable {
    public enum Detail: String, Sendable { case errors, all }
    public enum AcceptedSets: String, Sendable { case list, omit }
    public struct Options: Sendable {
        public var detail = Detail.errors
        public var acceptedSets = AcceptedSets.list
        /// Warnings are noted: AK5 E with AK3/AK4 instead of A.
        public var notesWarnings = false
        public init() {}
    }
    /// The result: the segments from AK1 to AK9 (the writer adds ST, SE and the envelope).
    public struct Content: Sendable, Hashable {
        public var functionalID: String
        public var control: String
        /// A, E, P or R.
        public var code: String
        public var includedCount: Int
        public var receivedCount: Int
        public var acceptedCount: Int
        public var segments: SegmentBuffer
    }
    public init(group: X12GroupHeader, delimiters: X12Delimiters, options: Options = Options()) {}
    /// Adds the verdict on the next set of the group.
    public mutating func add(_ set: X12Set, _ verdict: X12Verdict) {}
    /// Ends the group. nil for a group of acknowledgments (GS01 FA): an acknowledgment is never acknowledged.
    public mutating func finish(_ group: X12GroupScan) -> Content? { preconditionFailure() }
}

/// What a partner's 997 says about what we sent.
public struct ReceivedAcknowledgment: Sendable, Hashable {
    public struct SetAnswer: Sendable, Hashable {
        public var id: String
        public var control: String
        /// AK501: A, E, M, R, W, X.
        public var code: String
        /// AK502...
        public var notes: [String]
        /// "PO1 segment 6 element 2: 6" in words, at most 20.
        public var errors: [String]
    }
    public var functionalID: String
    public var control: String
    /// AK901: A, E, P, R...
    public var code: String
    public var includedCount: Int?
    public var receivedCount: Int?
    public var acceptedCount: Int?
    public var notes: [String]
    public var sets: [SetAnswer]
    /// Reads a 997 (validated or not); nil when the set is none.
    public init?(_ set: X12Set) { return nil }
}

/// TA1 content, from the scan of an interchange.
public struct InterchangeAcknowledgment: Sendable, Hashable {
    public var control: String
    public var date: String
    public var time: String
    /// A, E or R.
    public var code: String
    public var note: InterchangeNote
    /// nil when nobody can be answered (no ISA), or ISA14 does not ask and all is well.
    public init?(_ scan: X12InterchangeScan) { return nil }
    public var segments: SegmentBuffer { preconditionFailure() }
}

public enum DelimiterPolicy: String, Sendable { case reject, replace, switchDelimiters = "switch" }

public struct X12WriterOptions: Sendable {
    public var delimiters = X12Delimiters()
    /// What follows every terminator: nothing, LF or CR LF.
    public var lineEnd: [UInt8] = []
    public var policy = DelimiterPolicy.replace
    public init() {}
}

public struct X12Writer {
    public init(options: X12WriterOptions = X12WriterOptions()) {}
    public mutating func beginInterchange(_ header: X12InterchangeHeader) {}
    public mutating func beginGroup(_ header: X12GroupHeader) {}
    /// `guide` gives lengths and the role of elements (free text or not).
    public mutating func beginSet(id: String, control: String, convention: String? = nil, guide: Guide? = nil) {}
    /// One segment. `node`: place in the guide, for its element rules; nil: by tag. A GS (0x1D) in a value separates components.
    public mutating func segment(_ tag: X12Tag, _ elements: [String], node: Int? = nil) {}
    public mutating func segments(_ buffer: SegmentBuffer) {}
    public mutating func endSet() {}
    public mutating func endGroup() {}
    public mutating func endInterchange() {}
    /// What was written so far, handed over (call as often as you like).
    public mutating func takeBytes() -> [UInt8] { preconditionFailure() }
    /// OUT.* findings.
    public var findings: [Diagnostic] { [] }
}

public struct X12Check {
    public struct SetLine: Sendable, Hashable {
        public var id: String, control: String, segments: Int, isAccepted: Bool
    }
    public struct Summary: Sendable {
        public var byteCount: Int, version: String?, interchanges: Int, groups: Int, sets: Int, segments: Int
        public var hasErrors: Bool
        public var log: DiagnosticLog
    }
    /// Both passes. `open` opens the drop from its beginning (twice); `guide` finds the guide for (document, GS08).
    public static func run(
        drop: String, charset: Charset, today: Int?, open: () throws -> any ByteSource,
        guide: (String, String) throws -> (guide: Guide, isFallback: Bool)?, onSet: (SetLine, [Diagnostic]) throws -> Void
    ) throws -> Summary { preconditionFailure() }
}
