public import Diagnostics

/// When a file at a partner's may be fetched: nobody is writing it any more, as far as can be told.
public struct ReadinessRules: Sendable, Hashable {
    /// Names that are wanted; nil for all.
    public var match: GlobPattern?
    /// Names that are never wanted.
    public var ignore: [GlobPattern]
    /// A file is stable when it has not changed for so long.
    public var stableMilliseconds: Int64
    /// Smaller files wait.
    public var byteCountMin: Int
    /// The name of a marker that the partner writes last: `<name>` stands for the file's name, `<stem>` for
    /// it without its last extension. Nil for none.
    public var doneFile: String?
    /// Files taken in one run; the rest is the next run's.
    public var filesMax: Int

    /// Rules; the defaults are the configuration's.
    public init(
        match: GlobPattern? = nil,
        ignore: [GlobPattern] = [GlobPattern("*.tmp"), GlobPattern("*.part"), GlobPattern(".*")],
        stableMilliseconds: Int64 = 60_000, byteCountMin: Int = 1, doneFile: String? = nil,
        filesMax: Int = 10_000
    ) {
        self.match = match
        self.ignore = ignore
        self.stableMilliseconds = stableMilliseconds
        self.byteCountMin = byteCountMin
        self.doneFile = doneFile
        self.filesMax = filesMax
    }

    /// The marker that belongs to a file.
    public func marker(for name: String) -> String? {
        guard let doneFile else { return nil }
        let stem =
            name.lastIndex(of: ".").map { $0 == name.startIndex ? name[...] : name[..<$0] } ?? name[...]
        return replace("<stem>", in: replace("<name>", in: doneFile, by: name), by: String(stem))
    }

    private func replace(_ placeholder: String, in text: String, by value: String) -> String {
        guard let range = text.firstRange(of: placeholder) else { return text }
        return text[..<range.lowerBound] + value + text[range.upperBound...]
    }
}

/// How a file looked when it was first seen with its present size.
public struct Sighting: Sendable, Hashable {
    /// Its size when it was seen.
    public var byteCount: Int
    /// Milliseconds since 1970-01-01T00:00:00Z, by our clock.
    public var since: Int64

    /// A size and the time since when it has been so.
    public init(byteCount: Int, since: Int64) {
        self.byteCount = byteCount
        self.since = since
    }
}

/// Which files of a listing are fetched now, and why the others are not. Pure: it decides, the caller
/// fetches.
public struct Readiness: Sendable, Hashable {
    /// Why a wanted file waits.
    public enum Reason: Sendable, Hashable {
        /// Changed too recently; stable after so many milliseconds if nothing more happens.
        case unstable(milliseconds: Int64)
        case tooSmall(byteCount: Int)
        case withoutMarker(String)
    }

    /// A file that waits.
    public struct Waiting: Sendable, Hashable {
        /// The file as listed.
        public var file: RemoteFile
        /// Why it is not taken now.
        public var reason: Reason
    }

    /// To be fetched, sorted by the bytes of their names.
    public private(set) var ready: [RemoteFile] = []
    /// Wanted files that are not taken now, in the order of their names.
    public private(set) var waiting: [Waiting] = []
    /// Ready files beyond the limit: the next run's.
    public private(set) var leftCount = 0
    /// To be given to the next decision, for partners that tell no times: name to sighting.
    public private(set) var sightings: [String: Sighting] = [:]
    /// `LIMIT.FILES` where some were left.
    public private(set) var findings: [Diagnostic] = []

    /// Decides.
    ///
    /// A file whose age by its own time is at least `stableMilliseconds` is stable at once. Where the partner
    /// tells no time, or its clock is ahead, a file is stable when it has been seen with the same size for so
    /// long.
    ///
    /// - Parameters:
    ///   - earlier: the `sightings` of the last decision.
    ///   - now: milliseconds since 1970-01-01T00:00:00Z.
    public init(
        of files: [RemoteFile], by rules: ReadinessRules, earlier: [String: Sighting] = [:], now: Int64
    ) {
        // Of a hundred thousand names only what a rule asks about is gathered.
        let names = rules.doneFile == nil ? [] : Set(files.map(\.name))
        // A marker is recognised by the file it belongs to, so that `*` may match everything else.
        let markers = Set(files.compactMap { rules.marker(for: $0.name) })
        for file in Self.inOrder(files) where !markers.contains(file.name) && Self.isWanted(file.name, rules)
        {
            let size = file.byteCount ?? 0
            var sighting = Sighting(byteCount: size, since: now)
            if let before = earlier[file.name], before.byteCount == size, before.since <= now {
                sighting = before
            }
            if rules.stableMilliseconds > 0 { sightings[file.name] = sighting }
            if let reason = Self.reason(file, rules, sighting, names, now) {
                waiting.append(Waiting(file: file, reason: reason))
            } else if ready.count < rules.filesMax {
                ready.append(file)
            } else {
                leftCount += 1
            }
        }
        guard leftCount > 0 else { return }
        findings.append(
            Diagnostic(
                "LIMIT.FILES", .warning,
                "listing has more files than are taken at once: \(ready.count) now, rest in next run",
                found: "\(ready.count + leftCount) files", expected: "at most \(rules.filesMax) files a run",
                remedy: "run again, or raise the channel's limit of files"))
    }

    /// By the bytes of their names, which is how listings come.
    private static func inOrder(_ files: [RemoteFile]) -> [RemoteFile] {
        let isSorted = zip(files, files.dropFirst()).allSatisfy {
            !$1.name.utf8.lexicographicallyPrecedes($0.name.utf8)
        }
        return isSorted ? files : files.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }

    private static func isWanted(_ name: String, _ rules: ReadinessRules) -> Bool {
        if let match = rules.match, !match.matches(name) { return false }
        return !rules.ignore.contains { $0.matches(name) }
    }

    private static func reason(
        _ file: RemoteFile, _ rules: ReadinessRules, _ sighting: Sighting, _ names: Set<String>, _ now: Int64
    ) -> Reason? {
        if let marker = rules.marker(for: file.name), !names.contains(marker) {
            return .withoutMarker(marker)
        }
        if let size = file.byteCount, size < rules.byteCountMin { return .tooSmall(byteCount: size) }
        guard rules.stableMilliseconds > 0 else { return nil }
        var age = now - sighting.since
        if let modified = file.modified {
            // A time beyond the ends of Int64 is nobody's clock; such a file waits for its sightings.
            let (byTime, isOver) = now.subtractingReportingOverflow(modified)
            if !isOver { age = max(age, byTime) }
        }
        return age >= rules.stableMilliseconds ? nil : .unstable(milliseconds: rules.stableMilliseconds - age)
    }
}
