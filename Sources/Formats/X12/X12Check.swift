public import Diagnostics

/// Both passes over a drop, for `crossdock check`: what is in it and what is wrong with it; nothing is kept.
public enum X12Check {
    /// One set as it was found.
    public struct SetLine: Sendable, Hashable {
        /// ST01.
        public var id: String
        /// ST02.
        public var control: String
        /// Segments counted, ST and SE included.
        public var segmentCount: Int
        /// Nothing refuses the set.
        public var isAccepted: Bool
    }

    /// What was found in all.
    public struct Summary: Sendable {
        /// Bytes of the drop.
        public var byteCount: Int
        /// GS08 of the first group; nil where there is none.
        public var version: String?
        /// ISA segments found.
        public var interchangeCount: Int
        /// GS segments found.
        public var groupCount: Int
        /// ST segments found.
        public var setCount: Int
        /// Segments found in all interchanges.
        public var segmentCount: Int
        /// All findings, bounded.
        public var log: DiagnosticLog
        /// What the first pass found.
        public var scan: X12Scan
    }

    /// How a drop is to be checked.
    public struct Options {
        /// Names, leniency and today of both passes.
        public var scan: X12ScanOptions
        /// What bytes from 0x80 up mean.
        public var charset = Charset.utf8
        /// Finds the guide for (ST01, GS08); `GuideLibrary.guide(document:version:)` does.
        public var guide: (String, String) throws -> (guide: Guide, isFallback: Bool)?

        /// Takes how envelopes are read and where guides are found.
        public init(
            scan: X12ScanOptions,
            guide: @escaping (String, String) throws -> (guide: Guide, isFallback: Bool)?
        ) {
            self.scan = scan
            self.guide = guide
        }
    }

    /// Reads a drop twice and tells each set as it comes. Sets of a quarantined interchange are told as rejected, without
    /// findings of their own: what is wrong stands with the interchange.
    ///
    /// - Parameters:
    ///   - open: the drop from its beginning; called twice.
    ///   - onSet: each set with its verdict, in order.
    /// - Throws: what the source, the guide's loader and `onSet` throw.
    /// - Limit: constant memory.
    public static func run(
        _ options: Options, open: () throws -> any ByteSource,
        onSet: (SetLine, X12Set, X12Verdict) throws -> Void
    ) throws -> Summary {
        let scan = try X12EnvelopeScan.scan(try open(), options: options.scan)
        var log = DiagnosticLog()
        log.add(contentsOf: scan.findings)
        for interchange in scan.interchanges { log.add(contentsOf: interchange.findings) }
        for group in scan.groups { log.add(contentsOf: group.findings) }
        var whole = scan
        for index in whole.interchanges.indices { whole.interchanges[index].disposition = .sound }
        var reader = X12SetReader(try open(), scan: whole, options: options.scan)
        var validators = ValidatorCache(options)
        var version: String?
        var set: X12Set?
        while try reader.next(into: &set) {
            guard var found = set.take() else { break }
            version = version ?? found.envelope.group.version
            let verdict = try validators.validate(&found)
            let isSound = scan.interchanges[found.envelope.interchangeIndex].disposition == .sound
            if isSound { log.add(contentsOf: verdict.findings) }
            let line = SetLine(
                id: found.id, control: found.control, segmentCount: found.segments.count,
                isAccepted: isSound && verdict.state != .rejected)
            try onSet(line, found, verdict)
            set = consume found
        }
        return Summary(
            byteCount: scan.byteCount, version: version, interchangeCount: scan.interchanges.count,
            groupCount: scan.groups.count, setCount: scan.setCount, segmentCount: scan.segmentCount, log: log,
            scan: scan)
    }

    /// A validator for each document and version met; a drop has one or two.
    private struct ValidatorCache {
        private let options: Options
        private var validators: [String: X12Validator] = [:]

        /// Kinds of documents in a drop for which a validator is kept.
        private static let keptMax = 64

        init(_ options: Options) { self.options = options }

        mutating func validate(_ set: inout X12Set) throws -> X12Verdict {
            let key = "\(set.id)/\(set.envelope.group.version)"
            if var known = validators.removeValue(forKey: key) {
                let verdict = known.validate(&set)
                validators[key] = known
                return verdict
            }
            var wanted = X12ValidatorOptions(drop: options.scan.drop)
            wanted.charset = options.charset
            wanted.today = options.scan.today
            wanted.lenient = options.scan.lenient
            let found = try options.guide(set.id, set.envelope.group.version)
            var validator = X12Validator(
                guide: found?.guide, isFallback: found?.isFallback ?? false, options: wanted)
            let verdict = validator.validate(&set)
            if validators.count < Self.keptMax { validators[key] = validator }
            return verdict
        }
    }
}
