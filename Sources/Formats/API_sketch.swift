public import Diagnostics

/// Second pass: the sets of the sound interchanges, in order, owned one at a time.
public struct X12SetReader: ~Copyable {
    /// `resumeOffset`: sets that begin before it are passed over (a batch that was committed before a crash).
    public init(_ source: any ByteSource, scan: X12Scan, options: X12ScanOptions, resumeOffset: Int = 0) {}
    /// The next set; nil at the end. Sets of refused groups come too (`set.envelope.groupDisposition`).
    public mutating func next() throws -> X12Set? { preconditionFailure() }
    /// The same without allocation: fills `set` anew, reusing its storage.
    public mutating func next(into set: inout X12Set?) throws -> Bool { preconditionFailure() }
}

public struct X12ValidatorOptions: Sendable {
    public var drop: String
    public var charset: Charset = .utf8
    /// year * 10,000 + month * 100 + day, for leniency that ends; nil: everything is still in force.
    public var today: Int?
    public var lenient: [GuideLeniency] = []
    public init(drop: String) { self.drop = drop }
}

public struct X12Validator {
    /// Without a guide only the set's own envelope and characters are looked at.
    public init(guide: Guide?, isFallback: Bool = false, options: X12ValidatorOptions) {}
    /// Checks the set; fills `nodes`, `instances`, `loops` of the set.
    public mutating func validate(_ set: inout X12Set) -> X12Verdict { preconditionFailure() }
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
